"""Both databases for the engine's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from databases import using
from postgres import Cluster, private_cluster


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL cluster of this test run's own."""
    with private_cluster() as found:
        yield found


@pytest.fixture
def on_sqlite(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The address of a fresh SQLite file with the product's tables; Django is on it."""
    address = f"sqlite:///{tmp_path}/practicesync.sqlite3"
    with django_db_blocker.unblock(), using(address):
        yield address


@pytest.fixture
def on_postgresql(cluster: Cluster, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The address of a fresh PostgreSQL database with the product's tables; Django is on it."""
    address = cluster.new_database()
    with django_db_blocker.unblock(), using(address):
        yield address


@pytest.fixture(params=["on_sqlite", pytest.param("on_postgresql", marks=pytest.mark.pg)])
def on_database(request: pytest.FixtureRequest) -> str:
    """Each of the two in turn."""
    address: str = request.getfixturevalue(request.param)
    return address
