"""Whatever the product can be in, or do, has its words; and no words are kept that nothing uses."""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

import practicesync
from practicesync.core import errors, words
from practicesync.core.catalogue import CATALOGUE
from practicesync.core.compare import State
from practicesync.core.errors import SyncError
from practicesync.core.fields import ClientKind, Level, Rule, Subject
from practicesync.core.link_state import LinkState
from practicesync.core.policy import Direction, FieldRule, Passage, Policy, named_rule
from practicesync.core.presence import PRESENCES, Sort
from practicesync.core.push import Outcome, PushState
from practicesync.core.verdict import NOT_KEPT, UNREACHED, Judge, Move
from practicesync.core.words import ERROR_WORDS, RUN_KIND_WORDS, RUN_STATE_WORDS, VERB_WORDS, WHY_WORDS, Wording, say
from practicesync.flows.registry import FLOWS
from practicesync.operations.runs import LIVE

SOURCE = Path(str(practicesync.__file__)).parent
TABLES: Mapping[str, Mapping[str, object]] = {
    name: table for name, table in vars(words).items() if name.endswith("_WORDS") and isinstance(table, Mapping)
}
TONES = {"quiet", "good", "wait", "bad"}
ENDED = {"done", "failed", "cancelled"}


@cache
def trees() -> tuple[ast.Module, ...]:
    """Every module of the program but the words themselves."""
    return tuple(ast.parse(path.read_text()) for path in sorted(SOURCE.rglob("*.py")) if path.name != "words.py")


def calls(tree: ast.Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def called(call: ast.Call) -> str:
    return (
        call.func.id
        if isinstance(call.func, ast.Name)
        else call.func.attr
        if isinstance(call.func, ast.Attribute)
        else ""
    )


def texts(node: ast.AST) -> Iterator[str]:
    return (each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str))


def used_texts() -> set[str]:
    """Every string constant of the program outside the words."""
    return {text for tree in trees() for text in texts(tree)}


def error_codes() -> set[str]:
    """The codes of the error classes, and those that somebody gives an error in its place."""
    own = {each.code for each in vars(errors).values() if isinstance(each, type) and issubclass(each, SyncError)}
    names = {each.__name__ for each in vars(errors).values() if isinstance(each, type) and issubclass(each, SyncError)}
    given = {
        text
        for tree in trees()
        for call in calls(tree)
        if called(call) in names
        for keyword in call.keywords
        if keyword.arg == "code"
        for text in texts(keyword.value)
    }
    assert len(given) > 5, "the search for codes finds nothing any more"
    return own | given


def verbs() -> set[str]:
    """The verbs with which a line is written where they stand in the call."""
    found = {
        call.args[0].value
        for tree in trees()
        for call in calls(tree)
        if called(call) == "Entry" and call.args and isinstance(call.args[0], ast.Constant)
    }
    assert len(found) > 10, "the search for verbs finds nothing any more"
    return {str(verb) for verb in found}


@pytest.mark.parametrize(
    ("table", "members"),
    [
        ("STATE_WORDS", State),
        ("LINK_WORDS", LinkState),
        ("MOVE_WORDS", Move),
        ("OUTCOME_WORDS", Outcome),
        ("PUSH_WORDS", PushState),
        ("KIND_WORDS", ClientKind),
    ],
)
def test_every_member_is_worded(table: str, members: type) -> None:
    assert set(TABLES[table]) == set(members)  # type: ignore[call-overload]


def test_every_flow_and_every_state_of_a_run_is_worded() -> None:
    assert set(RUN_KIND_WORDS) == set(FLOWS)
    assert set(RUN_STATE_WORDS) == set(LIVE) | ENDED


def test_every_error_code_has_its_sentence_and_every_sentence_its_code() -> None:
    assert error_codes() <= set(ERROR_WORDS)
    assert set(ERROR_WORDS) - error_codes() <= used_texts()


def test_every_verb_has_its_sentence_and_every_sentence_its_verb() -> None:
    assert verbs() <= set(VERB_WORDS)
    assert set(VERB_WORDS) <= used_texts()


def test_every_reason_of_the_planner_is_worded_and_nothing_else() -> None:
    rules: tuple[dict[str, FieldRule], ...] = (
        {},
        {"client.phone": FieldRule(inward=Passage.FILL_BLANK)},
        {"client.phone": named_rule(Rule.IGNORE)},
    )
    policies = [
        Policy(on=on, direction=direction, level=level, register_primary=primary, rules=rule)
        for on in (True, False)
        for primary in (True, False)
        for direction in Direction
        for level in Level
        for rule in rules
    ]
    phone = CATALOGUE.get(Subject.CLIENT, "phone")
    assert phone is not None
    found = {
        judge.judge(row, state, facts, whole=row is not phone).why
        for judge in map(Judge, policies)
        for row in (phone, PRESENCES[Sort.CONTACT])
        for state in State
        if state is not State.SAME
        for facts in (*range(1024), UNREACHED, NOT_KEPT)
    }
    same = {"equal", "not_told", "hidden_there"}
    assert found | same <= set(WHY_WORDS)
    assert set(WHY_WORDS) - found - same <= used_texts(), "the reasons of who plans otherwise than by a policy"


@pytest.mark.parametrize("table", TABLES)
def test_sentences_are_sentences(table: str) -> None:
    for key, told in TABLES[table].items():
        assert re.fullmatch(r"[a-z_]+", key)
        if isinstance(told, Wording):
            assert told.word
            assert told.tone in TONES
            assert re.fullmatch(r"[a-z-]+", told.icon)
            assert re.fullmatch(r"[A-Z].*\.", told.sentence), told.sentence
        elif table in ("WHY_WORDS", "ERROR_WORDS"):
            assert re.fullmatch(r"[A-Z].*\.", str(told)), told


def test_a_line_is_told_with_its_facts() -> None:
    assert say("linked", {"client": "Kauri Ltd", "remote": "Kauri Limited"}) == "Kauri Ltd was linked to Kauri Limited"


@pytest.mark.parametrize("verb", VERB_WORDS)
def test_a_fact_that_is_missing_does_not_spoil_the_line(verb: str) -> None:
    assert say(verb, {}).count("…") == sum(name is not None for _, name, _, _ in Formatter().parse(VERB_WORDS[verb]))


def test_a_fact_is_told_as_it_is_even_if_it_looks_like_a_place_for_one() -> None:
    assert say("client_added", {"client": "{name} {0} & Co"}) == "{name} {0} & Co was added"


def test_an_unknown_verb_is_not_told() -> None:
    with pytest.raises(KeyError):
        say("never_heard_of", {})
