"""What a practice sets up: labels of clients, and what its jobs are made of."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, abort, request

from xpm_sandbox import fields, job_settings, practice_settings
from xpm_sandbox.job_settings import Kind
from xpm_sandbox.practice_settings import Labels
from xpm_sandbox.world import Tenant
from xpm_sandbox.xpm_pages import controls
from xpm_sandbox.xpm_pages.controls import Asks, Control, Entered
from xpm_sandbox.xpm_pages.desk import Desk, Place, address, go, page, sent

_NAME = Control("name", "Name", required=True)
_TASK_ROWS = 3


@dataclass(frozen=True)
class Sort:
    """One sort of setting: its title, what it is for, and the controls that one of them has."""

    title: str
    purpose: str
    controls: tuple[Control, ...]
    kind: Kind


@dataclass(frozen=True)
class LabelSort:
    """One list of labels: its title, what it is for, and the regions that have it."""

    title: str
    purpose: str
    labels: Labels
    regions: tuple[str, ...]


LABELS = {
    "structures": LabelSort(
        "Business structures",
        "What a client can be in the eyes of the law.",
        practice_settings.STRUCTURES,
        fields.REGIONS,
    ),
    "tax-agents": LabelSort(
        "Tax agents", "Whose client list at Inland Revenue a client is on.", practice_settings.TAX_AGENTS, ("NZ",)
    ),
}
SORTS = {
    "job-states": Sort(
        "Job states", "How far a job has come. Apps name a state by its code.",
        (
            _NAME,
            Control("code", "Code", required=True),
            Control("kind", "Means", Asks.CHOICE, required=True,
                    options=controls.choice(((each, each) for each in job_settings.STATE_KINDS), empty=None)),
            Control("place", "Place in the list", Asks.WHOLE, required=True),
        ),
        job_settings.JOB_STATE,
    ),
    "categories": Sort("Job categories", "What sort of work a job is.", (_NAME,), job_settings.CATEGORY),
    "tasks": Sort(
        "Tasks", "The steps that jobs are made of.", (_NAME, Control("description", "Description")),
        job_settings.TASK_TYPE,
    ),
    "templates": Sort("Job templates", "Tasks that a new job begins with.", (_NAME,), job_settings.TEMPLATE),
}  # fmt: skip


def add_pages(blueprint: Blueprint, desk: Desk) -> None:
    """The overview, labels, job settings and templates' tasks."""
    _overview(blueprint, desk)
    _labels(blueprint, desk)
    _settings(blueprint, desk)
    _one_setting(blueprint, desk)
    _templates(blueprint, desk)


