"""The repository's own files, read once a test run."""

from __future__ import annotations

import functools
import subprocess
from pathlib import Path

from rules.rule import File

ROOT = Path(__file__).resolve().parents[2]


@functools.cache
def all_files() -> tuple[File, ...]:
    """Return every text file that is, or is about to be, under version control."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    paths = sorted(set(filter(None, listed.stdout.split("\0"))))
    return tuple(file for path in paths if (file := _read(path)))


def python_files() -> tuple[File, ...]:
    return tuple(file for file in all_files() if file.is_python)


def _read(path: str) -> File | None:
    """Return the file, or None where it has just been removed or holds no text."""
    try:
        return File(path, (ROOT / path).read_text(encoding="utf-8"))
    except (FileNotFoundError, IsADirectoryError, UnicodeDecodeError):
        return None
