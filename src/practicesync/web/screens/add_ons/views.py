"""Admin > Add-ons: until an admin enables Xero Practice Manager, nothing about it is offered anywhere else."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from practicesync.core.errors import Invalid
from practicesync.operations.practices import disable_add_on, enable_add_on
from practicesync.queries.add_ons import load_xpm_tile
from practicesync.web.errors import tell
from practicesync.web.request import Request


def add_ons(request: Request) -> HttpResponse:
    """The tiles."""
    return render(request, "add_ons/page.html", {"xpm": load_xpm_tile(request.actor.practice_id)})


def enable(request: Request) -> HttpResponse:
    """Offer Xero Practice Manager in the practice."""
    enable_add_on(request.actor, "xpm", request.now)
    messages.success(request, "Xero Practice Manager is enabled. Connect it next.")
    return redirect("practice-management")


def disable(request: Request) -> HttpResponse:
    """Stop offering it; refused while it is connected."""
    try:
        disable_add_on(request.actor, "xpm", request.now)
        messages.success(request, "Xero Practice Manager is disabled. Links and history are kept.")
    except Invalid as error:
        tell(request, error)
    return redirect("add-ons")
