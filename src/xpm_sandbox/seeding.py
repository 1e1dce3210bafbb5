"""Filling the parts of a world from a seed: who may connect to which practices, their clients, and their work."""

import json
import sqlite3
from datetime import UTC, datetime
from hashlib import sha256
from random import Random
from typing import Any

from xpm_sandbox import clock, fields, seeding_work
from xpm_sandbox.firm import Firm, bare_firm, make_clients
from xpm_sandbox.firm.parties import make_uuid
from xpm_sandbox.firm.work import add_work

PRACTICE = "PRACTICEMANAGER"
ORGANISATION = "ORGANISATION"
_encoded = json.JSONEncoder(ensure_ascii=False).encode
SECOND_PRACTICE = "Second Street Accounting"
_SECOND_SIZE = 25
# Numbers are unique in the whole world, so each practice has a range of its own.
SHIFT = 5_000_000
_quoted = json.encoder.encode_basestring
_KEPT = frozenset(field.name for field in fields.FIELDS) - {"TaxNumber"}

# Login, name, may connect apps, which tenants (0 the practice, 1 the second practice, 2 a plain organisation), story.
PEOPLE = (
    ("admin@sandbox.example", "Alex Moreton", True, (0,), "Practice administrator with one Practice Manager"),
    ("staff@sandbox.example", "Ella Novak", False, (0,), "Staff without the privilege to connect third-party apps"),
    ("multi@sandbox.example", "Morgan Reyes", True, (2, 0, 1), "Two Practice Managers and one Xero organisation"),
    ("none@sandbox.example", "Noor Aziz", True, (), "No Practice Manager at all"),
)

APPS = (
    ("sandbox-app", "sandbox-secret", "Your practice app"),
    ("sandbox-pkce", None, "Your practice app (PKCE)"),
)


def put_frame(db: sqlite3.Connection, *, seed: int, region: str) -> None:
    """Fill the frame of a new world: its practices by name, the people and the apps. Same arguments, same rows."""
    random = Random(f"{seed} tenants")  # noqa: S311  (repeatable, not secret)
    main, second = bare_firm(seed=seed, region=region), _second_firm(seed, region)
    made = [_put_practice(db, random, firm, place) for place, firm in enumerate((main, second))]
    made.append(_put_tenant(db, random, f"{main.name} Books", ORGANISATION, region, 2, [], []))
    for login, name, may_connect, places, story in PEOPLE:
        db.execute("INSERT INTO person VALUES (?, ?, ?, ?, ?)", (login, name, make_uuid(random), may_connect, story))
        rows = [(login, made[which], place) for place, which in enumerate(places)]
        db.executemany("INSERT INTO person_tenant VALUES (?, ?, ?)", rows)
    for client_id, secret, name in APPS:
        db.execute("INSERT INTO registered_app VALUES (?, ?, ?, '[]', 1)", (client_id, secret, name))


def make_firms(*, seed: int, clients: int, region: str) -> list[Firm]:
    """The practices' firms in the order of the practices, with their clients and without work."""
    return [
        make_clients(bare_firm(seed=seed, region=region), clients),
        make_clients(_second_firm(seed, region), min(_SECOND_SIZE, clients)),
    ]


def put_register(db: sqlite3.Connection, firms: list[Firm]) -> None:
    """Store the firms' staff, clients, contacts, groups and relationships."""
    for place, tenant_id in enumerate(practices(db)):
        _put_firm(db, tenant_id, firms[place], place * SHIFT)


def put_work(db: sqlite3.Connection, firms: list[Firm]) -> None:
    """Give the firms work, and store it."""
    for place, tenant_id in enumerate(practices(db)):
        add_work(firms[place])
        seeding_work.put(db, tenant_id, firms[place], place * SHIFT)


def practices(db: sqlite3.Connection) -> list[str]:
    """The identifiers of the generated practices, in order."""
    query = "SELECT id FROM tenant WHERE kind = ? ORDER BY json_extract(settings, '$.place')"
    return [row[0] for row in db.execute(query, (PRACTICE,))]


def _second_firm(seed: int, region: str) -> Firm:
    return bare_firm(seed=seed + 1, region=region, name=SECOND_PRACTICE)


def _put_practice(db: sqlite3.Connection, random: Random, firm: Firm, place: int) -> str:
    return _put_tenant(db, random, firm.name, PRACTICE, firm.region, place, firm.structures, firm.tax_agents)


def _put_tenant(
    db: sqlite3.Connection, random: Random, name: str, kind: str, region: str, place: int, *labels: list[str]
) -> str:
    tenant_id = make_uuid(random)
    settings = json.dumps({"structures": labels[0], "tax_agents": labels[1], "place": place})
    # A day of calls begins at a time of its own for each tenant.
    day_resets = int(sha256(tenant_id.encode()).hexdigest(), 16) % 86400
    db.execute("INSERT INTO tenant VALUES (?, ?, ?, ?, ?, ?)", (tenant_id, name, kind, region, day_resets, settings))
    return tenant_id


