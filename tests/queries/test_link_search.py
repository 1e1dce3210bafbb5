"""Finding the remote client that a register client is."""

import pytest

from practicesync.queries.link_search import PAGE_SIZE, LinkSearch, load_link_search
from practicesync.store.models import Client, Connection, Mirror, Practice
from queries.many import NOW, a_connection, a_practice, here, link, there

pytestmark = pytest.mark.django_db


def search(client: Client, typed: str | None = None, page: int = 1) -> LinkSearch:
    found = load_link_search(client.practice_id, client.pk, search=typed, page=page)
    assert found is not None
    return found


def names(found: LinkSearch) -> list[str]:
    return [row.name for row in found.rows]


def test_it_starts_with_the_clients_own_name(practice: Practice, connection: Connection) -> None:
    there(connection, "Rata Trust")
    there(connection, "Kauri Holdings Limited")
    found = search(here(practice, "Kauri Holdings Limited"))
    assert (found.search, found.near, names(found)) == ("Kauri Holdings Limited", False, ["Kauri Holdings Limited"])
    assert found.rows[0].same_name


def test_where_no_record_has_every_word_the_nearest_come_first(practice: Practice, connection: Connection) -> None:
    for name in ("Rata Holdings Limited", "Kauri Holdings Ltd", "Southern Dental Limited"):
        there(connection, name)
    found = search(here(practice, "Kauri Holdings Limited"))
    assert (found.near, names(found)) == (True, ["Kauri Holdings Ltd", "Rata Holdings Limited"])


def test_an_empty_search_scrolls_all(practice: Practice, connection: Connection) -> None:
    client = here(practice, "Kauri")
    for number in range(PAGE_SIZE + 3):
        there(connection, f"Client {number:03}")
    first, second = search(client, ""), search(client, "", page=2)
    assert (first.total, first.pages, len(first.rows), len(second.rows)) == (PAGE_SIZE + 3, 2, PAGE_SIZE, 3)


def test_twins_are_told_apart(practice: Practice, connection: Connection) -> None:
    there(connection, "Kauri Holdings", email="a@kauri.example", **{"physical_address.city": "Nelson"})
    there(connection, "Kauri Holdings", client_code="KH2", **{"postal_address.city": "Taupō"})
    facts = [dict(row.facts) for row in search(here(practice, "Kauri Holdings")).rows]
    assert facts == [{"Email": "a@kauri.example", "Town": "Nelson"}, {"Client code": "KH2", "Town": "Taupō"}]


def test_a_record_that_is_taken_names_who_has_it(practice: Practice, connection: Connection) -> None:
    mirror = there(connection, "Kauri Holdings")
    owner = here(practice, "Kauri Group")
    link(owner, mirror)
    (row,) = search(here(practice, "Kauri Holdings")).rows
    assert (row.linked_to, row.linked_to_id) == ("Kauri Group", owner.pk)


def test_archived_and_gone_records_are_marked(practice: Practice, connection: Connection) -> None:
    Mirror.rows.of(practice.pk).filter(pk=there(connection, "Kauri A").pk).update(archived=True)
    Mirror.rows.of(practice.pk).filter(pk=there(connection, "Kauri B").pk).update(gone_at=NOW)
    rows = search(here(practice, "Kauri"), "kauri").rows
    assert {row.name: (row.archived, row.gone) for row in rows} == {"Kauri A": (True, False), "Kauri B": (False, True)}


def test_another_practices_records_are_never_found(practice: Practice, connection: Connection) -> None:
    there(connection, "Kauri Holdings")
    other = a_practice("Other")
    a_connection(other)
    assert search(here(other, "Kauri Holdings")).total == 0
    assert load_link_search(other.pk, here(practice, "Kauri").pk, search=None, page=1) is None
