"""Putting a generated firm's work into the store: job settings, jobs and tasks, custom fields and their values."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from xpm_sandbox import clock
from xpm_sandbox.firm import Firm
from xpm_sandbox.firm.parties import Record

_Row = tuple[object, ...]


def _encoded(rows: list[Record]) -> str:
    return json.dumps(rows, ensure_ascii=False) if rows else "[]"


def put(db: sqlite3.Connection, tenant_id: str, firm: Firm, shift: int) -> None:
    """Store the firm's work; numbers of the firm are moved by `shift`."""
    keys = _put_settings(db, tenant_id, firm, shift)
    keys.update({person["UUID"]: person["ID"] + shift for person in firm.staff})
    keys.update({client["UUID"]: client["ID"] + shift for client in firm.clients})
    keys.update({contact["UUID"]: contact["ID"] + shift for client in firm.clients for contact in client["Contacts"]})
    jobs = [_job_row(tenant_id, job, keys, shift) for job in firm.jobs]
    db.executemany(f"INSERT INTO job VALUES ({', '.join('?' * 20)})", jobs)  # noqa: S608  (question marks)
    db.executemany(
        "INSERT INTO job_staff VALUES (?, ?)",
        ((job["InternalID"] + shift, keys[person]) for job in firm.jobs for person in job["Assigned"]),
    )
    _put_tasks(db, tenant_id, firm, keys, shift)
    db.executemany("INSERT INTO custom_value VALUES (?, ?, ?, ?)", _values(firm, keys, shift))
    counter = f"job {tenant_id}"
    db.execute("INSERT OR REPLACE INTO counter VALUES (?, ?)", (counter, len(firm.jobs)))


def _put_settings(db: sqlite3.Connection, tenant_id: str, firm: Firm, shift: int) -> dict[str, int]:
    """Store what jobs are made of; gives its numbers by UUID, and a state's by its code."""

    def keyed(row: Record) -> _Row:
        return row["ID"] + shift, tenant_id, row["UUID"], row["Name"]

    db.executemany("INSERT INTO category VALUES (?, ?, ?, ?)", map(keyed, firm.categories))
    db.executemany(
        "INSERT INTO job_state VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(*keyed(row), row["Code"], row["Kind"], place) for place, row in enumerate(firm.job_states)],
    )
    db.executemany("INSERT INTO task_type (id, tenant_id, uuid, name) VALUES (?, ?, ?, ?)", map(keyed, firm.task_types))
    db.executemany("INSERT INTO template VALUES (?, ?, ?, ?)", map(keyed, firm.templates))
    db.executemany(
        "INSERT INTO custom_field VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (*keyed(row), row["Type"], row["LinkUrl"], row["Options"], json.dumps(row["Uses"]))
            for row in firm.custom_fields
        ],
    )
    types = {row["Name"]: row["ID"] + shift for row in firm.task_types}
    db.executemany(
        "INSERT INTO template_task VALUES (?, ?, ?, ?, ?)",
        [
            (template["ID"] + shift, place, types[name], name, minutes)
            for template in firm.templates
            for place, (name, minutes) in enumerate(template["Tasks"])
        ],
    )
    lists = (firm.categories, firm.job_states, firm.task_types, firm.templates, firm.custom_fields)
    keys = {row["UUID"]: row["ID"] + shift for rows in lists for row in rows}
    return keys | {row["Code"]: row["ID"] + shift for row in firm.job_states}


def _job_row(tenant_id: str, job: Record, keys: Mapping[str, int], shift: int) -> _Row:
    created = clock.stamp(datetime.fromisoformat(job["Created"]).replace(tzinfo=UTC))
    return (
        job["InternalID"] + shift, tenant_id, job["UUID"], job["ID"], job["Name"], job["Description"],
        keys[job["Client"]], keys[job["Contact"]] if job["Contact"] else None, job["ClientOrderNumber"],
        keys[job["State"]], job["StartDate"], job["DueDate"], job["CompletedDate"], job["Budget"],
        keys[job["Category"]], keys[job["Manager"]] if job["Manager"] else None,
        keys[job["Partner"]] if job["Partner"] else None, _encoded(job["Milestones"]), _encoded(job["Notes"]),
        created,
    )  # fmt: skip


def _put_tasks(db: sqlite3.Connection, tenant_id: str, firm: Firm, keys: Mapping[str, int], shift: int) -> None:
    rows = (
        (task["ID"] + shift, tenant_id, task["UUID"], job["InternalID"] + shift, keys[task["Task"]], task["Name"],
         task["EstimatedMinutes"], task["Completed"], task["Billable"], task.get("StartDate"), task.get("DueDate"),
         place)
        for job in firm.jobs for place, task in enumerate(job["Tasks"])
    )  # fmt: skip
    db.executemany(
        "INSERT INTO task (id, tenant_id, uuid, job_id, task_type_id, name, estimated_minutes, is_completed,"
        " is_billable, starts, due, place) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
    assigned = (
        (task["ID"] + shift, keys[person], minutes)
        for job in firm.jobs
        for task in job["Tasks"]
        for person, minutes in task["Assigned"]
    )
    db.executemany("INSERT INTO task_staff VALUES (?, ?, ?)", assigned)


def _values(firm: Firm, keys: Mapping[str, int], shift: int) -> Iterator[_Row]:
    for client in firm.clients:
        for value in client["CustomFields"]:
            yield "Client", keys[client["UUID"]], keys[value["UUID"]], value["Value"]
    for job in firm.jobs:
        for value in job["CustomFields"]:
            yield "Job", job["InternalID"] + shift, keys[value["UUID"]], value["Value"]
