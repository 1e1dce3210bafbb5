"""What a practice sets up: business structures, tax agents, which staff see only their own clients, and old logins.

Clients keep a label's text, so that renaming one rewrites it on them.
"""

import json
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from xpm_sandbox import changes


@dataclass(frozen=True)
class Labels:
    """One list of labels: its key in the practice's settings, and the client field that holds one of them."""

    key: str
    field: str


STRUCTURES = Labels("structures", "BusinessStructure")
TAX_AGENTS = Labels("tax_agents", "TaxAgent")
_OWN_ONLY = "own_clients_only"
_LOGINS = "logins"


def listed(db: sqlite3.Connection, tenant_id: str, labels: Labels) -> list[tuple[str, int]]:
    """The labels in their order, and how many clients have each."""
    rows = db.execute(
        f"SELECT json_extract(fields, '$.{labels.field}'), count(*) FROM client"  # noqa: S608  (a name of ours)
        " WHERE tenant_id = ? GROUP BY 1",
        (tenant_id,),
    )
    counts = {str(label): int(count) for label, count in rows}
    return [(label, counts.get(label, 0)) for label in _read(db, tenant_id)[labels.key]]


def add_label(db: sqlite3.Connection, tenant_id: str, labels: Labels, label: str) -> None:
    """Add a label behind the others."""
    settings = _read(db, tenant_id)
    _store(db, tenant_id, {**settings, labels.key: [*settings[labels.key], label]})


def rename_label(db: sqlite3.Connection, tenant_id: str, now: int, labels: Labels, old: str, new: str) -> None:
    """Rename a label here and on every client that has it, which does not move them into modifiedsince."""
    settings = _read(db, tenant_id)
    renamed = [new if label == old else label for label in settings[labels.key]]
    _store(db, tenant_id, {**settings, labels.key: renamed})
    for number in _clients_with(db, tenant_id, labels, old):
        changes.edit_client(db, number, now, {labels.field: new}, moves_modified=False)


def remove_label(db: sqlite3.Connection, tenant_id: str, labels: Labels, label: str) -> None:
    """Remove a label; raises `sqlite3.IntegrityError` while a client has it."""
    if _clients_with(db, tenant_id, labels, label):
        raise sqlite3.IntegrityError(f"{label} is used by clients")
    settings = _read(db, tenant_id)
    _store(db, tenant_id, {**settings, labels.key: [each for each in settings[labels.key] if each != label]})


def own_clients_only(db: sqlite3.Connection, tenant_id: str) -> frozenset[int]:
    """Numbers of the staff who see only the clients that they are partner or manager of."""
    return frozenset(_read(db, tenant_id).get(_OWN_ONLY, ()))


def set_own_clients_only(db: sqlite3.Connection, tenant_id: str, staff: Collection[int]) -> None:
    _store(db, tenant_id, {**_read(db, tenant_id), _OWN_ONLY: sorted(staff)})


def remembered_login(db: sqlite3.Connection, tenant_id: str, staff: int) -> str:
    """The login of somebody who was shut out; empty when none is remembered."""
    return str(_read(db, tenant_id).get(_LOGINS, {}).get(str(staff), ""))


def remember_login(db: sqlite3.Connection, tenant_id: str, staff: int, login: str) -> None:
    settings = _read(db, tenant_id)
    _store(db, tenant_id, {**settings, _LOGINS: {**settings.get(_LOGINS, {}), str(staff): login}})


def _clients_with(db: sqlite3.Connection, tenant_id: str, labels: Labels, label: str) -> list[int]:
    rows = db.execute(
        f"SELECT id FROM client WHERE tenant_id = ? AND json_extract(fields, '$.{labels.field}') = ?",  # noqa: S608
        (tenant_id, label),
    )
    return [int(row[0]) for row in rows]


def _read(db: sqlite3.Connection, tenant_id: str) -> dict[str, Any]:
    row = db.execute("SELECT settings FROM tenant WHERE id = ?", (tenant_id,)).fetchone()
    settings: dict[str, Any] = json.loads(row[0])
    return settings


def _store(db: sqlite3.Connection, tenant_id: str, settings: dict[str, Any]) -> None:
    db.execute("UPDATE tenant SET settings = ? WHERE id = ?", (json.dumps(settings, ensure_ascii=False), tenant_id))
