"""Contacts, groups and relationships as a person edits them: what the API shows of it, in both of its versions."""

import pytest
from lxml import etree

from sandbox.door import Door, names
from sandbox.person import Person, rows, said

_SINCE = "2026-02-02T09:00:30"


@pytest.fixture
def person(door: Door) -> Person:
    return Person(door)


@pytest.fixture
def kauri(door: Door) -> str:
    return str(door.add_client(Name="Kauri Ltd", Contacts=[{"Name": "Bob", "Email": "bob@example.com"}])["UUID"])


@pytest.fixture
def rimu(door: Door) -> str:
    return str(door.add_client(Name="Rimu Ltd")["UUID"])


def _client(door: Door, key: str, version: str = "3.1") -> etree._Element:
    found = door.xml("GET", f"client.api/get/{key}", version=version).find("Client")
    assert found is not None
    return found


def _later(door: Door) -> None:
    door.control("POST", "clock", {"advance": 60})


def _modified(door: Door) -> list[str]:
    return names(door.xml("GET", "client.api/list", modifiedsince=_SINCE))


def test_a_contact_is_shared_by_name_and_edited_for_both(door: Door, person: Person, kauri: str, rimu: str) -> None:
    person.press(f"clients/{rimu}/contacts", "Share contact", existing="bob", Position="Adviser", IsPrimary="Yes")
    contact = _client(door, rimu).find("Contacts/Contact")
    assert contact is not None
    assert [contact.findtext(tag) for tag in ("Name", "Position", "IsPrimary")] == ["Bob", "Adviser", "Yes"]
    key = contact.findtext("UUID")
    _later(door)
    assert said(person.press(f"contacts/{key}", "Save", Phone="09 1")) == "Saved."
    assert [_client(door, each).findtext("Contacts/Contact/Phone") for each in (kauri, rimu)] == ["09 1", "09 1"]
    assert _modified(door) == ["Kauri Ltd", "Rimu Ltd"]
    assert said(person.press(f"contacts/{key}", "Save")) == "Nothing was different, so nothing was saved."


def test_the_switch_says_whether_a_contact_moves_its_client(door: Door, person: Person, kauri: str) -> None:
    door.switch(modifiedsince_sees_contacts="no")
    _later(door)
    person.press(f"clients/{kauri}/contacts", "Add contact", Name="Ann")
    assert _modified(door) == []
    door.switch(modifiedsince_sees_contacts="yes")
    person.press(f"clients/{kauri}/contacts", "Add contact", Name="Cy")
    assert _modified(door) == ["Kauri Ltd"]
    assert [each.findtext("Name") for each in _client(door, kauri, "3.1").iterfind("Contacts/Contact")] == [
        "Ann", "Bob", "Cy",
    ]  # fmt: skip


def test_a_contact_that_leaves_its_last_client_is_gone(door: Door, person: Person, kauri: str, rimu: str) -> None:
    person.press(f"clients/{rimu}/contacts", "Share contact", existing="Bob")
    key = door.truth(kauri)["Contacts"][0]["UUID"]
    assert "Bob" in person.press(f"contacts/{key}", "Remove from Kauri Ltd").text_content()
    person.press(f"contacts/{key}", "Remove from Rimu Ltd")
    assert door.http.get(f"{person.home}/contacts/{key}").status_code == 404
    assert door.xml("GET", f"client.api/contact/{key}").findtext("Status") == "ERROR"


def test_deleting_a_contact_says_first_who_loses_it(door: Door, person: Person, kauri: str, rimu: str) -> None:
    person.press(f"clients/{rimu}/contacts", "Share contact", existing="Bob")
    key = door.truth(kauri)["Contacts"][0]["UUID"]
    asked = person.get(f"contacts/{key}/delete").text_content()
    assert "Kauri Ltd loses it" in asked
    assert "Rimu Ltd loses it" in asked
    person.press(f"contacts/{key}/delete", "Delete the contact")
    assert [door.truth(each)["Contacts"] for each in (kauri, rimu)] == [[], []]


def test_a_wrong_contact_is_told_beside_its_control_and_not_stored(door: Door, person: Person, kauri: str) -> None:
    told = person.refused(f"clients/{kauri}/contacts", "Add contact", Name="", Email="nobody")
    assert told == "Name is needed. E-mail must be an address, written as name@example.com."
    assert len(door.truth(kauri)["Contacts"]) == 1


