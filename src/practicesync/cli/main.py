"""The command line: `practicesync COMMAND`, each command in its module.

Exit status: 0 done; 1 found differences, or refused; 2 wrong use. With `--json` the answer on standard output is one
JSON object; a refusal is `{"error": CODE, "detail": SENTENCE}`.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, cast

from practicesync.core.errors import SyncError

INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Command:
    """One command. Its module has `add_arguments(parser)` and `run(options) -> exit status`.

    `makes_keys`: it is a way to begin, so that keys are made where there are none. `on_its_own`: it needs no settings
    and no database to begin with. `on_files`: it works on files alone, so Django is not loaded for it. `service`: it
    runs until it is told to stop, and its log is told whole.
    """

    name: str
    module: str
    summary: str
    makes_keys: bool = False
    on_its_own: bool = False
    on_files: bool = False
    service: bool = False


COMMANDS = (
    Command("demo", "demo", "try it on an invented firm and a sandbox Practice Manager", on_its_own=True),
    Command("start-practice", "start_practice", "make a practice and its first admin", makes_keys=True),
    Command("person", "person", "give somebody a login and a role, or a new password"),
    Command("serve", "serve", "serve the screens, and work in the background", makes_keys=True, service=True),
    Command("worker", "worker", "work in the background, in a process of its own", service=True),
    Command("connect", "connect", "tell how the connection stands, and where to sign in"),
    Command("refresh", "refresh", "read from Practice Manager what changed there"),
    Command("status", "status", "tell what is in sync and what needs a person"),
    Command("plan", "plan", "show what would move, value by value, and what it costs"),
    Command("apply", "apply", "apply lines of the plan, or a sheet, and follow what becomes of each"),
    Command("undo", "undo", "take back what a run wrote on both sides, where nobody changed it since"),
    Command("import", "import_file", "add and update clients from an Excel or CSV file"),
    Command("export", "export", "write the register into a CSV file"),
    Command("match", "match", "find who is who in two exports, with no connection", on_files=True),
    Command("compare", "compare", "tell what differs between two exports, cell by cell, by meaning", on_files=True),
    Command("doctor decode", "doctor_decode", "show what is read out of a captured reply", on_its_own=True),
    Command("doctor", "doctor", "check settings, database, keys and workers"),
    Command("manage", "manage", "Django's own commands, such as migrate"),
)


class CommandModule(Protocol):
    """What a command's module provides."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the command's arguments."""

    def run(self, options: argparse.Namespace) -> int:
        """Carry it out; returns the exit status."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words or words[0] in ("-h", "--help", "help"):
        print(usage(), file=sys.stdout if words else sys.stderr)
        return 0 if words else 2
    found = _find(words)
    if found is None:
        print(f"practicesync: there is no command {words[0]!r}\n\n{usage()}", file=sys.stderr)
        return 2
    # Whatever this program makes holds a firm's data: files of its own are for its user alone.
    os.umask(0o077)
    return _guarded(found, words[len(found.name.split()) :])


def usage() -> str:
    """The list of commands."""
    lines = [f"  {command.name:15} {command.summary}" for command in COMMANDS]
    return "\n".join(["usage: practicesync COMMAND [arguments]", "", *lines, "", "COMMAND --help tells its arguments."])


def _find(words: Sequence[str]) -> Command | None:
    return next((each for each in COMMANDS if each.name.split() == list(words[: len(each.name.split())])), None)


def _guarded(command: Command, words: list[str]) -> int:
    """Carry out a command; what it refuses is told in a sentence, not by a traceback."""
    try:
        status = _carry_out(command, words)
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        # Whoever reads has seen enough, as `head` does. What is left must go nowhere, or Python complains at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return INTERRUPTED
    except SyncError as problem:
        return _refuse(words, problem.code, problem.detail)


def _carry_out(command: Command, words: list[str]) -> int:
    if command.on_files:
        return _run(command, words)
    installation = import_module("practicesync.cli.installation")
    with installation.trouble_told():
        if not command.on_its_own:
            installation.start(words, makes_keys=command.makes_keys, service=command.service)
        return _run(command, words)


def _run(command: Command, words: list[str]) -> int:
    module = cast("CommandModule", import_module(f"practicesync.cli.{command.module}"))
    parser = argparse.ArgumentParser(f"practicesync {command.name}", description=module.__doc__)
    if command.name == "manage":
        return module.run(argparse.Namespace(words=words))
    if not command.on_files:
        parser.add_argument("--data", metavar="DIR", help="folder of the settings and of the SQLite files (var)")
    parser.add_argument("--json", action="store_true", help="answer with one JSON object")
    module.add_arguments(parser)
    return module.run(parser.parse_args(words))


def _refuse(words: Sequence[str], code: str, detail: str) -> int:
    if "--json" in words:
        print(json.dumps({"error": code, "detail": detail}))
    else:
        print(f"practicesync: {detail or code}", file=sys.stderr)
    return 1
