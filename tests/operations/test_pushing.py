"""Pushes, transition by transition: looked at, sent, settled, and what a crash or a lost reply in between leaves."""

from dataclasses import replace
from datetime import timedelta

import pytest

from operations.offices import NOW, Office, a_record
from operations.push_calls import answered, look, lost, not_sent, refuse, run_of
from practicesync.core.presence import Sort
from practicesync.core.push import MOST_TRIES, Act, Fate, Reply, Write
from practicesync.core.record import RemoteContact, RemoteRecord
from practicesync.operations import pushing, sending
from practicesync.operations.register import ContactEdit
from practicesync.store.models import Activity, Change, Client, ContactTie, Push
from practicesync.store.models.push import STILL_OPEN

OLD, NEW, OTHER = "09 555 0101", "09 555 0102", "09 555 0109"
BEFORE = a_record("r1", phone=OLD)
AFTER = a_record("r1", phone=NEW)
ALWAYS = {"name": "Kauri Ltd"}
"""What XPM wants in every write, as it stood in the record just read."""


@pytest.fixture
def client(connected: Office) -> Client:
    """Linked; its phone is to be written over what XPM holds."""
    return connected.pair(BEFORE, phone=NEW)


@pytest.fixture
def push(connected: Office, client: Client) -> Push:
    """The push of the phone, waiting."""
    (found,) = connected.pushes(connected.choose(client, {"phone": "push"}))
    return found


def now_of(push: Push) -> Push:
    push.refresh_from_db()
    return push


def test_what_still_stands_as_seen_is_sent_and_confirmed_by_the_reply(connected: Office, push: Push) -> None:
    assert look(push, BEFORE) == Write(
        push.pk, 1, Act.UPDATE, None, "r1", values={**ALWAYS, "phone": NEW}, beside=ALWAYS
    )
    assert (now_of(push).state, push.attempts) == ("sending", 1)
    answered(push, AFTER)
    assert (now_of(push).state, push.outcomes, push.ended_at) == ("confirmed", {"phone": "done"}, NOW)
    link = connected.link_of(push.client)
    assert (link.state, link.base["phone"]) == ("in_sync", NEW)
    assert connected.verbs()[-1] == "pushed"
    push.run.refresh_from_db()
    assert (push.run.done, push.run.changed) == (1, 1)


def test_what_is_there_already_is_not_sent(connected: Office, push: Push) -> None:
    assert look(push, AFTER) is None
    assert (now_of(push).state, push.outcomes, push.attempts) == ("confirmed", {"phone": "done"}, 0)


def test_what_moved_meanwhile_is_held(connected: Office, push: Push) -> None:
    assert look(push, a_record("r1", phone=OTHER)) is None
    assert (now_of(push).state, push.outcomes) == ("overtaken", {"phone": "overtaken"})
    assert connected.link_of(push.client).state == "differs"
    assert connected.verbs()[-1] == "push_held"


def test_what_is_partly_overtaken_is_sent_for_the_rest(connected: Office) -> None:
    client = connected.pair(a_record("r1", phone=OLD, fax=OLD), phone=NEW, fax=NEW, website="kauri.example")
    (push,) = connected.pushes(connected.choose(client, dict.fromkeys(("phone", "fax", "website"), "push")))
    found = look(push, a_record("r1", phone=OTHER, fax=OLD, website="kauri.example"))
    assert found is not None
    assert found.values == {**ALWAYS, "fax": NEW}
    answered(push, a_record("r1", phone=OTHER, fax=NEW, website="kauri.example"))
    assert now_of(push).outcomes == {"phone": "overtaken", "fax": "done", "website": "done"}
    assert push.state == "confirmed"
    assert connected.verbs()[-2:] == ["pushed", "push_held"]
    assert {row.key for row in connected.plan(client).plan.differing} == {"phone"}
    push.run.refresh_from_db()
    assert (push.run.done, push.run.changed) == (3, 2)


