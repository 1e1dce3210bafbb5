"""Tax, company and business numbers: separators, lost zeros, check digits and masks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practicesync.core.kinds import BUSINESS_NUMBER, COMPANY_NUMBER, TAX_NUMBER, Kind, Place
from practicesync.core.kinds.numbers import TaxNumber

AU, NZ, GB, SG = Place("AU"), Place("NZ"), Place("GB"), Place("SG")

SAME = [
    (TAX_NUMBER, AU, "123 456 782", "123456782"),
    (TAX_NUMBER, AU, "TFN: 123-456-782", "123456782"),
    (TAX_NUMBER, NZ, "49-091-850", "049091850"),
    (TAX_NUMBER, NZ, "IRD No. 049 091 850", "49091850"),
    (TAX_NUMBER, GB, "19558 39661", "1955839661K"),
    (COMPANY_NUMBER, AU, "ACN 004 085 616", "004085616"),
    (COMPANY_NUMBER, AU, "4085616", "004 085 616"),
    (COMPANY_NUMBER, GB, "SC 123456", "sc123456"),
    (COMPANY_NUMBER, GB, "1234567", "01234567"),
    (COMPANY_NUMBER, NZ, "1 234 567", "1234567"),
    (BUSINESS_NUMBER, AU, "51 824 753 556", "51824753556"),
    (BUSINESS_NUMBER, AU, "51824753556.0", "51 824 753 556"),
    (BUSINESS_NUMBER, AU, "'51824753556", "ABN51824753556"),
    (BUSINESS_NUMBER, AU, "A.B.N. 51 824 753 556", "51-824-753-556"),
    (BUSINESS_NUMBER, NZ, "9429 0415 3511 0", "NZBN 9429041535110"),
    (BUSINESS_NUMBER, SG, "2009 12345 K", "200912345k"),
]
DIFFERENT = [
    (TAX_NUMBER, AU, "123456782", "123456783"),
    (TAX_NUMBER, AU, "123456782", "023456782"),
    (TAX_NUMBER, AU, "123456782", ""),
    (TAX_NUMBER, AU, "23456782", "023456782"),
    (COMPANY_NUMBER, AU, "004085616", "004085661"),
    (COMPANY_NUMBER, GB, "SC123456", "NI123456"),
    (BUSINESS_NUMBER, AU, "51824753556", "51824753565"),
    (BUSINESS_NUMBER, NZ, "9429041535110", "429041535110"),
]


def _ids(cases: list[tuple[Kind, Place, str, str]], sign: str) -> list[str]:
    return [f"{place.country} {kind.name} {a} {sign} {b}" for kind, place, a, b in cases]


@pytest.mark.parametrize(("kind", "place", "a", "b"), SAME, ids=_ids(SAME, "="))
def test_one_number_in_two_forms_is_the_same(kind: Kind, place: Place, a: str, b: str) -> None:
    assert kind.same((a,), (b,), place)
    assert kind.canonical((a,), place) == kind.canonical((b,), place) != ""


@pytest.mark.parametrize(("kind", "place", "a", "b"), DIFFERENT, ids=_ids(DIFFERENT, "/"))
def test_two_numbers_differ(kind: Kind, place: Place, a: str, b: str) -> None:
    assert not kind.same((a,), (b,), place)


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("******782", "123 456 782", True),
        ("******782", "******782", True),
        ("*****782", "******782", True),
        ("*** *** 782", "123456782", True),
        ("12******2", "123456782", True),
        ("…782", "123456782", True),
        ("...782", "123456783", False),
        ("*********", "123456782", True),
        ("******783", "123456782", False),
        ("******782", "******783", False),
        ("******782", "", False),
        ("*********", "", False),
        ("******782", "782", False),
        ("13******2", "123456782", False),
        ("******782", "pending", False),
    ],
)
def test_a_masked_tax_number_is_compared_by_what_can_be_seen(a: str, b: str, same: bool) -> None:
    assert TAX_NUMBER.same((a,), (b,), AU) is same
    assert TAX_NUMBER.same((b,), (a,), AU) is same


def test_a_lost_zero_does_not_hide_a_number_from_its_mask() -> None:
    assert TAX_NUMBER.same(("49-091-850",), ("******850",), NZ)


def test_a_masked_tax_number_is_never_taken_for_a_value() -> None:
    assert TAX_NUMBER.is_masked(("******782",))
    assert not TAX_NUMBER.is_masked(("123456782",))
    assert not TAX_NUMBER.is_masked(("",))
    assert not COMPANY_NUMBER.is_masked(("004085616",))
    assert TAX_NUMBER.problem(("******782",), AU) == "Part of this number is hidden. Type it in full."


PROBLEMS = [
    (TAX_NUMBER, AU, "123456783", "This is not a TFN: a digit is wrong or two are swapped."),
    (TAX_NUMBER, AU, "1234567", "A TFN has 8 or 9 digits."),
    (TAX_NUMBER, NZ, "49091851", "This is not an IRD number: a digit is wrong or two are swapped."),
    (TAX_NUMBER, GB, "2955839661", "This is not a UTR: a digit is wrong or two are swapped."),
    (COMPANY_NUMBER, AU, "004085617", "This is not an ACN: a digit is wrong or two are swapped."),
    (COMPANY_NUMBER, NZ, "123456789", "A New Zealand company number has 1 to 8 digits."),
    (COMPANY_NUMBER, GB, "123456789", "A UK company number has 8 letters and digits."),
    (BUSINESS_NUMBER, AU, "51824753565", "This is not an ABN: a digit is wrong or two are swapped."),
    (BUSINESS_NUMBER, NZ, "9429041535111", "This is not an NZBN: a digit is wrong or two are swapped."),
]


@pytest.mark.parametrize(("kind", "place", "text", "sentence"), PROBLEMS, ids=[f"{p[0].name} {p[2]}" for p in PROBLEMS])
def test_a_number_that_cannot_be_right_is_refused_with_a_sentence(
    kind: Kind, place: Place, text: str, sentence: str
) -> None:
    assert kind.problem((text,), place) == sentence


@pytest.mark.parametrize(
    ("kind", "place", "text"),
    [
        (TAX_NUMBER, AU, ""),
        (TAX_NUMBER, AU, "123 456 782"),
        (TAX_NUMBER, NZ, "49-091-850"),
        (TAX_NUMBER, GB, "1955839661"),
        (COMPANY_NUMBER, AU, "004 085 616"),
        (COMPANY_NUMBER, NZ, "1234567"),
        (COMPANY_NUMBER, GB, "SC123456"),
        (BUSINESS_NUMBER, AU, "51 824 753 556"),
        (BUSINESS_NUMBER, NZ, "9429041535110"),
        (BUSINESS_NUMBER, NZ, "51 824 753 556"),
        (BUSINESS_NUMBER, SG, "200912345K"),
    ],
)
def test_a_number_with_its_check_digit_is_accepted(kind: Kind, place: Place, text: str) -> None:
    assert kind.problem((text,), place) is None


@pytest.mark.parametrize("mask", ["******782", "XXXXXX782", "xxx xxx 782", "••••••782", "######782", "XXX-XXX-782"])
def test_whatever_hides_digits_is_a_mask_and_shows_its_last_ones(mask: str) -> None:
    here = Place("AU")
    assert TAX_NUMBER.is_masked((mask,))
    assert TAX_NUMBER.same((mask,), ("123 456 782",), here)
    assert not TAX_NUMBER.same((mask,), ("123456783",), here)
    assert TAX_NUMBER.same((mask,), ("******782",), here)
    assert TAX_NUMBER.problem((mask,), here) is not None


@given(st.from_regex(r"[*X]{0,4}[0-9 ]{0,5}", fullmatch=True), st.from_regex(r"[0-9]{0,9}[kK]?", fullmatch=True))
def test_a_mask_is_known_at_a_glance_only_where_a_close_look_says_the_same(mask: str, number: str) -> None:
    for place in (AU, NZ, GB, SG):
        if TaxNumber().alike(mask, number):
            shown = TAX_NUMBER.canonical((mask,), place).rpartition("*")[2]
            assert TAX_NUMBER.canonical((number,), place).endswith(shown)
            assert TAX_NUMBER.same((number,), (mask,), place)
