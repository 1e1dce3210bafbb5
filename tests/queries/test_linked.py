"""Links with both sides, loaded by the hundred: what comes is what is stored, and is looked up, not looked for."""

import re

import pytest
from django.db import connection as database
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from practicesync.operations.reconciling import reconcile
from practicesync.queries.linked import links_to, load_linked
from practicesync.store.models import Client, Connection, Link, Mirror, Practice
from queries.many import NOW, fill, here, link, there

pytestmark = pytest.mark.django_db


def stored(model: type[Model], key: int) -> dict[str, object]:
    """What Django itself reads of a row."""
    found = model._meta.default_manager.everywhere().get(pk=key)  # type: ignore[union-attr]
    return {each.attname: getattr(found, each.attname) for each in model._meta.concrete_fields}


def told(row: Model) -> dict[str, object]:
    """What a loaded row says, also of the columns that were left out."""
    return {each.attname: getattr(row, each.attname) for each in row._meta.concrete_fields}


def steps_of(asked: dict[str, str]) -> str:
    """How SQLite goes about a query; nothing for what writes."""
    if not asked["sql"].startswith("SELECT"):
        return ""
    with database.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {asked['sql']}")
        return "".join(f"{row[-1]}\n" for row in cursor.fetchall())


@pytest.mark.parametrize("sparse", [False, True])
def test_a_link_comes_with_both_sides_and_its_connection_as_they_are_stored(
    practice: Practice, connection: Connection, sparse: bool
) -> None:
    client = here(practice, "Rata", tax_number="123456782")
    mirror = there(connection, "Rata Ltd", tax_number="******782")
    link(client, mirror)
    key = Link.rows.of(practice.pk).get().pk
    (found,) = load_linked(practice.pk, [key], sparse=sparse)
    assert told(found) == stored(Link, key)
    assert told(found.client) == stored(Client, client.pk)
    assert told(found.mirror) == stored(Mirror, mirror.pk)
    assert found.client.values["tax_number"] == "123456782"
    assert found.connection == connection


def test_a_loaded_row_is_saved_as_any_other(practice: Practice, connection: Connection) -> None:
    fill(practice, connection, 3)
    found = load_linked(practice.pk, list(Link.rows.of(practice.pk).values_list("pk", flat=True)))[0]
    found.client.name = "Renamed"
    found.client.save(update_fields=["name"])
    found.reason = "refused"
    found.save()
    assert Client.rows.of(practice.pk).get(pk=found.client_id).name == "Renamed"
    assert Link.rows.of(practice.pk).get(pk=found.pk).reason == "refused"
    assert Link.rows.of(practice.pk).count() == 2


def test_of_another_practice_nothing_is_loaded_or_found(practice: Practice, connection: Connection) -> None:
    fill(practice, connection, 3)
    links = Link.rows.of(practice.pk)
    remote_ids = list(links.values_list("mirror__remote_id", flat=True))
    assert set(links_to(practice.pk, connection.pk, remote_ids)) == set(links)
    assert not links_to(practice.pk + 1, connection.pk, remote_ids)
    assert not load_linked(practice.pk + 1, list(links.values_list("pk", flat=True)))


def test_links_are_looked_up_by_their_records_whatever_the_number_of_links(
    practice: Practice, connection: Connection
) -> None:
    fill(practice, connection, 300)
    remote_ids = list(Mirror.rows.of(practice.pk).values_list("remote_id", flat=True))
    for wanted in (remote_ids[:1], remote_ids[:200]):
        with CaptureQueriesContext(database) as asked:
            list(links_to(practice.pk, connection.pk, wanted))
        (steps,) = map(steps_of, asked)
        assert "one_link_a_mirror (connection_id=? AND mirror_id=?)" in steps
        assert "(connection_id=? AND remote_id=?)" in steps


def test_the_link_of_a_client_is_looked_up_whatever_the_number_of_links(
    practice: Practice, connection: Connection
) -> None:
    fill(practice, connection, 300)
    some = Link.rows.of(practice.pk).order_by("-pk").first()
    assert some is not None
    with CaptureQueriesContext(database) as asked:
        assert Link.rows.of(practice.pk).filter(client_id=some.client_id, ended_at=None).get() == some
    (steps,) = map(steps_of, asked)
    assert "link_by_client (client_id=? AND practice_id=?)" in steps


def test_planning_a_batch_reads_the_rows_of_that_batch_alone(practice: Practice, connection: Connection) -> None:
    fill(practice, connection, 300)
    links = list(Link.rows.of(practice.pk).order_by("pk").values_list("pk", flat=True)[:100])
    reconcile(practice.pk, links, NOW)
    with CaptureQueriesContext(database) as asked:
        reconcile(practice.pk, links, NOW)
    every = "".join(map(steps_of, asked))
    assert "SEARCH store_difference" in every
    assert "SEARCH store_link" in every
    reads_all = re.compile(r"SCAN store_(?!setaside)|store_(?:link|difference|client|mirror)\b[^\n]*\(practice_id=\?\)")
    assert not reads_all.findall(every)
