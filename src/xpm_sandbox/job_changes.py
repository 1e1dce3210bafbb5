"""Every change to jobs and their tasks, whoever makes it. `now` is a stamp; days are `yyyy-MM-dd`."""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from xpm_sandbox import changes, clock, custom_fields, job_settings, jobs
from xpm_sandbox.world import new_uuid, next_number

_FIRST_NUMBER = 31_000_000
COLUMNS = (
    "name", "description", "contact_id", "order_number", "state_id", "starts", "due", "completed", "budget",
    "category_id", "manager", "partner",
)  # fmt: skip
TASK_COLUMNS = (
    "task_type_id", "name", "description", "estimated_minutes", "is_completed", "is_billable", "folder", "starts",
    "due",
)  # fmt: skip
Values = Mapping[str, str | int | None]


@contextmanager
def working_on(db: sqlite3.Connection, job: int, now: int, *, moves_modified: bool = False) -> Iterator[None]:
    """A change to a job: its client is remembered before, and its stamps move after, if work moves them."""
    row = db.execute("SELECT client_id FROM job WHERE id = ?", (job,)).fetchone()
    if row is None or not moves_modified:
        yield
        return
    with changes.touching(db, [row[0]], now):
        yield


def add(
    db: sqlite3.Connection,
    tenant_id: str,
    now: int,
    client: int,
    values: Values,
    *,
    number: str = "",
    identifier: str = "",
    moves_modified: bool = False,
) -> int:
    """Add a planned job and give its InternalID. `values` are those of `COLUMNS`, with `name`, `starts`, `due`.

    Raises `sqlite3.IntegrityError` when another job has the number.
    """
    internal = _FIRST_NUMBER + next_number(db, "job")
    first = job_settings.listed(db, job_settings.JOB_STATE, tenant_id)[0]
    db.execute(
        "INSERT INTO job (id, tenant_id, uuid, number, name, client_id, state_id, starts, due, created)"
        " VALUES (?, ?, ?, ?, '', ?, ?, '', '', ?)",
        (
            internal,
            tenant_id,
            identifier or new_uuid(db),
            number or _next_number(db, tenant_id),
            client,
            first["id"],
            now,
        ),
    )
    edit(db, internal, now, values, moves_modified=moves_modified)
    return internal


def edit(db: sqlite3.Connection, job: int, now: int, values: Values, *, moves_modified: bool = False) -> None:
    """Set some values of a job, named as in `COLUMNS`."""
    with working_on(db, job, now, moves_modified=moves_modified):
        for column in COLUMNS:
            if column in values:
                db.execute(f"UPDATE job SET {column} = ? WHERE id = ?", (values[column], job))  # noqa: S608


def turn(db: sqlite3.Connection, job: int, now: int, state: sqlite3.Row, *, moves_modified: bool = False) -> None:
    """Bring a job into a state; it has a day of completion while it is completed."""
    done = clock.moment(now).date().isoformat() if state["kind"] == "completed" else None
    edit(db, job, now, {"state_id": state["id"], "completed": done}, moves_modified=moves_modified)


def delete(db: sqlite3.Connection, job: int, now: int, *, moves_modified: bool = False) -> None:
    """Remove a job with all that hangs on it; nothing tells of it afterwards."""
    with working_on(db, job, now, moves_modified=moves_modified):
        for use, table in (("JobTask", "task"), ("JobCost", "cost"), ("JobTime", "time_entry")):
            owners = [row[0] for row in db.execute(f"SELECT id FROM {table} WHERE job_id = ?", (job,))]  # noqa: S608
            custom_fields.forget(db, use, owners)
        custom_fields.forget(db, "Job", [job])
        db.execute("DELETE FROM task_staff WHERE task_id IN (SELECT id FROM task WHERE job_id = ?)", (job,))
        for table in ("task", "cost", "time_entry", "document", "quote", "job_staff"):
            db.execute(f"DELETE FROM {table} WHERE job_id = ?", (job,))  # noqa: S608  (one of six literals)
        db.execute("DELETE FROM job WHERE id = ?", (job,))


