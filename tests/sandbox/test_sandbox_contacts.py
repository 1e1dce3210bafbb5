"""Contacts through the API 3.1: many to many since 2023, each tie with its own position."""

from typing import Any

import pytest
from lxml import etree

from sandbox.door import Door, refusal


@pytest.fixture
def owner(door: Door) -> str:
    return str(door.add_client(Name="Owner")["UUID"])


def _add(door: Door, owner: str, inner: str = "<Name>Bob</Name>") -> str:
    root = door.xml("POST", "client.api/contact", f"<Contact><Client><UUID>{owner}</UUID></Client>{inner}</Contact>")
    return root.findtext("Contact/UUID") or ""


def _shared(door: Door, owner: str) -> tuple[str, str]:
    """A contact of two clients, and the second client."""
    other, contact = (
        door.add_client(Name="Other")["UUID"],
        _add(door, owner, "<Name>Bob</Name><Position>Director</Position>"),
    )
    link = f"<Client><Contacts><Contact><UUID>{contact}</UUID><Position>Owner</Position></Contact></Contacts></Client>"
    door.xml("POST", f"client.api/client/{other}/contacts", link)
    return contact, other


def _contacts(door: Door, client: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = door.truth(client)["Contacts"]
    return found


def test_a_contact_is_added_read_and_changed_in_part(door: Door, owner: str) -> None:
    contact = _add(door, owner, "<Name>Bob</Name><Email>bob@example.com</Email><IsPrimary>Yes</IsPrimary>")
    root = door.xml("PUT", f"client.api/contact/{contact}", "<Contact><Mobile>021 1</Mobile></Contact>")
    row = root.find("Contact")
    assert row is not None
    assert {child.tag: child.text or "" for child in row} == {
        "UUID": contact, "Name": "Bob", "Salutation": "", "Addressee": "", "Mobile": "021 1",
        "Email": "bob@example.com", "Phone": "", "IsDeleted": "No", "IsPrimary": "Yes", "Position": "",
    }  # fmt: skip
    read = door.xml("GET", f"client.api/contact/{contact}", clientUuid=owner)
    assert etree.tostring(read.find("Contact")) == etree.tostring(row)  # type: ignore[arg-type]


def test_one_primary_a_client(door: Door, owner: str) -> None:
    for name in ("First", "Second"):
        _add(door, owner, f"<Name>{name}</Name><IsPrimary>Yes</IsPrimary>")
    assert [(each["Name"], each["IsPrimary"]) for each in _contacts(door, owner)] == [
        ("First", "No"),
        ("Second", "Yes"),
    ]


def test_a_shared_contact_has_a_position_at_each_client(door: Door, owner: str) -> None:
    contact, other = _shared(door, owner)
    edit = f"<Contact><Client><UUID>{other}</UUID></Client><Name>Robert</Name><Position>Chair</Position></Contact>"
    door.xml("PUT", f"client.api/contact/{contact}", edit)
    seen = [(each["Name"], each["Position"]) for client in (owner, other) for each in _contacts(door, client)]
    assert seen == [("Robert", "Director"), ("Robert", "Chair")]


def test_deleting_takes_a_contact_from_one_client_and_the_last_ends_it(door: Door, owner: str) -> None:
    contact, other = _shared(door, owner)
    gone = door.xml("DELETE", f"client.api/contact/{contact}", clientUuid=owner)
    assert gone.findtext("Contact/Position") == "Director", "the reply is the contact as it was"
    assert (_contacts(door, owner), len(_contacts(door, other))) == ([], 1)
    door.xml("DELETE", f"client.api/contact/{contact}", clientUuid=other)
    assert refusal(door.xml("GET", f"client.api/contact/{contact}")) == "Invalid contact identifier"


def test_the_page_of_contacts_tells_nothing_of_their_clients(door: Door, owner: str) -> None:
    for number in range(3):
        _add(door, owner, f"<Name>Contact {number}</Name>")
    first = door.xml("GET", "client.api/contacts", pageSize="2")
    assert {child.tag for child in first.iterfind("Contacts/Contact/*")}.isdisjoint({"IsPrimary", "Position"})
    assert len(first.findall("Contacts/Contact")) == 2
    following = door.http.get(
        first.findtext("Pagination/Links/Next") or "",
        headers={"Authorization": f"Bearer {door.token}", "Xero-Tenant-Id": door.tenant},
    )
    last = etree.fromstring(following.content)
    assert [row.findtext("Name") for row in last.iterfind("Contacts/Contact")] == ["Contact 2"]
    assert last.find("Pagination/Links/Next") is None


@pytest.mark.parametrize(
    ("verb", "path", "body"),
    [
        ("GET", "client.api/contact/00000000-0000-4000-8000-000000000000", ""),
        ("PUT", "client.api/contact/00000000-0000-4000-8000-000000000000", "<Contact><Name>x</Name></Contact>"),
        ("DELETE", "client.api/contact/00000000-0000-4000-8000-000000000000", ""),
    ],
)
def test_an_unknown_contact_is_a_business_error(door: Door, verb: str, path: str, body: str) -> None:
    assert refusal(door.xml(verb, path, body)) == "Invalid contact identifier"


def test_a_contact_needs_a_client_and_a_name(door: Door, owner: str) -> None:
    assert (
        refusal(door.xml("POST", "client.api/contact", "<Contact><Name>x</Name></Contact>"))
        == "Invalid client identifier"
    )
    nameless = f"<Contact><Client><UUID>{owner}</UUID></Client></Contact>"
    assert refusal(door.xml("POST", "client.api/contact", nameless)) == "Name is required"


def test_a_contact_of_another_client_cannot_be_reached_through_this_one(door: Door, owner: str) -> None:
    contact, stranger = _add(door, owner), door.add_client(Name="Stranger")["UUID"]
    root = door.xml("DELETE", f"client.api/contact/{contact}", clientUuid=stranger)
    assert refusal(root) == "Invalid contact identifier"
    assert len(_contacts(door, owner)) == 1


def test_between_one_and_ten_contacts_are_linked_at_once(door: Door, owner: str) -> None:
    row = f"<Contact><UUID>{_add(door, owner)}</UUID></Contact>"
    body = f"<Client><Contacts>{row * 11}</Contacts></Client>"
    assert door.api("POST", f"client.api/client/{owner}/contacts", body).status_code == 400
