"""Carrying a sheet out, batch by batch: each is one transaction, may run twice, and goes on where the last one ended.

A line whose values are no longer those that were shown is stale: nothing of it is written, and the rest goes on.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from django.db import transaction
from django.db.models import F, QuerySet

from practicesync.core.actor import Actor
from practicesync.core.decision import Decision, Whole
from practicesync.core.errors import Invalid
from practicesync.core.motion import Motion
from practicesync.core.presence import Sort, sort_of
from practicesync.core.push import OPEN, Act, Outcome
from practicesync.core.undo import stands
from practicesync.core.verdict import Move
from practicesync.operations import runs
from practicesync.operations.activity import Entry, write_all
from practicesync.operations.creating import queue_create
from practicesync.operations.link_trouble import NO_TROUBLE
from practicesync.operations.listing import enlist
from practicesync.operations.moving import bring, hold, queue
from practicesync.operations.reconciling import reconcile
from practicesync.operations.taking_back import take_back
from practicesync.queries.differences import policy_for, row_of
from practicesync.queries.plan_structure import beside
from practicesync.queries.plans import LinkedPlan, plans_of, stamp_of
from practicesync.queries.sheet_outcomes import outcome_of
from practicesync.queries.undo_lines import now_of
from practicesync.store.models import Client, Link, Run, Sheet, SheetLine

CLIENTS = 50
"""So many clients a batch at most."""

LINES = 500
"""So many lines are looked at to find them."""

CHANGED = "It changed after it was shown."
UNLINKED = "The client is no longer linked."
NOT_ALLOWED = "Your firm's policy no longer lets it move this way, or something else is on its way."
POLICY = "The policy changed while the run was under way."


@dataclass
class Batch:
    """The lines of some clients, all locked, with what is stored about each link."""

    sheet: Sheet
    run: Run
    actor: Actor
    clients: dict[int, Client]
    lines: list[SheetLine]
    plans: dict[int, LinkedPlan]
    ended: list[SheetLine] = field(default_factory=list)

    def end(self, line: SheetLine, outcome: Outcome, detail: str = "") -> None:
        """Say what became of a line."""
        line.outcome, line.detail = outcome.value, detail[:500]
        self.ended.append(line)

    def keep(self) -> None:
        """Store what became of the lines."""
        SheetLine.rows.bulk_update(self.ended, ["outcome", "detail", "push"], batch_size=200)


def pull_batch(sheet_id: int, run_id: int, now: datetime) -> bool:
    """Bring the next clients' pulls into the register; whether there may be more."""
    with transaction.atomic():
        batch = _next(sheet_id, run_id, Move.PULL)
        if batch is None:
            return False
        hold(batch.sheet.practice_id, [line.ref for line in batch.lines])
        entries: list[Entry] = []
        for link_id, lines in _by_link(batch.lines):
            loaded = batch.plans.get(link_id)
            motions = [motion for _line, motion in _fresh(batch, loaded, lines)]
            if loaded is None or not motions:
                continue
            client = batch.clients[loaded.link.client_id]
            changes = bring(client, loaded, motions, now)
            facts: dict[str, str | int] = {"client": client.name, "policy": batch.sheet.policy_version}
            verb = "set_back" if batch.sheet.kind == "undo" else "pulled"
            entries.append(Entry(verb, facts, client_id=client.pk, run_id=run_id, changes=changes))
        for line in batch.lines:
            if not line.outcome:
                batch.end(line, Outcome.DONE)
        _conclude(batch, entries, now)
        if entries:
            enlist(batch.sheet.practice_id, sorted(batch.clients))
    return True


