"""Jobs, tasks, custom fields, notes and documents as a person edits them, read through both versions of the API."""

from typing import Any

import pytest
from lxml import etree, html

from sandbox.door import Door, names
from sandbox.person import Person, rows, said


@pytest.fixture
def person(door: Door) -> Person:
    return Person(door)


@pytest.fixture
def kauri(door: Door) -> str:
    return str(door.add_client(Name="Kauri Ltd", Contacts=[{"Name": "Bob"}])["UUID"])


@pytest.fixture
def job(door: Door, person: Person, kauri: str) -> str:
    """A job of Kauri's; the path of its page."""
    person.press(
        "jobs/new", "Add job", client="kauri", name="Accounts 2026", starts="2026-02-01", due="2026-06-30", number="A1"
    )
    link = person.get("jobs").xpath("//tbody//a[text()='Accounts 2026']/@href")[0]
    return str(link).removeprefix(f"{person.home}/")


def _job(door: Door, version: str = "3.1") -> etree._Element:
    found = door.xml("GET", "job.api/get/A1", version=version).find("Job")
    assert found is not None
    return found


def _option(page: html.HtmlElement, name: str, label: str) -> str:
    return str(page.xpath(f"//select[@name='{name}']/option[normalize-space()='{label}']/@value")[0])


def test_a_job_is_added_edited_and_seen(door: Door, person: Person, job: str) -> None:
    page = person.get(job)
    manager, contact = _option(page, "manager", "Lee Park"), _option(page, "contact_id", "Bob")
    person.press(job, "Save", description="Year end\nand tax", manager=manager, contact_id=contact, budget="1200.50")
    for version in ("3.0", "3.1"):
        found = _job(door, version)
        texts = [found.findtext(tag) for tag in ("ID", "Name", "State", "Budget", "Manager/Name", "Contact/Name")]
        assert texts == ["A1", "Accounts 2026", "Planned", "1200.50", "Lee Park", "Bob"]
        assert found.findtext("Description") == "Year end\nand tax"
    assert said(person.press(job, "Save")) == "Nothing was different, so nothing was saved."


def test_what_a_job_lacks_is_told_beside_its_controls(door: Door, person: Person, job: str) -> None:
    told = person.refused("jobs/new", "Add job", client="nobody", starts="2026-02-01", due="2026-01-01", number="A1")
    assert told == (
        "Nothing that may be chosen is called “nobody”. Name is needed. Due date must not be before the start date."
        " Another job has this number."
    )
    assert len(rows(person.get("jobs"))) == 1


def test_a_completed_job_leaves_the_current_ones(door: Door, person: Person, job: str) -> None:
    assert len(door.xml("GET", "job.api/current").findall("Jobs/Job")) == 1
    person.press(job, "Change state", state="COMPLETED")
    assert door.xml("GET", "job.api/current").findall("Jobs/Job") == []
    assert (_job(door).findtext("CompletedDate") or "")[:10] == "2026-02-02"
    assert rows(person.get("jobs")) == []
    assert len(rows(person.get("jobs", show="completed"))) == 1


def test_staff_are_put_on_a_job_and_taken_off(door: Door, person: Person, job: str) -> None:
    staff = _option(person.get(job), "staff", "Priya Nair")
    person.press(job, "Assign", staff=staff)
    assert [each.findtext("Name") for each in _job(door).iterfind("Assigned/Staff")] == ["Priya Nair"]
    person.press(job, "Remove Priya Nair")
    assert _job(door).findall("Assigned/Staff") == []


def test_tasks_come_of_a_template_and_are_done_one_by_one(door: Door, person: Person, job: str) -> None:
    template = _option(person.get(f"{job}/tasks"), "template", "Advisory")
    person.press(f"{job}/tasks", "Apply template", template=template)
    first = _job(door).findtext("Tasks/Task/Name")
    person.press(f"{job}/tasks", f"Complete {first}")
    assert _job(door).findtext("Tasks/Task/Completed") == "true"
    kind = _option(person.get(f"{job}/tasks"), "task_type_id", "Review")
    person.press(
        f"{job}/tasks", "Add task", task_type_id=kind, name="Second look", estimated_minutes="45", is_billable=None
    )
    last = _job(door).findall("Tasks/Task")[-1]
    assert [last.findtext(tag) for tag in ("Name", "EstimatedMinutes", "Billable")] == ["Second look", "45", "false"]
    assert "Minutes must not be below nought." in person.refused(
        f"{job}/tasks", "Add task", task_type_id=kind, estimated_minutes="-5"
    )


def test_staff_are_put_on_a_task(door: Door, person: Person, job: str) -> None:
    kind = _option(person.get(f"{job}/tasks"), "task_type_id", "Review")
    person.press(
        f"{job}/tasks", "Add task", task_type_id=kind, estimated_minutes="30", starts="2026-02-03", due="2026-02-04"
    )
    key = _job(door).findtext("Tasks/Task/UUID")
    people = {
        label.text_content().strip(): label.find("input").get("value")
        for label in person.get(f"{job}/tasks/{key}").xpath("//label[input/@name='staff']")
    }
    person.press(f"{job}/tasks/{key}", "Save staff", staff=[people["Lee Park"], people["Dana Levy"]])
    person.press(f"{job}/tasks/{key}", "Save staff", staff=[people["Dana Levy"]])
    assert [each.findtext("Name") for each in _job(door).iterfind("Tasks/Task/Assigned/Staff")] == ["Dana Levy"]


