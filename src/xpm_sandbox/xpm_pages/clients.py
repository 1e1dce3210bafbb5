"""Clients: the list, one client's details, and what ends and restores a client."""

import sqlite3

from flask import Blueprint, Response, abort, request

from xpm_sandbox import changes, jobs, records
from xpm_sandbox.finding import CLIENTS
from xpm_sandbox.world import Tenant
from xpm_sandbox.xpm_pages import forms, rolls
from xpm_sandbox.xpm_pages.controls import Entered
from xpm_sandbox.xpm_pages.desk import Desk, Place, address, go, page, sent
from xpm_sandbox.xpm_pages.picking import Picker, picked

_KINDS = {
    "active": "Active",
    "clients": "Active, no prospects",
    "prospects": "Prospects",
    "archived": "Archived",
    "deleted": "Deleted",
    "all": "All",
}
_HEADS = (
    ("name", "Name", ""),
    ("structure", "Structure", "less"),
    ("", "Phone", ""),
    ("email", "E-mail", "less"),
    ("partner", "Partner", "less"),
)
_BILLED = Picker("billing_client", "Billing client", hint="Another client, to whom this one's invoices go.")
_TURNS = {
    "archive": ("IsArchived", 1, "archived"),
    "unarchive": ("IsArchived", 0, "active"),
    "delete": ("IsDeleted", 1, "deleted"),
    "undelete": ("IsDeleted", 0, "restored"),
}
TABS = (
    ("client", "Details"),
    ("client_contacts", "Contacts"),
    ("client_relationships", "Relationships"),
    ("client_groups", "Groups"),
    ("client_custom_fields", "Custom fields"),
    ("client_jobs", "Jobs"),
    ("client_notes", "Notes"),
    ("client_documents", "Documents"),
    ("client_history", "History"),
)


def add_pages(blueprint: Blueprint, desk: Desk) -> None:
    """The list and the details."""
    _reading(blueprint, desk)
    _adding(blueprint, desk)
    _turning(blueprint, desk)
    _billing(blueprint, desk)


