"""The bare way to see where two sides differ: sqlite3 rows, `json.loads`, and values compared letter by letter.

Of the same stored firm as the product plans, and of all of it. Left out is what makes a plan: meanings, sealed values,
who is which contact or relative (what is stored is believed), policies, and what may be done about it.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from time import process_time

import django
from django.conf import settings

django.setup()

from practicesync.core.catalogue import CATALOGUE  # noqa: E402 - after Django is set up
from practicesync.core.fields import Subject, Values  # noqa: E402

CLIENTS = """
    SELECT link.id, client."values", link.base, mirror."values", mirror.contacts, mirror.relationships, mirror.groups
    FROM store_link link JOIN store_client client ON client.id = link.client_id
    JOIN store_mirror mirror ON mirror.id = link.mirror_id WHERE link.ended_at IS NULL
"""
CONTACTS = """
    SELECT tie.link_id, tie.remote_id, contact."values", tie.base
    FROM store_contacttie tie JOIN store_contact contact ON contact.id = tie.contact_id
"""
RELATIONSHIPS = """
    SELECT tie.link_id, tie.remote_id, relationship."values", tie.base
    FROM store_relationshiptie tie JOIN store_relationship relationship ON relationship.id = tie.relationship_id
"""


def keys_of(subject: Subject) -> tuple[str, ...]:
    """The keys that both sides have a place for."""
    return tuple(CATALOGUE.synced_keys(subject, "xpm"))


def unequal(keys: Iterable[str], local: Values, base: Values, remote: Values) -> int:
    """How many of these values are not the same on all three."""
    return sum(not local.get(key, "") == base.get(key, "") == remote.get(key, "") for key in keys)


def differences(database: sqlite3.Connection) -> Iterator[int]:
    """How many values differ, a number for each record."""
    keys, there = keys_of(Subject.CLIENT), {}
    for link, local, base, remote, contacts, relationships, groups in database.execute(CLIENTS):
        yield unequal(keys, json.loads(local), json.loads(base), json.loads(remote))
        told = (*json.loads(contacts), *json.loads(relationships), *json.loads(groups))
        there[link] = {each["id"]: each.get("values", {}) for each in told}
    for subject, query in ((Subject.CONTACT, CONTACTS), (Subject.RELATIONSHIP, RELATIONSHIPS)):
        keys = keys_of(subject)
        for link, remote_id, local, base in database.execute(query):
            yield unequal(keys, json.loads(local), json.loads(base), there[link][remote_id])


def main() -> None:
    """Print the CPU seconds, and how many values differ."""
    database = sqlite3.connect(settings.DATABASES["default"]["NAME"])
    began = process_time()
    found = sum(differences(database))
    print(json.dumps({"seconds": process_time() - began, "differences": found}))


if __name__ == "__main__":
    main()
