"""What a person allowed an app: codes, tokens and connections, and how long each lives."""

import hashlib
import hmac
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from xpm_sandbox.clock import moment
from xpm_sandbox.identity import signing
from xpm_sandbox.identity.signing import b64
from xpm_sandbox.world import new_secret, new_uuid

_SECOND = 1_000_000
CODE_LIFE = 5 * 60 * _SECOND
ACCESS_SECONDS = 1800
REFRESH_LIFE = 60 * 86400 * _SECOND
REFRESH_GRACE = 30 * 60 * _SECOND
_ISSUER = "https://identity.xero.com"
_SIGNING_KEY = b"sandbox"

BROAD = ("practicemanager", "practicemanager.read")
GRANULAR = tuple(
    f"practicemanager.{part}{suffix}" for part in ("client", "job", "staff", "time") for suffix in ("", ".read")
)
SCOPES = frozenset(("openid", "profile", "email", "offline_access", *BROAD, *GRANULAR))


class TokenRefused(Exception):
    """The token endpoint says no; `error` is the OAuth 2.0 error code."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


@dataclass(frozen=True)
class App:
    """A registered app; one without a secret must use PKCE."""

    client_id: str
    secret: str | None
    name: str
    redirect_uris: tuple[str, ...]
    loopback: bool

    def may_return_to(self, uri: str) -> bool:
        """Whether the address is registered, to the letter, or on this machine for an app that may."""
        if uri in self.redirect_uris:
            return True
        parts = urlsplit(uri)
        return self.loopback and parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Access:
    """What a good access token stands for."""

    grant_id: int
    client_id: str
    login: str
    scopes: frozenset[str]
    expires: int


def app_of(db: sqlite3.Connection, client_id: str) -> App | None:
    row = db.execute("SELECT * FROM registered_app WHERE client_id = ?", (client_id,)).fetchone()
    if row is None:
        return None
    return App(
        row["client_id"], row["secret"], row["name"], tuple(json.loads(row["redirect_uris"])), bool(row["loopback"])
    )


def register(
    db: sqlite3.Connection,
    *,
    client_id: str,
    secret: str | None,
    name: str,
    redirect_uris: Sequence[str],
    loopback: bool,
) -> None:
    """Register an app, or change one; `loopback` allows any address on this machine."""
    db.execute(
        "INSERT OR REPLACE INTO registered_app VALUES (?, ?, ?, ?, ?)",
        (client_id, secret, name, json.dumps(list(redirect_uris)), loopback),
    )


def allow(db: sqlite3.Connection, now: int, *, client_id: str, login: str, scope: str, tenants: Sequence[str]) -> int:
    """Record that a person allowed an app to reach these tenants; gives the grant's number."""
    event = new_uuid(db)
    cursor = db.execute(
        "INSERT INTO grant_given (client_id, login, scope, auth_event, given) VALUES (?, ?, ?, ?, ?)",
        (client_id, login, scope, event, now),
    )
    for place, tenant_id in enumerate(tenants):
        db.execute(
            "INSERT INTO connection VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (client_id, login, tenant_id)"
            " DO UPDATE SET auth_event = excluded.auth_event, updated = excluded.updated",
            (new_uuid(db), client_id, login, tenant_id, event, place, now, now),
        )
    return int(cursor.lastrowid or 0)


def new_code(
    db: sqlite3.Connection, now: int, grant_id: int, redirect_uri: str, challenge: str | None, nonce: str | None = None
) -> str:
    """A code for the grant; the identity token that it brings will carry the nonce."""
    code = new_secret(db)[:43]
    db.execute(
        "INSERT INTO code (code, grant_id, redirect_uri, challenge, nonce, expires) VALUES (?, ?, ?, ?, ?, ?)",
        (code, grant_id, redirect_uri, challenge, nonce, now + CODE_LIFE),
    )
    return code