def _reading(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/xpm/<tenant_id>/clients")
    def clients(tenant_id: str) -> Response:
        with desk.read(tenant_id) as (db, practice):
            listed = rolls.asked(db, practice, CLIENTS, _KINDS, _HEADS)
            return page(
                db, practice, "clients.html", [Place("Clients")], listed=listed, rows=records.load(db, listed.numbers)
            )

    @blueprint.get("/xpm/<tenant_id>/clients/<uuid:key>")
    def client(tenant_id: str, key: object) -> Response:
        with desk.read(tenant_id) as (db, practice):
            return _details(db, practice, the_client(db, practice, key))

    @blueprint.post("/xpm/<tenant_id>/clients/<uuid:key>")
    def save_client(tenant_id: str, key: object) -> Response:
        with desk.write(tenant_id) as (db, practice):
            found = the_client(db, practice, key)
            entered = _read(desk, db, practice, found)
            if entered.wrong:
                return _details(db, practice, found, entered)
            values = forms.changed(entered.values, forms.shown_values(found))
            if values:
                changes.edit_client(db, found.id, desk.now(), values)
        return go("client", practice, "saved" if values else "unchanged", key=found.uuid)


def _adding(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/xpm/<tenant_id>/clients/new")
    def new_client(tenant_id: str) -> Response:
        with desk.read(tenant_id) as (db, practice):
            return _new(db, practice, Entered())

    @blueprint.post("/xpm/<tenant_id>/clients/new")
    def add_client(tenant_id: str) -> Response:
        with desk.write(tenant_id) as (db, practice):
            entered = _read(desk, db, practice, None)
            if entered.wrong:
                return _new(db, practice, entered)
            values = {**forms.changed(entered.values, {}), "IsProspect": int(bool(request.form.get("IsProspect")))}
            number = changes.add_client(db, practice.id, desk.now(), values)
            uuid = records.client(db, number).uuid
        return go("client", practice, "added", key=uuid)


def _turning(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/xpm/<tenant_id>/clients/<uuid:key>/delete")
    def ask_delete(tenant_id: str, key: object) -> Response:
        with desk.read(tenant_id) as (db, practice):
            return _ask_delete(desk, db, practice, the_client(db, practice, key))

    @blueprint.post(f"/xpm/<tenant_id>/clients/<uuid:key>/<any({', '.join(_TURNS)}):turn>")
    def turn_client(tenant_id: str, key: object, turn: str) -> Response:
        flag, value, done = _TURNS[turn]
        with desk.write(tenant_id) as (db, practice):
            found = the_client(db, practice, key)
            if turn == "delete" and _held_by_jobs(desk, db, found):
                return _ask_delete(desk, db, practice, found)
            changes.edit_client(db, found.id, desk.now(), {flag: value}, moves_modified=desk.moves(db, "archive"))
        return go("client", practice, done, key=found.uuid)


def _billing(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.post("/xpm/<tenant_id>/clients/<uuid:key>/billing")
    def bill_client(tenant_id: str, key: object) -> Response:
        with desk.write(tenant_id) as (db, practice):
            found = the_client(db, practice, key)
            number, picker = 0, _BILLED
            if not request.form.get("remove"):
                number, picker = picked(db, practice, _BILLED, barred=[found.id])
                if not number:
                    return _details(db, practice, found, picker=picker)
            changes.edit_client(db, found.id, desk.now(), {"BillingClient": number or None})
        return go("client", practice, "saved" if number else "removed", key=found.uuid)


def the_client(db: sqlite3.Connection, practice: Tenant, key: object) -> records.Client:
    """The practice's client of this identifier; 404 when there is none."""
    number = records.client_id(db, practice.id, str(key))
    if number is None:
        abort(404)
    return records.client(db, number)


def way_to(practice: Tenant, client: records.Client) -> list[Place]:
    """The pages that lead to a client, and its own."""
    own = address("client", practice, key=client.uuid)
    return [Place("Clients", address("clients", practice)), Place(client.name, own)]


def tab(
    db: sqlite3.Connection, practice: Tenant, client: records.Client, name: str, template: str, **values: object
) -> Response:
    """One of a client's tabs."""
    here = dict(TABS)[name]
    trail = way_to(practice, client)
    if name != "client":
        trail.append(Place(here))
    status = 422 if values.pop("refused", False) else 200
    return page(db, practice, template, trail, status=status, client=client, tabs=TABS, tab=name, here=here, **values)


def _read(desk: Desk, db: sqlite3.Connection, practice: Tenant, client: records.Client | None) -> Entered:
    form = forms.sections(db, practice, forms.shown_values(client))
    entered = forms.read(form, practice, sent())
    other = forms.tax_number_taken(db, practice, entered, client.id if client else None)
    if other and desk.setting(db, "duplicate_tax_number") == "error":
        entered.refuse("TaxNumber", f"{other} has this tax number already.")
    return entered


def _details(
    db: sqlite3.Connection,
    practice: Tenant,
    client: records.Client,
    entered: Entered | None = None,
    picker: Picker = _BILLED,
) -> Response:
    shown = {**forms.shown_values(client), **(entered.values if entered else {})}
    form = forms.with_complaints(forms.sections(db, practice, shown), entered.wrong if entered else {})
    wrong = entered.wrong if entered else {}
    return tab(
        db, practice, client, "client", "client.html", sections=form, wrong=wrong, picker=picker,
        refused=bool(wrong or picker.wrong),
    )  # fmt: skip


def _new(db: sqlite3.Connection, practice: Tenant, entered: Entered) -> Response:
    form = forms.with_complaints(forms.sections(db, practice, entered.values), entered.wrong)
    return page(
        db, practice, "new_client.html", [Place("Clients", address("clients", practice)), Place("Add a client")],
        status=422 if entered.wrong else 200, sections=form, wrong=entered.wrong,
        prospect=bool(request.form.get("IsProspect")),
    )  # fmt: skip


def _held_by_jobs(desk: Desk, db: sqlite3.Connection, client: records.Client) -> int:
    """How many jobs keep the client from being deleted."""
    return len(jobs.of_client(db, client.id)) if desk.setting(db, "client_delete_with_jobs") == "refused" else 0


def _ask_delete(desk: Desk, db: sqlite3.Connection, practice: Tenant, client: records.Client) -> Response:
    held = _held_by_jobs(desk, db, client)
    trail = [*way_to(practice, client), Place("Delete")]
    return page(
        db, practice, "delete_client.html", trail, status=422 if held and request.method == "POST" else 200,
        client=client, held=held,
    )  # fmt: skip
