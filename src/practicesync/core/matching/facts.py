"""What single values say, in the short forms by which records are looked up and compared."""

import re
from typing import Final

from practicesync.core.kinds import BUSINESS_NUMBER, COMPANY_NUMBER, EMAIL, PHONE, TAX_NUMBER, Place
from practicesync.core.kinds.address_words import DESIGNATORS, STREET_TYPES, WORDS
from practicesync.core.kinds.countries import country_code
from practicesync.core.kinds.dates import read_date
from practicesync.core.kinds.spelling import unaccented

_NOT_A_CODE: Final = re.compile(r"[^a-z0-9]+")
_STREET_WORD: Final = re.compile(r"[0-9]+|[a-z]+")
_ENDLESS: Final = re.compile(r"(.)\1*")
_PHONE_TAIL: Final = 8
_OLDEST_BIRTH: Final = 1902
"""Earlier dates of birth are what programs write where they have none (1 Jan 1900, 30 Dec 1899)."""


def code(text: str) -> str:
    """A client code without case, marks and zeros in front: programs and people keep none of them."""
    folded = _NOT_A_CODE.sub("", text.lower())
    return folded.lstrip("0") if folded.isdecimal() else folded


def birthday(text: str, place: Place) -> int:
    """A date of birth as 19700503, 0 where there is none."""
    day = read_date(text, place) if text else None
    if day is None or day.year < _OLDEST_BIRTH:
        return 0
    return day.year * 10_000 + day.month * 100 + day.day


def business_number(text: str, place: Place) -> str:
    """The digits of an ABN or NZBN."""
    return _number(BUSINESS_NUMBER.canonical((text,), place)) if text else ""


def company_number(text: str, place: Place) -> str:
    """The digits of an ACN or another office's company number."""
    return _number(COMPANY_NUMBER.canonical((text,), place)) if text else ""


def _number(digits: str) -> str:
    """The digits; nothing of what is too short for a number, or one digit over and over."""
    return digits if len(digits) > 3 and digits.isalnum() and not _ENDLESS.fullmatch(digits) else ""


_SHOWN: Final = 3


def tax_number(text: str, place: Place) -> tuple[str, int]:
    """The number, "" where it is masked, and its last three digits, -1 where they cannot be seen."""
    if not text:
        return "", -1
    canonical = TAX_NUMBER.canonical((text,), place)
    tail = canonical[-_SHOWN:]
    if len(tail) < _SHOWN or not tail.isdecimal():
        return "", -1
    if "*" in canonical:
        return "", int(tail)
    number = _number(canonical)
    return (number, int(tail)) if number else ("", -1)


_NOBODYS: Final = frozenset({"none", "na", "noemail", "noreply", "no", "unknown", "test", "email", "nil", "donotreply"})


def emails(text: str, place: Place) -> list[str]:
    """The addresses of a field, without what people type for none."""
    if "@" not in text:
        return []
    found = EMAIL.canonical((text,), place).split(";")
    return [each for each in found if each.partition("@")[0] not in _NOBODYS]


def phones(text: str, place: Place) -> list[str]:
    """The last digits of each number: the area code is not always written."""
    if not text:
        return []
    canonical = PHONE.canonical((text,), place)
    found = []
    for number in canonical.split() if canonical[0] != "?" else [canonical]:
        digits = "".join(filter(str.isdecimal, number.partition("x")[0]))
        tail = digits[-_PHONE_TAIL:]
        if len(tail) >= _PHONE_TAIL - 1 and not _ENDLESS.fullmatch(tail):
            found.append(tail)
    return found


def street(lines: str, postcode: str) -> str:
    """House number, street's first word and postcode: `12/4 harbour 2204`, a box by its number."""
    if not lines:
        return ""
    numbers: list[str] = []
    words: list[str] = []
    for word in _STREET_WORD.findall(unaccented(lines)):
        if word[0].isdecimal():
            numbers.append(word.lstrip("0"))
        elif not words and len(word) > 1:
            word = WORDS.get(word, word)
            if word not in DESIGNATORS and word not in STREET_TYPES:
                words.append(word)
    if not numbers:
        return ""
    numbers.sort()
    return f"{' '.join(numbers)} {words[0] if words else ''} {postcode}"


def postcode(text: str) -> str:
    """A postcode with the zero that spreadsheets drop."""
    text = text.strip().upper().replace(" ", "")
    return text.zfill(4) if text.isdecimal() else text


def place_of(country: str, told: str) -> Place:
    """The place by which values are read: the party's own, else that of its address, else Australia."""
    if country:
        return _PLACES.get(country) or Place(country)
    if not told:
        return _AUSTRALIA
    found = country_code(unaccented(told)) or "AU"
    return _PLACES.get(found) or Place(found)


_PLACES: Final = {country: Place(country) for country in ("AU", "NZ", "GB")}
_AUSTRALIA: Final = _PLACES["AU"]
