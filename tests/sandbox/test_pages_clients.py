"""Clients on the pages: adding, what a form refuses, converting a prospect, merging, and what a client was."""

import pytest

from sandbox.door import Door, names, refusal
from sandbox.person import Person, words


@pytest.fixture
def person(door: Door) -> Person:
    return Person(door)


def _both(door: Door, key: str, tag: str) -> list[str | None]:
    """A value of a client in 3.0 and in 3.1."""
    number = str(door.truth(key)["ID"])
    return [
        door.xml("GET", f"client.api/get/{each}", version=version).findtext(f"Client/{tag}")
        for version, each in (("3.0", number), ("3.1", key))
    ]


def test_a_prospect_is_added_and_becomes_a_client_of_another_identifier(door: Door, person: Person) -> None:
    page = person.press("clients/new", "Add client", Name="Lead Ltd", Phone="09 1", IsProspect="Yes")
    assert "prospect" in page.findtext(".//h1/span", "")
    old = door.control("GET", "clients")["clients"][0]["UUID"]
    person.press(f"clients/{old}/contacts", "Add contact", Name="Ann")
    person.press("jobs/new", "Add job", client="Lead", name="Pitch", due="2026-05-01", number="P1")
    asked = person.get(f"clients/{old}/convert").text_content()
    assert "new identifier" in asked
    assert "stays behind as deleted" in asked
    person.press(f"clients/{old}/convert", "Convert to client")
    assert refusal(door.xml("GET", f"client.api/get/{old}")) == "Invalid client identifier"
    new = next(each for each in door.control("GET", "clients")["clients"] if each["IsDeleted"] == "No")
    assert (new["UUID"] != old, new["IsProspect"], new["Phone"]) == (True, "No", "09 1")
    assert [each["Name"] for each in new["Contacts"]] == ["Ann"]
    assert door.xml("GET", "job.api/get/P1").findtext("Job/Client/UUID") == new["UUID"]
    assert door.http.get(f"{person.home}/clients/{new['UUID']}/convert").status_code == 404


@pytest.mark.parametrize(
    ("remains", "left"), [("deleted", ["Lead", "Lead"]), ("vanished", ["Lead"]), ("kept", ["Lead", "Lead"])]
)
def test_the_switch_says_what_is_left_of_a_prospect(door: Door, person: Person, remains: str, left: list[str]) -> None:
    door.switch(converted_prospect=remains)
    old = door.add_client(Name="Lead", IsProspect="Yes")["UUID"]
    person.press(f"clients/{old}/convert", "Convert to client")
    assert names(door.xml("GET", "client.api/list")) == left


def test_merging_shows_what_moves_before_it_is_done(door: Door, person: Person) -> None:
    stays = door.add_client(Name="Kauri Ltd", Phone="09 1")["UUID"]
    goes = door.add_client(Name="Kauri Limited", Phone="09 2", Contacts=[{"Name": "Bob"}])["UUID"]
    person.press("jobs/new", "Add job", client="Kauri Limited", name="Tax", due="2026-05-01", number="T1")
    path = f"clients/{stays}/merge"
    assert "Nothing that may be chosen" in person.refused(path, "Go on", other="Kauri Ltd")
    preview = person.try_press(path, "Go on", other="Kauri Limited")
    assert preview.status_code == 200
    assert "This cannot be undone" in preview.text
    assert door.truth(goes)["IsDeleted"] == "No"
    reply = door.http.post(f"{person.home}/{path}", data={"stays": stays, "goes": goes})
    assert reply.headers["location"].endswith(f"{stays}?done=merged")
    assert _both(door, stays, "Phone") == ["09 1", "09 1"]
    assert _both(door, stays, "Contacts/Contact/Name") == ["Bob", "Bob"]
    assert door.xml("GET", "job.api/get/T1").findtext("Job/Client/UUID") == stays
    assert door.truth(goes)["IsDeleted"] == "Yes"


