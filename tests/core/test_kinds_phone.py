"""Phone numbers: which ways of writing are one number, and which are not."""

import phonenumbers
import pytest

from practicesync.core.kinds import PHONE, Place

AU, NZ, GB, US = Place("AU"), Place("NZ"), Place("GB"), Place("US")

SAME = [
    (AU, "+61 2 9876 5432", "(02) 9876 5432"),
    (AU, "+61 (0)2 9876 5432", "02 9876 5432"),
    (AU, "+61(0)298765432", "0298765432"),
    (AU, "0061 2 9876 5432", "02 9876 5432"),
    (AU, "0011 61 2 9876 5432", "02 9876 5432"),
    (AU, "61 2 9876 5432", "02 9876 5432"),
    (AU, "02-9876-5432", "02.9876.5432"),
    (AU, "02 98 76 54 32", "0298765432"),
    (AU, "298765432", "02 9876 5432"),
    (AU, "412 345 678", "0412345678"),
    (AU, "+61 412 345 678", "0412 345 678"),
    (AU, "+61 0412 345 678", "0412 345 678"),
    (AU, "02 9876\u00a05432", "02 9876 5432"),
    (AU, "\u202d02 9876 5432\u202c", "02 9876 5432"),
    (AU, "02 9876–5432", "02 9876 5432"),
    (AU, "０２ ９８７６ ５４３２", "02 9876 5432"),
    (AU, "13 12 34", "131234"),
    (AU, "+61 13 12 34", "13 12 34"),
    (AU, "1300 123 456", "1300-123-456"),
    (AU, "+61 1800 123 456", "1800123456"),
    (AU, "1300 FLOWER", "1300 356 937"),
    (AU, "13 CABS", "13 22 27"),
    (AU, "Ph: 02 9876 5432", "02 9876 5432"),
    (AU, "Mob. 0412 345 678", "0412 345 678"),
    (AU, "Tel (02) 9876 5432", "02 9876 5432"),
    (AU, "02 9876 5432 ext 12", "0298765432 x12"),
    (AU, "02 9876 5432 Ext. 12", "+61 2 9876 5432 extension 12"),
    (AU, "02 9876 5432x12", "02 9876 5432 #12"),
    (AU, "02 9876 5432 / 0412 345 678", "0298765432; 0412345678"),
    (AU, "02 9876 5432\n0412 345 678", "02 9876 5432 or 0412 345 678"),
    (AU, "0412 345 678 (mob)", "0412 345 678"),
    (AU, "[02] 9876_5432,", "02 9876 5432"),
    (AU, "(+61) 2 9876 5432", "+ 61 (02) 9876 5432"),
    (AU, "tel:+61-2-9876-5432", "02 9876 5432"),
    (AU, "9876 5432", "98765432"),
    (AU, "+64 9 123 4567", "0064 9 1234567"),
    (AU, "64 21 123 456", "+64 (0)21 123 456"),
    (AU, "44 20 7946 0958", "+44 (0)20 7946 0958"),
    (AU, "+1 212 555 0123", "001 (212) 555-0123"),
    (AU, "+33 (0)1 40 20 50 50", "+33 1 40205050"),
    (AU, "02 9876 5432 (ask for Jane)", "02 98765432 ask for JANE"),
    (AU, "(09) 123 4567", "+64 9 123 4567"),
    (AU, "02/98765432", "(02) 9876 5432"),
    (AU, "'0298765432", "02 9876 5432"),
    (NZ, "021/123/4567", "021 123 4567"),
    (AU, "027 123 456", "0064 27 123456"),
    (AU, "298765432.0", "02 9876 5432"),
    (Place("AU", "2"), "9876 5432", "(02) 9876 5432"),
    (Place("NZ", "4"), "232-4567 ext 8", "+64 4 232 4567 x8"),
    (NZ, "0412 345 678", "+61 412 345 678"),
    (NZ, "+64 9 123 4567", "(09) 123 4567"),
    (NZ, "64 9 123 4567", "09 1234567"),
    (NZ, "021 123 456", "+64 21 123456"),
    (NZ, "21 123 4567", "021 123 4567"),
    (NZ, "0800 838 383", "+64 800 838383"),
    (NZ, "0800 83 CABS", "0800 83 2227"),
    (NZ, "+64 (0)3 123-4567", "03 123 4567"),
    (NZ, "+61 2 9876 5432", "61 2 98765432"),
    (GB, "+44 20 7946 0958", "(020) 7946 0958"),
    (GB, "0044 (0)20 7946 0958", "020 7946 0958"),
    (GB, "07700 900123", "+447700900123"),
    (GB, "01632 960 983", "44 1632 960983"),
    (US, "(212) 555-0123", "+1 212 555 0123"),
    (Place("XX"), "12-34 56", "123456"),
]
DIFFERENT = [
    (AU, "02 9876 5432", "02 9876 5433"),
    (AU, "02 9876 5432", "03 9876 5432"),
    (AU, "02 9876 5432", "02 9876 543"),
    (AU, "02 9876 5432", "9876 5432"),
    (AU, "02 9876 5432", "+64 2 9876 5432"),
    (AU, "02 9876 5432", "02 9876 5432 ext 12"),
    (NZ, "021 123 456/7", "021 123 4567"),
    (AU, "02 9876 5432 x12", "02 9876 5432 x13"),
    (AU, "02 9876 5432", "02 9876 5432 / 0412 345 678"),
    (AU, "02 9876 5432; 0412 345 678", "0412 345 678; 02 9876 5432"),
    (AU, "02 9876 5432", "02 9876 5432 ask for Jane"),
    (AU, "02 9876 5432 ask for Jane", "02 9876 5432 ask for John"),
    (AU, "1300 123 456", "1800 123 456"),
    (AU, "1300 FLOWER", "1300 FLOWED"),
    (AU, "13 12 34", "1300 12 34"),
    (AU, "0412 345 678", "0412 354 678"),
    (AU, "none", "unlisted"),
    (AU, "1300 123 456 home", "1300 123 456 work"),
    (AU, "02 9876 5432 (h)", "02 9876 5432 (w)"),
    (AU, "O2 9876 5432", "02 9876 5432"),
    (NZ, "09 123 4567", "+61 9 123 4567"),
    (NZ, "021 123 456", "021 123 4567"),
    (NZ, "09 123 4567", "04 123 4567"),
    (NZ, "09 123 4567", "123 4567"),
    (GB, "020 7946 0958", "+61 20 7946 0958"),
    (GB, "07700 900123", "07700 900124"),
    (US, "212 555 0123", "213 555 0123"),
    (AU, "", "02 9876 5432"),
    (Place("AU", "3"), "9876 5432", "(02) 9876 5432"),
    (Place("AU", "2"), "9876 543", "(02) 9876 5432"),
    (Place("GB", "20"), "7946 0958", "020 7946 0958"),
]


