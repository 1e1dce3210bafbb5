"""Where each client of two exports is, so that its numbers are read as its country writes them.

An export has a country column at best, and often a blank one. What else a row holds tells the country then: its region,
an international phone number, a business number, the end of its e-mail or web address, or its city, where other rows of
the same city name their country.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Final

from practicesync.core.kinds import CITY, Place
from practicesync.core.kinds.address_parts import country_of, folded
from practicesync.core.kinds.phones import country_of_number
from practicesync.core.kinds.regions import area_codes, country_of_region

USUAL: Final = "AU"

_DOMAIN: Final = re.compile(r"\.(au|nz)\b", re.IGNORECASE)
_NOT_DIGITS: Final = re.compile(r"[^0-9]")
_BUSINESS_NUMBERS: Final = {11: "AU", 13: "NZ"}  # an ABN's digits, an NZBN's
_PHONES: Final = ("phone", "mobile", "fax")
_TELLING: Final = ("country", "region", "postcode", "city")
_NETWORK: Final = ("email", "website")

Row = Sequence[str]
Columns = dict[str, int]


@dataclass(frozen=True, slots=True)
class Places:
    """The places of many clients, each a number into `kinds`.

    A kind is what a client's values may be read by: one place, or several where the two exports name two countries or
    regions.
    """

    kinds: list[tuple[Place, ...]]
    of_row: list[int]


class _Side:
    """One export's rows, and the columns that tell where its clients are."""

    def __init__(self, rows: Sequence[Row], columns: Columns) -> None:
        self.rows = rows
        self.columns = columns
        known = [name for name in _TELLING if name in columns]
        # All of them in one pass: to come by each row once for each column would cost more than to read the cells.
        picked = zip(*(map(itemgetter(*[columns[name] for name in known * 2]), rows) if known else ()), strict=True)
        self._cells = dict(zip(known, picked))  # noqa: B905 - each column was picked twice, so that one makes a tuple too

    def column(self, name: str) -> Sequence[str]:
        """The cells of a column that tells where; blank where the export has no such column."""
        return self._cells.get(name) or ("",) * len(self.rows)

    def cell(self, index: int, name: str) -> str:
        at = self.columns.get(name)
        return "" if at is None else self.rows[index][at].strip()


class _Guess:
    """Countries of the rows that name none."""

    def __init__(self, sides: tuple[_Side, _Side], countries: Sequence[str]) -> None:
        self.sides = sides
        self.usual = next((country for country, _ in Counter(filter(None, countries)).most_common(1)), USUAL)
        self._countries = countries
        self._by_city: dict[str, str] | None = None

    def country(self, index: int) -> str:
        """The country that row `index` speaks of, but by its region; where of none, the usual one of the files."""
        return self._by_number(index) or self._by_domain(index) or self._by_city_of(index)

    def _cells(self, index: int, names: Sequence[str]) -> list[str]:
        return [cell for side in self.sides for name in names if (cell := side.cell(index, name))]

    def _by_number(self, index: int) -> str:
        numbers = [_NOT_DIGITS.sub("", cell) for cell in self._cells(index, ("abn",))]
        found = next(filter(None, (_BUSINESS_NUMBERS.get(len(number), "") for number in numbers)), "")
        return found or next(filter(None, map(country_of_number, self._cells(index, _PHONES))), "")

    def _by_domain(self, index: int) -> str:
        found = next(filter(None, map(_DOMAIN.search, self._cells(index, _NETWORK))), None)
        return found[1].upper() if found else ""

    def _by_city_of(self, index: int) -> str:
        if self._by_city is None:
            self._by_city = self._cities()
        cities = (CITY.canonical((cell,), Place()) for cell in self._cells(index, ("city", "postal_city")))
        return next(filter(None, map(self._by_city.get, cities)), "") or self.usual

    def _cities(self) -> dict[str, str]:
        """The country that most rows of a city name."""
        votes: dict[str, Counter[str]] = {}
        for (cell, country), count in Counter(zip(self.sides[0].column("city"), self._countries, strict=True)).items():
            if cell and country:
                votes.setdefault(CITY.canonical((cell,), Place()), Counter())[country] += count
        return {city: countries.most_common(1)[0][0] for city, countries in votes.items()}


def places_of(left: Sequence[Row], left_columns: Columns, right: Sequence[Row], right_columns: Columns) -> Places:
    """Where the clients are whose rows stand at the same index of `left` and `right`. Columns go by name."""
    sides = (_Side(left, left_columns), _Side(right, right_columns))
    countries = [list(map(country_of, side.column("country"))) for side in sides]
    # Few different cells are in these columns, and each is read once.
    regions = [map(_remembering(folded), side.column("region")) for side in sides]
    postcodes = [map(_remembering(_digits), side.column("postcode")) for side in sides]
    guess = _Guess(sides, countries[0])
    numbers: dict[tuple[Place, ...], int] = {}
    known: dict[tuple[str, ...], int] = {}
    of_row: list[int] = []
    for index, row in enumerate(zip(*countries, *regions, *postcodes, strict=True)):
        number = known.get(row)
        if number is None:
            told = _told(row[:2]) or _told(map(country_of_region, row[2:4]))
            readings = _readings(told or [guess.country(index)], row[2:4], row[4:])
            number = numbers.setdefault(readings, len(numbers))
            if told:
                known[row] = number
        of_row.append(number)
    return Places(list(numbers), of_row)


def _remembering(read: Callable[[str], str]) -> Callable[[str], str]:
    return lru_cache(maxsize=4096)(read)


def _digits(postcode: str) -> str:
    digits = _NOT_DIGITS.sub("", postcode)
    return digits.zfill(4) if digits else ""


def _told(countries: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(filter(None, countries)))


def _readings(countries: Sequence[str], regions: Sequence[str], postcodes: Sequence[str]) -> tuple[Place, ...]:
    """The places that a client's values may be read by."""
    return tuple(Place(each, area) for each in countries for area in area_codes(each, regions, postcodes) or ("",))
