"""Reading the store: whole client records, one by one or as a roster that streams, now or as they were."""

import json
import sqlite3
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

_CHUNK = 200


@dataclass(frozen=True)
class Ref:
    """Another record, as one names it: number for 3.0, identifier for 3.1."""

    id: int
    uuid: str
    name: str


@dataclass(frozen=True)
class Contact:
    """A contact; `position` and `is_primary` belong to its tie with one client and are None outside of one."""

    id: int
    uuid: str
    name: str
    salutation: str = ""
    addressee: str = ""
    mobile: str = ""
    email: str = ""
    phone: str = ""
    position: str | None = None
    is_primary: bool | None = None


@dataclass(frozen=True)
class Tie:
    """A relationship as seen from one of its two clients; dates are `yyyy-MM-dd` or None.

    `mirrored` marks the view from the client that the relationship was not added to.
    """

    id: int
    uuid: str
    type: str
    related: Ref
    shares: int
    percentage: str
    starts: str | None
    ends: str | None
    mirrored: bool = False


@dataclass(frozen=True)
class Note:
    title: str
    text: str
    folder: str
    date: str
    created_by: str


@dataclass(frozen=True)
class Client:
    """A whole client. `fields` holds what is set, under the names of `xpm_sandbox.fields`, tax number unmasked."""

    id: int
    uuid: str
    name: str
    is_prospect: bool
    is_archived: bool
    is_deleted: bool
    has_tax_record: bool
    modified: int
    fields: dict[str, str]
    account_manager: Ref | None = None
    job_manager: Ref | None = None
    billing_client: Ref | None = None
    billing: dict[str, str] | None = None
    contacts: tuple[Contact, ...] = ()
    notes: tuple[Note, ...] = ()
    groups: tuple[Ref, ...] = ()
    ties: tuple[Tie, ...] = field(default=())


# A relationship is one row, read from both ends: what the far end calls it.
INVERSE = {
    "Director": "Director Of", "Shareholder": "Shareholder Of", "Trustee": "Trustee Of",
    "Beneficiary": "Beneficiary Of", "Partner": "Partner Of", "Settlor": "Settlor Of", "Associate": "Associate",
    "Secretary": "Secretary Of", "Public Officer": "Public Officer Of", "Husband": "Wife", "Wife": "Husband",
    "Spouse": "Spouse", "Parent Of": "Child Of", "Child Of": "Parent Of", "Appointer": "Appointer Of",
    "Member": "Member Of", "Auditor": "Auditor Of", "Owner": "Owner Of",
}  # fmt: skip


def client_id(db: sqlite3.Connection, tenant_id: str, key: str) -> int | None:
    """The number of the client whose UUID (any case) or number `key` is, in this practice."""
    column, value = ("id", key) if key.isascii() and key.isdigit() and len(key) < 19 else ("uuid", key.lower())
    row = db.execute(
        f"SELECT id FROM client WHERE tenant_id = ? AND {column} = ?",  # noqa: S608  (one of two literals)
        (tenant_id, value),
    ).fetchone()
    return int(row[0]) if row else None


def client(db: sqlite3.Connection, number: int) -> Client:
    """The client as it is now; raises `LookupError` when there is none of that number."""
    found = load(db, [number])
    if not found:
        raise LookupError(f"no client {number}")
    return found[0]


def load(db: sqlite3.Connection, numbers: Iterable[int]) -> list[Client]:
    """The clients of these numbers, in the order asked for."""
    wanted = json.dumps(list(numbers))
    parts = _Parts(db, wanted)
    rows = {row["id"]: row for row in db.execute(_CLIENTS, (wanted,))}
    return [_client(rows[number], parts) for number in json.loads(wanted) if number in rows]


def roster(
    db: sqlite3.Connection,
    tenant_id: str,
    *,
    as_at: int | None = None,
    modified_since: int | None = None,
    named: str = "",
) -> Iterator[Client]:
    """Every client of the practice by name, fetched as it is consumed.

    `as_at` (a stamp) shows the practice as it was then. `modified_since` leaves out clients not modified after it, and
    `named` those whose name does not hold it, ignoring case.
    """
    if as_at is not None:
        yield from (
            client
            for client in _roster_as_at(db, tenant_id, as_at)
            if (modified_since is None or client.modified > modified_since)
            and named.casefold() in client.name.casefold()
        )
        return
    rows = db.execute(
        "SELECT id, name FROM client WHERE tenant_id = ?1 AND (?2 IS NULL OR modified > ?2)"
        " ORDER BY name COLLATE NOCASE, uuid",
        (tenant_id, modified_since),
    )
    wanted = named.casefold()
    numbers = array("q", (row["id"] for row in rows if not wanted or wanted in row["name"].casefold()))
    for start in range(0, len(numbers), _CHUNK):
        yield from load(db, numbers[start : start + _CHUNK])


