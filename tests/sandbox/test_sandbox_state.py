"""A state file: what survives a restart, and what two processes that share it see of each other."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from sandbox.door import Door
from xpm_sandbox.app import create_app
from xpm_sandbox.world import World


@contextmanager
def _door(path: Path) -> Iterator[Door]:
    with World.open(path, seed=2, clients=12) as world:
        yield Door.in_process(create_app(world))


@contextmanager
def _started(path: Path, *, clients: int = 12) -> Iterator[subprocess.Popen[str]]:
    """A sandbox that starts in a process of its own."""
    sized = ["--clients", str(clients), "--seed", "2"]
    command = [sys.executable, "-m", "xpm_sandbox.cli", "serve", "--state", str(path), *sized]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return str(json.loads(process.stdout.readline())["url"])


@contextmanager
def _served(path: Path, *, clients: int = 12) -> Iterator[str]:
    """The address of a sandbox in a process of its own."""
    with _started(path, clients=clients) as process:
        yield _address(process)


@contextmanager
def _process(path: Path) -> Iterator[Door]:
    with _served(path) as url, httpx2.Client(base_url=url) as client:
        yield Door(client)


def test_tokens_switches_faults_limits_and_keys_survive_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "world.sqlite3"
    with _door(path) as door:
        token, refresh = (door.connected(), door.redeem(door.code()).json()["refresh_token"])
        door.switch(empty_element="ignore")
        door.fault("unavailable", path="staff.api/get", nth=2, times=None)
        assert door.api("GET", "staff.api/get/none").status_code == 200
        door.control("PATCH", "limits", {"minute": 77})
        added = door.add_client(Name="Kept over night")["UUID"]
        keys = door.http.get("/.well-known/openid-configuration/jwks").json()
        kept, used = token.token, door.control("GET", "budget")["day"]["used"]
    with _door(path) as door:
        door.token = kept
        assert door.api("GET", f"client.api/get/{added}").status_code == 200
        assert door.refresh(refresh).status_code == 200
        assert door.control("GET", "switches")["empty_element"]["value"] == "ignore"
        (rule,) = door.control("GET", "faults")["faults"]
        assert (rule["nth"], rule["seen"], rule["fired"]) == (2, 1, 0)
        assert door.api("GET", "staff.api/get/none").status_code == 503
        assert door.control("GET", "budget")["minute"]["limit"] == 77
        assert door.control("GET", "budget")["day"]["used"] > used
        assert door.http.get("/.well-known/openid-configuration/jwks").json() == keys


def _made(world: World) -> set[str]:
    """Which of the tables of clients and of jobs there are."""
    with world.read() as db:
        named = db.execute("SELECT name FROM sqlite_master WHERE name IN ('client', 'job')")
        return {row[0] for row in named}


def test_clients_and_then_their_work_are_made_when_first_asked_for() -> None:
    with World.open(seed=2, clients=300) as world:
        door = Door.in_process(create_app(world))
        assert _made(world) == {"client"}
        key = door.connected().add_client(Name="New before there was work")["UUID"]
        assert _made(world) == {"client"}
        jobs = door.xml("GET", "job.api/current").findall("Jobs/Job")
        assert (_made(world), len(jobs) > 10) == ({"client", "job"}, True)
        assert door.truth(key)["Name"] == "New before there was work"
    with World.open(seed=2, clients=300) as world:
        other = Door.in_process(create_app(world)).connected()
        first = other.control("GET", "clients")["clients"][0]["UUID"]
        # Deleting a client looks for its jobs, and so makes them in its own transaction.
        other.xml("POST", "client.api/delete", f"<Client><UUID>{first}</UUID></Client>")
        assert _made(world) == {"client", "job"}
        assert len(other.xml("GET", "job.api/current").findall("Jobs/Job")) == len(jobs)


def test_processes_that_start_on_one_new_file_make_one_world(tmp_path: Path) -> None:
    path = tmp_path / "world.sqlite3"
    with _started(path, clients=2000) as first, _started(path, clients=2000) as second:
        addresses = [_address(first), _address(second)]

        def told(kind: str, address: str) -> str:
            return httpx2.get(f"{address}/control/{kind}", timeout=30).text

        with ThreadPoolExecutor(6) as pool:
            asked = [pool.submit(told, kind, each) for kind in ("jobs", "clients", "jobs") for each in addresses]
            assert len({each.result() for each in asked}) == 2  # one answer about jobs, and one about clients


def test_a_write_that_fails_leaves_nothing_half_made() -> None:
    with World.open(seed=2, clients=30) as world:
        with pytest.raises(sqlite3.OperationalError, match="no such column"), world.write() as db:
            db.execute("DELETE FROM job WHERE nonsense = 1")
        assert _made(world) == set()
        assert Door.in_process(create_app(world)).connected().xml("GET", "job.api/current").find("Jobs/Job") is not None


@pytest.mark.parametrize("clients", [15_000, 50_000])
def test_a_large_world_is_served_within_a_second(tmp_path: Path, clients: int) -> None:
    with _started(tmp_path / "world.sqlite3", clients=clients) as process:
        _address(process)
        process.kill()
        # In seconds of the processor: who else is at work on the machine is no matter.
        _, _, spent = os.wait4(process.pid, 0)
        process.returncode = 0
    assert spent.ru_utime + spent.ru_stime < 1


def test_the_audit_the_writes_and_the_clock_survive_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "world.sqlite3"
    with _door(path) as door:
        door.connected().control("POST", "clock", {"freeze": "2026-03-01T08:00:00"})
        door.api("POST", "client.api/add", "<Client><Name>Kept</Name></Client>")
        door.api("POST", "client.api/add", "<Client></Client>")
        kept = door.control("GET", "audit")["calls"]
        assert [(call["status"], call["applied"]) for call in kept] == [(200, True), (200, False)]
    with _door(path) as door:
        assert door.control("GET", "audit")["calls"] == kept
        assert door.control("GET", "writes") == {"received": 2, "applied": 1}
        assert door.control("GET", "clock") == {"now": "2026-03-01T08:00:00+00:00", "frozen": True}
        door.control("POST", "clock", {"run": True})
        door.control("POST", "clock", {"advance": 3600})
    with _door(path) as door:
        stands = door.control("GET", "clock")
        assert (stands["now"][:13], stands["frozen"]) == ("2026-03-01T09", False)


def test_a_reset_gives_new_identifiers_or_exactly_the_same_ones_again(door: Door) -> None:
    def played(**how: bool) -> list[str]:
        door.control("POST", "reset", {"clients": 3, **how})
        key = door.connected().add_client(Name="New")["UUID"]
        return [door.token, str(key), *(row["UUID"] for row in door.control("GET", "clients")["clients"])]

    first, again, other = played(exactly=True), played(exactly=True), played()
    assert first == again
    assert (first[0] != other[0], first[1] != other[1]) == (True, True)


def test_two_processes_may_share_one_file(tmp_path: Path) -> None:
    path = tmp_path / "world.sqlite3"
    with _process(path) as first, _process(path) as second:
        first.connected()
        second.token, second.tenant = first.token, first.tenant
        key = first.xml("POST", "client.api/add", "<Client><Name>Of both</Name></Client>").findtext("Client/UUID")
        assert second.xml("GET", f"client.api/get/{key}").findtext("Client/Name") == "Of both"
        second.xml("PUT", "client.api/update", f"<Client><UUID>{key}</UUID><Phone>1</Phone></Client>")
        assert first.truth(str(key))["Phone"] == "1"
        second.fault("unavailable", path="client.api/list")
        assert first.api("GET", "client.api/list").status_code == 503
        assert second.api("GET", "client.api/list").status_code == 200
        # Both spend from one budget.
        assert second.control("GET", "budget")["minute"]["used"] == 4
        # What one of them noted and how its clock was moved, the other tells.
        assert second.control("GET", "audit") == first.control("GET", "audit")
        assert second.control("GET", "writes") == {"received": 2, "applied": 2}
        first.control("POST", "clock", {"freeze": "2026-03-01T08:00:00"})
        assert second.control("GET", "clock") == {"now": "2026-03-01T08:00:00+00:00", "frozen": True}