def queue_batch(sheet_id: int, run_id: int, now: datetime) -> bool:
    """Queue the next clients' pushes; whether there may be more. They are sent afterwards (`flows.push`)."""
    with transaction.atomic():
        batch = _next(sheet_id, run_id, Move.PUSH)
        if batch is None:
            return False
        _create(batch, [line for line in batch.lines if line.act == Act.CREATE], now)
        for link_id, lines in _by_link(line for line in batch.lines if line.act != Act.CREATE):
            loaded = batch.plans.get(link_id)
            fresh = _fresh(batch, loaded, lines)
            if loaded is None or not fresh:
                continue
            line_of = {id(motion): line for line, motion in fresh}
            for motion, push in queue(loaded, [motion for _line, motion in fresh], batch.run, now):
                line_of[id(motion)].push = push
                batch.end(line_of[id(motion)], Outcome.WAITING)
        _conclude(batch, [], now)
    return True


def _create(batch: Batch, lines: Iterable[SheetLine], now: datetime) -> None:
    """Queue the making of new clients in the remote."""
    for line in lines:
        try:
            with transaction.atomic():
                line.push = queue_create(batch.actor, line.client_id, batch.run, now)
        except Invalid as problem:
            batch.end(line, Outcome.CANNOT, str(problem))
        else:
            batch.end(line, Outcome.WAITING)


def finish(sheet_id: int, run_id: int, now: datetime) -> dict[str, int]:
    """The run of a sheet has ended, or was cancelled: its lines take what became of their pushes.

    Returns how many lines ended how. A push that is still under way tells its lines later, through itself.
    """
    with transaction.atomic():
        sheet: Sheet = Sheet.rows.everywhere().select_for_update(no_key=True).get(pk=sheet_id)
        _take_over(sheet)
        if sheet.kind == "undo":
            take_back(sheet, _lines(sheet).filter(move=Move.PUSH.value), now)
        if not runs.is_live(run_id):
            _lines(sheet).filter(outcome="").update(outcome=Outcome.WITHDRAWN.value)
        counts: Counter[str] = Counter(_lines(sheet).values_list("outcome", flat=True))
        sheet.state = "done"
        sheet.save(update_fields=["state"])
        # Lines that were never to be carried out, since they cannot be, are none of the run's.
        total = runs.total_of(run_id)
        left = counts[""] + counts[Outcome.WAITING.value]
        runs.progress(run_id, done=max(0, total - left), changed=counts[Outcome.DONE.value])
    return dict(counts)


def _take_over(sheet: Sheet) -> None:
    waiting = (
        _lines(sheet).filter(outcome=Outcome.WAITING.value).exclude(push__state__in=[state.value for state in OPEN])
    )
    for line in list(waiting.select_related("push")):
        if line.push is not None:
            line.outcome, line.detail = outcome_of(line.push, line.field).value, line.push.detail
            line.save(update_fields=["outcome", "detail"])


def _next(sheet_id: int, run_id: int, move: Move) -> Batch | None:
    """The next clients' lines, with the clients locked; None where none is left, or the run is to go no further."""
    run = Run.rows.everywhere().get(pk=run_id)
    sheet = Sheet.rows.of(run.practice_id).get(pk=sheet_id)
    if not runs.is_live(run_id) or _is_overruled(sheet):
        return None
    waiting = _lines(sheet).filter(outcome="", move=move.value)
    keys = list(dict.fromkeys(waiting.order_by("client_id", "pk").values_list("client_id", flat=True)[:LINES]))[
        :CLIENTS
    ]
    if not keys:
        return None
    clients = Client.rows.among(sheet.practice_id, keys).order_by("pk").select_for_update(no_key=True)
    locked = {client.pk: client for client in clients}
    # Read again now that nobody else writes these clients: another worker may have been quicker.
    lines = list(waiting.filter(client__in=keys).order_by("link_id", "pk"))
    links = Link.rows.among(sheet.practice_id, {line.link_id for line in lines if line.link_id}).filter(ended_at=None)
    plans = plans_of(sheet.practice_id, list(links.values_list("pk", flat=True)))
    return Batch(sheet, run, runs.on_behalf(run), locked, lines, plans)


