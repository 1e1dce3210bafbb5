"""What is written arrives, and nothing but what is written changes."""

from collections.abc import Callable
from typing import Any

import pytest

from connectors.doors import Door, error_of
from practicesync.core.catalogue import CATALOGUE
from practicesync.core.errors import Gone, Refused
from practicesync.core.fields import Field, Subject

CLIENT_FIELDS = [row for row in CATALOGUE.client if row.writable("xpm")]
CONTACT_FIELDS = [row for row in CATALOGUE.contact if row.writable("xpm")]
UNKNOWN = "00000000-0000-4000-8000-000000000000"

VALUES = {
    "date": "1981-04-09",
    "flag": "Yes",
    "phone": "03 5550 9876",
    "email": "new@example.test",
    "tax_number": "123456782",
    "structure": "Company",
}
"""A believable value by kind; any text does for the others."""


def someone(door: Door, **needs: Any) -> dict[str, Any]:
    """A live client, with a tax record and with contacts where that is needed."""
    return next(
        told
        for told in door.truth()
        if told["IsDeleted"] == "No" and told["IsArchived"] == "No" and told["HasTaxRecord"]
        if all(told.get(name) for name in needs)
    )


def value_for(door: Door, row: Field) -> str:
    if row.at["xpm"].through:
        return door.connector.staff(door.line())[-1].name
    return VALUES.get(row.kind.name, "New & <new> māori")[: row.length]


@pytest.mark.parametrize("row", CLIENT_FIELDS, ids=[row.name for row in CLIENT_FIELDS])
def test_every_client_field_arrives_and_comes_back(either_door: Door, row: Field) -> None:
    door, line = either_door, either_door.line()
    one = someone(door)
    before = door.connector.read(line, one["UUID"])
    sent = dict.fromkeys(row.keys, value_for(door, row))
    reply = door.connector.write(line, one["UUID"], sent, {"staff": door.connector.staff(line)})
    shown = {key: "******782" if row.name == "tax_number" else value for key, value in sent.items()}
    assert reply.values == {**before.values, **shown}
    assert reply == door.connector.read(line, one["UUID"])
    if row.name == "tax_number":
        assert door.client(one["UUID"])["TaxNumber"] == "123456782"


@pytest.mark.parametrize("row", CONTACT_FIELDS, ids=[row.name for row in CONTACT_FIELDS])
def test_every_contact_field_arrives_and_comes_back(either_door: Door, row: Field) -> None:
    door, line = either_door, either_door.line()
    one = someone(door, Contacts=True)
    contact_id = one["Contacts"][0]["UUID"]
    sent = dict.fromkeys(row.keys, value_for(door, row))
    reply = door.connector.write_contact(line, one["UUID"], contact_id, sent, {})
    read = {contact.remote_id: contact for contact in door.connector.read(line, one["UUID"]).contacts or ()}
    assert reply.values.items() >= sent.items()
    assert read[contact_id].values.items() >= sent.items()


def test_only_the_changed_elements_are_sent(door: Door) -> None:
    line, one = door.line(), someone(door)
    door.connector.write(line, one["UUID"], {"phone": "1", "website": "www.a.test"}, {})
    (call,) = door.calls("client.api/update")
    assert call["request_body"] == (
        f"<Client><UUID>{one['UUID']}</UUID><Phone>1</Phone><WebSite>www.a.test</WebSite></Client>"
    )
    changed = door.client(one["UUID"])
    assert {name for name in changed if changed[name] != one.get(name)} == {"Phone", "Website", "Modified"}


def test_a_value_is_cleared_by_sending_it_empty(door: Door) -> None:
    line, one = door.line(), someone(door)
    door.edit(one["UUID"], Phone="03 5550 1234")
    assert door.connector.write(line, one["UUID"], {"phone": ""}, {}).values["phone"] == ""
    assert not door.client(one["UUID"]).get("Phone")


def test_a_contact_is_added_once_with_its_values(either_door: Door) -> None:
    door, line = either_door, either_door.line()
    one = someone(door)
    values = {"name": "Aroha & Co", "email": "aroha@example.test", "is_primary": "Yes", "position": "Director"}
    added = door.connector.add_contact(line, one["UUID"], values, {})
    assert added.values.items() >= values.items()
    assert added in (door.connector.read(line, one["UUID"]).contacts or ())


def test_a_contact_of_two_clients_is_always_written_through_one(door: Door) -> None:
    line, one = door.line(), someone(door, Contacts=True)
    other = next(told for told in door.truth() if told["UUID"] != one["UUID"] and told["IsDeleted"] == "No")
    contact_id = one["Contacts"][0]["UUID"]
    door.post(f"clients/{other['UUID']}/contacts", UUID=contact_id)
    door.connector.write_contact(line, one["UUID"], contact_id, {"position": "Chair"}, {})
    (call,) = [call for call in door.calls("client.api/contact") if call["method"] == "PUT"]
    assert one["UUID"] in str(call["query"])
    assert door.client(one["UUID"])["Contacts"][0]["Position"] == "Chair"


@pytest.mark.parametrize("way", ["unlink", "everywhere"])
def test_a_contact_is_taken_from_one_client_and_the_other_is_not_asked_for(door: Door, way: str) -> None:
    door.switch(contact_delete=way)
    line, one = door.line(), someone(door, Contacts=True)
    other = next(told for told in door.truth() if told["UUID"] != one["UUID"] and told["IsDeleted"] == "No")
    contact_id = one["Contacts"][0]["UUID"]
    door.post(f"clients/{other['UUID']}/contacts", UUID=contact_id)
    door.connector.remove_contact(line, one["UUID"], contact_id)
    (call,) = door.calls("client.api/contact")
    assert (call["method"], call["request_body"]) == ("DELETE", "")
    assert one["UUID"] in str(call["query"])
    assert contact_id not in {each["UUID"] for each in door.client(one["UUID"])["Contacts"]}
    left = {each["UUID"] for each in door.client(other["UUID"])["Contacts"]}
    assert (contact_id in left) is (way == "unlink")
    assert isinstance(error_of(door.connector.remove_contact, line, one["UUID"], contact_id), Gone)


