"""Searching everything from the top bar."""

from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup, Tag
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from web.desk import HTMX, Desk, a_desk, text_of
from web.forms import words_of_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Iterator[Desk]:
    with a_desk() as found:
        yield found


def listed(desk: Desk, words: str, *, read_only: bool = False) -> dict[str, list[str]]:
    """What stands under the box, by group."""
    browser = desk.read_only if read_only else desk.standard
    page = BeautifulSoup(text_of(browser.get("/search/", {"q": words}, headers=HTMX)), "html.parser")
    return {_title(page, group): _options(group) for group in page.select("[role=group]")}


def _title(page: BeautifulSoup, group: Tag) -> str:
    title = page.find(id=str(group["aria-labelledby"]))
    assert title is not None
    return title.get_text(strip=True)


def _options(group: Tag) -> list[str]:
    names = [each.select_one(".picker-name, span") for each in group.select("[role=option]")]
    return [name.get_text(strip=True) for name in names if name]


def test_clients_xpm_clients_pages_and_actions_are_found_by_group(desk: Desk) -> None:
    desk.firm.add("Prospect Hill Limited")
    desk.firm.xpm_add(Name="Prosper Trust")
    desk.firm.refresh()
    assert listed(desk, "pro") == {
        "Clients": ["Prospect Hill Limited"],
        "XPM clients": ["Prosper Trust"],
        "Pages": ["Proposals"],
        "Actions": ["New proposal"],
    }


def test_everything_that_is_found_is_somewhere(desk: Desk) -> None:
    desk.firm.add("Kauri Limited")
    desk.firm.xpm_add(Name="Kauri Trust")
    desk.firm.refresh()
    for words in ("", "kauri"):
        page = BeautifulSoup(text_of(desk.standard.get("/search/", {"q": words}, headers=HTMX)), "html.parser")
        goes = [str(each["data-goes"]) for each in page.select("[role=option]")]
        assert goes
        for address in goes:
            assert desk.standard.get(address).status_code == 200, address


def test_an_action_is_found_by_what_people_call_it(desk: Desk) -> None:
    assert listed(desk, "new cli")["Actions"] == ["Add a client"]
    assert listed(desk, "xero bring")["Actions"] == ["Import from other system"]


def test_who_may_only_look_is_offered_nothing_that_would_be_refused(desk: Desk) -> None:
    desk.firm.xpm_add(Name="Kauri Trust")
    desk.firm.refresh()
    assert "XPM clients" not in listed(desk, "kauri", read_only=True)
    assert "Actions" not in listed(desk, "new", read_only=True)
    page = BeautifulSoup(text_of(desk.read_only.get("/search/", headers=HTMX)), "html.parser")
    for option in page.select("[role=option]"):
        assert desk.read_only.get(str(option["data-goes"])).status_code == 200


def test_an_admin_is_offered_what_only_admins_may(desk: Desk) -> None:
    assert "Actions" not in listed(desk, "connect")
    assert "Connect to Xero" in text_of(desk.admin.get("/search/", {"q": "connect"}, headers=HTMX))


def test_without_a_script_it_is_a_page(desk: Desk) -> None:
    desk.firm.add("Kauri Limited", email="office@kauri.example")
    page = text_of(desk.standard.get("/search/?q=kauri"))
    assert "Found for “kauri” Search everything" in words_of_page(page)
    assert "office@kauri.example" in words_of_page(page)
    assert "Nothing found" in words_of_page(text_of(desk.standard.get("/search/?q=zzzzz")))


def test_what_is_typed_is_escaped(desk: Desk) -> None:
    for headers in ({}, HTMX):
        assert "<b>x" not in text_of(desk.standard.get("/search/", {"q": "<b>x"}, headers=headers))


def test_the_queries_are_bounded(desk: Desk) -> None:
    for number in range(30):
        desk.firm.add(f"Kauri {number}")
        desk.firm.xpm_add(Name=f"Kauri Trust {number}")
    desk.firm.refresh()
    with CaptureQueriesContext(database) as captured:
        listed(desk, "kauri")
    assert len(captured) <= 16
