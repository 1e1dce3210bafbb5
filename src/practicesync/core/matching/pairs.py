"""Pairs of two sides, and the comparisons of their values that several kinds of evidence need."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.process import cpdist

from practicesync.core.matching.side import SORTS, Column, Side, Vocabulary

Flags = NDArray[np.bool_]
Amounts = NDArray[np.float32]
Places = NDArray[np.int64]

COMMON_BIRTHDAY: Final = 12
_FEW: Final = 40.0
RARE: Final = ("first", "last", "proper", "emails", "phones", "streets", "groups")
"""Columns of which it counts how many share a value."""
OWN: Final = ("emails", "phones", "streets")
"""Columns whose values families share, or, in some lists, nobody does."""
_SELDOM: Final = 0.05
_UNSEEN: Final = 20
"""So many who share are taken for granted: a short list tells nothing about what people share."""


class Sides:
    """Both sides, and how often each value stands on them."""

    def __init__(self, left: Side, right: Side, vocabulary: Vocabulary) -> None:
        self.left = left
        self.right = right
        self.vocabulary = vocabulary
        self._rare: dict[str, Amounts] = {}
        for name in RARE:
            self._rare[name] = self._rarity(name)
        self.common_birthdays = self._common_birthdays()
        self.own = {name: self._ownership(name) for name in OWN}
        self.living_apart = self.own["streets"]
        names = vocabulary.texts("name")
        self.lengths = np.fromiter(map(len, names), np.int32, len(names))
        self.initials = np.fromiter((ord(name[0]) if name else 0 for name in names), np.int32, len(names))

    def _rarity(self, name: str) -> Amounts:
        """1 where a value stands once on each side, falling to 0 where it stands forty times as often."""
        size = self.vocabulary.size(SORTS[name])
        both = self._count(self.left, name, size) + (
            0 if self.left is self.right else self._count(self.right, name, size)
        )
        found: Amounts = np.clip(1 - np.log(np.maximum(both, 2) / 2) / np.log(_FEW), 0, 1).astype(np.float32)
        return found

    @staticmethod
    def _count(side: Side, name: str, size: int) -> NDArray[np.int64]:
        counts: NDArray[np.int64] = np.bincount(side.columns[name].ravel(), minlength=size)
        return counts

    def _common_birthdays(self) -> Column:
        """Days on which too many are born: what somebody types who does not know."""
        days, counts = np.unique(
            np.concatenate([self.left.columns["born"], self.right.columns["born"]]), return_counts=True
        )
        limit = max(COMMON_BIRTHDAY, (len(self.left) + len(self.right)) // 1500)
        return days[(counts > limit) & (days > 0)].astype(np.int32)

    def _ownership(self, name: str) -> float:
        """1 where nobody on a side shares such a value with somebody of another name, 0 where one in twenty does.

        An address tells little among families, and as much as a number where all live by themselves.
        """
        sharing = sum(_sharing(side, name) for side in (self.left, self.right))
        holding = sum(int((side.columns[name][:, 0] > 0).sum()) for side in (self.left, self.right))
        return max(0.0, 1 - (sharing + _UNSEEN) / (_SELDOM * holding)) if holding else 0.0

    def rare(self, name: str, numbers: Column) -> Amounts:
        """How rare values of a column are."""
        found: Amounts = self._rare[name][numbers]
        return found


def _sharing(side: Side, name: str) -> int:
    """How many parties of a side have the value of another one whose name and date of birth are not theirs."""
    numbers = side.columns[name][:, 0]
    order = np.lexsort((side.columns["first"], side.columns["proper"], numbers))
    order = order[numbers[order] > 0]
    one, two = order[:-1], order[1:]
    first, families = side.columns["first"], side.columns["families"]
    akin = (first[one] == first[two]) | (families[one, 0] == families[two, 0])
    last, proper = side.columns["last"], side.columns["proper"]
    born = side.columns["born"]
    same = (proper[one] == proper[two]) | akin | ((last[one] == first[two]) & (last[one] > 0))
    same |= (born[one] == born[two]) & (born[one] > 0)
    return int(((numbers[one] == numbers[two]) & ~same).sum())


class Pairs:
    """Some pairs of two sides: the values of either, and comparisons that several kinds of evidence need."""

    def __init__(self, sides: Sides, left: Places, right: Places) -> None:
        self.sides = sides
        self.left = left
        self.right = right

    def __len__(self) -> int:
        return len(self.left)

    def values(self, name: str) -> tuple[Column, Column]:
        """A column's values of both."""
        return self.sides.left.columns[name][self.left], self.sides.right.columns[name][self.right]

    def alike(self, name: str, scorer: Callable[..., Any], where: Flags) -> Amounts:
        """How alike two texts are, the first ones of several, by a scorer of rapidfuzz; 0 where `where` is not."""
        a, b = self.sides.left.columns[name], self.sides.right.columns[name]
        a = (a[:, 0] if a.ndim == 2 else a)[self.left[where]].astype(np.int64)
        b = (b[:, 0] if b.ndim == 2 else b)[self.right[where]].astype(np.int64)
        texts = self.sides.vocabulary.texts(SORTS[name])
        codes, back = np.unique(a << 32 | b, return_inverse=True)
        one = [texts[number] for number in (codes >> 32).tolist()]
        two = [texts[number] for number in (codes & 0xFFFFFFFF).tolist()]
        found = np.zeros(len(self), np.float32)
        if one:
            found[where] = cpdist(one, two, scorer=scorer, dtype=np.float32)[back]
        return found

    def shared(self, name: str) -> tuple[Flags, Flags, Amounts]:
        """Of a column with several values: whether both have any, whether they share one, and how rare the rarest."""
        a, b = self.values(name)
        both = (a[:, 0] > 0) & (b[:, 0] > 0)
        same = np.zeros(len(self), np.bool_)
        rare = np.zeros(len(self), np.float32)
        for one in range(a.shape[1]):
            for two in range(b.shape[1]):
                equal = (a[:, one] == b[:, two]) & (a[:, one] > 0)
                if equal.any():
                    same |= equal
                    if name in RARE:
                        rare[equal] = np.maximum(rare[equal], self.sides.rare(name, a[equal, one]))
        return both, same, rare
