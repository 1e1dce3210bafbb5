"""Groups: one a name, whatever its case; clients stay when a group goes."""

import pytest

from operations.offices import NOW, Office, an_office
from practicesync.core.errors import Invalid
from practicesync.operations import groups
from practicesync.queries.group_list import load_group, load_groups
from practicesync.store.models import Change, Client, Group

pytestmark = pytest.mark.django_db


def members(office: Office, name: str) -> set[str]:
    group = Group.rows.of(office.practice.pk).get(name=name, removed_at=None)
    found = load_group(office.practice.pk, group.pk)
    assert found is not None
    return {member.name for member in found.members}


def test_names_that_differ_in_case_or_spacing_are_one_group(office: Office) -> None:
    a, b = office.add("A Ltd"), office.add("B Ltd")
    first = groups.group_clients(office.admin, [a.pk], "Tahu Family", NOW)
    assert groups.group_clients(office.admin, [b.pk, a.pk], "  TAHU   family ", NOW).pk == first.pk
    assert members(office, "Tahu Family") == {"A Ltd", "B Ltd"}
    assert office.verbs().count("grouped") == 2


def test_putting_in_twice_writes_nothing_more(office: Office) -> None:
    a = office.add("A Ltd")
    groups.group_clients(office.admin, [a.pk], "Tahu", NOW)
    before = office.verbs()
    groups.group_clients(office.admin, [a.pk], "Tahu", NOW)
    assert office.verbs() == before


@pytest.mark.parametrize("name", ["", "  ", "x" * 256])
def test_a_name_that_cannot_be_is_refused(office: Office, name: str) -> None:
    with pytest.raises(Invalid) as problem:
        groups.group_clients(office.admin, [office.add().pk], name, NOW)
    assert set(problem.value.problems) == {"name"}


def test_another_firms_client_is_not_put_in(office: Office) -> None:
    stranger = an_office("Rata Accountants").add("Stranger")
    with pytest.raises(Invalid):
        groups.group_clients(office.admin, [stranger.pk], "Tahu", NOW)
    assert not Group.rows.of(office.practice.pk).exists()


def test_taking_out_leaves_the_group_and_the_client(office: Office) -> None:
    a = office.add("A Ltd")
    group = groups.group_clients(office.admin, [a.pk], "Tahu", NOW)
    for _ in range(2):
        groups.take_out(office.admin, a.pk, group.pk, NOW)
    assert members(office, "Tahu") == set()
    assert office.verbs().count("ungrouped") == 1


def test_a_removed_group_tells_who_was_in_it_and_its_name_is_free_again(office: Office) -> None:
    a, b = office.add("A Ltd"), office.add("B Ltd")
    group = groups.group_clients(office.admin, [a.pk, b.pk], "Tahu", NOW)
    assert [groups.remove_group(office.admin, group.pk, NOW) for _ in range(2)] == [2, 0]
    told = Change.rows.of(office.practice.pk).filter(why="group removed").values_list("ref", flat=True)
    assert set(told) == {f"client:{a.pk}", f"client:{b.pk}"}
    assert Client.rows.of(office.practice.pk).filter(archived_at=None).count() == 2
    again = groups.group_clients(office.admin, [a.pk], "TAHU", NOW)
    assert again.pk != group.pk
    assert members(office, "TAHU") == {"A Ltd"}


def test_a_group_is_renamed_unless_another_has_the_name(office: Office) -> None:
    group = groups.group_clients(office.admin, [], "Tahu", NOW)
    groups.group_clients(office.admin, [], "Ngata", NOW)
    with pytest.raises(Invalid, match="There is a group ngata already"):
        groups.rename_group(office.admin, group.pk, "ngata", NOW)
    assert groups.rename_group(office.admin, group.pk, "TAHU", NOW).name == "TAHU"
    assert groups.group_clients(office.admin, [], "tahu", NOW).pk == group.pk


def test_the_list_finds_by_every_word_and_counts(office: Office) -> None:
    clients = [office.add(f"Client {number}") for number in range(4)]
    groups.group_clients(office.admin, [client.pk for client in clients], "Tahu Family Group", NOW)
    groups.group_clients(office.admin, [], "Ngata Family", NOW)
    found = load_groups(office.practice.pk, "family TAHU")
    assert [(row.name, row.size, len(row.first)) for row in found.rows] == [("Tahu Family Group", 4, 3)]
    assert load_groups(office.practice.pk, "nobody").total == 0
