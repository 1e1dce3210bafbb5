"""Pushes by the batch, through the real flow against a sandbox: what they cost, and that nothing is written over."""

from collections.abc import Iterator

import pytest

from firms import Firm, a_firm
from flows.pushes import NEW, OLD, OTHER, calls, create, pairs, push_all, states, switch, with_old_clients
from practicesync.core.push import BATCH
from practicesync.operations import connecting, pushing, runs
from practicesync.store.models import Activity, Client, Link, Push

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm() -> Iterator[Firm]:
    with a_firm() as found:
        with_old_clients(found)
        found.connect()
        found.refresh()
        yield found


def edited(firm: Firm, count: int) -> list[tuple[Client, str]]:
    """Linked clients whose phone changed in the register."""
    found = pairs(firm, count)
    for client, _ in found:
        firm.edit(client, phone=NEW)
    return found


def phones(firm: Firm, found: list[tuple[Client, str]]) -> list[str]:
    return [firm.xpm(remote_id)["Phone"] for _, remote_id in found]


# What it costs


def test_one_list_of_changes_speaks_for_a_batch(firm: Firm) -> None:
    found = edited(firm, BATCH + 5)
    run = firm.run(push_all(firm, [client for client, _ in found]))
    assert (run.state, run.done, run.changed) == ("done", BATCH + 5, BATCH + 5)
    assert phones(firm, found) == [NEW] * (BATCH + 5)
    assert len(calls(firm, "client.api/update")) == BATCH + 5
    assert run.calls == (BATCH + 5) + 1 + 2, "a read for the first, and a list for each batch after it"


def test_a_single_push_reads_its_own_record(firm: Firm) -> None:
    found = edited(firm, 1)
    assert firm.run(push_all(firm, [client for client, _ in found])).calls == 2


def test_a_second_run_sends_nothing(firm: Firm) -> None:
    found = edited(firm, 6)
    clients = [client for client, _ in found]
    firm.run(push_all(firm, clients))
    sent = firm.writes()
    firm.clock.advance(60)
    firm.refresh()
    assert [firm.states(client) for client in clients] == [{}] * 6
    again = firm.run(push_all(firm, clients))
    assert (firm.writes(), again.calls) == (sent, 0)


def test_all_that_one_client_has_shares_one_reading(firm: Firm) -> None:
    remote_id = firm.xpm_add(Name="Kauri Ltd", Phone=OLD, Contacts=[{"Name": "Mere Tahu"}, {"Name": "Ana Lee"}])
    firm.refresh()
    client = firm.add("Kauri Ltd", phone=NEW)
    firm.link(client, remote_id)
    firm.decide(client, {contact.ref: "pull" for contact in firm.plan(client).plan.unpaired})
    for contact in firm.contacts(client):
        contact.values = {**contact.values, "mobile": "021 555 0134"}
        contact.save()
    run = firm.run(push_all(firm, [client]))
    assert set(firm.outcomes(run).values()) == {"done"}
    assert run.calls == 1 + 3


def test_more_than_a_minute_takes_goes_on_by_itself_and_is_never_refused(firm: Firm) -> None:
    found = edited(firm, 70)
    began = firm.clock.now()
    run = firm.run(push_all(firm, [client for client, _ in found]))
    assert run.state == "done"
    assert set(phones(firm, found)) == {NEW}
    assert (firm.clock.now() - began).total_seconds() < 130
    assert {call["status"] for call in calls(firm, "client.api")} == {200}


# What moved meanwhile


@pytest.mark.parametrize("lag", ["0", "60"])
def test_what_somebody_changed_in_xpm_meanwhile_is_held_and_the_rest_goes(firm: Firm, lag: str) -> None:
    found = edited(firm, 8)
    run = push_all(firm, [client for client, _ in found])
    switch(firm, list_lag_seconds=lag)
    firm.xpm_edit(found[5][1], Phone=OTHER)
    firm.run(run)
    assert phones(firm, found) == [NEW] * 5 + [OTHER] + [NEW] * 2
    assert states(firm, run) == ["confirmed"] * 5 + ["overtaken"] + ["confirmed"] * 2
    assert firm.states(found[5][0]) == {"phone": "both_changed"}


