"""Every contradiction is found and told with what to do; everything else that a screen offers can be chosen."""

from dataclasses import replace
from itertools import product

import pytest

from practicesync.core.fields import Rule
from practicesync.core.policy import REVIEWED, Brake, Direction, FieldRule, Passage, Policy, Truth, named_rule, terms
from practicesync.core.policy_check import MOST_CHANGED, MOST_PERCENT, orphans, problems
from practicesync.core.policy_rows import is_whole, rows_of

ON = replace(REVIEWED, on=True)
FROM_XPM = replace(ON, direction=Direction.FROM_REMOTE)
TO_XPM = replace(ON, direction=Direction.TO_REMOTE)
PRIMARY = replace(TO_XPM, register_primary=True)
OPEN, FILL, ASK, NEVER = Passage.NEVER_BLANK, Passage.FILL_BLANK, Passage.ASK, Passage.NEVER


def ruled(policy: Policy, key: str, *rule: Truth | Passage | None) -> Policy:
    return replace(policy, rules={key: FieldRule(*rule)})  # type: ignore[arg-type]


def braked(changed: int = 25, lost: int = 5, percent: int = 2) -> Policy:
    return replace(ON, brake=Brake(changed, lost, percent))


CONTRADICTIONS = [
    ("primary, but XPM overrides", replace(FROM_XPM, register_primary=True), "register_primary", "To Xero"),
    ("no brake", braked(changed=0), "brake_changed", "between 1 and 1,000"),
    ("a brake that stops nothing", braked(changed=MOST_CHANGED + 1), "brake_changed", "between 1 and 1,000"),
    ("no brake for losses", braked(lost=0), "brake_lost", "1 or more"),
    ("more losses than changes", braked(changed=3, lost=4), "brake_lost", "no more clients than for changes"),
    ("no percent", braked(percent=0), "brake_percent", "between 1 and 50"),
    ("most of the firm", braked(percent=MOST_PERCENT + 1), "brake_percent", "between 1 and 50"),
    ("a field that is not there", ruled(ON, "client.shoe_size", None, ASK), "client.shoe_size", "Take this rule away"),
    ("one that stays here", ruled(ON, "client.trust_type", None, ASK), "client.trust_type", "Take this rule away"),
    ("ignored, and somebody wins", ruled(ON, "client.phone", Truth.LOCAL, NEVER, NEVER), "client.phone", "nobody wins"),
    ("the register wins, nothing goes out", ruled(ON, "client.phone", Truth.LOCAL, None, NEVER), "client.phone", "out"),
    ("the register wins, blanks only", ruled(ON, "client.phone", Truth.LOCAL, None, FILL), "client.phone", "go out"),
    (
        "the register wins from XPM",
        ruled(FROM_XPM, "client.phone", Truth.LOCAL),
        "client.phone",
        "the direction is From",
    ),
    ("XPM wins, nothing comes in", ruled(ON, "client.phone", Truth.REMOTE, NEVER), "client.phone", "come in"),
    ("XPM wins, blanks only", ruled(ON, "client.phone", Truth.REMOTE, FILL), "client.phone", "come in"),
    ("XPM wins to XPM", ruled(TO_XPM, "client.phone", Truth.REMOTE), "client.phone", "the direction is To"),
    ("XPM wins, the register primary", ruled(PRIMARY, "client.phone", Truth.REMOTE, OPEN), "client.phone", "primary"),
    ("what XPM alone keeps goes out", ruled(ON, "client.website", None, None, OPEN), "client.website", "cannot go out"),
    ("… to fill blanks", ruled(ON, "client.website", None, None, FILL), "client.website", "cannot go out"),
    ("… and the register wins", ruled(ON, "client.website", Truth.LOCAL), "client.website", "XPM wins"),
    ("groups go out", ruled(ON, "client.group", None, None, ASK), "client.group", "cannot go out"),
    (
        "whole contacts removed freely",
        ruled(ON, "client.contact", None, Passage.FREE),
        "client.contact",
        "never removed",
    ),
    ("… on the other side", ruled(ON, "client.contact", None, None, Passage.FREE), "client.contact", "never removed"),
]


@pytest.mark.parametrize(("name", "policy", "key", "says"), CONTRADICTIONS)
def test_a_contradiction_is_told_by_its_key_with_what_to_do(name: str, policy: Policy, key: str, says: str) -> None:
    found = problems(policy, "xpm")
    assert list(found) == [key], name
    assert says in found[key]
    assert found[key].endswith(".")


def test_several_are_told_at_once() -> None:
    both = replace(ruled(FROM_XPM, "client.phone", Truth.LOCAL), register_primary=True, brake=Brake(0, 0, 0))
    keys = {"register_primary", "brake_changed", "brake_lost", "brake_percent", "client.phone"}
    assert set(problems(both, "xpm")) == keys


@pytest.mark.parametrize(
    ("name", "policy"),
    [
        ("as it comes", REVIEWED),
        ("primary", PRIMARY),
        ("primary both ways", replace(ON, register_primary=True)),
        ("blanks are filled one way, nothing goes the other", ruled(ON, "client.phone", None, FILL, NEVER)),
        ("blanks are filled both ways", ruled(ON, "client.phone", None, FILL, FILL)),
        ("blanks go over", ruled(ON, "client.phone", Truth.LOCAL, Passage.FREE, Passage.FREE)),
        ("the register wins against the direction", ruled(FROM_XPM, "client.phone", Truth.LOCAL, None, OPEN)),
        ("the register wins by asking", ruled(ON, "client.phone", Truth.LOCAL, None, ASK)),
        ("ignored", ruled(ON, "client.phone", None, NEVER, NEVER)),
        ("what XPM alone keeps is ignored", ruled(ON, "client.website", None, NEVER, NEVER)),
        ("what XPM alone keeps fills blanks", ruled(ON, "client.website", Truth.REMOTE, FILL)),
        ("the smallest brake", braked(1, 1, 1)),
        ("the largest", braked(MOST_CHANGED, MOST_CHANGED, MOST_PERCENT)),
    ],
)
def test_what_can_be_so_is_let_be(name: str, policy: Policy) -> None:
    assert problems(policy, "xpm") == {}, name


def test_a_rule_that_has_lost_its_field_may_stay_but_not_change() -> None:
    lost = ruled(ON, "client.pager", None, ASK)
    assert problems(lost, "xpm", before=lost) == {}
    assert orphans(lost, "xpm") == ("client.pager",)
    assert set(problems(ruled(ON, "client.pager", None, FILL), "xpm", before=lost)) == {"client.pager"}


@pytest.mark.parametrize("key", sorted(rows_of("xpm")))
def test_a_side_that_wins_by_a_rule_can_win(key: str) -> None:
    """Tried over every rule there is: what is let be never names a winner whose values go nowhere."""
    row = rows_of("xpm")[key]
    for direction, truth, inward, outward in product(Direction, Truth, [None, *Passage], [None, *Passage]):
        policy = ruled(replace(ON, direction=direction), key, truth, inward, outward)
        if key in problems(policy, "xpm"):
            continue
        held = terms(policy, row)
        if truth is Truth.LOCAL:
            assert held.outward not in (NEVER, FILL), policy
        if truth is Truth.REMOTE:
            assert held.inward not in (NEVER, FILL) or row.remote_only, policy
        assert not (is_whole(row) and Passage.FREE in (held.inward, held.outward))


@pytest.mark.parametrize("rule", Rule)
def test_every_rule_with_a_name_can_be_given_to_a_plain_field(rule: Rule) -> None:
    assert problems(replace(ON, rules={"client.phone": named_rule(rule)}), "xpm") == {}