def _overview(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/xpm/<tenant_id>/settings")
    def settings(tenant_id: str) -> Response:
        with desk.read(tenant_id) as (db, practice):
            labels = {key: sort for key, sort in LABELS.items() if practice.region in sort.regions}
            counts = {key: len(practice_settings.listed(db, practice.id, sort.labels)) for key, sort in labels.items()}
            counts |= {key: len(job_settings.listed(db, sort.kind, practice.id)) for key, sort in SORTS.items()}
            return page(db, practice, "settings.html", [Place("Settings")], labels=labels, sorts=SORTS, counts=counts)


def _labels(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get(f"/xpm/<tenant_id>/settings/<any({', '.join(map(repr, LABELS))}):sort>")
    def labels(tenant_id: str, sort: str) -> Response:
        with desk.read(tenant_id) as (db, practice):
            return _label_page(db, practice, sort)

    @blueprint.post(f"/xpm/<tenant_id>/settings/<any({', '.join(map(repr, LABELS))}):sort>")
    def change_labels(tenant_id: str, sort: str) -> Response:
        with desk.write(tenant_id) as (db, practice):
            _label_sort(practice, sort)
            wrong = _change_label(desk, db, practice, LABELS[sort].labels)
            if wrong:
                return _label_page(db, practice, sort, wrong)
        return go("labels", practice, "saved", sort=sort)


def _settings(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get(f"/xpm/<tenant_id>/settings/<any({', '.join(map(repr, SORTS))}):sort>")
    def job_setting_list(tenant_id: str, sort: str) -> Response:
        with desk.read(tenant_id) as (db, practice):
            return _list(db, practice, sort, Entered())

    @blueprint.post(f"/xpm/<tenant_id>/settings/<any({', '.join(map(repr, SORTS))}):sort>")
    def add_setting(tenant_id: str, sort: str) -> Response:
        with desk.write(tenant_id) as (db, practice):
            entered = controls.read(SORTS[sort].controls, sent())
            _check_unique(db, practice, sort, entered, 0)
            if entered.wrong:
                return _list(db, practice, sort, entered)
            job_settings.add(db, SORTS[sort].kind, practice.id, _values(sort, entered))
        return go("job_setting_list", practice, "added", sort=sort)


def _one_setting(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get(f"/xpm/<tenant_id>/settings/<any({', '.join(map(repr, SORTS))}):sort>/<int:number>")
    def job_setting(tenant_id: str, sort: str, number: int) -> Response:
        with desk.read(tenant_id) as (db, practice):
            row = _the_setting(db, practice, sort, number)
            return _page(db, practice, sort, row, Entered(_held(sort, row)))

    @blueprint.post(f"/xpm/<tenant_id>/settings/<any({', '.join(map(repr, SORTS))}):sort>/<int:number>")
    def save_setting(tenant_id: str, sort: str, number: int) -> Response:
        with desk.write(tenant_id) as (db, practice):
            row, entered = _the_setting(db, practice, sort, number), controls.read(SORTS[sort].controls, sent())
            _check_unique(db, practice, sort, entered, number)
            if entered.wrong:
                return _page(db, practice, sort, row, entered)
            job_settings.edit(db, SORTS[sort].kind, number, _values(sort, entered))
        return go("job_setting_list", practice, "saved", sort=sort)

    @blueprint.post(f"/xpm/<tenant_id>/settings/<any({', '.join(map(repr, SORTS))}):sort>/<int:number>/delete")
    def delete_setting(tenant_id: str, sort: str, number: int) -> Response:
        with desk.write(tenant_id) as (db, practice):
            row = _the_setting(db, practice, sort, number)
            try:
                job_settings.delete(db, SORTS[sort].kind, number)
            except sqlite3.IntegrityError:
                wrong = {"name": f"{row['name']} is used by jobs or templates, so it stays."}
                return _page(db, practice, sort, row, Entered(_held(sort, row), wrong))
        return go("job_setting_list", practice, "deleted", sort=sort)


def _templates(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.post("/xpm/<tenant_id>/settings/templates/<int:number>/tasks")
    def set_template_tasks(tenant_id: str, number: int) -> Response:
        with desk.write(tenant_id) as (db, practice):
            row = _the_setting(db, practice, "templates", number)
            types = {str(each["id"]) for each in job_settings.listed(db, job_settings.TASK_TYPE, practice.id)}
            form = (request.form.getlist(name) for name in ("type", "label", "minutes"))
            tasks = [each for each in zip(*form, strict=False) if each[0]]
            if any(kind not in types or not minutes.strip().isdecimal() for kind, _, minutes in tasks):
                entered = Entered(_held("templates", row), {"tasks": "Each task needs whole minutes, nought or more."})
                return _page(db, practice, "templates", row, entered)
            wanted = [(int(kind), label.strip(), int(minutes)) for kind, label, minutes in tasks]
            job_settings.set_template_tasks(db, number, wanted)
        return go("job_setting", practice, "saved", sort="templates", number=number)


def _label_page(db: sqlite3.Connection, practice: Tenant, key: str, wrong: Mapping[str, str] | None = None) -> Response:
    sort = _label_sort(practice, key)
    return page(
        db, practice, "labels.html", [Place("Settings", address("settings", practice)), Place(sort.title)],
        status=422 if wrong else 200, sort=sort, key=key, wrong=wrong or {},
        rows=practice_settings.listed(db, practice.id, sort.labels),
    )  # fmt: skip


def _change_label(desk: Desk, db: sqlite3.Connection, practice: Tenant, labels: Labels) -> dict[str, str]:
    """Add, rename or remove the label that the form names; gives what is wrong by label, empty for a new one."""
    old, new = request.form.get("old", ""), request.form.get("label", "").strip()
    held = [label for label, _ in practice_settings.listed(db, practice.id, labels)]
    if old and old not in held:
        abort(404)
    if old and request.form.get("remove"):
        try:
            practice_settings.remove_label(db, practice.id, labels, old)
        except sqlite3.IntegrityError:
            return {old: f"Clients have {old}, so it stays. Give them another first."}
        return {}
    if not new:
        return {old: "A name is needed."}
    if new != old and new.casefold() in {label.casefold() for label in held if label != old}:
        return {old: f"There is {new} already."}
    if not old:
        practice_settings.add_label(db, practice.id, labels, new)
    elif new != old:
        practice_settings.rename_label(db, practice.id, desk.now(), labels, old, new)
    return {}


def _label_sort(practice: Tenant, key: str) -> LabelSort:
    if practice.region not in LABELS[key].regions:
        abort(404)
    return LABELS[key]


def _list(db: sqlite3.Connection, practice: Tenant, key: str, entered: Entered) -> Response:
    sort = SORTS[key]
    rows = job_settings.listed(db, sort.kind, practice.id)
    usual = {"kind": "current", "place": str(len(rows))}
    return page(
        db, practice, "job_settings.html", [Place("Settings", address("settings", practice)), Place(sort.title)],
        status=422 if entered.wrong else 200, sort=sort, key=key, rows=rows,
        form=controls.shown(sort.controls, {**usual, **entered.values}, entered.wrong),
    )  # fmt: skip


def _page(db: sqlite3.Connection, practice: Tenant, key: str, row: sqlite3.Row, entered: Entered) -> Response:
    sort = SORTS[key]
    trail = [
        Place("Settings", address("settings", practice)),
        Place(sort.title, address("job_setting_list", practice, sort=key)),
        Place(row["name"]),
    ]
    types = [(each["id"], each["name"]) for each in job_settings.listed(db, job_settings.TASK_TYPE, practice.id)]
    tasks = [dict(each) for each in job_settings.template_tasks(db, row["id"])] if key == "templates" else []
    blank = [{"task_type_id": "", "label": "", "estimated_minutes": 0}] * _TASK_ROWS
    return page(
        db, practice, "job_setting.html", trail, status=422 if entered.wrong else 200, sort=sort, key=key, row=row,
        form=controls.shown(sort.controls, entered.values, entered.wrong), types=types, wrong=entered.wrong,
        tasks=tasks + blank,
    )  # fmt: skip


def _values(key: str, entered: Entered) -> dict[str, str | int]:
    texts: dict[str, str | int] = {control.name: entered.text(control.name) for control in SORTS[key].controls}
    return {**texts, "place": entered.number("place") or 0} if "place" in texts else texts


def _held(key: str, row: sqlite3.Row) -> dict[str, str]:
    return {control.name: str(row[control.name]) for control in SORTS[key].controls}


def _check_unique(db: sqlite3.Connection, practice: Tenant, key: str, entered: Entered, own: int) -> None:
    """Names may repeat in what XPM lists; a state's code is what apps name it by, so it may not."""
    code = entered.text("code")
    there = job_settings.state_of_code(db, practice.id, code) if code else None
    if there is not None and there["id"] != own:
        entered.refuse("code", f"{there['name']} has this code already.")


def _the_setting(db: sqlite3.Connection, practice: Tenant, key: str, number: int) -> sqlite3.Row:
    rows = job_settings.listed(db, SORTS[key].kind, practice.id)
    found = next((row for row in rows if row["id"] == number), None)
    if found is None:
        abort(404)
    return found
