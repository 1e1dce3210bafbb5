"""A firm at work: people of each role at the browser's door, an XPM in the same process, and clients on both sides."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from django.test import Client as Browser

from firms import Firm, a_firm
from practicesync.core.actor import Role
from practicesync.operations.practices import add_person
from practicesync.store.models import Run

HTMX = {"HX-Request": "true"}


class Answer(Protocol):
    """An answer of Django's test client, which has a type of its own."""

    status_code: int

    @property
    def content(self) -> bytes: ...

    def __getitem__(self, header: str) -> str: ...


@dataclass
class Desk:
    """The firm, and a signed-in browser of each role."""

    firm: Firm
    admin: Browser
    standard: Browser
    read_only: Browser

    def run_all(self) -> None:
        """Carry out, in order, every run that waits."""
        for run in Run.rows.of(self.firm.practice.pk).filter(state="queued").order_by("pk"):
            self.firm.run(run)


@contextmanager
def a_desk(**options: Any) -> Iterator[Desk]:
    """A firm that has connected and read its XPM. Needs the database."""
    with a_firm(**options) as firm:
        firm.connect()
        firm.refresh()
        for run in Run.rows.of(firm.practice.pk).filter(state="queued"):
            firm.run(run)
        yield Desk(firm, *(_browser(firm, role) for role in (Role.ADMIN, Role.STANDARD, Role.READ_ONLY)))


def _browser(firm: Firm, role: Role) -> Browser:
    person = add_person(
        firm.practice,
        email=f"{role.value}@desk.example",
        name=f"Somebody {role.value}",
        password="",
        role=role,
        now=firm.clock.now(),
    )
    browser = Browser()
    browser.force_login(person)
    return browser


def text_of(response: Answer, status: int = 200) -> str:
    """The body of an answer that must have this status."""
    body = response.content.decode()
    assert response.status_code == status, f"{response.status_code}: {body[:2000]}"
    return body
