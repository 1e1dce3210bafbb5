"""Contacts: those of one client, the practice's list of them, and one that several clients may share."""

import sqlite3
from collections.abc import Sequence

from flask import Blueprint, Response, abort, request

from xpm_sandbox import changes, fields, finding, records
from xpm_sandbox.world import Tenant
from xpm_sandbox.xpm_pages import controls, custom_fields, forms, rolls
from xpm_sandbox.xpm_pages.clients import tab, the_client
from xpm_sandbox.xpm_pages.controls import Asks, Control, Entered
from xpm_sandbox.xpm_pages.desk import Desk, Place, address, go, page, sent
from xpm_sandbox.xpm_pages.picking import Picker, picked

_OWN = tuple(
    Control(name, forms.label_of(name), Asks.EMAIL if name == "Email" else Asks.TEXT, required=name == "Name")
    for name in fields.CONTACT_FIELDS
)
_TIE = (Control("Position", "Position"), Control("IsPrimary", "Primary contact", Asks.FLAG))
_WHOLE = _OWN + _TIE
_KINDS = {"all": "All", "shared": "Shared by several clients"}
_HEADS = (("name", "Name", ""), ("email", "E-mail", "less"), ("", "Phone", "less"), ("", "Clients", ""))
_EXISTING = Picker("existing", "Contact", "contact", hint="Type the name of a contact of another client.")
_CLIENT = Picker("client", "Client")


def add_pages(blueprint: Blueprint, desk: Desk) -> None:
    """A client's contacts, and contacts on their own."""
    _of_client(blueprint, desk)
    _linking(blueprint, desk)
    _on_their_own(blueprint, desk)
    _ties_of_one(blueprint, desk)
    _custom_values(blueprint, desk)


