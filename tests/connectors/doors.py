"""A sandbox XPM for one test, reached in process or over HTTP by the very transport that the product uses."""

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
from typing_extensions import override

from connectors.lines import MemoryLine
from practicesync.connectors.base import Connector, Grant
from practicesync.connectors.registry import CONNECTORS
from practicesync.connectors.transport import Caps, Transport
from practicesync.connectors.xpm import XpmIdentity, XpmSettings
from practicesync.connectors.xpm.settings import XERO_SCOPES
from practicesync.core.errors import SyncError
from xpm_sandbox.app import create_app
from xpm_sandbox.clock import ControlledClock
from xpm_sandbox.faults import ConnectionDropped
from xpm_sandbox.server import serve
from xpm_sandbox.world import World

IN_PROCESS = "http://127.0.0.1:9"
REDIRECT = "http://localhost:8000/connect/xpm/return/"
START = datetime(2026, 2, 1, 9, 0, tzinfo=UTC)
ADMIN = "admin@sandbox.example"


class InProcess(httpx2.BaseTransport):
    """Calls the sandbox without a socket, and tells a lost connection in the words of the network."""

    def __init__(self, app: Any) -> None:
        self._wsgi = httpx2.WSGITransport(app=app)

    @override
    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        with _as_network():
            response = self._wsgi.handle_request(request)
        return httpx2.Response(response.status_code, headers=response.headers, stream=_Body(response))


class _Body(httpx2.SyncByteStream):
    def __init__(self, response: httpx2.Response) -> None:
        self._stream = response.stream

    @override
    def __iter__(self) -> Iterator[bytes]:
        assert isinstance(self._stream, httpx2.SyncByteStream)
        with _as_network():
            yield from self._stream

    @override
    def close(self) -> None:
        assert isinstance(self._stream, httpx2.SyncByteStream)
        self._stream.close()


@contextmanager
def _as_network() -> Iterator[None]:
    try:
        yield
    except ConnectionDropped as dropped:
        lost = httpx2.ReadError if dropped.sent else httpx2.ConnectError
        raise lost(str(dropped)) from dropped


@dataclass
class Door:
    """A running sandbox and the means to reach it."""

    settings: XpmSettings
    transport: Transport
    control: httpx2.Client
    clock: ControlledClock
    over_http: bool
    grants: list[Grant] = field(default_factory=list)

    @property
    def identity(self) -> XpmIdentity:
        return XpmIdentity(self.settings, self.transport)

    @property
    def connector(self) -> Connector:
        return CONNECTORS["xpm"](self.settings, self.transport)

    def line(self, scope: str = " ".join(XERO_SCOPES), **more: Any) -> MemoryLine:
        """A line with a grant that the sandbox gave without its pages."""
        told = self.post("grants", client_id=self.settings.client_id, scope=scope)
        grant = Grant(told["access_token"], told["refresh_token"], told["expires_in"])
        tenant = told["connections"][0]["tenantId"]
        return MemoryLine(tenant, self.identity, grant, clock=self._now, sleep=self.clock.sleep, **more)

    def sign_in(self, login: str = ADMIN, *, decision: str = "allow", tenants: int = 9) -> dict[str, str]:
        """Sign in at the sandbox as a person does. Returns what comes back to us, with the verifier."""
        leave = self.identity.leave()
        offered = [row["id"] for row in self.get("state")["tenants"]][:tenants]
        form = {"login": login, "decision": decision, "tenant": offered}
        answer = self.control.post(leave.url, data=form)
        assert answer.status_code == 302, answer.text
        location = urlsplit(answer.headers["location"])
        assert f"{location.scheme}://{location.netloc}{location.path}" == REDIRECT
        back = {name: values[0] for name, values in parse_qs(location.query).items()}
        assert back["state"] == leave.state
        return {**back, "verifier": leave.verifier}

    def fault(self, kind: str, **more: Any) -> None:
        """Make a coming call go wrong."""
        self.post("faults", kind=kind, **more)

    def switch(self, **switches: str) -> None:
        """Settle a doubt about XPM one way."""
        self._ok(self.control.patch("/control/switches", json=switches))

    def get(self, path: str, /, **query: str) -> Any:
        return self._ok(self.control.get(f"/control/{path}", params=query))

    def post(self, path: str, /, **body: Any) -> Any:
        return self._ok(self.control.post(f"/control/{path}", json=body))

    def truth(self) -> list[dict[str, Any]]:
        """Every client as it stands there, unmasked."""
        found: list[dict[str, Any]] = self.get("clients", limit="500")["clients"]
        return found

    def client(self, remote_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.get(f"clients/{remote_id}")
        return found

    def edit(self, remote_id: str, **values: Any) -> None:
        """Change a client as somebody working in XPM would."""
        self._ok(self.control.patch(f"/control/clients/{remote_id}", json=values))

    def calls(self, path: str) -> list[dict[str, Any]]:
        """The calls that reached the API, by a part of their path."""
        told = self.get("audit", path=path)
        found: list[dict[str, Any]] = told["calls"] if isinstance(told, dict) else told
        return found

    def _now(self) -> float:
        return self.clock.now().timestamp()

    @staticmethod
    def _ok(answer: httpx2.Response) -> Any:
        assert answer.status_code < 300, (answer.status_code, answer.text)
        return answer.json() if answer.content else None


@contextmanager
def open_door(
    *, over_http: bool = False, clients: int = 12, region: str = "AU", caps: Caps | None = None, secret: bool = False
) -> Iterator[Door]:
    """A sandbox with a fresh firm of so many clients. `secret` makes ours a confidential app."""
    clock = ControlledClock(frozen_at=START)
    with contextlib.ExitStack() as held:
        world = held.enter_context(World.open(seed=1, clients=clients, region=region))
        app = create_app(world, clock)
        base = held.enter_context(serve(app)) if over_http else IN_PROCESS
        app_id = ("sandbox-app", "sandbox-secret") if secret else ("sandbox-pkce", "")
        settings = XpmSettings.sandbox(base, REDIRECT, *app_id)
        client = None if over_http else httpx2.Client(transport=InProcess(app))
        transport = held.enter_context(Transport(settings.server_urls, client, caps=caps))
        through = None if over_http else InProcess(app)
        control = held.enter_context(httpx2.Client(base_url=base, transport=through, trust_env=False))
        yield Door(settings, transport, control, clock, over_http)


def error_of(call: Any, *arguments: Any) -> SyncError:
    """The error that a call ends in."""
    try:
        outcome = call(*arguments)
        list(getattr(outcome, "slices", ()))
    except SyncError as error:
        return error
    raise AssertionError("the call did not fail")
