"""`/backstage/doubts` and `/backstage/faults`."""

import json
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from xpm_sandbox import faults, switches
from xpm_sandbox.doubts import DOUBTS
from xpm_sandbox.sandbox import Sandbox, refuse_other_sites

_WHOLE = ("nth", "times", "seed")


def backstage(sandbox: Sandbox) -> Blueprint:
    """The pages' routes."""
    blueprint = Blueprint("backstage", __name__, template_folder="templates", url_prefix="/backstage")
    blueprint.before_request(refuse_other_sites)
    _doubts(blueprint, sandbox)
    _faults(blueprint, sandbox)
    return blueprint


def _doubts(blueprint: Blueprint, sandbox: Sandbox) -> None:
    @blueprint.get("/doubts")
    def doubts() -> str:
        with sandbox.world.read() as db:
            values = switches.read(db)
        return _doubts_page(values)

    @blueprint.post("/doubts")
    def set_doubts() -> Response:
        sent = {name: value.strip() for name, value in request.form.items() if name in switches.BY_NAME}
        wrong = {name: value for name, value in sent.items() if not switches.BY_NAME[name].accepts(value)}
        with sandbox.world.write() as db:
            if wrong:
                return make_response(_doubts_page({**switches.read(db), **sent}, wrong), 422)
            switches.store(db, sent)
        return _back("doubts")

    @blueprint.post("/doubts/defaults")
    def forget() -> Response:
        with sandbox.world.write() as db:
            switches.store(db, {switch.name: switch.default for switch in switches.SWITCHES})
        return _back("doubts")


def _doubts_page(values: dict[str, str], wrong: dict[str, str] | None = None) -> str:
    changed = sum(values[switch.name] != switch.default for switch in switches.SWITCHES)
    return render_template(
        "doubts.html", doubts=DOUBTS, switches=switches.BY_NAME, values=values, wrong=wrong or {}, changed=changed,
        whole=switches.WHOLE_NUMBER, done=request.args.get("done", ""),
    )  # fmt: skip


def _faults(blueprint: Blueprint, sandbox: Sandbox) -> None:
    @blueprint.get("/faults")
    def rules() -> str:
        return _faults_page(sandbox, {}, "")

    @blueprint.post("/faults")
    def add() -> Response:
        try:
            sandbox.faults.add(faults.rule_from(_rule_sent()))
        except (faults.BadRule, ValueError) as wrong:
            return make_response(_faults_page(sandbox, request.form.to_dict(), str(wrong)), 422)
        return _back("rules")

    @blueprint.post("/faults/clear")
    def clear() -> Response:
        sandbox.faults.remove(request.form.get("id", type=int))
        return _back("rules")


def _rule_sent() -> dict[str, Any]:
    """The rule that the form describes; raises `ValueError`."""
    sent: dict[str, Any] = {}
    for name in ("kind", "method", "path"):
        if value := request.form.get(name, "").strip():
            sent[name] = value
    for name in _WHOLE:
        if value := request.form.get(name, "").strip():
            sent[name] = int(value)
    if request.form.get("always"):
        sent["times"] = None
    if value := request.form.get("chance", "").strip():
        sent["chance"] = float(value)
    more = json.loads(request.form.get("more", "").strip() or "{}")
    if not isinstance(more, dict):
        raise faults.BadRule("More is a JSON object")
    return {**sent, **more}


def _faults_page(sandbox: Sandbox, sent: dict[str, str], wrong: str) -> str:
    plain = faults.Rule(kind="")
    rules = []
    for rule in sandbox.faults.listed():
        named = ("id", "kind", "seen", "fired")
        told = {key: value for key, value in rule.items() if key not in named and value != getattr(plain, key)}
        rules.append({**{key: rule[key] for key in named}, "told": told})
    return render_template(
        "faults.html", rules=rules, kinds=faults.KINDS, effects=faults.EFFECTS, sent=sent, wrong=wrong,
        done=request.args.get("done", ""),
    )  # fmt: skip


def _back(page: str) -> Response:
    return make_response(redirect(url_for(f"backstage.{page}", done="yes"), 303))
