"""What scenarios are told with: clients that agree, what happens on the way to XPM, and what a person sees after it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx2

from firms import Firm
from flows.unasked import ask
from practicesync.core.fields import ClientKind
from practicesync.flows import remote
from practicesync.flows.steps import DirectSteps
from practicesync.operations import editing
from practicesync.queries.client_why import Why, load_why
from practicesync.queries.conflicts import Conflict, Pile, load_conflicts
from practicesync.store.models import Client, Link, Push, Run
from xpm_sandbox.clock import ControlledClock
from xpm_sandbox.switches import BY_NAME

OLD, NEW, OTHER = "09 555 0101", "09 555 0102", "09 555 0109"

UPDATE = {"method": "PUT", "path": "client.api/update"}
ADD = {"method": "POST", "path": "client.api/add"}
LIST = {"method": "GET", "path": "client.api/list"}

NAMES = {
    "phone": "Phone",
    "fax": "Fax",
    "email": "Email",
    "website": "Website",
    "tax_number": "TaxNumber",
    "export_code": "ExportCode",
}
"""XPM's names of the fields that scenarios move."""


def every(switch: str) -> Sequence[str]:
    """All that a doubt may be, so that a scenario holds whichever is true."""
    return BY_NAME[switch].values


# Clients


def agreed(firm: Firm, name: str = "Kauri Limited", **values: str) -> tuple[Client, str]:
    """A client that is on both sides with the same values (by the register's keys), read and linked an hour ago."""
    remote_id = firm.xpm_add(Name=name, **{NAMES[key]: value for key, value in values.items()})
    firm.refresh()
    client = firm.add(name, ClientKind.COMPANY, **values)
    firm.link(client, remote_id)
    assert firm.states(client) == {}
    firm.clock.advance(3600)
    return client, remote_id


def save(firm: Firm, client: Client, **values: str) -> Sequence[Run]:
    """A person saves the client's form; the runs that send what the policy sends by itself."""
    client.refresh_from_db()
    kind = ClientKind(client.kind)
    saved = editing.edit_client(
        firm.actor, client.pk, revision=client.revision, kind=kind, values=values, now=firm.clock.now()
    )
    return saved.runs


def reread(firm: Firm, kind: str = "refresh") -> Run:
    """An hour passes, and XPM is read."""
    firm.clock.advance(3600)
    return firm.refresh(kind)


def settle(firm: Firm) -> Run | None:
    """What client sync does by itself now; None where that is nothing."""
    run = ask(firm)
    return None if run is None else firm.run(run)


# What there is


def here(firm: Firm, client: Client, key: str) -> str:
    """The register's value."""
    client.refresh_from_db()
    return str(client.values.get(key, ""))


def there(firm: Firm, remote_id: str, key: str) -> str:
    """XPM's value, in truth."""
    return str(firm.xpm(remote_id).get(NAMES[key], ""))


def link_of(firm: Firm, client: Client) -> Link:
    found: Link = Link.rows.of(firm.practice.pk).select_related("mirror").get(client=client, ended_at=None)
    return found


def base(firm: Firm, client: Client, key: str) -> str | None:
    """What both sides last agreed on; None where they never did."""
    found = link_of(firm, client).base.get(key)
    return None if found is None else str(found)


def why(firm: Firm, client: Client) -> Why:
    """Why the client stands as it does, as its screens say it."""
    return load_why(firm.practice.pk, client.pk)


def pushes(firm: Firm, run: Run) -> list[Push]:
    return list(Push.rows.of(firm.practice.pk).filter(run=run).order_by("pk"))


def conflicts(firm: Firm, pile: Pile = Pile.BOTH) -> tuple[Conflict, ...]:
    """What the inbox shows."""
    return load_conflicts(firm.practice.pk, firm.connection.pk, pile).rows


def sent(firm: Firm, rule: dict[str, str]) -> list[str]:
    """The bodies of the calls of this sort that XPM received."""
    calls = firm.control("GET", f"audit?path={rule['path']}")["calls"]
    return [str(call["request_body"]) for call in calls if call["method"] == rule["method"]]


