"""The planner: its table of states, and the rules that hold for whatever the three sides are."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.compare import State
from practicesync.core.contacts import LocalContact
from practicesync.core.decision import Decision
from practicesync.core.fields import Subject
from practicesync.core.kinds import Place
from practicesync.core.plan import LinkSides, Plan, plan_link, settled
from practicesync.core.policy import Direction, Policy
from practicesync.core.record import RemoteContact
from practicesync.core.verdict import Judge, Move

HERE = Place("NZ")


def plan(
    base: Mapping[str, str] | None = None,
    local: Mapping[str, str] | None = None,
    remote: Mapping[str, str] | None = None,
    *,
    pending: frozenset[str] = frozenset(),
) -> Plan:
    sides = LinkSides(base or {}, local or {}, remote or {}, pending=pending)
    return plan_link(CATALOGUE, sides, HERE, connector="xpm")


def one(name: str, base: str | None, local: str | None, remote: str | None) -> Decision:
    def side(value: str | None) -> dict[str, str]:
        return {} if value is None else {name: value}

    (row,) = [row for row in plan(side(base), side(local), side(remote)).decisions if row.field.name == name]
    return row


@pytest.mark.parametrize(
    ("base", "local", "remote", "state", "move"),
    [
        pytest.param("a@x.nz", "a@x.nz", "a@x.nz", State.SAME, Move.SETTLE, id="all the same"),
        pytest.param(None, "a@x.nz", "a@x.nz", State.SAME, Move.SETTLE, id="the same, never agreed"),
        pytest.param("a@x.nz", "b@x.nz", "b@x.nz", State.SAME, Move.SETTLE, id="both changed to the same"),
        pytest.param("a@x.nz", "b@x.nz", "a@x.nz", State.LOCAL_CHANGED, Move.PUSH, id="only here"),
        pytest.param("a@x.nz", "a@x.nz", "b@x.nz", State.REMOTE_CHANGED, Move.PULL, id="only there"),
        pytest.param("a@x.nz", "b@x.nz", "c@x.nz", State.BOTH_CHANGED, Move.ASK, id="on both"),
        pytest.param(None, "a@x.nz", "b@x.nz", State.DIFFERS, Move.ASK, id="differs, never agreed"),
        pytest.param(None, "", "b@x.nz", State.DIFFERS, Move.PULL, id="blank here is filled"),
        pytest.param(None, "a@x.nz", "", State.DIFFERS, Move.PUSH, id="blank there is filled"),
        pytest.param("a@x.nz", "", "a@x.nz", State.LOCAL_CHANGED, Move.PUSH, id="cleared here"),
        pytest.param("a@x.nz", "a@x.nz", "", State.REMOTE_CHANGED, Move.PULL, id="cleared there"),
        pytest.param("a@x.nz", "a@x.nz", None, State.DIFFERS, Move.ASK, id="no longer told"),
        pytest.param(None, None, None, State.SAME, Move.LEAVE, id="nothing known"),
        pytest.param(None, "a@x.nz", None, State.DIFFERS, Move.PUSH, id="only here, never told"),
        pytest.param("A@X.NZ", "a@x.nz", " a@x.nz", State.SAME, Move.SETTLE, id="only the writing differs"),
    ],
)
def test_who_moved(base: str | None, local: str | None, remote: str | None, state: State, move: Move) -> None:
    row = one("email", base, local, remote)
    assert (row.state, row.move) == (state, move)


@pytest.mark.parametrize(
    ("base", "local", "remote", "state", "hidden"),
    [
        pytest.param(None, "136410132", "******132", State.SAME, True, id="its visible digits agree"),
        pytest.param("136410132", "136410132", "******850", State.REMOTE_CHANGED, True, id="changed there, hidden"),
        pytest.param("136410132", "049091850", "******132", State.LOCAL_CHANGED, True, id="changed here"),
        pytest.param(None, "", "******132", State.SAME, True, id="never known here, hidden there"),
        pytest.param("136410132", "", "******132", State.LOCAL_CHANGED, True, id="cleared here"),
        pytest.param("136410132", "136410132", "", State.REMOTE_CHANGED, False, id="cleared there"),
    ],
)
def test_a_masked_number(base: str | None, local: str, remote: str, state: State, hidden: bool) -> None:
    row = one("tax_number", base, local, remote)
    assert (row.state, row.comparison.hidden) == (state, hidden)
    assert not (row.why == "hidden_there" and (row.can_push or row.can_pull or row.move is not Move.LEAVE))
    assert row.move is not Move.PULL or not hidden


def test_what_waits_to_be_written_can_be_chosen_neither_way() -> None:
    (row,) = plan({}, {"email": "a@x.nz"}, {"email": "b@x.nz"}, pending=frozenset({"email"})).differing
    assert (row.pending, row.can_push, row.can_pull) == (True, False, False)
    assert (row.move, row.why) == (Move.LEAVE, "pending"), "and it asks nobody"


def test_an_address_is_one_row_and_moves_as_a_whole() -> None:
    local = {"physical_address.street": "12 Rata Street", "physical_address.city": "Auckland"}
    remote = {"physical_address.street": "PO Box 7", "physical_address.city": "Auckland"}
    (row,) = plan({}, local, remote).differing
    assert row.key == "physical_address"
    assert row.field.spread(row.local)["physical_address.city"] == "Auckland"


VALUES = st.one_of(
    st.sampled_from(
        ["", " ", "******132", "136410132", "a@x.nz", "A@x.nz", "09 555 0134", "+64 9 555 0134", "Yes", "No"]
    ),
    st.text(max_size=12),
)
KEYS = [key for row in CATALOGUE.client for key in row.keys]
EDITS = st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=6)


@st.composite
def perturbed(draw: st.DrawFn) -> tuple[dict[str, str], ...]:
    """One record perturbed twice: what both agreed on, each side's edits, and keys that the remote does not tell."""
    agreed = draw(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=8))
    local = agreed | draw(EDITS)
    remote = agreed | draw(EDITS)
    untold = draw(st.sets(st.sampled_from(KEYS), max_size=2))
    unagreed = draw(st.sets(st.sampled_from(KEYS), max_size=3))
    return (
        {key: value for key, value in agreed.items() if key not in unagreed},
        local,
        {key: value for key, value in remote.items() if key not in untold},
    )