def test_a_name_that_fits_several_clients_is_asked_about(door: Door, person: Person, kauri: str, rimu: str) -> None:
    door.add_client(Name="Rimu Trust")
    person.press("groups", "Add group", name="Family")
    path = f"clients/{kauri}/relationships"
    assert person.refused(path, "Add relationship", related="rimu", type="Associate") == (
        "Several have this name or words: choose one."
    )
    person.press(path, "Add relationship", related="rimu", related_key=rimu, type="Associate")
    assert [tie["related"]["Name"] for tie in door.truth(kauri)["Relationships"]] == ["Rimu Ltd"]
    assert "Nothing that may be chosen" in person.refused(path, "Add relationship", related="Kauri Ltd", type="Partner")


def test_groups_are_made_renamed_joined_left_and_deleted(door: Door, person: Person, kauri: str, rimu: str) -> None:
    person.press("groups", "Add group", name="Family", taxable="Yes")
    group = door.xml("GET", "clientgroup.api/list").findtext("Groups/Group/UUID")
    _later(door)
    person.press(f"groups/{group}", "Add to group", client="Kauri Ltd")
    person.press(f"clients/{rimu}/groups", "Join", group="family")
    person.press(f"groups/{group}", "Save", name="Whānau")
    for version in ("3.0", "3.1"):
        listed = door.xml("GET", "clientgroup.api/list", version=version).find("Groups/Group")
        assert listed is not None
        assert [listed.findtext(tag) for tag in ("Name", "Taxable")] == ["Whānau", "Yes"]
        number = listed.findtext("ID" if version == "3.0" else "UUID")
        members = door.xml("GET", f"clientgroup.api/get/{number}", version=version).iterfind("Group/Clients/Client")
        assert [each.findtext("Name") for each in members] == ["Kauri Ltd", "Rimu Ltd"]
    assert _modified(door) == []
    door.switch(modifiedsince_sees_groups="yes")
    person.press(f"clients/{rimu}/groups", "Leave Whānau")
    assert _modified(door) == ["Rimu Ltd"]
    person.press(f"groups/{group}/delete", "Delete the group")
    assert door.truth(kauri)["Groups"] == []


def test_a_relationship_shows_on_both_clients_and_once_in_the_list(
    door: Door, person: Person, kauri: str, rimu: str
) -> None:
    person.press(
        f"clients/{kauri}/relationships", "Add relationship", related="Rimu Ltd", type="Shareholder Of", shares="50",
        starts="2020-04-01",
    )  # fmt: skip
    assert rows(person.get("relationships")) == [
        ["Rimu Ltd", "Shareholder", "Kauri Ltd", "50 shares", "from 2020-04-01"]
    ]
    for version in ("3.0", "3.1"):
        numbers = {key: str(door.truth(key)["ID"]) if version == "3.0" else key for key in (kauri, rimu)}
        seen = [
            _client(door, numbers[key], version).findtext(f"Relationships/Relationship/{tag}")
            for key in (rimu, kauri)
            for tag in ("Type", "NumberOfShares", "StartDate")
        ]
        assert seen == ["Shareholder", "50", "2020-04-01", "Shareholder Of", "50", "2020-04-01"]


def test_a_relationship_is_ended_and_deleted(door: Door, person: Person, kauri: str, rimu: str) -> None:
    person.press(
        f"clients/{kauri}/relationships", "Add relationship", related="Rimu Ltd", type="Partner", percentage="40"
    )
    key = door.control("GET", "relationships")["relationships"][0]["UUID"]
    told = person.refused(f"relationships/{key}", "Save", starts="2021-01-01", ends="2020-01-01", shares="3")
    assert told == "It is only for Shareholder and Owner. End date must not be before the start date."
    _later(door)
    door.switch(modifiedsince_sees_relationships="yes")
    person.press(f"relationships/{key}", "Save", ends="2025-03-31")
    assert _modified(door) == ["Kauri Ltd", "Rimu Ltd"]
    assert _client(door, rimu).findtext("Relationships/Relationship/EndDate") == "2025-03-31"
    person.press(f"relationships/{key}/delete", "Delete the relationship")
    assert [door.truth(each)["Relationships"] for each in (kauri, rimu)] == [[], []]


def test_a_contact_s_custom_fields_are_filled_on_its_page(door: Door, person: Person, kauri: str) -> None:
    key = door.truth(kauri)["Contacts"][0]["UUID"]
    field = door.control("POST", "custom-fields", {"Name": "Birthday", "Type": "Date", "Uses": ["Contact"]})
    person.press(f"contacts/{key}", "Save custom fields", **{f"field-{field['ID']}": "1980-02-01"})
    found = door.xml("GET", f"client.api/contact/{key}/customfield")
    assert found.findtext("CustomFields/CustomField/Date") == "1980-02-01T00:00:00"


def test_what_is_not_there_is_told_on_a_page(door: Door, person: Person) -> None:
    reply = door.http.get(f"{person.home}/contacts/00000000-0000-4000-8000-000000000000")
    assert (reply.status_code, "This is not here" in reply.text) == (404, True)
