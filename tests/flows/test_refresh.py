"""Reading what XPM holds: all of it, what changed, what is gone, and what cannot be read."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from firms import Firm, a_firm
from practicesync.core.errors import Invalid
from practicesync.core.words import VERB_WORDS
from practicesync.operations import believing, runs
from practicesync.store.models import Activity, Connection, Link, Mirror, Run, StaffMirror

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm() -> Iterator[Firm]:
    with a_firm(clients=60) as found:
        found.connect()
        yield found


def mirrors(firm: Firm) -> int:
    return int(Mirror.rows.of(firm.practice.pk).count())


def last_line(firm: Firm) -> Activity:
    return Activity.rows.of(firm.practice.pk).order_by("-seq")[0]


def test_the_first_refresh_reads_everything_once(firm: Firm) -> None:
    run = firm.refresh()
    assert (run.state, run.done, run.changed, run.calls) == ("done", mirrors(firm), mirrors(firm), 2)
    assert mirrors(firm) >= 60
    assert StaffMirror.rows.of(firm.practice.pk).count() > 0
    assert last_line(firm).verb == "refreshed"


def test_the_next_one_reads_only_what_changed(firm: Firm) -> None:
    firm.refresh()
    firm.clock.advance(3600)
    remote_id = Mirror.rows.of(firm.practice.pk).filter(archived=False, deleted=False)[0].remote_id
    firm.xpm_edit(remote_id, Phone="09 555 0177")
    run = firm.refresh()
    assert (run.done, run.changed) == (1, 1)
    assert Mirror.rows.of(firm.practice.pk).get(remote_id=remote_id).values["phone"] == "09 555 0177"


def test_reading_everything_again_rewrites_nothing_that_is_the_same(firm: Firm) -> None:
    firm.refresh()
    run = firm.refresh("sweep")
    assert (run.done, run.changed) == (mirrors(firm), 0)


def test_the_watermark_is_the_servers_time_less_an_overlap(firm: Firm) -> None:
    before = firm.clock.now()
    firm.refresh()
    watermark = Connection.rows.of(firm.practice.pk).get().watermark
    assert watermark is not None
    assert timedelta(minutes=5) <= before - watermark <= timedelta(minutes=15)


def test_a_client_that_a_complete_list_lacks_is_gone_but_not_deleted(firm: Firm) -> None:
    firm.refresh()
    client = firm.add("Kauri Holdings Limited")
    remote_id = firm.xpm_add(Name="Kauri Holdings Limited")
    firm.refresh()
    firm.link(client, remote_id)
    firm.control("PATCH", "switches", json={"list_hides": "deleted"})
    firm.control("POST", f"clients/{remote_id}/delete")
    firm.refresh("sweep")
    mirror = Mirror.rows.of(firm.practice.pk).get(remote_id=remote_id)
    assert mirror.gone_at is not None
    assert Link.rows.of(firm.practice.pk).get().ended_at is None
    client.refresh_from_db()
    assert client.name == "Kauri Holdings Limited"


@pytest.mark.parametrize("kind", ["refresh", "sweep"])
def test_an_empty_list_is_not_believed(firm: Firm, kind: str) -> None:
    firm.refresh()
    before = mirrors(firm)
    watermark = Connection.rows.of(firm.practice.pk).get().watermark
    firm.clock.advance(7200)
    if kind == "refresh":
        Connection.rows.of(firm.practice.pk).update(watermark=None)
    firm.fault("empty_list", path="client.api/list")
    run = firm.refresh(kind)
    assert (run.state, run.problem) == ("failed", "empty_list")
    assert Mirror.rows.of(firm.practice.pk).filter(gone_at=None).count() == before
    assert Connection.rows.of(firm.practice.pk).get().watermark == (watermark if kind == "sweep" else None)


SPOILT: dict[str, tuple[dict[str, Any], str, str]] = {
    "truncate": ({"bytes": 5000}, "failed", "unavailable"),
    "clean truncate": ({"bytes": 5000, "ending": "clean"}, "failed", "bad_answer"),
    "html": ({}, "failed", "bad_answer"),
    "empty": ({}, "failed", "bad_answer"),
    "control_characters": ({}, "failed", "bad_answer"),
    "dtd": ({}, "failed", "bad_answer"),
    "error": ({"text": "The practice is closed"}, "failed", "refused"),
    "unavailable": ({}, "failed", "unavailable"),
    "revoked": ({}, "failed", "reconnect"),
}


@pytest.mark.parametrize("kind", SPOILT)
def test_a_spoilt_answer_is_told_and_leaves_all_as_it_was(firm: Firm, kind: str) -> None:
    extra, state, problem = SPOILT[kind]
    firm.fault(kind.split()[-1], path="client.api/list", times=None, **extra)
    run = firm.refresh()
    assert (run.state, run.problem) == (state, problem)
    connection = Connection.rows.of(firm.practice.pk).get()
    assert connection.watermark is None
    assert connection.refreshed_at is None
    verbs = {line.verb for line in Activity.rows.of(firm.practice.pk).order_by("-seq")[:2]}
    assert "run_failed" in verbs
    assert verbs <= set(VERB_WORDS)

    firm.control("DELETE", "faults")
    if problem == "reconnect":
        assert connection.state == "broken"
        firm.connect()
    assert firm.refresh().state == "done"


@pytest.mark.parametrize("wait", ["30", None, "soon", "-1"])
def test_a_limit_reached_is_waited_for(firm: Firm, wait: str | None) -> None:
    firm.fault("rate_limit", path="client.api/list", retry_after=wait)
    assert firm.refresh().state == "done"


def test_a_limit_for_the_day_pauses_the_run_until_it_opens(firm: Firm) -> None:
    firm.fault("rate_limit", path="client.api/list", problem="day", retry_after="40000")
    now = firm.clock.now()
    run = firm.refresh()
    assert run.state == "paused"
    assert run.resume_at is not None
    assert 39_900 <= (run.resume_at - now).total_seconds() <= 40_100
    firm.clock.advance(40_101)
    assert firm.run(run).state == "done"


def test_a_record_that_cannot_be_read_is_set_aside_and_the_others_are_stored(firm: Firm) -> None:
    firm.fault("malformed", path="client.api/list")
    run = firm.refresh()
    assert run.state == "done"
    assert run.set_aside == 1
    assert mirrors(firm) == run.done - 1
    assert Activity.rows.of(firm.practice.pk).filter(verb="record_set_aside").exists()


def test_a_client_whose_record_cannot_be_read_is_not_taken_for_gone(firm: Firm) -> None:
    firm.refresh()
    firm.fault("malformed", path="client.api/list")
    assert firm.refresh("sweep").set_aside == 1
    assert not Mirror.rows.of(firm.practice.pk).exclude(gone_at=None).exists()


def test_a_client_that_was_read_while_the_list_came_in_is_not_taken_for_gone(firm: Firm) -> None:
    firm.refresh()
    later = firm.clock.now() + timedelta(minutes=5)
    mirror = Mirror.rows.of(firm.practice.pk)[0]
    Mirror.rows.of(firm.practice.pk).filter(pk=mirror.pk).update(read_at=later, digest=b"")
    firm.refresh("sweep")
    assert not Mirror.rows.of(firm.practice.pk).exclude(gone_at=None).exists()


def test_unknown_elements_do_no_harm(firm: Firm) -> None:
    firm.fault("unknown_elements", path="client.api/list")
    assert firm.refresh().state == "done"


def test_a_cancelled_run_stops_and_keeps_the_watermark(firm: Firm) -> None:
    run = runs.request(firm.actor, firm.connection.pk, "refresh", firm.clock.now())
    runs.cancel(firm.actor, run.pk, firm.clock.now())
    assert firm.run(run).state == "cancelled"
    assert Connection.rows.of(firm.practice.pk).get().watermark is None


def test_a_list_read_before_a_single_record_does_not_overwrite_it(firm: Firm) -> None:
    firm.refresh()
    mirror = Mirror.rows.of(firm.practice.pk)[0]
    meanwhile = firm.clock.now() + timedelta(minutes=5)
    Mirror.rows.of(firm.practice.pk).filter(pk=mirror.pk).update(
        read_at=meanwhile, digest=b"", values={"name": "Newer"}
    )
    firm.fault("delay", path="client.api/list", seconds=600)
    firm.refresh("sweep")
    assert Mirror.rows.of(firm.practice.pk).get(pk=mirror.pk).values == {"name": "Newer"}


def test_what_was_read_before_our_clock_was_put_back_stands_in_no_readings_way(firm: Firm) -> None:
    firm.refresh()
    mirror = Mirror.rows.of(firm.practice.pk)[0]
    by_the_wrong_clock = firm.clock.now() + timedelta(minutes=10)
    Mirror.rows.of(firm.practice.pk).filter(pk=mirror.pk).update(
        read_at=by_the_wrong_clock, digest=b"", values={"name": "Older"}
    )
    firm.refresh("sweep")
    assert Mirror.rows.of(firm.practice.pk).get(pk=mirror.pk).values["name"] == mirror.values["name"]


def test_a_push_looks_at_what_it_read_after_our_clock_was_put_back(firm: Firm) -> None:
    client, remote_id = firm.pair("Kauri Limited", Email="old@kauri.example")
    firm.edit(client, email="ours@kauri.example")
    run = firm.choose(client, email="push")
    by_the_wrong_clock = firm.clock.now() + timedelta(minutes=10)
    Mirror.rows.of(firm.practice.pk).filter(remote_id=remote_id).update(read_at=by_the_wrong_clock)
    firm.xpm_edit(remote_id, Email="theirs@kauri.example")
    firm.run(run)
    assert firm.outcomes(run) == {"email": "overtaken"}
    assert firm.xpm(remote_id)["Email"] == "theirs@kauri.example"


def a_fall(firm: Firm, count: int) -> Run:
    """So many clients are deleted in XPM, and the next complete list lacks them."""
    firm.refresh()
    firm.control("PATCH", "switches", json={"list_hides": "deleted"})
    for mirror in Mirror.rows.of(firm.practice.pk).filter(deleted=False, archived=False)[:count]:
        firm.control("POST", f"clients/{mirror.remote_id}/delete")
    return firm.refresh("sweep")


def test_clients_that_are_really_gone_are_believed_to_be_once_a_person_says_so(firm: Firm) -> None:
    run = a_fall(firm, 30)
    assert (run.state, run.problem) == ("failed", "empty_list")
    again = firm.run(believing.request_again(firm.actor, run.pk, firm.clock.now()))
    assert again.state == "done"
    assert Mirror.rows.of(firm.practice.pk).exclude(gone_at=None).count() == run.notes["missed"] >= 30
    assert Activity.rows.of(firm.practice.pk).filter(verb="gone_believed").count() == 1


def test_more_than_a_person_said_is_not_believed(firm: Firm) -> None:
    run = a_fall(firm, 30)
    again = believing.request_again(firm.actor, run.pk, firm.clock.now())
    for mirror in Mirror.rows.of(firm.practice.pk).filter(deleted=False, archived=False)[30:33]:
        firm.control("POST", f"clients/{mirror.remote_id}/delete")
    assert firm.run(again).problem == "empty_list"
    assert not Mirror.rows.of(firm.practice.pk).exclude(gone_at=None).exists()


def test_an_empty_list_is_believed_by_nobodys_word(firm: Firm) -> None:
    firm.refresh()
    firm.fault("empty_list", path="client.api/list")
    run = firm.refresh("sweep")
    with pytest.raises(Invalid):
        believing.request_again(firm.actor, run.pk, firm.clock.now())
