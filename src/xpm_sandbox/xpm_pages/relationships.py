"""Relationships: each shown once in the list, and from its own side on each of its two clients."""

import sqlite3
from collections.abc import Mapping

from flask import Blueprint, Response, abort

from xpm_sandbox import finding, records
from xpm_sandbox import relationships as store
from xpm_sandbox.records import INVERSE
from xpm_sandbox.world import Tenant
from xpm_sandbox.xpm_pages import controls, rolls
from xpm_sandbox.xpm_pages.clients import tab, the_client
from xpm_sandbox.xpm_pages.controls import Asks, Control, Entered
from xpm_sandbox.xpm_pages.desk import Desk, Place, address, go, page, sent
from xpm_sandbox.xpm_pages.picking import Picker, picked

# A type is added as it stands; the other side's label adds the same relationship from there.
_MIRRORED = {label: kind for kind, label in INVERSE.items() if label not in INVERSE}
_TYPE = Control(
    "type", "Relationship", Asks.CHOICE, required=True,
    options=controls.choice((label, label) for label in sorted([*store.TYPES, *_MIRRORED])),
    hint="What the other client is to this one, or with “Of” what this client is to the other.",
)  # fmt: skip
_TERMS = (
    Control("shares", "Number of shares", Asks.WHOLE, hint=f"For {' and '.join(store.WITH_SHARES)}."),
    Control("percentage", "Percentage", Asks.DECIMAL, hint=f"For {' and '.join(store.WITH_PERCENTAGE)}."),
    Control("starts", "Start date", Asks.DATE),
    Control("ends", "End date", Asks.DATE),
)
_RELATED = Picker("related", "Other client")
_KINDS = {"all": "All", "running": "Running", "ended": "With an end date"}
_HEADS = (
    ("client", "Client", ""),
    ("type", "Relationship", ""),
    ("related", "Other client", ""),
    ("", "Share", "less"),
    ("", "Days", "less"),
)


def add_pages(blueprint: Blueprint, desk: Desk) -> None:
    """The list, a client's own, and one of them."""
    _reading(blueprint, desk)
    _adding(blueprint, desk)
    _one(blueprint, desk)


