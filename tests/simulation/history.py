"""What people and the program gave each side, in its order: the record that the judges judge.

Both sides are watched from without. Whenever a task of the simulation is put aside, the register's rows are compared
with what they last were, and after every write XPM's records are: a value that moved belongs to whoever moved it, and
was asked for by a person or it is a violation at once.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from practicesync.store.secrets import unseal_values
from simulation.cells import Cell, cells_of, is_reference

REGISTER, XPM = "register", "xpm"
CLIENT, CONTACT = "client", "contact"

Where = tuple[str, str, str, str]
"""Side, subject, record and field."""


class Violation(BaseException):
    """A promise was not kept. `promise` names it, `where` the value that it is about.

    Not an `Exception`, so that nothing of the program takes it for a failure of its own.
    """

    def __init__(self, promise: str, story: str, where: Where | None = None) -> None:
        super().__init__(f"{promise}: {story}")
        self.promise = promise
        self.story = story
        self.where = where


@dataclass(frozen=True)
class Event:
    """A value that a side took."""

    number: int
    at: datetime
    where: Where
    value: str
    author: str


@dataclass(eq=False)
class Choice:
    """What may be written to XPM: somebody chose it, having seen what stood there, when `made` events had happened.

    `does` is `update` and the like; `contact` is the register's.
    """

    does: str
    client: str
    record: str
    value: str
    made: int
    name: str = ""
    seen: str = ""
    contact: str = ""

    @property
    def where(self) -> Where:
        """The value that it is about."""
        return (XPM, CONTACT if "contact" in self.does else CLIENT, self.record, self.name)


@dataclass
class Row:
    """A record as it was last seen: its text, and what its fields mean."""

    text: str
    values: dict[str, str]
    owner: str = ""
    gone: bool = False


@dataclass
class History:
    """Every value of either side, who gave it, and what people chose."""

    now: Callable[[], datetime]
    told: Callable[[str], None]
    events: list[Event] = field(default_factory=list)
    by_cell: dict[Where, list[Event]] = field(default_factory=lambda: defaultdict(list))
    choices: list[Choice] = field(default_factory=list)
    wishes: dict[str, dict[tuple[str, str, str], str]] = field(default_factory=dict)
    granted: dict[tuple[str, str, str], list[tuple[str | None, str]]] = field(default_factory=dict)
    first: dict[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)
    here: dict[tuple[str, str], Row] = field(default_factory=dict)
    there: dict[tuple[str, str], Row] = field(default_factory=dict)
    flags: dict[str, tuple[bool, bool]] = field(default_factory=dict)
    away: set[str] = field(default_factory=set)
    numbers: Counter[str] = field(default_factory=Counter)

    def grant(self, subject: str, record: str, name: str, before: str | None, after: str) -> None:
        """A sheet's line lets this value of the register become another; `before` is None where it does not matter."""
        self.granted.setdefault((subject, record, name), []).append((before, after))

    def _may(self, author: str, key: tuple[str, str, str], before: str | None, after: str) -> bool:
        """Whether the author was asked for this, or a sheet's line allows it."""
        if self.wishes.get(author, {}).get(key) == after:
            return True
        if any(after == to and of in (None, before) for of, to in self.granted.get(key, ())):
            return True
        made = any(each.does == "add" and each.contact == key[1] for each in self.choices)
        return made and not before and is_reference(key[2], after)

    # The register

    def look_here(self, author: str) -> None:
        """See what moved in the register, and hold the author to what was wished for."""
        for subject, record, owner, text, gone in _rows():
            known = self.here.get((subject, record))
            if known is not None and known.text == text and known.gone == gone:
                continue
            values = unseal_values(json.loads(text))
            self._moved_here(author, subject, record, owner, gone=gone, text=text, values=values)

    def _moved_here(
        self, author: str, subject: str, record: str, owner: str, *, gone: bool, text: str, values: Mapping[str, str]
    ) -> None:
        known = self.here.get((subject, record))
        plain = {cell.name: cell.plain(cell.here(values)) for cell in cells_of(subject)}
        new = (subject, f"new of {owner}", plain["name"])
        if known is None and author != "setup" and not self._may(author, new, None, ""):
            raise Violation("P01", f"{author} added the {subject} {plain['name']}, which nobody asked for")
        turned = known is not None and known.gone != gone
        if turned and not self._may(author, (subject, record, "gone"), "", "yes" if gone else "no"):
            raise Violation("P04", f"{author} removed or brought back {subject} {record}, which nobody asked for")
        for cell in cells_of(subject):
            value = plain[cell.name]
            where = (REGISTER, subject, record, cell.name)
            _refuse_masks(cell, values, where)
            if known is None:
                self._add(where, value, author)
            elif value != known.values[cell.name]:
                if not self._may(author, (subject, record, cell.name), known.values[cell.name], value):
                    story = f"{author} made {known.values[cell.name]!r} into {value!r}, which nobody asked for"
                    raise Violation("P01", story, where)
                self._add(where, value, author)
        self.first.setdefault((subject, record), values)
        self.here[subject, record] = Row(text, plain, owner, gone)

    # XPM

    def look_there(self, truth: Mapping[str, Any], author: str) -> list[Event]:
        """See what moved in one client of XPM; returns the events, contacts that are new among them."""
        uuid = str(truth["UUID"])
        before = len(self.events)
        self.flags[uuid] = (truth["IsArchived"] == "Yes", truth["IsDeleted"] == "Yes")
        if any(self.flags[uuid]):
            self.away.add(uuid)
        self._moved_there(CLIENT, uuid, uuid, truth, author)
        contacts = {str(each["UUID"]): each for each in truth["Contacts"]}
        for contact, values in contacts.items():
            self._moved_there(CONTACT, contact, uuid, values, author)
        for (subject, record), row in self.there.items():
            if subject == CONTACT and row.owner == uuid and record not in contacts:
                row.gone = True
        return self.events[before:]

    def _moved_there(self, subject: str, record: str, owner: str, truth: Mapping[str, Any], author: str) -> None:
        known = self.there.get((subject, record))
        plain = {cell.name: cell.plain(cell.there(truth)) for cell in cells_of(subject)}
        for name, value in plain.items():
            if known is None or value != known.values[name]:
                self._add((XPM, subject, record, name), value, author)
        self.there[subject, record] = Row("", plain, owner)

    # What was when

    @property
    def count(self) -> int:
        """How many events there were so far."""
        return len(self.events)

    def _add(self, where: Where, value: str, author: str) -> None:
        if not value and where not in self.by_cell:
            return
        event = Event(len(self.events), self.now(), where, value, author)
        self.events.append(event)
        self.by_cell[where].append(event)
        self.numbers["values accepted"] += author != "setup"
        self.told(f"{author}: {' '.join(where)} is {value!r}")

    def value_at(self, where: Where, number: int) -> str:
        """What a cell held before the event of this number."""
        held = [event.value for event in self.by_cell[where] if event.number < number]
        return held[-1] if held else ""

    def ever(self, where: Where) -> set[str]:
        """Every value that a cell held; it was blank before the first unless it was set up with that."""
        events = self.by_cell[where]
        blank = not events or events[0].author != "setup"
        return {*([""] if blank else []), *(event.value for event in events)}

    def met(self, here: Where, there: Where) -> set[str]:
        """The values on which two cells were equal at one moment."""
        found = self.ever(here) & self.ever(there) & {""}
        now = {here: "", there: ""}
        for event in sorted([*self.by_cell[here], *self.by_cell[there]], key=lambda event: event.number):
            now[event.where] = event.value
            if now[here] == now[there]:
                found.add(event.value)
        return found


def _rows() -> list[tuple[str, str, str, str, bool]]:
    """Subject, id, owner, values and whether it is gone, of every record of the register."""
    with connection.cursor() as cursor:
        cursor.execute('SELECT id, "values", archived_at IS NOT NULL FROM store_client ORDER BY id')
        found = [(CLIENT, str(key), str(key), _text(values), bool(gone)) for key, values, gone in cursor.fetchall()]
        cursor.execute('SELECT id, client_id, "values", removed_at IS NOT NULL FROM store_contact ORDER BY id')
        return found + [
            (CONTACT, str(key), str(client), _text(values), bool(gone))
            for key, client, values, gone in cursor.fetchall()
        ]


def _text(values: object) -> str:
    return values if isinstance(values, str) else json.dumps(values)


def _refuse_masks(cell: Cell, values: Mapping[str, str], where: Where) -> None:
    if any("**" in part or "XXX" in part for part in cell.here(values)):
        raise Violation("P16", "the register holds a masked value", where)
