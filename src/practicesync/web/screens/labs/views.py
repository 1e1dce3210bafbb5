"""Settings > Labs: new functions that a firm switches on for itself, each with a page that explains it."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from practicesync.queries.policy_screen import load_holding
from practicesync.queries.remote import CONNECTOR, is_offered
from practicesync.web.request import Request


def labs(request: Request) -> HttpResponse:
    """What can be switched on."""
    holding = load_holding(request.actor.practice_id, CONNECTOR) if is_offered(request.actor.practice_id) else None
    return render(request, "labs/page.html", {"holding": holding})


def client_sync(request: Request) -> HttpResponse:
    """What the new client sync is, does and never does."""
    if not is_offered(request.actor.practice_id):
        return redirect("labs")
    holding = load_holding(request.actor.practice_id, CONNECTOR)
    return render(request, "labs/client_sync.html", {"holding": holding})
