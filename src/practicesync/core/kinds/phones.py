"""Phone numbers, in the forms people of each country write them.

Numbering plans: ACMA Telecommunications Numbering Plan (AU), NZ Telecommunications Numbering Plan (Number
Administration Deed), Ofcom National Telephone Numbering Plan (GB); everything else through libphonenumber's data.
"""

import re
from functools import lru_cache
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult
from typing_extensions import override

from practicesync.core.kinds.base import UNREAD, OnePart, Parts, Place, clean, one_line
from practicesync.core.kinds.spelling import plain

# The three plans read here in about a microsecond; the library takes twenty times that. `NATIONAL` follows a 0 at home,
# `SERVICE` never does.
_AU_NATIONAL: Final = r"[23478][0-9]{8}"
_AU_SERVICE: Final = r"13[0-9]{4}|1[38]00[0-9]{6}|180[1-9][0-9]{3}"
_NZ_NATIONAL: Final = r"[34679][0-9]{7}|2[0-9]{7,9}|(?:800|508)[0-9]{6,7}|900[0-9]{5,7}"
_GB_NATIONAL: Final = r"[1-37-9][0-9]{9}|1[0-9]{8}|800[0-9]{6,7}"

_ABROAD: Final = re.compile(
    r"(?:\+|0011|00)?(?:"
    rf"(?P<AU>61(?:0?(?:{_AU_NATIONAL})|{_AU_SERVICE}))|(?P<NZ>640?(?:{_NZ_NATIONAL}))|(?P<GB>440?(?:{_GB_NATIONAL})))"
)
_AT_HOME: Final = {
    "AU": re.compile(rf"0?({_AU_NATIONAL})|({_AU_SERVICE})"),
    "NZ": re.compile(rf"0?({_NZ_NATIONAL})"),
    "GB": re.compile(rf"0?({_GB_NATIONAL})"),
}
# A local number stands without its area code.
_LOCAL: Final = {"AU": re.compile(r"[2-9][0-9]{7}"), "NZ": re.compile(r"[2-9][0-9]{6}")}
# Where a national number fits no plan at home it may fit the neighbour's: firms have clients on both sides.
_NEIGHBOUR: Final = {"AU": "NZ", "NZ": "AU"}
_CALLING_CODE: Final = {"AU": "61", "NZ": "64", "GB": "44"}
_INTERNATIONAL: Final = ("+", "00")

_SEPARATORS: Final = str.maketrans("", "", " -().[]_\u00a0")
_DIGITS: Final = re.compile(r"\+?[0-9]{5,18}")
_ANY_DIGITS: Final = re.compile(r"\+?[0-9]+")
# A slash parts two numbers, or the groups of one: then what follows is no mere ending, and the whole fits a plan.
_SLASH: Final = re.compile(r"(?<=[0-9)]) ?/ ?(?=[0-9]{3})")
_STARTS: Final = frozenset("0(+")
_FLOAT: Final = re.compile(r"[1-9][0-9]{5,}\.0")
_BRACKETED_TRUNK: Final = re.compile(r"(?<=[0-9]) ?\(0\)")
_SEVERAL: Final = re.compile(r" ?(?:[;,/|&]|\bor\b|\band\b) ?")
_LABEL: Final = re.compile(r"(?:ph|phone|tel|telephone|mob|mobile|cell|fax|t|p|m|f)\b ?[.:]* ?")
_LABEL_BEHIND: Final = re.compile(r"(?<=[0-9]) ?\(?(?:ph|phone|tel|telephone|mob|mobile|cell|m)\)?$")
_EXTENSION: Final = re.compile(r"[ ,;]*(?:(?:\bextension|\bextn?|\bx|(?<=[0-9])x)\.?|#) ?:? ?([0-9]{1,7})")
_VANITY: Final = re.compile(r"(1[38]00|13|0800|0508)[ -]*([a-z0-9 -]+)")
_KEYPAD: Final = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")
_NOT_SPOKEN: Final = re.compile(r"[^\w+]+")
_BETWEEN_DIGITS: Final = re.compile(r"(?<=[0-9]) (?=[0-9])")


def _by_plan(digits: str, country: str) -> str:
    """E.164 for digits that fit the home plan or, with or without +, the plan of another of the three; else ""."""
    home = _AT_HOME.get(country)
    if home and not digits.startswith(_INTERNATIONAL):
        found = home.fullmatch(digits)
        if found:
            return f"+{_CALLING_CODE[country]}{found[found.lastindex or 0]}"
    found = _ABROAD.fullmatch(digits)
    if not found:
        return ""
    code, national = digits[found.start(found.lastgroup or 0) :][:2], found[found.lastgroup or 0][2:]
    return f"+{code}{national.removeprefix('0')}"


def _by_neighbour(digits: str, country: str) -> str:
    """E.164 for digits with a trunk 0 that fit the plan of the neighbouring country alone; else ""."""
    neighbour = _NEIGHBOUR.get(country)
    if neighbour is None or not digits.startswith("0") or digits.startswith(_INTERNATIONAL):
        return ""
    return _by_plan(digits, neighbour)


