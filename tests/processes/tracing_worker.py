"""A worker in a process of its own, with flows that leave traces: `tracing_worker.py FOLDER`.

FOLDER/plan.json says how many steps a run has and how long it waits between them; each step adds a line
`<run> <step> <pid>` to FOLDER/trace. Prints `ready` once it takes work, and stops on SIGTERM.
"""

import json
import os
import signal
import sys
import threading
from datetime import timedelta
from pathlib import Path

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "practicesync.config.settings"
django.setup()

from practicesync.flows.steps import Steps  # noqa: E402 - models can be imported only from here on
from practicesync.flows.worker import Worker  # noqa: E402
from practicesync.operations import runs  # noqa: E402

FOLDER = Path(sys.argv[1])


def trace(run_id: int, step: int) -> None:
    """Leave a trace."""
    with (FOLDER / "trace").open("a") as file:
        file.write(f"{run_id} {step} {os.getpid()}\n")


def tracing(steps: Steps, run_id: int) -> None:
    """So many steps, and the run is done."""
    plan = json.loads((FOLDER / "plan.json").read_text())
    if not steps.do("begin", lambda: runs.begin(run_id, steps.clock.now())):
        return
    for step in range(plan["steps"]):
        steps.do("trace", trace, run_id, step)
        steps.sleep(plan["seconds"])
    steps.do("finish", lambda: runs.finish(run_id, steps.clock.now()))


def pausing(steps: Steps, run_id: int) -> None:
    """Pause at first; done when it is started again."""

    def pause() -> None:
        now = steps.clock.now()
        runs.pause(run_id, now + timedelta(seconds=1), "throttled", "The day's calls are spent.", now)

    paused_before = steps.do("look", lambda: str(run_id) in (FOLDER / "trace").read_text().split())
    steps.do("begin", lambda: runs.begin(run_id, steps.clock.now()))
    steps.do("trace", trace, run_id, 1 if paused_before else 0)
    if not paused_before:
        steps.do("pause", pause)
        return
    steps.do("finish", lambda: runs.finish(run_id, steps.clock.now()))


def failing(steps: Steps, run_id: int) -> None:
    """Fail in a way that nobody foresaw, with a secret in the error's text."""
    steps.do("begin", lambda: runs.begin(run_id, steps.clock.now()))
    raise ZeroDivisionError("tax number 123 456 782")


def forgetting(steps: Steps, run_id: int) -> None:
    """End without ending the run."""
    steps.do("begin", lambda: runs.begin(run_id, steps.clock.now()))


def main() -> int:
    """Work until told to stop."""
    told = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: told.set())
    flows = {"refresh": tracing, "record": tracing, "sweep": pausing, "failing": failing, "forgetting": forgetting}
    worker = Worker(flows)
    worker.start()
    while worker.alive and not worker.wait_ready(0.2) and not told.is_set():
        pass
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    told.wait()
    return 0 if worker.stop() else 1


if __name__ == "__main__":
    sys.exit(main())
