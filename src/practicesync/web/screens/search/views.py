"""Searching everything from the top bar: as a list under the box while one types, and as a page."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from practicesync.core.actor import Ability
from practicesync.queries.pending import pending_clients
from practicesync.queries.picker import Pick, load_picks
from practicesync.web.frame import Frame
from practicesync.web.places import ACTIONS, PAGES, find_places
from practicesync.web.request import Request

MOST_LISTED, MOST_ON_PAGE = 6, 20


def search(request: Request) -> HttpResponse:
    """What fits `q`: clients, XPM clients that the register lacks, pages, actions. Each leads to where it is."""
    listed = bool(request.htmx) and not request.htmx.history_restore_request
    found = load_picks(
        request.actor.practice_id,
        request.GET.get("q", ""),
        remote=request.actor.may(Ability.EDIT),
        limit=MOST_LISTED if listed else MOST_ON_PAGE,
    )
    frame = Frame(request)
    context = {
        "found": found,
        "clients": [(pick, _address(pick)) for pick in found.clients],
        "pending": pending_clients(request.actor.practice_id, [pick.id for pick in found.clients]),
        "remotes": [(pick, _address(pick)) for pick in found.remotes],
        "pages": find_places(frame, PAGES, found.search),
        "actions": find_places(frame, ACTIONS, found.search),
    }
    return render(request, "search/_found.html" if listed else "search/page.html", context)


def _address(pick: Pick) -> str:
    if pick.is_remote:
        return reverse("remote-import-one", args=[pick.id])
    return reverse("client-profile", args=[pick.id])
