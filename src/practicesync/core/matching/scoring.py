"""How probable pairs are, first by themselves, then beside their rivals."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from practicesync.core.matching.evidence import find_evidence
from practicesync.core.matching.pairs import Flags, Pairs, Places, Sides
from practicesync.core.matching.weights import INTERCEPT, WEIGHTS

Scores = NDArray[np.float64]

CHUNK: Final = 1 << 16
HARD: Final = ("business_same", "company_same", "tax_same", "tail_same", "code_same", "code_crossed", "born_same")
"""Evidence that a relative does not share: without any of it, a person has to look."""
VETOES: Final = (
    *("kind_differs", "name_kind_differs", "business_differs", "company_differs", "tax_differs", "tail_differs"),
    *("born_differs", "born_half", "first_differs", "generation_differs", "described_differs", "number_differs"),
    *("number_one", "couple_differs", "couple_one", "mixed"),
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
        for name in HARD:
            proved[part] |= found[name] > 0
        for name in VETOES:
            contradicted[part] |= found[name] > 0
    return Scored(left, right, odds, proved, contradicted)


def probability(odds: Scores) -> Scores:
    """Log-odds as a probability."""
    found: Scores = 1 / (1 + np.exp(-odds))
    return found


def assign(scored: Scored, probabilities: Scores, least: float) -> NDArray[np.int64]:
    """The pairs, by their place, that are left when each party has one partner: the most probable first."""
    order = np.lexsort((scored.right, scored.left, -probabilities))
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


def best_each(scored: Scored, probabilities: Scores, limit: int) -> NDArray[np.int64]:
    """The places of the `limit` most probable pairs of each left party, by left party, best first."""
    order = np.lexsort((scored.right, -probabilities, scored.left))
    lefts = scored.left[order]
    first = np.searchsorted(lefts, lefts, "left")
    found: NDArray[np.int64] = order[np.arange(len(order)) - first < limit]
    return found
