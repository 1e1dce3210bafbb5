"""Client groups: a name, whether taxable, and the clients in it. Reading and changing them."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from xpm_sandbox import changes
from xpm_sandbox.records import Ref
from xpm_sandbox.world import new_uuid, next_number

_FIRST_NUMBER = 31_000_000


@dataclass(frozen=True)
class Group:
    """A client group; `clients` by name."""

    id: int
    uuid: str
    name: str
    taxable: bool
    clients: tuple[Ref, ...] = ()


def listed(db: sqlite3.Connection, tenant_id: str) -> list[Group]:
    """The practice's groups by name, without their members."""
    rows = db.execute("SELECT * FROM client_group WHERE tenant_id = ? ORDER BY name COLLATE NOCASE, uuid", (tenant_id,))
    return [Group(row["id"], row["uuid"], row["name"], bool(row["taxable"])) for row in rows]


def group(db: sqlite3.Connection, number: int) -> Group:
    """The group with its members; raises `LookupError` when there is none of that number."""
    row = db.execute("SELECT * FROM client_group WHERE id = ?", (number,)).fetchone()
    if row is None:
        raise LookupError(f"no group {number}")
    members = db.execute(
        "SELECT c.id, c.uuid, c.name FROM group_member m JOIN client c ON c.id = m.client_id WHERE m.group_id = ?"
        " ORDER BY c.name COLLATE NOCASE, c.uuid",
        (number,),
    )
    return Group(row["id"], row["uuid"], row["name"], bool(row["taxable"]), tuple(Ref(*member) for member in members))


def add(
    db: sqlite3.Connection,
    tenant_id: str,
    now: int,
    name: str,
    clients: Iterable[int],
    *,
    taxable: bool = False,
    moves_modified: bool = False,
    identifier: str = "",
) -> int:
    """Add a group with these clients, and give its number."""
    number = _FIRST_NUMBER + next_number(db, "group")
    db.execute(
        "INSERT INTO client_group VALUES (?, ?, ?, ?, ?)",
        (number, tenant_id, identifier or new_uuid(db), name, taxable),
    )
    change_members(db, number, now, add=clients, moves_modified=moves_modified)
    return number


def change_members(
    db: sqlite3.Connection,
    number: int,
    now: int,
    *,
    add: Iterable[int] = (),
    remove: Iterable[int] = (),
    moves_modified: bool = False,
) -> None:
    """Put clients into the group and take others out; who is in it already stays."""
    joining, leaving = list(add), list(remove)
    with changes.touching(db, [*joining, *leaving], now, moves_modified=moves_modified):
        for client in joining:
            db.execute("INSERT OR IGNORE INTO group_member (group_id, client_id) VALUES (?, ?)", (number, client))
        for client in leaving:
            db.execute("DELETE FROM group_member WHERE group_id = ? AND client_id = ?", (number, client))


def edit(
    db: sqlite3.Connection,
    number: int,
    now: int,
    *,
    name: str | None = None,
    taxable: bool | None = None,
    moves_modified: bool = False,
) -> None:
    """Rename a group or turn its taxable mark, which XPM's own pages can and its API cannot."""
    before = group(db, number)
    with changes.touching(db, (member.id for member in before.clients), now, moves_modified=moves_modified):
        db.execute(
            "UPDATE client_group SET name = ?, taxable = ? WHERE id = ?",
            (before.name if name is None else name, before.taxable if taxable is None else taxable, number),
        )


def delete(db: sqlite3.Connection, number: int, now: int, *, moves_modified: bool = False) -> None:
    """Remove the group; its clients stay."""
    members = [member.id for member in group(db, number).clients]
    with changes.touching(db, members, now, moves_modified=moves_modified):
        db.execute("DELETE FROM group_member WHERE group_id = ?", (number,))
        db.execute("DELETE FROM client_group WHERE id = ?", (number,))
