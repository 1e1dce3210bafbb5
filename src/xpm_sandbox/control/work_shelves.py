"""Control of jobs, of what a practice sets up for them, and of documents."""

import base64
import binascii
import sqlite3
from collections.abc import Callable
from typing import Any

from xpm_sandbox import documents, job_changes, job_settings, jobs
from xpm_sandbox.clock import moment
from xpm_sandbox.control.json_in import Wrong, whole
from xpm_sandbox.control.party_shelves import ref_json, uuid_of
from xpm_sandbox.control.shelves import Desk, Sent, Shelf, text_of
from xpm_sandbox.job_settings import CATEGORY, JOB_STATE, TASK_TYPE, TEMPLATE, Kind

_JOB_TEXTS = {"Name": "name", "Description": "description", "ClientOrderNumber": "order_number"}
_JOB_DAYS = {"StartDate": "starts", "DueDate": "due", "CompletedDate": "completed", "Budget": "budget"}
_JOB_REFS = {
    "Contact": ("contact", "contact_id"),
    "Category": ("category", "category_id"),
    "Manager": ("staff", "manager"),
    "Partner": ("staff", "partner"),
}


def _job_json(db: sqlite3.Connection, number: int) -> dict[str, Any]:
    job = jobs.job(db, number)
    return {
        "ID": job.number, "UUID": job.uuid, "InternalID": job.id, "Name": job.name, "Description": job.description,
        "Client": ref_json(job.client), "Contact": ref_json(job.contact), "ClientOrderNumber": job.order_number,
        "State": job.state_code, "StartDate": job.starts, "DueDate": job.due, "CompletedDate": job.completed,
        "Budget": job.budget, "Category": ref_json(job.category), "Manager": ref_json(job.manager),
        "Partner": ref_json(job.partner), "Assigned": [ref_json(person) for person in job.assigned],
        "Tasks": [_task_json(task) for task in job.tasks], "Milestones": list(job.milestones),
        "Notes": list(job.notes), "Created": moment(job.created).isoformat(),
    }  # fmt: skip


def _task_json(task: jobs.Task) -> dict[str, Any]:
    return {
        "UUID": task.uuid, "ID": task.id, "Task": ref_json(task.type), "Name": task.name,
        "Description": task.description, "EstimatedMinutes": task.estimated_minutes,
        "ActualMinutes": task.actual_minutes, "Completed": task.is_completed, "Billable": task.is_billable,
        "StartDate": task.starts, "DueDate": task.due,
        "Assigned": [{**(ref_json(each.staff) or {}), "AllocatedMinutes": each.minutes} for each in task.assigned],
    }  # fmt: skip


def _job_values(desk: Desk, sent: Sent) -> dict[str, str | int | None]:
    values: dict[str, str | int | None] = {
        column: text_of(sent, name, "") for name, column in _JOB_TEXTS.items() if name in sent
    }
    values |= {column: sent[name] or None for name, column in _JOB_DAYS.items() if name in sent}
    for name, (table, column) in _JOB_REFS.items():
        if name in sent:
            values[column] = desk.number_or_none(table, sent[name])
    return values


def _add_job(desk: Desk, sent: Sent) -> int:
    today = moment(desk.now).date().isoformat()
    text_of(sent, "Name")
    values = {"starts": today, "due": today, **_job_values(desk, sent)}
    number = job_changes.add(
        desk.db, desk.practice.id, desk.now, desk.number("client", sent.get("Client")), values,
        number=text_of(sent, "ID", ""), identifier=uuid_of(sent), moves_modified=desk.moves("jobs"),
    )  # fmt: skip
    _job_parts(desk, number, sent)
    for task in sent.get("Tasks", []):
        kind = desk.number("task_type", task.get("Task"))
        name = job_settings.setting(desk.db, TASK_TYPE, kind)["name"]
        task_values: dict[str, str | int | None] = {
            "task_type_id": kind,
            "name": text_of(task, "Name", name),
            "estimated_minutes": whole(task, "EstimatedMinutes"),
        }
        job_changes.add_task(desk.db, desk.practice.id, number, task_values)
    return number


def _edit_job(desk: Desk, number: int, sent: Sent) -> None:
    if strangers := {"ID", "Client", "Tasks"} & set(sent):
        raise Wrong(f"A job keeps its {', '.join(sorted(strangers))}")
    job_changes.edit(desk.db, number, desk.now, _job_values(desk, sent), moves_modified=desk.moves("jobs"))
    _job_parts(desk, number, sent)


def _job_parts(desk: Desk, number: int, sent: Sent) -> None:
    """The state, by its code, and who is assigned."""
    if "State" in sent:
        state = job_settings.state_of_code(desk.db, desk.practice.id, str(sent["State"]))
        if state is None:
            raise Wrong(f"There is no state {sent['State']}")
        job_changes.turn(desk.db, number, desk.now, state, moves_modified=desk.moves("jobs"))
    if "Assigned" in sent:
        wanted = {desk.number("staff", each) for each in sent["Assigned"]}
        present = {person.id for person in jobs.job(desk.db, number).assigned}
        for person in sorted(wanted - present):
            job_changes.assign(desk.db, number, person)
        for person in sorted(present - wanted):
            job_changes.unassign(desk.db, number, person)


def _delete_job(desk: Desk, number: int) -> None:
    job_changes.delete(desk.db, number, desk.now, moves_modified=desk.moves("jobs"))


JOBS = Shelf(
    "jobs", "job", ("ID", "Client", "State", "Assigned", "Tasks", *_JOB_TEXTS, *_JOB_DAYS, *_JOB_REFS), jobs.all_of,
    _job_json, _add_job, _edit_job, _delete_job, "number",
)  # fmt: skip


