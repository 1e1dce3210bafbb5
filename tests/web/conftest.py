"""People of two firms at the browser's door, over Django's own client: real middleware, real rows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.test import Client as Browser

from practicesync.core.actor import ABILITIES, Actor, ActorKind, Role
from practicesync.flows.clock import SYSTEM_CLOCK
from practicesync.operations.practices import add_person, create_practice, enable_add_on
from practicesync.store.models import Connection, Person, Practice

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
PASSWORD = "a long enough password"


@dataclass(frozen=True)
class Firm:
    """A practice with one person of each role."""

    practice: Practice
    people: dict[Role, Person]

    def actor(self, role: Role = Role.ADMIN) -> Actor:
        person = self.people[role]
        return Actor(ActorKind.PERSON, str(person.pk), person.name, self.practice.pk, ABILITIES[role])


def make_firm(name: str, host: str) -> Firm:
    practice = create_practice(name=name, country="AU", time_zone="Australia/Sydney", now=NOW)
    people = {
        role: add_person(
            practice, email=f"{role.value}@{host}", name=f"{role.value} person", password=PASSWORD, role=role, now=NOW
        )
        for role in Role
    }
    return Firm(practice, people)


def connect(firm: Firm) -> Connection:
    """Connect the firm to an organisation, with tokens that open nothing."""
    return Connection.rows.create(
        practice=firm.practice,
        connector="xpm",
        organisation_id="11111111-1111-1111-1111-111111111111",
        organisation_name="Kauri & Partners XPM",
        connected_at=NOW,
        connected_by="admin person",
        refreshed_at=SYSTEM_CLOCK.now(),
        swept_at=SYSTEM_CLOCK.now(),
    )


@pytest.fixture
def firm(db: None) -> Firm:
    return make_firm("Kauri & Partners", "kauri.example")


@pytest.fixture
def other_firm(db: None) -> Firm:
    return make_firm("Rata Accountants", "rata.example")


@pytest.fixture
def enabled(firm: Firm) -> Firm:
    """The firm with Xero Practice Manager switched on."""
    enable_add_on(firm.actor(), "xpm", NOW)
    return firm


@pytest.fixture
def connection(enabled: Firm) -> Connection:
    """The firm connected to an organisation, with tokens that open nothing."""
    return connect(enabled)


@pytest.fixture
def browser_of() -> Callable[[Person], Browser]:
    """A signed-in browser of a person, which checks forms' tokens as a real one is checked."""

    def signed_in(person: Person) -> Browser:
        browser = Browser()
        browser.force_login(person)
        return browser

    return signed_in


@pytest.fixture
def admin(firm: Firm, browser_of: Callable[[Person], Browser]) -> Browser:
    return browser_of(firm.people[Role.ADMIN])


@pytest.fixture
def standard(firm: Firm, browser_of: Callable[[Person], Browser]) -> Browser:
    return browser_of(firm.people[Role.STANDARD])


@pytest.fixture
def read_only(firm: Firm, browser_of: Callable[[Person], Browser]) -> Browser:
    return browser_of(firm.people[Role.READ_ONLY])
