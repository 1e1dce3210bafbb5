"""One schedule from its seed: people, workers and troubles until the steps are spent, then quiet, then the judges."""

import gc
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

from practicesync.flows import start
from practicesync.operations import runs
from practicesync.store.models import Connection, Mirror, Run, SetAsideRecord
from simulation.deciders import DECIDERS
from simulation.durable import Worker
from simulation.history import Violation, Where
from simulation.judges import JUDGES, judge_mirror, nobody_is_gone_untold
from simulation.people import AT_THE_REGISTER, IN_XPM, Action
from simulation.scheduling import Killed, Process, Scheduler, Task
from simulation.stage import EVEN, Stage, Temper, Xpm, begin_task, furnish, staged
from simulation.stores import Store, drop_connection
from simulation.troubles import FATE

STEPS = 60
HOUR = 3600.0
MOST_WAITS = 60


@dataclass
class Result:
    """What a schedule came to. `violation` is empty where every promise was kept."""

    seed: int
    trace: str
    numbers: Counter[str]
    violation: str = ""
    where: Where | None = None
    story: list[str] = field(default_factory=list)


def run_schedule(seed: int, store: Store, xpm: Xpm, steps: int = STEPS, temper: Temper = EVEN) -> Result:
    """Run one schedule."""
    random = Random(f"temper {seed}")
    scheduler = Scheduler(
        seed, xpm.clock, restless=random.choice((0.02, 0.1, 0.3)), deadly=random.choice((0, 0.002, 0.006))
    )
    with _tidy(), store.fresh(), staged(xpm, scheduler, steps) as stage:
        stage.temper = temper
        scheduler.on_switch = lambda task: None if task.process.dead else stage.look(task.name)
        scheduler.on_end = drop_connection
        scheduler.spawn("setup", lambda task: _keep(stage, task))
        violation: Violation | None = None
        try:
            scheduler.run()
        except Violation as found:
            violation = found
        except Exception as broken:  # noqa: BLE001 - told with its seed like a broken promise
            violation = Violation("the schedule broke", "".join(traceback.format_exception(broken)))
        stage.numbers["kills"] += scheduler.kills
        stage.numbers["executions delivered again"] += stage.engine.deliveries
        stage.numbers["points"] += scheduler.points
        return Result(
            seed,
            scheduler.trace,
            stage.history.numbers,
            str(violation) if violation else "",
            violation.where if violation else None,
            _about(stage, violation) if violation else [],
        )


@contextmanager
def _tidy() -> Iterator[None]:
    """The garbage of one schedule is swept up between two, never in the middle of one at a moment of its own."""
    before = sys.unraisablehook

    def quiet(told: Any) -> None:
        if not isinstance(told.exc_value, Killed):
            before(told)

    gc.disable()
    sys.unraisablehook = quiet
    try:
        yield
    finally:
        sys.unraisablehook = before
        gc.enable()


def _keep(stage: Stage, task: Task) -> None:
    """Set the stage, let everybody live, wait for quiet, and judge."""
    begin_task(stage, task)
    restless, stage.scheduler.restless = stage.scheduler.restless, 0.0
    deadly, stage.scheduler.deadly = stage.scheduler.deadly, 0.0
    furnish(stage)
    task.name = "keeper"
    stage.scheduler.restless, stage.scheduler.deadly = restless, deadly
    people = _everybody(stage)
    while any(not each.ended for each in people):
        stage.scheduler.sleep(600)
    _calm(stage)
    _drain(stage)
    _judge_a_plain_refresh(stage)
    _read(stage, "sweep")
    for judge in JUDGES:
        judge.judge(stage)
    _judge_echoes(stage)
    stage.over = True


def _everybody(stage: Stage) -> list[Task]:
    """Two at the register, one in XPM, the trouble there is, and two workers."""
    random = stage.random
    tables = (("ana", AT_THE_REGISTER), ("ben", AT_THE_REGISTER + DECIDERS), ("xpm", IN_XPM), ("fate", FATE))
    people = [stage.scheduler.spawn(name, _life(stage, table), weight=random.uniform(0.3, 2)) for name, table in tables]
    for number in range(random.choice((1, 2, 2))):
        _employ(stage, f"worker {number}")
    return people


