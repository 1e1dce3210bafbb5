"""Jobs, their tasks and staff: lists and their windows, states, assignments, templates, what is refused."""

from typing import Any

import pytest
from lxml import etree

from sandbox.door import Door, refusal
from xpm_sandbox.app import create_app
from xpm_sandbox.world import World


@pytest.fixture
def busy(door: Door) -> Door:
    """A client (101), somebody on the staff, and a job of two tasks."""
    door.add_client(Name="Owner", ID="101")
    door.control("POST", "staff", {"Name": "Zoe Last"})
    _job(door, Tasks=[{"Task": "Bookkeeping", "EstimatedMinutes": 60}, {"Task": "Review", "EstimatedMinutes": 15}])
    return door


def _job(door: Door, **values: Any) -> dict[str, Any]:
    made: dict[str, Any] = door.control("POST", "jobs", {"Name": "Return", "Client": "101", **values})
    return made


def _numbers(root: etree._Element) -> list[str]:
    return [row.findtext("ID") or "" for row in root.iterfind("Jobs/Job")]


@pytest.mark.parametrize(
    ("query", "status", "told"),
    [
        ({}, 400, "from is required"),
        ({"to": "20260101"}, 400, "from is required"),
        ({"from": "20260101"}, 400, "to is required"),
        ({"from": "2026", "to": "20260101"}, 400, "from must be a date of the form yyyyMMdd"),
        ({"from": "20260201", "to": "20260101"}, 400, "to must not be before from"),
        ({"from": "20250101", "to": "20260101"}, 400, "The date range must be less than one year"),
        ({"from": "20240229", "to": "20250228"}, 400, "The date range must be less than one year"),
        ({"from": "20250101", "to": "20251231"}, 200, None),
        ({"from": "20260101", "to": "20260101"}, 200, None),
    ],
)
@pytest.mark.parametrize("path", ["job.api/list", "time.api/list", "invoice.api/list", "quote.api/list"])
def test_a_window_is_needed_and_is_less_than_a_year(
    door: Door, path: str, query: dict[str, str], status: int, told: str | None
) -> None:
    reply = door.api("GET", path, **query)
    assert (reply.status_code, etree.fromstring(reply.content).findtext("ErrorDescription")) == (status, told)


def test_the_list_is_of_jobs_made_in_the_window_whatever_their_dates(busy: Door) -> None:
    busy.control("POST", "clock", {"set": "2026-03-01T23:59:59"})
    busy.connected()
    _job(busy, StartDate="2020-01-01", DueDate="2020-02-01")
    listed = [_numbers(busy.xml("GET", "job.api/list", **{"from": day, "to": day})) for day in ("20260202", "20260301")]
    assert listed == [["J000001"], ["J000002"]]


def test_current_jobs_are_neither_completed_nor_cancelled(busy: Door) -> None:
    for state in ("COMPLETED", "CANCELLED", "ONHOLD"):
        _job(busy, State=state)
    assert _numbers(busy.xml("GET", "job.api/current")) == ["J000001", "J000004"]
    client = busy.control("GET", "clients/101")["UUID"]
    assert len(_numbers(busy.xml("GET", f"job.api/client/{client}"))) == 4


def test_a_completed_job_has_its_day_until_it_is_taken_up_again(busy: Door) -> None:
    for state, day in (("completed", "2026-02-02T00:00:00"), ("PLANNED", None)):
        busy.xml("PUT", "job.api/state", f"<Job><ID>J000001</ID><State>{state}</State></Job>")
        assert busy.xml("GET", "job.api/get/J000001").findtext("Job/CompletedDate") == day


def test_a_state_is_named_by_its_code_and_not_by_what_is_shown(busy: Door) -> None:
    root = busy.xml("PUT", "job.api/state", "<Job><ID>J000001</ID><State>In Progress</State></Job>")
    assert refusal(root) == "Invalid state code"
    assert busy.control("GET", "audit")["calls"][-1]["guess"] == ""


