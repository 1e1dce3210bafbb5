"""`practicesync undo` in a process of its own: both sides as they were, and what was changed since left alone."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from offices import MAIN, Office, an_office

pytestmark = pytest.mark.serial


def answer(office: Office, *words: str, status: int) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", MAIN, *words, "--json"],
        env=office.environment,
        capture_output=True,
        check=False,
        timeout=90,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == status, done.stderr.decode()
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_run_is_taken_back_after_it_was_shown_and_agreed_to(on_sqlite: str, tmp_path: Path) -> None:
    with an_office(tmp_path, clients=0) as office:
        firm = office.firm
        firm.connect()
        client, remote_id = firm.pair("Kauri Limited", Email="office@kauri.example", Phone="09 555 0100")
        firm.edit(client, phone="09 555 0190", website="www.kauri.example")
        applied = answer(office, "apply", "--all", "--keep", "register", "--yes", status=0)
        firm.edit(client, email="new@kauri.example")

        run = str(applied["run"])
        assert answer(office, "undo", run, status=1)["error"] == "invalid"  # nobody to ask
        assert answer(office, "undo", "999", "--yes", status=1)["error"] == "invalid"
        assert firm.xpm(remote_id)["Phone"] == "09 555 0190"

        done = answer(office, "undo", run, "--yes", status=1)

        assert done["outcomes"] == {"done": 2, "cannot": 1}
        assert firm.xpm(remote_id)["Phone"] == "09 555 0100"
        client.refresh_from_db()
        assert (client.values["phone"], client.values["email"]) == ("09 555 0190", "new@kauri.example")
