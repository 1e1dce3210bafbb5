"""What many people do to the register's structure at the same moment, on each database."""

from collections import Counter
from functools import partial

import pytest

from flows.test_at_once import at_once
from operations.offices import NOW, Office, an_office
from practicesync.core.errors import Invalid, Stale
from practicesync.core.fields import ClientKind
from practicesync.core.lists import FIRM_LISTS
from practicesync.operations import addressing, groups, lists, register, relationships
from practicesync.operations.register import NewClient
from practicesync.queries.address_places import load_moving
from practicesync.queries.group_list import load_groups
from practicesync.queries.lists import load_lists
from practicesync.store.models import Client, Group, GroupMember, ListItem, Relationship

PEOPLE = 6
PLACES = {"physical_address": "principal_place", "postal_address": "registered_office"}


@pytest.fixture
def office(on_database: str) -> Office:
    return an_office()


def mere(office: Office) -> Client:
    new = NewClient(ClientKind.INDIVIDUAL, {"name": "Mere Tahu"}, country="NZ")
    return register.add_client(office.admin, new, NOW)


def test_the_same_relationship_is_added_once(office: Office) -> None:
    company, person = office.add(), mere(office)
    results = at_once(
        [
            lambda: relationships.add_relationship(office.admin, company.pk, person.pk, "director", {}, NOW)
            for _ in range(PEOPLE)
        ]
    )
    assert Counter(type(each) for each in results) == {Relationship: 1, Invalid: PEOPLE - 1}
    assert Relationship.rows.of(office.practice.pk).count() == 1


def test_one_edit_of_a_relationship_wins(office: Office) -> None:
    held = relationships.add_relationship(office.admin, office.add().pk, mere(office).pk, "shareholder", {}, NOW)
    calls = [
        lambda number=number: relationships.edit_relationship(
            office.admin, held.pk, revision=1, values={"shares": str(number)}, now=NOW
        )
        for number in range(1, PEOPLE + 1)
    ]
    results = at_once(calls)
    assert Counter(type(each) for each in results) == {Relationship: 1, Stale: PEOPLE - 1}
    held.refresh_from_db()
    assert held.revision == 2


def test_a_group_of_one_name_is_made_once_and_everybody_is_in_it(office: Office) -> None:
    clients = [office.add(f"Client {number}") for number in range(PEOPLE)]
    calls = [
        lambda client=client: groups.group_clients(office.admin, [client.pk, clients[0].pk], "Tahu Family", NOW)
        for client in clients
    ]
    results = at_once(calls)
    assert {type(each) for each in results} == {Group}
    [row] = load_groups(office.practice.pk).rows
    assert row.size == GroupMember.rows.of(office.practice.pk).count() == PEOPLE


def test_a_word_is_added_to_a_list_once(office: Office) -> None:
    results = at_once([lambda: lists.add_item(office.admin, "trust_type", "Blind", NOW) for _ in range(PEOPLE)])
    assert Counter(type(each) for each in results) == {ListItem: 1, Invalid: PEOPLE - 1}


def test_clients_follow_whichever_rename_came_last(office: Office) -> None:
    client = office.add(subscription_plan="Advisory")
    word = ListItem.rows.of(office.practice.pk).get(label="Advisory")
    names = [f"Advice {number}" for number in range(PEOPLE)]
    at_once([partial(lists.rename_item, office.admin, word.pk, name, NOW) for name in names])
    word.refresh_from_db()
    client.refresh_from_db()
    assert client.values["subscription_plan"] == word.label
    assert word.label in names


def test_empty_lists_are_filled_once(office: Office) -> None:
    ListItem.rows.of(office.practice.pk).delete()
    at_once([lambda: lists.begin_lists(office.admin, NOW) for _ in range(PEOPLE)])
    assert {len(page.items) for page in load_lists(office.practice.pk)} == {
        len(each.words("NZ")) for each in FIRM_LISTS
    }


def test_lists_and_addresses_follow_on_either_database(office: Office) -> None:
    client = office.add(**{"subscription_plan": "advisory", "postal_address.street": "PO Box 7"})
    [plans, *_] = load_lists(office.practice.pk)
    [word] = [item for item in plans.items if item.used]
    assert (word.label, word.used) == ("Advisory", 1)
    assert lists.rename_item(office.admin, word.id, "Advice", NOW) == 1
    moving = load_moving(office.practice.pk, ClientKind.COMPANY, PLACES)
    addressing.place_addresses(office.admin, ClientKind.COMPANY, PLACES, NOW, expected=moving.clients)
    client.refresh_from_db()
    assert client.values["subscription_plan"] == "Advice"
    assert client.values["mailing_address.street"] == "PO Box 7"


def test_two_changes_of_the_addresses_at_once_leave_every_address(office: Office) -> None:
    client = office.add(**{"postal_address.street": "PO Box 7", "registered_office.street": "2 Kauri Street"})
    at_once(
        [
            lambda: addressing.place_addresses(office.admin, ClientKind.COMPANY, PLACES, NOW, expected=1)
            for _ in range(PEOPLE)
        ]
    )
    client.refresh_from_db()
    held = {key: text for key, text in client.values.items() if text and key.endswith(".street")}
    assert held == {"postal_address.street": "2 Kauri Street", "mailing_address.street": "PO Box 7"}
