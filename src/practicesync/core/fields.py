"""What a synced field is. The rows themselves are in `catalogue`."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

from practicesync.core.kinds import Kind, Parts, Place

Values = Mapping[str, str]
"""A record's values by key, as written. A missing key was not observed; "" was observed to be empty."""

NOTHING_TOLD: Values = MappingProxyType({})


class Subject(StrEnum):
    """Which record a field belongs to."""

    CLIENT = "client"
    CONTACT = "contact"
    RELATIONSHIP = "relationship"

    __hash__ = str.__hash__  # Enum's own is written in Python, and a plan looks some hundred thousand of them up.


class ClientKind(StrEnum):
    """What a register client is."""

    COMPANY = "company"
    TRUST = "trust"
    INDIVIDUAL = "individual"
    PARTNERSHIP = "partnership"
    SOLE_TRADER = "sole_trader"
    SUPER_FUND = "super_fund"
    OTHER = "other"


class Section(StrEnum):
    """Where a field stands on forms, panels and the sync screen."""

    IDENTITY = "Identity"
    REACH = "Contact details"
    ADDRESSES = "Addresses"
    TAX = "Tax and registration"
    PRACTICE = "In the practice"
    PROFILE = "Profile"
    CONTACT = "Contact"
    RELATIONSHIP = "Relationship"


class Rule(StrEnum):
    """What may happen to a field unasked."""

    TWO_WAY = "two_way"
    FROM_REMOTE = "from_remote"
    TO_REMOTE = "to_remote"
    ASK = "ask"
    IGNORE = "ignore"
    FILL_BLANK = "fill_blank"


class Level(StrEnum):
    """How much of a client a practice keeps in sync unasked."""

    EVERYTHING = "everything"
    NAMES = "names"
    NOTHING = "nothing"


class Sensitivity(StrEnum):
    """Who may see a value, and how it is kept."""

    OPEN = "open"
    PERSONAL = "personal"
    SEALED = "sealed"


PEOPLE = frozenset({ClientKind.INDIVIDUAL, ClientKind.SOLE_TRADER})
EVERY_KIND = frozenset(ClientKind)


@dataclass(frozen=True, slots=True)
class At:
    """Where one connector reads and writes a field.

    One path a part. `read` paths are element names, nested with "/", alternatives separated by "|" (the first that is
    present counts). `write` is empty where the remote takes no such value. `through` names the list of remote records
    (`staff`) by which a written display name becomes an id. `always`: the remote wants it with every update, so it goes
    along as just read.
    """

    read: tuple[str, ...]
    write: tuple[str, ...] = ()
    through: str = ""
    always: bool = False


@dataclass(frozen=True)
class Field:
    """One synced fact: one row of the catalogue, from which every stage follows.

    `identifies` is how much equal values speak for the same client (0 not at all … 3 nearly alone). `length` is the
    most characters of a part that we send, `default` what a new record of the register gets. A field with several
    parts (an address) is compared and moved as a whole. `choices` are the only words that it takes; `firm_list` names
    the firm's own list (`core.lists`) out of which they come. `level` is the least level of a practice at which the
    field moves unasked (None: only where the practice gives it a rule of its own); one that is `remote_only` never goes
    out while client sync is on.
    """

    name: str
    label: str
    kind: Kind
    section: Section
    at: Mapping[str, At]
    subject: Subject = Subject.CLIENT
    applies: frozenset[ClientKind] = EVERY_KIND
    rule: Rule = Rule.TWO_WAY
    sensitivity: Sensitivity = Sensitivity.OPEN
    identifies: int = 0
    required: bool = False
    length: int = 255
    hint: str = ""
    default: str = ""
    choices: tuple[str, ...] = ()
    firm_list: str = ""
    level: Level | None = None
    remote_only: bool = False

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The keys of its parts in a record's values: `email`, or `physical_address.street` and four more."""
        return tuple(f"{self.name}.{part}" if part else self.name for part in self.kind.parts)

    @cached_property
    def _lone(self) -> str:
        """The key of its only part; "" where it has several."""
        return self.keys[0] if len(self.keys) == 1 else ""

    def told(self, values: Values) -> Parts | None:
        """Its parts in `values`, or None where not one of them was observed."""
        if self._lone:
            value = values.get(self._lone)
            return None if value is None else (value,)
        found = [values.get(key) for key in self.keys]
        if found.count(None) == len(found):
            return None
        return tuple([value or "" for value in found])

    def held(self, values: Values) -> Parts:
        """Its parts in `values` of a side that is known in full: what is missing is empty."""
        if self._lone:
            return (values.get(self._lone) or "",)
        return tuple([values.get(key) or "" for key in self.keys])

    def spread(self, parts: Parts) -> dict[str, str]:
        """The parts as values by key."""
        return dict(zip(self.keys, parts, strict=True))

    def is_empty(self, parts: Parts | None) -> bool:
        """Whether nothing is there."""
        return parts is None or not "".join(parts).strip()

    def problem(self, parts: Parts, place: Place) -> str | None:
        """Why a person's input cannot be right, as a sentence, or None."""
        if any(len(part) > self.length for part in parts):
            return f"{self.label} is too long: at most {self.length} characters."
        if self.required and self.is_empty(parts):
            return f"{self.label} is needed."
        if self.choices and not self.is_empty(parts) and not self.chosen(self.choices, parts, place):
            return f"{self.label} is one of: {', '.join(self.choices)}."
        return self.kind.problem(parts, place)

    def chosen(self, words: Iterable[str], parts: Parts, place: Place) -> str:
        """The one of these words that is meant, as it stands there; "" where none is."""
        return next((word for word in words if self.kind.same((word,), parts, place)), "")

    def writable(self, connector: str) -> bool:
        """Whether the connector can send this field."""
        return connector in self.at and bool(self.at[connector].write)


