"""The way every call takes: route, gateway, handler, and the marks that it leaves in the audit."""

import re
from collections.abc import Callable

from flask import Blueprint, Response, g, request

from xpm_sandbox import gateway, privileges
from xpm_sandbox.api import content, xml_out
from xpm_sandbox.api.call import Call, Refusal
from xpm_sandbox.api.endpoints import ENDPOINTS, Endpoint
from xpm_sandbox.audit import GUESS
from xpm_sandbox.sandbox import Sandbox

_VERBS = ["GET", "POST", "PUT", "DELETE", "PATCH"]


def practice_api(sandbox: Sandbox) -> Blueprint:
    """The practice API behind the gateway: one route, since making one for each endpoint takes longer than all else."""
    blueprint = Blueprint("practice_api", __name__, url_prefix="/practicemanager")
    blueprint.add_url_rule("/<path:rest>", view_func=_view(sandbox), methods=_VERBS, provide_automatic_options=False)
    blueprint.register_error_handler(gateway.Barred, gateway.answer_barred(sandbox))
    blueprint.register_error_handler(Refusal, _answer_refusal)
    blueprint.after_request(content.as_asked)
    blueprint.after_request(_leave(sandbox))
    return blueprint


def _view(sandbox: Sandbox) -> Callable[[str], Response]:
    def view(rest: str) -> Response:
        endpoint, path = _asked(rest)
        if endpoint is None:
            g.admitted = gateway.admit(sandbox, "")
            raise _nothing_here(rest)
        g.api_method, g.version = endpoint.api_method, path.pop("version")
        request.environ[GUESS] = endpoint.guess
        g.admitted = gateway.admit(sandbox, endpoint.scope, endpoint.scope_switch)
        gateway.linger(sandbox)
        return endpoint.handler(_call(sandbox, g.admitted, endpoint), **path)

    return view


def _call(sandbox: Sandbox, admitted: gateway.Admitted, endpoint: Endpoint) -> Call:
    with sandbox.world.read() as db:
        # An app sees what whoever connected it may see.
        sees_all = privileges.sees_all_clients(db, admitted.tenant.id, admitted.access.login)
        settings = sandbox.settings(db, **({} if sees_all else {"visibility": "own"}))
        row = db.execute("SELECT name FROM person WHERE login = ?", (admitted.access.login,)).fetchone()
    if g.version == "3.0" and settings["version_3_0"] == "gone":
        raise gateway.Barred(404, "Not Found", "ResourceNotFound")
    content.check(settings)
    return Call(sandbox, admitted, g.version, endpoint.api_method, settings, sandbox.now(), row["name"])


def _asked(rest: str) -> tuple[Endpoint | None, dict[str, str]]:
    """The endpoint that is called, with its version and the parts of its address; None when there is none."""
    verb = "GET" if request.method == "HEAD" else request.method
    for endpoint, pattern in _PATTERNS:
        found = pattern.fullmatch(rest) if endpoint.verb == verb else None
        if found:
            return endpoint, found.groupdict()
    return None, {}


def _nothing_here(rest: str) -> gateway.Barred:
    """404 for an unknown path, 405 for a known one under another verb."""
    if any(pattern.fullmatch(rest) for _, pattern in _PATTERNS):
        request.environ[GUESS] = "how a wrong verb is answered"
        return gateway.Barred(405, "Method Not Allowed", "MethodNotAllowed")
    request.environ[GUESS] = "the body of a 404"
    return gateway.Barred(404, "Not Found", "ResourceNotFound")


def _pattern(endpoint: Endpoint) -> re.Pattern[str]:
    versions = "|".join(map(re.escape, endpoint.versions))
    path = re.sub(r"<(\w+)>", r"(?P<\1>[^/]+)", endpoint.path.replace(".", r"\."))
    return re.compile(f"(?P<version>{versions})/{path}")


_PATTERNS = tuple((endpoint, _pattern(endpoint)) for endpoint in ENDPOINTS)


def _answer_refusal(refusal: Refusal) -> Response:
    response = xml_out.response(xml_out.error(g.api_method, str(refusal)))
    response.status_code = refusal.status
    request.environ[GUESS] = "" if refusal.known else "how this is refused"
    return response


def _leave(sandbox: Sandbox) -> Callable[[Response], Response]:
    """Adds what is left of the limits, and gives the place in flight back when the reply has gone out."""

    def leave(response: Response) -> Response:
        admitted: gateway.Admitted | None = g.pop("admitted", None)
        if admitted is not None:
            response.headers.update(admitted.headers)
            response.call_on_close(lambda: sandbox.in_flight.leave(admitted.scope))
        return response

    return leave
