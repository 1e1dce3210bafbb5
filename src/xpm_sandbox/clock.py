"""Time, as the sandbox sees it: one seam, so that a test can stop it, set it and move it.

Nothing else in this package reads the time or sleeps.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Hands:
    """How a controlled clock stands: stopped at a moment, or so far ahead of the clock that it follows."""

    stopped_at: datetime | None = None
    ahead: timedelta = timedelta()


class Keeper(Protocol):
    """Where a controlled clock's hands are kept."""

    def hands(self) -> Hands: ...

    def turn(self, turned: Callable[[Hands], Hands]) -> None:
        """Keep what `turned` makes of the present hands; nobody else turns them meanwhile."""
        ...


class OwnKeeper:
    """Keeps the hands in this process."""

    def __init__(self, hands: Hands) -> None:
        self._hands = hands
        self._lock = threading.Lock()

    def hands(self) -> Hands:
        return self._hands

    def turn(self, turned: Callable[[Hands], Hands]) -> None:
        with self._lock:
            self._hands = turned(self._hands)


class ControlledClock:
    """A clock that follows another until it is frozen, set or advanced.

    While frozen, `sleep` moves the time on and returns at once, so that delays cost a test nothing. Its hands are its
    own, or kept by a `keeper` that others see too.
    """

    def __init__(
        self, base: Clock | None = None, *, frozen_at: datetime | None = None, keeper: Keeper | None = None
    ) -> None:
        self._base = base or SystemClock()
        self._keeper = keeper or OwnKeeper(Hands())
        if frozen_at is not None:
            self.freeze(frozen_at)

    def now(self) -> datetime:
        return self._at(self._keeper.hands())

    def sleep(self, seconds: float) -> None:
        if self.frozen:
            self.advance(seconds)
        else:
            self._base.sleep(seconds)

    @property
    def frozen(self) -> bool:
        return self._keeper.hands().stopped_at is not None

    def freeze(self, at: datetime | None = None) -> None:
        """Stop at `at`, or at the present moment."""
        self._keeper.turn(lambda hands: Hands(stopped_at=at or self._at(hands)))

    def set(self, at: datetime) -> None:
        """Jump to `at`; a frozen clock stays frozen, a running one runs on from there."""
        self._keeper.turn(lambda hands: Hands(at) if hands.stopped_at else self._running_from(at))

    def advance(self, seconds: float) -> None:
        """Jump forward (or back, for a negative number) by seconds."""
        by = timedelta(seconds=seconds)
        self._keeper.turn(
            lambda hands: Hands(hands.stopped_at + by) if hands.stopped_at else Hands(ahead=hands.ahead + by)
        )

    def run(self) -> None:
        """Start a frozen clock again from where it stands."""
        self._keeper.turn(lambda hands: self._running_from(hands.stopped_at) if hands.stopped_at else hands)

    def _at(self, hands: Hands) -> datetime:
        return hands.stopped_at or self._base.now() + hands.ahead

    def _running_from(self, at: datetime) -> Hands:
        return Hands(ahead=at - self._base.now())


def stamp(moment: datetime) -> int:
    """A moment as whole microseconds since 1970, the form in which the store keeps it."""
    return int((moment - _EPOCH) / timedelta(microseconds=1))


def moment(stamped: int) -> datetime:
    """The inverse of `stamp`."""
    return _EPOCH + timedelta(microseconds=stamped)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
