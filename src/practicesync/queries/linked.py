"""Live links found by the remote records that they reach, and links loaded with both sides by the hundred."""

from collections.abc import Collection, Sequence

from django.db.models import QuerySet

from practicesync.store.models import Client, Connection, Link, Mirror
from practicesync.store.revived import columns, revived

UNPLANNED_CLIENT = ("search", "created_at", "changed_at")
UNPLANNED_MIRROR = ("search", "sort_name", "digest", "sweep")
"""Columns of linked clients that no plan goes by; who asks for one all the same gets it, by a query of its own."""

TOLD_OF_LINK = ("linked_at", "linked_by")
TOLD_OF_MIRROR = ("read_at", "changed_at")
"""Columns that only screens of one client tell: SQLite keeps a moment as a text, which is slow to read."""


class _Layout:
    """The columns that are loaded of a link and of both sides, in the order in which a row has them."""

    def __init__(self, link: Collection[str] = (), client: Collection[str] = (), mirror: Collection[str] = ()) -> None:
        """What is left out of each."""
        self.link, self.client, self.mirror = columns(Link, link), columns(Client, client), columns(Mirror, mirror)
        sides = (*(f"client__{name}" for name in self.client), *(f"mirror__{name}" for name in self.mirror))
        self.names = (*self.link, *sides)
        self.connection = self.link.index("connection_id")
        self.cuts = len(self.link), len(self.link) + len(self.client)

    def read(self, row: Sequence[object], connection: Connection) -> Link:
        """The link of a row."""
        first, second = self.cuts
        client = revived(Client, self.client, row[first:second])
        mirror = revived(Mirror, self.mirror, row[second:])
        return revived(Link, self.link, row[:first], {"connection": connection, "client": client, "mirror": mirror})


_PLANNED = _Layout((), UNPLANNED_CLIENT, UNPLANNED_MIRROR)
_SPARSE = _Layout(TOLD_OF_LINK, UNPLANNED_CLIENT, UNPLANNED_MIRROR + TOLD_OF_MIRROR)


def links_to(practice_id: int, connection_id: int, remote_ids: Collection[str]) -> QuerySet[Link]:
    """The live links of these records of one connection, in no order.

    The records are looked up first and their links by them. Put as a join, SQLite without statistics would read every
    live link of the practice and look at its record: a firm of 15,000 clients was planned in twice the time.
    """
    records = Mirror.rows.of(practice_id).filter(connection_id=connection_id, remote_id__in=list(remote_ids))
    live = Link.rows.of(practice_id).filter(connection_id=connection_id, ended_at=None)
    return live.filter(mirror_id__in=records.order_by().values("pk"))


def load_linked(practice_id: int, link_ids: Sequence[int], *, sparse: bool = False) -> list[Link]:
    """These links with their connections, clients and mirrors, by id.

    `sparse`: also without what only screens of one client tell.
    """
    layout = _SPARSE if sparse else _PLANNED
    rows = list(Link.rows.among(practice_id, link_ids).order_by("pk").values_list(*layout.names))
    connections = Connection.rows.of(practice_id).in_bulk({row[layout.connection] for row in rows})
    return [layout.read(row, connections[row[layout.connection]]) for row in rows]
