"""Costs: those of a job, and those of the practice's catalogue, which have none."""

import sqlite3
from collections.abc import Mapping

from xpm_sandbox import custom_fields
from xpm_sandbox.world import new_uuid, next_number

_FIRST_NUMBER = 31_000_000
COLUMNS = ("description", "code", "note", "date", "quantity", "unit_cost", "unit_price", "is_billable")
Values = Mapping[str, str | int | None]


def of_job(db: sqlite3.Connection, job: int) -> list[sqlite3.Row]:
    """A job's costs, oldest first."""
    return db.execute("SELECT * FROM cost WHERE job_id = ? ORDER BY id", (job,)).fetchall()


def catalogue(db: sqlite3.Connection, tenant_id: str, *, skip: int = 0, limit: int = -1) -> list[sqlite3.Row]:
    """The practice's catalogue by description."""
    return db.execute(
        "SELECT * FROM cost WHERE tenant_id = ? AND job_id IS NULL ORDER BY description COLLATE NOCASE, id"
        " LIMIT ? OFFSET ?",
        (tenant_id, limit, skip),
    ).fetchall()


def cost(db: sqlite3.Connection, number: int) -> sqlite3.Row:
    """The cost; raises `LookupError` when there is none of that number."""
    row: sqlite3.Row | None = db.execute("SELECT * FROM cost WHERE id = ?", (number,)).fetchone()
    if row is None:
        raise LookupError(f"no cost {number}")
    return row


def add(db: sqlite3.Connection, tenant_id: str, job: int | None, values: Values) -> int:
    """Add a cost to a job or to the catalogue and give its number; `values` are those of `COLUMNS`."""
    number = _FIRST_NUMBER + next_number(db, "cost")
    db.execute(
        "INSERT INTO cost (id, tenant_id, uuid, job_id, description) VALUES (?, ?, ?, ?, '')",
        (number, tenant_id, new_uuid(db), job),
    )
    edit(db, number, values)
    return number


def edit(db: sqlite3.Connection, number: int, values: Values) -> None:
    for column in COLUMNS:
        if column in values:
            db.execute(f"UPDATE cost SET {column} = ? WHERE id = ?", (values[column], number))  # noqa: S608


def delete(db: sqlite3.Connection, number: int) -> None:
    custom_fields.forget(db, "JobCost", [number])
    db.execute("DELETE FROM cost WHERE id = ?", (number,))


def empty_catalogue(db: sqlite3.Connection, tenant_id: str) -> None:
    """Remove every cost of the catalogue; jobs keep theirs."""
    db.execute("DELETE FROM cost WHERE tenant_id = ? AND job_id IS NULL", (tenant_id,))
