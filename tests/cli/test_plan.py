"""`practicesync plan` and `apply` in processes of their own: looked at, agreed to, carried out and told."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from offices import MAIN, Office, an_office
from practicesync.store.models import Sheet

pytestmark = pytest.mark.serial


def command(office: Office, *words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-c", MAIN, *words],
        env=office.environment,
        capture_output=True,
        check=False,
        timeout=90,
        stdin=subprocess.DEVNULL,
    )


def answer(office: Office, *words: str, status: int) -> dict[str, Any]:
    done = command(office, *words, "--json")
    assert done.returncode == status, done.stderr.decode()
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_plan_is_told_agreed_to_and_carried_out(on_sqlite: str, tmp_path: Path) -> None:
    with an_office(tmp_path, clients=0) as office:
        firm = office.firm
        firm.connect()
        client, remote_id = firm.pair("Kauri Limited", Email="office@kauri.example", Phone="09 555 0100")
        firm.edit(client, website="www.kauri.example", phone="09 555 0190", tax_number="136410132")

        told = answer(office, "plan", status=1)
        assert (told["totals"]["push"], told["totals"]["pull"], told["totals"]["ask"]) == (2, 1, 1)
        assert {line["label"]: (line["move"], line["register"], line["remote"]) for line in told["lines"]} == {
            "Email": ("pull", "", "office@kauri.example"),
            "Website": ("push", "www.kauri.example", ""),
            "Phone": ("ask", "09 555 0190", "09 555 0100"),
            "Tax number": ("push", "••• ••• 132", ""),
        }
        assert "office@kauri.example" in command(office, "plan", "--field", "client.email").stdout.decode()

        assert answer(office, "apply", "--all", status=1)["error"] == "invalid"  # nobody to ask
        assert answer(office, "apply", "--sheet", "1", "--all", "--yes", status=1)["error"] == "invalid"
        assert answer(office, "plan", "--field", "client.shoe_size", status=1)["error"] == "invalid"
        assert firm.writes() == 0

        done = answer(office, "apply", "--all", "--keep", "register", "--yes", status=0)
        assert (done["state"], done["done"], done["outcomes"]) == ("done", 4, {"done": 4})
        assert firm.xpm(remote_id)["Phone"] == "09 555 0190"
        assert answer(office, "plan", status=0)["totals"]["lines"] == 0
        assert answer(office, "apply", "--sheet", str(done["sheet"]), "--yes", status=1)["error"] == "stale"
        assert Sheet.rows.of(firm.practice.pk).count() == 2
