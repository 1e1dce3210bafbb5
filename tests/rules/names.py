"""Rules on names: one word for one thing, and no module that is named for nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from rules.rule import File, Offence, Rule

NAMED_FOR_NOTHING = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "services",
    "service",
    "managers",
    "manager",
    "misc",
}


@dataclass(frozen=True)
class Word:
    """The word to use instead, and the layers where the other one is right since it is somebody else's term."""

    instead: str
    layers: frozenset[str] = frozenset()


def word(instead: str, *layers: str) -> Word:
    return Word(instead, frozenset(layers))


FORBIDDEN = {
    "tenant": word("practice, or the connection's organisation", "connectors"),  # Xero's own word on the wire
    "account": word("practice", "connectors", "config"),  # XPM's account manager; allauth's settings
    "org": word("practice"),
    "customer": word("client"),
    "entity": word("client"),
    "association": word("relationship"),
    "integration": word("connector"),
    "provider": word("connector", "config"),  # allauth's settings
    "cache": word("mirror", "config", "web"),  # HTTP caching
    "mapping": word("link"),
    "theirs": word("remote"),
    "ours": word("local"),
    "attribute": word("field"),
    "poll": word("refresh"),
    "cursor": word("watermark", "store", "operations", "queries"),  # a database's cursor
    "diff": word("plan or decision"),
    "outbox": word("push"),
    "guard": word("brake"),
    "issue": word("discrepancy"),
    "event": word("activity", "flows", "config"),  # the engine's progress; the log library's lines
    "alert": word("notice"),
    "task": word("run"),
    "etag": word("seen"),
}


def find_module_named_for_nothing(file: File) -> Iterator[Offence]:
    path = PurePosixPath(file.path)
    for part in (*path.parent.parts, path.stem if path.suffix == ".py" else ""):
        if part in NAMED_FOR_NOTHING:
            yield 1, f"{part} says nothing of what is in it"


def find_forbidden_word(file: File) -> Iterator[Offence]:
    if not file.layer or not file.is_python or "/migrations/" in file.path:
        return
    for line, name in defined_names(file):
        for part in words_of(name):
            rule = FORBIDDEN.get(part)
            if rule and file.layer not in rule.layers:
                yield line, f"{name}: say {rule.instead}, not {part}"


def defined_names(file: File) -> Iterator[tuple[int, str]]:
    """Yield the names that a file gives: its own, those of classes, functions, arguments and fields."""
    yield 1, PurePosixPath(file.path).stem
    for node in ast.walk(file.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.lineno, node.target.id
        if isinstance(node, ast.ClassDef):
            yield from fields_of(node)


def fields_of(node: ast.ClassDef) -> Iterator[tuple[int, str]]:
    for statement in node.body:
        if isinstance(statement, ast.Assign):
            yield from ((target.lineno, target.id) for target in statement.targets if isinstance(target, ast.Name))


def words_of(name: str) -> list[str]:
    """Split a name at underscores and capitals, in the singular: `TenantIDs` gives tenant, id."""
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)
    return [re.sub(r"ies$", "y", part.lower()) if part.lower().endswith("ies") else _singular(part) for part in parts]


def _singular(part: str) -> str:
    plain = part.lower()
    return plain[:-1] if plain.endswith("s") and plain not in {"theirs", "ours"} else plain


RULES = (
    Rule(
        "a module is named for what is in it",
        find_module_named_for_nothing,
        bad=(
            File("src/practicesync/core/utils.py", ""),
            File("src/practicesync/web/common/forms.py", ""),
            File("tests/helpers.py", ""),
        ),
        good=(File("src/practicesync/core/words.py", ""), File("docs/how-to/manage.md", "")),
    ),
    Rule(
        "one word for one thing",
        find_forbidden_word,
        bad=(
            File("src/practicesync/store/models/practice.py", "class Tenant:\n    pass\n"),
            File("src/practicesync/queries/clients.py", "def list_customers():\n    pass\n"),
            File("src/practicesync/core/record.py", "class Record:\n    entity_id: str\n"),
            File("src/practicesync/operations/linking.py", "def link(*, ours, theirs):\n    pass\n"),
            File("src/practicesync/core/outbox.py", ""),
            File("src/practicesync/store/models/link.py", "class Link(Model):\n    mapping = JSONField()\n"),
        ),
        good=(
            File("src/practicesync/connectors/oauth.py", "def tenants():\n    pass\n"),
            File("src/xpm_sandbox/identity.py", "class Tenant:\n    pass\n"),
            File("src/practicesync/core/push.py", "class Push:\n    seen: str\n\n\ndef organise():\n    pass\n"),
        ),
    ),
)
