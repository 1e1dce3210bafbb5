"""One sandbox world: an SQLite file with practices, their staff and clients, the people and apps that may connect.

A world is opened on a file that survives, or on a temporary one. Reading connections see one moment each, so that a
long list is not torn by a write; writing transactions follow one another. A large firm takes its second to make, so
that its clients, and then its work, come into being when a statement first names a table of theirs.
"""

import gc
import hashlib
import itertools
import json
import re
import shutil
import sqlite3
import tempfile
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, LifoQueue
from typing import Any

from xpm_sandbox import schema, seeding
from xpm_sandbox.firm import Firm

_FORMAT = "5"


@dataclass(frozen=True)
class Tenant:
    """An organisation that can be connected. `day_resets` is the second of the day (UTC) at which its day begins."""

    id: str
    name: str
    kind: str
    region: str
    day_resets: int
    structures: tuple[str, ...]
    tax_agents: tuple[str, ...]


class NotAWorld(Exception):
    """A file that is not a sandbox's, or not of this version."""


@dataclass(frozen=True)
class _Part:
    """Tables that come into being together, and what puts the generated firms' rows into them."""

    tables: str
    put: Callable[[sqlite3.Connection, list[Firm]], None]

    def is_in(self, db: sqlite3.Connection) -> bool:
        first = schema.tables(self.tables)[0]
        return db.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (first,)).fetchone() is not None


# In the order in which they are made: work is that of clients.
_PARTS = (_Part(schema.REGISTER, seeding.put_register), _Part(schema.WORK, seeding.put_work))
_PLACE_OF = {table: place for place, part in enumerate(_PARTS) for table in schema.tables(part.tables)}
_NO_TABLE = re.compile(r"no such table: (\w+)")


class _Connection(sqlite3.Connection):
    """A connection to a world: a statement that names a table which is not there yet has it made first."""

    world: "World"
    is_writing = False

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        try:
            return super().execute(sql, parameters)
        except sqlite3.OperationalError as error:
            if not self._supplied(error):
                raise
        return super().execute(sql, parameters)

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> sqlite3.Cursor:
        try:
            return super().executemany(sql, parameters)
        except sqlite3.OperationalError as error:
            if not self._supplied(error):
                raise
        return super().executemany(sql, parameters)

    def _supplied(self, error: sqlite3.OperationalError) -> bool:
        """Whether what the statement lacked has come into being."""
        lacking = _NO_TABLE.fullmatch(str(error))
        place = _PLACE_OF.get(lacking[1]) if lacking else None
        if place is None:
            return False
        if self.is_writing:
            self.world.make_within(self, place)
        else:
            # The moment that this connection saw had no clients or no work in it: it may as well see the next one.
            super().execute("COMMIT")
            self.world.make(place)
            super().execute("BEGIN")
        return True