def active_page(db: sqlite3.Connection, tenant_id: str, after: tuple[str, str], size: int) -> list[Client]:
    """The next so many clients, neither archived nor deleted, that stand after a name and identifier."""
    rows = db.execute(
        "SELECT id FROM client WHERE tenant_id = ? AND NOT is_archived AND NOT is_deleted"
        " AND (name COLLATE NOCASE, uuid) > (?, ?) ORDER BY name COLLATE NOCASE, uuid LIMIT ?",
        (tenant_id, *after, size),
    )
    return load(db, [row[0] for row in rows])


def contact_page(db: sqlite3.Connection, tenant_id: str, after: tuple[str, str], size: int) -> list[Contact]:
    """The next so many contacts that stand after a name and identifier."""
    rows = db.execute(
        "SELECT * FROM contact WHERE tenant_id = ? AND (name COLLATE NOCASE, uuid) > (?, ?)"
        " ORDER BY name COLLATE NOCASE, uuid LIMIT ?",
        (tenant_id, *after, size),
    )
    return [_contact(row) for row in rows]


def list_order(name: str, identifier: str) -> tuple[bytes, str]:
    """What lists are sorted by: the order that SQLite's NOCASE gives."""
    return name.encode().lower(), identifier


def _roster_as_at(db: sqlite3.Connection, tenant_id: str, as_at: int) -> Iterator[Client]:
    earlier = _earlier(db, tenant_id, as_at)
    keys = [
        (list_order(row["name"], row["uuid"]), int(row["id"]))
        for row in db.execute("SELECT id, name, uuid FROM client WHERE tenant_id = ?", (tenant_id,))
        if row["id"] not in earlier
    ]
    keys += [(list_order(past.name, past.uuid), past.id) for past in earlier.values() if past]
    keys.sort()
    for start in range(0, len(keys), _CHUNK):
        numbers = [number for _, number in keys[start : start + _CHUNK]]
        present = {record.id: record for record in load(db, [number for number in numbers if number not in earlier])}
        for number in numbers:
            record = present.get(number) or earlier[number]
            if record:
                yield record


def _earlier(db: sqlite3.Connection, tenant_id: str, as_at: int) -> dict[int, Client | None]:
    """Clients changed after `as_at`, as they were then; None for those that were not there yet."""
    found: dict[int, Client | None] = {}
    rows = db.execute(
        "SELECT client_id, record FROM past WHERE tenant_id = ? AND until > ? ORDER BY until, rowid",
        (tenant_id, as_at),
    )
    for row in rows:
        if row["client_id"] not in found:
            found[row["client_id"]] = thaw(row["record"]) if row["record"] else None
    return found


def contact(db: sqlite3.Connection, tenant_id: str, key: str) -> Contact | None:
    """The contact whose UUID (any case) or number `key` is, without a tie."""
    column, value = ("id", key) if key.isascii() and key.isdigit() and len(key) < 19 else ("uuid", key.lower())
    row = db.execute(
        f"SELECT * FROM contact WHERE tenant_id = ? AND {column} = ?",  # noqa: S608  (one of two literals)
        (tenant_id, value),
    ).fetchone()
    return _contact(row) if row else None


def contact_through(db: sqlite3.Connection, client_number: int, contact_number: int) -> Contact | None:
    """The contact as one of its clients sees it."""
    row = db.execute(
        "SELECT c.*, t.position, t.is_primary FROM contact c JOIN client_contact t ON t.contact_id = c.id"
        " WHERE t.client_id = ? AND c.id = ?",
        (client_number, contact_number),
    ).fetchone()
    return _contact(row) if row else None


def clients_of_contact(db: sqlite3.Connection, contact_number: int) -> list[int]:
    """Numbers of the clients that this contact belongs to."""
    rows = db.execute("SELECT client_id FROM client_contact WHERE contact_id = ? ORDER BY 1", (contact_number,))
    return [int(row[0]) for row in rows]


def staff(db: sqlite3.Connection, tenant_id: str) -> list[sqlite3.Row]:
    """The practice's staff by name, ignoring case, without those deleted."""
    return db.execute(
        "SELECT * FROM staff WHERE tenant_id = ? AND NOT is_deleted ORDER BY name COLLATE NOCASE, id", (tenant_id,)
    ).fetchall()


def freeze(record: Client) -> str:
    """A client record as text that `thaw` reads."""
    return json.dumps(asdict(record), ensure_ascii=False)


def thaw(text: str) -> Client:
    raw = json.loads(text)
    for name in ("account_manager", "job_manager", "billing_client"):
        raw[name] = Ref(**raw[name]) if raw[name] else None
    raw["contacts"] = tuple(Contact(**each) for each in raw["contacts"])
    raw["notes"] = tuple(Note(**each) for each in raw["notes"])
    raw["groups"] = tuple(Ref(**each) for each in raw["groups"])
    raw["ties"] = tuple(Tie(**{**each, "related": Ref(**each["related"])}) for each in raw["ties"])
    return Client(**raw)


