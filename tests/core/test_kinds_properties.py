"""What holds for every kind and any text, and for any way of writing one value."""

from collections.abc import Callable
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practicesync.core import kinds
from practicesync.core.kinds import (
    ADDRESS,
    DATE,
    NAME,
    PERCENTAGE,
    PHONE,
    QUANTITY,
    STREET,
    TAX_NUMBER,
    Kind,
    Parts,
    Place,
    is_tidy,
)

ALL: Final = [value for value in vars(kinds).values() if isinstance(value, Kind)]
# Kinds of which one value may leave open what two others tell apart, or of which a value means the same as blank.
LENIENT: Final = (ADDRESS, DATE, PERCENTAGE, QUANTITY, STREET, TAX_NUMBER)
PLACES: Final = st.sampled_from([Place("AU"), Place("NZ"), Place("GB"), Place("US"), Place("XX"), Place("")])

# Text of every sort, lone surrogates and controls included, and text that is nearly a value.
ANYTHING: Final = st.one_of(
    st.text(st.characters(codec=None, exclude_categories=()), max_size=40),
    st.text(st.sampled_from("0123456789 +()-./*#xX,;@&'\t\n\r\u00a0\u200b\u0301"), max_size=24),
    st.text(st.sampled_from("aeostuPLMc 0129/,.-&'\n\u0101\u00a0"), max_size=24),
)


def _values(kind: Kind) -> st.SearchStrategy[Parts]:
    return st.tuples(*[ANYTHING] * len(kind.parts))


each_kind = pytest.mark.parametrize("kind", ALL, ids=[kind.name for kind in ALL])


def test_every_kind_is_here_under_a_name_of_its_own() -> None:
    assert len({kind.name for kind in ALL}) == len(ALL) == 25


@each_kind
@given(data=st.data(), place=PLACES)
def test_any_text_can_be_compared_checked_and_shown(kind: Kind, data: st.DataObject, place: Place) -> None:
    value = data.draw(_values(kind))
    blank = not any(kind.tidy(part) for part in value)
    assert (kind.canonical(value, place) == "") is blank
    assert "\n" not in kind.show(value, place)
    problem = kind.problem(value, place)
    assert problem is None or problem.strip()
    assert not (blank and problem and all(len(part) <= kind.longest for part in value))


@each_kind
@given(data=st.data(), place=PLACES)
def test_same_is_reflexive_and_symmetric_and_follows_the_canonical_form(
    kind: Kind, data: st.DataObject, place: Place
) -> None:
    a, b = data.draw(_values(kind)), data.draw(_values(kind))
    assert kind.same(a, a, place)
    assert kind.same(a, b, place) is kind.same(b, a, place)
    if kind.canonical(a, place) == kind.canonical(b, place):
        assert kind.same(a, b, place)
    elif kind not in LENIENT:
        assert not kind.same(a, b, place)


@each_kind
@given(data=st.data(), place=PLACES)
def test_tidying_never_changes_the_meaning_and_ends_at_once(kind: Kind, data: st.DataObject, place: Place) -> None:
    value = data.draw(_values(kind))
    tidied = tuple(map(kind.tidy, value))
    assert kind.same(value, tidied, place)
    assert kind.canonical(value, place) == kind.canonical(tidied, place)
    assert tuple(map(kind.tidy, tidied)) == tidied
    assert all(kind.tidy(part) == part for part in value if is_tidy(part))
    for part in tidied:
        part.encode("utf-8")


# Ways of writing that never make a difference.

DIGITS: Final = "0123456789"
SPACES: Final = st.sampled_from([" ", "  ", "\u00a0", "\t"])
CASES: Final[st.SearchStrategy[Callable[[str], str]]] = st.sampled_from([str.lower, str.upper, str.title, str])
BREAKS: Final = st.sampled_from([", ", "\n", ",", ",\n", "\r\n", " "])

