"""Planted tokens and tax numbers, searched for wherever they must not be: logs, pages, addresses, the database file."""

import io
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx2
import pytest
from django.db import connection as database
from django.test import Client as Browser

from firms import Firm, a_firm
from in_process import InProcess
from practicesync.config.logs import logging_config, set_up
from practicesync.flows import remote
from practicesync.operations import runs
from practicesync.store.models import Client, Person, Run

pytestmark = pytest.mark.django_db

TAX_NUMBER = "136410132"
OTHER_TAX_NUMBER = "049091850"


@dataclass
class Overheard:
    """Everything that left the program by a way that somebody might read, and the secrets that went in."""

    secrets: set[str] = field(default_factory=lambda: {TAX_NUMBER, OTHER_TAX_NUMBER})
    log: io.StringIO = field(default_factory=io.StringIO)
    pages: list[str] = field(default_factory=list)

    def look_for(self, where: str, text: str) -> None:
        for secret in self.secrets:
            gap = "[ -]?" if secret.isdigit() else ""
            assert not re.search(gap.join(map(re.escape, secret)), text), f"a secret stands in {where}"


class Tapped(InProcess):
    """The way to the sandbox, listened to for the tokens that it gives out."""

    overheard: Overheard

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        response = super().handle_request(request)
        if request.url.path == "/connect/token":
            told = httpx2.Response(200, content=response.read()).json()
            self.overheard.secrets |= {told[key] for key in ("access_token", "refresh_token") if key in told}
        return response


@pytest.fixture
def overheard() -> Iterator[Overheard]:
    """The whole log as it is written, at its most talkative."""
    found = Overheard()
    handler = logging.StreamHandler(found.log)
    config = logging_config("DEBUG")
    set_up(config)
    formatter = logging.getLogger().handlers[-1].formatter
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield found
    finally:
        root.removeHandler(handler)
        set_up(logging_config("WARNING"))


@pytest.fixture
def firm(overheard: Overheard) -> Iterator[Firm]:
    with a_firm() as found:
        app = found.http._transport
        assert isinstance(app, InProcess)
        tapped = Tapped(app.app)
        tapped.overheard = overheard
        remote.install(httpx2.Client(transport=tapped))
        yield found


def visit(browser: Browser, overheard: Overheard, *addresses: str) -> None:
    for address in addresses:
        reply = browser.get(address)
        overheard.pages.append(f"{address} {reply.headers.get('location', '')} {reply.content.decode()}")


def test_no_secret_leaves_by_any_way(firm: Firm, overheard: Overheard) -> None:
    browser = Browser()
    browser.force_login(Person.objects.get())
    firm.connect()
    client, remote_id = firm.pair("Kauri Holdings Limited", TaxNumber=OTHER_TAX_NUMBER)
    firm.edit(client, tax_number=TAX_NUMBER)

    firm.fault("error", method="PUT", path="client.api/update", text=f"Tax number 136 410 132 is taken, {TAX_NUMBER}")
    firm.sync(client, tax_number="push")
    visit(browser, overheard, f"/clients/{client.pk}/", f"/clients/{client.pk}/sync/", "/")
    for kind in ("html", "status", "dtd", "truncate"):
        extra = {"status": 500, "body": f"at {TAX_NUMBER}"} if kind == "status" else {"bytes": 200}
        firm.fault(kind, path="client.api/get", **extra)
        firm.run(runs.request_record(firm.actor, client.pk, firm.clock.now()))
    firm.sync(client, tax_number="push")
    firm.refresh("sweep")
    firm.control("POST", "tokens/expire")
    firm.refresh("sweep")
    firm.control("POST", "grants/revoke")
    firm.refresh("sweep")

    every_run = Run.rows.of(firm.practice.pk).order_by("pk")
    visit(
        browser,
        overheard,
        "/",
        "/clients/",
        f"/clients/?q={client.name}",
        f"/clients/{client.pk}/",
        f"/clients/{client.pk}/sync/",
        f"/clients/{client.pk}/edit/",
        "/settings/practice-management/",
        "/connect/xpm/return/?code=planted-code-1&state=planted-state-1",
        "/no/such/page/",
        *(f"/runs/{run.pk}/" for run in every_run),
    )
    posted = {"name": client.name, "tax_number": TAX_NUMBER, "email": "not an address", "revision": client.revision}
    overheard.pages.append(browser.post(f"/clients/{client.pk}/edit/", posted).content.decode())

    assert firm.xpm(remote_id)["TaxNumber"] == TAX_NUMBER
    assert Client.rows.of(firm.practice.pk).get().values["tax_number"] == TAX_NUMBER
    assert len(overheard.secrets) >= 6, "no token was overheard, so nothing is proved"
    log = overheard.log.getvalue()
    assert "client.api/update" in log, "nothing was logged, so nothing is proved"
    assert client.name not in log, "a client's name stands in the log"
    overheard.look_for("the log", log)
    for page in overheard.pages[:-1]:
        overheard.look_for("a page", page)
    overheard.look_for("the database", stored_text())


def test_a_secret_would_be_found(overheard: Overheard) -> None:
    for text in (f"x{TAX_NUMBER}y", "136 410 132", "136-410-132"):
        with pytest.raises(AssertionError):
            overheard.look_for("a page", text)


def stored_text() -> str:
    """All that the database holds, as text."""
    rows = []
    with database.cursor() as cursor:
        for table in database.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - the database's own names
            rows += [repr(row) for row in cursor.fetchall()]
    return "\n".join(rows)
