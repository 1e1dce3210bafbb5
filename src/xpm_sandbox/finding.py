"""Finding records as a person looks for them: by words in any letter case and without accents, filtered and sorted.

What is found is numbers in order, so that a page of a long list loads no more than itself.
"""

import sqlite3
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Roll:
    """One list: where its rows come from, what of them is searched, how it is sorted and filtered.

    Every text is SQL of ours; `source` names the practice `:tenant`. The first order is the usual one.
    """

    source: str
    key: str
    searched: tuple[str, ...]
    orders: Mapping[str, str]
    filters: Mapping[str, str] = field(default_factory=dict)


CLIENTS = Roll(
    "client c LEFT JOIN staff a ON a.id = c.account_manager WHERE c.tenant_id = :tenant",
    "c.id",
    (
        "c.name",
        "a.name",
        "replace(json_extract(c.fields, '$.Email', '$.Phone', '$.City', '$.ExportCode', '$.ClientCode'), 'null', '')",
    ),
    {
        "name": "c.name COLLATE NOCASE, c.uuid",
        "structure": "json_extract(c.fields, '$.BusinessStructure'), c.name COLLATE NOCASE, c.uuid",
        "email": "json_extract(c.fields, '$.Email'), c.name COLLATE NOCASE, c.uuid",
        "partner": "a.name COLLATE NOCASE, c.name COLLATE NOCASE, c.uuid",
        "changed": "c.touched DESC, c.name COLLATE NOCASE, c.uuid",
    },
    {
        "active": "NOT c.is_archived AND NOT c.is_deleted",
        "clients": "NOT c.is_archived AND NOT c.is_deleted AND NOT c.is_prospect",
        "prospects": "NOT c.is_archived AND NOT c.is_deleted AND c.is_prospect",
        "archived": "c.is_archived AND NOT c.is_deleted",
        "deleted": "c.is_deleted",
        "all": "1",
    },
)
NAMES = Roll(
    "client c WHERE c.tenant_id = :tenant AND NOT c.is_deleted", "c.id", ("c.name",), {"name": "c.name, c.uuid"}
)
CONTACTS = Roll(
    "contact k WHERE k.tenant_id = :tenant",
    "k.id",
    ("k.name", "k.email", "k.phone", "k.mobile", "k.addressee"),
    {"name": "k.name COLLATE NOCASE, k.uuid", "email": "k.email COLLATE NOCASE, k.name COLLATE NOCASE, k.uuid"},
    {
        "all": "1",
        "shared": "(SELECT count(*) FROM client_contact t WHERE t.contact_id = k.id) > 1",
    },
)
GROUPS = Roll(
    "client_group g WHERE g.tenant_id = :tenant",
    "g.id",
    ("g.name",),
    {
        "name": "g.name COLLATE NOCASE, g.uuid",
        "members": "(SELECT count(*) FROM group_member m WHERE m.group_id = g.id) DESC, g.name COLLATE NOCASE, g.uuid",
    },
    {
        "all": "1",
        "taxable": "g.taxable",
        "empty": "NOT EXISTS (SELECT 1 FROM group_member m WHERE m.group_id = g.id)",
    },
)
RELATIONSHIPS = Roll(
    "relationship r JOIN client c ON c.id = r.client_id JOIN client o ON o.id = r.related_id"
    " WHERE r.tenant_id = :tenant",
    "r.id",
    ("r.type", "c.name", "o.name"),
    {
        "client": "c.name COLLATE NOCASE, c.uuid, r.id",
        "type": "r.type, c.name COLLATE NOCASE, r.id",
        "related": "o.name COLLATE NOCASE, o.uuid, r.id",
    },
    {"all": "1", "ended": "r.ends IS NOT NULL", "running": "r.ends IS NULL"},
)
JOBS = Roll(
    "job j JOIN client c ON c.id = j.client_id JOIN job_state s ON s.id = j.state_id"
    " LEFT JOIN staff m ON m.id = j.manager WHERE j.tenant_id = :tenant",
    "j.id",
    ("j.number", "j.name", "c.name", "j.order_number"),
    {
        "due": "j.due, j.number",
        "number": "j.number",
        "name": "j.name COLLATE NOCASE, j.number",
        "client": "c.name COLLATE NOCASE, c.id, j.starts, j.number",
        "state": "s.place, j.due, j.number",
        "manager": "m.name COLLATE NOCASE, j.due, j.number",
    },
    {
        "current": "s.kind = 'current'",
        "completed": "s.kind = 'completed'",
        "cancelled": "s.kind = 'cancelled'",
        "all": "1",
    },
)
STAFF = Roll(
    "staff p WHERE p.tenant_id = :tenant AND NOT p.is_deleted",
    "p.id",
    ("p.name", "p.email", "p.phone", "p.mobile"),
    {"name": "p.name COLLATE NOCASE, p.id", "email": "p.email COLLATE NOCASE, p.id"},
    {"all": "1", "enabled": "p.is_enabled", "disabled": "NOT p.is_enabled"},
)

