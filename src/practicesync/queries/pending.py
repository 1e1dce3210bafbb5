"""Which clients are Pending Sync: a value of theirs is on its way to the remote."""

from collections.abc import Collection

from practicesync.queries.plans import OPEN_STATES
from practicesync.store.models import Push


def pending_clients(practice_id: int, client_ids: Collection[int]) -> frozenset[int]:
    """Those of these clients of which something waits to be written, in one query."""
    if not client_ids:
        return frozenset()
    rows = Push.rows.of(practice_id).filter(client_id__in=list(client_ids), state__in=OPEN_STATES)
    return frozenset(rows.values_list("client_id", flat=True).distinct())
