"""What a reply's headers tell of the remote's limits.

Xero answers a broken limit with 429, `X-Rate-Limit-Problem` and mostly `Retry-After`; every good reply carries what is
left of the minute and of the day (Xero developer documentation, OAuth 2.0 API limits).
"""

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

LONGEST = 86_400.0
DEFAULTS: Mapping[str, float] = {"concurrent": 1.0, "minute": 20.0, "app": 20.0, "day": 900.0, "unknown": 30.0}
"""Seconds to wait where the server does not say how long, by limit."""

_SECONDS = re.compile(r"\s*\+?(\d{1,9}(?:\.\d{1,6})?)\s*s?(?:ec(?:onds?)?)?\s*", re.IGNORECASE)
_COUNT = re.compile(r"\s*(\d{1,9})\s*")


def counters(headers: Mapping[str, str]) -> tuple[int | None, int | None]:
    """Calls left of the minute and of the day; None where the reply does not tell. Header names are in lower case."""
    return _count(headers, "x-minlimit-remaining"), _count(headers, "x-daylimit-remaining")


def problem(headers: Mapping[str, str]) -> str:
    """The limit that was reached: minute, day, concurrent, app or unknown."""
    told = headers.get("x-rate-limit-problem", "").casefold()
    return next((name for name in ("app", "concurrent", "minute", "day") if name in told), "unknown")


def wait(headers: Mapping[str, str], default: float) -> float:
    """Seconds to wait: Retry-After as seconds or as an HTTP date (RFC 9110, 10.2.3), at most a day.

    A date is measured against the server's own clock, as the reply tells it: ours may differ. What is missing or
    cannot be read is `default`.
    """
    told = headers.get("retry-after", "")
    if seconds := _SECONDS.fullmatch(told):
        return min(float(seconds[1]), LONGEST)
    until, now = _epoch(told), _epoch(headers.get("date", ""))
    if until is None or now is None:
        return default
    return min(max(0.0, until - now), LONGEST)


def _count(headers: Mapping[str, str], name: str) -> int | None:
    told = _COUNT.fullmatch(headers.get(name, ""))
    return int(told[1]) if told else None


def _epoch(text: str) -> float | None:
    try:
        moment = parsedate_to_datetime(text)
        return moment.timestamp() if moment.tzinfo is not None else None
    except (TypeError, ValueError, OverflowError):
        return None
