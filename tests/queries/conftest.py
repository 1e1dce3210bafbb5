"""A practice without clients, and its connection."""

import pytest

from practicesync.store.models import Connection, Practice
from queries.many import a_connection, a_practice


@pytest.fixture
def practice(db: None) -> Practice:
    return a_practice()


@pytest.fixture
def connection(practice: Practice) -> Connection:
    return a_connection(practice)
