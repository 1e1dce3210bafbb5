"""Choosing a client: the register's first, then those of XPM that the register does not have."""

from datetime import timedelta

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from practicesync.core.fields import ClientKind
from practicesync.operations.listing import rebuild
from practicesync.queries.picker import MOST, Picks, Side, load_pick, load_picks
from practicesync.store.models import AddOn, Client, Connection, Mirror, Practice
from queries.many import NOW, a_client, a_connection, a_practice, fill, here, link, there

pytestmark = pytest.mark.django_db


def names(found: Picks) -> tuple[list[str], list[str]]:
    return [pick.name for pick in found.clients], [pick.name for pick in found.remotes]


def test_the_register_comes_first_then_what_only_xpm_has(practice: Practice, connection: Connection) -> None:
    linked = here(practice, "Kauri Holdings")
    link(linked, there(connection, "Kauri Holdings Ltd"))
    there(connection, "Kauri Trust")
    found = load_picks(practice.pk, "kauri")
    assert names(found) == (["Kauri Holdings"], ["Kauri Trust"])
    assert [pick.side for pick in (*found.clients, *found.remotes)] == [Side.REGISTER, Side.REMOTE]


def test_namesakes_are_told_apart(practice: Practice, connection: Connection) -> None:
    here(practice, "Kauri", client_code="KA1", email="a@kauri.example", **{"physical_address.city": "Nelson"})
    there(connection, "Kauri", client_code="KA2", business_structure="Family Trust", **{"postal_address.city": "Taupō"})
    found = load_picks(practice.pk, "kauri")
    (client,), (remote,) = found.clients, found.remotes
    assert (client.kind, client.code, client.email, client.town) == (
        ClientKind.COMPANY, "KA1", "a@kauri.example", "Nelson",
    )  # fmt: skip
    assert (remote.kind, remote.code, remote.email, remote.town) == (ClientKind.TRUST, "KA2", "", "Taupō")


def test_archived_deleted_and_gone_ones_are_left_out(practice: Practice, connection: Connection) -> None:
    archived = here(practice, "Kauri A")
    Client.rows.of(practice.pk).filter(pk=archived.pk).update(archived_at=NOW)
    rebuild(practice.pk)
    for name, state in (("Kauri B", {"archived": True}), ("Kauri C", {"deleted": True}), ("Kauri D", {"gone_at": NOW})):
        Mirror.rows.of(practice.pk).filter(pk=there(connection, name).pk).update(**state)
    assert load_picks(practice.pk, "kauri").is_empty
    assert load_pick(practice.pk, f"client:{archived.pk}") is None
    for mirror in Mirror.rows.of(practice.pk):
        assert load_pick(practice.pk, f"remote:{mirror.pk}") is None


def test_a_name_that_begins_as_typed_comes_first(practice: Practice, connection: Connection) -> None:
    for name in ("Aroha Kauri", "Kauri Holdings"):
        here(practice, name)
        there(connection, f"{name} of XPM")
    assert names(load_picks(practice.pk, "kauri")) == (
        ["Kauri Holdings", "Aroha Kauri"],
        ["Kauri Holdings of XPM", "Aroha Kauri of XPM"],
    )


def test_a_word_is_found_in_the_midst_of_a_name_where_none_begins_so(practice: Practice) -> None:
    here(practice, "Kaurilands Limited")
    assert names(load_picks(practice.pk, "lands"))[0] == ["Kaurilands Limited"]


def test_nothing_typed_begins_both_lists(practice: Practice, connection: Connection) -> None:
    for number in range(MOST + 2):
        a_client(practice, number).save()
        there(connection, f"Remote {number}")
    rebuild(practice.pk)
    found = load_picks(practice.pk, " ")
    assert (len(found.clients), len(found.remotes)) == (MOST, MOST)
    assert (found.more_clients, found.more_remotes) == (True, True)


def test_xpm_clients_are_offered_only_with_the_add_on_and_a_connection_that_lives(
    practice: Practice, connection: Connection
) -> None:
    mirror = there(connection, "Kauri")
    assert names(load_picks(practice.pk, "kauri"))[1] == ["Kauri"]
    assert names(load_picks(practice.pk, "kauri", remote=False))[1] == []
    AddOn.rows.of(practice.pk).delete()
    assert names(load_picks(practice.pk, "kauri"))[1] == []
    assert load_pick(practice.pk, f"remote:{mirror.pk}") is None


def test_a_connection_that_ended_offers_nothing(practice: Practice, connection: Connection) -> None:
    there(connection, "Kauri")
    Connection.rows.of(practice.pk).update(state="ended", connected_at=NOW - timedelta(days=1))
    assert load_picks(practice.pk, "kauri").is_empty


def test_a_broken_connection_still_offers_what_was_read(practice: Practice, connection: Connection) -> None:
    there(connection, "Kauri")
    Connection.rows.of(practice.pk).update(state="broken")
    assert names(load_picks(practice.pk, "kauri"))[1] == ["Kauri"]


def test_a_client_can_be_left_out(practice: Practice) -> None:
    client = here(practice, "Kauri")
    assert load_picks(practice.pk, "kauri", without=[client.pk]).is_empty


def test_what_was_linked_since_it_was_shown_is_its_client(practice: Practice, connection: Connection) -> None:
    mirror = there(connection, "Kauri Ltd")
    shown = load_pick(practice.pk, f"remote:{mirror.pk}")
    assert shown is not None
    assert shown.is_remote
    client = here(practice, "Kauri")
    link(client, mirror)
    now = load_pick(practice.pk, shown.ref)
    assert now is not None
    assert (now.ref, now.name) == (f"client:{client.pk}", "Kauri")


@pytest.mark.parametrize("ref", ["", "client:", "client:x", "client:-1", "remote:1.0", "other:1", "client:" + "9" * 30])
def test_what_was_made_up_is_nothing(practice: Practice, ref: str) -> None:
    here(practice, "Kauri")
    assert load_pick(practice.pk, ref) is None


def test_another_practices_clients_are_never_found(practice: Practice, connection: Connection) -> None:
    client, mirror = here(practice, "Kauri"), there(connection, "Kauri Ltd")
    other = a_practice("Other")
    a_connection(other)
    assert load_picks(other.pk, "kauri").is_empty
    assert load_pick(other.pk, f"client:{client.pk}") is None
    assert load_pick(other.pk, f"remote:{mirror.pk}") is None


@pytest.mark.parametrize("search", ["", "client", "nobody at all", "021 555 0100"])
def test_the_queries_are_bounded(practice: Practice, connection: Connection, search: str) -> None:
    fill(practice, connection, 60)
    for number in range(40):
        there(connection, f"Client of XPM {number}")
    with CaptureQueriesContext(database) as captured:
        load_picks(practice.pk, search)
    assert len(captured) <= 7
