"""Custom fields: their definitions, and the values of clients, contacts and jobs."""

import sqlite3
from collections.abc import Callable, Mapping

from flask import Blueprint, Response, abort

from xpm_sandbox import custom_fields as store
from xpm_sandbox import finding
from xpm_sandbox.custom_fields import Definition
from xpm_sandbox.world import Tenant
from xpm_sandbox.xpm_pages import clients, controls
from xpm_sandbox.xpm_pages.controls import Asks, Control, Entered
from xpm_sandbox.xpm_pages.desk import Desk, Place, address, go, page, sent

_USES = {
    "Client": "Clients", "Contact": "Contacts", "Job": "Jobs", "JobTask": "Tasks", "JobCost": "Costs",
    "JobTime": "Time",
}  # fmt: skip
_NAME = Control("name", "Name", required=True)
_TYPE = Control(
    "type", "Type", Asks.CHOICE, required=True, options=controls.choice((each, each) for each in store.VALUE_ELEMENTS),
    hint="It cannot be changed later.",
)  # fmt: skip
_REST = (
    Control("uses", "Used on", Asks.SEVERAL, required=True, options=tuple(_USES.items())),
    Control("options", "Options of a dropdown list", Asks.LINES, hint="One a line."),
    Control("link_url", "Address of a link"),
)
_ASKS = {"Number": Asks.WHOLE, "Decimal": Asks.DECIMAL, "Date": Asks.DATE, "Boolean": Asks.FLAG}

Ask = Callable[[sqlite3.Connection, Tenant, object, Entered], Response]


def add_pages(blueprint: Blueprint, desk: Desk) -> None:
    """The definitions, and the values on a client's tab."""
    _listing(blueprint, desk)
    _one(blueprint, desk)
    _of_client(blueprint, desk)


def value_form(db: sqlite3.Connection, practice: Tenant, use: str, owner: int) -> list[Control]:
    """A control for each field of this use, with the record's value in it."""
    held = {value.definition.id: value.text for value in store.values(db, use, owner)}
    used = [field for field in store.listed(db, practice.id) if use in field.uses]
    return [_value_control(field).shown(_shown(field, held.get(field.id, ""))) for field in used]


def store_values(
    desk: Desk, db: sqlite3.Connection, practice: Tenant, use: str, owner: int
) -> tuple[bool, list[Control]]:
    """Store what the form sent of a record's values: whether anything differed, and the form when something is wrong.

    The form is empty when all is well.
    """
    form = value_form(db, practice, use, owner)
    entered = controls.read(form, sent())
    if entered.wrong:
        return False, controls.shown(form, entered.values, entered.wrong)
    wanted: dict[int, str | None] = {}
    for control in form:
        value = entered.values[control.name]
        if value != control.value:
            wanted[int(control.name.removeprefix("field-"))] = _stored(control, value)
    if wanted:
        moves = desk.moves(db, "custom_fields")
        store.set_values(db, use, owner, desk.now(), wanted, moves_modified=moves)
    return bool(wanted), []


