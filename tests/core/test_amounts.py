"""Numbers of what somebody holds: which writings mean the same, and which cannot be."""

import pytest

from practicesync.core.kinds import PERCENTAGE, QUANTITY, Place

HERE = Place("NZ")


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("1200", "1,200"),
        ("1 200", "1200.00"),
        ("0050", "50"),
        ("12.50", "12.5"),
        (".5", "0.50"),
        ("0", ""),
        ("0.0", ""),
    ],
)
def test_quantities_that_mean_the_same(a: str, b: str) -> None:
    assert QUANTITY.same((a,), (b,), HERE)
    assert QUANTITY.same((b,), (a,), HERE)


@pytest.mark.parametrize(("a", "b"), [("1200", "12000"), ("1.2", "12"), ("1", ""), ("50", "fifty"), ("0", "none")])
def test_quantities_that_differ(a: str, b: str) -> None:
    assert not QUANTITY.same((a,), (b,), HERE)


@pytest.mark.parametrize("text", ["-5", "fifty", "1,20", "1.2.3", "1e9", "½", "١٢"])
def test_what_is_no_quantity_is_told_so(text: str) -> None:
    assert QUANTITY.problem((text,), HERE) == (
        "This is not a number of shares or units. Write digits, such as 1,200 or 12.5."
    )


@pytest.mark.parametrize(("a", "b"), [("50", "50 %"), ("33.30%", "33.3"), ("100", "100.0"), ("0", "")])
def test_percentages_that_mean_the_same(a: str, b: str) -> None:
    assert PERCENTAGE.same((a,), (b,), HERE)


@pytest.mark.parametrize("text", ["101", "-1", "100.01%", "half", "%"])
def test_what_is_no_percentage_is_told_so(text: str) -> None:
    assert PERCENTAGE.problem((text,), HERE) == (
        "This is not a percentage. Write a number from 0 to 100, such as 33.3."
    )


def test_they_are_shown_as_people_write_them() -> None:
    assert QUANTITY.show(("12000.50",), HERE) == "12,000.5"
    assert QUANTITY.show(("some",), HERE) == "some"
    assert PERCENTAGE.show(("33.30",), HERE) == "33.3\N{NO-BREAK SPACE}%"
    assert PERCENTAGE.show(("",), HERE) == ""
