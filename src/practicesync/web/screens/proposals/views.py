"""Proposals: the list, one of them, its form, and the archive."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from practicesync.core.actor import Actor
from practicesync.core.errors import Invalid, Stale
from practicesync.core.money import currency_of, show_money, show_number
from practicesync.operations import proposals as saving
from practicesync.queries.lookalikes import Lookalike
from practicesync.queries.proposals import (
    ProposalFilter,
    Sort,
    StoredProposal,
    load_lookalikes,
    load_proposal,
    load_proposals,
)
from practicesync.web.picker import AGAIN
from practicesync.web.request import Request
from practicesync.web.screens.proposals.form import CLIENT, Page, Sent, opened, page_of, rebased, reopened

SORTS = ((Sort.CHANGED, "Last changed first"), (Sort.TITLE, "Title, A to Z"), (Sort.CLIENT, "Client, A to Z"))


def proposals(request: Request) -> HttpResponse:
    """The list, or for a search as you type its part that changes."""
    asked = ProposalFilter.read(request.GET.dict())
    found = load_proposals(request.actor.practice_id, asked)
    currency = currency_of(request.member.country)
    query = _query(asked)
    context = {
        "found": found,
        "asked": asked,
        "rows": [(row, show_money(row.total, currency)) for row in found.rows],
        "currency": currency,
        "sorts": SORTS,
        "query": f"{query}&" if query else "",
        "live": _query(replace(asked, archived=False)),
        "shelved": _query(replace(asked, archived=True)),
    }
    part = request.htmx and not request.htmx.history_restore_request
    return render(request, "proposals/_list.html" if part else "proposals/page.html", context)


def _query(asked: ProposalFilter) -> str:
    """The query of a list that asks this, from its first page on."""
    sort = "" if asked.sort is Sort.CHANGED else asked.sort.value
    pairs = {"q": asked.search, "sort": sort, "archived": "1" if asked.archived else ""}
    return urlencode({name: value for name, value in pairs.items() if value})


def proposal(request: Request, proposal_id: int) -> HttpResponse:
    """One proposal as it stands."""
    stored = _stored(request, proposal_id)
    currency = currency_of(request.member.country)
    lines = [
        (each.name, show_number(each.quantity), show_money(each.price, currency), show_money(each.total, currency))
        for each in stored.services
    ]
    context = {"proposal": stored, "lines": lines, "total": show_money(stored.total, currency), "currency": currency}
    return render(request, "proposals/one.html", context)


def add(request: Request) -> HttpResponse:
    """A new proposal. What it is for is made only when it is saved."""
    if request.method != "POST":
        return _shown(request, None, _page(request, opened(request.actor, request.GET.dict())))
    sent = Sent.read(request.actor, request.POST.dict())
    if AGAIN in request.POST:
        return _again(request, None, sent)
    refused = _refused(request, None, sent)
    if refused is not None:
        return refused
    try:
        made = saving.add_proposal(request.actor, sent.key, sent.draft, request.now)
    except Invalid as problem:
        return _shown(request, None, _page(request, sent, problems=problem.problems), status=422)
    brought = f" {made.client.name} is in the register now, linked to XPM." if sent.picker.mirror_id else ""
    messages.success(request, f"The proposal for {made.client.name} was saved.{brought}")
    return redirect("proposal", made.pk)


def edit(request: Request, proposal_id: int) -> HttpResponse:
    """Edit one proposal; one that somebody else saved meanwhile is shown with both."""
    stored = _stored(request, proposal_id)
    if request.method != "POST":
        return _shown(request, stored, _page(request, reopened(request.actor, stored)))
    sent = Sent.read(request.actor, request.POST.dict())
    if AGAIN in request.POST:
        return _again(request, stored, sent)
    refused = _refused(request, stored, sent)
    if refused is not None:
        return refused
    try:
        saving.edit_proposal(request.actor, proposal_id, revision=sent.revision, draft=sent.draft, now=request.now)
    except Stale:
        fresh, saved = rebased(request.actor, sent, _stored(request, proposal_id))
        return _shown(request, stored, _page(request, fresh, saved=saved), stale=True, status=409)
    except Invalid as problem:
        return _shown(request, stored, _page(request, sent, problems=problem.problems), status=422)
    messages.success(request, "Saved.")
    return redirect("proposal", proposal_id)


def archive(request: Request, proposal_id: int) -> HttpResponse:
    """Take a proposal off the list."""
    return _shelve(request, proposal_id, saving.archive_proposal, "Archived. It is kept, and can be restored.")


def restore(request: Request, proposal_id: int) -> HttpResponse:
    """Put an archived proposal back on the list."""
    return _shelve(request, proposal_id, saving.restore_proposal, "Restored.")


def _shelve(
    request: Request, proposal_id: int, change: Callable[[Actor, int, datetime], object], told: str
) -> HttpResponse:
    try:
        change(request.actor, proposal_id, request.now)
    except ObjectDoesNotExist:
        raise Http404("There is no such proposal.") from None
    messages.success(request, told)
    return redirect("proposal", proposal_id)


def _stored(request: Request, proposal_id: int) -> StoredProposal:
    stored = load_proposal(request.actor.practice_id, proposal_id)
    if stored is None:
        raise Http404("There is no such proposal.")
    return stored


def _again(request: Request, stored: StoredProposal | None, sent: Sent) -> HttpResponse:
    """The form as typed, with a row more or less, another client's contacts, or fresh sums; nothing is saved."""
    asked = request.POST.get(AGAIN, "")
    if asked == CLIENT:
        sent = sent.for_another_client()
    elif asked == "service":
        sent = sent.with_service()
    elif asked.startswith("remove:"):
        place = asked.removeprefix("remove:")
        sent = sent.without_service(int(place)) if place.isascii() and place.isdigit() and len(place) < 5 else sent
    sent = replace(sent, picker=replace(sent.picker, error=""))
    page = _page(request, sent)
    if not request.htmx:
        return _shown(request, stored, page)
    parts = {CLIENT: "proposals/_contacts.html", "count": "proposals/_sums.html"}
    context = {"form": page, "asked": asked, "currency": currency_of(request.member.country)}
    return render(request, parts.get(asked, "proposals/_services.html"), context)


def _refused(request: Request, stored: StoredProposal | None, sent: Sent) -> HttpResponse | None:
    """The form again, where no client is chosen, or an XPM client looks like one of the register's."""
    if sent.picker.chosen is None:
        return _shown(request, stored, _page(request, sent, problems={"client": sent.picker.error}), status=422)
    if sent.unsure and sent.picker.mirror_id is not None:
        found = load_lookalikes(request.actor.practice_id, sent.picker.mirror_id)
        if found:
            problems = {"lookalikes": "Say whether this XPM client is one that the register has already."}
            return _shown(request, stored, _page(request, sent, problems=problems, found=found), status=422)
    return None


def _page(
    request: Request,
    sent: Sent,
    *,
    problems: Mapping[str, str] | None = None,
    saved: Mapping[str, str] | None = None,
    found: Sequence[Lookalike] = (),
) -> Page:
    currency = currency_of(request.member.country)
    return page_of(request.actor, sent, currency, problems=problems, saved=saved, lookalikes=found)


def _shown(
    request: Request, stored: StoredProposal | None, page: Page, *, stale: bool = False, status: int = 200
) -> HttpResponse:
    back = reverse("proposal", args=[stored.id]) if stored else reverse("proposals")
    context = {
        "form": page,
        "proposal": stored,
        "stale": stale,
        "back": back,
        "currency": currency_of(request.member.country),
    }
    return render(request, "proposals/form.html", context, status=status)
