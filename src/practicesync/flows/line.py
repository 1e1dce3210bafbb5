"""The line that a connector's calls go by, over the store: access and budget hold over all processes and workers."""

from dataclasses import dataclass, field
from uuid import uuid4

from practicesync.connectors.base import Identity
from practicesync.core.errors import Reconnect, SyncError, Throttled, Unavailable
from practicesync.flows.clock import Clock
from practicesync.operations import budgeting, tokens
from practicesync.operations.tokens import Renewal, Usable, Wait
from practicesync.store.models import Connection

SHORT = 2.0
"""Seconds of budget wait that are slept through; a longer one is the flow's to decide about."""

OTHERS_RENEWAL = 60.0
"""Seconds to wait for another process that renews the token; its right to do so ends before that."""


@dataclass(frozen=True, slots=True)
class StoreLine:
    """An open line to one connection's organisation. Calls of one `run_id` are counted on that run.

    No method may be called within a transaction: they wait, and another process must see what they wrote.
    """

    connection_id: int
    organisation_id: str
    identity: Identity
    clock: Clock
    interactive: bool = False
    run_id: int | None = field(default=None)

    def access_token(self, *, stale: str = "") -> str:
        """A valid access token. Raises `Reconnect` where the connection no longer holds, `Unavailable` for the rest."""
        waited = 0.0
        while waited <= OTHERS_RENEWAL:
            match tokens.usable(self.connection_id, stale, self.clock.now()):
                case Usable(access_token):
                    return access_token
                case Wait(seconds):
                    self.clock.sleep(seconds)
                    waited += seconds
                case Renewal() as renewal:
                    renewed = self._renew(renewal)
                    if renewed:
                        return renewed
        raise Unavailable("The access token is being renewed elsewhere.", after=5.0)

    def admit(self) -> str:
        """Wait for, and take, the right to one call; returns the lease. Raises `Throttled` where the wait is long."""
        lease = uuid4().hex
        waited = 0.0
        while True:
            now = self.clock.now()
            admission = budgeting.admit(
                self.connection_id, lease, interactive=self.interactive, now=now, run_id=self.run_id
            )
            if admission.granted:
                return lease
            waited += admission.wait
            if waited > SHORT:
                raise Throttled(after=admission.wait, limit=admission.limit)
            self.clock.sleep(admission.wait)

    def release(self, lease: str, *, minute_left: int | None = None, day_left: int | None = None) -> None:
        """Give the lease back, with the server's counters where the reply told them."""
        now = self.clock.now()
        budgeting.release(self.connection_id, lease, minute_left=minute_left, day_left=day_left, now=now)

    def blocked(self, seconds: float, limit: str) -> None:
        """The server said to wait so long because of this limit."""
        budgeting.block(self.connection_id, seconds, limit, self.clock.now())

    def _renew(self, renewal: Renewal) -> str:
        """The new access token; empty where somebody else was first."""
        try:
            grant = self.identity.renew(renewal.refresh_token)
        except Reconnect as refusal:
            if tokens.refused(renewal, refusal.detail, self.clock.now()):
                return ""
            raise
        except SyncError:
            tokens.give_up(renewal)
            raise
        return tokens.keep_renewal(renewal, grant.access_token, grant.refresh_token, grant.expires_in, self.clock.now())


def open_line(
    connection_id: int, identity: Identity, clock: Clock, *, interactive: bool = False, run_id: int | None = None
) -> StoreLine:
    """A line to a stored connection. Over all practices: a flow knows the connection by its run."""
    organisation_id = Connection.rows.everywhere().values_list("organisation_id", flat=True).get(pk=connection_id)
    return StoreLine(connection_id, organisation_id, identity, clock, interactive, run_id)
