"""Duplicates within one list."""

from collections.abc import Hashable, Iterable, Iterator
from typing import Final

import numpy as np

from practicesync.core.matching.pairing import WordKeys, candidate_pairs
from practicesync.core.matching.pairs import Pairs, Sides
from practicesync.core.matching.party import Party, Pile, Twin
from practicesync.core.matching.reasons import explain
from practicesync.core.matching.scoring import Scores, probability, score_pairs
from practicesync.core.matching.side import Side, Vocabulary, read_side
from practicesync.core.matching.weights import SAFE, TWIN_INTERCEPT, TWIN_PROPOSED, TWIN_WEIGHTS

NONE: Final[frozenset[frozenset[Hashable]]] = frozenset()
_SURE: Final = 0.9


def twins(parties: Iterable[Party], *, rejected: frozenset[frozenset[Hashable]] = NONE) -> tuple[Twin, ...]:
    """Pairs of records that are probably one client, the most probable first; `rejected` pairs are not told again.

    Raises ValueError where two parties share an id.
    """
    vocabulary = Vocabulary()
    found = TwinSearch(read_side(parties, vocabulary), vocabulary)
    return tuple(found.twins(list(found.places(rejected))))


class TwinSearch:
    """The duplicates of a side that is read already."""

    def __init__(self, side: Side, vocabulary: Vocabulary) -> None:
        self._sides = Sides(side, side, vocabulary)
        left, right = candidate_pairs(side, side, WordKeys(vocabulary))
        once = left < right
        self._scored = score_pairs(self._sides, left[once], right[once])
        self._probabilities = probability(self._weigh())
        self._close()

    def _weigh(self) -> Scores:
        """The log-odds that a pair of one list is one client."""
        scored = self._scored
        found: Scores = (
            TWIN_INTERCEPT
            + TWIN_WEIGHTS["odds"] * np.clip(scored.odds, -12, 12)
            + TWIN_WEIGHTS["proved"] * (scored.proved & ~scored.contradicted)
            + TWIN_WEIGHTS["contradicted"] * scored.contradicted
            + TWIN_WEIGHTS["alone"] * self._sides.living_apart
        )
        return found

    def _close(self) -> None:
        """Two that are both surely a third are one another: raise the pairs that close such a triangle."""
        scored = self._scored
        sure = np.flatnonzero(self._probabilities >= _SURE)
        friends: dict[int, set[int]] = {}
        for one, two in zip(scored.left[sure].tolist(), scored.right[sure].tolist(), strict=True):
            friends.setdefault(one, set()).add(two)
            friends.setdefault(two, set()).add(one)
        for place in np.flatnonzero(self._probabilities < TWIN_PROPOSED).tolist():
            one, two = int(scored.left[place]), int(scored.right[place])
            if one in friends and two in friends and not friends[one].isdisjoint(friends[two]):
                self._probabilities[place] = TWIN_PROPOSED

    def places(self, rejected: frozenset[frozenset[Hashable]] = NONE) -> Iterator[int]:
        """The places of the pairs that are probably twins, the most probable first."""
        ranks = self._sides.left.ranks()
        order = np.lexsort((ranks[self._scored.right], ranks[self._scored.left], -self._probabilities))
        for place in order.tolist():
            if self._probabilities[place] < TWIN_PROPOSED:
                return
            if not rejected or frozenset(self.ids(place)) not in rejected:
                yield place

    def ids(self, place: int) -> tuple[Hashable, Hashable]:
        """Both parties of a pair."""
        ids = self._sides.left.ids
        return ids[self._scored.left[place]], ids[self._scored.right[place]]

    def twins(self, places: list[int]) -> Iterator[Twin]:
        """The pairs in words."""
        some = np.array(places, np.int64)
        told = explain(Pairs(self._sides, self._scored.left[some], self._scored.right[some]))
        for place, (reasons, against) in zip(places, told, strict=True):
            score = float(self._probabilities[place])
            safe = score >= SAFE and self._scored.proved[place] and not self._scored.contradicted[place]
            yield Twin(*self.ids(place), score, Pile.SAFE if safe else Pile.LOOK, reasons, against)
