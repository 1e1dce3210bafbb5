"""Staff: the list, one of them with what they may do, and taking somebody off it."""

import sqlite3

from flask import Blueprint, Response, abort

from xpm_sandbox import finding, privileges, staffing
from xpm_sandbox.world import Tenant
from xpm_sandbox.xpm_pages import controls, rolls
from xpm_sandbox.xpm_pages.controls import Asks, Control, Entered
from xpm_sandbox.xpm_pages.desk import Desk, Place, address, go, page, sent

_FORM = (
    Control("Name", "Name", required=True),
    Control("Email", "E-mail", Asks.EMAIL),
    Control("Phone", "Phone"),
    Control("Mobile", "Mobile"),
    Control("Address", "Address", Asks.LINES),
    Control("PayrollCode", "Payroll code"),
)
_PRIVILEGES = (
    Control("may_sign_in", "Sign in to this practice", Asks.FLAG),
    Control(
        "may_connect", "Connect third-party apps", Asks.FLAG,
        hint="Goes with their login, over every practice of theirs. Without it their connected apps are refused.",
    ),
    Control(
        "sees_all_clients", "See every client", Asks.FLAG,
        hint="Without it they, and apps they connect, see only clients whose partner or manager they are.",
    ),
)  # fmt: skip
_KINDS = {"all": "All", "enabled": "May sign in", "disabled": "May not sign in"}
_HEADS = (("name", "Name", ""), ("email", "E-mail", "less"), ("", "Phone", "less"), ("", "May", ""))


def add_pages(blueprint: Blueprint, desk: Desk) -> None:
    """The list and everything about one of them."""
    _listing(blueprint, desk)
    _one(blueprint, desk)
    _allowing(blueprint, desk)
    _ending(blueprint, desk)


def _listing(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/xpm/<tenant_id>/staff")
    def staff(tenant_id: str) -> Response:
        with desk.read(tenant_id) as (db, practice):
            listed = rolls.asked(db, practice, finding.STAFF, _KINDS, _HEADS)
            rows = [(staffing.person(db, number), privileges.privileges(db, number)) for number in listed.numbers]
            return page(db, practice, "staff.html", [Place("Staff")], listed=listed, rows=rows)

    @blueprint.get("/xpm/<tenant_id>/staff/new")
    def new_person(tenant_id: str) -> Response:
        with desk.read(tenant_id) as (db, practice):
            return _new(db, practice, Entered())

    @blueprint.post("/xpm/<tenant_id>/staff/new")
    def add_person(tenant_id: str) -> Response:
        with desk.write(tenant_id) as (db, practice):
            entered = controls.read(_FORM, sent())
            if entered.wrong:
                return _new(db, practice, entered)
            row = staffing.person(db, staffing.add(db, practice.id, _values(entered)))
        return go("person", practice, "added", key=row["uuid"])


def _one(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/xpm/<tenant_id>/staff/<uuid:key>")
    def person(tenant_id: str, key: object) -> Response:
        with desk.read(tenant_id) as (db, practice):
            return _page(db, practice, _the_person(db, practice, key))

    @blueprint.post("/xpm/<tenant_id>/staff/<uuid:key>")
    def save_person(tenant_id: str, key: object) -> Response:
        with desk.write(tenant_id) as (db, practice):
            row, entered = _the_person(db, practice, key), controls.read(_FORM, sent())
            if entered.wrong:
                return _page(db, practice, row, entered)
            values = {name: value for name, value in _values(entered).items() if value != row[staffing.COLUMNS[name]]}
            staffing.edit(db, row["id"], values)
        return go("person", practice, "saved" if values else "unchanged", key=row["uuid"])


def _allowing(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.post("/xpm/<tenant_id>/staff/<uuid:key>/privileges")
    def allow_person(tenant_id: str, key: object) -> Response:
        with desk.write(tenant_id) as (db, practice):
            row, wanted = _the_person(db, practice, key), controls.read(_PRIVILEGES, sent())
            may_connect = wanted.flag("may_connect")
            if may_connect and not wanted.flag("may_sign_in"):
                wanted.refuse("may_connect", "Only somebody who may sign in can connect apps.")
            if may_connect and not row["email"] and privileges.privileges(db, row["id"]).login is None:
                wanted.refuse("may_connect", "They need an e-mail address to sign in by.")
            if wanted.wrong:
                return _page(db, practice, row, allowed=wanted)
            privileges.allow(
                db, row["id"], may_sign_in=wanted.flag("may_sign_in"), may_connect=may_connect,
                sees_all_clients=wanted.flag("sees_all_clients"),
            )  # fmt: skip
        return go("person", practice, "saved", key=row["uuid"])


def _ending(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/xpm/<tenant_id>/staff/<uuid:key>/delete")
    def ask_delete_person(tenant_id: str, key: object) -> Response:
        with desk.read(tenant_id) as (db, practice):
            row = _the_person(db, practice, key)
            return page(
                db, practice, "confirm.html", [*_trail(practice, row), Place("Delete")],
                question=f"Delete {row['name']} from the staff?", action="Delete from the staff",
                effects=["They leave the list, and may sign in no more.",
                         "Clients and jobs go on naming them.", "They cannot be brought back."],
                back=address("person", practice, key=row["uuid"]),
            )  # fmt: skip

    @blueprint.post("/xpm/<tenant_id>/staff/<uuid:key>/delete")
    def delete_person(tenant_id: str, key: object) -> Response:
        with desk.write(tenant_id) as (db, practice):
            privileges.remove(db, _the_person(db, practice, key)["id"])
        return go("staff", practice, "deleted")


def _page(
    db: sqlite3.Connection,
    practice: Tenant,
    row: sqlite3.Row,
    entered: Entered | None = None,
    allowed: Entered | None = None,
) -> Response:
    may = privileges.privileges(db, row["id"])
    held = {name: row[column] for name, column in staffing.COLUMNS.items()}
    flags = {name: "Yes" if getattr(may, name) else "" for name in (control.name for control in _PRIVILEGES)}
    return page(
        db, practice, "person.html", _trail(practice, row), status=422 if entered or allowed else 200, person=row,
        login=may.login, form=controls.shown(_FORM, *((entered.values, entered.wrong) if entered else (held, {}))),
        allowed=controls.shown(_PRIVILEGES, *((allowed.values, allowed.wrong) if allowed else (flags, {}))),
    )  # fmt: skip


def _new(db: sqlite3.Connection, practice: Tenant, entered: Entered) -> Response:
    return page(
        db, practice, "new_person.html", [Place("Staff", address("staff", practice)), Place("Add somebody")],
        status=422 if entered.wrong else 200, form=controls.shown(_FORM, entered.values, entered.wrong),
    )  # fmt: skip


def _trail(practice: Tenant, row: sqlite3.Row) -> list[Place]:
    return [
        Place("Staff", address("staff", practice)),
        Place(row["name"], address("person", practice, key=row["uuid"])),
    ]


def _values(entered: Entered) -> dict[str, str]:
    return {control.name: entered.values[control.name].strip() for control in _FORM}


def _the_person(db: sqlite3.Connection, practice: Tenant, key: object) -> sqlite3.Row:
    number = finding.number(db, "staff", practice.id, key)
    row = staffing.person(db, number) if number is not None else None
    if row is None or row["is_deleted"]:
        abort(404)
    return row
