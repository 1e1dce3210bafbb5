"""The links of an organisation that is disconnected, or connected again: nothing of them is verified meanwhile.

Their state is marked at once, in bulk, so that no list or count says "in sync" of them; the reading after they are
connected again plans them afresh. Links that somebody set aside stay so.
"""

from datetime import datetime

from django.db.models import QuerySet

from practicesync.core.link_state import LinkState
from practicesync.operations.link_trouble import DISCONNECTED
from practicesync.operations.listing import restate
from practicesync.operations.reconciling import BATCH, reconcile
from practicesync.store.models import Connection, Link


def cut_off(connection: Connection) -> None:
    """Its organisation was disconnected. Needs the caller's transaction, which goes for no client or log after it."""
    _mark(_live(connection).filter(set_aside_at=None).exclude(reason=DISCONNECTED), LinkState.FAILING, DISCONNECTED)


def await_reading(connection: Connection) -> None:
    """Its organisation was connected again, and nobody has read it since. Needs the same as `cut_off`."""
    _mark(_live(connection).filter(reason=DISCONNECTED), LinkState.UNREAD, LinkState.UNREAD.value)


def plan_unread(connection: Connection, now: datetime) -> None:
    """The organisation was read: plan what waited for that, batch by batch. Twice is fine."""
    after = 0
    unread = _live(connection).filter(state=LinkState.UNREAD.value)
    while batch := list(unread.filter(pk__gt=after).values_list("pk", flat=True)[:BATCH]):
        reconcile(connection.practice_id, batch, now)
        after = batch[-1]


def _live(connection: Connection) -> QuerySet[Link]:
    rows: QuerySet[Link] = Link.rows.of(connection.practice_id).filter(connection=connection, ended_at=None)
    return rows.order_by("pk")


def _mark(links: QuerySet[Link], state: LinkState, reason: str) -> None:
    found = list(links.select_for_update(of=("self",), no_key=True).values_list("pk", "client_id", "practice_id"))
    for start in range(0, len(found), BATCH):
        batch = found[start : start + BATCH]
        practice_id = batch[0][2]
        rows = Link.rows.among(practice_id, [pk for pk, *_ in batch])
        rows.update(state=state.value, reason=reason)
        restate(practice_id, [client_id for _, client_id, _ in batch])
