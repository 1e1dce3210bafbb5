"""The budget's ledger in the database: one for each connection, the same for every process that asks."""

from datetime import timedelta

import pytest
from django.test.utils import override_settings

from operations.offices import NOW, Office, an_office
from practicesync.core.budget import left_today
from practicesync.operations import budgeting
from practicesync.queries import budgets
from practicesync.store.models import Budget


def admit(office: Office, lease: str, *, interactive: bool = False, after: float = 0.0) -> bool:
    now = NOW + timedelta(seconds=after)
    return budgeting.admit(office.connection.pk, lease, interactive=interactive, now=now).granted


def test_a_connection_has_its_ledger_from_its_first_call(connected: Office) -> None:
    assert not Budget.rows.of(connected.practice.pk).exists()
    assert admit(connected, "one")
    ledger = budgets.ledger_of(connected.practice.pk, connected.connection.pk)
    assert (ledger.minute, set(ledger.leases)) == ((NOW.timestamp(),), {"one"})
    assert left_today(ledger, budgets.limits(), NOW.timestamp()) == budgets.limits().day - 1


def test_a_refused_call_is_not_counted(connected: Office) -> None:
    granted = [admit(connected, str(number)) for number in range(8)]
    assert granted == [True] * 5 + [False] * 3
    ledger = budgets.ledger_of(connected.practice.pk, connected.connection.pk)
    assert (len(ledger.minute), len(ledger.leases)) == (5, 5)


def test_what_the_server_tells_at_the_end_of_a_call_is_believed(connected: Office) -> None:
    assert admit(connected, "one")
    budgeting.release(connected.connection.pk, "one", minute_left=0, day_left=12, now=NOW)
    assert not admit(connected, "two", after=30)
    assert left_today(budgets.ledger_of(connected.practice.pk, connected.connection.pk), budgets.limits(), 0) == 12
    assert admit(connected, "two", interactive=True, after=61)


def test_told_to_wait_no_process_calls_before(connected: Office) -> None:
    budgeting.block(connected.connection.pk, 300, "minute", NOW)
    refused = budgeting.admit(connected.connection.pk, "one", interactive=True, now=NOW + timedelta(seconds=299))
    assert (refused.granted, refused.limit) == (False, "minute")
    assert admit(connected, "one", after=300)


@pytest.mark.parametrize("limit", [0, 1, 20])
def test_the_day_is_as_long_as_the_app_was_given(connected: Office, limit: int) -> None:
    with override_settings(XPM_DAY_LIMIT=limit):
        assert budgets.limits().day == limit
        granted = 0
        for number in range(limit + 3):
            granted += admit(connected, str(number), interactive=True, after=number * 60)
            budgeting.release(connected.connection.pk, str(number), now=NOW)
        assert granted == limit


def test_each_connection_spends_its_own(connected: Office) -> None:
    other = an_office("Rata & Co")
    other.connect()
    assert [admit(connected, str(number)) for number in range(6)][-1] is False
    assert admit(other, "one")
    assert budgets.ledger_of(other.practice.pk, connected.connection.pk).minute == ()
