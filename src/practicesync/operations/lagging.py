"""Lists that lag behind our own writes: what they show as it was before is not taken for a change.

How long lists and searches of XPM lag is not documented; a get is fresh. Only what shows exactly the state that our
write put an end to is passed over, and only for as long as a list may lag: the next list tells it again.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import QuerySet

from practicesync.core.push import SHOWN_AFTER, Act, Fate, Outcome, PushState, Reply, target_of
from practicesync.core.record import RemoteRecord
from practicesync.operations.push_acts import DOINGS
from practicesync.operations.push_fields import values_there
from practicesync.operations.push_records import link_of, place_of, sent_of
from practicesync.store.models import Connection, Mirror, Push

LAG = timedelta(seconds=SHOWN_AFTER)


def shown_late(connection: Connection, records: Sequence[RemoteRecord], now: datetime) -> set[str]:
    """The ids of those of these listed records that show what stood there before a write of ours of just now."""
    recent = _recent(connection, now).exclude(act=Act.CREATE.value)
    if not records or not recent.exists():
        return set()
    pushes = recent.filter(link__mirror__remote_id__in=[record.remote_id for record in records])
    told = {record.remote_id: record for record in records}
    late = set()
    for push in pushes.select_related("client", "connection", "contact", "relationship", "link__mirror"):
        remote_id = link_of(push).mirror.remote_id
        if _is_before(push, _as_mirror(connection, told[remote_id])):
            late.add(remote_id)
    return late


def just_made(connection: Connection, now: datetime) -> list[str]:
    """The remote ids of clients that we made just now, which a list may not have yet."""
    return list(_recent(connection, now).filter(act=Act.CREATE.value).values_list("remote_id", flat=True))


def _recent(connection: Connection, now: datetime) -> QuerySet[Push]:
    ended = Push.rows.of(connection.practice_id).filter(connection=connection, state=PushState.CONFIRMED.value)
    return ended.filter(ended_at__gte=now - LAG)


def _is_before(push: Push, there: Mirror) -> bool:
    """Whether a record shows the state before this push."""
    if push.act == Act.UPDATE:
        return _shows_what_was_seen(push, there)
    doing = DOINGS.get((target_of(push.ref).sort, Act(push.act)))
    if doing is None:
        return False
    if push.act == Act.ADD and push.contact_id is not None:
        return all(each["id"] != push.remote_id for each in there.contacts or ())
    reply = Reply(push.pk, push.attempts, Fate.ANSWERED, push.asked_at)
    return Outcome.IGNORED in doing.check(push, there, reply).values()


def _shows_what_was_seen(push: Push, there: Mirror) -> bool:
    values = values_there(push, there)
    if values is None:
        return False
    place = place_of(push)
    for sent in sent_of(push):
        if push.outcomes.get(sent.field.name) != Outcome.DONE:
            continue
        blank = ("",) * len(sent.field.keys)
        now, seen = sent.field.told(values) or blank, sent.seen or blank
        if sent.field.kind.same(now, seen, place) and not sent.field.kind.same(now, sent.value, place):
            return True
    return False


def _as_mirror(connection: Connection, record: RemoteRecord) -> Mirror:
    """A record in the shape in which pushes look at it; not stored."""
    return Mirror(
        practice_id=connection.practice_id,
        connection=connection,
        remote_id=record.remote_id,
        values=record.values,
        archived=record.archived,
        deleted=record.deleted,
        contacts=None
        if record.contacts is None
        else [{"id": c.remote_id, "values": c.values} for c in record.contacts],
        groups=None if record.groups is None else [{"id": g.remote_id, "name": g.name} for g in record.groups],
        relationships=None
        if record.relationships is None
        else [
            {"id": r.remote_id, "label": r.label, "other_id": r.other_id, "values": r.values}
            for r in record.relationships
        ],
    )
