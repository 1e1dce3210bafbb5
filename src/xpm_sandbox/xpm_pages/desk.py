"""What every page shares: the practice it is of, who works at it, what it says when something was done, its frame."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, make_response, redirect, render_template, request, url_for

from xpm_sandbox import world
from xpm_sandbox.sandbox import Sandbox
from xpm_sandbox.seeding import PRACTICE
from xpm_sandbox.world import Tenant

NAME = "xpm_pages"

# What the pages say after a redirect; what is not here is not said.
DONE = {
    "saved": "Saved.",
    "unchanged": "Nothing was different, so nothing was saved.",
    "added": "Added.",
    "removed": "Removed.",
    "archived": "The client is archived.",
    "active": "The client is active again.",
    "deleted": "Deleted.",
    "restored": "The client is restored.",
    "converted": "The prospect is a client now, under a new identifier.",
    "merged": "The two clients are one now.",
    "disconnected": "The app is disconnected.",
    "enabled": "They may sign in.",
    "disabled": "They may sign in no more.",
}


@dataclass(frozen=True)
class Place:
    """One page on the way to the present one."""

    label: str
    address: str = ""


class Desk:
    """A sandbox as its pages use it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    @contextmanager
    def read(self, tenant_id: str) -> Iterator[tuple[sqlite3.Connection, Tenant]]:
        """One moment of a practice; 404 when there is none."""
        with self.sandbox.world.read() as db:
            yield db, _practice(db, tenant_id)

    @contextmanager
    def write(self, tenant_id: str) -> Iterator[tuple[sqlite3.Connection, Tenant]]:
        """A change to a practice: stored unless the block raises; 404 when there is no such practice."""
        with self.sandbox.world.write() as db:
            yield db, _practice(db, tenant_id)

    def now(self) -> int:
        """The present moment as a stamp."""
        return self.sandbox.now()

    def setting(self, db: sqlite3.Connection, name: str) -> str:
        """A switch's present value."""
        return self.sandbox.settings(db)[name]

    def moves(self, db: sqlite3.Connection, what: str) -> bool:
        """Whether such a change moves the clients it concerns into modifiedsince."""
        return self.setting(db, f"modifiedsince_sees_{what}") == "yes"


def address(page: str, practice: Tenant, **values: Any) -> str:
    """The address of one of a practice's pages."""
    return url_for(f"{NAME}.{page}", tenant_id=practice.id, **values)


def page(
    db: sqlite3.Connection,
    practice: Tenant,
    template: str,
    trail: Sequence[Place],
    *,
    status: int = 200,
    **values: Any,
) -> Response:
    """A page in its frame: practices to switch to, who works, the way here, what was done."""
    practices = [each for each in world.tenants(db) if each.kind == PRACTICE]
    text = render_template(
        template,
        practice=practice,
        practices=practices,
        worker=worker(db, practice),
        trail=trail,
        done=DONE.get(request.args.get("done", ""), ""),
        link=lambda page_name, **more: address(page_name, practice, **more),
        **values,
    )
    return make_response(text, status)


def go(page_name: str, practice: Tenant, done: str = "", **values: Any) -> Response:
    """On to another page, which says what was done."""
    where = address(page_name, practice, **values, **({"done": done} if done else {}))
    return make_response(redirect(where, 303))


def worker(db: sqlite3.Connection, practice: Tenant) -> str:
    """Whose name stands under what is done on the pages: the first who may connect apps to this practice.

    The pages have no sign-in of their own.
    """
    row = db.execute(
        "SELECT p.name FROM person p JOIN person_tenant t ON t.login = p.login WHERE t.tenant_id = ?"
        " ORDER BY p.may_connect DESC, p.login LIMIT 1",
        (practice.id,),
    ).fetchone()
    return str(row[0]) if row else "Practice administrator"


def sent() -> Mapping[str, Sequence[str]]:
    """What the form sent, every value under its name."""
    return request.form.to_dict(flat=False)


def _practice(db: sqlite3.Connection, tenant_id: str) -> Tenant:
    found = world.tenant(db, tenant_id)
    if found is None or found.kind != PRACTICE:
        abort(404)
    return found
