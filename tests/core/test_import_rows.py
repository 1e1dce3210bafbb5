"""What one row of a file brings, and what it changes of a client that is there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.fields import ClientKind
from practicesync.core.import_rows import Choice, Known, Reading, Row, Verdict, against, for_new, outcome, read_row
from practicesync.core.kinds import Place

NZ = Place("NZ")


def reading(*keys: str, clears: tuple[str, ...] = (), kind: ClientKind = ClientKind.COMPANY) -> Reading:
    return Reading(dict(enumerate(keys)), CATALOGUE, kind, "NZ", frozenset(clears))


def known(**values: str) -> Known:
    return Known(7, ClientKind.COMPANY, "client", NZ, {"name": "Kauri Limited", **values})


def with_contacts(*contacts: dict[str, str]) -> Known:
    return Known(7, ClientKind.COMPANY, "client", NZ, {"name": "Kauri Limited"}, dict(enumerate(contacts, start=1)))


def test_blank_is_left_out_and_clears_where_that_was_said() -> None:
    assert dict(read_row(["", " "], reading("email", "fax")).values) == {}
    assert dict(read_row(["", " "], reading("email", "fax", clears=("fax",))).values) == {"fax": ""}


def test_a_new_client_is_never_given_blanks() -> None:
    row = read_row(["Kauri", ""], reading("name", "fax", clears=("fax",)))
    assert dict(for_new(row, reading("name", "fax")).values) == {"name": "Kauri"}


@pytest.mark.parametrize("masked", ["***782", "••• ••• 782", "xxx xxx 782"])
def test_a_masked_number_is_left_out_with_a_note(masked: str) -> None:
    row = read_row(["Kauri", masked], reading("name", "tax_number"))
    assert "tax_number" not in row.values
    assert "masked" in row.notes["tax_number"]


def test_a_street_of_two_columns_is_two_lines() -> None:
    keys = ("physical_address.street", "physical_address.street+")
    assert read_row(["Level 4", "12 Rata St"], reading(*keys)).values == {keys[0]: "Level 4\n12 Rata St"}
    assert read_row(["", "12 Rata St"], reading(*keys)).values == {keys[0]: "12 Rata St"}


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("Company", ClientKind.COMPANY),
        ("sole_trader", ClientKind.SOLE_TRADER),
        ("Super Fund", ClientKind.SUPER_FUND),
        ("SMSF", ClientKind.SUPER_FUND),
        ("Discretionary trust", ClientKind.TRUST),
        ("person", ClientKind.INDIVIDUAL),
        ("Other", ClientKind.OTHER),
    ],
)
def test_kinds_as_files_name_them(word: str, kind: ClientKind) -> None:
    row = read_row([word], reading("kind"))
    assert (row.kind, row.likely, row.problems) == (kind, kind, {})


def test_a_structure_tells_the_kind_of_a_new_client_and_moves_none_of_one_that_is_there() -> None:
    row = read_row(["Trust"], reading("business_structure"))
    assert (row.kind, row.likely) == (None, ClientKind.TRUST)
    moves, _ = against(row, known(), reading("business_structure"))
    assert moves.kind is None


def test_words_that_are_no_kind_and_no_standing_are_problems() -> None:
    row = read_row(["Spaceship", "friend"], reading("kind", "standing"))
    assert set(row.problems) == {"kind", "standing"}


def test_only_another_meaning_moves() -> None:
    keys = ("email", "phone", "name")
    row = read_row(["OFFICE@kauri.example", "(09) 555 0101", "Kauri Ltd"], reading(*keys))
    moves, problems = against(row, known(email="office@kauri.example", phone="+64 9 555 0101"), reading(*keys))
    assert (bool(moves), problems) == (False, {})


def test_only_what_moves_is_checked() -> None:
    row = read_row(["new@kauri.example"], reading("email"))
    moves, problems = against(row, known(phone="no number at all"), reading("email"))
    assert (dict(moves.values), problems) == ({"email": "new@kauri.example"}, {})


def test_a_part_of_an_address_leaves_the_others() -> None:
    key = "physical_address.city"
    row = read_row(["Hamilton"], reading(key))
    moves, _ = against(row, known(**{"physical_address.street": "1 Rata St", key: "Auckland"}), reading(key))
    assert dict(moves.values) == {key: "Hamilton"}


def test_contacts_are_known_by_name_then_by_address() -> None:
    keys = ("contact.name", "contact.phone", "contact2.name", "contact2.email")
    there = with_contacts({"name": "Ana Parata", "phone": "09 555 0100"}, {"name": "H. W.", "email": "h@k.example"})
    row = read_row(["ana parata", "09 555 0111", "Hemi Walker", "h@k.example"], reading(*keys))
    moves, _ = against(row, there, reading(*keys))
    assert dict(moves.contacts) == {1: {"phone": "09 555 0111"}, 2: {"name": "Hemi Walker"}}


def test_a_contact_without_a_name_is_the_person_or_a_problem() -> None:
    keys = ("name", "kind", "contact.mobile")
    person = for_new(read_row(["Ana Parata", "Individual", "021 555 101"], reading(*keys)), reading(*keys))
    assert (person.contacts[0]["name"], person.problems) == ("Ana Parata", {})
    company = for_new(read_row(["Kauri", "Company", "021 555 101"], reading(*keys)), reading(*keys))
    assert company.problems == {"contact.name": "A contact needs a name."}


KEYS = ("name", "email", "fax", "kind", "title", "physical_address.street", "contact.name", "contact.email")
CELLS = st.text(max_size=12) | st.sampled_from(["Company", "Trust", "a@b.example", "09 555 0101", "Ana", "", "'=x"])
ROWS = st.lists(CELLS, min_size=len(KEYS), max_size=len(KEYS))


@given(ROWS)
def test_what_a_row_moved_it_does_not_move_again(cells: list[str]) -> None:
    read = reading(*KEYS)
    row = read_row(cells, read)
    first = known(email="there@kauri.example")
    moves, _ = against(row, first, read)
    contacts = {number: dict(values) for number, (_, values) in enumerate(moves.contacts, start=1)}
    after = Known(7, moves.kind or first.kind, "client", NZ, {**first.values, **moves.values}, contacts)
    again, _ = against(row, after, read)
    assert not again.values
    assert not again.kind


@given(ROWS)
def test_whatever_the_cells_hold_is_read(cells: list[str]) -> None:
    row = for_new(read_row(cells, reading(*KEYS)), reading(*KEYS))
    assert isinstance(row, Row)
    assert all(row.problems.values())


def test_what_becomes_of_a_row_that_nobody_chose_for() -> None:
    assert [outcome(verdict, "") for verdict in Verdict] == [
        Choice.CREATE,
        Choice.UPDATE,
        Choice.LEAVE,
        Choice.LEAVE,
        Choice.LEAVE,
    ]
    assert outcome("error", "create") is Choice.LEAVE, "a row with an error is never written"
