"""What the switches about groups, relationships, custom fields, documents and replaced clients show."""

from collections.abc import Callable

from lxml import etree

from sandbox.door import Door, names, refusal

Act = Callable[[Door], object]


def _answer(root: etree._Element) -> str:
    """The status, or the text of a refusal."""
    return refusal(root) if root.findtext("Status") == "ERROR" else root.findtext("Status") or ""


def _since(change: Act) -> Act:
    """Whether a change at 9:01 moves the client Moved into what is modified since half a minute before."""

    def act(door: Door) -> object:
        door.add_client(Name="Moved", ID="77")
        door.add_client(Name="Other", ID="78")
        door.control("POST", "groups", {"Name": "Family", "Clients": ["78"]})
        door.control("POST", "jobs", {"Name": "Return", "Client": "77"})
        door.control("POST", "clock", {"advance": 60})
        change(door)
        return names(door.xml("GET", "client.api/list", modifiedsince="2026-02-02T09:00:30"))

    return act


def _key(door: Door, name: str) -> str:
    key: str = door.control("GET", f"clients?q={name}")["clients"][0]["UUID"]
    return key


def _join_group(door: Door) -> object:
    group = door.control("GET", "groups/Family")["UUID"]
    return door.xml(
        "PUT", "clientgroup.api/members", f'<Group><UUID>{group}</UUID><add uuid="{_key(door, "Moved")}"/></Group>'
    )


def _relate(door: Door) -> object:
    ends = f"<ClientUUID>{_key(door, 'Moved')}</ClientUUID><RelatedClientUUID>{_key(door, 'Other')}</RelatedClientUUID>"
    return door.xml("POST", "client.api/addrelationship", f"<Relationship>{ends}<Type>Director</Type></Relationship>")


def _set_value(door: Door) -> object:
    field = door.control("GET", "custom-fields/Annual Fee")["UUID"]
    body = f"<CustomFields><CustomField><UUID>{field}</UUID><Decimal>1.50</Decimal></CustomField></CustomFields>"
    return door.xml("PUT", f"client.api/update/{_key(door, 'Moved')}/customfield", body)


def _work(door: Door) -> object:
    return door.xml("PUT", "job.api/state", "<Job><ID>J000001</ID><State>COMPLETED</State></Job>")


def _relationship_keys(door: Door) -> object:
    """How many keys the two clients of a relationship see, and whether an update under the second is taken."""
    door.add_client(Name="Moved")
    door.add_client(Name="Other")
    _relate(door)
    path = "Client/Relationships/Relationship/UUID"
    own, mirrored = (
        door.xml("GET", f"client.api/get/{_key(door, name)}").findtext(path) for name in ("Moved", "Other")
    )
    body = f"<Relationship><UUID>{mirrored}</UUID><EndDate>2026-01-31</EndDate></Relationship>"
    return (len({own, mirrored}), door.xml("PUT", "client.api/updaterelationship", body).findtext("Status"))


def _group_of_one(door: Door) -> tuple[str, str]:
    client = door.add_client(Name="Member")["UUID"]
    return door.control("POST", "groups", {"Name": "Family", "Clients": [client]})["UUID"], client


def _members(door: Door, group: str, inner: str) -> etree._Element:
    return door.xml("PUT", "clientgroup.api/members", f"<Group><UUID>{group}</UUID>{inner}</Group>")


def _join_again(door: Door) -> object:
    group, client = _group_of_one(door)
    return _answer(_members(door, group, f'<add uuid="{client}"/>'))


def _remove_stranger(door: Door) -> object:
    group, _ = _group_of_one(door)
    return _answer(_members(door, group, f'<remove uuid="{door.add_client(Name="Stranger")["UUID"]}"/>'))


def _remove_last(door: Door) -> object:
    group, client = _group_of_one(door)
    answered = _answer(_members(door, group, f'<remove uuid="{client}"/>'))
    return (answered, door.control("GET", "groups")["total"])


