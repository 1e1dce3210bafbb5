"""Every doubt is a switch, and every switch shows to a caller on the wire."""

from collections.abc import Callable

import pytest
from lxml import etree

from sandbox.door import Door, names, refusal
from sandbox.practice_effects import PRACTICE_EFFECTS
from sandbox.wire_effects import WIRE_EFFECTS
from xpm_sandbox.switches import SWITCHES

_TFN, _OTHER = "123456782", "876543210"
Act = Callable[[Door], object]


def _updated(name: str, *inner: str, **held: str) -> Act:
    """Update a client that holds these values; gives what the element then holds, or the refusal."""

    def act(door: Door) -> object:
        key = door.add_client(Name="Subject", **held)["UUID"]
        root = door.update(key, "".join(inner))
        return refusal(root) if root.findtext("Status") == "ERROR" else root.findtext(f"Client/{name}")

    return act


def _get_deleted(door: Door) -> object:
    key = door.add_client(Name="Gone", IsDeleted="Yes")["UUID"]
    reply = door.api("GET", f"client.api/get/{key}")
    return (reply.status_code, "IsDeleted" in reply.text)


def _updated_when(flag: str) -> Act:
    def act(door: Door) -> object:
        key = door.add_client(Name="Subject", **{flag: "Yes"})["UUID"]
        return door.update(key, "<Phone>1</Phone>").findtext("Status")

    return act


def _unknown(door: Door) -> object:
    return door.api("GET", "client.api/get/00000000-0000-4000-8000-000000000000").status_code


def _since_own_moment(door: Door) -> object:
    door.add_client(Name="Edge")
    return names(door.xml("GET", "client.api/list", modifiedsince="2026-02-02T09:00:00"))


def _since(change: Act) -> Act:
    """Whether a change moves the client into modifiedsince."""

    def act(door: Door) -> object:
        door.add_client(Name="Moved", Contacts=[{"Name": "Bob"}])
        door.control("POST", "clock", {"advance": 60})
        change(door)
        return names(door.xml("GET", "client.api/list", modifiedsince="2026-02-02T09:00:30"))

    return act


def _archive_it(door: Door) -> object:
    key = door.control("GET", "clients")["clients"][0]["UUID"]
    return door.xml("PUT", "client.api/archive", f"<Client><UUID>{key}</UUID></Client>")


def _edit_contact(door: Door) -> object:
    contact = door.control("GET", "clients")["clients"][0]["Contacts"][0]["UUID"]
    return door.xml("PUT", f"client.api/contact/{contact}", "<Contact><Mobile>1</Mobile></Contact>")


def _listed(door: Door) -> object:
    door.add_client(Name="Active")
    door.add_client(Name="Archived", IsArchived="Yes")
    door.add_client(Name="Deleted", IsDeleted="Yes")
    return names(door.xml("GET", "client.api/list"))


def _right_after_a_write(door: Door) -> object:
    key = door.add_client(Name="Old name")["UUID"]
    door.control("POST", "clock", {"advance": 600})
    door.update(key, "<Name>New name</Name>")
    door.xml("POST", "client.api/add", "<Client><Name>Newcomer</Name></Client>")
    stale = names(door.xml("GET", "client.api/list"))
    fresh = door.xml("GET", f"client.api/get/{key}").findtext("Client/Name")
    door.control("POST", "clock", {"advance": 60})
    return (stale, fresh, names(door.xml("GET", "client.api/search", query="n")))


def _tax_number_shown(door: Door) -> object:
    key = door.add_client(Name="Taxed", TaxNumber=_TFN)["UUID"]
    return door.xml("GET", f"client.api/get/{key}").findtext("Client/TaxNumber")


def _tax_number_sent(value: str) -> Act:
    def act(door: Door) -> object:
        door.add_client(Name="Holder", TaxNumber=_OTHER)
        key = door.add_client(Name="Subject", TaxNumber=_TFN)["UUID"]
        status = door.update(key, f"<TaxNumber>{value}</TaxNumber>").findtext("Status")
        return (status, door.truth(key)["TaxNumber"])

    return act


def _duplicate_name(door: Door) -> object:
    door.add_client(Name="Taken")
    reply = door.api("POST", "client.api/add", "<Client><Name>Taken</Name></Client>")
    return (reply.status_code, "OK</Status>" in reply.text)


def _updated_twice(door: Door) -> object:
    key = door.add_client(Name="Busy")["UUID"]
    door.control("POST", "clock", {"advance": 60})
    body = f"<Client><UUID>{key}</UUID><Phone>1</Phone></Client>"
    first, second = (door.api("PUT", "client.api/update", body) for _ in range(2))
    return (first.status_code, second.status_code)


def _update_answer(door: Door) -> object:
    key = door.add_client(Name="Half", City="old", Phone="old")["UUID"]
    body = f"<Client><UUID>{key}</UUID><City>new</City><Phone>new</Phone></Client>"
    status = door.api("PUT", "client.api/update", body).status_code
    return (status, door.truth(key)["City"], door.truth(key)["Phone"], door.control("GET", "writes")["applied"])


