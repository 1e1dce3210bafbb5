"""A durable engine of the simulation's own, in the place of the one in the database.

What it promises is what the real one promises: an execution with a key is made once, executions of one lane follow
each other, the results of finished steps are remembered, and what a dead worker had under way begins again elsewhere
with these results. A step that was cut runs again: at least once, never exactly once.
"""

import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar
from unittest import mock

from practicesync.core.errors import SyncError
from practicesync.flows import engine, start
from practicesync.flows.clock import Clock
from practicesync.flows.engine import AT_DESK, AT_SCREEN, LATER, SOON, Job
from practicesync.flows.registry import FLOWS
from practicesync.flows.steps import keep, reopen
from practicesync.operations import runs
from simulation.scheduling import Killed, Process, Scheduler, Task, running

P = ParamSpec("P")
T = TypeVar("T")

IDLE = (15.0, 1200.0)
"""Seconds after which a worker that found nothing looks again, the first time and at most. It is woken for new work."""

RESTART = (1.0, 45.0)
"""Seconds until a dead worker's process lives again."""


class OtherSteps(Exception):
    """A flow that ran again took other steps than before: what it remembers belongs to other questions."""


@dataclass
class Execution:
    """One execution of a flow, with what its finished steps gave."""

    job: Job
    number: int
    kept: list[tuple[str, str]] = field(default_factory=list)
    under_way: bool = False
    ended: bool = False
    starts: int = 0


@dataclass
class Engine:
    """What is handed over, under way and remembered."""

    scheduler: Scheduler
    executions: dict[str, Execution] = field(default_factory=dict)
    idle: list[Task] = field(default_factory=list)
    crashes: list[str] = field(default_factory=list)
    deliveries: int = 0

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Let the product hand its runs over to this engine."""
        with (
            mock.patch.object(engine, "enqueue", self.enqueue),
            mock.patch.object(engine, "executions", self.known),
        ):
            yield

    def enqueue(self, job: Job) -> None:
        """Take a job; the same key is one execution."""
        if job.key not in self.executions:
            self.executions[job.key] = Execution(job, len(self.executions))
            self.scheduler.note(f"handed over {job.kind} {job.run_id}")
            self.scheduler.wake(self.idle)

    def known(self, prefixes: Sequence[str]) -> dict[str, list[bool]]:
        """By prefix, whether each of its executions is still to be done."""
        return {
            prefix: [not each.ended for key, each in self.executions.items() if key.startswith(prefix)]
            for prefix in prefixes
        }

    def deliver_again(self, execution: Execution) -> None:
        """Hand an execution over once more under another key of the same run, as a queue does that is not sure."""
        self.deliveries += 1
        job = execution.job
        self.enqueue(Job(f"{job.key}-again-{self.deliveries}", job.kind, job.run_id, job.lane))

    def take(self) -> Execution | None:
        """The next execution whose lane is free, those that people wait for first."""
        busy = {each.job.lane for each in self.executions.values() if each.under_way}
        waiting = [
            each
            for each in self.executions.values()
            if not each.ended and not each.under_way and each.job.lane not in busy
        ]
        if not waiting:
            return None
        return min(waiting, key=lambda each: (_priority(each.job), each.number))

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits and nothing is under way."""
        return all(each.ended for each in self.executions.values())


def _priority(job: Job) -> int:
    return SOON if job.kind in AT_SCREEN | AT_DESK else LATER


