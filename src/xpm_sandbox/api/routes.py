"""THE table of endpoints that the sandbox serves, and the way every call takes to its handler."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response, g

from xpm_sandbox import gateway
from xpm_sandbox.api import clients, contacts, staff, xml_out
from xpm_sandbox.api.call import Call, Refusal
from xpm_sandbox.sandbox import Sandbox

VERSIONS = ("3.0", "3.1")


@dataclass(frozen=True)
class Endpoint:
    """One endpoint; `api_method` is what replies carry in that attribute."""

    verb: str
    path: str
    handler: Callable[..., Response]
    api_method: str


ENDPOINTS = (
    Endpoint("GET", "client.api/list", clients.list_clients, "List"),
    Endpoint("GET", "client.api/paged-list", clients.paged_list, "PagedList"),
    Endpoint("GET", "client.api/search", clients.search, "Search"),
    Endpoint("GET", "client.api/get/<key>", clients.get, "Get"),
    Endpoint("POST", "client.api/add", clients.add, "Add"),
    Endpoint("PUT", "client.api/update", clients.update, "Update"),
    Endpoint("PUT", "client.api/archive", clients.archive, "Archive"),
    Endpoint("POST", "client.api/delete", clients.delete, "Delete"),
    Endpoint("GET", "client.api/contacts", contacts.page, "Contacts"),
    Endpoint("GET", "client.api/contact/<key>", contacts.get, "Contact"),
    Endpoint("POST", "client.api/contact", contacts.add, "Contact"),
    Endpoint("PUT", "client.api/contact/<key>", contacts.update, "Contact"),
    Endpoint("DELETE", "client.api/contact/<key>", contacts.delete, "Contact"),
    Endpoint("POST", "client.api/client/<key>/contacts", contacts.link, "Contacts"),
    Endpoint("GET", "staff.api/list", staff.list_staff, "List"),
    Endpoint("GET", "staff.api/get/<key>", staff.get, "Get"),
)


def practice_api(sandbox: Sandbox) -> Blueprint:
    """The practice API's routes, behind the gateway."""
    blueprint = Blueprint("practice_api", __name__, url_prefix="/practicemanager")
    for endpoint in ENDPOINTS:
        blueprint.add_url_rule(
            f"/<any({', '.join(repr(version) for version in VERSIONS)}):version>/{endpoint.path}",
            endpoint=f"{endpoint.verb} {endpoint.path}".replace(".", "_"),
            view_func=_view(sandbox, endpoint),
            methods=[endpoint.verb],
            provide_automatic_options=False,
        )
    blueprint.add_url_rule("/<path:rest>", view_func=_nothing_here(sandbox), methods=["GET", "POST", "PUT", "DELETE"])
    blueprint.register_error_handler(gateway.Barred, gateway.answer_barred(sandbox))
    blueprint.register_error_handler(Refusal, _answer_refusal)
    blueprint.after_request(_leave(sandbox))
    return blueprint


def _view(sandbox: Sandbox, endpoint: Endpoint) -> Callable[..., Response]:
    def view(version: str, **path: str) -> Response:
        g.api_method = endpoint.api_method
        g.admitted = gateway.admit(sandbox, endpoint.path.split("/", 1)[0])
        gateway.linger(sandbox)
        with sandbox.world.read() as db:
            settings = sandbox.settings(db)
            row = db.execute("SELECT name FROM person WHERE login = ?", (g.admitted.access.login,)).fetchone()
        call = Call(sandbox, g.admitted, version, endpoint.api_method, settings, sandbox.now(), row["name"])
        return endpoint.handler(call, **path)

    return view


def _nothing_here(sandbox: Sandbox) -> Callable[[str], Response]:
    def nothing_here(rest: str) -> Response:
        g.admitted = gateway.admit(sandbox, "")
        raise gateway.Barred(404, "Not Found", "ResourceNotFound")

    return nothing_here


def _answer_refusal(refusal: Refusal) -> Response:
    response = xml_out.response(xml_out.error(g.api_method, str(refusal)))
    response.status_code = refusal.status
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
