"""Recorded exchanges about jobs, staff and categories (API 3.0), replayed on an equal world."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from sqlite3 import Connection

import pytest
from lxml import etree

from sandbox.door import Door
from sandbox.recordings import Element, assert_headers, elements, record_in, recording, replay, without_assigned
from xpm_sandbox import clock
from xpm_sandbox.world import World, tenants

_MADE = clock.stamp(datetime(2019, 7, 1, tzinfo=UTC))


def _jobs(record: Element) -> list[dict[str, str | list[Element]]]:
    """The jobs of a recorded reply, their elements by name."""
    tag, inner = record
    rows = inner if tag == "Jobs" else [record]
    return [dict(map(tuple, row[1])) for row in rows]


def _refs(job: Mapping[str, str | list[Element]], *names: str) -> Iterator[dict[str, str]]:
    for name in names:
        parts = job.get(name)
        if isinstance(parts, list) and parts:
            people = [part[1] for part in parts] if name == "Assigned" else [parts]
            yield from (dict(map(tuple, person)) for person in people)


def _plant(world: World, jobs: list[dict[str, str | list[Element]]], *, assigned: bool = True) -> None:
    """Make the recorded jobs, their clients and their staff, with the recorded numbers."""
    with world.write() as db:
        tenant = tenants(db)[0].id
        state = db.execute("SELECT id FROM job_state WHERE tenant_id = ? AND name = 'Planned'", (tenant,)).fetchone()[0]
        for job in jobs:
            _plant_named(db, tenant, job)
            manager = next(_refs(job, "Manager"), {}).get("ID")
            client = next(_refs(job, "Client"))["ID"]
            db.execute(
                "INSERT INTO job (id, tenant_id, uuid, number, name, description, client_id, order_number, state_id,"
                " starts, due, manager, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (job["InternalID"], tenant, f"job-{job['ID']}", job["ID"], job["Name"], job["Description"], client,
                 job["ClientOrderNumber"], state, job["StartDate"][:10], job["DueDate"][:10], manager, _MADE),
            )  # fmt: skip
            for person in _refs(job, "Assigned") if assigned else ():
                db.execute("INSERT INTO job_staff VALUES (?, ?)", (job["InternalID"], person["ID"]))


def _plant_named(db: Connection, tenant: str, job: dict[str, str | list[Element]]) -> None:
    for person in _refs(job, "Manager", "Assigned"):
        db.execute(
            "INSERT OR IGNORE INTO staff (id, tenant_id, uuid, name, email, phone, mobile, address, payroll_code)"
            " VALUES (?, ?, ?, ?, '', '', '', '', '')",
            (person["ID"], tenant, f"staff-{person['ID']}", person["Name"]),
        )
    client = next(_refs(job, "Client"))
    db.execute(
        "INSERT OR IGNORE INTO client (id, tenant_id, uuid, name, fields, created, modified, touched)"
        " VALUES (?, ?, ?, ?, '{}', ?, ?, ?)",
        (client["ID"], tenant, f"client-{client['ID']}", client["Name"], _MADE, _MADE, _MADE),
    )


@pytest.mark.parametrize("name", ["job-get", "job-current"])
def test_jobs_are_read_as_recorded(door: Door, world: World, name: str) -> None:
    recorded = recording(name)
    _plant(world, list(reversed(_jobs(record_in(recorded)))))
    reply = replay(door, recorded)
    root = etree.fromstring(reply.content)
    assert root.get("api-method") == recorded["api_method"]
    assert elements(root) == recorded["elements"]
    assert_headers(reply, recorded)


def test_a_job_is_added_as_recorded_but_for_its_internal_number(door: Door) -> None:
    recorded = recording("job-add")
    door.add_client(ID="24097642", Name="ABC Co")
    door.control("POST", "jobs", {"ID": "J000030", "Name": "Before", "Client": "24097642"})
    for _ in range(29):
        door.xml("POST", "job.api/add", recorded["request"]["body"], version="3.0")
    reply = replay(door, recorded)
    assert without_assigned(elements(etree.fromstring(reply.content)), "InternalID") == without_assigned(
        recorded["elements"], "InternalID"
    )
    assert_headers(reply, recorded)


def test_staff_are_assigned_as_recorded(door: Door, world: World) -> None:
    recorded = recording("job-assign")
    _plant(world, _jobs(record_in(recorded)), assigned=False)
    root = etree.fromstring(replay(door, recorded).content)
    assert root.get("api-method") == recorded["api_method"]
    assert elements(root) == recorded["elements"]


def test_a_job_is_completed_as_recorded(door: Door, world: World) -> None:
    _plant(world, _jobs(record_in(recording("job-add"))))
    recorded = recording("job-state")
    root = etree.fromstring(replay(door, recorded).content)
    assert (root.get("api-method"), elements(root)) == (recorded["api_method"], recorded["elements"])
    assert door.control("GET", "jobs/J000031")["State"] == "COMPLETED"


def test_deleting_an_unknown_job_is_refused_as_recorded(door: Door) -> None:
    recorded = recording("job-delete-error")
    reply = replay(door, recorded)
    assert (reply.status_code, elements(etree.fromstring(reply.content))) == (200, recorded["elements"])
    assert door.control("GET", "audit?path=job.api/delete")["calls"][0]["guess"] == ""


def test_staff_are_added_as_recorded_but_for_the_key(door: Door) -> None:
    recorded = recording("staff-add")
    root = etree.fromstring(replay(door, recorded).content)
    assert root.get("api-method") == "Get"
    assert without_assigned(elements(root)) == without_assigned(recorded["elements"])


def test_categories_are_listed_as_recorded(door: Door) -> None:
    recorded = recording("category-list")
    assert elements(etree.fromstring(replay(door, recorded).content)) == recorded["elements"]
