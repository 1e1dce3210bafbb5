"""Merging two clients of the register that are one: everything attached is kept, and undoing it restores both.

The one that goes is archived, and its `Merge` row points to the one that is kept. What both have (a group, a tie to the
same party) stays where it is. What went over is told by id in the row, so that it can go back.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from practicesync.core.actor import Ability, Actor
from practicesync.core.catalogue import CATALOGUE
from practicesync.core.errors import Invalid, Stale
from practicesync.core.fields import Subject
from practicesync.operations.activity import Changed, Entry, write_all
from practicesync.operations.listing import enlist
from practicesync.operations.reconciling import forget, reconcile
from practicesync.operations.register import derive, keep
from practicesync.operations.suggesting import settle
from practicesync.queries.plans import OPEN_STATES
from practicesync.store.models import (
    Activity,
    ChecklistTick,
    Client,
    Contact,
    ContactTie,
    GroupMember,
    Link,
    Merge,
    Proposal,
    Push,
    Rejection,
    Relationship,
    Twin,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which two clients, as somebody saw them. `take` names the fields whose value comes from the one that goes."""

    kept_id: int
    gone_id: int
    kept_revision: int
    gone_revision: int
    take: Collection[str] = ()


def merge(actor: Actor, asked: Asked, now: datetime) -> Merge:
    """Merge one client into another. Raises `Stale` where either was saved meanwhile, `Invalid` where it cannot be.

    It cannot be while values are being written to XPM for either, nor where both are linked to records that are still
    there: that would be a record of XPM that nobody here is.
    """
    actor.require(Ability.EDIT)
    with transaction.atomic():
        kept, gone = _both(actor.practice_id, asked.kept_id, asked.gone_id)
        if (kept.revision, gone.revision) != (asked.kept_revision, asked.gone_revision):
            raise Stale("Somebody else saved one of the two meanwhile.")
        if kept.archived_at is not None or gone.archived_at is not None:
            raise Invalid({"": "One of the two was merged or archived meanwhile."})
        links = _live_links(kept, gone)
        _refuse_open(actor.practice_id, links)
        row = Merge(practice_id=actor.practice_id, kept=kept, gone=gone, merged_by=actor.name, merged_at=now)
        row.kept_before, row.gone_before = dict(kept.values), dict(gone.values)
        row.moved = {"standing": kept.standing, **_before(row, links)}
        _end_gone(links, row, now)
        changes = _take(kept, gone, asked.take, now)
        row.moved |= _move(kept, gone, now)
        gone.archived_at, gone.revision, gone.changed_at = now, gone.revision + 1, now
        gone.save(update_fields=["archived_at", "revision", "changed_at"])
        _settle_twin(kept, gone, actor, "merged", now)
        lines = write_all(actor, _entries("merged", "merged_away", kept, gone, changes), now)
        row.moved["lines"] = [line.seq for line in lines]
        _replan(kept, gone, now)
        row.save(force_insert=True)
    return row


def undo_merge(actor: Actor, merge_id: int, now: datetime) -> Merge:
    """Make two of them again, each as it was. Raises `Invalid` where somebody has worked on either since."""
    actor.require(Ability.EDIT)
    with transaction.atomic():
        row: Merge = Merge.rows.of(actor.practice_id).select_for_update(no_key=True).get(pk=merge_id)
        kept, gone = _both(actor.practice_id, row.kept_id, row.gone_id)
        if row.undone_at is not None:
            raise Invalid({"": "This merge was undone already."})
        _refuse_touched(row)
        _move_back(row)
        kept.values, kept.standing = dict(row.kept_before), row.moved["standing"]
        gone.archived_at = None
        for client in (kept, gone):
            client.revision += 1
            client.changed_at = now
            derive(client)
            client.save()
        _settle_twin(kept, gone, actor, "open", now)
        row.undone_at = now
        row.save(update_fields=["undone_at"])
        write_all(actor, _entries("merge_undone", "merge_undone", kept, gone, ()), now)
        _replan(kept, gone, now)
    return row


# What stands in the way


def _both(practice_id: int, kept_id: int, gone_id: int) -> tuple[Client, Client]:
    """The two clients, locked in the order of their ids, as whoever else locks two does."""
    if kept_id == gone_id:
        raise Invalid({"": "A client cannot be merged into itself."})
    rows = Client.rows.among(practice_id, [kept_id, gone_id]).order_by("pk").select_for_update(no_key=True)
    found = {client.pk: client for client in rows}
    if len(found) != 2:
        raise Client.DoesNotExist
    return found[kept_id], found[gone_id]


def _live_links(kept: Client, gone: Client) -> list[Link]:
    live = Link.rows.of(kept.practice_id).filter(client__in=[kept, gone], ended_at=None)
    return list(live.select_for_update(of=("self",), no_key=True).select_related("mirror", "client").order_by("pk"))