STREET_TYPES: Final = [
    ("Road", "Rd", "Rd."),
    ("Street", "St", "St."),
    ("Avenue", "Ave", "Av"),
    ("Terrace", "Tce", "Terr"),
    ("Crescent", "Cres", "Cr"),
    ("Place", "Pl", "Pl."),
    ("Drive", "Dr", "Drv"),
    ("Parade", "Pde", "PDE"),
]
UNITS: Final = ["Unit {}{}{}", "U{}{}{}", "{}/{}{}", "Unit {}/{}{}", "Flat {}{}{}", "u{}/{}{}"]
STATES: Final = [("TAS", "Tasmania", "Tas."), ("NSW", "New South Wales", "N.S.W."), ("WA", "Western Australia", "W.A.")]


@st.composite
def written_addresses(draw: st.DrawFn, number: int, street: int, state: int) -> Parts:
    """One way of writing `Unit 4, <number> Harbour <street type>, Hobart <state> 7310`."""
    case = draw(CASES)
    form = draw(st.sampled_from(UNITS))
    unit = form.format(4, "" if "/" in form else draw(BREAKS), number)
    line = f"{unit}{draw(SPACES)}Harbour{draw(SPACES)}{draw(st.sampled_from(STREET_TYPES[street]))}"
    region = draw(st.sampled_from(STATES[state]))
    country = draw(st.sampled_from(["", "AU", "Australia", "AUS"]))
    spread = draw(st.sampled_from(["parts", "city", "street"]))
    if spread == "parts":
        return tuple(map(case, (line, "Hobart", region, "7310", country)))
    end = f"Hobart{draw(BREAKS)}{region} 7310"
    if spread == "city":
        return (case(line), case(end), "", "", country)
    return (case(line + draw(BREAKS) + end), "", "", "", country)


@given(data=st.data(), number=st.integers(1, 9999), street=st.integers(0, 7), state=st.integers(0, 2))
def test_an_address_is_the_same_however_it_is_written(
    data: st.DataObject, number: int, street: int, state: int
) -> None:
    a, b = (data.draw(written_addresses(number, street, state)) for _ in range(2))
    assert ADDRESS.same(a, b, Place("AU"))


@given(data=st.data(), number=st.integers(1, 9999), street=st.integers(0, 7), state=st.integers(0, 2))
def test_an_address_with_another_digit_always_differs(
    data: st.DataObject, number: int, street: int, state: int
) -> None:
    a, b = (data.draw(written_addresses(number, street, state)) for _ in range(2))
    line = data.draw(st.sampled_from([index for index, part in enumerate(b) if any(map(str.isdigit, part))]))
    changed = (*b[:line], data.draw(_with_another_digit(b[line])), *b[line + 1 :])
    assert not ADDRESS.same(a, changed, Place("AU"))


@st.composite
def _with_another_digit(draw: st.DrawFn, text: str) -> str:
    at = draw(st.sampled_from([index for index, letter in enumerate(text) if letter in DIGITS]))
    return text[:at] + draw(st.sampled_from(DIGITS.replace(text[at], ""))) + text[at + 1 :]


PLANS: Final = {"AU": ("61", r"[23478][0-9]{8}"), "NZ": ("64", r"[34679][0-9]{7}"), "GB": ("44", r"[1-37-9][0-9]{9}")}


@st.composite
def written_phones(draw: st.DrawFn, country: str, national: str) -> str:
    """One way of writing a number of a country for a client of that country."""
    code = PLANS[country][0]
    start = draw(st.sampled_from(["0", f"+{code} ", f"+{code} (0)", f"00{code} ", f"+{code}(0) ", f"{code} ", "Ph: 0"]))
    gaps = draw(st.lists(st.sampled_from(["", "", " ", "-", ".", "\u00a0"]), min_size=len(national)))
    number = "".join(digit + gap for digit, gap in zip(national, gaps, strict=False))
    return start + number.rstrip(" -.\u00a0")


@given(data=st.data(), country=st.sampled_from(sorted(PLANS)))
def test_a_phone_number_is_the_same_however_it_is_written(data: st.DataObject, country: str) -> None:
    national = data.draw(st.from_regex(PLANS[country][1], fullmatch=True))
    a, b = (data.draw(written_phones(country, national)) for _ in range(2))
    assert PHONE.same((a,), (b,), Place(country))


