"""What the other pairs say about a pair: rivals for either party, and relatives that belong together on both sides.

Records of one client differ less than they stand out from everybody else. A pair whose second best is far away is
surer than its own evidence; one with a rival as good is not, however good it is. A rival that belongs to somebody else
by far better evidence is none. And where the other members of a group are members of one group there, so is this one.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from practicesync.core.matching.pairs import Flags, Sides
from practicesync.core.matching.scoring import Scored, Scores
from practicesync.core.matching.side import Column
from practicesync.core.matching.weights import CONTEXT_INTERCEPT, CONTEXT_WEIGHTS

FARTHEST: Final = 8.0
DENIED: Final = -0.4
_CLAIMED_ELSEWHERE: Final = 3.0
_STRONG: Final = 3.0
_HIGH: Final = 5.0

Context = dict[str, NDArray[np.float64] | Flags]


def find_context(sides: Sides, scored: Scored) -> Context:
    """Evidence out of the other pairs, by its name, beside the pair's own odds."""
    odds = np.clip(scored.odds, -12, 12)
    margin_left, margin_right = margins(scored)
    margin = np.minimum(margin_left, margin_right)
    # That nobody else is there does not make somebody of another date of birth the right one.
    credit = ~scored.contradicted
    supported, estranged = _groups(sides, scored, margin)
    proved = scored.proved & ~scored.contradicted
    return {
        "odds": odds,
        "odds_high": np.maximum(odds - _HIGH, 0),
        "odds_low": np.minimum(odds, 0),
        "alone": sides.living_apart * ((margin >= FARTHEST) & (odds < _HIGH)),
        "behind": np.minimum(margin, 0),
        "ahead": credit * np.clip(margin, 0, 4),
        "far_ahead": credit * np.clip(margin - 4, 0, FARTHEST - 4),
        "ahead_of_both": credit * np.clip(np.maximum(margin_left, margin_right), 0, FARTHEST),
        "proved": proved,
        "archived": sides.right.archived[scored.right] & ~sides.left.archived[scored.left],
        "denied": scored.contradicted & ~scored.proved,
        "group_supported": supported,
        "group_estranged": estranged,
        "related_supported": _relatives(sides, scored, margin),
    }


def weigh_context(context: Context) -> Scores:
    """The log-odds of each pair among all others.

    What is contradicted and not proved stays below even odds, for all that speaks for it is what relatives share: it is
    shown, and never proposed. Only where nobody shares an address may it rise above.
    """
    odds = np.full(len(context["odds"]), CONTEXT_INTERCEPT)
    for name, weight in CONTEXT_WEIGHTS.items():
        odds += weight * context[name]
    most = np.where(context["denied"], DENIED + CONTEXT_WEIGHTS["alone"] * context["alone"], np.inf)
    found: Scores = np.minimum(odds, most)
    return found


def margins(scored: Scored) -> tuple[Scores, Scores]:
    """How far each pair is ahead of the best other pair of its left party, and of its right party.

    Negative where it is behind. A pair counts as a rival only where its other party has nobody far better.
    """
    best_left = _best(scored.left, scored.odds)
    best_right = _best(scored.right, scored.odds)
    open_left = scored.odds >= best_left[scored.left] - _CLAIMED_ELSEWHERE
    open_right = scored.odds >= best_right[scored.right] - _CLAIMED_ELSEWHERE
    own = scored.proved & ~scored.contradicted
    return (
        _margin(scored.left, scored.odds, open_right, own),
        _margin(scored.right, scored.odds, open_left, own),
    )


def _best(parties: NDArray[np.int64], odds: Scores) -> Scores:
    best = np.full(int(parties.max(initial=-1)) + 1, -np.inf)
    np.maximum.at(best, parties, odds)
    return best


def _margin(parties: NDArray[np.int64], odds: Scores, is_open: Flags, proved: Flags) -> Scores:
    """Two pairs of a party that are both proved are its two copies, and so no rivals."""
    rivals = np.where(is_open, odds, -np.inf)
    unproved = np.where(is_open & ~proved, odds, -np.inf)
    found = np.where(proved, odds - _best_other(parties, unproved), odds - _best_other(parties, rivals))
    return np.clip(found, -FARTHEST, FARTHEST)


def _best_other(parties: NDArray[np.int64], odds: Scores) -> Scores:
    """The best odds among the other pairs of the same party."""
    best = _best(parties, odds)[parties]
    order = np.lexsort((-odds, parties))
    sorted_parties = parties[order]
    first = np.ones(len(order), np.bool_)
    first[1:] = sorted_parties[1:] != sorted_parties[:-1]
    is_first = np.zeros(len(order), np.bool_)
    is_first[order[first]] = True
    second = _best(parties, np.where(is_first, -np.inf, odds))
    found: Scores = np.where(is_first, second[parties], best)
    return found


# --- groups and relatives


def _strong(scored: Scored, margin: Scores) -> Flags:
    found: Flags = (scored.odds >= _STRONG) & (margin >= 1) & ~scored.contradicted
    return found


def _groups(sides: Sides, scored: Scored, margin: Scores) -> tuple[Flags, Flags]:
    """Whether strong pairs tie a group of the left party to one of the right party, or each only to others."""
    left, right = sides.left.columns["groups"], sides.right.columns["groups"]
    strong = _strong(scored, margin)
    size = sides.vocabulary.size("group")
    votes = np.concatenate(
        list(_combined(left[scored.left[strong]], right[scored.right[strong]], size)) or [np.zeros(0, np.int64)]
    )
    codes, counts = np.unique(votes[votes > 0], return_counts=True)
    codes, counts = np.append(codes, -1), np.append(counts, 0)
    order = np.argsort(codes)
    codes, counts = codes[order], counts[order]
    tied = np.unique(codes // size)
    found = np.zeros(len(scored), np.int64)
    for column in _combined(left[scored.left], right[scored.right], size):
        place = np.minimum(np.searchsorted(codes, column), len(codes) - 1)
        found = np.maximum(found, np.where(codes[place] == column, counts[place], 0))
    found -= strong & (found > 0)
    supported = found > 0
    has_both = (left[scored.left, 0] > 0) & (right[scored.right, 0] > 0)
    estranged = has_both & ~supported & np.isin(left[scored.left, 0], tied) & ~strong
    return supported, estranged


def _combined(left: Column, right: Column, size: int) -> Iterator[NDArray[np.int64]]:
    """A number for each group of one with each group of the other, one pair of columns at a time; 0 for none."""
    for one in left.T:
        for two in right.T:
            if one.any() and two.any():
                yield np.where((one > 0) & (two > 0), one.astype(np.int64) * size + two, 0)


def _relatives(sides: Sides, scored: Scored, margin: Scores) -> Flags:
    """Whether somebody the left party is tied to is, by a strong pair, somebody the right party is tied to."""
    if not sides.left.related or not sides.right.related:
        return np.zeros(len(scored), np.bool_)
    strong = _strong(scored, margin)
    width = len(sides.right)
    tied: set[int] = set()
    for one, two in zip(scored.left[strong].tolist(), scored.right[strong].tolist(), strict=True):
        for left in sides.left.related.get(one, ()):
            for right in sides.right.related.get(two, ()):
                if left in sides.left.places and right in sides.right.places:
                    tied.add(sides.left.places[left] * width + sides.right.places[right])
    return np.isin(scored.left * width + scored.right, np.array(sorted(tied), np.int64))
