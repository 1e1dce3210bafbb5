"""Documents, time and costs: what is filed comes back, what is too large or no base64 does not."""

import base64

import pytest
from lxml import etree

from sandbox.door import Door, refusal


@pytest.fixture
def client(door: Door) -> str:
    key: str = door.add_client(Name="Owner", ID="101")["UUID"]
    return key


def _file(door: Door, client: str, content: str, name: str = "deed & co.txt") -> etree._Element:
    escaped = name.replace("&", "&amp;")
    inner = f"<ClientUUID>{client}</ClientUUID><Title>Deed</Title><Folder>Legal</Folder><FileName>{escaped}</FileName>"
    return door.xml("POST", "client.api/document", f"<Document>{inner}<Content>{content}</Content></Document>")


def test_a_document_is_filed_in_the_name_of_who_connected(door: Door, client: str) -> None:
    content = base64.encodebytes(b"\x00binary\xff" * 20).decode()
    key = _file(door, client, content).findtext("UUID")
    assert base64.b64decode(door.control("GET", f"documents/{key}")["Content"]) == b"\x00binary\xff" * 20
    reply = door.api("GET", f"client.api/documents/{client}")
    assert reply.text.startswith("<Documents><Document><Title>Deed</Title><Text></Text><Folder>Legal</Folder>")
    row = etree.fromstring(reply.content).find("Document")
    assert row is not None
    assert (row.findtext("FileName"), row.findtext("CreatedBy")) == ("deed & co.txt", "Alex Moreton")
    assert (row.findtext("URL") or "").startswith("https://practicemanager.xero.com/")


def test_no_documents_are_one_empty_element(door: Door, client: str) -> None:
    assert door.api("GET", f"client.api/documents/{client}").text == "<Documents />"


@pytest.mark.parametrize("content", ["not base64!", "abc", " "])
def test_content_that_is_no_base64_is_refused(door: Door, client: str, content: str) -> None:
    assert refusal(_file(door, client, content)) in ("Content must be base64", "Content is required")
    assert door.control("GET", "documents")["total"] == 0


def test_a_body_over_ten_megabytes_is_refused_with_413(door: Door, client: str) -> None:
    body = f"<Document><ClientUUID>{client}</ClientUUID><Content>{'A' * 10_000_000}</Content></Document>"
    assert door.api("POST", "client.api/document", body).status_code == 413
    assert door.control("GET", "documents")["total"] == 0


@pytest.fixture
def job(door: Door, client: str) -> dict[str, str]:
    """A job's task, somebody on the staff, and a template of a time sheet."""
    made = door.control("POST", "jobs", {"Name": "Return", "Client": client, "Tasks": [{"Task": "Review"}]})
    staff = door.control("GET", "staff/Lee Park")["UUID"]
    return {"task": made["Tasks"][0]["UUID"], "staff": staff}


def _add_time(door: Door, job: dict[str, str], inner: str) -> etree._Element:
    keys = f"<Job>J000001</Job><TaskUUID>{job['task']}</TaskUUID><StaffUUID>{job['staff']}</StaffUUID>"
    return door.xml("POST", "time.api/add", f"<Timesheet>{keys}<Date>20260131</Date>{inner}</Timesheet>")


def test_time_counts_as_the_tasks_actual_minutes(door: Door, job: dict[str, str]) -> None:
    for minutes in ("60", "-15"):
        _add_time(door, job, f"<Minutes>{minutes}</Minutes>")
    _add_time(door, job, "<Start>09:00</Start><End>09:45</End>")
    assert door.xml("GET", "job.api/get/J000001").findtext("Job/Tasks/Task/ActualMinutes") == "90"


@pytest.mark.parametrize(
    ("inner", "refused"),
    [
        ("", "Minutes, or Start and End, are required"),
        ("<Minutes>an hour</Minutes>", "Invalid Minutes: an hour"),
        ("<Start>9:00</Start><End>10:00</End>", "Invalid Start: 9:00"),
        ("<Start>10:00</Start><End>09:00</End>", "End must not be before Start"),
    ],
)
def test_wrong_time_is_refused(door: Door, job: dict[str, str], inner: str, refused: str) -> None:
    assert refusal(_add_time(door, job, inner)) == refused


def test_the_task_must_be_the_jobs(door: Door, job: dict[str, str], client: str) -> None:
    other = door.control("POST", "jobs", {"Name": "Other", "Client": client, "Tasks": [{"Task": "Review"}]})
    assert refusal(_add_time(door, {**job, "task": other["Tasks"][0]["UUID"]}, "<Minutes>1</Minutes>")) == (
        "The task is not one of the job's"
    )


def test_time_is_not_moved_to_a_task_of_another_job(door: Door, job: dict[str, str], client: str) -> None:
    key = _add_time(door, job, "<Minutes>5</Minutes>").findtext("Time/UUID")
    other = door.control("POST", "jobs", {"Name": "Other", "Client": client, "Tasks": [{"Task": "Audit"}]})
    task = f"<TaskUUID>{other['Tasks'][0]['UUID']}</TaskUUID>"
    moved = door.xml("PUT", "time.api/update", f"<Timesheet><UUID>{key}</UUID>{task}</Timesheet>")
    assert refusal(moved) == "The task is not one of the job's"
    both = f"<Timesheet><UUID>{key}</UUID><Job>J000002</Job>{task}</Timesheet>"
    assert door.xml("PUT", "time.api/update", both).findtext("Time/Job/ID") == "J000002"


def test_time_is_listed_by_its_own_day_and_person(door: Door, job: dict[str, str]) -> None:
    _add_time(door, job, "<Minutes>5</Minutes>")
    other = door.control("GET", "staff/Dana Levy")["UUID"]
    counts = [
        len(door.xml("GET", path, **{"from": first, "to": "20260131"}).findall("Times/Time"))
        for path, first in (
            ("time.api/list", "20260131"), ("time.api/list", "20260101"), (f"time.api/staff/{other}", "20260101"),
        )
    ]  # fmt: skip
    assert counts == [1, 1, 0]


@pytest.mark.parametrize("page", ["", "0", "-1", "one"])
def test_costs_are_listed_by_a_page_that_must_be_named(door: Door, page: str) -> None:
    assert door.api("GET", "cost.api/list", page=page).status_code == 400


def test_the_page_after_the_last_has_no_records(door: Door) -> None:
    door.xml("POST", "cost.api/add", "<Cost><Description>Courier</Description></Cost>")
    records = [door.xml("GET", "cost.api/list", page=page).findtext("Records") for page in ("1", "2")]
    assert records == ["1", "0"]
