"""What of linked clients did not go through, as lines of a sheet that writes it again."""

from collections.abc import Iterator, Sequence

from practicesync.core.verdict import Move
from practicesync.queries.motions import motion_of
from practicesync.queries.plans import LinkedPlan, plans_of, stamp_of
from practicesync.queries.sheet_lines import NewLine, new_line

BATCH = 200


def failed_lines(practice_id: int, link_ids: Sequence[int]) -> list[NewLine]:
    """The rows of these links that the last write was about and that stand as they stood then."""
    found: list[NewLine] = []
    for start in range(0, len(link_ids), BATCH):
        for loaded in plans_of(practice_id, link_ids[start : start + BATCH]).values():
            found += _lines(loaded)
    return found


def _lines(loaded: LinkedPlan) -> Iterator[NewLine]:
    failed, held = frozenset(loaded.link.failed), loaded.link.held
    for row in loaded.plan.differences():
        if row.key in failed and row.can_push and held.get(row.key) == stamp_of(row):
            yield new_line(loaded, row, motion_of(loaded, row, Move.PUSH))
