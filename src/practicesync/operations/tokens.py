"""Access to the remote: one rotation at a time for each connection, over all processes.

A refresh token is single-use, so two processes that rotate at once would lose the connection. The right to rotate is a
lease in the connection's row rather than a lock held over the network call: a process that dies frees it by time, and
the remote takes the old token for another while (Xero developer documentation, OAuth 2.0 token types).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from practicesync.core.actor import worker
from practicesync.core.errors import Reconnect
from practicesync.operations.activity import Entry, write
from practicesync.store.models import Connection
from practicesync.store.secrets import seal, unseal

EARLY = timedelta(seconds=60)
LEASE = timedelta(seconds=45)
POLL = 0.25


@dataclass(frozen=True, slots=True)
class Usable:
    """An access token to use now."""

    access_token: str


@dataclass(frozen=True, slots=True)
class Renewal:
    """The right, and the duty, to rotate: exchange `refresh_token`, then keep or give up."""

    connection_id: int
    practice_id: int
    generation: int
    refresh_token: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Somebody else rotates just now; ask again after so many seconds."""

    seconds: float


def usable(connection_id: int, stale: str, now: datetime) -> Usable | Renewal | Wait:
    """A token that lives for another minute and is not `stale`, or the right to rotate, or a wait.

    Raises `Reconnect` where the connection is broken or ended.
    """
    with transaction.atomic():
        row = _locked(connection_id)
        if row.state != "connected":
            raise Reconnect(row.reason or "The connection was ended.")
        current = unseal(row.access_token, context(row, "access")) if row.access_token else ""
        if current and current != stale and row.expires_at is not None and row.expires_at - EARLY > now:
            return Usable(current)
        if row.renewing_until is not None and row.renewing_until > now:
            return Wait(POLL)
        row.renewing_until = now + LEASE
        row.save(update_fields=["renewing_until"])
        return Renewal(row.pk, row.practice_id, row.generation, unseal(row.refresh_token, context(row, "refresh")))


def keep_renewal(renewal: Renewal, access_token: str, refresh_token: str, expires_in: int, now: datetime) -> str:
    """Store the new pair before anything uses it; returns the access token to use."""
    with transaction.atomic():
        row = _locked(renewal.connection_id)
        if row.generation == renewal.generation and row.state == "connected":
            put_tokens(row, access_token, refresh_token, expires_in, now)
            row.save(update_fields=["access_token", "refresh_token", "expires_at", "generation", "renewing_until"])
    return access_token


def give_up(renewal: Renewal) -> None:
    """Identity did not answer: free the lease, so that the next caller tries."""
    with transaction.atomic():
        row = _locked(renewal.connection_id)
        if row.generation == renewal.generation:
            row.renewing_until = None
            row.save(update_fields=["renewing_until"])


def refused(renewal: Renewal, reason: str, now: datetime) -> bool:
    """Identity refused the refresh token. True where another process has rotated since: ask again. Else broken."""
    with transaction.atomic():
        row = _locked(renewal.connection_id)
        if row.generation != renewal.generation:
            return True
        mark_broken(row, reason, now)
    return False


def mark_broken(row: Connection, reason: str, now: datetime) -> None:
    """A person must connect again; the caller holds the row."""
    if row.state != "connected":
        return
    row.state, row.reason, row.renewing_until = "broken", reason[:300], None
    row.save(update_fields=["state", "reason", "renewing_until"])
    facts = {"organisation": row.organisation_name, "reason": reason[:300]}
    write(worker(row.practice_id), Entry("connection_broken", facts), now)


def put_tokens(row: Connection, access_token: str, refresh_token: str, expires_in: int, now: datetime) -> None:
    """Seal a new pair into the row; the caller saves it."""
    row.access_token = seal(access_token, context(row, "access"))
    row.refresh_token = seal(refresh_token, context(row, "refresh"))
    row.expires_at = now + timedelta(seconds=expires_in)
    row.generation += 1
    row.renewing_until = None


def context(row: Connection, what: str) -> str:
    """What a token's ciphertext is bound to: copied to another practice or connection, it does not open."""
    return f"token:{what}:{row.practice_id}:{row.connector}:{row.organisation_id}"


def _locked(connection_id: int) -> Connection:
    return Connection.rows.everywhere().select_for_update(no_key=True).get(pk=connection_id)
