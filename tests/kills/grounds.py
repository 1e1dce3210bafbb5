"""Fresh databases for workers to die on: copies of ones that hold the product's and the engine's tables."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Literal

from django.core.management import call_command

from databases import using
from postgres import Cluster, private_cluster
from practicesync.flows import engine

Vendor = Literal["sqlite", "postgres"]
VENDORS: tuple[Vendor, ...] = ("sqlite", "postgres")


@dataclass(frozen=True, slots=True)
class Ground:
    """What fresh databases are copied from: a folder, and where PostgreSQL is wanted a cluster and a name there."""

    folder: Path
    cluster: Cluster | None = None
    like: str = ""

    @contextmanager
    def fresh(self, vendor: Vendor, folder: Path) -> Iterator[str]:
        """Let Django be on a fresh database of this sort, whose files, if any, are in this folder; its address."""
        if vendor == "sqlite":
            for path in self.folder.iterdir():
                shutil.copyfile(path, folder / path.name)
            address = f"sqlite:///{folder / 'practicesync.sqlite3'}"
            with using(address):
                yield address
            return
        assert self.cluster is not None, "a ground without PostgreSQL"
        address = self.cluster.new_database(like=self.like)
        try:
            with using(address):
                yield address
        finally:
            self.cluster.drop_database(address)


@contextmanager
def a_ground(folder: Path, vendors: frozenset[Vendor]) -> Iterator[Ground]:
    """A ground for databases of these sorts, in this empty folder."""
    ours = f"sqlite:///{folder / 'practicesync.sqlite3'}"
    if "postgres" not in vendors:
        _lay(ours)
        yield Ground(folder)
        return
    with private_cluster() as cluster:
        address = cluster.new_database()
        beside = get_context("fork").Process(target=_lay, args=(address,))
        beside.start()
        # Here and not in a fork, so that the forks to come know what it took to find out.
        _lay(ours)
        beside.join()
        assert beside.exitcode == 0, "PostgreSQL's tables could not be made"
        yield Ground(folder, cluster, address.rpartition("/")[2])


def _lay(address: str) -> None:
    with using(address):
        call_command("migrate", verbosity=0)
        engine.prepare()
