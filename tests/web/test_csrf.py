"""Nothing changes by a GET, nor by a form that is not ours."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.test import Client as Browser

from practicesync.core.actor import Role
from practicesync.store.models import Connection, Person
from web.addresses import Address, addresses, make_ids
from web.conftest import Firm

READ = [pytest.param(address, id=address.name) for address in addresses() if address.answers("GET")]
WRITTEN = [pytest.param(address, id=address.name) for address in addresses() if address.answers("POST")]


def whole_store() -> dict[str, list[Any]]:
    """Every row of every table of ours, to the last column."""
    return {
        model.__name__: sorted(map(repr, model._base_manager.get_queryset().values_list()))
        for model in apps.get_app_config("store").get_models()
    }


@pytest.mark.parametrize("address", READ)
def test_a_get_changes_nothing(
    address: Address, firm: Firm, connection: Connection, browser_of: Callable[[Person], Browser]
) -> None:
    target = address.path(make_ids(firm.practice, firm.people[Role.ADMIN].pk))
    browser = browser_of(firm.people[Role.ADMIN])
    before = whole_store()
    for query in ("", "?q=totara&page=1&state=in_sync&client=1&code=x&state=y"):
        browser.get(target + query)
        browser.head(target + query)
    assert whole_store() == before


@pytest.mark.parametrize("address", WRITTEN)
def test_a_form_without_our_token_is_refused(address: Address, firm: Firm, connection: Connection) -> None:
    target = address.path(make_ids(firm.practice, firm.people[Role.ADMIN].pk))
    browser = Browser(enforce_csrf_checks=True)
    if not address.is_public:
        browser.force_login(firm.people[Role.ADMIN])
    before = whole_store()
    reply = browser.post(target, {"csrfmiddlewaretoken": "x" * 64})
    assert reply.status_code == 403
    assert b"This form is no longer good" in reply.content
    assert whole_store() == before


def test_a_form_of_ours_is_taken(firm: Firm) -> None:
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(firm.people[Role.ADMIN])
    page = browser.get("/admin/add-ons/").content.decode()
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    reply = browser.post("/admin/add-ons/xpm/enable/", {"csrfmiddlewaretoken": token})
    assert reply.status_code == 302


def test_a_page_of_another_site_cannot_borrow_the_session(firm: Firm) -> None:
    """Over https the origin counts as well as the token."""
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(firm.people[Role.ADMIN])
    page = browser.get("/admin/add-ons/", secure=True).content.decode()
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    reply = browser.post(
        "/admin/add-ons/xpm/enable/",
        {"csrfmiddlewaretoken": token},
        secure=True,
        headers={"origin": "https://elsewhere.example"},
    )
    assert reply.status_code == 403
