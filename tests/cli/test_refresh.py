"""`practicesync refresh` and `status` on a firm that is connected: with a worker beside them, and without."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from offices import MAIN, Office, an_office
from practicesync.store.models import Connection, Mirror
from processes.workers import wait_until

pytestmark = pytest.mark.serial


def answer(office: Office, *words: str, status: int) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", MAIN, *words, "--json"],
        env=office.environment,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == status, done.stderr.decode()
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_without_a_worker_the_command_works_itself(on_database: str, tmp_path: Path) -> None:
    with an_office(tmp_path, clients=60) as office:
        office.firm.connect()
        told = answer(office, "refresh", status=0)
        assert (told["state"], told["read"], told["changed"]) == ("done", 60, 60)
        assert Mirror.rows.of(office.firm.practice.pk).count() == 60
        assert answer(office, "status", status=0)["connected"] is True
        again = answer(office, "refresh", status=0)
        assert again["changed"] == 0


def test_a_worker_that_lives_does_it(on_sqlite: str, tmp_path: Path) -> None:
    with an_office(tmp_path, clients=10) as office:
        office.firm.connect()
        office.work()
        asked = answer(office, "refresh", "--no-wait", status=0)
        assert asked["state"] == "queued"
        wait_until(lambda: Mirror.rows.of(office.firm.practice.pk).count() == 10, "the worker read the list")


def test_a_refresh_that_cannot_go_on_tells_why(on_sqlite: str, tmp_path: Path) -> None:
    with an_office(tmp_path, clients=10) as office:
        office.firm.connect()
        office.firm.control("POST", "grants/revoke")
        office.firm.control("POST", "tokens/expire")
        told = answer(office, "refresh", status=1)
        assert told["state"] == "failed"
        assert told["problem"] == "reconnect"
        assert Connection.rows.of(office.firm.practice.pk).get().state == "broken"
        assert answer(office, "connect", status=1)["connected"] is False
