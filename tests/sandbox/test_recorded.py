"""Recorded exchanges with the real Practice Manager (API 3.0, Australian practice, 2020 to 2022), replayed.

`recorded/` holds what was derived from a vendor's published recordings: request, status, headers that matter, and the
reply's elements in order with what they held. On an equal world the sandbox must answer the same.
"""

import json

import pytest
from lxml import etree

from sandbox.door import Door
from sandbox.recordings import Element, assert_headers, elements, record_in, recording, replay, without_assigned
from xpm_sandbox import fields
from xpm_sandbox.world import World, tenants


def _sorted_lists(element: Element) -> Element:
    """Rows of a list by name: among equal names the real order follows nothing that can be seen."""
    tag, inner = element
    if isinstance(inner, str):
        return element
    rows = [_sorted_lists(child) for child in inner]
    if tag in ("Clients", "Contacts", "StaffList"):
        rows.sort(key=lambda row: (dict(map(tuple, row[1]))["Name"].lower(), json.dumps(row)))
    return [tag, rows]


def _plant(door: Door, world: World, clients: list[Element]) -> None:
    """Make the recorded clients, with their numbers, tax records, contacts and groups."""
    for _, parts in clients:
        values = dict(map(tuple, parts))
        sent = {name: values[name] for name in ("ID", "UUID", "Name")}
        sent |= {name: values[name] for name in fields.BY_NAME if values.get(name)}
        sent["HasTaxRecord"] = "AgencyStatus" in values
        sent["Contacts"] = [dict(map(tuple, contact[1])) for contact in values["Contacts"] or []]
        door.add_client(**sent)
        with world.write() as db:
            for group in values["Groups"] or []:
                named = dict(map(tuple, group[1]))
                row = (named["ID"], tenants(db)[0].id, f"group-{named['ID']}", named["Name"])
                db.execute("INSERT OR IGNORE INTO client_group (id, tenant_id, uuid, name) VALUES (?, ?, ?, ?)", row)
                db.execute("INSERT INTO group_member VALUES (?, ?)", (named["ID"], values["ID"]))


@pytest.mark.parametrize("name", ["client-get", "client-update", "client-list-detailed"])
def test_reading_and_updating_answers_as_recorded(door: Door, world: World, name: str) -> None:
    recorded = recording(name)
    record = record_in(recorded)
    _plant(door, world, record[1] if record[0] == "Clients" else [record])
    reply = replay(door, recorded)
    assert reply.status_code == recorded["status"]
    root = etree.fromstring(reply.content)
    assert root.get("api-method") == recorded["api_method"]
    assert _sorted_lists(elements(root)) == _sorted_lists(recorded["elements"])
    assert_headers(reply, recorded)


def test_the_list_is_in_the_recorded_order_but_for_equal_names(door: Door, world: World) -> None:
    recorded = recording("client-list-detailed")
    in_order = [dict(map(tuple, row[1]))["Name"] for row in record_in(recorded)[1]]
    _plant(door, world, list(reversed(record_in(recorded)[1])))
    root = etree.fromstring(replay(door, recorded).content)
    assert [row.findtext("Name") for row in root.iterfind("Clients/Client")] == in_order


@pytest.mark.parametrize(("name", "owner"), [("client-add", ""), ("contact-add", "25655881")])
def test_adding_answers_as_recorded_but_for_the_keys(door: Door, name: str, owner: str) -> None:
    recorded = recording(name)
    if owner:
        door.add_client(ID=owner, Name="Acmer Pty Ltd")
    reply = replay(door, recorded)
    root = etree.fromstring(reply.content)
    assert reply.status_code == recorded["status"]
    assert root.get("api-method") == recorded["api_method"]
    assert without_assigned(elements(root)) == without_assigned(recorded["elements"])
    assert_headers(reply, recorded)


def test_a_body_is_one_line_without_declaration_and_empties_as_recorded(door: Door) -> None:
    door.add_client(Name="Line & Co", Address="Unit 4\n12 Harbour Rd\n")
    body = door.api("GET", "client.api/list", detailed="true", version="3.0").text
    assert body.startswith('<Response api-method="List"><Status>OK</Status><Clients><Client><ID>')
    assert "<Name>Line &amp; Co</Name><Address>Unit 4\n12 Harbour Rd\n</Address><City></City>" in body
    assert "<Contacts /><Notes /><Groups /><Relationships />" in body


def test_staff_are_listed_as_recorded(door: Door) -> None:
    recorded = recording("staff-list")
    root = etree.fromstring(replay(door, recorded).content)
    recorded_row = record_in(recorded)[1][0]
    rows = list(root.iterfind("StaffList/Staff"))
    assert root.get("api-method") == recorded["api_method"]
    assert len(rows) == 12
    assert all([child.tag for child in row] == [part[0] for part in recorded_row[1]] for row in rows)


@pytest.mark.parametrize("name", ["gateway-401-token", "gateway-403-tenant"])
def test_the_gateway_bars_as_recorded(door: Door, name: str) -> None:
    recorded = recording(name)
    if recorded["status"] == 401:
        door.token = "nonsense"
    else:
        door.tenant = "00000000-0000-4000-8000-000000000000"
    reply = replay(door, recorded)
    assert reply.status_code == recorded["status"]
    assert {**reply.json(), "Instance": ""} == {**recorded["json"], "Instance": ""}
    assert_headers(reply, recorded)
    told = {header for header in reply.headers if header.endswith("-remaining")}
    assert told == {header for header in recorded["headers"] if header.endswith("-remaining")}


def test_a_call_over_the_minute_is_answered_as_recorded(door: Door) -> None:
    recorded = recording("gateway-429-minute")
    assert replay(door, recorded).status_code == 200
    door.control("POST", "clock", {"advance": 38})
    door.control("POST", "budget", {"minute": 59})
    reply = replay(door, recorded)
    assert reply.status_code == recorded["status"]
    assert reply.content == b""
    assert reply.headers["content-length"] == "0"
    assert_headers(reply, recorded)
    assert reply.headers["x-minlimit-remaining"] == recorded["headers"]["x-minlimit-remaining"]
