"""A sparse plan leaves out what agrees and always did, and nothing else: all that is told or kept of it is the same."""

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.contacts import LocalContact
from practicesync.core.fields import ClientKind, Field, Subject, Values
from practicesync.core.kinds import Place
from practicesync.core.link_state import tally
from practicesync.core.plan import LinkSides, Plan, plan_link, settled
from practicesync.core.policy import REVIEWED
from practicesync.core.record import RemoteContact, RemoteRelationship
from practicesync.core.relationships import BY_KEY
from practicesync.core.ties import LocalTie, TieSides
from practicesync.core.verdict import Judge

TEXTS = (None, "", " ", "Ana Lee", "ana  lee", "09 555 0100", "+64 9 555 0100", "***-***-123", "123123123", "Yes")
MOVED = ((), (), (), (0,), (1,), (2,), (1, 2), (0, 1, 2))
"""Which of base, register and remote hold a value of their own."""

SEEDS = st.integers(min_value=0, max_value=2**32)

Three = tuple[Values, Values, Values]


def three_sides(rows: Sequence[Field], chance: Random) -> Three:
    """Base, register and remote: most keys stand alike on all three, some are missing, some differ."""
    three: tuple[dict[str, str], dict[str, str], dict[str, str]] = ({}, {}, {})
    for key in (key for row in rows for key in row.keys):
        alike, moved = chance.choice(TEXTS), chance.choice(MOVED)
        for number, side in enumerate(three):
            value = chance.choice(TEXTS) if number in moved else alike
            if value is not None:
                side[key] = value
    return three


def link_of(chance: Random) -> LinkSides:
    """A link with some contacts, of which some are tied, some stand on one side, and some were taken off."""
    base, local, remote = three_sides(CATALOGUE.client, chance)
    here, there = [], []
    for number in range(chance.randrange(4)):
        agreed, ours, theirs = three_sides(CATALOGUE.contact, chance)
        remote_id, tied = f"c{number}", chance.random() < 0.6
        if chance.random() < 0.8:
            removed = tied and chance.random() < 0.3
            tie = (remote_id, agreed) if tied else ("", {})
            here.append(LocalContact(number, ours, *tie, removed=removed))
        if chance.random() < 0.8:
            there.append(RemoteContact(remote_id, dict(theirs)))
    pending = frozenset(row.name for row in CATALOGUE.client if chance.random() < 0.1)
    archived = chance.random() < 0.2
    ties = ties_of(chance)
    return LinkSides(base, local, remote, here, there, pending=pending, archived_there=archived, ties=ties)


def ties_of(chance: Random) -> TieSides:
    """Some relationships, of which some are tied, some stand on one side, and some were removed."""
    here, there = [], []
    for number in range(chance.randrange(4)):
        kind = chance.choice(("director", "shareholder", "spouse"))
        agreed, ours, theirs = three_sides(CATALOGUE.relationship, chance)
        if chance.random() < 0.3:
            ours = theirs = agreed
        party, told, tied = f"r{chance.randrange(3)}", f"t{number}", chance.random() < 0.6
        if chance.random() < 0.8:
            tie = (True, told, agreed) if tied else (False, "", {})
            here.append(
                LocalTie(number, BY_KEY[kind], party, party, ours, *tie, removed=tied and chance.random() < 0.3)
            )
        if chance.random() < 0.8:
            there.append(RemoteRelationship(told, BY_KEY[kind].remote["xpm"][0], party, party, dict(theirs)))
    linked = {"r0": ClientKind.INDIVIDUAL, "r1": ClientKind.COMPANY}
    return TieSides(ClientKind.COMPANY, "r9", here, there if chance.random() < 0.9 else None, linked)


def planned(sides: LinkSides, *, sparse: bool) -> Plan:
    return plan_link(CATALOGUE, sides, Place("NZ"), connector="xpm", judge=Judge(REVIEWED), sparse=sparse)


@settings(max_examples=150, deadline=None)
@given(SEEDS)
def test_a_sparse_plan_tells_and_keeps_the_same_as_the_whole(seed: int) -> None:
    sides = link_of(Random(seed))
    whole, sparse = planned(sides, sparse=False), planned(sides, sparse=True)
    assert list(sparse.differences()) == list(whole.differences())
    assert sparse.presences == whole.presences
    assert [(each.ref, each.whole) for each in sparse.contacts] == [(each.ref, each.whole) for each in whole.contacts]
    assert [(each.pair, each.whole) for each in sparse.relationships] == [
        (each.pair, each.whole) for each in whole.relationships
    ]
    assert settled(sparse) == settled(whole)
    assert sparse.open_count == whole.open_count
    assert tally(sparse, pending=bool(sides.pending)) == tally(whole, pending=bool(sides.pending))


@settings(max_examples=100, deadline=None)
@given(SEEDS)
def test_what_a_sparse_plan_leaves_out_is_settled_letter_by_letter(seed: int) -> None:
    sides = link_of(Random(seed))
    whole, sparse = planned(sides, sparse=False), planned(sides, sparse=True)
    told = {row.key for row in sparse.rows()}
    left_out = [row for row in whole.rows() if row.key not in told]
    assert all(row.base == row.remote for row in left_out)
    assert all(row.local == (row.remote or row.field.held({})) for row in left_out)


@pytest.mark.parametrize("subject", [Subject.CLIENT, Subject.CONTACT])
def test_of_sides_that_are_alike_nothing_is_planned(subject: Subject) -> None:
    values = {key: "Ana Lee" for row in CATALOGUE.of(subject) for key in row.keys}
    of_contact = subject is Subject.CONTACT
    record: Values = {} if of_contact else values
    here = [LocalContact(1, values, "c1", values)] if of_contact else []
    there = [RemoteContact("c1", values)] if of_contact else []
    sides = LinkSides(record, record, record, here, there)
    assert not list(planned(sides, sparse=True).rows())
    assert list(planned(sides, sparse=False).rows())
