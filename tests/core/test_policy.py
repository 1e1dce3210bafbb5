"""A policy's precedence as a table, and what holds of every verdict whatever the policy is."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practicesync.core.compare import State
from practicesync.core.fields import Field, Level, Rule
from practicesync.core.policy import (
    REVIEWED,
    Brake,
    Direction,
    FieldRule,
    Layer,
    Passage,
    Policy,
    Terms,
    Truth,
    named_rule,
    terms,
)
from practicesync.core.policy_rows import is_whole, rows_of
from practicesync.core.presence import Presence
from practicesync.core.verdict import (
    ARCHIVED,
    BLANK_HERE,
    BLANK_THERE,
    CAN_PULL,
    CAN_PUSH,
    GONE,
    HELD,
    HIDDEN,
    PENDING,
    UNTOLD,
    Judge,
    Move,
    Verdict,
)

ROWS = rows_of("xpm")
ON = replace(REVIEWED, on=True)
FROM_XPM = replace(ON, direction=Direction.FROM_REMOTE)
TO_XPM = replace(ON, direction=Direction.TO_REMOTE)
PRIMARY = replace(TO_XPM, register_primary=True)
OPEN = CAN_PUSH | CAN_PULL


def ruled(policy: Policy, key: str, rule: FieldRule) -> Policy:
    return replace(policy, rules={key: rule})


Told = tuple[Truth, Layer, Passage, Layer, Passage, Layer]
BLANK, FILL, ASK, NEVER = Passage.NEVER_BLANK, Passage.FILL_BLANK, Passage.ASK, Passage.NEVER
HERE, THERE, NOBODY = Truth.LOCAL, Truth.REMOTE, Truth.ASK
WAY, OWN, LIST, LVL = Layer.DIRECTION, Layer.RULE, Layer.NOT_LISTED, Layer.LEVEL
ALONE, FIRST, OFF = Layer.REMOTE_ONLY, Layer.PRIMARY, Layer.OFF

PRECEDENCE: list[tuple[str, Policy, str, Told]] = [
    ("off: a person chooses", REVIEWED, "client.phone", (NOBODY, OFF, ASK, OFF, ASK, OFF)),
    ("off, whatever the direction", replace(FROM_XPM, on=False), "client.phone", (NOBODY, OFF, ASK, OFF, ASK, OFF)),
    ("off, also what XPM alone keeps", REVIEWED, "client.website", (NOBODY, OFF, ASK, OFF, ASK, OFF)),
    ("from XPM", FROM_XPM, "client.phone", (THERE, WAY, BLANK, WAY, NEVER, WAY)),
    ("to XPM", TO_XPM, "client.phone", (HERE, WAY, NEVER, WAY, BLANK, WAY)),
    ("two ways", ON, "client.phone", (NOBODY, WAY, BLANK, WAY, BLANK, WAY)),
    ("on no list", FROM_XPM, "client.email", (NOBODY, LIST, ASK, LIST, ASK, LIST)),
    ("whole relationships are on no list", TO_XPM, "client.relationship", (NOBODY, LIST, ASK, LIST, ASK, LIST)),
    ("level nothing", replace(ON, level=Level.NOTHING), "client.name", (NOBODY, LVL, NEVER, LVL, NEVER, LVL)),
    ("level names: others", replace(ON, level=Level.NAMES), "client.phone", (NOBODY, LVL, NEVER, LVL, NEVER, LVL)),
    ("level names: the name", replace(TO_XPM, level=Level.NAMES), "client.name", (HERE, WAY, NEVER, WAY, BLANK, WAY)),
    (
        "level before XPM alone",
        replace(ON, level=Level.NOTHING),
        "client.website",
        (NOBODY, LVL, NEVER, LVL, NEVER, LVL),
    ),
    ("XPM alone keeps it", TO_XPM, "client.website", (THERE, ALONE, BLANK, ALONE, NEVER, ALONE)),
    ("XPM alone before primary", PRIMARY, "client.group", (THERE, ALONE, BLANK, ALONE, NEVER, ALONE)),
    (
        "its own rule for what comes in of it",
        ruled(TO_XPM, "client.website", FieldRule(None, FILL)),
        "client.website",
        (THERE, ALONE, FILL, OWN, NEVER, ALONE),
    ),
    ("primary", PRIMARY, "client.phone", (HERE, FIRST, NEVER, FIRST, BLANK, WAY)),
    ("primary, both ways", replace(ON, register_primary=True), "client.phone", (HERE, FIRST, FILL, FIRST, BLANK, WAY)),
    (
        "primary before the field's own rule",
        ruled(replace(ON, register_primary=True), "client.phone", FieldRule(NOBODY, Passage.FREE, ASK)),
        "client.phone",
        (HERE, FIRST, FILL, FIRST, ASK, OWN),
    ),
    (
        "the rule before the direction, point by point",
        ruled(FROM_XPM, "client.phone", FieldRule(None, None, FILL)),
        "client.phone",
        (THERE, WAY, BLANK, WAY, FILL, OWN),
    ),
    (
        "the rule before the lists",
        ruled(ON, "client.email", named_rule(Rule.FROM_REMOTE)),
        "client.email",
        (THERE, OWN, BLANK, OWN, NEVER, OWN),
    ),
    (
        "ignored",
        ruled(ON, "client.phone", named_rule(Rule.IGNORE)),
        "client.phone",
        (NOBODY, WAY, NEVER, OWN, NEVER, OWN),
    ),
]


@pytest.mark.parametrize(("name", "policy", "key", "expected"), PRECEDENCE)
def test_the_first_that_speaks_about_a_point_decides_it(name: str, policy: Policy, key: str, expected: Told) -> None:
    held = terms(policy, ROWS[key])
    found = (held.truth, held.truth_by, held.inward, held.inward_by, held.outward, held.outward_by)
    assert found == expected, name


@pytest.mark.parametrize(
    ("name", "policy", "key", "counts"),
    [
        ("off", REVIEWED, "client.phone", True),
        ("off, ignored", ruled(REVIEWED, "client.phone", named_rule(Rule.IGNORE)), "client.phone", False),
        ("ignored", ruled(ON, "client.phone", named_rule(Rule.IGNORE)), "client.phone", False),
        ("ignored while primary", ruled(PRIMARY, "client.phone", named_rule(Rule.IGNORE)), "client.phone", False),
        ("left out by the level", replace(ON, level=Level.NAMES), "client.phone", False),
        (
            "nothing comes in, but it goes out",
            ruled(ON, "client.phone", FieldRule(None, NEVER)),
            "client.phone",
            True,
        ),
    ],
)
def test_what_is_ignored_or_left_out_is_nobodys_business(name: str, policy: Policy, key: str, counts: bool) -> None:
    assert terms(policy, ROWS[key]).counts is counts, name


passages = st.sampled_from([None, *Passage])
rules = st.dictionaries(
    st.sampled_from(sorted(ROWS)), st.builds(FieldRule, st.sampled_from([None, *Truth]), passages, passages), max_size=6
)
policies = st.builds(
    Policy,
    on=st.booleans(),
    direction=st.sampled_from(Direction),
    level=st.sampled_from(Level),
    register_primary=st.booleans(),
    rules=rules,
    brake=st.just(Brake()),
)
"""Also those that `policy_check` would refuse: a verdict must be safe even then."""

bits = st.sampled_from(
    [BLANK_HERE, BLANK_THERE, UNTOLD, HIDDEN, CAN_PUSH, CAN_PULL, PENDING, HELD, ARCHIVED, GONE, OPEN, OPEN, OPEN]
)
facts = st.lists(bits, max_size=4).map(lambda found: sum(set(found) - {OPEN}) | (OPEN if OPEN in found else 0))
states = st.sampled_from([state for state in State if state is not State.SAME])
rows = st.sampled_from(list(ROWS.values()))


def judge(policy: Policy, row: Field | Presence, state: State, found: int) -> Verdict:
    return Judge(policy).judge(row, state, found, whole=is_whole(row))


@given(policies, rows, states, facts)
def test_what_xpm_alone_keeps_never_goes_out_while_client_sync_is_on(
    policy: Policy, row: Field | Presence, state: State, found: int
) -> None:
    verdict = judge(replace(policy, on=True), row, state, found)
    if row.remote_only:
        assert not verdict.can_push
        assert not (verdict.unasked and verdict.move is Move.PUSH)


@given(policies, rows, states, facts)
def test_nothing_whole_is_ever_removed_unasked(policy: Policy, row: Field | Presence, state: State, found: int) -> None:
    verdict = judge(policy, row, state, found)
    if is_whole(row) and verdict.unasked:
        assert not (verdict.move is Move.PUSH and found & BLANK_HERE)
        assert not (verdict.move is Move.PULL and found & BLANK_THERE)


@given(policies, rows, states, facts)
def test_a_value_is_blanked_unasked_only_where_a_rule_says_so_freely(
    policy: Policy, row: Field | Presence, state: State, found: int
) -> None:
    verdict = judge(policy, row, state, found)
    rule = policy.rules.get(f"{row.subject.value}.{row.name}", FieldRule())
    if verdict.unasked and verdict.move is Move.PUSH and found & BLANK_HERE:
        assert rule.outward is Passage.FREE
    if verdict.unasked and verdict.move is Move.PULL and found & BLANK_THERE:
        assert rule.inward is Passage.FREE


@given(policies, rows, states, facts)
def test_a_register_that_is_primary_is_never_overwritten_by_anybody(
    policy: Policy, row: Field | Presence, state: State, found: int
) -> None:
    verdict = judge(replace(policy, register_primary=True), row, state, found)
    if not row.remote_only and not found & BLANK_HERE:
        assert not verdict.can_pull
        assert not (verdict.unasked and verdict.move is Move.PULL)


@given(policies, rows, states, facts)
def test_nothing_moves_unasked_at_the_level_nothing_or_while_it_is_off(
    policy: Policy, row: Field | Presence, state: State, found: int
) -> None:
    for still in (replace(policy, level=Level.NOTHING), replace(policy, on=False)):
        assert not judge(still, row, state, found).unasked


@given(policies, rows, states, facts)
def test_nothing_moves_unasked_that_could_not_be_chosen(
    policy: Policy, row: Field | Presence, state: State, found: int
) -> None:
    verdict = judge(policy, row, state, found)
    if verdict.unasked:
        assert verdict.can_push if verdict.move is Move.PUSH else verdict.can_pull


@given(policies, rows, states, facts)
def test_what_waits_is_held_or_is_gone_never_moves_unasked(
    policy: Policy, row: Field | Presence, state: State, found: int
) -> None:
    if found & (PENDING | HELD | GONE):
        assert not judge(policy, row, state, found).unasked


@given(policies, rows)
def test_terms_name_a_layer_that_can_have_decided(policy: Policy, row: Field | Presence) -> None:
    held: Terms = terms(policy, row)
    layers = {held.truth_by, held.inward_by, held.outward_by}
    assert (Layer.OFF in layers or held.truth_by is Layer.RULE) or policy.on
    assert Layer.REMOTE_ONLY not in layers or row.remote_only
    assert Layer.PRIMARY not in layers or policy.register_primary
    assert Layer.RULE not in layers or f"{row.subject.value}.{row.name}" in policy.rules


@pytest.mark.parametrize(
    ("policy", "key", "state", "why"),
    [
        (replace(ON, register_primary=True), "client.phone", State.REMOTE_CHANGED, "primary"),
        (replace(REVIEWED, register_primary=True), "client.phone", State.REMOTE_CHANGED, "primary"),
        (
            ruled(ON, "client.website", FieldRule(None, Passage.ASK)),
            "client.website",
            State.REMOTE_CHANGED,
            "remote_changed",
        ),
        (ON, "client.phone", State.REMOTE_CHANGED, "remote_changed"),
    ],
)
def test_what_the_firms_choices_bar_is_told_as_that(policy: Policy, key: str, state: State, why: str) -> None:
    assert judge(policy, ROWS[key], state, OPEN).why == why


@given(policies, rows, states, facts)
def test_only_a_register_that_is_primary_bars_a_value_as_such(
    policy: Policy, row: Field | Presence, state: State, found: int
) -> None:
    assert judge(policy, row, state, found).why != "primary" or policy.register_primary


def test_what_xpm_alone_keeps_and_never_told_is_left_and_asks_nobody() -> None:
    verdict = judge(FROM_XPM, ROWS["client.website"], State.DIFFERS, UNTOLD | BLANK_THERE | CAN_PUSH)
    assert (verdict.move, verdict.why, verdict.needs_person) == (Move.LEAVE, "not_this_way", False)
