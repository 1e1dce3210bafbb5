"""Staff, their privileges, settings and connected apps: what a person decides there, an app meets through the API."""

from collections.abc import Callable

import pytest

from sandbox.door import Door, names, refusal
from sandbox.person import Person, rows, words


@pytest.fixture
def person(door: Door) -> Person:
    return Person(door)


def _somebody(person: Person, name: str) -> str:
    """The path of somebody's page."""
    return str(person.get("staff").xpath(f"//a[text()='{name}']/@href")[0]).removeprefix(f"{person.home}/")


def _staff(door: Door, version: str = "3.1") -> list[str]:
    return [
        row.findtext("Name") or ""
        for row in door.xml("GET", "staff.api/list", version=version).iterfind("StaffList/Staff")
    ]


def _tried(door: Door) -> int:
    return door.api("GET", "client.api/list").status_code


def test_staff_are_added_edited_and_deleted(door: Door, person: Person) -> None:
    assert "Name is needed." in person.refused("staff/new", "Add to the staff", Name="", Email="x")
    person.press("staff/new", "Add to the staff", Name="Zoë Quinn", Email="zoe@example.com")
    where = _somebody(person, "Zoë Quinn")
    person.press(where, "Save", PayrollCode="Z1")
    for version in ("3.0", "3.1"):
        found = door.xml("GET", "staff.api/list", version=version).findall("StaffList/Staff")[-1]
        assert [found.findtext(tag) for tag in ("Name", "Email", "PayrollCode")] == [
            "Zoë Quinn",
            "zoe@example.com",
            "Z1",
        ]
    key = door.add_client(Name="Hers", AccountManager="Zoë Quinn")["UUID"]
    person.press(f"{where}/delete", "Delete from the staff")
    assert "Zoë Quinn" not in _staff(door)
    assert door.xml("GET", f"client.api/get/{key}").findtext("Client/AccountManager/Name") == "Zoë Quinn"


def test_an_app_is_refused_while_whoever_connected_it_may_not_connect(door: Door, person: Person) -> None:
    where = _somebody(person, "Alex Moreton")
    assert _tried(door) == 200
    person.press(where, "Save privileges", may_connect=None)
    assert _tried(door) == 403
    person.press(where, "Save privileges", may_connect="Yes")
    assert _tried(door) == 200


def test_who_may_not_sign_in_loses_their_connections(door: Door, person: Person) -> None:
    where = _somebody(person, "Alex Moreton")
    person.press(where, "Save privileges", may_sign_in=None, may_connect=None)
    assert "No app is connected" in person.get("apps").text_content()
    person.press(where, "Save privileges", may_sign_in="Yes", may_connect="Yes")
    assert _tried(door) == 403
    door.connected()
    assert _tried(door) == 200
    assert "Only somebody who may sign in can connect apps." in person.refused(
        where, "Save privileges", may_sign_in=None, may_connect="Yes"
    )


def test_an_app_sees_only_the_clients_of_whoever_connected_it(door: Door, person: Person) -> None:
    door.add_client(Name="Mine", AccountManager="Alex Moreton")
    door.add_client(Name="Another's", AccountManager="Lee Park")
    where = _somebody(person, "Alex Moreton")
    assert names(door.xml("GET", "client.api/list")) == ["Another's", "Mine"]
    person.press(where, "Save privileges", sees_all_clients=None)
    assert [names(door.xml("GET", "client.api/list", version=each)) for each in ("3.0", "3.1")] == [["Mine"], ["Mine"]]
    person.press(where, "Save privileges", sees_all_clients="Yes")
    assert names(door.xml("GET", "client.api/list")) == ["Another's", "Mine"]


def test_somebody_who_is_let_connect_apps_can_sign_in_and_do_so(door: Door, person: Person) -> None:
    person.press("staff/new", "Add to the staff", Name="Zoë Quinn")
    where = _somebody(person, "Zoë Quinn")
    assert "They need an e-mail address" in person.refused(where, "Save privileges", may_connect="Yes")
    person.press(where, "Save", Email="Zoe@example.com")
    person.press(where, "Save privileges", may_connect="Yes")
    reply = door.authorise({"login": "zoe@example.com", "decision": "allow", "tenant": door.tenant})
    assert "code=" in reply.headers["location"]


def test_a_namesake_in_another_practice_is_somebody_else(door: Door, person: Person) -> None:
    second = door.control("GET", "state")["tenants"][1]["id"]
    theirs = door.http.get(f"/xpm/{second}/staff", params={"q": "Alex Moreton"}).text
    assert "Alex Moreton" in theirs
    assert "connect apps" not in theirs
    assert "connect apps" in words(person.get("staff", q="Alex Moreton"))


def _by_api(action: str) -> Callable[[Door, str], object]:
    return lambda door, key: door.xml("POST", f"staff.api/{action}", f"<Staff><UUID>{key}</UUID></Staff>")


@pytest.mark.parametrize(
    "shut_out",
    [
        _by_api("disable"),
        _by_api("delete"),
        lambda door, key: door.control("PATCH", f"staff/{key}", {"IsEnabled": "No"}),
        lambda door, key: door.control("DELETE", f"staff/{key}"),
    ],
    ids=["disabled by the API", "deleted by the API", "disabled by control", "deleted by control"],
)
def test_who_is_shut_out_loses_what_they_connected(door: Door, shut_out: Callable[[Door, str], object]) -> None:
    shut_out(door, door.control("GET", "staff/Alex Moreton")["UUID"])
    assert _tried(door) == 403
    assert door.http.post("/control/grants", json={}).status_code == 404  # they have no practice to connect


