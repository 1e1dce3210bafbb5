"""What the columns of a file mean: every label, the headers of other programs, and what cannot be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.errors import Invalid
from practicesync.core.import_columns import check_columns, columns, guess, header_digest


def words(*lines: str) -> list[str]:
    return " ".join(lines).split()


REGISTER = words(
    "register_id client_code name entity_type title first_name middle_names last_name date_of_birth abn acn tax_number",
    "email phone mobile address_line1 address_line2 suburb state postcode country client_group manager status",
)
XPM = words(
    "xpm_id name first_name last_name other_name email date_of_birth address city region postcode country",
    "postal_address postal_city postal_region postal_postcode postal_country phone business_structure",
    "business_number company_number tax_number client_code export_code account_manager groups",
    "contact_name contact_email contact_mobile is_archived",
)


def test_every_label_is_known_as_what_it_is() -> None:
    every = columns(CATALOGUE)
    found = guess([column.label for column in every], CATALOGUE)
    assert [found.get(at) for at in range(len(every))] == [column.key for column in every]


def test_labels_and_keys_are_unique() -> None:
    every = columns(CATALOGUE)
    assert len({column.key for column in every}) == len({column.label for column in every}) == len(every)


@pytest.mark.parametrize(
    ("header", "unknown"),
    [(REGISTER, {"register_id", "status"}), (XPM, {"xpm_id", "is_archived"})],
    ids=["register", "xpm"],
)
def test_exports_are_recognised_but_for_what_is_their_own(header: list[str], unknown: set[str]) -> None:
    found = guess(header, CATALOGUE)
    assert {name for at, name in enumerate(header) if at not in found} == unknown


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("Client Name", "name"),
        ("D.O.B.", "date_of_birth"),
        ("IRD No", "tax_number"),
        ("ABN/NZBN", "business_number"),
        ("Suburb/Town", "physical_address.city"),
        ("Address 2", "physical_address.street+"),
        ("Postal Suburb", "postal_address.city"),
        ("Post Code", "physical_address.postcode"),
        ("Job Manager", "manager"),
        ("Contact 2 Email", "contact2.email"),
        ("  E-MAIL ", "email"),
        ("Registered Office City", "registered_office.city"),
    ],
)
def test_headers_as_people_write_them(header: str, key: str) -> None:
    assert guess([header], CATALOGUE) == {0: key}


def test_of_two_columns_that_seem_the_same_the_surest_is_taken() -> None:
    assert guess(["Telephone", "Phone", "Colour"], CATALOGUE) == {1: "phone"}


@given(st.lists(st.text(max_size=20) | st.sampled_from([*REGISTER, *XPM]), max_size=30))
def test_no_guess_means_two_columns_the_same(header: list[str]) -> None:
    found = guess(header, CATALOGUE)
    assert len(set(found.values())) == len(found)
    assert set(found) <= set(range(len(header)))


def test_a_row_must_say_whom_it_is_about() -> None:
    for key in ("name", "last_name", "client_code", "id"):
        check_columns({0: key}, ["X"], CATALOGUE)
    with pytest.raises(Invalid, match="which column holds the name"):
        check_columns({0: "email"}, ["X"], CATALOGUE)


def test_a_header_is_remembered_whatever_its_case() -> None:
    assert header_digest(["Client Name", "Code"]) == header_digest(["client_name", "CODE"])
    assert header_digest(["Name", "Code"]) != header_digest(["Code", "Name"])
