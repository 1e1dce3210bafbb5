"""A seeded scheduler: many tasks, each in a thread of its own, of which exactly one runs at any time.

A task may be put aside at each of its points: wherever a statement would begin a transaction, on either side of a
network call and of a step, and wherever it waits. Which task goes on, and which dies, is drawn from the seed, so that
the same seed runs the same story; time is virtual and passes where every task waits.
"""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from xpm_sandbox.clock import ControlledClock

PATIENCE = 120.0
"""Seconds of real time after which a task that does not come to a point is taken for stuck."""


class Killed(BaseException):
    """The process died here."""


class Stuck(Exception):
    """A task came to no point, or every task has ended while some still wait: a fault of the simulation itself."""


@dataclass(eq=False)
class Process:
    """What dies together. Tasks of a `dead` one only unwind, and reach nothing any more."""

    name: str
    mortal: bool = False
    dead: bool = False


@dataclass(eq=False)
class Task:
    """One thread of control of a process. It goes on when `wakes_at` has come and those it `waits_for` have ended."""

    name: str
    body: "Callable[[Task], None]"
    scheduler: "Scheduler"
    process: Process
    ended: bool = False
    wakes_at: datetime | None = None
    waits_for: "list[Task]" = field(default_factory=list)
    failure: BaseException | None = None
    weight: float = 1.0
    _turn: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def start(self) -> None:
        """Make the thread; it runs when the scheduler first turns to it."""
        threading.Thread(target=self._live, name=f"simulation-{self.name}", daemon=True).start()

    def resume(self) -> None:
        """Let it run to its next point."""
        self._turn.release()

    def stop_here(self) -> None:
        """Wait, at a point, until it is this task's turn again."""
        self.scheduler.gave_way.release()
        self._turn.acquire()
        if self.scheduler.ending:
            self.process.dead = True
        if self.process.dead:
            raise Killed

    def _live(self) -> None:
        self._turn.acquire()
        _Running.task = self
        try:
            if not (self.scheduler.ending or self.process.dead):
                self.body(self)
        except Killed:
            pass
        except BaseException as failure:  # noqa: BLE001 - it is the schedule's result, told by the driver
            self.failure = failure
        finally:
            self.ended = True
            self.scheduler.on_end()
            self.scheduler.gave_way.release()


class _Running:
    """The task that runs; None outside of a schedule."""

    task: Task | None = None


def running() -> Task | None:
    """The task of this very thread of control."""
    task = _Running.task
    return task if task is not None and not task.ended else None


@dataclass
class Scheduler:
    """Runs tasks by a seed. `restless` is how likely a task is put aside at a point, `deadly` how likely it dies."""

    seed: int
    clock: ControlledClock
    restless: float
    deadly: float
    on_switch: Callable[[Task], None] = lambda task: None
    on_end: Callable[[], None] = lambda: None
    tasks: list[Task] = field(default_factory=list)
    points: int = 0
    kills: int = 0
    ending: bool = False
    gave_way: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    tail: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = Random(f"schedule {self.seed}")
        self._hash = hashlib.blake2b(digest_size=16)

    def spawn(
        self, name: str, body: Callable[[Task], None], *, process: Process | None = None, weight: float = 1.0
    ) -> Task:
        """Add a task, in a process of its own that nothing kills unless one is given."""
        task = Task(name, body, self, process or Process(name), weight=weight)
        self.tasks.append(task)
        task.start()
        return task

    def note(self, what: str) -> None:
        """Put a word into the trace, which is the same for the same seed."""
        line = f"{self.clock.now():%H:%M:%S} {what}"
        self._hash.update(line.encode())
        self.tail.append(line)
        if len(self.tail) > 4000:
            del self.tail[:2000]

    @property
    def trace(self) -> str:
        """A digest of all that happened."""
        return self._hash.hexdigest()

    def point(self, what: str) -> None:
        """A point at which the running task may be put aside or die."""
        task = running()
        if task is None:
            return
        if task.process.dead:
            raise Killed
        self.points += 1
        luck = self.random.random()
        if task.process.mortal and luck < self.deadly:
            self.kills += 1
            self.note(f"{task.process.name} dies: {what}")
            task.process.dead = True
            raise Killed
        if luck > 1 - self.restless:
            self._put_aside(task)

    def sleep(self, seconds: float) -> None:
        """Let the running task wait so long by the clock of the world."""
        task = running()
        if task is None:
            self.clock.advance(seconds)
            return
        if task.process.dead:
            raise Killed
        task.wakes_at = self.clock.now() + timedelta(seconds=max(0.0, seconds))
        self._put_aside(task)

    def wait_for(self, tasks: list[Task]) -> None:
        """Let the running task wait until these have ended; a failure of one of them is the schedule's."""
        task = running()
        if task is None:
            raise Stuck("only a task can wait for others")
        task.waits_for = tasks
        self._put_aside(task)

    def wake(self, tasks: "list[Task]") -> None:
        """End the waiting of these tasks."""
        for task in tasks:
            task.wakes_at = None

    def run(self) -> None:
        """Run until every task has ended; the first failure ends all and is raised."""
        while True:
            living = [task for task in self.tasks if not task.ended]
            failed = next((task.failure for task in self.tasks if task.failure is not None), None)
            if failed is not None or not living:
                break
            self._turn_to(self._next(living))
        self.end()
        if failed is not None:
            raise failed

    def end(self) -> None:
        """End every task at its point."""
        self.ending = True
        for task in self.tasks:
            if not task.ended:
                self._turn_to(task)

    def _put_aside(self, task: Task) -> None:
        self.on_switch(task)
        task.stop_here()

    def _next(self, living: list[Task]) -> Task:
        """The task to go on with. Where all wait, time passes until the first of them."""
        now = self.clock.now()
        free = [task for task in living if all(each.ended for each in task.waits_for)]
        ready = [task for task in free if task.wakes_at is None or task.wakes_at <= now]
        if not ready:
            first = min(task.wakes_at for task in free if task.wakes_at is not None)
            self.clock.advance((first - now).total_seconds())
            ready = [task for task in free if task.wakes_at is not None and task.wakes_at <= first]
        return ready[0] if len(ready) == 1 else self.random.choices(ready, [task.weight for task in ready])[0]

    def _turn_to(self, task: Task) -> None:
        task.wakes_at, task.waits_for = None, []
        _Running.task = task
        task.resume()
        if not self.gave_way.acquire(timeout=PATIENCE):
            raise Stuck(f"{task.name} came to no point in {PATIENCE} seconds")
        _Running.task = None


@dataclass
class OurClock:
    """The clock of our machines, which may be wrong by `offset` and may be put right."""

    scheduler: Scheduler
    offset: timedelta = timedelta()

    def now(self) -> datetime:
        """What our machines take for the moment."""
        return self.scheduler.clock.now() + self.offset

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self.scheduler.sleep(seconds)
