"""Behind the scenes: doubts and faults as pages, and switches out of a file."""

import json
from pathlib import Path

import pytest
from lxml import html

from sandbox.door import Door
from xpm_sandbox import switches
from xpm_sandbox.cli import main
from xpm_sandbox.doubts import DOUBTS
from xpm_sandbox.switches import SWITCHES


def test_every_switch_decides_one_doubt() -> None:
    decided = [name for doubt in DOUBTS for name in doubt.decided_by]
    assert sorted(decided) == sorted(switch.name for switch in SWITCHES)


def test_a_doubt_without_a_switch_says_why() -> None:
    assert all(bool(doubt.decided_by) != doubt.because.endswith(".") for doubt in DOUBTS)


def test_a_person_reads_what_is_known_of_each_doubt(door: Door) -> None:
    page = html.fromstring(door.http.get("/backstage/doubts").text)
    text = page.text_content()
    assert all(doubt.about in text and doubt.because in text for doubt in DOUBTS)
    assert all(switch.known in text for switch in SWITCHES)
    chosen = {field.name: field.value for field in page.xpath("//select | //input[@name]")}
    assert chosen == {switch.name: switch.default for switch in SWITCHES}


def test_what_a_person_sets_holds_for_calls_at_once(door: Door) -> None:
    key = door.add_client(Name="Held", Phone="1")["UUID"]
    reply = door.http.post("/backstage/doubts", data={"empty_element": "ignore", "list_lag_seconds": "30"})
    assert reply.status_code == 303
    assert "2 of " in door.http.get(reply.headers["location"]).text
    assert door.update(key, "<Phone></Phone>").findtext("Client/Phone") == "1"
    door.http.post("/backstage/doubts/defaults")
    assert door.update(key, "<Phone></Phone>").findtext("Client/Phone") == ""


def test_a_value_that_cannot_be_is_shown_again_and_nothing_is_saved(door: Door) -> None:
    reply = door.http.post("/backstage/doubts", data={"empty_element": "ignore", "list_lag_seconds": "soon"})
    page = html.fromstring(reply.text)
    assert (reply.status_code, page.get_element_by_id("list_lag_seconds").get("value")) == (422, "soon")
    assert "Nothing was saved" in page.text_content()
    assert door.control("GET", "switches")["empty_element"]["value"] == "clear"


def test_a_person_makes_calls_go_wrong_and_clears_it(door: Door) -> None:
    form = {"kind": "delay", "path": "staff.api", "nth": "2", "always": "yes", "more": '{"seconds": 60}'}
    assert door.http.post("/backstage/faults", data=form).status_code == 303
    for _ in range(2):
        door.api("GET", "staff.api/list")
    (row,) = html.fromstring(door.http.get("/backstage/faults").text).xpath("//tbody/tr")
    cells = [" ".join(cell.text_content().split()) for cell in row.iterfind("td")]
    assert cells[0] == "delay"
    assert "seconds 60" in cells[1]
    assert cells[2:4] == ["2", "1"]
    assert door.control("GET", "clock")["now"][14:19] == "01:00"
    door.http.post("/backstage/faults/clear", data={"id": row.xpath(".//input/@value")[0]})
    assert door.control("GET", "faults") == {"faults": []}


def test_all_rules_are_removed_at_once(door: Door) -> None:
    for kind in ("unavailable", "empty"):
        door.fault(kind)
    door.http.post("/backstage/faults/clear")
    assert door.control("GET", "faults") == {"faults": []}


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"kind": "delay"}, "delay needs seconds"),
        ({"kind": "empty", "nth": "one"}, "invalid literal"),
        ({"kind": "empty", "more": "[1]"}, "More is a JSON object"),
        ({"kind": "empty", "more": "{"}, "Expecting property name"),
    ],
)
def test_a_rule_that_cannot_be_says_why_and_keeps_the_form(door: Door, form: dict[str, str], why: str) -> None:
    reply = door.http.post("/backstage/faults", data={**form, "path": "client.api"})
    page = html.fromstring(reply.text)
    assert (reply.status_code, page.get_element_by_id("path").get("value")) == (422, "client.api")
    assert why in page.text_content()
    assert door.control("GET", "faults") == {"faults": []}


def test_another_site_cannot_set_anything(door: Door) -> None:
    foreign = {"Origin": "https://elsewhere.example"}
    assert door.http.post("/backstage/doubts", data={"empty_element": "ignore"}, headers=foreign).status_code == 403
    assert door.http.post("/backstage/faults", data={"kind": "empty"}, headers=foreign).status_code == 403


def test_the_front_page_leads_there(door: Door) -> None:
    links = html.fromstring(door.http.get("/").text).xpath("//a/@href")
    assert {"/backstage/doubts", "/backstage/faults"} <= set(links)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("doubts.toml", 'empty_element = "ignore"\nlist_lag_seconds = 30\n'),
        ("doubts.json", json.dumps({"empty_element": "ignore", "list_lag_seconds": "30"})),
    ],
)
def test_switches_are_read_from_a_file(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    assert switches.from_file(tmp_path / name) == {"empty_element": "ignore", "list_lag_seconds": "30"}


@pytest.mark.parametrize("text", ["empty_element = 'maybe'", "nonsense = 'x'", "= broken", None])
def test_a_file_of_switches_that_is_wrong_ends_the_command(
    tmp_path: Path, text: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    if text is not None:
        (tmp_path / "doubts.toml").write_text(text)
    assert main(["serve", "--switches", str(tmp_path / "doubts.toml")]) == 2
    assert capsys.readouterr().err.strip()
