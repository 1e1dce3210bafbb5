"""Client groups and relationships: membership, labels on both sides, shares, percentages and days."""

import pytest
from lxml import etree

from sandbox.door import Door, refusal
from xpm_sandbox import records, relationships

_HUNDRED = "12,34"


def _client(door: Door, name: str) -> str:
    key: str = door.add_client(Name=name)["UUID"]
    return key


def _members(door: Door, group: str, inner: str) -> etree._Element:
    return door.xml("PUT", "clientgroup.api/members", f"<Group><UUID>{group}</UUID>{inner}</Group>")


def _named(root: etree._Element) -> list[str]:
    return [row.findtext("Name") or "" for row in root.iterfind("Group/Clients/Client")]


def test_several_members_join_and_leave_in_one_call(door: Door) -> None:
    keys = {name: _client(door, name) for name in ("Ann", "Bob", "Cy", "Di")}
    group = door.control("POST", "groups", {"Name": "Family", "Clients": [keys["Ann"], keys["Bob"]]})["UUID"]
    joining = "".join(f'<add uuid="{keys[name]}"/>' for name in ("Cy", "Di"))
    root = _members(door, group, f'{joining}<remove uuid="{keys["Ann"]}"/>')
    assert _named(root) == ["Bob", "Cy", "Di"]
    listed = door.xml("GET", "client.api/list", detailed="true")
    holding = {
        row.findtext("Name") for row in listed.iterfind("Clients/Client") if row.find("Groups/Group") is not None
    }
    assert holding == {"Bob", "Cy", "Di"}


def test_a_call_with_one_unknown_member_changes_nothing(door: Door) -> None:
    key, other = _client(door, "Ann"), _client(door, "Bob")
    group = door.control("POST", "groups", {"Name": "Family", "Clients": [key]})["UUID"]
    root = _members(door, group, f'<add uuid="{other}"/><add uuid="00000000-0000-4000-8000-000000000000"/>')
    assert refusal(root) == "Invalid client identifier"
    assert len(door.control("GET", f"groups/{group}")["Clients"]) == 1


@pytest.mark.parametrize(
    ("inner", "refused"),
    [
        ("<Name>New</Name>", "Invalid client identifier"),
        ("<Name> </Name><ClientUUID>{key}</ClientUUID>", "Name is required"),
        ("<Name>New</Name><ClientUUID>{key}</ClientUUID><Taxable>Perhaps</Taxable>", "Invalid Taxable: Perhaps"),
    ],
)
def test_a_group_needs_a_name_and_a_client(door: Door, inner: str, refused: str) -> None:
    body = f"<Group>{inner.format(key=_client(door, 'Ann'))}</Group>"
    assert refusal(door.xml("POST", "clientgroup.api/add", body)) == refused
    assert door.control("GET", "groups")["total"] == 0


def test_a_group_that_is_renamed_by_a_person_keeps_its_key(door: Door) -> None:
    group = door.control("POST", "groups", {"Name": "Old", "Clients": [_client(door, "Ann")]})["UUID"]
    door.control("PATCH", f"groups/{group}", {"Name": "New", "Taxable": "Yes"})
    row = door.xml("GET", "clientgroup.api/list").find("Groups/Group")
    assert row is not None
    assert [child.text for child in row] == [group, "New", "Yes"]


def _related(door: Door, kind: str, inner: str = "") -> etree._Element:
    client, other = (door.control("GET", f"clients/{name}")["UUID"] for name in ("101", "102"))
    ends = f"<ClientUUID>{client}</ClientUUID><RelatedClientUUID>{other}</RelatedClientUUID>"
    return door.xml(
        "POST", "client.api/addrelationship", f"<Relationship>{ends}<Type>{kind}</Type>{inner}</Relationship>"
    )


@pytest.fixture
def pair(door: Door) -> Door:
    """Two clients, numbers 101 and 102."""
    door.add_client(Name="Company", ID="101")
    door.add_client(Name="Person", ID="102")
    return door


def _label(door: Door, number: str) -> tuple[str | None, str | None]:
    root = door.xml("GET", f"client.api/get/{number}", version="3.0")
    found = root.find("Client/Relationships/Relationship")
    assert found is not None
    return found.findtext("Type"), found.findtext("RelatedClient/Name")


