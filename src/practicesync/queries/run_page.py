"""Runs as people follow them: how far, how much longer, and how each ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Subquery

from practicesync.queries.frame import UNDER_WAY, WHOLE_LIST
from practicesync.store.models import Client, Run

ABOUT_ONE = ("record", "sync")
"""The kinds of runs whose subject is a client; that of an import, say, is another row."""

OF_IMPORTS = ("import", "import_check", "import_file", "import_undo")

MOVING = ("sync", "apply", "automatic")

ENOUGH = 0.02
"""The share that must be done before a guess at the time left means anything."""


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run. `client_id` and `client_name` are set for a run about one client, `import_id` for one of an import."""

    id: int
    kind: str
    state: str
    asked_by: str
    asked_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    resume_at: datetime | None
    done: int
    total: int | None
    changed: int
    set_aside: int
    calls: int
    problem: str
    detail: str
    client_id: int | None = None
    client_name: str = ""
    import_id: int | None = None

    @property
    def under_way(self) -> bool:
        """Whether it is still to end."""
        return self.state in UNDER_WAY

    @property
    def can_be_cancelled(self) -> bool:
        """A sync's writes are not cut off halfway."""
        return self.under_way and self.kind != "sync"

    @property
    def moves_values(self) -> bool:
        """Whether such a run writes values on either side, which can be taken back."""
        return self.kind in MOVING

    @property
    def took(self) -> timedelta | None:
        """How long it ran, once it has ended."""
        if self.started_at is None or self.finished_at is None:
            return None
        return self.finished_at - self.started_at

    def time_left(self, now: datetime) -> timedelta | None:
        """A guess from the pace so far; None while there is too little to go by."""
        if self.state != "running" or self.started_at is None or not self.total or self.done < self.total * ENOUGH:
            return None
        pace = (now - self.started_at) / self.done if self.done else None
        return None if pace is None else pace * max(0, self.total - self.done)


def load_run(practice_id: int, run_id: int) -> RunLine | None:
    """One run of the practice; None where it has no such run."""
    found = load_runs(practice_id, run_ids=[run_id])
    return found[0] if found else None


def load_runs(practice_id: int, *, run_ids: list[int] | None = None, latest: int = 1) -> list[RunLine]:
    """The named runs, or the latest ones, newest first, in one query."""
    subject = Client.rows.of(practice_id).filter(pk=OuterRef("subject"))
    named: Any = Run.rows.of(practice_id).annotate(client_name=Subquery(subject.values("name")))
    rows = named.order_by("-asked_at", "-id")
    found = rows[:latest] if run_ids is None else rows.filter(pk__in=run_ids)
    return [_line(run, (run.client_name or "") if run.kind in ABOUT_ONE else "") for run in found]


def under_way(practice_id: int) -> list[RunLine]:
    """The runs over the whole list that are still to end; those of one client show where the client is."""
    rows = Run.rows.of(practice_id).filter(state__in=UNDER_WAY, kind__in=WHOLE_LIST)
    return [_line(run, "") for run in rows.order_by("asked_at")]


def _line(run: Run, client_name: str) -> RunLine:
    return RunLine(
        id=run.pk,
        kind=run.kind,
        state=run.state,
        asked_by=run.asked_by,
        asked_at=run.asked_at,
        started_at=run.started_at,
        finished_at=run.finished_at,
        resume_at=run.resume_at,
        done=run.done,
        total=run.total,
        changed=run.changed,
        set_aside=run.set_aside,
        calls=run.calls,
        problem=run.problem,
        detail=run.detail,
        client_id=run.subject if client_name else None,
        client_name=client_name,
        import_id=run.subject if run.kind in OF_IMPORTS else None,
    )
