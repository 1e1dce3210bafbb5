"""The authorise page: sign in, consent, choice of organisation, and back to the app."""

import sqlite3
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, redirect, render_template, request

from xpm_sandbox.identity import grants
from xpm_sandbox.sandbox import Sandbox
from xpm_sandbox.seeding import ORGANISATION, PRACTICE

_KIND_LABELS = {PRACTICE: "Xero Practice Manager", ORGANISATION: "Xero organisation"}
_SCOPE_LABELS = {
    "openid": "Know who you are",
    "profile": "See your name",
    "email": "See your e-mail address",
    "offline_access": "Keep access while you are away",
    "practicemanager": "View and change everything in Practice Manager",
    "practicemanager.read": "View everything in Practice Manager",
    "practicemanager.client": "View and change your clients",
    "practicemanager.client.read": "View your clients",
    "practicemanager.staff": "View and change your staff",
    "practicemanager.staff.read": "View your staff",
    "practicemanager.job": "View and change your jobs",
    "practicemanager.job.read": "View your jobs",
    "practicemanager.time": "View and change time entries",
    "practicemanager.time.read": "View time entries",
}


class BadRequest(Exception):
    """A request that must not lead back to the app: the app or its address cannot be trusted."""


@dataclass(frozen=True)
class Asked:
    """A checked authorise request."""

    app: grants.App
    redirect_uri: str
    scope: str
    state: str | None
    challenge: str | None
    nonce: str | None = None

    def back(self, **answer: str) -> str:
        """The address that takes an answer back to the app."""
        if self.state is not None:
            answer["state"] = self.state
        return f"{self.redirect_uri}{'&' if '?' in self.redirect_uri else '?'}{urlencode(answer)}"


def pages(sandbox: Sandbox) -> Blueprint:
    """The authorise page's routes."""
    blueprint = Blueprint("authorise", __name__, template_folder="templates")

    @blueprint.errorhandler(BadRequest)
    def refuse(error: BadRequest) -> Response:
        # Xero shows a 500-like screen of its own and never redirects.
        return make_response(render_template("refused.html", reason=str(error)), 500)

    @blueprint.get("/identity/connect/authorize")
    def sign_in() -> str:
        with sandbox.world.read() as db:
            asked = _check(db)
            people = db.execute("SELECT * FROM person").fetchall()
        return render_template("sign_in.html", asked=asked, people=people, unknown="")

    @blueprint.post("/identity/connect/authorize")
    def proceed() -> Response:
        with sandbox.world.write() as db:
            asked = _check(db)
            login = request.form.get("login", "").strip().lower()
            person = db.execute("SELECT * FROM person WHERE login = ?", (login,)).fetchone()
            if person is None:
                people = db.execute("SELECT * FROM person").fetchall()
                return make_response(render_template("sign_in.html", asked=asked, people=people, unknown=login), 401)
            decision = request.form.get("decision")
            if decision == "deny":
                return _go(asked.back(error="access_denied"))
            offered = _offered(db, login) if person["may_connect"] else []
            chosen = [each for each in request.form.getlist("tenant") if each in {row["id"] for row in offered}]
            if decision == "allow" and chosen:
                return _go(_allowed(db, sandbox.now(), asked, login, chosen))
        page = render_template(
            "consent.html",
            asked=asked, person=person, offered=offered, kinds=_KIND_LABELS,
            practices=[row for row in offered if row["kind"] == PRACTICE],
            scopes=[_SCOPE_LABELS[scope] for scope in asked.scope.split()], none_chosen=decision == "allow",
        )  # fmt: skip
        return make_response(page)

    return blueprint


def _check(db: sqlite3.Connection) -> Asked:
    """The request as asked for in the query; raises `BadRequest`."""
    query = request.args
    app = grants.app_of(db, query.get("client_id", ""))
    if app is None:
        raise BadRequest("unauthorized_client: Unknown client or client not enabled")
    uri = query.get("redirect_uri", "")
    if not app.may_return_to(uri):
        raise BadRequest("unauthorized_client: Invalid redirect_uri")
    if query.get("response_type") != "code":
        raise BadRequest("unsupported_response_type: response_type must be code")
    scopes = query.get("scope", "").split()
    if not scopes or not set(scopes) <= grants.SCOPES:
        raise BadRequest("invalid_scope: Invalid scope")
    challenge = query.get("code_challenge")
    if challenge is None and app.secret is None:
        raise BadRequest("invalid_request: code challenge required")
    if challenge is not None and query.get("code_challenge_method") != "S256":
        raise BadRequest("invalid_request: transform algorithm not supported")
    return Asked(app, uri, " ".join(scopes), query.get("state"), challenge, query.get("nonce"))


def _offered(db: sqlite3.Connection, login: str) -> list[sqlite3.Row]:
    return db.execute(
        "SELECT t.* FROM person_tenant p JOIN tenant t ON t.id = p.tenant_id WHERE p.login = ? ORDER BY p.place",
        (login,),
    ).fetchall()


def _allowed(db: sqlite3.Connection, now: int, asked: Asked, login: str, chosen: list[str]) -> str:
    grant = grants.allow(db, now, client_id=asked.app.client_id, login=login, scope=asked.scope, tenants=chosen)
    code = grants.new_code(db, now, grant, asked.redirect_uri, asked.challenge, asked.nonce)
    return asked.back(code=code, scope=asked.scope, session_state=f"{code[:20]}.sandbox")


def _go(address: str) -> Response:
    answer = redirect(address, 302)
    return make_response(answer)
