"""The sync screen: a person chooses, value by value, which way it goes; afterwards, what became of each."""

from collections.abc import Mapping

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from practicesync.core.errors import Invalid, Stale
from practicesync.flows import start
from practicesync.operations.deciding import decide
from practicesync.queries.clients import load_next
from practicesync.queries.sync_result import load_sync_result
from practicesync.queries.sync_screen import LEAVE, SyncScreen, keeping, load_sync_screen
from practicesync.web.listing import open_address, place_of, placed, query_of
from practicesync.web.request import Request

CHOICE, STAMP = "choice:", "stamp:"


def sync(request: Request, client_id: int) -> HttpResponse:
    """Every field that differs, with what is proposed; sending the choices carries them out."""
    screen = load_sync_screen(request.actor.practice_id, client_id)
    if screen is None:
        raise Http404("This client is not linked.")
    if request.method == "POST":
        return _carry_out(request, screen)
    return _shown(request, screen)


def _carry_out(request: Request, screen: SyncScreen) -> HttpResponse:
    """Do what was chosen, unless something moved since it was shown: then the fresh rows, with what still holds."""
    choices, stamps = _posted(request, CHOICE), _posted(request, STAMP)
    try:
        if not constant_time_compare(request.POST.get("seen", ""), screen.seen):
            raise Stale
        wanted = {key: choice for key, choice in choices.items() if choice != LEAVE}
        run = decide(request.actor, screen.client_id, choices=wanted, seen=screen.digest, now=request.now)
    except Stale:
        fresh = load_sync_screen(request.actor.practice_id, screen.client_id)
        if fresh is None:
            raise Http404("This client is not linked any more.") from None
        return _shown(request, keeping(fresh, choices, stamps), stale=True, status=409)
    except Invalid as problem:
        return _shown(request, keeping(screen, choices, stamps), problems=problem.problems, status=422)
    start.enqueue(run)
    return redirect(placed(reverse("client-synced", args=[screen.client_id, run.pk]), place_of(request)))


def _posted(request: Request, prefix: str) -> dict[str, str]:
    return {name[len(prefix) :]: value for name, value in request.POST.dict().items() if name.startswith(prefix)}


def _shown(
    request: Request,
    screen: SyncScreen,
    *,
    stale: bool = False,
    problems: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    place = place_of(request)
    context = {
        "screen": screen,
        "stale": stale,
        "problems": problems or {},
        "place_query": query_of(place),
        "back": open_address(place, screen.client_id),
    }
    return render(request, "sync/page.html", context, status=status)


def synced(request: Request, client_id: int, run_id: int) -> HttpResponse:
    """What became of each value of one sync."""
    return render(request, "sync/result.html", _result(request, client_id, run_id))


def sync_progress(request: Request, client_id: int, run_id: int) -> HttpResponse:
    """The part of the result that changes while the run is under way, asked for by a timer."""
    return render(request, "sync/_result.html", _result(request, client_id, run_id))


def _result(request: Request, client_id: int, run_id: int) -> dict[str, object]:
    result = load_sync_result(request.actor.practice_id, client_id, run_id)
    if result is None:
        raise Http404("There is no such sync.")
    place = place_of(request)
    ended = not result.outcome.under_way
    return {
        "result": result,
        "next": load_next(request.actor.practice_id, place, client_id) if ended else None,
        "place_query": query_of(place),
        "back": open_address(place, client_id),
    }