def masked(firm: Firm) -> list[object]:
    """Every masked number that XPM was ever sent."""
    found: list[object] = firm.control("GET", "masked")["received"]
    return found


# What happens


def switch(firm: Firm, **settings: str) -> None:
    """How XPM is where nobody knows."""
    firm.control("PATCH", "switches", json=settings)


Act = Callable[[], object]


@dataclass
class Road(httpx2.BaseTransport):
    """The way to XPM: at the next call of a sort something happens before it arrives, or before its answer is back."""

    firm: Firm
    method: str
    path: str
    before: Act | None = None
    after: Act | None = None
    request: Callable[[bytes], bytes] = bytes
    answer: Callable[[bytes], bytes] | None = None
    times: int = 1

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send it on, with what happens beside it."""
        meant = self.times > 0 and request.method == self.method and self.path in request.url.path
        if not meant:
            return self._send(request, request.read())
        self.times -= 1
        if self.before is not None:
            self.before()
        response = self._send(request, self.request(request.read()))
        if self.after is not None:
            self.after()
        if self.answer is None:
            return response
        return httpx2.Response(response.status_code, headers=_plain(response), content=self.answer(response.read()))

    def _send(self, request: httpx2.Request, body: bytes) -> httpx2.Response:
        headers = [(name, value) for name, value in request.headers.items() if name.lower() != "content-length"]
        again = self.firm.http.build_request(request.method, request.url, headers=headers, content=body)
        return self.firm.http.send(again, stream=True)


def _plain(response: httpx2.Response) -> list[tuple[str, str]]:
    return [(name, value) for name, value in response.headers.items() if name.lower() != "content-length"]


def on_the_road(firm: Firm, rule: dict[str, str], **happens: object) -> None:
    """From now on the product goes this way to XPM (`Road`)."""
    remote.install(httpx2.Client(transport=Road(firm, rule["method"], rule["path"], **happens)))  # type: ignore[arg-type]


def refusing(firm: Firm, what: str, words: str) -> None:
    """From now on XPM refuses every update that holds this, in these words."""
    refusal = f"<Response><Status>ERROR</Status><ErrorDescription>{words}</ErrorDescription></Response>"
    remote.install(httpx2.Client(transport=Refusing(firm, what.encode(), refusal)))


@dataclass
class Refusing(httpx2.BaseTransport):
    """The way to an XPM that does not take some value, whoever asks it."""

    firm: Firm
    what: bytes
    refusal: str

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Refuse it before it does anything, or let it through."""
        body = request.read()
        if request.method == UPDATE["method"] and self.what in body:
            return httpx2.Response(200, headers={"content-type": "text/xml"}, text=self.refusal)
        return Road(self.firm, "", "").handle_request(request)


def while_waiting(firm: Firm, act: Act) -> None:
    """Something happens while a flow waits for the first time."""
    before = firm.steps.sleep

    def sleep(seconds: float) -> None:
        firm.steps.sleep = before  # type: ignore[method-assign]
        act()
        before(seconds)

    firm.steps.sleep = sleep  # type: ignore[method-assign]


class Killed(BaseException):
    """The process is gone: what it had committed stays, and nothing else."""


def die() -> None:
    """End the process here."""
    raise Killed


@dataclass
class Wrong:
    """A machine's clock that is off by so much."""

    right: ControlledClock
    off: timedelta

    def now(self) -> datetime:
        """What this machine takes the time to be."""
        return self.right.now() + self.off

    def sleep(self, seconds: float) -> None:
        """A second is a second."""
        self.right.sleep(seconds)


@contextmanager
def our_clock_off(firm: Firm, minutes: int) -> Iterator[None]:
    """Our machine's clock is wrong for a while; XPM's is not."""
    before, right = firm.steps, firm.clock
    wrong = Wrong(right, timedelta(minutes=minutes))
    firm.steps = DirectSteps(wrong)
    try:
        yield
    finally:
        firm.steps = before
