"""Archived copies: a record that has a live one of the same client yields to it."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from practicesync.core.matching.pairing import Index
from practicesync.core.matching.pairs import Sides
from practicesync.core.matching.scoring import Scored, Scores, score_pairs
from practicesync.core.matching.side import Side, Vocabulary

_PROBABLE: Final = 1.0
_POSSIBLE: Final = -3.0

Places = NDArray[np.int64]


def yield_to_live(sides: Sides, scored: Scored, index: Index) -> Scored:
    """The pairs without those of archived copies on the right; what spoke for such a copy speaks for its live one.

    A live record is taken for the other copy where the two are probably one client by themselves, or possibly one and
    the left party is probably both. `index` is that of the right.
    """
    archived, live, likeness = _live_copies(sides.right, sides.vocabulary, index)
    if not len(archived):
        return scored
    width = len(sides.right)
    pair, copy = _joined(scored.right, archived)
    to_live = scored.left[pair] * width + live[copy]
    also = _odds_of(scored, to_live, width)
    same = (likeness[copy] > _PROBABLE) | ((also > 0) & (scored.odds[pair] > 0))
    pair, copy, to_live = pair[same], copy[same], to_live[same]
    # Two that are possibly one, and both probably somebody, speak for each other no more than that somebody does.
    strength = np.where(likeness[copy] > _PROBABLE, likeness[copy], np.maximum(also[same], 0))
    moved = Scored(
        to_live // width,
        to_live % width,
        np.minimum(scored.odds[pair], strength),
        scored.proved[pair],
        scored.contradicted[pair],
    )
    kept = np.ones(len(scored), np.bool_)
    kept[pair] = False
    return _merged(scored.only(kept), moved, width)


def _live_copies(side: Side, vocabulary: Vocabulary, index: Index) -> tuple[Places, Places, Scores]:
    """Archived parties and live ones that may be their copies, with the odds of it."""
    archived = np.flatnonzero(side.archived)
    if not len(archived) or len(archived) == len(side):
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    some = side.only(archived)
    one, two = index.pairs(some)
    live = ~side.archived[two]
    scored = score_pairs(Sides(some, side, vocabulary), one[live], two[live])
    scored = scored.only((scored.odds > _POSSIBLE) & (scored.proved | ~scored.contradicted))
    order = np.lexsort((scored.right, scored.left))
    return archived[scored.left[order]], scored.right[order], scored.odds[order]


def _joined(right: Places, archived: Places) -> tuple[Places, Places]:
    """Each pair with each live copy of its right party, by their places; `archived` is in order."""
    start = np.searchsorted(archived, right, "left")
    count = np.searchsorted(archived, right, "right") - start
    pair = np.repeat(np.arange(len(right)), count)
    within = np.arange(len(pair)) - np.repeat(np.cumsum(count) - count, count)
    return pair, np.repeat(start, count) + within


def _odds_of(scored: Scored, codes: Places, width: int) -> Scores:
    """The odds of pairs by their code; none at all where they are no candidates."""
    own = scored.left * width + scored.right
    order = np.argsort(own)
    place = np.minimum(np.searchsorted(own[order], codes), len(own) - 1)
    found: Scores = np.where(own[order][place] == codes, scored.odds[order][place], -np.inf)
    return found


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
