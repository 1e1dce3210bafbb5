"""The sandbox as one WSGI application: identity, connections, practice API, XPM's own pages, control."""

from flask import Flask
from flask.json.provider import DefaultJSONProvider

from xpm_sandbox import backstage, control, gateway, xpm_pages
from xpm_sandbox.api.routes import practice_api
from xpm_sandbox.audit import AuditLayer
from xpm_sandbox.clock import Clock
from xpm_sandbox.fault_layer import FaultLayer
from xpm_sandbox.identity import authorise, tokens
from xpm_sandbox.kept_clock import clock_of
from xpm_sandbox.sandbox import Sandbox
from xpm_sandbox.world import World


class _OrderedJson(DefaultJSONProvider):
    sort_keys = False


def create_app(world: World, clock: Clock | None = None) -> Flask:
    """A sandbox over a world. Without a clock it has the world's: the machine's, until control moves it."""
    sandbox = Sandbox(world, clock or clock_of(world))
    app = Flask("xpm_sandbox", static_folder=None)
    app.json = _OrderedJson(app)
    app.extensions["xpm_sandbox"] = sandbox
    app.url_map.redirect_defaults = False
    app.register_blueprint(practice_api(sandbox))
    app.register_blueprint(authorise.pages(sandbox))
    app.register_blueprint(tokens.endpoints(sandbox))
    app.register_blueprint(control.doors(sandbox))
    app.register_blueprint(xpm_pages.pages(sandbox))
    app.register_blueprint(backstage.backstage(sandbox))
    app.after_request(gateway.common_headers(sandbox))
    app.wsgi_app = AuditLayer(FaultLayer(app.wsgi_app, sandbox), sandbox)  # type: ignore[method-assign]
    return app


def sandbox_of(app: Flask) -> Sandbox:
    """The parts of a running sandbox, for a test in its process."""
    sandbox = app.extensions["xpm_sandbox"]
    assert isinstance(sandbox, Sandbox)  # noqa: S101  (put there by create_app)
    return sandbox
