"""The front page with its practices, and finding anything in one of them."""

import sqlite3

from flask import Blueprint, Response, render_template, request

from xpm_sandbox import finding, groups, jobs, records, staffing, world
from xpm_sandbox.finding import Roll
from xpm_sandbox.seeding import PRACTICE
from xpm_sandbox.world import Tenant
from xpm_sandbox.xpm_pages.desk import Desk, Place, address, page

_SHOWN = 8
# What is searched: title, the list's page, its roll.
_SEARCHED = (
    ("Clients", "clients", finding.CLIENTS),
    ("Contacts", "contacts", finding.CONTACTS),
    ("Groups", "groups", finding.GROUPS),
    ("Jobs", "jobs", finding.JOBS),
    ("Staff", "staff", finding.STAFF),
)


def add_pages(blueprint: Blueprint, desk: Desk) -> None:
    """Ways into everything else."""
    _front(blueprint, desk)
    _find(blueprint, desk)


def _front(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/")
    def practices() -> str:
        with desk.sandbox.world.read() as db:
            counts = dict(db.execute("SELECT tenant_id, count(*) FROM client GROUP BY tenant_id").fetchall())
            found = [each for each in world.tenants(db) if each.kind == PRACTICE]
        return render_template("practices.html", offered=found, counts=counts)


def _find(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/xpm/<tenant_id>/find")
    def find(tenant_id: str) -> Response:
        words = request.args.get("q", "").strip()
        with desk.read(tenant_id) as (db, practice):
            found = [_found(db, practice, words, *each) for each in _SEARCHED] if words else []
            parts = [part for part in found if part["total"]]
            return page(db, practice, "find.html", [Place("Find")], words=words, parts=parts)


def _found(
    db: sqlite3.Connection, practice: Tenant, words: str, title: str, listing: str, roll: Roll
) -> dict[str, object]:
    numbers = finding.find(db, roll, practice.id, words=words, only="all")
    more = {"q": words, **({"show": "all"} if "all" in roll.filters else {})}
    return {
        "title": title,
        "total": len(numbers),
        "rows": [_hit(db, practice, listing, number) for number in numbers[:_SHOWN]],
        "more": address(listing, practice, **more) if len(numbers) > _SHOWN else "",
    }


def _hit(db: sqlite3.Connection, practice: Tenant, listing: str, number: int) -> tuple[str, str, str]:
    """A record's label, address, and what tells it from others."""
    if listing == "clients":
        client = records.client(db, number)
        standing = "deleted" if client.is_deleted else "archived" if client.is_archived else ""
        about = ", ".join(part for part in (client.fields.get("BusinessStructure", ""), standing) if part)
        return client.name, address("client", practice, key=client.uuid), about
    if listing == "contacts":
        contact = records.contact(db, practice.id, str(number))
        return (
            (contact.name, address("contact", practice, key=contact.uuid), contact.email) if contact else ("", "", "")
        )
    if listing == "groups":
        group = groups.group(db, number)
        return group.name, address("group", practice, key=group.uuid), f"{len(group.clients)} clients"
    if listing == "jobs":
        job = jobs.job(db, number)
        return f"{job.number} {job.name}", address("job", practice, key=job.uuid), f"{job.client.name}, {job.state}"
    row = staffing.person(db, number)
    return row["name"], address("person", practice, key=row["uuid"]), row["email"]
