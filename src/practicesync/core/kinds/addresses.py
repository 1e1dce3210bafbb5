"""Addresses: street (any number of lines), city, region, postcode and country, compared as a whole."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from typing_extensions import override

from practicesync.core.kinds import countries, regions
from practicesync.core.kinds.address_lines import BARE, MARKS, pull_designators, split_words, unhyphened_box
from practicesync.core.kinds.address_words import (
    NUMBERED,
    UNIT_LIKE,
)
from practicesync.core.kinds.base import UNREAD, Kind, Parts, Place, clean, one_line
from practicesync.core.kinds.spelling import plain, unaccented

_FOUR_DIGITS: Final = frozenset({"AU", "NZ"})
_POSTCODE: Final = re.compile(r"[0-9]{3,4}")
_TAIL_POSTCODE: Final = re.compile(r"[0-9]{4}")
_UK_POSTCODE: Final = re.compile(r"[a-z]{1,2}[0-9][a-z0-9]? ?[0-9][a-z]{2}")
_UK_TAIL: Final = re.compile(rf"(?:^|[ ,])(?P<postcode>{_UK_POSTCODE.pattern})$")

_ENDS: Final = countries.LAST_WORDS | regions.LAST_WORDS


class Reading(NamedTuple):
    """An address taken apart. `designators` are pairs of a word and a number, such as unit 4, in alphabetical order."""

    designators: tuple[tuple[str, str], ...]
    words: tuple[str, ...]
    region: str
    postcode: str
    country: str

    @property
    def is_empty(self) -> bool:
        """Whether nothing was understood."""
        return not (self.words or self.designators or self.region or self.postcode)

    def canonical(self, *, any_unit: bool = False, any_region: bool = False) -> str:
        """One string; `any_unit` leaves aside whether 4/12 is a unit, a suite or a shop, `any_region` the region."""
        inside = ""
        if self.designators:
            inside = ",".join(
                sorted(
                    [f"{'unit' if _is_unit(name, any_unit) else name} {number}" for name, number in self.designators]
                )
            )
        region = "" if any_region else self.region
        return f"{inside}|{' '.join(self.words)}|{region}|{self.postcode}|{self.country}"

    @property
    def has_bare_unit(self) -> bool:
        return any(name == BARE for name, _ in self.designators)


def _is_unit(name: str, any_unit: bool) -> bool:
    return name == BARE or (any_unit and name in UNIT_LIKE)


@lru_cache(maxsize=4096)
def _city_words(text: str) -> tuple[str, ...]:
    """`split_words`, remembered: a firm's clients live in few cities."""
    return tuple(split_words(text))


@dataclass(slots=True)
class _Tail:
    """What stands behind the city: filled from the parts, then from the ends of the lines."""

    country: str
    region: str
    postcode: str
    home: str

    @property
    def land(self) -> str:
        return self.country or self.home

    def take(self, words: list[str], least: int, discover: bool) -> None:
        """Take region, postcode and country off the end of `words`, keeping `least` words. What contradicts stays, and
        so does what is not yet known unless `discover`."""
        while len(words) > least and _has_tail(words):
            # Region first: Western Australia is no country.
            taken = self._region(words, discover) or self._postcode(words, discover) or self._country(words, discover)
            if not taken or len(words) - taken < least:
                return
            del words[len(words) - taken :]

    def _country(self, words: list[str], discover: bool) -> int:
        for size in range(min(countries.LONGEST_NAME, len(words)), 0, -1):
            code = countries.country_named(" ".join(words[-size:]))
            if code and _agrees(self.country, code, discover):
                self.country = code
                return size
        return 0

    def _postcode(self, words: list[str], discover: bool) -> int:
        if self.land not in _FOUR_DIGITS or not _TAIL_POSTCODE.fullmatch(words[-1]):
            return 0
        if len(words) > 1 and words[-2] in NUMBERED:
            return 0
        if not _agrees(self.postcode, words[-1], discover):
            return 0
        self.postcode = words[-1]
        return 1

    def _region(self, words: list[str], discover: bool) -> int:
        # Cities of New Zealand and regions share names, so only a state of Australia is taken for a region.
        if self.land != "AU":
            return 0
        for size in range(min(regions.LONGEST_NAME, len(words)), 0, -1):
            code = regions.region_code(" ".join(words[-size:]), "AU")
            if code and _agrees(self.region, code, discover):
                self.region = code
                return size
        return 0


def _has_tail(words: Sequence[str]) -> bool:
    """Whether the last word may be of a postcode, a state or a country: few are, and to look each up costs most."""
    last = words[-1] if words else ""
    return last in _ENDS or (last.isdecimal() and (len(words) == 1 or words[-2] not in NUMBERED))


def _agrees(known: str, found: str, discover: bool) -> bool:
    return known == found or (discover and not known)


@lru_cache(maxsize=4096)
def _behind_city(region: str, postcode: str, country: str, home: str) -> tuple[tuple[str, str, str], tuple[str, ...]]:
    """Country, region and postcode, each from whichever of the three parts it was written into; and what was there
    of the city."""
    code = countries.country_code(" ".join(MARKS.sub(" ", country.replace("'", "")).split())) or country.upper()
    land = code or home
    if land not in _FOUR_DIGITS:
        return (code, " ".join(split_words(region)), re.sub(r"[ -]", "", postcode)), ()
    words = [*split_words(region), *split_words(postcode)]
    # A spreadsheet drops the zero in front: 800 is 0800, Darwin.
    number = words.pop().zfill(4) if words and _POSTCODE.fullmatch(words[-1]) else ""
    tail = _Tail(code, "", number, home)
    tail.take(words, 0, discover=True)
    if tail.region:
        return (tail.country, tail.region, tail.postcode), tuple(words)
    name = " ".join(words)
    return (tail.country, regions.region_code(name, tail.land) or name, tail.postcode), ()


