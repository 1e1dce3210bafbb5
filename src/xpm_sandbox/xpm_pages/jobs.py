"""Jobs: the list, a client's, one job with its state and people, adding and deleting."""

import sqlite3
from collections.abc import Mapping

from flask import Blueprint, Response, abort, request

from xpm_sandbox import finding, job_changes, job_settings, records
from xpm_sandbox import jobs as store
from xpm_sandbox.clock import moment
from xpm_sandbox.jobs import Job
from xpm_sandbox.world import Tenant
from xpm_sandbox.xpm_pages import clients, controls, custom_fields, rolls
from xpm_sandbox.xpm_pages.controls import Asks, Control, Entered
from xpm_sandbox.xpm_pages.desk import Desk, Place, address, go, page, sent
from xpm_sandbox.xpm_pages.picking import Picker, picked

_KINDS = {"current": "Current", "completed": "Completed", "cancelled": "Cancelled", "all": "All"}
_HEADS = (
    ("due", "Due", ""),
    ("number", "Number", "less"),
    ("name", "Job", ""),
    ("client", "Client", ""),
    ("state", "State", "less"),
    ("manager", "Manager", "less"),
)
TABS = (
    ("job", "Details"),
    ("job_tasks", "Tasks"),
    ("job_custom_fields", "Custom fields"),
    ("job_notes", "Notes"),
    ("job_documents", "Documents"),
)
_CLIENT = Picker("client", "Client")


def add_pages(blueprint: Blueprint, desk: Desk) -> None:
    """Everything about jobs but what is filed with them and their tasks."""
    _listing(blueprint, desk)
    _adding(blueprint, desk)
    _details(blueprint, desk)
    _people(blueprint, desk)
    _ending(blueprint, desk)
    _custom_values(blueprint, desk)


