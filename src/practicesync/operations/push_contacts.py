"""Pushes of contacts as a whole: added to a remote client, or taken away from it."""

from collections.abc import Mapping
from typing import Any

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.fields import Subject
from practicesync.core.presence import Sort
from practicesync.core.push import Act, Found, Outcome, PushState, Reply, Write, target_of, verify
from practicesync.operations.push_records import link_of, place_of, sent_of
from practicesync.store.models import ContactTie, Mirror, Push

TWINS = "XPM has more than one contact of this name; pair them by hand."
TAKEN = "XPM may have made this contact: the one of this name is tied to another contact of the register by now."


def look_to_add(push: Push, there: Mirror) -> Found:
    """Is it there already, from an earlier try or by another hand?"""
    alike = _alike(push, there)
    if not alike and push.attempts and _alike(push, there, tied=True):
        return Found(end=PushState.REFUSED, detail=TAKEN)
    if not alike:
        values = {key: value for key, value in push.fields.items() if value.strip()}
        return Found(write=Write(push.pk, push.attempts, Act.ADD, Sort.CONTACT, there.remote_id, values=values))
    if len(alike) > 1:
        return Found(end=PushState.REFUSED, detail=TWINS)
    push.remote_id = str(alike[0]["id"])
    place = place_of(push)
    return Found({sent.field.name: verify(sent, alike[0]["values"], place) for sent in sent_of(push)})


def check_added(push: Push, there: Mirror, reply: Reply) -> Mapping[str, Outcome]:
    """Field by field, by the reply and by the reading after it where there was one."""
    if reply.contact is not None:
        push.remote_id = reply.contact.remote_id
    told = dict(reply.contact.values) if reply.contact is not None else {}
    told |= next((each["values"] for each in there.contacts or () if each["id"] == push.remote_id), {})
    place = place_of(push)
    return {sent.field.name: verify(sent, told, place) for sent in sent_of(push, undecided=True)}


def tie(push: Push) -> None:
    """The contact that was added is the register's contact from now on."""
    if not push.remote_id:
        return
    ContactTie.rows.of(push.practice_id).update_or_create(
        link=link_of(push),
        contact=push.contact,
        defaults={"remote_id": push.remote_id},
        create_defaults={"practice_id": push.practice_id, "remote_id": push.remote_id},
    )


def look_to_remove(push: Push, there: Mirror) -> Found:
    """Is it gone already, and is it still what somebody saw?"""
    remote_id = target_of(push.ref).remote
    found = next((each for each in there.contacts or () if each["id"] == remote_id), None)
    if found is None:
        return Found({Sort.CONTACT.value: Outcome.DONE})
    if _moved(push, found["values"]):
        return Found({Sort.CONTACT.value: Outcome.OVERTAKEN}, end=PushState.OVERTAKEN)
    return Found(write=Write(push.pk, push.attempts, Act.REMOVE, Sort.CONTACT, there.remote_id, remote_id))


def check_removed(push: Push, there: Mirror, _reply: Reply) -> Mapping[str, Outcome]:
    """Whether the reading after it still shows the contact."""
    kept = any(each["id"] == target_of(push.ref).remote for each in there.contacts or ())
    return {Sort.CONTACT.value: Outcome.IGNORED if kept else Outcome.DONE}


def _alike(push: Push, there: Mirror, *, tied: bool = False) -> list[Mapping[str, Any]]:
    """The remote contacts of this name that are nobody else's, or with `tied` those that are somebody's."""
    name = CATALOGUE.get(Subject.CONTACT, "name")
    if name is None:
        raise LookupError("contacts have no name")
    ties = ContactTie.rows.of(push.practice_id).filter(link=link_of(push)).exclude(contact=push.contact)
    others = set(ties.values_list("remote_id", flat=True))
    wanted, place = name.held(push.fields), place_of(push)
    return [
        each
        for each in there.contacts or ()
        if (each["id"] in others) is tied and name.kind.same(name.held(each["values"]), wanted, place)
    ]


def _moved(push: Push, values: Mapping[str, str]) -> bool:
    """Whether the contact holds anything else than what was seen of it."""
    rows = CATALOGUE.synced(Subject.CONTACT, push.connection.connector)
    place = place_of(push)
    seen = [(row, row.told(push.seen)) for row in rows]
    return any(told is not None and not row.kind.same(told, row.held(values), place) for row, told in seen)
