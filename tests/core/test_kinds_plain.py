"""Dates, e-mail and web addresses, structures, flags, codes and text."""

import pytest

from practicesync.core.kinds import CODE, DATE, EMAIL, FLAG, LINE, STRUCTURE, TEXT, WEBSITE, Kind, Place

AU, US = Place("AU"), Place("US")

SAME: list[tuple[Kind, str, str]] = [
    (DATE, "1981-04-09", "1981-04-09T00:00:00"),
    (DATE, "1981-04-09", "09/04/1981"),
    (DATE, "1981-04-09", "9/4/1981"),
    (DATE, "1981-04-09", "9.4.1981"),
    (DATE, "1981-04-09", "9-4-1981"),
    (DATE, "1981-04-09", "19810409"),
    (DATE, "1981-04-09", "9 Apr 1981"),
    (DATE, "1981-04-09", "9 April 1981"),
    (DATE, "1981-04-09", "9-APR-1981"),
    (DATE, "1981-04-09", "9th of April, 1981"),
    (DATE, "1981-04-09", "April 9, 1981"),
    (DATE, "1981-04-09", "Thursday, 9 April 1981"),
    (DATE, "1981-04-09", "1981/4/9"),
    (DATE, "1981-04-09", "09/Apr/1981"),
    (DATE, "1981-04-09", "1981-Apr-09"),
    (DATE, "1981-04-09", "09APR1981"),
    (DATE, "1981-04-09", "9/04/1981 12:00:00 AM"),
    (DATE, "1981-04-09", "9/04/1981 0:00"),
    (DATE, "1981-04-09", "1981-04-09 00:00:00.000"),
    (DATE, "1981-04-09T00:00:00Z", "1981-04-09T00:00:00+10:00"),
    (EMAIL, "Jane@Example.COM", "jane@example.com"),
    (EMAIL, " jane@example.com ", "jane @ example.com"),
    (EMAIL, "a@example.com; b@example.com", "A@example.com,b@example.com;"),
    (EMAIL, "a@example.com b@example.com", "a@example.com\nb@example.com"),
    (EMAIL, "mailto:jane@example.com", "<jane@example.com>"),
    (EMAIL, "jane@münchen.de", "jane@XN--mnchen-3ya.de"),
    (WEBSITE, "https://www.example.com/", "example.com"),
    (WEBSITE, "http://example.com", "HTTPS://EXAMPLE.com"),
    (WEBSITE, "http:/example.com", "www.example.com"),
    (WEBSITE, "example.com/#", "example.com"),
    (WEBSITE, "example.com/about/", "https://example.com/about"),
    (WEBSITE, "https://example.com:443/a", "example.com/a"),
    (WEBSITE, "münchen.de", "https://xn--mnchen-3ya.de/"),
    (STRUCTURE, "Self Managed Superannuation Fund", "SELF-MANAGED  superannuation fund"),
    (STRUCTURE, "Self-Managed Super Fund (SMSF)", "smsf"),
    (STRUCTURE, "Company", "Pty Ltd"),
    (STRUCTURE, "Proprietary Limited Company", "Company"),
    (STRUCTURE, "Sole Proprietor", "Sole Trader"),
    (STRUCTURE, "Individual/Sole Trader", "SOLE TRADER"),
    (STRUCTURE, "Trust - Unit", "Unit Trust"),
    (STRUCTURE, "Not-for-profit", "Non Profit Organisation"),
    (STRUCTURE, "Deceased Estate", "Estate of the Deceased"),
    (STRUCTURE, "Person", "Individual"),
    (STRUCTURE, "S.M.S.F.", "Self Managed S/F"),
    (STRUCTURE, "Private Limited Company", "P/L"),
    (EMAIL, "Jane Smith <Jane@Example.com>", "jane@example.com"),
    (FLAG, "Yes", "true"),
    (FLAG, "No", "0"),
    (CODE, " SMI01 ", "SMI01"),
    (CODE, "SMI  01", "SMI 01"),
    (CODE, "SMI\u00a0 01", "SMI 01"),
    (LINE, "Main  Street", "main street"),
    (LINE, "“Main”", '"main"'),
    (TEXT, "One\r\nTwo", "one two"),
]
DIFFERENT: list[tuple[Kind, str, str]] = [
    (DATE, "03/04/1981", "04/03/1981"),
    (DATE, "1981-04-09", "1981-09-04"),
    (DATE, "1981-04-09", "1981-04-10"),
    (DATE, "1981-04-09", "9/4/82"),
    (DATE, "1981-04-09", "4/9/81"),
    (DATE, "9/4/81", "10/4/81"),
    (DATE, "1981-04-09", "9/4/1"),
    (DATE, "29/02/81", "28/02/81"),
    (DATE, "1981-04-09", "1981-04-09T13:00:00"),
    (DATE, "31/02/1981", "03/03/1981"),
    (DATE, "1981-04-09", ""),
    (EMAIL, "jane@example.com", "jan@example.com"),
    (EMAIL, "jane@example.com", "jane@example.co"),
    (EMAIL, "j.smith@example.com", "jsmith@example.com"),
    (EMAIL, "a@example.com; b@example.com", "b@example.com; a@example.com"),
    (EMAIL, "a@example.com; b@example.com", "a@example.com"),
    (WEBSITE, "example.com/about", "example.com/contact"),
    (WEBSITE, "example.com/About", "example.com/about"),
    (WEBSITE, "example.com", "example.com.au"),
    (WEBSITE, "example.com", "example.com:8080"),
    (WEBSITE, "example.com", "ftp://example.com"),
    (WEBSITE, "shop.example.com", "example.com"),
    (WEBSITE, "example.com?a=1", "example.com?a=2"),
    (STRUCTURE, "Trust", "Trustee Company"),
    (STRUCTURE, "Trust", "Unit Trust"),
    (STRUCTURE, "M.S.F.", "S.M.S.F."),
    (STRUCTURE, "Discretionary Trust", "Unit Trust"),
    (STRUCTURE, "Company", "Public Company"),
    (STRUCTURE, "Individual", "Sole Trader"),
    (STRUCTURE, "Partnership", "Limited Partnership"),
    (EMAIL, "Jane <jane@example.com>", "Jane <john@example.com>"),
    (FLAG, "Yes", "No"),
    (FLAG, "No", ""),
    (CODE, "SMI01", "smi01"),
    (CODE, "SMI 01", "SMI01"),
    (CODE, "0012", "12"),
    (LINE, "Main Street", "Main St"),
    (TEXT, "Whānau", "Whanau"),
]


