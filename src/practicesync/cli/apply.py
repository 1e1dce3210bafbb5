"""Apply what was drawn up: a sheet, or the lines of the plan that are chosen here. The sheet is printed first.

`--json` gives `sheet`, `run`, `state`, `calls`, and `outcomes`: how many lines ended how. Without `--yes` it asks on a
terminal, and refuses where there is none.
"""

import argparse

from practicesync.cli.applying import apply_sheet
from practicesync.cli.plan import add_selection, connection_of, selection_of
from practicesync.cli.practice import actor_for, add_practice, chosen
from practicesync.core.errors import Invalid
from practicesync.core.verdict import Move
from practicesync.flows import engine
from practicesync.flows.clock import SYSTEM_CLOCK
from practicesync.operations import sheets
from practicesync.queries.installation import PracticeLine

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
    return apply_sheet(practice, _sheet_of(practice, options), options)


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
