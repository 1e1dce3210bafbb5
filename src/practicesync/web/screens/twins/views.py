"""Twins: what looks the same within the register and within XPM, and what people said of it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from practicesync.core.errors import Invalid
from practicesync.flows import start
from practicesync.operations import matching
from practicesync.operations import twins as said
from practicesync.queries.remote import is_offered, load_remote
from practicesync.queries.twins import Tab, has_twins, load_twins
from practicesync.web.errors import tell
from practicesync.web.request import Request

DECISIONS = {"apart": said.set_apart, "dealt": said.deal_with, "open": said.reopen}
WORDS = {
    "apart": "They are two clients, and are not shown as twins again.",
    "dealt": "Dealt with. The next full refresh shows what became of them.",
    "open": "They may be one client again.",
}
TABS = (
    (Tab.REGISTER, "In the register", "users"),
    (Tab.REMOTE, "In XPM", "cloud"),
    (Tab.SETTLED, "Settled", "check"),
    (Tab.MERGED, "Merged", "git-merge"),
)


def twins(request: Request) -> HttpResponse:
    """One part of the page."""
    wanted, number = request.GET.get("side", ""), request.GET.get("page", "")
    tab = Tab(wanted) if wanted in set(Tab) else Tab.REGISTER
    page = load_twins(request.actor.practice_id, tab, page=_number(number) or 1)
    offered = is_offered(request.actor.practice_id)
    tabs = [
        (tab.value, word, icon, page.counts[tab], tab is page.tab)
        for tab, word, icon in TABS
        if offered or tab is not Tab.REMOTE
    ]
    return render(request, "twins/page.html", {"page": page, "tabs": tabs})


def decide(request: Request, twin_id: int) -> HttpResponse:
    """Say that two are not the same, or were dealt with in XPM; or take that back."""
    if not has_twins(request.actor.practice_id, twin_id):
        raise Http404("There are no such twins.")
    decision, side = request.POST.get("decision", ""), request.POST.get("side", "")
    try:
        if decision in DECISIONS:
            DECISIONS[decision](request.actor, twin_id, request.now)
            messages.success(request, WORDS[decision])
    except Invalid as problem:
        tell(request, problem)
    return redirect(f"{reverse('twins')}?side={side if side in set(Tab) else Tab.REGISTER}")


def find(request: Request) -> HttpResponse:
    """Look for twins anew, with the links."""
    remote = load_remote(request.actor.practice_id)
    try:
        start.enqueue(
            matching.request_match(request.actor, remote.connection_id if remote.connected else None, request.now)
        )
        messages.info(request, "Twins are being looked for. It takes a moment.")
    except Invalid as problem:
        tell(request, problem)
    return redirect("twins")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
