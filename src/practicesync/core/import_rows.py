"""One row of a file: what it brings, what cannot be right in it, and what it means to a client that is there already.

Blank says nothing, unless the person said that in this column it clears. A masked number is never brought. Values that
mean what is there already are not brought again, so that the same file a second time changes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from practicesync.core.catalogue import kind_of_structure
from practicesync.core.contacts import LocalContact, pair_contacts
from practicesync.core.fields import PEOPLE, Catalogue, ClientKind, Field, Subject, Values
from practicesync.core.import_columns import GROUPS, ID, KIND, MORE, MOST_CONTACTS, STANDING, contact_prefix
from practicesync.core.kinds import Place
from practicesync.core.kinds.address_parts import country_of
from practicesync.core.record import RemoteContact

Problems = dict[str, str]
"""A sentence by the key of the column that it is about; "" for the whole row."""


class Verdict(StrEnum):
    """What a row was found to be."""

    NEW = "new"
    UPDATE = "update"
    TWIN = "twin"
    UNCHANGED = "unchanged"
    ERROR = "error"


class Choice(StrEnum):
    """What a person may make of a row."""

    CREATE = "create"
    UPDATE = "update"
    LEAVE = "leave"


CHOICES: Final[Mapping[Verdict, tuple[Choice, ...]]] = {
    Verdict.NEW: (Choice.CREATE, Choice.LEAVE),
    Verdict.UPDATE: (Choice.UPDATE, Choice.LEAVE),
    Verdict.TWIN: (Choice.LEAVE, Choice.UPDATE, Choice.CREATE),
    Verdict.UNCHANGED: (Choice.LEAVE,),
    Verdict.ERROR: (Choice.LEAVE,),
}
"""What may become of a row; the first is what happens where nobody chose. A twin is left until somebody decides."""


def outcome(verdict: str, choice: str) -> Choice:
    """What becomes of a row: the choice where one was made that the verdict allows, else what its verdict means."""
    allowed = CHOICES[Verdict(verdict)]
    return Choice(choice) if choice in allowed else allowed[0]


@dataclass(frozen=True, slots=True)
class Reading:
    """How the rows of a file are read: `columns` is place to key; a blank cell of a column in `clears` is a value.

    `kind` is that of clients whose row does not tell it, `country` where the practice is.
    """

    columns: Mapping[int, str]
    catalogue: Catalogue
    kind: ClientKind
    country: str
    clears: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Row:
    """What a row brings. `kind` and `standing` are None where it does not tell; "" among `values` clears.

    `likely` is the kind that it has as a new client: told, or spoken of by its structure, or that of the whole file.
    `notes` are sentences about what was left out, which is no problem.
    """

    id: str = ""
    kind: ClientKind | None = None
    likely: ClientKind = ClientKind.OTHER
    standing: str | None = None
    country: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    contacts: tuple[Values, ...] = ()
    groups: tuple[str, ...] = ()
    problems: Problems = field(default_factory=dict)
    notes: Problems = field(default_factory=dict)


def read_row(cells: Sequence[str], reading: Reading) -> Row:
    """What the cells of one row say, by the columns' meanings."""
    told = {key: unguarded(cells[at]) for at, key in reading.columns.items() if at < len(cells)}
    problems: Problems = {}
    notes: Problems = {}
    kind = _kind(told.pop(KIND, ""), problems)
    seems = kind_of_structure(told.get("business_structure", ""))
    standing = _standing(told.pop(STANDING, ""), problems)
    client_id = told.pop(ID, "").strip()
    groups = tuple(dict.fromkeys(filter(None, (name.strip() for name in told.pop(GROUPS, "").split(";")))))
    values = _values(told, reading, notes)
    contacts = tuple(filter(None, (_contact(told, number, reading) for number in range(1, MOST_CONTACTS + 1))))
    country = next(filter(None, (country_of(values.get(f"{each}.country", "")) for each in _LIVED_AT)), "")
    likely = kind or (reading.kind if seems is ClientKind.OTHER else seems)
    return Row(client_id, kind, likely, standing, country, values, contacts, groups, problems, notes)


FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula where a cell of a CSV file begins so (OWASP, CSV Injection)."""


def guarded(cell: str) -> str:
    """A cell that no spreadsheet works out: an apostrophe before what would be a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def unguarded(cell: str) -> str:
    """The cell without the apostrophe that `guarded` put there, as a file that comes back has it."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell


_LIVED_AT: Final = ("physical_address", "postal_address")

KIND_NAMES: Final[Mapping[str, ClientKind]] = {
    **{kind.value.replace("_", " "): kind for kind in ClientKind},
    "person": ClientKind.INDIVIDUAL,
    "people": ClientKind.INDIVIDUAL,
    "pty ltd": ClientKind.COMPANY,
    "limited": ClientKind.COMPANY,
    "corporation": ClientKind.COMPANY,
    "fund": ClientKind.SUPER_FUND,
    "association": ClientKind.OTHER,
    "charity": ClientKind.OTHER,
    "club": ClientKind.OTHER,
    "government": ClientKind.OTHER,
}


def _kind(text: str, problems: Problems) -> ClientKind | None:
    """The kind that a cell names; None where it is blank or names none."""
    word = " ".join(text.casefold().replace("_", " ").replace("-", " ").split())
    if not word or word in KIND_NAMES:
        return KIND_NAMES.get(word)
    found = kind_of_structure(word)
    if found is ClientKind.OTHER:
        problems[KIND] = (
            "This is no kind of client: Company, Trust, Individual, Partnership, Sole trader, Super fund or Other."
        )
        return None
    return found


def _standing(text: str, problems: Problems) -> str | None:
    word = text.strip().casefold()
    if word in ("client", "associate", ""):
        return word or None
    problems[STANDING] = "Write client, or associate."
    return None


def _values(told: Mapping[str, str], reading: Reading, notes: Problems) -> dict[str, str]:
    """The values by key: what is blank is left out unless it clears, what is masked always."""
    found: dict[str, str] = {}
    for row in reading.catalogue.client:
        brought = _parts(row, told, reading.clears)
        if row.kind.is_masked(row.held(brought)):
            notes[row.keys[0]] = f"{row.label} is masked in the file, so it is left as it is."
        else:
            found |= brought
    return found


def _parts(row: Field, told: Mapping[str, str], clears: frozenset[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key in row.keys:
        lines = [row.kind.tidy(told[each]) for each in (key, key + MORE) if each in told]
        value = "\n".join(filter(None, lines))
        if value or (lines and key in clears):
            found[key] = value
    return found


def _name_of_person(values: dict[str, str], kind: ClientKind) -> None:
    """A person without a name in full gets one of its parts."""
    if kind in PEOPLE and "name" not in values:
        parts = [values.get(key, "") for key in ("first_name", "middle_name", "last_name")]
        if parts[0] or parts[2]:
            values["name"] = " ".join(filter(None, parts))


def _contact(told: Mapping[str, str], number: int, reading: Reading) -> dict[str, str]:
    prefix = contact_prefix(number)
    found: dict[str, str] = {}
    for row in reading.catalogue.contact:
        key = prefix + row.name
        if key in told:
            value = row.kind.tidy(told[key])
            if value or key in reading.clears:
                found[row.name] = value
    return found if any(found.values()) else {}


# --- against the register


@dataclass(frozen=True, slots=True)
class Known:
    """A client of the register as stored; `contacts` are its own by id."""

    id: int
    kind: ClientKind
    standing: str
    place: Place
    values: Values
    contacts: Mapping[int, Values] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Moves:
    """What a row changes: values by key, those of contacts by id (None is a new one), kind and standing if told."""

    values: Mapping[str, str]
    contacts: tuple[tuple[int | None, Values], ...] = ()
    kind: ClientKind | None = None
    standing: str | None = None

    def __bool__(self) -> bool:
        return bool(self.values or self.contacts or self.kind or self.standing)


def for_new(row: Row, reading: Reading) -> Row:
    """The row as a client to be added: its contacts named, nothing cleared, with all that cannot be right in it."""
    place = Place(row.country or reading.country)
    values = {key: value for key, value in row.values.items() if value}
    _name_of_person(values, row.likely)
    contacts = tuple(_named(each, values, row.likely) for each in row.contacts)
    problems = {**row.problems, **find_problems(reading.catalogue.client, values, place)}
    if not values.get("name"):
        problems["name"] = "Name is needed."
    problems |= _contact_problems(contacts, reading, place)
    return replace(row, values=values, contacts=contacts, problems=problems)


def _named(contact: Values, values: Values, kind: ClientKind) -> Values:
    """A contact without a name is the person themselves."""
    return contact if contact.get("name") or kind not in PEOPLE else {**contact, "name": values.get("name", "")}


def _contact_problems(contacts: Iterable[Values], reading: Reading, place: Place) -> Problems:
    found: Problems = {}
    for number, contact in enumerate(contacts, start=1):
        prefix = contact_prefix(number)
        for key, sentence in find_problems(reading.catalogue.contact, contact, place).items():
            found[prefix + key] = sentence
        if not contact.get("name"):
            found[f"{prefix}name"] = "A contact needs a name."
    return found


def find_problems(fields: Iterable[Field], values: Values, place: Place, within: Values | None = None) -> Problems:
    """What cannot be right among these values, by the key of the field's first part that is there."""
    whole = values if within is None else within
    found: Problems = {}
    for row in fields:
        key = next((key for key in row.keys if key in values), None)
        sentence = row.problem(row.held(whole), place) if key is not None else None
        if key is not None and sentence:
            found[key] = sentence
    return found


