"""Where a practice stands with the remote system, as far as a client's screens have to say it."""

from dataclasses import dataclass
from enum import StrEnum

from practicesync.store.models import AddOn, Connection

CONNECTOR = "xpm"


class RemoteState(StrEnum):
    """The first that holds decides what a screen offers."""

    OFF = "off"
    NOT_CONNECTED = "not_connected"
    BROKEN = "broken"
    CONNECTED = "connected"


@dataclass(frozen=True, slots=True)
class Remote:
    """The remote system of a practice: `connection_id` is 0 where there has never been a connection."""

    state: RemoteState
    connection_id: int = 0
    organisation: str = ""

    @property
    def offered(self) -> bool:
        """Whether an admin switched the add-on on; until then nothing about the remote system is offered."""
        return self.state is not RemoteState.OFF

    @property
    def connected(self) -> bool:
        """Whether the remote can be read and written now."""
        return self.state is RemoteState.CONNECTED


def is_offered(practice_id: int, connector: str = CONNECTOR) -> bool:
    """Whether an admin switched the add-on on."""
    return AddOn.rows.of(practice_id).filter(connector=connector).exists()


def load_remote(practice_id: int, connector: str = CONNECTOR) -> Remote:
    """Where the practice stands with `connector`: two small queries."""
    if not is_offered(practice_id, connector):
        return Remote(RemoteState.OFF)
    connection = Connection.rows.of(practice_id).filter(connector=connector).order_by("-connected_at", "-pk").first()
    return Remote(RemoteState.NOT_CONNECTED) if connection is None else remote_of(connection)


def remote_of(connection: Connection) -> Remote:
    """The remote system as reached by one connection, of a practice that has the add-on on."""
    state = {"connected": RemoteState.CONNECTED, "broken": RemoteState.BROKEN}.get(connection.state)
    return Remote(state or RemoteState.NOT_CONNECTED, connection.pk, connection.organisation_name)
