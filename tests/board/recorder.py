"""A plugin of pytest that notes the first failure in the file that BOARD_FOUND names, and that tries the right copy."""

import os
from pathlib import Path

import pytest

import practicesync

FOUND = "BOARD_FOUND"


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to try another program than the one beside these tests."""
    if not Path(practicesync.__file__).is_relative_to(config.rootpath):
        raise pytest.UsageError(f"{practicesync.__file__} is not the copy")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note a test that failed."""
    if report.failed:
        _note(report.nodeid)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """Note a file that could not be loaded."""
    if report.failed:
        _note(report.nodeid)


def _note(nodeid: str) -> None:
    path = Path(os.environ[FOUND])
    if not path.exists():
        path.write_text(nodeid)