def _reading(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/xpm/<tenant_id>/relationships")
    def relationships(tenant_id: str) -> Response:
        with desk.read(tenant_id) as (db, practice):
            listed = rolls.asked(db, practice, finding.RELATIONSHIPS, _KINDS, _HEADS)
            rows = [store.relationship(db, number) for number in listed.numbers]
            return page(db, practice, "relationships.html", [Place("Relationships")], listed=listed, rows=rows)

    @blueprint.get("/xpm/<tenant_id>/clients/<uuid:key>/relationships")
    def client_relationships(tenant_id: str, key: object) -> Response:
        with desk.read(tenant_id) as (db, practice):
            return _tab(db, practice, the_client(db, practice, key), Entered())


def _adding(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.post("/xpm/<tenant_id>/clients/<uuid:key>/relationships")
    def add_relationship(tenant_id: str, key: object) -> Response:
        with desk.write(tenant_id) as (db, practice):
            client, entered = the_client(db, practice, key), controls.read((_TYPE, *_TERMS), sent())
            label = entered.text("type")
            kind = _MIRRORED.get(label, label)
            _check(entered, kind)
            number, picker = picked(db, practice, _RELATED, barred=[client.id])
            if entered.wrong or not number:
                return _tab(db, practice, client, entered, picker)
            ends = (number, client.id) if label in _MIRRORED else (client.id, number)
            store.add(
                db, practice.id, desk.now(), *ends, {"type": kind, **_values(entered)},
                moves_modified=desk.moves(db, "relationships"),
            )  # fmt: skip
        return go("client_relationships", practice, "added", key=client.uuid)


def _one(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/xpm/<tenant_id>/relationships/<uuid:key>")
    def relationship(tenant_id: str, key: object) -> Response:
        with desk.read(tenant_id) as (db, practice):
            found = _the_relationship(db, practice, key)
            return _page(db, practice, found, Entered(_held(found)))

    @blueprint.post("/xpm/<tenant_id>/relationships/<uuid:key>")
    def save_relationship(tenant_id: str, key: object) -> Response:
        with desk.write(tenant_id) as (db, practice):
            found, entered = _the_relationship(db, practice, key), controls.read(_TERMS, sent())
            _check(entered, found.type)
            if entered.wrong:
                return _page(db, practice, found, entered)
            held = _values(Entered(_held(found)))
            values = {name: value for name, value in _values(entered).items() if value != held[name]}
            if values:
                store.edit(db, found.id, desk.now(), values, moves_modified=desk.moves(db, "relationships"))
        return go("relationship", practice, "saved" if values else "unchanged", key=found.uuid)

    @blueprint.get("/xpm/<tenant_id>/relationships/<uuid:key>/delete")
    def ask_delete_relationship(tenant_id: str, key: object) -> Response:
        with desk.read(tenant_id) as (db, practice):
            found = _the_relationship(db, practice, key)
            return page(
                db, practice, "confirm.html", [*_trail(practice, found), Place("Delete")],
                question=f"Delete the relationship of {found.client.name} and {found.related.name}?",
                action="Delete the relationship",
                effects=[f"{found.type}: {found.related.name}", "It goes from both clients.",
                         "To keep that it was, give it an end date instead."],
                back=address("relationship", practice, key=found.uuid),
            )  # fmt: skip

    @blueprint.post("/xpm/<tenant_id>/relationships/<uuid:key>/delete")
    def delete_relationship(tenant_id: str, key: object) -> Response:
        with desk.write(tenant_id) as (db, practice):
            found = _the_relationship(db, practice, key)
            store.delete(db, found.id, desk.now(), moves_modified=desk.moves(db, "relationships"))
        return go("client_relationships", practice, "deleted", key=found.client.uuid)


def _tab(
    db: sqlite3.Connection, practice: Tenant, client: records.Client, entered: Entered, picker: Picker = _RELATED
) -> Response:
    rows = {
        row["id"]: row["uuid"]
        for row in db.execute(
            "SELECT id, uuid FROM relationship WHERE ? IN (client_id, related_id) AND tenant_id = ?",
            (client.id, practice.id),
        )
    }
    return tab(
        db, practice, client, "client_relationships", "client_relationships.html", keys=rows,
        form=controls.shown((_TYPE, *_TERMS), entered.values, entered.wrong), picker=picker,
        refused=bool(entered.wrong or picker.wrong),
    )  # fmt: skip


def _page(db: sqlite3.Connection, practice: Tenant, found: store.Relationship, entered: Entered) -> Response:
    return page(
        db, practice, "relationship.html", _trail(practice, found), status=422 if entered.wrong else 200,
        relationship=found, seen_from_there=INVERSE.get(found.type, found.type),
        form=controls.shown(_TERMS, entered.values, entered.wrong),
    )  # fmt: skip


def _trail(practice: Tenant, found: store.Relationship) -> list[Place]:
    return [
        Place("Relationships", address("relationships", practice)),
        Place(f"{found.client.name}: {found.type}", address("relationship", practice, key=found.uuid)),
    ]


def _check(entered: Entered, kind: str) -> None:
    """What a form's single controls cannot know: what applies to the type, and that days follow one another."""
    for name, kinds in (("shares", store.WITH_SHARES), ("percentage", store.WITH_PERCENTAGE)):
        text = entered.text(name)
        if name in entered.wrong or not text:
            continue
        if text.startswith("-"):
            entered.refuse(name, "It must not be below nought.")
        elif float(text) and kind not in kinds:
            entered.refuse(name, f"It is only for {' and '.join(kinds)}.")
    starts, ends = entered.text("starts"), entered.text("ends")
    if starts and ends and ends < starts:
        entered.refuse("ends", "End date must not be before the start date.")


def _values(entered: Entered) -> Mapping[str, str | int | None]:
    return {
        "shares": entered.number("shares") or 0,
        "percentage": entered.text("percentage") or "0",
        "starts": entered.or_none("starts"),
        "ends": entered.or_none("ends"),
    }


def _held(found: store.Relationship) -> dict[str, str]:
    return {
        "shares": str(found.shares) if found.shares else "",
        "percentage": found.percentage if float(found.percentage or 0) else "",
        "starts": found.starts or "",
        "ends": found.ends or "",
    }


def _the_relationship(db: sqlite3.Connection, practice: Tenant, key: object) -> store.Relationship:
    number = finding.number(db, "relationship", practice.id, key)
    if number is None:
        abort(404)
    return store.relationship(db, number)
