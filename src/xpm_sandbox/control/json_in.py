"""Reading what control calls send, and answering what is wrong with it."""

import sqlite3
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, request

from xpm_sandbox import faults, switches, world
from xpm_sandbox.world import Tenant


class Wrong(Exception):
    """A control call that cannot be carried out."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.status = status


def answer_errors(blueprint: Blueprint) -> None:
    """Answer every complaint as `{"error": text}`."""

    def answer(error: Exception) -> tuple[Response, int]:
        return jsonify(error=str(error)), error.status if isinstance(error, Wrong) else 400

    for kind in (Wrong, switches.UnknownSwitch, faults.BadRule):
        blueprint.register_error_handler(kind, answer)


def body() -> dict[str, Any]:
    """The JSON object sent, or an empty one when nothing was."""
    if not request.data:
        return {}
    sent = request.get_json(force=True, silent=True)
    if not isinstance(sent, dict):
        raise Wrong("The body must be a JSON object")
    return sent


def whole(sent: Mapping[str, Any], name: str, default: int = 0) -> int:
    """A whole number out of a body or query; raises `Wrong` when it is none."""
    try:
        return int(sent.get(name, default))
    except (TypeError, ValueError) as wrong:
        raise Wrong(f"{name} must be a whole number") from wrong


def tenant_of(db: sqlite3.Connection, tenant_id: str | None) -> Tenant:
    """The tenant asked for, or the generated practice."""
    found = world.tenant(db, tenant_id) if tenant_id else world.tenants(db)[0]
    if found is None:
        raise Wrong(f"There is no tenant {tenant_id}", 404)
    return found