def _put_firm(db: sqlite3.Connection, tenant_id: str, firm: Firm, shift: int) -> None:
    staff = {person["UUID"]: person["ID"] + shift for person in firm.staff}
    db.executemany(
        "INSERT INTO staff (id, tenant_id, uuid, name, email, phone, mobile, address, payroll_code)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (staff[p["UUID"]], tenant_id, p["UUID"], p["Name"], p["Email"], p["Phone"], p["Mobile"], p["Address"],
             p["PayrollCode"])
            for p in firm.staff
        ],
    )  # fmt: skip
    numbers = {client["UUID"]: client["ID"] + shift for client in firm.clients}
    db.executemany(
        "INSERT INTO client (id, tenant_id, uuid, name, is_prospect, is_archived, is_deleted, has_tax_record,"
        " account_manager, job_manager, tax_number, fields, notes, created, modified, touched)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (_client_row(tenant_id, client, staff, shift) for client in firm.clients),
    )
    _put_contacts(db, tenant_id, firm, numbers, shift)
    _put_groups(db, tenant_id, firm, numbers, shift)
    _put_ties(db, tenant_id, firm, numbers)


def _client_row(tenant_id: str, client: dict[str, Any], staff: dict[str, int], shift: int) -> tuple[object, ...]:
    # As `json.dumps` would write it, in two thirds of its time: this is where most of making a world goes.
    kept = ", ".join([f'"{name}": {_quoted(value)}' for name, value in client.items() if value and name in _KEPT])
    notes = [
        {"title": note["Title"], "text": note["Text"], "folder": note["Folder"], "date": note["Date"],
         "created_by": note["CreatedBy"]}
        for note in client["Notes"]
    ]  # fmt: skip
    stamp = clock.stamp(datetime.fromisoformat(client["Modified"]).replace(tzinfo=UTC))
    return (
        client["ID"] + shift, tenant_id, client["UUID"], client["Name"], client["IsProspect"] == "Yes",
        client["IsArchived"] == "Yes", client["IsDeleted"] == "Yes", client["HasTaxRecord"],
        _number(client["AccountManager"], staff), _number(client["JobManager"], staff), client.get("TaxNumber") or None,
        f"{{{kept}}}", _encoded(notes) if notes else "[]", stamp, stamp, stamp,
    )  # fmt: skip


def _number(ref: dict[str, str] | None, numbers: dict[str, int]) -> int | None:
    return numbers[ref["UUID"]] if ref else None


def _put_contacts(db: sqlite3.Connection, tenant_id: str, firm: Firm, numbers: dict[str, int], shift: int) -> None:
    contacts: dict[str, tuple[object, ...]] = {}
    ties = []
    for client in firm.clients:
        for contact in client["Contacts"]:
            number = contact["ID"] + shift
            contacts[contact["UUID"]] = (
                number, tenant_id, contact["UUID"], *(contact[name] for name in fields.CONTACT_FIELDS),
            )  # fmt: skip
            ties.append((numbers[client["UUID"]], number, contact["Position"] or None, contact["IsPrimary"] == "Yes"))
    db.executemany("INSERT INTO contact VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", contacts.values())
    db.executemany("INSERT INTO client_contact VALUES (?, ?, ?, ?)", ties)


def _put_groups(db: sqlite3.Connection, tenant_id: str, firm: Firm, numbers: dict[str, int], shift: int) -> None:
    rows = [(group["ID"] + shift, tenant_id, group["UUID"], group["Name"]) for group in firm.groups]
    db.executemany("INSERT INTO client_group (id, tenant_id, uuid, name) VALUES (?, ?, ?, ?)", rows)
    members = [(group["ID"] + shift, numbers[client["UUID"]]) for client in firm.clients for group in client["Groups"]]
    db.executemany("INSERT INTO group_member VALUES (?, ?)", members)


def _put_ties(db: sqlite3.Connection, tenant_id: str, firm: Firm, numbers: dict[str, int]) -> None:
    rows = [
        (tenant_id, tie["UUID"], tie["Type"], numbers[client["UUID"]], numbers[tie["RelatedClient"]["UUID"]],
         tie["NumberOfShares"], tie["Percentage"], tie["StartDate"], tie["EndDate"])
        for client in firm.clients for tie in client["Relationships"]
    ]  # fmt: skip
    db.executemany(
        "INSERT INTO relationship (tenant_id, uuid, type, client_id, related_id, shares, percentage, starts, ends)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