def _settle_region(tail: _Tail, city: Sequence[str]) -> str:
    """The region, or "" where the postcode or the city says it already."""
    if tail.land == "AU":
        return "" if tail.region == regions.state_of_postcode(tail.postcode) else tail.region
    if not tail.region:
        return ""
    for start in range(len(city)):
        for end in range(start + 1, min(start + regions.LONGEST_NAME, len(city)) + 1):
            name = " ".join(city[start:end])
            if tail.region in (name, regions.region_code(name, tail.land)):
                return ""
    return tail.region


def _read_line(text: str, home: str) -> Reading:
    """A street without anything behind it."""
    words = split_words(unaccented(one_line(clean(text), ", ")))
    if _has_tail(words):
        return _read((text, "", "", "", ""), home)
    designators, rest = pull_designators(words)
    return Reading(designators, unhyphened_box(rest), "", "", home)


def _read(value: Parts, home: str) -> Reading:
    street, city, region, postcode, country = (
        unaccented(one_line(clean(part), ", ")) if part else "" for part in value
    )
    behind, rest = _behind_city(region, postcode, country, home)
    tail = _Tail(*behind, home)
    if tail.land == "GB":
        street, city = _take_uk_postcode(street, city, tail)
    street_words, city_words = split_words(street), [*_city_words(city), *rest]
    tail.take(city_words, 0, discover=True)
    tail.take(street_words, 1, discover=not city_words)
    region_said_by = city_words or street_words[-regions.LONGEST_NAME :]
    if city_words and street_words[-len(city_words) :] == city_words and len(street_words) > len(city_words):
        city_words = []
    lines = street_words + city_words
    designators, words = pull_designators(lines)
    return Reading(designators, unhyphened_box(words), _settle_region(tail, region_said_by), tail.postcode, tail.land)


def _take_uk_postcode(street: str, city: str, tail: _Tail) -> tuple[str, str]:
    """A UK postcode stands in letters and digits at the end of the last line."""
    line = city or street
    found = _UK_TAIL.search(line)
    if not found or not _agrees(tail.postcode, found["postcode"].replace(" ", ""), discover=True):
        return street, city
    tail.postcode = found["postcode"].replace(" ", "")
    line = line[: found.start()].rstrip(" ,")
    return (street, line) if city else (line, city)


def readings_agree(a: Reading, b: Reading) -> bool:
    """Whether two readings differ only in what one of them leaves open.

    A bare 4/12 may be unit, suite or shop 4; a unit and a suite that both are named are not the same. A region that is
    not written is said by the postcode: New Zealand and the United Kingdom leave regions and counties out of addresses
    (NZ Post ADV358, Royal Mail's address guide). Australia's states are read from postcodes already.
    """
    if (a.words, a.postcode, a.country) != (b.words, b.postcode, b.country):
        return False
    any_unit = a.has_bare_unit or b.has_bare_unit
    any_region = a.country != "AU" and bool(a.postcode) and not (a.region and b.region)
    if not any_unit and not any_region:
        return False
    return a.canonical(any_unit=any_unit, any_region=any_region) == b.canonical(
        any_unit=any_unit, any_region=any_region
    )


read_address: Final = lru_cache(maxsize=4096)(_read)
read_line: Final = lru_cache(maxsize=4096)(_read_line)


class Address(Kind):
    """An address of five parts, compared as a whole.

    Line breaks, commas, case and accents do not count, nor do abbreviations of street types, directions, states and
    countries, nor the forms of units, levels and boxes (Unit 4, 12 Harbour Rd; 4/12 Harbour Road; U4 12 Harbour Rd).
    Nor does it count in which part the suburb, state, postcode or country stands, nor whether a state is written that
    the postcode says, or the client's own country. A house number, postcode, suburb or street that differs does.
    """

    name = "address"
    parts = ("street", "city", "region", "postcode", "country")
    longest = 500

    @override
    def canonical(self, value: Parts, place: Place) -> str:
        if not any(value):
            return ""
        reading = self._reading(value, place)
        if reading and not reading.is_empty:
            return reading.canonical()
        text = " ".join(filter(None, map(plain, map(clean, value))))
        return UNREAD + text if text else ""

    def _reading(self, value: Parts, place: Place) -> Reading | None:
        """None for what is longer than any address: it is not taken apart, so that nobody can make a reading slow."""
        if max(map(len, value)) > self.longest and max(map(len, map(clean, value))) > self.longest:
            return None
        return read_address(value, place.country)

    @override
    def same(self, a: Parts, b: Parts, place: Place) -> bool:
        if super().same(a, b, place):
            return True
        first, second = self._reading(a, place), self._reading(b, place)
        return bool(first and second and readings_agree(first, second))

    @override
    def problem(self, value: Parts, place: Place) -> str | None:
        _, _, region, postcode, country = (unaccented(one_line(clean(part))) for part in value)
        behind, _ = _behind_city(region, postcode, country, place.country)
        tail = _Tail(*behind, place.country)
        if postcode and tail.land in _FOUR_DIGITS and not _TAIL_POSTCODE.fullmatch(tail.postcode):
            return "A postcode here has four digits."
        if postcode and tail.land == "GB" and not _UK_POSTCODE.fullmatch(postcode):
            return "This is not a UK postcode, such as SW1A 1AA."
        return super().problem(value, place)

    @override
    def show(self, value: Parts, place: Place) -> str:
        """Street and city divided by commas, then region and postcode as on an envelope, then the country."""
        street, city, region, postcode, country = (one_line(clean(part), ", ") for part in value)
        locality = " ".join(filter(None, (city, region, postcode)))
        return ", ".join(filter(None, (street.rstrip(", "), locality, country)))
