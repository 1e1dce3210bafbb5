"""The log: a line in the transaction of its change, and a chain that shows whoever tampered with it."""

from collections.abc import Callable

import pytest
from django.db import connection as database
from django.db import transaction
from django.test.utils import override_settings

from operations.offices import NOW, Office, a_record, an_office
from operations.push_calls import look, lost, refuse
from practicesync.core.words import say
from practicesync.operations import activity, connecting, linking, runs
from practicesync.operations.activity import Changed, Entry, verify, write
from practicesync.store.models import Activity, ActivityHead, Change
from practicesync.store.secrets import SealBroken, mark

IRD, OTHER_IRD = "136410132", "49098576"


@pytest.fixture
def busy(connected: Office) -> Office:
    """An office in which every sort of thing was done."""
    record = a_record("r1", phone="09 555 0101", tax_number="******850")
    client = connected.pair(record, phone="09 555 0102", tax_number=IRD)
    connected.edit(client, {"email": "a@kauri.example", "tax_number": OTHER_IRD, "phone": "09 555 0103"})
    (push,) = connected.pushes(connected.choose(client, {"tax_number": "push", "email": "push"}))
    look(push, record)
    lost(push)
    refuse(push, "Not to our taste.")
    connected.choose(client, {"phone": "pull"})
    run = runs.request(connected.admin, connected.connection.pk, "refresh", NOW)
    runs.pause(run.pk, None, "reconnect", "Revoked.", NOW)
    runs.note_set_aside(run.pk, 3, NOW)
    runs.finish(run.pk, NOW, "refreshed", {"changed": 1, "total": 2})
    linking.unlink(connected.admin, client.pk, NOW)
    connecting.break_connection(connected.connection.pk, "Revoked.", NOW)
    connecting.disconnect(connected.admin, connected.connection.pk, NOW)
    return connected


def lines(office: Office) -> list[Activity]:
    return list(Activity.rows.of(office.practice.pk).order_by("seq"))


def test_the_log_of_a_busy_office_is_as_it_was_written(busy: Office) -> None:
    assert [line.seq for line in lines(busy)] == list(range(1, len(lines(busy)) + 1))
    assert len(lines(busy)) > 15
    assert verify(busy.practice.pk) is None


