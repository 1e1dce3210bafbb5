"""`job.api/task` and `reordertasks`: the tasks of a job; and `task.api`: the types they are of."""

import sqlite3
from collections.abc import Mapping

from flask import Response

from xpm_sandbox import job_changes, job_settings, jobs
from xpm_sandbox.api import typed, xml_in
from xpm_sandbox.api.call import Call, Refusal
from xpm_sandbox.api.job_edits import named_job, sent_job
from xpm_sandbox.api.jobs import one
from xpm_sandbox.api.xml_out import element, listing
from xpm_sandbox.jobs import Job, Task

_TEXTS = {"Label": "name", "Description": "description"}
_DAYS = {"StartDate": "starts", "DueDate": "due"}


def add(call: Call) -> Response:
    """A new task of a job, of a type of task, behind the others; the reply is its key."""
    sent = xml_in.sent("Task")
    with call.writing() as db:
        job = named_job(db, call, sent.get("Job", ""))
        kind = call.known_number(db, "task_type", sent.get(f"Task{call.key_name}", ""), "task")
        name = job_settings.setting(db, job_settings.TASK_TYPE, kind)["name"]
        values = {"task_type_id": kind, "name": name, **_values(sent)}
        with job_changes.working_on(db, job.id, call.now, moves_modified=call.moves("jobs")):
            number = job_changes.add_task(db, call.tenant.id, job.id, values)
        task = _of_job(jobs.job(db, job.id), number)
    return call.reply(call.style.key(task.id, task.uuid))


def update(call: Call) -> Response:
    """Set the elements sent; the reply is the task's key, which may be sent as `UUID` or `TaskUUID`."""
    sent = xml_in.sent("Task")
    key = sent.get(f"Task{call.key_name}", "").strip() or sent.get(call.key_name, "")
    with call.writing() as db:
        job, task = _task(db, call, key)
        with job_changes.working_on(db, job.id, call.now, moves_modified=call.moves("jobs")):
            job_changes.edit_task(db, task.id, _values(sent))
    return call.reply(call.style.key(task.id, task.uuid))


def complete(call: Call, key: str) -> Response:
    """Mark a task as done; the reply is its job."""
    return _turn(call, key, completed=True)


def reopen(call: Call, key: str) -> Response:
    """Mark a task as not done; the reply is its job."""
    return _turn(call, key, completed=False)


def reorder(call: Call) -> Response:
    """Put the tasks listed first, in this order; the others follow as they stood."""
    root = xml_in.body("Job")
    with call.writing() as db:
        job = sent_job(db, call, xml_in.texts(root))
        keys = [row.findtext(call.key_name) or "" for row in root.iterfind("Tasks/Task")]
        order = [call.number(db, "task", key) for key in keys]
        first = [number for number in order if number in {task.id for task in job.tasks} and number is not None]
        if len(first) != len(keys) or len(set(first)) != len(first):
            raise call.unknown("task")
        with job_changes.working_on(db, job.id, call.now, moves_modified=call.moves("jobs")):
            job_changes.reorder_tasks(db, job, first)
        job = jobs.job(db, job.id)
    return one(call, job)


def list_types(call: Call) -> Response:
    """Every type of task by name."""
    with call.sandbox.world.read() as db:
        rows = [_type(call, row) for row in job_settings.listed(db, job_settings.TASK_TYPE, call.tenant.id)]
    return call.reply(listing("TaskList", rows))


def get_type(call: Call, key: str) -> Response:
    """One type of task."""
    with call.sandbox.world.read() as db:
        number = call.known_number(db, "task_type", key, "task")
        return call.reply(_type(call, job_settings.setting(db, job_settings.TASK_TYPE, number)))


def _turn(call: Call, key: str, *, completed: bool) -> Response:
    with call.writing() as db:
        job, task = _task(db, call, key)
        with job_changes.working_on(db, job.id, call.now, moves_modified=call.moves("jobs")):
            job_changes.edit_task(db, task.id, {"is_completed": completed})
        job = jobs.job(db, job.id)
    return one(call, job)


def _task(db: sqlite3.Connection, call: Call, key: str) -> tuple[Job, Task]:
    number = call.known_number(db, "task", key, "task")
    row = db.execute("SELECT job_id FROM task WHERE id = ?", (number,)).fetchone()
    job = jobs.job(db, row[0])
    return job, _of_job(job, number)


def _of_job(job: Job, number: int) -> Task:
    return next(task for task in job.tasks if task.id == number)


def _values(sent: Mapping[str, str]) -> dict[str, str | int | None]:
    values: dict[str, str | int | None] = {}
    for name, column in _TEXTS.items():
        if name in sent and (name != "Label" or sent[name].strip()):
            values[column] = sent[name]
    if sent.get("EstimatedMinutes", "").strip():
        values["estimated_minutes"] = typed.whole("EstimatedMinutes", sent["EstimatedMinutes"])
    for name, column in _DAYS.items():
        if name in sent:
            values[column] = typed.day(name, sent[name]) if sent[name].strip() else None
    starts, due = values.get("starts"), values.get("due")
    if starts and due and str(due) < str(starts):
        raise Refusal("DueDate must not be before StartDate")
    return values


def _type(call: Call, row: sqlite3.Row) -> str:
    texts = element("Name", row["name"]) + element("Description", row["description"])
    return f"<Task>{call.style.key(row['id'], row['uuid'])}{texts}</Task>"
