"""What a person does to clients that no API call can: turn a prospect into a client, and merge two clients.

Both leave a client behind whose place another has taken. What becomes of it is not known, so the caller says: its row
is flagged as deleted, archived or kept, or vanishes.
"""

import sqlite3
from collections.abc import Iterable

from xpm_sandbox import changes, records
from xpm_sandbox.world import new_uuid, next_number

_FIRST_NUMBER = 31_000_000
_COPIED = (
    "tenant_id", "name", "is_archived", "is_deleted", "has_tax_record", "account_manager", "job_manager",
    "billing_client", "billing", "tax_number", "fields", "notes",
)  # fmt: skip


class NotAProspect(ValueError):
    """Only a prospect can be converted."""


def convert_prospect(db: sqlite3.Connection, number: int, now: int, *, remains: str = "deleted") -> int:
    """Make a client of a prospect, under a new identifier, and give its number.

    Jobs, documents and relationships go over to it; contacts, groups and custom field values are had by both.
    `remains` is `deleted`, `vanished` or `kept`. Raises `NotAProspect`.
    """
    if not records.client(db, number).is_prospect:
        raise NotAProspect("Only a prospect can be converted")
    fresh = _FIRST_NUMBER + next_number(db, "client")
    columns = ", ".join(_COPIED)
    db.execute(
        f"INSERT INTO client (id, uuid, created, modified, touched, {columns})"  # noqa: S608  (our own columns)
        f" SELECT ?, ?, ?, ?, ?, {columns} FROM client WHERE id = ?",
        (fresh, new_uuid(db), now, now, now, number),
    )
    tenant_id = db.execute("SELECT tenant_id FROM client WHERE id = ?", (number,)).fetchone()[0]
    db.execute("INSERT INTO past VALUES (?, ?, ?, NULL)", (fresh, tenant_id, now))
    _hand_over(db, number, fresh, now)
    _leave_behind(db, number, now, remains)
    return fresh


def merge(db: sqlite3.Connection, number: int, into: int, now: int, *, remains: str = "deleted") -> None:
    """Merge a client into another, which keeps its own values and gets what hung on the first.

    `remains` is `deleted`, `vanished` or `archived`.
    """
    _hand_over(db, number, into, now)
    _leave_behind(db, number, now, remains)


def vanish(db: sqlite3.Connection, number: int, now: int) -> None:
    """Remove a client with its jobs, documents, relationships and the contacts that nobody else has."""
    owned = [row[0] for row in db.execute("SELECT contact_id FROM client_contact WHERE client_id = ?", (number,))]
    for contact in owned:
        changes.remove_contact(db, contact, now, client_number=number)
    related = _related(db, number)
    with changes.touching(db, [number, *related], now):
        db.execute("UPDATE client SET billing_client = NULL WHERE billing_client = ?", (number,))
        for statement in _GOES_WITH_CLIENT:
            db.execute(statement, {"client": number})


_JOBS = "(SELECT id FROM job WHERE client_id = :client)"
_TASKS = f"(SELECT id FROM task WHERE job_id IN {_JOBS})"  # noqa: S608  (literals)
_GOES_WITH_CLIENT = (
    "DELETE FROM relationship WHERE :client IN (client_id, related_id)",
    "DELETE FROM group_member WHERE client_id = :client",
    "DELETE FROM custom_value WHERE owner_kind = 'Client' AND owner_id = :client",
    f"DELETE FROM custom_value WHERE owner_kind = 'Job' AND owner_id IN {_JOBS}",  # noqa: S608
    f"DELETE FROM custom_value WHERE owner_kind = 'JobTask' AND owner_id IN {_TASKS}",  # noqa: S608
    f"DELETE FROM document WHERE client_id = :client OR job_id IN {_JOBS}",  # noqa: S608
    f"DELETE FROM time_entry WHERE job_id IN {_JOBS}",  # noqa: S608
    f"DELETE FROM cost WHERE job_id IN {_JOBS}",  # noqa: S608
    f"DELETE FROM quote WHERE job_id IN {_JOBS}",  # noqa: S608
    f"DELETE FROM task_staff WHERE task_id IN {_TASKS}",  # noqa: S608
    f"DELETE FROM task WHERE job_id IN {_JOBS}",  # noqa: S608
    f"DELETE FROM job_staff WHERE job_id IN {_JOBS}",  # noqa: S608
    "DELETE FROM job WHERE client_id = :client",
    "DELETE FROM client WHERE id = :client",
)


def _hand_over(db: sqlite3.Connection, number: int, heir: int, now: int) -> None:
    keys = {"old": number, "new": heir}
    with changes.touching(db, [number, heir, *_related(db, number)], now):
        for statement in _HANDED_OVER:
            db.execute(statement, keys)


_HANDED_OVER = (
    """
    INSERT OR IGNORE INTO client_contact SELECT :new, contact_id, position,
        is_primary AND NOT EXISTS (SELECT 1 FROM client_contact WHERE client_id = :new AND is_primary)
    FROM client_contact WHERE client_id = :old
    """,
    """
    INSERT OR IGNORE INTO group_member (group_id, client_id)
    SELECT group_id, :new FROM group_member WHERE client_id = :old
    """,
    """
    INSERT OR IGNORE INTO custom_value SELECT owner_kind, :new, field_id, value
    FROM custom_value WHERE owner_kind = 'Client' AND owner_id = :old
    """,
    # A relationship between the two has become one of a client to itself.
    "DELETE FROM relationship WHERE client_id IN (:old, :new) AND related_id IN (:old, :new)",
    "UPDATE relationship SET client_id = :new WHERE client_id = :old",
    "UPDATE relationship SET related_id = :new WHERE related_id = :old",
    "UPDATE client SET billing_client = :new WHERE billing_client = :old AND id <> :new",
    "UPDATE job SET client_id = :new WHERE client_id = :old",
    "UPDATE document SET client_id = :new WHERE client_id = :old",
)


def _leave_behind(db: sqlite3.Connection, number: int, now: int, remains: str) -> None:
    if remains == "vanished":
        vanish(db, number, now)
    elif remains == "deleted":
        changes.edit_client(db, number, now, {"IsDeleted": 1})
    elif remains == "archived":
        changes.edit_client(db, number, now, {"IsArchived": 1})


def _related(db: sqlite3.Connection, number: int) -> Iterable[int]:
    rows = db.execute("SELECT client_id, related_id FROM relationship WHERE ? IN (client_id, related_id)", (number,))
    return [int(key) for row in rows for key in row if key != number]
