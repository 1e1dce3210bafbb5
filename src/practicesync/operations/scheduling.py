"""What is read without anybody asking: the firms that have client sync on are kept up to date."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from practicesync.core.actor import client_sync
from practicesync.core.errors import Invalid
from practicesync.operations import runs
from practicesync.store.models import Connection, Run, SyncPolicy

AT_ONCE = 100
"""So many readings are asked for at a time; those that are due after them are asked for by the next look."""

AGAIN = timedelta(hours=1)
"""How long after a whole reading that did not end well it is tried again."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often changes are read, and how often everything is."""

    refresh: timedelta
    sweep: timedelta


def ask_due(rhythm: Rhythm, now: datetime) -> list[Run]:
    """Ask for the readings that are due; none where one is under way or paused already. Returns those asked for."""
    asked: list[Run] = []
    for connection in _read_long_ago(rhythm, now):
        kind = _due_kind(connection, rhythm, now)
        if not kind:
            continue
        with suppress(Invalid):  # somebody disconnected just now
            asked.append(runs.request(client_sync(connection.practice_id), connection.pk, kind, now))
        if len(asked) == AT_ONCE:
            break
    return asked


def _read_long_ago(rhythm: Rhythm, now: datetime) -> QuerySet[Connection, Connection]:
    """The connections that client sync keeps up to date and that were not read for a while, the longest first.

    Over all practices: what is looked at is when each was read last.
    """
    theirs = SyncPolicy.rows.everywhere().filter(practice_id=OuterRef("practice_id"), connector=OuterRef("connector"))
    late = (
        Q(refreshed_at=None)
        | Q(refreshed_at__lte=now - rhythm.refresh)
        | Q(swept_at=None)
        | Q(swept_at__lte=now - rhythm.sweep)
    )
    rows: Any = Connection.rows.everywhere().filter(late, state="connected")
    kept = rows.annotate(on=Subquery(theirs.order_by("-version").values("on")[:1])).filter(on=True)
    found: QuerySet[Connection, Connection] = kept.order_by(F("refreshed_at").asc(nulls_first=True))
    return found


def _due_kind(connection: Connection, rhythm: Rhythm, now: datetime) -> str:
    """Which reading is due: `sweep`, `refresh`, or "" where none is, or one has not ended."""
    readings = Run.rows.of(connection.practice_id).filter(connection=connection, kind__in=("refresh", "sweep"))
    if readings.filter(state__in=runs.LIVE).exists():
        return ""
    tried = readings.filter(kind="sweep", asked_at__gt=now - min(AGAIN, rhythm.sweep)).exists()
    if not tried and (connection.swept_at is None or connection.swept_at <= now - rhythm.sweep):
        return "sweep"
    return "" if readings.filter(asked_at__gt=now - rhythm.refresh).exists() else "refresh"
