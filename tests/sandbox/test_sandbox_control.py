"""The control API: the truth, edits as an XPM user's, and what it records for ever."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sandbox.door import Door, names
from xpm_sandbox.app import create_app
from xpm_sandbox.world import NotAWorld, World


class _Fixed:
    """A clock that nobody can move."""

    def now(self) -> datetime:
        return datetime(2026, 2, 2, 9, tzinfo=UTC)

    def sleep(self, seconds: float) -> None:
        """Nothing passes."""


def test_an_edit_shows_in_the_api_and_moves_the_stamp(door: Door) -> None:
    key = door.add_client(Name="Kauri", Phone="1", TaxNumber="123456782")["UUID"]
    door.control("POST", "clock", {"advance": 60})
    edited = door.control("PATCH", f"clients/{key}", {"Phone": None, "City": "Hobart", "JobManager": "Lee Park"})
    assert (edited.get("Phone"), edited["City"], edited["TaxNumber"]) == (None, "Hobart", "123456782")
    root = door.xml("GET", "client.api/list", modifiedsince="2026-02-02T09:00:30")
    assert names(root) == ["Kauri"]
    assert root.findtext("Clients/Client/JobManager/Name") == "Lee Park"


@pytest.mark.parametrize(
    ("verb", "path", "body", "status"),
    [
        ("POST", "clients", {"Phone": "1"}, 400),
        ("POST", "clients", {"Name": "A", "Colour": "red"}, 400),
        ("POST", "clients", {"Name": "A", "Phone": 5}, 400),
        ("POST", "clients", {"Name": "A", "JobManager": "Nobody"}, 404),
        ("POST", "clients", {"Name": "A", "tenant": "nowhere"}, 404),
        ("GET", "clients/00000000-0000-4000-8000-000000000000", None, 404),
        ("POST", "clients/00000000-0000-4000-8000-000000000000/archive", None, 404),
        ("PATCH", "contacts/00000000-0000-4000-8000-000000000000", {"Name": "x"}, 404),
        ("POST", "clock", {"wind": 5}, 400),
        ("POST", "clock", {"set": "teatime"}, 400),
        ("POST", "grants", {"login": "none@sandbox.example"}, 404),
        ("PATCH", "people/nobody", {"may_connect": True}, 404),
        ("PATCH", "people/admin@sandbox.example", {"may_connect": "yes"}, 400),
        ("POST", "reset", {"planet": "Mars"}, 400),
        ("POST", "apps", {}, 400),
    ],
)
def test_what_cannot_be_done_is_said(door: Door, verb: str, path: str, body: object, status: int) -> None:
    reply = door.http.request(verb, f"/control/{path}", json=body)
    assert reply.status_code == status
    assert reply.json()["error"]


def test_two_clients_cannot_have_one_key(door: Door) -> None:
    key = door.add_client(Name="First")["UUID"]
    assert door.http.post("/control/clients", json={"Name": "Second", "UUID": key}).status_code == 409


def test_archiving_and_deleting_can_be_taken_back_by_a_person(door: Door) -> None:
    key = door.add_client(Name="Kauri")["UUID"]
    for turn, flag, value in (
        ("archive", "IsArchived", "Yes"), ("unarchive", "IsArchived", "No"), ("delete", "IsDeleted", "Yes"),
        ("undelete", "IsDeleted", "No"),
    ):  # fmt: skip
        assert door.control("POST", f"clients/{key}/{turn}")[flag] == value


def test_contacts_are_added_linked_changed_and_taken_away(door: Door) -> None:
    first, second = (door.add_client(Name=name)["UUID"] for name in ("First", "Second"))
    contact = door.control("POST", f"clients/{first}/contacts", {"Name": "Bob", "IsPrimary": "Yes"})["UUID"]
    door.control("POST", f"clients/{second}/contacts", {"UUID": contact, "Position": "Chair"})
    door.control("PATCH", f"contacts/{contact}?client={second}", {"Mobile": "021 1", "Position": "Owner"})
    seen = [door.truth(key)["Contacts"][0] for key in (first, second)]
    assert [(each["Mobile"], each["Position"], each["IsPrimary"]) for each in seen] == [
        ("021 1", "", "Yes"), ("021 1", "Owner", "No"),
    ]  # fmt: skip
    door.control("DELETE", f"contacts/{contact}?client={first}")
    assert [len(door.truth(key)["Contacts"]) for key in (first, second)] == [0, 1]


def test_the_audit_tells_every_call_and_can_be_cleared(door: Door) -> None:
    door.api("POST", "client.api/add", "<Client><Name>A</Name></Client>")
    door.api("GET", "client.api/list", detailed="true")
    calls = door.control("GET", "audit")["calls"]
    assert [(each["method"], each["path"], each["status"], each["applied"]) for each in calls] == [
        ("POST", "/practicemanager/3.1/client.api/add", 200, True),
        ("GET", "/practicemanager/3.1/client.api/list", 200, False),
    ]
    assert calls[0]["request_body"] == "<Client><Name>A</Name></Client>"
    assert (calls[1]["query"], calls[1]["tenant"]) == ("detailed=true", door.tenant)
    assert calls[0]["time"] == "2026-02-02T09:00:00+00:00"
    door.control("DELETE", "audit")
    assert door.control("GET", "audit") == {"calls": []}
    assert door.control("GET", "writes") == {"received": 1, "applied": 1}
    assert door.control("DELETE", "writes") == {"received": 0, "applied": 0}


def test_secrets_of_the_token_endpoint_are_not_kept_in_the_audit(door: Door) -> None:
    door.redeem(door.code())
    call = door.control("GET", "audit?path=/connect/token")["calls"][0]
    assert call["request_body"] == ""


@pytest.mark.parametrize(
    "body",
    [
        "<Client><UUID>x</UUID><TaxNumber>******782</TaxNumber></Client>",
        "<Client><UUID>x</UUID><TaxNumber>  ***\n782</TaxNumber></Client>",
        '{"client": {"uuid": "x", "taxNumber": "******782"}}',
    ],
)
def test_a_masked_tax_number_is_remembered_through_a_reset(door: Door, body: str) -> None:
    door.api("PUT", "client.api/update", body)
    door.control("POST", "reset")
    received = door.control("GET", "masked")["received"]
    assert [(each["method"], each["path"]) for each in received] == [("PUT", "/practicemanager/3.1/client.api/update")]
    assert door.control("GET", "state")["masked_received"] == 1


def test_stars_elsewhere_are_no_masked_number(door: Door) -> None:
    door.api("POST", "client.api/add", "<Client><Name>*** Stars</Name><TaxNumber>123456782</TaxNumber></Client>")
    assert door.control("GET", "masked") == {"received": []}


def test_the_clock_stops_jumps_and_runs(door: Door) -> None:
    assert door.control("GET", "clock") == {"now": "2026-02-02T09:00:00+00:00", "frozen": True}
    assert door.control("POST", "clock", {"set": "2027-01-01T00:00:00"})["now"] == "2027-01-01T00:00:00+00:00"
    running = door.control("POST", "clock", {"run": True})
    assert running["now"].startswith("2027-01-01T00:00:0")
    assert not running["frozen"]
    assert door.control("POST", "clock", {"advance": 86400})["now"].startswith("2027-01-02T00:0")
    assert door.control("POST", "clock", {"freeze": "2028-01-01T00:00:00+00:00"})["frozen"]


def test_a_clock_that_cannot_be_moved_says_so(world: World) -> None:
    reply = Door.in_process(create_app(world, _Fixed())).http.post("/control/clock", json={"advance": 1})
    assert reply.status_code == 409


def test_another_site_s_page_cannot_change_a_sandbox(door: Door) -> None:
    reply = door.http.post("/control/reset", json={}, headers={"Origin": "http://evil.example"})
    assert reply.status_code == 403
    own = door.http.post("/control/reset", json={}, headers={"Origin": "http://sandbox"})
    assert own.status_code == 200


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("clients", {"Name": "A", "ID": "x"}),
        ("budget", {"minute": "many"}),
        ("reset", {"clients": "all"}),
        ("reset", {"region": "US"}),
        ("faults", {"kind": "html", "nth": "2nd"}),
        ("faults", {"kind": "html", "times": True}),
        ("faults", {"kind": "html", "applied": 1}),
        ("faults", {"kind": "delay", "seconds": "1"}),
    ],
)
def test_values_of_the_wrong_sort_are_refused(door: Door, path: str, body: dict[str, object]) -> None:
    assert door.http.post(f"/control/{path}", json=body).status_code == 400


def test_somebody_else_s_file_is_left_alone(tmp_path: Path) -> None:
    text, other = tmp_path / "notes.txt", tmp_path / "other.sqlite3"
    text.write_text("not a database, and longer than a header would be " * 10)
    with closing(sqlite3.connect(other)) as db:
        db.execute("CREATE TABLE theirs (x)")
    for path in (text, other):
        before = path.read_bytes()
        with pytest.raises(NotAWorld):
            World.open(path)
        assert path.read_bytes() == before
