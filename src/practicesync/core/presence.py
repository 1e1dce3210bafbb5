"""What is whole on a side or not there at all: a contact, a relationship, a place in a group, being archived.

A presence is decided like a field whose value is there or blank, and under the same policy. One row a sort.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from practicesync.core.fields import Level, Rule, Section, Subject


class Sort(StrEnum):
    """A sort of presence; its name in refs, policies and the index."""

    CONTACT = "contact"
    RELATIONSHIP = "relationship"
    GROUP = "group"
    ARCHIVED = "archived"


class Lack(StrEnum):
    """Which side lacks what the other has, and whether it had it when they last agreed."""

    ONLY_HERE = "only_here"
    ONLY_THERE = "only_there"
    REMOVED_HERE = "removed_here"
    REMOVED_THERE = "removed_there"


@dataclass(frozen=True, slots=True)
class Presence:
    """One sort, as a policy sees it (it has what a `Field` has for that).

    `one` and `label` are what people call one of them and all of them. `removable_there` tells whether the remote can
    be asked to take away what was added there.
    """

    name: str
    one: str
    label: str
    level: Level | None = None
    remote_only: bool = False
    removable_there: bool = True
    subject: Subject = Subject.CLIENT
    section: Section = Section.PRACTICE
    rule: Rule = Rule.TWO_WAY
    identifies: int = 0


PRESENCES: Mapping[Sort, Presence] = {
    Sort.CONTACT: Presence("contact", "Contact", "Contacts", level=Level.EVERYTHING),
    Sort.RELATIONSHIP: Presence("relationship", "Relationship", "Relationships"),
    Sort.GROUP: Presence("group", "Group", "Groups", level=Level.EVERYTHING, remote_only=True),
    # XPM takes nobody out of its archive by the API (Xero developer documentation, Practice Manager 3.1, Clients).
    Sort.ARCHIVED: Presence("archived", "Archived", "Archived", removable_there=False),
}


def presence_ref(sort: Sort, name: str) -> str:
    """What names one presence in forms, pushes and choices: `contact:12:ab…`, `group:kauri family`, `archived`."""
    return sort.value if sort is Sort.ARCHIVED else f"{sort.value}:{name}"


def sort_of(ref: str) -> Sort | None:
    """The sort of presence that a ref names; None for the client itself."""
    head = ref.partition(":")[0]
    return next((sort for sort in Sort if sort.value == head), None)
