"""Links to review in a large firm: as many queries as in a small one, and out of the index."""

from datetime import timedelta

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from practicesync.queries.links import Tab, count_piles, load_links
from practicesync.store.models import Candidate, Client, Connection, Mirror, Practice
from queries.many import NOW, a_connection, a_copy, a_practice, fill

pytestmark = pytest.mark.django_db

EVIDENCE = [{"code": "business_same", "text": "Same business number"}]


def suggest(practice: Practice, connection: Connection) -> None:
    """A proposal and another candidate for each unlinked client."""
    unlinked = Client.rows.of(practice.pk).filter(links=None).order_by("pk")
    for rank in (1, 2):
        mirrors = Mirror.rows.bulk_create(a_copy(connection, f"s{rank}-{each.pk}", each) for each in unlinked)
        Candidate.rows.bulk_create(
            Candidate(
                practice=practice,
                connection=connection,
                client=client,
                mirror=mirror,
                rank=rank,
                score=0.9,
                pile="safe" if number % 2 else "look",
                reasons=EVIDENCE,
                sort_name=client.sort_name,
                made_at=NOW - timedelta(hours=rank),
            )
            for number, (client, mirror) in enumerate(zip(unlinked, mirrors, strict=True))
        )


@pytest.mark.parametrize("tab", list(Tab))
def test_a_page_asks_as_little_of_a_large_firm_as_of_a_small_one(tab: Tab) -> None:
    counts = []
    for size in (60, 1_500):
        practice = a_practice(f"Firm of {size}")
        connection = a_connection(practice)
        fill(practice, connection, size)
        suggest(practice, connection)
        with CaptureQueriesContext(database) as asked:
            page = load_links(practice.pk, tab)
        assert len(page.cards) <= 50
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 16


def test_every_suggestion_is_on_one_page_and_one_alone() -> None:
    practice = a_practice()
    connection = a_connection(practice)
    fill(practice, connection, 2_500)
    suggest(practice, connection)
    seen: list[int] = []
    after = 0
    while True:
        page = load_links(practice.pk, Tab.SAFE, after=after)
        seen += [card.id for card in page.cards]
        if not page.more:
            break
        after = page.more
    assert len(seen) == len(set(seen)) == page.counts[Tab.SAFE] == 125


def test_piles_are_counted_and_paged_by_the_index() -> None:
    practice = a_practice()
    connection = a_connection(practice)
    fill(practice, connection, 200)
    suggest(practice, connection)
    with CaptureQueriesContext(database) as asked:
        count_piles(practice.pk, connection.pk)
        load_links(practice.pk, Tab.SAFE)
    plans = [plan(each["sql"]) for each in asked if "store_candidate" in each["sql"] and "pile" in each["sql"]]
    assert any("COVERING INDEX candidate_by_pile" in each for each in plans)
    assert not any("SCAN store_candidate" in each for each in plans)
    mirrors = [plan(each["sql"]) for each in asked if 'COUNT(*) AS "__count" FROM "store_mirror"' in each["sql"]]
    assert all("mirror_there" in each for each in mirrors)
    assert mirrors


def plan(sql: str) -> str:
    """How SQLite goes about a query."""
    with database.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())