def test_a_practice_may_have_more_states(busy: Door) -> None:
    busy.control("POST", "job-states", {"Name": "At ATO", "Code": "ATO", "Kind": "current"})
    busy.xml("PUT", "job.api/state", "<Job><ID>J000001</ID><State>ATO</State></Job>")
    assert busy.xml("GET", "job.api/current").findtext("Jobs/Job/State") == "At ATO"
    reply = busy.http.delete("/control/job-states/At ATO")
    assert reply.status_code == 409


@pytest.mark.parametrize(
    ("without", "refused"),
    [("Name", "Name is required"), ("StartDate", "StartDate is required"), ("DueDate", "DueDate is required"),
     ("ClientUUID", "ClientUUID is required")],
)  # fmt: skip
def test_a_job_needs_name_client_and_days(busy: Door, without: str, refused: str) -> None:
    client = busy.control("GET", "clients/101")["UUID"]
    parts = {"Name": "N", "ClientUUID": client, "StartDate": "20260101", "DueDate": "20260102"}
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in parts.items() if name != without)
    assert refusal(busy.xml("POST", "job.api/add", f"<Job>{inner}</Job>")) == refused
    assert busy.control("GET", "jobs")["total"] == 1


def test_a_job_may_have_a_number_of_its_own_once(busy: Door) -> None:
    client = busy.control("GET", "clients/101")["UUID"]
    inner = f"<Name>N</Name><ClientUUID>{client}</ClientUUID><StartDate>20260101</StartDate><DueDate>20260102</DueDate>"
    answers = [busy.xml("POST", "job.api/add", f"<Job><ID>A-7</ID>{inner}</Job>") for _ in range(2)]
    assert answers[0].findtext("Job/ID") == "A-7"
    assert refusal(answers[1]) == "A job of that number already exists"
    assert busy.xml("POST", "job.api/add", f"<Job>{inner}</Job>").findtext("Job/ID") == "J000002"


@pytest.mark.parametrize(
    ("inner", "refused"),
    [
        ("<TemplateUUID>x</TemplateUUID>", "Invalid job template identifier"),
        ("<ContactUUID>x</ContactUUID>", "Invalid contact identifier"),
        ("<CategoryUUID>x</CategoryUUID>", "Invalid category identifier"),
        ("<Budget>lots</Budget>", "Invalid Budget: lots"),
        ("<StartDate>2026-13-01</StartDate>", "Invalid StartDate: 2026-13-01"),
    ],
)
def test_a_wrong_job_is_refused(busy: Door, inner: str, refused: str) -> None:
    client = busy.control("GET", "clients/101")["UUID"]
    rest = f"<Name>N</Name><ClientUUID>{client}</ClientUUID><StartDate>20260101</StartDate><DueDate>20260102</DueDate>"
    assert refusal(busy.xml("POST", "job.api/add", f"<Job>{inner}{rest}</Job>")) == refused


def test_an_update_leaves_the_client_alone(busy: Door) -> None:
    other = busy.add_client(Name="Other")["UUID"]
    body = f"<Job><ID>J000001</ID><ClientUUID>{other}</ClientUUID><Description>More</Description></Job>"
    root = busy.xml("PUT", "job.api/update", body)
    assert (root.findtext("Job/Client/Name"), root.findtext("Job/Description")) == ("Owner", "More")


