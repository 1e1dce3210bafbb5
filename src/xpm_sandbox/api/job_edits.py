"""`job.api`, writing: add, update, state, assign, applytemplate, delete, note."""

import sqlite3
from collections.abc import Mapping

from flask import Response
from lxml import etree

from xpm_sandbox import job_changes, job_settings, jobs
from xpm_sandbox.api import typed, xml_in
from xpm_sandbox.api.call import Call, Refusal
from xpm_sandbox.api.jobs import one
from xpm_sandbox.clock import moment
from xpm_sandbox.jobs import Job

_TEXTS = {"Name": "name", "Description": "description", "ClientNumber": "order_number"}
_DAYS = {"StartDate": "starts", "DueDate": "due"}
_TASK_MODES = ("AddNew", "AppendExisting")


def add(call: Call) -> Response:
    """A new planned job of a client, under the next number or one of its own, with a template's tasks if named."""
    sent = xml_in.sent("Job")
    for name in ("Name", "StartDate", "DueDate"):
        typed.required(sent, name)
    with call.writing() as db:
        client = call.client_number(db, typed.required(sent, f"Client{call.key_name}").strip())
        template = _template(db, call, sent) if sent.get(f"Template{call.key_name}", "").strip() else None
        number = sent.get("ID", "").strip()
        if number and jobs.internal_id(db, call.tenant.id, number) is not None:
            raise Refusal("A job of that number already exists")
        values = {**_values(db, call, sent), **_contact(db, call, sent)}
        internal = job_changes.add(
            db, call.tenant.id, call.now, client, values, number=number, moves_modified=call.moves("jobs")
        )
        if template is not None:
            job_changes.apply_template(db, call.tenant.id, jobs.job(db, internal), template, append=False)
        job = jobs.job(db, internal)
    return one(call, job)


def update(call: Call) -> Response:
    """Set the elements sent. The client of a job cannot be changed."""
    sent = xml_in.sent("Job")
    with call.writing() as db:
        job = sent_job(db, call, sent)
        for name in ("Name", *_DAYS):
            if name in sent:
                typed.required(sent, name)
        job_changes.edit(db, job.id, call.now, _values(db, call, sent), moves_modified=call.moves("jobs"))
        job = jobs.job(db, job.id)
    return one(call, job)


def turn(call: Call) -> Response:
    """Bring a job into the state of this code; the display name is none."""
    sent = xml_in.sent("Job")
    with call.writing() as db:
        job = sent_job(db, call, sent)
        state = job_settings.state_of_code(db, call.tenant.id, sent.get("State", "").strip())
        if state is None:
            raise Refusal("Invalid state code")
        job_changes.turn(db, job.id, call.now, state, moves_modified=call.moves("jobs"))
    return call.reply()


def assign(call: Call) -> Response:
    """Put staff on the job or one of its tasks, take them off, and set its manager and partner."""
    root = xml_in.body("Job")
    with call.writing() as db:
        job = sent_job(db, call, xml_in.texts(root))
        with job_changes.working_on(db, job.id, call.now, moves_modified=call.moves("jobs")):
            for row in root:
                if isinstance(row.tag, str) and row.tag in _ASSIGNMENTS:
                    _ASSIGNMENTS[row.tag](db, call, job, row)
        job = jobs.job(db, job.id)
    return one(call, job)


def apply_template(call: Call) -> Response:
    """Add a template's tasks: as new ones, or onto those of the same type that are there."""
    sent = xml_in.sent("Job")
    mode = sent.get("TaskMode", "").strip() or "AddNew"
    if mode not in _TASK_MODES:
        raise Refusal(f"Invalid TaskMode: {mode}")
    with call.writing() as db:
        job = sent_job(db, call, sent)
        template = _template(db, call, sent)
        with job_changes.working_on(db, job.id, call.now, moves_modified=call.moves("jobs")):
            job_changes.apply_template(db, call.tenant.id, job, template, append=mode == "AppendExisting")
        job = jobs.job(db, job.id)
    return one(call, job)


def delete(call: Call) -> Response:
    """Remove a job; no list tells of it afterwards."""
    sent = xml_in.sent("Job")
    with call.writing() as db:
        job = sent_job(db, call, sent)
        job_changes.delete(db, job.id, call.now, moves_modified=call.moves("jobs"))
    return call.reply()


