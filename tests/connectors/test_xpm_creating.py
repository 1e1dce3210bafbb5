"""A client is made once: what is sent, what the reply tells, and how a lost one is found again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from lxml import etree

from connectors.doors import START, Door, error_of
from practicesync.connectors.base import References
from practicesync.core.errors import BadAnswer, Refused, Throttled, Unavailable, Unsure
from practicesync.core.record import RemoteLabel
from sandbox.recordings import elements, recording

NAME = "Kōwhai & Sons Pty Ltd"
REFERENCE = "PS-7F3A"
NEW = {"name": NAME, "export_code": REFERENCE}


def named(door: Door, name: str = NAME) -> list[dict[str, Any]]:
    """The clients of this name, as they stand in the sandbox."""
    return [told for told in door.truth() if told["Name"] == name]


def made(door: Door, **more: Any) -> list[str]:
    """The ids of what a look-up finds."""
    asked = {
        "reference_key": "export_code",
        "reference": REFERENCE,
        "name": NAME,
        "since": START - timedelta(minutes=10),
    }
    return [record.remote_id for record in door.connector.find_created(door.line(), **{**asked, **more})]


def test_a_client_is_added_with_its_values_and_contacts(either_door: Door) -> None:
    door, line = either_door, either_door.line()
    staff = door.connector.staff(line)
    manager = staff[-1]
    values = {
        **NEW,
        "physical_address.street": "Unit 4\n12 Harbour Rd",
        "physical_address.city": "Hobart",
        "website": "www.kowhai.test",
        "business_structure": "company",
        "tax_number": "123 456 782",
        "manager": manager.name.upper(),
    }
    contacts = ({"name": "Aroha", "is_primary": "Yes", "email": "a@kowhai.test"}, {"name": "Tama", "position": "Clerk"})
    references: References = {"staff": staff, "structures": [RemoteLabel("Trust"), RemoteLabel("Company")]}
    record = door.connector.add(line, values, references, contacts)
    (truth,) = named(door)
    assert record.remote_id == truth["UUID"]
    assert {name: truth[name] for name in ("Address", "City", "Website", "BusinessStructure", "TaxNumber")} == {
        "Address": "Unit 4\n12 Harbour Rd",
        "City": "Hobart",
        "Website": "www.kowhai.test",
        "BusinessStructure": "Company",
        "TaxNumber": "123456782",
    }
    assert truth["JobManager"]["Name"] == manager.name
    assert [each.values["name"] for each in record.contacts or ()] == ["Aroha", "Tama"]
    assert [(each["Name"], each["IsPrimary"]) for each in truth["Contacts"]] == [("Aroha", "Yes"), ("Tama", "No")]


def test_a_new_client_has_no_tax_settings_in_the_reply(door: Door) -> None:
    record = door.connector.add(door.line(), {"name": NAME}, {})
    assert (record.name, record.archived, record.deleted) == (NAME, False, False)
    assert (record.contacts, record.groups, record.relationships) == ((), (), ())
    assert not record.values.keys() & {"tax_number", "company_number", "business_number", "business_structure"}


@pytest.mark.parametrize("name", ["client-add", "client-update", "contact-add"])
def test_requests_are_those_that_were_recorded_but_for_the_key_of_3_1(door: Door, name: str) -> None:
    line, one = door.line(), door.truth()[0]["UUID"]
    connector = door.connector
    same = {"name": "Acmer Pty Ltd"}
    calls: dict[str, Callable[[], object]] = {
        "client-add": lambda: connector.add(line, same, {}),
        "client-update": lambda: connector.write(line, one, same, {}),
        "contact-add": lambda: connector.add_contact(line, one, same, {}),
    }
    calls[name]()
    told = recording(name)["request"]
    (call,) = door.calls(told["path"].removeprefix("/practicemanager/3.0/"))
    ours = elements(etree.fromstring(call["request_body"]))
    theirs = elements(etree.fromstring(told["body"].encode(), etree.XMLParser(remove_blank_text=True)))
    number = next((node.text for node in etree.fromstring(told["body"].encode()).iter("ID")), None)
    assert call["method"] == told["method"]
    assert str(ours).replace(f"'UUID', '{one}'", f"'ID', '{number}'") == str(theirs)


def test_what_is_blank_is_not_sent_of_a_new_client(door: Door) -> None:
    values = {**NEW, "phone": "", "physical_address.street": "1 Rd", "physical_address.country": " ", "tax_number": ""}
    door.connector.add(door.line(), values, {}, [{"name": "Aroha", "email": "", "is_primary": ""}])
    (call,) = door.calls("client.api/add")
    assert call["request_body"] == (
        "<Client><Name>Kōwhai &amp; Sons Pty Ltd</Name><Address>1 Rd</Address><ExportCode>PS-7F3A</ExportCode>"
        "<Contacts><Contact><Name>Aroha</Name></Contact></Contacts></Client>"
    )


@pytest.mark.parametrize(
    ("values", "contacts"),
    [
        ({}, ()),
        ({"name": "  "}, ()),
        ({"name": "N", "tax_number": "******782"}, ()),
        ({"name": "N", "tax_number": "none yet"}, ()),
        ({"name": "N" * 256}, ()),
        ({"name": "N", "fax": "\x00"}, ()),
        ({"name": "N", "company_type": "Limited"}, ()),
        ({"name": "N", "partner": "Nobody"}, ()),
        ({"name": "N", "business_structure": "Never Set Up"}, ()),
        ({"name": "N"}, [{"email": "a@b.test"}]),
        ({"name": "N"}, [{"name": "***"}]),
        ({"name": "N"}, [{"name": "A", "is_primary": "perhaps"}]),
        ({"name": "N"}, [{"name": "A", "is_primary": "Yes"}, {"name": "B", "is_primary": "y"}]),
    ],
)
def test_a_client_that_cannot_be_right_is_not_sent(door: Door, values: Any, contacts: Any) -> None:
    line = door.line()
    error = error_of(door.connector.add, line, values, {"structures": [RemoteLabel("Company")]}, contacts)
    assert isinstance(error, Refused)
    assert error.detail.endswith(".")
    assert line.calls == 0


def test_two_clients_of_one_name_are_two_clients(door: Door) -> None:
    line = door.line()
    ids = {door.connector.add(line, {"name": NAME}, {}).remote_id for _ in range(2)}
    assert ids == {told["UUID"] for told in named(door)}
    assert len(ids) == 2


def test_a_refused_name_makes_no_client(door: Door) -> None:
    line = door.line()
    door.connector.add(line, NEW, {})
    door.switch(duplicate_name="error")
    assert isinstance(error_of(door.connector.add, line, NEW, {}), Refused)
    door.switch(duplicate_name="server_error")
    assert isinstance(error_of(door.connector.add, line, NEW, {}), Unsure)
    assert len(named(door)) == 1


def test_a_reply_about_another_client_is_not_taken_for_the_new_one(door: Door) -> None:
    body = f"<Response><Status>OK</Status><Client><UUID>{START:%Y}</UUID><Name>Somebody</Name></Client></Response>"
    door.fault("status", path="client.api/add", status=200, body=body, headers={"Content-Type": "text/xml"})
    assert isinstance(error_of(door.connector.add, door.line(), NEW, {}), Unsure)


@pytest.mark.parametrize("form", ["as_sent", "trimmed", "reformatted"])
def test_a_name_that_is_stored_a_little_differently_is_still_the_new_client(door: Door, form: str) -> None:
    door.switch(stored_form=form)
    record = door.connector.add(door.line(), {"name": " Kōwhai  &  Sons "}, {})
    assert door.client(record.remote_id)["Name"] in {" Kōwhai  &  Sons ", "Kōwhai  &  Sons", "Kōwhai & Sons"}


def test_a_lost_create_is_found_once_by_its_reference(either_door: Door) -> None:
    door = either_door
    assert made(door) == []
    door.fault("drop_before", path="client.api/add")
    assert isinstance(error_of(door.connector.add, door.line(), NEW, {}), Unsure)
    assert made(door) == []
    door.fault("drop_after", path="client.api/add")
    assert isinstance(error_of(door.connector.add, door.line(), NEW, {}), Unsure)
    assert made(door) == [told["UUID"] for told in named(door)]


def test_lists_that_lag_show_a_new_client_later(door: Door) -> None:
    door.switch(list_lag_seconds="60")
    record = door.connector.add(door.line(), NEW, {})
    assert made(door) == []
    door.clock.sleep(61)
    assert made(door) == [record.remote_id]


def test_a_new_client_that_was_renamed_is_found_by_its_change_and_an_old_one_by_its_name(door: Door) -> None:
    line = door.line()
    renamed, same = (door.connector.add(line, NEW, {}).remote_id for _ in range(2))
    door.edit(renamed, Name="Called Otherwise")
    assert sorted(made(door)) == sorted([renamed, same])
    later = door.clock.now() + timedelta(minutes=1)
    assert made(door, since=later) == [same]
    assert made(door, name="Called Otherwise", since=later) == [renamed]


@pytest.mark.parametrize("turn", ["archive", "delete"])
def test_a_new_client_that_was_put_away_meanwhile_is_told(door: Door, turn: str) -> None:
    record = door.connector.add(door.line(), NEW, {})
    door.post(f"clients/{record.remote_id}/{turn}")
    (found,) = door.connector.find_created(door.line(), "export_code", REFERENCE, NAME, START)
    assert (found.archived, found.deleted) == (turn == "archive", turn == "delete")


def test_only_the_very_reference_counts(door: Door) -> None:
    line = door.line()
    for code in ("", "PS-7F3", "PS-7F3A1", "X PS-7F3A"):
        door.connector.add(line, {"name": NAME, "export_code": code}, {})
    assert made(door) == []
    assert made(door, reference_key="client_code", reference="PS-7F3") == []
    assert len(made(door, reference="PS-7F3 ")) == 1


def test_a_record_that_shows_the_reference_and_cannot_be_read_stops_the_look_up(door: Door) -> None:
    door.connector.add(door.line(), NEW, {})
    door.fault("malformed", path="client.api/search")
    line = door.line()
    asked = ("export_code", REFERENCE, NAME, START)
    assert isinstance(error_of(door.connector.find_created, line, *asked), BadAnswer)
    assert line.leases == 0
    door.fault("malformed", path="client.api/search")
    assert list(door.connector.find_created(line, "export_code", "PS-0", NAME, START)) == []


def test_a_look_up_may_be_repeated_and_costs_two_reads(door: Door) -> None:
    line = door.line()
    record = door.connector.add(line, NEW, {})
    asked = ("export_code", REFERENCE, NAME, START - timedelta(minutes=10))
    for path, error in (("client.api/search", Unavailable), ("client.api/list", Throttled)):
        door.fault("unavailable" if error is Unavailable else "rate_limit", path=path)
        assert type(error_of(door.connector.find_created, door.line(), *asked)) is error
    before = line.calls
    for _ in range(2):
        assert [found.remote_id for found in door.connector.find_created(line, *asked)] == [record.remote_id]
    assert line.calls == before + 4
    assert door.get("writes")["applied"] == 1


@pytest.mark.parametrize(
    "wrong", [{"reference_key": "company_type"}, {"reference_key": "nothing"}, {"reference": " "}, {"name": ""}]
)
def test_a_look_up_that_would_fit_anybody_is_not_made(door: Door, wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="reference"):
        made(door, **wrong)
    assert door.calls("client.api") == []