def test_after_a_crash_the_intent_is_there_and_the_next_look_is_a_read(connected: Office, push: Push) -> None:
    look(push, BEFORE)
    assert now_of(push).state == "sending"
    # The process died here, after the write had arrived.
    assert look(push, AFTER) is None
    assert (now_of(push).state, push.attempts) == ("confirmed", 1)


def test_after_a_crash_what_did_not_arrive_is_sent_again(push: Push) -> None:
    first, second = look(push, BEFORE), look(push, BEFORE)
    assert first is not None
    assert second == replace(first, attempt=2)
    assert (now_of(push).state, push.attempts) == ("sending", 2)


def test_after_a_crash_what_somebody_changed_is_held(push: Push) -> None:
    look(push, BEFORE)
    assert look(push, a_record("r1", phone=OTHER)) is None
    assert now_of(push).state == "overtaken"


def test_a_lost_reply_is_told_and_looked_at(connected: Office, push: Push) -> None:
    look(push, BEFORE)
    for _ in range(2):
        lost(push)
    assert now_of(push).state == "unsure"
    assert connected.verbs().count("push_unsure") == 1
    assert look(push, AFTER) is None
    assert now_of(push).state == "confirmed"


def test_tries_have_an_end(connected: Office, push: Push) -> None:
    for _ in range(MOST_TRIES):
        assert look(push, BEFORE) is not None
        lost(push)
    assert look(push, BEFORE) is None
    assert (now_of(push).state, push.attempts, push.outcomes) == ("refused", MOST_TRIES, {"phone": "refused"})
    assert "without a clear answer" in connected.link_of(push.client).failing


def test_the_last_try_may_still_have_arrived(push: Push) -> None:
    for _ in range(MOST_TRIES):
        look(push, BEFORE)
    assert look(push, AFTER) is None
    assert now_of(push).state == "confirmed"


def test_what_never_left_is_no_try(push: Push) -> None:
    for _ in range(MOST_TRIES + 1):
        assert look(push, BEFORE) is not None
        not_sent(push)
    assert (now_of(push).state, push.attempts) == ("waiting", 0)


def test_a_refusal_is_quoted_and_leaves_the_difference(connected: Office, push: Push) -> None:
    look(push, BEFORE)
    refuse(push, "Phone is not to our taste.")
    assert (now_of(push).state, push.outcomes) == ("refused", {"phone": "refused"})
    link = connected.link_of(push.client)
    assert (link.state, link.failing, "phone" in link.base) == ("failing", "Phone is not to our taste.", False)
    line = Activity.rows.of(connected.practice.pk).order_by("-seq")[0]
    assert (line.verb, line.facts["detail"]) == ("push_refused", "Phone is not to our taste.")


@pytest.mark.parametrize(
    ("reply", "outcome", "state"),
    [
        pytest.param(AFTER, "done", "in_sync", id="kept"),
        pytest.param(a_record("r1", phone="(09) 555-0102"), "done", "in_sync", id="kept in its own writing"),
        pytest.param(BEFORE, "ignored", "failing", id="left as it was"),
        pytest.param(a_record("r1", phone="09 555"), "stored_differently", "failing", id="cut"),
    ],
)
def test_the_reply_is_compared_with_what_was_sent(
    connected: Office, push: Push, reply: RemoteRecord, outcome: str, state: str
) -> None:
    look(push, BEFORE)
    answered(push, reply)
    assert (now_of(push).state, push.outcomes) == ("confirmed", {"phone": outcome})
    link = connected.link_of(push.client)
    assert link.state == state
    assert set(link.held) == (set() if outcome == "done" else {"phone"})
    assert {row.why for row in connected.plan(push.client).plan.differing} <= {"held"}


def test_an_edit_while_the_value_was_under_way_is_a_change_of_its_own(
    connected: Office, client: Client, push: Push
) -> None:
    look(push, BEFORE)
    connected.edit(client, {"phone": OTHER})
    answered(push, AFTER)
    assert {row.key: row.state.value for row in connected.plan(client).plan.differing} == {"phone": "local_changed"}


