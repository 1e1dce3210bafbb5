"""Which pairs are worth comparing: those that share one of many keys, each too rare to pair all with all."""

from array import array
from typing import Final

import numpy as np
from numpy.typing import NDArray

from practicesync.core.matching.side import Column, Side, Vocabulary

Keys = NDArray[np.int64]
Places = NDArray[np.int64]

_SHIFT: Final = 1 << 31
LARGEST_BLOCK: Final = 600
"""A key that stands for more pairs than this tells too little to be looked at: a firm's own phone number, say."""
LARGEST_NAME_BLOCK: Final = 2_500
LARGEST_GROUP_BLOCK: Final = 100


class Index:
    """A side's parties by their keys, made once and asked often."""

    def __init__(self, side: Side, words: "WordKeys") -> None:
        self.side = side
        self.words = words
        words.grow()
        self._keyed = {name: _keyed(keys) for name, keys in _keys(side, words).items()}

    def pairs(self, left: Side) -> tuple[Places, Places]:
        """The places, left and right, of all pairs that share a key, in order of the left and then the right place."""
        width = len(self.side)
        if not len(left) or not width:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        self.words.grow()
        keys = _keys(left, self.words)
        keyed: dict[str, tuple[Keys, Places]] = {}
        codes = []
        for one, other, largest in _SOUGHT:
            if one not in keyed:
                keyed[one] = _keyed(keys[one])
            codes.append(_joined(*keyed[one], *self._keyed[other], width, largest))
        found = np.concatenate(codes)
        # numpy's own `unique` hashes, which takes four times as long here.
        found.sort()
        first = np.ones(len(found), np.bool_)
        first[1:] = found[1:] != found[:-1]
        found = found[first]
        return found // width, found % width


def candidate_pairs(left: Side, right: Side, words: "WordKeys") -> tuple[Places, Places]:
    """The pairs of an index of the right, made for this once."""
    return Index(right, words).pairs(left)


def _keys(side: Side, words: "WordKeys") -> dict[str, Keys]:
    """All keys of a side by their name, one or several a party."""
    columns = side.columns
    found = {name: columns[name].astype(np.int64) for name in _PLAIN}
    last = columns["last"]
    return found | {
        "last+first": _both(last, columns["families"]),
        "last+first as written": _both(last, columns["first"]),
        "first+last as written": _both(columns["first"], last),
        "last+initial": _both(last, words.initials(columns["first"])),
        "last+postcode": _both(last, columns["postcodes"]),
        "last+tail": _both(last, columns["tail"]),
        "kind+group": _both(columns["kind"], columns["groups"]),
        "number+group": _both(columns["number"], columns["groups"]),
        "words": words.words(columns["proper"]),
        "start+kind": _both(words.starts(columns["proper"]), columns["kind"]),
    }


_PLAIN: Final = (
    *("business", "company", "tax", "born", "emails", "phones", "streets", "code", "export", "whole", "proper"),
    "aliases",
)
_SOUGHT: Final = (
    *((name, name, LARGEST_BLOCK) for name in ("business", "company", "tax", "born", "emails", "phones", "streets")),
    *((one, two, LARGEST_BLOCK) for one, two in (("code", "code"), ("code", "export"), ("export", "code"))),
    *((name, name, LARGEST_NAME_BLOCK) for name in ("whole", "proper", "last+first")),
    *((one, two, LARGEST_BLOCK) for one, two in (("aliases", "whole"), ("aliases", "proper"))),
    *((one, two, LARGEST_BLOCK) for one, two in (("whole", "aliases"), ("proper", "aliases"))),
    ("first+last as written", "last+first as written", LARGEST_BLOCK),
    *((name, name, LARGEST_BLOCK) for name in ("last+initial", "last+postcode", "last+tail", "words", "start+kind")),
    *((name, name, LARGEST_GROUP_BLOCK) for name in ("kind+group", "number+group")),
)
"""Which key of the left is looked up among which of the right, and how many pairs one key may stand for."""


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
_NO_WORDS: Final = (0,) * _WORDS


class WordKeys:
    """Keys out of the letters of names, worked out once a name."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._texts = vocabulary.texts("name")
        self._numbers: dict[str, int] = {}
        self._initial = np.zeros(0, np.int32)
        self._words = np.zeros((0, _WORDS), np.int32)
        self._start = np.zeros(0, np.int32)

    def grow(self) -> None:
        """Take in the names that came to the vocabulary since."""
        known = len(self._initial)
        if known == len(self._texts):
            return
        initial, words, start = array("i"), array("i"), array("i")
        for text in self._texts[known:]:
            split = text.split()
            initial.append(self._number(text[:1]) if text else 0)
            long = [self._number(word) for word in split if len(word) >= _LONG_WORD][:_WORDS]
            words.extend(long)
            words.extend(_NO_WORDS[len(long) :])
            start.append(self._number("^" + "".join(sorted(split)[:2])[:_START]) if split else 0)
        self._initial = np.concatenate([self._initial, np.array(initial, np.int32)])
        self._words = np.concatenate([self._words, np.array(words, np.int32).reshape(-1, _WORDS)])
        self._start = np.concatenate([self._start, np.array(start, np.int32)])

    def _number(self, text: str) -> int:
        return self._numbers.setdefault(text, len(self._numbers) + 1)

    def initials(self, names: Column) -> Column:
        """The first letter of each name."""
        found: Column = self._initial[names]
        return found

    def words(self, names: Column) -> Keys:
        """Each longer word of each name."""
        return self._words[names].astype(np.int64)

    def starts(self, names: Column) -> Column:
        """The first letters of each name, whatever the order of its words."""
        found: Column = self._start[names]
        return found
