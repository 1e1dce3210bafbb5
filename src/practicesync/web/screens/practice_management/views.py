"""Settings > Practice management: connect, choose the organisation, disconnect."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from practicesync.core.errors import SyncError
from practicesync.core.words import PRIVILEGE_STEPS
from practicesync.flows import connect as connecting
from practicesync.flows import start
from practicesync.flows.connect import Choose
from practicesync.queries.connection_page import load_card, load_choice, load_page
from practicesync.web.errors import tell
from practicesync.web.request import Request

XPM = "xpm"


def page(request: Request) -> HttpResponse:
    """How the connection stands, and what this person can do about it."""
    facts = {
        "page": load_page(request.actor.practice_id, request.now),
        "steps": PRIVILEGE_STEPS,
        "registered": bool(settings.XPM["client_id"] or settings.XPM["sandbox"]),
        "now": request.now,
    }
    return render(request, "practice_management/page.html", facts)


def confirm_connect(request: Request) -> HttpResponse:
    """Before a second sign-in at Xero: what becomes of the connection that there is."""
    card = load_card(request.actor.practice_id, request.now)
    if card is None:
        return redirect("practice-management")
    return render(request, "practice_management/connect.html", {"card": card})


def connect(request: Request) -> HttpResponse:
    """Leave for the sign-in at Xero."""
    if not request.session.session_key:
        request.session.save()
    try:
        key = request.session.session_key or ""
        address = connecting.sign_in_address(request.actor, XPM, session_key=key, now=request.now)
    except SyncError as error:
        tell(request, error)
        address = reverse("practice-management")
    # A redirect by script is no form's redirect, so that the content policy need not list every page of Xero's sign-in.
    return HttpResponseClientRedirect(address) if request.htmx else HttpResponseRedirect(address)


def come_back(request: Request) -> HttpResponse:
    """The person is back from Xero. Answers by redirects alone, so that the code stays in no page and no history."""
    key = request.session.session_key or ""
    try:
        found = connecting.come_back(
            request.actor,
            XPM,
            session_key=key,
            query=request.GET.dict(),
            now=request.now,
        )
    except SyncError as error:
        tell(request, error)
        return redirect("practice-management")
    if isinstance(found, Choose):
        return redirect("choose-organisation", authorisation_id=found.authorisation_id)
    return _connected(request, found)


def choose(request: Request, authorisation_id: int) -> HttpResponse:
    """The organisations that the login reaches."""
    choice = load_choice(request.actor.practice_id, int(request.actor.id), authorisation_id, request.now)
    if choice is None:
        raise ObjectDoesNotExist
    return render(request, "practice_management/choose.html", {"choice": choice, "authorisation_id": authorisation_id})


def use_organisation(request: Request, authorisation_id: int) -> HttpResponse:
    """Connect to the organisation that was chosen."""
    choice = load_choice(request.actor.practice_id, int(request.actor.id), authorisation_id, request.now)
    if choice is None:
        raise ObjectDoesNotExist
    chosen = request.POST.get("organisation", "")
    if chosen not in {each.remote_id for each in choice.organisations}:
        messages.error(request, "Choose one of the organisations.")
        return redirect("choose-organisation", authorisation_id=authorisation_id)
    try:
        found = connecting.choose(request.actor, XPM, authorisation_id, chosen, request.now)
    except SyncError as error:
        tell(request, error)
        return redirect("practice-management")
    return _connected(request, found)


def confirm_disconnect(request: Request) -> HttpResponse:
    """What disconnecting does, by name."""
    found = load_page(request.actor.practice_id, request.now)
    if found.card is None:
        return redirect("practice-management")
    return render(request, "practice_management/disconnect.html", {"card": found.card, "linked": found.linked})


def disconnect(request: Request) -> HttpResponse:
    """End the connection."""
    card = load_card(request.actor.practice_id, request.now)
    if card is not None:
        connecting.disconnect(request.actor, card.id, request.now)
        messages.success(request, f"Disconnected from {card.organisation}. Links and history are kept.")
    return redirect("practice-management")


def _connected(request: Request, found: connecting.Connected) -> HttpResponse:
    start.enqueue(found.run)
    name = found.connection.organisation_name
    messages.success(request, f"Connected to {name}. Its clients are being read; you can go on working.")
    return redirect("practice-management")
