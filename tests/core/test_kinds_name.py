"""Names of organisations, people, titles and staff: which ways of writing are one name, and which are not."""

import pytest

from practicesync.core.kinds import NAME, PERSON_PART, PERSON_REF, TITLE, Place

AU = Place("AU")

SAME = [
    ("Acme Pty Ltd", "Acme Pty. Limited"),
    ("Acme Pty Ltd", "ACME PROPRIETARY LIMITED"),
    ("Acme Pty Ltd", "Acme P/L"),
    ("Acme Pty Ltd", "Acme p / l"),
    ("Acme Pty Ltd", "Acme (Pty) Ltd."),
    ("Acme Pty Ltd", "Acme, Pty.Ltd"),
    ("Acme Pty Ltd", "  acme   pty\u00a0ltd "),
    ("Acme Ltd", "Acme Limited"),
    ("Acme Inc", "Acme, Incorporated"),
    ("Acme LP", "Acme Limited Partnership"),
    ("Acme L.P.", "Acme LP"),
    ("Acme LLP", "Acme Limited Liability Partnership"),
    ("Acme NL", "Acme No Liability"),
    ("Acme & Co", "Acme and Company"),
    ("Acme & Coy. Pty Ltd", "Acme and Co P/L"),
    ("Smith & Jones", "Smith and Jones"),
    ("Smith&Jones", "SMITH AND JONES"),
    ("Smith + Jones", "Smith & Jones"),
    ("A.B.C. Pty Ltd", "ABC Pty Ltd"),
    ("A B C Pty Ltd", "ABC P/L"),
    ("Smith Family Tst", "Smith Family Trust"),
    ("The Smith Fam. Trust", "The Smith Family Trust"),
    ("Acme Pty Ltd ATF Smith Family Trust", "Acme Pty Ltd as trustee for the Smith Family Trust"),
    ("Acme P/L A.T.F. The Smith Trust", "Acme Proprietary Limited atf Smith Trust"),
    ("John Smith T/A Smith Plumbing", "John Smith trading as Smith Plumbing"),
    ("Smith, John t/as Smith's Plumbing", "John Smith T/A Smiths Plumbing"),
    ("Smith Superannuation Fund", "Smith Super Fund"),
    ("Smith Self Managed Superannuation Fund", "Smith SMSF"),
    ("Smith Superfund", "Smith Super Fund"),
    ("Acme (Aust) Pty Ltd", "Acme (Australia) P/L"),
    ("Acme New Zealand Ltd", "Acme (NZ) Limited"),
    ("Smith, John Paul", "John Paul Smith"),
    ("SMITH, J.P.", "J P Smith"),
    ("Smith, John & Mary", "John and Mary Smith"),
    ("Smith, John & Jones, Mary", "John Smith and Mary Jones"),
    ("Smith , John", "Smith,John"),
    ("Smith, John (Jack)", "John (Jack) Smith"),
    ("Church, John", "John Church"),
    ("Van der Berg, Jan", "JAN VAN DER BERG"),
    ("Smith S/F", "Smith Super Fund"),
    ("The Trustee for Smith Trust", "The Trustee for the Smith Trust"),
    ("Acme Pty Ltd <ATF Acme Trust>", "Acme P/L ATF Acme Trust"),
    ("Est. of John Smith", "Estate of John Smith"),
    ("John Smith Jnr", "John Smith Junior"),
    ("J&M Smith", "J and M Smith"),
    ("McDonald, Ann", "Ann Mc Donald"),
    ("MACDONALD", "Mac Donald"),
    ("O'Brien, Pat", "Pat O’Brien"),
    ("Pat O Brien", "PAT O'BRIEN"),
    ("Smith-Jones, Ann", "Ann Smith Jones"),
    ("Whānau Trust", "Whanau Trust"),
    ("Zoë Müller", "ZOE MULLER"),
    ("Smith No 2", "Smith No. 2"),
    ("Smith No.2 Pty Ltd", "Smith Number 2 P/L"),
    ("Smith (No 2) Trust", "Smith #2 Trust"),
    ("Smith № 2", "Smith No 2"),
    ("1,000 Acres Ltd", "1000 Acres Limited"),
    ("The Smith Family Trust", "Smith Family Trust"),
    ("The Bookshop Ltd", "BOOKSHOP LIMITED"),
    ("Smith Family Trust, The", "The Smith Family Trust"),
    ("Smith &amp; Co", "Smith & Co"),
    ("Jane O`Brien", "Jane O'Brien"),
    ("John Smith T.A. Smith Plumbing", "John Smith t/a Smith Plumbing"),
    ("Smith P'ship", "Smith Partnership"),
    ("Kauri Co-operative Ltd", "Kauri Cooperative Limited"),
]
DIFFERENT = [
    ("Smith No 2", "Smith"),
    ("Smith No 2", "Smith No 3"),
    ("Smith No 2", "Smith No 22"),
    ("Smith No 2 Trust", "Smith Trust"),
    ("Acme Pty Ltd", "Acme Ltd"),
    ("Acme Pty Ltd", "Acme"),
    ("Acme Pty Ltd", "Acme Inc"),
    ("Acme Pty Ltd", "Acne Pty Ltd"),
    ("Acme Trust", "Acme Family Trust"),
    ("Acme Pty Ltd", "Acme Pty Ltd ATF Acme Trust"),
    ("Smith ATF Acme Trust", "Acme ATF Smith Trust"),
    ("Smith & Jones", "Jones & Smith"),
    ("Smith, Jones & Co", "Jones, Smith & Co"),
    ("John Smith", "Smith John"),
    ("Smith, John", "Smith, Jon"),
    ("Smith, John", "John"),
    ("Smith, John Paul", "Smith, John Peter"),
    ("Smith, John Paul", "Smith, John"),
    ("J P Smith", "J Smith"),
    ("McDonald", "MacDonald"),
    ("Brien", "O'Brien"),
    ("Smith Super Fund", "Smith SMSF"),
    ("3.5 Fund", "35 Fund"),
    ("A+ Tutoring", "A Tutoring"),
    ("C# Lessons", "C Lessons"),
    ("Blue Sky", "Blue Skies"),
    ("Acme No 1", "Acme No 01"),
    ("3M", "M3"),
    ("Smith SF", "Smith Super Fund"),
    ("Acme Pty Ltd (ACN 004 085 616)", "Acme Pty Ltd"),
    ("Ann Marie Smith", "Annmarie Smith"),
    ("Acme Australia Ltd", "Acme Ltd"),
    ("John Smith", "Mr John Smith"),
    ("山田太郎", "山田花子"),
    ("Иванов", "Петров"),
    ("", "Smith"),
    ("The", ""),
    ("The Trustee for the Smith Trust", "Smith Trust"),
    ("Theo Smith", "Smith"),
]


