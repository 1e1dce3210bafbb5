"""Relationships: what is refused, what two people at once leave behind, and what the activity tells."""

import pytest

from operations.offices import NOW, Office, an_office
from practicesync.core.errors import Invalid, Stale
from practicesync.core.fields import ClientKind
from practicesync.operations import register, relationships
from practicesync.operations.register import NewClient
from practicesync.queries.relationships import Ties, load_ties
from practicesync.store.models import Activity, Change, Client, Relationship

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def add(office: Office, name: str, kind: ClientKind) -> Client:
    return register.add_client(office.admin, NewClient(kind, {"name": name}, country="NZ"), NOW)


@pytest.fixture
def company(office: Office) -> Client:
    return add(office, "Kauri Ltd", ClientKind.COMPANY)


@pytest.fixture
def mere(office: Office) -> Client:
    return add(office, "Mere Tahu", ClientKind.INDIVIDUAL)


def tie(office: Office, client: Client, party: Client, type: str, **values: str) -> Relationship:
    return relationships.add_relationship(office.admin, client.pk, party.pk, type, values, NOW)


def ties(office: Office, client: Client) -> Ties:
    return load_ties(office.practice.pk, client.pk, TODAY)


def test_it_is_kept_once_and_seen_from_both_ends(office: Office, company: Client, mere: Client) -> None:
    tie(office, company, mere, "director", start_date="1 May 2015")
    assert Relationship.rows.of(office.practice.pk).count() == 1
    [group] = ties(office, company).parties
    assert (group.label, group.ties[0].other_name) == ("Director", "Mere Tahu")
    [group] = ties(office, mere).roles
    assert (group.label, group.ties[0].other_name) == ("Director of", "Kauri Ltd")
    assert not ties(office, mere).parties


def test_a_person_shows_every_role_with_its_part_of_the_class(office: Office, company: Client, mere: Client) -> None:
    other = add(office, "Tama Ngata", ClientKind.INDIVIDUAL)
    tie(office, company, mere, "director")
    tie(office, company, mere, "shareholder", shares="60", share_class="Ordinary")
    tie(office, company, other, "shareholder", shares="40", share_class="ordinary")
    tie(office, company, mere, "shareholder", shares="1,000", share_class="B")
    roles = ties(office, mere).roles
    assert [group.label for group in roles] == ["Director of", "Shareholder of"]
    assert [each.holding for each in roles[1].ties] == [
        "60 Ordinary (60\N{NO-BREAK SPACE}%)",
        "1,000 B (100\N{NO-BREAK SPACE}%)",
    ]


def test_joint_holders_are_told_together(office: Office, company: Client, mere: Client) -> None:
    tama, alone = add(office, "Tama Ngata", ClientKind.INDIVIDUAL), add(office, "Ana Lee", ClientKind.INDIVIDUAL)
    for party, type in ((mere, "joint_holder"), (tama, "joint_holder"), (alone, "shareholder")):
        tie(office, company, party, type, shares="50", share_class="A", start_date="2020-01-01")
    [group] = ties(office, mere).roles
    assert group.stays_here
    assert group.ties[0].together_with == ("Tama Ngata",)
    assert group.ties[0].holding == "50 A (50\N{NO-BREAK SPACE}%)"


