"""`staff.api`: list, get, add, update, delete, enable, disable, forgottenpassword."""

import sqlite3

from flask import Response
from lxml import etree

from xpm_sandbox import privileges, records, staffing
from xpm_sandbox.api import typed, xml_in
from xpm_sandbox.api.call import Call, Refusal
from xpm_sandbox.api.xml_out import element, listing


def list_staff(call: Call) -> Response:
    """Everybody but the deleted, by name."""
    with call.sandbox.world.read() as db:
        rows = [_staff(call, row) for row in records.staff(db, call.tenant.id)]
    return call.reply(listing("StaffList", rows))


def get(call: Call, key: str) -> Response:
    """One of the staff."""
    with call.sandbox.world.read() as db:
        row = _present(db, call, key)
    return call.reply(call.web_url(f"Staff/{row['id']}/Detail") + _staff(call, row))


def add(call: Call) -> Response:
    """Somebody new; only the name is needed. Two people may have one name. Its reply says `Get`."""
    sent = xml_in.sent("Staff")
    typed.required(sent, "Name")
    with call.writing() as db:
        row = staffing.person(db, staffing.add(db, call.tenant.id, sent))
    return call.reply(_staff(call, row))


def update(call: Call) -> Response:
    """Set the elements sent."""
    sent = xml_in.sent("Staff")
    if "Name" in sent:
        typed.required(sent, "Name")
    with call.writing() as db:
        number = _present(db, call, sent.get(call.key_name, ""))["id"]
        staffing.edit(db, number, sent)
        row = staffing.person(db, number)
    return call.reply(_staff(call, row))


def delete(call: Call) -> Response:
    """Take somebody from the list, and end what they connected; their name stays in jobs and clients."""
    with call.writing() as db:
        privileges.remove(db, _named(db, call, xml_in.body("Staff")))
    return call.reply()


def enable(call: Call) -> Response:
    """Let somebody sign in, with the role that `Security` holds."""
    root = xml_in.body("Staff")
    security = root.find("Security")
    with call.writing() as db:
        role = "" if security is None else etree.tostring(security, encoding="unicode", with_tail=False)
        privileges.enable(db, _named(db, call, root), role)
    return call.reply()


def disable(call: Call) -> Response:
    """Let somebody sign in no more, and end what they connected; they stay in the list, which does not tell."""
    with call.writing() as db:
        privileges.disable(db, _named(db, call, xml_in.body("Staff")))
    return call.reply()


def forgotten_password(call: Call) -> Response:
    """Would e-mail the person a way to a new password; here nothing leaves."""
    with call.sandbox.world.read() as db:
        _named(db, call, xml_in.body("Staff"))
    return call.reply()


def _named(db: sqlite3.Connection, call: Call, root: etree._Element) -> int:
    return int(_present(db, call, xml_in.child_text(root, call.key_name) or "")["id"])


def _present(db: sqlite3.Connection, call: Call, key: str) -> sqlite3.Row:
    row = staffing.person(db, call.staff_number(db, key))
    if row["is_deleted"]:
        raise Refusal("Invalid staff identifier")
    return row


def _staff(call: Call, row: sqlite3.Row) -> str:
    values = "".join(element(name, row[column]) for name, column in staffing.COLUMNS.items())
    return f"<Staff>{call.style.key(row['id'], row['uuid'])}{values}</Staff>"