def add_note(call: Call) -> Response:
    """Add a note to a job, in the name of whoever connected."""
    sent = xml_in.sent("Note")
    note: dict[str, object] = {
        "title": typed.required(sent, "Title"),
        "text": sent.get("Text", ""),
        "folder": sent.get("Folder", ""),
        "date": moment(call.now).strftime("%Y-%m-%dT%H:%M:%S"),
        "created_by": call.person,
        "public": typed.flag("Public", sent["Public"]) if sent.get("Public", "").strip() else False,
    }
    with call.writing() as db:
        job = named_job(db, call, sent.get("Job", ""))
        with job_changes.working_on(db, job.id, call.now, moves_modified=call.moves("jobs")):
            job_changes.add_note(db, job, note)
        job = jobs.job(db, job.id)
    return one(call, job)


def sent_job(db: sqlite3.Connection, call: Call, sent: Mapping[str, str]) -> Job:
    """The job whose number stands in the body; raises `Refusal`."""
    return named_job(db, call, sent.get("ID", ""))


def named_job(db: sqlite3.Connection, call: Call, number: str) -> Job:
    internal = jobs.internal_id(db, call.tenant.id, number.strip())
    if internal is None:
        raise call.unknown("job")
    return jobs.job(db, internal)


def _values(db: sqlite3.Connection, call: Call, sent: Mapping[str, str]) -> dict[str, str | int | None]:
    values: dict[str, str | int | None] = {column: sent[name] for name, column in _TEXTS.items() if name in sent}
    values |= {column: typed.day(name, sent[name]) for name, column in _DAYS.items() if name in sent}
    if "Budget" in sent:
        values["budget"] = typed.money("Budget", sent["Budget"]) if sent["Budget"].strip() else None
    # Documentation of 3.1 names the element CategoryID, Xero's own description categoryUuid: both are taken.
    key = sent.get(f"Category{call.key_name}", sent.get("CategoryID", "")).strip()
    if key:
        values["category_id"] = call.known_number(db, "category", key, "category")
    return values


def _contact(db: sqlite3.Connection, call: Call, sent: Mapping[str, str]) -> dict[str, str | int | None]:
    key = sent.get(f"Contact{call.key_name}", "").strip()
    return {"contact_id": call.contact(db, key).id} if key else {}


def _template(db: sqlite3.Connection, call: Call, sent: Mapping[str, str]) -> int:
    number = call.number(db, "template", sent.get(f"Template{call.key_name}", ""))
    if number is None:
        raise Refusal("Invalid job template identifier")
    return number


def _staff(db: sqlite3.Connection, call: Call, row: etree._Element) -> int:
    request_kind = "remove" if str(row.tag).startswith("remove") else "add"
    refusal = f"Invalid staff identifier for {request_kind} request"
    return call.staff_number(db, row.get(call.key_name.lower(), ""), refusal=refusal)


def _task(db: sqlite3.Connection, call: Call, job: Job, row: etree._Element) -> jobs.Task | None:
    """The task of the job that the row names, or None when it names none."""
    key = row.get(f"task-{call.key_name.lower()}", "").strip()
    if not key:
        return None
    number = call.number(db, "task", key)
    found = next((task for task in job.tasks if task.id == number), None)
    if found is None:
        raise call.unknown("task")
    return found


def _put_on(db: sqlite3.Connection, call: Call, job: Job, row: etree._Element) -> None:
    staff, task = _staff(db, call, row), _task(db, call, job, row)
    job_changes.assign(db, job.id, staff)
    if task:
        job_changes.assign_task(db, task, staff)


def _take_off(db: sqlite3.Connection, call: Call, job: Job, row: etree._Element) -> None:
    staff, task = _staff(db, call, row), _task(db, call, job, row)
    if task:
        job_changes.unassign_task(db, task, staff)
    else:
        job_changes.unassign(db, job.id, staff)


def _set_head(db: sqlite3.Connection, call: Call, job: Job, row: etree._Element) -> None:
    """`add-manager`, `remove-partner` and their like."""
    verb, column = str(row.tag).split("-")
    person = _staff(db, call, row) if verb == "add" else None
    job_changes.edit(db, job.id, call.now, {column: person})


_ASSIGNMENTS = {
    "add": _put_on,
    "remove": _take_off,
    "add-manager": _set_head,
    "remove-manager": _set_head,
    "add-partner": _set_head,
    "remove-partner": _set_head,
}
