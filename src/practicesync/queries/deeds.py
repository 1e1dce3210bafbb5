"""What a run wrote, out of the log: each value on its side, what stood there before, and what had been agreed on."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.fields import Field, Subject, Values
from practicesync.core.kinds.spelling import plain
from practicesync.core.presence import PRESENCES, Presence, Sort, sort_of
from practicesync.core.push import target_of
from practicesync.core.undo import Deed
from practicesync.store.models import Change

WROTE = ("pulled", "pushed", "push_emptied", "push_removed", "push_archived", "set_back")
"""The verbs under which values that moved between the sides are told."""

MADE = "push_created"

_SUBJECTS: Mapping[Sort | None, Subject] = {
    None: Subject.CLIENT,
    Sort.CONTACT: Subject.CONTACT,
    Sort.RELATIONSHIP: Subject.RELATIONSHIP,
}


@dataclass(frozen=True, slots=True)
class Told:
    """A deed with its place in the log: the last of its changes, and the number of that one's line."""

    client_id: int
    change_id: int
    seq: int
    deed: Deed

    @property
    def mark(self) -> tuple[int, bool, str, str]:
        """What it is about, however its record was called then."""
        return (self.client_id, self.deed.here, record_of(self.deed.ref), self.deed.row.name)


def record_of(ref: str) -> str:
    """A record's name that outlives its pairing: `contact:12` out of `contact:12:ab…`."""
    target = target_of(ref)
    if target.sort in (Sort.CONTACT, Sort.RELATIONSHIP):
        return f"{target.sort.value}:{target.local or ':' + target.remote}"
    return ref


def row_of(ref: str, name: str) -> Field | Presence | None:
    """The field or the sort of presence that a change is about; None for what is neither any more."""
    sort = sort_of(ref)
    if sort is not None and name == sort.value:
        return PRESENCES[sort]
    subject = _SUBJECTS.get(sort)
    return None if subject is None else CATALOGUE.get(subject, name)


def moved(practice_id: int) -> "QuerySet[Change]":
    """The changes that tell of values moved between the sides, oldest first."""
    rows = Change.rows.of(practice_id).filter(activity__verb__in=WROTE)
    return rows.select_related("activity").order_by("activity__seq", "pk")


def deeds_of_run(practice_id: int, run_id: int, client_ids: Sequence[int]) -> list[Told]:
    """What a run wrote of these clients, in the order in which it did."""
    return list(deeds(moved(practice_id).filter(activity__run_id=run_id, activity__client_id__in=client_ids)))


def deeds(changes: Iterable[Change]) -> Iterator[Told]:
    """These changes as deeds; those of one thing, and the fields of what was added or taken away, are one."""
    changes = list(changes)
    agreed = {_mark(change): change.before for change in changes if change.side == "base"}
    found: dict[tuple[int, bool, str, str], Told] = {}
    for change in changes:
        told = None if change.side == "base" else _told(change)
        if told is not None:
            found[told.mark] = _after(found.pop(told.mark, None), told)
    for told in found.values():
        base = agreed.get((told.client_id, record_of(told.deed.ref), told.deed.row.name), told.deed.before)
        deed = told.deed
        yield Told(
            told.client_id,
            told.change_id,
            told.seq,
            Deed(deed.here, deed.ref, deed.row, deed.before, deed.after, base),
        )


def deed_of(change: Change) -> Told | None:
    """One change as a deed, with all that its line of the log tells of the same thing; None where it is none."""
    own = _told(change)
    if own is None:
        return None
    beside = Change.rows.of(change.practice_id).filter(activity=change.activity).select_related("activity")
    return next((told for told in deeds(beside.order_by("pk")) if told.mark == own.mark), None)


def _mark(change: Change) -> tuple[int | None, str, str]:
    return (change.activity.client_id, record_of(change.ref), change.field)


def _after(before: Told | None, told: Told) -> Told:
    """Two deeds of one thing, one after the other, as one."""
    if before is None:
        return told
    first, last = before.deed, told.deed
    if isinstance(last.row, Presence) and bool(first.before) == bool(last.before):
        # Two fields of the same thing that was added, or taken away.
        deed = Deed(last.here, last.ref, last.row, {**first.before, **last.before}, {**first.after, **last.after}, {})
    else:
        deed = Deed(last.here, last.ref, last.row, first.before, last.after, {})
    return Told(told.client_id, told.change_id, told.seq, deed)


def _told(change: Change) -> Told | None:
    client_id = change.activity.client_id
    deed = _deed(change)
    if deed is None or client_id is None:
        return None
    return Told(client_id, change.pk, change.activity.seq, deed)


def _deed(change: Change) -> Deed | None:
    here = change.side == "local"
    whole = _whole(change, here=here)
    if whole is not None:
        return whole
    row = row_of(change.ref, change.field)
    return None if row is None else Deed(here, change.ref, row, change.before, change.after, {})


def _whole(change: Change, *, here: bool) -> Deed | None:
    """A presence that is told by the fields that it brought, or took with it."""
    ref, head = change.ref, change.ref.partition(":")[0]
    if head == "client" and change.field == Sort.GROUP.value:
        before, after = change.before.get("group", ""), change.after.get("group", "")
        return Deed(here, f"group:{plain(before or after)}", PRESENCES[Sort.GROUP], _named(before), _named(after), {})
    sort = sort_of(ref)
    if sort not in (Sort.CONTACT, Sort.RELATIONSHIP) or change.field == sort.value:
        return None
    if here and change.why not in ("added", "removed"):
        return None
    if not here and target_of(ref).remote:
        return None
    if change.why == "removed":
        return Deed(here, ref, PRESENCES[sort], change.before or {"name": ""}, {}, {})
    return Deed(here, ref, PRESENCES[sort], {}, change.after or {"name": ""}, {})


def _named(name: str) -> Values:
    return {"name": name} if name else {}
