"""How the counters moved over the last weeks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from practicesync.core.link_state import GROUPS, LinkState, StateGroup
from practicesync.store.models import StateCount

DAYS = 30


@dataclass(frozen=True, slots=True)
class Day:
    """One day: how many clients needed somebody, and how many failed."""

    day: date
    needs_you: int
    failing: int

    @property
    def total(self) -> int:
        """Both together."""
        return self.needs_you + self.failing


def load_trend(practice_id: int, *, days: int = DAYS) -> Sequence[Day]:
    """The last days that were counted, oldest first; days on which nothing ran are left out."""
    rows = StateCount.rows.of(practice_id).order_by("-day").values_list("day", "counts")[:days]
    found = [Day(day, _sum(counts, StateGroup.NEEDS_YOU), _sum(counts, StateGroup.FAILING)) for day, counts in rows]
    if not found:
        return []
    since = found[0].day - timedelta(days=days)
    return [each for each in reversed(found) if each.day > since]


def _sum(counts: dict[str, int], group: StateGroup) -> int:
    return sum(counts.get(LinkState(state).value, 0) for state in GROUPS[group])