def test_a_list_that_lags_is_not_trusted(firm: Firm) -> None:
    found = edited(firm, 8)
    switch(firm, list_lag_seconds="60")
    run = firm.run(push_all(firm, [client for client, _ in found]))
    assert set(phones(firm, found)) == {NEW}
    assert run.calls == 8 * 2 + 1, "a read for each, and the list that showed that it lags"


@pytest.mark.parametrize(("hides", "turn"), [("archived", "archive"), ("deleted", "delete"), ("both", "archive")])
def test_a_list_that_leaves_out_some_clients_does_not_speak_for_them(hides: str, turn: str) -> None:
    with a_firm() as firm:
        switch(firm, list_hides=hides, update_of_deleted="accepted")
        with_old_clients(firm)
        firm.connect()
        found = edited(firm, 6)
        run = push_all(firm, [client for client, _ in found])
        firm.xpm_edit(found[4][1], Phone=OTHER)
        firm.control("POST", f"clients/{found[4][1]}/{turn}")
        firm.run(run)
        assert phones(firm, found) == [NEW] * 4 + [OTHER, NEW]


@pytest.mark.parametrize("kind", ["malformed", "html", "dtd", "error"])
def test_a_list_that_cannot_be_read_is_not_trusted(firm: Firm, kind: str) -> None:
    found = edited(firm, 6)
    run = push_all(firm, [client for client, _ in found])
    firm.fault(kind, path="client.api/list", **({"text": "No list today"} if kind == "error" else {}))
    assert firm.run(run).state == "done"
    assert phones(firm, found) == [NEW] * 6


def test_a_client_that_was_archived_meanwhile_is_left_as_it_is(firm: Firm) -> None:
    found = edited(firm, 3)
    run = push_all(firm, [client for client, _ in found])
    firm.xpm_edit(found[1][1], IsArchived="Yes")
    firm.run(run)
    assert states(firm, run) == ["confirmed", "overtaken", "confirmed"]
    assert phones(firm, found) == [NEW, OLD, NEW]
    (push,) = Push.rows.of(firm.practice.pk).filter(state="overtaken")
    assert "archived in XPM" in push.detail
    assert firm.xpm(found[1][1])["IsArchived"] in ("Yes", True)


@pytest.mark.parametrize("told", ["error", "flagged", "not_found"])
def test_a_client_that_was_deleted_meanwhile_is_not_made_again(firm: Firm, told: str) -> None:
    found = edited(firm, 3)
    run = push_all(firm, [client for client, _ in found])
    switch(firm, get_of_deleted=told)
    firm.xpm_edit(found[1][1], IsDeleted="Yes")
    firm.run(run)
    assert states(firm, run) == ["confirmed", "refused", "confirmed"]
    assert calls(firm, "client.api/add") == []
    found[1][0].refresh_from_db()
    assert found[1][0].values["phone"] == NEW


# One record at a time


def test_a_later_push_of_a_record_waits_for_the_one_before_it(firm: Firm) -> None:
    ((client, remote_id),) = edited(firm, 1)
    first = push_all(firm, [client])
    (before,) = Push.rows.of(firm.practice.pk).filter(run=first)
    Push.rows.of(firm.practice.pk).filter(pk=before.pk).update(state="sending", attempts=1, sent_at=firm.clock.now())
    firm.edit(client, fax=OTHER)
    second = firm.choose(client, fax="push")
    assert not pushing.next_batch(second.pk, firm.clock.now()).pushes
    firm.clock.advance(10)
    firm.run(first)
    firm.run(second)
    assert (firm.xpm(remote_id)["Phone"], firm.xpm(remote_id)["Fax"]) == (NEW, OTHER)


def test_what_a_dead_run_left_is_taken_on(firm: Firm) -> None:
    found = edited(firm, 2)
    run = push_all(firm, [client for client, _ in found])
    runs.fail(run.pk, "crashed", "It died.", firm.clock.now())
    (taken,) = pushing.take_over(firm.clock.now())
    assert firm.run(taken).state == "done"
    assert phones(firm, found) == [NEW] * 2
    assert pushing.take_over(firm.clock.now()) == []


