"""Numbers that a registrar or a tax office gives out, with their check digits.

Sources: ATO (TFN, ABN), ASIC (ACN), Inland Revenue (IRD number), NZBN Register and GS1 (NZBN), Companies House and HMRC
(UK company number, UTR). The check-digit arithmetic is python-stdnum's.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from stdnum import ean
from stdnum.au import abn, acn, tfn
from stdnum.gb import utr
from stdnum.nz import ird
from typing_extensions import override

from practicesync.core.kinds.base import OneLine, Parts, Place
from practicesync.core.kinds.spelling import plain

_SEPARATORS: Final = str.maketrans("", "", " -./,'\t\u00a0")
_FLOAT: Final = re.compile(r"([0-9]{5,})\.0+")
_LABEL: Final = re.compile(
    r"(?:a\.?b\.?n|a\.?c\.?n|arbn|t\.?f\.?n|ird|gst|nzbn|nzcn|utr|crn|company|number|no)(?:\b|(?=[0-9]))[.:#]* ?"
    r"(?:(?:number|no)\b[.:]* ?)?"
)


def _digits(text: str) -> str:
    """`text` without the blanks, dots and dashes between its characters, and without a label in front."""
    bare = text.translate(_SEPARATORS)
    if bare.isdecimal() and bare.isascii() and not text.endswith(".0"):
        return bare
    text = plain(text)
    number = _FLOAT.fullmatch(text)
    if number:  # a spreadsheet took the digits for a number
        return number[1]
    label = _LABEL.match(text)
    if label and label.end() < len(text):
        text = text[label.end() :]
    return text.translate(_SEPARATORS)


@dataclass(frozen=True, slots=True)
class Scheme:
    """One kind of number in one country."""

    label: str  # with its article, as a sentence names it
    shortest: int
    longest: int
    is_valid: Callable[[str], bool]
    pad: int = 0  # digits to which lost zeros in front are put back
    suffix: str = ""  # a letter that may be written after the digits
    unit: str = "digits"

    @property
    def wanted(self) -> str:
        """How many characters it has, in words."""
        if self.shortest == self.longest:
            return str(self.longest)
        return f"{self.shortest} {'or' if self.longest == self.shortest + 1 else 'to'} {self.longest}"

    def canonical(self, text: str) -> str:
        """The number with the zeros that a spreadsheet lost."""
        text = text.strip(self.suffix) if self.suffix else text
        return text.zfill(self.pad) if text.isdecimal() else text


def _nzbn(number: str) -> bool:
    return number.startswith("94") and bool(ean.is_valid(number))


_UK_COMPANY: Final = re.compile(r"(?:[0-9]{2}|[a-z]{2})[0-9]{6}")


def _uk_company(number: str) -> bool:
    return _UK_COMPANY.fullmatch(number) is not None


class RegisteredNumber(OneLine):
    """A number under the scheme of the client's country, or as written where the country has none here. Spacing, dots,
    dashes, a label in front and zeros lost in front do not count; every digit does."""

    longest = 50
    schemes: ClassVar[Mapping[str, Scheme]]

    @override
    def alike(self, a: str, b: str) -> bool:
        digits = a.translate(_SEPARATORS)
        return digits == b.translate(_SEPARATORS) != ""

    @override
    def meaning(self, text: str, place: Place) -> str:
        digits = _digits(text)
        scheme = self.schemes.get(place.country)
        return scheme.canonical(digits) if scheme and digits else digits

    @override
    def problem(self, value: Parts, place: Place) -> str | None:
        text = self.tidy(value[0])
        scheme = self.schemes.get(place.country)
        if not text or not scheme:
            return super().problem(value, place)
        number = self.meaning(text, place)
        if not scheme.shortest <= len(number) <= scheme.longest:
            return f"{scheme.label} has {scheme.wanted} {scheme.unit}."
        if not number.isascii() or not scheme.is_valid(number):
            return f"This is not {scheme.label[0].lower()}{scheme.label[1:]}: a digit is wrong or two are swapped."
        return None


class CompanyNumber(RegisteredNumber):
    """What the companies office calls a company: ACN or ARBN, New Zealand or UK company number."""

    name = "company_number"
    schemes: ClassVar[Mapping[str, Scheme]] = {
        "AU": Scheme("An ACN", 9, 9, acn.is_valid, pad=9),
        "NZ": Scheme("A New Zealand company number", 1, 8, str.isdecimal),
        "GB": Scheme("A UK company number", 8, 8, _uk_company, pad=8, unit="letters and digits"),
    }


class BusinessNumber(RegisteredNumber):
    """What the business register calls an entity: ABN or NZBN."""

    name = "business_number"
    schemes: ClassVar[Mapping[str, Scheme]] = {
        "AU": Scheme("An ABN", 11, 11, abn.is_valid),
        "NZ": Scheme("An NZBN", 13, 13, _nzbn),
    }

    @override
    def problem(self, value: Parts, place: Place) -> str | None:
        # A client of one country may be registered in the other, and the two kinds cannot be mistaken for each other.
        if any(scheme.is_valid(self.canonical(value, place)) for scheme in self.schemes.values()):
            return None
        return super().problem(value, place)


MASK: Final = "*"
_MASKED: Final = re.compile(r"\*+")
_HIDING: Final = re.compile(r"[xX#•●∙·…]|\.\.")
_OTHER_MASKS: Final = re.compile(r"…|\.{2,}|[xX#•●∙·](?:[ -]?[xX#•●∙·])+")
"""Signs that hide digits elsewhere; one alone may be a slip, several in a row hide something."""


def _starred(text: str) -> str:
    """The text with whatever hides digits as an asterisk; no tax number holds those signs itself."""
    return _OTHER_MASKS.sub(MASK, text) if _HIDING.search(text) else text


def _ends(mask: str, number: str) -> bool:
    """Whether one text is asterisks and digits, and the other the digits alone of a number that ends in them."""
    seen = mask.lstrip(MASK)
    plainly = len(seen) < len(mask) and (seen + number).isdecimal() and number.isascii()
    return plainly and len(number) > len(seen) and number.endswith(seen)


class TaxNumber(RegisteredNumber):
    """What the tax office calls a taxpayer: TFN, IRD number or UTR.

    XPM gives all but the last digits as asterisks (Xero developer docs, Practice Manager clients); crosses, hashes and
    dots in a row are taken for the same, since a mask that is not seen to be one would be written. A masked number and
    a full one are the same when the digits that can be seen are; three equal digits are no proof, but nothing better is
    to be had. Two numbers that are both in full are compared in full.
    """

    name = "tax_number"
    schemes: ClassVar[Mapping[str, Scheme]] = {
        "AU": Scheme("A TFN", 8, 9, tfn.is_valid),
        "NZ": Scheme("An IRD number", 9, 9, ird.is_valid, pad=9),
        "GB": Scheme("A UTR", 10, 10, utr.is_valid, suffix="k"),
    }

    @override
    def meaning(self, text: str, place: Place) -> str:
        text = _starred(text)
        if MASK not in text:
            return super().meaning(text, place)
        # How many asterisks there are says nothing reliable about how many digits they hide.
        return _MASKED.sub(MASK, _digits(text))

    @override
    def alike(self, a: str, b: str) -> bool:
        return super().alike(a, b) or _ends(a, b) or _ends(b, a)

    @override
    def same(self, a: Parts, b: Parts, place: Place) -> bool:
        if super().same(a, b, place):
            return True
        if self.is_masked(a) == self.is_masked(b):
            return False
        mask, number = (a, b) if self.is_masked(a) else (b, a)
        first, *_, last = self.canonical(mask, place).split(MASK)
        full = self.canonical(number, place)
        return len(full) > len(first) + len(last) and full.startswith(first) and full.endswith(last)

    @override
    def problem(self, value: Parts, place: Place) -> str | None:
        if self.is_masked(value):
            return "Part of this number is hidden. Type it in full."
        return super().problem(value, place)

    @override
    def is_masked(self, value: Parts) -> bool:
        return MASK in _starred(value[0])
