"""The records that the last readings could not take in, each with its reason, and a click that reads it again."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from practicesync.core.errors import Invalid
from practicesync.flows import start
from practicesync.operations import unreadable
from practicesync.queries.remote import is_offered
from practicesync.queries.set_aside_records import load_records
from practicesync.web.request import Request


def records(request: Request) -> HttpResponse:
    """The list."""
    if not is_offered(request.actor.practice_id):
        raise Http404("No add-on is enabled.")
    wanted = request.GET.get("page", "")
    number = int(wanted) if wanted.isdecimal() and len(wanted) < 7 else 1
    return render(request, "unreadable/page.html", {"page": load_records(request.actor.practice_id, number=number)})


def read_again(request: Request, record_id: int) -> HttpResponse:
    """Read one of them again."""
    try:
        start.enqueue(unreadable.request_again(request.actor, record_id, request.now))
    except Invalid as problem:
        messages.error(request, str(problem))
    return redirect("unreadable")
