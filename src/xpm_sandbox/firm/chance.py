"""The random source of generated firms: that of the standard library, with its two busiest draws at half their time."""

from random import Random
from typing import Protocol, TypeVar

_T = TypeVar("_T", covariant=True)


class _Row(Protocol[_T]):
    def __len__(self) -> int: ...

    def __getitem__(self, place: int, /) -> _T: ...


class Chance(Random):
    """Gives what `Random` of the same seed gives, draw by draw.

    A large firm draws half a million times. The standard library checks each draw's arguments on several levels; here
    they are ours, and no level is left.
    """

    def choice(self, seq: _Row[_T]) -> _T:
        """One of a row that is not empty."""
        draw, limit = self.getrandbits, len(seq)
        bits = limit.bit_length()
        while (drawn := draw(bits)) >= limit:
            pass
        return seq[drawn]

    def randrange(self, start: int, stop: int | None = None, step: int = 1) -> int:
        """A whole number from `start` to one below `stop`; below `start` when there is no `stop`."""
        if stop is None or step != 1:
            return super().randrange(start, stop, step)
        draw, limit = self.getrandbits, stop - start
        bits = limit.bit_length()
        while (drawn := draw(bits)) >= limit:
            pass
        return start + drawn
