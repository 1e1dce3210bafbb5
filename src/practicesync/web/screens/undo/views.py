"""Undo: a run or one value is drawn up in reverse; applying that is the sheet's own screen."""

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpResponse
from django.shortcuts import redirect, render

from practicesync.core.errors import Invalid, Stale
from practicesync.operations import drawing, undoing
from practicesync.operations.drawing import Asked
from practicesync.queries.history import HistoryFilter, load_history
from practicesync.queries.run_page import load_run
from practicesync.web.drawing import led_to
from practicesync.web.errors import tell
from practicesync.web.request import Request


def undo_run(request: Request, run_id: int) -> HttpResponse:
    """What a run wrote, in numbers; a POST draws up what takes it back."""
    run = load_run(request.actor.practice_id, run_id)
    if run is None:
        raise ObjectDoesNotExist
    if request.method == "POST":
        try:
            asked = drawing.of_undo(request.actor, run_id, request.now)
        except Invalid as problem:
            tell(request, problem)
            return redirect("run", run_id=run_id)
        return led_to(request, asked, "Nothing is taken back yet. This is what applying it does.")
    wrote = {
        side: found.count
        for side in ("local", "remote")
        if (found := load_history(request.actor.practice_id, HistoryFilter(run_id=run_id, side=side))) is not None
    }
    return render(
        request, "undo/page.html", {"run": run, "here": wrote.get("local", 0), "there": wrote.get("remote", 0)}
    )


def set_back(request: Request, change_id: int) -> HttpResponse:
    """Set one value back: a sheet of one line, or where only the register keeps it, at once."""
    try:
        made = undoing.set_back(request.actor, change_id, request.now)
    except (Invalid, Stale) as problem:
        tell(request, problem)
        return redirect(_from(request))
    if made is None:
        messages.success(request, "Set back in the register.")
        return redirect(_from(request))
    return led_to(request, Asked(made.pk))


def _from(request: Request) -> str:
    """The history that the button stood in; only pages of ours are gone back to."""
    back = request.POST.get("back", "")
    return back if back.startswith("/") and not back.startswith("//") and "\\" not in back else "/"