def _of_client(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/xpm/<tenant_id>/clients/<uuid:key>/contacts")
    def client_contacts(tenant_id: str, key: object) -> Response:
        with desk.read(tenant_id) as (db, practice):
            return _tab(db, practice, the_client(db, practice, key))

    @blueprint.post("/xpm/<tenant_id>/clients/<uuid:key>/contacts")
    def add_contact(tenant_id: str, key: object) -> Response:
        with desk.write(tenant_id) as (db, practice):
            client, entered = the_client(db, practice, key), controls.read(_WHOLE, sent())
            if entered.wrong:
                return _tab(db, practice, client, entered, "new")
            moves = desk.moves(db, "contacts")
            changes.add_contact(db, practice.id, desk.now(), client.id, _values(entered), moves_modified=moves)
        return go("client_contacts", practice, "added", key=client.uuid)

    @blueprint.post("/xpm/<tenant_id>/clients/<uuid:key>/contacts/<int:number>")
    def change_contact(tenant_id: str, key: object, number: int) -> Response:
        with desk.write(tenant_id) as (db, practice):
            client = the_client(db, practice, key)
            contact = next((each for each in client.contacts if each.id == number), None)
            if contact is None:
                abort(404)
            moves = desk.moves(db, "contacts")
            if request.form.get("remove"):
                changes.remove_contact(db, number, desk.now(), client_number=client.id, moves_modified=moves)
                return go("client_contacts", practice, "removed", key=client.uuid)
            entered = controls.read(_WHOLE, sent())
            if entered.wrong:
                return _tab(db, practice, client, entered, str(number))
            values = _changed(contact, _values(entered))
            if values:
                changes.edit_contact(db, number, desk.now(), values, client_number=client.id, moves_modified=moves)
        return go("client_contacts", practice, "saved" if values else "unchanged", key=client.uuid)


def _linking(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.post("/xpm/<tenant_id>/clients/<uuid:key>/contacts/link")
    def link_contact(tenant_id: str, key: object) -> Response:
        with desk.write(tenant_id) as (db, practice):
            client = the_client(db, practice, key)
            number, picker = picked(db, practice, _EXISTING, barred=[each.id for each in client.contacts])
            entered = controls.read(_TIE, sent())
            if not number:
                return _tab(db, practice, client, entered, "link", picker)
            moves = desk.moves(db, "contacts")
            changes.link_contact(db, client.id, desk.now(), number, _tie_values(entered), moves_modified=moves)
        return go("client_contacts", practice, "added", key=client.uuid)


def _on_their_own(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/xpm/<tenant_id>/contacts")
    def contacts(tenant_id: str) -> Response:
        with desk.read(tenant_id) as (db, practice):
            listed = rolls.asked(db, practice, finding.CONTACTS, _KINDS, _HEADS)
            found = (records.contact(db, practice.id, str(number)) for number in listed.numbers)
            rows = [each for each in found if each]
            owners = {row.id: records.load(db, records.clients_of_contact(db, row.id)) for row in rows}
            return page(db, practice, "contacts.html", [Place("Contacts")], listed=listed, rows=rows, owners=owners)

    @blueprint.get("/xpm/<tenant_id>/contacts/<uuid:key>")
    def contact(tenant_id: str, key: object) -> Response:
        with desk.read(tenant_id) as (db, practice):
            return _contact_page(db, practice, _the_contact(db, practice, key))

    @blueprint.post("/xpm/<tenant_id>/contacts/<uuid:key>")
    def save_contact(tenant_id: str, key: object) -> Response:
        with desk.write(tenant_id) as (db, practice):
            found, entered = _the_contact(db, practice, key), controls.read(_OWN, sent())
            if entered.wrong:
                return _contact_page(db, practice, found, entered)
            values = _changed(found, {name: entered.text(name) for name in fields.CONTACT_FIELDS})
            if values:
                changes.edit_contact(
                    db, found.id, desk.now(), values, client_number=None, moves_modified=desk.moves(db, "contacts")
                )
        return go("contact", practice, "saved" if values else "unchanged", key=found.uuid)

    @blueprint.get("/xpm/<tenant_id>/contacts/<uuid:key>/delete")
    def ask_delete_contact(tenant_id: str, key: object) -> Response:
        with desk.read(tenant_id) as (db, practice):
            found = _the_contact(db, practice, key)
            return page(
                db, practice, "confirm.html", [*_trail(practice, found), Place("Delete")],
                question=f"Delete the contact {found.name}?", action="Delete the contact",
                effects=[f"{client.name} loses it" for client in _owners(db, found)]
                + ["Jobs that name it name nobody.", "It cannot be brought back."],
                back=address("contact", practice, key=found.uuid),
            )  # fmt: skip

    @blueprint.post("/xpm/<tenant_id>/contacts/<uuid:key>/delete")
    def delete_contact(tenant_id: str, key: object) -> Response:
        with desk.write(tenant_id) as (db, practice):
            found = _the_contact(db, practice, key)
            moves = desk.moves(db, "contacts")
            changes.remove_contact(db, found.id, desk.now(), client_number=None, moves_modified=moves)
        return go("contacts", practice, "deleted")


def _ties_of_one(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.post("/xpm/<tenant_id>/contacts/<uuid:key>/clients")
    def share_contact(tenant_id: str, key: object) -> Response:
        with desk.write(tenant_id) as (db, practice):
            found = _the_contact(db, practice, key)
            barred = records.clients_of_contact(db, found.id)
            number, picker = picked(db, practice, _CLIENT, barred=barred)
            entered = controls.read(_TIE, sent())
            if not number:
                return _contact_page(db, practice, found, tie=entered, picker=picker)
            moves = desk.moves(db, "contacts")
            changes.link_contact(db, number, desk.now(), found.id, _tie_values(entered), moves_modified=moves)
        return go("contact", practice, "added", key=found.uuid)

    @blueprint.post("/xpm/<tenant_id>/contacts/<uuid:key>/clients/<uuid:client_key>/remove")
    def unshare_contact(tenant_id: str, key: object, client_key: object) -> Response:
        with desk.write(tenant_id) as (db, practice):
            found, client = _the_contact(db, practice, key), the_client(db, practice, client_key)
            if client.id not in records.clients_of_contact(db, found.id):
                abort(404)
            moves = desk.moves(db, "contacts")
            changes.remove_contact(db, found.id, desk.now(), client_number=client.id, moves_modified=moves)
            lives = records.contact(db, practice.id, found.uuid) is not None
        if not lives:
            return go("contacts", practice, "removed")
        return go("contact", practice, "removed", key=found.uuid)


def _custom_values(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.post("/xpm/<tenant_id>/contacts/<uuid:key>/custom-fields")
    def save_contact_custom_fields(tenant_id: str, key: object) -> Response:
        with desk.write(tenant_id) as (db, practice):
            found = _the_contact(db, practice, key)
            differed, wrong = custom_fields.store_values(desk, db, practice, "Contact", found.id)
            if wrong:
                return _contact_page(db, practice, found, values=wrong)
        return go("contact", practice, "saved" if differed else "unchanged", key=found.uuid)


def _tab(
    db: sqlite3.Connection,
    practice: Tenant,
    client: records.Client,
    entered: Entered | None = None,
    where: str = "",
    picker: Picker = _EXISTING,
) -> Response:
    """The tab; `where` is the form that `entered` came from: a contact's number, `new` or `link`."""
    held = {
        each.id: controls.shown(_WHOLE, *_seen(_shown(each), entered if where == str(each.id) else None))
        for each in client.contacts
    }
    new = controls.shown(_WHOLE, *_seen({}, entered if where == "new" else None))
    tie = controls.shown(_TIE, *_seen({}, entered if where == "link" else None))
    shared = {each.id: len(records.clients_of_contact(db, each.id)) - 1 for each in client.contacts}
    return tab(
        db, practice, client, "client_contacts", "client_contacts.html", held=held, new=new, tie=tie, picker=picker,
        shared=shared, open=where, refused=bool(where),
    )  # fmt: skip


def _contact_page(
    db: sqlite3.Connection,
    practice: Tenant,
    contact: records.Contact,
    entered: Entered | None = None,
    tie: Entered | None = None,
    picker: Picker = _CLIENT,
    values: list[Control] | None = None,
) -> Response:
    owners = [(each, records.contact_through(db, each.id, contact.id)) for each in _owners(db, contact)]
    return page(
        db, practice, "contact.html", _trail(practice, contact), status=422 if entered or tie or values else 200,
        contact=contact, owners=owners, form=controls.shown(_OWN, *_seen(_shown(contact), entered)),
        wrong=entered.wrong if entered else {}, tie=controls.shown(_TIE, *_seen({}, tie)), picker=picker,
        values=values or custom_fields.value_form(db, practice, "Contact", contact.id),
    )  # fmt: skip


def _trail(practice: Tenant, contact: records.Contact) -> Sequence[Place]:
    return [
        Place("Contacts", address("contacts", practice)),
        Place(contact.name, address("contact", practice, key=contact.uuid)),
    ]


def _owners(db: sqlite3.Connection, contact: records.Contact) -> list[records.Client]:
    return records.load(db, records.clients_of_contact(db, contact.id))


def _seen(held: dict[str, str], entered: Entered | None) -> tuple[dict[str, str], dict[str, str]]:
    """The values and complaints to show: what was entered, or what is held."""
    return (entered.values, entered.wrong) if entered else (held, {})


def _shown(contact: records.Contact) -> dict[str, str]:
    return {**_held(contact), "Position": contact.position or "", "IsPrimary": "Yes" if contact.is_primary else ""}


def _held(contact: records.Contact) -> dict[str, str]:
    return {name: getattr(contact, name.lower()) for name in fields.CONTACT_FIELDS}


def _values(entered: Entered) -> dict[str, str]:
    return {**{name: entered.text(name) for name in fields.CONTACT_FIELDS}, **_tie_values(entered)}


def _tie_values(entered: Entered) -> dict[str, str]:
    return {"Position": entered.text("Position"), "IsPrimary": "Yes" if entered.flag("IsPrimary") else "No"}


def _changed(contact: records.Contact, values: dict[str, str]) -> dict[str, str]:
    before = {
        **_held(contact), "Position": contact.position or "", "IsPrimary": "Yes" if contact.is_primary else "No",
    }  # fmt: skip
    return {name: value for name, value in values.items() if value != before[name]}


def _the_contact(db: sqlite3.Connection, practice: Tenant, key: object) -> records.Contact:
    found = records.contact(db, practice.id, str(key))
    if found is None:
        abort(404)
    return found