# Tables whose records are chosen by name, and which of their rows are not offered.
NAMED = {"client": " AND NOT is_deleted", "contact": "", "client_group": ""}


def find(
    db: sqlite3.Connection, roll: Roll, tenant_id: str, *, words: str = "", order: str = "", only: str = ""
) -> list[int]:
    """Numbers of the records that hold all the words, in order. An unknown order or filter is the first one."""
    conditions = [roll.filters.get(only) or next(iter(roll.filters.values()))] if roll.filters else []
    wanted = fold(words).split()
    if wanted:
        db.create_function("holds", -1, _holding(wanted), deterministic=True)
        conditions.append(f"holds({', '.join(roll.searched)})")
    ordered = roll.orders.get(order) or next(iter(roll.orders.values()))
    where = "".join(f" AND {condition}" for condition in conditions)
    query = f"SELECT {roll.key} FROM {roll.source}{where} ORDER BY {ordered}"  # noqa: S608  (our own texts above)
    return [int(row[0]) for row in db.execute(query, {"tenant": tenant_id})]


def named(db: sqlite3.Connection, table: str, tenant_id: str, text: str, *, limit: int = 20) -> tuple[sqlite3.Row, ...]:
    """Records that somebody may mean by a text, as `id`, `uuid`, `name`: those of that very name, or holding its words.

    `table` is one of `NAMED`. Deleted clients are left out. At most `limit` come back.
    """
    if not text.strip():
        return ()
    rows = f"SELECT id, uuid, name FROM {table} WHERE tenant_id = ?{NAMED[table]}"  # noqa: S608  (names of ours)
    order = " ORDER BY name COLLATE NOCASE, id LIMIT ?"
    exact = db.execute(f"{rows} AND name = ? COLLATE NOCASE{order}", (tenant_id, text.strip(), limit)).fetchall()
    if exact:
        return tuple(exact)
    db.create_function("holds", -1, _holding(fold(text).split()), deterministic=True)
    return tuple(db.execute(f"{rows} AND holds(name){order}", (tenant_id, limit)).fetchall())


def number(db: sqlite3.Connection, table: str, tenant_id: str, uuid: object) -> int | None:
    """The number of the practice's record of this identifier in a table (a name of ours)."""
    query = f"SELECT id FROM {table} WHERE tenant_id = ? AND uuid = ?"  # noqa: S608  (names of ours)
    row = db.execute(query, (tenant_id, str(uuid).lower())).fetchone()
    return int(row[0]) if row else None


def counted(db: sqlite3.Connection, table: str, column: str, numbers: list[int]) -> dict[int, int]:
    """How many rows of a table have each of these numbers in a column (names of ours)."""
    marks = ", ".join("?" * len(numbers))
    query = f"SELECT {column}, count(*) FROM {table} WHERE {column} IN ({marks}) GROUP BY 1"  # noqa: S608
    return {int(number): int(count) for number, count in db.execute(query, numbers)}


def fold(text: str) -> str:
    """The text without letter case and accents, so that `tamaki` finds `Tāmaki`."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(part for part in parts if not unicodedata.combining(part)).casefold()


def _holding(wanted: list[str]) -> Callable[..., bool]:
    def holds(*texts: str | None) -> bool:
        text = "\n".join(each for each in texts if each)
        folded = text.casefold() if text.isascii() else fold(text)
        return all(word in folded for word in wanted)

    return holds
