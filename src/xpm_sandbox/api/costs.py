"""`cost.api`, the practice's catalogue of costs; and `job.api/cost` and `costs`, those of a job."""

import sqlite3
from collections.abc import Mapping

from flask import Response, request

from xpm_sandbox import costs
from xpm_sandbox.api import typed, xml_in
from xpm_sandbox.api.call import Call, Refusal
from xpm_sandbox.api.documents import unwrapped
from xpm_sandbox.api.job_edits import named_job
from xpm_sandbox.api.job_xml import moment_of, true_false
from xpm_sandbox.api.xml_out import element, listing

_PAGE = 1000
_TEXTS = {"Description": "description", "Code": "code", "Note": "note"}
_AMOUNTS = {"Quantity": "quantity", "UnitCost": "unit_cost", "UnitPrice": "unit_price"}


def list_costs(call: Call) -> Response:
    """A page of the catalogue, a thousand at most; `Records` says how many it has."""
    text = request.args.get("page", "")
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 1_000_000:
        raise Refusal("page must be a number from 1", 400)
    with call.sandbox.world.read() as db:
        rows = costs.catalogue(db, call.tenant.id, skip=(int(text) - 1) * _PAGE, limit=_PAGE)
    return call.reply(listing("Costs", (_catalogued(call, row) for row in rows)) + element("Records", str(len(rows))))


def get(call: Call, key: str) -> Response:
    """One cost of the catalogue."""
    with call.sandbox.world.read() as db:
        return call.reply(_catalogued(call, costs.cost(db, _number(db, call, key))))


def add(call: Call) -> Response:
    """A new cost of the catalogue."""
    sent = xml_in.sent("Cost")
    typed.required(sent, "Description")
    with call.writing() as db:
        row = costs.cost(db, costs.add(db, call.tenant.id, None, _values(sent)))
    return call.reply(_catalogued(call, row))


def update(call: Call) -> Response:
    """Set the elements sent."""
    return call.reply(_catalogued(call, _changed(call)))


def delete(call: Call) -> Response:
    """Remove a cost of the catalogue."""
    sent = xml_in.sent("Cost")
    with call.writing() as db:
        costs.delete(db, _number(db, call, sent.get(call.key_name, "")))
    return call.reply()


def delete_all(call: Call) -> Response:
    """Remove the whole catalogue; jobs keep their costs."""
    with call.writing() as db:
        costs.empty_catalogue(db, call.tenant.id)
    return call.reply()


def of_job(call: Call, number: str) -> Response:
    """A job's costs, without a `Response` around them."""
    with call.sandbox.world.read() as db:
        rows = costs.of_job(db, named_job(db, call, number).id)
    return unwrapped(call, listing("Costs", (_of_job(call, row) for row in rows)))


def add_to_job(call: Call) -> Response:
    """A new cost of a job; the reply is its key."""
    sent = xml_in.sent("Cost")
    typed.required(sent, "Description")
    with call.writing() as db:
        job = named_job(db, call, sent.get("Job", ""))
        values = {"date": call.today(), **_values(sent)}
        row = costs.cost(db, costs.add(db, call.tenant.id, job.id, values))
    return call.reply(call.style.key(row["id"], row["uuid"]))


def update_of_job(call: Call) -> Response:
    """Set the elements sent of a job's cost; the reply is its key."""
    row = _changed(call)
    return call.reply(call.style.key(row["id"], row["uuid"]))


def _changed(call: Call) -> sqlite3.Row:
    sent = xml_in.sent("Cost")
    with call.writing() as db:
        number = _number(db, call, sent.get(call.key_name, ""))
        if "Description" in sent:
            typed.required(sent, "Description")
        costs.edit(db, number, _values(sent))
        return costs.cost(db, number)


def _number(db: sqlite3.Connection, call: Call, key: str) -> int:
    return call.known_number(db, "cost", key, "cost")


def _values(sent: Mapping[str, str]) -> dict[str, str | int | None]:
    values: dict[str, str | int | None] = {column: sent[name] for name, column in _TEXTS.items() if name in sent}
    values |= {
        column: typed.decimal(name, sent[name]) for name, column in _AMOUNTS.items() if sent.get(name, "").strip()
    }
    if sent.get("Date", "").strip():
        values["date"] = typed.day("Date", sent["Date"])
    if sent.get("Billable", "").strip():
        values["is_billable"] = typed.flag("Billable", sent["Billable"])
    return values


def _catalogued(call: Call, row: sqlite3.Row) -> str:
    inner = (
        call.style.key(row["id"], row["uuid"]) + element("Description", row["description"])
        + element("Code", row["code"]) + element("Note", row["note"]) + element("UnitCost", row["unit_cost"])
        + element("UnitPrice", row["unit_price"])
    )  # fmt: skip
    return f"<Cost>{inner}</Cost>"


def _of_job(call: Call, row: sqlite3.Row) -> str:
    inner = (
        call.style.key(row["id"], row["uuid"]) + element("Description", row["description"])
        + element("Code", row["code"]) + element("Note", row["note"])
        + (element("Date", moment_of(row["date"])) if row["date"] else "") + element("Quantity", row["quantity"])
        + element("UnitCost", row["unit_cost"]) + element("UnitPrice", row["unit_price"])
        + element("Billable", true_false(bool(row["is_billable"])))
    )  # fmt: skip
    return f"<Cost>{inner}</Cost>"
