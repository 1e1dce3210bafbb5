"""Every address with every method by everybody: what the table says is what happens."""

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import path
from pytest_django import DjangoDbBlocker

from practicesync.core.actor import ABILITIES, Ability, Role
from practicesync.operations.practices import enable_add_on
from practicesync.store.models import Person
from practicesync.web.rules import Access, route, rule_of
from web.addresses import ABSENT, Address, addresses, make_authorisation, make_ids
from web.conftest import NOW, Firm, connect, make_firm

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
REFUSALS = {403, 404, 405}
EVERY = [pytest.param(address, id=address.name) for address in addresses()]
WITH_IDS = [pytest.param(address, id=address.name) for address in addresses() if address.ids]
INCIDENT = re.compile(rb"<code>[0-9a-f]{10}</code>")


@dataclass
class Site:
    """Two firms, and a real object of each for every id of an address; a choice of organisations is a person's own."""

    firm: Firm
    other: Firm
    ids: dict[str, int]
    foreign: dict[str, int]
    authorisations: dict[Role, int]

    def ids_of(self, role: Role) -> dict[str, int]:
        return {**self.ids, "authorisation_id": self.authorisations[role]}


@pytest.fixture(scope="module")
def made_once(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Site]:
    """Both firms for all tests: they take longer to make than to ask an address of."""
    with django_db_blocker.unblock(), transaction.atomic():
        firm, other = make_firm("Kauri & Partners", "kauri.example"), make_firm("Rata Accountants", "rata.example")
        enable_add_on(firm.actor(), "xpm", NOW)
        connect(firm)
        admins = [each.people[Role.ADMIN].pk for each in (firm, other)]
        yield Site(
            firm,
            other,
            make_ids(firm.practice, admins[0]),
            make_ids(other.practice, admins[1]),
            {role: make_authorisation(firm.practice, person.pk) for role, person in firm.people.items()},
        )
        transaction.set_rollback(True)


@pytest.fixture
def site(made_once: Site, db: None) -> Site:
    """Both as they were made: `db` takes back all that a test stores, and what is held here is a copy."""
    return deepcopy(made_once)


def ask(browser: Browser, method: str, address: str) -> HttpResponse:
    return getattr(browser, method.lower())(address)  # type: ignore[no-any-return]


@pytest.mark.parametrize("address", EVERY)
def test_every_address_declares_its_rule(address: Address) -> None:
    assert address.rule is not None, f"{address.name} came into the table without a rule: use route()"


def test_an_address_without_a_rule_would_be_seen() -> None:
    def view(request: Any) -> HttpResponse:
        return HttpResponse()

    assert rule_of(path("bare/", view).callback) is None
    assert rule_of(route("ruled/", view, "ruled", get=Ability.VIEW).callback) is not None


def test_an_address_must_answer_to_something() -> None:
    with pytest.raises(ValueError, match="no method"):
        route("nothing/", lambda request: HttpResponse(), "nothing")


@pytest.mark.parametrize("address", EVERY)
def test_nobody_gets_no_further_than_signing_in(address: Address, site: Site) -> None:
    target = address.path(site.ids)
    assert address.rule is not None
    for method in METHODS:
        reply = ask(Browser(), method, target)
        needs = address.rule.needs(method)
        if needs is None:
            assert reply.status_code == 405, method
        elif needs is not Access.PUBLIC:
            assert reply.status_code == 302, method
            assert reply.headers["Location"].startswith("/sign-in/"), method
        else:
            assert reply.status_code in {200, 302, 422}, method


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("address", EVERY)
def test_a_role_does_what_the_rule_says(
    address: Address, role: Role, site: Site, browser_of: Callable[[Person], Browser]
) -> None:
    target = address.path(site.ids_of(role))
    assert address.rule is not None
    for method in METHODS:
        status = ask(browser_of(site.firm.people[role]), method, target).status_code
        needs = address.rule.needs(method)
        if needs is None:
            assert status == 405, method
        elif isinstance(needs, Ability) and needs not in ABILITIES[role]:
            assert status == 403, method
        else:
            assert status not in REFUSALS, f"{method} was refused with {status}"
            assert status < 500, method


@pytest.mark.parametrize("address", WITH_IDS)
def test_another_firms_ids_are_as_absent_ones(
    address: Address, site: Site, browser_of: Callable[[Person], Browser]
) -> None:
    stranger = browser_of(site.other.people[Role.ADMIN])
    for method in ("GET", "POST"):
        if address.answers(method):
            foreign = ask(stranger, method, address.path(site.ids))
            absent = ask(stranger, method, address.path(dict.fromkeys(site.ids, ABSENT)))
            assert foreign.status_code == absent.status_code == 404, method
            assert INCIDENT.sub(b"", foreign.content) == INCIDENT.sub(b"", absent.content)
            assert b"Totara" not in foreign.content


@pytest.mark.parametrize("address", WITH_IDS)
def test_each_id_of_an_address_is_checked_by_itself(
    address: Address, site: Site, browser_of: Callable[[Person], Browser]
) -> None:
    """One's own client with another firm's run, and the other way round."""
    browser = browser_of(site.firm.people[Role.ADMIN])
    for swapped in address.ids:
        target = address.path({**site.ids, swapped: site.foreign[swapped]})
        for method in filter(address.answers, ("GET", "POST")):
            assert ask(browser, method, target).status_code == 404, f"{method} with a foreign {swapped}"


def test_somebody_without_a_practice_is_told_so(browser_of: Callable[[Person], Browser], firm: Firm) -> None:
    person = firm.people[Role.STANDARD]
    person.memberships.all().delete()
    reply = browser_of(person).get("/")
    assert reply.status_code == 403
    assert b"You belong to no practice" in reply.content


def test_a_lost_role_holds_from_the_next_request(site: Site, browser_of: Callable[[Person], Browser]) -> None:
    person = site.firm.people[Role.ADMIN]
    browser = browser_of(person)
    assert browser.get("/settings/practice-management/disconnect/").status_code == 200
    person.memberships.update(role=Role.READ_ONLY.value)
    assert browser.get("/settings/practice-management/disconnect/").status_code == 403


ODD = (
    "\x00",
    "<script>alert(1)</script>",
    "'\" OR 1=1 --",
    "\u202egnp.exe",
    "x" * 5_000,
    "-1",
    "9" * 40,
    "",
    "١٢٣",
    "\ud800",
)
NAMES = (
    "q",
    "page",
    "state",
    "kind",
    "sort",
    "client",
    "next",
    "name",
    "email",
    "revision",
    "seen",
    "organisation",
    "mirror",
    "role",
    "login",
    "password",
)


@pytest.mark.parametrize("address", EVERY)
def test_odd_input_is_answered_never_broken_by(
    address: Address, site: Site, browser_of: Callable[[Person], Browser]
) -> None:
    target = address.path(site.ids)
    browser = browser_of(site.firm.people[Role.ADMIN])
    for odd in ODD:
        told = {name: odd.encode("utf-8", "surrogatepass") for name in NAMES}
        for method in filter(address.answers, ("GET", "POST")):
            reply = getattr(browser, method.lower())(target, told)
            assert reply.status_code < 500, f"{method} with {odd[:20]!r}"
            assert b"<script>alert" not in reply.content