def test_who_is_let_in_again_by_the_api_connects_anew(door: Door, person: Person) -> None:
    key = door.control("GET", "staff/Alex Moreton")["UUID"]
    other = Door(door.http).connected(login="multi@sandbox.example")
    other.tenant = door.tenant
    for action in ("disable", "enable"):
        other.xml("POST", f"staff.api/{action}", f"<Staff><UUID>{key}</UUID></Staff>")
    assert _tried(door) == 403
    assert _tried(door.connected()) == 200
    assert "connect apps" in words(person.get("staff", q="Alex Moreton"))


def test_an_app_is_disconnected_from_the_practice(door: Door, person: Person) -> None:
    assert [row[:2] for row in rows(person.get("apps"))] == [
        ["Your practice app sandbox-app", "Alex Moreton admin@sandbox.example"]
    ]
    person.press("apps", "Disconnect Your practice app of Alex Moreton")
    assert _tried(door) == 403
    assert rows(person.get("apps")) == []


def test_a_structure_is_added_used_renamed_and_kept_while_used(door: Door, person: Person) -> None:
    key = door.add_client(Name="Kauri", BusinessStructure="Company")["UUID"]
    assert refusal(door.update(key, "<Name>Kauri</Name><BusinessStructure>Iwi Trust</BusinessStructure>"))
    person.press("settings/structures", "Add", label="Iwi Trust")
    door.update(key, "<Name>Kauri</Name><BusinessStructure>Iwi Trust</BusinessStructure>")
    assert door.truth(key)["BusinessStructure"] == "Iwi Trust"
    assert "There is iwi trust already." in person.refused("settings/structures", "Add", label="iwi trust").replace(
        "There is Iwi Trust", "There is iwi trust"
    )
    person.press("settings/structures", "Rename Iwi Trust", label="Iwi & Trust")
    shown = [
        door.xml("GET", f"client.api/get/{each}", version=version).findtext("Client/BusinessStructure")
        for version, each in (("3.0", door.truth(key)["ID"]), ("3.1", key))
    ]
    assert shown == ["Iwi & Trust", "Iwi & Trust"]
    removal = {"old": "Iwi & Trust", "remove": "yes"}
    kept = door.http.post(f"{person.home}/settings/structures", data=removal)
    assert (kept.status_code, "so it stays" in kept.text) == (422, True)
    door.control("PATCH", f"clients/{key}", {"BusinessStructure": "Company"})
    person.press("settings/structures", "Remove Iwi & Trust")
    assert refusal(door.update(key, "<Name>Kauri</Name><BusinessStructure>Iwi &amp; Trust</BusinessStructure>"))


def test_states_categories_and_templates_reach_the_api(door: Door, person: Person) -> None:
    person.press("settings/job-states", "Add", name="Waiting", code="WAITING", kind="current")
    person.press("settings/categories", "Add", name="Payroll")
    person.press("settings/templates", "Add", name="Payday")
    for version in ("3.0", "3.1"):
        states = door.xml("GET", "jobstate.api/list", version=version)
        assert "Waiting" in [each.findtext("Name") for each in states.iter("JobState", "State")]
        categories = door.xml("GET", "category.api/list", version=version)
        assert "Payroll" in [each.findtext("Name") for each in categories.iter("Category")]
        templates = door.xml("GET", "template.api/list", version=version)
        assert "Payday" in [each.findtext("Name") for each in templates.iter("Template")]
    assert "has this code already" in person.refused("settings/job-states", "Add", name="W", code="waiting")
    link = person.get("settings/job-states").xpath("//a[text()='Waiting']/@href")[0].removeprefix(f"{person.home}/")
    person.press(link, "Delete Waiting")
    assert "Waiting" not in person.get("settings/job-states").text_content()


def test_a_template_brings_its_tasks_to_a_job(door: Door, person: Person) -> None:
    door.add_client(Name="Kauri")
    person.press("settings/templates", "Add", name="Payday")
    link = person.get("settings/templates").xpath("//a[text()='Payday']/@href")[0].removeprefix(f"{person.home}/")
    kind = person.get(link).xpath("//select[@name='type']/option[text()='Review']/@value")[0]
    assert "whole minutes" in person.refused(link, "Save tasks", type=[kind], label=["Check"], minutes=["soon"])
    person.press(link, "Save tasks", type=[kind, ""], label=["Check pays", ""], minutes=["15", "0"])
    template = person.get("jobs/new").xpath("//select[@name='template']/option[text()='Payday']/@value")[0]
    person.press("jobs/new", "Add job", client="Kauri", name="Pays", due="2026-03-01", template=template, number="P1")
    task = door.xml("GET", "job.api/get/P1").find("Job/Tasks/Task")
    assert task is not None
    assert [task.findtext(tag) for tag in ("Name", "EstimatedMinutes")] == ["Check pays", "15"]
    used = door.http.post(f"{person.home}/settings/tasks/{kind}/delete")
    assert (used.status_code, "so it stays" in used.text) == (422, True)
