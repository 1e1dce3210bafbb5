"""What differs between two policies, point by point and in words: for the page before a change, and for its line in
the activity."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from practicesync.core.policy import Brake, FieldRule, Policy
from practicesync.core.policy_rows import label_of, rows_of
from practicesync.core.policy_words import DIRECTION_WORDS, LEVEL_WORDS, rule_words

NAMED = 3
"""So many rules are told one by one in a line."""


@dataclass(frozen=True, slots=True)
class Point:
    """One point that differs: its name (`direction`, `rule:client.email`), what people call it, both sides in words."""

    name: str
    label: str
    before: str
    after: str


def brake_words(brake: Brake) -> str:
    """A brake in one line."""
    return f"{brake.changed:,} clients or {brake.percent} % changed, or {brake.lost:,} losing a value"


def points(before: Policy, after: Policy, connector: str) -> Iterator[Point]:
    """All on which the two policies differ."""
    for name, label, words in _WHOLE:
        yield from _point(name, label, words(before), words(after))
    rows = rows_of(connector)
    for key in sorted({*before.rules, *after.rules}):
        was, becomes = (rule_words(policy.rules.get(key, FieldRule())) for policy in (before, after))
        yield from _point(f"rule:{key}", label_of(rows[key]) if key in rows else key, was, becomes)


def line(found: Sequence[Point]) -> str:
    """The points in one line; many rules only by their number."""
    rules = [each for each in found if each.name.startswith("rule:")]
    if len(rules) <= NAMED:
        return "; ".join(f"{each.label}: {each.after}" for each in found)
    told = [f"{each.label}: {each.after}" for each in found if each not in rules]
    return "; ".join([*told, f"the rules of {len(rules)} fields"])


def _point(name: str, label: str, before: str, after: str) -> Iterator[Point]:
    if before != after:
        yield Point(name, label, before, after)


_WHOLE: Sequence[tuple[str, str, Callable[[Policy], str]]] = (
    ("on", "Client sync", lambda policy: "On" if policy.on else "Off"),
    ("direction", "Direction", lambda policy: DIRECTION_WORDS[policy.direction].label),
    ("level", "Level", lambda policy: LEVEL_WORDS[policy.level].label),
    ("register_primary", "Register is primary", lambda policy: "Yes" if policy.register_primary else "No"),
    ("brake", "Brake", lambda policy: brake_words(policy.brake)),
)
