"""The Clients list as a query: what is found, in which order, counted how, and at what cost."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.http import QueryDict

from practicesync.core.link_state import LinkState
from practicesync.operations.listing import rebuild
from practicesync.queries.clients import PAGE_SIZE, ClientFilter, ClientsPage, NextClient, Sort, load_clients, load_next
from practicesync.store.models import Client, Connection, Link, Practice
from queries.many import NOW, a_client, a_practice, fill

pytestmark = pytest.mark.django_db
Asserts = Callable[[int], AbstractContextManager[object]]


def names(page: ClientsPage) -> list[str]:
    return [row.name for row in page.rows]


def add(practice: Practice, name: str, **values: str) -> Client:
    client = a_client(practice, 0, **{"name": name, "client_code": "", "email": "", "phone": "", **values})
    client.save()
    rebuild(practice.pk)
    return client


def find(practice: Practice, search: str) -> list[str]:
    return names(load_clients(practice.pk, ClientFilter(search=search)))


def test_search_finds_by_name_code_email_and_phone(practice: Practice) -> None:
    add(practice, "Kauri Holdings Limited", client_code="KH-7", email="Office@Kauri.example", phone="(02) 9876 5432")
    add(practice, "Rata Trust")
    for typed in ("kauri", "HOLDINGS kau", "kh-7", "office@kauri", "9876 5432", "+61 2 9876 5432", "02 98"):
        assert find(practice, typed) == ["Kauri Holdings Limited"], typed
    assert find(practice, "kauri trust") == []


@pytest.mark.parametrize("typed", ["%", "_", "\\", "'", '"; drop table store_client; --', "100%"])
def test_signs_that_mean_something_to_a_database_are_only_text(practice: Practice, typed: str) -> None:
    add(practice, "Rata Trust")
    assert find(practice, typed) == []
    assert Client.rows.of(practice.pk).count() == 1


def test_another_practice_shows_nothing(practice: Practice) -> None:
    add(practice, "Kauri Holdings")
    page = load_clients(a_practice("Other").pk, ClientFilter())
    assert (page.rows, page.total, page.pages) == ((), 0, 1)


def test_archived_clients_are_left_out(practice: Practice) -> None:
    client = add(practice, "Kauri Holdings")
    client.archived_at = NOW
    client.save()
    rebuild(practice.pk)
    assert load_clients(practice.pk, ClientFilter()).total == 0


def test_every_filter_shows_as_many_as_it_counts(practice: Practice, connection: Connection) -> None:
    fill(practice, connection, 130)
    everything = load_clients(practice.pk, ClientFilter())
    assert everything.states[""] == everything.total == 130
    assert everything.states["unlinked"] == 13
    assert everything.states["needs_you"] == sum(
        everything.states[state] for state in ("local_changed", "remote_changed", "both_changed", "differs")
    )
    for state, count in everything.states.items():
        for kind in ("", "trust"):
            page = load_clients(practice.pk, ClientFilter(state=state, kind=kind))
            assert page.total == (count if not kind else page.states[state])
            assert len(page.rows) == min(page.total, PAGE_SIZE)
            assert all(state in ("", "needs_you", row.state) for row in page.rows)
            assert all(kind in ("", row.kind) for row in page.rows)


@pytest.mark.parametrize("sort", list(Sort))
def test_the_pages_together_hold_everybody_once(practice: Practice, connection: Connection, sort: Sort) -> None:
    fill(practice, connection, 2 * PAGE_SIZE + 7)
    pages = [load_clients(practice.pk, ClientFilter(sort=sort, page=number)) for number in (1, 2, 3)]
    seen = [name for page in pages for name in names(page)]
    assert len(seen) == len(set(seen)) == 2 * PAGE_SIZE + 7
    assert [len(page.rows) for page in pages] == [PAGE_SIZE, PAGE_SIZE, 7]


def test_sorting_by_state_puts_first_what_needs_a_person(practice: Practice, connection: Connection) -> None:
    fill(practice, connection, 60)
    page = load_clients(practice.pk, ClientFilter(sort=Sort.STATE))
    order = [list(LinkState).index(row.state) for row in page.rows]
    assert order == sorted(order)
    assert page.rows[0].state is LinkState.BOTH_CHANGED


def test_a_page_beyond_the_last_shows_the_last(practice: Practice, connection: Connection) -> None:
    fill(practice, connection, PAGE_SIZE + 1)
    page = load_clients(practice.pk, ClientFilter(page=99))
    assert (page.page, len(page.rows)) == (2, 1)


def test_a_link_that_was_ended_counts_no_more(practice: Practice, connection: Connection) -> None:
    fill(practice, connection, 20)
    Link.rows.of(practice.pk).update(ended_at=NOW)
    rebuild(practice.pk)
    page = load_clients(practice.pk, ClientFilter())
    assert page.total == page.states["unlinked"] == 20


@pytest.mark.parametrize("count", [5, 500])
def test_the_cost_is_at_most_three_queries_whatever_the_size(
    practice: Practice, connection: Connection, count: int, django_assert_max_num_queries: Asserts
) -> None:
    fill(practice, connection, count)
    for asked in (ClientFilter(), ClientFilter(search="client 0", state="needs_you", kind="trust", sort=Sort.STATE)):
        with django_assert_max_num_queries(3):
            load_clients(practice.pk, asked)


@pytest.mark.parametrize(
    "query",
    [
        "state=nonsense&kind=robot&sort=;drop&page=-3",
        "page=9999999999999999999999999",
        "page=٣",
        "state=&kind=&sort=&page=&q=",
        "page=0",
    ],
)
def test_nonsense_in_an_address_counts_as_not_asked(query: str) -> None:
    assert ClientFilter.read(QueryDict(query).dict()) == ClientFilter()


def test_an_endless_search_is_cut() -> None:
    assert len(ClientFilter.read({"q": "x" * 10_000}).search) == 200


def test_the_next_client_is_the_next_by_name_that_needs_somebody(practice: Practice, connection: Connection) -> None:
    fill(practice, connection, 60)
    needing = [NextClient(row.id, row.name) for row in load_clients(practice.pk, ClientFilter(state="needs_you")).rows]
    walked = [needing[0]]
    for _step in needing:
        found = load_next(practice.pk, ClientFilter(), walked[-1].id)
        assert found is not None
        walked.append(found)
    assert walked == [*needing, needing[0]]


def test_the_next_client_stays_within_what_the_list_asks_for(practice: Practice, connection: Connection) -> None:
    fill(practice, connection, 60)
    asked = ClientFilter(kind="trust", state="both_changed")
    allowed = {row.id for row in load_clients(practice.pk, asked).rows}
    for row in load_clients(practice.pk, ClientFilter()).rows:
        found = load_next(practice.pk, asked, row.id)
        assert found is not None
        assert found.id in allowed - {row.id}


def test_where_nobody_else_needs_anything_there_is_no_next(practice: Practice) -> None:
    assert load_next(practice.pk, ClientFilter(), add(practice, "Kauri").pk) is None
