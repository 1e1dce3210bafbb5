"""Turning a prospect into a client, and merging two clients: each says first what it will do."""

import sqlite3

from flask import Blueprint, Response, abort, request

from xpm_sandbox import finding, jobs, records
from xpm_sandbox import replacing as store
from xpm_sandbox.records import Client
from xpm_sandbox.world import Tenant
from xpm_sandbox.xpm_pages.clients import the_client, way_to
from xpm_sandbox.xpm_pages.desk import Desk, Place, address, go, page
from xpm_sandbox.xpm_pages.picking import Picker, picked

_REMAINS = {
    "deleted": "stays behind as deleted",
    "vanished": "is gone altogether",
    "kept": "stays as it is",
    "archived": "stays behind as archived",
}
_OTHER = Picker("other", "Other client")


def add_pages(blueprint: Blueprint, desk: Desk) -> None:
    """Converting and merging."""
    _converting(blueprint, desk)
    _merging(blueprint, desk)


def _converting(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/xpm/<tenant_id>/clients/<uuid:key>/convert")
    def ask_convert(tenant_id: str, key: object) -> Response:
        with desk.read(tenant_id) as (db, practice):
            client = _prospect(db, practice, key)
            return page(
                db, practice, "confirm.html", [*way_to(practice, client), Place("Convert to client")],
                question=f"Make a client of the prospect {client.name}?", action="Convert to client",
                effects=["The client is a new record with a new identifier: apps will see another client.",
                         "Jobs, documents, contacts, groups and relationships go with it.",
                         f"The prospect {_REMAINS[desk.setting(db, 'converted_prospect')]}.",
                         "It cannot be turned back."],
                back=address("client", practice, key=client.uuid),
            )  # fmt: skip

    @blueprint.post("/xpm/<tenant_id>/clients/<uuid:key>/convert")
    def convert(tenant_id: str, key: object) -> Response:
        with desk.write(tenant_id) as (db, practice):
            client, remains = _prospect(db, practice, key), desk.setting(db, "converted_prospect")
            number = store.convert_prospect(db, client.id, desk.now(), remains=remains)
            uuid = records.client(db, number).uuid
        return go("client", practice, "converted", key=uuid)


def _merging(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/xpm/<tenant_id>/clients/<uuid:key>/merge")
    def ask_merge(tenant_id: str, key: object) -> Response:
        with desk.read(tenant_id) as (db, practice):
            return _choose(db, practice, the_client(db, practice, key), _OTHER)

    @blueprint.post("/xpm/<tenant_id>/clients/<uuid:key>/merge")
    def merge(tenant_id: str, key: object) -> Response:
        with desk.write(tenant_id) as (db, practice):
            client = the_client(db, practice, key)
            stays, goes = request.form.get("stays", ""), request.form.get("goes", "")
            if not stays:
                number, picker = picked(db, practice, _OTHER, barred=[client.id])
                if not number:
                    return _choose(db, practice, client, picker)
                return _preview(desk, db, practice, client, records.client(db, number))
            into, other = _both(db, practice, client, stays, goes)
            store.merge(db, other.id, into.id, desk.now(), remains=desk.setting(db, "merged_client"))
        return go("client", practice, "merged", key=into.uuid)


def _both(db: sqlite3.Connection, practice: Tenant, client: Client, stays: str, goes: str) -> tuple[Client, Client]:
    """Which stays and which goes, as the preview offered them: one of them is the page's client."""
    if client.uuid not in (stays, goes) or stays == goes:
        abort(400)
    return the_client(db, practice, stays), the_client(db, practice, goes)


def _choose(db: sqlite3.Connection, practice: Tenant, client: Client, picker: Picker) -> Response:
    return page(
        db, practice, "merge.html", [*way_to(practice, client), Place("Merge")], status=422 if picker.wrong else 200,
        client=client, picker=picker, ways=[],
    )  # fmt: skip


def _preview(desk: Desk, db: sqlite3.Connection, practice: Tenant, client: Client, other: Client) -> Response:
    ways = [
        {"stays": stays, "goes": goes, "moves": _moves(db, goes)} for stays, goes in ((client, other), (other, client))
    ]
    return page(
        db, practice, "merge.html", [*way_to(practice, client), Place("Merge")], client=client, picker=_OTHER,
        ways=ways, remains=_REMAINS[desk.setting(db, "merged_client")],
    )  # fmt: skip


def _moves(db: sqlite3.Connection, goes: Client) -> list[tuple[str, int]]:
    """What a client that goes brings to the one that stays."""
    documents = finding.counted(db, "document", "client_id", [goes.id]).get(goes.id, 0)
    return [
        ("Jobs", len(jobs.of_client(db, goes.id))), ("Contacts", len(goes.contacts)),
        ("Relationships", len(goes.ties)), ("Groups", len(goes.groups)), ("Documents", documents),
    ]  # fmt: skip


def _prospect(db: sqlite3.Connection, practice: Tenant, key: object) -> Client:
    client = the_client(db, practice, key)
    if not client.is_prospect or client.is_deleted:
        abort(404)
    return client
