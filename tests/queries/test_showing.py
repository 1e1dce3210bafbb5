"""How values stand on screens."""

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.fields import Subject
from practicesync.core.kinds import Place
from practicesync.queries.showing import Piece, mark, masked, show

TAX_NUMBER = CATALOGUE.get(Subject.CLIENT, "tax_number")
DATE_OF_BIRTH = CATALOGUE.get(Subject.CLIENT, "date_of_birth")


def test_a_sealed_number_tells_only_its_last_three_digits() -> None:
    assert TAX_NUMBER is not None
    assert show(TAX_NUMBER, ("123 456 782",), Place("AU")) == "••• ••• 782"
    assert show(TAX_NUMBER, ("***782",), Place("AU")) == "••• ••• 782"


def test_a_short_number_tells_nothing() -> None:
    assert masked("12") == "••• ••• •••"


def test_a_date_is_shown_as_people_write_it() -> None:
    assert DATE_OF_BIRTH is not None
    assert show(DATE_OF_BIRTH, ("1981-05-03T00:00:00",), Place("NZ")) == "3 May 1981"


def test_only_the_words_that_differ_are_marked() -> None:
    here, there = mark("12 Rata Street, Auckland 1010", "14 Rata Street, Auckland 1010")
    assert here == (Piece("12", marked=True), Piece(" Rata Street, Auckland 1010"))
    assert there == (Piece("14", marked=True), Piece(" Rata Street, Auckland 1010"))


def test_values_with_nothing_in_common_stay_whole() -> None:
    assert mark("office@kauri.example", "PO Box 7") == ((Piece("office@kauri.example"),), (Piece("PO Box 7"),))


def test_a_blank_value_has_no_pieces() -> None:
    assert mark("", "info@kauri.example") == ((), (Piece("info@kauri.example"),))


def test_marking_loses_no_character() -> None:
    for pair in (("ŉ Ltd ß", "SS ltd ʼn"), ("a\u0301 b", "\u00e1 b"), ("x" * 9_999, "x" * 10_000)):
        for value, pieces in zip(pair, mark(*pair), strict=True):
            assert "".join(piece.text for piece in pieces) == value
