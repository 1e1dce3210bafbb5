"""Relationships between clients: one row each, seen from both of its clients under two labels.

Types and which of them carry shares or a percentage are those of Xero's developer documentation ("Clients", add
relationship). Whether the two clients see one identifier or two is not known: `mirror_uuid` makes the second.
"""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from xpm_sandbox import changes
from xpm_sandbox.records import INVERSE, Ref
from xpm_sandbox.world import new_uuid, next_number

TYPES = tuple(INVERSE)
WITH_SHARES = ("Shareholder", "Owner")
WITH_PERCENTAGE = ("Partner",)
_FIRST_NUMBER = 31_000_000
_MIRROR = 1_000_000_000
_MIRROR_BITS = 0x5A5A5A5A5A5A


@dataclass(frozen=True)
class Relationship:
    """A relationship as it was added. Days are `yyyy-MM-dd` or None; `percentage` is a decimal as written."""

    id: int
    uuid: str
    type: str
    client: Ref
    related: Ref
    shares: int
    percentage: str
    starts: str | None
    ends: str | None


def mirror_uuid(uuid: str) -> str:
    """The other client's identifier of a relationship, where the two have one each; its own inverse."""
    head, tail = uuid[:-12], uuid[-12:]
    return f"{head}{int(tail, 16) ^ _MIRROR_BITS:012x}"


def mirror_number(number: int) -> int:
    """The same for API 3.0's numbers."""
    return number + _MIRROR if number < _MIRROR else number - _MIRROR


def relationship(db: sqlite3.Connection, number: int) -> Relationship:
    """The relationship; raises `LookupError` when there is none of that number."""
    row = db.execute(f"{_SELECT} WHERE r.id = ?", (number,)).fetchone()
    if row is None:
        raise LookupError(f"no relationship {number}")
    return _relationship(row)


def listed(db: sqlite3.Connection, tenant_id: str) -> list[Relationship]:
    """Every relationship of the practice, oldest first."""
    return [_relationship(row) for row in db.execute(f"{_SELECT} WHERE r.tenant_id = ? ORDER BY r.id", (tenant_id,))]


def is_there(db: sqlite3.Connection, client: int, related: int, kind: str) -> bool:
    """Whether the client has such a relationship with the other one, seen from either."""
    return bool(
        db.execute(
            "SELECT 1 FROM relationship WHERE client_id = ?1 AND related_id = ?2 AND type = ?3"
            " OR client_id = ?2 AND related_id = ?1 AND type = ?4",
            (client, related, kind, INVERSE[kind]),
        ).fetchone()
    )


def add(
    db: sqlite3.Connection,
    tenant_id: str,
    now: int,
    client: int,
    related: int,
    values: Mapping[str, str | int | None],
    *,
    moves_modified: bool = False,
    identifier: str = "",
) -> int:
    """Add a relationship and give its number; `values` hold `type`, and any of those that `edit` takes."""
    number = _FIRST_NUMBER + next_number(db, "relationship")
    with changes.touching(db, (client, related), now, moves_modified=moves_modified):
        db.execute(
            "INSERT INTO relationship (id, tenant_id, uuid, type, client_id, related_id) VALUES (?, ?, ?, ?, ?, ?)",
            (number, tenant_id, identifier or new_uuid(db), values["type"], client, related),
        )
        _store(db, number, values)
    return number


def edit(
    db: sqlite3.Connection,
    number: int,
    now: int,
    values: Mapping[str, str | int | None],
    *,
    moves_modified: bool = False,
) -> None:
    """Set some of `shares`, `percentage`, `starts` and `ends`."""
    with changes.touching(db, _clients(db, number), now, moves_modified=moves_modified):
        _store(db, number, values)


def delete(db: sqlite3.Connection, number: int, now: int, *, moves_modified: bool = False) -> None:
    """Remove the relationship from both of its clients."""
    with changes.touching(db, _clients(db, number), now, moves_modified=moves_modified):
        db.execute("DELETE FROM relationship WHERE id = ?", (number,))


def _clients(db: sqlite3.Connection, number: int) -> tuple[int, int]:
    found = relationship(db, number)
    return found.client.id, found.related.id


def _store(db: sqlite3.Connection, number: int, values: Mapping[str, str | int | None]) -> None:
    for column in ("shares", "percentage", "starts", "ends"):
        if column in values:
            db.execute(
                f"UPDATE relationship SET {column} = ? WHERE id = ?",  # noqa: S608  (one of four literals)
                (values[column], number),
            )


_SELECT = """
SELECT r.*, c.uuid AS client_uuid, c.name AS client_name, o.uuid AS related_uuid, o.name AS related_name
FROM relationship r JOIN client c ON c.id = r.client_id JOIN client o ON o.id = r.related_id
"""


def _relationship(row: sqlite3.Row) -> Relationship:
    return Relationship(
        row["id"],
        row["uuid"],
        row["type"],
        Ref(row["client_id"], row["client_uuid"], row["client_name"]),
        Ref(row["related_id"], row["related_uuid"], row["related_name"]),
        row["shares"],
        row["percentage"],
        row["starts"],
        row["ends"],
    )
