"""The installation as a whole, for the command line: its practices, its workers, whether its database is whole."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import QuerySet

from practicesync.store.models import Connection, Heartbeat, Practice
from practicesync.store.secrets import SealBroken, unseal

ALIVE = timedelta(seconds=30)
"""A worker shows that it lives every ten seconds."""

SQLITE_FULL = 2
UNSAFE = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


@dataclass(frozen=True, slots=True)
class PracticeLine:
    """A practice by name."""

    id: int
    name: str
    country: str


@dataclass(frozen=True, slots=True)
class WorkerLine:
    """A worker and its last sign of life."""

    name: str
    seen_at: datetime
    alive: bool


def practices() -> list[PracticeLine]:
    """All practices, by name."""
    return [PracticeLine(row.pk, row.name, row.country) for row in Practice.objects.order_by("name", "id")]


def workers(now: datetime) -> list[WorkerLine]:
    """All workers that ever showed that they live."""
    rows = Heartbeat.objects.order_by("worker")
    return [WorkerLine(row.worker, row.seen_at, row.seen_at > now - ALIVE) for row in rows]


def alive(now: datetime) -> QuerySet[Heartbeat]:
    """The workers that live."""
    return Heartbeat.objects.filter(seen_at__gt=now - ALIVE)


def pending_migrations() -> list[str]:
    """The names of the changes to the database's tables that are still to be made."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label} {migration.name}" for migration, _ in plan]


def lost_in_a_power_cut() -> list[str]:
    """The settings of the database by which it may lose what it said was stored, as `name = value`; none where it keeps
    it. What PostgreSQL does to promises: its documentation, Reliability and the Write-Ahead Log."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous")
            level = int(cursor.fetchone()[0])
            return [] if level >= SQLITE_FULL else [f"synchronous = {level}"]
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s) ORDER BY name", [list(UNSAFE)])
        return [f"{name} = {setting}" for name, setting in cursor.fetchall() if setting == UNSAFE[name]]


def sealed_connections() -> tuple[int, int]:
    """How many connections hold tokens, and how many of these do not open with the configured keys."""
    # Over all practices: it says how many, nothing of what is in them.
    rows = list(Connection.rows.everywhere().exclude(refresh_token=""))
    return len(rows), sum(not _opens(row) for row in rows)


def _opens(row: Connection) -> bool:
    try:
        unseal(row.refresh_token, f"token:refresh:{row.practice_id}:{row.connector}:{row.organisation_id}")
    except SealBroken:
        return False
    return True
