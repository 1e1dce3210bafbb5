"""What writing to the remote costs in calls, and for how many days the budget makes it last.

A batch of clients is guarded by one read of what changed there, once a first write has shown that the list can be
trusted; a few clients are read one by one. Whatever hangs on a client (a contact, a relationship, a place in a group)
is written by a call of its own, after one read of that client.
"""

from dataclasses import dataclass

from practicesync.core.push import BATCH

FEW = 3
"""Up to so many clients are read one by one, each before its write."""


@dataclass(frozen=True, slots=True)
class Writes:
    """How many clients are written themselves, how many things that hang on clients, and on how many clients those."""

    clients: int = 0
    parts: int = 0
    clients_of_parts: int = 0

    @property
    def calls(self) -> int:
        """How many calls that takes, where nothing has to be tried again."""
        first = self.clients if self.clients <= FEW else 1
        reads = first + -(-(self.clients - first) // BATCH)
        return self.clients + reads + self.parts + self.clients_of_parts


@dataclass(frozen=True, slots=True)
class Affordable:
    """So many calls, of which so many are left today, where a day has `day` for background work."""

    calls: int
    left: int
    day: int

    @property
    def fits(self) -> bool:
        """Whether today is enough."""
        return self.calls <= self.left

    @property
    def days(self) -> int:
        """On how many days calls are made, today among them."""
        return 1 if self.fits else 1 + -(-(self.calls - max(0, self.left)) // max(1, self.day))