@pytest.mark.parametrize("end", ["confirmed", "overtaken", "refused"])
def test_a_push_that_has_ended_is_not_moved_by_what_comes_late(connected: Office, push: Push, end: str) -> None:
    if end == "refused":
        look(push, BEFORE)
        refuse(push, "No.")
    else:
        look(push, AFTER if end == "confirmed" else a_record("r1", phone=OTHER))
    lines, later = connected.verbs(), NOW + timedelta(hours=1)

    assert look(push, BEFORE) is None
    answered(push, AFTER, at=later)
    refuse(push, "Late.", at=later)
    lost(push, at=later)
    not_sent(push)

    assert (now_of(push).state, push.ended_at) == (end, NOW)
    assert connected.verbs() == lines
    assert pushing.open_pushes(push.run_id) == []


def test_a_record_that_is_deleted_or_gone_is_not_written_to(connected: Office, push: Push) -> None:
    assert look(push, a_record("r1", deleted=True, phone=OLD)) is None
    assert (now_of(push).state, push.detail) == ("refused", "XPM no longer has this record.")


def test_an_answer_to_another_attempt_moves_nothing_but_the_mirror(connected: Office, push: Push) -> None:
    """A worker that was frozen: somebody else took its push on meanwhile."""
    first = look(push, BEFORE)
    second = look(push, BEFORE)
    assert first is not None
    assert second is not None
    late = Reply(push.pk, first.attempt, Fate.ANSWERED, NOW, record=a_record("r1", phone=OTHER))
    assert sending.settle(run_of(push), [late], [], NOW) == []
    assert now_of(push).state == "sending"
    assert connected.plan(push.client).link.mirror.values["phone"] == OTHER
    answered(push, AFTER)
    assert now_of(push).state == "confirmed"


def test_a_record_that_another_run_is_writing_to_is_left_until_that_has_ended(connected: Office, push: Push) -> None:
    """Two workers: each had chosen its own push of the record before the other looked at it."""
    assert look(push, BEFORE) is not None
    connected.edit(push.client, {"fax": OTHER})
    (later,) = connected.pushes(connected.choose(push.client, {"fax": "push"}))
    assert later.run_id != push.run_id
    assert look(later, BEFORE) is None
    assert (now_of(later).state, later.attempts) == ("waiting", 0)
    answered(push, AFTER)
    write = look(later, AFTER)
    assert write is not None
    assert write.values["fax"] == OTHER


# Contacts


def contact_push(office: Office, record: RemoteRecord, **values: str) -> Push:
    """A push that adds a contact of the register to this record."""
    client = office.pair(record)
    office.edit(client, {}, ContactEdit(None, {"name": "Mere Tahu", **values}))
    (push,) = office.pushes(office.choose(client, {f"contact:{office.contact(client).pk}:": "push"}))
    return push


def test_a_contact_is_added_and_tied(connected: Office) -> None:
    push = contact_push(connected, a_record("r1"), mobile="021 555 0134")
    found = look(push, a_record("r1"))
    assert found is not None
    assert (found.act, found.sort, found.values["name"]) == (Act.ADD, Sort.CONTACT, "Mere Tahu")
    reply = RemoteContact("m1", {"name": "Mere Tahu", "mobile": "021 555 0134", "is_primary": "No"})
    answered(push, contact=reply)
    assert (now_of(push).state, push.remote_id) == ("confirmed", "m1")
    tie = ContactTie.rows.of(connected.practice.pk).get()
    assert (tie.contact_id, tie.remote_id, tie.base["mobile"]) == (push.contact_id, "m1", "021 555 0134")
    assert connected.plan(push.client).plan.open_count == 0


def test_a_contact_that_is_there_already_is_not_made_twice(connected: Office) -> None:
    push = contact_push(connected, a_record("r1"))
    look(push, a_record("r1"))
    lost(push)
    there = RemoteContact("m1", {"name": "MERE TAHU", "is_primary": "No"})
    assert look(push, a_record("r1", there)) is None
    assert (now_of(push).state, push.remote_id) == ("confirmed", "m1")
    assert ContactTie.rows.of(connected.practice.pk).get().remote_id == "m1"


