"""What may happen to a difference, and why: a practice's direction, level and rules, in their order of precedence.

    1. client sync is off                  nothing moves unasked; a person chooses
    2. the level leaves the field out      nothing moves unasked, and nobody is asked
    3. XPM alone keeps it                  it comes in and never goes out, whatever the direction
    4. the register is primary             nothing that is here is overwritten
    5. the field has a rule of its own     …for either direction, and for who wins
    6. the field is on no level's list     a person chooses
    7. the practice's direction

The first that speaks about a point (who wins, what comes in, what goes out) decides it. `verdict` applies it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from practicesync.core.fields import Level, Rule, Section, Subject


class Direction(StrEnum):
    """Which way a practice's values flow."""

    FROM_REMOTE = "from_remote"
    TO_REMOTE = "to_remote"
    TWO_WAY = "two_way"


class Truth(StrEnum):
    """Which side wins where both have a claim."""

    LOCAL = "local"
    REMOTE = "remote"
    ASK = "ask"


class Passage(StrEnum):
    """What may go one way unasked."""

    FREE = "free"
    NEVER_BLANK = "never_blank"
    FILL_BLANK = "fill_blank"
    ASK = "ask"
    NEVER = "never"


class Layer(StrEnum):
    """What decided: a step of the precedence."""

    OFF = "off"
    LEVEL = "level"
    REMOTE_ONLY = "remote_only"
    PRIMARY = "primary"
    RULE = "rule"
    NOT_LISTED = "not_listed"
    DIRECTION = "direction"


@dataclass(frozen=True, slots=True)
class FieldRule:
    """A practice's own rule for one field; None follows what comes after it in the precedence."""

    truth: Truth | None = None
    inward: Passage | None = None
    outward: Passage | None = None

    @property
    def ignores(self) -> bool:
        """Whether nothing moves either way and nobody is asked."""
        return self.inward is Passage.NEVER and self.outward is Passage.NEVER


@dataclass(frozen=True, slots=True)
class Brake:
    """How many clients a run may change, and how many blank or archive, before it stops and asks.

    Whichever is more: the count, or the part of the linked clients in percent.
    """

    changed: int = 25
    lost: int = 5
    percent: int = 2


@dataclass(frozen=True, slots=True)
class Policy:
    """A practice's policy. `rules` are by `row_key`; `version` counts its changes."""

    on: bool = False
    direction: Direction = Direction.TWO_WAY
    level: Level = Level.EVERYTHING
    register_primary: bool = False
    rules: Mapping[str, FieldRule] = field(default_factory=dict)
    brake: Brake = Brake()
    version: int = 0


REVIEWED = Policy()
"""Nothing is pulled or pushed unless a person chose it."""


class Row(Protocol):
    """What of a field or of a sort of presence a policy looks at."""

    @property
    def name(self) -> str: ...
    @property
    def subject(self) -> Subject: ...
    @property
    def section(self) -> Section: ...
    @property
    def rule(self) -> Rule: ...
    @property
    def level(self) -> Level | None: ...
    @property
    def remote_only(self) -> bool: ...
    @property
    def identifies(self) -> int: ...


def row_key(row: Row) -> str:
    """What names a field in a policy: `client.email`, `contact.email`, `client.group`."""
    return f"{row.subject.value}.{row.name}"


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for one field: who wins, what may go which way, and which layer says so of each.

    `shut_in` and `shut_out` are barred to people too; `counts` tells whether a difference is anybody's business.
    """

    truth: Truth
    inward: Passage
    outward: Passage
    truth_by: Layer
    inward_by: Layer
    outward_by: Layer
    counts: bool = True
    shut_in: bool = False
    shut_out: bool = False


_BY_DIRECTION: Mapping[Direction, tuple[Truth, Passage, Passage]] = {
    Direction.FROM_REMOTE: (Truth.REMOTE, Passage.NEVER_BLANK, Passage.NEVER),
    Direction.TO_REMOTE: (Truth.LOCAL, Passage.NEVER, Passage.NEVER_BLANK),
    Direction.TWO_WAY: (Truth.ASK, Passage.NEVER_BLANK, Passage.NEVER_BLANK),
}

_BY_RULE: Mapping[Rule, FieldRule] = {
    Rule.TWO_WAY: FieldRule(),
    Rule.FROM_REMOTE: FieldRule(Truth.REMOTE, Passage.NEVER_BLANK, Passage.NEVER),
    Rule.TO_REMOTE: FieldRule(Truth.LOCAL, Passage.NEVER, Passage.NEVER_BLANK),
    Rule.ASK: FieldRule(Truth.ASK, Passage.ASK, Passage.ASK),
    Rule.IGNORE: FieldRule(None, Passage.NEVER, Passage.NEVER),
    Rule.FILL_BLANK: FieldRule(None, Passage.FILL_BLANK, Passage.FILL_BLANK),
}
"""The rules of the catalogue and of design's words, as terms."""


