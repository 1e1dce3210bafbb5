"""Pushes of relationships as a whole: added between two remote clients, or removed from both.

Its type cannot change in XPM (Xero developer documentation, Practice Manager 3.1, update relationship): a change of
type is a removal and an addition, in this order.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.fields import Subject
from practicesync.core.presence import Sort
from practicesync.core.push import Act, Found, Outcome, PushState, Reply, Write, target_of
from practicesync.core.relationships import BY_KEY, RelationshipType, read_label
from practicesync.operations.push_records import link_of, place_of
from practicesync.store.models import Client, Link, Mirror, Push, Relationship, RelationshipTie

NAME = Sort.RELATIONSHIP.value


class End(NamedTuple):
    """A relationship of the register as it is to stand on the remote client of this push."""

    type: RelationshipType
    label: str
    reversed: bool
    other: Client


def look_to_add(push: Push, there: Mirror) -> Found:
    """Is it there already? And can it be added at all: does XPM know its type, and the client at its other end?"""
    held = _held(push)
    if held is None or held.removed_at is not None:
        return Found(end=PushState.WITHDRAWN, detail="It was removed from the register before it was sent.")
    end = _end(push, held)
    if end is None:
        return Found(end=PushState.REFUSED, detail=f"XPM has no such relationship as {BY_KEY[held.type].label}.")
    other_id = _remote_of(push, end.other)
    if other_id is None:
        return Found(end=PushState.REFUSED, detail=f"{end.other.name} is not linked to XPM. Link it first.")
    if _stands(push, there, end, other_id) is not None:
        return Found({NAME: Outcome.DONE})
    if _failed_before(push, end):
        return Found(end=PushState.REFUSED, detail="The one that it takes the place of could not be removed from XPM.")
    values = dict(push.fields) or dict(held.values)
    sendable = {row.name for row in CATALOGUE.synced(Subject.RELATIONSHIP, push.connection.connector)}
    told = {key: value for key, value in values.items() if key in sendable and key in end.type.fields}
    write = Write(
        push.pk, push.attempts, Act.ADD, Sort.RELATIONSHIP, there.remote_id, "", other_id, end.label, values=told
    )
    return Found(write=write)


def check_added(push: Push, there: Mirror, _reply: Reply) -> Mapping[str, Outcome]:
    """Whether the reading after it shows the relationship."""
    held = _held(push)
    end = None if held is None else _end(push, held)
    other_id = None if end is None else _remote_of(push, end.other)
    shown = end is not None and other_id is not None and _stands(push, there, end, other_id) is not None
    return {NAME: Outcome.DONE if shown else Outcome.IGNORED}


def tie(push: Push) -> None:
    """The remote relationship is the register's from now on, and base what it holds."""
    held = _held(push)
    end = None if held is None else _end(push, held)
    other_id = None if end is None else _remote_of(push, end.other)
    if held is None or end is None or other_id is None:
        return
    there = link_of(push).mirror
    part = _stands(push, there, end, other_id)
    if part is not None:
        facts = {"remote_id": str(part["id"]), "base": dict(part["values"])}
        RelationshipTie.rows.of(push.practice_id).update_or_create(
            link=link_of(push),
            relationship=held,
            defaults=facts,
            create_defaults={"practice_id": push.practice_id, **facts},
        )


def look_to_remove(push: Push, there: Mirror) -> Found:
    """Is it gone already, and does it still hold what somebody saw?"""
    part = part_of(push, there)
    if part is None:
        return Found({NAME: Outcome.DONE})
    rows = CATALOGUE.synced(Subject.RELATIONSHIP, push.connection.connector)
    place = place_of(push)
    seen = [(row, row.told(push.seen)) for row in rows]
    if any(told is not None and not row.kind.same(told, row.held(part["values"]), place) for row, told in seen):
        return Found({NAME: Outcome.OVERTAKEN}, end=PushState.OVERTAKEN)
    write = Write(
        push.pk, push.attempts, Act.REMOVE, Sort.RELATIONSHIP, there.remote_id, str(part["id"]), str(part["other_id"])
    )
    return Found(write=write)


def check_removed(push: Push, there: Mirror, _reply: Reply) -> Mapping[str, Outcome]:
    """Whether the reading after it still shows the relationship."""
    return {NAME: Outcome.DONE if part_of(push, there) is None else Outcome.IGNORED}


def untie(push: Push) -> None:
    """The remote has no such relationship any more."""
    remote_id = target_of(push.ref).remote
    RelationshipTie.rows.of(push.practice_id).filter(link=link_of(push), remote_id=remote_id).delete()


def _held(push: Push) -> Relationship | None:
    local = target_of(push.ref).local
    if push.relationship is not None or not local.isdecimal():
        return push.relationship
    rows = Relationship.rows.of(push.practice_id).select_related("client", "party")
    found: Relationship | None = rows.filter(pk=int(local)).first()
    return found


def _end(push: Push, held: Relationship) -> End | None:
    """How it stands on this push's client; None where the remote has no such type."""
    kind = BY_KEY[held.type]
    labels = kind.remote.get(push.connection.connector)
    if labels is None:
        return None
    if held.client_id == push.client_id:
        return End(kind, labels[0], False, held.party)
    return End(kind, labels[1], not kind.symmetric, held.client)


def _remote_of(push: Push, client: Client) -> str | None:
    links = Link.rows.of(push.practice_id).filter(client=client, connection_id=push.connection_id, ended_at=None)
    return links.values_list("mirror__remote_id", flat=True).first()


def _stands(push: Push, there: Mirror, end: End, other_id: str) -> Mapping[str, Any] | None:
    """The remote relationship that this one is: of its type, with the same other client, and nobody else's."""
    held = target_of(push.ref).local
    ties = RelationshipTie.rows.of(push.practice_id).filter(link=link_of(push)).exclude(remote_id="")
    tied = set(ties.exclude(relationship_id=int(held or 0)).values_list("remote_id", flat=True))
    for part in there.relationships or ():
        read = read_label(str(part["label"]))
        same = read is not None and read.type is end.type and (end.type.symmetric or read.reversed == end.reversed)
        if same and part["other_id"] == other_id and part["id"] not in tied:
            found: Mapping[str, Any] = part
            return found
    return None


def part_of(push: Push, there: Mirror) -> Mapping[str, Any] | None:
    """The remote relationship that the ref names, by its id or, where the remote gives none, as a plan names it."""
    name = target_of(push.ref).remote
    for each in there.relationships or ():
        read = read_label(str(each["label"]))
        if name in (each["id"], "" if read is None else f"{read.type.key} {each['other_id']}"):
            found: Mapping[str, Any] = each
            return found
    return None


def _failed_before(push: Push, end: End) -> bool:
    """Whether this run was to remove another relationship of the same two clients first, and could not."""
    before = Push.rows.of(push.practice_id).filter(
        run_id=push.run_id, client_id=push.client_id, act=Act.REMOVE, ref__startswith=f"{NAME}:"
    )
    failed = before.filter(state__in=(PushState.REFUSED.value, PushState.OVERTAKEN.value))
    kept = {target_of(ref).remote for ref in failed.values_list("ref", flat=True)}
    other_id = _remote_of(push, end.other)
    parts = link_of(push).mirror.relationships or ()
    return any(part["id"] in kept and part["other_id"] == other_id for part in parts)