def _decimal_shown(door: Door) -> object:
    key = door.add_client(Name="Subject")["UUID"]
    door.control("PATCH", f"custom-values/Client/{key}", {"Annual Fee": "1250.50"})
    return door.xml("GET", f"client.api/get/{key}/customfield").findtext("CustomFields/CustomField/Decimal")


def _bad_option(door: Door) -> object:
    key = door.add_client(Name="Subject")["UUID"]
    door.control("PATCH", f"custom-values/Client/{key}", {"AML Check": "Complete"})
    field = door.control("GET", "custom-fields/AML Check")["UUID"]
    body = f"<CustomFields><CustomField><UUID>{field}</UUID><Text>Perhaps</Text></CustomField></CustomFields>"
    answered = door.xml("PUT", f"client.api/update/{key}/customfield", body).findtext("Status")
    return (answered, door.control("GET", f"custom-values/Client/{key}")["AML Check"])


def _definitions_with_client_scope(door: Door) -> object:
    door.connected(scope="openid practicemanager.client")
    return door.api("GET", "customfield.api/definition").status_code


def _documents_root(door: Door) -> object:
    return door.xml("GET", f"client.api/documents/{door.add_client(Name='Filed')['UUID']}").tag


def _delete_with_jobs(door: Door) -> object:
    key = door.add_client(Name="Busy")["UUID"]
    door.control("POST", "jobs", {"Name": "Return", "Client": key})
    return _answer(door.xml("POST", "client.api/delete", f"<Client><UUID>{key}</UUID></Client>"))


def _left_behind(door: Door, key: str) -> str:
    reply = door.http.get(f"/control/clients/{key}")
    if reply.status_code == 404:
        return "vanished"
    left = reply.json()
    return "deleted" if left["IsDeleted"] == "Yes" else "archived" if left["IsArchived"] == "Yes" else "kept"


def _converted(door: Door) -> object:
    key = door.add_client(Name="Prospect", IsProspect="Yes")["UUID"]
    door.control("POST", f"clients/{key}/convert")
    return _left_behind(door, key)


def _merged(door: Door) -> object:
    key, into = (door.add_client(Name=name)["UUID"] for name in ("First", "Second"))
    door.control("POST", f"clients/{key}/merge", {"into": into})
    return _left_behind(door, key)


PRACTICE_EFFECTS: list[tuple[str, Act, dict[str, object]]] = [
    ("modifiedsince_sees_groups", _since(_join_group), {"no": [], "yes": ["Moved"]}),
    ("modifiedsince_sees_relationships", _since(_relate), {"no": [], "yes": ["Moved", "Other"]}),
    ("modifiedsince_sees_custom_fields", _since(_set_value), {"no": [], "yes": ["Moved"]}),
    ("modifiedsince_sees_jobs", _since(_work), {"no": [], "yes": ["Moved"]}),
    ("relationship_keys", _relationship_keys, {"one": (1, "OK"), "two": (2, "OK")}),
    ("group_member_again", _join_again, {"accepted": "OK", "error": "The client is in the group already"}),
    ("group_stranger_removed", _remove_stranger, {"error": "The client is not in the group", "accepted": "OK"}),
    ("group_last_removed", _remove_last,
     {"accepted": ("OK", 1), "error": ("A group must have a client", 1), "group_goes": ("OK", 0)}),
    ("custom_field_decimals", _decimal_shown, {"point": "1250.50", "comma": "1250,50"}),
    ("bad_custom_value", _bad_option,
     {"error": ("ERROR", "Complete"), "ignore": ("OK", "Complete"), "store": ("OK", "Perhaps")}),
    ("definitions_scope", _definitions_with_client_scope, {"broad": 401, "client": 200}),
    ("documents_wrapped", _documents_root, {"no": "Documents", "yes": "Response"}),
    ("client_delete_with_jobs", _delete_with_jobs,
     {"refused": "The client has jobs and cannot be deleted", "accepted": "OK"}),
    ("converted_prospect", _converted, {"deleted": "deleted", "vanished": "vanished", "kept": "kept"}),
    ("merged_client", _merged, {"deleted": "deleted", "vanished": "vanished", "archived": "archived"}),
]  # fmt: skip