def test_it_is_checked_the_same_however_long_it_is(busy: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(activity, "BATCH", 2)
    assert verify(busy.practice.pk) is None


def test_every_line_can_be_told_with_all_its_facts(busy: Office) -> None:
    for line in lines(busy):
        assert "…" not in say(line.verb, line.facts)


def test_no_fact_holds_a_value(busy: Office) -> None:
    told = " ".join(str(line.facts) for line in lines(busy))
    for value in (IRD, OTHER_IRD, "09 555", "a@kauri.example"):
        assert value not in told


def seventh(office: Office) -> Activity:
    return lines(office)[6]


def edit_facts(office: Office) -> None:
    Activity.rows.of(office.practice.pk).filter(seq=7).update(facts={"client": "Somebody else"})


def edit_actor(office: Office) -> None:
    Activity.rows.of(office.practice.pk).filter(seq=7).update(actor_name="Somebody else")


def edit_moment(office: Office) -> None:
    Activity.rows.of(office.practice.pk).filter(seq=7).update(at=NOW.replace(year=2020))


def remove(office: Office) -> None:
    line = seventh(office)
    Change.rows.of(office.practice.pk).filter(activity=line).delete()
    line.delete()


def remove_and_close_up(office: Office) -> None:
    remove(office)
    for line in lines(office)[6:]:
        Activity.rows.of(office.practice.pk).filter(pk=line.pk).update(seq=line.seq - 1)


def insert(office: Office) -> None:
    for line in reversed(lines(office)[6:]):
        Activity.rows.of(office.practice.pk).filter(pk=line.pk).update(seq=line.seq + 1)
    copy = lines(office)[5]
    copy.pk, copy.seq = None, 7
    copy.save(force_insert=True)


def reorder(office: Office) -> None:
    seven, eight = lines(office)[6:8]
    for line, seq in ((seven, 0), (eight, 7), (seven, 8)):
        Activity.rows.of(office.practice.pk).filter(pk=line.pk).update(seq=seq)


def add_a_change(office: Office) -> None:
    Change(practice=office.practice, activity=seventh(office), side="local", field="phone", before={}, after={}).save()


def forge_with_another_key(office: Office) -> None:
    """What somebody can do who knows the program and has the database, but not the keys."""
    with override_settings(ENCRYPTION_KEYS={"mine": bytes(32)}):
        before = lines(office)[5].digest
        for line in lines(office)[6:]:
            line.actor_name = "Somebody else"
            line.digest = mark(activity._told(before, line, []))
            Activity.rows.of(office.practice.pk).filter(pk=line.pk).update(
                actor_name=line.actor_name, digest=line.digest
            )
            before = line.digest
        ActivityHead.rows.of(office.practice.pk).update(digest=before)


@pytest.mark.parametrize(
    "tamper",
    [
        edit_facts,
        edit_actor,
        edit_moment,
        remove,
        remove_and_close_up,
        insert,
        reorder,
        add_a_change,
        forge_with_another_key,
    ],
)
def test_who_tampers_is_found_at_the_line(busy: Office, tamper: Callable[[Office], None]) -> None:
    tamper(busy)
    assert verify(busy.practice.pk) == 7


@pytest.mark.parametrize("column", ["before", "after", "side", "why", "field", "ref"])
def test_a_value_that_was_altered_is_found(busy: Office, column: str) -> None:
    change = Change.rows.of(busy.practice.pk).filter(field="email").order_by("pk")[0]
    value: object = {"email": "b@kauri.example"} if column in ("before", "after") else "other"
    Change.rows.of(busy.practice.pk).filter(pk=change.pk).update(**{column: value})
    assert verify(busy.practice.pk) == change.activity.seq


def test_a_value_that_was_taken_out_is_found(busy: Office) -> None:
    change = Change.rows.of(busy.practice.pk).order_by("pk")[0]
    change.delete()
    assert verify(busy.practice.pk) == change.activity.seq


def test_lines_cut_off_the_end_are_missed(busy: Office) -> None:
    count = len(lines(busy))
    lines(busy)[-1].delete()
    assert verify(busy.practice.pk) == count
    ActivityHead.rows.of(busy.practice.pk).delete()
    assert verify(busy.practice.pk) == count


def test_a_sealed_value_that_does_not_open_is_loud(busy: Office) -> None:
    with database.cursor() as cursor:
        cursor.execute(
            "UPDATE store_change SET after = %s WHERE field = 'tax_number'", ['{"tax_number": "sealed:test:AAAA"}']
        )
    with pytest.raises(SealBroken):
        verify(busy.practice.pk)


def test_the_log_of_another_practice_is_a_chain_of_its_own(busy: Office) -> None:
    other = an_office("Rata & Co")
    edit_actor(busy)
    assert verify(other.practice.pk) is None
    assert lines(other)[0].seq == 1


def test_a_log_that_is_handed_to_another_practice_is_not_taken_for_its_own(busy: Office) -> None:
    other = an_office("Rata & Co")
    for model in (Change, Activity, ActivityHead):
        model.rows.of(other.practice.pk).delete()
    Change.rows.of(busy.practice.pk).delete()
    for model in (Activity, ActivityHead):
        model.rows.of(busy.practice.pk).update(practice_id=other.practice.pk)
    assert verify(other.practice.pk) == 1


def test_a_practice_without_a_line_is_in_order(db: None) -> None:
    assert verify(7) is None


def test_a_verb_without_words_is_not_written(office: Office) -> None:
    with transaction.atomic(), pytest.raises(LookupError):
        write(office.admin, Entry("never_heard_of"), NOW)


@pytest.mark.django_db(transaction=True)
def test_a_line_is_written_in_a_transaction_or_not_at_all(transactional_db: None) -> None:
    office = an_office()
    before = office.verbs()
    with pytest.raises(RuntimeError, match="transaction"):
        write(office.admin, Entry("clients_imported", {"count": 1}), NOW)
    with transaction.atomic():
        write(office.admin, Entry("clients_imported", {"count": 1}, changes=[Changed("name", {}, {})]), NOW)
        transaction.set_rollback(True)
    assert office.verbs() == before
    assert verify(office.practice.pk) is None
