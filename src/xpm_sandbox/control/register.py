"""Control over a practice's clients and contacts: the truth, and edits as an XPM user would make them."""

import sqlite3
from typing import Any

from flask import Blueprint, Response, jsonify, request

from xpm_sandbox import changes, records
from xpm_sandbox.control.client_json import client_json, contact_json, contact_values_from, values_from
from xpm_sandbox.control.json_in import Wrong, body, tenant_of, whole
from xpm_sandbox.sandbox import Sandbox
from xpm_sandbox.world import Tenant, tenant

_TURNS = {
    "archive": {"IsArchived": 1},
    "unarchive": {"IsArchived": 0},
    "delete": {"IsDeleted": 1},
    "undelete": {"IsDeleted": 0},
}


def doors(sandbox: Sandbox) -> Blueprint:
    """`/control/clients` and `/control/contacts`."""
    blueprint = Blueprint("control_register", __name__)
    _clients(blueprint, sandbox)
    _contacts(blueprint, sandbox)
    return blueprint


def _clients(blueprint: Blueprint, sandbox: Sandbox) -> None:
    world = sandbox.world

    @blueprint.get("/clients")
    def list_clients() -> Response:
        offset, limit = whole(request.args, "offset"), whole(request.args, "limit", 100)
        with world.read() as db:
            practice = tenant_of(db, request.args.get("tenant"))
            found = list(records.roster(db, practice.id, named=request.args.get("q", "")))
        return jsonify(total=len(found), clients=[client_json(client) for client in found[offset : offset + limit]])

    @blueprint.post("/clients")
    def add_client() -> tuple[Response, int]:
        sent = body()
        with world.write() as db:
            practice = tenant_of(db, sent.get("tenant"))
            number = _add(db, practice, sandbox.now(), sent)
            return jsonify(client_json(records.client(db, number))), 201

    @blueprint.get("/clients/<key>")
    def get_client(key: str) -> Response:
        with world.read() as db:
            return jsonify(client_json(records.client(db, _number(db, key))))

    @blueprint.patch("/clients/<key>")
    def edit_client(key: str) -> Response:
        with world.write() as db:
            number = _number(db, key)
            changes.edit_client(db, number, sandbox.now(), values_from(db, _practice(db, number), body()))
            return jsonify(client_json(records.client(db, number)))

    @blueprint.post(f"/clients/<key>/<any({', '.join(_TURNS)}):turn>")
    def turn_client(key: str, turn: str) -> Response:
        with world.write() as db:
            number = _number(db, key)
            moves = sandbox.settings(db)["modifiedsince_sees_archive"] == "yes"
            changes.edit_client(db, number, sandbox.now(), _TURNS[turn], moves_modified=moves)
            return jsonify(client_json(records.client(db, number)))


def _contacts(blueprint: Blueprint, sandbox: Sandbox) -> None:
    world = sandbox.world

    @blueprint.post("/clients/<key>/contacts")
    def add_contact(key: str) -> tuple[Response, int]:
        with world.write() as db:
            number = _number(db, key)
            contact = _add_contact(db, sandbox, number, body())
            return jsonify(contact_json(contact)), 201

    @blueprint.patch("/contacts/<key>")
    def edit_contact(key: str) -> Response:
        with world.write() as db:
            contact, client = _contact(db, key), _owner(db, key)
            changes.edit_contact(
                db, contact, sandbox.now(), contact_values_from(body()), client_number=client,
                moves_modified=_contacts_move(sandbox, db),
            )  # fmt: skip
            return jsonify(contact_json(_seen(db, contact, client)))

    @blueprint.delete("/contacts/<key>")
    def remove_contact(key: str) -> Response:
        with world.write() as db:
            contact = _contact(db, key)
            named = request.args.get("client")
            changes.remove_contact(
                db, contact, sandbox.now(), client_number=_number(db, named) if named else None,
                moves_modified=_contacts_move(sandbox, db),
            )  # fmt: skip
        return jsonify(removed=key)


def _add(db: sqlite3.Connection, practice: Tenant, now: int, sent: dict[str, Any]) -> int:
    values = values_from(db, practice, sent)
    if "Name" not in values:
        raise Wrong("Name is required")
    try:
        number = changes.add_client(
            db, practice.id, now, values, identifier=sent.get("UUID", "").lower(), number=whole(sent, "ID")
        )
    except sqlite3.IntegrityError as taken:
        raise Wrong("There is a client with that UUID or ID", 409) from taken
    for contact in sent.get("Contacts", []):
        changes.add_contact(
            db, practice.id, now, number, contact_values_from(contact), identifier=contact.get("UUID", "").lower(),
            number=whole(contact, "ID"),
        )  # fmt: skip
    return number


def _add_contact(db: sqlite3.Connection, sandbox: Sandbox, client: int, sent: dict[str, Any]) -> records.Contact:
    values, practice = contact_values_from(sent), _practice(db, client)
    moves = _contacts_move(sandbox, db)
    existing = records.contact(db, practice.id, str(sent["UUID"])) if "UUID" in sent else None
    if existing:
        changes.link_contact(db, client, sandbox.now(), existing.id, values, moves_modified=moves)
        return _seen(db, existing.id, client)
    if not values.get("Name"):
        raise Wrong("Name is required")
    number = changes.add_contact(
        db,
        practice.id,
        sandbox.now(),
        client,
        values,
        moves_modified=moves,
        identifier=str(sent.get("UUID", "")).lower(),
    )
    return _seen(db, number, client)


def _number(db: sqlite3.Connection, key: str) -> int:
    column, value = ("id", key) if key.isdigit() else ("uuid", key.lower())
    row = db.execute(f"SELECT id FROM client WHERE {column} = ?", (value,)).fetchone()  # noqa: S608  (a literal)
    if row is None:
        raise Wrong(f"There is no client {key}", 404)
    return int(row[0])


def _contact(db: sqlite3.Connection, key: str) -> int:
    row = db.execute("SELECT id FROM contact WHERE uuid = ? OR id = ?", (key.lower(), key)).fetchone()
    if row is None:
        raise Wrong(f"There is no contact {key}", 404)
    return int(row[0])


def _owner(db: sqlite3.Connection, contact_key: str) -> int | None:
    """The client named in the query, or the contact's only one."""
    if named := request.args.get("client"):
        return _number(db, named)
    owners = records.clients_of_contact(db, _contact(db, contact_key))
    return owners[0] if len(owners) == 1 else None


def _seen(db: sqlite3.Connection, contact: int, client: int | None) -> records.Contact:
    through = records.contact_through(db, client, contact) if client else None
    if through:
        return through
    row = db.execute("SELECT tenant_id FROM contact WHERE id = ?", (contact,)).fetchone()
    bare = records.contact(db, row[0], str(contact))
    if bare is None:
        raise Wrong("The contact is gone", 404)
    return bare


def _practice(db: sqlite3.Connection, client: int) -> Tenant:
    row = db.execute("SELECT tenant_id FROM client WHERE id = ?", (client,)).fetchone()
    found = tenant(db, row[0])
    if found is None:
        raise Wrong("The client's practice is gone", 404)
    return found


def _contacts_move(sandbox: Sandbox, db: sqlite3.Connection) -> bool:
    return sandbox.settings(db)["modifiedsince_sees_contacts"] == "yes"
