"""Time entries: who worked how long on which task of a job, on which day."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from xpm_sandbox import custom_fields
from xpm_sandbox.records import Ref
from xpm_sandbox.world import new_uuid, next_number

_FIRST_NUMBER = 31_000_000
COLUMNS = ("job_id", "task_id", "staff_id", "date", "minutes", "note", "is_billable", "begins", "ends")
Values = Mapping[str, str | int | None]


@dataclass(frozen=True)
class Entry:
    """A time entry. `date` is `yyyy-MM-dd`; `begins` and `ends` are `HH:mm`, or None where only minutes are known."""

    id: int
    uuid: str
    job_id: int
    job_number: str
    job_name: str
    task: Ref
    staff: Ref
    date: str
    minutes: int
    note: str
    is_billable: bool
    begins: str | None
    ends: str | None


def entries(db: sqlite3.Connection, tenant_id: str, condition: str = "1", values: Values | None = None) -> list[Entry]:
    """The practice's entries that meet a condition on `e`, by day."""
    rows = db.execute(
        f"{_SELECT} WHERE e.tenant_id = :tenant AND {condition} ORDER BY e.date, e.id",
        {"tenant": tenant_id, **(values or {})},
    )
    return [_entry(row) for row in rows]


def between(db: sqlite3.Connection, tenant_id: str, first: str, last: str, staff: int | None = None) -> list[Entry]:
    """Entries of these days, of everybody or of one person."""
    condition = "e.date BETWEEN :first AND :last AND (:staff IS NULL OR e.staff_id = :staff)"
    return entries(db, tenant_id, condition, {"first": first, "last": last, "staff": staff})


def of_job(db: sqlite3.Connection, tenant_id: str, job: int) -> list[Entry]:
    return entries(db, tenant_id, "e.job_id = :job", {"job": job})


def entry(db: sqlite3.Connection, tenant_id: str, number: int) -> Entry:
    """The entry; raises `LookupError` when there is none of that number."""
    found = entries(db, tenant_id, "e.id = :number", {"number": number})
    if not found:
        raise LookupError(f"no time entry {number}")
    return found[0]


def add(db: sqlite3.Connection, tenant_id: str, values: Values) -> int:
    """Add an entry and give its number; `values` are those of `COLUMNS`, of which `note` and what follows may lack."""
    number = _FIRST_NUMBER + next_number(db, "time")
    db.execute(
        "INSERT INTO time_entry (id, tenant_id, uuid, job_id, task_id, staff_id, date, minutes)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (number, tenant_id, new_uuid(db), *(values[name] for name in COLUMNS[:5])),
    )
    edit(db, number, values)
    return number


def edit(db: sqlite3.Connection, number: int, values: Values) -> None:
    for column in COLUMNS:
        if column in values:
            db.execute(f"UPDATE time_entry SET {column} = ? WHERE id = ?", (values[column], number))  # noqa: S608


def delete(db: sqlite3.Connection, number: int) -> None:
    custom_fields.forget(db, "JobTime", [number])
    db.execute("DELETE FROM time_entry WHERE id = ?", (number,))


_SELECT = """
SELECT e.*, j.number AS job_number, j.name AS job_name, t.uuid AS task_uuid, t.name AS task_name,
       s.uuid AS staff_uuid, s.name AS staff_name
FROM time_entry e JOIN job j ON j.id = e.job_id JOIN task t ON t.id = e.task_id JOIN staff s ON s.id = e.staff_id
"""


def _entry(row: sqlite3.Row) -> Entry:
    return Entry(
        row["id"], row["uuid"], row["job_id"], row["job_number"], row["job_name"],
        Ref(row["task_id"], row["task_uuid"], row["task_name"]),
        Ref(row["staff_id"], row["staff_uuid"], row["staff_name"]),
        row["date"], row["minutes"], row["note"], bool(row["is_billable"]), row["begins"], row["ends"],
    )  # fmt: skip