def _by_area(digits: str, place: Place) -> str:
    """E.164 for a local number, where the area is known; else ""."""
    local = _LOCAL.get(place.country) if place.area_code else None
    if local is None or not local.fullmatch(digits):
        return ""
    return f"+{_CALLING_CODE[place.country]}{place.area_code}{digits}"


def country_of_number(text: str) -> str:
    """AU, NZ or GB where a number says so by its calling code, or by fitting one of the first two plans alone."""
    digits = plain(text).translate(_SEPARATORS)
    found = _ABROAD.fullmatch(_BRACKETED_TRUNK.sub("", digits)) if digits.startswith(("+", "0061", "0064")) else None
    if found:
        return found.lastgroup or ""
    fitting = [country for country in _NEIGHBOUR if digits.startswith("0") and _AT_HOME[country].fullmatch(digits)]
    return fitting[0] if len(fitting) == 1 else ""


def _by_library(digits: str, country: str) -> str:
    """E.164 for digits that are a possible number under libphonenumber's plans; else ""."""
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    try:
        number = phonenumbers.parse(digits, country)
    except NumberParseException:
        return ""
    if phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        return ""
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _spelled(text: str) -> str:
    """The digits of a number written as a word, such as 1300 FLOWER; else the text itself."""
    found = _VANITY.fullmatch(text)
    if not found:
        return text
    prefix, word = found.groups()
    digits = sum(letter.isdigit() for letter in word)
    if len(word.replace(" ", "")) - digits < 3 or digits > 3:
        return text
    return prefix + word.translate(_KEYPAD)


def _number(text: str, place: Place) -> str:
    """One number with its extension; "" if it holds anything else."""
    label = _LABEL.match(text)
    text = _LABEL_BEHIND.sub("", text[label.end() :] if label else text)
    text = _SLASH.sub("", _BRACKETED_TRUNK.sub("", text)) if text[:1] in _STARTS else _BRACKETED_TRUNK.sub("", text)
    extension = ""
    found = _EXTENSION.search(text)
    if found and found.end() == len(text):
        text, extension = text[: found.start()], "x" + found[1]
    digits = _spelled(text).translate(_SEPARATORS)
    if not _DIGITS.fullmatch(digits):
        return ""
    number = (
        _by_plan(digits, place.country)
        or _by_area(digits, place)
        or _by_neighbour(digits, place.country)
        or _by_library(digits, place.country)
    )
    return number and number + extension


@lru_cache(maxsize=4096)
def _slow(text: str, place: Place) -> str:
    text = plain(text).strip(" ,;:/.-'")
    number = _number(text, place)
    if number:
        return number
    pieces = [piece for piece in _SEVERAL.split(text) if piece]
    numbers = [_number(piece, place) for piece in pieces]
    if len(numbers) > 1 and all(numbers):
        return " ".join(numbers)
    spoken = " ".join(_NOT_SPOKEN.sub(" ", text).split())
    return UNREAD + _BETWEEN_DIGITS.sub("", spoken) if spoken else ""


class Phone(OnePart):
    """Phone numbers of a country: +61 2 9876 5432, 0061 2 9876 5432, +61 (0)2 9876 5432, (02) 9876 5432 and 0298765432
    are the same in Australia.

    An extension counts. A number without its area code is completed where the place tells it, never by guessing. A
    national number that fits the plan of the other of Australia and New Zealand alone is read by that. Several numbers
    are compared in their order. Words that are more than a label (ask for Jane) count.
    """

    name = "phone"
    longest = 100

    @override
    def tidy(self, value: str) -> str:
        return one_line(clean(value), ", ")

    @override
    def meaning(self, text: str, place: Place) -> str:
        # A spreadsheet that took the digits for a number may have written it with a decimal.
        if text.endswith(".0") and _FLOAT.fullmatch(text):  # a spreadsheet took the digits for a number
            text = text[:-2]
        digits = text.translate(_SEPARATORS)
        return _by_plan(digits, place.country) or _by_area(digits, place) or _slow(text, place)

    @override
    def problem(self, value: Parts, place: Place) -> str | None:
        text = plain(self.tidy(value[0]))
        if text and not any(letter.isdecimal() for letter in text):
            return "A phone number has digits."
        digits = text.translate(_SEPARATORS)
        if _ANY_DIGITS.fullmatch(digits) and not _by_plan(digits, place.country):
            return _length_problem(digits, place.country)
        return super().problem(value, place)


_WRONG_LENGTH: Final = "This phone number has too few or too many digits."


def _length_problem(digits: str, country: str) -> str | None:
    trunk = digits.startswith("0") and not digits.startswith("00")
    try:
        number = phonenumbers.parse(f"+{digits[2:]}" if digits.startswith("00") else digits, country)
    except NumberParseException as refusal:
        # Without a country that the library knows, nothing can be said against a number but that it is endless.
        return _WRONG_LENGTH if refusal.error_type == NumberParseException.TOO_LONG else None
    # A number that starts with an area code's 0 is meant to be whole; any other may be short for a local one.
    if trunk and country in _AT_HOME:
        wrong = not phonenumbers.is_valid_number(number)
    else:
        reason = phonenumbers.is_possible_number_with_reason(number)
        wrong = reason not in (ValidationResult.IS_POSSIBLE, ValidationResult.IS_POSSIBLE_LOCAL_ONLY)
    return _WRONG_LENGTH if wrong else None
