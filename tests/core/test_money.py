"""Prices as people type them, exact sums, and how they are shown."""

from decimal import Decimal

import pytest

from practicesync.core.money import (
    CURRENCIES,
    currency_of,
    has_cents_only,
    line_total,
    read_number,
    show_money,
    show_number,
    total,
)

AUD = currency_of("AU")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1200", "1200"),
        ("1,200.50", "1200.50"),
        ("1 200.5", "1200.5"),
        ("$1,200", "1200"),
        ("AUD 1,200", "1200"),
        ("1200 aud", "1200"),
        ("-$80", "-80"),
        ("$-80", "-80"),
        ("\u221280.00", "-80"),
        (".5", "0.5"),
        ("2.", "2"),
        (" 1,234,567.89 ", "1234567.89"),
    ],
)
def test_a_price_is_read_as_people_type_it(typed: str, read: str) -> None:
    assert read_number(typed, AUD) == Decimal(read)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "-",
        ".",
        "free",
        "12,5",
        "1,20,000",
        "1.200,50",
        "1e5",
        "NaN",
        "Infinity",
        "0x10",
        "£5",
        "--5",
        "٣",
        "5-",
    ],
)
def test_what_is_no_price_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_number(typed, AUD)


def test_a_quantity_takes_no_sign_of_money() -> None:
    assert read_number("1.5") == Decimal("1.5")
    with pytest.raises(ValueError, match=r"\$"):
        read_number("$5")


def test_sums_are_exact_where_binary_fractions_are_not() -> None:
    assert total([(Decimal("0.10"), Decimal(1))] * 3) == Decimal("0.30")


def test_the_total_is_the_sum_of_the_lines_as_shown() -> None:
    lines = [(Decimal("0.33"), Decimal("0.5"))] * 2
    assert [line_total(*line) for line in lines] == [Decimal("0.17")] * 2
    assert total(lines) == Decimal("0.34")
    assert total([]) == Decimal(0)


def test_half_a_cent_goes_up() -> None:
    assert line_total(Decimal("0.01"), Decimal("0.5")) == Decimal("0.01")
    assert line_total(Decimal("2.25"), Decimal("0.1")) == Decimal("0.23")


@pytest.mark.parametrize(("number", "fits"), [("1", True), ("1.50", True), ("1.500", True), ("1.505", False)])
def test_more_than_cents_is_seen(number: str, fits: bool) -> None:
    assert has_cents_only(Decimal(number)) is fits


def test_amounts_are_shown_in_the_countrys_currency() -> None:
    assert {country: show_money(Decimal("1234.5"), each) for country, each in CURRENCIES.items()} == {
        "AU": "$1,234.50",
        "NZ": "$1,234.50",
        "GB": "£1,234.50",
    }
    assert show_money(Decimal(-80), AUD) == "-$80.00"


@pytest.mark.parametrize(("number", "shown"), [("2.00", "2"), ("1.50", "1.5"), ("0.00", "0"), ("100.00", "100")])
def test_numbers_are_shown_without_zeros_at_the_end(number: str, shown: str) -> None:
    assert show_number(Decimal(number)) == shown
