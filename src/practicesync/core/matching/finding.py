"""One party against a list: is it there already?"""

from collections.abc import Iterable

from practicesync.core.matching.context import find_context, weigh_context
from practicesync.core.matching.pairing import Index, WordKeys
from practicesync.core.matching.pairs import Pairs, Sides
from practicesync.core.matching.party import Party, Pile, Suggestion
from practicesync.core.matching.reasons import explain
from practicesync.core.matching.scoring import best_each, probability, score_pairs
from practicesync.core.matching.side import Vocabulary, read_side
from practicesync.core.matching.weights import PROPOSED, SAFE

_FAINTEST = 0.02


class Finder:
    """A list that is read once and asked often."""

    def __init__(self, parties: Iterable[Party]) -> None:
        """Read the list. Raises ValueError where two parties share an id."""
        self._vocabulary = Vocabulary()
        self._side = read_side(parties, self._vocabulary)
        self._ranks = self._side.ranks()
        self._index = Index(self._side, WordKeys(self._vocabulary))

    def like(self, party: Party, limit: int = 5) -> tuple[Suggestion, ...]:
        """The parties of the list that may be this one, the most probable first; `party` is their left."""
        asked = read_side([party], self._vocabulary)
        sides = Sides(asked, self._side, self._vocabulary)
        left, right = self._index.pairs(asked)
        scored = score_pairs(sides, left, right)
        probabilities = probability(weigh_context(find_context(sides, scored)))
        ranks = (asked.ranks(), self._ranks)
        best = [place for place in best_each(scored, probabilities, limit, ranks) if probabilities[place] >= _FAINTEST]
        told = explain(Pairs(sides, scored.left[best], scored.right[best])) if best else []
        return tuple(
            Suggestion(
                party.id,
                self._side.ids[scored.right[place]],
                float(probabilities[place]),
                _pile(float(probabilities[place]), bool(scored.proved[place] and not scored.contradicted[place])),
                *each,
            )
            for place, each in zip(best, told, strict=True)
        )


def _pile(score: float, is_proved: bool) -> Pile:
    if score >= SAFE and is_proved:
        return Pile.SAFE
    return Pile.LOOK if score >= PROPOSED else Pile.NONE
