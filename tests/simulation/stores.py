"""A fresh database for every schedule: a copy of one that holds the product's tables and a firm with its people."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import environ
import psycopg
from django.core.management import call_command
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

from postgres import Cluster
from practicesync.core.actor import Role
from practicesync.operations import practices
from practicesync.store.models import Person, Practice

FOUNDED = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
PEOPLE = ("ana", "ben")


class Store(Protocol):
    """Gives out databases."""

    @property
    def name(self) -> str:
        """What a report calls it."""

    def fresh(self) -> AbstractContextManager[None]:
        """While open, `default` is a fresh database in every thread that connects anew."""


@dataclass
class SqliteStore:
    """Databases in files. Nobody needs them after a power cut, so that nothing waits for the disk."""

    folder: Path
    name: str = "sqlite"
    made: int = 0

    @property
    def template(self) -> Path:
        """The file that is copied."""
        return self.folder / "template.sqlite3"

    @contextmanager
    def fresh(self) -> Iterator[None]:
        """A copy of the template."""
        if not self.template.exists():
            with _pointed_at(self._settings(self.template)):
                _found()
        self.made += 1
        path = self.folder / f"schedule-{self.made}.sqlite3"
        shutil.copyfile(self.template, path)
        try:
            with _pointed_at(self._settings(path)):
                yield
        finally:
            for each in self.folder.glob(f"{path.name}*"):
                each.unlink(missing_ok=True)

    @staticmethod
    def _settings(path: Path) -> dict[str, Any]:
        options = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 1,
            "init_command": "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;",
        }
        return {**environ.Env.db_url_config(f"sqlite:///{path}"), "OPTIONS": options}


@dataclass
class PostgresStore:
    """Databases of a cluster of the simulation's own."""

    cluster: Cluster
    name: str = "postgres"
    template: str = field(default="")

    @contextmanager
    def fresh(self) -> Iterator[None]:
        """A database made after the template."""
        if not self.template:
            address = self.cluster.new_database()
            with _pointed_at(environ.Env.db_url_config(address)):
                _found()
            self.template = address.rpartition("/")[2]
        name = f"{self.template}_copy"
        self._do("CREATE DATABASE {} TEMPLATE {}", name, self.template)
        try:
            with _pointed_at(environ.Env.db_url_config(self.cluster.address(name))):
                yield
        finally:
            self._do("DROP DATABASE {} WITH (FORCE)", name)

    def _do(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.cluster.address("postgres"), autocommit=True) as session:
            session.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _found() -> None:
    """The product's tables, and a firm that has not connected yet."""
    call_command("migrate", verbosity=0)
    practice = practices.create_practice(name="Kauri & Co", country="NZ", time_zone="Pacific/Auckland", now=FOUNDED)
    for name in PEOPLE:
        practices.add_person(
            practice, email=f"{name}@kauri.example", name=name.title(), password="", role=Role.ADMIN, now=FOUNDED
        )
    founder = Person.objects.get(email=f"{PEOPLE[0]}@kauri.example")
    practices.enable_add_on(practices.actor_of(founder, practice.pk), "xpm", FOUNDED)


def the_practice() -> Practice:
    """The firm of the fresh database."""
    return Practice.objects.get()


@contextmanager
def _pointed_at(settings: dict[str, Any]) -> Iterator[None]:
    """Let `default` be this database, in this thread and in those that begin from now on."""
    before, kept = connections.settings["default"], connections["default"]
    connections.settings["default"] = {**before, "OPTIONS": {}, **settings}
    connections["default"] = connections.create_connection("default")
    try:
        yield
    finally:
        connections["default"].close()
        connections.settings["default"] = before
        connections["default"] = kept


def watch_statements(at_beginning: Callable[[str], None], at_any: Callable[[str], None]) -> None:
    """Call `at_beginning` with each statement of this thread that would begin a transaction, `at_any` with all."""

    def between(execute: Callable[..., Any], statement: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if _begins(context["connection"]):
            at_beginning(statement)
        # Only now: whoever had a turn in between would look for what this statement has yet to write.
        at_any(statement)
        return execute(statement, params, many, context)

    connection.execute_wrappers.append(between)


def _begins(wrapper: BaseDatabaseWrapper) -> bool:
    """PostgreSQL's transactions begin with the first statement in a block, SQLite's with one of its own before it."""
    if not wrapper.in_atomic_block:
        return True
    if wrapper.vendor != "postgresql" or wrapper.connection is None:
        return False
    return bool(wrapper.connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE)


def drop_connection() -> None:
    """The process that held this thread's connection is gone: what it had not committed is undone."""
    connection.close()
