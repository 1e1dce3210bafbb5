"""`client.api/addrelationship` and its kin.

The name of the reply's element is documented for JSON alone; in XML it is taken to be the same.
"""

import sqlite3
from collections.abc import Mapping

from flask import Response

from xpm_sandbox import relationships
from xpm_sandbox.api import typed, xml_in
from xpm_sandbox.api.call import Call, Refusal
from xpm_sandbox.api.xml_out import element
from xpm_sandbox.relationships import Relationship

_PARTS = {
    "NumberOfShares": ("shares", relationships.WITH_SHARES),
    "Percentage": ("percentage", relationships.WITH_PERCENTAGE),
}
_DAYS = {"StartDate": "starts", "EndDate": "ends"}


def add(call: Call) -> Response:
    """A new relationship, seen from both clients. A repeated add makes a second one."""
    sent = xml_in.sent("Relationship")
    kind = _type(typed.required(sent, "Type"))
    with call.writing() as db:
        client = call.client_number(db, sent.get(f"Client{call.key_name}", "").strip())
        related = call.client_number(db, sent.get(f"RelatedClient{call.key_name}", "").strip())
        if client == related:
            raise Refusal("A client cannot be related to itself")
        if call.settings["relationship_again"] == "error" and relationships.is_there(db, client, related, kind):
            raise Refusal("The relationship exists already")
        values = {"type": kind, **_values(kind, sent)}
        _check_days(values.get("starts"), values.get("ends"))
        number = relationships.add(
            db, call.tenant.id, call.now, client, related, values, moves_modified=call.moves("relationships")
        )
        found = relationships.relationship(db, number)
    return _one(call, found)


def update(call: Call) -> Response:
    """Set shares, percentage or days; the type and the clients stay."""
    sent = xml_in.sent("Relationship")
    with call.writing() as db:
        before = _sent_one(db, call, sent)
        if sent.get("Type", "").strip() and _type(sent["Type"]) != before.type:
            raise Refusal("The type of a relationship cannot be changed")
        values = _values(before.type, sent)
        _check_days(values.get("starts", before.starts), values.get("ends", before.ends))
        relationships.edit(db, before.id, call.now, values, moves_modified=call.moves("relationships"))
        found = relationships.relationship(db, before.id)
    return _one(call, found)


def delete(call: Call) -> Response:
    """Remove the relationship from both clients; the reply is what it was."""
    sent = xml_in.sent("Relationship")
    with call.writing() as db:
        found = _sent_one(db, call, sent)
        relationships.delete(db, found.id, call.now, moves_modified=call.moves("relationships"))
    return _one(call, found)


def _type(sent: str) -> str:
    known = {name.lower(): name for name in relationships.TYPES}
    if sent.strip().lower() not in known:
        raise Refusal(f"Invalid Type: {sent.strip()}")
    return known[sent.strip().lower()]


def _values(kind: str, sent: Mapping[str, str]) -> dict[str, str | int | None]:
    """What was sent of shares, percentage and days. A nought where they do not apply is passed over."""
    values: dict[str, str | int | None] = {}
    for name, (column, kinds) in _PARTS.items():
        text = sent.get(name, "").strip()
        if not text:
            continue
        value = typed.whole(name, text) if name == "NumberOfShares" else typed.decimal(name, text)
        if kind not in kinds and float(value):
            raise Refusal(f"{name} does not apply to {kind}")
        values[column] = value
    for name, column in _DAYS.items():
        if name in sent:
            values[column] = typed.day(name, sent[name]) if sent[name].strip() else None
    return values


def _check_days(starts: str | int | None, ends: str | int | None) -> None:
    if starts and ends and str(ends) < str(starts):
        raise Refusal("EndDate must not be before StartDate")


def _sent_one(db: sqlite3.Connection, call: Call, sent: Mapping[str, str]) -> Relationship:
    """The relationship whose key was sent, which may be the other client's where each has one of its own."""
    key = sent.get(call.key_name, "").strip().lower()
    number = call.number(db, "relationship", key)
    if number is None and key and call.settings["relationship_keys"] == "two":
        number = call.number(db, "relationship", _mirrored(call, key))
    if number is None:
        raise call.unknown("relationship")
    return relationships.relationship(db, number)


def _mirrored(call: Call, key: str) -> str:
    try:
        if call.version == "3.0":
            return str(relationships.mirror_number(int(key)))
        return relationships.mirror_uuid(key)
    except ValueError:
        return ""


def _one(call: Call, found: Relationship) -> Response:
    days = "".join(element(name, day) for name, day in (("StartDate", found.starts), ("EndDate", found.ends)) if day)
    inner = (
        call.style.key(found.id, found.uuid)
        + call.style.ref("Client", found.client)
        + call.style.ref("RelatedClient", found.related)
        + f"<RelationshipType>{element('Name', found.type)}</RelationshipType>"
        + element("NumberOfShares", str(found.shares))
        + element("Percentage", found.percentage)
        + days
    )
    return call.reply(f"<ClientRelationship>{inner}</ClientRelationship>")