_CLIENTS = """
SELECT c.*, a.uuid AS account_uuid, a.name AS account_name, j.uuid AS job_uuid, j.name AS job_name,
       b.uuid AS billing_uuid, b.name AS billing_name
FROM client c LEFT JOIN staff a ON a.id = c.account_manager LEFT JOIN staff j ON j.id = c.job_manager
LEFT JOIN client b ON b.id = c.billing_client
WHERE c.id IN (SELECT value FROM json_each(?))
"""
_CONTACTS = """
SELECT c.*, t.client_id, t.position, t.is_primary FROM client_contact t JOIN contact c ON c.id = t.contact_id
WHERE t.client_id IN (SELECT value FROM json_each(?)) ORDER BY c.name COLLATE NOCASE, c.id
"""
_GROUPS = """
SELECT m.client_id, g.id, g.uuid, g.name FROM group_member m JOIN client_group g ON g.id = m.group_id
WHERE m.client_id IN (SELECT value FROM json_each(?)) ORDER BY g.name COLLATE NOCASE
"""
_TIES = """
SELECT r.*, r.client_id AS owner, 0 AS inverse, c.id AS other, c.uuid AS other_uuid, c.name AS other_name
FROM relationship r JOIN client c ON c.id = r.related_id WHERE r.client_id IN (SELECT value FROM json_each(?1))
UNION ALL
SELECT r.*, r.related_id, 1, c.id, c.uuid, c.name
FROM relationship r JOIN client c ON c.id = r.client_id WHERE r.related_id IN (SELECT value FROM json_each(?1))
ORDER BY 1
"""


class _Parts:
    """Contacts, groups and relationships of a few clients, fetched together."""

    def __init__(self, db: sqlite3.Connection, wanted: str) -> None:
        self.contacts: dict[int, list[Contact]] = {}
        for row in db.execute(_CONTACTS, (wanted,)):
            self.contacts.setdefault(row["client_id"], []).append(_contact(row))
        self.groups: dict[int, list[Ref]] = {}
        for row in db.execute(_GROUPS, (wanted,)):
            self.groups.setdefault(row["client_id"], []).append(Ref(row["id"], row["uuid"], row["name"]))
        self.ties: dict[int, list[Tie]] = {}
        for row in db.execute(_TIES, (wanted,)):
            self.ties.setdefault(row["owner"], []).append(_tie(row))


def _tie(row: sqlite3.Row) -> Tie:
    label = INVERSE.get(row["type"], row["type"]) if row["inverse"] else row["type"]
    related = Ref(row["other"], row["other_uuid"], row["other_name"])
    return Tie(
        row["id"], row["uuid"], label, related, row["shares"], row["percentage"], row["starts"], row["ends"],
        bool(row["inverse"]),
    )  # fmt: skip


def _contact(row: sqlite3.Row) -> Contact:
    tied = "is_primary" in row.keys()  # noqa: SIM118  (a Row iterates over its values)
    return Contact(
        row["id"], row["uuid"], row["name"], row["salutation"], row["addressee"], row["mobile"], row["email"],
        row["phone"], row["position"] if tied else None, bool(row["is_primary"]) if tied else None,
    )  # fmt: skip


def _client(row: sqlite3.Row, parts: _Parts) -> Client:
    number = row["id"]
    fields: dict[str, str] = json.loads(row["fields"])
    if row["tax_number"]:
        fields["TaxNumber"] = row["tax_number"]
    notes: list[dict[str, Any]] = json.loads(row["notes"])
    return Client(
        id=number,
        uuid=row["uuid"],
        name=row["name"],
        is_prospect=bool(row["is_prospect"]),
        is_archived=bool(row["is_archived"]),
        is_deleted=bool(row["is_deleted"]),
        has_tax_record=bool(row["has_tax_record"]),
        modified=row["modified"],
        fields=fields,
        account_manager=_ref(row["account_manager"], row["account_uuid"], row["account_name"]),
        job_manager=_ref(row["job_manager"], row["job_uuid"], row["job_name"]),
        billing_client=_ref(row["billing_client"], row["billing_uuid"], row["billing_name"]),
        billing=json.loads(row["billing"]) if row["billing"] else None,
        contacts=tuple(parts.contacts.get(number, ())),
        notes=tuple(Note(**note) for note in notes),
        groups=tuple(parts.groups.get(number, ())),
        ties=tuple(parts.ties.get(number, ())),
    )


def _ref(number: int | None, identifier: str | None, name: str | None) -> Ref | None:
    return Ref(number, identifier, name or "") if number is not None and identifier else None
