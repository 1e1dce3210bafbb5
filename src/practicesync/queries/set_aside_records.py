"""The records of the remote that the last readings could not take in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from practicesync.queries.frame import UNDER_WAY
from practicesync.store.models import Link, Mirror, Run, SetAsideRecord

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One of them. `name` is what it was called when it was read last; `client_id` the client that is linked to it."""

    id: int
    remote_id: str
    name: str
    client_id: int | None
    client_name: str
    reason: str
    first_seen: datetime
    last_seen: datetime
    reading: bool


@dataclass(frozen=True, slots=True)
class RecordsPage:
    """A page of them, the latest first."""

    lines: tuple[RecordLine, ...]
    total: int
    number: int
    last: int

    @property
    def reading(self) -> bool:
        """Whether one of them is being read again."""
        return any(line.reading for line in self.lines)


def load_records(practice_id: int, *, number: int = 1) -> RecordsPage:
    """The records that wait for a good reading; those of a connection that has ended are left out."""
    rows = SetAsideRecord.rows.of(practice_id).exclude(connection__state="ended")
    total = rows.count()
    last = max(1, -(-total // PAGE_SIZE))
    number = min(max(1, number), last)
    page = list(rows.order_by("-last_seen", "-pk")[(number - 1) * PAGE_SIZE : number * PAGE_SIZE])
    ids = [row.remote_id for row in page if row.remote_id]
    known = Mirror.rows.of(practice_id).filter(remote_id__in=ids).values_list("connection_id", "remote_id", "name")
    names = {(connection_id, remote_id): name for connection_id, remote_id, name in known}
    linked = Link.rows.of(practice_id).filter(mirror__remote_id__in=ids, ended_at=None)
    clients = {
        (connection_id, remote_id): (client_id, name)
        for connection_id, remote_id, client_id, name in linked.values_list(
            "connection_id", "mirror__remote_id", "client_id", "client__name"
        )
    }
    under_way = Run.rows.of(practice_id).filter(kind="reread", subject__in=[row.pk for row in page])
    reading = set(under_way.filter(state__in=UNDER_WAY).values_list("subject", flat=True))
    return RecordsPage(
        tuple(
            _line(row, names.get((row.connection_id, row.remote_id), ""), clients, reading=row.pk in reading)
            for row in page
        ),
        total,
        number,
        last,
    )


def _line(
    row: SetAsideRecord, name: str, clients: Mapping[tuple[int, str], tuple[int, str]], *, reading: bool
) -> RecordLine:
    client_id, client_name = clients.get((row.connection_id, row.remote_id), (None, ""))
    return RecordLine(
        id=row.pk,
        remote_id=row.remote_id,
        name=name,
        client_id=client_id,
        client_name=client_name,
        reason=row.reason,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        reading=reading,
    )
