"""Putting Django on another database for a while: a worker in a process of its own needs one that both can reach.

A conftest that imports the fixtures gives them to its tests. The product's tables are made once for each of the two
databases, and every test gets a copy of its own.
"""

import functools
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import environ
import pytest
from django.core.management import call_command
from django.db import connections
from pytest_django import DjangoDbBlocker

from postgres import Cluster, private_cluster


@contextmanager
def using(address: str) -> Iterator[None]:
    """Let `default` be the database at this address, in all threads."""
    before = connections.settings["default"]
    kept = connections["default"]
    connections.settings["default"] = {**before, "OPTIONS": {}, **environ.Env.db_url_config(address)}
    if address.startswith("sqlite"):
        connections.settings["default"]["OPTIONS"] = dict(before["OPTIONS"])
    connections["default"] = connections.create_connection("default")
    try:
        yield
    finally:
        connections["default"].close()
        connections.settings["default"] = before
        connections["default"] = kept


@functools.cache
def template_file() -> Path:
    """A file of SQLite with the product's tables and nothing in them."""
    folder = tempfile.TemporaryDirectory(prefix="practicesync-template-")
    _FOLDERS.append(folder)
    path = Path(folder.name) / "template.sqlite3"
    with using(f"sqlite:///{path}"):
        call_command("migrate", verbosity=0)
    return path


_FOLDERS: list[tempfile.TemporaryDirectory[str]] = []
"""What is gone when the tests end."""


@functools.cache
def template_database(cluster: Cluster) -> str:
    """The name of a database of the cluster with the product's tables and nothing in them."""
    address = cluster.new_database()
    with using(address):
        call_command("migrate", verbosity=0)
    return address.rpartition("/")[2]


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL cluster of this test run's own."""
    with private_cluster() as found:
        yield found


@pytest.fixture
def on_sqlite(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The address of a fresh SQLite file with the product's tables; Django is on it."""
    path = tmp_path / "practicesync.sqlite3"
    with django_db_blocker.unblock():
        shutil.copyfile(template_file(), path)
        with using(f"sqlite:///{path}"):
            yield f"sqlite:///{path}"


@pytest.fixture
def on_postgresql(cluster: Cluster, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The address of a fresh PostgreSQL database with the product's tables; Django is on it."""
    with django_db_blocker.unblock():
        address = cluster.new_database(like=template_database(cluster))
        with using(address):
            yield address


@pytest.fixture(params=["on_sqlite", pytest.param("on_postgresql", marks=pytest.mark.pg)])
def on_database(request: pytest.FixtureRequest) -> str:
    """Each of the two in turn."""
    address: str = request.getfixturevalue(request.param)
    return address
