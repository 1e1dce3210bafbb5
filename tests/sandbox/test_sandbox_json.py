"""JSON mode of API 3.1: asked for by a header, and never another reply than the XML one."""

import json
import time
import tracemalloc
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from lxml import etree

from sandbox.door import Door
from xpm_sandbox.api import json_in, json_out, xml_text
from xpm_sandbox.api.endpoints import ENDPOINTS
from xpm_sandbox.app import create_app
from xpm_sandbox.world import World

_STRICT = {"Xero-Features": "other-flag, practice-strict-content-type", "Accept": "application/json"}


def _call(door: Door, verb: str, path: str, body: object = None, *, version: str = "3.1", **headers: str) -> Any:
    reply = _reply(door, verb, path, body, version=version, **headers)
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-type"] == "application/json; charset=utf-8"
    return reply.json()


def _reply(
    door: Door, verb: str, path: str, body: object = None, *, version: str = "3.1", **headers: str
) -> httpx2.Response:
    asked = {"Authorization": f"Bearer {door.token}", "Xero-Tenant-Id": door.tenant, **_STRICT}
    sent = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    if body is not None:
        asked["Content-Type"] = "application/json"
    asked |= {name.replace("_", "-"): value for name, value in headers.items()}
    return door.http.request(verb, f"/practicemanager/{version}/{path}", content=sent, headers=asked)


def test_a_client_is_one_flat_object_with_its_lists_as_arrays(door: Door) -> None:
    truth = door.add_client(
        Name="Kauri & Sons", IsArchived="Yes", TaxNumber="123456782", BalanceMonth="6", Email="k@x.nz"
    )
    reply = _call(door, "GET", f"client.api/get/{truth['UUID']}")
    client = reply["client"]
    assert list(reply) == ["status", "client"]
    assert (reply["status"], client["uuid"], client["name"]) == ("OK", truth["UUID"], "Kauri & Sons")
    assert (client["isArchived"], client["gstRegistered"], client["taxNumber"]) == ("Yes", "No", "******782")
    assert (client["balanceMonth"], client["phone"], client["contacts"], client["notes"]) == (6, "", [], [])
    assert client["webUrl"].startswith("https://practicemanager.xero.com/Client/")


def test_one_row_is_a_list_of_one_and_none_is_an_empty_list(door: Door) -> None:
    assert _call(door, "GET", "client.api/list") == {"status": "OK", "clients": []}
    door.add_client(Name="Kauri", Contacts=[{"Name": "Bob", "IsPrimary": "Yes"}])
    (client,) = _call(door, "GET", "client.api/list?detailed=true")["clients"]
    assert [(contact["name"], contact["isPrimary"]) for contact in client["contacts"]] == [("Bob", "Yes")]


def test_an_object_within_a_client_is_written_and_read(door: Door) -> None:
    body = {"name": "Kauri", "autoBasOptInCriteria": {"annually": "A", "monthly": "", "opt-out": "No"}}
    added = _call(door, "POST", "client.api/add", body)["client"]
    assert added["autoBasOptInCriteria"] == {"annually": "A", "opt-out": "No"}
    change = {"uuid": added["uuid"], "name": "Kauri", "autoBasOptInCriteria": {"quarterly": "Q", "annually": ""}}
    changed = _call(door, "PUT", "client.api/update", change)["client"]
    assert changed["autoBasOptInCriteria"] == {"quarterly": "Q", "opt-out": "No"}
    guesses = {call["guess"] for call in door.control("GET", "audit")["calls"]}
    assert guesses == {"element names of AutoBasOptInCriteria in XML"}
    written = door.xml("GET", f"client.api/get/{added['uuid']}").find("Client/AutoBasOptInCriteria")
    assert written is not None
    assert [(part.tag, part.text) for part in written] == [("Quarterly", "Q"), ("opt-out", "No")]


def _value(node: etree._Element) -> object:
    """What an element is in JSON, read off a parsed tree."""
    if node.tag in xml_text.LISTS:
        return [_value(row) for row in node]
    if len(node):
        return {json_out.name_of(str(child.tag)): _value(child) for child in node}
    text, name = node.text or "", str(node.tag)
    if name in json_out.WHOLE | json_out.DECIMAL:
        return float(text) if text else None
    return text == "true" if name in json_out.FLAGS else text


@pytest.mark.parametrize("path", ["client.api/list?detailed=true", "job.api/current?detailed=true", "staff.api/list"])
def test_both_forms_carry_the_same_values(door: Door, path: str) -> None:
    door.control("POST", "reset", {"clients": 200})
    door.connected()
    told = _call(door, "GET", path)
    written = etree.fromstring(_reply(door, "GET", path, Accept="text/xml").content)
    assert told == _value(written)
    assert len(list(told.values())[1]) > 10


