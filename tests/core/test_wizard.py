"""Importing with parties: both halves of a tie are one, everybody is there once, and circles end."""

from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practicesync.core.fields import ClientKind
from practicesync.core.record import RemoteRelationship
from practicesync.core.relationships import BY_KEY, TYPES
from practicesync.core.wizard import Party, Ties, between, kind_of, lacking, parties, read_ties

TODAY = date(2026, 11, 22)


def told(label: str, other: str, **values: str) -> RemoteRelationship:
    """A relationship as it stands on a record."""
    return RemoteRelationship(f"{label}-{other}", label, other, f"name of {other}", values)


def roles(party: Party) -> list[tuple[str, str]]:
    """What a party is, to whom."""
    return sorted((tie.type.key, tie.client) for tie in party.ties if tie.party == party.remote_id)


def test_the_two_halves_of_a_tie_are_one() -> None:
    ties = read_ties(
        {
            "company": [told("Director", "ann", start_date="2010-05-03T00:00:00")],
            "ann": [told("Director Of", "company", end_date="2020-01-01T00:00:00")],
        },
        TODAY,
    )
    (tie,) = ties.ties
    assert (tie.type.key, tie.client, tie.party) == ("director", "company", "ann")
    assert tie.values == {"start_date": "2010-05-03T00:00:00", "end_date": "2020-01-01T00:00:00"}
    assert tie.ended


def test_a_tie_that_the_party_alone_tells_is_read() -> None:
    (tie,) = read_ties({"ann": [told("Shareholder Of", "company", shares="10")]}, TODAY).ties
    assert (tie.type.key, tie.client, tie.party, tie.values) == ("shareholder", "company", "ann", {"shares": "10"})


def test_two_holdings_stay_two() -> None:
    ties = read_ties(
        {
            "company": [told("Shareholder", "ann", shares="10"), told("Shareholder", "ann", shares="5")],
            "ann": [told("Shareholder Of", "company", shares="10"), told("Shareholder Of", "company", shares="5")],
        },
        TODAY,
    )
    assert sorted(tie.values["shares"] for tie in ties.ties) == ["10", "5"]


@pytest.mark.parametrize("label", ["Spouse", "Associate"])
def test_a_tie_without_sides_is_one(label: str) -> None:
    ties = read_ties({"ann": [told(label, "bob")], "bob": [told(label, "ann")]}, TODAY)
    assert len(ties.ties) == 1


def test_husband_and_wife_are_one_tie() -> None:
    (tie,) = read_ties({"ann": [told("Husband", "bob")], "bob": [told("Wife", "ann")]}, TODAY).ties
    assert (tie.type.key, tie.client, tie.party) == ("husband", "ann", "bob")


def test_a_label_that_nobody_knows_is_told_and_not_dropped() -> None:
    ties = read_ties({"company": [told("Godfather", "ann")]}, TODAY)
    assert ties.ties == ()
    assert [(each.record, each.label, each.other, each.other_name) for each in ties.untold] == [
        ("company", "Godfather", "ann", "name of ann")
    ]


def test_a_record_that_is_tied_to_itself_has_no_party() -> None:
    assert read_ties({"company": [told("Shareholder", "company")]}, TODAY).ties == ()


def test_everybody_is_there_once_whatever_their_roles() -> None:
    ties = read_ties(
        {"company": [told("Director", "ann"), told("Shareholder", "ann"), told("Secretary", "bob")]}, TODAY
    )
    found = parties("company", [], ties)
    assert [(each.remote_id, roles(each)) for each in found] == [
        ("ann", [("director", "company"), ("shareholder", "company")]),
        ("bob", [("secretary", "company")]),
    ]


def a_corporate_trustee() -> Ties:
    return read_ties(
        {
            "trust": [told("Trustee", "trustee ltd"), told("Beneficiary", "ann")],
            "trustee ltd": [told("Trustee Of", "trust"), told("Director", "ann"), told("Shareholder", "bob")],
        },
        TODAY,
    )


def test_a_corporate_trustee_is_opened_on_request_alone() -> None:
    assert [each.remote_id for each in parties("trust", [], a_corporate_trustee())] == ["trustee ltd", "ann"]


