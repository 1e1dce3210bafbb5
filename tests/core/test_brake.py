"""The brake: what is too much for a run that nobody asked for, and what is not believed of a reading."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practicesync.core import verdict
from practicesync.core.brake import Cause, Halt, Load, allowed, fallen, halts, is_left_out, takes_away
from practicesync.core.brake_words import say_halt
from practicesync.core.catalogue import CATALOGUE
from practicesync.core.compare import State
from practicesync.core.fields import Subject
from practicesync.core.kinds import Place
from practicesync.core.plan import LinkSides, plan_link
from practicesync.core.policy import Brake, FieldRule, Passage, Policy
from practicesync.core.push import Act
from practicesync.core.verdict import Judge

BRAKE = Brake(changed=25, lost=5, percent=2)


@pytest.mark.parametrize(
    ("changed", "lost", "linked", "causes"),
    [
        (25, 5, 100, []),
        (26, 0, 100, [Cause.CHANGED]),
        (10, 6, 100, [Cause.LOST]),
        (26, 6, 100, [Cause.LOST, Cause.CHANGED]),
        (100, 100, 5_000, []),
        (101, 0, 5_000, [Cause.CHANGED]),
        (101, 101, 5_000, [Cause.LOST, Cause.CHANGED]),
        (0, 0, 0, []),
    ],
)
def test_a_run_stops_beyond_the_count_or_the_part_whichever_is_more(
    changed: int, lost: int, linked: int, causes: list[Cause]
) -> None:
    assert [halt.cause for halt in halts(Load(linked, changed, lost), BRAKE)] == causes


def test_what_xpm_left_out_is_the_gravest_and_names_the_field() -> None:
    found = halts(Load(1_000, 40, 0, {"Phone": 312, "Fax": 10, "Email": 11}), BRAKE)
    assert found == (
        Halt(Cause.LEFT_OUT, 312, 1_000, 10, "Phone"),
        Halt(Cause.LEFT_OUT, 11, 1_000, 10, "Email"),
        Halt(Cause.CHANGED, 40, 1_000, 25),
    )
    assert say_halt(found[0]) == "XPM left out Phone for 312 clients that had it before."


@given(
    linked=st.integers(0, 100_000),
    changed=st.integers(0, 100_000),
    more=st.integers(0, 1_000),
    brake=st.builds(Brake, st.integers(1, 500), st.integers(1, 500), st.integers(0, 100)),
)
def test_a_run_that_does_more_never_stops_for_less(linked: int, changed: int, more: int, brake: Brake) -> None:
    one = {halt.cause for halt in halts(Load(linked, changed, changed), brake)}
    other = {halt.cause for halt in halts(Load(linked, changed + more, changed + more), brake)}
    assert one <= other


@given(linked=st.integers(0, 100_000), percent=st.integers(0, 100), least=st.integers(0, 500))
def test_the_bound_is_never_under_either_number(linked: int, percent: int, least: int) -> None:
    bound = allowed(least, percent, linked)
    assert bound >= least
    assert (bound + 1) * 100 > percent * linked


@pytest.mark.parametrize(
    ("missed", "held", "believed"),
    [
        (0, 0, True),
        (0, 5, True),
        (1, 2, True),
        (2, 2, False),
        (1, 1, False),
        (15, 30, True),
        (16, 30, False),
        (25, 60, True),
        (26, 60, False),
        (100, 5_000, True),
        (101, 5_000, False),
        (5_000, 5_000, False),
    ],
)
def test_a_list_that_lacks_much_of_what_was_there_is_not_believed(missed: int, held: int, believed: bool) -> None:
    assert (fallen(missed, held) is None) is believed


@given(held=st.integers(1, 1_000_000))
def test_an_empty_list_is_never_believed(held: int) -> None:
    assert fallen(held, held) is not None


def only(base: str | None, here: str, there: str | None, policy: Policy) -> tuple[verdict.Verdict, int]:
    """The verdict on one field of a client, and its facts."""
    sides = LinkSides(
        {} if base is None else {"email": base}, {"email": here}, {} if there is None else {"email": there}
    )
    plan = plan_link(CATALOGUE, sides, Place("NZ"), connector="xpm", judge=Judge(policy))
    (row,) = plan.differing
    return row.verdict, row.facts


FREE = Policy(on=True, rules={"client.email": FieldRule(None, Passage.FREE, Passage.FREE)})


@pytest.mark.parametrize(
    ("act", "before", "after", "lost"),
    [
        (Act.UPDATE, {"email": "a@b.nz"}, {"email": ""}, True),
        (Act.UPDATE, {"a.street": "1 Rata St", "a.city": "Napier"}, {"a.street": "", "a.city": ""}, True),
        (Act.UPDATE, {"a.street": "1 Rata St", "a.city": "Napier"}, {"a.street": "2 Rata St", "a.city": ""}, False),
        (Act.UPDATE, {"email": "a@b.nz"}, {"email": "c@b.nz"}, False),
        (Act.UPDATE, {"email": ""}, {"email": "c@b.nz"}, False),
        (Act.UPDATE, {}, {"email": ""}, False),
        (Act.ADD, {}, {"name": "Mere Tahu"}, False),
        (Act.REMOVE, {"name": "Mere Tahu"}, {}, True),
        (Act.ARCHIVE, {}, {"name": "Archived"}, True),
        (Act.CREATE, {}, {"name": "Kauri"}, False),
    ],
)
def test_what_a_move_takes_away(act: Act, before: dict[str, str], after: dict[str, str], lost: bool) -> None:
    assert takes_away(act, before, after) is lost


def test_left_out_is_what_both_sides_had_and_the_remote_no_longer_tells() -> None:
    assert is_left_out(only("a@b.nz", "a@b.nz", None, FREE)[1])
    assert not is_left_out(only(None, "a@b.nz", None, FREE)[1]), "it was never there"
    assert not is_left_out(only("a@b.nz", "a@b.nz", "", FREE)[1]), "it was told, and is empty"
    assert not is_left_out(only("a@b.nz", "a@b.nz", None, FREE)[1] | verdict.HELD), "somebody has looked at it"


def test_what_is_left_out_never_moves_unasked() -> None:
    for row in CATALOGUE.synced(Subject.CLIENT, "xpm"):
        for state in State:
            judged = Judge(FREE).judge(row, state, verdict.UNTOLD | verdict.CAN_PUSH | verdict.CAN_PULL)
            assert not judged.unasked
