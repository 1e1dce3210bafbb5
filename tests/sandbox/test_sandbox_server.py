"""The sandbox over real sockets: kept connections, parallel calls, streams, losses, and the command that serves it."""

import json
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest

from sandbox.door import Door, names
from xpm_sandbox.app import create_app
from xpm_sandbox.clock import ControlledClock
from xpm_sandbox.server import serve
from xpm_sandbox.world import World


@pytest.fixture
def served(world: World, clock: ControlledClock) -> Iterator[Door]:
    with serve(create_app(world, clock)) as url, httpx2.Client(base_url=url) as client:
        yield Door(client).connected()


def test_one_connection_carries_many_calls(served: Door) -> None:
    ports = set()
    for _ in range(5):
        reply = served.api("POST", "client.api/add", "<Client><Name>Kept</Name></Client>")
        ports.add(reply.extensions["network_stream"].get_extra_info("client_addr"))
    assert len(ports) == 1


def test_a_list_is_chunked_and_a_single_record_is_not(served: Door) -> None:
    key = served.add_client(Name="Chunked & whole")["UUID"]
    assert served.api("GET", "client.api/list").headers["transfer-encoding"] == "chunked"
    single = served.api("GET", f"client.api/get/{key}")
    assert int(single.headers["content-length"]) == len(single.content)


@pytest.mark.parametrize("way", ["door", "served"])
def test_a_chunked_request_body_is_read(request: pytest.FixtureRequest, way: str) -> None:
    door: Door = request.getfixturevalue(way)

    def pieces() -> Iterator[bytes]:
        yield b"<Client><Name>In "
        yield "two pieces, ō</Name></Client>".encode()

    reply = door.http.post(
        "/practicemanager/3.1/client.api/add",
        content=pieces(),
        headers={"Authorization": f"Bearer {door.token}", "Xero-Tenant-Id": door.tenant},
    )
    assert reply.status_code == 200
    assert names(door.xml("GET", "client.api/list")) == ["In two pieces, ō"]


@pytest.mark.parametrize("slow", [{"kind": "delay", "seconds": 1.5}, {"kind": "drip", "seconds": 0.1, "bytes": 150}])
def test_five_calls_run_at_once_and_the_sixth_is_refused(world: World, slow: dict[str, Any]) -> None:
    app = create_app(world, ControlledClock())
    with serve(app) as url, httpx2.Client(base_url=url) as client:
        door = Door(client).connected()
        door.fault(**slow, path="staff.api/list", times=None)
        gate = threading.Barrier(6)

        def call() -> int:
            gate.wait()
            return door.api("GET", "staff.api/list").status_code

        with ThreadPoolExecutor(6) as pool:
            statuses = [future.result() for future in [pool.submit(call) for _ in range(6)]]
        assert sorted(statuses) == [200] * 5 + [429]
        assert door.control("GET", "budget")["in_flight"]["used"] == 0


def test_parallel_writers_and_readers_all_succeed(served: Door) -> None:
    served.control("PATCH", "limits", {"minute": 1000})

    def write(writer: int) -> set[int]:
        body = f"<Client><Name>By {writer}</Name></Client>"
        return {served.api("POST", "client.api/add", body).status_code for _ in range(15)}

    def read() -> set[int]:
        return {served.api("GET", "client.api/list", detailed="true").status_code for _ in range(10)}

    with ThreadPoolExecutor(5) as pool:
        calls = [pool.submit(write, writer) for writer in range(4)] + [pool.submit(read)]
        assert [call.result() for call in calls] == [{200}] * 5
    assert served.control("GET", "clients")["total"] == 60
    assert served.control("GET", "writes") == {"received": 60, "applied": 60}


@pytest.mark.parametrize("kind", ["refuse", "drop_before", "drop_after"])
def test_a_lost_connection_is_a_closed_socket(served: Door, kind: str) -> None:
    served.fault(kind, path="client.api/add")
    with pytest.raises(httpx2.TransportError):
        served.api("POST", "client.api/add", "<Client><Name>Lost</Name></Client>")
    assert served.control("GET", "clients")["total"] == (1 if kind == "drop_after" else 0)


def test_a_cut_reply_is_seen_as_incomplete(served: Door) -> None:
    served.fault("truncate", path="staff.api/list", bytes=40)
    with pytest.raises(httpx2.RemoteProtocolError):
        served.api("GET", "staff.api/list")


def test_a_body_over_the_cap_is_refused(served: Door) -> None:
    reply = served.api("POST", "client.api/add", f"<Client><Name>{'x' * 10_000_001}</Name></Client>")
    assert reply.status_code == 413


def test_a_reader_that_leaves_gives_its_place_and_its_connection_back(served: Door) -> None:
    for number in range(300):
        served.add_client(Name=f"Client {number}")
    for _ in range(7):
        headers = {"Authorization": f"Bearer {served.token}", "Xero-Tenant-Id": served.tenant}
        with served.http.stream("GET", "/practicemanager/3.1/client.api/list", headers=headers) as reply:
            next(reply.iter_bytes(1000))
    assert served.api("GET", "staff.api/list").status_code == 200


def test_the_command_serves_a_world_that_survives(tmp_path: Path) -> None:
    state = tmp_path / "world.sqlite3"
    arguments = ["--state", str(state), "--clients", "12", "--region", "NZ", "--switch", "unknown_id=not_found"]
    with _served(*arguments) as (process, url):
        first = httpx2.get(f"{url}/control/clients").json()
        httpx2.patch(f"{url}/control/clients/{first['clients'][0]['UUID']}", json={"Phone": "09 1"}).raise_for_status()
        assert first["total"] == 12
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    with _served(*arguments) as (_, url):
        again = httpx2.get(f"{url}/control/clients").json()
        assert again["clients"][0]["Phone"] == "09 1"
        assert httpx2.get(f"{url}/control/switches").json()["unknown_id"]["value"] == "not_found"


class _served:  # noqa: N801  (reads as what it does)
    """`xpm-sandbox serve` in a process of its own, ended with the block."""

    def __init__(self, *arguments: str) -> None:
        self._command = [sys.executable, "-m", "xpm_sandbox.cli", "serve", *arguments]

    def __enter__(self) -> tuple[subprocess.Popen[str], str]:
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        return self._process, json.loads(self._process.stdout.readline())["url"]

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.communicate(timeout=10)


def test_the_command_refuses_a_switch_that_does_not_exist() -> None:
    command = [sys.executable, "-m", "xpm_sandbox.cli", "serve", "--switch", "nonsense=1"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert (ended.returncode, "no switch nonsense" in ended.stderr) == (2, True)


def test_nonsense_on_the_socket_does_not_stop_the_server(served: Door) -> None:
    with socket.create_connection((served.http.base_url.host, served.http.base_url.port or 80)) as stray:
        stray.sendall(b"GET / HTTP/1.1\r\nContent-Length: nonsense\r\n\r\n")
        assert b"413" in stray.recv(200)
    assert served.api("GET", "staff.api/list").status_code == 200
