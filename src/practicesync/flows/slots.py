"""A worker's name, and the proof that it lives: a lock that ends with its process, however that ends.

On SQLite there is one name, held by a lock on a file: two workers on one SQLite file would overrun its limits. On
PostgreSQL a worker takes the lowest free number by an advisory lock on a connection of its own, so that the others can
tell a dead one by being able to take its lock, and go on with its work.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Protocol

from django.db import Error, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from practicesync.flows.engine import lock_number

MOST_WORKERS = 1000


class Slot(Protocol):
    """A place among the workers, held until it is let go or the process ends."""

    @property
    def worker(self) -> str:
        """The name that goes with it."""

    def holds(self) -> bool:
        """Whether it is still ours."""

    def dead(self, workers: Iterable[str]) -> AbstractContextManager[list[str]]:
        """Those of these workers that live no more, and that nobody can come to life as while this is open."""

    def let_go(self) -> None:
        """Give the place up."""


def claim() -> Slot | None:
    """A free place, or None where there is none."""
    return _FileSlot.claim() if connection.vendor == "sqlite" else _ServerSlot.claim()


class _FileSlot:
    """The one place there is on SQLite."""

    worker = "w1"

    def __init__(self, file: int) -> None:
        self._file = file

    @classmethod
    def claim(cls) -> "_FileSlot | None":
        path = Path(str(connection.settings_dict["NAME"]))
        file = os.open(path.with_name(f"{path.stem}-worker.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(file)
            return None
        return cls(file)

    def holds(self) -> bool:
        return True

    @contextmanager
    def dead(self, workers: Iterable[str]) -> Iterator[list[str]]:
        yield [worker for worker in workers if worker != self.worker]

    def let_go(self) -> None:
        os.close(self._file)


class _ServerSlot:
    """One of many places on PostgreSQL. Its connection must reach the server directly, not through a pool."""

    def __init__(self, worker: str, session: BaseDatabaseWrapper) -> None:
        self.worker = worker
        self._session = session

    @classmethod
    def claim(cls) -> "_ServerSlot | None":
        session = connection.copy()
        for number in range(1, MOST_WORKERS):
            worker = f"w{number}"
            if _ask(session, "SELECT pg_try_advisory_lock(%s)", worker):
                return cls(worker, session)
        session.close()
        return None

    def holds(self) -> bool:
        # The lock lives exactly as long as this session, which must not be opened anew behind our back.
        if self._session.connection is None:
            return False
        try:
            with self._session.cursor() as cursor:
                cursor.execute("SELECT 1")
        except Error:
            return False
        return True

    @contextmanager
    def dead(self, workers: Iterable[str]) -> Iterator[list[str]]:
        others = [worker for worker in workers if worker != self.worker]
        found = [worker for worker in others if _ask(self._session, "SELECT pg_try_advisory_lock(%s)", worker)]
        try:
            yield found
        finally:
            for worker in found:
                _ask(self._session, "SELECT pg_advisory_unlock(%s)", worker)

    def let_go(self) -> None:
        with suppress(Error):
            self._session.close()


def _ask(session: BaseDatabaseWrapper, question: str, worker: str) -> bool:
    with session.cursor() as cursor:
        cursor.execute(question, [lock_number(worker)])
        row = cursor.fetchone()
    return bool(row and row[0])
