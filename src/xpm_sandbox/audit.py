"""The record of calls: outermost layer, so that it sees what was asked even when no reply went out."""

import io
import re
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Any

from xpm_sandbox import clock as clocks
from xpm_sandbox.world import World, next_number

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from xpm_sandbox.sandbox import Sandbox

# In a call's environment: what of its answer is a guess.
GUESS = "xpm_sandbox.guess"

_KEPT = 20_000
_SHOWN = ("time", "method", "path", "query", "tenant", "request_body", "status", "fault", "applied", "guess")
_RECEIVED, _APPLIED = "writes received", "writes applied"
_BODY_LIMIT = 10_000_000
_API = "/practicemanager/"
_WATCHED = (_API, "/connections", "/connect/", "/identity/")
_MASKED = re.compile(rb"taxnumber[\"'>:\s]{1,6}[^<\"']*(?:\*|X{3})", re.IGNORECASE)


@dataclass(frozen=True)
class Asked:
    """What a call asked for."""

    time: str
    method: str
    path: str
    query: str
    tenant: str
    request_body: str


@dataclass
class Outcome:
    """What came of a call. `status` None means that no reply went out; `applied`, that the call changed something.

    `guess` says what of the answer nobody outside Xero can vouch for; empty when it is as documented or recorded.
    """

    status: int | None = None
    fault: str = ""
    applied: bool = False
    guess: str = ""


class Audit:
    """The last calls, and how many of them were writes, in the world: every process that serves it sees the same."""

    def __init__(self, world: World) -> None:
        self._world = world

    def begin(self, asked: Asked) -> int:
        """Note a call that came in, and give its number."""
        with self._world.write() as db:
            row = astuple(asked)
            db.execute(
                "INSERT INTO call (time, method, path, query, tenant, request_body) VALUES (?, ?, ?, ?, ?, ?)", row
            )
            number = int(db.execute("SELECT last_insert_rowid()").fetchone()[0])
            db.execute("DELETE FROM call WHERE id <= ?", (number - _KEPT,))
            if asked.path.startswith(_API) and asked.method != "GET":
                next_number(db, _RECEIVED)
            return number

    def end(self, number: int, outcome: Outcome) -> None:
        """Note what came of it."""
        with self._world.write() as db:
            db.execute(
                "UPDATE call SET status = ?, fault = ?, applied = ?, guess = ? WHERE id = ?",
                (*astuple(outcome), number),
            )
            if outcome.applied:
                next_number(db, _APPLIED)

    def entries(self, path_part: str = "") -> list[dict[str, Any]]:
        with self._world.read() as db:
            rows = db.execute("SELECT * FROM call WHERE instr(path, ?) ORDER BY id", (path_part,)).fetchall()
        return [{name: row[name] for name in _SHOWN} | {"applied": bool(row["applied"])} for row in rows]

    def writes(self) -> dict[str, int]:
        """How many writing calls to the API came in, and how many of them changed something."""
        with self._world.read() as db:
            query = "SELECT name, value FROM counter WHERE name IN (?, ?)"
            counted = dict(db.execute(query, (_RECEIVED, _APPLIED)).fetchall())
        return {"received": counted.get(_RECEIVED, 0), "applied": counted.get(_APPLIED, 0)}

    def clear(self) -> None:
        with self._world.write() as db:
            db.execute("DELETE FROM call")

    def clear_writes(self) -> None:
        with self._world.write() as db:
            db.execute("DELETE FROM counter WHERE name IN (?, ?)", (_RECEIVED, _APPLIED))


class AuditLayer:
    """WSGI layer that records every call to the identity service and the API."""

    def __init__(self, inner: "WSGIApplication", sandbox: "Sandbox") -> None:
        self._inner = inner
        self._sandbox = sandbox

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if not path.startswith(_WATCHED):
            return self._inner(environ, start_response)
        body = _take_body(environ)
        asked = Asked(
            clocks.moment(self._sandbox.now()).isoformat(),
            environ["REQUEST_METHOD"],
            path,
            environ.get("QUERY_STRING", ""),
            environ.get("HTTP_XERO_TENANT_ID", ""),
            "" if body is None or path.startswith("/connect/") else body.decode("utf-8", "replace"),
        )
        number = self._sandbox.audit.begin(asked)
        if body is None:
            self._sandbox.audit.end(number, Outcome(413, guess="how large a request may be"))
            start_response("413 Request Entity Too Large", [("Content-Length", "0")])
            return [b""]
        if path.startswith(_API) and _MASKED.search(body):
            self._remember_masked(asked)
        return self._run(environ, start_response, number)

    def _run(self, environ: "WSGIEnvironment", start_response: "StartResponse", number: int) -> Iterable[bytes]:
        outcome = Outcome()

        def noting(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            outcome.status = int(status.split(" ", 1)[0])
            return start_response(status, headers, exc_info)

        try:
            return self._inner(environ, noting)
        finally:
            outcome.fault = environ.get("xpm_sandbox.fault", "")
            outcome.guess = environ.get(GUESS, "")
            outcome.applied = bool(environ.get("xpm_sandbox.applied"))
            self._sandbox.audit.end(number, outcome)

    def _remember_masked(self, asked: Asked) -> None:
        with self._sandbox.world.write() as db:
            db.execute(
                "INSERT INTO masked_received VALUES (?, ?, ?, ?)",
                (self._sandbox.now(), asked.method, asked.path, asked.request_body),
            )


def _take_body(environ: "WSGIEnvironment") -> bytes | None:
    """Read the whole body and put it back for the next reader; None when it is over 10 MB."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if environ.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked":
        length = _BODY_LIMIT + 1
    elif length > _BODY_LIMIT:
        return None
    body: bytes = environ["wsgi.input"].read(length) if length else b""
    environ["wsgi.input"], environ["wsgi.input_terminated"] = io.BytesIO(body), True
    return body if len(body) <= _BODY_LIMIT else None
