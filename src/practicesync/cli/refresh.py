"""Read from Practice Manager what changed there, and wait until it is done.

A worker that is running does it; where none is, this process works until the run has ended.
"""

import argparse

from practicesync.cli.following import working
from practicesync.cli.output import answer
from practicesync.cli.practice import actor_for, add_practice, chosen
from practicesync.core.errors import Invalid
from practicesync.core.words import ERROR_WORDS
from practicesync.flows import engine, start
from practicesync.flows.clock import SYSTEM_CLOCK
from practicesync.operations import runs
from practicesync.queries.connection_page import load_card
from practicesync.queries.run_page import RunLine


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_practice(parser)
    parser.add_argument("--sweep", action="store_true", help="read everything, and find what is gone")
    parser.add_argument("--no-wait", action="store_true", help="only ask for it")


def run(options: argparse.Namespace) -> int:
    """0 where the run is done, 1 where it failed, was cancelled or waits."""
    practice = chosen(options)
    now = SYSTEM_CLOCK.now()
    card = load_card(practice.id, now)
    if card is None:
        raise Invalid({"connection": f"{practice.name} is not connected: see `practicesync connect`."})
    actor = actor_for(practice.id)
    engine.prepare()
    asked = runs.request(actor, card.id, "sweep" if options.sweep else "refresh", now)
    start.enqueue(asked)
    if options.no_wait:
        answer(options, {"run": asked.pk, "state": asked.state}, [f"Asked for, as run {asked.pk}."])
        return 0
    with working() as work:
        ended = work.follow(practice.id, asked.pk, "clients read")
        answer(options, _facts(ended), [_sentence(ended)])
        work.status = 0 if ended.state == "done" else 1
    return work.status


def _facts(line: RunLine) -> dict[str, object]:
    return {
        "run": line.id,
        "state": line.state,
        "read": line.done,
        "changed": line.changed,
        "set_aside": line.set_aside,
        "calls": line.calls,
        "problem": line.problem,
        "detail": line.detail,
        "resume_at": line.resume_at,
    }


def _sentence(line: RunLine) -> str:
    if line.state == "done":
        aside = f", {line.set_aside:,} set aside" if line.set_aside else ""
        return f"Done: {line.done:,} clients read, {line.changed:,} changed{aside}, {line.calls} calls."
    why = line.detail or ERROR_WORDS.get(line.problem, line.problem)
    until = f" It goes on at {line.resume_at:%H:%M} UTC." if line.resume_at else ""
    return f"{line.state.capitalize()}. {why}{until}"
