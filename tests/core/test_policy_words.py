"""A policy in words: all that can be chosen has a label and a sentence, and every reason tells what decided."""

from dataclasses import replace
from enum import StrEnum

import pytest

from practicesync.core.fields import Level, Rule
from practicesync.core.policy import REVIEWED, Brake, Direction, FieldRule, Layer, Passage, Truth, terms
from practicesync.core.policy_changes import line, points
from practicesync.core.policy_effects import EFFECT_WORDS, Effect
from practicesync.core.policy_rows import label_of, rows_of
from practicesync.core.policy_words import (
    DIRECTION_WORDS,
    LAYER_WORDS,
    LEVEL_WORDS,
    PASSAGE_WORDS,
    POINTS,
    RULE_WORDS,
    TRUTH_WORDS,
    reasons,
    rule_words,
)

ON = replace(REVIEWED, on=True)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (DIRECTION_WORDS, Direction),
        (LEVEL_WORDS, Level),
        (TRUTH_WORDS, Truth),
        (PASSAGE_WORDS, Passage),
        (LAYER_WORDS, Layer),
        (RULE_WORDS, Rule),
        (EFFECT_WORDS, Effect),
    ],
)
def test_every_choice_is_worded_apart_from_the_others(words: dict[StrEnum, object], told: type[StrEnum]) -> None:
    assert set(words) == set(told)
    labels = [choice.label for choice in words.values()]  # type: ignore[attr-defined]
    sentences = [choice.sentence for choice in words.values()]  # type: ignore[attr-defined]
    assert len(set(labels)) == len(labels)
    assert len(set(sentences)) == len(sentences)
    assert all(sentence.endswith(".") for sentence in sentences)


def test_each_reason_names_what_decided_in_the_firms_own_words() -> None:
    policy = replace(ON, direction=Direction.TO_REMOTE, rules={"client.phone": FieldRule(None, Passage.FILL_BLANK)})
    told = reasons(terms(policy, rows_of("xpm")["client.phone"]), policy)
    assert tuple(each.point for each in told) == POINTS
    assert [each.because for each in told] == [
        "Your firm's direction is To Xero Practice Manager.",
        "Your firm gave this field a rule of its own.",
        "Your firm's direction is To Xero Practice Manager.",
    ]
    names = replace(ON, level=Level.NAMES)
    (wins, *_) = reasons(terms(names, rows_of("xpm")["client.phone"]), names)
    assert wins.because == "Your firm's level is Client names only, which leaves this field out."


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (FieldRule(), "No rule"),
        (FieldRule(Truth.REMOTE, Passage.NEVER_BLANK, Passage.NEVER), "XPM wins; in: never blank out; out: never"),
        (FieldRule(None, Passage.NEVER, Passage.NEVER), "Ignored"),
        (FieldRule(None, None, Passage.ASK), "out: ask"),
    ],
)
def test_a_rule_is_one_line(rule: FieldRule, told: str) -> None:
    assert rule_words(rule) == told


def test_fields_of_contacts_are_told_from_those_of_clients() -> None:
    labels = [label_of(row) for row in rows_of("xpm").values()]
    assert len(set(labels)) == len(labels)
    assert {"Phone", "Contact: Phone", "Contacts", "Relationships", "Groups", "Archived"} <= set(labels)


def test_what_differs_between_two_policies_is_told_point_by_point_and_in_one_line() -> None:
    rules = {key: FieldRule(None, Passage.ASK) for key in ("client.phone", "client.fax", "client.name", "client.email")}
    after = replace(ON, direction=Direction.TO_REMOTE, level=Level.NAMES, brake=Brake(10, 2, 1), rules=rules)
    found = list(points(REVIEWED, after, "xpm"))
    assert [each.name for each in found] == [
        "on",
        "direction",
        "level",
        "brake",
        *(f"rule:{key}" for key in sorted(rules)),
    ]
    assert line(found).endswith("; the rules of 4 fields")
    assert line(found[:2]) == "Client sync: On; Direction: To Xero Practice Manager"
    assert list(points(after, replace(after, version=9), "xpm")) == []
