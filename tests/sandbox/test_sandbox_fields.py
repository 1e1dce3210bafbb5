"""The fields parameter of 3.1: a reply keeps those members of its records alone, in either form."""

from typing import Any

import pytest

from sandbox.door import Door


def _told(door: Door, path: str, *, strict: bool = True) -> Any:
    headers = {"Authorization": f"Bearer {door.token}", "Xero-Tenant-Id": door.tenant}
    if strict:
        headers |= {"Xero-Features": "practice-strict-content-type", "Accept": "application/json"}
    reply = door.http.get(f"/practicemanager/3.1/{path}", headers=headers)
    assert reply.status_code == 200, reply.text
    return reply.json() if strict else reply.text


@pytest.fixture
def key(door: Door) -> str:
    return str(door.add_client(Name="Kauri", Phone="1", Contacts=[{"Name": "Bob", "Email": "b@x.nz"}])["UUID"])


def test_rows_keep_their_key_and_what_was_asked_for(door: Door, key: str) -> None:
    told = _told(door, "client.api/list?fields=name,contacts")
    assert [list(row) for row in told["clients"]] == [["uuid", "name", "contacts"]]
    assert told["clients"][0]["contacts"][0]["email"] == "b@x.nz"


def test_a_single_record_loses_its_address_unless_asked_for(door: Door, key: str) -> None:
    assert _told(door, f"client.api/get/{key}?fields=phone")["client"] == {"uuid": key, "phone": "1"}
    assert list(_told(door, f"client.api/get/{key}?fields=webUrl")["client"]) == ["uuid", "webUrl"]
    assert "<WebUrl>" not in _told(door, f"client.api/get/{key}?fields=phone", strict=False)


def test_what_is_no_record_stays(door: Door, key: str) -> None:
    door.add_client(Name="Rimu")
    text = _told(door, "client.api/paged-list?pageSize=1&fields=name", strict=False)
    assert "<Status>OK</Status>" in text
    assert "<Next>" in text
    assert _told(door, f"client.api/documents/{key}?fields=title") == {"status": "OK", "documents": []}


@pytest.mark.parametrize("fields", ["", " , ", "nothingOfTheSort"])
def test_no_known_field_leaves_the_reply_whole_or_the_key_alone(door: Door, key: str, fields: str) -> None:
    (row,) = _told(door, f"client.api/list?fields={fields}")["clients"]
    assert (len(row) > 15) if not fields.strip(" ,") else (row == {"uuid": key})


def test_3_0_knows_no_fields_and_errors_are_left_alone(door: Door, key: str) -> None:
    (row,) = door.xml("GET", "client.api/list", version="3.0", fields="name").findall("Clients/Client")
    assert len(row) > 15
    refused = door.xml("GET", "client.api/get/00000000-0000-4000-8000-000000000000", fields="name")
    assert refused.findtext("ErrorDescription") == "Invalid client identifier"


def test_the_audit_marks_it_as_a_guess(door: Door, key: str) -> None:
    _told(door, "client.api/list?fields=name")
    assert door.control("GET", "audit")["calls"][-1]["guess"] == "what fields keeps"
