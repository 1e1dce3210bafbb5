"""A worker: takes a slot, runs the engine, shows that it lives, and picks up what was left behind."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from django.db import Error, close_old_connections, connection, connections

from practicesync.flows import engine, schedule, slots, start
from practicesync.flows.clock import SYSTEM_CLOCK, Clock
from practicesync.flows.engine import Engine, EngineUnavailable
from practicesync.flows.slots import Slot
from practicesync.flows.steps import Flow
from practicesync.operations import counting, import_file, listing, runs, sessions, workers

log = logging.getLogger(__name__)

WATCH = 2.0
BEAT = 10.0
LOOK = 60.0
TIDY = 3600.0
MEND = 24 * TIDY
PATIENCE = 10.0


class Worker:
    """Runs in threads of its own between `start` and `stop`; one a process.

    Where every slot is taken it waits for one to become free, so that a second worker on SQLite does nothing until the
    first has gone.
    """

    def __init__(self, flows: Mapping[str, Flow], clock: Clock = SYSTEM_CLOCK) -> None:
        self._flows = flows
        self._clock = clock
        self._stopping = threading.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._live, name="practicesync-worker", daemon=True)
        self._failure: BaseException | None = None
        self._clean = True

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def wait_ready(self, seconds: float) -> bool:
        """Whether it takes work, waiting up to so long. Raises what kept it from starting."""
        deadline = time.monotonic() + seconds
        while not self._ready.wait(0.1) and time.monotonic() < deadline:
            if self._failure is not None:
                raise self._failure
        return self._ready.is_set()

    @property
    def alive(self) -> bool:
        """Whether it lives: begun, and neither stopped nor failed."""
        return self._thread.is_alive()

    def stop(self) -> bool:
        """Stop between two steps; whether everything ended in time. Unfinished flows go on at the next start."""
        self._stopping.set()
        self._thread.join(PATIENCE + 20)
        return self._clean and not self._thread.is_alive()

    def _live(self) -> None:
        try:
            slot = self._claim()
            if slot is not None:
                try:
                    self._work(slot)
                finally:
                    slot.let_go()
        except Exception as problem:
            self._failure = problem
            log.exception("the worker ended")
        finally:
            connections.close_all()

    def _claim(self) -> Slot | None:
        told = False
        while not self._stopping.is_set():
            slot = slots.claim()
            if slot is not None:
                return slot
            if not told:
                log.warning("another worker runs already; waiting for it to end")
                told = True
            self._stopping.wait(WATCH)
        return None

    def _work(self, slot: Slot) -> None:
        running = Engine(self._flows, slot.worker, self._failed, self._clock)
        running.start()
        try:
            self._ready.set()
            self._watch(slot, running)
        finally:
            self._clean = running.stop(PATIENCE)
            with suppress(Error):
                workers.sign_off(slot.worker)

    def _watch(self, slot: Slot, running: Engine) -> None:
        """Until stopped, or until the slot is lost: then another may have taken over."""
        duties = (
            _Duty(BEAT, lambda: workers.beat(slot.worker, self._clock.now())),
            _Duty(0.0, lambda: start.pick_up(self._clock.now())),
            _Duty(0.0, lambda: _take_over(slot, running)),
            _Duty(LOOK, lambda: schedule.ask_due(self._clock.now())),
            _Duty(TIDY, lambda: start.tidy(self._clock.now())),
            _Duty(TIDY, sessions.forget_expired),
            _Duty(TIDY, lambda: import_file.forget_old(self._clock.now())),
            _Duty(MEND, listing.mend),
            _Duty(TIDY, lambda: counting.note_day(self._clock.now())),
        )
        while slot.holds():
            close_old_connections()
            for duty in duties:
                duty.do()
            if self._stopping.wait(WATCH):
                return
        raise SlotLost(slot.worker)

    def _failed(self, run_id: int, code: str, detail: str) -> None:
        runs.fail(run_id, code, detail, self._clock.now())


class SlotLost(Exception):
    """The connection that held the worker's slot broke: another worker may have taken over. It has to start anew."""


class _Duty:
    """Something to be done again and again, at most every so many seconds; trouble with it is told, not fatal."""

    def __init__(self, every: float, action: Callable[[], object]) -> None:
        self._every = every
        self._action = action
        self._due = 0.0

    def do(self) -> None:
        """Do it if it is due."""
        if time.monotonic() < self._due:
            return
        self._due = time.monotonic() + self._every
        try:
            self._action()
        except (Error, EngineUnavailable) as problem:
            log.warning("upkeep did not work: %s", type(problem).__name__)


def _take_over(slot: Slot, running: Engine) -> None:
    """Go on with what workers that died had under way."""
    others = engine.workers_with_work() - {slot.worker}
    if others and connection.vendor == "postgresql":
        with slot.dead(others) as dead:
            if dead and running.take_over(dead):
                log.warning("took over the work of %s", ", ".join(dead))
