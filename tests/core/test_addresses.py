"""Which of a client's addresses the remote keeps: no address is lost when the table changes, and back is back."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practicesync.core.addresses import (
    ADDRESS_KINDS,
    SYNCED,
    arranged,
    kinds_for,
    moves,
    named,
    problem,
    rehoused,
    usual,
)
from practicesync.core.catalogue import CATALOGUE
from practicesync.core.fields import ClientKind, Subject
from practicesync.core.kinds import ADDRESS

each_kind = pytest.mark.parametrize("kind", ClientKind)
HOMES = (*SYNCED, *(each.row for each in ADDRESS_KINDS))


def tables(kind: ClientKind) -> list[dict[str, str]]:
    """Every table that a firm may choose for such a client."""
    rows = [each.row for each in kinds_for(kind)]
    return [dict(zip(SYNCED, pair, strict=True)) for pair in permutations(rows, len(SYNCED))]


def addresses(values: dict[str, str], places: dict[str, str]) -> dict[str, str]:
    """What stands under the name of each kind of address."""
    whole = named(values, places)
    return {each.row: whole.get(f"{each.row}.street", "") for each in ADDRESS_KINDS}


@each_kind
def test_the_usual_places_can_be_and_name_fields_of_the_catalogue(kind: ClientKind) -> None:
    assert problem(kind, usual(kind)) is None
    for row in (*SYNCED, *usual(kind).values()):
        field = CATALOGUE.get(Subject.CLIENT, row)
        assert field is not None
        assert field.kind is ADDRESS


def test_the_rows_of_the_catalogue_apply_to_the_kinds_that_have_such_an_address() -> None:
    for each in ADDRESS_KINDS:
        field = CATALOGUE.get(Subject.CLIENT, each.row)
        assert field is not None
        assert field.applies == each.of
        assert not field.at


@pytest.mark.parametrize(
    "places",
    [
        {"physical_address": "residential_address", "postal_address": "mailing_address"},
        {"physical_address": "principal_place"},
        {"physical_address": "principal_place", "postal_address": "principal_place"},
        {"physical_address": "principal_place", "postal_address": "elsewhere"},
        {},
    ],
)
def test_a_table_that_cannot_be_is_told_so(places: dict[str, str]) -> None:
    assert problem(ClientKind.COMPANY, places)


@each_kind
def test_each_address_is_shown_once_under_its_own_name(kind: ClientKind) -> None:
    for places in tables(kind):
        labels = [row.label for row in arranged(places)]
        assert len(labels) == len(set(labels))
        assert {"Postal address", "Registered office", "Principal place of business"} <= set(labels)
        assert "Physical address" not in labels


@given(data=st.data(), kind=st.sampled_from(ClientKind))
def test_changing_the_table_keeps_every_address_and_back_restores_every_value(
    data: st.DataObject, kind: ClientKind
) -> None:
    before, after = data.draw(st.sampled_from(tables(kind))), data.draw(st.sampled_from(tables(kind)))
    free = [home for home in HOMES if home not in before.values()]
    streets = {f"{home}.street": f"{number} {home}" for number, home in enumerate(free) if data.draw(st.booleans())}
    values = {"name": "Kauri", **streets}
    there = {**values, **moves(values, before, after)}
    assert addresses(there, after) == addresses(values, before)
    again = {**there, **moves(there, after, before)}
    assert {key: text for key, text in again.items() if text} == values


@given(kind=st.sampled_from(ClientKind))
def test_a_table_that_stays_moves_nothing(kind: ClientKind) -> None:
    places = usual(kind)
    assert moves({"physical_address.city": "Orange", "service_address.city": "Bathurst"}, places, places) == {}


def test_an_address_that_is_given_by_its_own_name_stands_where_the_remote_keeps_it() -> None:
    places = usual(ClientKind.COMPANY)
    given_ = {"principal_place.street": "1 Rata Street", "principal_place.city": "Orange", "service_address.city": "X"}
    assert rehoused(given_, places) == {
        "physical_address.street": "1 Rata Street",
        "physical_address.city": "Orange",
        "service_address.city": "X",
    }


def test_where_both_names_are_given_the_synced_one_stays() -> None:
    both = {"principal_place.street": "1 Rata Street", "physical_address.street": "2 Kauri Street"}
    assert rehoused(both, usual(ClientKind.COMPANY)) == {"physical_address.street": "2 Kauri Street"}
