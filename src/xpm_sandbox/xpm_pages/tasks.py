"""The tasks of a job: in order, done or not, whose they are; and whole templates of them."""

import sqlite3
from collections.abc import Mapping

from flask import Blueprint, Response, abort, request

from xpm_sandbox import job_changes, job_settings
from xpm_sandbox.jobs import Job, Task
from xpm_sandbox.world import Tenant
from xpm_sandbox.xpm_pages import controls
from xpm_sandbox.xpm_pages.controls import Asks, Control, Entered
from xpm_sandbox.xpm_pages.desk import Desk, Place, address, go, page, sent
from xpm_sandbox.xpm_pages.jobs import TABS, staff_options, tab, the_job

_TURNS = {"complete": 1, "reopen": 0}


def add_pages(blueprint: Blueprint, desk: Desk) -> None:
    """The tab of a job's tasks, and one task."""
    _listing(blueprint, desk)
    _one(blueprint, desk)
    _people(blueprint, desk)


def _listing(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/xpm/<tenant_id>/jobs/<uuid:key>/tasks")
    def job_tasks(tenant_id: str, key: object) -> Response:
        with desk.read(tenant_id) as (db, practice):
            return _tab(db, practice, the_job(db, practice, key), Entered())

    @blueprint.post("/xpm/<tenant_id>/jobs/<uuid:key>/tasks")
    def add_task(tenant_id: str, key: object) -> Response:
        with desk.write(tenant_id) as (db, practice):
            job = the_job(db, practice, key)
            entered = controls.read(_form(db, practice), sent())
            _check(entered)
            if entered.wrong:
                return _tab(db, practice, job, entered)
            with job_changes.working_on(db, job.id, desk.now(), moves_modified=desk.moves(db, "jobs")):
                job_changes.add_task(db, practice.id, job.id, _values(db, entered))
        return go("job_tasks", practice, "added", key=job.uuid)

    @blueprint.post("/xpm/<tenant_id>/jobs/<uuid:key>/template")
    def apply_template(tenant_id: str, key: object) -> Response:
        with desk.write(tenant_id) as (db, practice):
            job = the_job(db, practice, key)
            known = {str(row["id"]): row["id"] for row in job_settings.listed(db, job_settings.TEMPLATE, practice.id)}
            if request.form.get("template", "") not in known:
                abort(400)
            append = request.form.get("append") == "Yes"
            with job_changes.working_on(db, job.id, desk.now(), moves_modified=desk.moves(db, "jobs")):
                job_changes.apply_template(db, practice.id, job, known[request.form["template"]], append=append)
        return go("job_tasks", practice, "added", key=job.uuid)


def _one(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/xpm/<tenant_id>/jobs/<uuid:key>/tasks/<uuid:task_key>")
    def task(tenant_id: str, key: object, task_key: object) -> Response:
        with desk.read(tenant_id) as (db, practice):
            job = the_job(db, practice, key)
            found = _the_task(job, task_key)
            return _page(db, practice, job, found, Entered(_held(found)))

    @blueprint.post("/xpm/<tenant_id>/jobs/<uuid:key>/tasks/<uuid:task_key>")
    def save_task(tenant_id: str, key: object, task_key: object) -> Response:
        with desk.write(tenant_id) as (db, practice):
            job = the_job(db, practice, key)
            found = _the_task(job, task_key)
            entered = controls.read(_form(db, practice), sent())
            _check(entered)
            if entered.wrong:
                return _page(db, practice, job, found, entered)
            with job_changes.working_on(db, job.id, desk.now(), moves_modified=desk.moves(db, "jobs")):
                job_changes.edit_task(db, found.id, _values(db, entered))
        return go("job_tasks", practice, "saved", key=job.uuid)

    @blueprint.post(f"/xpm/<tenant_id>/jobs/<uuid:key>/tasks/<uuid:task_key>/<any({', '.join(_TURNS)}):turn>")
    def turn_task(tenant_id: str, key: object, task_key: object, turn: str) -> Response:
        with desk.write(tenant_id) as (db, practice):
            job = the_job(db, practice, key)
            found = _the_task(job, task_key)
            with job_changes.working_on(db, job.id, desk.now(), moves_modified=desk.moves(db, "jobs")):
                job_changes.edit_task(db, found.id, {"is_completed": _TURNS[turn]})
        return go("job_tasks", practice, "saved", key=job.uuid)


def _people(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.post("/xpm/<tenant_id>/jobs/<uuid:key>/tasks/<uuid:task_key>/staff")
    def change_task_staff(tenant_id: str, key: object, task_key: object) -> Response:
        with desk.write(tenant_id) as (db, practice):
            job = the_job(db, practice, key)
            found = _the_task(job, task_key)
            wanted = set(request.form.getlist("staff"))
            known = {key for key, _ in staff_options(db, practice) if key}
            if not wanted <= known:
                abort(400)
            with job_changes.working_on(db, job.id, desk.now(), moves_modified=desk.moves(db, "jobs")):
                _assign(db, found, {int(key) for key in wanted})
        return go("task", practice, "saved", key=job.uuid, task_key=found.uuid)


def _assign(db: sqlite3.Connection, task: Task, wanted: set[int]) -> None:
    there = {each.staff.id for each in task.assigned}
    for staff in sorted(wanted - there):
        job_changes.assign_task(db, task, staff)
    for staff in sorted(there - wanted):
        job_changes.unassign_task(db, task, staff)


def _tab(db: sqlite3.Connection, practice: Tenant, job: Job, entered: Entered) -> Response:
    templates = job_settings.listed(db, job_settings.TEMPLATE, practice.id)
    return tab(
        db, practice, job, "job_tasks", "job_tasks.html", templates=templates, refused=bool(entered.wrong),
        form=controls.shown(_form(db, practice), {"is_billable": "Yes", **entered.values}, entered.wrong),
    )  # fmt: skip


def _page(db: sqlite3.Connection, practice: Tenant, job: Job, task: Task, entered: Entered) -> Response:
    trail = [
        Place("Jobs", address("jobs", practice)),
        Place(f"{job.number} {job.name}", address("job", practice, key=job.uuid)),
        Place(dict(TABS)["job_tasks"], address("job_tasks", practice, key=job.uuid)),
        Place(task.name),
    ]
    people = [option for option in staff_options(db, practice) if option[0]]
    return page(
        db, practice, "task.html", trail, status=422 if entered.wrong else 200, job=job, task=task, people=people,
        form=controls.shown(_form(db, practice), entered.values, entered.wrong),
        assigned={str(each.staff.id) for each in task.assigned},
    )  # fmt: skip


def _form(db: sqlite3.Connection, practice: Tenant) -> list[Control]:
    types = [(row["id"], row["name"]) for row in job_settings.listed(db, job_settings.TASK_TYPE, practice.id)]
    return [
        Control("task_type_id", "Task", Asks.CHOICE, required=True, options=controls.choice(types)),
        Control("name", "Label", hint="Leave it empty for the task's own name."),
        Control("description", "Description", Asks.LINES),
        Control("estimated_minutes", "Estimated minutes", Asks.WHOLE),
        Control("starts", "Start date", Asks.DATE),
        Control("due", "Due date", Asks.DATE),
        Control("is_billable", "Billable", Asks.FLAG),
    ]


def _check(entered: Entered) -> None:
    if entered.text("estimated_minutes").startswith("-"):
        entered.refuse("estimated_minutes", "Minutes must not be below nought.")
    starts, due = entered.text("starts"), entered.text("due")
    if starts and due and due < starts:
        entered.refuse("due", "Due date must not be before the start date.")


def _values(db: sqlite3.Connection, entered: Entered) -> Mapping[str, str | int | None]:
    kind = entered.number("task_type_id") or 0
    return {
        "task_type_id": kind,
        "name": entered.text("name") or job_settings.setting(db, job_settings.TASK_TYPE, kind)["name"],
        "description": entered.values["description"],
        "estimated_minutes": entered.number("estimated_minutes") or 0,
        "starts": entered.or_none("starts"),
        "due": entered.or_none("due"),
        "is_billable": int(entered.flag("is_billable")),
    }


def _held(task: Task) -> dict[str, str]:
    return {
        "task_type_id": str(task.type.id), "name": task.name, "description": task.description,
        "estimated_minutes": str(task.estimated_minutes or ""), "starts": task.starts or "", "due": task.due or "",
        "is_billable": "Yes" if task.is_billable else "",
    }  # fmt: skip


def _the_task(job: Job, key: object) -> Task:
    found = next((task for task in job.tasks if task.uuid == str(key)), None)
    if found is None:
        abort(404)
    return found