@pytest.mark.parametrize(
    ("version", "headers"),
    [
        ("3.0", {}),
        ("3.1", {"Xero-Features": "practice-strict"}),
        ("3.1", {"Accept": "text/xml"}),
        ("3.1", {"Accept": "*/*"}),
        ("3.1", {"Accept": "text/xml, application/json;q=0.5"}),
    ],
)
def test_xml_is_what_comes_without_strict_json(door: Door, version: str, headers: dict[str, str]) -> None:
    reply = _reply(door, "GET", "staff.api/list", version=version, **headers)
    assert (reply.status_code, reply.headers["content-type"]) == (200, "text/xml; charset=utf-8")


def test_a_body_in_json_does_what_one_in_xml_does(door: Door) -> None:
    body = {
        "name": "Rimu Ltd", "webSite": "rimu.nz", "isProspect": "Yes", "prepareGst": "Yes", "gstPeriod": 2,
        "contacts": [{"name": "Ann", "isPrimary": "Yes"}, {"name": "Bob"}], "fax": None,
    }  # fmt: skip
    client = _call(door, "POST", "client.api/add", body)["client"]
    truth = door.truth(client["uuid"])
    assert (truth["Website"], truth["IsProspect"], truth["PrepareGST"], truth["GSTPeriod"]) == (
        "rimu.nz", "Yes", "Yes", "2 Monthly",
    )  # fmt: skip
    assert [contact["Name"] for contact in truth["Contacts"]] == ["Ann", "Bob"]
    _call(door, "PUT", "client.api/update", {"uuid": client["uuid"], "name": "Rimu Limited", "phone": "1"})
    assert (door.truth(client["uuid"])["Name"], door.truth(client["uuid"])["Website"]) == ("Rimu Limited", "rimu.nz")


def test_members_of_a_group_go_by_their_attributes(door: Door) -> None:
    first, second = (door.add_client(Name=name)["UUID"] for name in ("A", "B"))
    group = _call(door, "POST", "clientgroup.api/add", {"clientUuid": first, "name": "Family"})["group"]
    body = {"uuid": group["uuid"], "add": [{"uuid": second}], "remove": [{"uuid": first}]}
    changed = _call(door, "PUT", "clientgroup.api/members", body)["group"]
    assert [member["name"] for member in changed["clients"]] == ["B"]


def test_a_business_error_has_status_and_description(door: Door) -> None:
    told = _call(door, "GET", "client.api/get/00000000-0000-4000-8000-000000000000")
    assert told == {"status": "ERROR", "errorDescription": "Invalid client identifier"}
    bad = _reply(door, "GET", "client.api/paged-list?pageSize=0")
    assert (bad.status_code, set(bad.json())) == (400, {"status", "errorDescription"})


@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b"[" * 100_000, b'{"name": "\\u0000"}', b"\xff"])
def test_a_body_that_is_no_json_object_is_refused(door: Door, body: bytes) -> None:
    assert _reply(door, "POST", "client.api/add", body).status_code == 400
    assert door.control("GET", "clients")["total"] == 0


def test_forms_that_xpm_does_not_have_are_refused_and_marked_as_a_guess(door: Door) -> None:
    statuses = [
        _reply(door, "GET", "staff.api/list", Accept="text/csv").status_code,
        _reply(door, "POST", "client.api/add", {"name": "A"}, Content_Type="text/csv").status_code,
    ]
    assert statuses == [406, 415]
    assert all(call["guess"] for call in door.control("GET", "audit?path=/3.1/")["calls"])


def test_the_gateway_answers_as_it_always_does(door: Door) -> None:
    door.token = "nonsense"
    assert _reply(door, "GET", "client.api/list").json()["Detail"] == "AuthenticationUnsuccessful"


def test_replies_in_json_are_spoilt_in_their_own_way(door: Door) -> None:
    for name in ("Kauri", "Rimu"):
        door.add_client(Name=name)

    def told(kind: str) -> httpx2.Response:
        door.fault(kind, path="client.api/list")
        return _reply(door, "GET", "client.api/list")

    for kind in ("malformed", "control_characters", "dtd"):
        with pytest.raises(ValueError, match=r"line 1|Invalid control|Expecting"):
            told(kind).json()
    assert [row["name"] for row in told("duplicate_ids").json()["clients"]] == ["Kauri", "Kauri", "Rimu"]
    assert {row["brand"] for row in told("unknown_elements").json()["clients"]} == {"new"}
    assert told("empty_list").json() == {"status": "OK", "clients": []}


def test_every_list_among_the_replies_is_known_as_one(door: Door) -> None:
    """An empty list of a name that is not known as one's would come out as an empty text."""
    door.control("POST", "reset", {"clients": 40})
    door.connected()
    door.control("PATCH", "limits", {"minute": 1000})
    for endpoint in ENDPOINTS:
        if endpoint.verb != "GET" or "<" in endpoint.path:
            continue
        query = "from=20250901&to=20260131&detailed=true&page=1&query=a"
        root = etree.fromstring(_reply(door, "GET", f"{endpoint.path}?{query}", Accept="text/xml").content)
        parents = [(node.getparent(), node) for node in root.iter()]
        rows = {str(parent.tag) for parent, node in parents if parent is not None and _has_twin(node)}
        assert rows <= xml_text.LISTS | {"Response"}, endpoint.path


