"""A small sandbox on a stopped clock, in process."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from sandbox.door import Door
from xpm_sandbox.app import create_app
from xpm_sandbox.clock import ControlledClock
from xpm_sandbox.world import World


@pytest.fixture
def clock() -> ControlledClock:
    return ControlledClock(frozen_at=datetime(2026, 2, 2, 9, 0, tzinfo=UTC))


@pytest.fixture
def world() -> Iterator[World]:
    """A practice with staff and no clients."""
    with World.open(empty=True) as made:
        yield made


@pytest.fixture
def door(world: World, clock: ControlledClock) -> Door:
    """A connected app."""
    return Door.in_process(create_app(world, clock)).connected()
