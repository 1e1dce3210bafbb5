"""Carrying a sheet out at a terminal: it is printed, agreed to, followed, and told how it ended."""

import argparse
import sys

from practicesync.cli.following import working
from practicesync.cli.output import answer, say
from practicesync.cli.plan import text
from practicesync.cli.practice import actor_for
from practicesync.core.errors import Invalid
from practicesync.core.verdict import Move
from practicesync.core.words import OUTCOME_WORDS
from practicesync.flows import start
from practicesync.flows.clock import SYSTEM_CLOCK
from practicesync.operations import sheets
from practicesync.queries.installation import PracticeLine
from practicesync.queries.run_page import RunLine
from practicesync.queries.sheet_page import SheetPage, load_sheet


def apply_sheet(practice: PracticeLine, sheet_id: int, options: argparse.Namespace) -> int:
    """Print the sheet, ask unless `--yes` was given, and apply it. 0 where every line of it that can be is done."""
    page = _page(practice, sheet_id)
    _show(page)
    if not _agreed(options):
        answer(
            options, {"sheet": sheet_id, "state": page.state}, [f"Nothing was applied. It waits as sheet {sheet_id}."]
        )
        return 1
    asked = sheets.request_apply(actor_for(practice.id), sheet_id, SYSTEM_CLOCK.now())
    start.enqueue(asked)
    with working() as work:
        ended = work.follow(practice.id, asked.pk, "lines")
        page = _page(practice, sheet_id)
        answer(options, _facts(page, ended), _told(page, ended))
        work.status = 0 if ended.state == "done" and page.done == page.lines else 1
    return work.status


def _page(practice: PracticeLine, sheet_id: int, number: int = 1) -> SheetPage:
    found = load_sheet(practice.id, sheet_id, SYSTEM_CLOCK.now(), number=number)
    if found is None:
        raise Invalid({"sheet": f"{practice.name} has no sheet {sheet_id}."})
    return found


def _show(page: SheetPage) -> None:
    """Tell a person what it does, before anything is asked."""
    say(
        f"Sheet {page.id}: {page.lines:,} lines of {page.clients:,} clients, {page.pushes:,} to XPM and {page.pulls:,} "
        f"to the register. {page.budget.calls:,} calls of {page.budget.left:,} left today."
    )
    for group in page.groups:
        for line in group.lines:
            side = "XPM" if line.move is Move.PUSH else "register"
            say(
                f"  {group.name} · {line.label} in {side}: {text(line.before) or '—'} becomes {text(line.after) or '—'}"
            )
    shown = sum(len(group.lines) for group in page.groups)
    if shown < page.lines:
        say(f"  … and {page.lines - shown:,} more")


def _agreed(options: argparse.Namespace) -> bool:
    """Whether somebody said yes. Raises `Invalid` where nobody can be asked."""
    if options.yes:
        return True
    if not sys.stdin.isatty():
        raise Invalid({"yes": "There is no terminal to ask on. Look at the sheet, and add --yes to apply it."})
    say("Apply it? Type yes:")
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _facts(page: SheetPage, ended: RunLine) -> dict[str, object]:
    return {
        "sheet": page.id,
        "run": ended.id,
        "state": ended.state,
        "lines": page.lines,
        "done": page.done,
        "outcomes": {outcome.value: count for outcome, count in page.outcomes.items()},
        "calls": ended.calls,
        "problem": ended.problem,
        "detail": ended.detail,
        "resume_at": ended.resume_at,
    }


def _told(page: SheetPage, ended: RunLine) -> list[str]:
    counts = ", ".join(f"{count:,} {OUTCOME_WORDS[outcome].word.lower()}" for outcome, count in page.outcomes.items())
    lines = [f"{ended.state.capitalize()}: {counts or 'nothing yet'}; {ended.calls:,} calls."]
    return [*lines, f"  {ended.detail}"] if ended.detail else lines