def test_contacts_of_one_name_are_left_to_a_person(connected: Office) -> None:
    push = contact_push(connected, a_record("r1"))
    twins = [RemoteContact(remote_id, {"name": "Mere Tahu"}) for remote_id in ("m1", "m2")]
    assert look(push, a_record("r1", *twins)) is None
    assert now_of(push).state == "refused"
    assert "more than one contact" in push.detail
    assert not ContactTie.rows.of(connected.practice.pk).exists()


def test_a_contact_that_is_tied_to_another_is_not_taken_for_this_one(connected: Office) -> None:
    taken = RemoteContact("m1", {"name": "Mere Tahu"})
    client = connected.pair(a_record("r1", taken))
    connected.edit(client, {}, ContactEdit(None, {"name": "Mere Tahu"}))
    connected.edit(client, {}, ContactEdit(None, {"name": "Mere Tahu", "email": "other@kauri.example"}))
    second = next(each for each in connected.plan(client).plan.unpaired if each.can_push)
    (push,) = connected.pushes(connected.choose(client, {second.ref: "push"}))
    found = look(push, a_record("r1", taken))
    assert found is not None
    assert found.act is Act.ADD


def test_nothing_is_added_to_a_client_that_was_deleted(connected: Office) -> None:
    push = contact_push(connected, a_record("r1"))
    assert look(push, a_record("r1", deleted=True)) is None
    assert (now_of(push).state, push.detail) == ("refused", "XPM no longer has this record.")


def test_a_contact_that_is_gone_is_not_written_to(connected: Office) -> None:
    mere = RemoteContact("m1", {"name": "Mere Tahu", "mobile": "021 555 0134"})
    client = connected.pair(a_record("r1", mere))
    connected.edit(client, {}, ContactEdit(None, {"name": "Mere Tahu", "mobile": "021 555 0199"}))
    row = next(row for row in connected.plan(client).plan.differing if row.field.name == "mobile")
    (push,) = connected.pushes(connected.choose(client, {row.key: "push"}))
    assert look(push, a_record("r1")) is None
    assert now_of(push).state == "refused"


def test_what_was_written_is_told_with_from_and_to(connected: Office, push: Push) -> None:
    look(push, BEFORE)
    answered(push, AFTER)
    change = Change.rows.of(connected.practice.pk).order_by("-pk")[0]
    assert (change.side, change.field, change.before, change.after, change.why) == (
        "remote", "phone", {"phone": OLD}, {"phone": NEW}, "pushed",
    )  # fmt: skip
    assert (change.activity.actor_kind, change.activity.run_id) == ("worker", push.run_id)


def test_a_later_choice_takes_along_what_waits_and_each_run_counts_what_it_carries(connected: Office) -> None:
    there = a_record("r9", phone="09 555 0101", fax="09 555 0201")
    client = connected.pair(there, phone="09 555 0102", fax="09 555 0202")
    first = connected.choose(client, {"phone": "push"})
    later = connected.choose(client, {"fax": "push"})
    (push,) = connected.pushes(later)
    assert sorted(push.names) == ["fax", "phone"]
    look(push, there)
    answered(push, a_record("r9", phone="09 555 0102", fax="09 555 0202"))
    for run, total in ((first, 0), (later, 2)):
        run.refresh_from_db()
        assert (run.done, run.changed, run.total) == (total, total, total)


@pytest.mark.parametrize(("what", "index"), [("client_id", "push_open_of"), ("link_id", "push_open")])
def test_what_is_open_of_a_client_is_found_without_reading_all_that_waits(push: Push, what: str, index: str) -> None:
    found = Push.rows.of(push.practice_id).filter(STILL_OPEN, **{what: getattr(push, what)})
    assert f"USING INDEX {index} ({what}=?)" in found.explain()
    assert list(found) == [push]