def test_staff_are_put_on_tasks_and_taken_off_with_the_job(busy: Door) -> None:
    staff = busy.control("GET", "staff/Zoe Last")["UUID"]
    task = busy.control("GET", "jobs/J000001")["Tasks"][0]["UUID"]
    add = f'<Job><ID>J000001</ID><add uuid="{staff}" task-uuid="{task}"/></Job>'
    busy.xml("PUT", "job.api/assign", add)
    shown = busy.control("GET", "jobs/J000001")["Tasks"][0]["Assigned"]
    assert shown == [{"UUID": staff, "Name": "Zoe Last", "AllocatedMinutes": 60}]
    assert _numbers(busy.xml("GET", f"job.api/staff/{staff}")) == ["J000001"]
    root = busy.xml("PUT", "job.api/assign", f'<Job><ID>J000001</ID><remove uuid="{staff}"/></Job>')
    assert root.find("Job/Assigned/Staff") is None
    assert busy.control("GET", "jobs/J000001")["Tasks"][0]["Assigned"] == []
    assert _numbers(busy.xml("GET", f"job.api/staff/{staff}")) == []


def test_an_unknown_person_is_not_assigned_and_nobody_else_either(busy: Door) -> None:
    staff = busy.control("GET", "staff/Zoe Last")["UUID"]
    body = f'<Job><ID>J000001</ID><add uuid="{staff}"/><add uuid="nobody"/></Job>'
    assert refusal(busy.xml("PUT", "job.api/assign", body)) == "Invalid staff identifier for add request"
    assert busy.control("GET", "jobs/J000001")["Assigned"] == []


@pytest.mark.parametrize(
    ("mode", "tasks"),
    [("AddNew", [("Bookkeeping", 60), ("Review", 15), ("Bookkeeping", 60), ("Review", 15)]),
     ("AppendExisting", [("Bookkeeping", 120), ("Review", 30)])],
)  # fmt: skip
def test_a_template_adds_tasks_or_adds_to_them(busy: Door, mode: str, tasks: list[tuple[str, int]]) -> None:
    template = busy.control("GET", "templates/Quarterly BAS")
    busy.control(
        "PATCH", f"templates/{template['UUID']}",
        {"Tasks": [{"Task": "Bookkeeping", "EstimatedMinutes": 60}, {"Task": "Review", "EstimatedMinutes": 15}]},
    )  # fmt: skip
    inner = f"<ID>J000001</ID><TemplateUUID>{template['UUID']}</TemplateUUID><TaskMode>{mode}</TaskMode>"
    busy.xml("POST", "job.api/applytemplate", f"<Job>{inner}</Job>")
    found = busy.control("GET", "jobs/J000001")["Tasks"]
    assert [(task["Name"], task["EstimatedMinutes"]) for task in found] == tasks


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({}, ["Early", "Late", "Unplanned"]),
        ({"complete": "true"}, ["Late"]),
        ({"complete": "false"}, ["Early", "Unplanned"]),
        ({"due": "20260131"}, ["Early"]),
        ({"start": "20260115"}, ["Late"]),
        ({"start": "20260101", "due": "20260228", "complete": "true"}, ["Late"]),
        ({"due": "20250101"}, []),
    ],
)
def test_tasks_are_filtered(busy: Door, query: dict[str, str], shown: list[str]) -> None:
    job = _job(busy, Tasks=[{"Task": "Review", "Name": name} for name in ("Early", "Late", "Unplanned")])
    early, late, _ = (task["UUID"] for task in job["Tasks"])
    for task, starts, due in ((early, "20260101", "20260131"), (late, "20260201", "20260228")):
        days = f"<StartDate>{starts}</StartDate><DueDate>{due}</DueDate>"
        busy.xml("PUT", "job.api/task", f"<Task><UUID>{task}</UUID>{days}</Task>")
    busy.xml("PUT", f"job.api/task/{late}/complete")
    busy.control("DELETE", "jobs/J000001")
    root = busy.xml("GET", "job.api/tasks", **query)
    assert [task.findtext("Name") for task in root.iterfind("Jobs/Job/Tasks/Task")] == shown


