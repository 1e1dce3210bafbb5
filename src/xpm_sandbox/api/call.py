"""One call to the practice API: who asks, for which practice, in which version, under which switches."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, request

from xpm_sandbox import records
from xpm_sandbox.api import xml_out
from xpm_sandbox.gateway import Admitted
from xpm_sandbox.sandbox import Sandbox
from xpm_sandbox.world import Tenant


class Refusal(Exception):
    """A business error: Status ERROR with this text, under HTTP 200 unless another status is given."""

    def __init__(self, text: str, status: int = 200) -> None:
        super().__init__(text)
        self.status = status


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

    def staff_number(self, db: sqlite3.Connection, key: str) -> int:
        column = "id" if self.version == "3.0" else "uuid"
        row = db.execute(
            f"SELECT id FROM staff WHERE tenant_id = ? AND {column} = ?",  # noqa: S608  (one of two literals)
            (self.tenant.id, key.strip().lower()),
        ).fetchone()
        if row is None:
            raise Refusal("Invalid staff identifier")
        return int(row[0])

    def unknown(self, what: str) -> Refusal:
        """The answer about an identifier nobody has."""
        return Refusal(f"Invalid {what} identifier", 404 if self.settings["unknown_id"] == "not_found" else 200)

    @property
    def style(self) -> xml_out.Style:
        """How this call's records are written."""
        return xml_out.Style(self.version, self.tenant.region, self.settings)

    @property
    def contacts_move_modified(self) -> bool:
        return self.settings["modifiedsince_sees_contacts"] == "yes"

    def reply(self, inner: str = "", *, method: str | None = None) -> Response:
        """A good reply; `inner` is XML that follows the status."""
        return xml_out.response(xml_out.envelope(method or self.method, inner))

    def applied(self) -> None:
        """Note that this call changed something."""
        request.environ["xpm_sandbox.applied"] = True

    def _is_key(self, key: str) -> bool:
        numeric = key.isascii() and key.isdigit()
        return numeric if self.version == "3.0" else not numeric