def _life(stage: Stage, table: tuple[Action, ...]) -> Callable[[Task], None]:
    """One person's part of the steps, out of this table; everybody leans to some things."""

    def live(task: Task) -> None:
        begin_task(stage, task)
        leaning = [
            each.weight * stage.temper.leaning.get(each.name, 1.0) * stage.random.choice((0.2, 1, 1, 3))
            for each in table
        ]
        while stage.steps_left > 0:
            stage.steps_left -= 1
            action = stage.random.choices(table, leaning)[0]
            stage.scheduler.note(f"{task.name}: {action.name}")
            stage.numbers[f"did: {action.name}"] += 1
            action.do(stage, task.name)
            stage.scheduler.sleep(stage.random.uniform(1, 90))

    return live


def _employ(stage: Stage, name: str) -> None:
    def live(task: Task) -> None:
        begin_task(stage, task)
        begin = partial(begin_task, stage)
        Worker(stage.engine, stage.clock, stage.scheduler, drop_connection, begin, lambda: stage.over).live(task)

    process = Process(name, mortal=True)
    stage.scheduler.spawn(name, live, process=process, weight=stage.random.uniform(0.3, 2))


def _calm(stage: Stage) -> None:
    """Edits and troubles stop."""
    stage.scheduler.deadly = 0.0
    stage.clock.offset = timedelta()
    stage.network.hang.clear()
    stage.network.halve = 0
    stage.control("DELETE", "faults")


def _drain(stage: Stage) -> None:
    """What waits is carried out; a connection that broke is made again, as its page asks for."""
    live = Run.rows.of(stage.firm.practice.pk).filter(state__in=runs.LIVE)
    for _ in range(MOST_WAITS):
        if not live.exists():
            return
        if Connection.rows.of(stage.firm.practice.pk).filter(state="broken").exists():
            stage.connect()
        stage.scheduler.sleep(HOUR / 2)


def _read(stage: Stage, kind: str) -> Run:
    """Everything that waits is read, carried out and looked at; some hours pass."""
    stage.scheduler.sleep(HOUR)
    if Connection.rows.of(stage.firm.practice.pk).filter(state="broken").exists():
        stage.connect()
        _drain(stage)
    run = runs.request(stage.firm.actor, stage.firm.connection.pk, kind, stage.clock.now())
    start.enqueue(run)
    _drain(stage)
    run.refresh_from_db()
    if run.state != "done":
        raise Violation("P09", f"a quiet {kind} is {run.state}: {run.problem} {run.detail}")
    return run


LYING = ("empty_list", "lag", "skew")
"""Faults under which a list of changes is wrong and cannot be told from a right one: only a complete one mends that."""


def _judge_a_plain_refresh(stage: Stage) -> None:
    """What moves a client's stamp is found without reading everything: the watermark skips nothing."""
    calls = stage.control("GET", "audit?path=client.api/list")["calls"]
    lied = stage.network.halved or any(call["fault"] in LYING for call in calls)
    _read(stage, "refresh")
    stage.numbers["schedules with a list that lied"] += bool(lied)
    if lied:
        return
    nobody_is_gone_untold(stage)
    # A record that came garbled is said to be unreadable until a reading can take it in; the complete one will.
    unreadable = set(SetAsideRecord.rows.of(stage.firm.practice.pk).values_list("remote_id", flat=True))
    stage.numbers["copies that are said to be unreadable"] += len(unreadable)
    if "" in unreadable:
        return
    for mirror in Mirror.rows.of(stage.firm.practice.pk):
        if mirror.remote_id not in unreadable and not any(stage.history.flags[mirror.remote_id]):
            judge_mirror(stage, mirror, "P15")


def _judge_echoes(stage: Stage) -> None:
    """Once quiet, nothing more is sent, whatever is read."""
    sent = stage.numbers["writes"]
    _read(stage, "refresh")
    _read(stage, "sweep")
    if stage.numbers["writes"] != sent:
        raise Violation("P03", "a write went out in the third quiet cycle")


def _about(stage: Stage, violation: Violation) -> list[str]:
    """The last events of the record and field concerned, then the last of all."""
    tail = stage.scheduler.tail
    if violation.where is None:
        return tail[-60:]
    _, _, record, name = violation.where
    about = [line for line in tail if record in line and name in line]
    return [*about[-25:], "...", *tail[-40:]]
