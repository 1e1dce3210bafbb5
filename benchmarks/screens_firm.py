"""A firm with a register of any length, linked to a mirror, made in bulk: `screens_firm CLIENTS`."""

import sys
from datetime import datetime
from itertools import islice
from random import Random

import django

django.setup()

from benchmarks.client_list import words  # noqa: E402 - models need Django set up
from benchmarks.product_ingest import prepare  # noqa: E402
from practicesync.core.catalogue import CATALOGUE  # noqa: E402
from practicesync.core.fields import ClientKind, Subject  # noqa: E402
from practicesync.core.link_state import tally  # noqa: E402
from practicesync.core.record import RemoteContact, RemoteRecord  # noqa: E402
from practicesync.flows.clock import SYSTEM_CLOCK  # noqa: E402
from practicesync.operations import mirroring  # noqa: E402
from practicesync.operations.listing import rebuild  # noqa: E402
from practicesync.operations.register import derive  # noqa: E402
from practicesync.queries.plans import plans_of  # noqa: E402
from practicesync.store.models import Client, Connection, Contact, ContactTie, Link, Mirror  # noqa: E402

BATCH = 500
LOOKED_AT = 50
KINDS = tuple(ClientKind)
FIRST = words("Aroha Ben Chloe Daniel Emma Finn Grace Hemi Isla Jack Kiri Liam Mia Nikau Olivia Priya Quinn Ruby")
LAST = words("Smith Ngata Brown Wilson Patel Chen Taylor Walker Harris Singh Kaur Martin Reid Tāmati Young Zhang")


def values_of(number: int) -> dict[str, str]:
    """A client's values, the same each time."""
    chance = Random(number)
    last = chance.choice(LAST)
    name = f"{last} {chance.choice(('Holdings', 'Farms', 'Dental', 'Motors'))} {number} Limited"
    told = {
        "name": name,
        "first_name": chance.choice(FIRST),
        "last_name": last,
        "email": f"office{number}@{last.lower()}.example",
        "phone": f"(02) 9{chance.randrange(1000):03} {chance.randrange(10_000):04}",
        "website": f"www.{last.lower()}{number}.example",
        "physical_address.street": f"{chance.randrange(1, 300)} Rata Street",
        "physical_address.city": "Sydney",
        "physical_address.region": "NSW",
        "physical_address.post_code": "2000",
        "business_structure": "Company",
        "client_code": f"{last[:3].upper()}{number:05}",
    }
    keys = {key for row in CATALOGUE.of(Subject.CLIENT) for key in row.keys}
    return {key: told.get(key, "") for key in keys}


def contact_of(number: int) -> dict[str, str]:
    """The values of the one contact of a client."""
    name = f"{FIRST[number % len(FIRST)]} {LAST[number % len(LAST)]}"
    told = {"name": name, "email": f"person{number}@firm.example", "is_primary": "Yes"}
    return {key: told.get(key, "") for row in CATALOGUE.of(Subject.CONTACT) for key in row.keys}


def remote_values(number: int) -> dict[str, str]:
    """The same as XPM holds them: one client in eight has moved there."""
    moved = {"phone": "(03) 5550 0000"} if number % 8 == 0 else {}
    return values_of(number) | moved


def make(connection: Connection, numbers: list[int], now: datetime) -> None:
    """The rows of these clients on both sides, linked but for one in ten."""
    practice_id = connection.practice_id
    records = [
        RemoteRecord(f"r{number}", remote_values(number), (RemoteContact(f"c{number}", contact_of(number)),))
        for number in numbers
    ]
    mirroring.store_batch(connection, records, [], sweep=1, read_at=now, now=now)
    stored = Mirror.rows.of(practice_id).filter(remote_id__in=[each.remote_id for each in records])
    mirrors = {mirror.remote_id: mirror for mirror in stored}
    clients = Client.rows.bulk_create(_client(practice_id, number, now) for number in numbers)
    contacts = Contact.rows.bulk_create(
        Contact(practice_id=practice_id, client=client, values=contact_of(number), created_at=now, changed_at=now)
        for number, client in zip(numbers, clients, strict=True)
    )
    linked = [
        (number, contact, _link(connection, client, mirrors[f"r{number}"], number, now))
        for number, client, contact in zip(numbers, clients, contacts, strict=True)
        if number % 10
    ]
    Link.rows.bulk_create(link for _, _, link in linked)
    ContactTie.rows.bulk_create(
        ContactTie(practice_id=practice_id, link=link, contact=contact, remote_id=f"c{number}", base=contact_of(number))
        for number, contact, link in linked
    )


def _client(practice_id: int, number: int, now: datetime) -> Client:
    client = Client(
        practice_id=practice_id,
        kind=KINDS[number % len(KINDS)].value,
        country="AU",
        values=values_of(number),
        created_at=now,
        changed_at=now,
    )
    derive(client)
    return client


def _link(connection: Connection, client: Client, mirror: Mirror, number: int, now: datetime) -> Link:
    moved = number % 8 == 0
    return Link(
        practice_id=connection.practice_id,
        connection=connection,
        client=client,
        mirror=mirror,
        base=values_of(number),
        state="remote_changed" if moved else "in_sync",
        remote_changed=int(moved),
        linked_at=now,
        linked_by="Ana Lee",
    )


def check(practice_id: int) -> None:
    """The index that was written in bulk is what planning these links would write."""
    chosen = list(Link.rows.of(practice_id).order_by("pk").values_list("pk", flat=True)[:LOOKED_AT])
    for loaded in plans_of(practice_id, chosen).values():
        found = tally(loaded.plan, pending=False)
        assert (loaded.link.state, loaded.link.remote_changed) == (found.state, found.remote_changed), found


def main() -> None:
    """Make the firm."""
    prepare()
    connection = Connection.rows.everywhere().get()
    now = SYSTEM_CLOCK.now()
    numbers = iter(range(int(sys.argv[1])))
    while batch := list(islice(numbers, BATCH)):
        make(connection, batch, now)
    rebuild(connection.practice_id)
    check(connection.practice_id)
    print("{}")


if __name__ == "__main__":
    main()