class World:
    """The store behind one sandbox. Use `World.open`."""

    def __init__(self, path: Path, temporary: Path | None) -> None:
        self.path = path
        self._temporary = temporary
        self._idle: LifoQueue[_Connection] = LifoQueue()
        self._writing = threading.RLock()
        self._making = threading.Lock()
        self._calls = itertools.count(1)

    @classmethod
    def open(
        cls, path: Path | None = None, *, seed: int = 1, clients: int = 400, region: str = "AU", empty: bool = False
    ) -> "World":
        """Open the file, or make a temporary world; a new world is filled from the seed as it is asked for.

        `clients` counts the first practice's clients. `empty` leaves the practices without clients. Raises `NotAWorld`.
        """
        temporary = None if path else Path(tempfile.mkdtemp(prefix="xpm-sandbox-"))
        world = cls(path or Path(str(temporary)) / "world.sqlite3", temporary)
        fresh = world._is_fresh()
        if fresh:
            world._create(seed, 0 if empty else clients, region)
        else:
            world._check_format()
        return world

    def close(self) -> None:
        """Close every connection, and remove a temporary world."""
        while True:
            try:
                self._idle.get_nowait().close()
            except Empty:
                break
        if self._temporary:
            shutil.rmtree(self._temporary, ignore_errors=True)

    def __enter__(self) -> "World":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A connection that sees one moment of the world until the block ends."""
        db = self._take()
        try:
            db.execute("BEGIN")
            yield db
        finally:
            self._give_back(db)

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A transaction: stored when the block ends, forgotten when it raises."""
        with self._writing:
            db = self._take()
            try:
                db.execute("BEGIN IMMEDIATE")
                db.is_writing = True
                yield db
                db.execute("COMMIT")
            finally:
                db.is_writing = False
                self._give_back(db)

    def reset(
        self,
        *,
        seed: int | None = None,
        clients: int | None = None,
        region: str | None = None,
        exactly: bool = False,
    ) -> None:
        """Begin again from a seed: everything goes but identifiers' counters and the record of masked values.

        So nothing new ever gets the identifier of something gone. With `exactly` the counters go too: what is done to
        the world then gets the identifiers and tokens that it got before.
        """
        with self.write() as db:
            made = json.loads(_meta(db, "made"))
            for table in _cleared_by_reset(db):
                db.execute(f"{'DROP TABLE' if table in _PLACE_OF else 'DELETE FROM'} {table}")
            db.execute("DELETE FROM meta WHERE key = 'limits'")
            if exactly:
                db.execute("DELETE FROM counter")
            self._begin(
                db,
                made["seed"] if seed is None else seed,
                made["clients"] if clients is None else clients,
                region or made["region"],
            )

    def make(self, place: int = 0) -> None:
        """Make the parts up to this one, unless they are there; clients are the first. Who asks meanwhile waits."""
        with self._making:
            while lacking := self._lacking(place):
                with self.read() as db:
                    made = _meta(db, "made")
                with _uncollected():
                    firms = seeding.make_firms(**json.loads(made))
                    for part in lacking:
                        with self.write() as db:
                            if _meta(db, "made") == made:  # or else the world began anew meanwhile
                                self._put(db, part, firms)

    def make_within(self, db: sqlite3.Connection, place: int) -> None:
        """The same in a transaction that is under way."""
        with _uncollected():
            firms = seeding.make_firms(**json.loads(_meta(db, "made")))
            for part in _PARTS[: place + 1]:
                self._put(db, part, firms)

    def _lacking(self, place: int) -> list[_Part]:
        with self.read() as db:
            return [part for part in _PARTS[: place + 1] if not part.is_in(db)]

    @staticmethod
    def _put(db: sqlite3.Connection, part: _Part, firms: list[Firm]) -> None:
        if part.is_in(db):
            return
        tables, indexes = schema.statements(part.tables)
        for statement in tables:
            db.execute(statement)
        part.put(db, firms)
        for statement in indexes:
            db.execute(statement)

    def correlation(self) -> str:
        """An identifier for one call, for its headers and gateway errors."""
        return str(_uuid_of(f"call {next(self._calls)}"))

    def _create(self, seed: int, clients: int, region: str) -> None:
        with self.read() as db:
            db.execute("COMMIT")
            db.execute("PRAGMA journal_mode = WAL")
        with self.write() as db:
            if _tables(db):  # another process was faster
                return
            for statement in itertools.chain(*schema.statements(schema.FRAME)):
                db.execute(statement)
            db.execute("INSERT INTO meta VALUES ('format', ?)", (_FORMAT,))
            self._begin(db, seed, clients, region)

    def _is_fresh(self) -> bool:
        """Whether the file is empty; raises `NotAWorld` for somebody else's."""
        try:
            with self.read() as db:
                tables = _tables(db)
        except sqlite3.DatabaseError as foreign:
            raise NotAWorld(f"{self.path} is no SQLite file") from foreign
        if tables and "meta" not in tables:
            self.close()
            raise NotAWorld(f"{self.path} is somebody else's SQLite file")
        return not tables

    def _check_format(self) -> None:
        with self.read() as db:
            row = db.execute("SELECT value FROM meta WHERE key = 'format'").fetchone()
        if row is None or row[0] != _FORMAT:
            self.close()
            raise NotAWorld(f"{self.path} is no sandbox world of this version: remove it, or name another file")

    @staticmethod
    def _begin(db: sqlite3.Connection, seed: int, clients: int, region: str) -> None:
        made = json.dumps({"seed": seed, "clients": clients, "region": region})
        db.execute("INSERT OR REPLACE INTO meta VALUES ('made', ?)", (made,))
        seeding.put_frame(db, seed=seed, region=region)

    def _take(self) -> _Connection:
        try:
            return self._idle.get_nowait()
        except Empty:
            db = _Connection(self.path, isolation_level=None, check_same_thread=False, timeout=30)
            db.world, db.row_factory = self, sqlite3.Row
            try:
                # A sandbox may lose its last moments when the machine stops: its callers' durability is on trial.
                db.execute("PRAGMA synchronous = OFF")
            except sqlite3.DatabaseError:
                db.close()
                raise
            return db

    def _give_back(self, db: _Connection) -> None:
        if db.in_transaction:
            db.execute("ROLLBACK")
        self._idle.put(db)


@contextmanager
def _uncollected() -> Iterator[None]:
    """No garbage collection: a large firm is a million objects that all live, looked through in vain each time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def next_number(db: sqlite3.Connection, name: str) -> int:
    """The next integer of a sequence, kept in the world."""
    row = db.execute(
        "INSERT INTO counter VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value", (name,)
    ).fetchone()
    return int(row[0])


def new_uuid(db: sqlite3.Connection) -> str:
    """A new identifier: the same world, treated the same, gives the same ones."""
    return str(_uuid_of(f"{_meta(db, 'made')} {next_number(db, 'uuid')}"))


def new_secret(db: sqlite3.Connection) -> str:
    """A new token or code, repeatable like `new_uuid`: nothing real hangs on it."""
    seed = f"secret {_meta(db, 'made')} {next_number(db, 'secret')}"
    return hashlib.sha256(seed.encode()).hexdigest()


def tenants(db: sqlite3.Connection) -> list[Tenant]:
    """Every organisation, the generated practice first."""
    rows = db.execute("SELECT * FROM tenant ORDER BY json_extract(settings, '$.place')")
    return [_tenant(row) for row in rows]


def tenant(db: sqlite3.Connection, tenant_id: str) -> Tenant | None:
    row = db.execute("SELECT * FROM tenant WHERE id = ?", (tenant_id.lower(),)).fetchone()
    return _tenant(row) if row else None


def _tenant(row: sqlite3.Row) -> Tenant:
    settings = json.loads(row["settings"])
    return Tenant(
        row["id"], row["name"], row["kind"], row["region"], row["day_resets"],
        tuple(settings["structures"]), tuple(settings["tax_agents"]),
    )  # fmt: skip


def _tables(db: sqlite3.Connection) -> set[str]:
    return {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def _cleared_by_reset(db: sqlite3.Connection) -> set[str]:
    return _tables(db) - {*schema.KEPT_BY_RESET, "sqlite_sequence"}


def _meta(db: sqlite3.Connection, key: str) -> str:
    return str(db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()[0])


def _uuid_of(text: str) -> uuid.UUID:
    return uuid.UUID(bytes=hashlib.sha256(text.encode()).digest()[:16], version=4)
