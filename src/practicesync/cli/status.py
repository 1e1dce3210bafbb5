"""Tell how a practice stands: connection, clients by state, what runs, and whether a worker lives."""

import argparse

from practicesync.cli.output import answer
from practicesync.cli.practice import add_practice, chosen
from practicesync.core.words import LINK_WORDS
from practicesync.flows.clock import SYSTEM_CLOCK
from practicesync.queries.dashboard import Dashboard, load_dashboard
from practicesync.queries.installation import WorkerLine, workers


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_practice(parser)


def run(options: argparse.Namespace) -> int:
    """0 where nothing waits for a person, 1 where something does."""
    practice = chosen(options)
    now = SYSTEM_CLOCK.now()
    board, staff = load_dashboard(practice.id, now), workers(now)
    answer(options, {"practice": practice.name, **_facts(board, staff)}, [practice.name, *_lines(board, staff)])
    connected = board.connection is not None and not board.connection.broken
    return 0 if connected and not board.needs_you and not board.failing else 1


def _facts(board: Dashboard, staff: list[WorkerLine]) -> dict[str, object]:
    card = board.connection
    return {
        "clients": board.clients,
        "linked": board.linked,
        "states": {state.value: count for state, count in board.states.items()},
        "connected": card is not None and not card.broken,
        "organisation": card.organisation if card else None,
        "refreshed_at": card.refreshed_at if card else None,
        "calls_left": card.calls.left if card else None,
        "running": [
            {"run": each.id, "kind": each.kind, "state": each.state, "done": each.done} for each in board.running
        ],
        "workers": [{"name": each.name, "alive": each.alive, "seen_at": each.seen_at} for each in staff],
    }


def _lines(board: Dashboard, staff: list[WorkerLine]) -> list[str]:
    card = board.connection
    lines = ["  not connected"]
    if card is not None:
        read = f"{card.refreshed_at:%Y-%m-%d %H:%M} UTC" if card.refreshed_at else "never"
        broken = f"; broken: {card.reason}" if card.broken else ""
        lines = [f"  {card.organisation}{broken}; read {read}; {card.calls.left:,} of {card.calls.day:,} calls left"]
    lines += [f"  {LINK_WORDS[state].word:28} {count:>7,}" for state, count in board.states.items()]
    lines += [f"  {each.kind} {each.state}: {each.done:,} clients so far" for each in board.running]
    alive = [each.name for each in staff if each.alive]
    return [*lines, f"  worker: {', '.join(alive) if alive else 'none is running'}"]
