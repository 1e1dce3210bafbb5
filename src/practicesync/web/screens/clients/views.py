"""The Clients list: search as you type, filters with counts, pages, and one client's panel beside it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django_htmx.http import push_url

from practicesync.core.actor import Ability
from practicesync.core.client_reasons import mend_of
from practicesync.core.fields import ClientKind
from practicesync.core.link_state import GROUPS, LinkState, StateGroup
from practicesync.core.state_words import GROUP_WORDS, REASON_WORDS
from practicesync.core.words import KIND_WORDS, LINK_WORDS
from practicesync.queries.client_panel import ClientPanel, load_panel
from practicesync.queries.client_why import group_of
from practicesync.queries.clients import STATE_GROUPS, ClientFilter, ClientRow, ClientsPage, Sort, load_clients
from practicesync.queries.remote import is_offered
from practicesync.web.listing import list_address, open_address, query_of
from practicesync.web.mending import can_retry, fix_of, told_on
from practicesync.web.request import Request

LIST = "list"
"""The id of the part that changes."""

SORTS = (
    (Sort.NAME, "Name, A to Z"),
    (Sort.NAME_DOWN, "Name, Z to A"),
    (Sort.STATE, "State, what needs you first"),
    (Sort.CHANGED, "Last changed first"),
)

GROUP_FILTERS = (
    ("", "All", "list"),
    *((group.value, GROUP_WORDS[group].word, GROUP_WORDS[group].icon) for group in StateGroup),
)

DEEDS = (
    ("clients-retry", "Try them again", "refresh", GROUPS[StateGroup.FAILING]),
    ("clients-take-back", "Take them back", "arrow-back-up", frozenset({LinkState.SET_ASIDE, LinkState.KEPT_OUT})),
    ("clients-set-aside", "Set them aside", "ban", frozenset(LinkState)),
)
"""What may be done with all clients that a filter shows, and for which states it is."""


@dataclass(frozen=True, slots=True)
class StateFilter:
    """One filter of the row above the list, with how many clients it would show."""

    word: str
    icon: str
    count: int
    address: str
    active: bool
    sub: bool = False


def clients(request: Request) -> HttpResponse:
    """The list, or for a search as you type its part that changes; `?client=` opens that client's panel."""
    asked = ClientFilter.read(request.GET.dict())
    found = load_clients(request.actor.practice_id, asked)
    context = _context(request, found)
    if request.htmx and not request.htmx.history_restore_request:
        return _part(request, context)
    panel = _panel(request)
    if panel is not None:
        context |= told_on(request, panel.id, there=panel.remote.offered and not panel.archived)
    return render(request, "clients/page.html", context | {"panel": panel})


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
        "rows": [(row, open_address(asked, row.id), _fix(request, row)) for row in found.rows],
        "deeds": _deeds(request, found) if offered else [],
        "states": _states(found) if offered else [],
        "kinds": [(kind, KIND_WORDS[kind]) for kind in ClientKind],
        "sorts": [(sort, word) for sort, word in SORTS if offered or sort is not Sort.STATE],
        "query": _and(query_of(asked, page=1)),
        "closed": list_address(asked),
        "cleared": list_address(ClientFilter(sort=asked.sort)),
    }


def _states(found: ClientsPage) -> list[StateFilter]:
    """The filters worth offering: those that would show something, and the one that is set with its parts."""
    asked = found.asked
    filters = []
    for state, word, icon in GROUP_FILTERS:
        parts = GROUPS[StateGroup(state)] if state else frozenset()
        inside = asked.state != state and any(part.value == asked.state for part in parts)
        if found.states[state] or not state or asked.state == state:
            filters.append(_state_filter(found, state, word, icon, active=asked.state == state))
        if (asked.state == state or inside) and len(parts) > 1:
            filters += _parts(found, parts)
    return filters


def _parts(found: ClientsPage, parts: frozenset[LinkState]) -> list[StateFilter]:
    """The states of a group, in the order of the states."""
    shown = [state for state in LinkState if state in parts]
    return [
        _state_filter(found, state.value, LINK_WORDS[state].word, LINK_WORDS[state].icon, active=held, sub=True)
        for state in shown
        if (held := found.asked.state == state.value) or found.states[state.value]
    ]


def _state_filter(
    found: ClientsPage, state: str, word: str, icon: str, *, active: bool, sub: bool = False
) -> StateFilter:
    address = list_address(found.asked, state=state, reason="", page=1)
    return StateFilter(word, icon, found.states[state], address, active, sub)


def _fix(request: Request, row: ClientRow) -> dict[str, Any] | None:
    """What stands below a row's state: why, and the next step; only where something is amiss, or left out."""
    group = group_of(row.state)
    mend = mend_of(group, row.reason)
    if group not in (StateGroup.FAILING, StateGroup.EXCLUDED) or mend is None:
        return None
    fix = fix_of(mend, row.id)
    return {
        "excluded": group is StateGroup.EXCLUDED,
        "why": REASON_WORDS[row.reason],
        "detail": row.detail,
        "fix": fix if request.actor.may(fix.needs) else None,
        "retry": can_retry(row.reason) and not fix.post and request.actor.may(Ability.SYNC),
    }


def _deeds(request: Request, found: ClientsPage) -> list[tuple[str, str, str]]:
    """What may be done with all that are shown: a label, an icon and an address each."""
    if not request.actor.may(Ability.SYNC) or not found.is_narrowed or not found.total:
        return []
    held = {state for state in found.counts if state in STATE_GROUPS.get(found.asked.state, frozenset(LinkState))}
    query = query_of(found.asked, page=1, sort=Sort.NAME)
    return [(label, icon, f"{reverse(name)}?{query}") for name, label, icon, states in DEEDS if held & states]


def _and(query: str) -> str:
    return f"{query}&" if query else ""
