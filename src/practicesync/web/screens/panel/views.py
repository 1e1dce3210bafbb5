"""The client panel: as a part that slides over the list, and as a page of its own."""

from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django_htmx.http import trigger_client_event

from practicesync.core.errors import Invalid
from practicesync.flows import start
from practicesync.operations import runs
from practicesync.queries.client_panel import ClientPanel, load_panel
from practicesync.web.listing import list_address, place_of, placed, query_of
from practicesync.web.mending import told_on
from practicesync.web.request import Request


def client(request: Request, client_id: int) -> HttpResponse:
    """One client with both sides' values."""
    return _shown(request, _panel(request, client_id))


def client_progress(request: Request, client_id: int) -> HttpResponse:
    """Asked for by a timer while something is under way: nothing until it has ended, then the panel afresh."""
    panel = _panel(request, client_id)
    if panel.moves:
        return HttpResponse(status=204)
    return trigger_client_event(_shown(request, panel), "clients-changed")


def refresh(request: Request, client_id: int) -> HttpResponse:
    """Read this one client from the remote again."""
    _panel(request, client_id)
    try:
        start.enqueue(runs.request_record(request.actor, client_id, request.now))
    except Invalid as problem:
        messages.error(request, str(problem))
    if request.htmx:
        return _shown(request, _panel(request, client_id))
    return redirect(placed(reverse("client", args=[client_id]), place_of(request)))


def _panel(request: Request, client_id: int) -> ClientPanel:
    panel = load_panel(request.actor.practice_id, client_id)
    if panel is None:
        raise Http404("There is no such client.")
    return panel


def _shown(request: Request, panel: ClientPanel) -> HttpResponse:
    place = place_of(request)
    part = bool(request.htmx) and not request.htmx.history_restore_request
    context = {
        "panel": panel,
        **told_on(request, panel.id, there=panel.remote.offered and not panel.archived),
        "place_query": query_of(place),
        "closed": list_address(place),
        "part": part,
        "whole": not part or _asked_from_own_page(request, panel),
    }
    return render(request, "panel/_panel.html" if part else "panel/page.html", context)


def _asked_from_own_page(request: Request, panel: ClientPanel) -> bool:
    """Whether the part is for the client's own page, whose heading it brings, and not for the list's side."""
    return urlsplit(request.htmx.current_url or "").path == reverse("client", args=[panel.id])