@pytest.mark.parametrize(("kind", "a", "b"), SAME, ids=[f"{kind.name} {a} = {b}" for kind, a, b in SAME])
def test_one_value_in_two_forms_is_the_same(kind: Kind, a: str, b: str) -> None:
    assert kind.same((a,), (b,), AU)
    assert kind.canonical((a,), AU) == kind.canonical((b,), AU) != ""


@pytest.mark.parametrize(("kind", "a", "b"), DIFFERENT, ids=[f"{kind.name} {a} / {b}" for kind, a, b in DIFFERENT])
def test_two_values_differ(kind: Kind, a: str, b: str) -> None:
    assert not kind.same((a,), (b,), AU)


@pytest.mark.parametrize("text", ["9/4/81", "09.04.81", "9-Apr-81", "9 April 81"])
def test_a_year_of_two_digits_agrees_with_any_year_that_ends_in_them(text: str) -> None:
    assert DATE.same((text,), ("1981-04-09",), AU)
    assert DATE.same(("9/4/1881",), (text,), AU)
    assert DATE.same((text,), ("09/04/81",), AU)
    assert not DATE.same(("1981-04-09",), ("1881-04-09",), AU)
    assert DATE.problem((text,), AU) is not None


def test_a_date_in_figures_is_read_as_the_clients_country_writes_it() -> None:
    assert DATE.canonical(("3/4/1981",), AU) == "1981-04-03"
    assert DATE.canonical(("3/4/1981",), US) == "1981-03-04"


def test_a_date_is_shown_with_its_month_in_letters() -> None:
    assert DATE.show(("2026-05-03T00:00:00",), AU) == "3 May 2026"
    assert DATE.show(("3/5/26",), AU) == "3/5/26"
    assert DATE.show(("",), AU) == ""


def test_text_of_several_lines_is_shown_on_one() -> None:
    assert TEXT.show((" One\r\nTwo ",), AU) == "One, Two"


def test_a_flag_is_shown_in_words() -> None:
    assert [FLAG.show((text,), AU) for text in ("true", "0", "", "perhaps")] == ["Yes", "No", "", "Perhaps"]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (DATE, "31/02/1981"),
        (DATE, "9/4/81"),
        (DATE, "0181-04-09"),
        (DATE, "soon"),
        (EMAIL, "jane"),
        (EMAIL, "jane@example"),
        (EMAIL, "jane@@example.com"),
        (EMAIL, "a@example.com; b"),
        (WEBSITE, "javascript:alert(1)"),
        (WEBSITE, "ftp://example.com"),
        (WEBSITE, "jane@example.com"),
        (WEBSITE, "example"),
        (WEBSITE, "two words.com"),
        (FLAG, "perhaps"),
        (LINE, "x" * 256),
        (TEXT, "x" * 20_001),
        (CODE, "x" * 101),
    ],
)
def test_a_value_that_cannot_be_right_is_refused_with_a_sentence(kind: Kind, text: str) -> None:
    problem = kind.problem((text,), AU)
    assert problem
    assert problem.endswith(".")


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (DATE, "9 April 1981"),
        (EMAIL, "jane+tax@mail.example.com; b@example.test"),
        (EMAIL, "mailto:jane@example.com"),
        (WEBSITE, "https://www.example.co.nz/a/b?c=d#e"),
        (WEBSITE, "example.com:8080"),
        (WEBSITE, "münchen.de"),
        (FLAG, "y"),
    ],
)
def test_a_value_that_may_be_right_is_accepted(kind: Kind, text: str) -> None:
    assert kind.problem((text,), AU) is None
