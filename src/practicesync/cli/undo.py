"""Take back what a run wrote on both sides, wherever nobody changed it since. What that does is printed first.

`--json` gives what `apply` gives. Without `--yes` it asks on a terminal, and refuses where there is none. What cannot
be taken back is among the lines, with its reason.
"""

import argparse

from practicesync.cli.applying import apply_sheet
from practicesync.cli.practice import actor_for, add_practice, chosen
from practicesync.core.errors import Invalid
from practicesync.flows import engine
from practicesync.flows.clock import SYSTEM_CLOCK
from practicesync.operations import undoing
from practicesync.queries.run_page import load_run


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_practice(parser)
    parser.add_argument("run", metavar="RUN", type=int, help="the run to take back, by its number")
    parser.add_argument("--yes", action="store_true", help="take it back without asking")


def run(options: argparse.Namespace) -> int:
    """0 where all of it was taken back, 1 where some could not be, or where nothing was."""
    practice = chosen(options)
    engine.prepare()
    if load_run(practice.id, options.run) is None:
        raise Invalid({"run": f"{practice.name} has no run {options.run}."})
    sheet = undoing.draw_up(actor_for(practice.id), options.run, SYSTEM_CLOCK.now())
    return apply_sheet(practice, sheet.pk, options)
