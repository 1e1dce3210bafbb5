"""What each screen costs the server, asked through Django's own test client in one warm process."""

import json
from collections.abc import Callable, Iterator
from statistics import median
from time import process_time

import django

django.setup()

from django.db import connection  # noqa: E402 - models need Django set up
from django.http import HttpResponseBase  # noqa: E402
from django.test import Client as Browser  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402

from practicesync.store.models import Client, Link, Person  # noqa: E402

WARM, TIMES = 3, 24
TYPED = ("s", "t", "ta", "w", "wa", "office4")
"""Words that fill a page in the small register too, since a page of fewer rows costs less to write.

All but the last find one client in eight, so that of 15,000 clients near 2,000 are found, sorted and counted.
"""
HTMX = {"HX-Request": "true"}


def asked() -> dict[str, Callable[[int], HttpResponseBase]]:
    """One request of each screen, by its number."""
    browser = Browser()
    browser.force_login(Person.objects.get())
    clients = list(Client.rows.everywhere().order_by("sort_name").values_list("pk", flat=True)[:200])
    linked = list(
        Link.rows.everywhere().filter(client_id__in=clients, state="remote_changed").values_list("client_id", flat=True)
    )
    home, page = reverse("dashboard"), reverse("clients")
    return {
        "Clients page": lambda number: browser.get(page),
        "Clients page, filtered": lambda number: browser.get(page, {"state": "in_sync", "kind": "company"}),
        "search as you type": lambda number: browser.get(page, {"q": TYPED[number % len(TYPED)]}, headers=HTMX),
        "panel": lambda number: browser.get(reverse("client", args=[linked[number % len(linked)]]), headers=HTMX),
        "dashboard": lambda number: browser.get(home),
    }


def measured(ask: Callable[[int], HttpResponseBase]) -> Iterator[tuple[str, float]]:
    """The median CPU milliseconds of a request, and the most queries that one makes."""
    spent, queries = [], []
    for number in range(WARM + TIMES):
        began = process_time()
        answer = ask(number)
        spent.append(1000 * (process_time() - began))
        assert answer.status_code == 200, answer.status_code
    for number in range(len(TYPED)):
        with CaptureQueriesContext(connection) as captured:
            ask(number)
        queries.append(len(captured))
    yield "ms", median(spent[WARM:])
    yield "queries", max(queries)


def main() -> None:
    """Print each screen's figures."""
    print(json.dumps({screen: dict(measured(ask)) for screen, ask in asked().items()}))


if __name__ == "__main__":
    main()
