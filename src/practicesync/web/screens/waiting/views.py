"""The tag Pending Sync, which goes by itself."""

from django.http import HttpResponse
from django_htmx.http import trigger_client_event

from practicesync.queries.pending import pending_clients
from practicesync.web.request import Request

MOST = 100


def waiting(request: Request) -> HttpResponse:
    """Asked for by a timer, of the clients that a page shows as waiting: 204 while all of them do.

    Then nothing is left of the tag, and the parts of the page that show states are told to ask for themselves again.
    """
    asked = {int(told) for told in request.GET.getlist("client")[:MOST] if told.isdecimal() and len(told) < 19}
    if asked and pending_clients(request.actor.practice_id, asked) == asked:
        return HttpResponse(status=204)
    return trigger_client_event(HttpResponse(), "clients-changed")
