"""A line as the flows give one to a connector, kept in memory: tokens under one lock, the budget of `core.budget`."""

import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from practicesync.connectors.base import Grant, Identity
from practicesync.core import budget
from practicesync.core.budget import Ledger, Limits
from practicesync.core.errors import Throttled

PATIENCE = 5.0


@dataclass
class MemoryLine:
    """Safe to share between threads. `waits` are what the server told us to wait, `leases` those that are out."""

    organisation_id: str
    identity: Identity
    grant: Grant
    interactive: bool = True
    limits: Limits = field(default_factory=Limits)
    clock: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    ledger: Ledger = field(default_factory=Ledger)
    waits: list[tuple[float, str]] = field(default_factory=list)
    calls: int = 0
    renewals: int = 0
    most_at_once: int = 0

    def __post_init__(self) -> None:
        self._tokens = threading.Lock()
        self._budget = threading.Lock()
        self._names = itertools.count()

    @property
    def leases(self) -> int:
        """Calls in flight."""
        return len(self.ledger.leases)

    def access_token(self, *, stale: str = "") -> str:
        """The token; a newer one where `stale` is the one we hold. Whoever waited for the lock finds it renewed."""
        with self._tokens:
            if stale and stale == self.grant.access_token:
                self.grant = self.identity.renew(self.grant.refresh_token)
                self.renewals += 1
            return self.grant.access_token

    def admit(self) -> str:
        """Wait a little for a call; raises `Throttled` where the wait is long."""
        while True:
            with self._budget:
                lease = f"lease-{next(self._names)}"
                answer = budget.admit(self.ledger, self.limits, self.clock(), lease, interactive=self.interactive)
                if answer.granted:
                    self.ledger = answer.ledger
                    self.calls += 1
                    self.most_at_once = max(self.most_at_once, self.leases)
                    return lease
            if answer.wait > PATIENCE:
                raise Throttled("The budget is spent.", after=answer.wait, limit=answer.limit)
            self.sleep(answer.wait)

    def release(self, lease: str, *, minute_left: int | None = None, day_left: int | None = None) -> None:
        """Give a lease back."""
        with self._budget:
            ledger = budget.release(self.ledger, lease)
            self.ledger = budget.learn(ledger, self.clock(), minute_left=minute_left, day_left=day_left)

    def blocked(self, seconds: float, limit: str) -> None:
        """No call goes out for so long."""
        with self._budget:
            self.waits.append((seconds, limit))
            self.ledger = budget.block(self.ledger, self.clock() + seconds, limit)
