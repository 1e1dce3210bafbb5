"""The pages: practices, a practice's clients, one client with its contacts."""

import sqlite3

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for

from xpm_sandbox import changes, fields, records, world
from xpm_sandbox.sandbox import Sandbox, refuse_other_sites
from xpm_sandbox.seeding import PRACTICE
from xpm_sandbox.world import Tenant
from xpm_sandbox.xpm_pages import forms

_PAGE = 50
_SHOWN = {"active": "Active", "archived": "Archived", "deleted": "Deleted", "all": "All"}
_CONDITIONS = {
    "active": "NOT is_archived AND NOT is_deleted",
    "archived": "is_archived AND NOT is_deleted",
    "deleted": "is_deleted",
    "all": "1",
}
_TURNS = {
    "archive": ("IsArchived", 1, "archived"),
    "unarchive": ("IsArchived", 0, "active again"),
    "delete": ("IsDeleted", 1, "deleted"),
    "undelete": ("IsDeleted", 0, "restored"),
}


def pages(sandbox: Sandbox) -> Blueprint:
    """`/` and `/xpm/...`."""
    blueprint = Blueprint(
        "xpm_pages", __name__, template_folder="templates", static_folder="static", static_url_path="/xpm/static"
    )
    blueprint.before_request(refuse_other_sites)
    _reading(blueprint, sandbox)
    _client_forms(blueprint, sandbox)
    _contact_forms(blueprint, sandbox)
    return blueprint


