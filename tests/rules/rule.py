"""What a rule is: a search for offences in one file, with lines that it must find and lines that it must let pass."""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class File:
    """A file of the repository: its path from the root, with `/`, and its text."""

    path: str
    text: str

    @property
    def is_python(self) -> bool:
        return self.path.endswith(".py") or self.text.startswith("#!/usr/bin/env python3")

    @property
    def is_test(self) -> bool:
        return self.path.startswith("tests/")

    @property
    def layer(self) -> str:
        """The package of practicesync that holds the file, such as "core"; "" for a file outside it."""
        folders = self.path.split("/")
        return folders[2] if folders[:2] == ["src", "practicesync"] and len(folders) > 3 else ""

    @property
    def tree(self) -> ast.Module:
        return _parsed(self.text)


@functools.cache
def _parsed(text: str) -> ast.Module:
    return ast.parse(text)


Offence = tuple[int, str]
"""Line number and what is wrong there."""


@dataclass(frozen=True)
class Rule:
    """One rule of the house.

    `find` yields the offences of one file. `bad` are files that must be found offending, `good` such that must not:
    a rule that nobody has seen fail is no rule.
    """

    name: str
    find: Callable[[File], Iterator[Offence]]
    bad: tuple[File, ...]
    good: tuple[File, ...]

    def offences(self, file: File) -> list[str]:
        return [f"{file.path}:{line}: {says}" for line, says in self.find(file)]


def dotted(node: ast.AST) -> str:
    """Write a name or a chain of names as `a.b.c`; calls within it count as the name called; "" for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Call):
        return dotted(node.func)
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ""


def imported(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and full name of everything that a module imports, wherever the import stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
