"""The dashboard, and the parts of it that follow a run."""

from django.http import HttpResponse
from django.shortcuts import render

from practicesync.web.request import Request


def dashboard(request: Request) -> HttpResponse:
    """The first page."""
    return render(request, "dashboard/page.html")


def sync_state(request: Request) -> HttpResponse:
    """The top bar's words on how the sync stands, asked for by a timer while something moves."""
    return render(request, "components/sync_state.html")
