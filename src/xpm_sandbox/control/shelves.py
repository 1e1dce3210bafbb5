"""The mechanism behind control of every kind of record but clients: list, add, show, edit, delete under one path."""

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, jsonify, request

from xpm_sandbox.control.json_in import Wrong, body, tenant_of, whole
from xpm_sandbox.sandbox import Sandbox
from xpm_sandbox.world import Tenant, tenant

Sent = Mapping[str, Any]


@dataclass(frozen=True)
class Desk:
    """What carrying out one control call needs. `now` is a stamp."""

    db: sqlite3.Connection
    practice: Tenant
    now: int
    settings: Mapping[str, str]

    def moves(self, what: str) -> bool:
        """Whether such a change moves the clients it concerns into modifiedsince."""
        return self.settings[f"modifiedsince_sees_{what}"] == "yes"

    def number(self, table: str, named: object, *, name_column: str = "name") -> int:
        """The practice's record that somebody means: by UUID, number or name, or by `{"UUID": …}`; raises `Wrong`."""
        key = named.get("UUID") if isinstance(named, Mapping) else named
        row = self.db.execute(
            f"SELECT id FROM {table} WHERE tenant_id = ?1 AND (uuid = lower(?2) OR CAST(id AS TEXT) = ?2"  # noqa: S608
            f" OR {name_column} = ?2) ORDER BY uuid = lower(?2) DESC, id",
            (self.practice.id, str(key)),
        ).fetchone()
        if row is None:
            raise Wrong(f"There is no {table} {key}", 404)
        return int(row[0])

    def number_or_none(self, table: str, named: object) -> int | None:
        return None if named in (None, "") else self.number(table, named)


@dataclass(frozen=True)
class Shelf:
    """One kind of record. `known` are the names that `add` and `edit` take; `name_column` finds one by name.

    `show` gives a record as JSON; `listed` the numbers of a practice's; an action that is None is not to be had.
    """

    path: str
    table: str
    known: tuple[str, ...]
    listed: Callable[[sqlite3.Connection, str], list[int]]
    show: Callable[[sqlite3.Connection, int], dict[str, Any]]
    add: Callable[[Desk, Sent], int]
    edit: Callable[[Desk, int, Sent], None] | None
    delete: Callable[[Desk, int], None]
    name_column: str = "name"


def doors(sandbox: Sandbox, shelves: tuple[Shelf, ...]) -> Blueprint:
    """`/control/<path>` and `/control/<path>/<key>` of each shelf."""
    blueprint = Blueprint("control_shelves", __name__)
    for shelf in shelves:
        _whole(blueprint, sandbox, shelf)
        _single(blueprint, sandbox, shelf)
    return blueprint


def desk(sandbox: Sandbox, db: sqlite3.Connection, practice: Tenant) -> Desk:
    return Desk(db, practice, sandbox.now(), sandbox.settings(db))


def text_of(sent: Sent, name: str, default: str | None = None) -> str:
    """A text out of the body; raises `Wrong` when it lacks and there is no default."""
    value = sent.get(name, default)
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise Wrong(f"{name} must be a text")
    return value


def _whole(blueprint: Blueprint, sandbox: Sandbox, shelf: Shelf) -> None:
    def list_all() -> Response:
        offset, limit = whole(request.args, "offset"), whole(request.args, "limit", 100)
        with sandbox.world.read() as db:
            numbers = shelf.listed(db, tenant_of(db, request.args.get("tenant")).id)
            rows = [shelf.show(db, number) for number in numbers[offset : offset + limit]]
        return jsonify({"total": len(numbers), shelf.path.replace("-", "_"): rows})

    def add() -> tuple[Response, int]:
        sent = _checked(shelf, body())
        with sandbox.world.write() as db:
            at = desk(sandbox, db, tenant_of(db, sent.get("tenant")))
            try:
                number = shelf.add(at, sent)
            except sqlite3.IntegrityError as taken:
                raise Wrong(str(taken), 409) from taken
            return jsonify(shelf.show(db, number)), 201

    blueprint.add_url_rule(f"/{shelf.path}", f"list {shelf.path}", list_all)
    blueprint.add_url_rule(f"/{shelf.path}", f"add {shelf.path}", add, methods=["POST"])


def _single(blueprint: Blueprint, sandbox: Sandbox, shelf: Shelf) -> None:
    def show(key: str) -> Response:
        with sandbox.world.read() as db:
            return jsonify(shelf.show(db, _find(db, shelf, key)[1]))

    def edit(key: str) -> Response:
        sent = _checked(shelf, body())
        if shelf.edit is None:
            raise Wrong(f"{shelf.path} cannot be edited", 405)
        with sandbox.world.write() as db:
            practice, number = _find(db, shelf, key)
            shelf.edit(desk(sandbox, db, practice), number, sent)
            return jsonify(shelf.show(db, number))

    def delete(key: str) -> Response:
        with sandbox.world.write() as db:
            practice, number = _find(db, shelf, key)
            try:
                shelf.delete(desk(sandbox, db, practice), number)
            except sqlite3.IntegrityError as used:
                raise Wrong(str(used), 409) from used
        return jsonify(removed=key)

    for verb, view in (("GET", show), ("PATCH", edit), ("DELETE", delete)):
        blueprint.add_url_rule(f"/{shelf.path}/<key>", f"{verb} {shelf.path}", view, methods=[verb])


def _find(db: sqlite3.Connection, shelf: Shelf, key: str) -> tuple[Tenant, int]:
    row = db.execute(
        f"SELECT id, tenant_id FROM {shelf.table} WHERE uuid = lower(?1) OR CAST(id AS TEXT) = ?1"  # noqa: S608
        f" OR {shelf.name_column} = ?1 ORDER BY uuid = lower(?1) DESC, id",
        (key,),
    ).fetchone()
    practice = tenant(db, row["tenant_id"]) if row else None
    if practice is None:
        raise Wrong(f"There is no {shelf.table} {key}", 404)
    return practice, int(row["id"])


def _checked(shelf: Shelf, sent: Sent) -> Sent:
    if strangers := set(sent) - {*shelf.known, "UUID", "tenant"}:
        raise Wrong(f"{shelf.path} take no {', '.join(sorted(strangers))}")
    return sent