class RememberingSteps:
    """The steps of one execution: kept by position, dead between any two of them."""

    def __init__(self, execution: Execution, clock: Clock, scheduler: Scheduler, begin: Callable[[Task], None]) -> None:
        """`begin` makes a new thread of control ready."""
        self._begin = begin
        self._execution = execution
        self._clock = clock
        self._scheduler = scheduler
        self._at = 0

    @property
    def clock(self) -> Clock:
        """The clock of our machines."""
        return self._clock

    def do(self, name: str, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a step, or remember what it gave."""
        position, self._at = self._at, self._at + 1
        kept = self._execution.kept
        if position < len(kept):
            known, text = kept[position]
            if known != name:
                raise OtherSteps(f"step {position} was {known} and is {name}")
            found: T = reopen(text)
            return found
        self._scheduler.point(f"before step {name}")
        text = keep(lambda: function(*args, **kwargs))
        self._scheduler.point(f"step {name} done, not kept yet")
        kept.append((name, text))
        self._scheduler.note(f"run {self._execution.job.run_id} {name}")
        self._scheduler.point(f"after step {name}")
        result: T = reopen(text)
        return result

    def beside(self, functions: Sequence[Callable[[], T]]) -> list[T]:
        """Each in a task of its own, all of one process: what one of them meets, and its death, is told by all."""
        task = running()
        if len(functions) < 2 or task is None:
            return [function() for function in functions]
        found: dict[int, T] = {}

        def part(number: int) -> Callable[[Task], None]:
            def body(own: Task) -> None:
                self._begin(own)
                found[number] = functions[number]()

            return body

        names = [f"{task.name}.{number}" for number in range(len(functions))]
        parts = [self._scheduler.spawn(name, part(i), process=task.process) for i, name in enumerate(names)]
        self._scheduler.wait_for(parts)
        return [found[number] for number in range(len(functions))]

    def sleep(self, seconds: float) -> None:
        """Wait until a moment that is kept."""
        wake = self.do("sleep until", lambda: self._clock.now().timestamp() + seconds)
        left = min(seconds, wake - self._clock.now().timestamp())
        if left > 0:
            self._scheduler.sleep(left)


@dataclass
class Worker:
    """A worker process: takes executions, dies, lives again, and picks up what was left behind."""

    engine: Engine
    clock: Clock
    scheduler: Scheduler
    lost: Callable[[], None]
    begin: Callable[[Task], None]
    is_over: Callable[[], bool]
    patience: float = IDLE[0]

    def live(self, task: Task) -> None:
        """Until all is over."""
        while not self.is_over():
            try:
                self._turn()
            except Killed:
                self.lost()
                if self.scheduler.ending:
                    return
                task.process = Process(task.process.name, mortal=True)
                self.scheduler.sleep(self.scheduler.random.uniform(*RESTART))

    def _turn(self) -> None:
        execution = self.engine.take()
        if execution is None:
            start.pick_up(self.clock.now())
            execution = self.engine.take()
        if execution is None:
            self._wait()
            return
        self.patience = IDLE[0]
        self._carry_out(execution)

    def _wait(self) -> None:
        """Until there is work, or it is time to look for what was left behind."""
        task = running()
        idle = self.engine.idle
        try:
            if task is not None:
                idle.append(task)
            self.scheduler.sleep(self.patience)
        finally:
            idle[:] = [each for each in idle if each is not task]
        self.patience = min(self.patience * 2, IDLE[1])

    def _carry_out(self, execution: Execution) -> None:
        execution.under_way = True
        execution.starts += 1
        job = execution.job
        steps = RememberingSteps(execution, self.clock, self.scheduler, self.begin)
        try:
            try:
                FLOWS[job.kind](steps, job.run_id)
            except OtherSteps:
                raise
            except Exception as problem:  # noqa: BLE001 - the engine ends such a run as failed
                self._failed(steps, job, problem)
            execution.ended = True
        finally:
            execution.under_way = False

    def _failed(self, steps: RememberingSteps, job: Job, problem: Exception) -> None:
        code, detail = "crashed", type(problem).__name__
        if isinstance(problem, SyncError):
            code, detail = problem.code, problem.detail
        else:
            self.engine.crashes.append("".join(traceback.format_exception(problem)))
        steps.do("fail", lambda: runs.fail(job.run_id, code, detail, self.clock.now()))
