"""Client groups: the list, one group with its members, and those of one client."""

import sqlite3

from flask import Blueprint, Response, abort

from xpm_sandbox import finding, records
from xpm_sandbox import groups as store
from xpm_sandbox.world import Tenant
from xpm_sandbox.xpm_pages import controls, rolls
from xpm_sandbox.xpm_pages.clients import tab, the_client
from xpm_sandbox.xpm_pages.controls import Asks, Control, Entered
from xpm_sandbox.xpm_pages.desk import Desk, Place, address, go, page, sent
from xpm_sandbox.xpm_pages.picking import Picker, picked

_FORM = (Control("name", "Name", required=True), Control("taxable", "Taxable group", Asks.FLAG))
_KINDS = {"all": "All", "taxable": "Taxable", "empty": "Without clients"}
_HEADS = (("name", "Name", ""), ("members", "Clients", ""), ("", "Taxable", ""))
_CLIENT = Picker("client", "Client")
_GROUP = Picker("group", "Group", "client_group")


def add_pages(blueprint: Blueprint, desk: Desk) -> None:
    """Groups, their members, and a client's groups."""
    _listing(blueprint, desk)
    _one(blueprint, desk)
    _members(blueprint, desk)
    _of_client(blueprint, desk)


def _listing(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/xpm/<tenant_id>/groups")
    def groups(tenant_id: str) -> Response:
        with desk.read(tenant_id) as (db, practice):
            return _list(db, practice)

    @blueprint.post("/xpm/<tenant_id>/groups")
    def add_group(tenant_id: str) -> Response:
        with desk.write(tenant_id) as (db, practice):
            entered = controls.read(_FORM, sent())
            if entered.wrong:
                return _list(db, practice, entered)
            number = store.add(db, practice.id, desk.now(), entered.text("name"), [], taxable=entered.flag("taxable"))
            uuid = store.group(db, number).uuid
        return go("group", practice, "added", key=uuid)


def _one(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/xpm/<tenant_id>/groups/<uuid:key>")
    def group(tenant_id: str, key: object) -> Response:
        with desk.read(tenant_id) as (db, practice):
            return _group_page(db, practice, _the_group(db, practice, key))

    @blueprint.post("/xpm/<tenant_id>/groups/<uuid:key>")
    def save_group(tenant_id: str, key: object) -> Response:
        with desk.write(tenant_id) as (db, practice):
            found, entered = _the_group(db, practice, key), controls.read(_FORM, sent())
            if entered.wrong:
                return _group_page(db, practice, found, entered)
            name, taxable = entered.text("name"), entered.flag("taxable")
            changed = (name, taxable) != (found.name, found.taxable)
            if changed:
                store.edit(
                    db, found.id, desk.now(), name=name, taxable=taxable, moves_modified=desk.moves(db, "groups")
                )
        return go("group", practice, "saved" if changed else "unchanged", key=found.uuid)

    @blueprint.get("/xpm/<tenant_id>/groups/<uuid:key>/delete")
    def ask_delete_group(tenant_id: str, key: object) -> Response:
        with desk.read(tenant_id) as (db, practice):
            found = _the_group(db, practice, key)
            return page(
                db, practice, "confirm.html", [*_trail(practice, found), Place("Delete")],
                question=f"Delete the group {found.name}?", action="Delete the group",
                effects=[f"Clients in it: {len(found.clients)}. They stay, outside of any group of this name.",
                         "It cannot be brought back."],
                back=address("group", practice, key=found.uuid),
            )  # fmt: skip

    @blueprint.post("/xpm/<tenant_id>/groups/<uuid:key>/delete")
    def delete_group(tenant_id: str, key: object) -> Response:
        with desk.write(tenant_id) as (db, practice):
            number = _the_group(db, practice, key).id
            store.delete(db, number, desk.now(), moves_modified=desk.moves(db, "groups"))
        return go("groups", practice, "deleted")


def _members(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.post("/xpm/<tenant_id>/groups/<uuid:key>/clients")
    def add_member(tenant_id: str, key: object) -> Response:
        with desk.write(tenant_id) as (db, practice):
            found = _the_group(db, practice, key)
            number, picker = picked(db, practice, _CLIENT, barred=[member.id for member in found.clients])
            if not number:
                return _group_page(db, practice, found, picker=picker)
            store.change_members(db, found.id, desk.now(), add=[number], moves_modified=desk.moves(db, "groups"))
        return go("group", practice, "added", key=found.uuid)

    @blueprint.post("/xpm/<tenant_id>/groups/<uuid:key>/clients/<uuid:client_key>/remove")
    def remove_member(tenant_id: str, key: object, client_key: object) -> Response:
        with desk.write(tenant_id) as (db, practice):
            found = _the_group(db, practice, key)
            _leave(desk, db, found, the_client(db, practice, client_key))
        return go("group", practice, "removed", key=found.uuid)


def _of_client(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/xpm/<tenant_id>/clients/<uuid:key>/groups")
    def client_groups(tenant_id: str, key: object) -> Response:
        with desk.read(tenant_id) as (db, practice):
            return _tab(db, practice, the_client(db, practice, key))

    @blueprint.post("/xpm/<tenant_id>/clients/<uuid:key>/groups")
    def join_group(tenant_id: str, key: object) -> Response:
        with desk.write(tenant_id) as (db, practice):
            client = the_client(db, practice, key)
            number, picker = picked(db, practice, _GROUP, barred=[each.id for each in client.groups])
            if not number:
                return _tab(db, practice, client, picker)
            store.change_members(db, number, desk.now(), add=[client.id], moves_modified=desk.moves(db, "groups"))
        return go("client_groups", practice, "added", key=client.uuid)

    @blueprint.post("/xpm/<tenant_id>/clients/<uuid:key>/groups/<uuid:group_key>/remove")
    def leave_group(tenant_id: str, key: object, group_key: object) -> Response:
        with desk.write(tenant_id) as (db, practice):
            client = the_client(db, practice, key)
            _leave(desk, db, _the_group(db, practice, group_key), client)
        return go("client_groups", practice, "removed", key=client.uuid)


def _leave(desk: Desk, db: sqlite3.Connection, group: store.Group, client: records.Client) -> None:
    if client.id not in {member.id for member in group.clients}:
        abort(404)
    store.change_members(db, group.id, desk.now(), remove=[client.id], moves_modified=desk.moves(db, "groups"))


def _list(db: sqlite3.Connection, practice: Tenant, entered: Entered | None = None) -> Response:
    listed = rolls.asked(db, practice, finding.GROUPS, _KINDS, _HEADS)
    rows = [store.group(db, number) for number in listed.numbers]
    form = controls.shown(_FORM, entered.values if entered else {}, entered.wrong if entered else {})
    return page(
        db, practice, "groups.html", [Place("Groups")], status=422 if entered else 200, listed=listed, rows=rows,
        form=form,
    )  # fmt: skip


def _group_page(
    db: sqlite3.Connection,
    practice: Tenant,
    group: store.Group,
    entered: Entered | None = None,
    picker: Picker = _CLIENT,
) -> Response:
    held = {"name": group.name, "taxable": "Yes" if group.taxable else ""}
    form = controls.shown(_FORM, entered.values if entered else held, entered.wrong if entered else {})
    return page(
        db, practice, "group.html", _trail(practice, group), status=422 if entered or picker.wrong else 200,
        group=group, form=form, picker=picker,
    )  # fmt: skip


def _tab(db: sqlite3.Connection, practice: Tenant, client: records.Client, picker: Picker = _GROUP) -> Response:
    return tab(db, practice, client, "client_groups", "client_groups.html", picker=picker, refused=bool(picker.wrong))


def _trail(practice: Tenant, group: store.Group) -> list[Place]:
    return [
        Place("Groups", address("groups", practice)),
        Place(group.name, address("group", practice, key=group.uuid)),
    ]


def _the_group(db: sqlite3.Connection, practice: Tenant, key: object) -> store.Group:
    number = finding.number(db, "client_group", practice.id, key)
    if number is None:
        abort(404)
    return store.group(db, number)