@pytest.mark.parametrize(("place", "a", "b"), SAME, ids=[f"{p.country} {a} = {b}" for p, a, b in SAME])
def test_one_number_in_two_forms_is_the_same(place: Place, a: str, b: str) -> None:
    assert PHONE.same((a,), (b,), place)
    assert PHONE.canonical((a,), place) == PHONE.canonical((b,), place) != ""


@pytest.mark.parametrize(("place", "a", "b"), DIFFERENT, ids=[f"{p.country} {a} / {b}" for p, a, b in DIFFERENT])
def test_two_numbers_differ(place: Place, a: str, b: str) -> None:
    assert not PHONE.same((a,), (b,), place)


def test_the_place_decides_what_a_national_number_means() -> None:
    assert PHONE.canonical(("09 123 4567",), NZ) == "+6491234567"
    assert PHONE.canonical(("02 9876 5432",), AU) == "+61298765432"
    assert PHONE.canonical(("020 7946 0958",), GB) == "+442079460958"


EXAMPLES = [
    (country, phonenumbers.PhoneNumberType.to_string(kind), phonenumbers.example_number_for_type(country, kind))
    for country in ("AU", "NZ", "GB", "US", "SG", "IE", "IT", "FJ")
    for kind in (
        phonenumbers.PhoneNumberType.FIXED_LINE,
        phonenumbers.PhoneNumberType.MOBILE,
        phonenumbers.PhoneNumberType.TOLL_FREE,
        phonenumbers.PhoneNumberType.UAN,
    )
]
KNOWN_EXAMPLES = [example for example in EXAMPLES if example[2] is not None]


@pytest.mark.parametrize(("country", "kind", "number"), KNOWN_EXAMPLES, ids=[f"{c} {k}" for c, k, _ in KNOWN_EXAMPLES])
def test_numbers_agree_with_the_phone_library_in_each_of_its_formats(
    country: str, kind: str, number: phonenumbers.PhoneNumber
) -> None:
    formats = phonenumbers.PhoneNumberFormat
    wanted = phonenumbers.format_number(number, formats.E164)
    for form in (formats.E164, formats.INTERNATIONAL, formats.NATIONAL):
        written = phonenumbers.format_number(number, form)
        assert PHONE.canonical((written,), Place(country)) == wanted, (kind, written)


@pytest.mark.parametrize(
    ("place", "text"),
    [(AU, "02 9876 543210"), (AU, "04123"), (NZ, "09 12"), (GB, "020 7946 09580000"), (AU, "call me"), (AU, "9" * 101)],
)
def test_a_number_that_cannot_be_right_is_refused_with_a_sentence(place: Place, text: str) -> None:
    problem = PHONE.problem((text,), place)
    assert problem
    assert problem.endswith(".")


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (AU, ""),
        (AU, "02 9876 5432"),
        (AU, "9876 5432"),
        (AU, "13 12 34"),
        (AU, "1300 FLOWER"),
        (AU, "+64 21 123 456"),
        (AU, "02 9876 5432 ask for Jane"),
        (NZ, "0800 838 383"),
        (GB, "020 7946 0958"),
        (Place("XX"), "12345"),
    ],
)
def test_a_number_that_may_be_right_is_accepted(place: Place, text: str) -> None:
    assert PHONE.problem((text,), place) is None


def test_several_lines_become_one_when_stored() -> None:
    assert PHONE.tidy(" 02 9876 5432\r\n0412 345 678 ") == "02 9876 5432, 0412 345 678"
