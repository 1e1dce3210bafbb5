"""Control of every kind of record: added, seen, edited and removed, and seen so over the API."""

from typing import Any

import pytest

from sandbox.door import Door

# Kind, what makes one, what it is called by, an edit, and what a list of the API then shows.
_KINDS: list[tuple[str, dict[str, Any], dict[str, Any], str, str]] = [
    ("groups", {"Name": "Family", "Clients": ["101"]}, {"Name": "Kin"}, "clientgroup.api/list", "Groups/Group/Name"),
    ("staff", {"Name": "Aaron First"}, {"Name": "Aaron Kin"}, "staff.api/list", "StaffList/Staff/Name"),
    ("custom-fields", {"Name": "A field", "Type": "Text", "Uses": ["Job"]}, {"Name": "A Kin"},
     "customfield.api/definition", "CustomFieldDefinitions/CustomFieldDefinition/Name"),
    ("jobs", {"Name": "Return", "Client": "101"}, {"Name": "Kin", "Partner": "Lee Park"}, "job.api/current",
     "Jobs/Job/Name"),
    ("categories", {"Name": "Advice"}, {"Name": "A Kin"}, "category.api/list", "Categories/Category/Name"),
    ("task-types", {"Name": "Abacus"}, {"Name": "A Kin", "Description": "d"}, "task.api/list", "TaskList/Task/Name"),
    ("templates", {"Name": "ABC", "Tasks": [{"Task": "Audit", "EstimatedMinutes": 5}]}, {"Name": "A Kin"},
     "template.api/list", "Templates/Template/Name"),
    ("job-states", {"Name": "Filed", "Kind": "completed"}, {"Name": "Kin"}, "jobstate.api/list",
     "JobStates/JobState[7]/Name"),
]  # fmt: skip
_UUID = "11111111-2222-4333-8444-555555555555"


@pytest.mark.parametrize(("kind", "made", "edit", "path", "shows"), _KINDS, ids=[row[0] for row in _KINDS])
def test_a_record_is_added_edited_and_removed(
    door: Door, kind: str, made: dict[str, Any], edit: dict[str, Any], path: str, shows: str
) -> None:
    door.add_client(Name="Owner", ID="101")
    before = door.control("GET", kind)["total"]
    added = door.control("POST", kind, {**made, "UUID": _UUID.upper()})
    assert added["UUID"] == _UUID
    assert door.xml("GET", path).findtext(shows) == made["Name"]
    edited = door.control("PATCH", f"{kind}/{_UUID}", edit)
    assert {name: _plain(edited[name]) for name in edit} == edit
    assert door.xml("GET", path).findtext(shows) == edit["Name"]
    assert door.control("GET", f"{kind}/{_UUID}") == edited
    door.control("DELETE", f"{kind}/{_UUID}")
    assert door.xml("GET", path).findtext(shows) != edit["Name"]
    listed = door.control("GET", f"{kind}?limit=1000")
    assert listed["total"] == before + (kind == "staff")  # who is deleted stays known to control


def _plain(value: Any) -> Any:
    return value["Name"] if isinstance(value, dict) else value


def test_the_members_of_a_group_are_set_as_a_whole(door: Door) -> None:
    for number in ("101", "102", "103"):
        door.add_client(Name=f"Client {number}", ID=number)
    door.control("POST", "groups", {"Name": "Family", "Clients": ["101", "102"]})
    edited = door.control("PATCH", "groups/Family", {"Clients": ["102", "Client 103"]})
    assert [client["Name"] for client in edited["Clients"]] == ["Client 102", "Client 103"]


@pytest.mark.parametrize(
    ("verb", "path", "body", "status"),
    [
        ("POST", "groups", {"Name": "G", "Clients": ["nobody"]}, 404),
        ("POST", "groups", {"Name": "", "Clients": []}, 400),
        ("POST", "groups", {"Nmae": "G"}, 400),
        ("POST", "relationships", {"Type": "Friend"}, 400),
        ("POST", "custom-fields", {"Name": "F", "Type": "Colour"}, 400),
        ("POST", "custom-fields", {"Name": "F", "Type": "Text", "Uses": ["Lead"]}, 400),
        ("POST", "job-states", {"Name": "S", "Kind": "odd"}, 400),
        ("POST", "jobs", {"Name": "J"}, 404),
        ("POST", "documents", {"Title": "T"}, 400),
        ("PATCH", "custom-values/Client/101", {"No such field": "1"}, 404),
        ("PATCH", "custom-values/Lead/101", {}, 404),
        ("DELETE", "task-types/Audit", None, 409),
        ("GET", "staff/nobody", None, 404),
    ],
)
def test_what_cannot_be_done_is_said(door: Door, verb: str, path: str, body: Any, status: int) -> None:
    door.add_client(Name="Owner", ID="101")
    door.control("POST", "templates", {"Name": "T", "Tasks": [{"Task": "Audit"}]})
    reply = door.http.request(verb, f"/control/{path}", json=body)
    assert (reply.status_code, list(reply.json())) == (status, ["error"])


def test_a_number_twice_is_refused(door: Door) -> None:
    door.add_client(Name="Owner", ID="101")
    statuses = [
        door.http.post("/control/jobs", json={"ID": "J9", "Name": "J", "Client": "101"}).status_code for _ in range(2)
    ]
    assert statuses == [201, 409]
