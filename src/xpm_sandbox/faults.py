"""Fault rules: which calls go wrong, and how. `fault_layer` carries them out."""

import itertools
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatch
from types import UnionType
from typing import Any

from xpm_sandbox import switches


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
}


@dataclass
class Rule:
    """One fault. Calls are picked by method and path; it fires from the `nth` picked call on, `times` times."""

    kind: str
    method: str = ""
    path: str = ""
    nth: int = 1
    times: int | None = 1
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
    switches: dict[str, str] = field(default_factory=dict)
    id: int = 0
    seen: int = 0
    fired: int = 0

    def picks(self, method: str, path: str) -> bool:
        if self.method and self.method.upper() != method:
            return False
        return not self.path or self.path in path or fnmatch(path, self.path)


def rule_from(raw: Mapping[str, Any]) -> Rule:
    """A rule out of JSON; raises `BadRule`."""
    kind = raw.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise BadRule(f"kind is one of {', '.join(KINDS)}")
    missing = [key for key in KINDS[kind] if key not in raw]
    if missing:
        raise BadRule(f"{kind} needs {', '.join(missing)}")
    known = set(Rule.__dataclass_fields__) - {"id", "seen", "fired"}
    if strangers := set(raw) - known:
        raise BadRule(f"unknown keys: {', '.join(sorted(strangers))}")
    for key, value in raw.items():
        if not isinstance(value, _TYPES.get(key, str)) or isinstance(value, bool) != (key == "applied"):
            raise BadRule(f"{key} cannot be {value!r}")
    try:
        wanted = switches.checked(raw.get("switches", {}))
    except switches.UnknownSwitch as unknown:
        raise BadRule(str(unknown)) from unknown
    return Rule(**{**raw, "switches": wanted})


# What a key holds where it is not text.
_TYPES: Mapping[str, type | UnionType] = {
    "nth": int,
    "times": int | None,
    "seconds": int | float,
    "bytes": int,
    "status": int,
    "headers": dict,
    "applied": bool,
    "retry_after": str | None,
    "switches": dict,
}


class FaultRules:
    """The rules in force; safe to use from many threads."""

    def __init__(self) -> None:
        self._rules: list[Rule] = []
        self._lock = threading.Lock()
        self._ids = itertools.count(1)

    def add(self, rule: Rule) -> Rule:
        with self._lock:
            rule.id = next(self._ids)
            self._rules.append(rule)
            return rule

    def remove(self, rule_id: int | None = None) -> None:
        """Forget one rule, or all."""
        with self._lock:
            self._rules = [rule for rule in self._rules if rule_id is not None and rule.id != rule_id]

    def listed(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(rule) for rule in self._rules]

    def fire(self, method: str, path: str) -> Rule | None:
        """Count this call against every rule that picks it, and give the first rule that fires."""
        with self._lock:
            firing = None
            for rule in self._rules:
                if not rule.picks(method, path):
                    continue
                rule.seen += 1
                due = rule.seen >= rule.nth and (rule.times is None or rule.fired < rule.times)
                if due and firing is None:
                    rule.fired += 1
                    firing = rule
            return firing
