"""What the brake has stopped, for its page; and what the remote has left out, whether or not a run has met it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from practicesync.core.brake import Cause, Halt, Load, halts
from practicesync.core.policy import Brake
from practicesync.queries.automatic import halts_in, left_out, linked, since_when
from practicesync.queries.differences import policy_for
from practicesync.queries.sheet_page import SheetPage, load_sheet
from practicesync.store.models import Connection, Run, Sheet


@dataclass(frozen=True, slots=True)
class BrakePage:
    """Why a run stopped, in numbers, and the gravest of what it would have done."""

    sheet: SheetPage
    halts: tuple[Halt, ...]
    linked: int
    changed: int
    lost: int
    brake: Brake
    run_id: int | None

    @property
    def left_out(self) -> tuple[Halt, ...]:
        """What the remote no longer tells of many clients."""
        return tuple(halt for halt in self.halts if halt.cause is Cause.LEFT_OUT)

    @property
    def changed_too_many(self) -> bool:
        """Whether so many clients would be changed that it stopped."""
        return any(halt.cause is Cause.CHANGED for halt in self.halts)

    @property
    def lost_too_many(self) -> bool:
        """Whether so many clients would lose something that it stopped."""
        return any(halt.cause is Cause.LOST for halt in self.halts)

    @property
    def is_open(self) -> bool:
        """Whether somebody has yet to say what becomes of it."""
        return self.sheet.state == "braked"


def load_brake(practice_id: int, sheet_id: int, now: datetime) -> BrakePage | None:
    """The page of a stopped run's sheet; None where the practice has no such."""
    notes = Sheet.rows.of(practice_id).filter(pk=sheet_id, kind="automatic").values_list("notes", flat=True).first()
    page = None if not notes or not notes.get("halts") else load_sheet(practice_id, sheet_id, now)
    if not notes or page is None:
        return None
    drew = Sheet.rows.of(practice_id).values_list("run_id", flat=True).get(pk=sheet_id)
    return BrakePage(
        sheet=page,
        halts=halts_in(notes),
        linked=notes["linked"],
        changed=notes["changed"],
        lost=notes["lost"],
        brake=policy_for(practice_id, page.connection_id).brake,
        run_id=drew,
    )


def load_left_out(practice_id: int, now: datetime) -> tuple[Halt, ...]:
    """What XPM has left out of late for more clients than can be believed, whether or not a run has met it yet."""
    connection = Connection.rows.of(practice_id).filter(state="connected").first()
    if connection is None:
        return ()
    policy = policy_for(practice_id, connection.pk)
    if not policy.on:
        return ()
    since = since_when(connection, now)
    missing = left_out(practice_id, connection.pk, policy, since)
    return halts(Load(linked(practice_id, connection.pk).count(), 0, 0, missing), policy.brake) if missing else ()


def sheet_of_run(practice_id: int, run_id: int) -> int | None:
    """The sheet that a run drew up by itself, or that it applied."""
    rows = Sheet.rows.of(practice_id).filter(Q(run_id=run_id, kind="automatic") | Q(applied_by_id=run_id))
    found: int | None = rows.exclude(state="drawing").values_list("pk", flat=True).first()
    return found


def missed_by(practice_id: int, run_id: int) -> int:
    """How many clients a reading missed that was not believed, for somebody to say that they are gone; none where it
    missed all of them."""
    notes = Run.rows.of(practice_id).filter(pk=run_id, state="failed").values_list("notes", flat=True).first() or {}
    missed, held = int(notes.get("missed", 0)), int(notes.get("held", 0))
    return missed if missed < held else 0
