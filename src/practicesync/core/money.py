"""Prices: read as people type them, summed exactly, and shown in the currency of the practice's country."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")

_PLAIN = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?", re.ASCII)
_SPACES = re.compile(r"[\s\u00a0\u202f]+")


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency by its ISO 4217 code and the sign that its country writes before an amount."""

    code: str
    sign: str


CURRENCIES: Mapping[str, Currency] = {
    "AU": Currency("AUD", "$"),
    "NZ": Currency("NZD", "$"),
    "GB": Currency("GBP", "£"),
}
"""The currency of each country in which a practice may be."""


def currency_of(country: str) -> Currency:
    """The currency of a country, by its two letters; raises `KeyError` for one where no practice is."""
    return CURRENCIES[country]


def read_number(text: str, currency: Currency | None = None) -> Decimal:
    """A number as typed: "1,200.50", and with `currency` also "$1 200.5", "AUD 1,200".

    Raises `ValueError` for anything else, a comma for the decimals included: it would be read as a thousand times more.
    """
    bare = _SPACES.sub("", text).replace("−", "-")
    if currency is not None:
        bare = bare.upper().removeprefix(currency.code).removesuffix(currency.code)
        bare = bare.removeprefix(currency.sign).replace(f"-{currency.sign}", "-", 1)
    if not _PLAIN.fullmatch(bare) or not any(sign.isdigit() for sign in bare):
        raise ValueError(text)
    return Decimal(bare.replace(",", ""))


def has_cents_only(number: Decimal) -> bool:
    """Whether the number needs no more than two decimals."""
    return number == number.quantize(CENT, ROUND_HALF_UP)


def line_total(price: Decimal, quantity: Decimal) -> Decimal:
    """The price of so many, rounded to the cent, half a cent up."""
    return (price * quantity).quantize(CENT, ROUND_HALF_UP)


def total(lines: Iterable[tuple[Decimal, Decimal]]) -> Decimal:
    """The sum of the rounded totals of (price, quantity): what a person gets who adds up what is shown."""
    return sum((line_total(price, quantity) for price, quantity in lines), Decimal("0.00"))


def show_money(amount: Decimal, currency: Currency) -> str:
    """An amount with its sign: "$1,200.50", "-$80.00"."""
    rounded = amount.quantize(CENT, ROUND_HALF_UP)
    return f"{'-' if rounded < 0 else ''}{currency.sign}{abs(rounded):,.2f}"


def show_number(number: Decimal) -> str:
    """A number as people write it, without zeros at its end: "2", "1.5"."""
    return f"{number.normalize():f}" if number else "0"
