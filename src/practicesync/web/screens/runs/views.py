"""Asking for a refresh, following a run, cancelling it."""

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpResponse
from django.shortcuts import redirect, render

from practicesync.core.errors import Invalid
from practicesync.flows import start
from practicesync.operations import believing, runs, sheets
from practicesync.queries.brake import missed_by, sheet_of_run
from practicesync.queries.connection_page import load_card
from practicesync.queries.run_page import RunLine, load_run
from practicesync.web.errors import tell
from practicesync.web.request import Request


def refresh(request: Request) -> HttpResponse:
    """Ask for what changed in XPM; a refresh that is under way already is joined. Leads back to where it was asked."""
    back = "clients" if request.POST.get("from") == "clients" else "dashboard"
    card = load_card(request.actor.practice_id, request.now)
    if card is None:
        messages.error(request, "Xero Practice Manager is not connected.")
        return redirect(back)
    try:
        start.enqueue(runs.request(request.actor, card.id, "refresh", request.now))
    except Invalid as error:
        tell(request, error)
    return redirect(back)


def run(request: Request, run_id: int) -> HttpResponse:
    """One run: how far it is, or how it ended."""
    return _shown(request, run_id, "runs/page.html")


def progress(request: Request, run_id: int) -> HttpResponse:
    """The part of a run's page that moves, asked for by a timer; it stops asking by itself."""
    return _shown(request, run_id, "runs/_progress.html")


def cancel(request: Request, run_id: int) -> HttpResponse:
    """Stop a run at its next step."""
    found = _found(request, run_id)
    try:
        sheets.cancel_run(request.actor, found.id, request.now)
        messages.success(request, "Cancelled. What was done stands.")
    except Invalid as error:
        tell(request, error)
    return redirect("run", run_id=found.id)


def believe(request: Request, run_id: int) -> HttpResponse:
    """Say that the clients that a list lacked are really gone: everything is read again."""
    found = _found(request, run_id)
    try:
        again = believing.request_again(request.actor, found.id, request.now)
    except Invalid as error:
        tell(request, error)
        return redirect("run", run_id=found.id)
    start.enqueue(again)
    return redirect("run", run_id=again.pk)


def _shown(request: Request, run_id: int, template: str) -> HttpResponse:
    found = _found(request, run_id)
    sheet = sheet_of_run(request.actor.practice_id, run_id)
    context = {
        "run": found,
        "sheet": sheet,
        "may_believe": bool(missed_by(request.actor.practice_id, run_id)),
        "now": request.now,
    }
    return render(request, template, context)


def _found(request: Request, run_id: int) -> RunLine:
    found = load_run(request.actor.practice_id, run_id)
    if found is None:
        raise ObjectDoesNotExist
    return found
