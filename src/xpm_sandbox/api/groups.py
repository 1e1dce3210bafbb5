"""`clientgroup.api`: list, get, add, members, delete. A group has no rename, and none is made without a client."""

import sqlite3

from flask import Response
from lxml import etree

from xpm_sandbox import groups
from xpm_sandbox.api import typed, xml_in
from xpm_sandbox.api.call import Call, Refusal
from xpm_sandbox.api.xml_out import element, listing, yes_no
from xpm_sandbox.groups import Group


def list_groups(call: Call) -> Response:
    """Every group by name, without members."""
    with call.sandbox.world.read() as db:
        rows = [f"<Group>{_head(call, group)}</Group>" for group in groups.listed(db, call.tenant.id)]
    return call.reply(listing("Groups", rows))


def get(call: Call, key: str) -> Response:
    """One group with its members."""
    with call.sandbox.world.read() as db:
        return _one(call, groups.group(db, _number(db, call, key)))


def add(call: Call) -> Response:
    """A new group with its first client."""
    sent = xml_in.sent("Group")
    name = typed.required(sent, "Name")
    taxable = typed.flag("Taxable", sent["Taxable"]) if sent.get("Taxable", "").strip() else False
    with call.writing() as db:
        client = call.client_number(db, sent.get(f"Client{call.key_name}", "").strip())
        number = groups.add(
            db, call.tenant.id, call.now, name, [client], taxable=taxable, moves_modified=call.moves("groups")
        )
        group = groups.group(db, number)
    return _one(call, group)


def members(call: Call) -> Response:
    """Put clients into the group and take others out, several of each at once."""
    root = xml_in.body("Group")
    with call.writing() as db:
        number = _number(db, call, xml_in.child_text(root, call.key_name) or "")
        joining, leaving = (_named(db, call, root, name) for name in ("add", "remove"))
        inside = {member.id for member in groups.group(db, number).clients}
        _check(call, inside, joining, leaving)
        moves = call.moves("groups")
        groups.change_members(db, number, call.now, add=joining, remove=leaving, moves_modified=moves)
        group = groups.group(db, number)
        if not group.clients and call.settings["group_last_removed"] == "group_goes":
            groups.delete(db, number, call.now, moves_modified=moves)
    return _one(call, group)


def delete(call: Call) -> Response:
    """Remove the group; its clients stay."""
    root = xml_in.body("Group")
    with call.writing() as db:
        number = _number(db, call, xml_in.child_text(root, call.key_name) or "")
        groups.delete(db, number, call.now, moves_modified=call.moves("groups"))
    return call.reply()


def _check(call: Call, inside: set[int], joining: list[int], leaving: list[int]) -> None:
    if inside & set(joining) and call.settings["group_member_again"] == "error":
        raise Refusal("The client is in the group already")
    if set(leaving) - inside - set(joining) and call.settings["group_stranger_removed"] == "error":
        raise Refusal("The client is not in the group")
    if not (inside | set(joining)) - set(leaving) and call.settings["group_last_removed"] == "error":
        raise Refusal("A group must have a client")


def _named(db: sqlite3.Connection, call: Call, root: etree._Element, name: str) -> list[int]:
    attribute = call.key_name.lower()
    return [call.client_number(db, row.get(attribute, "").strip()) for row in root.iterfind(name)]


def _number(db: sqlite3.Connection, call: Call, key: str) -> int:
    return call.known_number(db, "client_group", key, "client group")


def _head(call: Call, group: Group) -> str:
    return (
        call.style.key(group.id, group.uuid) + element("Name", group.name) + element("Taxable", yes_no(group.taxable))
    )


def _one(call: Call, group: Group) -> Response:
    clients = listing("Clients", (call.style.ref("Client", client) for client in group.clients))
    where = call.web_url(f"ClientGroup/{group.id}/Detail")
    return call.reply(f"{where}<Group>{_head(call, group)}{clients}</Group>")
