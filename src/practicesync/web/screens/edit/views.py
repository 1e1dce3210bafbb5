"""Adding and editing a client. Saving a linked client reads it from the remote again."""

from contextlib import suppress

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from practicesync.core.errors import Invalid, Stale
from practicesync.core.fields import ClientKind
from practicesync.core.kinds import Place
from practicesync.core.words import KIND_WORDS
from practicesync.flows import start
from practicesync.operations import runs
from practicesync.operations.editing import Saved, edit_client
from practicesync.operations.register import NewClient, add_client
from practicesync.queries.client_form import StoredClient, load_client, load_suggestions
from practicesync.web.listing import list_address, open_address, place_of, placed
from practicesync.web.mending import tell_unsent
from practicesync.web.request import Request
from practicesync.web.screens.edit.alike import Alike, find_alike
from practicesync.web.screens.edit.form import Builder, Page, Problems, Sent, by_prefix

PROFILE = "profile"
"""The parameter by which a form that was opened on a client's profile leads back there."""

AGAIN = "again"
"""The button by which a form asks for itself with one more contact, or for another kind, without saving."""


def edit(request: Request, client_id: int) -> HttpResponse:
    """Edit one client."""
    stored = _stored(request, client_id)
    if request.method != "POST":
        return _shown(request, stored, _builder(request, stored).opened(stored.kind))
    sent = _sent(request)
    if AGAIN in request.POST:
        return _shown(request, stored, _builder(request, stored).typed(sent))
    try:
        edits = sent.edits
        saved = edit_client(
            request.actor,
            client_id,
            revision=sent.revision,
            kind=sent.kind,
            values=sent.values,
            contacts=[edit for _, edit in edits],
            now=request.now,
        )
    except Stale:
        return _shown(request, stored, _builder(request, stored).typed(sent), stale=True, status=409)
    except Invalid as problem:
        problems = by_prefix(problem.problems, [prefix for prefix, _ in edits])
        return _shown(request, stored, _builder(request, stored, problems).typed(sent), status=422)
    return _saved(request, client_id, saved)


def _saved(request: Request, client_id: int, saved: Saved) -> HttpResponse:
    """Back to where the form was opened. The client is read from the remote again where it is linked."""
    start.enqueue_all(saved.runs)
    told = "Saved. What your firm sends by itself is on its way to XPM." if saved.runs else "Saved."
    messages.success(request, told if saved.changed else "Saved. Nothing had changed.")
    tell_unsent(request, saved.unsent)
    # A client that is not linked, or a remote that is not connected, is no problem of a save.
    with suppress(Invalid):
        start.enqueue(runs.request_record(request.actor, client_id, request.now))
    return redirect(_way_back(request, client_id))


def _way_back(request: Request, client_id: int) -> str:
    """The client's profile where the form was opened there, else its panel beside the list."""
    if request.GET.get("from") == PROFILE:
        return reverse("client-profile", args=[client_id])
    return open_address(place_of(request), client_id)


def add(request: Request) -> HttpResponse:
    """Add one client."""
    if request.method != "POST":
        kind = request.GET.get("kind", "")
        chosen = ClientKind(kind) if kind in set(ClientKind) else ClientKind.COMPANY
        return _shown(request, None, _builder(request, None).opened(chosen))
    sent = _sent(request)
    if AGAIN in request.POST:
        return _shown(request, None, _builder(request, None).typed(sent))
    alike = find_alike(request, sent)
    if not alike.decided:
        return _shown(request, None, _builder(request, None).typed(sent), alike=alike, status=422)
    edits = sent.edits
    new = NewClient(
        kind=sent.kind,
        values=sent.values,
        country=request.member.country,
        standing=sent.standing,
        contacts=tuple(edit.values for _, edit in edits),
    )
    try:
        client = add_client(request.actor, new, request.now)
    except Invalid as problem:
        problems = by_prefix(problem.problems, [prefix for prefix, _ in edits])
        return _shown(request, None, _builder(request, None, problems).typed(sent), status=422)
    messages.success(request, f"{client.name} was added.")
    return redirect(placed(reverse("client-profile", args=[client.pk]), place_of(request)))


def _sent(request: Request) -> Sent:
    sent = Sent.read(request.POST.dict())
    return sent.with_another() if request.POST.get(AGAIN) == "contact" else sent


def _stored(request: Request, client_id: int) -> StoredClient:
    stored = load_client(request.actor.practice_id, client_id)
    if stored is None:
        raise Http404("There is no such client.")
    return stored


def _builder(request: Request, stored: StoredClient | None, problems: Problems | None = None) -> Builder:
    place = stored.place if stored else Place(request.member.country)
    return Builder(place, load_suggestions(request.actor.practice_id), stored, problems or {})


def _shown(
    request: Request,
    stored: StoredClient | None,
    page: Page,
    *,
    stale: bool = False,
    alike: Alike | None = None,
    status: int = 200,
) -> HttpResponse:
    place = place_of(request)
    context = {
        "client": stored,
        "form": page,
        "stale": stale,
        "alike": alike,
        "kinds": list(KIND_WORDS.items()),
        "back": _way_back(request, stored.id) if stored else list_address(place),
    }
    return render(request, "edit/page.html", context, status=status)
