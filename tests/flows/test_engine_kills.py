"""Real workers, killed in the midst of real work with a sandbox over HTTP: nothing is lost, nothing happens twice."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest
from django.conf import settings
from django.test.utils import override_settings

from firms import Firm
from practicesync.core.actor import Role
from practicesync.flows import remote, start
from practicesync.flows.steps import DirectSteps
from practicesync.operations import practices, runs
from practicesync.store.models import Activity, Connection, Mirror, Run
from processes.workers import environment, kill, wait_until
from xpm_sandbox.app import create_app
from xpm_sandbox.clock import ControlledClock
from xpm_sandbox.server import serve
from xpm_sandbox.world import World

pytestmark = pytest.mark.serial

MAIN = "import sys; from practicesync.cli.main import main; sys.exit(main())"


@dataclass
class Office:
    """A firm connected to a sandbox over HTTP, and its workers: the program's own, in processes of their own."""

    firm: Firm
    data: Path
    url: str
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def work(self) -> subprocess.Popen[bytes]:
        """Start a worker."""
        env = environment(PRACTICESYNC_DATA=str(self.data), PRACTICESYNC_MODE="demo", PRACTICESYNC_XPM_SANDBOX=self.url)
        with (self.data / f"worker-{len(self.workers)}.log").open("wb") as log:
            self.workers.append(subprocess.Popen([sys.executable, "-c", MAIN, "worker"], env=env, stderr=log))
        return self.workers[-1]

    def look(self, run: Run) -> Run:
        """The run as it is now."""
        found: Run = Run.rows.of(run.practice_id).get(pk=run.pk)
        return found

    def wait_done(self, run: Run) -> Run:
        """Wait until the run is done."""
        try:
            wait_until(lambda: self.look(run).state == "done", "the run is done")
        except AssertionError as problem:
            logs = "\n".join(path.read_text() for path in sorted(self.data.glob("worker-*.log")))
            raise AssertionError(f"{problem}: {self.look(run).state} {self.look(run).detail}\n{logs}") from None
        return self.look(run)

    def calls(self, path: str) -> int:
        """How many calls of this path the sandbox got."""
        return len(self.firm.control("GET", f"audit?path={path}")["calls"])


@contextmanager
def an_office(data: Path, clients: int) -> Iterator[Office]:
    with ExitStack() as stack:
        world = stack.enter_context(World.open(seed=1, clients=clients, region="NZ"))
        clock = ControlledClock()
        url = stack.enter_context(serve(create_app(world, clock)))
        told = {**settings.XPM, "sandbox": url, "client_id": "sandbox-pkce", "client_secret": ""}
        stack.enter_context(override_settings(XPM=told))
        remote.install(stack.enter_context(httpx2.Client()))
        http = stack.enter_context(httpx2.Client(base_url=url, timeout=30))
        now = clock.now()
        practice = practices.create_practice(name="Kauri & Co", country="NZ", time_zone="Pacific/Auckland", now=now)
        person = practices.add_person(
            practice, email="ana@kauri.example", name="Ana", password="", role=Role.ADMIN, now=now
        )
        actor = practices.actor_of(person, practice.pk)
        practices.enable_add_on(actor, "xpm", now)
        office = Office(Firm(practice, actor, http, clock, DirectSteps(clock)), data, url)
        try:
            yield office
        finally:
            for process in office.workers:
                kill(process)
            remote.install(None)


def test_a_refresh_that_is_killed_midway_is_finished_by_the_next_worker(on_sqlite: str, tmp_path: Path) -> None:
    with an_office(tmp_path, clients=700) as office:
        connection = office.firm.connect()
        office.firm.fault("drip", path="client.api/list", seconds=0.02, bytes=6000)
        run = runs.request(office.firm.actor, connection.pk, "refresh", office.firm.clock.now())
        start.enqueue(run)
        first = office.work()
        wait_until(lambda: office.look(run).done >= 500, "a part of the list is stored")
        kill(first)
        assert office.look(run).state == "running"
        assert Connection.rows.of(run.practice_id).get().watermark is None
        office.work()
        ended = office.wait_done(run)
        assert ended.done == 700
        assert Mirror.rows.of(run.practice_id).count() == 700
        assert Connection.rows.of(run.practice_id).get().watermark is not None
        assert office.calls("client.api/list") == 2
        assert Activity.rows.of(run.practice_id).filter(verb="refreshed").count() == 1
        assert ended.changed == 200, "what was stored before the kill is known by its digest"


def test_a_write_whose_reply_was_lost_in_a_kill_is_found_and_not_sent_again(on_sqlite: str, tmp_path: Path) -> None:
    with an_office(tmp_path, clients=0) as office:
        firm = office.firm
        firm.connect()
        client, remote_id = firm.pair("Kauri Holdings Limited", Phone="09 555 0100")
        firm.edit(client, phone="09 555 0199")
        firm.fault("drip", method="PUT", path="client.api/update", seconds=0.5, bytes=50)
        run = firm.choose(client, phone="push")
        start.enqueue(run)
        first = office.work()
        wait_until(lambda: firm.control("GET", "writes")["applied"] == 1, "the write was applied")
        kill(first)
        office.work()
        office.wait_done(run)
        assert firm.control("GET", "writes")["received"] == 1
        assert firm.xpm(remote_id)["Phone"] == "09 555 0199"
        assert firm.outcomes(run) == {"phone": "done"}
        assert firm.states(client) == {}