def test_the_switch_says_whether_work_moves_the_client(door: Door, person: Person, job: str) -> None:
    door.control("POST", "clock", {"advance": 60})
    person.press(job, "Save", name="Accounts")
    assert names(door.xml("GET", "client.api/list", modifiedsince="2026-02-02T09:00:30")) == []
    door.switch(modifiedsince_sees_jobs="yes")
    person.press(job, "Change state", state="INPROGRESS")
    assert names(door.xml("GET", "client.api/list", modifiedsince="2026-02-02T09:00:30")) == ["Kauri Ltd"]


def test_a_client_with_jobs_is_kept_until_they_are_gone(door: Door, person: Person, kauri: str, job: str) -> None:
    assert "Kauri Ltd has 1 job, so it cannot be deleted." in person.get(f"clients/{kauri}/delete").text_content()
    assert door.http.post(f"{person.home}/clients/{kauri}/delete").status_code == 422
    person.press(f"{job}/delete", "Delete the job")
    assert door.xml("GET", "job.api/get/A1").findtext("Status") == "ERROR"
    person.press(f"clients/{kauri}/delete", "Delete the client")
    assert door.truth(kauri)["IsDeleted"] == "Yes"


def _fields(door: Door) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = door.control("GET", "custom-fields")["custom_fields"]
    return found


def test_custom_fields_are_made_filled_and_deleted(door: Door, person: Person, kauri: str) -> None:
    for field in _fields(door):
        door.control("DELETE", f"custom-fields/{field['UUID']}")
    assert person.refused("custom-fields", "Add custom field", name="Grade", type="Dropdown List", uses=["Client"]) == (
        "A dropdown list needs options."
    )
    person.press(
        "custom-fields", "Add custom field", name="Grade", type="Dropdown List", uses=["Client"], options="A\nB"
    )
    person.press("custom-fields", "Add custom field", name="Since", type="Date", uses=["Client", "Job"])
    person.press("custom-fields", "Add custom field", name="VIP", type="Checkbox", uses=["Client"])
    keys = {each["Name"]: f"field-{each['ID']}" for each in _fields(door)}
    path = f"clients/{kauri}/custom-fields"
    person.press(path, "Save", **{keys["Grade"]: "B", keys["Since"]: "2020-04-01", keys["VIP"]: "Yes"})
    for version, key in (("3.1", kauri), ("3.0", str(door.truth(kauri)["ID"]))):
        found = door.xml("GET", f"client.api/get/{key}/customfield", version=version).iterfind(
            "CustomFields/CustomField"
        )
        assert {each.findtext("Name"): each[-1].text for each in found} == {
            "Grade": "B", "Since": "2020-04-01T00:00:00", "VIP": "true",
        }  # fmt: skip
    assert "must be a day" in person.refused(path, "Save", **{keys["Since"]: "April"})
    person.press(path, "Save", **{keys["VIP"]: None, keys["Grade"]: ""})
    left = door.control("GET", f"custom-values/Client/{kauri}")
    assert left == {"Since": "2020-04-01"}
    link = person.get("custom-fields").xpath("//a[text()='Since']/@href")[0].removeprefix(f"{person.home}/")
    assert "Values that are lost: 1." in person.get(f"{link}/delete").text_content()
    person.press(f"{link}/delete", "Delete the field and its values")
    assert door.control("GET", f"custom-values/Client/{kauri}") == {}


def test_notes_stand_under_the_name_of_who_works_there(door: Door, person: Person, kauri: str, job: str) -> None:
    person.press(f"clients/{kauri}/notes", "Add note", title="Called", text="About tax\nand GST")
    note = door.xml("GET", f"client.api/get/{kauri}").find("Client/Notes/Note")
    assert note is not None
    assert [note.findtext(tag) for tag in ("Title", "Text", "Date", "CreatedBy")] == [
        "Called", "About tax\nand GST", "2026-02-02T09:00:00", "Alex Moreton",
    ]  # fmt: skip
    person.press(f"{job}/notes", "Add note", title="Begun", text="Today")
    assert _job(door).findtext("Notes/Note/Title") == "Begun"
    assert person.refused(f"{job}/notes", "Add note", title="x") == "Note is needed."


def test_a_document_is_filed_and_comes_back_as_a_download(door: Door, person: Person, kauri: str, job: str) -> None:
    file = {"file": ("engagement <1>.html", b"<script>1</script>", "text/html")}
    for owner in (f"clients/{kauri}", job):
        reply = door.http.post(f"{person.home}/{owner}/documents", data={"folder": "Letters"}, files=file)
        assert reply.status_code == 303
    listed = etree.fromstring(door.api("GET", f"client.api/documents/{kauri}").content)
    assert listed.findtext(".//Title") == "engagement <1>.html"
    link = person.get(f"clients/{kauri}/documents").xpath("//td/a/@href")[0]
    reply = door.http.get(link)
    assert reply.content == b"<script>1</script>"
    assert reply.headers["content-type"] == "application/octet-stream"
    assert reply.headers["content-disposition"].startswith("attachment")
    person.press(f"{job}/documents", "Delete engagement <1>.html")
    assert "No document yet." in person.get(f"{job}/documents").text_content()
    without = door.http.post(f"{person.home}/clients/{kauri}/documents", data={"title": "x"})
    assert (without.status_code, "Choose a file." in without.text) == (422, True)
