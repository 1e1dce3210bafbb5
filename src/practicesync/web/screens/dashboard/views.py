"""The dashboard, and the parts of it that follow a run."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from practicesync.core.link_state import LinkState
from practicesync.core.words import LINK_WORDS, Wording
from practicesync.queries.dashboard import Dashboard, load_dashboard
from practicesync.web.request import Request
from practicesync.web.screens.dashboard.needs import line_of
from practicesync.web.screens.dashboard.trend import drawn


@dataclass(frozen=True, slots=True)
class Slice:
    """One state in the bar: its words, its count, and where it starts and how wide it is in thousandths."""

    state: str
    wording: Wording
    count: int
    start: float
    width: float


def dashboard(request: Request) -> HttpResponse:
    """The first page."""
    return render(request, "dashboard/page.html", _facts(request))


def live(request: Request) -> HttpResponse:
    """What changes while something runs, asked for by a timer; it stops asking by itself."""
    return render(request, "dashboard/_live.html", _facts(request))


def sync_state(request: Request) -> HttpResponse:
    """The top bar's words on how the sync stands, asked for by a timer while something moves."""
    return render(request, "components/sync_state.html")


def _facts(request: Request) -> dict[str, Any]:
    found = load_dashboard(request.actor.practice_id, request.now)
    return {
        "dashboard": found,
        "needs": [line_of(need) for need in found.needs],
        "slices": list(_slices(found)),
        "trend": drawn(found.trend),
        "now": request.now,
    }


def _slices(found: Dashboard) -> Iterator[Slice]:
    """The bar's parts in the order of the states; a few clients among thousands still get a visible sliver."""
    least = 6.0
    widths = {state: max(least, 1000 * count / found.clients) for state, count in found.states.items()}
    scale = 1000 / sum(widths.values()) if widths else 0
    start = 0.0
    for state, count in found.states.items():
        width = widths[state] * scale
        yield Slice(LinkState(state).value, LINK_WORDS[state], count, round(start, 2), round(width, 2))
        start += width
