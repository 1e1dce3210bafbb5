"""Automatic runs: what a practice's policy lets move unasked, drawn up as a sheet, and stopped where it is too much.

A run of that sort carries out its sheet and nothing else (`flows.automatic`). The brake is judged by the very lines of
the sheet, before the first of them is carried out.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime

from django.db import transaction

from practicesync.core import brake
from practicesync.core.actor import Ability, Actor, client_sync
from practicesync.core.brake import Halt, Load
from practicesync.core.brake_words import say_halt
from practicesync.core.errors import Invalid
from practicesync.core.policy import Policy
from practicesync.core.push import Act
from practicesync.operations import runs, sheets
from practicesync.operations.activity import Entry, write
from practicesync.operations.sheets import DRAWING, NewLine
from practicesync.queries.automatic import (
    UNASKED,
    Due,
    failing_links,
    left_out,
    linked,
    load_due,
    since_when,
    stopped,
)
from practicesync.queries.policy import policy_of
from practicesync.store.models import Connection, Run, Sheet

KIND = "automatic"


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a run drew up: a sheet, and why it is not to be carried out, if so; neither where nothing is due."""

    sheet_id: int | None = None
    halt: str = ""


@dataclass
class _Weight:
    """What the lines of a sheet come to, in clients."""

    changed: set[int] = field(default_factory=set)
    lost: set[int] = field(default_factory=set)
    lines: int = 0

    def weigh(self, lines: Iterable[NewLine]) -> Iterator[NewLine]:
        """Pass the lines on, and count them."""
        for line in lines:
            self.lines += 1
            self.changed.add(line.client_id)
            if brake.takes_away(Act(line.act), line.before, line.after):
                self.lost.add(line.client_id)
            yield line


def request(actor: Actor, connection_id: int, now: datetime) -> Run | None:
    """Ask for an automatic run; one that has not ended is returned instead of a second.

    None where client sync is off, nothing is due, or the brake holds the very same lines already.
    """
    actor.require(Ability.SYNC)
    with transaction.atomic():
        connection = Connection.rows.of(actor.practice_id).select_for_update(no_key=True).get(pk=connection_id)
        if connection.state != "connected":
            return None
        live = Run.rows.of(actor.practice_id).filter(connection=connection, kind=KIND, state__in=runs.LIVE).first()
        if live is not None:
            return live
        policy = policy_of(actor.practice_id, connection.connector)
        due = load_due(actor.practice_id, connection_id, policy)
        if not due or _is_stopped_already(connection, policy, due):
            return None
        return runs.request_work(actor, connection_id, KIND, now, notes={"policy": policy.version})


def request_where_due(practice_id: int, now: datetime) -> None:
    """Ask for an automatic run of every connection that has something due: called wherever differences may arise.

    Outside any transaction. It is handed over with the other runs that wait (`flows.start.pick_up`).
    """
    connections = Connection.rows.of(practice_id).filter(state="connected").order_by("pk")
    for connection_id in connections.values_list("pk", flat=True):
        request(client_sync(practice_id), connection_id, now)


def request_after(run_id: int, now: datetime) -> None:
    """`request_where_due` for the practice of a run that may have given rise to something."""
    request_where_due(Run.rows.everywhere().values_list("practice_id", flat=True).get(pk=run_id), now)


def _is_stopped_already(connection: Connection, policy: Policy, due: Due) -> bool:
    """Whether a person has yet to look at a run that would have done just this."""
    sheet = stopped(connection.practice_id, connection.pk)
    if sheet is None or sheet.notes.get("due") != asdict(due):
        return False
    since = datetime.fromisoformat(sheet.notes["since"])
    return bool(left_out(connection.practice_id, connection.pk, policy, since) == sheet.notes["left_out"])


def draw_up(run_id: int, now: datetime) -> Drawn:
    """Draw up all that may move unasked now, as a sheet; braked where that is too much. Twice gives the same sheet.

    Outside any transaction: a long sheet is written in short ones. What a crash left half drawn up is drawn up anew.
    """
    run = Run.rows.everywhere().select_related("connection").get(pk=run_id)
    drawn = Sheet.rows.of(run.practice_id).filter(run=run, kind=KIND)
    sheet = drawn.exclude(state__in=("draft", DRAWING)).first()
    if sheet is None and run.connection is not None:
        drawn.delete()
        sheet = _draw_up(run, run.connection, now)
    if sheet is None:
        return Drawn()
    return Drawn(sheet.pk, sheet.notes["why"] if sheet.state == "braked" else "")


def _draw_up(run: Run, connection: Connection, now: datetime) -> Sheet | None:
    policy = policy_of(run.practice_id, connection.connector)
    due = load_due(run.practice_id, connection.pk, policy)
    if not due:
        return None
    since = since_when(connection, now)
    failing = failing_links(run.practice_id, connection.pk)
    weight = _Weight()
    chosen = sheets.lines_of(run.practice_id, connection.pk, UNASKED)
    lines = weight.weigh(line for line in chosen if line.link_id not in failing)
    try:
        sheet = sheets.draw_up(client_sync(run.practice_id), connection.pk, KIND, lines, now, run_id=run.pk)
    except Invalid:
        return None  # It was settled between the counting and the drawing up.
    missing = left_out(run.practice_id, connection.pk, policy, since)
    load = Load(linked(run.practice_id, connection.pk).count(), len(weight.changed), len(weight.lost), missing)
    halts = brake.halts(load, policy.brake)
    sheet.notes = {"due": asdict(due), "since": since.isoformat(), "left_out": missing, **_told(load, halts)}
    _set_going(sheet, run, weight, halts)
    return sheet


def _told(load: Load, halts: tuple[Halt, ...]) -> dict[str, object]:
    """What the page of the brake says."""
    return {
        "linked": load.linked,
        "changed": load.changed,
        "lost": load.lost,
        "halts": [list(halt) for halt in halts],
        "why": " ".join(say_halt(halt) for halt in halts),
    }


def _set_going(sheet: Sheet, run: Run, weight: _Weight, halts: tuple[Halt, ...]) -> None:
    """Say whether the sheet is carried out or waits; the ones that waited before it are of no more use."""
    older = Sheet.rows.of(sheet.practice_id).filter(connection_id=sheet.connection_id, kind=KIND, state="braked")
    with transaction.atomic():
        older.exclude(pk=sheet.pk).update(state="superseded")
        sheet.state = "braked" if halts else "applying"
        sheet.applied_by = None if halts else run
        sheet.save(update_fields=["state", "applied_by", "notes"])
        Run.rows.of(run.practice_id).filter(pk=run.pk).update(total=weight.lines)


def finish(run_id: int, sheet_id: int | None, done: int, total: int, now: datetime) -> None:
    """The run is done: told where it moved anything. Asks for another where the policy changed meanwhile."""
    run = Run.rows.everywhere().select_related("connection").get(pk=run_id)
    with transaction.atomic():
        live = runs.is_live(run_id)
        runs.finish(run_id, now)
        if live and total:
            facts = {"done": done, "total": total, "policy": _version(run, sheet_id)}
            write(client_sync(run.practice_id), Entry("moved_unasked", facts, run_id=run_id), now)
    connection = run.connection
    if connection is None or sheet_id is None:
        return
    if policy_of(run.practice_id, connection.connector).version != _version(run, sheet_id):
        request(client_sync(run.practice_id), connection.pk, now)


def _version(run: Run, sheet_id: int | None) -> int:
    """The policy by which a run's sheet was drawn up."""
    found = Sheet.rows.of(run.practice_id).filter(pk=sheet_id or 0).values_list("policy_version", flat=True).first()
    return int(found or 0)
