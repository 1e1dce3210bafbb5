"""Workers of the product that die, one after the other, each a process that is killed (SIGKILL).

They are forks of a process that does nothing else, which was made before its parent had any thread. Each is killed at
the first moment that its fate does not spare: before a step, or when its effect is done and its result not kept yet. A
moment kills once, so that the next worker comes further.
"""

import json
import os
import random
import re
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.db import connections
from django.test.utils import override_settings

from databases import using
from practicesync.flows import remote
from practicesync.flows.clock import Clock
from practicesync.flows.registry import FLOWS
from practicesync.flows.steps import Flow, Steps
from practicesync.flows.worker import Worker

P = ParamSpec("P")
T = TypeVar("T")

MOMENTS = ("before", "after")
LIVES, LOG = "lives", "worker.log"
LIKE_SETTINGS = {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
"""How the program keeps its connections to PostgreSQL."""


@dataclass(frozen=True, slots=True)
class Life:
    """One moment that a worker came to, and whether it lived on."""

    at: float
    key: str
    kind: str
    step: str
    died: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where workers work: the database, the sandbox, and a folder for what they leave."""

    database: str
    sandbox: str
    folder: Path


@dataclass(frozen=True, slots=True)
class Fate:
    """Which moments kill. A run of `kind` dies at every named step of it, before or after as the seed draws.

    Beyond that `once` spares the rest; else the first seed spares no moment of it, and the others every second one, of
    whatever run.
    """

    kind: str
    seed: int
    once: bool

    def kills(self, kind: str, step: str, occurrence: int, moment: str) -> bool:
        """Whether a worker dies that comes to this moment of a step's so-many-th occurrence."""
        own = kind == self.kind
        if own and occurrence == 1 and moment == random.Random(f"{self.seed} {step}").choice(MOMENTS):
            return True
        if self.once:
            return False
        if own and self.seed == 1:
            return True
        return random.Random(f"{self.seed} {kind} {step} {occurrence} {moment}").random() < 0.5


def plain(step: str) -> str:
    """A step's name without its numbers: what died with its effect done finds the next batch when it runs again."""
    return re.sub(r"\d+", "n", step)


@contextmanager
def nursery() -> Iterator[Callable[[Place, Fate], None]]:
    """Give a function that has workers live and die at a place, until the end; at most once.

    Enter it while this process has no other thread.
    """
    ours, theirs = Pipe()
    parent = os.getpid()
    child = os.fork()
    if not child:
        ours.close()
        _bring_up(theirs, parent)
    theirs.close()
    try:
        yield lambda place, fate: ours.send((place, fate))
    finally:
        ours.close()
        _end(child)


def lives_at(folder: Path) -> list[Life]:
    """The moments that the workers of a place came to, in order."""
    path = folder / LIVES
    return [Life(**json.loads(line)) for line in path.read_text().splitlines()] if path.exists() else []


def _end(child: int) -> None:
    """End a nursery with whatever lives in it."""
    try:
        os.killpg(child, signal.SIGKILL)
    except ProcessLookupError:
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _bring_up(told: Connection, parent: int) -> None:
    """The nursery's own life; never returns."""
    try:
        os.setsid()
        place, fate = told.recv()
        with (place.folder / LOG).open("wb") as log:
            os.dup2(log.fileno(), sys.stderr.fileno())
        with _at(place):
            while os.getppid() == parent and _one_life(place, fate):
                pass
    except EOFError:
        pass
    finally:
        os._exit(0)


@contextmanager
def _at(place: Place) -> Iterator[None]:
    """Let Django be on a place's database, and the program on its sandbox."""
    with ExitStack() as stack:
        stack.enter_context(using(place.database))
        if place.database.startswith("postgres"):
            connections.settings["default"].update(LIKE_SETTINGS)
        told = {**settings.XPM, "sandbox": place.sandbox, "client_id": "sandbox-pkce", "client_secret": ""}
        stack.enter_context(override_settings(XPM=told, DATA=place.folder))
        # Made here, each life need not load the certificates that TLS would trust.
        remote.remote("xpm")
        yield


def _one_life(place: Place, fate: Fate) -> bool:
    """Let one worker live; whether another is to follow, since it was killed."""
    nursery_id = os.getpid()
    child = os.fork()
    if not child:
        os._exit(_live(place, fate, nursery_id))
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def _live(place: Place, fate: Fate, parent: int) -> int:
    """One worker's life, until it is killed or nobody is left who would look at it."""
    worker = Worker({kind: _dying(kind, flow, place.folder / LIVES, fate) for kind, flow in FLOWS.items()})
    worker.start()
    while worker.alive and os.getppid() == parent:
        time.sleep(0.2)
    return 1


def _dying(kind: str, flow: Flow, path: Path, fate: Fate) -> Flow:
    return lambda steps, run_id: flow(DyingSteps(steps, kind, run_id, path, fate), run_id)


class DyingSteps:
    """The engine's steps, around which a worker may die."""

    def __init__(self, steps: Steps, kind: str, run_id: int, path: Path, fate: Fate) -> None:
        self._steps = steps
        self._kind = kind
        self._run_id = run_id
        self._path = path
        self._fate = fate
        self._met: Counter[str] = Counter()

    @property
    def clock(self) -> Clock:
        """The worker's clock."""
        return self._steps.clock

    def do(self, name: str, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The step, if the worker lives so long."""
        step = plain(name)
        self._met[step] += 1
        occurrence = self._met[step]
        self._come_to(step, occurrence, "before")

        def effect() -> T:
            try:
                return function(*args, **kwargs)
            finally:
                self._come_to(step, occurrence, "after")

        return self._steps.do(name, effect)

    def sleep(self, seconds: float) -> None:
        """Wait as the engine does."""
        self._steps.sleep(seconds)

    def beside(self, functions: Sequence[Callable[[], T]]) -> list[T]:
        """Beside each other as in the engine."""
        return self._steps.beside(functions)

    def _come_to(self, step: str, occurrence: int, moment: str) -> None:
        """Die here, unless somebody did before or fate spares this moment."""
        key = f"{self._run_id} {step} {occurrence} {moment}"
        with _one_at_a_time:
            if any(life.key == key for life in lives_at(self._path.parent)):
                return
            dies = self._fate.kills(self._kind, step, occurrence, moment)
            with self._path.open("a") as file:
                file.write(json.dumps(asdict(Life(time.time(), key, self._kind, step, dies))) + "\n")
            if dies:
                os.kill(os.getpid(), signal.SIGKILL)
                time.sleep(10)


_one_at_a_time = threading.Lock()
