"""Small sandboxes on a stopped clock: in process, and served by the command on a real socket."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx2
import pytest
from flask import Flask

from sandbox.door import Door
from xpm_sandbox.app import create_app
from xpm_sandbox.clock import ControlledClock
from xpm_sandbox.world import World

NINE = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Standing:
    """A sandbox that all tests in its process share, each in a world begun anew: making one takes longer than most."""

    world: World
    clock: ControlledClock
    app: Flask


@pytest.fixture(scope="session")
def standing() -> Iterator[Standing]:
    with World.open(empty=True) as world:
        clock = ControlledClock()
        yield Standing(world, clock, create_app(world, clock))


@pytest.fixture
def clock(standing: Standing) -> ControlledClock:
    standing.clock.freeze(NINE)
    return standing.clock


@pytest.fixture
def world(standing: Standing) -> World:
    """A practice with staff and no clients."""
    standing.world.reset(seed=1, clients=0, region="AU", exactly=True)
    with standing.world.write() as db:
        db.execute("DELETE FROM masked_received")  # which no caller can
    return standing.world


@pytest.fixture
def door(world: World, clock: ControlledClock, standing: Standing) -> Door:
    """A connected app."""
    return Door.in_process(standing.app).connected()


@pytest.fixture(scope="session")
def caller() -> Iterator[httpx2.Client]:
    """A caller of one `xpm-sandbox serve`, which all tests on the wire share."""
    command = [sys.executable, "-m", "xpm_sandbox.cli", "serve", "--clients", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            with httpx2.Client(base_url=json.loads(process.stdout.readline())["url"], timeout=20) as client:
                yield client
        finally:
            process.terminate()


@pytest.fixture
def wire(caller: httpx2.Client) -> Door:
    """A connected app on a real socket, in a world begun anew: with staff, and no clients."""
    caller.post("/control/reset", json={"seed": 1, "clients": 0, "region": "AU"}).raise_for_status()
    caller.post("/control/clock", json={"freeze": NINE.isoformat()}).raise_for_status()
    return Door(caller).connected()