@dataclass(frozen=True)
class Catalogue:
    """The synced fields, in the order of screens. Logic is given one, so that a practice's own can be larger."""

    rows: tuple[Field, ...]
    _by_name: dict[tuple[Subject, str], Field] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_name = {(row.subject, row.name): row for row in self.rows}
        if len(by_name) != len(self.rows):
            raise ValueError("two fields of one record share a name")
        object.__setattr__(self, "_by_name", by_name)

    def __iter__(self) -> Iterator[Field]:
        return iter(self.rows)

    @cached_property
    def client(self) -> tuple[Field, ...]:
        """The fields of a client."""
        return tuple(row for row in self.rows if row.subject is Subject.CLIENT)

    @cached_property
    def contact(self) -> tuple[Field, ...]:
        """The fields of a contact."""
        return tuple(row for row in self.rows if row.subject is Subject.CONTACT)

    @cached_property
    def relationship(self) -> tuple[Field, ...]:
        """The fields of a relationship."""
        return tuple(row for row in self.rows if row.subject is Subject.RELATIONSHIP)

    def of(self, subject: Subject) -> tuple[Field, ...]:
        """The fields of a client, a contact or a relationship."""
        return self._by_subject[subject]

    @cached_property
    def _by_subject(self) -> Mapping[Subject, tuple[Field, ...]]:
        return {
            Subject.CLIENT: self.client,
            Subject.CONTACT: self.contact,
            Subject.RELATIONSHIP: self.relationship,
        }

    @cached_property
    def _synced(self) -> Mapping[tuple[Subject, str], tuple[Field, ...]]:
        connectors = {connector for row in self.rows for connector in row.at}
        return {
            (subject, connector): tuple(row for row in rows if connector in row.at)
            for subject, rows in self._by_subject.items()
            for connector in connectors
        }

    def synced(self, subject: Subject, connector: str) -> tuple[Field, ...]:
        """Those of them that this connector knows; the others stay in the register."""
        return self._synced.get((subject, connector), ())

    @cached_property
    def _synced_by_key(self) -> Mapping[tuple[Subject, str], Mapping[str, Field]]:
        return {place: {key: row for row in rows for key in row.keys} for place, rows in self._synced.items()}

    def synced_keys(self, subject: Subject, connector: str) -> Mapping[str, Field]:
        """The keys of the `synced` fields, each with its field, in the same order."""
        return self._synced_by_key.get((subject, connector), {})

    def get(self, subject: Subject, name: str) -> Field | None:
        """The field of this name, if there is one."""
        return self._by_name.get((subject, name))

    def defaults(self, subject: Subject) -> dict[str, str]:
        """What a new record of the register holds before anything is typed."""
        return {row.keys[0]: row.default for row in self.of(subject) if row.default}

    @cached_property
    def sealed_keys(self) -> frozenset[str]:
        """The keys whose values are encrypted wherever they are stored."""
        return frozenset(key for row in self.rows if row.sensitivity is Sensitivity.SEALED for key in row.keys)
