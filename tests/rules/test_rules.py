"""Every rule of the house holds in every file, and every rule is seen to find what it is there to find."""

from __future__ import annotations

import pytest

from rules import imports, names, sizes, texts, writing
from rules.rule import File, Rule
from rules.tree import all_files, python_files

RULES = (*texts.RULES, *imports.RULES, *writing.RULES, *names.RULES, *sizes.RULES)


def planted(sort: str) -> list[object]:
    return [
        pytest.param(rule, file, id=f"{rule.name} / {number}")
        for rule in RULES
        for number, file in enumerate(getattr(rule, sort))
    ]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_file_keeps_the_rule(rule: Rule) -> None:
    offences = [offence for file in all_files() for offence in rule.offences(file)]
    assert not offences, "\n".join([rule.name, *offences])


@pytest.mark.parametrize(("rule", "file"), planted("bad"))
def test_a_planted_offence_is_found(rule: Rule, file: File) -> None:
    assert rule.offences(file)


@pytest.mark.parametrize(("rule", "file"), planted("good"))
def test_a_lookalike_passes(rule: Rule, file: File) -> None:
    assert rule.offences(file) == []


def test_the_rules_see_the_program_and_its_tests() -> None:
    seen = {file.path for file in python_files()}
    assert {"run", "src/practicesync/__init__.py", "tests/rules/test_rules.py"} <= seen
