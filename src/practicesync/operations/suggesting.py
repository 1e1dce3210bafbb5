"""Keeping the index of suggestions by which piles are counted and paged.

Whoever writes a link, a rejection, or archives a client calls `settle` in the same transaction, after the last write.
"""

from collections.abc import Collection

from django.db.models import Q

from practicesync.queries.suggestions import is_settled
from practicesync.store.models import Candidate


def settle(practice_id: int, *, client_ids: Collection[int] = (), mirror_ids: Collection[int] = ()) -> None:
    """Bring up which candidates of these clients and records are settled. Needs the caller's transaction."""
    touched = Candidate.rows.of(practice_id).filter(
        Q(client_id__in=list(client_ids)) | Q(mirror_id__in=list(mirror_ids))
    )
    settled = is_settled(practice_id)
    touched.filter(settled, settled=False).update(settled=True)
    touched.filter(~settled, settled=True).update(settled=False)
