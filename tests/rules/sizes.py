"""Rules on size: a module has one subject, and a function fits on a screen."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from rules.rule import File, Offence, Rule

MODULE_LINES = 400
FUNCTION_LINES = 60


def find_long_module(file: File) -> Iterator[Offence]:
    lines = file.text.count("\n")
    if file.is_python and lines > MODULE_LINES and "/migrations/" not in file.path:
        yield MODULE_LINES + 1, f"has {lines} lines, more than {MODULE_LINES}"


def find_long_function(file: File) -> Iterator[Offence]:
    if not file.is_python:
        return
    for node in ast.walk(file.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield node.lineno, f"{node.name} has {lines} lines, more than {FUNCTION_LINES}"


RULES = (
    Rule(
        "a module has at most 400 lines",
        find_long_module,
        bad=(File("src/practicesync/core/plan.py", "x = 1\n" * (MODULE_LINES + 1)),),
        good=(
            File("src/practicesync/core/plan.py", "x = 1\n" * MODULE_LINES),
            File("src/practicesync/store/migrations/0001_initial.py", "x = 1\n" * 999),
        ),
    ),
    Rule(
        "a function has at most 60 lines",
        find_long_function,
        bad=(File("src/practicesync/core/plan.py", "def f():\n" + "    x = 1\n" * FUNCTION_LINES),),
        good=(File("src/practicesync/core/plan.py", "def f():\n" + "    x = 1\n" * (FUNCTION_LINES - 1)),),
    ),
)