def _is_overruled(sheet: Sheet) -> bool:
    """Whether nobody looked at this sheet and the policy that drew it up no longer holds: the rest of it is left."""
    if sheet.kind != "automatic" or policy_for(sheet.practice_id, sheet.connection_id).version == sheet.policy_version:
        return False
    _lines(sheet).filter(outcome="").update(outcome=Outcome.STALE.value, detail=POLICY)
    return True


def _by_link(lines: Iterable[SheetLine]) -> Iterable[tuple[int, list[SheetLine]]]:
    for link_id, some in groupby(lines, key=lambda line: line.link_id):
        yield link_id or 0, list(some)


def _fresh(batch: Batch, loaded: LinkedPlan | None, lines: Sequence[SheetLine]) -> list[tuple[SheetLine, Motion]]:
    """The lines that are still what was shown, as moves; the others are ended as stale."""
    if loaded is None:
        for line in lines:
            batch.end(line, Outcome.STALE, UNLINKED)
        return []
    differing = {(row.ref, row.row.subject.value, row.row.name): row for row in loaded.plan.differences()}
    found = []
    for line in lines:
        row = differing.get((line.ref, line.subject, line.field))
        problem = _problem(line, row) or _withheld(batch, loaded, line, row) if line.stamp else _moved(line, loaded)
        if problem:
            batch.end(line, Outcome.STALE, problem)
        else:
            found.append((line, _motion(line)))
    return found


def _problem(line: SheetLine, row: Decision | Whole | None) -> str:
    """Why a line of the plan is not carried out; "" where it is."""
    if row is None or stamp_of(row) != line.stamp:
        return CHANGED
    return "" if (row.can_pull if line.move == Move.PULL else row.can_push) else NOT_ALLOWED


def _withheld(batch: Batch, loaded: LinkedPlan, line: SheetLine, row: Decision | Whole | None) -> str:
    """Why what nobody chose is not to move after all: somebody left it as it is, or put its client aside meanwhile."""
    if batch.run.kind != "automatic" or row is None:
        return ""
    still = row.verdict.unasked and row.move == line.move and loaded.link.set_aside_at is None
    return "" if still else NOT_ALLOWED


def _moved(line: SheetLine, loaded: LinkedPlan) -> str:
    """Why a line that tells its own values (one that takes something back) is not carried out."""
    row = row_of(line.subject, line.field)
    shown = row is not None and stands(now_of(loaded), line.ref, row, Move(line.move), line.before)
    return "" if shown else CHANGED


def _motion(line: SheetLine) -> Motion:
    """A line as a move: with the values that were shown, whatever else holds now."""
    row = row_of(line.subject, line.field)
    if row is None:
        raise LookupError(f"no field {line.subject}.{line.field}")
    return Motion(line.ref, row, Move(line.move), Act(line.act), line.before, line.after, line.why, line.label)


def _conclude(batch: Batch, entries: Sequence[Entry], now: datetime) -> None:
    """Store what became of the lines, write the log, plan the links afresh."""
    write_all(batch.actor, entries, now)
    batch.keep()
    ended = [line.outcome for line in batch.ended if line.outcome != Outcome.WAITING]
    done = sum(outcome == Outcome.DONE for outcome in ended)
    Run.rows.of(batch.sheet.practice_id).filter(pk=batch.run.pk).update(
        done=F("done") + len(ended), changed=F("changed") + done
    )
    practice_id = batch.sheet.practice_id
    links = sorted(batch.plans)
    if batch.sheet.kind != "automatic":
        # A person has seen the trouble and goes on.
        Link.rows.among(practice_id, links).exclude(failing="").update(**NO_TROUBLE)
    named = [line.link_id for line in batch.lines if line.link_id and sort_of(line.ref) is Sort.RELATIONSHIP]
    reconcile(practice_id, sorted({*links, *beside(practice_id, named)}), now)
    if batch.sheet.kind == "undo":
        take_back(batch.sheet, batch.ended, now)


def _lines(sheet: Sheet) -> QuerySet[SheetLine]:
    return SheetLine.rows.of(sheet.practice_id).filter(sheet=sheet)
