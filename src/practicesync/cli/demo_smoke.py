"""A walk through the main job, as a person would go: over HTTP, through the real pages of both programs.

Prints one JSON object: every step, and whether all went well.
"""

import json
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from practicesync.cli.demo_firm import Pair, link_known, make_people, make_register, move_apart
from practicesync.cli.demo_structure import tie_families
from practicesync.cli.output import say
from practicesync.cli.sandbox import LOGIN, Sandbox, SandboxFailed
from practicesync.cli.visitor import NotFound, Page, Visitor
from practicesync.core.actor import Actor
from practicesync.core.compare import State
from practicesync.core.errors import SyncError
from practicesync.flows.clock import SYSTEM_CLOCK
from practicesync.queries.connection_page import load_card
from practicesync.queries.dashboard import load_dashboard
from practicesync.queries.plans import LinkedPlan, load_plan
from practicesync.queries.run_page import load_runs

DIFFERENCES = (State.LOCAL_CHANGED, State.REMOTE_CHANGED, State.BOTH_CHANGED, State.DIFFERS)
PATIENCE = 60.0


class Failed(Exception):
    """A step did not end as it should."""


@dataclass(slots=True)
class Walk:
    """What the steps share."""

    visitor: Visitor
    sandbox: Sandbox
    actor: Actor
    pairs: list[Pair]
    done: list[dict[str, object]] = field(default_factory=list)
    synced: list[int] = field(default_factory=list)

    def step(self, name: str, action: Callable[["Walk"], Mapping[str, object]]) -> None:
        """Take one step and note it."""
        began = time.monotonic()
        facts = action(self)
        self.done.append({"step": name, "seconds": round(time.monotonic() - began, 2), **facts})
        say(f"  {name}")


def walk(url: str, sandbox: Sandbox) -> int:
    """Go; 0 where all went well, 1 otherwise."""
    actor = make_people(sandbox.practice, add_on=False)
    name = reason = ""
    with closing(Visitor(url)) as visitor:
        pairs = make_register(actor, sandbox.clients())
        tie_families(actor, pairs)
        steps = Walk(visitor, sandbox, actor, pairs)
        try:
            for name, action in STEPS:
                steps.step(name, action)
        except (Failed, NotFound, SandboxFailed, SyncError) as problem:
            reason = f"{name}: {problem}"
    print(json.dumps({"ok": not reason, "reason": reason, "steps": steps.done}, ensure_ascii=False))
    return 1 if reason else 0


def _sign_in(walk: Walk) -> dict[str, object]:
    page = walk.visitor.open(reverse("sign-in"))
    door = page.form(lambda form: form.fields.get("role") == "admin", "door for an admin")
    page = walk.visitor.send(door)
    if reverse("sign-out") not in page.text:
        raise Failed("nobody is signed in")
    return {}


def _enable(walk: Walk) -> dict[str, object]:
    page = walk.visitor.open(reverse("add-ons"))
    walk.visitor.send(page.form_to(reverse("enable-xpm")))
    return {}


def _connect(walk: Walk) -> dict[str, object]:
    """Leave by the button, sign in and allow on the sandbox's pages, come back by its redirect."""
    page = walk.visitor.open(reverse("practice-management"))
    page = walk.visitor.send(page.form_to(reverse("connect-xpm")))
    page = walk.visitor.send(page.form(lambda form: form.fields.get("login") == LOGIN, "sign-in"))
    page = walk.visitor.send(page.form(lambda form: ("decision", "allow") in form.buttons, "consent"), decision="allow")
    card = load_card(walk.actor.practice_id, SYSTEM_CLOCK.now())
    if card is None or card.broken or reverse("practice-management") not in page.url:
        raise Failed("it is not connected")
    return {"organisation": card.organisation}


def _first_refresh(walk: Walk) -> dict[str, object]:
    return _await_runs(walk)


def _link(walk: Walk) -> dict[str, object]:
    return {"linked": link_known(walk.actor, walk.pairs)}


def _move_apart(walk: Walk) -> dict[str, object]:
    """Edit both sides, then press Refresh."""
    move_apart(walk.actor, walk.sandbox, walk.pairs)
    page = walk.visitor.open(reverse("dashboard"))
    walk.visitor.send(page.form_to(reverse("refresh")))
    return _await_runs(walk)


def _find_states(walk: Walk) -> dict[str, object]:
    """Every state of a difference, each on the list of clients too."""
    states = {
        state.value: count for state, count in load_dashboard(walk.actor.practice_id, SYSTEM_CLOCK.now()).states.items()
    }
    for state in DIFFERENCES:
        if not states.get(state.value):
            raise Failed(f"no client is in the state {state.value}")
        pair = _find(walk, state)
        page = walk.visitor.open(f"{reverse('clients')}?state={state.value}")
        if pair.name.partition("&")[0].strip() not in page.text:
            raise Failed(f"{state.value}: the list of clients does not show {pair.name}")
    return {"states": states}


