"""The policy as screens show it: what holds, since when and by whom, and every field with its terms and why."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Count

from practicesync.core.fields import Field
from practicesync.core.policy import FieldRule, Policy, Terms, named_rule, terms
from practicesync.core.policy_check import orphans, problems
from practicesync.core.policy_rows import is_whole, label_of, rows_of
from practicesync.core.policy_words import PASSAGE_WORDS, RULE_WORDS, TRUTH_WORDS, Choice, Reason, reasons, rule_words
from practicesync.core.presence import Presence
from practicesync.queries.policy import as_policy, policy_of
from practicesync.store.models import Connection, Difference, Link, Run, SyncPolicy

WHOLES = "Whole contacts, relationships and groups"
"""The heading of what is there or not."""


@dataclass(frozen=True, slots=True)
class Holding:
    """The policy that holds, who made it and when (None where nobody ever did), and how far its run has come."""

    policy: Policy
    organisation: str
    connected: bool
    linked: int
    made_by: str = ""
    made_at: datetime | None = None
    replanning: int | None = None


def load_holding(practice_id: int, connector: str) -> Holding:
    """What holds for this connector now; `replanning` is the run that judges every difference by it, if any."""
    row = SyncPolicy.rows.of(practice_id).filter(connector=connector).order_by("-version").first()
    connection = Connection.rows.of(practice_id).filter(connector=connector).exclude(state="ended").first()
    linked = Link.rows.of(practice_id).filter(connection__connector=connector, ended_at=None).count()
    under_way = Run.rows.of(practice_id).filter(kind="replan", state__in=("queued", "running", "paused"))
    return Holding(
        policy=policy_of(practice_id, connector) if row is None else as_policy(row),
        organisation=connection.organisation_name if connection is not None else "",
        connected=connection is not None and connection.state == "connected",
        linked=linked,
        made_by=row.made_by if row is not None else "",
        made_at=row.made_at if row is not None else None,
        replanning=under_way.order_by("-pk").values_list("pk", flat=True).first(),
    )


@dataclass(frozen=True, slots=True)
class RuledField:
    """One field or sort of presence: what holds for it and why, its own rule if any, and how often it differs."""

    key: str
    label: str
    row: Field | Presence
    terms: Terms
    why: tuple[Reason, Reason, Reason]
    rule: FieldRule | None
    differing: int

    @property
    def ignored(self) -> bool:
        """Whether the firm lets nothing of it move and asks nobody."""
        return self.rule is not None and self.rule.ignores

    @property
    def rule_words(self) -> str:
        """Its own rule in one line; "" without one."""
        return "" if self.rule is None else rule_words(self.rule)

    @property
    def whole(self) -> bool:
        """Whether it is there or not, instead of holding a value."""
        return is_whole(self.row)


@dataclass(frozen=True, slots=True)
class RuledSection:
    """Fields under one heading."""

    title: str
    rows: tuple[RuledField, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """Every rule of a practice. `lost` are those whose field is no longer there, in words by their key."""

    policy: Policy
    sections: tuple[RuledSection, ...]
    lost: Mapping[str, str]

    def rows(self) -> Iterable[RuledField]:
        """Every row, in the order of the page."""
        for section in self.sections:
            yield from section.rows


def load_rules(practice_id: int, connector: str) -> Rules:
    """Every synced field with its terms as they are while client sync is on, in the sections of screens."""
    policy = policy_of(practice_id, connector)
    at_work = replace(policy, on=True)
    differing = _differing(practice_id, connector)
    sections: dict[str, list[RuledField]] = {}
    for key, row in rows_of(connector).items():
        held = terms(at_work, row)
        found = RuledField(
            key, label_of(row), row, held, reasons(held, policy), policy.rules.get(key), differing.get(key, 0)
        )
        sections.setdefault(WHOLES if is_whole(row) else row.section.value, []).append(found)
    return Rules(
        policy,
        tuple(RuledSection(title, tuple(rows)) for title, rows in sections.items()),
        {key: rule_words(policy.rules[key]) for key in orphans(policy, connector)},
    )


def _differing(practice_id: int, connector: str) -> Mapping[str, int]:
    """How many differences each field has, over all linked clients."""
    live = Difference.rows.of(practice_id).filter(link__ended_at=None, link__connection__connector=connector)
    counted = live.values_list("subject", "field").annotate(n=Count("pk")).order_by()
    return Counter({f"{subject}.{name}": number for subject, name, number in counted})


@dataclass(frozen=True, slots=True)
class Offer:
    """One choice of a form; `problem` says why it cannot be chosen, or is ""."""

    value: str
    label: str
    sentence: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Ruling:
    """The form for the rule of some fields: the rules with a name, the points of one of their own, and what holds.

    `rule`, `truth`, `inward` and `outward` are what is chosen: "" follows the precedence, `SAME` is told where the
    fields are not alike.
    """

    rows: tuple[RuledField, ...]
    rules: tuple[Offer, ...]
    truths: tuple[Offer, ...]
    inwards: tuple[Offer, ...]
    outwards: tuple[Offer, ...]
    rule: str
    truth: str
    inward: str
    outward: str


SAME, OWN = "same", "own"
"""A point that stays as it is, and a rule that has no name but is made of its points."""


def load_ruling(practice_id: int, connector: str, keys: Sequence[str]) -> Ruling | None:
    """The form for the rule of these fields; None where none of them is there."""
    found = load_rules(practice_id, connector)
    rows = tuple(row for row in found.rows() if row.key in keys)
    if not rows:
        return None
    held = [row.rule or FieldRule() for row in rows]
    names = {rule: named_rule(rule) for rule in RULE_WORDS}
    named = {next((name.value for name, rule in names.items() if rule == each), OWN) for each in held}
    return Ruling(
        rows,
        tuple(
            Offer(rule.value, words.label, words.sentence, _problem(found.policy, connector, rows, names[rule]))
            for rule, words in RULE_WORDS.items()
        ),
        _offers(TRUTH_WORDS),
        _offers(PASSAGE_WORDS),
        _offers(PASSAGE_WORDS),
        rule=named.pop() if len(named) == 1 else SAME,
        truth=_common(each.truth for each in held),
        inward=_common(each.inward for each in held),
        outward=_common(each.outward for each in held),
    )


def _problem(policy: Policy, connector: str, rows: Iterable[RuledField], rule: FieldRule) -> str:
    """Why these fields cannot all have this rule, told by the first of them."""
    keys = [row.key for row in rows]
    found = problems(replace(policy, rules={**policy.rules, **dict.fromkeys(keys, rule)}), connector, before=policy)
    return next((found[key] for key in keys if key in found), "")


def _offers(words: Mapping[Any, Choice]) -> tuple[Offer, ...]:
    return tuple(Offer(value.value, choice.label, choice.sentence) for value, choice in words.items())


def _common(values: Iterable[StrEnum | None]) -> str:
    """What they all are; `SAME` where they are not alike."""
    found = {"" if value is None else value.value for value in values}
    return found.pop() if len(found) == 1 else SAME
