"""Reading jobs: whole records with their tasks, and the numbers of those that a list asks for, in its order."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from xpm_sandbox.records import Ref

_CHUNK = 200


@dataclass(frozen=True)
class Allocation:
    """Somebody at a task, and for how long."""

    staff: Ref
    minutes: int


@dataclass(frozen=True)
class Task:
    """A task of a job. Days are `yyyy-MM-dd` or None; `actual_minutes` is the sum of its time entries."""

    id: int
    uuid: str
    type: Ref
    name: str
    description: str
    estimated_minutes: int
    actual_minutes: int
    is_completed: bool
    is_billable: bool
    folder: str
    starts: str | None
    due: str | None
    assigned: tuple[Allocation, ...] = ()


@dataclass(frozen=True)
class Job:
    """A whole job. `number` is its ID in both versions of the API, `id` its InternalID; days are `yyyy-MM-dd`.

    `milestones` and `notes` are as stored: `uuid`, `date`, `description`, `completed`, `folder`, and `uuid`, `title`,
    `text`, `folder`, `date`, `created_by`, `public`, `comments`.
    """

    id: int
    uuid: str
    number: str
    name: str
    description: str
    client: Ref
    contact: Ref | None
    order_number: str
    state: str
    state_code: str
    starts: str
    due: str
    completed: str | None
    budget: str | None
    category: Ref | None
    manager: Ref | None
    partner: Ref | None
    created: int
    assigned: tuple[Ref, ...] = ()
    tasks: tuple[Task, ...] = ()
    milestones: tuple[dict[str, Any], ...] = ()
    notes: tuple[dict[str, Any], ...] = ()


def job(db: sqlite3.Connection, number: int) -> Job:
    """The job of this InternalID; raises `LookupError` when there is none."""
    found = load(db, [number])
    if not found:
        raise LookupError(f"no job {number}")
    return found[0]


def load(db: sqlite3.Connection, numbers: Iterable[int]) -> list[Job]:
    """The jobs of these InternalIDs, in the order asked for."""
    wanted = json.dumps(list(numbers))
    assigned: dict[int, list[Ref]] = {}
    for row in db.execute(_ASSIGNED, (wanted,)):
        assigned.setdefault(row["job_id"], []).append(Ref(row["id"], row["uuid"], row["name"]))
    tasks = _tasks(db, wanted)
    rows = {row["id"]: row for row in db.execute(_JOBS, (wanted,))}
    return [
        _job(rows[number], tuple(assigned.get(number, ())), tuple(tasks.get(number, ())))
        for number in json.loads(wanted)
        if number in rows
    ]


def each(db: sqlite3.Connection, numbers: Sequence[int]) -> Iterator[Job]:
    """The same, fetched as they are consumed."""
    waiting = iter(numbers)
    while chunk := list(islice(waiting, _CHUNK)):
        yield from load(db, chunk)


def current(
    db: sqlite3.Connection, tenant_id: str, *, client: int | None = None, staff: int | None = None
) -> list[int]:
    """Jobs neither completed nor cancelled; of somebody, those where they are manager, partner, or assigned."""
    return _numbers(
        db,
        "j.tenant_id = :tenant AND s.kind = 'current' AND (:client IS NULL OR j.client_id = :client)"
        " AND (:staff IS NULL OR :staff IN (j.manager, j.partner) OR EXISTS"
        " (SELECT 1 FROM job_staff a WHERE a.job_id = j.id AND a.staff_id = :staff) OR EXISTS (SELECT 1 FROM task t"
        " JOIN task_staff a ON a.task_id = t.id WHERE t.job_id = j.id AND a.staff_id = :staff))",
        tenant=tenant_id,
        client=client,
        staff=staff,
    )


def created_between(db: sqlite3.Connection, tenant_id: str, begins: int, ends: int) -> list[int]:
    """Jobs made from the stamp `begins` to before `ends`."""
    return _numbers(
        db,
        "j.tenant_id = :tenant AND j.created >= :begins AND j.created < :ends",
        tenant=tenant_id,
        begins=begins,
        ends=ends,
    )


def of_client(db: sqlite3.Connection, client: int) -> list[int]:
    return _numbers(db, "j.client_id = :client", client=client)


def all_of(db: sqlite3.Connection, tenant_id: str) -> list[int]:
    return _numbers(db, "j.tenant_id = :tenant", tenant=tenant_id)


def internal_id(db: sqlite3.Connection, tenant_id: str, number: str) -> int | None:
    """The InternalID of the job with this number, as people and the API call it."""
    row = db.execute("SELECT id FROM job WHERE tenant_id = ? AND number = ?", (tenant_id, number)).fetchone()
    return int(row[0]) if row else None


def _numbers(db: sqlite3.Connection, condition: str, **values: str | int | None) -> list[int]:
    # By client, then start, as recorded; among equals the recordings follow nothing that can be seen.
    rows = db.execute(
        f"SELECT j.id FROM job j JOIN client c ON c.id = j.client_id JOIN job_state s ON s.id = j.state_id"  # noqa: S608
        f" WHERE {condition} ORDER BY c.name COLLATE NOCASE, c.id, j.starts, j.number",
        values,
    )
    return [int(row[0]) for row in rows]


_JOBS = """
SELECT j.*, c.uuid AS client_uuid, c.name AS client_name, k.uuid AS contact_uuid, k.name AS contact_name,
       s.name AS state, s.code AS state_code, g.uuid AS category_uuid, g.name AS category_name,
       m.uuid AS manager_uuid, m.name AS manager_name, p.uuid AS partner_uuid, p.name AS partner_name
