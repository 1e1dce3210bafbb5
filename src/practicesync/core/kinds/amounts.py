"""Numbers of what somebody holds: shares or units, and percentages.

Xero Practice Manager writes 0 for what was never filled in (its replies hold `<NumberOfShares>0</NumberOfShares>` on a
director), so that 0 and blank mean the same.
"""

import re
from decimal import Decimal
from typing import Final

from typing_extensions import override

from practicesync.core.kinds.base import OneLine, Parts, Place

_NUMBER: Final = re.compile(r"(?P<whole>[0-9]{1,3}(?:[, ][0-9]{3})+|[0-9]+)?(?:\.(?P<rest>[0-9]+))?")
_HUNDRED: Final = Decimal(100)
NOTHING: Final = "0"


def read_amount(text: str) -> Decimal | None:
    """The number that `text` writes, with or without thousands; None where it writes none, or one below zero."""
    found = _NUMBER.fullmatch(text.strip()) if text.isascii() else None
    if not found or not (found["whole"] or found["rest"]):
        return None
    whole = (found["whole"] or "0").replace(",", "").replace(" ", "")
    return Decimal(f"{whole}.{found['rest'] or '0'}")


def _written(number: Decimal) -> str:
    """The number in as few digits as it takes."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


class Quantity(OneLine):
    """How many shares or units, whole or not. Separators, zeros at the ends and 0 for blank do not count."""

    name = "quantity"
    longest = 30

    @override
    def meaning(self, text: str, place: Place) -> str:
        number = read_amount(self._bare(text))
        return "" if number is None else _written(number)

    @override
    def same(self, a: Parts, b: Parts, place: Place) -> bool:
        first, second = self.canonical(a, place), self.canonical(b, place)
        return first == second or {first, second} == {"", NOTHING}

    @override
    def problem(self, value: Parts, place: Place) -> str | None:
        text = self.tidy(value[0])
        if text and read_amount(self._bare(text)) is None:
            return "This is not a number of shares or units. Write digits, such as 1,200 or 12.5."
        return super().problem(value, place)

    @override
    def show(self, value: Parts, place: Place) -> str:
        text = self.tidy(value[0])
        number = read_amount(self._bare(text))
        return text if number is None else format(Decimal(_written(number)), ",f")

    def _bare(self, text: str) -> str:
        return text


class Percentage(Quantity):
    """A part of a hundred, with or without its sign."""

    name = "percentage"

    @override
    def problem(self, value: Parts, place: Place) -> str | None:
        text = self.tidy(value[0])
        number = read_amount(self._bare(text))
        if text and (number is None or number > _HUNDRED):
            return "This is not a percentage. Write a number from 0 to 100, such as 33.3."
        return None

    @override
    def show(self, value: Parts, place: Place) -> str:
        shown = super().show(value, place)
        return f"{shown}\N{NO-BREAK SPACE}%" if read_amount(self._bare(self.tidy(value[0]))) is not None else shown

    @override
    def _bare(self, text: str) -> str:
        return text.removesuffix("%").rstrip()