def test_a_choice_is_merged_into_the_push_that_waits(firm: Firm) -> None:
    ((client, remote_id),) = edited(firm, 1)
    run = push_all(firm, [client])
    firm.edit(client, fax=OTHER)
    later = firm.choose(client, fax="push")
    (push,) = Push.rows.of(firm.practice.pk).filter(client=client)
    assert (push.names, push.run_id) == (["phone", "fax"], later.pk), "it goes with the one that a person waits for"
    for each, values in ((run, 0), (later, 2)):
        firm.run(each)
        assert (each.state, each.done, each.total) == ("done", values, values)
    assert (firm.xpm(remote_id)["Phone"], firm.xpm(remote_id)["Fax"]) == (NEW, OTHER)
    assert len(calls(firm, "client.api/update")) == 1


# Taken back


def test_what_waits_can_be_taken_back(firm: Firm) -> None:
    found = edited(firm, 2)
    run = push_all(firm, [client for client, _ in found])
    ids = pushing.open_pushes(run.pk)
    assert pushing.withdraw(firm.actor, ids[:1], firm.clock.now()) == 1
    assert pushing.withdraw(firm.actor, ids[:1], firm.clock.now()) == 0
    firm.run(run)
    assert states(firm, run) == ["withdrawn", "confirmed"]
    assert phones(firm, found) == [OLD, NEW]
    assert firm.states(found[0][0]) == {"phone": "local_changed"}
    assert Activity.rows.of(firm.practice.pk).filter(verb="push_withdrawn").count() == 1


def test_what_waits_for_an_organisation_that_was_disconnected_is_taken_back(firm: Firm) -> None:
    ((client, _),) = edited(firm, 1)
    run = push_all(firm, [client])
    connecting.disconnect(firm.actor, firm.connection.pk, firm.clock.now())
    assert states(firm, run) == ["withdrawn"]
    assert Link.rows.of(firm.practice.pk).get().state != "waiting"


# Set aside


def test_one_that_never_answers_is_set_aside_and_the_others_are_done(firm: Firm) -> None:
    found = edited(firm, 6)
    run = push_all(firm, [client for client, _ in found])
    switch(firm, list_lag_seconds="60")
    firm.fault("unavailable", path=f"client.api/get/{found[2][1]}", times=100)
    firm.run(run)
    assert states(firm, run).count("confirmed") == 5
    read = [call for call in calls(firm, f"client.api/get/{found[2][1]}") if call["status"] == 503]
    assert len(read) <= 5
    assert phones(firm, found)[2] == OLD


def test_who_may_not_write_any_more_is_asked_to_connect_again_and_the_rest_is_kept(firm: Firm) -> None:
    found = edited(firm, 6)
    run = push_all(firm, [client for client, _ in found])
    firm.fault("status", status=403, method="PUT", path="client.api/update", times=100)
    firm.run(run)
    assert (run.state, states(firm, run)) == ("paused", ["waiting"] * 6)
    assert len(calls(firm, "client.api/update")) == 1


def test_a_list_that_lags_behind_our_own_write_does_not_bring_the_old_value_back(firm: Firm) -> None:
    ((client, remote_id),) = edited(firm, 1)
    switch(firm, list_lag_seconds="60")
    firm.run(push_all(firm, [client]))
    firm.xpm_edit(remote_id, Fax=OTHER)
    for _ in range(4):
        firm.clock.advance(20)
        firm.refresh()
        assert "phone" not in firm.states(client)
    firm.clock.advance(120)
    firm.refresh()
    assert firm.states(client) == {"fax": "remote_changed"}


def test_a_client_that_was_just_made_is_not_gone_where_a_whole_list_lags(firm: Firm) -> None:
    client = firm.add("Rata Ltd", export_code="R-1")
    firm.clock.advance(600)
    firm.run(create(firm, [client]))
    switch(firm, list_lag_seconds="60")
    assert firm.refresh("sweep").state == "done"
    assert firm.plan(client).link.mirror.gone_at is None
    firm.clock.advance(600)
    firm.refresh("sweep")
    assert (firm.plan(client).link.mirror.gone_at, firm.states(client)) == (None, {})
