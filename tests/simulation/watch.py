"""What is judged at the moment a call leaves: every write against what was read, chosen and promised before it."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx2
from lxml import etree

from practicesync.store.models import Push
from simulation.cells import Cell, cells_of
from simulation.history import CLIENT, CONTACT, XPM, Choice, Event, History, Violation, Where

API = "/practicemanager/"
FRESH = timedelta(seconds=20)
"""How old a reading may be by which somebody writes, the way to XPM included."""

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
_KEYS = ("UUID", "ID", "Client", "ClientUUID")


@dataclass(frozen=True)
class Write:
    """One write as it left: what it does, to which client, to which contact ("" for none), with which elements."""

    does: str
    client: str
    contact: str
    sent: dict[str, str]

    @property
    def subject(self) -> str:
        """Whose fields these are."""
        return CONTACT if "contact" in self.does else CLIENT

    @property
    def record(self) -> str:
        """The record that is written to."""
        return self.contact or self.client


def write_of(request: httpx2.Request) -> Write | None:
    """What a call to the API writes, or None where it only reads."""
    path = request.url.path
    if API not in path or request.method == "GET":
        return None
    body = request.read()
    sent = {str(child.tag): child.text or "" for child in etree.fromstring(body)} if body else {}
    values = {name: text for name, text in sent.items() if name not in _KEYS}
    if "client.api/contact" in path:
        found = _ID.search(path.rpartition("contact")[2])
        does = {"POST": "add contact", "PUT": "update contact", "DELETE": "remove contact"}[request.method]
        client = str(request.url.params.get("clientUuid", "")).lower()
        return Write(does, client, found[0] if found else "", values)
    does = {"update": "update", "archive": "archive", "add": "add"}.get(path.rpartition("/")[2], path)
    return Write(does, sent.get("UUID", "").lower(), "", values)


@dataclass
class Watch:
    """Each worker's readings, what its writes made, and how they are judged."""

    history: History
    now: Callable[[], datetime]
    truth: Callable[[str], dict[str, Any]]
    hushed: Callable[[], AbstractContextManager[None]]
    roster: Callable[[], list[dict[str, Any]]]
    staff: dict[str, str] = field(default_factory=dict)
    shows_tax: bool = True
    read: dict[tuple[str, str], tuple[int, datetime]] = field(default_factory=dict)
    made: dict[str, set[str]] = field(default_factory=dict)

    def saw(self, worker: str, path: str) -> None:
        """A good answer to a reading is on its way to this worker; a list speaks for all clients ("*")."""
        found = _ID.search(path)
        of = found[0] if "client.api/get/" in path and found else "*" if path.endswith("client.api/list") else ""
        if of:
            self.read[worker, of] = (len(self.history.events), self.now())

    def before(self, worker: str, write: Write, left: datetime) -> None:
        """A write that left at this time is about to arrive. Raises `Violation`."""
        self.history.numbers["writes"] += 1
        self._need_intent(write)
        number = self._reading(worker, write, left)
        if write.does in ("update", "update contact"):
            self._judge_update(write, number)
        elif write.does in ("add contact", "remove contact", "archive"):
            self._need_choice(write)

    def after(self, write: Write) -> None:
        """The call is over, whatever was answered: see what it did."""
        if write.does == "add":
            self._see_new_clients(write)
        if not write.client:
            return
        events = self.history.look_there(self.truth(write.client), "push")
        self.history.numbers["writes that changed XPM"] += bool(events)
        wanted = {cell.name for cell, _ in self._cells(write)} | {"name"}
        others = [event for event in events if event.where[2] == write.record and event.where[3] not in wanted]
        self.history.numbers["values that XPM cleared by itself"] += len(others)
        if write.does == "add contact":
            self._count_creation(write, events)

    def _see_new_clients(self, write: Write) -> None:
        """A client was to be made: whoever is new in XPM is it, and bears its name alone."""
        fresh = [truth for truth in self.roster() if str(truth["UUID"]) not in self.history.flags]
        made = self.made.setdefault(f"client {write.sent.get('Name')}", set())
        living = [each for each in made if not self.history.flags[each][1]]
        for truth in fresh:
            self.history.look_there(truth, "push")
            made.add(str(truth["UUID"]))
        self.history.numbers["clients made in XPM"] += len(fresh)
        if fresh and living:
            raise Violation("P06", f"a twin: the client {write.sent.get('Name')!r} was made a second time")

    # What has to come before it

    def _need_intent(self, write: Write) -> None:
        """Some push in the store says that it is being sent, with these values."""
        with self.hushed():
            rows = Push.rows.everywhere().filter(state="sending")
            promised = [push.fields for push in rows if not write.client or _is_for(push, write.client)]
        texts = [text for _, text in self._cells(write)]
        for fields in promised:
            held = {cell.name: cell.plain(cell.here(fields)) for cell in cells_of(write.subject)}
            if all(text in held.values() for text in texts):
                return
        raise Violation("P10", f"a write to {write.client} that no stored intent tells of")

    def _reading(self, worker: str, write: Write, left: datetime) -> int:
        """The number of the event up to which the worker has read this client, lately."""
        found = [self.read[key] for key in ((worker, write.client), (worker, "*")) if key in self.read]
        number, at = max(found, default=(-1, left - 2 * FRESH))
        if left - at > FRESH and write.client:
            raise Violation("P01", f"a write to {write.client} without a reading just before it")
        return number

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

    # Values

    def _judge_update(self, write: Write, number: int) -> None:
        cells = self._cells(write)
        where = [(XPM, write.subject, write.record, cell.name) for cell, _ in cells]
        for (cell, value), place in zip(cells, where, strict=True):
            self._judge(cell, value, place, number)
        stood = [self.history.value_at(each, number) for each in where]
        if cells and stood == [value for _, value in cells] and not any(cell.hidden for cell, _ in cells):
            raise Violation("P08", "a write of what was there already", where[0])
        now = [self.history.value_at(each, len(self.history.events)) for each in where]
        lost = sum(a != b for a, b in zip(stood, now, strict=True))
        self.history.numbers["overwritten in XPM's one-request gap"] += lost

    def _judge(self, cell: Cell, value: str, where: Where, number: int) -> None:
        fitting = [each for each in self.history.choices if each.where == where and each.value == value]
        if not fitting:
            raise Violation("P01", f"{value!r} was written, which nobody chose", where)
        if not any(self._is_as_seen(cell, choice, where, number) for choice in fitting):
            stood = self.history.value_at(where, number)
            story = f"{value!r} was written over {stood!r}, which nobody had seen: they saw {fitting[-1].seen!r}"
            raise Violation("P01", story, where)

    def _is_as_seen(self, cell: Cell, choice: Choice, where: Where, number: int) -> bool:
        """What stood there at the reading is what the chooser saw, or what our own writes made of that since."""
        if cell.hidden and not self.shows_tax:
            return True
        events = [event for event in self.history.by_cell[where] if event.number < number]
        while events and events[-1].author == "push" and events[-1].number >= choice.made:
            if _same(cell, events[-1].value, choice.seen):
                return True
            events.pop()
        return _same(cell, events[-1].value if events else "", choice.seen)

    # What is whole

    def _need_choice(self, write: Write) -> None:
        if self._choice(write) is None:
            about = write.sent.get("Name", write.record)
            raise Violation("P06", f"{write.does}: {about!r}, which nobody chose")

    def _choice(self, write: Write) -> Choice | None:
        name = next((value for cell, value in self._cells(write) if cell.name == "name"), "")
        return next(
            (
                each
                for each in self.history.choices
                if each.does == write.does
                and each.client == write.client
                and each.record == write.contact
                and each.value in ("", name)
            ),
            None,
        )

    def _count_creation(self, write: Write, events: list[Event]) -> None:
        fresh = {event.where[2] for event in events if event.where[1] == CONTACT}
        if not fresh:
            return
        choice = self._choice(write)
        made = self.made.setdefault(choice.contact if choice else "", set())
        living = {each for each in made if not self.history.there[CONTACT, each].gone}
        made |= fresh
        self.history.numbers["contacts made in XPM"] += len(fresh)
        if living:
            raise Violation("P06", f"a twin: the contact {write.sent.get('Name')!r} was made a second time")


def _same(cell: Cell, one: str, other: str) -> bool:
    return one[-3:] == other[-3:] if cell.hidden else one == other


def _is_for(push: Push, uuid: str) -> bool:
    return push.link is not None and push.link.mirror.remote_id == uuid
