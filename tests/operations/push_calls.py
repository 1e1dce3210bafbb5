"""A push's steps with what XPM told put in by hand."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from operations.offices import NOW
from practicesync.core.fields import Subject, Values
from practicesync.core.push import Fate, Reply, Write
from practicesync.core.record import RemoteContact, RemoteRecord
from practicesync.operations import sending
from practicesync.operations.sending import Readings
from practicesync.store.models import Push, Run


def run_of(push: Push) -> Run:
    """The run that carries it, with its connection."""
    found: Run = Run.rows.of(push.practice_id).select_related("connection").get(pushes=push)
    return found


def no_problem(_subject: Subject, _values: Values) -> Mapping[str, str]:
    """A remote that nothing is known of."""
    return {}


def look(
    push: Push, record: RemoteRecord | None = None, *, found: Sequence[RemoteRecord] | None = None
) -> Write | None:
    """Look at it by this record as just read, or (a create) by what an earlier try may have made.

    After an earlier try that is as long after it as it takes for what that one did to show.
    """
    push.refresh_from_db()
    now = NOW if push.sent_at is None else push.sent_at + timedelta(minutes=5)
    records = [each for each in (record, *(found or ())) if each is not None]
    readings = Readings([(each, now) for each in records], found={} if found is None else {push.pk: found})
    writes = sending.look_at(run_of(push), [push.pk], readings, no_problem, now)
    return writes[0] if writes else None


def answered(
    push: Push,
    record: RemoteRecord | None = None,
    *,
    contact: RemoteContact | None = None,
    read: RemoteRecord | None = None,
    at: datetime = NOW,
) -> None:
    """XPM's good answer to the last try came in, and what was read after it."""
    _reply(push, Fate.ANSWERED, at, record=record, contact=contact, read=read)


def refuse(push: Push, detail: str, *, at: datetime = NOW) -> None:
    """XPM said no."""
    _reply(push, Fate.REFUSED, at, detail)


def lost(push: Push, *, at: datetime = NOW) -> None:
    """No answer came."""
    _reply(push, Fate.LOST, at)


def not_sent(push: Push, *, counts: bool = False) -> None:
    """Nothing left this machine; or (`counts`) XPM said that it did nothing."""
    _reply(push, Fate.NOT_SENT, NOW, counts=counts)


def _reply(
    push: Push,
    fate: Fate,
    at: datetime,
    detail: str = "",
    *,
    record: RemoteRecord | None = None,
    contact: RemoteContact | None = None,
    read: RemoteRecord | None = None,
    counts: bool = False,
) -> None:
    push.refresh_from_db()
    reply = Reply(push.pk, push.attempts, fate, at, detail, record, contact, counts=counts)
    sending.settle(run_of(push), [reply], [] if read is None else [(read, at)], at)
