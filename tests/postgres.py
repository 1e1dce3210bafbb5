"""A PostgreSQL cluster of the tests' own: in a temporary folder, on a free port, gone when they end."""

import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}
"""For a cluster whose data nobody needs after a power cut."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running cluster, whose owner is `postgres` without a password, on this machine alone. One that is `safe` keeps
    what it stored through a power cut, as a server does unless it was told otherwise."""

    folder: Path
    port: int
    safe: bool = False

    def new_database(self, like: str = "template1") -> str:
        """Make a database, a copy of the one of this name, and return its address. Nobody may be connected to that."""
        name = f"test_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(self.address("postgres"), autocommit=True) as session:
            made = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(like))
            session.execute(made)
        return self.address(name)

    def drop_database(self, address: str) -> None:
        """Drop the database at this address, whoever is connected to it."""
        name = sql.Identifier(address.rpartition("/")[2])
        with psycopg.connect(self.address("postgres"), autocommit=True) as session:
            session.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))

    def address(self, name: str) -> str:
        """The address of a database."""
        return f"postgres://postgres@127.0.0.1:{self.port}/{name}"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        settings = {**({} if self.safe else FAST), "port": str(self.port), "listen_addresses": "127.0.0.1"}
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        _run(
            "pg_ctl",
            "start",
            "-D",
            str(self.data),
            "-w",
            "-l",
            str(self.folder / "log"),
            "-o",
            f"{options} -k {self.folder}",
        )

    def stop(self) -> None:
        """Stop the server at once, whoever is connected."""
        _run("pg_ctl", "stop", "-D", str(self.data), "-m", "immediate", "-w")

    @property
    def data(self) -> Path:
        """The folder of the server's files."""
        return self.folder / "data"


@contextmanager
def private_cluster(*, safe: bool = False) -> Iterator[Cluster]:
    """A cluster of one's own. The server refuses to run as root: then it runs as the user that its package made."""
    folder = Path(tempfile.mkdtemp(prefix="practicesync-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    cluster = Cluster(folder, _free_port(), safe)
    try:
        _run(
            "initdb", "-D", str(cluster.data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"
        )
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(program: str, *arguments: str) -> None:
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*as_user, _find(program), *arguments],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        timeout=120,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"{program} ended with {done.returncode}: {done.stdout}")


def _find(program: str) -> str:
    """Debian keeps the server's programs off the PATH; the newest version's are taken."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name.split(".")[0]))
    found = next((str(folder / program) for folder in reversed(folders) if (folder / program).exists()), None)
    found = found or shutil.which(program)
    if found is None:
        raise RuntimeError(f"{program} is not installed; `./run test` installs PostgreSQL or says how")
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
