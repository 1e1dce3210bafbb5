"""A sheet: looked at, applied, followed, and tried again where lines were left undone."""

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpResponse
from django.shortcuts import redirect, render

from practicesync.core.errors import Invalid, Stale
from practicesync.core.push import Outcome
from practicesync.flows import start
from practicesync.operations import drawing, sheets
from practicesync.queries.run_page import load_run
from practicesync.queries.sheet_page import FAILED, REST, SheetPage, load_sheet, sheet_drawn_by
from practicesync.web.drawing import led_to
from practicesync.web.errors import tell
from practicesync.web.request import Request

_AGAIN = {"failed": FAILED, "rest": REST}


def sheet(request: Request, sheet_id: int) -> HttpResponse:
    """Exactly the lines that are applied, and once they are, what became of each."""
    return _shown(request, _found(request, sheet_id))


def being_drawn(request: Request, run_id: int) -> HttpResponse:
    """A long sheet that is being drawn up; the sheet itself once it is there."""
    run = load_run(request.actor.practice_id, run_id)
    if run is None:
        raise ObjectDoesNotExist
    if run.kind != sheets.DRAW:
        return redirect("run", run_id=run.id)
    drawn = sheet_drawn_by(request.actor.practice_id, run.id)
    if drawn is not None and not request.htmx:
        return redirect("sheet", sheet_id=drawn)
    response = render(request, "sheet/drawing.html", {"run": run, "now": request.now})
    if request.htmx and not run.under_way:
        response["HX-Refresh"] = "true"
    return response


def progress(request: Request, sheet_id: int) -> HttpResponse:
    """The part that moves while the sheet is applied, asked for by a timer; the whole page once it has ended."""
    page = _found(request, sheet_id)
    response = render(request, "sheet/_progress.html", {"page": page, "run": page.run, "now": request.now})
    if not page.under_way:
        response["HX-Refresh"] = "true"
    return response


def apply(request: Request, sheet_id: int) -> HttpResponse:
    """Apply the sheet as it is shown."""
    found = _found(request, sheet_id)
    try:
        start.enqueue(sheets.request_apply(request.actor, found.id, request.now))
    except Stale as moved:
        messages.error(request, moved.detail)
    except Invalid as problem:
        tell(request, problem)
    return redirect("sheet", sheet_id=found.id)


def leave(request: Request, sheet_id: int) -> HttpResponse:
    """Put a sheet away that nobody wants."""
    found = _found(request, sheet_id)
    try:
        sheets.leave(request.actor, found.id)
    except Stale as moved:
        messages.error(request, moved.detail)
        return redirect("sheet", sheet_id=found.id)
    messages.success(request, "Put away. Nothing was written.")
    return redirect("plan")


def cancel(request: Request, sheet_id: int) -> HttpResponse:
    """Stop applying: what is done stands, what waits is taken back."""
    found = _found(request, sheet_id)
    try:
        sheets.cancel(request.actor, found.id, request.now)
        messages.success(request, "Cancelled. What was done stands; the rest was taken back.")
    except Invalid as problem:
        tell(request, problem)
    return redirect("sheet", sheet_id=found.id)


def again(request: Request, sheet_id: int) -> HttpResponse:
    """A new sheet of the lines that failed, or that a cancelled run left, as they stand now."""
    found = _found(request, sheet_id)
    outcomes = _AGAIN.get(request.POST.get("which", ""), FAILED)
    try:
        asked = drawing.of_rest(request.actor, found.id, outcomes, request.now)
    except Invalid as problem:
        tell(request, problem)
        return redirect("sheet", sheet_id=found.id)
    return led_to(request, asked, "This is how they stand now. Look before you apply it.")


def _found(request: Request, sheet_id: int) -> SheetPage:
    asked, outcome = request.GET.get("page", ""), request.GET.get("outcome", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 1
    known = {each.value for each in Outcome}
    page = load_sheet(
        request.actor.practice_id,
        sheet_id,
        request.now,
        number=number,
        outcome=outcome if outcome in known else "",
    )
    if page is None:
        raise ObjectDoesNotExist
    return page


def _shown(request: Request, page: SheetPage) -> HttpResponse:
    outcomes = [(outcome, page.outcomes[outcome]) for outcome in Outcome if page.outcomes.get(outcome)]
    context = {
        "page": page,
        "run": page.run,
        "now": request.now,
        "outcomes": outcomes,
        "query": f"outcome={page.outcome}&" if page.outcome else "",
    }
    return render(request, "sheet/page.html", context)
