"""Every change to clients and contacts, whoever makes it: the API, a person on the pages, a test.

Each remembers what the client was before (see `past` in the schema) and moves its stamps. `now` is a stamp.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from xpm_sandbox import fields, records
from xpm_sandbox.world import new_uuid, next_number

_COLUMNS = {
    "Name": "name", "IsProspect": "is_prospect", "IsArchived": "is_archived", "IsDeleted": "is_deleted",
    "HasTaxRecord": "has_tax_record", "AccountManager": "account_manager", "JobManager": "job_manager",
    "BillingClient": "billing_client", "TaxNumber": "tax_number",
}  # fmt: skip
_CONTACT_COLUMNS = {name: name.lower() for name in fields.CONTACT_FIELDS}
_REMEMBERED = 24 * 3600 * 1_000_000
_FIRST_NUMBER = 31_000_000

Values = Mapping[str, str | int | None]


def add_client(
    db: sqlite3.Connection, tenant_id: str, now: int, values: Values, *, identifier: str = "", number: int = 0
) -> int:
    """Add a client and give its number. `values` are named as in `edit_client`, with `Name` among them."""
    number = number or _FIRST_NUMBER + next_number(db, "client")
    db.execute(
        "INSERT INTO client (id, tenant_id, uuid, name, fields, created, modified, touched)"
        " VALUES (?, ?, ?, '', '{}', ?, ?, ?)",
        (number, tenant_id, identifier or new_uuid(db), now, now, now),
    )
    _store(db, number, values)
    db.execute("INSERT INTO past VALUES (?, ?, ?, NULL)", (number, tenant_id, now))
    return number


@contextmanager
def touching(
    db: sqlite3.Connection, numbers: Iterable[int], now: int, *, moves_modified: bool = True
) -> Iterator[None]:
    """Remember what these clients were before the block, and move their stamps after it."""
    touched = sorted(set(numbers))
    for number in touched:
        _remember(db, number, now)
    yield
    for number in touched:
        _stamp(db, number, now, moves_modified)


def edit_client(db: sqlite3.Connection, number: int, now: int, values: Values, *, moves_modified: bool = True) -> None:
    """Set some values of a client.

    Keys are names of `xpm_sandbox.fields`, `Name`, the flags (0 or 1), and `AccountManager`, `JobManager`,
    `BillingClient` with a staff's or client's number. None or an empty text unsets a value.
    """
    with touching(db, [number], now, moves_modified=moves_modified):
        _store(db, number, values)


def add_contact(
    db: sqlite3.Connection,
    tenant_id: str,
    now: int,
    client_number: int,
    values: Mapping[str, str],
    *,
    moves_modified: bool = True,
    identifier: str = "",
    number: int = 0,
) -> int:
    """Add a contact to a client and give the contact's number."""
    number = number or _FIRST_NUMBER + next_number(db, "contact")
    db.execute(
        "INSERT INTO contact (id, tenant_id, uuid, name) VALUES (?, ?, ?, '')",
        (number, tenant_id, identifier or new_uuid(db)),
    )
    _store_contact(db, number, values)
    link_contact(db, client_number, now, number, values, moves_modified=moves_modified)
    return number


def link_contact(
    db: sqlite3.Connection,
    client_number: int,
    now: int,
    contact_number: int,
    tie: Mapping[str, str],
    *,
    moves_modified: bool = True,
) -> None:
    """Tie an existing contact to a client."""
    with touching(db, [client_number], now, moves_modified=moves_modified):
        db.execute(
            "INSERT OR IGNORE INTO client_contact (client_id, contact_id) VALUES (?, ?)",
            (client_number, contact_number),
        )
        _store_tie(db, client_number, contact_number, tie)


def edit_contact(
    db: sqlite3.Connection,
    contact_number: int,
    now: int,
    values: Mapping[str, str],
    *,
    client_number: int | None,
    moves_modified: bool = True,
) -> None:
    """Set some values of a contact; `Position` and `IsPrimary` for the client named."""
    owners = records.clients_of_contact(db, contact_number)
    with touching(db, owners, now, moves_modified=moves_modified):
        _store_contact(db, contact_number, values)
        if client_number is not None:
            _store_tie(db, client_number, contact_number, values)


