"""Several people in the same pile at the same moment, on each database: every client is linked once, and nobody is
linked and rejected at the same time."""

from collections.abc import Callable
from typing import Any

import pytest

from flows.test_at_once import at_once, kinds
from operations.offices import NOW, Office, a_record, an_office
from practicesync.operations import linking, matching, merging
from practicesync.operations.activity import verify
from practicesync.operations.merging import Asked
from practicesync.store.models import Activity, Candidate, Client, Link, Mirror, Rejection

PEOPLE = 6


@pytest.fixture
def office(on_database: str) -> Office:
    found = an_office()
    found.connect()
    return found


def suggestions(office: Office, count: int) -> list[Candidate]:
    """So many safe suggestions."""
    made = []
    for number in range(count):
        client = office.add(f"Kauri {number} Limited")
        mirror = office.read(a_record(f"r{number}"))
        row = Candidate.rows.create(
            practice=office.practice,
            connection=office.connection,
            client=client,
            mirror=mirror,
            rank=1,
            score=0.99,
            pile="safe",
            sort_name=client.sort_name,
            made_at=NOW,
        )
        made.append(row)
    return made


def live(office: Office) -> list[tuple[int, int]]:
    rows = Link.rows.of(office.practice.pk).filter(ended_at=None).order_by("client_id")
    return list(rows.values_list("client_id", "mirror_id"))


def told(office: Office, verb: str) -> int:
    assert verify(office.practice.pk) is None
    return int(Activity.rows.of(office.practice.pk).filter(verb=verb).count())


def test_of_many_who_accept_the_same_one_links(office: Office) -> None:
    (one,) = suggestions(office, 1)
    results = at_once([lambda: linking.link(office.admin, one.client_id, one.mirror_id, NOW)] * PEOPLE)
    assert kinds(results) == {"Link": 1, "Invalid": PEOPLE - 1}
    assert (live(office), told(office, "linked")) == ([(one.client_id, one.mirror_id)], 1)


def test_of_many_clients_for_one_record_one_gets_it(office: Office) -> None:
    (one,) = suggestions(office, 1)
    others = [office.add(f"Rata {number} Limited") for number in range(PEOPLE)]

    def link(client: Client) -> Callable[[], Link]:
        return lambda: linking.link(office.admin, client.pk, one.mirror_id, NOW)

    assert kinds(at_once([link(client) for client in others])) == {"Link": 1, "Invalid": PEOPLE - 1}
    assert len(live(office)) == 1


def test_ticks_that_overlap_link_every_client_once(office: Office) -> None:
    rows = suggestions(office, 6)
    ids = [row.pk for row in rows]

    def several(chosen: list[int]) -> Callable[[], Any]:
        return lambda: matching.link_several(office.admin, chosen, office.connection.pk, NOW)

    results = at_once([several(ids[:4]), several(ids[2:]), several(ids)])
    assert kinds(results)["Run"] == 3
    assert live(office) == sorted((row.client_id, row.mirror_id) for row in rows)
    assert told(office, "linked") == sum(run.changed for run in results if not isinstance(run, Exception)) == 6


def test_nobody_is_linked_and_rejected_at_once(office: Office) -> None:
    rows = suggestions(office, 4)
    for row in rows:

        def accept(row: Candidate = row) -> object:
            return linking.link(office.admin, row.client_id, row.mirror_id, NOW)

        def reject(row: Candidate = row) -> None:
            matching.reject(office.admin, row.client_id, row.mirror_id, NOW)

        at_once([accept, reject])
    rejected = set(Rejection.rows.of(office.practice.pk).values_list("client_id", "mirror_id"))
    assert not rejected & set(live(office))
    settled = Candidate.rows.of(office.practice.pk).filter(settled=True).count()
    assert settled == len(rejected | set(live(office))) == 4


def test_of_two_who_merge_the_other_way_round_one_wins(office: Office) -> None:
    one, other = office.add("Kauri Ltd"), office.add("Kauri Limited")

    def merge(kept: Client, gone: Client) -> Callable[[], object]:
        asked = Asked(kept.pk, gone.pk, kept.revision, gone.revision)
        return lambda: merging.merge(office.admin, asked, NOW)

    results = at_once([merge(one, other), merge(other, one)])
    assert kinds(results)["Merge"] == 1
    assert Client.rows.of(office.practice.pk).filter(archived_at=None).count() == 1
    assert Mirror.rows.of(office.practice.pk).count() == 0
