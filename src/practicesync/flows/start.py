"""Handing runs to the engine, and seeing to it that none is left behind.

A run is a row first. It is handed over when its row is committed; a run whose handing over was lost, or whose pause is
over, is found by `pick_up`, which every worker calls every few seconds.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from practicesync.flows import engine
from practicesync.flows.engine import EngineUnavailable, Job
from practicesync.operations import pushing, runs
from practicesync.store.models import Run

log = logging.getLogger(__name__)

BATCH = 100
KEPT = timedelta(days=7)
"""How long the engine's own records of ended executions are kept; the runs themselves stay."""

DIED = "It ended without saying why. The log tells more."


@dataclass(frozen=True, slots=True)
class PickedUp:
    """What `pick_up` did: runs handed over, and runs that had died and are failed now."""

    started: int = 0
    died: int = 0


def enqueue(run: Run) -> None:
    """Hand a queued run to the workers once the transaction under way, if any, is committed. Twice is fine.

    It does not matter to the caller whether the engine can be reached: what cannot be handed over now is picked up.
    """
    job = _job(run, 0)
    transaction.on_commit(lambda: _hand_over(job))


def enqueue_all(queued: Iterable[Run]) -> None:
    """Hand over each of these runs."""
    for run in queued:
        enqueue(run)


def pick_up(now: datetime) -> PickedUp:
    """Hand over what waits and is not handed over, and fail what died; what died runs left to be written goes on in
    runs of its own. Raises `EngineUnavailable`."""
    pushing.take_over(now)
    # Over all practices: the upkeep of the engine, which shows nothing to anybody.
    waiting = Run.rows.everywhere().filter(
        Q(state__in=("queued", "running")) | Q(state="paused", resume_at__lte=now),
    )
    started = died = 0
    unfinished = list(waiting.order_by("pk"))
    for start in range(0, len(unfinished), BATCH):
        batch = unfinished[start : start + BATCH]
        known = engine.executions([_key(run) for run in batch])
        for run in batch:
            executions = known[_key(run)]
            if any(executions):
                continue
            if executions and run.state != "paused":
                died += _bury(run, now)
            else:
                engine.enqueue(_job(run, len(executions)))
                started += 1
    return PickedUp(started, died)


def tidy(now: datetime) -> int:
    """Forget what the engine keeps of executions that ended a week ago; how many. Raises `EngineUnavailable`."""
    keys = engine.ended_before((now - KEPT).isoformat())
    engine.forget(keys)
    return len(keys)


def _bury(run: Run, now: datetime) -> int:
    """Fail a run whose execution ended and left it unfinished; not one that finished while we looked."""
    latest = Run.rows.of(run.practice_id).filter(pk=run.pk).values_list("state", flat=True).first()
    if latest != run.state:
        return 0
    log.error("run %s of kind %s died", run.pk, run.kind)
    runs.fail(run.pk, "crashed", DIED, now)
    return 1


def _hand_over(job: Job) -> None:
    try:
        engine.enqueue(job)
    except EngineUnavailable as problem:
        log.warning("run %s is not handed over yet: %s", job.run_id, problem)


def _key(run: Run) -> str:
    return f"run-{run.key}"


def _job(run: Run, before: int) -> Job:
    """The run's next execution, after so many before it: each pause ends one."""
    whose = f"connection-{run.connection_id}" if run.connection_id else f"practice-{run.practice_id}"
    # What a person waits for does not queue behind a list that takes minutes; the mirror keeps the later reading.
    lanes = {"-screen": engine.AT_SCREEN, "-desk": engine.AT_DESK, "-length": engine.AT_LENGTH}
    place = next((lane for lane, kinds in lanes.items() if run.kind in kinds), "")
    return Job(f"{_key(run)}-{before}" if before else _key(run), run.kind, run.pk, f"{whose}{place}")
