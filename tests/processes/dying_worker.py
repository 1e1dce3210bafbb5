"""Workers of the product that die: `dying_worker.py FOLDER`, with the flows of the product.

One after the other is started, a fork of this process. Each dies (SIGKILL) at the first moment that FOLDER/chances does
not spare: before a step, or when its effect is done and its result not kept yet. A moment kills once, so that the next
worker comes further. FOLDER/lives tells of each moment `<time> <run kind> <step> <moment> <died or lived>`.
"""

import json
import os
import random
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ParamSpec, TypeVar

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "practicesync.config.settings"
django.setup()

from practicesync.flows.clock import Clock  # noqa: E402 - models can be imported only from here on
from practicesync.flows.registry import FLOWS  # noqa: E402
from practicesync.flows.steps import Flow, Steps  # noqa: E402
from practicesync.flows.worker import Worker  # noqa: E402

P = ParamSpec("P")
T = TypeVar("T")

FOLDER = Path(sys.argv[1])
LIVES = FOLDER / "lives"


class DyingSteps:
    """The engine's steps, around which a worker may die."""

    def __init__(self, steps: Steps, kind: str, run_id: int) -> None:
        self._steps = steps
        self._of = f"{kind}-{run_id}"
        self._kind = kind
        self._met: Counter[str] = Counter()

    @property
    def clock(self) -> Clock:
        """The worker's clock."""
        return self._steps.clock

    def do(self, name: str, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The step, if the worker lives so long."""
        self._met[name] += 1
        place = f"{self._of} {name} {self._met[name]}"
        _perhaps_die(self._kind, name, f"{place} before")

        def effect() -> T:
            result = function(*args, **kwargs)
            _perhaps_die(self._kind, name, f"{place} after")
            return result

        return self._steps.do(name, effect)

    def sleep(self, seconds: float) -> None:
        """Wait as the engine does."""
        self._steps.sleep(seconds)

    def beside(self, functions: Sequence[Callable[[], T]]) -> list[T]:
        """Beside each other as in the engine."""
        return self._steps.beside(functions)


_one_at_a_time = threading.Lock()


def _perhaps_die(kind: str, name: str, moment: str) -> None:
    """Die here, unless somebody did before or fate spares this moment. Where a kill is due follows from the seed."""
    with _one_at_a_time:
        told = json.loads((FOLDER / "chances").read_text())
        met = (FOLDER / "met").read_text().splitlines()
        if moment in met:
            return
        with (FOLDER / "met").open("a") as file:
            file.write(f"{moment}\n")
        dies = random.Random(f"{told['seed']} {len(met)}").random() < told["chance"]
        word = moment.rsplit(" ", 1)[1]
        with LIVES.open("a") as file:
            file.write(json.dumps([time.time(), kind, name, word, dies]) + "\n")
        if dies:
            os.kill(os.getpid(), signal.SIGKILL)
            time.sleep(10)


def _dying(kind: str, flow: Flow) -> Flow:
    return lambda steps, run_id: flow(DyingSteps(steps, kind, run_id), run_id)


def live() -> int:
    """One worker's life, to its end by a signal."""
    told = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: told.set())
    worker = Worker({kind: _dying(kind, flow) for kind, flow in FLOWS.items()})
    worker.start()
    while worker.alive and not told.wait(0.2):
        pass
    return 0 if worker.stop() else 1


def main() -> int:
    """Start a worker whenever the one before was killed."""
    while True:
        child = os.fork()
        if not child:
            os._exit(live())
        signal.signal(signal.SIGTERM, lambda *_, pid=child: os.kill(pid, signal.SIGKILL))
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main())
