"""What a search looks for."""

import pytest

from practicesync.queries.searching import words_of


def test_words_are_looked_for_each_on_its_own() -> None:
    assert words_of("Kauri  HOLDINGS") == (("kauri",), ("holdings",))


def test_a_word_with_an_accent_is_found_with_and_without_it() -> None:
    assert words_of("Hēnare") == (("hēnare", "henare"),)


@pytest.mark.parametrize("typed", ["+61 2 9876 5432", "(02) 9876 5432", "02 9876-5432", "02.9876.5432"])
def test_a_phone_number_is_found_however_it_is_written(typed: str) -> None:
    (spellings,) = words_of(typed)
    assert "298765432" in spellings


def test_a_short_number_is_not_widened() -> None:
    assert words_of("0012") == (("0012",),)


def test_signs_alone_look_for_nothing() -> None:
    assert words_of("() -") == ()


def test_a_pasted_text_costs_no_more_than_a_few_words() -> None:
    assert len(words_of(" ".join(f"word{number}" for number in range(1000)))) == 8
