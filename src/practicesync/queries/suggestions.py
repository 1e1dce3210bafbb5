"""Which suggestions are open: neither side is linked, and nobody said that they are two."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from practicesync.core.link_state import LinkState
from practicesync.store.models import Candidate, KeptOut, Link, ListedClient, Mirror, Rejection, Run

PROPOSED = 1
"""The rank of the candidate that is proposed; the others can be chosen instead of it."""


def open_candidates(practice_id: int, connection_id: int) -> QuerySet[Any, Any]:
    """The candidates of a connection, of every rank, that somebody can still decide."""
    return Candidate.rows.of(practice_id).filter(connection_id=connection_id, settled=False)


def is_settled(practice_id: int) -> Q:
    """What settles a candidate: a live link of either side, a rejection of the pair, a client that is archived or kept
    out of the remote."""
    live = Link.rows.of(practice_id).filter(connection_id=OuterRef("connection_id"), ended_at=None)
    said = Rejection.rows.of(practice_id).filter(client_id=OuterRef("client_id"), mirror_id=OuterRef("mirror_id"))
    return (
        Q(Exists(live.filter(client_id=OuterRef("client_id"))))
        | Q(Exists(live.filter(mirror_id=OuterRef("mirror_id"))))
        | Q(Exists(said))
        | Q(Exists(KeptOut.rows.of(practice_id).filter(client_id=OuterRef("client_id"))))
        | ~Q(Exists(ListedClient.rows.of(practice_id).filter(pk=OuterRef("client_id"))))
    )


def proposals(practice_id: int, connection_id: int) -> QuerySet[Any, Any]:
    """The open candidates that are proposed: at most one a client."""
    return open_candidates(practice_id, connection_id).filter(rank=PROPOSED)


def is_due(practice_id: int, connection_id: int, since: datetime) -> bool:
    """Whether matching would find something that the last one could not: unlinked clients on both sides, of which some
    is new or changed after it began or after `since`, or a candidate that is gone.

    `since` is when the reading began that has just ended: what it wrote may be too late for a matching beside it.
    """
    here = ListedClient.rows.of(practice_id).filter(state=LinkState.UNLINKED.value)
    live = Link.rows.of(practice_id).filter(connection_id=connection_id, ended_at=None, mirror_id=OuterRef("pk"))
    mirrors = Mirror.rows.of(practice_id).filter(~Exists(live), connection_id=connection_id)
    there = mirrors.filter(gone_at=None, deleted=False)
    if not (here.exists() and there.exists()):
        return False
    last = last_match(practice_id, connection_id)
    if last is None or last.started_at is None:
        return True
    moved = Q(changed_at__gt=min(last.started_at, since))
    if here.filter(moved).exists() or there.filter(moved).exists():
        return True
    rows = Candidate.rows.of(practice_id).filter(connection_id=connection_id)
    return rows.filter(Q(mirror__deleted=True) | Q(mirror__gone_at__isnull=False)).exists()


def last_match(practice_id: int, connection_id: int) -> Run | None:
    """The matching that was done last."""
    done = Run.rows.of(practice_id).filter(connection_id=connection_id, kind="match", state="done")
    return done.order_by("-asked_at", "-pk").first()
