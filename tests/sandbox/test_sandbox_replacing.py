"""What a person does that no call can: a prospect becomes a client under a new key, two clients become one."""

import pytest
from lxml import etree

from sandbox.door import Door, names


def _furnish(door: Door, key: str) -> None:
    """Give the client a contact, group, relationship, job, document and value."""
    other = door.add_client(Name="Relative", ID="900")["UUID"]
    door.control("POST", f"clients/{key}/contacts", {"Name": "Bob", "Position": "Chair", "IsPrimary": "Yes"})
    door.control("POST", "groups", {"Name": "Family", "Clients": [key]})
    door.control("POST", "relationships", {"Type": "Director", "Client": key, "RelatedClient": other})
    door.control("POST", "jobs", {"Name": "Return", "Client": key})
    door.control("POST", "documents", {"Client": key, "Title": "Deed", "FileName": "d", "Content": ""})
    door.control("PATCH", f"custom-values/Client/{key}", {"Annual Fee": "10.00"})


def _furnishings(door: Door, key: str) -> list[object]:
    root = door.xml("GET", f"client.api/get/{key}")
    client = root.find("Client")
    assert client is not None
    found = [client.findtext(path) for path in ("Contacts/Contact/Name", "Groups/Group/Name", "Relationships/*/Type")]
    jobs = door.xml("GET", f"job.api/client/{key}")
    documents = etree.fromstring(door.api("GET", f"client.api/documents/{key}").content)
    values = door.xml("GET", f"client.api/get/{key}/customfield")
    counted = [len(jobs.findall("Jobs/Job")), len(documents), len(values.findall("CustomFields/CustomField"))]
    return [*found, *counted]


_ALL = ["Bob", "Family", "Director", 1, 1, 1]


@pytest.mark.parametrize("remains", ["deleted", "vanished", "kept"])
def test_a_converted_prospect_is_a_new_client_with_all_that_it_had(door: Door, remains: str) -> None:
    door.switch(converted_prospect=remains)
    old = door.add_client(Name="Hopeful", IsProspect="Yes", Phone="1", TaxNumber="123456782")
    _furnish(door, old["UUID"])
    new = door.control("POST", f"clients/{old['UUID']}/convert")
    assert new["UUID"] != old["UUID"]
    assert (new["Name"], new["Phone"], new["IsProspect"], new["TaxNumber"]) == ("Hopeful", "1", "No", "123456782")
    assert _furnishings(door, new["UUID"]) == _ALL
    listed = door.xml("GET", "client.api/list")
    assert names(listed).count("Hopeful") == (1 if remains == "vanished" else 2)


def test_only_a_prospect_is_converted(door: Door) -> None:
    key = door.add_client(Name="Client")["UUID"]
    assert door.http.post(f"/control/clients/{key}/convert").status_code == 409


@pytest.mark.parametrize("remains", ["deleted", "vanished", "archived"])
def test_a_merged_client_leaves_what_hung_on_it_to_the_other(door: Door, remains: str) -> None:
    door.switch(merged_client=remains)
    twin, kept = (door.add_client(Name=name, Phone=name)["UUID"] for name in ("Twin", "Kept"))
    _furnish(door, twin)
    merged = door.control("POST", f"clients/{twin}/merge", {"into": kept})
    assert (merged["Name"], merged["Phone"]) == ("Kept", "Kept")
    assert _furnishings(door, kept) == _ALL
    assert door.http.get(f"/control/clients/{twin}").status_code == (404 if remains == "vanished" else 200)


def test_a_relationship_between_merged_clients_is_gone(door: Door) -> None:
    twin, kept = (door.add_client(Name=name)["UUID"] for name in ("Twin", "Kept"))
    door.control("POST", "relationships", {"Type": "Spouse", "Client": twin, "RelatedClient": kept})
    door.control("POST", f"clients/{twin}/merge", {"into": kept})
    assert door.truth(kept)["Relationships"] == []


def test_a_client_is_not_merged_into_itself(door: Door) -> None:
    key = door.add_client(Name="Client")["UUID"]
    assert door.http.post(f"/control/clients/{key}/merge", json={"into": key}).status_code == 400


def test_a_vanished_client_is_still_in_a_list_that_lags(door: Door) -> None:
    door.switch(converted_prospect="vanished", list_lag_seconds="60")
    key = door.add_client(Name="Hopeful", IsProspect="Yes")["UUID"]
    door.control("POST", "clock", {"advance": 120})
    new = door.control("POST", f"clients/{key}/convert")["UUID"]
    walks = []
    for _ in range(2):
        walks.append([row.findtext("UUID") for row in door.xml("GET", "client.api/list").iterfind("Clients/Client")])
        door.control("POST", "clock", {"advance": 61})
    assert walks == [[key], [new]]


def test_an_unarchived_client_is_active_again(door: Door) -> None:
    key = door.add_client(Name="Client", IsArchived="Yes")["UUID"]
    door.control("POST", f"clients/{key}/unarchive")
    assert names(door.xml("GET", "client.api/paged-list")) == ["Client"]
