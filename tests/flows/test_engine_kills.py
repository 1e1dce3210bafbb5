"""Real workers, killed in the midst of real work with a sandbox over HTTP: nothing is lost, nothing happens twice."""

from pathlib import Path

import pytest

from offices import an_office
from practicesync.flows import start
from practicesync.operations import runs
from practicesync.store.models import Activity, Connection, Mirror
from processes.workers import kill, wait_until

pytestmark = pytest.mark.serial


def test_a_refresh_that_is_killed_midway_is_finished_by_the_next_worker(on_database: str, tmp_path: Path) -> None:
    with an_office(tmp_path, clients=700) as office:
        connection = office.firm.connect()
        office.firm.fault("drip", path="client.api/list", seconds=0.02, bytes=6000)
        run = runs.request(office.firm.actor, connection.pk, "refresh", office.firm.clock.now())
        start.enqueue(run)
        first = office.work()
        wait_until(lambda: office.look(run).done >= 500, "a part of the list is stored")
        kill(first)
        assert office.look(run).state == "running"
        assert Connection.rows.of(run.practice_id).get().watermark is None
        office.work()
        ended = office.wait_done(run)
        assert ended.done == 700
        assert Mirror.rows.of(run.practice_id).count() == 700
        assert Connection.rows.of(run.practice_id).get().watermark is not None
        assert office.calls("client.api/list") == 2
        assert Activity.rows.of(run.practice_id).filter(verb="refreshed").count() == 1
        assert ended.changed == 200, "what was stored before the kill is known by its digest"


def test_a_write_whose_reply_was_lost_in_a_kill_is_found_and_not_sent_again(on_database: str, tmp_path: Path) -> None:
    with an_office(tmp_path, clients=0) as office:
        firm = office.firm
        firm.connect()
        client, remote_id = firm.pair("Kauri Holdings Limited", Phone="09 555 0100")
        firm.edit(client, phone="09 555 0199")
        firm.fault("drip", method="PUT", path="client.api/update", seconds=0.5, bytes=50)
        run = firm.choose(client, phone="push")
        start.enqueue(run)
        first = office.work()
        wait_until(lambda: firm.control("GET", "writes")["applied"] == 1, "the write was applied")
        kill(first)
        office.work()
        office.wait_done(run)
        assert firm.control("GET", "writes")["received"] == 1
        assert firm.xpm(remote_id)["Phone"] == "09 555 0199"
        assert firm.outcomes(run) == {"phone": "done"}
        assert firm.states(client) == {}