FROM job j JOIN client c ON c.id = j.client_id JOIN job_state s ON s.id = j.state_id
LEFT JOIN contact k ON k.id = j.contact_id LEFT JOIN category g ON g.id = j.category_id
LEFT JOIN staff m ON m.id = j.manager LEFT JOIN staff p ON p.id = j.partner
WHERE j.id IN (SELECT value FROM json_each(?))
"""
_ASSIGNED = """
SELECT a.job_id, s.id, s.uuid, s.name FROM job_staff a JOIN staff s ON s.id = a.staff_id
WHERE a.job_id IN (SELECT value FROM json_each(?)) ORDER BY s.name COLLATE NOCASE, s.id
"""
_TASKS = """
SELECT t.*, y.uuid AS type_uuid, y.name AS type_name,
       (SELECT coalesce(sum(minutes), 0) FROM time_entry e WHERE e.job_id = t.job_id AND e.task_id = t.id) AS actual
FROM task t JOIN task_type y ON y.id = t.task_type_id
WHERE t.job_id IN (SELECT value FROM json_each(?)) ORDER BY t.place, t.id
"""
_TASK_STAFF = """
SELECT a.task_id, a.allocated_minutes, s.id, s.uuid, s.name
FROM task_staff a JOIN staff s ON s.id = a.staff_id JOIN task t ON t.id = a.task_id
WHERE t.job_id IN (SELECT value FROM json_each(?)) ORDER BY s.name COLLATE NOCASE, s.id
"""


def _tasks(db: sqlite3.Connection, wanted: str) -> dict[int, list[Task]]:
    assigned: dict[int, list[Allocation]] = {}
    for row in db.execute(_TASK_STAFF, (wanted,)):
        allocation = Allocation(Ref(row["id"], row["uuid"], row["name"]), row["allocated_minutes"])
        assigned.setdefault(row["task_id"], []).append(allocation)
    found: dict[int, list[Task]] = {}
    for row in db.execute(_TASKS, (wanted,)):
        found.setdefault(row["job_id"], []).append(_task(row, tuple(assigned.get(row["id"], ()))))
    return found


def _task(row: sqlite3.Row, assigned: tuple[Allocation, ...]) -> Task:
    return Task(
        row["id"], row["uuid"], Ref(row["task_type_id"], row["type_uuid"], row["type_name"]), row["name"],
        row["description"], row["estimated_minutes"], row["actual"], bool(row["is_completed"]),
        bool(row["is_billable"]), row["folder"], row["starts"], row["due"], assigned,
    )  # fmt: skip


def _job(row: sqlite3.Row, assigned: tuple[Ref, ...], tasks: tuple[Task, ...]) -> Job:
    return Job(
        id=row["id"],
        uuid=row["uuid"],
        number=row["number"],
        name=row["name"],
        description=row["description"],
        client=Ref(row["client_id"], row["client_uuid"], row["client_name"]),
        contact=_ref(row, "contact_id", "contact"),
        order_number=row["order_number"],
        state=row["state"],
        state_code=row["state_code"],
        starts=row["starts"],
        due=row["due"],
        completed=row["completed"],
        budget=row["budget"],
        category=_ref(row, "category_id", "category"),
        manager=_ref(row, "manager", "manager"),
        partner=_ref(row, "partner", "partner"),
        created=row["created"],
        assigned=assigned,
        tasks=tasks,
        milestones=tuple(json.loads(row["milestones"])),
        notes=tuple(json.loads(row["notes"])),
    )


def _ref(row: sqlite3.Row, column: str, prefix: str) -> Ref | None:
    if row[column] is None:
        return None
    return Ref(row[column], row[f"{prefix}_uuid"], row[f"{prefix}_name"])
