"""Asking detectors about one copy of the program: what they find, and how much they looked at."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from board.bug import Detector, Named, Schedules
from board.recorder import BAD, GOOD, NOTED, noted

PATIENCE = 240.0
"""Seconds after which a detector is ended: it found nothing, and is told to have had no end."""

SEED = 1
"""What the property tests draw by, so that what they find repeats."""

STOPPED = threading.Event()
"""Set once nobody waits for an answer any more: what still runs is ended."""

_BROKEN = re.compile(r"^seed (\d+): (.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Finding:
    """What found a bug: a test, or a promise that the schedule of a seed broke."""

    test: str = ""
    seed: int = 0
    promise: str = ""

    @property
    def told(self) -> str:
        """What found it, in a table."""
        return self.test.removeprefix("tests/") if self.test else f"`./run simulate --seed {self.seed}`: {self.promise}"


@dataclass(frozen=True, slots=True)
class Answer:
    """All that a detector found; `good` of its tests or schedules found nothing; `fault` says why it is no answer."""

    findings: Sequence[Finding] = ()
    good: int = 0
    fault: str = ""


def ask(detector: Detector, copy: Path, *, all_of_it: bool = False, patience: float = PATIENCE) -> Answer:
    """Ask one detector about a copy: to its first finding, or all of it."""
    match detector:
        case Named(names):
            return _tested(copy, names, all_of_it=all_of_it, patience=patience)
        case Schedules(count):
            return _simulated(copy, count, all_of_it=all_of_it, patience=patience)


def _tested(copy: Path, tests: Sequence[str], *, all_of_it: bool, patience: float) -> Answer:
    path = copy / "noted"
    path.unlink(missing_ok=True)
    options = ["-q", "-p", "no:cacheprovider", "-p", "board.recorder", f"--hypothesis-seed={SEED}"]
    words = ["-m", "pytest", *options, *([] if all_of_it else ["-x"]), *tests]
    status, told = _run(copy, words, {NOTED: str(path)}, patience)
    ends = noted(path)
    findings = [Finding(test=name) for end, name in ends if end == BAD]
    good = sum(end == GOOD for end, _ in ends)
    # 0 is all good, 1 that some failed: anything else ran no tests, or not all of them.
    fault = "" if findings or status == 0 else _fault(status, told)
    return Answer(findings, good, fault)


def _simulated(copy: Path, count: int, *, all_of_it: bool, patience: float) -> Answer:
    words = ["-m", "simulation", "--seed", "1", "--schedules", str(count), "--jobs", "1"]
    status, told = _run(copy, words, {}, patience, until=None if all_of_it else _BROKEN)
    findings = [Finding(seed=int(seed), promise=promise.partition(":")[0]) for seed, promise in _BROKEN.findall(told)]
    fault = "" if findings or status == 0 else _fault(status, told)
    return Answer(findings, 0 if fault else count - len(findings), fault)


def _fault(status: int | None, told: str) -> str:
    last = next((line for line in reversed(told.splitlines()) if line.strip()), "")
    return "no end" if status is None else f"status {status}: {last[:80]}"


def _run(
    copy: Path, words: Sequence[str], more: dict[str, str], patience: float, *, until: re.Pattern[str] | None = None
) -> tuple[int | None, str]:
    """Run Python in a copy to its end, or to a line of this pattern: its status, if it ended, and what it told."""
    path = os.pathsep.join(str(copy / name) for name in ("src", "tests"))
    env = {**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1", **more}
    out = copy / "told"
    with out.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, *words], cwd=copy, env=env, stdout=file, stderr=file, start_new_session=True
        )
    deadline = time.monotonic() + patience
    try:
        while process.poll() is None and time.monotonic() < deadline and not STOPPED.wait(0.1):
            if until is not None and until.search(out.read_text(errors="replace")):
                break
        status = process.poll()
    finally:
        _end(process)
    return status, out.read_text(errors="replace")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process that we started, with all that it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
