"""Which pairs are worth comparing: those that share one of many keys, each too rare to pair all with all."""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from practicesync.core.matching.side import Side, Vocabulary

Keys = NDArray[np.int64]
Places = NDArray[np.int64]

_SHIFT: Final = 1 << 31
LARGEST_BLOCK: Final = 600
"""A key that stands for more pairs than this tells too little to be looked at: a firm's own phone number, say."""
LARGEST_NAME_BLOCK: Final = 2_500


def candidate_pairs(left: Side, right: Side, vocabulary: Vocabulary) -> tuple[Places, Places]:
    """The places, left and right, of all pairs that share a key, in order of the left and then the right place."""
    if not len(left) or not len(right):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    words = _WordKeys(vocabulary)
    codes = [
        _joined(*_keyed(one), *_keyed(other), len(right), largest)
        for one, other, largest in _key_columns(left, right, words)
    ]
    found = np.unique(np.concatenate(codes))
    return found // len(right), found % len(right)


def _key_columns(left: Side, right: Side, words: "_WordKeys") -> Iterator[tuple[Keys, Keys, int]]:
    """Columns of keys of either side, one or several a party, and how many pairs one key may stand for."""
    a, b = left.columns, right.columns
    for name in ("business", "company", "tax", "born", "emails", "phones", "streets"):
        yield a[name].astype(np.int64), b[name].astype(np.int64), LARGEST_BLOCK
    for one, other in (("code", "code"), ("code", "export"), ("export", "code")):
        yield a[one].astype(np.int64), b[other].astype(np.int64), LARGEST_BLOCK
    for name in ("whole", "proper"):
        yield a[name].astype(np.int64), b[name].astype(np.int64), LARGEST_NAME_BLOCK
    for one, other in (("aliases", "whole"), ("aliases", "proper"), ("whole", "aliases"), ("proper", "aliases")):
        yield a[one].astype(np.int64), b[other].astype(np.int64), LARGEST_BLOCK
    yield _both(a["last"], a["families"]), _both(b["last"], b["families"]), LARGEST_NAME_BLOCK
    yield _both(a["last"], a["postcodes"]), _both(b["last"], b["postcodes"]), LARGEST_BLOCK
    yield _both(a["last"], a["tail"]), _both(b["last"], b["tail"]), LARGEST_BLOCK
    yield _both(a["first"], a["last"]), _both(b["last"], b["first"]), LARGEST_BLOCK
    yield _both(a["kind"], a["groups"]), _both(b["kind"], b["groups"]), LARGEST_BLOCK // 6
    yield _both(a["number"], a["groups"]), _both(b["number"], b["groups"]), LARGEST_BLOCK // 6
    yield words.initials(left), words.initials(right), LARGEST_BLOCK
    yield words.words(left), words.words(right), LARGEST_BLOCK
    yield words.starts(left), words.starts(right), LARGEST_BLOCK


def _both(one: NDArray[np.int32], other: NDArray[np.int32]) -> Keys:
    """A key for each value of `other` together with `one`; 0 where one of them is missing."""
    wide = other[:, None] if other.ndim == 1 else other
    first = one.astype(np.int64)[:, None]
    keys: Keys = np.where((first > 0) & (wide > 0), first * _SHIFT + wide, 0)
    return keys


def _keyed(keys: Keys) -> tuple[Keys, Places]:
    """The keys that are there, in order, and the party of each."""
    flat = keys.ravel()
    places = np.arange(len(keys), dtype=np.int64)
    if keys.ndim == 2:
        places = np.repeat(places, keys.shape[1])
    present = flat != 0
    flat, places = flat[present], places[present]
    order = np.argsort(flat, kind="stable")
    return flat[order], places[order]


def _joined(
    left: Keys, left_places: Places, right: Keys, right_places: Places, width: int, largest: int
) -> NDArray[np.int64]:
    """One number for each pair that shares a key: left place times `width` plus right place."""
    start = np.searchsorted(right, left, "left")
    count = np.searchsorted(right, left, "right") - start
    own = np.searchsorted(left, left, "right") - np.searchsorted(left, left, "left")
    count[own * count > largest] = 0
    total = int(count.sum())
    before = np.cumsum(count) - count
    within = np.arange(total, dtype=np.int64) - np.repeat(before, count)
    partner = right_places[np.repeat(start, count) + within]
    pairs: NDArray[np.int64] = np.repeat(left_places, count) * width + partner
    return pairs


_LONG_WORD: Final = 3
_START: Final = 5
_WORDS: Final = 4


class _WordKeys:
    """Keys out of the letters of names, worked out once a name."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._numbers: dict[str, int] = {}
        texts = vocabulary.texts("name")
        self._initial = np.array([self._number(text[:1]) if text else 0 for text in texts], np.int32)
        self._words = np.zeros((len(texts), _WORDS), np.int32)
        self._start = np.zeros(len(texts), np.int32)
        for place, text in enumerate(texts):
            split = text.split()
            long = [word for word in split if len(word) >= _LONG_WORD]
            for column, word in enumerate(long[:_WORDS]):
                self._words[place, column] = self._number(word)
            self._start[place] = self._number("^" + "".join(sorted(split)[:2])[:_START]) if split else 0

    def _number(self, text: str) -> int:
        return self._numbers.setdefault(text, len(self._numbers) + 1)

    def initials(self, side: Side) -> Keys:
        """Last name and first letter of the first name."""
        return _both(side.columns["last"], self._initial[side.columns["first"]])

    def words(self, side: Side) -> Keys:
        """Each longer word of the name."""
        return self._words[side.columns["proper"]].astype(np.int64)

    def starts(self, side: Side) -> Keys:
        """The first letters of the name, with the client's kind."""
        return _both(self._start[side.columns["proper"]], side.columns["kind"])
