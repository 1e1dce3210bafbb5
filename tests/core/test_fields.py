"""What any field promises, whatever its kind, and what a catalogue makes of its rows."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from practicesync.core.fields import At, Catalogue, Field, Section, Sensitivity, Subject
from practicesync.core.kinds import ADDRESS, CHOICE, EMAIL, LINE, Place

HERE = Place("NZ")
MOTTO = Field("motto", "Motto", LINE, Section.IDENTITY, {}, required=True, length=10, default="None yet")
HOME = Field("home", "Home", ADDRESS, Section.ADDRESSES, {"xpm": At(("A", "B", "C", "D", "E"))})
MAIL = Field("mail", "Mail", EMAIL, Section.REACH, {"xpm": At(("Mail",), ("Mail",))}, sensitivity=Sensitivity.SEALED)
FIELDS = Catalogue((MOTTO, HOME, MAIL, Field("mail", "Mail", EMAIL, Section.CONTACT, {}, Subject.CONTACT)))


def test_a_field_of_one_part_has_its_name_as_key() -> None:
    assert MOTTO.keys == ("motto",)
    assert HOME.keys == ("home.street", "home.city", "home.region", "home.postcode", "home.country")


@pytest.mark.parametrize("row", FIELDS.client, ids=lambda row: row.name)
@settings(deadline=None)
@given(data=st.data())
def test_what_is_spread_is_told_and_held_again(row: Field, data: st.DataObject) -> None:
    parts = data.draw(st.tuples(*[st.text()] * len(row.keys)))
    values = {"other": "kept apart", **row.spread(parts)}
    assert row.told(values) == row.held(values) == parts


def test_what_was_not_observed_is_not_told_and_held_as_empty() -> None:
    assert (MAIL.told({}), MAIL.held({})) == (None, ("",))
    assert MAIL.told({"mail": ""}) == ("",)
    assert (HOME.told({}), HOME.held({})) == (None, ("",) * 5)


def test_of_an_address_what_is_left_out_is_empty_once_a_part_is_told() -> None:
    assert HOME.told({"home.city": "Dunedin"}) == ("", "Dunedin", "", "", "")


@pytest.mark.parametrize(("parts", "empty"), [(None, True), (("", " "), True), (("", "x"), False)])
def test_nothing_but_blanks_is_empty(parts: tuple[str, ...] | None, empty: bool) -> None:
    assert HOME.is_empty(parts) is empty


def test_a_field_speaks_of_itself_by_its_label() -> None:
    assert MOTTO.problem(("12345678901",), HERE) == "Motto is too long: at most 10 characters."
    assert MOTTO.problem(("  ",), HERE) == "Motto is needed."
    assert MOTTO.problem(("Onward",), HERE) is None
    assert MAIL.problem(("not an address",), HERE)
    assert MAIL.problem(("",), HERE) is None


def test_a_connector_that_has_no_place_to_write_cannot() -> None:
    assert [row.writable("xpm") for row in FIELDS.client] == [False, False, True]
    assert not MAIL.writable("ledger")


def test_spreading_the_wrong_number_of_parts_is_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        HOME.spread(("Dunedin",))


def test_a_catalogue_finds_its_rows_by_record_and_name() -> None:
    assert [row.subject for row in FIELDS.of(Subject.CONTACT)] == [Subject.CONTACT]
    assert FIELDS.get(Subject.CLIENT, "mail") is MAIL
    assert FIELDS.get(Subject.CONTACT, "motto") is None
    assert tuple(FIELDS) == FIELDS.rows


def test_a_new_record_holds_the_defaults_and_sensitive_keys_are_known() -> None:
    assert FIELDS.defaults(Subject.CLIENT) == {"motto": "None yet"}
    assert FIELDS.defaults(Subject.CONTACT) == {}
    assert FIELDS.sealed_keys == {"mail"}


def test_two_fields_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="share a name"):
        Catalogue((MOTTO, MOTTO))


RULE = Field("rule", "Trustees decide", CHOICE, Section.PROFILE, {}, choices=("Unanimously", "By majority"))


@pytest.mark.parametrize("text", ["Unanimously", " by  MAJORITY ", ""])
def test_a_word_of_its_choices_is_taken_however_it_is_written(text: str) -> None:
    assert RULE.problem((text,), HERE) is None


def test_any_other_word_is_told_what_there_is_to_choose() -> None:
    assert RULE.problem(("By lot",), HERE) == "Trustees decide is one of: Unanimously, By majority."


def test_the_word_that_is_meant_is_given_as_it_stands_in_the_list() -> None:
    assert RULE.chosen(RULE.choices, ("by majority",), HERE) == "By majority"
    assert RULE.chosen(RULE.choices, ("by lot",), HERE) == ""
