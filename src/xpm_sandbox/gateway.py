"""What stands before the practice API: token, tenant, scope and limits, and the headers that every reply carries.

Statuses, bodies and headers are those of recorded exchanges; a 401 tells nothing of what is left of the limits, and a
403 only what is left to the app.
"""

import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime

from flask import Response, request

from xpm_sandbox import limits
from xpm_sandbox.clock import moment
from xpm_sandbox.identity import grants
from xpm_sandbox.sandbox import Sandbox
from xpm_sandbox.seeding import PRACTICE
from xpm_sandbox.world import Tenant, tenant

# In a call's environment: how many seconds it takes, by a fault rule.
WAIT = "xpm_sandbox.wait"


@dataclass(eq=False)
class Barred(Exception):
    """The gateway's answer to a call that does not come through."""

    status: int
    title: str
    detail: str
    headers: Mapping[str, str] = field(default_factory=dict)
    empty: bool = False


@dataclass(frozen=True)
class Admitted:
    """A call that came through."""

    tenant: Tenant
    access: grants.Access
    headers: Mapping[str, str]
    scope: str


def authenticate(db: sqlite3.Connection, sandbox: Sandbox) -> grants.Access:
    """The access that the call's bearer token stands for; raises `Barred` with 401."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    access = grants.access_of(db, token.strip()) if scheme.lower() == "bearer" else None
    if access is None:
        invalid = {"WWW-Authenticate": "Bearer error=invalid_token"}
        raise Barred(401, "Unauthorized", "AuthenticationUnsuccessful", invalid)
    if access.expires <= sandbox.now():
        at = moment(access.expires).strftime("%m/%d/%Y %H:%M:%S")
        invalid = {"WWW-Authenticate": "Bearer error=invalid_token"}
        raise Barred(401, "Unauthorized", f"TokenExpired: token expired at {at}", invalid)
    return access


def admit(sandbox: Sandbox, scope: str, scope_switch: str = "") -> Admitted:
    """Let a call to the practice API through, counted; raises `Barred`.

    `practicemanager` opens everything; beside it `practicemanager.<scope>` opens the call, or the scope that the
    switch named names.

    A call let through holds one of the five places in flight until `sandbox.in_flight.leave(admitted.scope)`.
    """
    now = sandbox.now()
    with sandbox.world.read() as db:
        access = authenticate(db, sandbox)
        settings = sandbox.settings(db)
    with sandbox.world.write() as db:
        try:
            left = limits.charge_app(db, access.client_id, now)
        except limits.OverLimit as over:
            raise _over(over, settings) from over
        practice = tenant(db, request.headers.get("Xero-Tenant-Id", ""))
        connected = practice and practice.kind == PRACTICE and grants.is_connected(db, access, practice.id)
    if practice is None or not connected:
        raise Barred(403, "Forbidden", "AuthenticationUnsuccessful", left)
    _need_scope(access, settings[scope_switch].replace("broad", "") if scope_switch else scope)
    return _charge(sandbox, practice, access, now, left, settings)


def linger(sandbox: Sandbox) -> None:
    """Take as long as a fault rule says. The call is in flight meanwhile, and has not done its work."""
    sandbox.clock.sleep(request.environ.get(WAIT, 0.0))


def _charge(
    sandbox: Sandbox,
    practice: Tenant,
    access: grants.Access,
    now: int,
    left: Mapping[str, str],
    settings: Mapping[str, str],
) -> Admitted:
    scope = limits.scope_of(practice, access.client_id)
    refused: limits.OverLimit | None = None
    with sandbox.world.read() as db:
        most = limits.read(db).concurrent
    # Outside a transaction: it may wait for a call that has to write before it leaves.
    if not sandbox.in_flight.enter(scope, most):
        raise _over(limits.OverLimit("concurrent", None, left), settings)
    with sandbox.world.write() as db:
        try:
            left = {**left, **limits.charge_tenant(db, practice, access.client_id, now)}
        except limits.OverLimit as over:
            refused = over
            if settings["limited_calls_count"] == "yes":
                limits.spend(db, scope, "day", now, 1, practice.day_resets)
    if refused is not None:
        sandbox.in_flight.leave(scope)
        full = limits.OverLimit(refused.problem, refused.wait, {**left, **refused.left})
        raise _over(full, settings) from refused
    return Admitted(practice, access, left, scope)


def _need_scope(access: grants.Access, part: str) -> None:
    enough = {"practicemanager", *([f"practicemanager.{part}"] if part else [])}
    if request.method == "GET":
        enough |= {f"{scope}.read" for scope in enough}
    if not enough & access.scopes:
        lacking = {"WWW-Authenticate": 'Bearer error="insufficient_scope"'}
        raise Barred(401, "Unauthorized", "AuthorizationUnsuccessful", lacking)


def _over(over: limits.OverLimit, settings: Mapping[str, str]) -> Barred:
    if settings["limit_reply"] == "unavailable":
        return Barred(503, "Unavailable", "ServiceNotAvailable")
    headers = {**over.left, "X-Rate-Limit-Problem": over.problem}
    if over.wait is not None and settings["limit_reply"] == "with_wait":
        headers["Retry-After"] = str(over.wait)
    return Barred(429, "", "", headers, empty=True)


def error_body(status: int, title: str, detail: str, instance: str) -> dict[str, object]:
    """The gateway's JSON error."""
    return {"Type": None, "Title": title, "Status": status, "Detail": detail, "Instance": instance, "Extensions": {}}


def answer_barred(sandbox: Sandbox) -> Callable[[Barred], Response]:
    """The error handler that turns `Barred` into a reply."""

    def answer(barred: Barred) -> Response:
        if barred.empty:
            response = Response(b"", barred.status)
            del response.headers["Content-Type"]
        else:
            body = error_body(barred.status, barred.title, barred.detail, sandbox.world.correlation())
            text = json.dumps(body, separators=(",", ":"))
            response = Response(text, barred.status, content_type="application/json")
        response.headers.update(barred.headers)
        return response

    return answer


def common_headers(sandbox: Sandbox) -> Callable[[Response], Response]:
    """Adds what Xero's front door adds to every reply."""

    def add(response: Response) -> Response:
        with sandbox.world.read() as db:
            skew = int(sandbox.settings(db)["date_header_skew_seconds"])
        response.headers["Date"] = format_datetime(sandbox.clock.now() + timedelta(seconds=skew), usegmt=True)
        response.headers["Server"] = "nginx"
        response.headers["xero-correlation-id"] = sandbox.world.correlation()
        response.headers.setdefault("Cache-Control", "max-age=0, no-cache, no-store")
        response.headers.setdefault("Pragma", "no-cache")
        return response

    return add
