"""The frame around every screen: who, where to, and how the sync stands."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.http import HttpRequest
from django.template import Context, Template
from django.test import Client as Browser
from django.test.utils import override_settings
from django.utils import timezone

from practicesync.flows.clock import SYSTEM_CLOCK
from practicesync.queries.frame import RunUnderWay, Standing
from practicesync.queries.frame import standing as load_standing
from practicesync.store.models import Connection, Run
from practicesync.web.frame import sync_words
from practicesync.web.tags import around, duration, exact, local_time, relative
from web.conftest import Firm

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


def soup(browser: Browser, path: str = "/") -> BeautifulSoup:
    return BeautifulSoup(browser.get(path).content, "html.parser")


def test_the_frame_names_the_firm_and_the_person_and_their_role(read_only: Browser) -> None:
    page = soup(read_only)
    assert page.select(".top-firm")[0].get_text(strip=True) == "Kauri & Partners"
    told = page.select(".menu-who")[0].get_text(" ", strip=True)
    assert told == "read_only person read_only@kauri.example Read-only"


def test_the_first_thing_on_the_page_leads_past_the_frame(admin: Browser) -> None:
    page = soup(admin)
    assert page.body is not None
    first = page.body.find("a")
    assert first is not None
    assert first["href"] == "#main"
    assert page.select("main#main[tabindex='-1']")


SIDEBAR = "nav.side > ul > li > a"


def test_the_sidebar_marks_where_one_is(admin: Browser) -> None:
    here = soup(admin, "/admin/add-ons/").select(f"{SIDEBAR}[aria-current=page]")
    assert [link["href"] for link in here] == ["/admin/add-ons/"]


def test_the_sidebar_holds_what_works_and_settings_only_with_the_add_on(firm: Firm, admin: Browser) -> None:
    def shown() -> list[str]:
        return [str(link["href"]) for link in soup(admin).select(SIDEBAR)]

    always = ["/", "/clients/", "/proposals/", "/admin/add-ons/", "/settings/lists/"]
    assert shown() == always
    admin.post("/admin/add-ons/xpm/enable/")
    assert {*always, "/apps/", "/sync/links/", "/settings/practice-management/", "/settings/labs/"} <= set(shown())
    for address in shown():
        assert admin.get(address).status_code == 200


def test_a_phones_bar_has_room_for_five_and_folds_the_rest_into_more(enabled: Firm, admin: Browser) -> None:
    page = soup(admin)
    every = [str(link["href"]) for link in page.select(SIDEBAR)]
    folded = [str(link["href"]) for link in page.select("nav.side .side-more a")]
    on_bar = [str(link["href"]) for link in page.select("nav.side > ul > li:not(.side-wide) > a")]
    assert len(on_bar) == 5
    assert sorted([*on_bar, *folded]) == sorted(every)


def test_the_search_finds_everything(admin: Browser) -> None:
    form = soup(admin).select("form[role=search]")[0]
    assert (form["action"], form["method"]) == ("/search/", "get")
    assert form.select("input")[0]["name"] == "q"


def test_a_demo_says_so_on_every_page_and_leads_to_the_sandbox(admin: Browser) -> None:
    for path in ("/", "/clients/", "/admin/add-ons/"):
        banner = soup(admin, path).select(".demo-banner")[0]
        assert "Demo — sandbox XPM, invented data" in banner.get_text(" ")
        assert [link["href"] for link in banner.select("a")] == ["http://127.0.0.1:9/"]
    with override_settings(MODE="live"):
        assert not soup(admin).select(".demo-banner")


def test_nothing_is_fetched_from_elsewhere(admin: Browser) -> None:
    page = soup(admin)
    for tag, name in (("script", "src"), ("link", "href"), ("img", "src")):
        for found in page.find_all(tag):
            assert str(found[name]).startswith("/static/")


def test_every_asset_of_the_frame_is_served(admin: Browser) -> None:
    page = soup(admin)
    found = [str(tag["src"]) for tag in page.select("script[src]")]
    found += [str(tag["href"]) for tag in page.select("link[href]")]
    assert len(found) >= 5
    for address in found:
        reply = admin.get(address)
        assert reply.status_code == 200, address
        reply.close()


def run(state: str = "running", done: int = 0, total: int | None = None, resume: datetime | None = None) -> Standing:
    return Standing(True, "connected", NOW, RunUnderWay(1, "refresh", state, done, total, resume))


def read(ago: timedelta, whole: timedelta | None, *, broke_off: bool = False) -> Standing:
    """Changes were read so long ago, and everything."""
    swept = None if whole is None else NOW - whole
    return Standing(True, "connected", NOW - ago, None, swept_at=swept, broke_off=broke_off)


@pytest.mark.parametrize(
    ("standing", "says", "moving"),
    [
        (Standing(True, "", None, None), "Not connected", False),
        (Standing(True, "broken", NOW, None), "Connect again", False),
        (Standing(True, "connected", None, None), "Not read yet", False),
        (read(timedelta(minutes=3, seconds=20), timedelta(hours=20)), "Up to date 3 min ago", False),
        (read(timedelta(minutes=3), timedelta(days=3)), "Changes read 3 min ago, in full 3 d ago", False),
        (read(timedelta(minutes=3), None), "Changes read 3 min ago, never in full", False),
        (
            read(timedelta(minutes=3), timedelta(hours=2), broke_off=True),
            "Last reading broke off; read 3 min ago",
            False,
        ),
        (read(timedelta(days=3), timedelta(days=3)), "Last read 3 d ago", False),
        (run(), "Syncing", True),
        (run(done=412, total=1204), "Syncing 412 of 1,204", True),
        (run(done=2000), "Syncing, 2,000 done", True),
        (Standing(True, "connected", NOW, RunUnderWay(1, "record", "running", 0, 1, None)), "Syncing one client", True),
        (run("queued"), "Waiting to start", True),
        (run("paused"), "Paused until somebody connects again", True),
        (replace(run(done=412, total=1204), stalled=True), "Stalled: no worker runs", True),
        (run("paused", resume=datetime(2026, 11, 21, 3, 5, tzinfo=UTC)), "Paused until 14:05", True),
        (run("paused", resume=datetime(2026, 11, 22, 3, 5, tzinfo=UTC)), "Paused until 22 Nov 2026, 14:05", True),
    ],
)
def test_how_the_sync_stands_is_said_in_words(standing: Standing, says: str, moving: bool) -> None:
    with timezone.override("Australia/Sydney"):
        found = sync_words(standing, NOW)
    assert (found.text, found.moving) == (says, moving)
    assert (found.tone == "good") == says.startswith("Up to date"), "green says that all was verified, and lately"


def test_the_top_bar_speaks_of_the_whole_list_before_one_client(connection: Connection) -> None:
    now = SYSTEM_CLOCK.now()
    for kind in ("record", "refresh", "sync"):
        Run.rows.create(
            practice=connection.practice,
            connection=connection,
            key=uuid4(),
            kind=kind,
            state="running",
            asked_by="Ana Lee",
            asked_at=now,
        )
    found = load_standing(connection.practice_id, now).run
    assert found is not None
    assert found.kind == "refresh"


def test_the_top_bar_asks_again_only_while_something_moves(connection: Connection, admin: Browser) -> None:
    state = soup(admin).select("#sync-state")[0]
    assert "Up to date" in state.get_text()
    assert not state.has_attr("hx-get")


@pytest.mark.parametrize(
    ("ago", "says"),
    [
        (timedelta(seconds=3), "just now"),
        (timedelta(seconds=45), "45 s ago"),
        (timedelta(minutes=59), "59 min ago"),
        (timedelta(hours=1), "1 h ago"),
        (timedelta(hours=47), "1 d ago"),
        (timedelta(days=7), "on 14 Nov 2026"),
        (timedelta(seconds=-90), "just now"),
    ],
)
def test_time_is_told_as_people_say_it(ago: timedelta, says: str) -> None:
    assert relative(NOW - ago, NOW) == says


def test_the_exact_time_is_in_the_practices_zone() -> None:
    with timezone.override("Pacific/Auckland"):
        assert exact(NOW) == "21 Nov 2026, 16:00 NZDT"
        assert local_time(NOW, NOW) == "16:00"
    assert exact(None) == "—"


def test_a_moment_carries_the_exact_one_on_hover() -> None:
    request = HttpRequest()
    request.now = NOW  # type: ignore[attr-defined]
    with timezone.override("Australia/Sydney"):
        text = Template("{% ago moment %}").render(Context({"request": request, "moment": NOW - timedelta(hours=2)}))
    assert text == '<time datetime="2026-11-21T01:00:00+00:00" title="21 Nov 2026, 12:00 AEDT">2 h ago</time>'


@pytest.mark.parametrize(
    ("span", "says"),
    [
        (timedelta(seconds=30), "less than a minute"),
        (timedelta(minutes=4), "4 min"),
        (timedelta(hours=2.5), "2 h 30 min"),
    ],
)
def test_spans_are_told_roundly(span: timedelta, says: str) -> None:
    assert duration(span) == says


@pytest.mark.parametrize(
    ("last", "number", "offered"),
    [
        (1, 1, [1]),
        (3, 2, [1, 2, 3]),
        (20, 1, [1, 2, 3, 0, 20]),
        (20, 10, [1, 0, 8, 9, 10, 11, 12, 0, 20]),
        (20, 20, [1, 0, 18, 19, 20]),
    ],
)
def test_pages_are_offered_around_the_one_that_is_shown(last: int, number: int, offered: list[int]) -> None:
    assert around(last, number) == offered


def test_values_in_components_are_escaped() -> None:
    text = Template('{% include "components/value.html" %}').render(Context({"value": "<script>\n'\""}))
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
