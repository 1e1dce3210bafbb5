"""Two exports of a firm's clients compared cell by cell, by the kinds that the sync compares by.

A cell that is not equal to its counterpart is `real` where the two mean different things, or only one of them says
anything, and `format` where they say the same in two ways of writing.
"""

from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import compress, count, repeat
from operator import itemgetter, ne
from typing import Final

from practicesync.core.errors import Invalid
from practicesync.core.file_addresses import ADDRESSES, is_moved
from practicesync.core.file_labels import Alias, aliases
from practicesync.core.file_places import Places, places_of
from practicesync.core.kinds import (
    BUSINESS_NUMBER,
    CITY,
    CODE,
    COMPANY_NUMBER,
    COUNTRY,
    DATE,
    EMAIL,
    NAME,
    PERSON_PART,
    PERSON_REF,
    PHONE,
    POSTCODE,
    REGION,
    STREET,
    STRUCTURE,
    TAX_NUMBER,
    TITLE,
    WEBSITE,
    Kind,
    Parts,
    Place,
)
from practicesync.core.tables import Table

KEY: Final = "client_code"
REAL: Final = "real"
FORMAT: Final = "format"

Row = Sequence[str]
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an export.

    `local`: its values are read as the client's country writes them. `few`: they come again and again, so that what was
    found of a pair of them is kept; of others that costs more than it saves.
    """

    name: str
    kind: Kind
    local: bool = False
    few: bool = False


COLUMNS: Final = (
    Column(KEY, CODE),
    Column("name", NAME),
    Column("title", TITLE, few=True),
    Column("first_name", PERSON_PART, few=True),
    Column("other_name", PERSON_PART, few=True),
    Column("last_name", PERSON_PART, few=True),
    Column("date_of_birth", DATE),
    Column("email", EMAIL),
    Column("phone", PHONE, local=True),
    Column("mobile", PHONE, local=True),
    Column("fax", PHONE, local=True),
    Column("website", WEBSITE),
    Column("address", STREET, local=True),
    Column("city", CITY, few=True),
    Column("region", REGION, local=True, few=True),
    Column("postcode", POSTCODE, local=True, few=True),
    Column("country", COUNTRY, few=True),
    Column("postal_address", STREET, local=True),
    Column("postal_city", CITY, few=True),
    Column("postal_postcode", POSTCODE, local=True, few=True),
    Column("abn", BUSINESS_NUMBER, local=True),
    Column("acn", COMPANY_NUMBER, local=True),
    Column("tax_number", TAX_NUMBER, local=True),
    Column("structure", STRUCTURE, few=True),
    Column("manager", PERSON_REF, few=True),
)
"""The columns that are compared, in the order of the report."""
_STRUCTURE: Final = next(column for column in COLUMNS if column.name == "structure")


@dataclass(frozen=True, slots=True)
class Twice:
    """A client code that stands in one file more than once: the row on `used` is compared, that on `line` is not."""

    code: str
    used: int
    line: int


@dataclass(frozen=True, slots=True)
class Side:
    """What one file brings: the rows that have a counterpart in the other, and what it has besides.

    `at` tells where a column stands, `alone` the codes that the other file does not have, `without_code` how many rows
    have none, `unknown` the columns that are not compared because nobody knows them here.
    """

    rows: list[Row]
    at: dict[str, int]
    alone: tuple[str, ...]
    twice: tuple[Twice, ...]
    without_code: int
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pairing:
    """The rows of two files side by side: those at one index have one client code."""

    left: Side
    right: Side
    columns: tuple[Column, ...]

    @property
    def clients(self) -> int:
        """How many clients both files have."""
        return len(self.left.rows)

    @property
    def not_compared(self) -> tuple[str, ...]:
        """The columns that a file does not have."""
        return tuple(each.name for each in COLUMNS if each not in self.columns)


def pair(left: Table, right: Table) -> Pairing:
    """Put the rows of one client side by side, in the left file's order; the order of the right one says nothing.

    Blanks around a code do not count, its case does. Where a code stands in a file twice, the first row is used.
    Raises `Invalid` where a file has no column of client codes, or they have no other column in common.
    """
    left_at, right_at = _places(left, "first"), _places(right, "second")
    columns = tuple(column for column in COLUMNS if column.name in left_at and column.name in right_at)
    if len(columns) == 1:
        raise Invalid({"": f"The files have no column in common but “{KEY}”."})
    lefts, rights = _Codes(left, left_at[KEY]), _Codes(right, right_at[KEY])
    both = [code for code in lefts.rows if code in rights.rows]
    return Pairing(_side(left, left_at, lefts, rights, both), _side(right, right_at, rights, lefts, both), columns)


def _places(table: Table, which: str) -> dict[str, int]:
    found = ((column.name, table.find(column.name)) for column in COLUMNS)
    places = {name: at for name, at in found if at is not None}
    if KEY not in places:
        raise Invalid({KEY: f"The {which} file has no column “{KEY}”, by which clients are put side by side."})
    return places


class _Codes:
    """The index of each client code's first row, the codes that stand there again, and how many rows have none."""

    def __init__(self, table: Table, at: int) -> None:
        self.rows: dict[str, int] = {}
        self.twice: list[Twice] = []
        self.bare = 0
        for index, row in enumerate(table.rows):
            code = row[at].strip()
            first = self.rows.setdefault(code, index)
            if not code:
                self.bare += 1
            elif first != index:
                self.twice.append(Twice(code, table.lines[first], table.lines[index]))
        self.rows.pop("", None)