def _has_twin(node: etree._Element) -> bool:
    return any(other.tag == node.tag for other in node.itersiblings())


@pytest.mark.parametrize("size", [1, 2, 7, 50, 1000])
def test_where_a_reply_is_cut_into_pieces_changes_nothing(size: int) -> None:
    text = (
        '<Response api-method="Get"><Status>OK</Status><WebUrl>https://x.nz/?a=1&amp;b=2</WebUrl><Client><UUID>1</UUID>'
        '<Name>Māhuika &amp; &lt;Sons&gt; "Ltd"&#xD;\n&#x1;</Name><Groups /><Contacts><Contact><Name>A</Name></Contact>'
        "</Contacts><BalanceMonth>6</BalanceMonth></Client></Response>"
    ).encode()
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    client = {
        "uuid": "1", "name": 'Māhuika & <Sons> "Ltd"\r\n\x01', "groups": [], "contacts": [{"name": "A"}],
        "balanceMonth": 6, "webUrl": "https://x.nz/?a=1&b=2",
    }  # fmt: skip
    assert json.loads("".join(json_out.rewritten(pieces))) == {"status": "OK", "client": client}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("<Documents />", {"status": "OK", "documents": []}),
        ("<Costs><Cost><UnitCost>2.50</UnitCost></Cost></Costs>", {"status": "OK", "costs": [{"unitCost": 2.5}]}),
        ("<Response><Status>OK</Status><Clients /></Response>", {"status": "OK", "clients": []}),
        ("<Response><Status>OK</Status><UUID>1</UUID></Response>", {"status": "OK", "uuid": "1"}),
    ],
)
def test_a_reply_of_any_shape_is_one_object(text: str, told: object) -> None:
    assert json.loads("".join(json_out.rewritten([text.encode()]))) == told


@pytest.mark.serial
def test_a_list_costs_little_more_in_json_than_in_xml() -> None:
    with World.open(seed=1, clients=1500) as world:
        door = Door.in_process(create_app(world)).connected()

        def spent(form: str) -> float:
            began = time.process_time()
            assert _reply(door, "GET", "client.api/list?detailed=true", Accept=form).status_code == 200
            return time.process_time() - began

        xml, told = (min(spent(form) for _ in range(3)) for form in ("text/xml", "application/json"))
    assert told < 2 * xml


def test_a_long_list_is_rewritten_in_constant_memory() -> None:
    row = b"<Client><UUID>1</UUID><Name>A name</Name>" + b"<Address>x</Address>" * 40 + b"</Client>"

    def pieces(rows: int) -> Iterator[bytes]:
        yield b'<Response api-method="List"><Status>OK</Status><Clients>'
        for _ in range(rows):
            yield row
        yield b"</Clients></Response>"

    def peak(rows: int) -> tuple[int, int]:
        tracemalloc.start()
        size = sum(len(piece) for piece in json_out.rewritten(pieces(rows)))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return size, most

    (short, low), (long, high) = peak(200), peak(4000)
    assert long > 19 * short
    assert high < low * 1.5


@pytest.mark.parametrize("form", ["text/xml", "application/json"])
def test_a_long_list_is_served_in_constant_memory(form: str) -> None:
    def peak(clients: int) -> tuple[int, int]:
        with World.open(seed=1, clients=clients) as world:
            door = Door.in_process(create_app(world)).connected()
            headers = {
                "Authorization": f"Bearer {door.token}",
                "Xero-Tenant-Id": door.tenant,
                **_STRICT,
                "Accept": form,
            }
            address = "/practicemanager/3.1/client.api/list?detailed=true"
            tracemalloc.start()
            with door.http.stream("GET", address, headers=headers) as reply:
                size = sum(len(piece) for piece in reply.iter_raw())
            _, most = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        return size, most

    peak(10)
    (short, low), (long, high) = peak(300), peak(1500)
    assert long > 4 * short
    assert high < low * 1.25


@pytest.mark.parametrize(
    ("element", "name"),
    [("UUID", "uuid"), ("GSTRegistered", "gstRegistered"), ("PrepareGST", "prepareGst"), ("InternalID", "internalId"),
     ("WebUrl", "webUrl"), ("URL", "url"), ("StaffList", "staffList"), ("ClientRelationship", "clientRelationship")],
)  # fmt: skip
def test_names_are_in_camel_case(element: str, name: str) -> None:
    assert json_out.name_of(element) == name


@pytest.mark.parametrize(
    ("name", "element"),
    [("clientUuid", "ClientUUID"), ("gstPeriod", "GSTPeriod"), ("prepareGst", "PrepareGST"), ("id", "ID"),
     ("webSite", "WebSite"), ("activeAtoClient", "ActiveAtoClient"), ("add-manager", "add-manager")],
)  # fmt: skip
def test_names_in_bodies_are_led_back(name: str, element: str) -> None:
    assert json_in.element_of(name) == element
