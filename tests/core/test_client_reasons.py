"""Every reason for which a client is not in sync has its words and its next step, and every reason can be given."""

import itertools

import pytest

from practicesync.core import verdict
from practicesync.core.catalogue import CATALOGUE
from practicesync.core.client_reasons import KNOWN, OF_A_WRITE, REASONS, RETRIED, Mend, mend_of
from practicesync.core.compare import State
from practicesync.core.fields import Field, Level, Subject
from practicesync.core.link_state import GROUPS, LinkState, StateGroup
from practicesync.core.policy import Direction, FieldRule, Passage, Policy, Truth
from practicesync.core.presence import PRESENCES, Presence
from practicesync.core.state_words import GROUP_WORDS, MEND_WORDS, REASON_WORDS
from practicesync.core.verdict import Judge

FACTS = (
    verdict.BLANK_HERE,
    verdict.BLANK_THERE,
    verdict.UNTOLD,
    verdict.HIDDEN,
    verdict.CAN_PUSH,
    verdict.CAN_PULL,
    verdict.HELD,
    verdict.ARCHIVED,
    verdict.GONE,
)
RULES = [
    FieldRule(truth, inward, outward) for truth in Truth for inward in Passage for outward in (Passage.ASK, inward)
]


def reasons_that_need_somebody() -> set[str]:
    """All that the judge gives for whatever difference, under whatever policy."""
    email = CATALOGUE.get(Subject.CLIENT, "email")
    assert email is not None
    rows: tuple[Field | Presence, ...] = (email, next(iter(PRESENCES.values())))
    switches = itertools.product((False, True), Direction, (False, True))
    policies = [Policy(on=on, direction=way, level=Level.EVERYTHING, register_primary=own) for on, way, own in switches]
    for own, rule in itertools.product((False, True), RULES):
        policies.append(Policy(on=True, register_primary=own, rules={"client.email": rule}))
    bits = [sum(some) for size in range(len(FACTS) + 1) for some in itertools.combinations(FACTS, size)]
    found = set()
    for policy in policies:
        judge = Judge(policy)
        for row, state, facts in itertools.product(rows, set(State) - {State.SAME}, bits):
            told = judge.judge(row, state, facts, whole=isinstance(row, Presence))
            if told.needs_person:
                found.add(told.why)
    return found


def test_every_reason_of_the_judge_has_its_step_and_none_is_in_vain() -> None:
    assert reasons_that_need_somebody() == set(REASONS[StateGroup.NEEDS_YOU])


@pytest.mark.parametrize("reason", sorted(KNOWN))
def test_every_reason_is_a_sentence(reason: str) -> None:
    assert REASON_WORDS[reason].endswith(".")


def test_every_step_has_its_words_and_is_the_step_of_some_reason() -> None:
    assert set(MEND_WORDS) == set(Mend)
    assert {mend for reasons in REASONS.values() for mend in reasons.values()} == set(Mend)


def test_every_state_is_in_one_group_and_every_group_has_its_words() -> None:
    assert sorted(state for states in GROUPS.values() for state in states) == sorted(LinkState)
    assert set(GROUPS) == set(REASONS) == set(GROUP_WORDS) == set(StateGroup)


def test_what_is_tried_again_is_a_failure() -> None:
    assert set(REASONS[StateGroup.FAILING]) > RETRIED > OF_A_WRITE
    assert mend_of(StateGroup.IN_SYNC, "refused") is None
