"""Signing in at Xero, and which practices a sign-in reaches.

Xero developer documentation: OAuth 2.0 authorization flow, Managing connections; Xero-OpenAPI, Identity.
"""

import json
import re
from collections.abc import Sequence
from urllib.parse import quote as quote_path

from practicesync.connectors import waits
from practicesync.connectors.base import Grant, Leave
from practicesync.connectors.oauth import OAuth
from practicesync.connectors.transport import Call, Reply, Transport
from practicesync.connectors.xpm.settings import XpmSettings
from practicesync.core.errors import BadAnswer, NotPermitted, Reconnect, SyncError, Throttled, Unavailable
from practicesync.core.record import RemoteOrganisation

PRACTICE = "practicemanager"

_ID = re.compile(r"[0-9A-Za-z-]{1,64}")


class XpmIdentity:
    """Implements `Identity` for Xero's service. Holds no token."""

    def __init__(self, settings: XpmSettings, transport: Transport) -> None:
        self._settings = settings
        self._transport = transport
        self._oauth = OAuth(settings.app, transport)

    def leave(self) -> Leave:
        """Make a fresh sign-in address with one-use state and PKCE verifier."""
        return self._oauth.leave()

    def redeem(self, code: str, verifier: str) -> Grant:
        """Exchange a code. Raises `Reconnect` where it is refused, `Unavailable` where there is no answer."""
        return self._oauth.redeem(code, verifier)

    def renew(self, refresh_token: str) -> Grant:
        """Rotate. The old refresh token works for 30 minutes more, so a lost reply may be asked for again."""
        return self._oauth.renew(refresh_token)

    def revoke(self, refresh_token: str) -> None:
        """End the grant, and with it its connections."""
        self._oauth.revoke(refresh_token)

    def organisations(self, access_token: str) -> Sequence[RemoteOrganisation]:
        """Every organisation of the grant; only practices with Practice Manager fit."""
        call = Call("GET", self._settings.connections_url, "connections", _bearer(access_token))
        with self._transport.call(call) as reply:
            if reply.status != 200:
                raise self._failure(reply)
            return _organisations(reply.read())

    def leave_organisation(self, access_token: str, connection_id: str) -> None:
        """Disconnect one organisation; one that is gone already is fine."""
        if not _ID.fullmatch(connection_id):
            return
        url = f"{self._settings.connections_url.rstrip('/')}/{quote_path(connection_id)}"
        call = Call("DELETE", url, "connections/{u}", _bearer(access_token))
        with self._transport.call(call) as reply:
            if reply.status not in {200, 204, 404}:
                raise self._failure(reply)

    def _failure(self, reply: Reply) -> SyncError:
        if reply.status == 429:
            wait = waits.wait(reply.headers, 30.0)
            return Throttled("Xero limits sign-ins.", after=wait, limit=waits.problem(reply.headers))
        if reply.status >= 500 or reply.status == 408:
            return Unavailable(f"Xero answered {reply.status}.", after=waits.wait(reply.headers, 5.0))
        if reply.status == 401:
            return Reconnect("Xero no longer accepts this sign-in.")
        if reply.status == 403:
            return NotPermitted("Xero does not permit this login to see its organisations.")
        return BadAnswer(f"Xero gave an unexpected answer ({reply.status}).")


def _bearer(access_token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {access_token}", "Accept": "application/json"}


def _organisations(body: bytes) -> list[RemoteOrganisation]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, list) or not all(isinstance(row, dict) for row in told):
        raise BadAnswer("Xero's list of organisations cannot be read.")
    return [_organisation(row) for row in told]


def _organisation(row: dict[str, object]) -> RemoteOrganisation:
    organisation_id, connection_id, kind = (str(row.get(key) or "") for key in ("tenantId", "id", "tenantType"))
    if not organisation_id or not connection_id:
        raise BadAnswer("An organisation in Xero's list has no id.")
    name = str(row.get("tenantName") or "")
    return RemoteOrganisation(organisation_id, connection_id, name, kind, kind.replace("_", "").casefold() == PRACTICE)
