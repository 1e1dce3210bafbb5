"""Connect now: search the remote's clients, link one; and Disconnect."""

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from practicesync.core.errors import Invalid
from practicesync.operations import linking
from practicesync.queries.client_panel import load_panel
from practicesync.queries.link_search import LinkSearch, load_link_search
from practicesync.queries.links import suggestions_for
from practicesync.web.listing import open_address, place_of, query_of
from practicesync.web.request import Request


def connect(request: Request, client_id: int) -> HttpResponse:
    """The remote's clients, the client's own name being searched for first; sending one links it."""
    if request.method == "POST":
        return _link(request, client_id)
    return _shown(request, _search(request, client_id))


def _link(request: Request, client_id: int) -> HttpResponse:
    found = _search(request, client_id)
    chosen = request.POST.get("mirror", "")
    try:
        if not (chosen.isascii() and chosen.isdigit() and len(chosen) < 19):
            raise Invalid({"": "Choose a client to link."})
        linking.link(request.actor, client_id, int(chosen), request.now)
    except ObjectDoesNotExist:
        raise Http404("There is no such record.") from None
    except Invalid as problem:
        return _shown(request, found, problem=str(problem), status=422)
    messages.success(request, f"{found.client_name} is linked.")
    return redirect(open_address(place_of(request), client_id))


def _search(request: Request, client_id: int) -> LinkSearch:
    page = request.GET.get("page", "")
    found = load_link_search(
        request.actor.practice_id,
        client_id,
        search=request.GET.get("q"),
        page=int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1,
    )
    if found is None:
        raise Http404("There is no such client.")
    return found


def _shown(request: Request, found: LinkSearch, *, problem: str = "", status: int = 200) -> HttpResponse:
    place = place_of(request)
    context = {
        "found": found,
        "problem": problem,
        "place_query": query_of(place),
        "back": open_address(place, found.client_id),
    }
    asked = request.method == "GET" and "q" in request.GET
    if not asked and not found.linked_name and found.remote.offered:
        context["suggestions"] = suggestions_for(request.actor.practice_id, found.client_id)
    part = request.htmx and not request.htmx.history_restore_request and request.method == "GET"
    return render(request, "link/_found.html" if part else "link/page.html", context, status=status)


def disconnect(request: Request, client_id: int) -> HttpResponse:
    """Say what ends, then end it: both records and the history stay."""
    panel = load_panel(request.actor.practice_id, client_id)
    if panel is None or panel.link is None:
        raise Http404("This client is not linked.")
    back = open_address(place_of(request), client_id)
    if request.method == "POST":
        try:
            linking.unlink(request.actor, client_id, request.now)
            messages.success(request, f"{panel.name} is no longer linked. Both records and the history are kept.")
        except Invalid as problem:
            messages.error(request, str(problem))
        return redirect(back)
    return render(request, "link/disconnect.html", {"panel": panel, "back": back, "action": request.get_full_path()})
