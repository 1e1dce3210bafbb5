"""Fault rules: which calls go wrong, and how. `fault_layer` carries them out."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatch
from random import Random
from types import UnionType
from typing import Any

from xpm_sandbox import switches
from xpm_sandbox.world import World


class ConnectionDropped(ConnectionError):
    """The connection was lost. `sent` says whether the request had reached the sandbox."""

    sent = True


class ConnectionRefused(ConnectionDropped, ConnectionRefusedError):
    """No connection came about: not a byte of the request was taken."""

    sent = False


class BadRule(ValueError):
    """A fault rule that cannot be carried out."""


# Kind, and the keys it needs. Every kind may be given the keys that pick its calls.
KINDS: Mapping[str, tuple[str, ...]] = {
    "refuse": (),
    "drop_before": (),
    "drop_after": (),
    "delay": ("seconds",),
    "drip": ("seconds", "bytes"),
    "truncate": ("bytes",),
    "status": ("status",),
    "unavailable": (),
    "html": (),
    "empty": (),
    "error": (),
    "malformed": (),
    "dtd": (),
    "control_characters": (),
    "duplicate_ids": (),
    "unknown_elements": (),
    "empty_list": (),
    "revoked": (),
    "rate_limit": (),
    "switch": ("switches",),
    "conflict": (),
    "counters": (),
    "spent": (),
    "lag": ("seconds",),
    "skew": ("seconds",),
    "masked": ("style",),
    "page_token": (),
}


# What the caller meets.
EFFECTS: Mapping[str, str] = {
    "refuse": "no connection comes about",
    "drop_before": "the connection is lost before the call did its work",
    "drop_after": "the connection is lost after the call did its work",
    "delay": "the call waits before it does its work, and is in flight meanwhile",
    "drip": "the body comes in bits, and the call is in flight until the last",
    "truncate": "the body ends at a byte, and the connection with it, or as if it were whole (`ending`: `clean`)",
    "status": "another status, with `body` and `headers`; `applied` when the work is done first",
    "unavailable": "the gateway's 503",
    "html": "200 with a web page",
    "empty": "200 with nothing",
    "error": "200 with Status ERROR and `text`",
    "malformed": "the reply with a tag that does not close",
    "dtd": "the reply with a document type and an entity",
    "control_characters": "the reply with characters that XML cannot hold",
    "duplicate_ids": "the reply with its first row twice",
    "unknown_elements": "the reply with elements that nobody knows",
    "empty_list": "the reply with no rows",
    "revoked": "the grant is revoked, and the call gets 401",
    "rate_limit": "429 with `problem` and `retry_after`",
    "switch": "the call runs with other switches",
    "conflict": "the gateway's 409 with `text`",
    "counters": "the headers of what is left say this and not the truth: `minute`, `day`, `app_minute`",
    "spent": "another process of the app makes so many calls just before: `minute`, `day`, `app_minute`",
    "lag": "lists and searches show the practice as it was so long ago",
    "skew": "the Date header stands off so far",
    "masked": "tax numbers are masked in another style",
    "page_token": "the page token is good no more",
}


@dataclass
class Rule:
    """One fault. Calls are picked by method and path; it fires from the `nth` picked call on, `times` times.

    With a `chance` below 1 it fires at some of them, which ones being the same for the same `seed`.
    """

    kind: str
    method: str = ""
    path: str = ""
    nth: int = 1
    times: int | None = 1
    chance: float = 1.0
    seed: int = 0
    seconds: float = 0.0
    bytes: int = 0
    ending: str = "drop"
    status: int = 500
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    applied: bool = False
    text: str = "The request could not be processed"
    problem: str = "minute"
    retry_after: str | None = None
    minute: int | None = None
    day: int | None = None
    app_minute: int | None = None
    style: str = ""
    switches: dict[str, str] = field(default_factory=dict)
    id: int = 0
    seen: int = 0
    fired: int = 0

    def picks(self, method: str, path: str) -> bool:
        if self.method and self.method.upper() != method:
            return False
        return not self.path or self.path in path or fnmatch(path, self.path)

    def is_due(self) -> bool:
        """Whether it fires at the call counted last."""
        if self.seen < self.nth or (self.times is not None and self.fired >= self.times):
            return False
        # Chance decides who suffers here, and must decide the same again: nothing secret hangs on it.
        return self.chance >= 1 or Random(f"{self.seed} {self.seen}").random() < self.chance  # noqa: S311


def rule_from(raw: Mapping[str, Any]) -> Rule:
    """A rule out of JSON; raises `BadRule`."""
    kind = raw.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise BadRule(f"kind is one of {', '.join(KINDS)}")
    missing = [key for key in KINDS[kind] if key not in raw]
    if missing:
        raise BadRule(f"{kind} needs {', '.join(missing)}")
    known = set(Rule.__dataclass_fields__) - set(_COUNTED)
    if strangers := set(raw) - known:
        raise BadRule(f"unknown keys: {', '.join(sorted(strangers))}")
    for key, value in raw.items():
        if not isinstance(value, _TYPES.get(key, str)) or isinstance(value, bool) != (key == "applied"):
            raise BadRule(f"{key} cannot be {value!r}")
    try:
        wanted = switches.checked(raw.get("switches", {}))
    except switches.UnknownSwitch as unknown:
        raise BadRule(str(unknown)) from unknown
    if kind == "masked" and raw["style"] not in switches.BY_NAME["tax_number_mask"].values:
        raise BadRule(f"style is one of {', '.join(switches.BY_NAME['tax_number_mask'].values)}")
    # A rule of chance would else be over with its first fault.
    endless = {"times": None} if "chance" in raw else {}
    return Rule(**{**endless, **raw, "switches": wanted})


# What a key holds where it is not text.
_TYPES: Mapping[str, type | UnionType] = {
    "nth": int,
    "times": int | None,
    "chance": int | float,
    "seed": int,
    "minute": int | None,
    "day": int | None,
    "app_minute": int | None,
    "seconds": int | float,
    "bytes": int,
    "status": int,
    "headers": dict,
    "applied": bool,
    "retry_after": str | None,
    "switches": dict,
}


class FaultRules:
    """The rules in force; kept with the world, so that they outlive the process and hold for all that share it."""

    def __init__(self, world: World) -> None:
        self._world = world

    def add(self, rule: Rule) -> Rule:
        kept = {name: value for name, value in asdict(rule).items() if name not in _COUNTED}
        with self._world.write() as db:
            cursor = db.execute("INSERT INTO fault (rule) VALUES (?)", (json.dumps(kept),))
            rule.id = int(cursor.lastrowid or 0)
        return rule

    def remove(self, rule_id: int | None = None) -> None:
        """Forget one rule, or all."""
        with self._world.write() as db:
            db.execute("DELETE FROM fault WHERE ?1 IS NULL OR id = ?1", (rule_id,))

    def listed(self) -> list[dict[str, Any]]:
        with self._world.read() as db:
            return [asdict(rule) for rule in _rules(db)]

    def fire(self, method: str, path: str) -> Rule | None:
        """Count this call against every rule that picks it, and give the first rule that fires."""
        with self._world.read() as db:
            if not any(rule.picks(method, path) for rule in _rules(db)):
                return None
        firing = None
        with self._world.write() as db:
            for rule in _rules(db):
                if not rule.picks(method, path):
                    continue
                rule.seen += 1
                if firing is None and rule.is_due():
                    rule.fired += 1
                    firing = rule
                db.execute("UPDATE fault SET seen = ?, fired = ? WHERE id = ?", (rule.seen, rule.fired, rule.id))
        return firing


_COUNTED = ("id", "seen", "fired")


def _rules(db: sqlite3.Connection) -> list[Rule]:
    rows = db.execute("SELECT * FROM fault ORDER BY id")
    return [Rule(**json.loads(row["rule"]), id=row["id"], seen=row["seen"], fired=row["fired"]) for row in rows]