def _refuse_open(practice_id: int, links: Sequence[Link]) -> None:
    if Push.rows.of(practice_id).filter(link__in=links, state__in=OPEN_STATES).exists():
        raise Invalid({"": "Values are still being written to XPM. Wait until they are, then merge."})
    there = [link for link in links if not _is_gone(link)]
    if len({link.client_id for link in there}) == 2:
        names = " and ".join(f"{link.client.name} to {link.mirror.name}" for link in there)
        raise Invalid(
            {
                "": f"Both are linked in XPM: {names}. If those are one client too, merge or archive one of them in "
                "XPM and refresh; if not, these are two clients, or one of the links is wrong: disconnect it first."
            }
        )


def _is_gone(link: Link) -> bool:
    return link.mirror.gone_at is not None or link.mirror.deleted


def _refuse_touched(row: Merge) -> None:
    lines = Activity.rows.of(row.practice_id).filter(client_id__in=[row.kept_id, row.gone_id])
    if lines.filter(seq__gt=max(row.moved["lines"])).exists():
        raise Invalid({"": "Somebody has worked on this client since the merge, so it cannot be undone as a whole."})
    later = Merge.rows.of(row.practice_id).filter(Q(kept_id=row.gone_id) | Q(gone_id=row.kept_id), undone_at=None)
    if later.filter(pk__gt=row.pk).exists():
        raise Invalid({"": "This client was merged again since. Undo that first."})


# What goes over


def _before(row: Merge, links: Sequence[Link]) -> dict[str, Any]:
    """What settles anew once the two are one, of the link that lives on."""
    there = [link for link in links if not _is_gone(link)] or list(links)[:1]
    if not there:
        return {}
    link = there[0]
    row.base_before = dict(link.base)
    ties = ContactTie.rows.of(row.practice_id).filter(link=link)
    return {"link": link.pk, "ties": {str(key): base for key, base in ties.values_list("pk", "base")}}


def _end_gone(links: Sequence[Link], row: Merge, now: datetime) -> None:
    """Of two links the one whose record is no longer there ends."""
    if len(links) == 2:
        (dead,) = [link for link in links if link.pk != row.moved["link"]]
        Link.rows.among(row.practice_id, [dead.pk]).update(ended_at=now)
        forget(row.practice_id, [dead.pk])
        row.moved["ended"] = dead.pk


def _take(kept: Client, gone: Client, take: Collection[str], now: datetime) -> list[Changed]:
    """Write the chosen values of the one that goes into the one that is kept."""
    moved: dict[str, str] = {}
    changes = []
    for field in CATALOGUE.of(Subject.CLIENT):
        if field.name not in take:
            continue
        fresh = {key: gone.values.get(key, "") for key in field.keys if gone.values.get(key) != kept.values.get(key)}
        if fresh:
            was = {key: kept.values.get(key, "") for key in fresh}
            changes.append(Changed(field.name, was, fresh, why="merged"))
            moved |= fresh
    if gone.standing == "client":
        kept.standing = "client"
    keep(kept, moved, now)
    return changes


def _move(kept: Client, gone: Client, now: datetime) -> dict[str, Any]:
    """Hang everything that the one has on the other; returns the ids of what went, by what it is."""
    practice_id = kept.practice_id
    links = Link.rows.of(practice_id).filter(client=gone)
    tied = set(ContactTie.rows.of(practice_id).filter(link__client=gone).values_list("contact_id", flat=True))
    moved = {"contacts": _contacts_to_move(kept, gone, tied), "links": list(links.values_list("pk", flat=True))}
    moved["proposals"] = list(Proposal.rows.of(practice_id).filter(client=gone).values_list("pk", flat=True))
    moved["members"] = _not_had(GroupMember.rows.of(practice_id), "group_id", kept, gone)
    moved["ticks"] = _not_had(ChecklistTick.rows.of(practice_id), "item", kept, gone)
    for model, name in _OWNED:
        model.rows.among(practice_id, moved[name]).update(client=kept)
    return {**moved, **_move_relationships(kept, gone, now), "rejections": _copy_rejections(kept, gone, now)}


_OWNED: tuple[tuple[Any, str], ...] = (
    (Contact, "contacts"),
    (Link, "links"),
    (Proposal, "proposals"),
    (GroupMember, "members"),
    (ChecklistTick, "ticks"),
)
"""What belongs to one client, and the name under which a merge tells what of it went over."""


def _contacts_to_move(kept: Client, gone: Client, needed: Collection[int]) -> list[int]:
    """All but those that the kept one has in just the same words, unless a link or a proposal needs this very one."""
    rows = Contact.rows.of(kept.practice_id).filter(client__in=[kept, gone], removed_at=None)
    contacts = list(rows.order_by("pk"))
    had = [each.values for each in contacts if each.client_id == kept.pk]
    used = set(needed) | set(
        Proposal.rows.of(kept.practice_id).filter(client=gone).values_list("contact_id", flat=True)
    )
    ours = [each for each in contacts if each.client_id == gone.pk]
    return [each.pk for each in ours if each.pk in used or each.values not in had]


def _not_had(rows: Any, column: str, kept: Client, gone: Client) -> list[int]:
    """The rows of the one that goes, but for those of which the kept one has its own."""
    had = set(rows.filter(client=kept).values_list(column, flat=True))
    return [key for key, value in rows.filter(client=gone).values_list("pk", column) if value not in had]


