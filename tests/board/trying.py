"""Asking detectors about one copy of the program: what they find, and after how long."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from board.bugs import Bug, Detector, Schedules, Suite
from board.copies import copy_with
from board.recorder import FOUND

PATIENCE = 240.0
"""Seconds after which a detector has found nothing, whatever it is still doing."""

SEED = 1
"""What the property tests draw by, so that what they find repeats."""

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
class Trial:
    """What became of one bug, after so many seconds."""

    bug: Bug
    finding: Finding | None
    seconds: float


def try_out(bug: Bug) -> Trial:
    """Plant the bug into a copy and ask its detectors one after the other."""
    began = time.monotonic()
    with copy_with(bug) as copy:
        found = next(filter(None, (_asked(detector, copy) for detector in bug.asked)), None)
    return Trial(bug, found, time.monotonic() - began)


def false_alarms(findings: Sequence[Finding]) -> list[Finding]:
    """Those of these findings that a copy without any bug gives too, so that they tell nothing."""
    seeds = [each for each in findings if each.seed]
    tests = sorted({each.test for each in findings if each.test})
    with copy_with(None) as copy:
        wrong = [each for each in seeds if _simulated(copy, each.seed, 1) is not None]
        while tests:
            failed = _tested(copy, tests)
            if failed is None:
                return wrong
            wrong += [each for each in findings if each.test == failed.test]
            tests = [each for each in tests if each != failed.test] if failed.test in tests else []
    return wrong


def _asked(detector: Detector, copy: Path) -> Finding | None:
    match detector:
        case Suite(files):
            return _tested(copy, files)
        case Schedules(count):
            return _simulated(copy, 1, count)


def _tested(copy: Path, tests: Sequence[str]) -> Finding | None:
    """The first of these tests, files of tests or tests by their names, that fails."""
    noted = copy / "found"
    noted.unlink(missing_ok=True)
    options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "board.recorder", f"--hypothesis-seed={SEED}"]
    _run(copy, ["-m", "pytest", *options, *tests], {FOUND: str(noted)})
    return Finding(test=noted.read_text()) if noted.exists() else None


def _simulated(copy: Path, first: int, count: int) -> Finding | None:
    """The first broken promise of so many schedules; the others are not waited for."""
    words = ["-m", "simulation", "--seed", str(first), "--schedules", str(count), "--jobs", "1"]
    told = _BROKEN.search(_run(copy, words, {}, until=_BROKEN))
    return None if told is None else Finding(seed=int(told[1]), promise=told[2].partition(":")[0])


def _run(copy: Path, words: Sequence[str], more: dict[str, str], *, until: re.Pattern[str] | None = None) -> str:
    """Run Python in a copy; all that it told, or what it told until a line of this pattern came."""
    path = os.pathsep.join(str(copy / name) for name in ("src", "tests"))
    env = {**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1", **more}
    out = copy / "told"
    with out.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, *words], cwd=copy, env=env, stdout=file, stderr=file, start_new_session=True
        )
    deadline = time.monotonic() + PATIENCE
    try:
        while process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.2)
            if until is not None and until.search(out.read_text(errors="replace")):
                break
    finally:
        _end(process)
    return out.read_text(errors="replace")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process that we started, with all that it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
