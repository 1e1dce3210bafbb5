"""What is read without anybody asking: when, how often, and when not."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from firms import Firm, a_firm
from practicesync.core.actor import CLIENT_SYNC
from practicesync.core.policy import Policy
from practicesync.operations import policies, runs, scheduling
from practicesync.operations.scheduling import Rhythm
from practicesync.queries.policy import policy_of
from practicesync.store.models import Activity, Connection, Run

pytestmark = pytest.mark.django_db

RHYTHM = Rhythm(timedelta(minutes=15), timedelta(hours=24))


@pytest.fixture
def firm() -> Iterator[Firm]:
    with a_firm(clients=3) as found:
        found.connect()
        found.refresh()
        switch(found, on=True)
        yield found


def switch(firm: Firm, *, on: bool) -> Policy:
    before = policy_of(firm.practice.pk, "xpm")
    return policies.change(firm.actor, "xpm", replace(before, on=on), firm.clock.now(), seen=before.version)


def asked(firm: Firm, later: float = 0.0) -> list[str]:
    """The kinds of readings that the schedule asks for, so many minutes later."""
    firm.clock.advance(later * 60)
    return [run.kind for run in scheduling.ask_due(RHYTHM, firm.clock.now())]


def carry_out(firm: Firm) -> Run:
    return firm.run(Run.rows.of(firm.practice.pk).get(state="queued"))


def test_changes_are_read_every_quarter_of_an_hour_and_everything_every_day(firm: Firm) -> None:
    read: list[tuple[float, str]] = []
    for minute in range(0, 26 * 60, 5):
        for kind in asked(firm, 5):
            read.append((minute + 5, kind))
            carry_out(firm)
    refreshes = [at for at, kind in read if kind == "refresh"]
    assert [at for at, kind in read if kind == "sweep"] == [24 * 60]
    assert refreshes[:4] == [15, 30, 45, 60]
    assert len(refreshes) + 1 == 26 * 4


def test_it_is_told_as_asked_by_client_sync_and_only_where_it_found_something(firm: Firm) -> None:
    before = Activity.rows.of(firm.practice.pk).count()
    asked(firm, 15)
    assert carry_out(firm).asked_by == CLIENT_SYNC
    firm.clock.advance(3600)
    remote_id = firm.xpm_add(Name="Rata Limited")
    assert Activity.rows.of(firm.practice.pk).count() == before
    asked(firm, 1)
    assert (carry_out(firm).changed, len(remote_id)) == (1, 36)
    assert Activity.rows.of(firm.practice.pk).order_by("-seq")[0].verb == "refreshed"


def test_nothing_is_read_by_itself_where_client_sync_is_off(firm: Firm) -> None:
    switch(firm, on=False)
    assert asked(firm, 60) == []
    switch(firm, on=True)
    assert asked(firm) == ["refresh"]


def test_a_firm_that_never_chose_a_policy_is_left_alone() -> None:
    with a_firm(clients=1) as firm:
        firm.connect()
        firm.refresh()
        assert asked(firm, 60) == []


@pytest.mark.parametrize("state", ["queued", "running", "paused"])
def test_none_is_asked_for_while_one_has_not_ended(firm: Firm, state: str) -> None:
    run = runs.request(firm.actor, firm.connection.pk, "sweep", firm.clock.now())
    Run.rows.of(firm.practice.pk).filter(pk=run.pk).update(state=state)
    assert asked(firm, 60) == []


def test_none_is_asked_for_where_xpm_is_not_connected(firm: Firm) -> None:
    Connection.rows.of(firm.practice.pk).update(state="broken")
    assert asked(firm, 60) == []


def test_a_reading_that_fails_is_not_tried_again_before_its_time(firm: Firm) -> None:
    firm.clock.advance(24 * 3600)
    tried = []
    for _ in range(24):
        for kind in asked(firm, 5):
            firm.fault("html", path="client.api/list", times=1)
            assert carry_out(firm).state == "failed"
            tried.append(kind)
    assert tried.count("sweep") == 2
    assert 5 <= tried.count("refresh") <= 6


def test_a_refresh_by_a_person_counts_as_one(firm: Firm) -> None:
    firm.clock.advance(14 * 60)
    firm.refresh()
    assert asked(firm, 10) == []
    assert asked(firm, 5) == ["refresh"]
