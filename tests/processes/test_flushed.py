"""What is promised is on the disk before XPM hears of it: a power cut in between leaves an intent to look into."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from databases import using
from offices import MAIN, an_office
from postgres import private_cluster
from practicesync.flows import start
from practicesync.queries.installation import lost_in_a_power_cut
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
ASK_POSTGRESQL = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "practicesync.config.settings"
django.setup()
import sqlalchemy
from django.db import connection
from practicesync.flows.engine import engine_url
with connection.cursor() as cursor:
    cursor.execute("SHOW synchronous_commit")
    print(cursor.fetchone()[0])
with sqlalchemy.create_engine(engine_url().replace("postgresql:", "postgresql+psycopg:")).connect() as session:
    print(session.execute(sqlalchemy.text("SHOW synchronous_commit")).scalar())
"""
CALLS = "trace=pwrite64,fdatasync,fsync,sendto,sendmsg,write"


def test_sqlite_flushes_each_commit(tmp_path: Path) -> None:
    env = environment(PRACTICESYNC_DATA=str(tmp_path), PRACTICESYNC_MODE="demo")
    told = subprocess.run([sys.executable, "-c", ASK], env=env, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == FULL


@pytest.mark.pg
def test_postgresql_flushes_each_commit_of_ours_and_of_the_engine_whatever_the_server_was_told(
    on_postgresql: str, tmp_path: Path
) -> None:
    env = environment(PRACTICESYNC_DATA=str(tmp_path), PRACTICESYNC_DATABASE_URL=on_postgresql)
    told = subprocess.run([sys.executable, "-c", ASK_POSTGRESQL], env=env, capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["on", "on"]


@pytest.mark.pg
def test_the_doctor_names_what_lets_a_server_forget(on_postgresql: str, tmp_path: Path) -> None:
    env = environment(PRACTICESYNC_DATA=str(tmp_path), PRACTICESYNC_DATABASE_URL=on_postgresql)
    command = [sys.executable, "-c", MAIN, "doctor", "--json"]
    told = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    findings = {each["check"]: each for each in json.loads(told.stdout)["findings"]}
    assert (told.returncode, findings["durability"]["level"]) == (1, "error")
    assert "(fsync = off, full_page_writes = off)" in findings["durability"]["sentence"]


@pytest.mark.pg
def test_a_server_as_it_comes_forgets_nothing_and_one_told_to_hurry_may(on_postgresql: str) -> None:
    assert lost_in_a_power_cut() == ["fsync = off", "full_page_writes = off", "synchronous_commit = off"]
    with private_cluster(safe=True) as cluster, using(cluster.new_database()):
        assert lost_in_a_power_cut() == []


def test_sqlite_forgets_nothing_unless_it_was_told_to_hurry(on_sqlite: str) -> None:
    assert lost_in_a_power_cut() == []
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=NORMAL")
    assert lost_in_a_power_cut() == ["synchronous = 1"]


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
