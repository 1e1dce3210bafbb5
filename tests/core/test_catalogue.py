"""Every row of the catalogue is complete: what follows from it needs no other edit."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from practicesync.connectors.registry import CONNECTORS
from practicesync.core.catalogue import CATALOGUE, STRUCTURE_KINDS, kind_of_structure
from practicesync.core.compare import State
from practicesync.core.fields import ClientKind, Field, Section, Sensitivity, Subject
from practicesync.core.kinds import TAX_NUMBER, Place
from practicesync.core.plan import LinkSides, plan_link
from practicesync.core.verdict import Move

HERE = Place("NZ")

each_row = pytest.mark.parametrize("row", CATALOGUE.rows, ids=lambda row: f"{row.subject}.{row.name}")


@pytest.mark.parametrize("subject", Subject)
def test_no_two_fields_of_a_record_share_a_key_a_label_or_a_place(subject: Subject) -> None:
    rows = CATALOGUE.of(subject)
    for names in (
        [key for row in rows for key in row.keys],
        [row.label for row in rows],
        [path for row in rows if "xpm" in row.at for path in row.at["xpm"].read],
        [path for row in rows if "xpm" in row.at for path in row.at["xpm"].write],
    ):
        assert max(Counter(names).values()) == 1


@each_row
def test_it_has_its_words(row: Field) -> None:
    assert row.name.isidentifier()
    assert row.name.islower()
    assert row.label[0].isupper()
    assert not row.label.endswith(".")
    assert not row.hint or row.hint.endswith(".")


@each_row
def test_every_connector_knows_where_each_of_its_parts_is_read(row: Field) -> None:
    assert set(row.at) <= set(CONNECTORS)
    for at in row.at.values():
        assert len(at.read) == len(row.keys)
        assert len(at.write) in (0, len(row.keys))
        assert all(path and path == path.strip() for path in (*at.read, *at.write))


@each_row
def test_it_stands_in_a_section_of_its_record_and_applies_to_somebody(row: Field) -> None:
    assert (row.section is Section.CONTACT) == (row.subject is Subject.CONTACT)
    assert row.applies
    assert row.identifies in range(4)


@each_row
def test_a_person_may_type_no_more_than_is_sent(row: Field) -> None:
    assert 0 < row.length <= 255
    assert row.problem(("x" * (row.length + 1),) * len(row.keys), HERE) == (
        f"{row.label} is too long: at most {row.length} characters."
    )


@each_row
def test_its_default_is_a_value_that_it_takes(row: Field) -> None:
    if row.default:
        assert row.kind.tidy(row.default) == row.default
        assert row.problem((row.default,), HERE) is None


@each_row
def test_blank_is_no_problem_unless_it_is_needed(row: Field) -> None:
    problem = row.problem(("",) * len(row.keys), HERE)
    assert problem == (f"{row.label} is needed." if row.required else None)


@each_row
@settings(deadline=None, max_examples=20)
@given(data=st.data())
def test_what_is_spread_is_told_and_held_again(row: Field, data: st.DataObject) -> None:
    parts = data.draw(st.tuples(*[st.text()] * len(row.keys)))
    assert row.told(row.spread(parts)) == row.held(row.spread(parts)) == parts


@each_row
def test_the_planner_takes_it_from_blank_on_one_side_to_agreed(row: Field) -> None:
    if row.subject is not Subject.CLIENT or "xpm" not in row.at:
        assert row not in CATALOGUE.synced(Subject.CLIENT, "xpm")
        return
    values = row.spread(("something",) * len(row.keys))
    blank = plan_link(CATALOGUE, LinkSides({}, values, row.spread(("",) * len(row.keys))), HERE, connector="xpm")
    agreed = plan_link(CATALOGUE, LinkSides({}, values, values), HERE, connector="xpm")
    (before,) = [each for each in blank.decisions if each.field is row]
    (after,) = [each for each in agreed.decisions if each.field is row]
    assert (before.state, before.move) == (State.DIFFERS, Move.PUSH)
    assert (after.state, after.move) == (State.SAME, Move.SETTLE)


def test_a_name_is_needed_of_clients_and_of_contacts_and_is_all_that_is() -> None:
    assert [(row.subject, row.name) for row in CATALOGUE if row.required] == [
        (Subject.CLIENT, "name"),
        (Subject.CONTACT, "name"),
    ]


def test_tax_numbers_are_sealed() -> None:
    sealed = {row.name for row in CATALOGUE if row.sensitivity is Sensitivity.SEALED}
    assert sealed == {row.name for row in CATALOGUE if row.kind is TAX_NUMBER} == {"tax_number"}
    assert CATALOGUE.sealed_keys == {"tax_number"}


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("Company", ClientKind.COMPANY),
        ("Trustee Company", ClientKind.COMPANY),
        ("Unit Trust", ClientKind.TRUST),
        ("Look-through company (LTC)", ClientKind.COMPANY),
        ("Deceased estate", ClientKind.TRUST),
        ("Self-managed superannuation fund", ClientKind.SUPER_FUND),
        ("SMSF", ClientKind.SUPER_FUND),
        ("Sole Trader", ClientKind.SOLE_TRADER),
        ("INDIVIDUAL", ClientKind.INDIVIDUAL),
        ("Limited partnership", ClientKind.PARTNERSHIP),
        ("Incorporated society", ClientKind.OTHER),
        ("", ClientKind.OTHER),
    ],
)
def test_the_label_of_a_structure_tells_the_kind(label: str, kind: ClientKind) -> None:
    assert kind_of_structure(label) is kind


def test_every_kind_but_other_has_a_structure() -> None:
    assert {kind for _, kind in STRUCTURE_KINDS} == set(ClientKind) - {ClientKind.OTHER}
