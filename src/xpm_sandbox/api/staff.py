"""`staff.api`: list and get."""

import sqlite3

from flask import Response

from xpm_sandbox import records
from xpm_sandbox.api.call import Call, Refusal
from xpm_sandbox.api.xml_out import element

_ELEMENTS = (
    ("Name", "name"), ("Email", "email"), ("Phone", "phone"), ("Mobile", "mobile"), ("Address", "address"),
    ("PayrollCode", "payroll_code"),
)  # fmt: skip


def list_staff(call: Call) -> Response:
    with call.sandbox.world.read() as db:
        inner = "".join(_staff(call, row) for row in records.staff(db, call.tenant.id))
    return call.reply(f"<StaffList>{inner}</StaffList>" if inner else "<StaffList />")


def get(call: Call, key: str) -> Response:
    with call.sandbox.world.read() as db:
        number = call.staff_number(db, key)
        row = next((row for row in records.staff(db, call.tenant.id) if row["id"] == number), None)
    if row is None:
        raise Refusal("Invalid staff identifier")
    return call.reply(_staff(call, row))


def _staff(call: Call, row: sqlite3.Row) -> str:
    values = "".join(element(name, row[column]) for name, column in _ELEMENTS)
    return f"<Staff>{call.style.key(row['id'], row['uuid'])}{values}</Staff>"
