"""What the simulation's own tests need: a store and an XPM for many schedules."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from pytest_django import DjangoDbBlocker

from simulation.many import Hands, made


@pytest.fixture(scope="package")
def hands(fixed_settings: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Hands]:
    """For schedules on SQLite."""
    with django_db_blocker.unblock(), ExitStack() as held:
        yield made(held, None)
