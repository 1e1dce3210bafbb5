"""What a person can ask of what the brake stopped, for the test that tries every operation by everybody."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from operations.offices import NOW, Office
from practicesync.core.actor import Ability, Actor
from practicesync.operations import automatic, believing, leaving
from practicesync.store.models import Client, Run, Sheet, SheetLine


@dataclass(frozen=True)
class Stop:
    """A reading that was not believed, and a run that stopped before its first write."""

    office: Office
    missed: Run
    sheet: Sheet


def a_stop(office: Office, client: Client) -> Stop:
    practice_id, connection = office.practice.pk, office.connection
    missed = Run.rows.create(
        practice_id=practice_id,
        connection=connection,
        key=uuid4(),
        kind="sweep",
        state="failed",
        asked_by="A",
        asked_at=NOW,
        notes={"missed": 3, "held": 9},
    )
    sheet = Sheet.rows.create(
        practice_id=practice_id, connection=connection, kind="automatic", state="braked", made_at=NOW, made_by="A"
    )
    SheetLine.rows.create(
        practice_id=practice_id, sheet=sheet, client=client, subject="client", field="phone", move="pull"
    )
    return Stop(office, missed, sheet)


BRAKE_CALLS: dict[str, tuple[Ability, Callable[[Actor, Stop], object]]] = {
    "automatic.request": (
        Ability.SYNC,
        lambda actor, it: automatic.request(actor, it.office.connection.pk, NOW),
    ),
    "believing.request_again": (
        Ability.SYNC,
        lambda actor, it: believing.request_again(actor, it.missed.pk, NOW),
    ),
    "leaving.request_leave": (
        Ability.SYNC,
        lambda actor, it: leaving.request_leave(actor, it.sheet.pk, NOW),
    ),
}
