"""Suggestions for two whole lists: who is who, one to one, with reasons."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from practicesync.core.matching.context import find_context, weigh_context
from practicesync.core.matching.copies import yield_to_live
from practicesync.core.matching.duplicates import TwinSearch
from practicesync.core.matching.pairing import Index, WordKeys
from practicesync.core.matching.pairs import Pairs, Places, Sides
from practicesync.core.matching.party import Party, Pile, Suggestion
from practicesync.core.matching.reasons import explain
from practicesync.core.matching.scoring import Scored, assign, best_each, probability, score_pairs
from practicesync.core.matching.side import Side, Vocabulary, read_side
from practicesync.core.matching.weights import PROPOSED, SAFE

CANDIDATES: Final = 5
FAINTEST: Final = 0.0001
"""Less probable pairs are nobody's candidates."""
HOPELESS: Final = -10.0
"""Log-odds below which a pair is not looked at any more, not even as a rival."""
_WORDED: Final = 4096

NOTHING: Final[Mapping[Any, Any]] = MappingProxyType({})


class Matching:
    """What two lists have in common. Reasons are put into words only for the suggestions that are looked at."""

    def __init__(self, sides: Sides, scored: Scored) -> None:
        self._sides = sides
        self._scored = scored
        self._probabilities = probability(weigh_context(find_context(sides, scored)))
        self._ranks = (sides.left.ranks(), sides.right.ranks())
        self._chosen = assign(scored, self._probabilities, PROPOSED, self._ranks)
        self._is_chosen = np.zeros(len(scored), np.bool_)
        self._is_chosen[self._chosen] = True

    @cached_property
    def pairs(self) -> tuple[Suggestion, ...]:
        """The proposed partners, one to one, the most probable first."""
        return tuple(self._suggestions(self._chosen.tolist()))

    @cached_property
    def candidates(self) -> Mapping[Hashable, tuple[Suggestion, ...]]:
        """Up to five partners of each left party that has any, the most probable first."""
        return _Candidates(self)

    def links(self) -> Iterator[tuple[Hashable, Hashable, float]]:
        """`pairs` without their reasons: left id, right id, score."""
        for place in self._chosen.tolist():
            yield (*self._ids(place), float(self._probabilities[place]))

    def ranked(self) -> Iterator[tuple[Hashable, Hashable, int]]:
        """`candidates` without their reasons: left id, right id, and its rank from 1."""
        before, rank = None, 0
        for place in self._best.tolist():
            left, right = self._ids(place)
            rank = rank + 1 if left == before else 1
            before = left
            yield left, right, rank

    def piles(self) -> Iterator[Pile]:
        """The pile of each of `pairs`."""
        return map(self._pile, self._chosen.tolist())

    def duplicates(self) -> Iterator[tuple[Hashable, Hashable]]:
        """Ids of two records of the right that are probably one client, the most probable first."""
        search = TwinSearch(self._sides.right, self._sides.vocabulary)
        return map(search.ids, search.places())

    @cached_property
    def _best(self) -> NDArray[np.int64]:
        best = best_each(self._scored, self._probabilities, CANDIDATES, self._ranks)
        found: NDArray[np.int64] = best[self._probabilities[best] >= FAINTEST]
        return found

    def _ids(self, place: int) -> tuple[Hashable, Hashable]:
        scored = self._scored
        return self._sides.left.ids[scored.left[place]], self._sides.right.ids[scored.right[place]]

    def _pile(self, place: int) -> Pile:
        score = self._probabilities[place]
        if score < PROPOSED:
            return Pile.NONE
        safe = (
            score >= SAFE
            and self._is_chosen[place]
            and self._scored.proved[place]
            and not self._scored.contradicted[place]
        )
        return Pile.SAFE if safe else Pile.LOOK

    def _suggestions(self, places: list[int]) -> Iterator[Suggestion]:
        """Pairs in words, many at a time, since each time costs."""
        for start in range(0, len(places), _WORDED):
            some = np.array(places[start : start + _WORDED], np.int64)
            told = explain(Pairs(self._sides, self._scored.left[some], self._scored.right[some]))
            for place, (reasons, against) in zip(some.tolist(), told, strict=True):
                score = float(self._probabilities[place])
                yield Suggestion(*self._ids(place), score, self._pile(place), reasons, against)


class _Candidates(Mapping[Hashable, tuple[Suggestion, ...]]):
    """The suggestions of each left party, worded when they are asked for."""

    def __init__(self, matching: Matching) -> None:
        self._matching = matching
        self._of: dict[Hashable, list[int]] = {}
        for place in matching._best.tolist():
            self._of.setdefault(matching._ids(place)[0], []).append(place)

    @override
    def __getitem__(self, left: Hashable) -> tuple[Suggestion, ...]:
        return tuple(self._matching._suggestions(self._of[left]))

    @override
    def __iter__(self) -> Iterator[Hashable]:
        return iter(self._of)

    @override
    def __len__(self) -> int:
        return len(self._of)


def match(
    left: Iterable[Party],
    right: Iterable[Party],
    *,
    settled: Mapping[Any, Any] = NOTHING,
    rejected: frozenset[tuple[Hashable, Hashable]] = frozenset(),
) -> Matching:
    """Find who of the left is who of the right.

    `settled` are links that hold already (left id to right id): neither party is suggested to anybody else. `rejected`
    are pairs (left id, right id) that are never suggested. The order of the parties makes no difference.

    Raises ValueError where two parties of one side share an id.
    """
    vocabulary = Vocabulary()
    return match_sides(
        Sides(read_side(left, vocabulary), read_side(right, vocabulary), vocabulary), settled=settled, rejected=rejected
    )


def match_sides(
    sides: Sides,
    *,
    settled: Mapping[Any, Any] = NOTHING,
    rejected: frozenset[tuple[Hashable, Hashable]] = frozenset(),
) -> Matching:
    """`match` for sides that are read already."""
    index = Index(sides.right, WordKeys(sides.vocabulary))
    scored = score_pairs(sides, *index.pairs(sides.left))
    scored = yield_to_live(sides, scored.only(scored.odds > HOPELESS), index)
    return Matching(sides, scored.only(_open(sides, scored.left, scored.right, settled, rejected)))


def _open(
    sides: Sides,
    left: Places,
    right: Places,
    settled: Mapping[Any, Any],
    rejected: frozenset[tuple[Hashable, Hashable]],
) -> NDArray[np.bool_]:
    """Which pairs may still be suggested."""
    kept = np.ones(len(left), np.bool_)
    if settled:
        kept &= ~np.isin(left, _places(sides.left, settled)) & ~np.isin(right, _places(sides.right, settled.values()))
    if rejected:
        width = len(sides.right)
        both = [
            sides.left.places[one] * width + sides.right.places[two]
            for one, two in rejected
            if one in sides.left.places and two in sides.right.places
        ]
        kept &= ~np.isin(left * width + right, np.array(both, np.int64))
    return kept


def _places(side: Side, ids: Iterable[Hashable]) -> NDArray[np.int64]:
    return np.array([side.places[each] for each in ids if each in side.places], np.int64)
