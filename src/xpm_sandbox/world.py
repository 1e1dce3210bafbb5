"""One sandbox world: an SQLite file with practices, their staff and clients, the people and apps that may connect.

A world is opened on a file that survives, or on a temporary one. Reading connections see one moment each, so that a
long list is not torn by a write; writing transactions follow one another.
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
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, LifoQueue

from xpm_sandbox import schema, seeding

_FORMAT = "4"


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


class World:
    """The store behind one sandbox. Use `World.open`."""

    def __init__(self, path: Path, temporary: Path | None) -> None:
        self.path = path
        self._temporary = temporary
        self._idle: LifoQueue[sqlite3.Connection] = LifoQueue()
        self._writing = threading.RLock()
        self._calls = itertools.count(1)

    @classmethod
    def open(
        cls, path: Path | None = None, *, seed: int = 1, clients: int = 400, region: str = "AU", empty: bool = False
    ) -> "World":
        """Open the file, or make a temporary world; a new world is filled from the seed.

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
                yield db
                db.execute("COMMIT")
            finally:
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
            for table in schema.CLEARED_BY_RESET:
                db.execute(f"DELETE FROM {table}")  # noqa: S608  (names from our own tuple)
            db.execute("DELETE FROM meta WHERE key = 'limits'")
            if exactly:
                db.execute("DELETE FROM counter")
            self._fill(
                db,
                made["seed"] if seed is None else seed,
                made["clients"] if clients is None else clients,
                region or made["region"],
            )

    def correlation(self) -> str:
        """An identifier for one call, for its headers and gateway errors."""
        return str(_uuid_of(f"call {next(self._calls)}"))

    def _create(self, seed: int, clients: int, region: str) -> None:
        with self.read() as db:
            db.execute("COMMIT")
            db.execute("PRAGMA journal_mode = WAL")
        with self.write() as db:
            bare = re.sub("--.*", "", schema.TABLES)  # a semicolon in a comment ends nothing
            statements = [statement.strip() for statement in bare.split(";")]
            # An index over rows that are there is made several times faster than row by row.
            indexes = [statement for statement in statements if statement.startswith("CREATE INDEX")]
            for statement in statements:
                if statement not in indexes:
                    db.execute(statement)
            db.execute("INSERT INTO meta VALUES ('format', ?)", (_FORMAT,))
            self._fill(db, seed, clients, region)
            for statement in indexes:
                db.execute(statement)

    def _is_fresh(self) -> bool:
        """Whether the file is empty; raises `NotAWorld` for somebody else's."""
        try:
            with self.read() as db:
                tables = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
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
    def _fill(db: sqlite3.Connection, seed: int, clients: int, region: str) -> None:
        made = json.dumps({"seed": seed, "clients": clients, "region": region})
        db.execute("INSERT OR REPLACE INTO meta VALUES ('made', ?)", (made,))
        with _uncollected():
            seeding.fill(db, seed=seed, clients=clients, region=region)

    def _take(self) -> sqlite3.Connection:
        try:
            return self._idle.get_nowait()
        except Empty:
            db = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False, timeout=30)
            db.row_factory = sqlite3.Row
            try:
                # A sandbox may lose its last moments when the machine stops: its callers' durability is on trial.
                db.execute("PRAGMA synchronous = OFF")
            except sqlite3.DatabaseError:
                db.close()
                raise
            return db

    def _give_back(self, db: sqlite3.Connection) -> None:
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


def _meta(db: sqlite3.Connection, key: str) -> str:
    return str(db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()[0])


def _uuid_of(text: str) -> uuid.UUID:
    return uuid.UUID(bytes=hashlib.sha256(text.encode()).digest()[:16], version=4)
