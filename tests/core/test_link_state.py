"""The one state under which a list shows a linked client, and its counts."""

import itertools

import pytest

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.contacts import LocalContact
from practicesync.core.kinds import Place
from practicesync.core.link_state import NEEDS_PERSON, LinkState, tally
from practicesync.core.plan import LinkSides, plan_link
from practicesync.core.record import RemoteContact

OLD, NEW, OTHER = "old@kauri.example", "new@kauri.example", "other@kauri.example"

# What base, local and remote say of one field, so that the link is in this state by it.
SIDES: dict[LinkState, tuple[str | None, str, str]] = {
    LinkState.BOTH_CHANGED: (OLD, NEW, OTHER),
    LinkState.DIFFERS: (None, NEW, OTHER),
    LinkState.REMOTE_CHANGED: (OLD, OLD, NEW),
    LinkState.LOCAL_CHANGED: (OLD, NEW, OLD),
    LinkState.IN_SYNC: (OLD, OLD, OLD),
}
# One field for each of the states that may hold at once.
FIELDS = dict(zip(SIDES, ["email", "client_code", "export_code", "website", "name"], strict=True))


def sides(*states: LinkState) -> LinkSides:
    base, local, remote = {}, {}, {}
    for state in states:
        key = FIELDS[state]
        was, here, there = SIDES[state]
        local[key], remote[key] = here, there
        if was is not None:
            base[key] = was
    return LinkSides(base, local, remote)


def state_of(*states: LinkState, pending: bool = False, failing: str = "") -> LinkState:
    plan = plan_link(CATALOGUE, sides(*states), Place("NZ"), connector="xpm")
    return tally(plan, pending=pending, failing=failing).state


@pytest.mark.parametrize("state", SIDES)
def test_one_field_gives_the_link_its_state(state: LinkState) -> None:
    assert state_of(state) is state


@pytest.mark.parametrize(("worse", "milder"), list(itertools.combinations(SIDES, 2)))
def test_of_several_the_worst_shows(worse: LinkState, milder: LinkState) -> None:
    assert state_of(worse, milder) is worse


def test_a_refusal_shows_before_what_waits_and_that_before_what_differs() -> None:
    assert state_of(*SIDES, pending=True, failing="refused") is LinkState.FAILING
    assert state_of(*SIDES, pending=True) is LinkState.WAITING
    assert state_of(*SIDES) is LinkState.BOTH_CHANGED


def test_every_row_is_counted_under_its_state() -> None:
    plan = plan_link(CATALOGUE, sides(*SIDES), Place("NZ"), connector="xpm")
    found = tally(plan, pending=False)
    assert (found.both_changed, found.differs, found.remote_changed, found.local_changed) == (1, 1, 1, 1)
    assert found.format_only == 0


def test_values_that_are_only_written_differently_count_apart() -> None:
    plan = plan_link(
        CATALOGUE, LinkSides({}, {"phone": "09 555 0101"}, {"phone": "(09) 555-0101"}), Place("NZ"), connector="xpm"
    )
    found = tally(plan, pending=False)
    assert (found.state, found.format_only) == (LinkState.IN_SYNC, 1)


def test_a_contact_that_one_side_lacks_is_a_difference() -> None:
    here = LinkSides({}, {}, {}, local_contacts=[LocalContact(1, {"name": "Mere Tahu"})])
    there = LinkSides({}, {}, {}, remote_contacts=[RemoteContact("c1", {"name": "Mere Tahu"})])
    for lone in (here, there):
        found = tally(plan_link(CATALOGUE, lone, Place("NZ"), connector="xpm"), pending=False)
        assert (found.state, found.differs) == (LinkState.DIFFERS, 1)


def test_a_person_is_asked_for_where_and_only_where_sides_differ() -> None:
    assert set(SIDES) - NEEDS_PERSON == {LinkState.IN_SYNC}
    assert set(SIDES) >= NEEDS_PERSON
