"""The API budget of one connection: when a call may go out, and what the server's own counters say.

Xero's limits per organisation and app are 5 calls at once, 60 a minute and 5,000 a day; 10,000 a minute for the app
(Xero developer documentation, OAuth 2.0 API limits). The server counts in fixed windows that we cannot see, so the
ledger admits in rolling ones, one call below the limit; the server's remaining-counters are believed over our own.
Times are seconds since the epoch, as floats.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

MINUTE = 60.5
DAY = 86_400.0
BUCKET = 900.0
CROSSING = 5
"""How much higher than expected a count may be because replies crossed; one still higher is of the next window."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the remote allows, and how much of the day is kept for people at the screen."""

    at_once: int = 5
    minute: int = 60
    day: int = 5_000
    reserve: int = 100
    lease: float = 660.0


@dataclass(frozen=True, slots=True)
class Ledger:
    """What is known of the calls made. JSON-able; one row per connection holds it.

    `minute` are the moments of the last minute's calls, `day` counts calls in quarter-hours by their start, `leases`
    are the calls in flight with the moment at which each frees itself should its process have died. `blocked_until`
    and `blocked_by` are what a 429 told; `day_left` and `minute_left` the server's last counters, with their moment.
    """

    minute: tuple[float, ...] = ()
    day: Mapping[str, int] = field(default_factory=dict)
    leases: Mapping[str, float] = field(default_factory=dict)
    blocked_until: float = 0.0
    blocked_by: str = ""
    minute_left: int | None = None
    day_left: int | None = None
    told_at: float = 0.0

    def spent_today(self, now: float) -> int:
        """Calls in the last 24 hours."""
        return sum(count for start, count in self.day.items() if float(start) > now - DAY)


@dataclass(frozen=True, slots=True)
class Admission:
    """Whether a call may go out now (`ledger` then holds it), or when to ask again and because of which limit."""

    ledger: Ledger
    granted: bool
    wait: float = 0.0
    limit: str = ""


def admit(ledger: Ledger, limits: Limits, now: float, lease: str, *, interactive: bool = False) -> Admission:
    """Ask for one call. `lease` names it until `release`; `interactive` calls may use the day's reserve."""
    ledger = _forget(ledger, limits, now)
    limit, wait = _obstacle(ledger, limits, now, interactive=interactive)
    if limit:
        return Admission(ledger, False, wait, limit)
    start = _bucket(now)
    granted = replace(
        ledger,
        minute=(*ledger.minute, now),
        day={**ledger.day, start: ledger.day.get(start, 0) + 1},
        leases={**ledger.leases, lease: now + limits.lease},
        minute_left=None if ledger.minute_left is None else ledger.minute_left - 1,
        day_left=None if ledger.day_left is None else ledger.day_left - 1,
    )
    return Admission(granted, True)


def release(ledger: Ledger, lease: str) -> Ledger:
    """The call is over."""
    return replace(ledger, leases={key: until for key, until in ledger.leases.items() if key != lease})


def learn(ledger: Ledger, now: float, *, minute_left: int | None = None, day_left: int | None = None) -> Ledger:
    """Believe the server's counters. Replies cross each other, so within a window the lower count stands.

    The server does not tell when its window ends; a count that has gone up shows that it has.
    """
    if minute_left is None and day_left is None:
        return ledger
    known = ledger.minute_left if now - ledger.told_at <= MINUTE else None
    if known is not None and minute_left is not None and minute_left > known + CROSSING:
        known = None
    return replace(
        ledger,
        minute_left=_lower(known, minute_left),
        day_left=day_left if day_left is not None else ledger.day_left,
        told_at=now,
    )


def block(ledger: Ledger, until: float, limit: str) -> Ledger:
    """The server said to wait: no call goes out before `until`."""
    return replace(ledger, blocked_until=max(until, ledger.blocked_until), blocked_by=limit)


def left_today(ledger: Ledger, limits: Limits, now: float) -> int:
    """Calls left of the day, the lower of the server's count (while it is fresh) and ours."""
    ours = limits.day - ledger.spent_today(now)
    told = ledger.day_left if ledger.day_left is not None and now - ledger.told_at < DAY else None
    return max(0, ours if told is None else min(ours, told))


@dataclass(frozen=True, slots=True)
class Room:
    """How many calls may go out now one after the other, and in how many seconds there will be as many as asked for.

    `limit` is what stands in the way of more.
    """

    calls: int
    wait: float = 0.0
    limit: str = ""


def room(ledger: Ledger, limits: Limits, now: float, wanted: int, *, interactive: bool = False) -> Room:
    """Look ahead before a batch of `wanted` calls, so that it is not stopped halfway. Takes nothing."""
    ledger = _forget(ledger, limits, now)
    if ledger.blocked_until > now:
        return Room(0, ledger.blocked_until - now, ledger.blocked_by or "unknown")
    today = max(0, left_today(ledger, limits, now) - (0 if interactive else limits.reserve))
    free = limits.minute - 1 - len(ledger.minute)
    told = ledger.minute_left
    calls = max(0, min(free, today) if told is None else min(free, today, told))
    if calls >= wanted:
        return Room(calls)
    if today < wanted:
        return Room(calls, BUCKET, "day")
    if told is not None and told < wanted <= free:
        return Room(calls, max(0.05, ledger.told_at + MINUTE - now), "minute")
    place = min(wanted, limits.minute - 1) - free - 1
    wait = ledger.minute[place] + MINUTE - now if 0 <= place < len(ledger.minute) else 0.05
    return Room(calls, max(0.05, wait), "minute")


def _lower(known: int | None, told: int | None) -> int | None:
    return told if known is None else known if told is None else min(known, told)


def _forget(ledger: Ledger, limits: Limits, now: float) -> Ledger:
    """Drop what no window reaches any more. A moment in the future (our clock went back) is kept as now."""
    day: dict[str, int] = {}
    for start, count in ledger.day.items():
        if float(start) > now - DAY:
            kept = start if float(start) <= now else _bucket(now)
            day[kept] = day.get(kept, 0) + count
    return replace(
        ledger,
        minute=tuple(min(at, now) for at in ledger.minute if at > now - MINUTE),
        day=day,
        leases={key: min(until, now + limits.lease) for key, until in ledger.leases.items() if until > now},
        blocked_until=min(ledger.blocked_until, now + DAY),
        minute_left=ledger.minute_left if now - ledger.told_at <= MINUTE else None,
        told_at=min(ledger.told_at, now),
    )


def _bucket(now: float) -> str:
    """The start of this quarter-hour."""
    return str(int(now // BUCKET * BUCKET))


def _obstacle(ledger: Ledger, limits: Limits, now: float, *, interactive: bool) -> tuple[str, float]:
    """The limit that stands in the way of a call, and the seconds after which to ask again."""
    if ledger.blocked_until > now:
        return ledger.blocked_by or "unknown", ledger.blocked_until - now
    if len(ledger.leases) >= limits.at_once:
        return "concurrent", 0.25
    if len(ledger.minute) >= limits.minute - 1:
        return "minute", max(0.05, ledger.minute[-(limits.minute - 1)] + MINUTE - now)
    if ledger.minute_left is not None and ledger.minute_left <= 0:
        return "minute", max(0.05, ledger.told_at + MINUTE - now)
    if left_today(ledger, limits, now) <= (0 if interactive else limits.reserve):
        return "day", BUCKET
    return "", 0.0