def redeem_code(
    db: sqlite3.Connection, now: int, app: App, *, code: str, redirect_uri: str, verifier: str
) -> dict[str, Any]:
    """Tokens for a code: once, within five minutes, for the same app, address and verifier. Raises `TokenRefused`."""
    row = db.execute(
        "SELECT c.*, g.client_id FROM code c JOIN grant_given g ON g.id = c.grant_id WHERE code = ?", (code,)
    )
    found = row.fetchone()
    if found is None or found["used"] or found["expires"] < now or found["client_id"] != app.client_id:
        raise TokenRefused("invalid_grant")
    if found["redirect_uri"] != redirect_uri or not _verifies(found["challenge"], verifier):
        raise TokenRefused("invalid_grant")
    db.execute("UPDATE code SET used = 1 WHERE code = ?", (code,))
    return issue(db, now, found["grant_id"], found["nonce"])


def refresh(db: sqlite3.Connection, now: int, app: App, token: str) -> dict[str, Any]:
    """A new pair for a refresh token: the present one, or the previous within its grace. Raises `TokenRefused`."""
    found = db.execute(
        "SELECT r.*, g.client_id, g.revoked FROM refresh_token r JOIN grant_given g ON g.id = r.grant_id"
        " WHERE token = ?",
        (token,),
    ).fetchone()
    if found is None or found["revoked"] or found["client_id"] != app.client_id or found["expires"] < now:
        raise TokenRefused("invalid_grant")
    if found["used"] is not None and found["used"] + REFRESH_GRACE < now:
        raise TokenRefused("invalid_grant")
    db.execute("UPDATE refresh_token SET used = coalesce(used, ?) WHERE token = ?", (now, token))
    return issue(db, now, found["grant_id"])


def issue(db: sqlite3.Connection, now: int, grant_id: int, nonce: str | None = None) -> dict[str, Any]:
    """The token endpoint's good reply for a grant."""
    grant = db.execute(
        "SELECT g.*, p.user_id, p.name FROM grant_given g JOIN person p ON p.login = g.login WHERE id = ?", (grant_id,)
    ).fetchone()
    claims = _claims(db, grant, now)
    access = _jwt({**claims, "scope": grant["scope"].split()})
    db.execute("INSERT INTO access_token VALUES (?, ?, ?)", (access, grant_id, now + ACCESS_SECONDS * _SECOND))
    reply = {"access_token": access, "expires_in": ACCESS_SECONDS, "token_type": "Bearer", "scope": grant["scope"]}
    scopes = grant["scope"].split()
    if "offline_access" in scopes:
        reply["refresh_token"] = new_secret(db)[:43]
        db.execute(
            "INSERT INTO refresh_token VALUES (?, ?, ?, NULL)", (reply["refresh_token"], grant_id, now + REFRESH_LIFE)
        )
    if "openid" in scopes:
        profile = {"email": grant["login"], "name": grant["name"], "preferred_username": grant["login"]}
        asked = {} if nonce is None else {"nonce": nonce}
        reply["id_token"] = signing.signed(db, {**claims, "aud": grant["client_id"], **profile, **asked})
    return reply


def access_of(db: sqlite3.Connection, token: str) -> Access | None:
    """What the token stands for, expired or not; None for one that was never good or whose grant is revoked."""
    row = db.execute(
        "SELECT t.expires, g.* FROM access_token t JOIN grant_given g ON g.id = t.grant_id WHERE t.token = ?", (token,)
    ).fetchone()
    if row is None or row["revoked"]:
        return None
    return Access(row["id"], row["client_id"], row["login"], frozenset(row["scope"].split()), row["expires"])


def revoke_by_refresh_token(db: sqlite3.Connection, app: App, token: str) -> None:
    """End the grant behind a refresh token of this app; an unknown token changes nothing (RFC 7009)."""
    row = db.execute(
        "SELECT g.id, g.client_id FROM refresh_token r JOIN grant_given g ON g.id = r.grant_id WHERE token = ?",
        (token,),
    ).fetchone()
    if row and row["client_id"] == app.client_id:
        _revoke(db, row["id"])


