"""Apply what was drawn up: a sheet, or the lines of the plan that are chosen here. The sheet is printed first.

`--json` gives `sheet`, `run`, `state`, `calls`, and `outcomes`: how many lines ended how. Without `--yes` it asks on a
terminal, and refuses where there is none.
"""

import argparse
import sys

from practicesync.cli.following import working
from practicesync.cli.output import answer, say
from practicesync.cli.plan import add_selection, connection_of, selection_of, text
from practicesync.cli.practice import actor_for, add_practice, chosen
from practicesync.core.errors import Invalid
from practicesync.core.verdict import Move
from practicesync.core.words import OUTCOME_WORDS
from practicesync.flows import engine, start
from practicesync.flows.clock import SYSTEM_CLOCK
from practicesync.operations import sheets
from practicesync.queries.installation import PracticeLine
from practicesync.queries.run_page import RunLine
from practicesync.queries.sheet_page import SheetPage, load_sheet

WAYS = {"register": Move.PUSH.value, "xpm": Move.PULL.value}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_practice(parser)
    parser.add_argument("--sheet", metavar="ID", type=int, help="this sheet, as it is")
    parser.add_argument("--all", action="store_true", help="every line of the plan that can go as proposed")
    add_selection(parser)
    parser.add_argument("--keep", choices=sorted(WAYS), help="whose value lines that need a choice take")
    parser.add_argument("--yes", action="store_true", help="apply it without asking")


def run(options: argparse.Namespace) -> int:
    """0 where every line is done, 1 where some are not, or where nothing was applied."""
    practice = chosen(options)
    engine.prepare()
    sheet_id = _sheet_of(practice, options)
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


def _sheet_of(practice: PracticeLine, options: argparse.Namespace) -> int:
    """The sheet that is meant, drawn up now if it has to be. Raises `Invalid` where that is not clear."""
    selection = selection_of(options)
    chosen_here = options.all or options.move or selection.field or selection.client_id is not None
    if bool(options.sheet) == bool(chosen_here):
        raise Invalid({"sheet": "Say what to apply: either --sheet ID, or --all, --move, --field or --client."})
    if options.sheet:
        return int(options.sheet)
    actor, connection_id = actor_for(practice.id), connection_of(practice)
    way = WAYS.get(options.keep or "", "")
    lines = sheets.lines_of(practice.id, connection_id, selection.going(way))
    return sheets.draw_up(actor, connection_id, "chosen", lines, SYSTEM_CLOCK.now()).pk


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
