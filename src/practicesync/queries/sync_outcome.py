"""What became of a person's last sync of one client, value by value."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from practicesync.core.push import OPEN, Outcome, PushState
from practicesync.queries.frame import UNDER_WAY
from practicesync.store.models import Push, Run

_BY_STATE: Mapping[PushState, Outcome] = {
    PushState.CONFIRMED: Outcome.DONE,
    PushState.REFUSED: Outcome.REFUSED,
    PushState.OVERTAKEN: Outcome.OVERTAKEN,
    PushState.WITHDRAWN: Outcome.WITHDRAWN,
}


@dataclass(frozen=True, slots=True)
class ValueOutcome:
    """One value's outcome. `to_remote` tells which way it went; `detail` quotes the remote where it refused."""

    key: str
    outcome: Outcome
    to_remote: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class SyncOutcome:
    """One sync of one client. `under_way` while a value still waits to be written."""

    run_id: int
    state: str
    asked_by: str
    asked_at: datetime
    resume_at: datetime | None
    problem: str
    detail: str
    values: Mapping[str, ValueOutcome]

    @property
    def under_way(self) -> bool:
        """Whether the run has not ended."""
        return self.state in UNDER_WAY


def outcome_of(practice_id: int, run: Run) -> SyncOutcome:
    """The outcome of this run, by the key of each row or the ref of each contact that was added."""
    values = {
        key: ValueOutcome(key, Outcome(outcome), to_remote=False)
        for key, outcome in run.notes.get("pulled", {}).items()
    }
    for push in Push.rows.of(practice_id).filter(run=run).order_by("pk"):
        for value in _pushed(push):
            values[value.key] = value
    return SyncOutcome(
        run_id=run.pk,
        state=run.state,
        asked_by=run.asked_by,
        asked_at=run.asked_at,
        resume_at=run.resume_at,
        problem=run.problem,
        detail=run.detail,
        values=values,
    )


def _pushed(push: Push) -> list[ValueOutcome]:
    """What became of each value of one push; a contact that it adds is one value."""
    state = PushState(push.state)
    whole = Outcome.WAITING if state in OPEN else _BY_STATE[state]
    if push.is_whole:
        return [ValueOutcome(push.ref, whole, to_remote=True, detail=push.detail)]
    return [
        ValueOutcome(
            f"{push.ref}/{name}" if push.ref else name,
            Outcome(push.outcomes.get(name, whole)),
            to_remote=True,
            detail=push.detail,
        )
        for name in push.names
    ]