@pytest.mark.parametrize("kind", relationships.TYPES)
def test_a_relationship_is_seen_from_both_clients(pair: Door, kind: str) -> None:
    assert _related(pair, kind).findtext("ClientRelationship/RelationshipType/Name") == kind
    assert _label(pair, "101") == (kind, "Person")
    assert _label(pair, "102") == (records.INVERSE[kind], "Company")


def test_there_are_eighteen_types() -> None:
    assert len(relationships.TYPES) == 18


@pytest.mark.parametrize(
    ("kind", "inner", "refused"),
    [
        ("Director Of", "", "Invalid Type: Director Of"),
        ("Director", "<NumberOfShares>10</NumberOfShares>", "NumberOfShares does not apply to Director"),
        ("Shareholder", "<Percentage>10</Percentage>", "Percentage does not apply to Shareholder"),
        ("Shareholder", "<NumberOfShares>1.5</NumberOfShares>", "Invalid NumberOfShares: 1.5"),
        ("Partner", f"<Percentage>{_HUNDRED}</Percentage>", f"Invalid Percentage: {_HUNDRED}"),
        ("Director", "<StartDate>soon</StartDate>", "Invalid StartDate: soon"),
        ("Director", "<StartDate>2020-02-01</StartDate><EndDate>2020-01-31</EndDate>",
         "EndDate must not be before StartDate"),
    ],
)  # fmt: skip
def test_a_wrong_relationship_is_refused(pair: Door, kind: str, inner: str, refused: str) -> None:
    assert refusal(_related(pair, kind, inner)) == refused
    assert pair.control("GET", "relationships")["total"] == 0


@pytest.mark.parametrize("kind", ["Director", "Trustee", "Shareholder", "Partner"])
def test_noughts_are_taken_where_shares_and_percentage_do_not_apply(pair: Door, kind: str) -> None:
    root = _related(pair, kind, "<NumberOfShares>0</NumberOfShares><Percentage>0</Percentage>")
    assert root.findtext("Status") == "OK"


def test_an_ended_relationship_stays_and_its_end_can_be_taken_back(pair: Door) -> None:
    key = _related(pair, "Partner", "<Percentage>33.3</Percentage><EndDate>2025-06-30</EndDate>").findtext(
        "ClientRelationship/UUID"
    )
    assert pair.control("GET", f"relationships/{key}")["EndDate"] == "2025-06-30"
    body = f"<Relationship><UUID>{key}</UUID><EndDate/></Relationship>"
    root = pair.xml("PUT", "client.api/updaterelationship", body)
    assert root.find("ClientRelationship/EndDate") is None
    assert root.findtext("ClientRelationship/Percentage") == "33.3"


def test_a_type_cannot_be_changed(pair: Door) -> None:
    key = _related(pair, "Director").findtext("ClientRelationship/UUID")
    body = f"<Relationship><UUID>{key}</UUID><Type>Trustee</Type></Relationship>"
    assert refusal(pair.xml("PUT", "client.api/updaterelationship", body)) == (
        "The type of a relationship cannot be changed"
    )


def test_a_repeated_add_makes_a_second_and_deleting_takes_one_from_both_clients(pair: Door) -> None:
    keys = [_related(pair, "Director").findtext("ClientRelationship/UUID") for _ in range(2)]
    assert len(set(keys)) == 2
    body = f"<Relationship><UUID>{keys[0]}</UUID></Relationship>"
    pair.xml("POST", "client.api/deleterelationship", body)
    for number in ("101", "102"):
        rows = pair.xml("GET", f"client.api/get/{number}", version="3.0").findall("Client/Relationships/Relationship")
        assert len(rows) == 1
    assert refusal(pair.xml("POST", "client.api/deleterelationship", body)) == "Invalid relationship identifier"


def test_a_client_is_not_related_to_itself(pair: Door) -> None:
    key = pair.control("GET", "clients/101")["UUID"]
    ends = f"<ClientUUID>{key}</ClientUUID><RelatedClientUUID>{key}</RelatedClientUUID><Type>Spouse</Type>"
    root = pair.xml("POST", "client.api/addrelationship", f"<Relationship>{ends}</Relationship>")
    assert refusal(root) == "A client cannot be related to itself"
