"""The checklist: proven by what the register holds, or ticked by a person."""

import pytest

from operations.offices import NOW, Office, an_office
from practicesync.core.errors import Invalid
from practicesync.core.fields import ClientKind
from practicesync.operations import checklist, register, relationships
from practicesync.operations.register import NewClient
from practicesync.queries.checklist import Completeness, completeness, completeness_of
from practicesync.store.models import Client

pytestmark = pytest.mark.django_db


def of(office: Office, client: Client) -> Completeness:
    return completeness(office.practice.pk, client.pk)


def open_items(office: Office, client: Client) -> set[str]:
    return {each.item.key for each in of(office, client).open}


def test_it_completes_as_the_register_comes_to_hold_things(office: Office) -> None:
    client = office.add()
    before = of(office, client)
    assert {"companies_office", "share_register", "registered_office", "directors"} <= open_items(office, client)
    office.edit(
        client,
        {"register_page": "https://companies.example/1", "registered_office.street": "1 Rata Street"},
    )
    mere = register.add_client(office.admin, NewClient(ClientKind.INDIVIDUAL, {"name": "Mere"}, country="NZ"), NOW)
    for type, values in (("director", {}), ("shareholder", {"shares": "100"})):
        relationships.add_relationship(office.admin, client.pk, mere.pk, type, values, NOW)
    assert not {"companies_office", "share_register", "registered_office", "directors"} & open_items(office, client)
    assert of(office, client).done == before.done + 4
    assert of(office, client).percent == 100 * (before.done + 4) // before.total


def test_an_ended_director_is_none(office: Office) -> None:
    client = office.add()
    mere = register.add_client(office.admin, NewClient(ClientKind.INDIVIDUAL, {"name": "Mere"}, country="NZ"), NOW)
    relationships.add_relationship(office.admin, client.pk, mere.pk, "director", {"end_date": "2020-01-01"}, NOW)
    assert "directors" in open_items(office, client)


def test_an_address_counts_wherever_the_firm_places_it(office: Office) -> None:
    new = NewClient(ClientKind.INDIVIDUAL, {"name": "Mere", "residential_address.street": "1 Rata Street"}, "NZ")
    client = register.add_client(office.admin, new, NOW)
    assert client.values["physical_address.street"] == "1 Rata Street"
    assert "residence" not in open_items(office, client)


def test_a_person_ticks_what_only_a_person_can_know(office: Office) -> None:
    client = office.add()
    for _ in range(2):
        checklist.tick(office.admin, client.pk, "identity", NOW)
    [done] = [each for each in of(office, client).items if each.item.key == "identity"]
    assert (done.done, done.ticked_by, done.ticked_at) == (True, office.admin.name, NOW)
    checklist.untick(office.admin, client.pk, "identity", NOW)
    assert "identity" in open_items(office, client)
    assert office.verbs()[-2:] == ["checklist_ticked", "checklist_unticked"]


@pytest.mark.parametrize("item", ["directors", "plan", "nothing", ""])
def test_what_the_register_proves_is_not_ticked_by_hand(office: Office, item: str) -> None:
    with pytest.raises(Invalid):
        checklist.tick(office.admin, office.add().pk, item, NOW)


def test_many_are_told_at_once_and_others_of_another_firm_left_out(
    office: Office, django_assert_max_num_queries: object
) -> None:
    ids = [office.add(f"Client {number}").pk for number in range(30)]
    stranger = an_office("Rata Accountants").add("Stranger")
    with django_assert_max_num_queries(5):  # type: ignore[operator]
        found = completeness_of(office.practice.pk, [*ids, stranger.pk])
    assert set(found) == set(ids)
    with pytest.raises(Client.DoesNotExist):
        completeness(office.practice.pk, stranger.pk)
