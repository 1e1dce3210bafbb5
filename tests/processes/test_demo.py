"""The demo as a visitor starts it: it walks the main job, goes on with its data, and ends cleanly."""

import json
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from processes.workers import environment

pytestmark = pytest.mark.serial

MAIN = "import sys; from practicesync.cli.main import main; sys.exit(main())"
STEPS = [
    "sign in",
    "switch the add-on on",
    "connect",
    "first refresh",
    "link",
    "move both sides apart, refresh",
    "find every state",
    "sync a value to Practice Manager",
    "sync a value to the register",
    "fill a blank field",
    "refresh again: both sides agree",
]


def demo(*words: str, home: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", MAIN, "demo", *words],
        env={name: value for name, value in environment(HOME=str(home)).items() if not name.endswith(("KEY", "KEYS"))},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=home,
    )


def test_the_walk_through_does_the_main_job_and_leaves_nothing_behind(tmp_path: Path) -> None:
    process = demo("--smoke", "--clients", "150", home=tmp_path)
    answer, told = process.communicate(timeout=90)
    assert process.returncode == 0, told + answer
    report = json.loads(answer)
    assert report["ok"] is True
    assert [each["step"] for each in report["steps"]] == STEPS
    states = next(each["states"] for each in report["steps"] if "states" in each)
    assert all(states[name] for name in ("local_changed", "remote_changed", "both_changed", "differs", "in_sync"))
    assert list(tmp_path.iterdir()) == []


def test_a_second_start_goes_on_with_the_same_data_and_an_end_ends_all(tmp_path: Path) -> None:
    first = addresses_of(tmp_path, fresh=True)
    assert first["told"].count("clients linked") == 1
    second = addresses_of(tmp_path)
    assert "invented firm" not in second["told"]


def addresses_of(home: Path, *, fresh: bool = False) -> dict[str, str]:
    """Start the demo, look at it, end it; what it told."""
    words = ["--no-browser", "--clients", "100", "--data", str(home / "demo"), *(["--fresh"] if fresh else [])]
    process = demo(*words, home=home)
    assert process.stderr is not None
    lines = []
    for line in process.stderr:
        lines.append(line)
        if line.startswith("Ctrl-C"):
            break
    told = "".join(lines)
    addresses = re.findall(r"http://\S+", told)
    assert len(addresses) == 2, told
    for address in addresses:
        with urllib.request.urlopen(address, timeout=10) as reply:  # noqa: S310 - our own address
            assert reply.status == 200
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 130
    for address in addresses:
        wait_until_closed(address)
    process.communicate()
    return {"told": told}


def wait_until_closed(address: str) -> None:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(address, timeout=2).close()  # noqa: S310 - our own address
        except OSError:
            return
        time.sleep(0.1)
    raise AssertionError(f"{address} still answers")