def _send_one(walk: Walk) -> dict[str, object]:
    """A value that changed here goes to Practice Manager."""
    pair = _find(walk, State.LOCAL_CHANGED, "phone")
    wanted = _here(walk, pair, "phone")
    _sync(walk, pair, "phone", "push")
    return _agree(walk, pair, "phone", "Phone", wanted)


def _take_one(walk: Walk) -> dict[str, object]:
    """A value that changed in Practice Manager comes to the register."""
    pair = _find(walk, State.REMOTE_CHANGED, "phone")
    wanted = str(walk.sandbox.client(pair.remote_id)["Phone"])
    _sync(walk, pair, "phone", "pull")
    return _agree(walk, pair, "phone", "Phone", wanted)


def _fill_blank(walk: Walk) -> dict[str, object]:
    """A field that is blank in the register is filled from Practice Manager."""
    pair = _find(walk, State.DIFFERS, "phone", why="blank_here")
    wanted = str(walk.sandbox.client(pair.remote_id)["Phone"])
    _sync(walk, pair, "phone", "pull")
    return _agree(walk, pair, "phone", "Phone", wanted)


def _read_again(walk: Walk) -> dict[str, object]:
    """A refresh afterwards finds that both sides agree, and sends nothing."""
    before = walk.sandbox.control("GET", "writes")["applied"]
    page = walk.visitor.open(reverse("dashboard"))
    walk.visitor.send(page.form_to(reverse("refresh")))
    _await_runs(walk)
    for client_id in walk.synced:
        if any(row.key == "phone" for row in _plan(walk, client_id).plan.differing):
            raise Failed("a value that was synced differs again")
    if walk.sandbox.control("GET", "writes")["applied"] != before:
        raise Failed("the refresh wrote to Practice Manager")
    return {"clients": len(walk.synced)}


STEPS: tuple[tuple[str, Callable[[Walk], Mapping[str, object]]], ...] = (
    ("sign in", _sign_in),
    ("switch the add-on on", _enable),
    ("connect", _connect),
    ("first refresh", _first_refresh),
    ("link", _link),
    ("move both sides apart, refresh", _move_apart),
    ("find every state", _find_states),
    ("sync a value to Practice Manager", _send_one),
    ("sync a value to the register", _take_one),
    ("fill a blank field", _fill_blank),
    ("refresh again: both sides agree", _read_again),
)


def _await_runs(walk: Walk) -> dict[str, object]:
    """Wait until nothing is under way any more; the latest run has to have ended well."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        latest = load_runs(walk.actor.practice_id, latest=1)[0]
        if latest.state == "done":
            return {"read": latest.done, "changed": latest.changed, "calls": latest.calls}
        if not latest.under_way:
            raise Failed(f"the run ended as {latest.state}: {latest.detail}")
        SYSTEM_CLOCK.sleep(0.1)
    raise Failed("the run did not end in time")


def _sync(walk: Walk, pair: Pair, key: str, way: str) -> Page:
    """Choose one row's way on the sync screen, leave the others, send, and wait for the outcome's page."""
    page = walk.visitor.open(reverse("client-sync", args=[pair.client_id]))
    form = page.form(lambda form: "seen" in form.fields, "sync form")
    choices = {name: "leave" for name, _ in form.offered if name.startswith("choice:")}
    page = walk.visitor.send_choices(form, {**choices, f"choice:{key}": way})
    _await_runs(walk)
    walk.synced.append(pair.client_id)
    return walk.visitor.open(page.url)


def _agree(walk: Walk, pair: Pair, key: str, name: str, wanted: str) -> dict[str, object]:
    """Both sides hold the wanted value, read where each keeps it."""
    here, there = _here(walk, pair, key), str(walk.sandbox.client(pair.remote_id).get(name, ""))
    if not wanted or (here, there) != (wanted, wanted):
        raise Failed(f"{pair.name}: {key} is {here!r} in the register and {there!r} in Practice Manager")
    return {"client": pair.name, "value": wanted}


def _find(walk: Walk, state: State, key: str = "", why: str = "") -> Pair:
    """A client with a row in this state."""
    for pair in walk.pairs:
        loaded = load_plan(walk.actor.practice_id, pair.client_id)
        for row in loaded.plan.differing if loaded else ():
            if row.state == state and key in ("", row.key) and why in ("", row.why):
                return pair
    raise Failed(f"no client is {state.value} {key} {why}")


def _plan(walk: Walk, client_id: int) -> LinkedPlan:
    loaded = load_plan(walk.actor.practice_id, client_id)
    if loaded is None:
        raise Failed("a client is not linked any more")
    return loaded


def _here(walk: Walk, pair: Pair, key: str) -> str:
    values: Mapping[str, Any] = _plan(walk, pair.client_id).link.client.values
    return str(values.get(key, ""))