def forget_ties(db: sqlite3.Connection, contact_number: int) -> None:
    """Lose a contact's position and primary mark at every client."""
    db.execute("UPDATE client_contact SET position = NULL, is_primary = 0 WHERE contact_id = ?", (contact_number,))


def remove_contact(
    db: sqlite3.Connection, contact_number: int, now: int, *, client_number: int | None, moves_modified: bool = True
) -> None:
    """Take a contact from one client, or from all; one without a client is gone."""
    owners = records.clients_of_contact(db, contact_number) if client_number is None else [client_number]
    with touching(db, owners, now, moves_modified=moves_modified):
        for owner in owners:
            db.execute("DELETE FROM client_contact WHERE client_id = ? AND contact_id = ?", (owner, contact_number))
    if not records.clients_of_contact(db, contact_number):
        db.execute("UPDATE job SET contact_id = NULL WHERE contact_id = ?", (contact_number,))
        db.execute("DELETE FROM custom_value WHERE owner_kind = 'Contact' AND owner_id = ?", (contact_number,))
        db.execute("DELETE FROM contact WHERE id = ?", (contact_number,))


def _store(db: sqlite3.Connection, number: int, values: Values) -> None:
    row = db.execute("SELECT fields FROM client WHERE id = ?", (number,)).fetchone()
    kept: dict[str, str] = json.loads(row[0])
    columns: dict[str, str | int | None] = {}
    for name, value in values.items():
        field = fields.BY_NAME.get(name)
        if name in _COLUMNS:
            columns[_COLUMNS[name]] = value
        elif field and value not in (None, ""):
            kept[name] = str(value)
        else:
            kept.pop(name, None)
        if field and field.in_tax_block and value not in (None, ""):
            columns["has_tax_record"] = 1
    columns["fields"] = json.dumps(kept, ensure_ascii=False)
    settings = ", ".join(f"{column} = ?" for column in columns)
    db.execute(f"UPDATE client SET {settings} WHERE id = ?", (*columns.values(), number))  # noqa: S608  (our columns)


def _store_contact(db: sqlite3.Connection, number: int, values: Mapping[str, str]) -> None:
    for name, column in _CONTACT_COLUMNS.items():
        if name in values:
            db.execute(f"UPDATE contact SET {column} = ? WHERE id = ?", (values[name], number))  # noqa: S608


def _store_tie(db: sqlite3.Connection, client_number: int, contact_number: int, tie: Mapping[str, str]) -> None:
    key = (client_number, contact_number)
    if "Position" in tie:
        db.execute(
            "UPDATE client_contact SET position = ? WHERE client_id = ? AND contact_id = ?", (tie["Position"], *key)
        )
    if "IsPrimary" in tie:
        primary = tie["IsPrimary"] == "Yes"
        if primary:
            db.execute("UPDATE client_contact SET is_primary = 0 WHERE client_id = ?", (client_number,))
        db.execute(
            "UPDATE client_contact SET is_primary = ? WHERE client_id = ? AND contact_id = ?", (int(primary), *key)
        )


def _remember(db: sqlite3.Connection, number: int, now: int) -> None:
    tenant_id = db.execute("SELECT tenant_id FROM client WHERE id = ?", (number,)).fetchone()[0]
    db.execute("DELETE FROM past WHERE tenant_id = ? AND until < ?", (tenant_id, now - _REMEMBERED))
    record = records.freeze(records.client(db, number))
    db.execute("INSERT INTO past VALUES (?, ?, ?, ?)", (number, tenant_id, now, record))


def _stamp(db: sqlite3.Connection, number: int, now: int, moves_modified: bool) -> None:
    db.execute("UPDATE client SET touched = ? WHERE id = ?", (now, number))
    if moves_modified:
        db.execute("UPDATE client SET modified = ? WHERE id = ?", (now, number))
