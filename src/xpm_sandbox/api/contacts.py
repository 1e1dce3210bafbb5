"""`client.api/contact` and its kin: a contact may belong to several clients, each tie with a position of its own."""

import sqlite3

from flask import Response, request
from lxml import etree

from xpm_sandbox import changes, records
from xpm_sandbox.api import paging, values_in, xml_in
from xpm_sandbox.api.call import Call, Refusal
from xpm_sandbox.gateway import Barred
from xpm_sandbox.records import Contact

_LINKED_AT_ONCE = 10


def page(call: Call) -> Response:
    """All contacts by page, without what belongs to a client."""
    asked = paging.asked_page(call)
    with call.sandbox.world.read() as db:
        rows = records.contact_page(db, call.tenant.id, asked.after, asked.size + 1)
    shown = rows[: asked.size]
    inner = "".join(call.style.contact(contact, tied=False) for contact in shown)
    last = (shown[-1].name, shown[-1].uuid) if len(rows) > asked.size else None
    whole = f"<Contacts>{inner}</Contacts>" if inner else "<Contacts />"
    return call.reply(whole + paging.links(call, asked, last))


def get(call: Call, key: str) -> Response:
    """One contact, through the client named in the query."""
    with call.sandbox.world.read() as db:
        contact = call.contact(db, key)
        return _one(call, _seen(db, contact, _client_in_query(db, call)))


def add(call: Call) -> Response:
    """Always a new contact, at the client named in the body."""
    root = xml_in.body("Contact")
    with call.writing() as db:
        client = _client_in_body(db, call, root)
        if client is None:
            raise Refusal("Invalid client identifier")
        values = values_in.contact_values(call, xml_in.texts(root), adding=True)
        number = changes.add_contact(
            db, call.tenant.id, call.now, client, values, moves_modified=call.contacts_move_modified
        )
        contact = records.contact_through(db, client, number)
    return _one(call, contact)


def update(call: Call, key: str) -> Response:
    """Set the elements sent; for a contact of several clients the client must be named."""
    root = xml_in.body("Contact")
    with call.writing() as db:
        contact = call.contact(db, key)
        client = _client_in_body(db, call, root) or _client_in_query(db, call)
        client = _which(db, call, contact, client)
        values = values_in.contact_values(call, xml_in.texts(root), adding=False)
        changes.edit_contact(
            db, contact.id, call.now, values, client_number=client, moves_modified=call.contacts_move_modified
        )
        seen = _seen(db, call.contact(db, key), client)
    return _one(call, seen)


def delete(call: Call, key: str) -> Response:
    """Take the contact from the client named; the reply is the contact as it was."""
    with call.writing() as db:
        contact = call.contact(db, key)
        client = _which(db, call, contact, _client_in_query(db, call))
        seen = _seen(db, contact, client)
        everywhere = call.settings["contact_delete"] == "everywhere"
        changes.remove_contact(
            db,
            contact.id,
            call.now,
            client_number=None if everywhere else client,
            moves_modified=call.contacts_move_modified,
        )
    return _one(call, seen)


def link(call: Call, key: str) -> Response:
    """Tie up to ten existing contacts to a client."""
    root = xml_in.body("Client")
    rows = root.findall("Contacts/Contact")
    if not 1 <= len(rows) <= _LINKED_AT_ONCE:
        raise Refusal(f"Between 1 and {_LINKED_AT_ONCE} contacts are needed", 400)
    with call.writing() as db:
        number = call.client_number(db, key)
        for row in rows:
            sent = xml_in.texts(row)
            contact = call.contact(db, sent.get(call.key_name, "").strip())
            tie = {name: value for name, value in sent.items() if name in ("Position", "IsPrimary")}
            changes.link_contact(db, number, call.now, contact.id, tie, moves_modified=call.contacts_move_modified)
        client = records.client(db, number)
    inner = "".join(call.style.contact(contact, tied=True) for contact in client.contacts)
    return call.reply(f"<Client>{call.style.key(client.id, client.uuid)}<Contacts>{inner}</Contacts></Client>")


def _one(call: Call, contact: Contact | None) -> Response:
    if contact is None:
        raise call.unknown("contact")
    return call.reply(call.style.contact(contact, tied=contact.is_primary is not None))


def _which(db: sqlite3.Connection, call: Call, contact: Contact, named: int | None) -> int | None:
    """The client through which a contact is changed; without one named, the only one it has."""
    owners = records.clients_of_contact(db, contact.id)
    if named is not None:
        if named not in owners:
            raise call.unknown("contact")
        return named
    if len(owners) <= 1:
        return owners[0] if owners else None
    way = call.settings["shared_contact_without_client"]
    if way == "refused":
        raise Barred(409, "Conflict", "The contact belongs to several clients: clientUuid is required")
    if way == "loses_tie":
        changes.forget_ties(db, contact.id)
    return None


def _seen(db: sqlite3.Connection, contact: Contact, client: int | None) -> Contact | None:
    """The contact through the client, through its only client, or bare; None when it is not the client's."""
    owners = records.clients_of_contact(db, contact.id)
    if client is None and len(owners) == 1:
        client = owners[0]
    return contact if client is None else records.contact_through(db, client, contact.id)


def _client_in_body(db: sqlite3.Connection, call: Call, root: etree._Element) -> int | None:
    key = root.findtext(f"Client/{call.key_name}")
    return call.client_number(db, key.strip()) if key and key.strip() else None


def _client_in_query(db: sqlite3.Connection, call: Call) -> int | None:
    names = ("client_id",) if call.version == "3.0" else ("clientuuid",)
    key = next((value for name, value in request.args.items() if name.lower() in names), "")
    return call.client_number(db, key.strip()) if key.strip() else None
