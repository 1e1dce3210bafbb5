"""Links to review: suggestions decided one by one or many at once, every decision with a way back."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from practicesync.core.errors import Invalid
from practicesync.flows import start
from practicesync.operations import matching
from practicesync.queries.links import Card, LinksPage, Tab, count_piles, load_card, load_links
from practicesync.queries.remote import load_remote
from practicesync.queries.run_page import load_run
from practicesync.web.errors import tell
from practicesync.web.request import Request
from practicesync.web.screens.links.deciding import DECISIONS, Decided, read_decided, told
from practicesync.web.tags import plural

NAMED = 12
"""So many clients are named before a whole pile is linked."""


def links(request: Request) -> HttpResponse:
    """One pile of suggestions, or those who are alone on one side."""
    page = _load(request)
    if not page.remote.offered:
        raise Http404("No add-on is enabled.")
    return _shown(request, page, decided=read_decided(request))


def decide(request: Request) -> HttpResponse:
    """Say of one suggestion that both are one client, or that they are two; or take that back."""
    card = load_card(request.actor.practice_id, _number(request.POST.get("candidate", "")))
    if card is None:
        return _gone(request)
    decision = request.POST.get("decision", "")
    if decision not in DECISIONS:
        raise Http404("There is no such decision.")
    try:
        DECISIONS[decision](request.actor, card.client_id, card.mirror_id, request.now)
    except Invalid as problem:
        return _refused(request, card, problem)
    place = _number(request.POST.get("place", "")) or card.id
    decided = Decided(card.id, card.client_id, card.client_name, card.remote_name, decision, place)
    if not request.htmx:
        return redirect(_address(request, did=told(decided)))
    fresh = load_card(request.actor.practice_id, place) if decided.undone else None
    context = {"decided": decided, "card": fresh or card, **_counted(request)}
    return render(request, "links/_answer.html", context)


def _refused(request: Request, card: Card, problem: Invalid) -> HttpResponse:
    """Somebody was there first, or worked on the client since: said in words, where the suggestion was."""
    return _instead(request, problem, card_id=card.id, card=card)


def _gone(request: Request) -> HttpResponse:
    """Suggestions were made anew, and this one is no longer among them."""
    problem = Invalid({"": "This suggestion is no longer there: suggestions were made anew meanwhile."})
    return _instead(request, problem, card_id=_number(request.POST.get("candidate", "")), card=None)


def _instead(request: Request, problem: Invalid, *, card_id: int, card: Card | None) -> HttpResponse:
    if not request.htmx:
        tell(request, problem)
        return redirect(_address(request))
    place = _number(request.POST.get("place", "")) or card_id
    context = {"refused": str(problem), "card": card, "place": place, **_counted(request)}
    return render(request, "links/_answer.html", context, status=409)


def several(request: Request) -> HttpResponse:
    """Link the ticked suggestions."""
    ids = [int(each) for each in request.POST.getlist("candidate") if each.isascii() and each.isdigit()]
    page = _load(request)
    if not ids:
        messages.info(request, "Nothing was ticked.")
        return redirect(_address(request))
    try:
        run = matching.link_several(request.actor, ids, page.remote.connection_id, request.now)
        left = len(ids) - run.changed
        settled = f" {plural(left, 'had,had')} been settled meanwhile." if left else ""
        messages.success(request, f"{plural(run.changed, 'client is,clients are')} linked.{settled}")
    except Invalid as problem:
        tell(request, problem)
    return redirect(_address(request))


def link_all(request: Request) -> HttpResponse:
    """Name what linking the whole safe pile does, then do it, in the background where there are many."""
    page = load_links(request.actor.practice_id, Tab.SAFE)
    seen_at = _moment(request)
    if seen_at is not None:
        connection_id = page.remote.connection_id
        return _begin(request, lambda: matching.request_link_all(request.actor, connection_id, seen_at, request.now))
    if not page.counts[Tab.SAFE]:
        return redirect("links")
    named = [f"{card.client_name} is {card.remote_name} in XPM" for card in page.cards[:NAMED]]
    rest = page.counts[Tab.SAFE] - len(named)
    context = {"page": page, "named": named, "rest": rest, "seen_at": request.now.isoformat()}
    return render(request, "links/link_all.html", context)


def undo_all(request: Request, run_id: int) -> HttpResponse:
    """Name what taking back the links of a run does, then do it."""
    if request.method == "POST":
        return _begin(request, lambda: matching.request_unlink_all(request.actor, run_id, request.now))
    run = load_run(request.actor.practice_id, run_id)
    if run is None:
        raise Http404("There is no such run.")
    if run.kind != "link_many" or not run.changed:
        messages.info(request, "There is nothing to take back.")
        return redirect("links")
    return render(request, "links/undo_all.html", {"run": run})


def find(request: Request) -> HttpResponse:
    """Make the suggestions anew."""
    page = load_links(request.actor.practice_id, Tab.SAFE)
    return _begin(request, lambda: matching.request_match(request.actor, page.remote.connection_id, request.now))


def progress(request: Request) -> HttpResponse:
    """How far the run under way is; once it has ended, the whole page anew."""
    page = _load(request)
    answer = render(request, "links/_running.html", {"page": page, "now": request.now})
    if page.running is None:
        answer.headers["HX-Refresh"] = "true"
    return answer


def _begin(request: Request, ask: Callable[[], Any]) -> HttpResponse:
    try:
        start.enqueue(ask())
    except Invalid as problem:
        tell(request, problem)
    return redirect(_address(request))


def _load(request: Request) -> LinksPage:
    asked = request.POST if request.method == "POST" else request.GET
    tab, after, page = (asked.get(name, "") for name in ("pile", "after", "page"))
    wanted = Tab(tab) if tab in set(Tab) else None
    found = load_links(request.actor.practice_id, wanted or Tab.SAFE, after=_number(after), page=_number(page) or 1)
    if wanted is None and not found.counts[Tab.SAFE] and found.counts[Tab.LOOK]:
        return load_links(request.actor.practice_id, Tab.LOOK)
    return found


def _shown(request: Request, page: LinksPage, *, decided: Decided | None) -> HttpResponse:
    context = {
        "page": page,
        "tab": page.tab,
        "decided": decided,
        "now": request.now,
        "tabs": _tabs(page),
        "after": _after(request),
    }
    return render(request, "links/page.html", context)


def _counted(request: Request) -> dict[str, Any]:
    """What changes on the page with a decision: the counts of the piles."""
    practice_id = request.actor.practice_id
    counts = count_piles(practice_id, load_remote(practice_id).connection_id)
    tab = request.POST.get("pile", "")
    return {"counts": [(tab.value, n) for tab, n in counts.items()], "tab": tab if tab in set(Tab) else Tab.SAFE}


def _tabs(page: LinksPage) -> list[dict[str, Any]]:
    words = {
        Tab.SAFE: ("Safe to accept", "shield-check"),
        Tab.LOOK: ("Look at", "eye"),
        Tab.HERE: ("Only in the register", "users"),
        Tab.THERE: ("Only in XPM", "cloud"),
    }
    return [
        {"tab": tab.value, "word": word, "icon": icon, "count": page.counts[tab], "active": tab is page.tab}
        for tab, (word, icon) in words.items()
    ]


def _address(request: Request, **more: str) -> str:
    asked = request.POST if request.method == "POST" else request.GET
    kept = {name: asked.get(name, "") for name in ("pile", "after")} | more
    query = urlencode({name: value for name, value in kept.items() if value})
    return f"{reverse('links')}?{query}" if query else reverse("links")


def _after(request: Request) -> int:
    return _number(request.GET.get("after", ""))


def _moment(request: Request) -> datetime | None:
    """When the preview was shown that somebody says yes to; None where nobody does."""
    try:
        found = datetime.fromisoformat(request.POST.get("seen_at", ""))
    except ValueError:
        return None
    return None if found.tzinfo is None else found


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