SIDES = perturbed()


@given(SIDES)
def test_what_differs_is_shown_and_what_is_shown_differs(sides: tuple[dict[str, str], ...]) -> None:
    """Rule 1: no value is passed over. Either both sides mean the same, or the row is among the differing ones."""
    base, local, remote = sides
    found = plan(base, local, remote)
    for row in found.decisions:
        there = row.field.told(remote)
        here = row.field.held(local)
        if there is None:
            assert row.differs == (not row.field.is_empty(here))
        elif row.field.kind.is_masked(there) and row.field.is_empty(here) and row.field.is_empty(row.base):
            assert not row.differs, "a number that is hidden and that the register never had can be moved neither way"
        else:
            assert row.differs == (not row.field.kind.same(here, there, HERE))


@given(SIDES)
def test_a_side_that_did_not_move_is_never_proposed_over_one_that_did(sides: tuple[dict[str, str], ...]) -> None:
    """Rule 1: the unchanged side never overwrites."""
    for row in plan(*sides).decisions:
        if row.base is None or row.remote is None or not row.differs:
            continue
        same = row.field.kind.same
        if row.move is Move.PUSH:
            assert (same(row.base, row.local, HERE), same(row.base, row.remote, HERE)) == (False, True)
        if row.move is Move.PULL:
            assert (same(row.base, row.remote, HERE), same(row.base, row.local, HERE)) == (False, True)


