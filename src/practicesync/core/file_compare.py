"""Two exports of a firm's clients compared cell by cell, by the kinds that the sync compares by.

A cell that is not equal to its counterpart is `real` where the two mean different things, or only one of them says
anything, and `format` where they say the same in two ways of writing.
"""

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import compress, count
from operator import ne
from typing import Final

from practicesync.core.errors import Invalid
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
    Place,
)
from practicesync.core.tables import Table

KEY: Final = "client_code"
REAL: Final = "real"
FORMAT: Final = "format"

Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an export. `local`: its values are read as the client's country writes them."""

    name: str
    kind: Kind
    local: bool = False


COLUMNS: Final = (
    Column(KEY, CODE),
    Column("name", NAME),
    Column("title", TITLE),
    Column("first_name", PERSON_PART),
    Column("other_name", PERSON_PART),
    Column("last_name", PERSON_PART),
    Column("date_of_birth", DATE),
    Column("email", EMAIL),
    Column("phone", PHONE, local=True),
    Column("mobile", PHONE, local=True),
    Column("fax", PHONE, local=True),
    Column("website", WEBSITE),
    Column("address", STREET, local=True),
    Column("city", CITY),
    Column("region", REGION, local=True),
    Column("postcode", POSTCODE, local=True),
    Column("country", COUNTRY),
    Column("postal_address", STREET, local=True),
    Column("postal_city", CITY),
    Column("postal_postcode", POSTCODE, local=True),
    Column("abn", BUSINESS_NUMBER, local=True),
    Column("acn", COMPANY_NUMBER, local=True),
    Column("tax_number", TAX_NUMBER, local=True),
    Column("structure", STRUCTURE),
    Column("manager", PERSON_REF),
)
"""The columns that are compared, in the order of the report."""

# The columns of one address: street, city, region, postcode, country; "" where an export has none.
_ADDRESSES: Final = (
    ("address", "city", "region", "postcode", "country"),
    ("postal_address", "postal_city", "", "postal_postcode", ""),
)


@dataclass(frozen=True, slots=True)
class Twice:
    """A client code that stands in one file more than once: the row on `used` is compared, that on `line` is not."""

    code: str
    used: int
    line: int


@dataclass(frozen=True)
class Pairing:
    """The rows of two files side by side: those at one index have one client code."""

    left: list[Row]
    right: list[Row]
    columns: tuple[Column, ...]
    left_at: dict[str, int]
    right_at: dict[str, int]
    only_left: tuple[str, ...]
    only_right: tuple[str, ...]
    twice_left: tuple[Twice, ...]
    twice_right: tuple[Twice, ...]
    without_code: tuple[int, int]
    not_compared: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def codes(self) -> list[str]:
        """The client codes, as the left file writes them."""
        at = self.left_at[KEY]
        return [row[at] for row in self.left]


def pair(left: Table, right: Table) -> Pairing:
    """Put the rows of one client side by side, in the left file's order; the order of the right one says nothing.

    Blanks around a code do not count, its case does. Where a code stands in a file twice, the first row is used.
    Raises `Invalid` where a file has no column of client codes, or no other column in common.
    """
    left_at, right_at = _places(left), _places(right)
    for side, at in (("first", left_at), ("second", right_at)):
        if KEY not in at:
            raise Invalid({KEY: f"The {side} file has no column “{KEY}”, by which clients are put side by side."})
    columns = tuple(column for column in COLUMNS if column.name in left_at and column.name in right_at)
    if len(columns) == 1:
        raise Invalid({"": f"The files have no column in common but “{KEY}”."})
    lefts, twice_left, bare_left = _by_code(left, left_at[KEY])
    rights, twice_right, bare_right = _by_code(right, right_at[KEY])
    both = [code for code in lefts if code in rights]
    return Pairing(
        left=[left.rows[lefts[code]] for code in both],
        right=[right.rows[rights[code]] for code in both],
        columns=columns,
        left_at=left_at,
        right_at=right_at,
        only_left=tuple(code for code in lefts if code not in rights),
        only_right=tuple(code for code in rights if code not in lefts),
        twice_left=twice_left,
        twice_right=twice_right,
        without_code=(bare_left, bare_right),
        not_compared=tuple(each.name for each in COLUMNS if each not in columns),
        unknown=_unknown(left, left_at) + _unknown(right, right_at),
    )


