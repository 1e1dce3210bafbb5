"""Sandboxes for the connector's tests: a small one in process, and both ways of reaching one."""

from collections.abc import Iterator

import pytest

from connectors.doors import Door, open_door


@pytest.fixture
def door() -> Iterator[Door]:
    """A sandbox in process."""
    with open_door() as opened:
        yield opened


@pytest.fixture(params=[False, True], ids=["in process", "over HTTP"])
def either_door(request: pytest.FixtureRequest) -> Iterator[Door]:
    """A sandbox, once in process and once over HTTP."""
    with open_door(over_http=request.param) as opened:
        yield opened
