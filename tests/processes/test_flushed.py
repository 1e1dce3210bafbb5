"""What is promised is on the disk before XPM hears of it: a power cut in between leaves an intent to look into."""

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from offices import MAIN, an_office
from practicesync.flows import start
from processes.workers import environment, wait_until

pytestmark = pytest.mark.serial

ASK = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "practicesync.config.settings"
django.setup()
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("PRAGMA synchronous")
    print(cursor.fetchone()[0])
"""
FULL = "2"
CALLS = "trace=pwrite64,fdatasync,fsync,sendto,sendmsg,write"


def test_sqlite_flushes_each_commit(tmp_path: Path) -> None:
    env = environment(PRACTICESYNC_DATA=str(tmp_path), PRACTICESYNC_MODE="demo")
    told = subprocess.run([sys.executable, "-c", ASK], env=env, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == FULL


@pytest.mark.skipif(
    shutil.which("strace") is None, reason="strace is not installed: what a process flushes is not seen"
)
def test_an_intent_is_flushed_before_its_call_goes_out(on_sqlite: str, tmp_path: Path) -> None:
    trace = tmp_path / "calls"
    with an_office(tmp_path, clients=0) as office:
        firm = office.firm
        firm.connect()
        client, _ = firm.pair("Kauri Limited", Phone="09 555 0100")
        firm.edit(client, phone="09 555 0199")
        run = firm.choose(client, phone="push")
        start.enqueue(run)
        traced = ["strace", "-f", "-y", "-s", "60", "-e", CALLS, "-o", str(trace), sys.executable, "-c", MAIN, "worker"]
        with (tmp_path / "worker-0.log").open("wb") as log:
            process = subprocess.Popen(traced, env=office.environment, stderr=log, start_new_session=True)
        try:
            wait_until(lambda: office.look(run).state == "done", "the run is done", 60)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    assert firm.outcomes(run) == {"phone": "done"}
    calls = trace.read_text(errors="replace").splitlines()
    sent = next(number for number, call in enumerate(calls) if re.search(r'"PUT \S*client\.api/update', call))
    ours = [call for call in calls[:sent] if "practicesync.sqlite3-wal" in call]
    written = [number for number, call in enumerate(ours) if "pwrite64(" in call]
    flushed = [number for number, call in enumerate(ours) if re.search(r"f(data)?sync\(", call)]
    assert written
    assert flushed
    assert flushed[-1] > written[-1], "all that was written before the call is flushed"
