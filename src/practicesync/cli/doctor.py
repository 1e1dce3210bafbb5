"""Check this installation: settings, database, keys, engine and workers; each finding says what to do.

`practicesync doctor decode FILE` shows what is read out of a captured reply.
"""

import argparse
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

from django.core.checks import ERROR
from django.db import Error, connection

from practicesync.cli.output import answer
from practicesync.config.checks import findings
from practicesync.flows import engine
from practicesync.flows.clock import SYSTEM_CLOCK
from practicesync.flows.engine import EngineUnavailable
from practicesync.queries.installation import (
    lost_in_a_power_cut,
    pending_migrations,
    practices,
    sealed_connections,
    workers,
)

MARKS = {"good": "ok     ", "warning": "warning", "error": "ERROR  "}


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found: `level` is good, warning or error."""

    check: str
    level: str
    sentence: str
    hint: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """There are none of its own."""


def run(options: argparse.Namespace) -> int:
    """0 where nothing is in error, 1 otherwise."""
    found = [finding for check in CHECKS for finding in _carefully(check)]
    lines = [f"{MARKS[each.level]}  {each.sentence}{f' {each.hint}' if each.hint else ''}" for each in found]
    healthy = all(each.level != "error" for each in found)
    answer(options, {"healthy": healthy, "findings": [asdict(each) for each in found]}, lines)
    return 0 if healthy else 1


def _carefully(check: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """A check that cannot be made is a finding too."""
    try:
        yield from check()
    except Error as problem:
        name = check.__name__.strip("_")
        yield Finding(
            name, "error", f"The check of {name} could not be made: {problem}.", "Look at the database first."
        )


def _settings() -> Iterator[Finding]:
    found = findings()
    for each in found:
        yield Finding(str(each.id), "error" if each.level >= ERROR else "warning", each.msg, str(each.hint or ""))
    if not any(each.level >= ERROR for each in found):
        yield Finding("settings", "good", "The settings are safe to run on.")


def _database() -> Iterator[Finding]:
    kind = f"SQLite {sqlite3.sqlite_version}" if connection.vendor == "sqlite" else "PostgreSQL"
    pending = pending_migrations()
    if pending:
        hint = "`practicesync serve` brings SQLite up to date by itself; else run `practicesync manage migrate`."
        yield Finding("database", "error", f"{kind} answers, but {len(pending)} migrations are to be made.", hint)
    else:
        yield Finding("database", "good", f"{kind} answers and is up to date.")
    unsafe = lost_in_a_power_cut()
    if unsafe:
        sentence = f"A power cut may take away what {kind} said was stored ({', '.join(unsafe)})."
        hint = "Set it on at the server. Else a write to Practice Manager may be forgotten, and made twice."
        yield Finding("durability", "error", sentence, hint)


def _practices() -> Iterator[Finding]:
    count = len(practices())
    if count:
        yield Finding("practices", "good", f"{count} practice{'' if count == 1 else 's'}.")
    else:
        yield Finding("practices", "warning", "There is no practice yet.", "Run: practicesync start-practice")


def _keys() -> Iterator[Finding]:
    held, closed = sealed_connections()
    if closed:
        hint = "Put the key that sealed them back into PRACTICESYNC_ENCRYPTION_KEYS, or connect again."
        yield Finding("keys", "error", f"The tokens of {closed} of {held} connections do not open.", hint)
    else:
        yield Finding("keys", "good", f"The encryption keys open the tokens of all {held} connections.")


def _engine() -> Iterator[Finding]:
    try:
        engine.workers_with_work()
    except EngineUnavailable as problem:
        hint = "It is set up at the first start of `practicesync serve` or `practicesync worker`."
        yield Finding("engine", "warning", f"The engine's tables do not answer ({problem}).", hint)
    else:
        yield Finding("engine", "good", "The engine's tables answer.")


def _workers() -> Iterator[Finding]:
    known = workers(SYSTEM_CLOCK.now())
    alive = [each.name for each in known if each.alive]
    if alive:
        yield Finding("workers", "good", f"At work: {', '.join(alive)}.")
        return
    last = max((each.seen_at for each in known), default=None)
    told = f"; the last was seen at {last:%Y-%m-%d %H:%M} UTC" if last else ""
    yield Finding(
        "workers", "warning", f"No worker lives{told}.", "Start `practicesync serve` or `practicesync worker`."
    )


CHECKS = (_settings, _database, _practices, _keys, _engine, _workers)
