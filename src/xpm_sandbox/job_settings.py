"""What a practice sets up for its work: job states, categories, task types, and templates with their tasks."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from xpm_sandbox.world import new_uuid, next_number

_FIRST_NUMBER = 31_000_000


@dataclass(frozen=True)
class Kind:
    """One kind of setting: its table, what it holds beside number and UUID, and the order of its list."""

    table: str
    columns: tuple[str, ...]
    order: str = "name COLLATE NOCASE, id"


CATEGORY = Kind("category", ("name",))
JOB_STATE = Kind("job_state", ("name", "code", "kind", "place"), "place, id")
TASK_TYPE = Kind("task_type", ("name", "description"))
TEMPLATE = Kind("template", ("name",))
STATE_KINDS = ("current", "completed", "cancelled")


def listed(db: sqlite3.Connection, kind: Kind, tenant_id: str) -> list[sqlite3.Row]:
    """The practice's settings of a kind."""
    return db.execute(
        f"SELECT * FROM {kind.table} WHERE tenant_id = ? ORDER BY {kind.order}",  # noqa: S608  (literals above)
        (tenant_id,),
    ).fetchall()


def setting(db: sqlite3.Connection, kind: Kind, number: int) -> sqlite3.Row:
    """One of them; raises `LookupError` when there is none of that number."""
    row: sqlite3.Row | None = db.execute(
        f"SELECT * FROM {kind.table} WHERE id = ?",  # noqa: S608  (literals above)
        (number,),
    ).fetchone()
    if row is None:
        raise LookupError(f"no {kind.table} {number}")
    return row


def add(
    db: sqlite3.Connection, kind: Kind, tenant_id: str, values: Mapping[str, str | int], *, identifier: str = ""
) -> int:
    """Add one and give its number; `values` hold `name`, a job state's `code` too."""
    number = _FIRST_NUMBER + next_number(db, kind.table)
    held = {name: value for name, value in values.items() if name in kind.columns}
    columns = ("id", "tenant_id", "uuid", *held)
    db.execute(
        f"INSERT INTO {kind.table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})",  # noqa: S608
        (number, tenant_id, identifier or new_uuid(db), *held.values()),
    )
    return number


def edit(db: sqlite3.Connection, kind: Kind, number: int, values: Mapping[str, str | int]) -> None:
    for column in kind.columns:
        if column in values:
            db.execute(f"UPDATE {kind.table} SET {column} = ? WHERE id = ?", (values[column], number))  # noqa: S608


def delete(db: sqlite3.Connection, kind: Kind, number: int) -> None:
    """Remove one; raises `sqlite3.IntegrityError` for a state or task type that jobs are made of."""
    for table, column in _USED_BY.get(kind.table, ()):
        found = db.execute(f"SELECT 1 FROM {table} WHERE {column} = ?", (number,)).fetchone()  # noqa: S608
        if found:
            raise sqlite3.IntegrityError(f"The {kind.table} is used by a {table}")
    if kind is CATEGORY:
        db.execute("UPDATE job SET category_id = NULL WHERE category_id = ?", (number,))
    if kind is TEMPLATE:
        db.execute("DELETE FROM template_task WHERE template_id = ?", (number,))
    db.execute(f"DELETE FROM {kind.table} WHERE id = ?", (number,))  # noqa: S608  (literals above)


_USED_BY = {
    "job_state": (("job", "state_id"),),
    "task_type": (("task", "task_type_id"), ("template_task", "task_type_id")),
}


def template_tasks(db: sqlite3.Connection, template: int) -> list[sqlite3.Row]:
    """A template's tasks in order: `task_type_id`, `label`, `estimated_minutes`."""
    return db.execute("SELECT * FROM template_task WHERE template_id = ? ORDER BY place", (template,)).fetchall()


def set_template_tasks(db: sqlite3.Connection, template: int, tasks: list[tuple[int, str, int]]) -> None:
    """Make these the template's tasks: type, label, minutes."""
    db.execute("DELETE FROM template_task WHERE template_id = ?", (template,))
    db.executemany(
        "INSERT INTO template_task VALUES (?, ?, ?, ?, ?)",
        [(template, place, *task) for place, task in enumerate(tasks)],
    )


def state_of_code(db: sqlite3.Connection, tenant_id: str, code: str) -> sqlite3.Row | None:
    """The job state that the API's code stands for, ignoring case."""
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM job_state WHERE tenant_id = ? AND code = ? COLLATE NOCASE", (tenant_id, code)
    ).fetchone()
    return row
