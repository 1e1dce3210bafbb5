"""Control over everything but clients: clock, switches, faults, audit, limits, grants, reset."""

import sqlite3
from dataclasses import asdict
from dataclasses import fields as dataclass_fields
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, jsonify, request

from xpm_sandbox import faults, limits, switches, world
from xpm_sandbox.clock import ControlledClock, moment
from xpm_sandbox.control.json_in import Wrong, body, tenant_of, whole
from xpm_sandbox.fields import REGIONS
from xpm_sandbox.identity import grants
from xpm_sandbox.sandbox import Sandbox

_EVERYTHING = "openid profile email offline_access practicemanager"


def doors(sandbox: Sandbox) -> Blueprint:
    """Every `/control/...` but clients and contacts."""
    blueprint = Blueprint("control_machinery", __name__)
    _seeing(blueprint, sandbox)
    _doubts_and_faults(blueprint, sandbox)
    _time_and_limits(blueprint, sandbox)
    _access(blueprint, sandbox)
    return blueprint


def _seeing(blueprint: Blueprint, sandbox: Sandbox) -> None:
    @blueprint.get("/state")
    def state() -> Response:
        with sandbox.world.read() as db:
            return jsonify(_state(db, sandbox))

    @blueprint.get("/audit")
    def audit() -> Response:
        return jsonify(calls=sandbox.audit.entries(request.args.get("path", "")))

    @blueprint.delete("/audit")
    def clear_audit() -> Response:
        sandbox.audit.clear()
        return jsonify(calls=[])

    @blueprint.get("/writes")
    def writes() -> Response:
        return jsonify(sandbox.audit.writes())

    @blueprint.delete("/writes")
    def clear_writes() -> Response:
        sandbox.audit.clear_writes()
        return jsonify(sandbox.audit.writes())

    @blueprint.get("/masked")
    def masked() -> Response:
        with sandbox.world.read() as db:
            rows = db.execute("SELECT * FROM masked_received ORDER BY rowid").fetchall()
        return jsonify(received=[{**dict(row), "at": moment(row["at"]).isoformat()} for row in rows])

    @blueprint.post("/reset")
    def reset() -> Response:
        sent = body()
        if strangers := set(sent) - {"seed", "clients", "region", "exactly"}:
            raise Wrong(f"A reset takes no {', '.join(sorted(strangers))}")
        if sent.get("region", "AU") not in REGIONS:
            raise Wrong(f"A region is one of {', '.join(REGIONS)}")
        sandbox.world.reset(
            seed=whole(sent, "seed") if "seed" in sent else None,
            clients=whole(sent, "clients") if "clients" in sent else None,
            region=sent.get("region"),
            exactly=sent.get("exactly") is True,
        )
        sandbox.faults.remove()
        sandbox.audit.clear()
        sandbox.audit.clear_writes()
        return state()


def _doubts_and_faults(blueprint: Blueprint, sandbox: Sandbox) -> None:
    @blueprint.get("/switches")
    def show_switches() -> Response:
        with sandbox.world.read() as db:
            values = switches.read(db)
        rows = {each.name: {"value": values[each.name], **asdict(each)} for each in switches.SWITCHES}
        return jsonify(rows)

    @blueprint.patch("/switches")
    def set_switches() -> Response:
        with sandbox.world.write() as db:
            switches.store(db, body())
            return jsonify(switches.read(db))

    @blueprint.get("/faults")
    def show_faults() -> Response:
        return jsonify(faults=sandbox.faults.listed())

    @blueprint.post("/faults")
    def add_fault() -> tuple[Response, int]:
        return jsonify(asdict(sandbox.faults.add(faults.rule_from(body())))), 201

    @blueprint.delete("/faults")
    def clear_faults() -> Response:
        sandbox.faults.remove()
        return jsonify(faults=[])

    @blueprint.delete("/faults/<int:rule_id>")
    def remove_fault(rule_id: int) -> Response:
        sandbox.faults.remove(rule_id)
        return jsonify(faults=sandbox.faults.listed())


def _time_and_limits(blueprint: Blueprint, sandbox: Sandbox) -> None:
    @blueprint.get("/clock")
    def show_clock() -> Response:
        return jsonify(_clock_state(sandbox))

    @blueprint.post("/clock")
    def move_clock() -> Response:
        _move(sandbox, body())
        return jsonify(_clock_state(sandbox))

    @blueprint.get("/budget")
    def show_budget() -> Response:
        with sandbox.world.read() as db:
            return jsonify(_budget(db, sandbox, dict(request.args)))

    @blueprint.post("/budget")
    def take_budget() -> Response:
        sent = body()
        with sandbox.world.write() as db:
            practice, app = tenant_of(db, sent.get("tenant")), sent.get("app", "sandbox-app")
            calls = {name: whole(sent, name) for name in ("minute", "day", "app_minute")}
            limits.spend_calls(db, practice, app, sandbox.now(), **calls)
            return jsonify(_budget(db, sandbox, sent))

    @blueprint.patch("/limits")
    def set_limits() -> Response:
        sent = body()
        wanted = {name: whole(sent, name) for name in sent}
        if strangers := set(wanted) - {each.name for each in dataclass_fields(limits.Limits)}:
            raise Wrong(f"There is no limit {', '.join(sorted(strangers))}")
        with sandbox.world.write() as db:
            return jsonify(asdict(limits.store(db, wanted)))


