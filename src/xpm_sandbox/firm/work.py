"""What a firm does for its clients: job settings, jobs with their tasks, and the firm's own (custom) fields.

It is drawn from a random source of its own, so that clients stay what they are when the work changes.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from xpm_sandbox.firm import words
from xpm_sandbox.firm.chance import Chance
from xpm_sandbox.firm.parties import Record, make_uuid
from xpm_sandbox.firm.shape import MADE_ON, Firm

_FIRST_JOB = 40_000_000
_FIRST_TASK = 60_000_000
_SHARE_WITH_WORK = 0.35


def add_work(firm: Firm) -> None:
    """Set the firm up for work, and give its clients jobs and values of its own fields."""
    random = Chance(f"{firm.seed} {firm.region} {firm.name} work")
    firm.categories = _named(random, 304_252, words.CATEGORIES)
    firm.job_states = [
        {"ID": 310_000 + place, "UUID": make_uuid(random), "Name": name, "Code": code, "Kind": kind}
        for place, (name, code, kind) in enumerate(words.JOB_STATES)
    ]
    firm.task_types = _named(random, 320_000, words.TASK_TYPES)
    firm.templates = _named(random, 330_000, [row[0] for row in words.TEMPLATES[firm.region]])
    for template, (_, category, structures, tasks) in zip(firm.templates, words.TEMPLATES[firm.region], strict=True):
        template |= {"Category": category, "For": structures, "Tasks": tasks}
    firm.custom_fields = [
        {"ID": 340_000 + place, "UUID": make_uuid(random), "Name": name, "Type": kind, "Uses": list(uses),
         "Options": "\n".join(options) if kind == "Dropdown List" else "",
         "LinkUrl": options[0] if kind == "Value Link" else ""}
        for place, (name, kind, uses, options, _) in enumerate(words.CUSTOM_FIELDS)
    ]  # fmt: skip
    _Maker(firm, random).work()


def _named(random: Random, first: int, names: tuple[str, ...] | list[str]) -> list[Record]:
    return [{"ID": first + place, "UUID": make_uuid(random), "Name": name} for place, name in enumerate(names)]


class _Maker:
    def __init__(self, firm: Firm, random: Random) -> None:
        self.firm = firm
        self.random = random
        self.tasks = 0
        self.categories = {row["Name"]: row["UUID"] for row in firm.categories}
        self.types = {row["Name"]: row["UUID"] for row in firm.task_types}
        self.staff = [row["UUID"] for row in firm.staff]

    def work(self) -> None:
        random = self.random
        begun: list[tuple[datetime, Record]] = []
        for client in self.firm.clients:
            client["CustomFields"] = list(self._values("Client"))
            if client["IsDeleted"] == "Yes" or client["IsProspect"] == "Yes" or random.random() > _SHARE_WITH_WORK:
                continue
            # Some are older than a year or three: a list needs several windows to reach them all.
            count = random.choice((1, 1, 1, 2, 3))
            ages = [timedelta(minutes=random.randrange(60, 4 * 365 * 1440)) for _ in range(count)]
            begun.extend((MADE_ON - age, client) for age in ages)
        begun.sort(key=lambda each: each[0])
        self.firm.jobs = [self._job(place, made, client) for place, (made, client) in enumerate(begun)]

    def _job(self, place: int, made: datetime, client: Record) -> Record:
        random = self.random
        template = self._template(client.get("BusinessStructure", ""))
        age = (MADE_ON - made).days
        starts = made + timedelta(days=random.randrange(0, 30))
        due = starts + timedelta(days=random.randrange(20, 180))
        state = self._state(age)
        job: Record = {
            "ID": f"J{place + 1:06}",
            "UUID": make_uuid(random),
            "InternalID": _FIRST_JOB + place * 3,
            "Name": f"{template['Name']} {starts.year}",
            "Description": f"{template['Name']} for\n{client['Name']}" if random.random() < 0.3 else "",
            "Client": client["UUID"],
            "Contact": client["Contacts"][0]["UUID"] if client["Contacts"] and random.random() < 0.5 else None,
            "ClientOrderNumber": str(random.randrange(1000, 9999)) if random.random() < 0.1 else "",
            "State": state,
            "StartDate": starts.date().isoformat(),
            "DueDate": due.date().isoformat(),
            "CompletedDate": min(due, MADE_ON).date().isoformat() if state == "COMPLETED" else None,
            "Budget": f"{random.randrange(3, 60) * 50}.00" if random.random() < 0.5 else None,
            "Category": self.categories[template["Category"]],
            "Manager": random.choice(self.staff) if random.random() < 0.9 else None,
            "Partner": random.choice(self.staff[:4]) if random.random() < 0.6 else None,
            "Created": made.isoformat(timespec="seconds").removesuffix("+00:00"),
        }
        job["Assigned"] = [job["Manager"]] if job["Manager"] and random.random() < 0.7 else []
        job["Tasks"] = [self._task(job, name, minutes) for name, minutes in template["Tasks"]]
        job["Milestones"] = self._milestones(job) if random.random() < 0.15 else []
        job["Notes"] = self._notes(job) if random.random() < 0.1 else []
        job["CustomFields"] = list(self._values("Job"))
        return job

    def _template(self, structure: str) -> Record:
        fitting = [row for row in self.firm.templates if any(part in structure for part in row["For"])]
        # The last template is advice, which anybody may need.
        return self.random.choice(fitting) if fitting and self.random.random() < 0.85 else self.firm.templates[-1]

    def _state(self, age: int) -> str:
        way = self.random.random()
        if age > 250:
            return "COMPLETED" if way < 0.9 else "CANCELLED" if way < 0.96 else "ONHOLD"
        return ("PLANNED", "PLANNED", "INPROGRESS", "INPROGRESS", "WITHCLIENT", "ONHOLD", "COMPLETED")[int(way * 7)]

    def _task(self, job: Record, name: str, minutes: int) -> Record:
        random = self.random
        self.tasks += 1
        task: Record = {
            "ID": _FIRST_TASK + self.tasks,
            "UUID": make_uuid(random),
            "Task": self.types[name],
            "Name": name,
            "EstimatedMinutes": minutes,
            "Completed": job["State"] == "COMPLETED" or random.random() < 0.2,
            "Billable": name != "Administration",
            "Assigned": [],
        }
        if random.random() < 0.4:
            task |= {"StartDate": job["StartDate"], "DueDate": job["DueDate"]}
            task["Assigned"] = [[random.choice(self.staff), minutes]]
        return task

    def _milestones(self, job: Record) -> list[Record]:
        done = job["State"] == "COMPLETED"
        return [{"uuid": make_uuid(self.random), "date": job["DueDate"], "description": "Lodge", "completed": done,
                 "folder": ""}]  # fmt: skip

    def _notes(self, job: Record) -> list[Record]:
        note = {
            "uuid": make_uuid(self.random),
            "title": self.random.choice(words.NOTE_TITLES),
            "text": f"About {job['Name']} & what is missing.",
            "folder": "",
            "date": f"{job['StartDate']}T10:15:00",
            "created_by": self.random.choice(self.firm.staff)["Name"],
            "public": False,
            "comments": [],
        }
        return [note]

    def _values(self, use: str) -> Iterator[Record]:
        """Values of the fields of this use that a record happens to have."""
        for field, (_, kind, uses, options, share) in zip(self.firm.custom_fields, words.CUSTOM_FIELDS, strict=True):
            if use in uses and self.random.random() < share:
                yield {"UUID": field["UUID"], "Value": self._value(kind, options)}

    def _value(self, kind: str, options: tuple[str, ...]) -> str:
        random = self.random
        if kind == "Dropdown List":
            return random.choice(options)
        if kind == "Date":
            return (MADE_ON - timedelta(days=random.randrange(10, 4000))).date().isoformat()
        if kind == "Decimal":
            return f"{random.randrange(400, 20_000)}.{random.choice(('00', '50'))}"
        if kind == "Number":
            return str(random.randrange(1, 6))
        if kind == "Checkbox":
            return "true"
        if kind == "Multi-line Text":
            return f"c/- {random.choice(words.STREETS)} & Sons\nSee file <{random.randrange(100)}>"
        return f"F{random.randrange(1000, 9999)}"