def _setting_shelf(path: str, kind: Kind, names: dict[str, str]) -> Shelf:
    """A shelf of settings; `names` give the column of each name in JSON."""

    def show(db: sqlite3.Connection, number: int) -> dict[str, Any]:
        row = job_settings.setting(db, kind, number)
        shown = {"UUID": row["uuid"], "ID": row["id"], **{name: row[column] for name, column in names.items()}}
        if kind is TEMPLATE:
            shown["Tasks"] = [_template_task_json(db, task) for task in job_settings.template_tasks(db, number)]
        return shown

    def values(desk: Desk, sent: Sent) -> dict[str, str | int]:
        found = {column: text_of(sent, name, "") for name, column in names.items() if name in sent}
        if "kind" in found and found["kind"] not in job_settings.STATE_KINDS:
            raise Wrong(f"Kind is one of {', '.join(job_settings.STATE_KINDS)}")
        return dict(found)

    def add(desk: Desk, sent: Sent) -> int:
        text_of(sent, "Name")
        place = len(job_settings.listed(desk.db, kind, desk.practice.id))
        new = {"place": place, "code": text_of(sent, "Name").upper().replace(" ", ""), **values(desk, sent)}
        number = job_settings.add(desk.db, kind, desk.practice.id, new, identifier=uuid_of(sent))
        _set_tasks(desk, number, sent)
        return number

    def edit(desk: Desk, number: int, sent: Sent) -> None:
        job_settings.edit(desk.db, kind, number, values(desk, sent))
        _set_tasks(desk, number, sent)

    known = (*names, "Tasks") if kind is TEMPLATE else tuple(names)
    return Shelf(path, kind.table, known, _listed(kind), show, add, edit, _delete(kind))


def _listed(kind: Kind) -> Callable[[sqlite3.Connection, str], list[int]]:
    return lambda db, tenant_id: [row["id"] for row in job_settings.listed(db, kind, tenant_id)]


def _delete(kind: Kind) -> Callable[[Desk, int], None]:
    return lambda desk, number: job_settings.delete(desk.db, kind, number)


def _template_task_json(db: sqlite3.Connection, task: sqlite3.Row) -> dict[str, Any]:
    kind = job_settings.setting(db, TASK_TYPE, task["task_type_id"])
    return {"Task": kind["name"], "Label": task["label"], "EstimatedMinutes": task["estimated_minutes"]}


def _set_tasks(desk: Desk, template: int, sent: Sent) -> None:
    if "Tasks" not in sent:
        return
    tasks = [
        (desk.number("task_type", each.get("Task")), text_of(each, "Label", ""), whole(each, "EstimatedMinutes"))
        for each in sent["Tasks"]
    ]
    job_settings.set_template_tasks(desk.db, template, tasks)


def _document_json(db: sqlite3.Connection, number: int) -> dict[str, Any]:
    row = db.execute("SELECT * FROM document WHERE id = ?", (number,)).fetchone()
    client = db.execute("SELECT uuid FROM client WHERE id = ?", (row["client_id"],)).fetchone()
    job = db.execute("SELECT number FROM job WHERE id = ?", (row["job_id"],)).fetchone()
    return {
        "UUID": row["uuid"], "ID": row["id"], "Client": client[0] if client else None, "Job": job[0] if job else None,
        "Title": row["title"], "Text": row["text"], "Folder": row["folder"], "Date": row["date"],
        "CreatedBy": row["created_by"], "FileName": row["file_name"],
        "Content": base64.b64encode(row["content"]).decode(),
    }  # fmt: skip


def _add_document(desk: Desk, sent: Sent) -> int:
    if ("Client" in sent) == ("Job" in sent):
        raise Wrong("A document is of a Client or of a Job")
    try:
        content = base64.b64decode(text_of(sent, "Content", ""), validate=True)
    except binascii.Error as wrong:
        raise Wrong("Content must be base64") from wrong
    document = documents.Document(
        text_of(sent, "Title"), text_of(sent, "Text", ""), text_of(sent, "Folder", ""),
        moment(desk.now).strftime("%Y-%m-%dT%H:%M:%S"), text_of(sent, "CreatedBy", ""), text_of(sent, "FileName", ""),
        content,
    )  # fmt: skip
    if "Client" in sent:
        owner, number = "client_id", desk.number("client", sent["Client"])
    else:
        owner, number = "job_id", desk.number("job", sent["Job"], name_column="number")
    return documents.add(desk.db, desk.practice.id, owner, number, document)[0]


def _documents(db: sqlite3.Connection, tenant_id: str) -> list[int]:
    return [row[0] for row in db.execute("SELECT id FROM document WHERE tenant_id = ? ORDER BY id", (tenant_id,))]


def _delete_document(desk: Desk, number: int) -> None:
    documents.delete(desk.db, _document_json(desk.db, number)["UUID"])


DOCUMENTS = Shelf(
    "documents", "document", ("Client", "Job", "Title", "Text", "Folder", "CreatedBy", "FileName", "Content"),
    _documents, _document_json, _add_document, None, _delete_document, "title",
)  # fmt: skip

SHELVES = (
    JOBS,
    _setting_shelf("job-states", JOB_STATE, {"Name": "name", "Code": "code", "Kind": "kind"}),
    _setting_shelf("categories", CATEGORY, {"Name": "name"}),
    _setting_shelf("task-types", TASK_TYPE, {"Name": "name", "Description": "description"}),
    _setting_shelf("templates", TEMPLATE, {"Name": "name"}),
    DOCUMENTS,
)
