"""What the switches about forms, pages, searches and limits show."""

from collections.abc import Callable

from sandbox.door import Door, names, refusal

Act = Callable[[Door], object]

_TFN = "123456782"


def _mask(door: Door) -> object:
    # Nothing clears the record of masked values, not even a reset.
    before = len(door.control("GET", "masked")["received"])
    key = door.add_client(Name="Taxed", TaxNumber=_TFN)["UUID"]
    shown = door.xml("GET", f"client.api/get/{key}").findtext("Client/TaxNumber") or ""
    sent_back = door.update(key, f"<TaxNumber>{shown}</TaxNumber>")
    return (shown, refusal(sent_back), len(door.control("GET", "masked")["received"]) - before)


def _code_taken(door: Door) -> object:
    door.add_client(Name="First", ClientCode="C1")
    body = "<Client><Name>Second</Name><ClientCode>C1</ClientCode></Client>"
    reply = door.api("POST", "client.api/add", body)
    return (reply.status_code, "OK</Status>" in reply.text)


def _born(door: Door) -> object:
    key = door.add_client(Name="Born", DateOfBirth="1980-05-06")["UUID"]
    return door.xml("GET", f"client.api/get/{key}").findtext("Client/DateOfBirth")


def _note(door: Door) -> object:
    set_to = door.control("GET", "switches")["note_label"]["value"]
    door.control("POST", "reset", {"clients": 60})
    door.connected().switch(note_label=set_to)
    notes = door.xml("GET", "client.api/list", detailed="true").findall("Clients/Client/Notes/Note")
    return tuple(any(note.findtext(name) for note in notes) for name in ("Folder", "Tags"))


def _last_page(door: Door) -> object:
    for name in ("A", "B"):
        door.add_client(Name=name)
    first = door.xml("GET", "client.api/paged-list", pageSize="1")
    address = first.findtext("Pagination/Links/Next") or ""
    headers = {"Authorization": f"Bearer {door.token}", "Xero-Tenant-Id": door.tenant}
    last = door.http.get(address, headers=headers).text
    following = last.partition("<Next>")[2].partition("</Next>")[0].replace("&amp;", "&")
    return None if "<Next>" not in last else "the same" if following == address else following


def _too_many_a_page(door: Door) -> object:
    door.add_client(Name="A")
    replies = [door.api("GET", "client.api/paged-list", pageSize=size) for size in ("0", "501", "ten")]
    return [reply.status_code for reply in replies]


def _searched(door: Door) -> object:
    door.add_client(Name="Kauri", Email="office@rimu.nz")
    door.add_client(Name="Rimu")
    return names(door.xml("GET", "client.api/search", query="RIMU"))


def _related_twice(door: Door) -> object:
    first, second = (str(door.add_client(Name=name)["UUID"]) for name in ("A", "B"))

    def add(client: str, related: str, kind: str) -> str | None:
        keys = f"<ClientUUID>{client}</ClientUUID><RelatedClientUUID>{related}</RelatedClientUUID>"
        body = f"<Relationship>{keys}<Type>{kind}</Type></Relationship>"
        return door.xml("POST", "client.api/addrelationship", body).findtext("Status")

    pairs = [
        (first, second, "Spouse"),
        (first, second, "Spouse"),
        (second, first, "Spouse"),
        (first, second, "Associate"),
    ]
    return [add(*pair) for pair in pairs]


def _over_the_minute_twice(door: Door) -> object:
    door.control("POST", "budget", {"minute": 60})
    for _ in range(2):
        assert door.api("GET", "staff.api/list").status_code == 429
    return door.control("GET", "budget")["day"]["used"]


def _old_version(door: Door) -> object:
    return [door.api("GET", "staff.api/list", version=version).status_code for version in ("3.0", "3.1")]


def _null_sent(door: Door) -> object:
    key = door.add_client(Name="Held", Phone="1")["UUID"]
    headers = {
        "Authorization": f"Bearer {door.token}", "Xero-Tenant-Id": door.tenant,
        "Xero-Features": "practice-strict-content-type", "Accept": "application/json",
    }  # fmt: skip
    body = {"uuid": key, "name": "Held", "phone": None}
    reply = door.http.put("/practicemanager/3.1/client.api/update", json=body, headers=headers)
    return reply.json()["client"]["phone"]


def _some_fields(door: Door) -> object:
    door.add_client(Name="Kauri", Phone="1")
    (client,) = door.xml("GET", "client.api/list", fields="name, PHONE").findall("Clients/Client")
    return "few" if [child.tag for child in client] == ["UUID", "Name", "Phone"] else len(client) > 15


WIRE_EFFECTS: list[tuple[str, Act, dict[str, object]]] = [
    ("tax_number_mask", _mask,
     {"stars": ("******782", "Invalid tax number", 1), "short": ("***782", "Invalid tax number", 1),
      "crosses": ("XXXXXX782", "Invalid tax number", 1)}),
    ("duplicate_client_code", _code_taken,
     {"allowed": (200, True), "error": (200, False), "server_error": (500, False)}),
    ("date_of_birth_form", _born, {"long": "1980-05-06T00:00:00", "short": "1980-05-06"}),
    ("note_label", _note, {"folder": (True, False), "tags": (False, True)}),
    ("next_on_last_page", _last_page, {"absent": None, "empty": "", "repeated": "the same"}),
    ("page_size_out_of_range", _too_many_a_page, {"error": [400, 400, 400], "nearest": [200, 200, 400]}),
    ("search_sees", _searched, {"name": ["Rimu"], "more": ["Kauri", "Rimu"]}),
    ("relationship_again", _related_twice,
     {"second": ["OK", "OK", "OK", "OK"], "error": ["OK", "ERROR", "ERROR", "OK"]}),
    ("limited_calls_count", _over_the_minute_twice, {"no": 0, "yes": 2}),
    ("version_3_0", _old_version, {"served": [200, 200], "gone": [404, 200]}),
    ("fields_parameter", _some_fields, {"honoured": "few", "ignored": True}),
    ("json_null", _null_sent, {"left_out": "1", "empty": ""}),
]  # fmt: skip
