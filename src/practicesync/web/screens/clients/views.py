"""The Clients list: search as you type, filters with counts, pages, and one client's panel beside it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django_htmx.http import push_url

from practicesync.core.fields import ClientKind
from practicesync.core.link_state import LinkState
from practicesync.core.words import KIND_WORDS, LINK_WORDS
from practicesync.queries.client_panel import ClientPanel, load_panel
from practicesync.queries.clients import NEEDS_YOU, ClientFilter, ClientsPage, Sort, load_clients
from practicesync.queries.remote import is_offered
from practicesync.web.listing import list_address, open_address, query_of
from practicesync.web.request import Request

LIST = "list"
"""The id of the part that changes."""

SORTS = (
    (Sort.NAME, "Name, A to Z"),
    (Sort.NAME_DOWN, "Name, Z to A"),
    (Sort.STATE, "State, what needs you first"),
    (Sort.CHANGED, "Last changed first"),
)

STATE_FILTERS = (
    ("", "All", "list"),
    (NEEDS_YOU, "Needs you", "user-check"),
    *((state.value, LINK_WORDS[state].word, LINK_WORDS[state].icon) for state in LinkState),
)


@dataclass(frozen=True, slots=True)
class StateFilter:
    """One filter of the row above the list, with how many clients it would show."""

    word: str
    icon: str
    count: int
    address: str
    active: bool


def clients(request: Request) -> HttpResponse:
    """The list, or for a search as you type its part that changes; `?client=` opens that client's panel."""
    asked = ClientFilter.read(request.GET.dict())
    found = load_clients(request.actor.practice_id, asked)
    context = _context(request, found)
    if request.htmx and not request.htmx.history_restore_request:
        return _part(request, context)
    return render(request, "clients/page.html", context | {"panel": _panel(request)})


def _part(request: Request, context: dict[str, Any]) -> HttpResponse:
    """The list alone. The address of a search is written short, and stays as it is where the list asks for itself."""
    response = render(request, "clients/_list.html", context)
    if request.htmx.trigger == LIST:
        return response
    wanted = context["opens"]
    address = open_address(context["place"], int(wanted)) if wanted.isdecimal() else context["closed"]
    return push_url(response, address)


def _panel(request: Request) -> ClientPanel | None:
    """The panel that the address asks for; the last of several ticked, "" being none."""
    wanted = request.GET.get("client", "")
    if not wanted:
        return None
    panel = load_panel(request.actor.practice_id, int(wanted)) if wanted.isdecimal() and len(wanted) < 19 else None
    if panel is None:
        raise Http404("There is no such client.")
    return panel


def _context(request: Request, found: ClientsPage) -> dict[str, Any]:
    offered = is_offered(request.actor.practice_id)
    asked = found.asked
    return {
        "found": found,
        "offered": offered,
        "place": asked,
        "place_query": query_of(asked),
        "opens": request.GET.get("client", ""),
        "waiting": urlencode([("client", row.id) for row in found.rows if row.pending]),
        "rows": [(row, open_address(asked, row.id)) for row in found.rows],
        "states": _states(found) if offered else [],
        "kinds": [(kind, KIND_WORDS[kind]) for kind in ClientKind],
        "sorts": [(sort, word) for sort, word in SORTS if offered or sort is not Sort.STATE],
        "query": _and(query_of(asked, page=1)),
        "closed": list_address(asked),
        "cleared": list_address(ClientFilter(sort=asked.sort)),
    }


def _states(found: ClientsPage) -> list[StateFilter]:
    """The filters worth offering: those that would show something, and the one that is set."""
    asked = found.asked
    return [
        StateFilter(word, icon, found.states[state], list_address(asked, state=state, page=1), state == asked.state)
        for state, word, icon in STATE_FILTERS
        if found.states[state] or state in ("", asked.state)
    ]


def _and(query: str) -> str:
    return f"{query}&" if query else ""
