"""One record of each kind, and its keys in either version of the practice API."""

from collections.abc import Mapping
from typing import Any

from sandbox.door import Door


def practice(door: Door, version: str) -> dict[str, str]:
    """Make one record of each kind; gives their keys in this version."""
    key = "ID" if version == "3.0" else "UUID"
    made = {name: _made(door, kind, values) for name, (kind, values) in _RECORDS.items()}
    door.control("PATCH", "custom-values/Client/Owner", {"Annual Fee": "100.50"})
    door.control("PATCH", "custom-values/Contact/Bob", {"Dietary Needs": "None"})
    door.control("PATCH", "custom-values/Job/J000001", {"Lodged On": "2026-01-15"})
    door.control("PATCH", "custom-values/JobTask/Prepare", {"Reviewer Initials": "AB"})
    keys = {name: str(record[key]) for name, record in made.items()}
    keys["contact"] = str(made["client"]["Contacts"][0][key])
    keys["task"] = str(made["job"]["Tasks"][0][key])
    keys["second_task"] = str(made["job"]["Tasks"][1][key])
    keys["job"] = "J000001"
    for name, kind, named in _SETTINGS:
        keys[name] = str(door.control("GET", f"{kind}/{named}")[key])
    keys |= {"K": key, "k": key.lower()}
    body = "<Cost><Job>J000001</Job><Description>Search</Description><Quantity>2</Quantity></Cost>"
    keys["job_cost"] = door.xml("POST", "job.api/cost", body, version=version).findtext(key) or ""
    keys["cost"] = _cost(door, version, key)
    keys["quote"] = door.xml("POST", "job.api/createquote/J000001", version=version).findtext("ID") or ""
    keys["time"] = _time(door, version, keys)
    for owner, use in (("job_cost", "JobCost"), ("time", "JobTime")):
        door.control("PATCH", f"custom-values/{use}/{keys[owner]}", {"Batch": "7"})
    return keys


def filled(template: str, keys: Mapping[str, str]) -> str:
    """The template with the keys in it."""
    for name, value in keys.items():
        template = template.replace(f"{{{name}}}", value)
    return template


def _made(door: Door, kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = door.control("POST", kind, values)
    return made


def _cost(door: Door, version: str, key: str) -> str:
    body = "<Cost><Description>Courier</Description><UnitPrice>12.50</UnitPrice></Cost>"
    return door.xml("POST", "cost.api/add", body, version=version).findtext(f"Cost/{key}") or ""


def _time(door: Door, version: str, keys: Mapping[str, str]) -> str:
    return (
        door.xml("POST", "time.api/add", filled(TIMESHEET, keys), version=version).findtext(f"Time/{keys['K']}") or ""
    )


_RECORDS: dict[str, tuple[str, dict[str, Any]]] = {
    "staff": ("staff", {"Name": "Zoe Last", "Email": "zoe@example.com"}),
    "client": ("clients", {"Name": "Owner", "Contacts": [{"Name": "Bob", "Position": "Chair"}]}),
    "other": ("clients", {"Name": "Other", "ExportCode": "X1"}),
    "group": ("groups", {"Name": "Family", "Clients": ["Owner"]}),
    "relationship": ("relationships", {"Type": "Director", "Client": "Owner", "RelatedClient": "Other"}),
    "batch": ("custom-fields", {"Name": "Batch", "Type": "Number", "Uses": ["JobCost", "JobTime"]}),
    "job": (
        "jobs",
        {"Name": "Return", "Client": "Owner", "Manager": "Zoe Last", "StartDate": "2026-01-10", "DueDate": "2026-02-10",
         "Tasks": [{"Task": "Bookkeeping", "Name": "Prepare", "EstimatedMinutes": 60}, {"Task": "Review"}]},
    ),
    "document": (
        "documents",
        {"Client": "Owner", "Title": "Deed", "FileName": "deed.txt", "Content": "aGk=", "CreatedBy": "Lee Park"},
    ),
    "job_document": ("documents", {"Job": "J000001", "Title": "Plan", "FileName": "plan.txt", "Content": "aGk="}),
}  # fmt: skip

_SETTINGS = (
    ("fee_field", "custom-fields", "Annual Fee"),
    ("food_field", "custom-fields", "Dietary Needs"),
    ("lodged_field", "custom-fields", "Lodged On"),
    ("initials_field", "custom-fields", "Reviewer Initials"),
    ("category", "categories", "Consulting"),
    ("template", "templates", "Advisory"),
    ("task_type", "task-types", "Audit"),
)

TIMESHEET = (
    "<Timesheet><Job>{job}</Job><Task{K}>{task}</Task{K}><Staff{K}>{staff}</Staff{K}><Date>20260115</Date>"
    "<Minutes>45</Minutes><Note>Phoned</Note></Timesheet>"
)