def test_a_planned_task_shows_its_days_and_who_is_on_it_and_another_does_not(busy: Door) -> None:
    task = busy.control("GET", "jobs/J000001")["Tasks"][0]["UUID"]
    body = f"<Task><UUID>{task}</UUID><StartDate>20260101</StartDate><DueDate>20260105</DueDate></Task>"
    busy.xml("PUT", "job.api/task", body)
    planned, other = busy.xml("GET", "job.api/get/J000001").findall("Job/Tasks/Task")
    extra = ["StartDate", "DueDate", "Assigned"]
    assert [child.tag for child in planned] == [child.tag for child in other] + extra


def test_reordering_refuses_a_task_of_another_job(busy: Door) -> None:
    other = _job(busy, Tasks=[{"Task": "Review"}])["Tasks"][0]["UUID"]
    body = f"<Job><ID>J000001</ID><Tasks><Task><UUID>{other}</UUID></Task></Tasks></Job>"
    assert refusal(busy.xml("PUT", "job.api/reordertasks", body)) == "Invalid task identifier"


def test_a_deleted_job_leaves_nothing(busy: Door, world: World) -> None:
    busy.control("PATCH", "custom-values/Job/J000001", {"Lodged On": "2026-01-01"})
    busy.control("POST", "documents", {"Job": "J000001", "Title": "Plan", "FileName": "p", "Content": ""})
    busy.xml("POST", "job.api/delete", "<Job><ID>J000001</ID></Job>")
    with world.read() as db:
        for table in ("job", "task", "document", "custom_value", "job_staff", "task_staff"):
            assert db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 0, table  # noqa: S608
    assert refusal(busy.xml("GET", "job.api/get/J000001")) == "Invalid job identifier"
    assert _job(busy)["ID"] == "J000002"


def test_staff_who_are_deleted_vanish_from_the_list_and_stay_named(busy: Door) -> None:
    staff = busy.control("GET", "staff/Zoe Last")["UUID"]
    busy.control("PATCH", "jobs/J000001", {"Manager": "Zoe Last"})
    busy.control("PATCH", "clients/101", {"JobManager": "Zoe Last"})
    busy.xml("POST", "staff.api/delete", f"<Staff><UUID>{staff}</UUID></Staff>")
    listed = busy.xml("GET", "staff.api/list")
    assert "Zoe Last" not in [row.findtext("Name") for row in listed.iterfind("StaffList/Staff")]
    assert refusal(busy.xml("GET", f"staff.api/get/{staff}")) == "Invalid staff identifier"
    assert busy.xml("GET", "job.api/get/J000001").findtext("Job/Manager/Name") == "Zoe Last"
    assert busy.xml("GET", "client.api/get/101", version="3.0").findtext("Client/JobManager/Name") == "Zoe Last"


def test_who_is_disabled_is_listed_all_the_same(busy: Door) -> None:
    staff = busy.control("GET", "staff/Zoe Last")["UUID"]
    body = f"<Staff><UUID>{staff}</UUID>{{}}</Staff>"
    for action, inner, enabled in (("disable", "", "No"), ("enable", "<Security><Role>Staff</Role></Security>", "Yes")):
        busy.xml("POST", f"staff.api/{action}", body.format(inner))
        assert busy.control("GET", f"staff/{staff}")["IsEnabled"] == enabled
        assert len(busy.xml("GET", "staff.api/list").findall("StaffList/Staff")) == 13


def test_a_large_list_of_jobs_is_read_in_pieces() -> None:
    with World.open(seed=2, clients=900) as world:
        door = Door.in_process(create_app(world)).connected()
        current = door.xml("GET", "job.api/current", detailed="true")
        truth = door.control("GET", "jobs?limit=5000")["jobs"]
    done = ("COMPLETED", "CANCELLED")
    assert len(_numbers(current)) > 50
    assert sorted(_numbers(current)) == sorted(job["ID"] for job in truth if job["State"] not in done)
    clients = [row.findtext("Client/Name") or "" for row in current.iterfind("Jobs/Job")]
    assert clients == sorted(clients, key=lambda name: name.encode().lower())