@given(data=st.data(), country=st.sampled_from(sorted(PLANS)))
def test_a_phone_number_with_another_digit_always_differs(data: st.DataObject, country: str) -> None:
    national = data.draw(st.from_regex(PLANS[country][1], fullmatch=True))
    other = data.draw(_with_another_digit(national))
    a, b = data.draw(written_phones(country, national)), data.draw(written_phones(country, other))
    assert not PHONE.same((a,), (b,), Place(country))


SUFFIXES: Final = ["Pty Ltd", "Pty. Ltd.", "Pty Limited", "Proprietary Limited", "P/L", "(Pty) Ltd"]
ANDS: Final = [" & ", " and ", "&", " + "]
MACS: Final = ["McDonald", "Mc Donald", "MCDONALD", "mc donald"]
FORTHS: Final = [" ATF ", " as trustee for the ", " A.T.F. ", " as trustee for "]
TRUSTS: Final = ["Family Trust", "Fam Tst", "Fam. Trust", "Family  Trst"]


@st.composite
def written_names(draw: st.DrawFn, number: int) -> str:
    """One way of writing `McDonald & O'Brien No <number> Pty Ltd ATF Rātā Family Trust`."""
    parts = [
        draw(st.sampled_from(MACS)),
        draw(st.sampled_from(ANDS)),
        draw(st.sampled_from(["O'Brien", "O’Brien", "O Brien", "OBrien"])),
        draw(SPACES),
        draw(st.sampled_from(["No ", "No. ", "No.", "Number ", "#", "№ "])) + str(number),
        draw(SPACES),
        draw(st.sampled_from(SUFFIXES)),
        draw(st.sampled_from(FORTHS)),
        draw(st.sampled_from(["Rātā", "Rata"])),
        draw(SPACES),
        draw(st.sampled_from(TRUSTS)),
    ]
    return draw(CASES)("".join(parts))


@given(data=st.data(), number=st.integers(0, 99_999))
def test_a_name_is_the_same_however_it_is_written(data: st.DataObject, number: int) -> None:
    a, b = (data.draw(written_names(number)) for _ in range(2))
    assert NAME.same((a,), (b,), Place("AU"))


@given(data=st.data(), number=st.integers(0, 99_999))
def test_a_name_with_another_digit_always_differs(data: st.DataObject, number: int) -> None:
    other = int(data.draw(_with_another_digit(str(number))))
    a, b = data.draw(written_names(number)), data.draw(written_names(other))
    assert NAME.same((a,), (b,), Place("AU")) is (number == other)


GIVEN: Final = ["Ann", "J", "Mary-Ann", "José", "Pat", "Mere", "Wiremu", "St John", "Mc", "Li"]
LAST: Final = ["Smith", "O'Brien", "Mc Donald", "Nguyen", "Church", "van der Berg", "Ngāta", "Smith-Jones", "Li"]


@given(first=st.lists(st.sampled_from(GIVEN), min_size=1, max_size=3), last=st.sampled_from(LAST), case=CASES)
def test_a_persons_name_is_the_same_in_either_order(first: list[str], last: str, case: Callable[[str], str]) -> None:
    given_names = " ".join(first)
    assert NAME.same((case(f"{last}, {given_names}"),), (f"{given_names} {last}",), Place("AU"))


@each_kind
def test_a_value_of_any_size_is_compared_at_once_and_by_every_letter(kind: Kind) -> None:
    value = tuple("1/2 unit 4, a@b.c " * 20_000 for _ in kind.parts)
    changed = (value[0][:-2] + "d ", *value[1:])
    assert kind.same(value, tuple(f" {part}\n" for part in value), Place("AU"))
    assert not kind.same(value, changed, Place("AU"))


@given(number=st.from_regex(r"[0-9]{9}", fullmatch=True), shown=st.integers(1, 5), data=st.data())
def test_a_mask_hides_a_change_only_of_digits_it_hides(number: str, shown: int, data: st.DataObject) -> None:
    mask = "*" * (9 - shown) + number[-shown:]
    assert TAX_NUMBER.same((number,), (mask,), Place("AU"))
    changed = data.draw(_with_another_digit(number))
    seen = changed[-shown:] == number[-shown:]
    assert TAX_NUMBER.same((changed,), (mask,), Place("AU")) is seen
