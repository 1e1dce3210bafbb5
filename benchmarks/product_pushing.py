"""The product's way to write to XPM: `send_all` over a sandbox in this process, on a clock that waits move. `COUNT`

Every call takes the time that it would, a quarter of its latency since four go at once. What the sandbox itself costs
is measured at its door and left out.
"""

import json
import sys
from datetime import UTC, datetime, timedelta
from time import process_time
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

import django
import httpx2
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.test.utils import override_settings

django.setup()

from practicesync.core.actor import Actor, Role  # noqa: E402 - models need Django set up
from practicesync.core.fields import ClientKind  # noqa: E402
from practicesync.flows import connect, remote  # noqa: E402
from practicesync.flows.connect import Connected  # noqa: E402
from practicesync.flows.push import send_all  # noqa: E402
from practicesync.flows.refresh import refresh  # noqa: E402
from practicesync.flows.steps import DirectSteps  # noqa: E402
from practicesync.operations import importing, practices, runs  # noqa: E402
from practicesync.operations.pushing import coalesce  # noqa: E402
from practicesync.operations.reconciling import reconcile  # noqa: E402
from practicesync.store.models import Connection, Link, Mirror, Push, Run  # noqa: E402
from xpm_sandbox.app import create_app  # noqa: E402
from xpm_sandbox.world import World  # noqa: E402

BASE = "http://127.0.0.1:9"
LATENCY = 0.4
BESIDE = 4
BATCH = 100


class VirtualClock:
    """Moves only when somebody waits or calls."""

    def __init__(self) -> None:
        self._now = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """The moment."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self._now += timedelta(seconds=seconds)


class Door(httpx2.BaseTransport):
    """The way into the sandbox: each call takes its time, and what the sandbox worked is told apart."""

    def __init__(self, inner: httpx2.BaseTransport, clock: VirtualClock) -> None:
        self._inner = inner
        self._clock = clock
        self.worked = 0.0
        self.refused = 0
        self.egress = 0

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Pass a request on."""
        self._clock.sleep(LATENCY / BESIDE)
        began = process_time()
        response = self._inner.handle_request(request)
        body = response.read()
        self.worked += process_time() - began
        self.refused += response.status_code == 429
        self.egress += len(body)
        headers = [(name, value) for name, value in response.headers.raw if name.lower() != b"content-length"]
        return httpx2.Response(response.status_code, headers=headers, content=body)


def firm(clock: VirtualClock, http: httpx2.Client, count: int) -> tuple[Actor, Connection]:
    """A firm whose register holds all that XPM does, linked."""
    now = clock.now()
    practice = practices.create_practice(name="Kauri & Co", country="NZ", time_zone="Pacific/Auckland", now=now)
    person = practices.add_person(
        practice, email="admin@kauri.example", name="Ana Lee", password="", role=Role.ADMIN, now=now
    )
    actor = practices.actor_of(person, practice.pk)
    practices.enable_add_on(actor, "xpm", now)
    organisation = http.get("/control/state").json()["tenants"][0]["id"]
    address = connect.sign_in_address(actor, "xpm", session_key="s", now=now)
    data = {"login": "admin@sandbox.example", "decision": "allow", "tenant": [organisation]}
    reply = http.post(address, data=data)
    query = dict(parse_qsl(urlsplit(reply.headers["location"]).query))
    found = connect.come_back(actor, "xpm", session_key="s", query=query, now=now)
    assert isinstance(found, Connected)
    run = runs.request(actor, found.connection.pk, "refresh", now)
    refresh(DirectSteps(clock), run.pk)
    mirrors = Mirror.rows.of(practice.pk).filter(deleted=False, archived=False).order_by("pk")
    for mirror_id in mirrors.values_list("pk", flat=True)[:count]:
        importing.bring(actor, mirror_id, ClientKind.COMPANY, {}, now)
    return actor, Connection.rows.of(practice.pk).get()


def queue(actor: Actor, connection: Connection, now: datetime) -> Run:
    """A push of a new phone number for every linked client."""
    run = Run(
        practice_id=actor.practice_id,
        connection=connection,
        key=uuid4(),
        kind="apply",
        asked_by=actor.name,
        asked_at=now,
        state="running",
    )
    run.save(force_insert=True)
    links = list(Link.rows.of(actor.practice_id).select_related("client", "mirror").order_by("pk"))
    for start in range(0, len(links), BATCH):
        with transaction.atomic():
            part = links[start : start + BATCH]
            for link in part:
                phone = f"09 555 {link.pk:04}"
                link.client.values = {**link.client.values, "phone": phone}
                link.client.save()
                seen = {"phone": link.mirror.values["phone"]} if "phone" in link.mirror.values else {}
                coalesce(link, "", ["phone"], {"phone": phone}, seen, run, now)
            reconcile(actor.practice_id, [link.pk for link in part], now)
    return run


def main() -> None:
    """Measure, and print what was spent."""
    call_command("migrate", verbosity=0)
    clock = VirtualClock()
    told = {**settings.XPM, "sandbox": BASE, "client_id": "sandbox-pkce", "client_secret": ""}
    count = int(sys.argv[1])
    with override_settings(XPM=told), World.open(None, seed=1, clients=round(count * 1.4), region="NZ") as world:
        app = create_app(world, clock)
        http = httpx2.Client(transport=httpx2.WSGITransport(app=app), base_url=BASE)
        door = Door(httpx2.WSGITransport(app=app), clock)
        remote.install(httpx2.Client(transport=door))
        actor, connection = firm(clock, http, count)
        run = queue(actor, connection, clock.now())
        clock.sleep(120.0)
        door.worked, door.refused, door.egress = 0.0, 0, 0
        began, worked = clock.now(), process_time()
        send_all(DirectSteps(clock), run.pk)
        spent = process_time() - worked - door.worked
        run.refresh_from_db()
        confirmed = Push.rows.of(actor.practice_id).filter(run=run, state="confirmed").count()
        minutes = (clock.now() - began).total_seconds() / 60
        print(
            json.dumps(
                {
                    "pushes": confirmed,
                    "calls": run.calls,
                    "minutes": minutes,
                    "refused": door.refused,
                    "cpu": spent,
                    "sandbox": door.worked,
                    "egress": door.egress,
                }
            )
        )


if __name__ == "__main__":
    main()
