"""A plugin of pytest that notes how each test ended in the file that BOARD_NOTED names, and tries the right copy."""

import os
from pathlib import Path

import pytest

import practicesync

NOTED = "BOARD_NOTED"
GOOD, BAD = "good", "bad"


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to try another program than the one beside these tests."""
    if not Path(practicesync.__file__).is_relative_to(config.rootpath):
        raise pytest.UsageError(f"{practicesync.__file__} is not the copy")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note a test that failed, at whatever stage, or that passed."""
    if report.failed:
        _note(BAD, report.nodeid)
    elif report.when == "call" and report.passed:
        _note(GOOD, report.nodeid)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """Note a file that could not be loaded."""
    if report.failed:
        _note(BAD, report.nodeid)


def noted(path: Path) -> list[tuple[str, str]]:
    """What was noted: how each test ended, with its name."""
    told = path.read_text().splitlines() if path.exists() else []
    return [(end, name) for end, _, name in (line.partition(" ") for line in told)]


def _note(end: str, nodeid: str) -> None:
    with Path(os.environ[NOTED]).open("a") as file:
        file.write(f"{end} {nodeid}\n")
