"""Sheets: lines of moves as somebody saw them, applied as they are or not at all.

A sheet is drawn up, looked at, and applied by a run. Its lines never change but for what became of each, so that what
was shown is what is done. `sheet_batches` carries them out.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.db.models import QuerySet

from practicesync.core.actor import Ability, Actor
from practicesync.core.errors import Invalid, Stale
from practicesync.core.push import PushState
from practicesync.core.verdict import Move
from practicesync.operations import runs
from practicesync.operations.activity import Entry, write
from practicesync.operations.pushing import withdraw
from practicesync.operations.sheet_batches import finish, pull_batch, queue_batch
from practicesync.queries.absent import lines_still_to_create
from practicesync.queries.differences import policy_for
from practicesync.queries.sheet_lines import NewLine, lines_again, lines_of
from practicesync.queries.undo_lines import count_left, lines_left
from practicesync.store.models import Connection, Push, Run, Sheet, SheetLine

__all__ = [
    "NewLine",
    "again",
    "cancel",
    "cancel_run",
    "draw_up",
    "finish",
    "leave",
    "lines_of",
    "pull_batch",
    "queue_batch",
    "request_apply",
    "size_again",
]

BATCH = 500
DRAW = "draw"
"""The kind of run that draws up a long sheet."""

DRAWING = "drawing"
"""A sheet whose lines are still being written: nobody sees it."""

APPLICABLE = ("draft", "braked")
NOTHING = "Nothing is chosen. Tick at least one line."
CHANGED_POLICY = (
    "The policy changed after this sheet was drawn up, so it is no longer what would be done. Draw it up anew."
)


def draw_up(
    actor: Actor,
    connection_id: int,
    kind: str,
    lines: Iterable[NewLine],
    now: datetime,
    *,
    run_id: int | None = None,
    undoes: int | None = None,
    notes: Mapping[str, object] | None = None,
) -> Sheet:
    """Store these lines as a sheet; nothing is moved. `run_id` draws it up, `undoes` is the run that it takes back.

    Raises `Invalid` where there is no line, and what `lines` raises: nothing is stored then.
    """
    actor.require(Ability.SYNC)
    # Whoever draws up a sheet of another practice's connection finds nothing.
    Connection.rows.of(actor.practice_id).get(pk=connection_id)
    if run_id is not None:
        Sheet.rows.of(actor.practice_id).filter(run_id=run_id, state=DRAWING).delete()
    sheet = Sheet(
        practice_id=actor.practice_id,
        connection_id=connection_id,
        kind=kind,
        state=DRAWING,
        made_at=now,
        made_by=actor.name,
        policy_version=policy_for(actor.practice_id, connection_id).version,
        run_id=run_id,
        undoes_id=undoes,
        notes=dict(notes or {}),
    )
    sheet.save(force_insert=True)
    try:
        _store(sheet, lines)
    except Invalid:
        sheet.delete()
        raise
    sheet.state = "draft"
    sheet.save(update_fields=["state"])
    return sheet


def _store(sheet: Sheet, lines: Iterable[NewLine]) -> None:
    """Store the lines batch by batch, so that nobody waits for a long sheet to be written."""
    count, told = 0, iter(lines)
    while batch := [_line(sheet, line) for line in islice(told, BATCH)]:
        SheetLine.rows.bulk_create(batch, batch_size=BATCH)
        count += len(batch)
        if sheet.run_id is not None:
            Run.rows.of(sheet.practice_id).filter(pk=sheet.run_id, kind=DRAW).update(done=count)
    if not count:
        raise Invalid({"": NOTHING})


def _line(sheet: Sheet, line: NewLine) -> SheetLine:
    return SheetLine(
        practice_id=sheet.practice_id,
        sheet=sheet,
        client_id=line.client_id,
        link_id=line.link_id,
        ref=line.ref,
        subject=line.subject,
        field=line.field,
        label=line.label[:300],
        move=line.move,
        act=line.act,
        before=dict(line.before),
        after=dict(line.after),
        stamp=line.stamp,
        state=line.state,
        why=line.why,
        rank=line.rank,
        sort_name=line.sort_name,
        outcome=line.outcome,
        detail=line.detail[:500],
    )


def request_apply(actor: Actor, sheet_id: int, now: datetime) -> Run:
    """Ask for a sheet to be applied: the run that does it, for the caller to start.

    Raises `Stale` where it was applied or dropped meanwhile, or drawn up under a policy that no longer holds, and
    `Invalid` where it cannot be applied now.
    """
    actor.require(Ability.SYNC)
    with transaction.atomic():
        sheet = _locked(actor, sheet_id)
        if sheet.state not in APPLICABLE:
            raise Stale("This sheet was applied or put away already.")
        if sheet.policy_version != policy_for(actor.practice_id, sheet.connection_id).version:
            raise Stale(CHANGED_POLICY)
        open_lines = lines_in(sheet).filter(outcome="")
        total = open_lines.count()
        if not total:
            raise Invalid({"": "No line of this sheet can be done."})
        pushes = open_lines.filter(move=Move.PUSH.value).count()
        if pushes and sheet.connection.state != "connected":
            raise Invalid({"": "Xero Practice Manager is not connected, so nothing can be sent there."})
        run = runs.request_work(actor, sheet.connection_id, "apply", now, subject=sheet.pk, total=total)
        sheet.state, sheet.applied_by = "applying", run
        sheet.save(update_fields=["state", "applied_by"])
        write(actor, Entry("apply_asked", {"pushes": pushes, "pulls": total - pushes}, run_id=run.pk), now)
    return run


def cancel(actor: Actor, sheet_id: int, now: datetime) -> None:
    """Stop applying: what is done stands, what still waits is withdrawn. What is being sent right now still ends.

    Raises `Invalid` where nothing is under way any more.
    """
    actor.require(Ability.SYNC)
    with transaction.atomic():
        sheet = _locked(actor, sheet_id)
        if sheet.state != "applying" or sheet.applied_by_id is None:
            raise Invalid({"": "This sheet is not being applied."})
        waiting = Push.rows.of(actor.practice_id).filter(run_id=sheet.applied_by_id, state=PushState.WAITING.value)
        withdraw(actor, list(waiting.values_list("pk", flat=True)), now)
        runs.cancel(actor, sheet.applied_by_id, now)
        finish(sheet.pk, sheet.applied_by_id, now)


def cancel_run(actor: Actor, run_id: int, now: datetime) -> None:
    """Stop a run, and take back what waits of the sheet that it applies, if it applies one."""
    sheet = Sheet.rows.of(actor.practice_id).filter(applied_by_id=run_id, state="applying").first()
    if sheet is None:
        runs.cancel(actor, run_id, now)
    else:
        cancel(actor, sheet.pk, now)


def leave(actor: Actor, sheet_id: int) -> None:
    """Put a sheet away that nobody wants to apply. Raises `Stale` where it was applied meanwhile."""
    actor.require(Ability.SYNC)
    with transaction.atomic():
        sheet = _locked(actor, sheet_id)
        if sheet.state not in APPLICABLE:
            raise Stale("This sheet was applied or put away already.")
        sheet.state = "left"
        sheet.save(update_fields=["state"])


def again(actor: Actor, sheet_id: int, outcomes: Iterable[str], now: datetime, *, drawn_by: int | None = None) -> Sheet:
    """A new sheet of those lines of an applied one that ended so, as they stand now, to be looked at again.

    What no longer differs is left out; raises `Invalid` where nothing is left. Of one that takes something back it is
    all that is not taken back yet.
    """
    actor.require(Ability.SYNC)
    old = _applied(actor, sheet_id)
    notes = {**(old.notes if old.kind == "undo" else {}), "again": old.pk}
    lines = _lines_again(old, frozenset(outcomes))
    try:
        return draw_up(
            actor, old.connection_id, old.kind, lines, now, run_id=drawn_by, undoes=old.undoes_id, notes=notes
        )
    except Invalid as nothing:
        raise Invalid({"": "Nothing of it differs any more, so there is nothing to do."}) from nothing


def _lines_again(old: Sheet, outcomes: frozenset[str]) -> Iterator[NewLine]:
    if old.kind == "undo":
        return lines_left(old)
    if old.kind == "create":
        ended = lines_in(old).filter(outcome__in=outcomes).values_list("client_id", flat=True)
        return lines_still_to_create(old.practice_id, old.connection_id, set(ended))
    return lines_again(old.practice_id, old.pk, outcomes)


def size_again(actor: Actor, sheet_id: int, outcomes: Iterable[str]) -> int:
    """How many lines `again` looks at. Raises `Invalid` as that does where the sheet was not applied to its end."""
    actor.require(Ability.SYNC)
    old = _applied(actor, sheet_id)
    return count_left(old) if old.kind == "undo" else lines_in(old).filter(outcome__in=list(outcomes)).count()


def _applied(actor: Actor, sheet_id: int) -> Sheet:
    found: Sheet = Sheet.rows.of(actor.practice_id).get(pk=sheet_id)
    if found.state != "done":
        raise Invalid({"": "This sheet has not been applied to its end."})
    return found


def lines_in(sheet: Sheet) -> QuerySet[SheetLine]:
    """The lines of a sheet."""
    return SheetLine.rows.of(sheet.practice_id).filter(sheet=sheet)


def _locked(actor: Actor, sheet_id: int) -> Sheet:
    sheet: Sheet = Sheet.rows.of(actor.practice_id).select_for_update(no_key=True).get(pk=sheet_id)
    return sheet
