"""The parts of an address, each compared on its own: what two exports hold in columns of their own.

Where the whole address is at hand, `addresses` says more: there a suburb may stand in either of two parts.
"""

import re
from functools import lru_cache
from typing import Final

from typing_extensions import override

from practicesync.core.kinds import countries, regions
from practicesync.core.kinds.address_lines import plain_words, split_words
from practicesync.core.kinds.address_words import DIRECTIONS
from practicesync.core.kinds.addresses import read_line, readings_agree
from practicesync.core.kinds.base import OneLine, Parts, Place, clean, one_line
from practicesync.core.kinds.spelling import unaccented

_MARKS: Final = re.compile(r"[.,()']")
_ISO_PREFIX: Final = re.compile(r"(?:au|nz)[ -](?=[a-z]{2,3}$)")
_FLOAT: Final = re.compile(r"([0-9]{3,4})\.0+")
_POSTCODE: Final = re.compile(r"[0-9]{3,4}")
_FOUR_DIGITS: Final = frozenset({"AU", "NZ"})


class Street(OneLine):
    """The lines of an address in front of its city: line breaks, commas and every abbreviation that `Address` knows do
    not count."""

    name = "street"
    longest = 500

    @override
    def tidy(self, value: str) -> str:
        return one_line(clean(value), ", ")

    @override
    def meaning(self, text: str, place: Place) -> str:
        reading = read_line(text, place.country)
        return "" if reading.is_empty else reading.canonical()

    @override
    def alike(self, a: str, b: str) -> bool:
        words = plain_words(a)
        return words == plain_words(b) != []

    @override
    def same(self, a: Parts, b: Parts, place: Place) -> bool:
        if self.alike(a[0], b[0]):
            return True
        if max(len(a[0]), len(b[0])) > self.longest:
            return super().same(a, b, place)
        one, other = read_line(a[0], place.country), read_line(b[0], place.country)
        # What was not understood is compared as it is written.
        if one.is_empty or other.is_empty:
            return super().same(a, b, place)
        return one == other or readings_agree(one, other)


@lru_cache(maxsize=4096)
def _city(text: str) -> str:
    words = split_words(unaccented(text))
    if len(words) > 1:
        words[0], words[-1] = DIRECTIONS.get(words[0], words[0]), DIRECTIONS.get(words[-1], words[-1])
    return " ".join(words)


class City(OneLine):
    """A suburb or city: case, accents, dots and the short forms of Saint, Mount, North and the like do not count."""

    name = "city"
    longest = 100

    @override
    def meaning(self, text: str, place: Place) -> str:
        return _city(text)


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """The words of a region, postcode or country, without marks and case."""
    words = _MARKS.sub("", unaccented(text)).replace("-", " ").replace("/", " ").split()
    return ("" if all(len(word) == 1 for word in words) else " ").join(words)


@lru_cache(maxsize=4096)
def _region(text: str, country: str) -> str:
    words = folded(text)
    code = regions.region_code(_ISO_PREFIX.sub("", words), country)
    return code or regions.region_code(words, country) or words


class Region(OneLine):
    """A state or region by its name or code: `NSW`, `N.S.W.` and `New South Wales`."""

    name = "region"
    longest = 100

    @override
    def meaning(self, text: str, place: Place) -> str:
        return _region(text, place.country)


class Postcode(OneLine):
    """A postcode: blanks, dashes and, where postcodes have four digits, a zero that a spreadsheet lost do not count."""

    name = "postcode"
    longest = 20

    @override
    def meaning(self, text: str, place: Place) -> str:
        number = _FLOAT.fullmatch(text)
        folded = number[1] if number else unaccented(text).replace(" ", "").replace("-", "")
        if place.country in _FOUR_DIGITS and _POSTCODE.fullmatch(folded):
            return folded.zfill(4)
        return folded


@lru_cache(maxsize=4096)
def country_of(text: str) -> str:
    """The alpha-2 code of the country that `text` names, by a name or a code; "" where it names none."""
    return countries.country_code(folded(text))


class Country(OneLine):
    """A country by its name or code: `NZ`, `New Zealand` and `Aotearoa`."""

    name = "country"
    longest = 100

    @override
    def meaning(self, text: str, place: Place) -> str:
        return country_of(text) or folded(text)
