"""Which relationship is which: each once, whoever tells it first, and never somebody else's."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.compare import State
from practicesync.core.fields import ClientKind
from practicesync.core.kinds import Place
from practicesync.core.plan import LinkSides, Plan, plan_link, settled
from practicesync.core.policy import Direction, FieldRule, Passage, Policy
from practicesync.core.record import RemoteRelationship
from practicesync.core.relationships import BY_KEY
from practicesync.core.structure_plan import GroupSides
from practicesync.core.ties import LocalTie, TieSides, pair_ties, untold
from practicesync.core.verdict import Judge, Move

HERE = Place("NZ")
COMPANY, PERSON = ClientKind.COMPANY, ClientKind.INDIVIDUAL
LINKED = {"mere": PERSON, "tama": PERSON, "rata": COMPANY}


def local(
    number: int,
    kind: str = "director",
    party: str = "mere",
    *,
    tied: str | None = None,
    removed: bool = False,
    **values: str,
) -> LocalTie:
    """A register relationship; `tied` is the remote id of one that both sides had, with what it holds as its base."""
    base = values if tied is not None else {}
    return LocalTie(number, BY_KEY[kind], party, party.title(), values, tied is not None, tied or "", base, removed)


def remote(name: str, label: str = "Director", party: str = "mere", **values: str) -> RemoteRelationship:
    return RemoteRelationship(name, label, party, party.title(), values)


def sides(here: Sequence[LocalTie], there: Sequence[RemoteRelationship] | None, **more: object) -> TieSides:
    facts: dict[str, object] = {"kind": COMPANY, "remote_id": "kauri", "linked": LINKED, **more}
    return TieSides(local=here, remote=there, **facts)  # type: ignore[arg-type]


def pairs(
    here: Sequence[LocalTie], there: Sequence[RemoteRelationship], **more: object
) -> set[tuple[int | None, str | None]]:
    found = pair_ties(sides(here, there, **more), HERE, connector="xpm")
    return {(each.local.id if each.local else None, each.remote.id if each.remote else None) for each in found}


def plan(
    here: Sequence[LocalTie],
    there: Sequence[RemoteRelationship] | None,
    policy: Policy | None = None,
    *,
    pending: frozenset[str] = frozenset(),
    **more: object,
) -> Plan:
    link = LinkSides({}, {}, {}, ties=sides(here, there, **more), pending=pending)
    return plan_link(CATALOGUE, link, HERE, connector="xpm", judge=Judge(policy or Policy()))


# Pairing


def test_a_known_id_counts_before_all_else() -> None:
    here = [local(1, tied="b", start_date="2001-02-03"), local(2, start_date="2010-01-01")]
    there = [remote("a", start_date="2001-02-03"), remote("b", start_date="2010-01-01")]
    assert pairs(here, there) == {(1, "b"), (2, "a")}


def test_without_ids_equal_words_pair_and_then_equal_first_days_and_then_the_only_one_left() -> None:
    here = [
        local(1, "shareholder", shares="100"),
        local(2, "shareholder", shares="50"),
        local(3, "shareholder", "tama", shares="7", start_date="3 Feb 2001"),
        local(4, "shareholder", "rata", shares="1", start_date="2001-02-03"),
    ]
    there = [
        remote("a", "Shareholder", NumberOfShares="", shares="50"),
        remote("b", "Shareholder", shares="100"),
        remote("c", "Shareholder", "tama", shares="8", start_date="2001-02-03"),
        remote("d", "Shareholder", "rata", shares="1", start_date="2001-02-04"),
    ]
    assert pairs(here, there) == {(1, "b"), (2, "a"), (3, "c"), (4, "d")}


def test_nobody_is_paired_where_more_than_one_is_left() -> None:
    here = [local(1, "shareholder", shares="100", start_date="2001-02-03")]
    there = [
        remote("a", "Shareholder", shares="1", start_date="2002-02-03"),
        remote("b", "Shareholder", shares="2", start_date="2003-02-03"),
    ]
    assert pairs(here, there) == {(1, None), (None, "a"), (None, "b")}


def test_one_told_twice_is_paired_once() -> None:
    assert pairs([local(1)], [remote("a"), remote("b")]) == {(1, "a"), (None, "b")}
    assert pairs([local(1), local(2)], [remote("a")]) == {(1, "a"), (2, None)}


def test_another_type_or_another_party_is_another_relationship_even_under_a_known_id() -> None:
    assert pairs([local(1, tied="a")], [remote("a", "Shareholder")]) == {(1, None), (None, "a")}
    assert pairs([local(1, tied="a")], [remote("a", party="tama")]) == {(1, None), (None, "a")}


def test_the_half_that_the_party_shows_is_planned_on_the_other_client() -> None:
    assert pairs([], [remote("a", "Director Of", "rata")], kind=PERSON, remote_id="mere") == set()


def test_a_tie_without_sides_is_planned_on_one_of_the_two() -> None:
    mere = {"kind": PERSON, "remote_id": "mere"}
    tama = {"kind": PERSON, "remote_id": "tama"}
    # Neither side of the register has it: the one whose id comes first tells it.
    assert pairs([], [remote("a", "Spouse", "tama")], **mere) == {(None, "a")}
    assert pairs([], [remote("a", "Spouse", "mere")], **tama) == set()
    # The register keeps it on Tama.
    assert pairs([local(1, "spouse", "mere")], [remote("a", "Spouse", "mere")], **tama) == {(1, "a")}
    assert pairs([], [remote("b", "Spouse", "tama")], elsewhere={("spouse", "tama")}, **mere) == set()


def test_labels_that_nobody_knows_stay_there_and_are_told() -> None:
    unknown = remote("a", "Power of Attorney")
    assert pairs([], [unknown, remote("b")]) == {(None, "b")}
    assert untold(sides([], [unknown, remote("b")])) == (unknown,)


def test_other_spellings_of_a_label_are_the_same_type() -> None:
    here = [local(1, "appointor")]
    assert pairs(here, [remote("a", "Appointor")]) == pairs(here, [remote("a", " APPOINTER ")]) == {(1, "a")}


TYPES = ("director", "shareholder", "spouse", "unit_holder")
LABELS = ("Director", "Shareholder", "Director Of", "Spouse", "Unit Holder", "Nobody Knows")
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "shares": st.sampled_from(["", "0", "100", "1,000", "1000"]),
        "start_date": st.sampled_from(["", "2001-02-03", "3/2/2001"]),
    },
)
PARTIES = st.sampled_from(["mere", "tama", "rata", "stranger"])
REMOTES = st.lists(st.tuples(st.sampled_from(LABELS), PARTIES, VALUES), max_size=6).map(
    lambda told: [RemoteRelationship(f"r{n}", *each[:2], each[1], each[2]) for n, each in enumerate(told)]
)


@st.composite
def locals_(draw: st.DrawFn) -> list[LocalTie]:
    count = draw(st.integers(0, 5))
    ids = draw(st.permutations([f"r{n}" for n in range(8)]))
    found = []
    for number in range(count):
        tied = draw(st.booleans())
        values = draw(VALUES)
        found.append(
            LocalTie(
                number + 1,
                BY_KEY[draw(st.sampled_from(TYPES))],
                draw(st.one_of(PARTIES, st.just(""))),
                "somebody",
                values,
                tied,
                ids[number] if tied else "",
                values if tied else {},
                tied and draw(st.booleans()),
            )
        )
    return found


@given(locals_(), REMOTES, st.randoms())
def test_pairing_does_not_depend_on_the_order_in_which_either_side_tells(
    here: list[LocalTie], there: list[RemoteRelationship], chance: object
) -> None:
    shuffled_here, shuffled_there = list(here), list(there)
    chance.shuffle(shuffled_here)  # type: ignore[attr-defined]
    chance.shuffle(shuffled_there)  # type: ignore[attr-defined]
    assert pairs(here, there) == pairs(shuffled_here, shuffled_there)


@given(locals_(), REMOTES)
def test_nobody_is_paired_with_two_and_nobody_with_another_type_or_party(
    here: list[LocalTie], there: list[RemoteRelationship]
) -> None:
    found = pair_ties(sides(here, there), HERE, connector="xpm")
    lefts = [each.local.id for each in found if each.local]
    rights = [each.remote.id for each in found if each.remote]
    assert len(lefts) == len(set(lefts))
    assert len(rights) == len(set(rights))
    assert {each.id for each in here if not each.removed} <= set(lefts)
    for each in found:
        if each.local and each.remote:
            assert each.local.type is each.remote.type
            assert each.local.party in ("", each.remote.party)


@given(locals_(), REMOTES, st.sampled_from(Direction))
def test_what_was_removed_on_either_side_is_never_added_again_by_itself(
    here: list[LocalTie], there: list[RemoteRelationship], direction: Direction
) -> None:
    free = {"client.relationship": FieldRule(None, Passage.FREE, Passage.FREE)}
    for whole in plan(here, there, Policy(on=True, direction=direction, rules=free)).wholes():
        if whole.base is not None:
            assert not whole.verdict.unasked


# What becomes of them


def test_equal_sides_have_no_difference_and_settle() -> None:
    found = plan([local(1, "shareholder", shares="1,000")], [remote("a", "Shareholder", shares="1000", percentage="0")])
    assert list(found.differences()) == []
    assert found.relationships[0].ref == "relationship:1:a"
    assert settled(found) == {"relationship:1:a": {"shares": "1,000"}}


def test_a_value_of_one_that_both_have_is_compared_like_any_other() -> None:
    found = plan([local(1, "shareholder", tied="a", shares="100")], [remote("a", "Shareholder", shares="120")])
    (row,) = found.differing
    assert (row.key, row.state, row.can_push, row.can_pull) == (
        "relationship:1:a/shares",
        State.REMOTE_CHANGED,
        True,
        True,
    )


def test_what_a_type_does_not_hold_is_not_compared() -> None:
    assert plan([local(1)], [remote("a", shares="5", percentage="3")]).differing == ()


@pytest.mark.parametrize(
    ("here", "there", "state", "can_push", "can_pull"),
    [
        pytest.param([local(1)], [], State.DIFFERS, True, False, id="only here"),
        pytest.param([], [remote("a")], State.DIFFERS, False, True, id="only there"),
        pytest.param([local(1, tied="a")], [], State.REMOTE_CHANGED, True, True, id="removed there"),
        pytest.param(
            [local(1, tied="a", removed=True)], [remote("a")], State.LOCAL_CHANGED, True, True, id="removed here"
        ),
    ],
)
def test_one_that_a_side_lacks(
    here: list[LocalTie], there: list[RemoteRelationship], state: State, can_push: bool, can_pull: bool
) -> None:
    (whole,) = plan(here, there).presences
    assert (whole.state, whole.can_push, whole.can_pull) == (state, can_push, can_pull)
    assert whole.label == "Mere, director"


def test_one_removed_on_both_sides_is_nothing() -> None:
    assert list(plan([local(1, tied="a", removed=True)], []).differences()) == []


def test_a_type_that_xpm_has_not_stays_here() -> None:
    assert plan([local(1, "guardian"), local(2, "unit_holder")], []).open_count == 0


def test_a_type_that_xpm_tells_and_does_not_take_is_known_there_and_never_sent() -> None:
    here = [local(1, "unit_holder", tied="a", shares="5")]
    (row,) = plan(here, [remote("a", "Unit Holder", shares="6")], kind=ClientKind.TRUST).differing
    assert (row.can_push, row.can_pull) == (False, True)


@pytest.mark.parametrize(
    ("here", "there"),
    [
        pytest.param([local(1, party="")], [], id="here"),
        pytest.param([], [remote("a", party="stranger")], id="there"),
    ],
)
def test_one_about_somebody_who_is_not_linked_moves_nowhere_and_bothers_nobody(
    here: list[LocalTie], there: list[RemoteRelationship]
) -> None:
    found = plan(here, there)
    (whole,) = found.presences
    assert (whole.move, whole.why, whole.can_push, whole.can_pull) == (Move.LEAVE, "party_unlinked", False, False)
    assert found.open_count == 0


@pytest.mark.parametrize(
    ("here", "there"),
    [
        pytest.param([], [remote("a", party="rata")], id="a company cannot be a director"),
        pytest.param([local(1, tied="a")], [remote("a"), remote("b")], id="it is there already"),
    ],
)
def test_one_that_the_register_cannot_keep_is_told_and_left(
    here: list[LocalTie], there: list[RemoteRelationship]
) -> None:
    (whole,) = plan(here, there).presences
    assert (whole.move, whole.why, whole.can_pull) == (Move.LEAVE, "not_kept", False)


def test_of_two_alike_in_xpm_one_comes_in() -> None:
    first, second = plan([], [remote("a"), remote("b")]).presences
    assert (first.can_pull, second.can_pull) == (True, False)


def test_what_was_never_told_is_no_difference() -> None:
    assert list(plan([local(1), local(2, tied="a", party="tama")], None).differences()) == []


def test_one_that_waits_to_be_written_moves_neither_way() -> None:
    (whole,) = plan([local(1)], [], pending=frozenset({"relationship:1:"})).presences
    assert (whole.pending, whole.can_push, whole.can_pull) == (True, False, False)


# Groups and the archive


def grouped(
    here: Mapping[str, str],
    there: Mapping[str, str] | None,
    policy: Policy | None = None,
    together: Sequence[str] = (),
) -> Plan:
    link = LinkSides({}, {}, {}, groups=GroupSides(here, there), together=frozenset(together))
    return plan_link(CATALOGUE, link, HERE, connector="xpm", judge=Judge(policy or Policy()))


def test_a_group_on_both_sides_is_no_difference() -> None:
    assert list(grouped({"kauri family": "Kauri Family"}, {"kauri family": "KAURI  family"}).differences()) == []


@pytest.mark.parametrize(
    ("here", "there", "together", "state", "move", "unasked"),
    [
        pytest.param({}, {"k": "K"}, (), State.DIFFERS, Move.PULL, True, id="new in xpm comes in"),
        pytest.param({"k": "K"}, {}, ("group:k",), State.REMOTE_CHANGED, Move.ASK, False, id="taken out in xpm asks"),
        pytest.param({}, {"k": "K"}, ("group:k",), State.LOCAL_CHANGED, Move.ASK, False, id="taken out here asks"),
        pytest.param({"k": "K"}, {}, (), State.DIFFERS, Move.ASK, False, id="only here asks"),
    ],
)
@pytest.mark.parametrize("direction", Direction)
def test_under_client_sync_groups_come_in_and_never_go_out(
    here: dict[str, str],
    there: dict[str, str],
    together: tuple[str, ...],
    state: State,
    move: Move,
    unasked: bool,
    direction: Direction,
) -> None:
    (whole,) = grouped(here, there, Policy(on=True, direction=direction), together).presences
    assert (whole.state, whole.move, whole.verdict.unasked, whole.can_push) == (state, move, unasked, False)


def test_groups_that_were_never_told_are_no_difference() -> None:
    assert list(grouped({"k": "K"}, None).differences()) == []


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize(("here", "there"), [(True, False), (False, True)])
@pytest.mark.parametrize("together", [frozenset(), frozenset({"archived"})])
def test_nobody_is_archived_or_taken_out_of_the_archive_by_itself(
    direction: Direction, here: bool, there: bool, together: frozenset[str]
) -> None:
    link = LinkSides({}, {}, {}, archived_here=here, archived_there=there, together=together)
    judge = Judge(Policy(on=True, direction=direction))
    (whole,) = plan_link(CATALOGUE, link, HERE, connector="xpm", judge=judge).presences
    assert not whole.verdict.unasked
    assert whole.can_push is here
