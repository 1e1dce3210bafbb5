"""Token, revocation, user info, discovery and connections: what an app's server calls."""

import base64
import binascii
import sqlite3
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, request

from xpm_sandbox import gateway
from xpm_sandbox.identity import grants, signing
from xpm_sandbox.sandbox import Sandbox


def endpoints(sandbox: Sandbox) -> Blueprint:
    """The identity service's routes for programs."""
    blueprint = Blueprint("tokens", __name__)

    @blueprint.errorhandler(grants.TokenRefused)
    def refuse(refusal: grants.TokenRefused) -> tuple[Response, int]:
        return jsonify(error=refusal.error), 400

    @blueprint.post("/connect/token")
    def token() -> Response:
        with sandbox.world.write() as db:
            reply = _token(db, sandbox.now())
        response = jsonify(reply)
        response.headers["Cache-Control"] = "no-store"
        return response

    @blueprint.post("/connect/revocation")
    def revocation() -> Response:
        with sandbox.world.write() as db:
            grants.revoke_by_refresh_token(db, _caller(db), request.form.get("token", ""))
        return make_response("", 200)

    @blueprint.get("/connect/userinfo")
    def user_info() -> Response:
        with sandbox.world.read() as db:
            access = gateway.authenticate(db, sandbox)
            person = db.execute("SELECT * FROM person WHERE login = ?", (access.login,)).fetchone()
        return jsonify(
            sub=person["user_id"].replace("-", ""),
            xero_userid=person["user_id"],
            name=person["name"],
            email=person["login"],
            preferred_username=person["login"],
        )

    @blueprint.get("/connections")
    def connections() -> Response:
        with sandbox.world.read() as db:
            access = gateway.authenticate(db, sandbox)
            return jsonify(grants.connections_of(db, access, request.args.get("authEventId")))

    @blueprint.delete("/connections/<connection_id>")
    def disconnect(connection_id: str) -> Response:
        with sandbox.world.write() as db:
            access = gateway.authenticate(db, sandbox)
            gone = db.execute(
                "DELETE FROM connection WHERE id = ? AND client_id = ? AND login = ?",
                (connection_id.lower(), access.client_id, access.login),
            )
            if not gone.rowcount:
                raise gateway.Barred(404, "Not Found", "ConnectionNotFound")
        return make_response("", 204)

    _published(blueprint, sandbox)
    blueprint.register_error_handler(gateway.Barred, gateway.answer_barred(sandbox))
    return blueprint


def _published(blueprint: Blueprint, sandbox: Sandbox) -> None:
    @blueprint.get("/.well-known/openid-configuration")
    def discovery() -> Response:
        return jsonify(_discovery(request.host_url.rstrip("/")))

    @blueprint.get("/.well-known/openid-configuration/jwks")
    def key_set() -> Response:
        with sandbox.world.write() as db:
            return jsonify(signing.key_set(db))


def _token(db: sqlite3.Connection, now: int) -> dict[str, Any]:
    app = _caller(db)
    form = request.form
    ways: dict[str, Callable[[], dict[str, Any]]] = {
        "authorization_code": lambda: grants.redeem_code(
            db,
            now,
            app,
            code=form.get("code", ""),
            redirect_uri=form.get("redirect_uri", ""),
            verifier=form.get("code_verifier", ""),
        ),
        "refresh_token": lambda: grants.refresh(db, now, app, form.get("refresh_token", "")),
    }
    way = ways.get(form.get("grant_type", ""))
    if way is None:
        raise grants.TokenRefused("unsupported_grant_type")
    return way()


def _caller(db: sqlite3.Connection) -> grants.App:
    """The app that calls: by Basic for one with a secret, by `client_id` in the form for one without."""
    named = _basic()
    client_id, secret = named or (request.form.get("client_id", ""), None)
    app = grants.app_of(db, client_id)
    if app is None or app.secret != secret:
        raise grants.TokenRefused("invalid_client")
    return app


def _basic() -> tuple[str, str] | None:
    scheme, _, coded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, _, secret = base64.b64decode(coded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as unreadable:
        raise grants.TokenRefused("invalid_client") from unreadable
    return client_id, secret


def _discovery(base: str) -> dict[str, Any]:
    return {
        "issuer": "https://identity.xero.com",
        "authorization_endpoint": f"{base}/identity/connect/authorize",
        "token_endpoint": f"{base}/connect/token",
        "userinfo_endpoint": f"{base}/connect/userinfo",
        "revocation_endpoint": f"{base}/connect/revocation",
        "scopes_supported": sorted(grants.SCOPES),
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "none"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "jwks_uri": f"{base}/.well-known/openid-configuration/jwks",
    }
