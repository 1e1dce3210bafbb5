"""What every answer carries, and what no page contains."""

import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from logging.config import DictConfigurator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from django.http import HttpResponseBase
from django.test import Client as Browser

from practicesync.config.logs import logging_config
from practicesync.core.actor import Role
from practicesync.store.models import Budget, Connection, Person
from web.addresses import Address, addresses, make_ids
from web.conftest import Firm

PAGES = [pytest.param(address, id=address.name) for address in addresses() if address.answers("GET")]
SELF_ONLY = ("script-src", "style-src", "connect-src", "font-src")


def policy(reply: HttpResponseBase) -> dict[str, list[str]]:
    parts = (part.split() for part in reply.headers["Content-Security-Policy"].split(";") if part.strip())
    return {part[0]: part[1:] for part in parts}


def assert_hardened(reply: HttpResponseBase) -> None:
    found = policy(reply)
    assert found["default-src"] == ["'none'"]
    assert found["frame-ancestors"] == found["base-uri"] == ["'none'"]
    for name in SELF_ONLY:
        assert found[name] == ["'self'"], name
    assert "unsafe" not in reply.headers["Content-Security-Policy"]
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["X-Frame-Options"] == "DENY"
    assert reply.headers["Referrer-Policy"] == "same-origin"
    assert reply.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert reply.headers["Cache-Control"] == "no-store"
    assert "camera=()" in reply.headers["Permissions-Policy"]


@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_hardened_and_holds_no_script_or_style_of_its_own(
    address: Address, firm: Firm, connection: Connection, browser_of: Callable[[Person], Browser]
) -> None:
    target = address.path(make_ids(firm.practice, firm.people[Role.ADMIN].pk))
    reply = browser_of(firm.people[Role.ADMIN]).get(target)
    assert_hardened(reply)
    page = BeautifulSoup(reply.content, "html.parser")
    for tag in page.find_all(True):
        assert isinstance(tag, Tag)
        assert tag.name != "style"
        assert not (tag.name == "script" and tag.get_text(strip=True)), "a script within the page"
        wrong = [name for name in tag.attrs if name == "style" or name.startswith(("on", "hx-on"))]
        assert not wrong, f"<{tag.name}> has {wrong}"
        for name in ("src", "href"):
            assert "//" not in str(tag.get(name, "")) or tag.name == "a", f"<{tag.name}> fetches {tag.get(name)}"


@pytest.mark.parametrize("path", ["/no-such-page/", "/settings/practice-management/disconnect/", "/refresh/"])
def test_refusals_are_hardened_too(path: str, read_only: Browser, connection: Connection) -> None:
    reply = read_only.get(path)
    assert reply.status_code in {403, 404, 405}
    assert_hardened(reply)


def test_styles_may_be_kept_by_the_browser(db: None) -> None:
    reply = Browser().get("/static/practicesync/frame.css")
    assert reply.status_code == 200
    reply.close()
    assert "no-store" not in reply.headers["Cache-Control"]
    assert reply.headers["X-Content-Type-Options"] == "nosniff"


def test_a_spoofed_host_is_refused_and_named_nowhere() -> None:
    reply = Browser().get("/sign-in/", headers={"host": "evil.example"})
    assert reply.status_code == 400
    assert b"evil.example" not in reply.content


def test_an_error_shows_a_number_and_nothing_else(
    admin: Browser, connection: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    connection.organisation_name = "Totara Secret Name"
    connection.save()
    # A ledger that no code of ours writes: the page must fail, and must not say on what.
    Budget.rows.create(practice=connection.practice, connection=connection, ledger={"minute": 7})
    admin.raise_request_exception = False
    reply = admin.get("/")
    page = reply.content.decode()
    assert reply.status_code == 500
    assert "Incident <code>" in page
    for word in ("Totara", "Traceback", "TypeError", ".py", "ledger"):
        assert word not in page
    assert "Internal Server Error" in caplog.text


def test_the_number_on_an_error_page_finds_the_line_in_the_log(admin: Browser, connection: Connection) -> None:
    Budget.rows.create(practice=connection.practice, connection=connection, ledger={"minute": 7})
    config = logging_config("INFO")
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(DictConfigurator(config).configure_formatter(config["formatters"]["json"]))
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    try:
        admin.raise_request_exception = False
        page = admin.get("/").content.decode()
    finally:
        logger.removeHandler(handler)
    incident = page.split("Incident <code>")[1].split("<")[0]
    lines = [json.loads(line) for line in handler.stream.getvalue().splitlines()]
    assert [line["incident"] for line in lines] == [incident]
    assert "TypeError" in lines[0]["exception"]


SECURE = """
import json
from practicesync.config import settings as s
print(json.dumps({
    "session": [s.SESSION_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.SESSION_COOKIE_SAMESITE],
    "csrf": [s.CSRF_COOKIE_NAME, s.CSRF_COOKIE_SECURE, s.CSRF_COOKIE_HTTPONLY, s.CSRF_COOKIE_SAMESITE],
    "hsts": s.SECURE_HSTS_SECONDS, "hosts": s.ALLOWED_HOSTS,
}))
"""


def test_cookies_are_bound_to_the_host_where_the_site_is_https(tmp_path: Path) -> None:
    told = {
        **os.environ,
        "PRACTICESYNC_PUBLIC_URL": "https://sync.firm.example",
        "PRACTICESYNC_DATA": str(tmp_path),
        "PRACTICESYNC_ALLOWED_HOSTS": "",
    }
    ran = subprocess.run([sys.executable, "-c", SECURE], env=told, capture_output=True, text=True, check=True)
    found = json.loads(ran.stdout)
    assert found["session"] == ["__Host-session", True, True, "Lax"]
    assert found["csrf"] == ["__Host-csrf", True, True, "Lax"]
    assert found["hsts"] >= 31_536_000
    assert found["hosts"] == ["sync.firm.example"]


def test_session_cookies_cannot_be_read_by_scripts(firm: Firm) -> None:
    reply = Browser().post("/sign-in/demo/", {"role": "admin"})
    cookie = reply.cookies["session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