def _places(table: Table) -> dict[str, int]:
    found = ((column.name, table.find(column.name)) for column in COLUMNS)
    return {name: at for name, at in found if at is not None}


def _unknown(table: Table, known: dict[str, int]) -> tuple[str, ...]:
    places = set(known.values())
    return tuple(name for at, name in enumerate(table.header) if at not in places)


def _by_code(table: Table, at: int) -> tuple[dict[str, int], tuple[Twice, ...], int]:
    """The row of each client code, the codes that stand there again, and how many rows have none."""
    found: dict[str, int] = {}
    again: list[Twice] = []
    bare = 0
    for index, row in enumerate(table.rows):
        code = row[at].strip()
        first = found.setdefault(code, index)
        if not code:
            bare += 1
        elif first != index:
            again.append(Twice(code, table.lines[first], table.lines[index]))
    found.pop("", None)
    return found, tuple(again), bare


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
        codes = pairing.codes
        places = [(each.name, pairing.left_at[each.name], pairing.right_at[each.name]) for each in pairing.columns]
        left, right = pairing.left, pairing.right
        sorts = (FORMAT, REAL)
        for cell in self.cells:
            client = cell >> 6
            name, at, there = places[(cell & 63) >> 1]
            yield codes[client], name, sorts[cell & 1], left[client][at], right[client][there]


@dataclass(frozen=True, slots=True)
class Reading:
    """What has to be known of two files as a whole before a part of them can be compared."""

    pairing: Pairing
    places: Places


def read(pairing: Pairing) -> Reading:
    """Learn where each client is."""
    return Reading(pairing, places_of(pairing.left, pairing.left_at, pairing.right, pairing.right_at))


def differences(reading: Reading, start: int = 0, stop: int | None = None) -> Differences:
    """Compare the clients from index `start` to before `stop`."""
    pairing = reading.pairing
    stop = len(pairing.left) if stop is None else stop
    left, right = pairing.left[start:stop], pairing.right[start:stop]
    places = Places(reading.places.kinds, reading.places.of_row[start:stop])
    found: list[int] = []
    # Turned as a whole: to pick the cells of one column after another out of the rows is slower by half.
    left_columns, right_columns = list(zip(*left, strict=True)), list(zip(*right, strict=True))
    for number, column in enumerate(pairing.columns if left else ()):
        ours = left_columns[pairing.left_at[column.name]]
        theirs = right_columns[pairing.right_at[column.name]]
        unequal = list(compress(count(), map(ne, ours, theirs)))
        judge = _judge_local if column.local else _judge
        real = judge(column.kind, ours, theirs, unequal, places)
        found += [(index + start) * 64 + 2 * number + each for index, each in zip(unequal, real, strict=True)]
    found.sort()
    return Differences(array("Q", found))


def _judge(kind: Kind, ours: Row, theirs: Row, unequal: Sequence[int], places: Places) -> list[bool]:
    """Whether each pair at these indexes really differs."""
    known: dict[tuple[str, str], bool] = {}
    verdicts = []
    for index in unequal:
        pair = ours[index], theirs[index]
        real = known.get(pair)
        if real is None:
            real = known[pair] = _differ(kind, *pair, _HOME)
        verdicts.append(real)
    return verdicts


def _judge_local(kind: Kind, ours: Row, theirs: Row, unequal: Sequence[int], places: Places) -> list[bool]:
    """Whether each pair at these indexes really differs, read as the client's country writes."""
    known: list[dict[tuple[str, str], bool]] = [{} for _ in places.kinds]
    verdicts = []
    for index in unequal:
        pair = ours[index], theirs[index]
        number = places.of_row[index]
        real = known[number].get(pair)
        if real is None:
            real = known[number][pair] = _differ(kind, *pair, places.kinds[number])
        verdicts.append(real)
    return verdicts


_HOME: Final = (Place(),)


def _differ(kind: Kind, ours: str, theirs: str, places: Sequence[Place]) -> bool:
    """Whether two values differ under every reading."""
    if not ours.strip() or not theirs.strip():
        return ours.strip() != theirs.strip()
    return not any(kind.same((ours,), (theirs,), place) for place in places)
