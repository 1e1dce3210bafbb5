"""A practice's own fields: their definitions, and the values that clients, contacts, jobs and tasks have of them.

Types, the element that carries each type's values, and the uses are those of Xero's developer documentation ("Custom
fields"). A value is kept as text: days as `yyyy-MM-dd`, a ticked box as `true`; what is not kept has no value.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from xpm_sandbox import changes
from xpm_sandbox.world import new_uuid, next_number

VALUE_ELEMENTS = {
    "Text": "Text",
    "Multi-line Text": "Text",
    "Dropdown List": "Text",
    "Value Link": "Text",
    "Link": "Text",
    "Number": "Number",
    "Decimal": "Decimal",
    "Date": "Date",
    "Checkbox": "Boolean",
}
USES = ("Client", "Contact", "Job", "JobTask", "JobCost", "JobTime")
_FIRST_NUMBER = 31_000_000


@dataclass(frozen=True)
class Definition:
    """A field. `options` is one a line; `uses` are some of `USES`."""

    id: int
    uuid: str
    name: str
    type: str
    link_url: str
    options: str
    uses: tuple[str, ...]

    @property
    def value_element(self) -> str:
        return VALUE_ELEMENTS.get(self.type, "Text")

    @property
    def choices(self) -> tuple[str, ...]:
        return tuple(line.strip() for line in self.options.splitlines() if line.strip())


@dataclass(frozen=True)
class Value:
    definition: Definition
    text: str


def listed(db: sqlite3.Connection, tenant_id: str) -> list[Definition]:
    """The practice's definitions by name."""
    rows = db.execute("SELECT * FROM custom_field WHERE tenant_id = ? ORDER BY name COLLATE NOCASE, id", (tenant_id,))
    return [_definition(row) for row in rows]


def definition(db: sqlite3.Connection, number: int) -> Definition:
    """The definition; raises `LookupError` when there is none of that number."""
    row = db.execute("SELECT * FROM custom_field WHERE id = ?", (number,)).fetchone()
    if row is None:
        raise LookupError(f"no custom field {number}")
    return _definition(row)


def add(db: sqlite3.Connection, tenant_id: str, values: Mapping[str, object], *, identifier: str = "") -> int:
    """Add a definition and give its number; `values` are those that `edit` takes, `name` and `type` among them."""
    number = _FIRST_NUMBER + next_number(db, "custom field")
    db.execute(
        "INSERT INTO custom_field (id, tenant_id, uuid, name, type) VALUES (?, ?, ?, '', '')",
        (number, tenant_id, identifier or new_uuid(db)),
    )
    edit(db, number, values)
    return number


def edit(db: sqlite3.Connection, number: int, values: Mapping[str, object]) -> None:
    """Set some of `name`, `type`, `link_url`, `options` (one a line) and `uses` (a list)."""
    for column in ("name", "type", "link_url", "options", "uses"):
        if column in values:
            value = values[column]
            db.execute(
                f"UPDATE custom_field SET {column} = ? WHERE id = ?",  # noqa: S608  (one of five literals)
                (json.dumps(value) if column == "uses" else value, number),
            )


def delete(db: sqlite3.Connection, number: int) -> None:
    """Remove the definition and every value of it."""
    db.execute("DELETE FROM custom_value WHERE field_id = ?", (number,))
    db.execute("DELETE FROM custom_field WHERE id = ?", (number,))


def values(db: sqlite3.Connection, use: str, owner: int) -> list[Value]:
    """The values that a record of this use has, by the field's name."""
    rows = db.execute(
        "SELECT f.*, v.value FROM custom_value v JOIN custom_field f ON f.id = v.field_id"
        " WHERE v.owner_kind = ? AND v.owner_id = ? ORDER BY f.name COLLATE NOCASE, f.id",
        (use, owner),
    )
    return [Value(_definition(row), row["value"]) for row in rows]


def set_values(
    db: sqlite3.Connection,
    use: str,
    owner: int,
    now: int,
    wanted: Mapping[int, str | None],
    *,
    moves_modified: bool = False,
) -> None:
    """Set values of a record by the field's number; None leaves the field without one."""
    with changes.touching(db, _clients_behind(db, use, owner), now, moves_modified=moves_modified):
        for field, text in wanted.items():
            if text is None:
                db.execute(
                    "DELETE FROM custom_value WHERE owner_kind = ? AND owner_id = ? AND field_id = ?",
                    (use, owner, field),
                )
            else:
                db.execute("INSERT OR REPLACE INTO custom_value VALUES (?, ?, ?, ?)", (use, owner, field, text))


def forget(db: sqlite3.Connection, use: str, owners: Iterable[int]) -> None:
    """Remove every value of records that are going."""
    db.executemany("DELETE FROM custom_value WHERE owner_kind = ? AND owner_id = ?", [(use, owner) for owner in owners])


def _clients_behind(db: sqlite3.Connection, use: str, owner: int) -> list[int]:
    """The clients whose record a value belongs to: work is not part of a client's record."""
    if use == "Client":
        return [owner]
    if use == "Contact":
        rows = db.execute("SELECT client_id FROM client_contact WHERE contact_id = ?", (owner,))
        return [int(row[0]) for row in rows]
    return []


def _definition(row: sqlite3.Row) -> Definition:
    return Definition(
        row["id"], row["uuid"], row["name"], row["type"], row["link_url"], row["options"],
        tuple(json.loads(row["uses"])),
    )  # fmt: skip
