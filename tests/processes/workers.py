"""Starting workers in processes of their own, and ending them in every way there is."""

import base64
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

PROGRAM = Path(__file__).parent / "tracing_worker.py"
SRC = Path(__file__).parents[2] / "src"
SETTINGS = {
    "PRACTICESYNC_SECRET_KEY": "for tests only, and long enough that no check of keys would refuse it",
    "PRACTICESYNC_ENCRYPTION_KEYS": f"test:{base64.urlsafe_b64encode(bytes(range(32))).decode()}",
}


def environment(**more: str) -> dict[str, str]:
    """The environment of a process of the product that takes nothing from ours but where programs are."""
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(SRC), **SETTINGS, **more}


@dataclass(slots=True)
class Workers:
    """Workers with tracing flows on one database."""

    folder: Path
    address: str
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(self, *, ready: bool = True) -> subprocess.Popen[str]:
        """Start one; waits until it takes work unless told not to."""
        env = environment(PRACTICESYNC_DATA=str(self.folder))
        if self.address.startswith("postgres"):
            env["PRACTICESYNC_DATABASE_URL"] = self.address
        with (self.folder / f"worker-{len(self.started)}.log").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, str(PROGRAM), str(self.folder)], env=env, stdout=subprocess.PIPE, stderr=log, text=True
            )
        self.started.append(process)
        if ready:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n", self.log()
        return process

    def trace(self) -> list[tuple[int, int, int]]:
        """The traces so far: run, step, process."""
        lines = (self.folder / "trace").read_text().splitlines()
        return [(int(run), int(step), int(pid)) for run, step, pid in (line.split() for line in lines)]

    def steps(self, run_id: int) -> list[int]:
        """The steps that left a trace for this run, in order."""
        return [step for run, step, _ in self.trace() if run == run_id]

    def log(self) -> str:
        """What the workers said."""
        return "\n".join(path.read_text() for path in sorted(self.folder.glob("worker-*.log")))


@contextmanager
def workers(folder: Path, address: str) -> Iterator[Workers]:
    """Workers that are all gone at the end."""
    (folder / "trace").touch()
    ours = Workers(folder, address)
    try:
        yield ours
    finally:
        for process in ours.started:
            kill(process)


def kill(process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> None:
    """End it without a chance to do anything more."""
    process.kill()
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


def end(process: subprocess.Popen[str], seconds: float = 15.0) -> int:
    """Ask it to end, and return its exit status."""
    process.send_signal(signal.SIGTERM)
    return process.wait(seconds)


def wait_until(condition: Callable[[], object], what: str, seconds: float = 20.0) -> None:
    """Wait until something is so; fails with its name."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s in vain: {what}")
        time.sleep(0.05)