def revoke_by_access_token(db: sqlite3.Connection, token: str) -> None:
    row = db.execute("SELECT grant_id FROM access_token WHERE token = ?", (token,)).fetchone()
    if row:
        _revoke(db, row["grant_id"])


def revoke_all(db: sqlite3.Connection) -> None:
    for row in db.execute("SELECT id FROM grant_given WHERE NOT revoked").fetchall():
        _revoke(db, row["id"])


def connections_of(db: sqlite3.Connection, access: Access, auth_event: str | None = None) -> list[dict[str, str]]:
    """The `/connections` reply: every tenant this person connected to this app."""
    rows = db.execute(
        "SELECT c.*, t.kind, t.name FROM connection c JOIN tenant t ON t.id = c.tenant_id"
        " WHERE c.client_id = ? AND c.login = ? AND (?3 IS NULL OR c.auth_event = ?3) ORDER BY c.created, c.place",
        (access.client_id, access.login, auth_event),
    )
    return [
        {
            "id": row["id"],
            "authEventId": row["auth_event"],
            "tenantId": row["tenant_id"],
            "tenantType": row["kind"],
            "tenantName": row["name"],
            "createdDateUtc": _instant(row["created"]),
            "updatedDateUtc": _instant(row["updated"]),
        }
        for row in rows
    ]


def is_connected(db: sqlite3.Connection, access: Access, tenant_id: str) -> bool:
    """Whether the person's connection to the tenant stands, and the person may still have one."""
    row = db.execute(
        "SELECT 1 FROM connection c JOIN person p ON p.login = c.login"
        " WHERE c.client_id = ? AND c.login = ? AND c.tenant_id = ? AND p.may_connect",
        (access.client_id, access.login, tenant_id),
    ).fetchone()
    return row is not None


def _revoke(db: sqlite3.Connection, grant_id: int) -> None:
    # The extent is an inference: Xero says that revoking removes the user's connections to the app.
    grant = db.execute("SELECT client_id, login FROM grant_given WHERE id = ?", (grant_id,)).fetchone()
    whose = (grant["client_id"], grant["login"])
    db.execute("UPDATE grant_given SET revoked = 1 WHERE client_id = ? AND login = ?", whose)
    db.execute("DELETE FROM connection WHERE client_id = ? AND login = ?", whose)


def _claims(db: sqlite3.Connection, grant: sqlite3.Row, now: int) -> dict[str, Any]:
    seconds = now // _SECOND
    return {
        "nbf": seconds,
        "exp": seconds + ACCESS_SECONDS,
        "iss": _ISSUER,
        "aud": f"{_ISSUER}/resources",
        "client_id": grant["client_id"],
        "sub": grant["user_id"].replace("-", ""),
        "auth_time": grant["given"] // _SECOND,
        "xero_userid": grant["user_id"],
        "global_session_id": grant["auth_event"].replace("-", ""),
        "jti": new_secret(db)[:32],
        "authentication_event_id": grant["auth_event"],
    }


def _verifies(challenge: str | None, verifier: str) -> bool:
    if challenge is None:
        return True
    return hmac.compare_digest(b64(hashlib.sha256(verifier.encode()).digest()), challenge)


def _jwt(claims: dict[str, Any]) -> str:
    # Apps take an access token as it is; only identity tokens are there to be verified.
    header = {"alg": "HS256", "typ": "JWT", "kid": "sandbox"}
    signed = ".".join(b64(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims))
    return f"{signed}.{b64(hmac.new(_SIGNING_KEY, signed.encode(), hashlib.sha256).digest())}"


def _instant(stamped: int) -> str:
    return moment(stamped).strftime("%Y-%m-%dT%H:%M:%S.%f0")