def _shared_contact(door: Door) -> str:
    owner, other = (door.add_client(Name=name)["UUID"] for name in ("Owner", "Other"))
    contact: str = door.control("POST", f"clients/{owner}/contacts", {"Name": "Bob", "Position": "Chair"})["UUID"]
    door.control("POST", f"clients/{other}/contacts", {"UUID": contact})
    return contact


def _shared_without_client(door: Door) -> object:
    contact = _shared_contact(door)
    status = door.api("PUT", f"client.api/contact/{contact}", "<Contact><Phone>1</Phone></Contact>").status_code
    owner = door.control("GET", "clients?q=Owner")["clients"][0]
    return (status, owner["Contacts"][0]["Position"])


def _shared_deleted(door: Door) -> object:
    contact = _shared_contact(door)
    owner, other = (door.control("GET", f"clients?q={name}")["clients"][0] for name in ("Owner", "Other"))
    door.xml("DELETE", f"client.api/contact/{contact}", clientUuid=owner["UUID"])
    return len(door.truth(other["UUID"])["Contacts"])


def _position_unset(door: Door) -> object:
    key = door.add_client(Name="Owner", Contacts=[{"Name": "Bob"}])["UUID"]
    return door.xml("GET", f"client.api/get/{key}").findtext("Client/Contacts/Contact/Position")


def _walk_while_renaming(door: Door) -> object:
    """Read a page of two, move the first client behind the rest, wait, and read on."""
    keys = [door.add_client(Name=name)["UUID"] for name in ("A", "B", "C", "D")]
    door.control("POST", "clock", {"advance": 60})
    page = door.xml("GET", "client.api/paged-list", pageSize="2")
    door.control("POST", "clock", {"advance": 61})
    door.control("PATCH", f"clients/{keys[0]}", {"Name": "E"})
    authorised = {"Authorization": f"Bearer {door.token}", "Xero-Tenant-Id": door.tenant}
    seen = names(page)
    while following := page.findtext("Pagination/Links/Next"):
        reply = door.http.get(following, headers=authorised)
        if reply.status_code != 200:
            return (seen, reply.status_code)
        page = etree.fromstring(reply.content)
        seen += names(page)
    return seen


def _own_clients(door: Door) -> object:
    door.add_client(Name="Mine", AccountManager="Alex Moreton")
    door.add_client(Name="Another's", AccountManager="Lee Park")
    return names(door.xml("GET", "client.api/list"))


def _over_the_minute(door: Door) -> object:
    door.control("POST", "budget", {"minute": 60})
    reply = door.api("GET", "staff.api/list")
    return (reply.status_code, "retry-after" in reply.headers)


def _date_header(door: Door) -> object:
    return door.api("GET", "staff.api/list").headers["date"]


_LONG = "x" * 300
_MESSY = "  03   5550-1234 "

