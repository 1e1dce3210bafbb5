"""Rules on imports that import contracts cannot state."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from rules.rule import File, Offence, Rule, imported


def find_hidden_import(file: File) -> Iterator[Offence]:
    if not file.is_python:
        return
    functions = (node for node in ast.walk(file.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    for function in functions:
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield node.lineno, f"{function.name} imports inside its body"


def find_signal(file: File) -> Iterator[Offence]:
    if not file.is_python or file.is_test:
        return
    for line, name in imported(file.tree):
        if "signals" in name.split(".") or name.startswith("django.dispatch"):
            yield line, f"uses a signal: {name}"


def find_engine(file: File) -> Iterator[Offence]:
    if not file.path.startswith("src/") or not file.is_python or file.path == "src/practicesync/flows/engine.py":
        return
    for line, name in imported(file.tree):
        if name.split(".")[0] == "dbos":
            yield line, "the durable engine is imported by flows/engine.py alone"


RULES = (
    Rule(
        "imports stand at the top of a file",
        find_hidden_import,
        bad=(File("src/practicesync/flows/push.py", "def push():\n    from practicesync import core\n"),),
        good=(
            File("src/practicesync/flows/push.py", "from practicesync import core\n\ndef push():\n    core.plan()\n"),
        ),
    ),
    Rule(
        "what happens is said where it happens, not by a signal",
        find_signal,
        bad=(
            File("src/practicesync/store/apps.py", "from django.db.models.signals import post_save\n"),
            File("src/practicesync/web/apps.py", "from allauth.account import signals\n"),
            File("src/practicesync/store/apps.py", "from django.dispatch import receiver\n"),
        ),
        good=(File("src/practicesync/cli/serve.py", "import signal\n"),),
    ),
    Rule(
        "one module knows the durable engine",
        find_engine,
        bad=(File("src/practicesync/flows/refresh.py", "from dbos import DBOS\n"),),
        good=(
            File("src/practicesync/flows/engine.py", "from dbos import DBOS\n"),
            File("src/practicesync/flows/refresh.py", "from practicesync.flows import engine\n"),
        ),
    ),
)
