"""Time, as the sandbox sees it: one seam, so that a test can stop it, set it and move it.

Nothing else in this package reads the time or sleeps.
"""

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What the sandbox asks of time. `now` is aware and in UTC; `sleep` takes seconds."""

    def now(self) -> datetime: ...

    def sleep(self, seconds: float) -> None: ...


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class ControlledClock:
    """A clock that follows another until it is frozen, set or advanced.

    While frozen, `sleep` moves the time on and returns at once, so that delays cost a test nothing.
    """

    def __init__(self, base: Clock | None = None, *, frozen_at: datetime | None = None) -> None:
        self._base = base or SystemClock()
        self._frozen = frozen_at
        self._offset = timedelta()
        self._lock = threading.Lock()

    def now(self) -> datetime:
        with self._lock:
            return self._now()

    def sleep(self, seconds: float) -> None:
        with self._lock:
            if self._frozen is not None:
                self._frozen += timedelta(seconds=seconds)
                return
        self._base.sleep(seconds)

    @property
    def frozen(self) -> bool:
        return self._frozen is not None

    def freeze(self, at: datetime | None = None) -> None:
        """Stop at `at`, or at the present moment."""
        with self._lock:
            self._frozen = at or self._now()

    def set(self, at: datetime) -> None:
        """Jump to `at`; a frozen clock stays frozen, a running one runs on from there."""
        with self._lock:
            if self._frozen is not None:
                self._frozen = at
            else:
                self._offset = at - self._base.now()

    def advance(self, seconds: float) -> None:
        """Jump forward (or back, for a negative number) by seconds."""
        with self._lock:
            if self._frozen is not None:
                self._frozen += timedelta(seconds=seconds)
            else:
                self._offset += timedelta(seconds=seconds)

    def run(self) -> None:
        """Start a frozen clock again from where it stands."""
        with self._lock:
            if self._frozen is not None:
                self._offset = self._frozen - self._base.now()
                self._frozen = None

    def _now(self) -> datetime:
        return self._frozen if self._frozen is not None else self._base.now() + self._offset


def stamp(moment: datetime) -> int:
    """A moment as whole microseconds since 1970, the form in which the store keeps it."""
    return int((moment - _EPOCH) / timedelta(microseconds=1))


def moment(stamped: int) -> datetime:
    """The inverse of `stamp`."""
    return _EPOCH + timedelta(microseconds=stamped)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
