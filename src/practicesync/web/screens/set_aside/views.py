"""Setting clients aside, taking them back, trying again: one client, those ticked, or all that a list asks for.

A page names the clients first; what it showed is what is done, or it is shown afresh.
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from practicesync.core.errors import Invalid
from practicesync.core.link_state import LinkState
from practicesync.flows import start
from practicesync.operations import retrying, setting_aside
from practicesync.operations.setting_aside import SET_ASIDE, TAKE_BACK
from practicesync.queries.chosen_clients import Chosen, load_chosen, load_one
from practicesync.queries.clients import ClientFilter
from practicesync.web.listing import list_address, query_of
from practicesync.web.request import Request
from practicesync.web.tags import plural

ASIDE = frozenset({LinkState.SET_ASIDE, LinkState.KEPT_OUT})


@dataclass(frozen=True, slots=True)
class Deed:
    """What is done with the chosen clients: its words, the clients that it is for, and what does it."""

    name: str
    title: str
    facts: tuple[str, ...]
    label: str
    states: frozenset[LinkState]
    done: str
    does: Callable[[Request, Chosen], int | None]
    asks_why: bool = False


def _set_aside(request: Request, chosen: Chosen) -> int | None:
    why = request.POST.get("why", "")
    run = setting_aside.request(request.actor, SET_ASIDE, chosen.ids, request.now, why=why)
    if run is None:
        return None
    start.enqueue(run)
    return int(run.pk)


def _take_back(request: Request, chosen: Chosen) -> int | None:
    run = setting_aside.request(request.actor, TAKE_BACK, chosen.ids, request.now)
    if run is None:
        return None
    start.enqueue(run)
    return int(run.pk)


def _retry(request: Request, chosen: Chosen) -> int | None:
    asked = retrying.retry(request.actor, chosen.ids, request.now)
    start.enqueue_all(asked.runs)
    return None


DEEDS = {
    deed.name: deed
    for deed in (
        Deed(
            "clients-set-aside",
            "Set aside",
            (
                "Client sync leaves them alone, and they are not counted under what needs you.",
                "What waits to be written and was not sent yet is withdrawn. By hand everything still goes.",
                "They can be taken back at any time.",
            ),
            "Set aside",
            frozenset(LinkState) - ASIDE,
            "set aside",
            _set_aside,
            asks_why=True,
        ),
        Deed(
            "clients-take-back",
            "Take back",
            ("Each is compared afresh at once, and counted again as it stands.",),
            "Take back",
            ASIDE,
            "taken back",
            _take_back,
        ),
        Deed(
            "clients-retry",
            "Try again",
            (
                "The very values that did not get through are sent once more, after a look at XPM.",
                "What either side has changed since is left alone.",
                "Records that could not be read are read again.",
            ),
            "Try again",
            frozenset({LinkState.FAILING}),
            "tried again",
            _retry,
        ),
    )
}


def set_aside(request: Request) -> HttpResponse:
    """Set the chosen clients aside."""
    return _confirm(request, DEEDS["clients-set-aside"])


def take_back(request: Request) -> HttpResponse:
    """Take the chosen clients back."""
    return _confirm(request, DEEDS["clients-take-back"])


def retry(request: Request) -> HttpResponse:
    """Try again what failed of the chosen clients."""
    return _confirm(request, DEEDS["clients-retry"])


def take_back_one(request: Request, client_id: int) -> HttpResponse:
    """Take one client back, at a click."""
    return _one(request, DEEDS["clients-take-back"], client_id)


def retry_one(request: Request, client_id: int) -> HttpResponse:
    """Try one client again, at a click."""
    return _one(request, DEEDS["clients-retry"], client_id)


def _one(request: Request, deed: Deed, client_id: int) -> HttpResponse:
    chosen = load_one(request.actor.practice_id, client_id)
    if chosen is None:
        raise Http404("There is no such client.")
    try:
        deed.does(request, chosen)
        messages.success(request, f"{chosen.names[0]} is {deed.done}.")
    except Invalid as problem:
        messages.error(request, str(problem))
    return redirect(_came_from(request, client_id))


def _came_from(request: Request, client_id: int) -> str:
    """Back to the profile, the list, or the client's own page; nothing that was sent is taken as an address."""
    back = request.POST.get("back", "")
    if back == "profile":
        return reverse("client-profile", args=[client_id])
    if back == "list":
        return list_address(ClientFilter.read(request.POST.dict()))
    return reverse("client", args=[client_id])


def _confirm(request: Request, deed: Deed, problem: str = "", status: int = 200) -> HttpResponse:
    asked = ClientFilter.read(request.GET.dict())
    ticked = [int(each) for each in request.GET.getlist("client") if each.isdecimal() and len(each) < 19]
    chosen = load_chosen(request.actor.practice_id, ticked, asked, deed.states)
    back = list_address(asked) if not ticked else _back_to(request, ticked)
    if request.method == "POST" and status == 200:
        return _do(request, deed, chosen, back)
    context = {
        "deed": deed,
        "chosen": chosen,
        "address": f"{reverse(deed.name)}?{_query(asked, ticked, request)}",
        "back": back,
        "problem": problem,
        "why": request.POST.get("why", ""),
    }
    return render(request, "set_aside/page.html", context, status=status)


def _do(request: Request, deed: Deed, chosen: Chosen, back: str) -> HttpResponse:
    if request.POST.get("seen") != chosen.seen:
        return _confirm(request, deed, "These are other clients than before. Look again.", 409)
    try:
        run_id = deed.does(request, chosen)
    except Invalid as problem:
        return _confirm(request, deed, str(problem), 422)
    if run_id is not None:
        return redirect("run", run_id)
    messages.success(request, f"{plural(chosen.total, 'client is,clients are')} {deed.done}.")
    return redirect(back)


def _back_to(request: Request, ticked: list[int]) -> str:
    if len(ticked) == 1 and request.GET.get("from") == "profile":
        return reverse("client-profile", args=ticked)
    return reverse("client", args=ticked) if len(ticked) == 1 else reverse("clients")


def _query(asked: ClientFilter, ticked: list[int], request: Request) -> str:
    if not ticked:
        return query_of(asked)
    came = [("from", "profile")] if request.GET.get("from") == "profile" else []
    return urlencode([*(("client", each) for each in ticked), *came])