def _listing(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/xpm/<tenant_id>/custom-fields")
    def custom_fields(tenant_id: str) -> Response:
        with desk.read(tenant_id) as (db, practice):
            return _list(db, practice, Entered())

    @blueprint.post("/xpm/<tenant_id>/custom-fields")
    def add_custom_field(tenant_id: str) -> Response:
        with desk.write(tenant_id) as (db, practice):
            entered = controls.read((_NAME, _TYPE, *_REST), sent())
            _check(entered, entered.text("type"))
            if entered.wrong:
                return _list(db, practice, entered)
            store.add(db, practice.id, {**_values(entered), "type": entered.text("type")})
        return go("custom_fields", practice, "added")


def _one(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/xpm/<tenant_id>/custom-fields/<uuid:key>")
    def custom_field(tenant_id: str, key: object) -> Response:
        with desk.read(tenant_id) as (db, practice):
            found = _the_field(db, practice, key)
            return _page(db, practice, found, Entered(_held(found)))

    @blueprint.post("/xpm/<tenant_id>/custom-fields/<uuid:key>")
    def save_custom_field(tenant_id: str, key: object) -> Response:
        with desk.write(tenant_id) as (db, practice):
            found, entered = _the_field(db, practice, key), controls.read((_NAME, *_REST), sent())
            _check(entered, found.type)
            if entered.wrong:
                return _page(db, practice, found, entered)
            store.edit(db, found.id, _values(entered))
        return go("custom_field", practice, "saved", key=found.uuid)

    @blueprint.get("/xpm/<tenant_id>/custom-fields/<uuid:key>/delete")
    def ask_delete_custom_field(tenant_id: str, key: object) -> Response:
        with desk.read(tenant_id) as (db, practice):
            found = _the_field(db, practice, key)
            used = finding.counted(db, "custom_value", "field_id", [found.id]).get(found.id, 0)
            return page(
                db, practice, "confirm.html", [*_trail(practice, found), Place("Delete")],
                question=f"Delete the custom field {found.name}?", action="Delete the field and its values",
                effects=[f"Values that are lost: {used}.", "Neither the field nor its values can be brought back."],
                back=address("custom_field", practice, key=found.uuid),
            )  # fmt: skip

    @blueprint.post("/xpm/<tenant_id>/custom-fields/<uuid:key>/delete")
    def delete_custom_field(tenant_id: str, key: object) -> Response:
        with desk.write(tenant_id) as (db, practice):
            store.delete(db, _the_field(db, practice, key).id)
        return go("custom_fields", practice, "deleted")


def _of_client(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/xpm/<tenant_id>/clients/<uuid:key>/custom-fields")
    def client_custom_fields(tenant_id: str, key: object) -> Response:
        with desk.read(tenant_id) as (db, practice):
            client = clients.the_client(db, practice, key)
            form = value_form(db, practice, "Client", client.id)
            return clients.tab(db, practice, client, "client_custom_fields", "client_custom_fields.html", form=form)

    @blueprint.post("/xpm/<tenant_id>/clients/<uuid:key>/custom-fields")
    def save_client_custom_fields(tenant_id: str, key: object) -> Response:
        with desk.write(tenant_id) as (db, practice):
            client = clients.the_client(db, practice, key)
            differed, wrong = store_values(desk, db, practice, "Client", client.id)
            if wrong:
                return clients.tab(
                    db, practice, client, "client_custom_fields", "client_custom_fields.html", form=wrong, refused=True
                )
        return go("client_custom_fields", practice, "saved" if differed else "unchanged", key=client.uuid)


def _list(db: sqlite3.Connection, practice: Tenant, entered: Entered) -> Response:
    rows = store.listed(db, practice.id)
    used = finding.counted(db, "custom_value", "field_id", [row.id for row in rows])
    return page(
        db, practice, "custom_fields.html", _base(practice),
        status=422 if entered.wrong else 200, rows=rows, used=used, uses=_USES,
        form=controls.shown((_NAME, _TYPE, *_REST), entered.values, entered.wrong),
    )  # fmt: skip


def _page(db: sqlite3.Connection, practice: Tenant, found: Definition, entered: Entered) -> Response:
    return page(
        db, practice, "custom_field.html", _trail(practice, found), status=422 if entered.wrong else 200, field=found,
        form=controls.shown((_NAME, *_REST), entered.values, entered.wrong),
    )  # fmt: skip


def _base(practice: Tenant) -> list[Place]:
    return [
        Place("Settings", address("settings", practice)),
        Place("Custom fields", address("custom_fields", practice)),
    ]


def _trail(practice: Tenant, found: Definition) -> list[Place]:
    return [*_base(practice), Place(found.name, address("custom_field", practice, key=found.uuid))]


def _check(entered: Entered, kind: str) -> None:
    if kind == "Dropdown List" and not entered.text("options"):
        entered.refuse("options", "A dropdown list needs options.")
    if kind == "Value Link" and not entered.text("link_url"):
        entered.refuse("link_url", "A value link needs an address.")


def _values(entered: Entered) -> Mapping[str, object]:
    chosen = entered.values["uses"].split("\n")
    return {
        "name": entered.text("name"),
        "link_url": entered.text("link_url"),
        "options": "\n".join(line.strip() for line in entered.text("options").splitlines() if line.strip()),
        "uses": [use for use in _USES if use in chosen],
    }


def _held(found: Definition) -> dict[str, str]:
    return {
        "name": found.name, "link_url": found.link_url, "options": found.options, "uses": "\n".join(found.uses),
    }  # fmt: skip


def _value_control(field: Definition) -> Control:
    name = f"field-{field.id}"
    if field.choices:
        return Control(name, field.name, Asks.CHOICE, options=controls.choice((each, each) for each in field.choices))
    if field.type == "Multi-line Text":
        return Control(name, field.name, Asks.LINES)
    return Control(name, field.name, _ASKS.get(field.value_element, Asks.TEXT))


def _shown(field: Definition, text: str) -> str:
    if field.value_element == "Boolean":
        return "Yes" if text == "true" else ""
    return text[:10] if field.value_element == "Date" else text


def _stored(control: Control, value: str) -> str | None:
    if control.asks is Asks.FLAG:
        return "true" if value == "Yes" else None
    return value if value.strip() else None


def _the_field(db: sqlite3.Connection, practice: Tenant, key: object) -> Definition:
    number = finding.number(db, "custom_field", practice.id, key)
    if number is None:
        abort(404)
    return store.definition(db, number)
