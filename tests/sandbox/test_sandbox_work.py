"""The generated firm's work, and that no practice sees another's."""

import re
from collections import Counter
from typing import Any

import pytest

from sandbox.contract_cases import CASES
from sandbox.contract_records import filled, practice
from sandbox.door import Door
from xpm_sandbox.api.endpoints import ENDPOINTS
from xpm_sandbox.app import create_app
from xpm_sandbox.firm import Firm, make_firm
from xpm_sandbox.firm.shape import MADE_ON
from xpm_sandbox.world import World


@pytest.fixture(scope="module", params=["AU", "NZ"])
def firm(request: pytest.FixtureRequest) -> Firm:
    return make_firm(seed=7, clients=600, region=request.param)


def test_jobs_are_numbered_in_the_order_they_were_made(firm: Firm) -> None:
    made = [(job["Created"], job["ID"]) for job in firm.jobs]
    assert made == sorted(made)
    assert [number for _, number in made] == [f"J{place + 1:06}" for place in range(len(made))]
    assert len(made) > 200


def test_jobs_reach_back_over_several_years_and_have_every_state(firm: Firm) -> None:
    years = {job["Created"][:4] for job in firm.jobs}
    assert len(years) >= 4
    assert {job["State"] for job in firm.jobs} == {state["Code"] for state in firm.job_states}
    assert all(job["Created"] < MADE_ON.isoformat() for job in firm.jobs)


def test_a_job_begins_before_it_is_due_and_a_completed_one_has_its_day_and_no_open_task(firm: Firm) -> None:
    for job in firm.jobs:
        assert job["StartDate"] < job["DueDate"]
        completed = job["State"] == "COMPLETED"
        assert bool(job["CompletedDate"]) == completed
        assert job["Tasks"]
        assert not completed or all(task["Completed"] for task in job["Tasks"])


def test_a_template_fits_the_structure_of_its_client(firm: Firm) -> None:
    structures = {client["UUID"]: client.get("BusinessStructure", "") for client in firm.clients}
    for job in firm.jobs:
        if job["Name"].startswith("Individual"):
            assert structures[job["Client"]] in ("Individual", "Sole Trader", "Deceased Estate", "Estate")


def test_nobody_works_for_the_deleted_or_for_prospects(firm: Firm) -> None:
    flags = {client["UUID"]: (client["IsDeleted"], client["IsProspect"]) for client in firm.clients}
    assert {flags[job["Client"]] for job in firm.jobs} == {("No", "No")}


def test_clients_have_values_of_fields_of_every_type(firm: Firm) -> None:
    kinds = {each["UUID"]: each["Type"] for each in firm.custom_fields if "Client" in each["Uses"]}
    held = Counter(kinds[value["UUID"]] for client in firm.clients for value in client["CustomFields"])
    assert set(held) == set(kinds.values())
    assert not all(client["CustomFields"] for client in firm.clients)


def test_the_world_serves_the_work_that_was_made() -> None:
    firm = make_firm(seed=3, clients=60, region="NZ")
    with World.open(seed=3, clients=60, region="NZ") as world:
        door = Door.in_process(create_app(world))
        served = {job["ID"]: job for job in door.control("GET", "jobs?limit=1000")["jobs"]}
        values = {
            client["UUID"]: door.control("GET", f"custom-values/Client/{client['UUID']}") for client in firm.clients
        }
    assert set(served) == {job["ID"] for job in firm.jobs}
    fields = {each["UUID"]: each["Name"] for each in firm.custom_fields}
    for job in firm.jobs:
        shown = served[job["ID"]]
        assert (shown["UUID"], shown["Name"], shown["State"]) == (job["UUID"], job["Name"], job["State"])
        assert [task["UUID"] for task in shown["Tasks"]] == [task["UUID"] for task in job["Tasks"]]
        assert shown["Client"]["UUID"] == job["Client"]
    for client in firm.clients:
        expected = {fields[value["UUID"]]: value["Value"] for value in client["CustomFields"]}
        assert values[client["UUID"]] == expected


def test_a_practice_without_clients_is_set_up_for_work(door: Door) -> None:
    counts = {kind: door.control("GET", kind)["total"] for kind in ("job-states", "templates", "task-types", "jobs")}
    assert counts == {"job-states": 6, "templates": 5, "task-types": 9, "jobs": 0}


def test_another_practice_of_the_same_person_sees_and_changes_none_of_it(door: Door) -> None:
    """Every call that names a record of the first practice finds nothing from the second."""
    keys = practice(door, "3.1")
    door.control("PATCH", "limits", {"minute": 100_000, "day": 100_000, "app_minute": 100_000})
    door.connected(login="multi@sandbox.example")
    state: dict[str, Any] = door.control("GET", "state")
    door.tenant = next(each["id"] for each in state["tenants"] if each["name"] == "Second Street Accounting")
    door.control("DELETE", "writes")
    for endpoint in ENDPOINTS:
        case = CASES.get(f"{endpoint.verb} {endpoint.path}")
        if case is None or "{" not in (case.path + case.body).replace("{K}", "").replace("{k}", ""):
            continue
        root = door.xml(endpoint.verb, filled(case.path, keys), filled(case.body, keys), **case.query)
        text = root.findtext("ErrorDescription") or ""
        assert re.match("Invalid [a-z ]+ identifier", text), (endpoint.path, text)
    assert door.control("GET", "writes")["applied"] == 0
