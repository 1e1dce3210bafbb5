"""Duplicates within one list."""

from collections.abc import Hashable, Iterable
from typing import Final

import numpy as np

from practicesync.core.matching.pairing import candidate_pairs
from practicesync.core.matching.pairs import Pairs, Sides
from practicesync.core.matching.party import Party, Pile, Twin
from practicesync.core.matching.reasons import explain
from practicesync.core.matching.scoring import probability, score_pairs
from practicesync.core.matching.side import Vocabulary, read_side
from practicesync.core.matching.weights import PROPOSED, SAFE

NONE: Final[frozenset[frozenset[Hashable]]] = frozenset()


def twins(parties: Iterable[Party], *, rejected: frozenset[frozenset[Hashable]] = NONE) -> tuple[Twin, ...]:
    """Pairs of records that are probably one client, the most probable first; `rejected` pairs are not told again.

    Raises ValueError where two parties share an id.
    """
    vocabulary = Vocabulary()
    side = read_side(parties, vocabulary)
    sides = Sides(side, side, vocabulary)
    left, right = candidate_pairs(side, side, vocabulary)
    kept = left < right
    scored = score_pairs(sides, left[kept], right[kept])
    probabilities = probability(scored.odds)
    found = []
    for place in np.lexsort((scored.right, scored.left, -probabilities)).tolist():
        score = float(probabilities[place])
        if score < PROPOSED:
            break
        first, second = side.ids[scored.left[place]], side.ids[scored.right[place]]
        if frozenset({first, second}) in rejected:
            continue
        one = slice(place, place + 1)
        reasons, against = explain(Pairs(sides, scored.left[one], scored.right[one]))
        safe = score >= SAFE and scored.proved[place] and not scored.contradicted[place]
        found.append(Twin(first, second, score, Pile.SAFE if safe else Pile.LOOK, reasons, against))
    return tuple(found)