def _access(blueprint: Blueprint, sandbox: Sandbox) -> None:
    @blueprint.post("/apps")
    def register_app() -> tuple[Response, int]:
        sent = body()
        if not sent.get("client_id"):
            raise Wrong("client_id is required")
        with sandbox.world.write() as db:
            grants.register(
                db, client_id=sent["client_id"], secret=sent.get("secret"), name=sent.get("name") or sent["client_id"],
                redirect_uris=sent.get("redirect_uris", []), loopback=bool(sent.get("loopback", False)),
            )  # fmt: skip
        return jsonify(client_id=sent["client_id"]), 201

    @blueprint.post("/grants")
    def give() -> tuple[Response, int]:
        with sandbox.world.write() as db:
            return jsonify(_grant(db, sandbox.now(), body())), 201

    @blueprint.post("/grants/revoke")
    def revoke() -> Response:
        with sandbox.world.write() as db:
            grants.revoke_all(db)
        return jsonify(revoked=True)

    @blueprint.post("/tokens/expire")
    def expire() -> Response:
        with sandbox.world.write() as db:
            db.execute("UPDATE access_token SET expires = min(expires, ?)", (sandbox.now(),))
        return jsonify(expired=True)

    @blueprint.post("/disconnect")
    def disconnect() -> Response:
        with sandbox.world.write() as db:
            practice = tenant_of(db, body().get("tenant"))
            db.execute("DELETE FROM connection WHERE tenant_id = ?", (practice.id,))
        return jsonify(disconnected=practice.id)

    @blueprint.patch("/people/<login>")
    def change_person(login: str) -> Response:
        may_connect = body().get("may_connect")
        if not isinstance(may_connect, bool):
            raise Wrong("may_connect must be true or false")
        with sandbox.world.write() as db:
            found = db.execute("UPDATE person SET may_connect = ? WHERE login = ?", (may_connect, login.lower()))
            if not found.rowcount:
                raise Wrong(f"There is nobody called {login}", 404)
        return jsonify(login=login, may_connect=may_connect)


def _state(db: sqlite3.Connection, sandbox: Sandbox) -> dict[str, Any]:
    counts = dict(db.execute("SELECT tenant_id, count(*) FROM client GROUP BY tenant_id").fetchall())
    people = db.execute("SELECT login, name, may_connect, story FROM person").fetchall()
    belongs: dict[str, list[str]] = {}
    for row in db.execute("SELECT login, tenant_id FROM person_tenant ORDER BY place"):
        belongs.setdefault(row["login"], []).append(row["tenant_id"])
    return {
        **_clock_state(sandbox),
        "tenants": [{**asdict(each), "clients": counts.get(each.id, 0)} for each in world.tenants(db)],
        "people": [
            {**dict(row), "may_connect": bool(row["may_connect"]), "tenants": belongs.get(row["login"], [])}
            for row in people
        ],
        "apps": [row[0] for row in db.execute("SELECT client_id FROM registered_app")],
        "writes": sandbox.audit.writes(),
        "masked_received": db.execute("SELECT count(*) FROM masked_received").fetchone()[0],
    }


def _clock_state(sandbox: Sandbox) -> dict[str, Any]:
    frozen = isinstance(sandbox.clock, ControlledClock) and sandbox.clock.frozen
    return {"now": sandbox.clock.now().isoformat(), "frozen": frozen}


def _move(sandbox: Sandbox, sent: dict[str, Any]) -> None:
    clock = sandbox.clock
    if not isinstance(clock, ControlledClock):
        raise Wrong("This sandbox runs on a clock that cannot be moved", 409)
    match sent:
        case {"freeze": True}:
            clock.freeze()
        case {"freeze": str(at)}:
            clock.freeze(_time(at))
        case {"set": str(at)}:
            clock.set(_time(at))
        case {"advance": int() | float() as seconds}:
            clock.advance(seconds)
        case {"run": True}:
            clock.run()
        case _:
            raise Wrong(
                'The clock takes {"freeze": true or time}, {"set": time}, {"advance": seconds} or {"run": true}'
            )


def _time(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as unreadable:
        raise Wrong(f"{text} is no ISO 8601 time") from unreadable
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _budget(db: sqlite3.Connection, sandbox: Sandbox, asked: dict[str, Any]) -> dict[str, Any]:
    practice, app, now = tenant_of(db, asked.get("tenant")), asked.get("app", "sandbox-app"), sandbox.now()
    scope, allowed = limits.scope_of(practice, app), limits.read(db)
    day = limits.used(db, scope, "day", now, practice.day_resets)
    return {
        "minute": {"limit": allowed.minute, "used": limits.used(db, scope, "minute", now)},
        "day": {"limit": allowed.day, "used": day},
        "app_minute": {"limit": allowed.app_minute, "used": limits.used(db, f"*/{app}", "app_minute", now)},
        "in_flight": {"limit": allowed.concurrent, "used": sandbox.in_flight.count(scope)},
    }


def _grant(db: sqlite3.Connection, now: int, sent: dict[str, Any]) -> dict[str, Any]:
    """What signing in and consenting would have given."""
    login = sent.get("login", "admin@sandbox.example")
    rows = db.execute("SELECT tenant_id FROM person_tenant WHERE login = ? ORDER BY place", (login,)).fetchall()
    client_id = sent.get("client_id", "sandbox-app")
    if not rows or grants.app_of(db, client_id) is None:
        raise Wrong("That person has no organisation, or there is no such app", 404)
    chosen = [tenant_of(db, each).id for each in sent.get("tenants", [row[0] for row in rows])]
    grant = grants.allow(
        db, now, client_id=client_id, login=login, scope=sent.get("scope", _EVERYTHING), tenants=chosen
    )
    reply = grants.issue(db, now, grant)
    access = grants.access_of(db, reply["access_token"])
    connections = grants.connections_of(db, access) if access else []
    return {**reply, "connections": connections}
