"""A run that the brake stopped: why, and what somebody makes of it."""

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpResponse
from django.shortcuts import redirect, render

from practicesync.core.errors import Stale
from practicesync.flows import start
from practicesync.operations import leaving
from practicesync.queries.brake import load_brake
from practicesync.web.request import Request


def brake(request: Request, brake_id: int) -> HttpResponse:
    """Why it stopped, in numbers, and the gravest of what it would have done. It goes on as any sheet is applied."""
    page = load_brake(request.actor.practice_id, brake_id, request.now)
    if page is None:
        raise ObjectDoesNotExist
    return render(request, "brake/page.html", {"brake": page, "page": page.sheet, "now": request.now})


def leave(request: Request, brake_id: int) -> HttpResponse:
    """Leave all of it as it is, on both sides."""
    if load_brake(request.actor.practice_id, brake_id, request.now) is None:
        raise ObjectDoesNotExist
    try:
        run = leaving.request_leave(request.actor, brake_id, request.now)
    except Stale as moved:
        messages.error(request, moved.detail)
        return redirect("brake", brake_id=brake_id)
    start.enqueue(run)
    messages.success(request, "Left as it is. Nothing was written; each of these values waits until a side changes.")
    return redirect("dashboard")
