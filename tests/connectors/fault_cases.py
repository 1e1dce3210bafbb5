"""THE table of what can go wrong with a call, and what becomes of it, by what happens next."""

from dataclasses import dataclass
from typing import Any

from connectors.attempts import Attempt, Sort
from practicesync.core.errors import (
    BadAnswer,
    Gone,
    NotPermitted,
    Reconnect,
    Refused,
    Retry,
    SyncError,
    Throttled,
    Unavailable,
    Unsure,
)


@dataclass(frozen=True)
class Case:
    """A fault, and what each sort of call makes of it. `applied` is whether a write was done all the same; `elsewhere`
    is the error where the call is about no record, if that is another one."""

    name: str
    rule: dict[str, Any]
    becomes: dict[Sort, type[SyncError]]
    applied: bool = False
    over_http: bool = False
    elsewhere: type[SyncError] | None = None

    def error(self, attempt: Attempt) -> type[SyncError]:
        """What the attempt ends in."""
        if self.elsewhere is not None and not attempt.of_record:
            return self.elsewhere
        return self.becomes[attempt.sort]


def each(error: type[SyncError]) -> dict[Sort, type[SyncError]]:
    return dict.fromkeys(Sort, error)


LOST: dict[Sort, type[SyncError]] = {Sort.READ: Unavailable, Sort.WRITE: Unsure, Sort.LIST: Unavailable}
UNREADABLE: dict[Sort, type[SyncError]] = {Sort.READ: BadAnswer, Sort.WRITE: Unsure, Sort.LIST: BadAnswer}
JSON = {"Content-Type": "application/json"}


def status(code: int, body: str = "", **headers: str) -> dict[str, Any]:
    return {"kind": "status", "status": code, "body": body, "headers": {**JSON, **headers}}


CASES = [
    Case("no connection", {"kind": "refuse"}, each(Unavailable)),
    Case("dropped before the work", {"kind": "drop_before"}, LOST, over_http=True),
    Case("dropped after the work", {"kind": "drop_after"}, LOST, applied=True, over_http=True),
    Case("cut with the connection", {"kind": "truncate", "bytes": 60}, LOST, applied=True, over_http=True),
    Case("cut cleanly", {"kind": "truncate", "bytes": 60, "ending": "clean"}, UNREADABLE, applied=True),
    Case("gateway down", {"kind": "unavailable"}, LOST),
    Case("500 and not done", status(500, "{not json"), LOST, over_http=True),
    Case("500 and done", {**status(500), "applied": True}, LOST, applied=True),
    Case("502", status(502, "<html>"), LOST),
    Case("504 and done", {**status(504), "applied": True}, LOST, applied=True),
    Case("507, which no row knows", status(507), UNREADABLE),
    Case("a web page and not done", {"kind": "html"}, UNREADABLE),
    Case("a web page and done", {"kind": "html", "applied": True}, UNREADABLE, applied=True),
    Case("nothing", {"kind": "empty"}, UNREADABLE),
    Case("202", status(202), UNREADABLE),
    Case("204 and done", {**status(204), "applied": True}, UNREADABLE, applied=True),
    Case("a DTD", {"kind": "dtd"}, UNREADABLE, applied=True),
    Case("an error answer", {"kind": "error", "text": "Locked for now"}, each(Refused)),
    Case("an error about the record", {"kind": "error", "text": "Invalid client identifier"},
         each(Gone), elsewhere=Refused),
    Case("400 in JSON", status(400, '{"status":"ERROR","errorDescription":"Bad phone"}'), each(Refused)),
    Case("400 about the record", status(400, '{"errorDescription":"Invalid client identifier"}'),
         each(Gone), elsewhere=Refused),
    Case("404", status(404), each(Gone), elsewhere=BadAnswer),
    Case("409", status(409, '{"Detail":"Touched just now"}'), each(Retry)),
    Case("413", status(413), each(Refused)),
    Case("403 tenant", status(403, '{"Detail":"AuthenticationUnsuccessful"}'), each(Reconnect)),
    Case("403 otherwise", status(403, "<html>blocked</html>"), each(NotPermitted)),
    Case("401 scope", status(401, "{}", **{"WWW-Authenticate": "Bearer error=insufficient_scope"}), each(NotPermitted)),
    Case("401 for good", {**status(401, '{"Detail":"AuthenticationUnsuccessful"}'), "times": 2}, each(Reconnect)),
    Case("revoked", {"kind": "revoked", "times": 2}, each(Reconnect)),
    Case("a redirect elsewhere", status(302, Location="https://evil.example.test/"), each(BadAnswer), over_http=True),
    Case("a teapot", status(418), each(BadAnswer)),
    Case("429 minute", {"kind": "rate_limit", "problem": "minute", "retry_after": "22"}, each(Throttled)),
    Case("429 day", {"kind": "rate_limit", "problem": "day", "retry_after": "40000"}, each(Throttled)),
    Case("429 at once", {"kind": "rate_limit", "problem": "concurrent", "retry_after": None}, each(Throttled)),
    Case("429 without a word", {"kind": "rate_limit", "problem": "", "retry_after": None}, each(Throttled)),
    Case("429 with an odd wait", {"kind": "rate_limit", "problem": "minute", "retry_after": "-5 s"}, each(Throttled)),
]  # fmt: skip
