"""The way to XPM: slow, breakable, and watched.

Every call takes its time, in which others run; a process may die on either side of it. Each write is held against what
was read just before, against what people chose, and against the intent that must be in the store already.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx2
from flask import Flask
from lxml import etree

from in_process import InProcess
from practicesync.store.models import Push
from simulation.cells import Cell, cells_of
from simulation.history import CLIENT, CONTACT, XPM, Choice, History, Violation
from simulation.scheduling import Killed, Scheduler, running

API = "/practicemanager/"
LATENCY = (0.05, 0.6)
HANG = 70.0
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


@dataclass
class Write:
    """One write as it left: to which client, to which contact ("" for the client's own), which elements."""

    client: str
    contact: str
    creates: bool
    sent: dict[str, str]

    @property
    def subject(self) -> str:
        """Whose fields these are."""
        return CONTACT if self.contact or self.creates else CLIENT


@dataclass
class Watch:
    """What is known of the calls: each task's last reading, and what became of each write."""

    history: History
    truth: Callable[[str], dict[str, Any]]
    staff: dict[str, str]
    hushed: Callable[[], Any]
    shows_tax: bool = True
    read: dict[str, tuple[str, int]] = field(default_factory=dict)
    made: dict[str, set[str]] = field(default_factory=dict)

    def saw(self, task: str, path: str) -> None:
        """A good answer to a reading came back to this task."""
        found = _ID.search(path)
        if "client.api/get/" in path and found:
            self.read[task] = (found[0], len(self.history.events))
        elif "client.api/" in path:
            self.read.pop(task, None)

    def before(self, task: str, write: Write) -> None:
        """A write is about to leave. Raises `Violation`."""
        numbers = self.history.numbers
        numbers["writes"] += 1
        self._need_intent(write)
        uuid, number = self.read.pop(task, ("", -1))
        if uuid != write.client:
            raise Violation("P01", f"a write to {write.client} without a reading just before it")
        if write.creates:
            self._judge_creation(write)
            return
        cells = self._cells(write)
        for cell, value in cells:
            self._judge(write, cell, value, number)
        where = [(XPM, write.subject, write.contact or write.client, cell.name) for cell, _ in cells]
        stood = [self.history.value_at(each, number) for each in where]
        if stood == [value for _, value in cells] and not any(cell.hidden for cell, _ in cells):
            raise Violation("P08", "a write of what was there already", where[0] if where else None)
        now = [self.history.value_at(each, len(self.history.events)) for each in where]
        numbers["overwritten in XPM's one-request gap"] += sum(a != b for a, b in zip(stood, now, strict=True))

    def after(self, write: Write) -> None:
        """The call is over, whatever was answered: see what it did."""
        events = self.history.look_there(self.truth(write.client), "push")
        self.history.numbers["writes applied"] += bool(events)
        wanted = {cell.name for cell, _ in self._cells(write)} | {"name"}
        target = write.contact or write.client
        others = [event for event in events if event.where[2] == target and event.where[3] not in wanted]
        self.history.numbers["values that XPM cleared by itself"] += len(others)
        fresh = {event.where[2] for event in events if event.where[1] == CONTACT} - {write.contact}
        if write.creates and fresh:
            self._count_creation(write, fresh)

    def _need_intent(self, write: Write) -> None:
        """Some push in the store says that it is being sent, with these values."""
        with self.hushed():
            rows = Push.rows.everywhere().filter(link__mirror__remote_id=write.client, state="sending")
            promised = [push.fields for push in rows]
        texts = [text for _, text in self._cells(write)]
        for fields in promised:
            held = {cell.name: cell.plain(cell.here(fields)) for cell in cells_of(write.subject)}
            if all(text in held.values() for text in texts):
                return
        raise Violation("P10", f"a write to {write.client} that no stored intent tells of")

    def _cells(self, write: Write) -> list[tuple[Cell, str]]:
        """The facts in a write, and what each is to become. A client's name goes along always."""
        found = []
        for cell in cells_of(write.subject):
            names = cell.written or cell.elements
            if not set(names) & set(write.sent) or (cell.name == "name" and write.subject == CLIENT):
                continue
            parts = tuple(write.sent.get(name, "") for name in names)
            if cell.name == "manager":
                parts = tuple(self.staff.get(part, part) for part in parts)
            found.append((cell, cell.plain(parts)))
        return found

    def _judge(self, write: Write, cell: Cell, value: str, number: int) -> None:
        where = (XPM, write.subject, write.contact or write.client, cell.name)
        stood = self.history.value_at(where, number)
        fitting = [
            choice
            for choice in self.history.choices
            if (choice.subject, choice.record, choice.name) == where[1:] and choice.value == value
        ]
        if not fitting:
            raise Violation("P01", f"{value!r} was written, which nobody chose", where)
        seen = next((choice for choice in fitting if self._is_as_seen(cell, choice, stood)), None)
        if seen is None:
            story = f"{value!r} was written over {stood!r}, which nobody had seen: they saw {fitting[-1].seen!r}"
            raise Violation("P01", story, where)
        seen.sent += 1

    def _is_as_seen(self, cell: Cell, choice: Choice, stood: str) -> bool:
        if cell.hidden:
            return not self.shows_tax or choice.seen[-3:] == stood[-3:]
        return choice.seen == stood

    def _judge_creation(self, write: Write) -> None:
        if self._creating(write) is None:
            raise Violation("P06", f"the contact {write.sent.get('Name')!r} was added, which nobody chose")

    def _creating(self, write: Write) -> Choice | None:
        name = next((value for cell, value in self._cells(write) if cell.name == "name"), "")
        return next(
            (c for c in self.history.choices if c.creates and c.client == write.client and c.value == name), None
        )

    def _count_creation(self, write: Write, fresh: set[str]) -> None:
        choice = self._creating(write)
        made = self.made.setdefault(choice.contact if choice else "", set())
        living = {each for each in made if not self.history.there[CONTACT, each].gone}
        made |= fresh
        self.history.numbers["contacts made in XPM"] += len(fresh)
        if living:
            raise Violation("P06", f"a twin: the contact {write.sent.get('Name')!r} was made a second time")


class Network(InProcess):
    """The transport of the product in a simulation."""

    def __init__(self, app: Flask, scheduler: Scheduler, watch: Watch) -> None:
        super().__init__(app)
        self._scheduler = scheduler
        self._watch = watch
        self.hang: list[bool] = []
        self.halve = 0
        self.halved = 0

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """One call, with its time, its dangers and its judgement."""
        task = running()
        name = task.name if task is not None else "setup"
        label = f"{request.method} {request.url.path.rpartition('/practicemanager/3.1/')[2][:40]}"
        self._travel(f"before {label}")
        write = _write_of(request)
        if write is not None:
            self._watch.before(name, write)
        hangs = self.hang.pop() if self.hang and API in request.url.path else None
        if hangs is False:
            self._time_out(label)
        try:
            response = super().handle_request(request)
        except httpx2.TransportError:
            self._scheduler.note(f"{name} {label} lost")
            if write is not None:
                self._watch.after(write)
            raise
        return self._came_back(request, response, name, label, write, hangs=hangs is True)

    def _came_back(
        self,
        request: httpx2.Request,
        response: httpx2.Response,
        name: str,
        label: str,
        write: Write | None,
        *,
        hangs: bool,
    ) -> httpx2.Response:
        try:
            self._scheduler.note(f"{name} {label} {response.status_code}")
            if write is not None:
                self._watch.after(write)
            elif API in request.url.path and response.status_code == 200:
                self._watch.saw(name, request.url.path)
            if self.halve and request.url.path.endswith("client.api/list"):
                self.halve -= 1
                self.halved += 1
                response = _halved(response)
            if hangs:
                self._time_out(label)
            self._travel(f"after {label}")
        except (Killed, httpx2.TransportError):
            response.close()
            raise
        return response

    def _travel(self, what: str) -> None:
        self._scheduler.point(what)
        self._scheduler.sleep(self._scheduler.random.uniform(*LATENCY))
        self._scheduler.point(what)

    def _time_out(self, label: str) -> None:
        self._scheduler.note(f"{label} hangs")
        self._scheduler.sleep(HANG)
        raise httpx2.ReadTimeout("no answer, by the simulation")


def _write_of(request: httpx2.Request) -> Write | None:
    """What a call to the API writes, or None where it only reads."""
    path = request.url.path
    if API not in path or request.method == "GET":
        return None
    sent = {str(child.tag): child.text or "" for child in etree.fromstring(request.read())}
    if "client.api/contact" in path:
        client = str(request.url.params.get("clientUuid", "")).lower()
        found = _ID.search(path.rpartition("contact")[2])
        contact = {name: text for name, text in sent.items() if name not in ("UUID", "ID", "Client", "ClientUUID")}
        return Write(client, found[0] if found else "", found is None, contact)
    uuid = sent.pop("UUID", "").lower()
    return Write(uuid, "", False, sent)


def _halved(response: httpx2.Response) -> httpx2.Response:
    """The list with every other client left out, as well-formed as before."""
    body = response.read()
    parts = re.findall(rb"<Client>.*?</Client>", body, re.DOTALL)
    for part in parts[::2]:
        body = body.replace(part, b"", 1)
    headers = [(name, value) for name, value in response.headers.items() if name.lower() != "content-length"]
    return httpx2.Response(response.status_code, headers=headers, content=body)
