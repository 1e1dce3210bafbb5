"""Records that a reading met and could not take in: kept with the reason until a reading can."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from practicesync.core.actor import Ability, Actor
from practicesync.core.errors import Invalid
from practicesync.operations import runs
from practicesync.store.models import Connection, Run, SetAsideRecord

KIND = "reread"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """One record that was there and could not be read: its id ("" where that could not be read either), and why.

    `digest` is that of its bytes; `reason` holds no client's value.
    """

    remote_id: str
    digest: bytes
    reason: str

    @property
    def mark(self) -> str:
        """What tells it from the others of its connection."""
        return self.remote_id or f"digest:{self.digest.hex()}"


def keep(connection: Connection, met: Sequence[Unreadable], seen_at: datetime) -> None:
    """Remember these records; one that was met before keeps when that was."""
    rows = [
        SetAsideRecord(
            practice_id=connection.practice_id,
            connection=connection,
            mark=mark,
            remote_id=each.remote_id,
            reason=each.reason[:300],
            first_seen=seen_at,
            last_seen=seen_at,
        )
        for mark, each in sorted({each.mark: each for each in met}.items())
    ]
    if rows:
        SetAsideRecord.rows.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["connection", "mark"],
            update_fields=["reason", "last_seen"],
        )


def set_aside_ids(connection: Connection) -> list[str]:
    """The remote ids of what is set aside, as far as they could be read."""
    return list(_of(connection).exclude(remote_id="").values_list("remote_id", flat=True))


def forget(connection: Connection, remote_ids: Iterable[str]) -> None:
    """These records were read well. The caller plans their links afresh."""
    _of(connection).filter(remote_id__in=list(remote_ids)).delete()


def drop_unmet(connection: Connection, since: datetime) -> list[str]:
    """A reading of everything that began then did not meet the others. Returns their ids, for planning afresh."""
    rows = _of(connection).filter(last_seen__lt=since)
    ids = [remote_id for remote_id in rows.values_list("remote_id", flat=True) if remote_id]
    rows.delete()
    return ids


def request_again(actor: Actor, record_id: int, now: datetime) -> Run:
    """Ask for one of these records to be read again. Raises `Invalid` where that is impossible."""
    actor.require(Ability.SYNC)
    row = SetAsideRecord.rows.of(actor.practice_id).select_related("connection").get(pk=record_id)
    if row.connection.state != "connected":
        raise Invalid({"": "Xero Practice Manager is not connected."})
    if not row.remote_id:
        raise Invalid({"": "Not even its id could be read, so only a full refresh meets it again."})
    return runs.request_work(actor, row.connection_id, KIND, now, subject=row.pk, total=1)


def _of(connection: Connection) -> QuerySet[SetAsideRecord]:
    return SetAsideRecord.rows.of(connection.practice_id).filter(connection=connection)
