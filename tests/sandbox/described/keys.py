"""Keys of records that exist, and values that mean something, so that a call reaches more than "no such record"."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.door import Door

# Whose key an address, or a body's own `uuid`, is: by the first pattern that its path begins with.
_OWN = (
    (r"client\.api/contact/", "contact"),
    (r"client\.api/(update|delete)relationship", "relationship"),
    (r"client\.api/", "client"),
    (r"clientgroup\.api/", "group"),
    (r"customfield\.api/(update|delete)", "text_field"),
    (r"customfield\.api/", "definition"),
    (r"staff\.api/", "staff"),
    (r"job\.api/client/", "client"),
    (r"job\.api/staff/", "staff"),
    (r"job\.api/(task|reordertasks)\b", "task"),
    (r"job\.api/cost\b", "job_cost"),
    (r"job\.api/", "job"),
    (r"task\.api/", "task_type"),
    (r"time\.api/staff/", "staff"),
    (r"time\.api/job/", "job"),
    (r"time\.api/", "time"),
    (r"cost\.api/", "cost"),
    (r"", "job"),
)
_KEYS = {
    "clientUuid": "client", "relatedClientUuid": "other_client", "accountManagerUuid": "staff",
    "jobManagerUuid": "staff", "billingClientUuid": "other_client", "staffUuid": "staff", "contactUuid": "contact",
    "templateUuid": "template", "categoryUuid": "category", "job": "job", "id": "job", "jobNumber": "job",
    "task-uuid": "task", "taskUuid": "task_type",
    "invoiceNumber": "none", "quoteNumber": "none",
}  # fmt: skip
_VALUES: Mapping[str, Any] = {
    "from": "20250901", "to": "20260228", "page": 1, "date": "20260105", "startDate": "20260105",
    "dueDate": "20260205", "endDate": "20260301", "dateOfBirth": "1980-05-06", "dateOfDeath": "2025-05-06",
    "minutes": "30", "start": "09:00", "end": "09:30", "estimatedMinutes": 60, "taxable": "No", "folder": "Reports",
    "content": "aGVsbG8=", "fileName": "letter.txt", "title": "A title", "text": "Text", "name": "A name",
    "label": "A label", "description": "What it is", "note": "A note", "code": "C1", "unitCost": 1.5,
    "unitPrice": 2.5, "quantity": 2, "numberOfShares": 10, "percentage": 0.0, "type": "Shareholder",
    "budget": 1200.5, "taskMode": "AddNew", "state": "PLANNED", "balanceMonth": "3",
    "gstPeriod": 2, "gstBasis": "Invoice", "provisionalTaxBasis": "Ratio Option", "provisionalTaxRatio": 0.25,
    "agencyStatus": "With EOT", "returnType": "IR4", "businessStructure": "Company", "gstRegistered": "Yes",
    "isPrimary": "Yes", "modifiedSince": "2020-01-01T00:00:00", "detailed": "true", "pageSize": 12, "complete": "true",
    "clientCode": "CC1", "query": "a", "isProspect": "No", "prepareGst": "Yes", "signedTaxAuthority": "Yes",
    "firstName": "Ann", "middleName": "B", "lastName": "Lee", "otherName": "Lee", "gender": "Female", "email": "a@b.nz",
    "placeOfBirthCity": "Napier", "placeOfBirthCountryCode": "NZ", "options": ["a", "b"], "useClient": True,
    "billable": True, "public": True, "position": "Chair",
    "annually": "Yes", "monthly": "No", "quarterly": "No", "opt-out": "No",
}  # fmt: skip
_ELSEWHERE: Mapping[str, Mapping[str, Any]] = {
    "customfield.api": {"type": "Text", "options": None},
    "client.api/deleterelationship": {},
    "client.api/delete": {"uuid": "lone_client"},
    "job.api/add": {"id": "new_job"},
    "time.api": {"taskUuid": "task"},
    "job.api/tasks": {"start": "20200101", "complete": "false"},
    "job.api/task": {"taskUuid": "task_type"},
}


@dataclass(frozen=True)
class Keys:
    """A key of each sort of record in one practice."""

    known: Mapping[str, str]

    @classmethod
    def of(cls, door: Door) -> "Keys":
        """The keys of a generated practice; what it has none of is added by the API."""
        added = _Added(door)
        return cls({**_read(door), **added.keys()})

    def parameters(self, path: str, names: list[str]) -> dict[str, Any]:
        """Values for these parameters of an address or query; a name without one is left out."""
        values = {name: self._value(path, name) for name in names}
        if "{identifier}" in path or "{id}" in path:
            values |= {name: self.known[_own(path)] for name in ("identifier", "id") if name in names}
        return {name: value for name, value in values.items() if value is not None}

    def body(self, path: str, schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> dict[str, Any]:
        """A body of this schema with everything that a value is known for."""
        if "$ref" in schema:
            return self.body(path, schemas[schema["$ref"].rsplit("/", 1)[1]], schemas)
        found: dict[str, Any] = {}
        for name, each in schema.get("properties", {}).items():
            value = self._part(path, name, each, schemas)
            if value is not None:
                found[name] = value
        if "customFields" in found:
            found["customFields"] = [{"uuid": self.known["text_field"], "text": "A value"}]
        return found

    def _part(self, path: str, name: str, schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:
        schema = schema["oneOf"][0] if "oneOf" in schema else schema
        if schema.get("type") == "array" and "$ref" in schema["items"]:
            return [self.body(f"{path} {name}", schema["items"], schemas)]
        if "$ref" in schema:
            return self.body(f"{path} {name}", schema, schemas)
        return self._value(path, name)

    def _value(self, path: str, name: str) -> Any:
        here = next((values for begins, values in _ELSEWHERE.items() if path.startswith(begins)), {})
        if name in here:
            return self.known.get(str(here[name]), here[name])
        if name == "uuid":
            return self.known[_own(path)]
        return self.known[_KEYS[name]] if name in _KEYS else _VALUES.get(name)


def _own(path: str) -> str:
    inner = {" client": "client", " contacts": "contact", " add": "other_client", " remove": "client"}
    if path.startswith("job.api/assign "):
        return "staff"
    for ending, whose in inner.items():
        if path.endswith(ending):
            return whose
    return next(whose for pattern, whose in _OWN if re.match(pattern, path))


class _Added:
    """Records that a generated practice has none of, added by the API."""

    def __init__(self, door: Door) -> None:
        self._door = door
        clients = [row for row in door.control("GET", "clients")["clients"] if row["IsDeleted"] == "No"]
        self.client, self.other = clients[0]["UUID"], clients[1]["UUID"]

    def keys(self) -> dict[str, str]:
        staff = self._first("staff.api/list", "StaffList/Staff/UUID")
        task_type = self._first("task.api/list", "TaskList/Task/UUID")
        contact = self._add("client.api/contact", "Contact", {"Client": {"UUID": self.client}, "Name": "N"}, "Contact/")
        job = self._job(contact, staff)
        task = self._add("job.api/task", "Task", {"Job": job, "TaskUUID": task_type, "Label": "T"})
        self._assign(job, staff, task)
        cost = {"Description": "C", "Code": "C", "Quantity": "1", "UnitCost": "1", "UnitPrice": "2"}
        time = {"Job": job, "TaskUUID": task, "StaffUUID": staff, "Date": "20260105", "Start": "09:00", "End": "09:30"}
        self._set_values()
        owned = {"ClientUUID": self.client}
        tie = {**owned, "RelatedClientUUID": self.other, "Type": "Shareholder", "StartDate": "2020-01-01",
               "EndDate": "2025-01-01"}  # fmt: skip
        return {
            "client": self.client,
            "other_client": self.other,
            "lone_client": self._add("client.api/add", "Client", {"Name": "Alone"}, "Client/"),
            "contact": contact,
            "relationship": self._add("client.api/addrelationship", "Relationship", tie, "ClientRelationship/"),
            "group": self._add("clientgroup.api/add", "Group", {"Name": "G", **owned}, "Group/"),
            "text_field": self._add("customfield.api/add", "CustomFieldDefinition", _EVERYWHERE),
            "job": job,
            "task": task,
            "task_type": task_type,
            "staff": staff,
            "job_cost": self._add("job.api/cost", "Cost", {"Job": job, "Date": "20260105", **cost}),
            "cost": self._add("cost.api/add", "Cost", cost, "Cost/"),
            "time": self._add("time.api/add", "Timesheet", time, "Time/"),
            "new_job": "J9999",
            "none": "N0001",
        }

    def _set_values(self) -> None:
        """A value of each type that a custom field can have."""
        texts = {"Date": "20260105", "Number": "7", "Decimal": "1.5", "Boolean": "true", "Text": "T"}
        for kind, text in texts.items():
            sent = {"Name": kind, "Type": _TYPES.get(kind, kind), "UseClient": "true"}
            field = self._add("customfield.api/add", "CustomFieldDefinition", sent)
            value = _written({"CustomFields": {"CustomField": {"UUID": field, kind: text}}})
            self._door.xml("PUT", f"client.api/update/{self.client}/customfield", value)

    def _job(self, contact: str, staff: str) -> str:
        """A job with everything a job can have; and another one, that is done."""
        days = {"StartDate": "20260101", "DueDate": "20260301"}
        category = self._first("category.api/list", "Categories/Category/UUID")
        values = {"Name": "J", "ClientUUID": self.client, "ContactUUID": contact, "CategoryUUID": category,
                  "Budget": "1200.50", **days}  # fmt: skip
        done = self._add("job.api/add", "Job", values, "Job/", key="ID")
        self._door.xml("PUT", "job.api/state", f"<Job><ID>{done}</ID><State>COMPLETED</State></Job>")
        return self._add("job.api/add", "Job", values, "Job/", key="ID")

    def _assign(self, job: str, staff: str, task: str) -> None:
        assigned = f'<add uuid="{staff}" task-uuid="{task}"/><add-manager uuid="{staff}"/><add-partner uuid="{staff}"/>'
        self._door.xml("PUT", "job.api/assign", f"<Job><ID>{job}</ID>{assigned}</Job>")

    def _add(self, path: str, root: str, values: Mapping[str, Any], inside: str = "", *, key: str = "UUID") -> str:
        reply = self._door.xml("POST", path, f"<{root}>{_written(values)}</{root}>")
        found = reply.findtext(f"{inside}{key}")
        assert found, (path, reply.findtext("ErrorDescription"))
        return found

    def _first(self, path: str, key: str) -> str:
        return self._door.xml("GET", path).findtext(key) or ""


_TYPES = {"Boolean": "Checkbox"}
_USES = ("Client", "Contact", "Job", "JobTask", "JobCost", "JobTime")
_EVERYWHERE = {"Name": "Everywhere", "Type": "Text", **{f"Use{use}": "true" for use in _USES}}


def _written(values: Mapping[str, Any]) -> str:
    return "".join(
        f"<{name}>{_written(value) if isinstance(value, dict) else value}</{name}>" for name, value in values.items()
    )


def _read(door: Door) -> dict[str, str]:
    def first(path: str, key: str) -> str:
        return door.xml("GET", path).findtext(key) or ""

    return {
        "template": first("template.api/list", "Templates/Template/UUID"),
        "category": first("category.api/list", "Categories/Category/UUID"),
        "definition": first("customfield.api/definition", "CustomFieldDefinitions/CustomFieldDefinition/UUID"),
    }
