"""A firm for tests: a practice with an admin, connected to a sandbox XPM in the same process, on one clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
from django.conf import settings
from django.test.utils import override_settings

from in_process import InProcess
from practicesync.core.actor import Actor, Role
from practicesync.core.fields import ClientKind
from practicesync.flows import connect, remote
from practicesync.flows.connect import Choose, Connected
from practicesync.flows.registry import FLOWS
from practicesync.flows.steps import DirectSteps, Steps
from practicesync.operations import deciding, linking, practices, register, runs
from practicesync.operations.register import NewClient
from practicesync.queries.plans import LinkedPlan, load_plan
from practicesync.store.models import Client, Connection, Contact, Link, Mirror, Practice, Push, Run
from xpm_sandbox.app import create_app
from xpm_sandbox.clock import ControlledClock
from xpm_sandbox.world import World

BASE = "http://127.0.0.1:9"
START = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)


@dataclass
class Firm:
    """What a test acts through. `http` reaches the sandbox, its control API included."""

    practice: Practice
    actor: Actor
    http: httpx2.Client
    clock: ControlledClock
    steps: Steps
    connection: Connection = field(init=False)

    # The sandbox's side

    def control(self, method: str, path: str, **options: Any) -> Any:
        """One call of the sandbox's control API."""
        reply = self.http.request(method, f"/control/{path}", **options)
        assert reply.status_code < 400, reply.text
        return reply.json() if reply.content else None

    def xpm(self, remote_id: str) -> dict[str, Any]:
        """The truth about a client in XPM."""
        found: dict[str, Any] = self.control("GET", f"clients/{remote_id}")
        return found

    def xpm_add(self, **values: Any) -> str:
        """A client that somebody adds in XPM; its id."""
        return str(self.control("POST", "clients", json=values)["UUID"])

    def xpm_edit(self, remote_id: str, **values: Any) -> None:
        """An edit that somebody makes in XPM."""
        self.control("PATCH", f"clients/{remote_id}", json=values)

    def fault(self, kind: str, **rule: Any) -> None:
        """The next call that fits is spoilt so."""
        self.control("POST", "faults", json={"kind": kind, **rule})

    def writes(self) -> int:
        """How many write calls XPM has received."""
        return int(self.control("GET", "writes")["received"])

    # Our side

    def connect(self, login: str = "admin@sandbox.example") -> Connection:
        """Sign in at the sandbox and come back; the first refresh is queued, not run."""
        found = self.sign_in([self.control("GET", "state")["tenants"][0]["id"]], login)
        assert isinstance(found, Connected)
        self.connection = found.connection
        return found.connection

    def sign_in(self, organisations: list[str], login: str = "admin@sandbox.example") -> Connected | Choose:
        """Sign in at the sandbox, allow access to these organisations, and come back."""
        now = self.clock.now()
        address = connect.sign_in_address(self.actor, "xpm", session_key="session", now=now)
        reply = self.http.post(address, data={"login": login, "decision": "allow", "tenant": organisations})
        assert reply.status_code == 302, reply.text
        query = dict(parse_qsl(urlsplit(reply.headers["location"]).query))
        return connect.come_back(self.actor, "xpm", session_key="session", query=query, now=self.clock.now())

    def run(self, run: Run) -> Run:
        """Carry a run out, in this thread."""
        FLOWS[run.kind](self.steps, run.pk)
        run.refresh_from_db()
        return run

    def refresh(self, kind: str = "refresh") -> Run:
        """Ask for a refresh and carry it out."""
        return self.run(runs.request(self.actor, self.connection.pk, kind, self.clock.now()))

    def add(self, name: str, kind: ClientKind = ClientKind.COMPANY, **values: str) -> Client:
        """A client of the register."""
        new = NewClient(kind, {"name": name, **values}, country=self.practice.country)
        return register.add_client(self.actor, new, self.clock.now())

    def edit(self, client: Client, **values: str) -> Client:
        """An edit of the register, given by key (`physical_address.street` and the like)."""
        client.refresh_from_db()
        saved = register.edit_client(
            self.actor,
            client.pk,
            revision=client.revision,
            kind=ClientKind(client.kind),
            values=values,
            now=self.clock.now(),
        )
        return saved.client

    def link(self, client: Client, remote_id: str) -> Link:
        """Tie a client to a record that the mirror holds."""
        mirror = Mirror.rows.of(self.practice.pk).get(remote_id=remote_id)
        return linking.link(self.actor, client.pk, mirror.pk, self.clock.now())

    def pair(self, name: str, kind: ClientKind = ClientKind.COMPANY, **values: Any) -> tuple[Client, str]:
        """A client on both sides with these values (XPM's names for XPM), read and linked."""
        remote_id = self.xpm_add(Name=name, **values)
        client = self.add(name, kind)
        self.refresh()
        self.link(client, remote_id)
        return client, remote_id

    def contacts(self, client: Client) -> list[Contact]:
        """The contacts of a client in the register."""
        return list(Contact.rows.of(self.practice.pk).filter(client=client, removed_at=None).order_by("pk"))

    def plan(self, client: Client) -> LinkedPlan:
        """The plan of a linked client."""
        found = load_plan(self.practice.pk, client.pk)
        assert found is not None
        return found

    def choose(self, client: Client, **choices: str) -> Run:
        """A person's choices, not carried out yet."""
        return self.decide(client, choices)

    def decide(self, client: Client, choices: dict[str, str]) -> Run:
        """The same for rows whose key is no identifier."""
        seen = self.plan(client).plan.seen
        return deciding.decide(self.actor, client.pk, choices=choices, seen=seen, now=self.clock.now())

    def sync(self, client: Client, **choices: str) -> Run:
        """A person's choices, carried out."""
        run = self.choose(client, **choices)
        return self.run(run) if run.state == "queued" else run

    def states(self, client: Client) -> dict[str, str]:
        """The state of every differing row by key."""
        return {row.key: row.state.value for row in self.plan(client).plan.differing}

    def outcomes(self, run: Run) -> dict[str, str]:
        """What became of each value that the run pushed."""
        pushes = Push.rows.of(self.practice.pk).filter(run=run)
        return {f"{each.ref}/{name}" if each.ref else name: o for each in pushes for name, o in each.outcomes.items()}


@contextmanager
def a_firm(
    *, clients: int = 0, country: str = "NZ", steps: type[DirectSteps] = DirectSteps, state: Path | None = None
) -> Iterator[Firm]:
    """A firm with the add-on on, not connected yet. Needs the database."""
    told = {**settings.XPM, "sandbox": BASE, "client_id": "sandbox-pkce", "client_secret": ""}
    clock = ControlledClock(frozen_at=START)
    region = {"NZ": "NZ", "AU": "AU"}[country]
    with override_settings(XPM=told), World.open(state, seed=1, clients=clients, region=region) as world:
        app = create_app(world, clock)
        http = httpx2.Client(transport=InProcess(app), base_url=BASE)
        remote.install(httpx2.Client(transport=InProcess(app)))
        try:
            yield _set_up(http, clock, steps(clock), country)
        finally:
            remote.install(None)
            http.close()


def _set_up(http: httpx2.Client, clock: ControlledClock, steps: Steps, country: str) -> Firm:
    now = clock.now()
    practice = practices.create_practice(name="Kauri & Co", country=country, time_zone="Pacific/Auckland", now=now)
    person = practices.add_person(
        practice, email="admin@kauri.example", name="Ana Lee", password="", role=Role.ADMIN, now=now
    )
    actor = practices.actor_of(person, practice.pk)
    practices.enable_add_on(actor, "xpm", now)
    return Firm(practice, actor, http, clock, steps)