def _move_relationships(kept: Client, gone: Client, now: datetime) -> dict[str, Any]:
    """Ties on either end go over; one to the kept client itself, or one that it has already, is taken out."""
    rows = Relationship.rows.of(kept.practice_id).filter(Q(client=gone) | Q(party=gone), removed_at=None)
    live = Relationship.rows.of(kept.practice_id).filter(Q(client=kept) | Q(party=kept), removed_at=None)
    had = {_tie(each.client_id, each.party_id, each) for each in live}
    moved: dict[str, list[int]] = {"as_client": [], "as_party": [], "taken_out": []}
    for each in rows.order_by("pk"):
        client_id, party_id = (kept.pk if key == gone.pk else key for key in (each.client_id, each.party_id))
        tie = _tie(client_id, party_id, each)
        if client_id == party_id or tie in had:
            moved["taken_out"].append(each.pk)
            continue
        had.add(tie)
        moved["as_client" if each.client_id == gone.pk else "as_party"].append(each.pk)
    Relationship.rows.among(kept.practice_id, moved["as_client"]).update(client=kept)
    Relationship.rows.among(kept.practice_id, moved["as_party"]).update(party=kept)
    Relationship.rows.among(kept.practice_id, moved["taken_out"]).update(removed_at=now)
    return moved


def _tie(client_id: int, party_id: int, each: Relationship) -> tuple[object, ...]:
    """By what two ties are one: what somebody holds, and since when, is another tie."""
    return client_id, party_id, each.type, tuple(sorted((key, value) for key, value in each.values.items() if value))


def _copy_rejections(kept: Client, gone: Client, now: datetime) -> list[int]:
    """Who is not a record under one of two names is not it under the other."""
    rows = Rejection.rows.of(kept.practice_id)
    had = set(rows.filter(client=kept).values_list("mirror_id", flat=True))
    fresh = [each for each in rows.filter(client=gone).order_by("pk") if each.mirror_id not in had]
    made = Rejection.rows.bulk_create(
        Rejection(
            practice_id=kept.practice_id,
            connection_id=each.connection_id,
            client=kept,
            mirror_id=each.mirror_id,
            rejected_by=each.rejected_by,
            rejected_at=each.rejected_at,
        )
        for each in fresh
    )
    return [each.pk for each in made]


# And back


def _move_back(row: Merge) -> None:
    """Everything that went over, and is still where it went, goes back."""
    moved, practice_id = row.moved, row.practice_id
    for model, name in _OWNED:
        model.rows.among(practice_id, moved[name]).filter(client=row.kept).update(client=row.gone)
    Relationship.rows.among(practice_id, moved["as_client"]).filter(client=row.kept).update(client=row.gone)
    Relationship.rows.among(practice_id, moved["as_party"]).filter(party=row.kept).update(party=row.gone)
    Relationship.rows.among(practice_id, moved["taken_out"]).update(removed_at=None)
    Rejection.rows.among(practice_id, moved["rejections"]).delete()
    if "ended" in moved:
        Link.rows.among(practice_id, [moved["ended"]]).update(ended_at=None)
    if "link" in moved:
        _restore_base(row, moved["link"], moved["ties"])


def _restore_base(row: Merge, link_id: int, ties: Mapping[str, Any]) -> None:
    Link.rows.among(row.practice_id, [link_id]).update(base=dict(row.base_before))
    rows = ContactTie.rows.of(row.practice_id).filter(link_id=link_id)
    rows.exclude(pk__in=[int(key) for key in ties]).delete()
    for tie in rows:
        tie.base = dict(ties[str(tie.pk)])
        tie.save(update_fields=["base"])


# Told and listed


def _entries(verb: str, verb_gone: str, kept: Client, gone: Client, changes: Iterable[Changed]) -> list[Entry]:
    """A line for each of the two."""
    facts = {"client": kept.name, "gone": gone.name}
    return [
        Entry(verb, facts, client_id=kept.pk, changes=tuple(changes)),
        Entry(verb_gone, facts, client_id=gone.pk),
    ]


def _settle_twin(kept: Client, gone: Client, actor: Actor, state: str, now: datetime) -> None:
    first, second = sorted((kept.pk, gone.pk))
    decided = (
        {"decided_at": None, "decided_by": ""} if state == "open" else {"decided_at": now, "decided_by": actor.name}
    )
    rows = Twin.rows.of(kept.practice_id).filter(side="register", first=first, second=second)
    rows.update(state=state, **decided)


def _replan(kept: Client, gone: Client, now: datetime) -> None:
    """The link that lives on is planned anew, and both are listed as they are stored."""
    live = Link.rows.of(kept.practice_id).filter(client__in=[kept, gone], ended_at=None)
    reconcile(kept.practice_id, list(live.values_list("pk", flat=True)), now)
    enlist(kept.practice_id, sorted((kept.pk, gone.pk)))
    settle(kept.practice_id, client_ids=[kept.pk, gone.pk], mirror_ids=list(live.values_list("mirror_id", flat=True)))
