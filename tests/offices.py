"""A firm connected to a sandbox over HTTP, with workers of the program itself in processes of their own."""

import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
from django.conf import settings
from django.db import connection
from django.test.utils import override_settings

from firms import Firm
from practicesync.core.actor import Role
from practicesync.flows import remote
from practicesync.flows.steps import DirectSteps
from practicesync.operations import practices
from practicesync.store.models import Run
from processes.workers import environment, kill, wait_until
from xpm_sandbox.app import create_app
from xpm_sandbox.clock import ControlledClock
from xpm_sandbox.server import serve
from xpm_sandbox.world import World

MAIN = "import sys; from practicesync.cli.main import main; sys.exit(main())"


@dataclass
class Office:
    """A firm connected to a sandbox over HTTP, and its workers: the program's own, in processes of their own."""

    firm: Firm
    data: Path
    url: str
    address: str
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which the program finds this office."""
        return environment(
            PRACTICESYNC_DATA=str(self.data),
            PRACTICESYNC_MODE="demo",
            PRACTICESYNC_XPM_SANDBOX=self.url,
            PRACTICESYNC_DATABASE_URL=self.address,
        )

    def work(self) -> subprocess.Popen[bytes]:
        """Start a worker."""
        env = self.environment
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
    """An office on the database that Django is on; on SQLite its file is in `data`. Not connected yet."""
    with ExitStack() as stack:
        world = stack.enter_context(World.open(seed=1, clients=clients, region="NZ"))
        clock = ControlledClock()
        url = stack.enter_context(serve(create_app(world, clock)))
        told = {**settings.XPM, "sandbox": url, "client_id": "sandbox-pkce", "client_secret": ""}
        stack.enter_context(override_settings(XPM=told))
        # Nothing here speaks TLS, and to load the certificates that one would trust takes longer than most calls.
        trusting_nobody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        remote.install(stack.enter_context(httpx2.Client(verify=trusting_nobody)))
        http = stack.enter_context(httpx2.Client(verify=trusting_nobody, base_url=url, timeout=30))
        now = clock.now()
        practice = practices.create_practice(name="Kauri & Co", country="NZ", time_zone="Pacific/Auckland", now=now)
        person = practices.add_person(
            practice, email="ana@kauri.example", name="Ana", password="", role=Role.ADMIN, now=now
        )
        actor = practices.actor_of(person, practice.pk)
        practices.enable_add_on(actor, "xpm", now)
        office = Office(Firm(practice, actor, http, clock, DirectSteps(clock)), data, url, _address())
        try:
            yield office
        finally:
            for process in office.workers:
                kill(process)
            remote.install(None)


def _address() -> str:
    """The database's address where it is PostgreSQL."""
    if connection.vendor == "sqlite":
        return ""
    database = connection.settings_dict
    return f"postgres://{database['USER']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
