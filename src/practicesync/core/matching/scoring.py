"""How probable pairs are, first by themselves, then beside their rivals."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from practicesync.core.matching.evidence import Found, find_evidence
from practicesync.core.matching.pairs import Flags, Pairs, Places, Sides
from practicesync.core.matching.weights import INTERCEPT, WEIGHTS

Scores = NDArray[np.float64]

CHUNK: Final = 1 << 16
HARD: Final = ("business_same", "company_same", "tax_same", "tax_near", "tail_same", "code_same", "code_crossed")
"""Evidence that a relative does not share: without any of it, a person has to look. Two whole tax numbers of which one
is a slip of the other are one number, since their check digits tell every single slip: no two that were given out are
that near."""
FIRST_STAYS: Final = ("first_same", "first_short", "first_initial", "first_near", "first_by_middle")
VETOES: Final = (
    *("kind_differs", "name_kind_differs", "business_differs", "company_differs", "tax_differs", "tail_differs"),
    *("born_differs", "born_half", "first_differs", "generation_differs", "described_differs", "number_differs"),
    *("number_one", "couple_differs", "couple_one"),
)
"""Contradictions that no amount of other evidence outweighs unseen."""


@dataclass
class Scored:
    """Pairs with the log-odds of each, whether it holds hard evidence, and whether something contradicts it."""

    left: Places
    right: Places
    odds: Scores
    proved: Flags
    contradicted: Flags

    def __len__(self) -> int:
        return len(self.left)

    def only(self, kept: Flags) -> "Scored":
        """Those of the pairs."""
        return Scored(self.left[kept], self.right[kept], self.odds[kept], self.proved[kept], self.contradicted[kept])


def score_pairs(sides: Sides, left: Places, right: Places) -> Scored:
    """Weigh the evidence of each pair, some at a time so that memory stays flat."""
    odds = np.full(len(left), INTERCEPT)
    proved, contradicted = np.zeros(len(left), np.bool_), np.zeros(len(left), np.bool_)
    for start in range(0, len(left), CHUNK):
        part = slice(start, start + CHUNK)
        found = find_evidence(Pairs(sides, left[part], right[part]))
        for name, amount in found.items():
            odds[part] += WEIGHTS[name] * amount
        proved[part] = is_proved(found)
        contradicted[part] = is_contradicted(found)
        odds[part] += WEIGHTS["denied"] * (contradicted[part] & ~proved[part])
    return Scored(left, right, odds, proved, contradicted)


def is_proved(found: Found) -> Flags:
    """Whether some evidence is such as a relative does not share.

    Twins do share a date of birth, and so do strangers; a last name may change, but the first name stays.
    """
    stays = np.zeros(len(found["born_same"]), np.bool_)
    for name in FIRST_STAYS:
        stays |= found[name] > 0
    other = (found["first_differs"] > 0) | ((found["last_differs"] > 0) & ~stays)
    own: Flags = (found["born_same"] > 0) & ~other
    for name in HARD:
        own |= found[name] > 0
    return own


def is_contradicted(found: Found) -> Flags:
    """Whether some evidence tells relatives apart."""
    told = (found["mixed"] > 0) | ((found["last_differs"] > 0) & ~(found["alias_same"] > 0))
    for name in VETOES:
        told |= found[name] > 0
    return told


def probability(odds: Scores) -> Scores:
    """Log-odds as a probability."""
    found: Scores = 1 / (1 + np.exp(-odds))
    return found


Ranks = tuple[NDArray[np.int64], NDArray[np.int64]]
"""The order of the ids of either side, by which ties are settled: that of the lists may not count."""


def assign(scored: Scored, probabilities: Scores, least: float, ranks: Ranks) -> NDArray[np.int64]:
    """The pairs, by their place, that are left when each party has one partner: the most probable first."""
    order = np.lexsort((ranks[1][scored.right], ranks[0][scored.left], -probabilities))
    order = order[probabilities[order] >= least]
    taken_left: set[int] = set()
    taken_right: set[int] = set()
    kept: list[int] = []
    lefts, rights = scored.left[order].tolist(), scored.right[order].tolist()
    for place, one, two in zip(order.tolist(), lefts, rights, strict=True):
        if one not in taken_left and two not in taken_right:
            taken_left.add(one)
            taken_right.add(two)
            kept.append(place)
    return np.array(kept, np.int64)


def best_each(scored: Scored, probabilities: Scores, limit: int, ranks: Ranks) -> NDArray[np.int64]:
    """The places of the `limit` most probable pairs of each left party, by left party, best first."""
    order = np.lexsort((ranks[1][scored.right], -probabilities, scored.left))
    lefts = scored.left[order]
    first = np.searchsorted(lefts, lefts, "left")
    found: NDArray[np.int64] = order[np.arange(len(order)) - first < limit]
    return found