def against(row: Row, known: Known, reading: Reading) -> tuple[Moves, Problems]:
    """What the row changes of a client, and what of that cannot be right. What means the same moves nothing."""
    catalogue, place = reading.catalogue, known.place
    values = moved(catalogue.client, row.values, known.values, place)
    problems = {**row.problems, **find_problems(catalogue.client, values, place, {**known.values, **values})}
    contacts: list[tuple[int | None, Values]] = []
    for number, (contact_id, brought) in enumerate(_paired(row, known, catalogue), start=1):
        before = known.contacts[contact_id] if contact_id is not None else {}
        after = moved(catalogue.contact, brought, before, place)
        if contact_id is None:
            after = {key: value for key, value in _named(after, known.values, known.kind).items() if value}
        if after:
            contacts.append((contact_id, after))
            found = find_problems(catalogue.contact, after, place, {**before, **after})
            problems |= {f"{contact_prefix(number)}{key}": sentence for key, sentence in found.items()}
            if not {**before, **after}.get("name"):
                problems[f"{contact_prefix(number)}name"] = "A contact needs a name."
    kind = row.kind if row.kind not in (None, known.kind) else None
    standing = row.standing if row.standing not in (None, known.standing) else None
    return Moves(values, tuple(contacts), kind, standing), problems


def moved(fields: Iterable[Field], brought: Values, before: Values, place: Place) -> dict[str, str]:
    """What of the brought values is another meaning than what is there, by key; a field moves with the parts told."""
    found: dict[str, str] = {}
    for row in fields:
        keys = [key for key in row.keys if key in brought]
        if not keys:
            continue
        was = row.held(before)
        will = row.held({**before, **{key: brought[key] for key in keys}})
        if not row.kind.same(was, will, place):
            found |= {key: brought[key] for key in keys if brought[key] != before.get(key, "")}
    return found


def _paired(row: Row, known: Known, catalogue: Catalogue) -> list[tuple[int | None, Values]]:
    """Each contact of the row with the one of the client that it is: by name, then by e-mail address."""
    here = [LocalContact(id, values) for id, values in known.contacts.items()]
    named = [_named(each, known.values, known.kind) for each in row.contacts]
    there = [RemoteContact(str(number), dict(values)) for number, values in enumerate(named)]
    pairs = pair_contacts(catalogue, here, there, known.place)
    whose = {pair.remote.remote_id: pair.local.id for pair in pairs if pair.remote and pair.local}
    return [(whose.get(str(number)), values) for number, values in enumerate(named)]


def names_its_subject(catalogue: Catalogue, key: str) -> Field | None:
    """The field that a column's key is a part of, of the client or of a contact."""
    start, dot, rest = key.partition(".")
    if dot and start.startswith("contact"):
        return catalogue.get(Subject.CONTACT, rest)
    return catalogue.get(Subject.CLIENT, start)
