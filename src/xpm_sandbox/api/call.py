"""One call to the practice API: who asks, for which practice, in which version, under which switches."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Response, request

from xpm_sandbox import records
from xpm_sandbox.api import xml_out
from xpm_sandbox.audit import GUESS
from xpm_sandbox.clock import moment
from xpm_sandbox.gateway import Admitted
from xpm_sandbox.sandbox import Sandbox
from xpm_sandbox.world import Tenant

# Business errors that were seen on the wire, word by word.
_SEEN = frozenset(
    {
        "Invalid contact identifier",
        "Invalid job identifier",
        "Invalid job template identifier",
        "Invalid staff identifier for add request",
        "Invalid state code",
    }
)


class Refusal(Exception):
    """A business error: Status ERROR with this text, under HTTP 200 unless another status is given.

    `known` says that this answer was seen or is documented; without it, it is a guess.
    """

    def __init__(self, text: str, status: int = 200, *, known: bool = False) -> None:
        super().__init__(text)
        self.status = status
        self.known = known or (text in _SEEN and status == 200)


@dataclass(frozen=True)
class Call:
    """What a handler needs to know of the call. `now` is a stamp, `person` the name of whoever connected."""

    sandbox: Sandbox
    admitted: Admitted
    version: str
    method: str
    settings: Mapping[str, str]
    now: int
    person: str

    @property
    def tenant(self) -> Tenant:
        return self.admitted.tenant

    @property
    def key_name(self) -> str:
        """The element that carries a record's key: `ID` in 3.0, `UUID` in 3.1."""
        return "ID" if self.version == "3.0" else "UUID"

    def client_number(self, db: sqlite3.Connection, key: str) -> int:
        """The number of the client with this key; raises `Refusal` when there is none."""
        number = records.client_id(db, self.tenant.id, key) if self._is_key(key) else None
        if number is None:
            raise self.unknown("client")
        return number

    def contact(self, db: sqlite3.Connection, key: str) -> records.Contact:
        """The contact with this key; raises `Refusal` when there is none."""
        found = records.contact(db, self.tenant.id, key) if self._is_key(key) else None
        if found is None:
            raise self.unknown("contact")
        return found

    def staff_number(self, db: sqlite3.Connection, key: str, *, refusal: str = "Invalid staff identifier") -> int:
        """The number of the staff with this key, who may be deleted; raises `Refusal` with this text."""
        number = self.number(db, "staff", key)
        if number is None:
            raise Refusal(refusal)
        return number

    def number(self, db: sqlite3.Connection, table: str, key: str) -> int | None:
        """The number of the practice's record in this table whose key (integer in 3.0, UUID in 3.1) it is."""
        key = key.strip().lower()
        if not self._is_key(key):
            return None
        column = "id" if self.version == "3.0" else "uuid"
        row = db.execute(
            f"SELECT id FROM {table} WHERE tenant_id = ? AND {column} = ?",  # noqa: S608  (names of ours)
            (self.tenant.id, key),
        ).fetchone()
        return int(row[0]) if row else None

    def known_number(self, db: sqlite3.Connection, table: str, key: str, what: str) -> int:
        """The same; raises `Refusal` when there is no such record."""
        number = self.number(db, table, key)
        if number is None:
            raise self.unknown(what)
        return number

    def unknown(self, what: str) -> Refusal:
        """The answer about an identifier nobody has."""
        not_found = self.settings["unknown_id"] == "not_found"
        return Refusal(f"Invalid {what} identifier", 404 if not_found else 200)

    @property
    def style(self) -> xml_out.Style:
        """How this call's records are written."""
        return xml_out.Style(self.version, self.tenant.region, self.settings)

    @property
    def contacts_move_modified(self) -> bool:
        return self.moves("contacts")

    def moves(self, what: str) -> bool:
        """Whether such a change moves the clients it concerns into modifiedsince."""
        return self.settings[f"modifiedsince_sees_{what}"] == "yes"

    def today(self) -> str:
        """The day of the call as `yyyy-MM-dd`."""
        return moment(self.now).date().isoformat()

    def web_url(self, path: str) -> str:
        """The element that a single get has before its record, in 3.1."""
        if self.version == "3.0" or self.method != "Get":
            return ""
        return xml_out.element("WebUrl", f"https://practicemanager.xero.com/{path}")

    def reply(self, inner: str = "", *, method: str | None = None) -> Response:
        """A good reply; `inner` is XML that follows the status."""
        return xml_out.response(xml_out.envelope(method or self.method, inner))

    def guess(self, what: str) -> None:
        """Note that this of the answer is a guess."""
        request.environ[GUESS] = "; ".join(filter(None, (request.environ.get(GUESS), what)))

    @contextmanager
    def writing(self, *, changes_something: bool = True) -> Iterator[sqlite3.Connection]:
        """A transaction. When it is stored, the audit notes that this call changed something, or that it did not."""
        with self.sandbox.world.write() as db:
            yield db
        request.environ["xpm_sandbox.applied"] = changes_something

    def _is_key(self, key: str) -> bool:
        numeric = key.isascii() and key.isdigit()
        return numeric if self.version == "3.0" else not numeric