@given(SIDES)
def test_a_masked_value_goes_nowhere(sides: tuple[dict[str, str], ...]) -> None:
    """Rule 4."""
    found = plan(*sides)
    for row in found.decisions:
        if row.remote is not None and row.field.kind.is_masked(row.remote):
            assert not row.can_pull
            assert row.move is not Move.PULL
        if row.field.kind.is_masked(row.local):
            assert not row.can_push
            assert row.move is not Move.PUSH


@given(SIDES)
def test_what_was_not_observed_is_never_taken_for_cleared(sides: tuple[dict[str, str], ...]) -> None:
    """Rules 5 and 6: nothing is pulled from, and nothing settled by, what the remote did not tell."""
    found = plan(*sides)
    agreed = settled(found).get("", {})
    for row in found.decisions:
        if row.remote is None:
            assert not row.can_pull
            assert row.move in (Move.ASK, Move.LEAVE, Move.PUSH)
            assert row.move is not Move.PUSH or row.field.is_empty(row.base)
            assert not set(row.field.keys) & set(agreed)


@given(SIDES)
def test_base_takes_only_what_both_sides_hold_now(sides: tuple[dict[str, str], ...]) -> None:
    """Base is what both sides agree on at one moment, in the register's writing."""
    _, local, remote = sides
    found = plan(*sides)
    agreed = settled(found).get("", {})
    for row in found.decisions:
        if set(row.field.keys) & set(agreed):
            there = row.field.told(remote)
            assert there is not None
            assert row.field.kind.same(row.field.held(local), there, HERE)
            assert row.field.held(agreed) == row.field.held(local)


@given(SIDES)
def test_settling_twice_changes_nothing_more(sides: tuple[dict[str, str], ...]) -> None:
    """Rule 8."""
    base, local, remote = sides
    once = {**base, **settled(plan(base, local, remote)).get("", {})}
    again = plan(once, local, remote)
    assert settled(again) == {}
    assert plan(once, local, remote).seen == again.seen


@given(SIDES)
def test_our_own_write_coming_back_is_no_change(sides: tuple[dict[str, str], ...]) -> None:
    """Rule 7: once a push or a pull was carried out, its row is the same on both sides and stays so."""
    base, local, remote = (dict(side) for side in sides)
    for row in plan(base, local, remote).differing:
        if row.can_push:
            remote |= row.field.spread(row.local)
        elif row.can_pull and row.remote is not None:
            local |= row.field.spread(row.remote)
    after = plan(base, local, remote)
    left = {row.key for row in after.differing}
    assert left <= {row.key for row in plan(base, local, remote).decisions if not (row.can_push or row.can_pull)}
    base |= settled(after).get("", {})
    assert {row.move for row in plan(base, local, remote).decisions if row.key not in left} <= {Move.SETTLE, Move.LEAVE}


@given(SIDES, SIDES)
def test_the_digest_tells_every_change_of_what_was_seen(
    sides: tuple[dict[str, str], ...], others: tuple[dict[str, str], ...]
) -> None:
    """Rule 13: equal digests, equal rows."""
    first, second = plan(*sides), plan(*others)
    rows = [[(row.base, row.local, row.remote) for row in found.decisions] for found in (first, second)]
    assert (first.seen == second.seen) == (rows[0] == rows[1])


def contact_plan(local: list[dict[str, str]], remote: list[dict[str, str]], tied: dict[int, str] | None = None) -> Plan:
    sides = LinkSides(
        {},
        {},
        {},
        [LocalContact(number, values, (tied or {}).get(number, "")) for number, values in enumerate(local, 1)],
        [RemoteContact(f"r{number}", values) for number, values in enumerate(remote, 1)],
    )
    return plan_link(CATALOGUE, sides, HERE, connector="xpm")


def pairs(found: Plan) -> set[tuple[int | None, str | None]]:
    return {
        (c.pair.local.id if c.pair.local else None, c.pair.remote.remote_id if c.pair.remote else None)
        for c in found.contacts
    }