def named_rule(rule: Rule) -> FieldRule:
    """One of the rules that have a name of their own."""
    return _BY_RULE[rule]


def terms(policy: Policy, row: Row) -> Terms:
    """What holds for this field under this policy."""
    own = policy.rules.get(row_key(row)) or (_BY_RULE[row.rule] if row.rule is not Rule.TWO_WAY else FieldRule())
    if not policy.on:
        return _off(policy, row, own)
    if policy.level is Level.NOTHING or (policy.level is Level.NAMES and row.level is not Level.NAMES):
        return _left_out(policy, row)
    listed = row.level is not None
    base = _BY_DIRECTION[policy.direction] if listed else (Truth.ASK, Passage.ASK, Passage.ASK)
    by = Layer.DIRECTION if listed else Layer.NOT_LISTED
    found = Terms(*base, by, by, by)
    found = _ruled(found, own)
    if policy.register_primary:
        found = _primary(found)
    return _remote_only(found, own) if row.remote_only else found


def _off(policy: Policy, row: Row, own: FieldRule) -> Terms:
    """Everything is proposed and nothing happens unasked; what is ignored stays so."""
    off = Layer.OFF
    primary = policy.register_primary and not row.remote_only
    if own.ignores:
        return Terms(Truth.ASK, Passage.NEVER, Passage.NEVER, off, Layer.RULE, Layer.RULE, counts=False)
    return Terms(Truth.ASK, Passage.ASK, Passage.ASK, off, Layer.PRIMARY if primary else off, off, shut_in=primary)


def _left_out(policy: Policy, row: Row) -> Terms:
    never, by = Passage.NEVER, Layer.LEVEL
    primary = policy.register_primary and not row.remote_only
    return Terms(Truth.ASK, never, never, by, by, by, counts=False, shut_in=primary, shut_out=row.remote_only)


def _ruled(found: Terms, own: FieldRule) -> Terms:
    rule = Layer.RULE
    return Terms(
        own.truth or found.truth,
        own.inward or found.inward,
        own.outward or found.outward,
        rule if own.truth else found.truth_by,
        rule if own.inward else found.inward_by,
        rule if own.outward else found.outward_by,
        counts=not own.ignores,
    )


def _primary(found: Terms) -> Terms:
    """What is here is not overwritten: a blank may still be filled."""
    by = Layer.PRIMARY
    fills = found.inward in (Passage.FREE, Passage.NEVER_BLANK, Passage.FILL_BLANK)
    return Terms(
        Truth.LOCAL,
        Passage.FILL_BLANK if fills else found.inward,
        found.outward,
        by,
        by,
        found.outward_by,
        counts=found.counts,
        shut_in=True,
    )


def _remote_only(found: Terms, own: FieldRule) -> Terms:
    """It comes in whatever the direction, unless it has a rule for that, and never goes out."""
    by = Layer.REMOTE_ONLY
    return Terms(
        Truth.REMOTE,
        own.inward or Passage.NEVER_BLANK,
        Passage.NEVER,
        by,
        Layer.RULE if own.inward else by,
        by,
        counts=found.counts,
        shut_out=True,
    )
