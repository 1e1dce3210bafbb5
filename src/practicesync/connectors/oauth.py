"""OAuth 2 sign-in: the code flow with PKCE (RFC 6749, RFC 7636) and revocation (RFC 7009), over the transport.

Nothing is kept here and nothing is renewed unasked: tokens live above, where one lock guards them.
"""

import base64
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from practicesync.connectors import waits
from practicesync.connectors.base import Grant, Leave
from practicesync.connectors.redaction import quote
from practicesync.connectors.transport import Call, Reply, Transport
from practicesync.core.errors import BadAnswer, NotPermitted, Reconnect, SyncError, Throttled, Unavailable

DEFAULT_LIFE = 1800


@dataclass(frozen=True, slots=True, repr=False)
class App:
    """An app as registered at the identity server. Without a secret it is a public one, and PKCE alone proves it."""

    client_id: str
    client_secret: str
    redirect_uri: str
    scopes: tuple[str, ...]
    authorise_url: str
    token_url: str
    revoke_url: str


class OAuth:
    """One app at one identity server."""

    def __init__(self, app: App, transport: Transport) -> None:
        self._app = app
        self._transport = transport

    def leave(self) -> Leave:
        """A fresh sign-in address, with 256 bits of state and of PKCE verifier."""
        app = self._app
        state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
        url: str = prepare_grant_uri(
            app.authorise_url,
            app.client_id,
            "code",
            redirect_uri=app.redirect_uri,
            scope=" ".join(app.scopes),
            state=state,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
        return Leave(url, state, verifier)

    def redeem(self, code: str, verifier: str) -> Grant:
        """Exchange a code for tokens, once. Raises `Reconnect` where it is wrong, used or too old."""
        return self._grant(
            "authorization_code", {"code": code, "redirect_uri": self._app.redirect_uri, "code_verifier": verifier}
        )

    def renew(self, refresh_token: str) -> Grant:
        """Rotate. Where the reply is lost the old token still works for a while: try it again."""
        return self._grant("refresh_token", {"refresh_token": refresh_token})

    def revoke(self, refresh_token: str) -> None:
        """End the grant. A refusal counts as ended."""
        form = {"token": refresh_token, "token_type_hint": "refresh_token"}
        with self._transport.call(self._call(self._app.revoke_url, "oauth/revoke", form)) as reply:
            if reply.status >= 500 or reply.status == 429:
                raise self._failure(reply)

    def _grant(self, grant_type: str, form: Mapping[str, str]) -> Grant:
        call = self._call(self._app.token_url, "oauth/token", {"grant_type": grant_type, **form})
        with self._transport.call(call) as reply:
            if reply.status != 200:
                raise self._failure(reply)
            return _read_grant(reply.read())

    def _call(self, url: str, path: str, form: Mapping[str, str]) -> Call:
        headers = {"Accept": "application/json"}
        if self._app.client_secret:
            pair = f"{self._app.client_id}:{self._app.client_secret}"
            headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
        else:
            form = {**form, "client_id": self._app.client_id}
        return Call("POST", url, path, headers, form=form)

    def _failure(self, reply: Reply) -> SyncError:
        """The error for a reply that gives no grant, by what happens next."""
        if reply.status == 429:
            wait = waits.wait(reply.headers, 30.0)
            return Throttled("Sign-in is limited.", after=wait, limit="identity")
        if reply.status >= 500:
            return Unavailable(f"Sign-in answered {reply.status}.", after=waits.wait(reply.headers, 5.0))
        reason = _error_code(reply.beginning())
        if reason == "invalid_grant":
            return Reconnect("The sign-in is no longer valid.")
        if reason in {"invalid_client", "unauthorized_client", "invalid_scope"}:
            return NotPermitted(f"The identity server refuses this app: {reason}.")
        if 400 <= reply.status < 500:
            return Reconnect(f"The sign-in was refused ({reply.status} {quote(reason)}).".replace(" )", ")"))
        return BadAnswer(f"Sign-in answered {reply.status}.")


def _read_grant(body: bytes) -> Grant:
    told = _json(body)
    access, refresh = told.get("access_token"), told.get("refresh_token")
    if not (isinstance(access, str) and access and isinstance(refresh, str) and refresh):
        raise BadAnswer("The identity server gave no access token or no refresh token.")
    if str(told.get("token_type", "Bearer")).casefold() != "bearer":
        raise BadAnswer("The identity server gave a token of an unknown type.")
    scope = told.get("scope")
    return Grant(access, refresh, _life(told.get("expires_in")), scope if isinstance(scope, str) else "")


def _life(told: object) -> int:
    """Seconds; the documented half-hour where the server does not say."""
    try:
        seconds = int(float(str(told)))
    except (ValueError, OverflowError):
        return DEFAULT_LIFE
    return seconds if seconds > 0 else DEFAULT_LIFE


def _error_code(body: bytes) -> str:
    try:
        return str(_json(body).get("error", ""))
    except BadAnswer:
        return ""


def _json(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise BadAnswer("The identity server's answer is not JSON.") from None
    if not isinstance(told, dict):
        raise BadAnswer("The identity server's answer is not a JSON object.")
    return told
