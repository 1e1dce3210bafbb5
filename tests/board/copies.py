"""Copies of the program and its tests, into each of which one bug is planted."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from board.bug import Bug

ROOT = Path(__file__).parents[2]
COPIED = ("src", "tests")


class Rotten(Exception):
    """The text of a bug is no longer in its file, or stands there more than once: the row has to be written anew."""


def planted(bug: Bug, root: Path = ROOT) -> str:
    """The bug's file with the bug in it. Raises `Rotten`."""
    told = (root / "src/practicesync" / bug.file).read_text()
    if told.count(bug.text) != 1:
        raise Rotten(f"{bug.name}: {bug.file} holds the text {told.count(bug.text)} times: {bug.text.strip()[:60]}")
    return told.replace(bug.text, bug.replacement)


@contextmanager
def copy_with(bug: Bug | None) -> Iterator[Path]:
    """A copy of the program with this bug in it, or with none. What was compiled comes along and stays valid."""
    with tempfile.TemporaryDirectory(prefix="practicesync-board-") as folder:
        copy = Path(folder)
        shutil.copy2(ROOT / "pyproject.toml", copy)
        for name in COPIED:
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns(".*_cache", ".hypothesis"))
        if bug is not None:
            (copy / "src/practicesync" / bug.file).write_text(planted(bug, copy))
        yield copy
