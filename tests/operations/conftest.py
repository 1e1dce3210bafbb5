"""An office, connected and not."""

import pytest

from operations.offices import Office, an_office


@pytest.fixture
def office(db: None) -> Office:
    """A practice that is not connected."""
    return an_office()


@pytest.fixture
def connected(office: Office) -> Office:
    """The same, connected to an XPM that nobody asks anything."""
    office.connect()
    return office
