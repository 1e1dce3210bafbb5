"""One side's parties in columns of small numbers: what a pair is compared by, without an object a party.

Texts become numbers by a `Vocabulary` that both sides share: equal numbers are equal texts, and 0 is none.
"""

from array import array
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from practicesync.core.fields import ClientKind, Values
from practicesync.core.kinds import Place
from practicesync.core.kinds.spelling import unaccented
from practicesync.core.matching import facts
from practicesync.core.matching.name_words import DESCRIPTIONS, first_name_family
from practicesync.core.matching.names import NameReading, read_name, read_person
from practicesync.core.matching.party import Party

Column = NDArray[np.int32]
Masks = NDArray[np.int64]

KINDS: Final = (
    None,
    ClientKind.INDIVIDUAL,
    ClientKind.SOLE_TRADER,
    ClientKind.COMPANY,
    ClientKind.TRUST,
    ClientKind.SUPER_FUND,
    ClientKind.PARTNERSHIP,
    ClientKind.OTHER,
)
KIND_NUMBER: Final = {kind: number for number, kind in enumerate(KINDS)}
INDIVIDUAL, SOLE_TRADER, COMPANY, TRUST, SUPER_FUND, PARTNERSHIP, OTHER = range(1, 8)
_PERSONS: Final = frozenset({ClientKind.INDIVIDUAL, ClientKind.SOLE_TRADER})
_ORGANISATIONS: Final = frozenset({ClientKind.COMPANY, ClientKind.TRUST, ClientKind.SUPER_FUND})

SINGLE: Final = (
    *("kind", "name_kind", "whole", "proper", "number", "first", "middle", "last", "generation", "couple"),
    *("born", "business", "company", "tax", "tail", "code", "export"),
)
"""Columns of one number a party. `kind` is the told one, `name_kind` the one its name tells, `tail` one more than the
last three digits of the tax number."""

SEVERAL: Final = {
    "families": 3,
    "aliases": 2,
    "emails": 3,
    "phones": 4,
    "streets": 2,
    "towns": 2,
    "postcodes": 2,
    "groups": 3,
    "contacts": 2,
}
"""Columns of up to so many numbers a party."""


class Vocabulary:
    """Texts and their numbers, one list a sort of text."""

    def __init__(self) -> None:
        self._numbers: dict[str, dict[str, int]] = {}
        self._texts: dict[str, list[str]] = {}
        for sort in ALL_SORTS:
            self._numbers[sort] = {"": 0}
            self._texts[sort] = [""]

    def number(self, sort: str, text: str) -> int:
        """The number of a text, a new one where it has none."""
        numbers = self._numbers[sort]
        found = numbers.get(text)
        if found is None:
            found = numbers[text] = len(numbers)
            self._texts[sort].append(text)
        return found

    def texts(self, sort: str) -> Sequence[str]:
        """All texts of a sort by their numbers."""
        return self._texts[sort]

    def size(self, sort: str) -> int:
        """How many texts there are, with the empty one."""
        return len(self._texts[sort])


ALL_SORTS: Final = ("name", "number", "code", "email", "phone", "street", "postcode", "town", "group")
SORTS: Final = {
    **dict.fromkeys(("whole", "proper", "first", "middle", "last", "generation", "couple", "aliases"), "name"),
    **dict.fromkeys(("families", "contacts"), "name"),
    **dict.fromkeys(("business", "company", "tax"), "number"),
    **dict.fromkeys(("number", "code", "export"), "code"),
    "emails": "email",
    "phones": "phone",
    "streets": "street",
    "postcodes": "postcode",
    "towns": "town",
    "groups": "group",
}
"""Which sort of text a column's numbers stand for."""


@dataclass
class Side:
    """Parties in columns. `ids` are in the order given; `archived` and `described` (descriptive words as bits) too."""

    ids: list[Hashable]
    columns: dict[str, Column]
    described: Masks
    archived: NDArray[np.bool_]
    related: dict[int, tuple[Hashable, ...]]
    places: dict[Hashable, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)

    def ranks(self) -> NDArray[np.int64]:
        """The place of each party when their ids are put in order."""
        ranks = np.empty(len(self), np.int64)
        ranks[sorted(range(len(self)), key=list(map(repr, self.ids)).__getitem__)] = np.arange(len(self))
        return ranks

    def only(self, places: NDArray[np.int64]) -> "Side":
        """The parties at these places, without their ties."""
        columns = {name: column[places] for name, column in self.columns.items()}
        ids = [self.ids[place] for place in places.tolist()]
        return Side(ids, columns, self.described[places], self.archived[places], {})