def assign(db: sqlite3.Connection, job: int, staff: int) -> None:
    """Put somebody on a job."""
    db.execute("INSERT OR IGNORE INTO job_staff VALUES (?, ?)", (job, staff))


def unassign(db: sqlite3.Connection, job: int, staff: int) -> None:
    """Take somebody off a job and all of its tasks."""
    db.execute("DELETE FROM job_staff WHERE job_id = ? AND staff_id = ?", (job, staff))
    db.execute(
        "DELETE FROM task_staff WHERE staff_id = ? AND task_id IN (SELECT id FROM task WHERE job_id = ?)", (staff, job)
    )


def assign_task(db: sqlite3.Connection, task: jobs.Task, staff: int) -> None:
    """Put somebody on a task for as long as it is estimated to take."""
    db.execute("INSERT OR IGNORE INTO task_staff VALUES (?, ?, ?)", (task.id, staff, task.estimated_minutes))


def unassign_task(db: sqlite3.Connection, task: jobs.Task, staff: int) -> None:
    db.execute("DELETE FROM task_staff WHERE task_id = ? AND staff_id = ?", (task.id, staff))


def add_task(db: sqlite3.Connection, tenant_id: str, job: int, values: Values) -> int:
    """Add a task behind the others and give its number. `values` are those of `TASK_COLUMNS`, with `task_type_id`."""
    number = _FIRST_NUMBER + next_number(db, "task")
    place = db.execute("SELECT coalesce(max(place) + 1, 0) FROM task WHERE job_id = ?", (job,)).fetchone()[0]
    db.execute(
        "INSERT INTO task (id, tenant_id, uuid, job_id, task_type_id, name, place) VALUES (?, ?, ?, ?, ?, '', ?)",
        (number, tenant_id, new_uuid(db), job, values["task_type_id"], place),
    )
    edit_task(db, number, values)
    return number


def edit_task(db: sqlite3.Connection, task: int, values: Values) -> None:
    """Set some values of a task, named as in `TASK_COLUMNS`."""
    for column in TASK_COLUMNS:
        if column in values:
            db.execute(f"UPDATE task SET {column} = ? WHERE id = ?", (values[column], task))  # noqa: S608


def reorder_tasks(db: sqlite3.Connection, job: jobs.Job, first: Sequence[int]) -> None:
    """Put these tasks of the job first, in this order; the others follow as they stood."""
    order = [*first, *(task.id for task in job.tasks if task.id not in first)]
    db.executemany("UPDATE task SET place = ? WHERE id = ?", list(enumerate(order)))


def apply_template(db: sqlite3.Connection, tenant_id: str, job: jobs.Job, template: int, *, append: bool) -> None:
    """Add a template's tasks; with `append`, a type that the job has already gets the minutes instead of a twin."""
    for row in job_settings.template_tasks(db, template):
        there = next((task for task in job.tasks if task.type.id == row["task_type_id"]), None) if append else None
        if there:
            edit_task(db, there.id, {"estimated_minutes": there.estimated_minutes + row["estimated_minutes"]})
            continue
        name = row["label"] or job_settings.setting(db, job_settings.TASK_TYPE, row["task_type_id"])["name"]
        values = {"task_type_id": row["task_type_id"], "name": name, "estimated_minutes": row["estimated_minutes"]}
        add_task(db, tenant_id, job.id, values)


def add_note(db: sqlite3.Connection, job: jobs.Job, note: Mapping[str, object]) -> None:
    """Add a note; `note` holds `title`, `text`, `folder`, `date`, `created_by`, `public`."""
    notes = [*job.notes, {"uuid": new_uuid(db), **note, "comments": []}]
    db.execute("UPDATE job SET notes = ? WHERE id = ?", (json.dumps(notes, ensure_ascii=False), job.id))


def _next_number(db: sqlite3.Connection, tenant_id: str) -> str:
    """The next `J000123` that no job of the practice has."""
    while True:
        number = f"J{next_number(db, f'job {tenant_id}'):06}"
        if jobs.internal_id(db, tenant_id, number) is None:
            return number
