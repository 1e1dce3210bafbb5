"""Taking back what was written: for each value the move that sets it back, or why there is none.

A value is set back only where it still is what was written. What both sides had agreed on comes back with it, so that
afterwards they stand to each other as they stood before.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.decision import Decision
from practicesync.core.fields import Field, Values
from practicesync.core.kinds import Parts, Place
from practicesync.core.plan import ContactPlan, Plan
from practicesync.core.presence import Presence, Sort, sort_of
from practicesync.core.push import Act, target_of
from practicesync.core.structure_plan import TiePlan
from practicesync.core.verdict import Move

CHANGED = "undo_changed"
PENDING = "undo_pending"
HIDDEN = "undo_hidden"
NOT_TAKEN = "undo_not_taken"
NEEDED = "undo_needed"
ARCHIVED = "undo_archived"
MADE = "undo_made"
GONE = "undo_gone"
LOST = "undo_lost"
NOT_HERE = "undo_not_here"
"""Why a value is not set back, as keys of `words.WHY_WORDS`."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One value that was written, or one presence that was brought about or taken away.

    `here` tells that it was in the register, else in the remote; `ref` names the record as it was then. `agreed` is
    what both sides had agreed on until then, by key: nothing where they never had.
    """

    here: bool
    ref: str
    row: Field | Presence
    before: Values
    after: Values
    agreed: Values


@dataclass(frozen=True, slots=True)
class Reversal:
    """What takes a deed back: `before` stands on the side that is written now, `after` is to. Or a `problem`."""

    ref: str
    move: Move
    act: Act
    before: Values
    after: Values
    problem: str = ""


class Now(NamedTuple):
    """A linked client as it stands now."""

    plan: Plan
    place: Place
    connector: str
    archived_here: bool = False
    archived_there: bool = False
    gone: bool = False


class Standing(NamedTuple):
    """A presence as it stands now: what either side holds of it, None where it is not there."""

    ref: str
    local: Values | None
    remote: Values | None
    pending: bool = False


def reverse(deed: Deed, now: Now, *, anyway: bool = False) -> Reversal | None:
    """What takes this deed back; None where that is how it stands already.

    `anyway`: also where the value was changed since, for a person who chose just this one.
    """
    if isinstance(deed.row, Field):
        found = _reverse_field(deed, deed.row, now, anyway=anyway)
    else:
        found = _reverse_presence(deed, deed.row, now)
    if found is not None and not found.problem and now.gone and not deed.here:
        return replace(found, problem=GONE)
    return found


def decision_of(plan: Plan, ref: str, name: str) -> Decision | None:
    """How a field stands now, also where its record has another ref meanwhile: one half of it names it."""
    if not ref:
        return next((row for row in plan.decisions if row.field.name == name), None)
    found = _find(plan.contacts if sort_of(ref) is Sort.CONTACT else plan.relationships, ref)
    rows = () if found is None else found.decisions
    return next((row for row in rows if row.field.name == name), None)


def standing_of(now: Now, ref: str, sort: Sort) -> Standing:
    """How a presence stands now."""
    if sort is Sort.ARCHIVED:
        told: Values = {"name": "Archived"}
        return Standing(ref, told if now.archived_here else None, told if now.archived_there else None)
    target = target_of(ref)
    if sort is Sort.GROUP:
        group = next((each for each in now.plan.groups if each.meaning == target.local), None)
        if group is None:
            return Standing(ref, None, None)
        told = {"name": group.name}
        waits = group.whole is not None and group.whole.pending
        return Standing(group.ref, told if group.here else None, told if group.there else None, waits)
    found = _find(now.plan.contacts if sort is Sort.CONTACT else now.plan.relationships, ref)
    if found is None:
        return Standing(_lone_ref(sort, target.local), None, None)
    local, remote = found.pair.local, found.pair.remote
    return Standing(
        found.ref,
        local.values if local is not None and found.pair.here else None,
        remote.values if remote is not None else None,
        found.whole is not None and found.whole.pending,
    )


def stands(now: Now, ref: str, row: Field | Presence, move: Move, before: Values) -> bool:
    """Whether the side that a move writes still holds just what was shown, and nothing is on its way there."""
    if isinstance(row, Field):
        found = decision_of(now.plan, ref, row.name)
        if found is None or found.pending:
            return False
        return row.held(before) == (found.local if move is Move.PULL else found.remote or _blank(row))
    standing = standing_of(now, ref, Sort(row.name))
    held = standing.local if move is Move.PULL else standing.remote
    if standing.pending:
        return False
    return held is None if not before else held is not None and _holds(held, before, row, now.place)


def _find(plans: Sequence[ContactPlan] | Sequence[TiePlan], ref: str) -> ContactPlan | TiePlan | None:
    """The pair that a ref named: by the register's half, else by the remote's; either may have got another half."""
    wanted = target_of(ref)
    halves = [(each, target_of(each.ref)) for each in plans]
    if wanted.local:
        by_local = next((each for each, half in halves if half.local == wanted.local), None)
        if by_local is not None or not wanted.remote:
            return by_local
    return next((each for each, half in halves if half.remote == wanted.remote), None)


def _lone_ref(sort: Sort, local: str) -> str:
    return f"{sort.value}:{local}:"


def _reverse_field(deed: Deed, row: Field, now: Now, *, anyway: bool) -> Reversal | None:
    move = Move.PULL if deed.here else Move.PUSH
    found = decision_of(now.plan, deed.ref, row.name)
    if found is None:
        return Reversal(deed.ref, move, Act.UPDATE, deed.after, deed.before, LOST)
    held = found.local if deed.here else found.remote or _blank(row)
    wanted, written = _merged(row, deed.before, held), _merged(row, deed.after, held)
    if row.kind.same(wanted, held, now.place) and not row.kind.is_masked(wanted):
        return None
    problem = ""
    if not anyway and not row.kind.same(written, held, now.place):
        problem = CHANGED
    problem = problem or _problem(row, wanted, found, now, here=deed.here)
    return Reversal(found.ref, move, Act.UPDATE, row.spread(held), row.spread(wanted), problem)


def _problem(row: Field, wanted: Parts, found: Decision, now: Now, *, here: bool) -> str:
    """Why a value cannot be written to this side."""
    if found.pending:
        return PENDING
    if row.kind.is_masked(wanted):
        return HIDDEN
    if not here and not row.writable(now.connector):
        return NOT_TAKEN
    return NEEDED if row.required and row.is_empty(wanted) else ""


def _merged(row: Field, told: Values, held: Parts) -> Parts:
    """A value as it was: parts that are not told (nobody changed them) stay; with none told it was blank."""
    if not any(key in told for key in row.keys):
        return _blank(row)
    return row.held({**row.spread(held), **told})


def _blank(row: Field) -> Parts:
    return ("",) * len(row.keys)


def _reverse_presence(deed: Deed, row: Presence, now: Now) -> Reversal | None:
    sort = Sort(row.name)
    standing = standing_of(now, deed.ref, sort)
    held = standing.local if deed.here else standing.remote
    move = Move.PULL if deed.here else Move.PUSH
    if deed.after and not deed.before:
        if held is None:
            return None
        found = Reversal(standing.ref, move, Act.REMOVE, held, {})
        if sort is Sort.ARCHIVED and not deed.here:
            return replace(found, problem=ARCHIVED)
        if not _holds(held, deed.after, row, now.place):
            return replace(found, problem=CHANGED)
    else:
        if held is not None:
            return None
        act = Act.ARCHIVE if sort is Sort.ARCHIVED else Act.ADD
        found = Reversal(standing.ref, move, act, {}, dict(deed.before))
        if sort is Sort.RELATIONSHIP and not deed.here and standing.local is None:
            return replace(found, problem=NOT_HERE)
    return replace(found, problem=PENDING) if standing.pending else found


def _holds(held: Values, told: Values, row: Presence, place: Place) -> bool:
    """Whether a presence holds what was told of it; of one that is nothing but there, being there is all."""
    if Sort(row.name) is not Sort.CONTACT:
        return True
    return all(
        field.kind.same(parts, field.held(held), place)
        for field in CATALOGUE.contact
        if (parts := field.told(told)) is not None
    )