# Switch, what to do, and what each of its values shows.
EFFECTS: list[tuple[str, Act, dict[str, object]]] = [
    ("empty_element", _updated("Phone", "<Phone></Phone>", Phone="1"),
     {"clear": "", "ignore": "1", "error": "Phone must not be empty"}),
    ("omitted_element", _updated("Phone", "<City>x</City>", Phone="1"), {"kept": "1", "cleared": ""}),
    ("update_of_archived", _updated_when("IsArchived"), {"accepted": "OK", "refused": "ERROR"}),
    ("update_of_deleted", _updated_when("IsDeleted"), {"accepted": "OK", "refused": "ERROR"}),
    ("get_of_deleted", _get_deleted, {"error": (200, False), "flagged": (200, True), "not_found": (404, False)}),
    ("unknown_id", _unknown, {"error": 200, "not_found": 404}),
    ("modifiedsince_bound", _since_own_moment, {"exclusive": [], "inclusive": ["Edge"]}),
    ("modifiedsince_sees_archive", _since(_archive_it), {"yes": ["Moved"], "no": []}),
    ("modifiedsince_sees_contacts", _since(_edit_contact), {"yes": ["Moved"], "no": []}),
    ("list_hides", _listed,
     {"nothing": ["Active", "Archived", "Deleted"], "archived": ["Active", "Deleted"],
      "deleted": ["Active", "Archived"], "both": ["Active"]}),
    ("list_lag_seconds", _right_after_a_write,
     {"0": (["New name", "Newcomer"], "New name", ["New name", "Newcomer"]),
      "60": (["Old name"], "New name", ["New name", "Newcomer"])}),
    ("stored_form", _updated("Phone", f"<Phone>{_MESSY}</Phone>"),
     {"as_sent": _MESSY, "trimmed": _MESSY.strip(), "reformatted": "03 5550 1234"}),
    ("max_length", _updated("City", f"<City>{_LONG}</City>"),
     {"off": _LONG, "cut": _LONG[:255], "error": "A value is longer than 255 characters"}),
    ("tax_number_shown", _tax_number_shown, {"masked": "******782", "full": _TFN, "absent": None}),
    ("masked_tax_number_sent", _tax_number_sent("******782"),
     {"error": ("ERROR", _TFN), "ignore": ("OK", _TFN), "store": ("OK", "******782")}),
    ("bad_tax_number", _tax_number_sent("111111111"),
     {"error": ("ERROR", _TFN), "ignore": ("OK", _TFN), "store": ("OK", "111111111")}),
    ("duplicate_tax_number", _tax_number_sent(_OTHER), {"error": ("ERROR", _TFN), "accept": ("OK", _OTHER)}),
    ("duplicate_name", _duplicate_name,
     {"allowed": (200, True), "error": (200, False), "server_error": (500, False)}),
    ("bad_business_structure", _updated("BusinessStructure", "<BusinessStructure>Tr ust</BusinessStructure>"),
     {"error": "Invalid BusinessStructure: Tr ust", "ignore": None}),
    ("bad_choice", _updated("AgencyStatus", "<AgencyStatus>Perhaps</AgencyStatus>", TaxNumber=_TFN),
     {"error": "Invalid AgencyStatus: Perhaps", "ignore": "Unlinked"}),
    ("export_code_on_update", _updated("ExportCode", "<ExportCode>E1</ExportCode>"), {"writable": "E1", "ignored": ""}),
    ("conflict_409", _updated_twice, {"never": (200, 200), "recent": (200, 409)}),
    ("update_answer", _update_answer,
     {"normal": (200, "new", "new", 1), "500_none": (500, "old", "old", 0), "500_all": (500, "new", "new", 1),
      "500_some": (500, "new", "old", 1)}),
    ("shared_contact_without_client", _shared_without_client,
     {"refused": (409, "Chair"), "accepted": (200, "Chair"), "loses_tie": (200, "")}),
    ("contact_delete", _shared_deleted, {"unlink": 1, "everywhere": 0}),
    ("contact_position_unset", _position_unset, {"empty": "", "zero": "0"}),
    ("paged_walk", _walk_while_renaming,
     {"live": ["A", "B", "C", "D", "E"], "stable": ["A", "B", "C", "D"], "expires": (["A", "B"], 400)}),
    ("limit_reply", _over_the_minute,
     {"with_wait": (429, True), "without_wait": (429, False), "unavailable": (503, False)}),
    ("visibility", _own_clients, {"all": ["Another's", "Mine"], "own": ["Mine"]}),
    ("date_header_skew_seconds", _date_header,
     {"0": "Mon, 02 Feb 2026 09:00:00 GMT", "-600": "Mon, 02 Feb 2026 08:50:00 GMT"}),
    *PRACTICE_EFFECTS,
    *WIRE_EFFECTS,
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "act", "shows"),
    [(name, value, act, shows) for name, act, effects in EFFECTS for value, shows in effects.items()],
    ids=[f"{name}={value}" for name, _, effects in EFFECTS for value in effects],
)
def test_a_switch_shows(wire: Door, name: str, value: str, act: Act, shows: object) -> None:
    wire.switch(**{name: value})
    assert act(wire) == shows


def test_every_value_of_every_switch_is_shown_above() -> None:
    shown = {name: set(effects) for name, _, effects in EFFECTS}
    assert set(shown) == {switch.name for switch in SWITCHES}
    for switch in SWITCHES:
        wanted = set(switch.values) if switch.values != ("a whole number",) else shown[switch.name]
        assert shown[switch.name] == wanted, switch.name
        assert switch.accepts(switch.default)
        assert shown[switch.name] >= {switch.default}, switch.name


def test_a_lagging_list_shows_the_moment_it_lags_by_through_several_writes(door: Door) -> None:
    door.switch(list_lag_seconds="60")
    key = door.add_client(Name="First")["UUID"]
    seen = []
    for name in ("Second", "Third", "Fourth"):
        door.control("POST", "clock", {"advance": 40})
        door.control("PATCH", f"clients/{key}", {"Name": name})
        seen.append(names(door.xml("GET", "client.api/list")))
    door.control("POST", "clock", {"advance": 60})
    assert [*seen, names(door.xml("GET", "client.api/list"))] == [[], ["First"], ["Second"], ["Fourth"]]


def test_a_call_may_run_with_switches_of_its_own(door: Door) -> None:
    key = door.add_client(Name="Subject", Phone="1")["UUID"]
    door.fault("switch", path="client.api/update", switches={"update_answer": "500_none"})
    body = f"<Client><UUID>{key}</UUID><Phone>2</Phone></Client>"
    statuses = [door.api("PUT", "client.api/update", body).status_code for _ in range(2)]
    assert statuses == [500, 200]


@pytest.mark.parametrize("wrong", [{"nonsense": "x"}, {"empty_element": "maybe"}, {"list_lag_seconds": "soon"}])
def test_a_switch_that_does_not_exist_is_refused_and_none_is_set(door: Door, wrong: dict[str, str]) -> None:
    reply = door.http.patch("/control/switches", json={"bad_choice": "ignore", **wrong})
    assert reply.status_code == 400
    assert door.control("GET", "switches")["bad_choice"]["value"] == "error"


def test_what_is_known_of_each_doubt_can_be_read(door: Door) -> None:
    shown = door.control("GET", "switches")
    assert all(row["known"].endswith(".") and row["value"] == row["default"] for row in shown.values())