def _side(table: Table, at: dict[str, int], codes: _Codes, others: _Codes, both: list[str]) -> Side:
    known = set(at.values())
    return Side(
        rows=[table.rows[codes.rows[code]] for code in both],
        at=at,
        alone=tuple(code for code in codes.rows if code not in others.rows),
        twice=tuple(codes.twice),
        without_code=codes.bare,
        unknown=tuple(name for place, name in enumerate(table.header) if place not in known),
    )


@dataclass
class Differences:
    """The cells that are not equal, in the order of clients and columns.

    Each is one number: index of the client × 64 + index of the column × 2 + 1 where it is real. A quarter of a million
    of them are a megabyte, and go from one process to another as they are.
    """

    cells: "array[int]" = field(default_factory=lambda: array("Q"))

    def counts(self, columns: Sequence[Column]) -> dict[str, dict[str, int]]:
        """How many cells of each column are real and format."""
        found = Counter(map((63).__and__, self.cells))
        return {
            column.name: {REAL: found[2 * number + 1], FORMAT: found[2 * number]}
            for number, column in enumerate(columns)
        }

    def clients(self) -> int:
        """How many clients have a real difference."""
        return len({cell >> 6 for cell in self.cells if cell & 1})

    def rows(self, pairing: Pairing) -> Iterator[tuple[str, str, str, str, str]]:
        """Client code, column, `real` or `format`, left and right value, as written."""
        left, right = pairing.left.rows, pairing.right.rows
        code_at = pairing.left.at[KEY]
        columns = [(each.name, pairing.left.at[each.name], pairing.right.at[each.name]) for each in pairing.columns]
        sorts = (FORMAT, REAL)
        for cell in self.cells:
            name, at, there = columns[(cell & 63) >> 1]
            row = left[cell >> 6]
            yield row[code_at].strip(), name, sorts[cell & 1], row[at], right[cell >> 6][there]


@dataclass(frozen=True, slots=True)
class Reading:
    """What has to be known of two files as a whole before a part of them can be compared: where each client is, and
    which labels of structures are one."""

    pairing: Pairing
    places: Places
    aliases: tuple[Alias, ...]


def read(pairing: Pairing) -> Reading:
    """Learn what has to be known of both files."""
    left, right = pairing.left, pairing.right
    places = places_of(left.rows, left.at, right.rows, right.at)
    if _STRUCTURE not in pairing.columns:
        return Reading(pairing, places, ())
    at, there = left.at[_STRUCTURE.name], right.at[_STRUCTURE.name]
    labels = zip(map(itemgetter(at), left.rows), map(itemgetter(there), right.rows), strict=True)
    return Reading(pairing, places, aliases(labels))