@pytest.mark.parametrize(
    ("type", "values", "field"),
    [
        ("shareholder", {"shares": "-5"}, "shares"),
        ("shareholder", {"shares": "many"}, "shares"),
        ("director", {"start_date": "2020-05-01", "end_date": "2020-04-30"}, "end_date"),
        ("director", {"start_date": "yesterday"}, "start_date"),
        ("shareholder", {"percentage": "101"}, "percentage"),
        ("shareholder", {"note": "x" * 256}, "note"),
        ("trustee", {}, "type"),
        ("king", {}, "type"),
    ],
)
def test_what_cannot_be_right_is_refused_by_field(
    office: Office, company: Client, mere: Client, type: str, values: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as problem:
        tie(office, company, mere, type, **values)
    assert set(problem.value.problems) == {field}
    assert not Relationship.rows.of(office.practice.pk).exists()


def test_a_client_is_not_tied_to_itself_nor_to_another_firms(office: Office, company: Client) -> None:
    stranger = add(an_office("Rata Accountants"), "Stranger", ClientKind.INDIVIDUAL)
    for party in (company, stranger):
        with pytest.raises(Invalid) as problem:
            tie(office, company, party, "shareholder")
        assert set(problem.value.problems) == {"party"}


def test_an_exact_double_is_refused_in_words_and_another_class_or_time_is_not(
    office: Office, company: Client, mere: Client
) -> None:
    tie(office, company, mere, "shareholder", shares="10", share_class="A")
    with pytest.raises(Invalid, match="Mere Tahu is shareholder of Kauri Ltd already, with the same class or dates"):
        tie(office, company, mere, "shareholder", shares="20", share_class=" a ")
    tie(office, company, mere, "shareholder", shares="20", share_class="B")
    tie(office, company, mere, "shareholder", share_class="A", start_date="2001-01-01", end_date="2002-01-01")
    assert Relationship.rows.of(office.practice.pk).count() == 3


def test_a_symmetric_one_is_a_double_from_the_other_end_too(office: Office, mere: Client) -> None:
    tama = add(office, "Tama Ngata", ClientKind.INDIVIDUAL)
    tie(office, mere, tama, "spouse")
    with pytest.raises(Invalid, match="already"):
        tie(office, tama, mere, "spouse")


def test_a_removed_one_can_be_added_again(office: Office, company: Client, mere: Client) -> None:
    held = tie(office, company, mere, "director")
    relationships.remove_relationship(office.admin, held.pk, revision=1, now=NOW)
    assert not ties(office, company).any
    tie(office, company, mere, "director")
    assert ties(office, company).any


def test_zero_of_the_remote_is_not_kept_as_a_holding(office: Office, company: Client, mere: Client) -> None:
    held = tie(office, company, mere, "director", shares="0", percentage="0", start_date="", note=" ")
    assert held.values == {}


def test_an_ended_one_is_folded_away_and_no_longer_counts(office: Office, company: Client, mere: Client) -> None:
    tama = add(office, "Tama Ngata", ClientKind.INDIVIDUAL)
    tie(office, company, mere, "shareholder", shares="50", end_date=TODAY.isoformat())
    tie(office, company, tama, "shareholder", shares="50", end_date="1 Jan 2199")
    found = ties(office, company)
    assert [each.other_name for each in found.ended] == ["Mere Tahu"]
    [group] = found.parties
    assert [each.holding for each in group.ties] == ["50 (100\N{NO-BREAK SPACE}%)"]


def test_an_edit_keeps_what_it_does_not_name_and_clears_what_it_blanks(
    office: Office, company: Client, mere: Client
) -> None:
    held = tie(office, company, mere, "shareholder", shares="10", share_class="A", note="by gift")
    saved = relationships.edit_relationship(
        office.admin, held.pk, revision=1, values={"shares": "12", "note": ""}, now=NOW
    )
    assert saved.values == {"shares": "12", "share_class": "A"}
    assert saved.revision == 2
    change = Change.rows.of(office.practice.pk).filter(ref=f"relationship:{held.pk}", field="shares", why="edited")
    assert [(each.before, each.after) for each in change] == [({"shares": "10"}, {"shares": "12"})]


def test_an_edit_that_changes_nothing_writes_nothing(office: Office, company: Client, mere: Client) -> None:
    held = tie(office, company, mere, "shareholder", shares="10")
    before = office.verbs()
    saved = relationships.edit_relationship(office.admin, held.pk, revision=1, values={"shares": "10"}, now=NOW)
    assert saved.revision == 1
    assert office.verbs() == before


def test_an_edit_cannot_make_two_of_one(office: Office, company: Client, mere: Client) -> None:
    tie(office, company, mere, "shareholder", share_class="A")
    other = tie(office, company, mere, "shareholder", share_class="B")
    with pytest.raises(Invalid, match="already"):
        relationships.edit_relationship(office.admin, other.pk, revision=1, values={"share_class": "A"}, now=NOW)


def test_who_saves_second_is_told(office: Office, company: Client, mere: Client) -> None:
    held = tie(office, company, mere, "shareholder", shares="10")
    relationships.edit_relationship(office.admin, held.pk, revision=1, values={"shares": "11"}, now=NOW)
    with pytest.raises(Stale):
        relationships.edit_relationship(office.admin, held.pk, revision=1, values={"shares": "12"}, now=NOW)
    with pytest.raises(Stale):
        relationships.remove_relationship(office.admin, held.pk, revision=1, now=NOW)
    relationships.remove_relationship(office.admin, held.pk, revision=2, now=NOW)
    with pytest.raises(Stale):
        relationships.edit_relationship(office.admin, held.pk, revision=3, values={"shares": "13"}, now=NOW)


def test_each_is_told_in_the_activity_of_the_client(office: Office, company: Client, mere: Client) -> None:
    held = tie(office, company, mere, "director")
    relationships.edit_relationship(office.admin, held.pk, revision=1, values={"note": "acting"}, now=NOW)
    relationships.remove_relationship(office.admin, held.pk, revision=2, now=NOW)
    lines = Activity.rows.of(office.practice.pk).filter(client_id=company.pk, verb__startswith="relationship")
    assert [(line.verb, line.facts["party"]) for line in lines.order_by("seq")] == [
        ("relationship_added", "Mere Tahu"),
        ("relationship_edited", "Mere Tahu"),
        ("relationship_removed", "Mere Tahu"),
    ]
