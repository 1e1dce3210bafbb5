"""Deciding one difference of a link, a field's or a presence's: what is known of it, given to the judge."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from practicesync.core import verdict as facts_of
from practicesync.core.compare import SAME, Comparison, State, compare
from practicesync.core.decision import Decision, Whole, row_key
from practicesync.core.fields import Catalogue, Field, Subject, Values
from practicesync.core.kinds import Parts, Place
from practicesync.core.policy import Layer
from practicesync.core.presence import PRESENCES, Sort
from practicesync.core.verdict import Judge, Move, Risk, Verdict


@dataclass(frozen=True, slots=True)
class Planner:
    """What every link of a connection is planned with; `connector` names where values go.

    One that is `sparse` leaves out what agrees and always did.
    """

    catalogue: Catalogue
    connector: str
    judge: Judge
    sparse: bool = False

    def rows(self, subject: Subject, base: Values, local: Values, remote: Values) -> Iterable[Field]:
        """The fields of a record to be decided.

        A sparse plan leaves out those on which base and both sides are equal letter by letter: with them nothing is to
        be done, and of nearly all fields of a firm that is so.
        """
        if not self.sparse:
            return self.catalogue.synced(subject, self.connector)
        if base == local == remote:
            return ()
        was, here, there = base.get, local.get, remote.get
        keys = self.catalogue.synced_keys(subject, self.connector)
        return {row.name: row for key, row in keys.items() if not was(key) == here(key) == there(key)}.values()

    def among(self, rows: Iterable[Field], base: Values, local: Values, remote: Values) -> Iterable[Field]:
        """The same, of these fields alone."""
        if not self.sparse:
            return rows
        if base == local == remote:
            return ()
        return [row for row in rows if any(not base.get(k) == local.get(k) == remote.get(k) for k in row.keys)]


class Standing(NamedTuple):
    """How a link stands, whatever its values: what waits, what somebody left as it is, and whether it is put away."""

    pending: frozenset[str] = frozenset()
    held: frozenset[str] = frozenset()
    together: frozenset[str] = frozenset()
    archived: bool = False
    gone: bool = False

    def facts(self, key: str, *, waiting: bool) -> int:
        """The facts that do not depend on values."""
        return (
            facts_of.PENDING * waiting
            | facts_of.HELD * (key in self.held)
            | facts_of.ARCHIVED * self.archived
            | facts_of.GONE * self.gone
        )


@dataclass(frozen=True, slots=True)
class Lone:
    """A presence that one side has and the other has not.

    `base` is None where they never agreed about it. `more` are facts besides those that follow.
    """

    sort: Sort
    ref: str
    label: str
    base: bool | None
    here: bool
    can_push: bool
    can_pull: bool
    more: int = 0


def presence(planner: Planner, standing: Standing, lone: Lone) -> Whole:
    """Decide a presence that one side has and the other has not."""
    base, here = lone.base, lone.here
    state = State.DIFFERS if base is None else State.LOCAL_CHANGED if base != here else State.REMOTE_CHANGED
    waiting = lone.ref in standing.pending
    facts = lone.more | (facts_of.BLANK_THERE if here else facts_of.BLANK_HERE)
    facts |= facts_of.CAN_PUSH * lone.can_push | facts_of.CAN_PULL * lone.can_pull
    facts |= standing.facts(lone.ref, waiting=waiting)
    if lone.sort is Sort.ARCHIVED:
        # It is about being archived itself, which therefore is no reason to ask.
        facts &= ~facts_of.ARCHIVED
    row = PRESENCES[lone.sort]
    verdict = planner.judge.judge(row, state, facts, whole=True)
    return Whole(lone.ref, row, lone.label, base, here, not here, state, facts, verdict, waiting)


_SETTLE = Verdict(Move.SETTLE, False, False, False, "equal", Layer.OFF, Risk.NONE)
_NOT_TOLD = Verdict(Move.LEAVE, False, False, False, "not_told", Layer.OFF, Risk.NONE)
_HIDDEN_THERE = Verdict(Move.LEAVE, False, False, False, "hidden_there", Layer.OFF, Risk.NONE)


def decide(
    planner: Planner,
    row: Field,
    three: tuple[Values, Values, Values],
    standing: Standing,
    place: Place,
    *,
    ref: str = "",
    taken: bool = True,
) -> Decision:
    """Decide one field from base, local and remote, the `three`; `standing` says what stands in the way.

    `taken` is False where the remote takes no such value of this record, though it does of others.
    """
    base, local, remote = three
    waiting = bool(standing.pending) and row_key(ref, row.name) in standing.pending
    agreed, here, there = row.told(base), row.held(local), row.told(remote)
    if here == there:
        return Decision(ref, row, agreed, here, there, SAME, 0, _SETTLE, waiting)
    comparison = compare(row, agreed, here, there, place)
    if comparison.state is State.SAME:
        verdict = _NOT_TOLD if there is None else _SETTLE
        if comparison.hidden and row.is_empty(here):
            verdict = _HIDDEN_THERE
        return Decision(ref, row, agreed, here, there, comparison, 0, verdict, waiting)
    stands = standing.facts(row_key(ref, row.name), waiting=waiting)
    facts = _facts(planner, row, (agreed, here, there), comparison) | stands
    if not taken:
        facts &= ~facts_of.CAN_PUSH
    verdict = planner.judge.judge(row, comparison.state, facts)
    return Decision(ref, row, agreed, here, there, comparison, facts, verdict, waiting)


def _facts(
    planner: Planner, row: Field, three: tuple[Parts | None, Parts, Parts | None], comparison: Comparison
) -> int:
    """The facts of values that differ. What the remote never told and never held is a blank to be filled."""
    agreed, here, there = three
    empty_here, empty_there = row.is_empty(here), row.is_empty(there)
    can_push = row.writable(planner.connector) and not row.kind.is_masked(here) and not (row.required and empty_here)
    can_pull = there is not None and not comparison.hidden and not (row.required and empty_there)
    never_held = comparison.untold and can_push and row.is_empty(agreed)
    return (
        facts_of.BLANK_HERE * empty_here
        | facts_of.BLANK_THERE * (never_held if comparison.untold else empty_there)
        | facts_of.UNTOLD * comparison.untold
        | facts_of.HIDDEN * comparison.hidden
        | facts_of.CAN_PUSH * can_push
        | facts_of.CAN_PULL * can_pull
    )
