"""The firm in which scenarios happen: in a file of SQLite, or on each database where commits and locks matter."""

from collections.abc import Iterator

import pytest

from databases import cluster, on_database, on_postgresql, on_sqlite
from firms import Firm, a_firm

__all__ = ["cluster", "each_firm", "firm", "on_database", "on_postgresql", "on_sqlite"]


@pytest.fixture
def firm(db: None) -> Iterator[Firm]:
    """A firm that is connected and has read an empty XPM."""
    with a_firm() as found:
        found.connect()
        found.refresh()
        yield found


@pytest.fixture
def each_firm(on_database: str) -> Iterator[Firm]:
    """The same on each of the two databases."""
    with a_firm() as found:
        found.connect()
        found.refresh()
        yield found