def test_the_other_client_may_be_the_one_that_stays(door: Door, person: Person) -> None:
    door.switch(merged_client="archived")
    here, other = (door.add_client(Name=name)["UUID"] for name in ("Here", "Other"))
    elsewhere = door.add_client(Name="Elsewhere")["UUID"]
    address = f"{person.home}/clients/{here}/merge"
    assert door.http.post(address, data={"stays": other, "goes": elsewhere}).status_code == 400
    assert door.http.post(address, data={"stays": here, "goes": here}).status_code == 400
    door.http.post(address, data={"stays": other, "goes": here})
    assert [door.truth(each)["IsArchived"] for each in (here, other)] == ["Yes", "No"]


def test_every_wrong_value_is_told_beside_its_control(door: Door, person: Person) -> None:
    door.add_client(Name="First", TaxNumber="123456782")
    told = person.refused(
        "clients/new", "Add client", Name="", Email="nobody", DateOfBirth="01/02/1980", TaxNumber="123 456 782",
        BusinessStructure="Guild",
    )  # fmt: skip
    for expected in (
        "Name is needed.", "E-mail must be an address", "Date of birth must be a day",
        "First has this tax number already.", "Business structure must be one of those offered.",
    ):  # fmt: skip
        assert expected in told
    assert "5 values need another look." in told
    assert door.control("GET", "clients")["total"] == 1


def test_a_tax_number_may_be_had_twice_where_the_switch_says_so(door: Door, person: Person) -> None:
    door.add_client(Name="First", TaxNumber="123456782")
    door.switch(duplicate_tax_number="accept")
    person.press("clients/new", "Add client", Name="Second", TaxNumber="123 456 782")
    listed = door.control("GET", "clients")["clients"]
    assert [each["TaxNumber"] for each in listed] == ["123456782", "123456782"]


def test_archiving_and_back_show_in_both_versions(door: Door, person: Person) -> None:
    key = door.add_client(Name="Kauri")["UUID"]
    person.press(f"clients/{key}", "Archive")
    assert _both(door, key, "IsArchived") == ["Yes", "Yes"]
    person.press(f"clients/{key}", "Unarchive")
    assert _both(door, key, "IsArchived") == ["No", "No"]


def test_the_history_tells_what_each_change_did(door: Door, person: Person) -> None:
    key = door.add_client(Name="Kauri", Phone="09 1")["UUID"]
    door.control("POST", "clock", {"advance": 60})
    person.press(f"clients/{key}", "Save", Phone="09 2")
    door.control("POST", "clock", {"advance": 60})
    door.update(key, "<Name>Kauri</Name><Fax>09 3</Fax>")
    person.press(f"clients/{key}/contacts", "Add contact", Name="Ann", Email="ann@example.com")
    page = person.get(f"clients/{key}/history")
    told = [words(section) for section in page.iter("section")]
    assert told == [
        "2 February 2026, 09:02:00 UTC Contact Ann ann@example.com",
        "2 February 2026, 09:02:00 UTC Fax 09 3",
        "2 February 2026, 09:01:00 UTC Phone 09 1 → 09 2",
        "2 February 2026, 09:00:00 UTC Name Kauri Phone 09 1",
    ]


def test_invoices_go_to_another_client_and_back(door: Door, person: Person) -> None:
    key, other = (door.add_client(Name=name)["UUID"] for name in ("Kauri", "Rimu"))
    assert "Nothing that may be chosen" in person.refused(
        f"clients/{key}", "Set billing client", billing_client="Kauri"
    )
    person.press(f"clients/{key}", "Set billing client", billing_client="rimu")
    assert _both(door, key, "BillingClient/Name") == ["Rimu", "Rimu"]
    person.press(f"clients/{key}", "Send them here instead")
    assert _both(door, key, "BillingClient/Name") == [None, None]
    assert door.truth(other)["Name"] == "Rimu"
