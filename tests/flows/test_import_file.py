"""Imports on real workers that are killed in the midst: the next one goes on, nothing twice, nothing lost."""

from pathlib import Path

import pytest

from imports import Importing
from offices import an_office
from practicesync.core.import_rows import Verdict
from practicesync.flows import start
from practicesync.operations import import_file
from practicesync.store.models import Activity, Client, ListedClient
from processes.workers import kill, wait_until

pytestmark = pytest.mark.serial

ROWS = 600


def a_file(rows: int) -> str:
    lines = (f"C{number},Client Number {number} Limited,p{number}@x.example,Ana {number}" for number in range(rows))
    return "\n".join(["Client code,Name,Email,Contact", *lines])


def test_an_import_that_is_killed_midway_is_finished_by_the_next_worker(on_database: str, tmp_path: Path) -> None:
    with an_office(tmp_path, clients=0) as office:
        importing = Importing(office.firm.actor, office.firm.clock)
        importing.send(a_file(ROWS))
        assert importing.check() == {"new": ROWS}
        run = import_file.confirm(
            office.firm.actor, importing.id, revision=importing.found.revision, now=importing.clock.now()
        )
        start.enqueue(run)
        first = office.work()
        wait_until(lambda: office.look(run).done >= 200, "some batches are written")
        kill(first)
        left = Client.rows.of(run.practice_id).count()
        assert 0 < left < ROWS
        assert importing.found.state == "applying"
        office.work()
        office.wait_done(run)
        clients = Client.rows.of(run.practice_id)
        assert clients.count() == clients.values("code").distinct().count() == ROWS
        assert ListedClient.rows.of(run.practice_id).count() == ROWS
        assert Activity.rows.of(run.practice_id).filter(verb="client_added").count() == ROWS
        assert Activity.rows.of(run.practice_id).filter(verb="file_imported").count() == 1
        assert (importing.found.state, importing.found.counts["created"]) == ("done", ROWS)


def test_a_check_that_is_killed_midway_is_finished_by_the_next_worker(on_sqlite: str, tmp_path: Path) -> None:
    with an_office(tmp_path, clients=0) as office:
        importing = Importing(office.firm.actor, office.firm.clock)
        importing.send(a_file(1500))
        run = import_file.check_again(
            office.firm.actor, importing.id, revision=importing.found.revision, now=importing.clock.now()
        )
        start.enqueue(run)
        first = office.work()
        wait_until(lambda: office.look(run).done >= 500, "some rows are checked")
        kill(first)
        office.work()
        office.wait_done(run)
        assert {each.verdict for each in importing.rows()} == {Verdict.NEW.value}
        assert importing.found.counts["new"] == 1500