def test_who_is_met_again_one_level_further_gains_a_role_and_stays_one() -> None:
    found = {each.remote_id: each for each in parties("trust", ["trustee ltd"], a_corporate_trustee())}
    assert {each.remote_id: each.level for each in found.values()} == {"trustee ltd": 1, "ann": 1, "bob": 2}
    assert roles(found["ann"]) == [("beneficiary", "trust"), ("director", "trustee ltd")]
    assert found["bob"].through == "trustee ltd"


def test_a_circle_of_holdings_ends() -> None:
    ties = read_ties(
        {"a": [told("Shareholder", "b")], "b": [told("Shareholder", "c")], "c": [told("Shareholder", "a")]}, TODAY
    )
    assert [each.remote_id for each in parties("a", ["b", "c"], ties)] == ["b", "c"]


def test_a_former_role_is_told_apart() -> None:
    ties = read_ties(
        {"company": [told("Director", "ann", end_date="2020-01-01"), told("Director", "bob", end_date="2030-01-01")]},
        TODAY,
    )
    assert {each.remote_id: each.is_former for each in parties("company", [], ties)} == {"ann": True, "bob": False}


def test_who_only_has_this_one_among_its_own_is_no_party_of_it() -> None:
    ties = read_ties({"ann": [told("Director Of", "company"), told("Spouse", "bob")]}, TODAY)
    assert {each.remote_id: each.is_party for each in parties("ann", [], ties)} == {"company": False, "bob": True}


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({"business_structure": "Discretionary Trust", "name": "Kauri Ltd"}, ClientKind.TRUST),
        ({"business_structure": "Our own word", "name": "Kauri Ltd"}, ClientKind.COMPANY),
        ({"name": "Ann Lee", "first_name": "Ann"}, ClientKind.INDIVIDUAL),
        ({"name": "The Lee Family Trust"}, ClientKind.TRUST),
        ({"name": "Lee Superannuation Fund"}, ClientKind.SUPER_FUND),
        ({"name": "Kauri Holdings Pty Ltd"}, ClientKind.COMPANY),
        ({"name": "Something"}, ClientKind.OTHER),
    ],
)
def test_the_likeliest_kind(values: Mapping[str, str], kind: ClientKind) -> None:
    assert kind_of(values) is kind


def test_a_director_without_a_structure_is_a_person() -> None:
    ties = read_ties({"company": [told("Director", "ann")]}, TODAY).ties
    assert kind_of({"name": "Ann Lee"}, ties, "ann") is ClientKind.INDIVIDUAL


def test_what_an_import_needs_depends_on_the_kind() -> None:
    assert list(lacking(ClientKind.INDIVIDUAL, {})) == ["subscription_plan"]
    assert list(lacking(ClientKind.COMPANY, {"subscription_plan": "Full"})) == ["company_type"]
    assert lacking(ClientKind.TRUST, {"trust_type": "Unit", "subscription_plan": "Full"}) == {}


PAIRED = [each for each in TYPES if "xpm" in each.remote]
NODES = st.sampled_from("abcde")
EDGE = st.tuples(st.sampled_from(PAIRED), NODES, NODES).filter(lambda edge: edge[1] != edge[2])


@given(st.lists(EDGE, max_size=25), st.sets(NODES))
def test_any_web_of_ties_read_from_both_ends_gives_each_party_and_each_tie_once(
    edges: list[tuple[object, str, str]], opened: set[str]
) -> None:
    records: dict[str, list[RemoteRelationship]] = {node: [] for node in "abcde"}
    wanted = set()
    for kind, client, party in edges:
        kind = BY_KEY[kind.key]  # type: ignore[attr-defined]
        on_client, on_party = kind.remote["xpm"]
        records[client].append(told(on_client, party))
        records[party].append(told(on_party, client))
        ends = sorted((client, party)) if kind.symmetric else [client, party]
        wanted.add((kind.key, *ends))
    ties = read_ties(records, TODAY)
    assert sorted(tie.pair for tie in ties.ties) == sorted(wanted)
    found = parties("a", opened, ties)
    assert len({each.remote_id for each in found}) == len(found)
    assert "a" not in {each.remote_id for each in found}
    everybody = {each.remote_id for each in parties("a", "abcde", ties)} | {"a"}
    assert {tie.pair for tie in between(ties, everybody)} >= {t.pair for each in found for t in each.ties}