def _listing(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/xpm/<tenant_id>/jobs")
    def jobs(tenant_id: str) -> Response:
        with desk.read(tenant_id) as (db, practice):
            listed = rolls.asked(db, practice, finding.JOBS, _KINDS, _HEADS)
            rows = store.load(db, listed.numbers)
            today = moment(desk.now()).date().isoformat()
            return page(db, practice, "jobs.html", [Place("Jobs")], listed=listed, rows=rows, today=today)

    @blueprint.get("/xpm/<tenant_id>/clients/<uuid:key>/jobs")
    def client_jobs(tenant_id: str, key: object) -> Response:
        with desk.read(tenant_id) as (db, practice):
            client = clients.the_client(db, practice, key)
            rows = store.load(db, store.of_client(db, client.id))
            return clients.tab(db, practice, client, "client_jobs", "client_jobs.html", rows=rows)


def _adding(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/xpm/<tenant_id>/jobs/new")
    def new_job(tenant_id: str) -> Response:
        with desk.read(tenant_id) as (db, practice):
            number = finding.number(db, "client", practice.id, request.args.get("client", ""))
            name = records.client(db, number).name if number else ""
            return _new(desk, db, practice, Entered(), Picker("client", "Client", text=name))

    @blueprint.post("/xpm/<tenant_id>/jobs/new")
    def add_job(tenant_id: str) -> Response:
        with desk.write(tenant_id) as (db, practice):
            entered = controls.read((*_form(db, practice, None), *_only_new(db, practice)), sent())
            _check(entered)
            client, picker = picked(db, practice, _CLIENT)
            number = entered.text("number")
            if number and store.internal_id(db, practice.id, number) is not None:
                entered.refuse("number", "Another job has this number.")
            if entered.wrong or not client:
                return _new(desk, db, practice, entered, picker)
            moves = desk.moves(db, "jobs")
            internal = job_changes.add(
                db, practice.id, desk.now(), client, _values(entered), number=number, moves_modified=moves
            )
            job, template = store.job(db, internal), entered.number("template")
            if template:
                job_changes.apply_template(db, practice.id, job, template, append=False)
        return go("job", practice, "added", key=job.uuid)


def _details(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/xpm/<tenant_id>/jobs/<uuid:key>")
    def job(tenant_id: str, key: object) -> Response:
        with desk.read(tenant_id) as (db, practice):
            found = the_job(db, practice, key)
            return _page(db, practice, found, Entered(_held(found)))

    @blueprint.post("/xpm/<tenant_id>/jobs/<uuid:key>")
    def save_job(tenant_id: str, key: object) -> Response:
        with desk.write(tenant_id) as (db, practice):
            found = the_job(db, practice, key)
            entered = controls.read(_form(db, practice, found), sent())
            _check(entered)
            if entered.wrong:
                return _page(db, practice, found, entered)
            held = _values(Entered(_held(found)))
            values = {name: value for name, value in _values(entered).items() if value != held[name]}
            if values:
                job_changes.edit(db, found.id, desk.now(), values, moves_modified=desk.moves(db, "jobs"))
        return go("job", practice, "saved" if values else "unchanged", key=found.uuid)

    @blueprint.post("/xpm/<tenant_id>/jobs/<uuid:key>/state")
    def turn_job(tenant_id: str, key: object) -> Response:
        with desk.write(tenant_id) as (db, practice):
            found = the_job(db, practice, key)
            state = job_settings.state_of_code(db, practice.id, request.form.get("state", ""))
            if state is None:
                abort(400)
            job_changes.turn(db, found.id, desk.now(), state, moves_modified=desk.moves(db, "jobs"))
        return go("job", practice, "saved", key=found.uuid)


def _people(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.post("/xpm/<tenant_id>/jobs/<uuid:key>/staff")
    def assign_job(tenant_id: str, key: object) -> Response:
        with desk.write(tenant_id) as (db, practice):
            found = the_job(db, practice, key)
            staff = _staff_sent(db, practice)
            with job_changes.working_on(db, found.id, desk.now(), moves_modified=desk.moves(db, "jobs")):
                job_changes.assign(db, found.id, staff)
        return go("job", practice, "added", key=found.uuid)

    @blueprint.post("/xpm/<tenant_id>/jobs/<uuid:key>/staff/<int:number>/remove")
    def unassign_job(tenant_id: str, key: object, number: int) -> Response:
        with desk.write(tenant_id) as (db, practice):
            found = the_job(db, practice, key)
            with job_changes.working_on(db, found.id, desk.now(), moves_modified=desk.moves(db, "jobs")):
                job_changes.unassign(db, found.id, number)
        return go("job", practice, "removed", key=found.uuid)


def _ending(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/xpm/<tenant_id>/jobs/<uuid:key>/delete")
    def ask_delete_job(tenant_id: str, key: object) -> Response:
        with desk.read(tenant_id) as (db, practice):
            found = the_job(db, practice, key)
            return page(
                db, practice, "confirm.html", [*_trail(practice, found), Place("Delete")],
                question=f"Delete {found.number}, {found.name}?", action="Delete the job",
                effects=[f"Tasks that go with it: {len(found.tasks)}.",
                         "Its notes, documents, time and costs go too.", "It cannot be brought back."],
                back=address("job", practice, key=found.uuid),
            )  # fmt: skip

    @blueprint.post("/xpm/<tenant_id>/jobs/<uuid:key>/delete")
    def delete_job(tenant_id: str, key: object) -> Response:
        with desk.write(tenant_id) as (db, practice):
            found = the_job(db, practice, key)
            job_changes.delete(db, found.id, desk.now(), moves_modified=desk.moves(db, "jobs"))
        return go("jobs", practice, "deleted")


def _custom_values(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/xpm/<tenant_id>/jobs/<uuid:key>/custom-fields")
    def job_custom_fields(tenant_id: str, key: object) -> Response:
        with desk.read(tenant_id) as (db, practice):
            found = the_job(db, practice, key)
            form = custom_fields.value_form(db, practice, "Job", found.id)
            return tab(db, practice, found, "job_custom_fields", "job_custom_fields.html", form=form)

    @blueprint.post("/xpm/<tenant_id>/jobs/<uuid:key>/custom-fields")
    def save_job_custom_fields(tenant_id: str, key: object) -> Response:
        with desk.write(tenant_id) as (db, practice):
            found = the_job(db, practice, key)
            differed, wrong = custom_fields.store_values(desk, db, practice, "Job", found.id)
            if wrong:
                return tab(db, practice, found, "job_custom_fields", "job_custom_fields.html", form=wrong, refused=True)
        return go("job_custom_fields", practice, "saved" if differed else "unchanged", key=found.uuid)


def the_job(db: sqlite3.Connection, practice: Tenant, key: object) -> Job:
    """The practice's job of this identifier; 404 when there is none."""
    number = finding.number(db, "job", practice.id, key)
    if number is None:
        abort(404)
    return store.job(db, number)


def tab(db: sqlite3.Connection, practice: Tenant, job: Job, name: str, template: str, **values: object) -> Response:
    """One of a job's tabs."""
    trail = _trail(practice, job) + ([Place(dict(TABS)[name])] if name != "job" else [])
    status = 422 if values.pop("refused", False) else 200
    return page(
        db, practice, template, trail, status=status, job=job, tabs=TABS, tab=name, here=dict(TABS)[name], **values
    )


def staff_options(db: sqlite3.Connection, practice: Tenant) -> controls.Options:
    """The practice's staff to choose from, or nobody."""
    return controls.choice((row["id"], row["name"]) for row in records.staff(db, practice.id))


def _page(db: sqlite3.Connection, practice: Tenant, job: Job, entered: Entered) -> Response:
    free = [row for row in records.staff(db, practice.id) if row["id"] not in {person.id for person in job.assigned}]
    return tab(
        db, practice, job, "job", "job.html",
        form=controls.shown(_form(db, practice, job), entered.values, entered.wrong),
        states=job_settings.listed(db, job_settings.JOB_STATE, practice.id), free=free, refused=bool(entered.wrong),
    )  # fmt: skip


def _new(desk: Desk, db: sqlite3.Connection, practice: Tenant, entered: Entered, picker: Picker) -> Response:
    form = (*_form(db, practice, None), *_only_new(db, practice))
    today = moment(desk.now()).date().isoformat()
    return page(
        db, practice, "new_job.html", [Place("Jobs", address("jobs", practice)), Place("Add a job")],
        status=422 if entered.wrong or picker.wrong else 200, picker=picker,
        form=controls.shown(form, {"starts": today, **entered.values}, entered.wrong),
    )  # fmt: skip


def _trail(practice: Tenant, job: Job) -> list[Place]:
    return [
        Place("Jobs", address("jobs", practice)),
        Place(f"{job.number} {job.name}", address("job", practice, key=job.uuid)),
    ]


def _form(db: sqlite3.Connection, practice: Tenant, job: Job | None) -> list[Control]:
    staff = staff_options(db, practice)
    categories = job_settings.listed(db, job_settings.CATEGORY, practice.id)
    return [
        Control("name", "Name", required=True),
        Control("description", "Description", Asks.LINES),
        Control("starts", "Start date", Asks.DATE, required=True),
        Control("due", "Due date", Asks.DATE, required=True),
        Control("category_id", "Category", Asks.CHOICE, options=_rows(categories)),
        *([Control("contact_id", "Contact", Asks.CHOICE, options=_contacts(db, job))] if job else []),
        Control("partner", "Partner", Asks.CHOICE, options=staff),
        Control("manager", "Manager", Asks.CHOICE, options=staff),
        Control("order_number", "Client order number"),
        Control("budget", "Budget", Asks.DECIMAL),
    ]


def _only_new(db: sqlite3.Connection, practice: Tenant) -> list[Control]:
    templates = job_settings.listed(db, job_settings.TEMPLATE, practice.id)
    return [
        Control("template", "Template", Asks.CHOICE, options=_rows(templates), hint="Its tasks are added to the job."),
        Control("number", "Job number", hint="Leave it empty for the next one."),
    ]


def _contacts(db: sqlite3.Connection, job: Job) -> controls.Options:
    held = [(each.id, each.name) for each in records.client(db, job.client.id).contacts]
    if job.contact and job.contact.id not in dict(held):
        held.append((job.contact.id, job.contact.name))
    return controls.choice(held)


def _rows(rows: list[sqlite3.Row]) -> controls.Options:
    return controls.choice((row["id"], row["name"]) for row in rows)


def _check(entered: Entered) -> None:
    starts, due = entered.text("starts"), entered.text("due")
    if starts and due and due < starts:
        entered.refuse("due", "Due date must not be before the start date.")


def _values(entered: Entered) -> Mapping[str, str | int | None]:
    return {
        "name": entered.text("name"),
        "description": entered.values.get("description", ""),
        "starts": entered.text("starts"),
        "due": entered.text("due"),
        "order_number": entered.text("order_number"),
        "budget": entered.or_none("budget"),
        **{name: entered.number(name) for name in ("category_id", "contact_id", "partner", "manager")},
    }


def _held(job: Job) -> dict[str, str]:
    refs = {
        "category_id": job.category, "contact_id": job.contact, "partner": job.partner, "manager": job.manager,
    }  # fmt: skip
    return {
        "name": job.name, "description": job.description, "starts": job.starts, "due": job.due,
        "order_number": job.order_number, "budget": job.budget or "",
        **{name: str(ref.id) if ref else "" for name, ref in refs.items()},
    }  # fmt: skip


def _staff_sent(db: sqlite3.Connection, practice: Tenant) -> int:
    """The number of the staff that was chosen; 400 for nobody of theirs."""
    known = {str(row["id"]): int(row["id"]) for row in records.staff(db, practice.id)}
    if request.form.get("staff", "") not in known:
        abort(400)
    return known[request.form["staff"]]