@pytest.mark.parametrize(("a", "b"), SAME, ids=[f"{a} = {b}" for a, b in SAME])
def test_one_name_in_two_forms_is_the_same(a: str, b: str) -> None:
    assert NAME.same((a,), (b,), AU)
    assert NAME.canonical((a,), AU) != ""


@pytest.mark.parametrize(("a", "b"), DIFFERENT, ids=[f"{a} / {b}" for a, b in DIFFERENT])
def test_two_names_differ(a: str, b: str) -> None:
    assert not NAME.same((a,), (b,), AU)


@pytest.mark.parametrize(
    ("a", "b"),
    [("Mary-Ann", "mary ann"), ("J.R.", "J R"), ("O'Brien", "O Brien"), ("MC DONALD", "McDonald"), ("José", "Jose")],
)
def test_parts_of_a_persons_name_leave_case_dots_and_spacing_aside(a: str, b: str) -> None:
    assert PERSON_PART.same((a,), (b,), AU)


@pytest.mark.parametrize(("a", "b"), [("Ann", "Anne"), ("Smith, John", "John Smith"), ("J", ""), ("Smith", "Smyth")])
def test_parts_of_a_persons_name_differ_by_a_letter_or_their_order(a: str, b: str) -> None:
    assert not PERSON_PART.same((a,), (b,), AU)


def test_staff_are_one_person_in_either_order_of_their_name() -> None:
    assert PERSON_REF.same(("Park, Lee",), ("LEE PARK",), AU)
    assert PERSON_REF.same(("Ms Lee Park",), ("Park, Lee",), AU)
    assert not PERSON_REF.same(("Lee Park",), ("L Park",), AU)
    assert not PERSON_REF.same(("Park, Lee",), ("Lee Parker",), AU)


@pytest.mark.parametrize(
    ("a", "b"), [("Mr", "MR."), ("mister", "Mr"), ("Dr", "Doctor"), ("Mr & Mrs", "Mr and Mrs."), ("The Hon.", "Hon")]
)
def test_a_title_is_the_same_in_full_and_short(a: str, b: str) -> None:
    assert TITLE.same((a,), (b,), AU)


@pytest.mark.parametrize(("a", "b"), [("Ms", "Mrs"), ("Miss", "Ms"), ("Mr", ""), ("Mr", "Dr"), ("Prof", "Dr")])
def test_titles_of_different_meaning_differ(a: str, b: str) -> None:
    assert not TITLE.same((a,), (b,), AU)
