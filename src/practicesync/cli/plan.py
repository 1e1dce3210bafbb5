"""Show what would move between the register and Practice Manager, value by value. Nothing is written.

`--json` gives `totals` (lines by move, clients, calls needed and left today) and `lines`, up to `--most`, each with its
client, field, move, state, reason, risk and both values; tax numbers are masked.
"""

import argparse

from practicesync.cli.output import answer
from practicesync.cli.practice import add_practice, chosen
from practicesync.core.errors import Invalid
from practicesync.core.verdict import Move
from practicesync.core.words import MOVE_WORDS, REMOTE_SHORT
from practicesync.flows.clock import SYSTEM_CLOCK
from practicesync.queries.differences import Selection, row_of
from practicesync.queries.firm_plan import PAGE_SIZE, FirmPlan, PlanLine, load_firm_plan
from practicesync.queries.installation import PracticeLine
from practicesync.queries.remote import load_remote
from practicesync.queries.showing import Shown

MOST = 200
MOVES = (Move.PUSH.value, Move.PULL.value, Move.ASK.value)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_practice(parser)
    add_selection(parser)
    parser.add_argument("--most", metavar="N", type=int, default=MOST, help=f"so many lines at most ({MOST})")


def add_selection(parser: argparse.ArgumentParser) -> None:
    """Declare what chooses lines."""
    parser.add_argument("--move", choices=MOVES, help="to XPM, to the register, or those that need a person")
    parser.add_argument("--field", metavar="FIELD", help="lines of this field alone: client.email, contact.mobile")
    parser.add_argument("--client", metavar="ID", type=int, help="lines of this client alone")


def selection_of(options: argparse.Namespace) -> Selection:
    """The lines that are meant. Raises `Invalid` where there is no such field."""
    field = options.field or ""
    subject, _, name = field.partition(".")
    if field and (subject not in ("client", "contact", "relationship") or row_of(subject, name) is None):
        raise Invalid({"field": f"There is no field {field}. They are named as in docs/reference/fields.md."})
    return Selection(move=options.move or "", field=field, client_id=options.client)


def connection_of(practice: PracticeLine) -> int:
    """The practice's connection. Raises `Invalid` where there is none."""
    remote = load_remote(practice.id)
    if not remote.connection_id:
        raise Invalid({"connection": f"{practice.name} is not connected: see `practicesync connect`."})
    return remote.connection_id


def run(options: argparse.Namespace) -> int:
    """0 where nothing would move and nobody is needed, 1 where something differs."""
    practice = chosen(options)
    connection_id, selection = connection_of(practice), selection_of(options)
    pages = _pages(practice.id, connection_id, selection, max(0, options.most))
    lines = [line for page in pages for line in page.lines][: max(0, options.most)]
    page = pages[0]
    answer(options, {"totals": totals(page), "lines": [_facts(line) for line in lines]}, _told(page, lines))
    return 1 if page.shown.lines - page.shown.left else 0


def _pages(practice_id: int, connection_id: int, selection: Selection, most: int) -> list[FirmPlan]:
    """The plan's first page and as many more as the lines that are asked for need."""
    now = SYSTEM_CLOCK.now()
    first = load_firm_plan(practice_id, connection_id, selection, now)
    last = min(first.last, -(-most // PAGE_SIZE))
    rest = range(2, last + 1)
    return [first, *(load_firm_plan(practice_id, connection_id, selection, now, number=each) for each in rest)]


def totals(page: FirmPlan) -> dict[str, object]:
    """The numbers of what is selected."""
    shown = page.shown
    return {
        "lines": shown.lines,
        "clients": shown.clients,
        "push": shown.pushes,
        "pull": shown.pulls,
        "ask": shown.asks,
        "leave": shown.left,
        "unasked": shown.unasked,
        "risks": {risk.value: count for risk, count in shown.by_risk.items()},
        "calls": page.budget.calls,
        "calls_left_today": page.budget.left,
        "days": page.budget.days,
    }


def _facts(line: PlanLine) -> dict[str, object]:
    return {
        "id": line.id,
        "client": line.client_id,
        "name": line.client_name,
        "field": line.key,
        "ref": line.ref,
        "label": line.label,
        "move": line.move.value,
        "unasked": line.verdict.unasked,
        "state": line.state.value,
        "why": line.verdict.why,
        "risk": line.verdict.risk.value,
        "register": text(line.local),
        "remote": text(line.remote),
    }


def text(pieces: Shown) -> str:
    """A value as one text."""
    return "".join(piece.text for piece in pieces)


def _told(page: FirmPlan, lines: list[PlanLine]) -> list[str]:
    shown = page.shown
    over = "" if page.budget.fits else f": it takes {page.budget.days} days"
    told = [
        f"{shown.lines:,} lines of {shown.clients:,} clients",
        f"  {shown.pushes:,} to {REMOTE_SHORT}, {shown.pulls:,} to the register",
        f"  {shown.asks:,} need a person, {shown.left:,} are left",
        f"  {page.budget.calls:,} calls of {page.budget.left:,} left today{over}",
    ]
    for line in lines:
        arrow = {Move.PUSH: "→", Move.PULL: "←"}.get(line.move, "?")
        told.append(
            f"  {line.client_name} · {line.label}: {text(line.local) or '—'} {arrow} {text(line.remote) or '—'}"
            f"  ({MOVE_WORDS[line.move].lower()})"
        )
    more = shown.lines - len(lines)
    return [*told, f"  … and {more:,} more"] if more > 0 else told
