"""Several people importing at the same moment, on each database: each client once, and whoever is late is shown it."""

from collections import Counter
from collections.abc import Callable

import pytest

from flows.test_at_once import at_once
from operations.offices import NOW, Office, a_record, an_office
from practicesync.core.errors import Stale, Taken
from practicesync.core.fields import ClientKind
from practicesync.core.record import RemoteGroup, RemoteRecord, RemoteRelationship
from practicesync.operations import groups, linking, register
from practicesync.operations.activity import verify
from practicesync.operations.importing import Brought, PartyChoice, bring
from practicesync.store.models import Client, Link, Mirror, Relationship

PEOPLE = 8


@pytest.fixture
def office(on_database: str) -> Office:
    found = an_office()
    found.connect()
    return found


def a_mirror(office: Office, name: str, *ties: tuple[str, str]) -> int:
    """A remote record with ties (label, other) and a group, as just read; the id of its mirror."""
    told = a_record(name, name=name)
    relationships = tuple(RemoteRelationship(f"{label} {other}", label, other, other, {}) for label, other in ties)
    whole = RemoteRecord(name, told.values, (), relationships, (RemoteGroup("g", "Kauri Group"),), digest=told.digest)
    return int(office.read(whole).pk)


def brings(office: Office, mirror_id: int, *parties: PartyChoice) -> Callable[[], Brought]:
    return lambda: bring(office.admin, mirror_id, ClientKind.COMPANY, {}, NOW, parties=parties)


def test_of_many_who_import_one_client_one_makes_it_and_the_others_are_shown_it(office: Office) -> None:
    wanted = a_mirror(office, "Kauri Ltd")
    results = at_once([brings(office, wanted)] * PEOPLE)
    made = [result for result in results if isinstance(result, Brought)]
    late = [result for result in results if isinstance(result, Taken)]
    assert (len(made), len(late)) == (1, PEOPLE - 1)
    assert {refusal.client_id for refusal in late} == {made[0].client.pk}
    assert Client.rows.of(office.practice.pk).count() == 1
    assert Link.rows.of(office.practice.pk).count() == 1
    assert verify(office.practice.pk) is None


def test_an_import_and_a_link_of_one_record_do_not_both_happen(office: Office) -> None:
    wanted = a_mirror(office, "Kauri Ltd")
    client = office.add("Kauri Limited")
    results = at_once([brings(office, wanted), lambda: linking.link(office.admin, client.pk, wanted, NOW)] * 3)
    assert sum(isinstance(result, Brought | Link) for result in results) == 1
    assert Link.rows.of(office.practice.pk).filter(ended_at=None).count() == 1


def test_two_companies_with_one_director_imported_at_once_make_the_director_once(office: Office) -> None:
    ann = a_mirror(office, "Ann Lee")
    first = a_mirror(office, "Kauri Ltd", ("Director", "Ann Lee"))
    second = a_mirror(office, "Rata Ltd", ("Director", "Ann Lee"))
    party = PartyChoice(ann, ClientKind.INDIVIDUAL)
    results = at_once([brings(office, first, party), brings(office, second, party)])
    counted = Counter(type(result) for result in results)
    assert counted == {Brought: 1, Stale: 1}
    assert Client.rows.of(office.practice.pk).filter(name="Ann Lee").count() == 1
    assert Relationship.rows.of(office.practice.pk).count() == 1


def test_imports_edits_and_groups_at_the_same_moment_do_not_lock_each_other_out(office: Office) -> None:
    mirrors = [a_mirror(office, f"Rimu {number} Ltd") for number in range(4)]
    client = office.add("Totara Ltd")

    def group() -> object:
        return groups.group_clients(office.admin, [client.pk], "Kauri Group", NOW)

    def edit() -> object:
        values = {"email": "office@totara.example"}
        return register.edit_client(
            office.admin, client.pk, revision=1, kind=ClientKind.COMPANY, values=values, now=NOW
        )

    calls: list[Callable[[], object]] = [*(brings(office, each) for each in mirrors), group, edit, group]
    results = at_once(calls)
    assert sum(isinstance(result, Brought) for result in results) == 4
    assert Mirror.rows.of(office.practice.pk).count() == 4
    assert verify(office.practice.pk) is None
