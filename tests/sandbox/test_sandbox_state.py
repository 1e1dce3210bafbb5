"""A state file: what survives a restart, and what two processes that share it see of each other."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

from sandbox.door import Door
from xpm_sandbox.app import create_app
from xpm_sandbox.world import World


@contextmanager
def _door(path: Path) -> Iterator[Door]:
    with World.open(path, seed=2, clients=12) as world:
        yield Door.in_process(create_app(world))


@contextmanager
def _process(path: Path) -> Iterator[Door]:
    """A sandbox in a process of its own."""
    command = [sys.executable, "-m", "xpm_sandbox.cli", "serve", "--state", str(path), "--clients", "12", "--seed", "2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        url = json.loads(process.stdout.readline())["url"]
        try:
            with httpx2.Client(base_url=url) as client:
                yield Door(client)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(10)


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