Packed = tuple[list[Hashable], dict[str, bytes], bytes, bytes, dict[str, list[str]]]
"""A side in plain values: its ids, its columns, and the texts that their numbers stand for."""


def pack_side(side: Side, vocabulary: Vocabulary) -> Packed:
    """A side, without its ties, for another process that has a vocabulary of its own."""
    columns = {name: column.tobytes() for name, column in side.columns.items()}
    texts = {sort: list(vocabulary.texts(sort)) for sort in ALL_SORTS}
    return side.ids, columns, side.described.tobytes(), side.archived.tobytes(), texts


def unpack_side(packed: Packed, vocabulary: Vocabulary) -> Side:
    """The side, its texts by the numbers of this vocabulary."""
    ids, raw, described, archived, texts = packed
    numbers = {
        sort: np.fromiter((vocabulary.number(sort, text) for text in texts[sort]), np.int32, len(texts[sort]))
        for sort in ALL_SORTS
    }
    columns: dict[str, Column] = {}
    for name, data in raw.items():
        column = np.frombuffer(data, np.int32)
        column = numbers[SORTS[name]][column] if name in SORTS else column
        columns[name] = column.reshape(len(ids), SEVERAL[name]) if name in SEVERAL else column
    places = {each: place for place, each in enumerate(ids)}
    masks, flags = np.frombuffer(described, np.int64), np.frombuffer(archived, np.bool_)
    return Side(ids, columns, masks, flags, {}, places)


def read_side(parties: Iterable[Party], vocabulary: Vocabulary) -> Side:
    """Read all parties, one at a time. Raises ValueError where two have one id."""
    reader = _Reader(vocabulary)
    for party in parties:
        reader.add(party)
    return reader.side()


_DESCRIPTION_BIT: Final = {description: 1 << place for place, description in enumerate(DESCRIPTIONS)}


_NONE: Final = array("i", [0] * max(SEVERAL.values()))


