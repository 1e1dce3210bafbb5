"""Archived copies: a record that has a live one of the same client yields to it."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from practicesync.core.matching.pairing import candidate_pairs
from practicesync.core.matching.pairs import Sides
from practicesync.core.matching.scoring import Scored, score_pairs
from practicesync.core.matching.side import Side, Vocabulary

_PROBABLE: Final = 1.0


def yield_to_live(sides: Sides, scored: Scored) -> Scored:
    """The pairs without those of archived copies on the right; what spoke for such a copy speaks for its live one."""
    archived, live, odds = _live_copies(sides.right, sides.vocabulary)
    if not len(archived):
        return scored
    of = np.full(len(sides.right), -1)
    of[archived] = live
    strength = np.full(len(sides.right), -np.inf)
    strength[archived] = odds
    copied = of[scored.right] >= 0
    moved = Scored(
        scored.left[copied],
        of[scored.right[copied]],
        np.minimum(scored.odds[copied], strength[scored.right[copied]]),
        scored.proved[copied],
        scored.contradicted[copied],
    )
    return _merged(scored.only(~copied), moved, len(sides.right))


def _live_copies(
    side: Side, vocabulary: Vocabulary
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Archived parties that have a live copy, the best of these, and the odds that it is one."""
    archived = np.flatnonzero(side.archived)
    nothing = np.zeros(0, np.int64)
    if not len(archived) or len(archived) == len(side):
        return nothing, nothing, np.zeros(0)
    some = side.only(archived)
    one, two = candidate_pairs(some, side, vocabulary)
    kept = ~side.archived[two]
    scored = score_pairs(Sides(some, side, vocabulary), one[kept], two[kept])
    scored = scored.only((scored.odds > _PROBABLE) & (scored.proved | ~scored.contradicted))
    order = np.lexsort((scored.right, -scored.odds, scored.left))
    first = np.ones(len(order), np.bool_)
    first[1:] = scored.left[order][1:] != scored.left[order][:-1]
    best = order[first]
    return archived[scored.left[best]], scored.right[best], scored.odds[best]


def _merged(scored: Scored, more: Scored, width: int) -> Scored:
    """Both, each pair once, by its better odds."""
    left, right = np.concatenate([scored.left, more.left]), np.concatenate([scored.right, more.right])
    odds = np.concatenate([scored.odds, more.odds])
    proved = np.concatenate([scored.proved, more.proved])
    contradicted = np.concatenate([scored.contradicted, more.contradicted])
    code = left * width + right
    order = np.lexsort((-odds, code))
    first = np.ones(len(order), np.bool_)
    first[1:] = code[order][1:] != code[order][:-1]
    kept = order[first]
    return Scored(left[kept], right[kept], odds[kept], proved[kept], contradicted[kept])