def _reading(blueprint: Blueprint, sandbox: Sandbox) -> None:
    @blueprint.get("/")
    def practices() -> str:
        with sandbox.world.read() as db:
            counts = dict(db.execute("SELECT tenant_id, count(*) FROM client GROUP BY tenant_id").fetchall())
            found = [each for each in world.tenants(db) if each.kind == PRACTICE]
        return render_template("practices.html", practices=found, counts=counts)

    @blueprint.get("/xpm/<tenant_id>/clients")
    def clients(tenant_id: str) -> str:
        wanted, shown = request.args.get("q", "").strip(), request.args.get("show", "active")
        shown = shown if shown in _SHOWN else "active"
        with sandbox.world.read() as db:
            practice = _practice(db, tenant_id)
            numbers = _found(db, practice, wanted, shown)
            page = max(1, min(request.args.get("page", 1, type=int), -(-len(numbers) // _PAGE) or 1))
            rows = records.load(db, numbers[(page - 1) * _PAGE : page * _PAGE])
        return render_template(
            "clients.html", practice=practice, rows=rows, wanted=wanted, shown=shown, kinds=_SHOWN, page=page,
            pages=-(-len(numbers) // _PAGE) or 1, total=len(numbers),
        )  # fmt: skip


def _client_forms(blueprint: Blueprint, sandbox: Sandbox) -> None:
    @blueprint.get("/xpm/<tenant_id>/clients/new")
    def new_client(tenant_id: str) -> Response:
        with sandbox.world.read() as db:
            return _client_page(db, _practice(db, tenant_id), None, {})

    @blueprint.post("/xpm/<tenant_id>/clients/new")
    def add_client(tenant_id: str) -> Response:
        with sandbox.world.write() as db:
            practice = _practice(db, tenant_id)
            sent = forms.sent_values(practice, request.form)
            if wrong := forms.complaints(practice, sent):
                return _client_page(db, practice, None, sent, wrong)
            number = changes.add_client(db, practice.id, sandbox.now(), forms.changed(sent, {}))
            client = records.client(db, number)
        return _to_client(practice, client.uuid)

    @blueprint.get("/xpm/<tenant_id>/clients/<uuid:key>")
    def client(tenant_id: str, key: object) -> Response:
        with sandbox.world.read() as db:
            practice, found = _client(db, tenant_id, str(key))
            return _client_page(db, practice, found, forms.shown_values(found))

    @blueprint.post("/xpm/<tenant_id>/clients/<uuid:key>")
    def save_client(tenant_id: str, key: object) -> Response:
        with sandbox.world.write() as db:
            practice, found = _client(db, tenant_id, str(key))
            sent = forms.sent_values(practice, request.form)
            if wrong := forms.complaints(practice, sent):
                return _client_page(db, practice, found, sent, wrong)
            values = forms.changed(sent, forms.shown_values(found))
            if values:
                changes.edit_client(db, found.id, sandbox.now(), values)
        return _to_client(practice, found.uuid, "saved" if values else "unchanged")

    @blueprint.post(f"/xpm/<tenant_id>/clients/<uuid:key>/<any({', '.join(_TURNS)}):turn>")
    def turn_client(tenant_id: str, key: object, turn: str) -> Response:
        flag, value, done = _TURNS[turn]
        with sandbox.world.write() as db:
            practice, found = _client(db, tenant_id, str(key))
            moves = sandbox.settings(db)["modifiedsince_sees_archive"] == "yes"
            changes.edit_client(db, found.id, sandbox.now(), {flag: value}, moves_modified=moves)
        return _to_client(practice, found.uuid, done)


def _contact_forms(blueprint: Blueprint, sandbox: Sandbox) -> None:
    @blueprint.post("/xpm/<tenant_id>/clients/<uuid:key>/contacts")
    def add_contact(tenant_id: str, key: object) -> Response:
        with sandbox.world.write() as db:
            practice, found = _client(db, tenant_id, str(key))
            values = _contact_values()
            if values["Name"].strip():
                changes.add_contact(
                    db, practice.id, sandbox.now(), found.id, values, moves_modified=_contacts_move(sandbox, db)
                )
        return _to_client(practice, found.uuid, "saved" if values["Name"].strip() else "contact_unnamed")

    @blueprint.post("/xpm/<tenant_id>/clients/<uuid:key>/contacts/<int:number>")
    def change_contact(tenant_id: str, key: object, number: int) -> Response:
        with sandbox.world.write() as db:
            practice, found = _client(db, tenant_id, str(key))
            if number not in {contact.id for contact in found.contacts}:
                abort(404)
            now, moves = sandbox.now(), _contacts_move(sandbox, db)
            if request.form.get("remove"):
                changes.remove_contact(db, number, now, client_number=found.id, moves_modified=moves)
            else:
                changes.edit_contact(db, number, now, _contact_values(), client_number=found.id, moves_modified=moves)
        return _to_client(practice, found.uuid, "saved")


def _client_page(
    db: sqlite3.Connection,
    practice: Tenant,
    client: records.Client | None,
    shown: dict[str, str],
    wrong: list[str] | None = None,
) -> Response:
    page = render_template(
        "client.html", practice=practice, client=client, sections=forms.sections(db, practice, shown),
        wrong=wrong or [],
        contact_fields=[(name, forms.label_of(name)) for name in (*fields.CONTACT_FIELDS, "Position")],
        done=request.args.get("done", ""),
    )  # fmt: skip
    return make_response(page, 422 if wrong else 200)


def _found(db: sqlite3.Connection, practice: Tenant, wanted: str, shown: str) -> list[int]:
    rows = db.execute(
        f"SELECT id, name FROM client WHERE tenant_id = ? AND {_CONDITIONS[shown]}"  # noqa: S608  (one of ours)
        " ORDER BY name COLLATE NOCASE, uuid",
        (practice.id,),
    )
    return [row["id"] for row in rows if wanted.casefold() in row["name"].casefold()]


def _contact_values() -> dict[str, str]:
    values = {name: request.form.get(name, "").strip() for name in (*fields.CONTACT_FIELDS, "Position")}
    return {**values, "IsPrimary": "Yes" if request.form.get("IsPrimary") else "No"}


def _practice(db: sqlite3.Connection, tenant_id: str) -> Tenant:
    found = world.tenant(db, tenant_id)
    if found is None or found.kind != PRACTICE:
        abort(404)
    return found


def _client(db: sqlite3.Connection, tenant_id: str, key: str) -> tuple[Tenant, records.Client]:
    practice = _practice(db, tenant_id)
    number = records.client_id(db, practice.id, key)
    if number is None:
        abort(404)
    return practice, records.client(db, number)


def _to_client(practice: Tenant, key: str, done: str = "saved") -> Response:
    return make_response(redirect(url_for("xpm_pages.client", tenant_id=practice.id, key=key, done=done), 303))


def _contacts_move(sandbox: Sandbox, db: sqlite3.Connection) -> bool:
    return sandbox.settings(db)["modifiedsince_sees_contacts"] == "yes"
