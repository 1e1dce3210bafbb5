"""Changing a practice's staff. Who is deleted vanishes from lists, and stays named where they worked."""

import sqlite3
from collections.abc import Mapping

from xpm_sandbox.world import new_uuid, next_number

COLUMNS = {
    "Name": "name", "Email": "email", "Phone": "phone", "Mobile": "mobile", "Address": "address",
    "PayrollCode": "payroll_code",
}  # fmt: skip
_FIRST_NUMBER = 31_000_000


def person(db: sqlite3.Connection, number: int) -> sqlite3.Row:
    """The staff row; raises `LookupError` when there is none of that number."""
    row: sqlite3.Row | None = db.execute("SELECT * FROM staff WHERE id = ?", (number,)).fetchone()
    if row is None:
        raise LookupError(f"no staff {number}")
    return row


def add(db: sqlite3.Connection, tenant_id: str, values: Mapping[str, str], *, identifier: str = "") -> int:
    """Add somebody and give their number; `values` are named as in `COLUMNS`, with `Name` among them."""
    number = _FIRST_NUMBER + next_number(db, "staff")
    db.execute(
        "INSERT INTO staff (id, tenant_id, uuid, name, email, phone, mobile, address, payroll_code)"
        " VALUES (?, ?, ?, '', '', '', '', '', '')",
        (number, tenant_id, identifier or new_uuid(db)),
    )
    edit(db, number, values)
    return number


def edit(db: sqlite3.Connection, number: int, values: Mapping[str, str]) -> None:
    """Set some values of somebody."""
    for name, column in COLUMNS.items():
        if name in values:
            db.execute(f"UPDATE staff SET {column} = ? WHERE id = ?", (values[name], number))  # noqa: S608


def enable(db: sqlite3.Connection, number: int, security: str) -> None:
    """Let somebody sign in; `security` is the role as it was sent, whose contents are not documented."""
    db.execute("UPDATE staff SET is_enabled = 1, security = ? WHERE id = ?", (security, number))


def disable(db: sqlite3.Connection, number: int) -> None:
    db.execute("UPDATE staff SET is_enabled = 0 WHERE id = ?", (number,))


def delete(db: sqlite3.Connection, number: int) -> None:
    db.execute("UPDATE staff SET is_deleted = 1, is_enabled = 0 WHERE id = ?", (number,))