class _Reader:
    """Takes parties apart into growing columns."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._number = vocabulary.number
        self._single = {name: array("i") for name in SINGLE}
        self._several = {name: array("i") for name in SEVERAL}
        self._ids: list[Hashable] = []
        self._places: dict[Hashable, int] = {}
        self._described = array("q")
        self._archived = array("b")
        self._related: dict[int, tuple[Hashable, ...]] = {}

    def side(self) -> Side:
        """What was read so far."""
        count = len(self._ids)
        columns = {
            name: np.frombuffer(column, np.int32) if count else np.zeros(0, np.int32)
            for name, column in self._single.items()
        }
        for name, width in SEVERAL.items():
            flat = np.frombuffer(self._several[name], np.int32) if count else np.zeros(0, np.int32)
            columns[name] = flat.reshape(count, width)
        described = np.array(self._described, np.int64)
        archived = np.array(self._archived, np.bool_)
        return Side(self._ids, columns, described, archived, self._related, self._places)

    def add(self, party: Party) -> None:
        """Read one party."""
        if party.id in self._places:
            raise ValueError("two parties share an id")
        place = len(self._ids)
        self._places[party.id] = place
        self._ids.append(party.id)
        self._archived.append(party.archived)
        if party.related:
            self._related[place] = party.related
        values = party.values
        where = facts.place_of(party.country, values.get("physical_address.country") or "")
        self._add_name(party, values)
        self._add_numbers(party, values, where)
        self._add_reach(party, values, where)
        self._add_people(party)

    def _put(self, name: str, text: str) -> None:
        self._single[name].append(self._number(SORTS[name], text) if text else 0)

    def _put_several(self, name: str, texts: Sequence[str]) -> None:
        column, width = self._several[name], SEVERAL[name]
        if not any(texts):
            column.extend(_NONE[:width])
            return
        sort = SORTS[name]
        numbers = list(dict.fromkeys([self._number(sort, text) for text in texts if text]))[:width]
        column.extend(numbers)
        column.extend(_NONE[: width - len(numbers)])

    def _add_name(self, party: Party, values: Values) -> None:
        reading = _reading(party, values)
        self._single["kind"].append(KIND_NUMBER[party.kind])
        self._single["name_kind"].append(KIND_NUMBER[reading.kind])
        self._put("whole", reading.whole)
        self._put("proper", reading.proper)
        self._put("number", reading.number)
        self._put("first", reading.first)
        self._put("middle", reading.middle)
        self._put("last", reading.last)
        self._put("generation", reading.generation)
        self._put("couple", reading.couple)
        self._put_several("families", sorted(first_name_family(reading.first)) if reading.first else ())
        self._put_several("aliases", reading.aliases)
        mask = 0
        for word in reading.described:
            mask |= _DESCRIPTION_BIT[word]
        self._described.append(mask)

    def _add_numbers(self, party: Party, values: Values, where: Place) -> None:
        get = values.get
        self._single["born"].append(facts.birthday(get("date_of_birth") or "", where))
        business = facts.business_number(get("business_number") or "", where)
        company = facts.company_number(get("company_number") or "", where)
        is_company = party.kind is ClientKind.COMPANY or (
            party.kind is None and self._single["name_kind"][-1] == COMPANY
        )
        if not company and is_company and len(business) == _ABN:
            company = business[-_ACN:]
        tax, tail = facts.tax_number(get("tax_number") or "", where)
        self._put("business", business)
        self._put("company", company)
        self._put("tax", tax)
        self._single["tail"].append(tail + 1)
        self._put("code", facts.code(get("client_code") or ""))
        self._put("export", facts.code(get("export_code") or ""))

    def _add_reach(self, party: Party, values: Values, where: Place) -> None:
        get = values.get
        emails = facts.emails(get("email") or "", where)
        phones = facts.phones(get("phone") or "", where)
        for contact in party.contacts:
            emails += facts.emails(contact.get("email") or "", where)
            phones += facts.phones(contact.get("mobile") or "", where)
            phones += facts.phones(contact.get("phone") or "", where)
        self._put_several("emails", emails)
        self._put_several("phones", phones)
        streets, postcodes, towns = [], [], []
        for address in ("physical_address", "postal_address"):
            postcode = facts.postcode(get(f"{address}.postcode") or "")
            streets.append(facts.street(get(f"{address}.street") or "", postcode))
            postcodes.append(postcode)
            towns.append(unaccented(get(f"{address}.city") or ""))
        self._put_several("streets", streets)
        self._put_several("postcodes", postcodes)
        self._put_several("towns", towns)

    def _add_people(self, party: Party) -> None:
        names = [_sorted_words(contact.get("name") or "") for contact in party.contacts]
        self._put_several("contacts", names)
        self._put_several("groups", [" ".join(group.casefold().split()) for group in party.groups])


_ABN: Final = 11
_ACN: Final = 9


def _sorted_words(name: str) -> str:
    reading = read_name(name, is_person=True) if name else None
    return f"{reading.first} {reading.last}" if reading else ""


def _reading(party: Party, values: Values) -> NameReading:
    """The name as its record tells it: a person's parts come first, and what else the name says is an alias."""
    get = values.get
    name = get("name") or ""
    kind = party.kind
    if kind in _ORGANISATIONS:
        return read_name(name, is_person=False)
    first, last = get("first_name") or "", get("last_name") or ""
    if kind is ClientKind.PARTNERSHIP or not (first and last):
        return read_name(name, is_person=True if kind in _PERSONS else None)
    reading = read_name(name, is_person=None)
    if kind not in _PERSONS and reading.kind is not None:
        return reading
    first, middle, last, generation = read_person(first, get("middle_name") or "", last)
    aliases = reading.aliases
    if reading.last and reading.last != last and not reading.couple:
        aliases = (*aliases, reading.whole)
    elif not reading.last and reading.whole:
        aliases = (reading.whole, *aliases)
    own = f"{first} {last}"
    return NameReading(
        None,
        f"{first} {middle} {last}" if middle else own,
        own,
        first=first,
        middle=middle or (reading.middle if reading.last == last else ""),
        last=last,
        generation=generation or reading.generation,
        couple=reading.couple,
        aliases=aliases,
    )
