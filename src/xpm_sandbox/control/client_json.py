"""A client as control JSON, out and in: flat, under the element names of the replies, the tax number in full."""

import sqlite3
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from xpm_sandbox import fields
from xpm_sandbox.clock import moment
from xpm_sandbox.control.json_in import Wrong
from xpm_sandbox.records import Client, Contact, Ref
from xpm_sandbox.world import Tenant

_FLAGS = ("IsProspect", "IsArchived", "IsDeleted")
_STAFF = ("AccountManager", "JobManager")
_PARTS = ("UUID", "ID", "tenant", "Contacts", "Modified", "Groups", "Relationships", "Notes")


def client_json(client: Client) -> dict[str, Any]:
    """The truth about a client; what is unset is left out."""
    shown: dict[str, Any] = {"UUID": client.uuid, "ID": client.id, "Name": client.name, **client.fields}
    shown |= {
        "IsProspect": _yes_no(client.is_prospect),
        "IsArchived": _yes_no(client.is_archived),
        "IsDeleted": _yes_no(client.is_deleted),
        "HasTaxRecord": client.has_tax_record,
    }
    refs = {
        "AccountManager": client.account_manager,
        "JobManager": client.job_manager,
        "BillingClient": client.billing_client,
    }
    shown |= {name: {"UUID": ref.uuid, "Name": ref.name} for name, ref in refs.items() if ref}
    shown["Contacts"] = [contact_json(contact) for contact in client.contacts]
    shown["Groups"] = [_ref(group) for group in client.groups]
    shown["Relationships"] = [{**asdict(tie), "related": _ref(tie.related)} for tie in client.ties]
    shown["Modified"] = moment(client.modified).isoformat()
    return shown


def contact_json(contact: Contact) -> dict[str, Any]:
    shown: dict[str, Any] = {"UUID": contact.uuid, "ID": contact.id}
    shown |= {name: getattr(contact, name.lower()) for name in fields.CONTACT_FIELDS}
    shown["Position"] = contact.position or ""
    if contact.is_primary is not None:
        shown["IsPrimary"] = _yes_no(contact.is_primary)
    return shown


def values_from(db: sqlite3.Connection, tenant: Tenant, sent: Mapping[str, Any]) -> dict[str, str | int | None]:
    """The values to store; raises `Wrong` for a name that no client has or a value that is no text."""
    values: dict[str, str | int | None] = {}
    for name, value in sent.items():
        if name in _PARTS:
            continue
        if name in _STAFF:
            values[name] = _staff(db, tenant, value)
        elif name == "BillingClient":
            values[name] = _billing_client(db, tenant, value)
        elif name in _FLAGS or name == "HasTaxRecord":
            values[name] = int(value in (True, "Yes"))
        elif name == "Name" or name in fields.BY_NAME:
            values[name] = _text(name, value)
        else:
            raise Wrong(f"A client has no {name}")
    if "Name" in values and not values["Name"]:
        raise Wrong("Name must not be empty")
    return values


def contact_values_from(sent: Mapping[str, Any]) -> dict[str, str]:
    known = (*fields.CONTACT_FIELDS, *fields.CONTACT_TIE_FIELDS)
    if strangers := set(sent) - {*known, "UUID", "ID"}:
        raise Wrong(f"A contact has no {', '.join(sorted(strangers))}")
    return {name: _text(name, sent[name]) or "" for name in known if name in sent}


def _text(name: str, value: object) -> str | None:
    if value is not None and not isinstance(value, str):
        raise Wrong(f"{name} must be a text or null")
    return value


def _staff(db: sqlite3.Connection, tenant: Tenant, value: object) -> int | None:
    if value in (None, ""):
        return None
    key = value.get("UUID") if isinstance(value, dict) else value
    row = db.execute(
        "SELECT id FROM staff WHERE tenant_id = ? AND (uuid = ?2 OR name = ?2) ORDER BY id", (tenant.id, key)
    ).fetchone()
    if row is None:
        raise Wrong(f"There is nobody called {key}", 404)
    return int(row[0])


def _billing_client(db: sqlite3.Connection, tenant: Tenant, value: object) -> int | None:
    if value in (None, ""):
        return None
    key = value.get("UUID") if isinstance(value, dict) else value
    row = db.execute("SELECT id FROM client WHERE tenant_id = ? AND uuid = ?", (tenant.id, key)).fetchone()
    if row is None:
        raise Wrong(f"There is no client {key}", 404)
    return int(row[0])


def _ref(ref: Ref) -> dict[str, str]:
    return {"UUID": ref.uuid, "Name": ref.name}


def _yes_no(value: bool) -> str:
    return "Yes" if value else "No"
