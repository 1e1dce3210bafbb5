"""Xero's four limits on API calls, counted truly: in flight, a minute, a day, and a minute of the whole app.

Windows are fixed: a minute begins with its first call; a day begins at a time of its own for each tenant. Source: Xero
developer documentation, "OAuth 2.0 API limits". A refused call is not counted.
"""

import json
import sqlite3
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from xpm_sandbox.world import Tenant

_SECOND = 1_000_000
_MINUTE = 60 * _SECOND
_DAY = 86400 * _SECOND


@dataclass(frozen=True)
class Limits:
    """How many calls are allowed."""

    concurrent: int = 5
    minute: int = 60
    day: int = 5000
    app_minute: int = 10_000


@dataclass(eq=False)
class OverLimit(Exception):
    """A call over a limit. `wait` is in whole seconds, None where Xero gives none; `left` are reply headers."""

    problem: str
    wait: int | None
    left: Mapping[str, str]


CLOSING = 0.05
"""Seconds within which a reply that has gone out is closed."""


class InFlight:
    """How many calls each tenant and app has open at this moment."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()
        self._left = threading.Condition()

    def enter(self, scope: str, limit: int) -> bool:
        """Take a place, or tell that there is none. A caller that has read its reply to the end may be back before the
        server has closed it, so a full house is given a moment."""
        with self._left:
            if not self._left.wait_for(lambda: self._open[scope] < limit, timeout=CLOSING):
                return False
            self._open[scope] += 1
            return True

    def leave(self, scope: str) -> None:
        with self._left:
            self._open[scope] -= 1
            self._left.notify_all()

    def count(self, scope: str) -> int:
        with self._left:
            return self._open[scope]


def read(db: sqlite3.Connection) -> Limits:
    row = db.execute("SELECT value FROM meta WHERE key = 'limits'").fetchone()
    return Limits(**json.loads(row[0])) if row else Limits()


def store(db: sqlite3.Connection, changes: Mapping[str, int]) -> Limits:
    """Change some limits; raises TypeError for a limit that does not exist."""
    limits = replace(read(db), **changes)
    db.execute("INSERT OR REPLACE INTO meta VALUES ('limits', ?)", (json.dumps(asdict(limits)),))
    return limits


def scope_of(tenant: Tenant, app: str) -> str:
    return f"{tenant.id}/{app}"


def charge_app(db: sqlite3.Connection, app: str, now: int) -> dict[str, str]:
    """Count a call of the app and give the header for what is left; raises `OverLimit`."""
    limit = read(db).app_minute
    started, used = _window(db, f"*/{app}", "app_minute", now)
    if used >= limit:
        raise OverLimit("appminute", _wait(started + _MINUTE, now), {"X-AppMinLimit-Remaining": "0"})
    spend(db, f"*/{app}", "app_minute", now, 1)
    return {"X-AppMinLimit-Remaining": str(limit - used - 1)}


def charge_tenant(db: sqlite3.Connection, tenant: Tenant, app: str, now: int) -> dict[str, str]:
    """Count a call to the tenant and give the headers for what is left; raises `OverLimit`."""
    limits, scope = read(db), scope_of(tenant, app)
    minute_started, in_minute = _window(db, scope, "minute", now)
    day_started, in_day = _window(db, scope, "day", now, tenant.day_resets)
    left = _left(limits.minute - in_minute, limits.day - in_day)
    if in_day >= limits.day:
        raise OverLimit("day", _wait(day_started + _DAY, now), left)
    if in_minute >= limits.minute:
        raise OverLimit("minute", _wait(minute_started + _MINUTE, now), left)
    spend(db, scope, "minute", now, 1)
    spend(db, scope, "day", now, 1, tenant.day_resets)
    return _left(limits.minute - in_minute - 1, limits.day - in_day - 1)


def spend(db: sqlite3.Connection, scope: str, span: str, now: int, calls: int, day_resets: int = 0) -> None:
    """Count calls in a window (`minute`, `day` or `app_minute`)."""
    started, used = _window(db, scope, span, now, day_resets)
    db.execute("INSERT OR REPLACE INTO usage VALUES (?, ?, ?, ?)", (scope, span, started, used + calls))


def spend_calls(
    db: sqlite3.Connection, tenant: Tenant, app: str, now: int, *, minute: int = 0, day: int = 0, app_minute: int = 0
) -> None:
    """Count calls that another process of the app is taken to have made."""
    scope = scope_of(tenant, app)
    spend(db, scope, "minute", now, minute)
    spend(db, scope, "day", now, day, tenant.day_resets)
    spend(db, f"*/{app}", "app_minute", now, app_minute)


def used(db: sqlite3.Connection, scope: str, span: str, now: int, day_resets: int = 0) -> int:
    return _window(db, scope, span, now, day_resets)[1]


def _window(db: sqlite3.Connection, scope: str, span: str, now: int, day_resets: int = 0) -> tuple[int, int]:
    """When the present window began, and the calls counted in it; one that begins now is empty."""
    row = db.execute("SELECT started, used FROM usage WHERE scope = ? AND span = ?", (scope, span)).fetchone()
    if span == "day":
        today = (now - day_resets * _SECOND) // _DAY * _DAY + day_resets * _SECOND
        return (today, int(row["used"])) if row and row["started"] == today else (today, 0)
    if row and row["started"] <= now < row["started"] + _MINUTE:
        return int(row["started"]), int(row["used"])
    return now, 0


def _wait(until: int, now: int) -> int:
    return max(1, -((now - until) // _SECOND))


def _left(minute: int, day: int) -> dict[str, str]:
    return {"X-MinLimit-Remaining": str(max(0, minute)), "X-DayLimit-Remaining": str(max(0, day))}
