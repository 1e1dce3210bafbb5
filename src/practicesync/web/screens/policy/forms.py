"""A new policy out of what a form sent: whatever it does not name stays as it is."""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import TypeVar

from django.http import QueryDict

from practicesync.core.errors import Invalid
from practicesync.core.fields import Level, Rule
from practicesync.core.policy import Brake, Direction, FieldRule, Passage, Policy, Truth, named_rule
from practicesync.queries.policy_screen import OWN, SAME

SwitchT = TypeVar("SwitchT", bound=StrEnum)


def proposed(policy: Policy, sent: QueryDict) -> Policy:
    """The policy with what was sent. Raises `Invalid` by key for what no form of ours sends."""
    return replace(
        policy,
        on=_switch(sent, "on", policy.on),
        direction=_chosen(Direction, sent, "direction", policy.direction),
        level=_chosen(Level, sent, "level", policy.level),
        register_primary=_switch(sent, "register_primary", policy.register_primary),
        brake=Brake(
            _number(sent, "brake_changed", policy.brake.changed),
            _number(sent, "brake_lost", policy.brake.lost),
            _number(sent, "brake_percent", policy.brake.percent),
        ),
        rules=_rules(policy.rules, sent),
    )


def carried(sent: QueryDict, *but: str) -> list[tuple[str, str]]:
    """What was sent, name by name, to be sent again by the next form."""
    return [(name, value) for name, values in sent.lists() if name not in but for value in values]


def _rules(rules: Mapping[str, FieldRule], sent: QueryDict) -> dict[str, FieldRule]:
    """The rules with those of the fields that were named; one that says nothing any more is none."""
    found = dict(rules)
    for key in sent.getlist("field"):
        found[key] = _rule(found.get(key, FieldRule()), sent)
    for key in sent.getlist("remove"):
        found.pop(key, None)
    return {key: rule for key, rule in found.items() if rule != FieldRule()}


def _rule(rule: FieldRule, sent: QueryDict) -> FieldRule:
    """A rule that has a name, or one made of points."""
    told = sent.get("rule", OWN)
    if told != OWN:
        return named_rule(_word(Rule, told, "rule"))
    return FieldRule(
        _point(Truth, sent, "truth", rule.truth),
        _point(Passage, sent, "inward", rule.inward),
        _point(Passage, sent, "outward", rule.outward),
    )


def _point(words: type[SwitchT], sent: QueryDict, name: str, current: SwitchT | None) -> SwitchT | None:
    told = sent.get(name, SAME)
    if told == SAME:
        return current
    return None if told == "" else _word(words, told, name)


def _chosen(words: type[SwitchT], sent: QueryDict, name: str, current: SwitchT) -> SwitchT:
    return _word(words, _last(sent, name), name) if name in sent else current


def _word(words: type[SwitchT], told: str, name: str) -> SwitchT:
    try:
        return words(told)
    except ValueError:
        raise Invalid({name: "Choose one of those that are offered."}) from None


def _switch(sent: QueryDict, name: str, current: bool) -> bool:
    return _last(sent, name) == "1" if name in sent else current


def _number(sent: QueryDict, name: str, current: int) -> int:
    if name not in sent:
        return current
    told = _last(sent, name).strip()
    if not (told.isascii() and told.isdigit() and len(told) < 7):
        raise Invalid({name: "Enter a whole number."})
    return int(told)


def _last(sent: QueryDict, name: str) -> str:
    """A switch sends what it is without a tick, then with one."""
    return sent.getlist(name)[-1]
