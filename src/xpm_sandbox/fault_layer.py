"""WSGI layer that carries out fault rules on calls to the identity service and the API."""

import json
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from xpm_sandbox import gateway, limits, world
from xpm_sandbox.faults import ConnectionDropped, ConnectionRefused, Rule
from xpm_sandbox.identity import grants
from xpm_sandbox.spoiling import WAYS, spoilt

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from xpm_sandbox.sandbox import Sandbox

_API = "/practicemanager/"
_WATCHED = (_API, "/connections", "/connect/", "/identity/")
_COUNTERS = {
    "minute": "X-MinLimit-Remaining", "day": "X-DayLimit-Remaining", "app_minute": "X-AppMinLimit-Remaining",
}  # fmt: skip
_Headers = list[tuple[str, str]]


class FaultLayer:
    """Lets a call through, or makes it go wrong as the first rule that fires says."""

    def __init__(self, inner: "WSGIApplication", sandbox: "Sandbox") -> None:
        self._inner = inner
        self._sandbox = sandbox

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        rule = self._sandbox.faults.fire(environ["REQUEST_METHOD"], path) if path.startswith(_WATCHED) else None
        if rule is None:
            return self._inner(environ, start_response)
        environ["xpm_sandbox.fault"] = rule.kind
        if rule.kind in WAYS:
            return self._spoil(rule, environ, start_response)
        carry_out: Callable[[Rule, WSGIEnvironment, StartResponse], Iterable[bytes]] = getattr(self, f"_{rule.kind}")
        return carry_out(rule, environ, start_response)

    def _refuse(self, rule: Rule, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        raise ConnectionRefused("The sandbox refused the connection, by a fault rule")

    def _drop_before(self, rule: Rule, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        raise ConnectionDropped("The connection was dropped before the call did its work, by a fault rule")

    def _drop_after(self, rule: Rule, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        self._work(environ)
        raise ConnectionDropped("The connection was dropped after the call did its work, by a fault rule")

    def _delay(self, rule: Rule, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith(_API):
            environ[gateway.WAIT] = rule.seconds
        else:
            self._sandbox.clock.sleep(rule.seconds)
        return self._inner(environ, start)

    def _drip(self, rule: Rule, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        return self._dripping(self._inner(environ, start), rule)

    def _dripping(self, reply: Iterable[bytes], rule: Rule) -> Iterator[bytes]:
        """The reply in bits; the call stays in flight until the last of them."""
        size = max(1, rule.bytes)
        try:
            for piece in reply:
                for place in range(0, len(piece), size):
                    yield piece[place : place + size]
                    self._sandbox.clock.sleep(rule.seconds)
        finally:
            _close(reply)

    def _truncate(self, rule: Rule, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        status, headers, body = self._work(environ)
        if rule.ending == "clean":
            return _answer(start, status, headers, body[: rule.bytes])
        start(status, _with_length(headers, len(body)))
        return _cut(body[: rule.bytes])

    def _status(self, rule: Rule, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        self._work_if(rule, environ)
        headers = list(rule.headers.items()) or [("Content-Type", "text/html; charset=utf-8")]
        return _answer(start, _line(rule.status), headers, rule.body.encode())

    def _unavailable(self, rule: Rule, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        body = gateway.error_body(503, "Unavailable", "ServiceNotAvailable", self._sandbox.world.correlation())
        return _answer(start, _line(503), [("Content-Type", "application/json")], json.dumps(body).encode())

    def _html(self, rule: Rule, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        self._work_if(rule, environ)
        page = b"<!DOCTYPE html><html><head><title>Xero</title></head><body><h1>We'll be back soon</h1></body></html>"
        return _answer(start, _line(200), [("Content-Type", "text/html; charset=utf-8")], page)

    def _empty(self, rule: Rule, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        self._work_if(rule, environ)
        return _answer(start, _line(200), [("Content-Type", "text/xml; charset=utf-8")], b"")

    def _error(self, rule: Rule, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        self._work_if(rule, environ)
        method = environ["PATH_INFO"].rsplit("/", 1)[-1].capitalize()
        text = rule.text.replace("&", "&amp;").replace("<", "&lt;")
        described = f"<Status>ERROR</Status><ErrorDescription>{text}</ErrorDescription>"
        body = f'<Response api-method="{method}">{described}</Response>'
        return _answer(start, _line(200), [("Content-Type", "text/xml; charset=utf-8")], body.encode())

    def _revoked(self, rule: Rule, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        token = environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ")
        with self._sandbox.world.write() as db:
            grants.revoke_by_access_token(db, token)
        return self._inner(environ, start)

    def _rate_limit(self, rule: Rule, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        headers = [("X-Rate-Limit-Problem", rule.problem)] if rule.problem else []
        if rule.retry_after is not None:
            headers.append(("Retry-After", str(rule.retry_after)))
        return _answer(start, _line(429), [*headers, *rule.headers.items()], b"")

    def _conflict(self, rule: Rule, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        self._work_if(rule, environ)
        body = gateway.error_body(409, "Conflict", rule.text, self._sandbox.world.correlation())
        return _answer(start, _line(409), [("Content-Type", "application/json")], json.dumps(body).encode())

    def _counters(self, rule: Rule, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        told = {name: getattr(rule, key) for key, name in _COUNTERS.items()}

        def lying(status: str, headers: _Headers, exc_info: Any = None) -> Any:
            kept = [(name, value) for name, value in headers if name not in told]
            lies = [(name, str(value)) for name, value in told.items() if value is not None]
            return start(status, [*kept, *lies], exc_info)

        return self._inner(environ, lying)

    def _spent(self, rule: Rule, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        token = environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ")
        with self._sandbox.world.write() as db:
            access = grants.access_of(db, token)
            practice = world.tenant(db, environ.get("HTTP_XERO_TENANT_ID", ""))
            if access and practice:
                limits.spend_calls(
                    db, practice, access.client_id, self._sandbox.now(), minute=rule.minute or 0, day=rule.day or 0,
                    app_minute=rule.app_minute or 0,
                )  # fmt: skip
        return self._inner(environ, start)

    def _lag(self, rule: Rule, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        return self._switched(environ, start, list_lag_seconds=str(int(rule.seconds)))

    def _skew(self, rule: Rule, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        return self._switched(environ, start, date_header_skew_seconds=str(int(rule.seconds)))

    def _masked(self, rule: Rule, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        return self._switched(environ, start, tax_number_shown="masked", tax_number_mask=rule.style)

    def _page_token(self, rule: Rule, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        """A walk's page token is good no more; a call without one is let be."""
        query = parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)
        dead = [(name, "expired" if name == "pageToken" else value) for name, value in query]
        return self._inner({**environ, "QUERY_STRING": urlencode(dead)}, start)

    def _switched(self, environ: "WSGIEnvironment", start: "StartResponse", **values: str) -> Iterable[bytes]:
        environ["xpm_sandbox.switches"] = values
        return self._inner(environ, start)

    def _switch(self, rule: Rule, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        return self._switched(environ, start, **rule.switches)

    def _spoil(self, rule: Rule, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        status, headers, body = self._work(environ)
        return _answer(start, status, headers, spoilt(rule.kind, body))

    def _work_if(self, rule: Rule, environ: "WSGIEnvironment") -> None:
        if rule.applied:
            self._work(environ)

    def _work(self, environ: "WSGIEnvironment") -> tuple[str, _Headers, bytes]:
        """Let the call do its work, and hold its whole reply back."""
        held: list[tuple[str, _Headers]] = []

        def hold(status: str, headers: _Headers, exc_info: Any = None) -> Callable[[bytes], object]:
            held.append((status, headers))
            return lambda _: None

        reply = self._inner(environ, hold)
        try:
            body = b"".join(reply)
        finally:
            _close(reply)
        status, headers = held[-1]
        return status, headers, body


def _close(reply: Iterable[bytes]) -> None:
    close = getattr(reply, "close", None)
    if close:
        close()


def _cut(body: bytes) -> Iterator[bytes]:
    yield body
    raise ConnectionDropped("The connection was dropped within the reply, by a fault rule")


def _answer(start: "StartResponse", status: str, headers: _Headers, body: bytes) -> Iterable[bytes]:
    start(status, _with_length(headers, len(body)))
    return [body]


def _with_length(headers: _Headers, length: int) -> _Headers:
    kept = [(name, value) for name, value in headers if name.lower() != "content-length"]
    return [*kept, ("Content-Length", str(length))]


def _line(status: int) -> str:
    known = {each.value: each.phrase for each in HTTPStatus}
    return f"{status} {known.get(status, 'Unknown')}"
