"""`time.api`: lists by day, person and job; get, add, update, delete."""

import re
import sqlite3
from collections.abc import Mapping

from flask import Response, request

from xpm_sandbox import timesheets
from xpm_sandbox.api import typed, xml_in
from xpm_sandbox.api.call import Call, Refusal
from xpm_sandbox.api.job_edits import named_job
from xpm_sandbox.api.job_xml import moment_of, true_false
from xpm_sandbox.api.xml_out import element, listing
from xpm_sandbox.timesheets import Entry

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)


def list_times(call: Call) -> Response:
    """Everybody's entries of a window of less than one year."""
    first, last = typed.window(request.args)
    with call.sandbox.world.read() as db:
        return _list(call, timesheets.between(db, call.tenant.id, first, last))


def of_staff(call: Call, key: str) -> Response:
    """One person's entries of a window of less than one year."""
    first, last = typed.window(request.args)
    with call.sandbox.world.read() as db:
        staff = call.staff_number(db, key)
        return _list(call, timesheets.between(db, call.tenant.id, first, last, staff))


def of_job(call: Call, number: str) -> Response:
    """Every entry of one job."""
    with call.sandbox.world.read() as db:
        return _list(call, timesheets.of_job(db, call.tenant.id, named_job(db, call, number).id))


def get(call: Call, key: str) -> Response:
    """One entry."""
    with call.sandbox.world.read() as db:
        return _one(call, timesheets.entry(db, call.tenant.id, _number(db, call, key)))


def add(call: Call) -> Response:
    """A new entry: minutes, which may be negative, or a start and an end."""
    sent = xml_in.sent("Timesheet")
    for name in ("Job", f"Task{call.key_name}", f"Staff{call.key_name}", "Date"):
        typed.required(sent, name)
    with call.writing() as db:
        values = _values(db, call, sent, {})
        if "minutes" not in values:
            raise Refusal("Minutes, or Start and End, are required")
        number = timesheets.add(db, call.tenant.id, values)
        found = timesheets.entry(db, call.tenant.id, number)
    return _one(call, found)


def update(call: Call) -> Response:
    """Set the elements sent."""
    sent = xml_in.sent("Timesheet")
    with call.writing() as db:
        number = _number(db, call, sent.get(call.key_name, ""))
        before = timesheets.entry(db, call.tenant.id, number)
        present = {"job_id": before.job_id, "task_id": before.task.id}
        timesheets.edit(db, number, _values(db, call, sent, present))
        found = timesheets.entry(db, call.tenant.id, number)
    return _one(call, found)


def delete(call: Call, key: str) -> Response:
    """Remove an entry."""
    with call.writing() as db:
        timesheets.delete(db, _number(db, call, key))
    return call.reply()


def _number(db: sqlite3.Connection, call: Call, key: str) -> int:
    return call.known_number(db, "time_entry", key, "time")


def _values(
    db: sqlite3.Connection, call: Call, sent: Mapping[str, str], present: Mapping[str, int]
) -> dict[str, str | int | None]:
    """The values sent; `present` holds the job and task of an entry that is there."""
    values: dict[str, str | int | None] = {}
    if "Job" in sent:
        values["job_id"] = named_job(db, call, sent["Job"]).id
    if f"Task{call.key_name}" in sent:
        values["task_id"] = call.known_number(db, "task", sent[f"Task{call.key_name}"], "task")
    if f"Staff{call.key_name}" in sent:
        values["staff_id"] = call.staff_number(db, sent[f"Staff{call.key_name}"])
    if "Date" in sent:
        values["date"] = typed.day("Date", sent["Date"])
    if "Note" in sent:
        values["note"] = sent["Note"]
    _check_task(db, {**present, **values})
    return values | _duration(sent)


def _check_task(db: sqlite3.Connection, values: Mapping[str, str | int | None]) -> None:
    row = db.execute("SELECT job_id FROM task WHERE id = ?", (values["task_id"],)).fetchone()
    if row[0] != values["job_id"]:
        raise Refusal("The task is not one of the job's")


def _duration(sent: Mapping[str, str]) -> dict[str, str | int | None]:
    if sent.get("Minutes", "").strip():
        return {"minutes": typed.whole("Minutes", sent["Minutes"], negative=True), "begins": None, "ends": None}
    begins, ends = sent.get("Start", "").strip(), sent.get("End", "").strip()
    if not begins and not ends:
        return {}
    minutes = _minutes("End", ends) - _minutes("Start", begins)
    if minutes < 0:
        raise Refusal("End must not be before Start")
    return {"minutes": minutes, "begins": begins, "ends": ends}


def _minutes(name: str, clock: str) -> int:
    found = _CLOCK.fullmatch(clock)
    if found is None:
        raise Refusal(f"Invalid {name}: {clock}")
    return int(found[1]) * 60 + int(found[2])


def _list(call: Call, found: list[Entry]) -> Response:
    return call.reply(listing("Times", (_time(call, each) for each in found)))


def _one(call: Call, found: Entry) -> Response:
    return call.reply(_time(call, found))


def _time(call: Call, found: Entry) -> str:
    spans = "".join(element(name, at) for name, at in (("Start", found.begins), ("End", found.ends)) if at)
    inner = (
        call.style.key(found.id, found.uuid)
        + f"<Job>{element('ID', found.job_number)}{element('Name', found.job_name)}</Job>"
        + call.style.ref("Task", found.task) + call.style.ref("Staff", found.staff)
        + element("Date", moment_of(found.date)) + element("Minutes", str(found.minutes))
        + element("Note", found.note) + element("Billable", true_false(found.is_billable)) + spans
    )  # fmt: skip
    return f"<Time>{inner}</Time>"
