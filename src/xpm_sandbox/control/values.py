"""Control of custom field values, and of what only a person can do to clients: convert and merge."""

import sqlite3

from flask import Blueprint, Response, jsonify

from xpm_sandbox import custom_fields, records, replacing
from xpm_sandbox.control.client_json import client_json
from xpm_sandbox.control.json_in import Wrong, body
from xpm_sandbox.control.shelves import desk
from xpm_sandbox.sandbox import Sandbox
from xpm_sandbox.world import Tenant, tenant

_TABLES = {
    "Client": ("client", "name"),
    "Contact": ("contact", "name"),
    "Job": ("job", "number"),
    "JobTask": ("task", "name"),
    "JobCost": ("cost", "description"),
    "JobTime": ("time_entry", "uuid"),
}


def doors(sandbox: Sandbox) -> Blueprint:
    """`/control/custom-values/...`, `/control/clients/{key}/convert` and `merge`."""
    blueprint = Blueprint("control_values", __name__)
    _values(blueprint, sandbox)
    _replacing(blueprint, sandbox)
    return blueprint


def _values(blueprint: Blueprint, sandbox: Sandbox) -> None:
    @blueprint.get("/custom-values/<use>/<key>")
    def show(use: str, key: str) -> Response:
        with sandbox.world.read() as db:
            return jsonify(_shown(db, use, _owner(db, use, key)[1]))

    @blueprint.patch("/custom-values/<use>/<key>")
    def edit(use: str, key: str) -> Response:
        sent = body()
        with sandbox.world.write() as db:
            practice, owner = _owner(db, use, key)
            at = desk(sandbox, db, practice)
            wanted = {
                at.number("custom_field", name): None if value in (None, "") else str(value)
                for name, value in sent.items()
            }
            custom_fields.set_values(db, use, owner, at.now, wanted, moves_modified=at.moves("custom_fields"))
            return jsonify(_shown(db, use, owner))


def _replacing(blueprint: Blueprint, sandbox: Sandbox) -> None:
    @blueprint.post("/clients/<key>/convert")
    def convert(key: str) -> tuple[Response, int]:
        with sandbox.world.write() as db:
            practice, number = _owner(db, "Client", key)
            at = desk(sandbox, db, practice)
            try:
                fresh = replacing.convert_prospect(db, number, at.now, remains=at.settings["converted_prospect"])
            except replacing.NotAProspect as wrong:
                raise Wrong(str(wrong), 409) from wrong
            return jsonify(client_json(records.client(db, fresh))), 201

    @blueprint.post("/clients/<key>/merge")
    def merge(key: str) -> Response:
        sent = body()
        with sandbox.world.write() as db:
            practice, number = _owner(db, "Client", key)
            at = desk(sandbox, db, practice)
            into = at.number("client", sent.get("into"))
            if into == number:
                raise Wrong("A client cannot be merged into itself")
            replacing.merge(db, number, into, at.now, remains=at.settings["merged_client"])
            return jsonify(client_json(records.client(db, into)))


def _shown(db: sqlite3.Connection, use: str, owner: int) -> dict[str, str]:
    return {value.definition.name: value.text for value in custom_fields.values(db, use, owner)}


def _owner(db: sqlite3.Connection, use: str, key: str) -> tuple[Tenant, int]:
    if use not in _TABLES:
        raise Wrong(f"Values are of {', '.join(_TABLES)}", 404)
    table, name = _TABLES[use]
    row = db.execute(
        f"SELECT id, tenant_id FROM {table} WHERE uuid = lower(?1) OR CAST(id AS TEXT) = ?1 OR {name} = ?1"  # noqa: S608
        " ORDER BY uuid = lower(?1) DESC, id",
        (key,),
    ).fetchone()
    practice = tenant(db, row["tenant_id"]) if row else None
    if practice is None:
        raise Wrong(f"There is no {table} {key}", 404)
    return practice, int(row["id"])