@pytest.mark.parametrize(
    ("local", "remote", "tied", "expected"),
    [
        pytest.param(
            [{"name": "Mere Tahu"}], [{"name": "TAHU, Mere"}], None, {(1, "r1")}, id="by name, however written"
        ),
        pytest.param(
            [{"name": "M", "email": "m@x.nz"}], [{"name": "N", "email": "M@x.nz"}], None, {(1, "r1")}, id="by e-mail"
        ),
        pytest.param(
            [{"name": "A"}], [{"name": "A"}, {"name": "A"}], None, {(1, None), (None, "r1"), (None, "r2")}, id="twins"
        ),
        pytest.param(
            [{"name": "A"}],
            [{"name": "A"}, {"name": "B"}],
            {1: "r2"},
            {(1, "r2"), (None, "r1")},
            id="a tie counts first",
        ),
        pytest.param(
            [{"name": "A"}], [{"name": "A"}], {1: "gone"}, {(1, None), (None, "r1")}, id="a tie is not replaced"
        ),
        pytest.param([], [{"name": "A"}], None, {(None, "r1")}, id="only there"),
    ],
)
def test_which_contact_is_which(
    local: list[dict[str, str]],
    remote: list[dict[str, str]],
    tied: dict[int, str] | None,
    expected: set[tuple[int | None, str | None]],
) -> None:
    assert pairs(contact_plan(local, remote, tied)) == expected


@pytest.mark.parametrize("direction", Direction)
def test_a_contact_that_xpm_lost_is_neither_sent_again_nor_taken_off_by_itself(direction: Direction) -> None:
    tied = LocalContact(1, {"name": "A"}, "gone", {"name": "A"})
    sides = LinkSides({}, {}, {}, local_contacts=[tied])
    judge = Judge(Policy(on=True, direction=direction))
    (whole,) = plan_link(CATALOGUE, sides, HERE, connector="xpm", judge=judge).wholes()
    assert (whole.state, whole.here, whole.there) == (State.REMOTE_CHANGED, True, False)
    assert (whole.move, whole.verdict.unasked) == (Move.ASK, False)
    assert whole.can_push
    assert whole.can_pull


@pytest.mark.parametrize("direction", Direction)
def test_a_contact_that_was_taken_off_here_never_comes_back_by_itself(direction: Direction) -> None:
    taken_off = LocalContact(1, {"name": "A"}, "r1", {"name": "A"}, removed=True)
    sides = LinkSides({}, {}, {}, local_contacts=[taken_off], remote_contacts=[RemoteContact("r1", {"name": "A"})])
    judge = Judge(Policy(on=True, direction=direction))
    (whole,) = plan_link(CATALOGUE, sides, HERE, connector="xpm", judge=judge).wholes()
    assert (whole.state, whole.here, whole.there) == (State.LOCAL_CHANGED, False, True)
    assert (whole.move, whole.verdict.unasked) == (Move.ASK, False)


def test_a_contact_that_neither_side_has_any_more_is_nothing() -> None:
    taken_off = LocalContact(1, {"name": "A"}, "r1", {"name": "A"}, removed=True)
    assert plan_link(CATALOGUE, LinkSides({}, {}, {}, local_contacts=[taken_off]), HERE, connector="xpm").contacts == ()


def test_a_contact_entered_anew_takes_the_place_of_the_one_taken_off() -> None:
    sides = LinkSides(
        {},
        {},
        {},
        local_contacts=[
            LocalContact(1, {"name": "A"}, "r1", {"name": "A"}, removed=True),
            LocalContact(2, {"name": "A"}),
        ],
        remote_contacts=[RemoteContact("r1", {"name": "A"})],
    )
    (contact,) = plan_link(CATALOGUE, sides, HERE, connector="xpm").contacts
    assert contact.pair.local is not None
    assert (contact.pair.local.id, contact.one_sided) == (2, False)


def test_every_field_of_a_contact_has_a_row() -> None:
    (contact,) = contact_plan([{"name": "A"}], [{"name": "A"}]).contacts
    assert [row.field for row in contact.decisions] == list(CATALOGUE.of(Subject.CONTACT))
