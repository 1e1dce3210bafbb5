"""What a client was before its last changes, as far back as the world remembers, and what each change did."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from xpm_sandbox import records
from xpm_sandbox.records import Client, Ref


@dataclass(frozen=True)
class Change:
    """One change of a client: when (a stamp), and each value that it changed as name, before, after."""

    at: int
    values: tuple[tuple[str, str, str], ...]


def changes_of(db: sqlite3.Connection, number: int) -> list[Change]:
    """The remembered changes of a client, newest first; one that left the record as it was has no values."""
    rows = db.execute("SELECT until, record FROM past WHERE client_id = ? ORDER BY until, rowid", (number,)).fetchall()
    if not rows:
        return []
    befores = [records.thaw(row["record"]) if row["record"] else None for row in rows]
    afters = [*befores[1:], records.client(db, number)]
    found = [
        Change(row["until"], tuple(_differences(before, after)))
        for row, before, after in zip(rows, befores, afters, strict=True)
        if after is not None
    ]
    return found[::-1]


def _differences(before: Client | None, after: Client) -> Iterator[tuple[str, str, str]]:
    old, new = _flat(before) if before else {}, _flat(after)
    for name in [*new, *(name for name in old if name not in new)]:
        if old.get(name, "") != new.get(name, ""):
            yield name, old.get(name, ""), new.get(name, "")


def _flat(client: Client) -> dict[str, str]:
    """A client as names and texts; lists as one line for each of theirs."""
    return {
        "Name": client.name,
        **client.fields,
        "Partner": _name(client.account_manager),
        "Manager": _name(client.job_manager),
        "Billing client": _name(client.billing_client),
        "Prospect": _yes(client.is_prospect),
        "Archived": _yes(client.is_archived),
        "Deleted": _yes(client.is_deleted),
        **{f"Contact {each.name}": _contact(each) for each in client.contacts},
        **{f"Group {each.name}": "member" for each in client.groups},
        **{f"Relationship {each.type} {each.related.name}": _tie(each) for each in client.ties},
        **{f"Note {each.title} {each.date}": each.text for each in client.notes},
    }


def _contact(contact: records.Contact) -> str:
    parts = (
        contact.salutation, contact.addressee, contact.position or "", contact.mobile, contact.phone, contact.email,
        "primary" if contact.is_primary else "",
    )  # fmt: skip
    return ", ".join(part for part in parts if part) or "on it"


def _tie(tie: records.Tie) -> str:
    parts = (
        f"{tie.shares} shares" if tie.shares else "",
        f"{tie.percentage} %" if float(tie.percentage or 0) else "",
        f"from {tie.starts}" if tie.starts else "",
        f"to {tie.ends}" if tie.ends else "",
    )
    return ", ".join(part for part in parts if part) or "on it"


def _name(ref: Ref | None) -> str:
    return ref.name if ref else ""


def _yes(flag: bool) -> str:
    return "Yes" if flag else ""
