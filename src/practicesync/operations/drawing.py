"""Sheets of any length: a short one is drawn up while somebody waits, a long one by a run of its own.

What a sheet is to hold is told by a few words that the run keeps, so that drawing it up twice gives the one sheet.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from practicesync.core.actor import Ability, Actor
from practicesync.core.errors import Invalid
from practicesync.operations import runs, sheets, undoing
from practicesync.queries.absent import count_absent, lines_to_create
from practicesync.queries.differences import Selection
from practicesync.queries.firm_plan import load_totals
from practicesync.queries.sheet_lines import lines_of
from practicesync.store.models import Run, Sheet

AT_ONCE = 2_000
"""So many lines are drawn up while somebody waits."""

BUSY: Final = "Another long sheet is being drawn up. Try again when it is there."


@dataclass(frozen=True, slots=True)
class Asked:
    """The sheet that is there, or else the run that draws it up, for the caller to start."""

    sheet_id: int | None = None
    run: Run | None = None


class Wanted(Protocol):
    """What a sheet is to hold."""

    def size(self, actor: Actor, connection_id: int) -> int:
        """About how many lines that is, told quickly. Raises `Invalid` where it cannot be drawn up."""

    def draw(self, actor: Actor, connection_id: int, now: datetime, run_id: int | None) -> Sheet:
        """Draw it up, for a run if one is told. Raises `Invalid` where nothing is left of it."""


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The lines of the plan that a filter selects."""

    selection: Mapping[str, Any]

    def size(self, actor: Actor, connection_id: int) -> int:
        return load_totals(actor.practice_id, connection_id, Selection(**self.selection)).lines

    def draw(self, actor: Actor, connection_id: int, now: datetime, run_id: int | None) -> Sheet:
        lines = lines_of(actor.practice_id, connection_id, Selection(**self.selection))
        return sheets.draw_up(actor, connection_id, "chosen", lines, now, run_id=run_id)


@dataclass(frozen=True, slots=True)
class _Absent:
    """All clients that the remote lacks, to be made there."""

    def size(self, actor: Actor, connection_id: int) -> int:
        return count_absent(actor.practice_id)

    def draw(self, actor: Actor, connection_id: int, now: datetime, run_id: int | None) -> Sheet:
        lines = lines_to_create(actor.practice_id, connection_id, None)
        return sheets.draw_up(actor, connection_id, "create", lines, now, run_id=run_id)


@dataclass(frozen=True, slots=True)
class _TakenBack:
    """What a run wrote, in reverse."""

    undoes: int

    def size(self, actor: Actor, connection_id: int) -> int:
        return undoing.size_of(actor, self.undoes)

    def draw(self, actor: Actor, connection_id: int, now: datetime, run_id: int | None) -> Sheet:
        return undoing.draw_up(actor, self.undoes, now, drawn_by=run_id)


@dataclass(frozen=True, slots=True)
class _LeftUndone:
    """The lines of an applied sheet that ended so, as they stand now."""

    sheet: int
    outcomes: Sequence[str]

    def size(self, actor: Actor, connection_id: int) -> int:
        return sheets.size_again(actor, self.sheet, self.outcomes)

    def draw(self, actor: Actor, connection_id: int, now: datetime, run_id: int | None) -> Sheet:
        return sheets.again(actor, self.sheet, self.outcomes, now, drawn_by=run_id)


_SORTS: Mapping[str, Callable[..., Wanted]] = {
    "chosen": _Chosen,
    "absent": _Absent,
    "taken_back": _TakenBack,
    "left_undone": _LeftUndone,
}


def of_plan(actor: Actor, connection_id: int, chosen: Selection, now: datetime) -> Asked:
    """A sheet of all lines of the plan that are selected."""
    return _ask(actor, connection_id, "chosen", {"selection": asdict(chosen)}, now)


def of_absent(actor: Actor, connection_id: int, now: datetime) -> Asked:
    """A sheet that makes every client there that the remote lacks."""
    return _ask(actor, connection_id, "absent", {}, now)


def of_undo(actor: Actor, run_id: int, now: datetime) -> Asked:
    """A sheet that takes a run back (`undoing.draw_up`)."""
    actor.require(Ability.SYNC)
    run = Run.rows.of(actor.practice_id).get(pk=run_id)
    return _ask(actor, run.connection_id or 0, "taken_back", {"undoes": run_id}, now)


def of_rest(actor: Actor, sheet_id: int, outcomes: Iterable[str], now: datetime) -> Asked:
    """A sheet of what an applied one left undone (`sheets.again`)."""
    actor.require(Ability.SYNC)
    old = Sheet.rows.of(actor.practice_id).get(pk=sheet_id)
    return _ask(actor, old.connection_id, "left_undone", {"sheet": sheet_id, "outcomes": sorted(outcomes)}, now)


def _ask(actor: Actor, connection_id: int, sort: str, told: Mapping[str, object], now: datetime) -> Asked:
    """Raises `Invalid` where it cannot be drawn up, nothing is left of it, or another long one is being drawn up."""
    actor.require(Ability.SYNC)
    wanted = _SORTS[sort](**told)
    size = wanted.size(actor, connection_id)
    if size <= AT_ONCE:
        return Asked(sheet_id=wanted.draw(actor, connection_id, now, None).pk)
    notes = {"sort": sort, "told": told}
    run = runs.request_work(actor, connection_id, sheets.DRAW, now, total=size, notes=notes)
    if run.notes != notes:
        raise Invalid({"": BUSY})
    return Asked(run=run)


def draw_for(run_id: int, now: datetime) -> int:
    """Draw up what a run was asked to; the sheet. Doing it twice gives the one sheet. Raises what `draw_up` raises."""
    run = Run.rows.everywhere().get(pk=run_id)
    made = Sheet.rows.of(run.practice_id).filter(run=run).exclude(state=sheets.DRAWING).first()
    if made is None:
        wanted = _SORTS[run.notes["sort"]](**run.notes["told"])
        made = wanted.draw(runs.on_behalf(run), runs.connection_of(run_id), now, run_id)
    return int(made.pk)