def differences(reading: Reading, start: int = 0, stop: int | None = None) -> Differences:
    """Compare the clients from index `start` to before `stop`."""
    columns = reading.pairing.columns
    clients, pairs = _unequal(reading.pairing, start, reading.pairing.clients if stop is None else stop)
    found: list[int] = []
    for number, column in enumerate(columns):
        real = _judged(column, pairs[number], clients[number], reading.places)
        _reconsider(column, real, pairs[number], clients[number], reading)
        found += [client * 64 + 2 * number + each for client, each in zip(clients[number], real, strict=True)]
    found.sort()
    return Differences(array("Q", found))


def _unequal(pairing: Pairing, start: int, stop: int) -> tuple[list[list[int]], list[list[Pair]]]:
    """For each column the clients whose two cells are not equal, and the cells."""
    clients: list[list[int]] = [[] for _ in pairing.columns]
    pairs: list[list[Pair]] = [[] for _ in pairing.columns]
    pick_left, pick_right = (
        _pick([side.at[each.name] for each in pairing.columns]) for side in (pairing.left, pairing.right)
    )
    numbers = range(len(pairing.columns))
    # Row by row, for the cells of a row lie side by side in memory: column by column is three times slower.
    for client in range(start, stop):
        left, right = pick_left(pairing.left.rows[client]), pick_right(pairing.right.rows[client])
        for number in compress(numbers, map(ne, left, right)):
            clients[number].append(client)
            pairs[number].append((left[number], right[number]))
    return clients, pairs


def _pick(places: Sequence[int]) -> Callable[[Row], Row]:
    """What takes the cells at these places out of a row."""
    return _whole_row if list(places) == list(range(len(places))) else itemgetter(*places)


def _whole_row(row: Row) -> Row:
    return row


def _judged(column: Column, pairs: Sequence[Pair], clients: Sequence[int], places: Places) -> list[bool]:
    """Whether each pair of a column really differs; `clients` are those that they belong to."""
    kinds = places.kinds if column.local else [_HOME]
    of_pair = map(places.of_row.__getitem__, clients) if column.local else repeat(0)
    if not column.few:
        return [_differ(column.kind, *pair, kinds[number]) for pair, number in zip(pairs, of_pair)]  # noqa: B905
    known: list[dict[Pair, bool]] = [{} for _ in kinds]
    verdicts = []
    for pair, number in zip(pairs, of_pair):  # noqa: B905 - what repeats has no end
        real = known[number].get(pair)
        if real is None:
            real = known[number][pair] = _differ(column.kind, *pair, kinds[number])
        verdicts.append(real)
    return verdicts


def _reconsider(
    column: Column, real: list[bool], pairs: Sequence[Pair], clients: Sequence[int], reading: Reading
) -> None:
    """Take back what only looks like a difference as long as the rest of the two files is not seen."""
    if column == _STRUCTURE and reading.aliases:
        one = {(each.left, each.right) for each in reading.aliases}
        for index, pair in enumerate(pairs):
            real[index] = real[index] and tuple(column.kind.canonical((cell,), _HOME[0]) for cell in pair) not in one
    for names in ADDRESSES:
        if column.name in names:
            for index in compress(count(), list(real)):
                client = clients[index]
                whole = partial(_whole, names, client, reading.pairing)
                real[index] = not is_moved(*pairs[index], whole, reading.places.kinds[reading.places.of_row[client]])


def _whole(names: Sequence[str], client: int, pairing: Pairing) -> tuple[Parts, Parts]:
    """The address of a client in both files."""
    left, right = (
        tuple(side.rows[client][side.at[name]] if name in side.at else "" for name in names)
        for side in (pairing.left, pairing.right)
    )
    return left, right


_HOME: Final = (Place(),)


def _differ(kind: Kind, left: str, right: str, places: Sequence[Place]) -> bool:
    """Whether two values differ under every reading."""
    if len(places) == 1:
        return not kind.same((left,), (right,), places[0])
    return not any(kind.same((left,), (right,), place) for place in places)
