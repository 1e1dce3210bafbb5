"""The record of calls: outermost layer, so that it sees what was asked even when no reply went out."""

import io
import re
import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from xpm_sandbox import clock as clocks

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from xpm_sandbox.sandbox import Sandbox

# In a call's environment: what of its answer is a guess.
GUESS = "xpm_sandbox.guess"

_KEPT = 20_000
_BODY_LIMIT = 10_000_000
_API = "/practicemanager/"
_WATCHED = (_API, "/connections", "/connect/", "/identity/")
_MASKED = re.compile(rb"taxnumber[\"'>:\s]{1,6}[^<\"']*(?:\*|X{3})", re.IGNORECASE)


@dataclass
class Entry:
    """One call. `status` None means that no reply went out; `applied`, that the call changed something.

    `guess` says what of the answer nobody outside Xero can vouch for; empty when it is as documented or recorded.
    """

    time: str
    method: str
    path: str
    query: str
    tenant: str
    request_body: str
    status: int | None = None
    fault: str = ""
    applied: bool = False
    guess: str = ""


class Audit:
    """The last calls, and how many of them were writes."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=_KEPT)
        self._lock = threading.Lock()
        self._received = 0
        self._applied = 0

    def begin(self, entry: Entry) -> Entry:
        with self._lock:
            self._entries.append(entry)
            self._received += entry.path.startswith(_API) and entry.method != "GET"
        return entry

    def note_applied(self) -> None:
        with self._lock:
            self._applied += 1

    def entries(self, path_part: str = "") -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(entry) for entry in self._entries if path_part in entry.path]

    def writes(self) -> dict[str, int]:
        """How many writing calls to the API came in, and how many of them changed something."""
        with self._lock:
            return {"received": self._received, "applied": self._applied}

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()

    def clear_writes(self) -> None:
        with self._lock:
            self._received = self._applied = 0


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
        if body is None:
            start_response("413 Request Entity Too Large", [("Content-Length", "0")])
            return [b""]
        entry = self._sandbox.audit.begin(
            Entry(
                clocks.moment(self._sandbox.now()).isoformat(),
                environ["REQUEST_METHOD"],
                path,
                environ.get("QUERY_STRING", ""),
                environ.get("HTTP_XERO_TENANT_ID", ""),
                "" if path.startswith("/connect/") else body.decode("utf-8", "replace"),
            )
        )
        if path.startswith(_API) and _MASKED.search(body):
            self._remember_masked(entry)
        return self._run(environ, start_response, entry)

    def _run(self, environ: "WSGIEnvironment", start_response: "StartResponse", entry: Entry) -> Iterable[bytes]:
        def noting(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            entry.status = int(status.split(" ", 1)[0])
            return start_response(status, headers, exc_info)

        try:
            return self._inner(environ, noting)
        finally:
            entry.fault = environ.get("xpm_sandbox.fault", "")
            entry.guess = environ.get(GUESS, "")
            if environ.get("xpm_sandbox.applied"):
                entry.applied = True
                self._sandbox.audit.note_applied()

    def _remember_masked(self, entry: Entry) -> None:
        with self._sandbox.world.write() as db:
            db.execute(
                "INSERT INTO masked_received VALUES (?, ?, ?, ?)",
                (self._sandbox.now(), entry.method, entry.path, entry.request_body),
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
