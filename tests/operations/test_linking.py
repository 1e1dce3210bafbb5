"""Links: one client is one record, letting go keeps the history, and nothing is torn from under a write."""

from collections.abc import Callable

import pytest

from operations.offices import NOW, Office, a_record
from operations.push_calls import look, refuse
from practicesync.core.errors import Invalid
from practicesync.operations import linking, mirroring
from practicesync.store.models import Activity, Client, Link, Mirror

Refusal = Callable[[Office, Client, Mirror], None]


def refused(office: Office, client: Client, mirror: Mirror) -> str:
    """The sentence with which a link is refused; nothing was written."""
    links, lines = Link.rows.of(office.practice.pk).count(), office.verbs()
    with pytest.raises(Invalid) as refusal:
        linking.link(office.admin, client.pk, mirror.pk, NOW)
    assert (Link.rows.of(office.practice.pk).count(), office.verbs()) == (links, lines)
    return refusal.value.problems[""]


def test_a_link_is_planned_at_once_and_told(connected: Office) -> None:
    client = connected.pair(a_record(phone="09 555 0101"), phone="09 555 0102")
    link = connected.link_of(client)
    assert (link.state, link.differs, link.base["name"], link.linked_by) == (
        "differs",
        1,
        "Kauri Ltd",
        "admin Kauri & Co",
    )
    line = Activity.rows.of(connected.practice.pk).order_by("-seq")[0]
    assert (line.verb, line.client_id, line.facts) == (
        "linked",
        client.pk,
        {"client": "Kauri Ltd", "remote": "Kauri Ltd"},
    )


def test_a_client_that_is_linked_is_taken(connected: Office) -> None:
    client = connected.pair(a_record("r1"))
    assert "is linked already" in refused(connected, client, connected.read(a_record("r2")))


def test_a_record_that_is_linked_is_taken(connected: Office) -> None:
    connected.pair(a_record("r1"), "Rata Ltd")
    mirror = Mirror.rows.of(connected.practice.pk).get(remote_id="r1")
    assert "already linked to Rata Ltd" in refused(connected, connected.add(), mirror)


def test_a_record_that_is_deleted_is_not_linked(connected: Office) -> None:
    mirror = connected.read(a_record("r1", deleted=True))
    assert "no longer in XPM" in refused(connected, connected.add(), mirror)


def test_a_record_that_a_sweep_did_not_find_is_not_linked(connected: Office) -> None:
    mirror = connected.read(a_record("r1"))
    assert mirroring.mark_gone(connected.connection, 7, NOW) == 1
    assert "no longer in XPM" in refused(connected, connected.add(), mirror)
    connected.read(a_record("r1", phone="09 555 0101"))
    assert linking.link(connected.admin, connected.add().pk, mirror.pk, NOW).state == "in_sync"


def test_a_record_of_an_organisation_that_was_disconnected_is_not_linked(connected: Office) -> None:
    mirror = connected.read(a_record("r1"))
    connected.connect("Rata XPM")
    assert "no longer connected" in refused(connected, connected.add(), mirror)


def test_letting_go_keeps_both_and_the_history(connected: Office) -> None:
    client = connected.pair(a_record("r1"), phone="09 555 0101")
    linking.unlink(connected.admin, client.pk, NOW)
    (former,) = Link.rows.of(connected.practice.pk).filter(client=client)
    assert former.ended_at == NOW
    assert connected.verbs()[-2:] == ["linked", "unlinked"]
    assert Mirror.rows.of(connected.practice.pk).filter(remote_id="r1").exists()
    client.refresh_from_db()
    assert client.values["phone"] == "09 555 0101"


def test_who_was_let_go_can_be_linked_anew_from_scratch(connected: Office) -> None:
    client = connected.pair(a_record("r1", phone="09 555 0101"), phone="09 555 0101")
    linking.unlink(connected.admin, client.pk, NOW)
    connected.edit(client, {"phone": "09 555 0102"})
    mirror = Mirror.rows.of(connected.practice.pk).get(remote_id="r1")
    linking.link(connected.admin, client.pk, mirror.pk, NOW)
    assert Link.rows.of(connected.practice.pk).filter(client=client).count() == 2
    assert {row.key: row.state.value for row in connected.plan(client).plan.differing} == {"phone": "differs"}


def test_nobody_lets_go_while_values_are_being_written(connected: Office) -> None:
    record = a_record("r1", phone="09 555 0101")
    client = connected.pair(record, phone="09 555 0102")
    (push,) = connected.pushes(connected.choose(client, {"phone": "push"}))
    for _ in range(2):
        with pytest.raises(Invalid, match="still being written"):
            linking.unlink(connected.admin, client.pk, NOW)
        look(push, record)
    refuse(push, "Not to our taste.")
    linking.unlink(connected.admin, client.pk, NOW)
    assert not Link.rows.of(connected.practice.pk).filter(ended_at=None).exists()


def test_who_is_not_linked_cannot_be_let_go(connected: Office) -> None:
    with pytest.raises(Invalid, match="not linked"):
        linking.unlink(connected.admin, connected.add().pk, NOW)


def test_known_pairs_are_linked_in_bulk_and_taken_or_unknown_ones_passed_over(connected: Office) -> None:
    taken = connected.pair(a_record("r1"), "Taken Ltd")
    for remote_id in ("r2", "r3"):
        connected.read(a_record(remote_id))
    fresh, late, lost = (connected.add(name) for name in ("Fresh Ltd", "Late Ltd", "Lost Ltd"))
    told = {taken.pk: "r2", fresh.pk: "r3", late.pk: "r1", lost.pk: "never heard of"}
    assert linking.link_known(connected.admin, told, connected.connection.pk, NOW) == 1
    assert connected.link_of(fresh).mirror.remote_id == "r3"
    assert linking.link_known(connected.admin, told, connected.connection.pk, NOW) == 0


def test_two_clients_told_to_be_the_same_record_do_not_spoil_the_bulk(connected: Office) -> None:
    connected.read(a_record("r1"))
    one, two = connected.add("One Ltd"), connected.add("Two Ltd")
    assert linking.link_known(connected.admin, {one.pk: "r1", two.pk: "r1"}, connected.connection.pk, NOW) == 1