def test_a_contact_of_somebody_else_is_not_taken_away(door: Door) -> None:
    line, one = door.line(), someone(door, Contacts=True)
    other = next(told for told in door.truth() if told["UUID"] != one["UUID"] and told["IsDeleted"] == "No")
    contact_id = one["Contacts"][0]["UUID"]
    assert isinstance(error_of(door.connector.remove_contact, line, other["UUID"], contact_id), Gone)
    assert contact_id in {each["UUID"] for each in door.client(one["UUID"])["Contacts"]}


def test_a_client_is_archived_and_stays_as_it_was(either_door: Door) -> None:
    door, line = either_door, either_door.line()
    one = someone(door)
    before = door.connector.read(line, one["UUID"])
    record = door.connector.archive(line, one["UUID"])
    assert record == door.connector.read(line, one["UUID"])
    assert (record.archived, record.values) == (True, before.values)
    (call,) = door.calls("client.api/archive")
    assert call["request_body"] == f"<Client><UUID>{one['UUID']}</UUID></Client>"
    assert door.connector.archive(line, one["UUID"]).archived


@pytest.mark.parametrize("remote_id", ["", "a b", "x\x00", "../../staff.api/list"])
def test_an_id_that_is_none_is_not_written_to(door: Door, remote_id: str) -> None:
    line, one = door.line(), someone(door)
    for error in (
        error_of(door.connector.write, line, remote_id, {"phone": "1"}, {}),
        error_of(door.connector.write_contact, line, one["UUID"], remote_id, {"phone": "1"}, {}),
        error_of(door.connector.write_contact, line, remote_id, one["UUID"], {"phone": "1"}, {}),
        error_of(door.connector.add_contact, line, remote_id, {"name": "A"}, {}),
        error_of(door.connector.remove_contact, line, one["UUID"], remote_id),
        error_of(door.connector.remove_contact, line, remote_id, one["UUID"]),
        error_of(door.connector.archive, line, remote_id),
    ):
        assert isinstance(error, Gone)
    assert line.calls == 0


BLOCKED: list[tuple[str, Callable[[Door, Any, str], Any]]] = [
    ("a masked tax number", lambda d, line, u: d.connector.write(line, u, {"tax_number": "******782"}, {})),
    ("a masked phone", lambda d, line, u: d.connector.write(line, u, {"phone": "*****"}, {})),
    ("a control character", lambda d, line, u: d.connector.write(line, u, {"name": "A\x00B"}, {})),
    (
        "a masked value beside good ones",
        lambda d, line, u: d.connector.write(line, u, {"fax": "1", "email": "***"}, {}),
    ),
    ("a masked contact", lambda d, line, u: d.connector.write_contact(line, u, u, {"mobile": "****123"}, {})),
    ("a masked new contact", lambda d, line, u: d.connector.add_contact(line, u, {"name": "****"}, {})),
    ("a nameless contact", lambda d, line, u: d.connector.add_contact(line, u, {"email": "a@b.test"}, {})),
    ("nobody's name", lambda d, line, u: d.connector.write(line, u, {"manager": "Nobody"}, {"staff": ()})),
]


@pytest.mark.parametrize(("_what", "attempt"), BLOCKED, ids=[what for what, _ in BLOCKED])
def test_what_must_never_be_sent_is_not(door: Door, _what: str, attempt: Callable[[Door, Any, str], Any]) -> None:
    line, one = door.line(), someone(door)
    error = error_of(attempt, door, line, one["UUID"])
    assert isinstance(error, Refused)
    assert error.detail.endswith(".")
    assert line.calls == 0
    assert door.get("writes") == {"received": 0, "applied": 0}
    assert door.get("masked") == {"received": []}


def test_the_same_reasons_are_told_before_anything_is_tried(door: Door) -> None:
    told = door.connector.problem(Subject.CLIENT, {"tax_number": "******782", "phone": "1"}, {})
    assert list(told) == ["tax_number"]
    assert door.connector.problem(Subject.CLIENT, {"phone": "1", "manager": ""}, {}) == {}


def test_what_practice_manager_refuses_is_told_in_its_words_without_the_number(door: Door) -> None:
    line, one = door.line(), someone(door)
    error = error_of(door.connector.write, line, one["UUID"], {"tax_number": "123456789"}, {})
    assert isinstance(error, Refused)
    assert error.detail
    assert "123456789" not in error.detail
    error = error_of(door.connector.write, line, one["UUID"], {"business_structure": "Never Set Up"}, {})
    assert isinstance(error, Refused)


def test_a_record_that_is_gone_is_not_written(door: Door) -> None:
    line, one = door.line(), someone(door)
    assert isinstance(error_of(door.connector.write, line, UNKNOWN, {"phone": "1"}, {}), Gone)
    assert isinstance(error_of(door.connector.write_contact, line, one["UUID"], UNKNOWN, {"phone": "1"}, {}), Gone)
    assert isinstance(error_of(door.connector.archive, line, UNKNOWN), Gone)
    door.post(f"clients/{one['UUID']}/delete")
    assert isinstance(error_of(door.connector.archive, line, one["UUID"]), Gone)
    door.switch(unknown_id="not_found")
    assert isinstance(error_of(door.connector.write_contact, line, one["UUID"], UNKNOWN, {"phone": "1"}, {}), Gone)
