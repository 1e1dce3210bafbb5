"""Where a person was in the Clients list, kept in the addresses of a client's screens, so that they come back there."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from practicesync.queries.clients import ClientFilter
from practicesync.web.request import Request

PLACE = "list"
"""The parameter that carries the list's own query through a client's screens."""


def query_of(asked: ClientFilter, **changes: Any) -> str:
    """The query of a list address that asks this; what stands at its default is left out."""
    asked = replace(asked, **changes) if changes else asked
    plain = ClientFilter()
    pairs = {
        "q": asked.search,
        "state": asked.state,
        "reason": asked.reason,
        "kind": asked.kind,
        "sort": "" if asked.sort is plain.sort else asked.sort.value,
        "page": "" if asked.page == plain.page else str(asked.page),
    }
    return urlencode({name: value for name, value in pairs.items() if value})


def list_address(asked: ClientFilter, **changes: Any) -> str:
    """The list that asks this."""
    return _joined(reverse("clients"), query_of(asked, **changes))


def open_address(asked: ClientFilter, client_id: int) -> str:
    """The list that asks this, with one client's panel open."""
    return _joined(reverse("clients"), query_of(asked), f"client={client_id}")


def place_of(request: Request) -> ClientFilter:
    """The place in the list that a client's screen was reached from. Only known parts of it are read."""
    return ClientFilter.read(QueryDict(request.GET.get(PLACE, "")[:1000]).dict())


def placed(address: str, place: ClientFilter) -> str:
    """An address of a client's screen, carrying the place."""
    query = query_of(place)
    return _joined(address, urlencode({PLACE: query}) if query else "")


def _joined(address: str, *queries: str) -> str:
    query = "&".join(each for each in queries if each)
    return f"{address}?{query}" if query else address
