"""Dates without a time of day, in the forms that registers, spreadsheets and XPM write them."""

import re
from datetime import date
from typing import Final

from typing_extensions import override

from practicesync.core.kinds.base import OneLine, Parts, Place, clean
from practicesync.core.kinds.spelling import plain

_MONTH_NAMES: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MONTHS: Final = {
    name[:length].lower(): number
    for number, name in enumerate(_MONTH_NAMES, start=1)
    for length in range(3, len(name) + 1)
}
_MONTH: Final = r"(?P<month>[a-z]{3,9})\.?"
_YEAR: Final = r"(?P<year>[0-9]{4})"
_SHORT_YEAR: Final = re.compile(r"(.*[-/. ])([0-9]{2})")
# Midnight with or without a zone is how systems write a date that has no time; any other time of day is a real value.
_MIDNIGHT: Final = r"(?:[t ](?:0?0:00(?::00(?:\.0+)?)?(?: ?am|z|[+-][0-9]{2}:?[0-9]{2})?|12:00(?::00)? ?am))?"

_ISO: Final = re.compile(rf"{_YEAR}(?P<sep>[-/.])(?P<month>[0-9]{{1,2}})(?P=sep)(?P<day>[0-9]{{1,2}}){_MIDNIGHT}")
_COMPACT: Final = re.compile(rf"{_YEAR}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})")
_DAY_FIRST: Final = re.compile(
    rf"(?P<day>[0-9]{{1,2}})(?P<sep>[-/. ])(?P<month>[0-9]{{1,2}})(?P=sep){_YEAR}{_MIDNIGHT}"
)
_MONTH_FIRST: Final = re.compile(
    rf"(?P<month>[0-9]{{1,2}})(?P<sep>[-/. ])(?P<day>[0-9]{{1,2}})(?P=sep){_YEAR}{_MIDNIGHT}"
)
_ORDINAL: Final = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
_WEEKDAY: Final = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? )?"
_SPELLED: Final = re.compile(rf"{_WEEKDAY}{_ORDINAL}(?: of)?[ /-]?{_MONTH},?[ /-]?{_YEAR}")
_SPELLED_YEAR_FIRST: Final = re.compile(rf"{_YEAR}[ /-]?{_MONTH}[ /-]?(?P<day>[0-9]{{1,2}})")
_SPELLED_MONTH_FIRST: Final = re.compile(rf"{_WEEKDAY}{_MONTH}[ -]{_ORDINAL},?[ -]{_YEAR}")

# People here write the month first; everywhere else a date in figures starts with the day or the year.
_MONTH_FIRST_COUNTRIES: Final = frozenset({"US"})
_OLDEST: Final = 1800
_NEWEST: Final = 2199


def read_date(text: str, place: Place) -> date | None:
    """The date that `text` writes, or None where it writes none, or one that does not exist."""
    folded = plain(text)
    figures = _MONTH_FIRST if place.country in _MONTH_FIRST_COUNTRIES else _DAY_FIRST
    for form in (_ISO, figures, _COMPACT, _SPELLED, _SPELLED_MONTH_FIRST, _SPELLED_YEAR_FIRST):
        found = form.fullmatch(folded)
        if found:
            month = found["month"]
            return _exact(int(found["year"]), _MONTHS.get(month, 0) if month.isalpha() else int(month), found["day"])
    return None


_OPEN: Final = "··"  # for the century of a year in two digits


def _without_century(text: str, place: Place) -> str:
    """The date of `text` whose year has two digits, its century left open; "" where it is no such date."""
    found = _SHORT_YEAR.fullmatch(plain(text))
    # Either century will do, but for 29 February: that is in the years of both centuries but 1900.
    day = read_date(f"{found[1]}20{found[2]}", place) if found else None
    return f"{_OPEN}{day.isoformat()[2:]}" if day else ""


def _exact(year: int, month: int, day: str) -> date | None:
    try:
        return date(year, month, int(day))
    except ValueError:
        return None


class Date(OneLine):
    """A date; every way of writing the same day is equal. A day and month that are swapped are a real difference.

    The century of a year in two digits is not guessed: 9/4/81 is the same as any 9 April of a year that ends in 81, and
    as nothing else.
    """

    name = "date"
    longest = 50

    @override
    def meaning(self, text: str, place: Place) -> str:
        # The form XPM lists use is nearly every value, and slicing it is ten times quicker than reading any form.
        if len(text) == 19 and text.endswith("T00:00:00"):
            text = text[:10]
        day = read_date(text, place)
        return day.isoformat() if day else _without_century(text, place)

    @override
    def same(self, a: Parts, b: Parts, place: Place) -> bool:
        first, second = self.canonical(a, place), self.canonical(b, place)
        if first == second:
            return True
        short, full = (first, second) if first.startswith(_OPEN) else (second, first)
        return short.startswith(_OPEN) and full[2:] == short[2:] and full[:2].isdecimal()

    @override
    def problem(self, value: Parts, place: Place) -> str | None:
        text = self.tidy(value[0])
        if not text:
            return None
        day = read_date(text, place)
        if day is None:
            return "This is not a date. Write the day, the month and a year of four digits, such as 3 May 1981."
        if not _OLDEST <= day.year <= _NEWEST:
            return f"The year {day.year} cannot be right."
        return None

    @override
    def show(self, value: Parts, place: Place) -> str:
        day = read_date(clean(value[0]), place)
        return f"{day.day} {_MONTH_NAMES[day.month - 1][:3]} {day.year}" if day else super().show(value, place)
