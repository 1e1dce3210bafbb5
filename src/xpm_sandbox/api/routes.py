"""The way every call takes: route, gateway, handler, and the marks that it leaves in the audit."""

import re
from collections.abc import Callable

from flask import Blueprint, Response, g, request

from xpm_sandbox import gateway
from xpm_sandbox.api import content, xml_out
from xpm_sandbox.api.call import Call, Refusal
from xpm_sandbox.api.endpoints import ENDPOINTS, Endpoint
from xpm_sandbox.audit import GUESS
from xpm_sandbox.sandbox import Sandbox

_VERBS = ["GET", "POST", "PUT", "DELETE", "PATCH"]


def practice_api(sandbox: Sandbox) -> Blueprint:
    """The practice API's routes, behind the gateway."""
    blueprint = Blueprint("practice_api", __name__, url_prefix="/practicemanager")
    for endpoint in ENDPOINTS:
        blueprint.add_url_rule(
            f"/<any({', '.join(repr(version) for version in endpoint.versions)}):version>/{endpoint.path}",
            endpoint=f"{endpoint.verb} {endpoint.path}".replace(".", "_"),
            view_func=_view(sandbox, endpoint),
            methods=[endpoint.verb],
            provide_automatic_options=False,
        )
    blueprint.add_url_rule("/<path:rest>", view_func=_nothing_here(sandbox), methods=_VERBS)
    blueprint.register_error_handler(gateway.Barred, gateway.answer_barred(sandbox))
    blueprint.register_error_handler(Refusal, _answer_refusal)
    blueprint.after_request(content.as_asked)
    blueprint.after_request(_leave(sandbox))
    return blueprint


def _view(sandbox: Sandbox, endpoint: Endpoint) -> Callable[..., Response]:
    def view(version: str, **path: str) -> Response:
        g.api_method = endpoint.api_method
        request.environ[GUESS] = endpoint.guess
        g.admitted = gateway.admit(sandbox, endpoint.scope, endpoint.scope_switch)
        gateway.linger(sandbox)
        with sandbox.world.read() as db:
            settings = sandbox.settings(db)
            row = db.execute("SELECT name FROM person WHERE login = ?", (g.admitted.access.login,)).fetchone()
        if version == "3.0" and settings["version_3_0"] == "gone":
            raise gateway.Barred(404, "Not Found", "ResourceNotFound")
        content.check(settings)
        call = Call(sandbox, g.admitted, version, endpoint.api_method, settings, sandbox.now(), row["name"])
        return endpoint.handler(call, **path)

    return view


def _nothing_here(sandbox: Sandbox) -> Callable[[str], Response]:
    """404 for an unknown path, 405 for a known one under another verb."""
    known = [_pattern(endpoint) for endpoint in ENDPOINTS]

    def nothing_here(rest: str) -> Response:
        g.admitted = gateway.admit(sandbox, "")
        if any(pattern.fullmatch(rest) for pattern in known):
            request.environ[GUESS] = "how a wrong verb is answered"
            raise gateway.Barred(405, "Method Not Allowed", "MethodNotAllowed")
        request.environ[GUESS] = "the body of a 404"
        raise gateway.Barred(404, "Not Found", "ResourceNotFound")

    return nothing_here


def _pattern(endpoint: Endpoint) -> re.Pattern[str]:
    versions = "|".join(map(re.escape, endpoint.versions))
    path = re.sub(r"<\w+>", "[^/]+", endpoint.path.replace(".", r"\."))
    return re.compile(f"(?:{versions})/{path}")


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
