"""What two names say for and against a pair, by what they name: two persons, two organisations, or one of each."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.fuzz import ratio, token_set_ratio

from practicesync.core.matching.pairs import Flags, Pairs
from practicesync.core.matching.side import INDIVIDUAL, OTHER, SOLE_TRADER

Found = dict[str, NDArray[np.float32] | Flags]

_ALIKE: Final = 0.9


def find_names(pairs: Pairs) -> Found:
    """All evidence by names; what fits the other classes is 0."""
    one, two = _persons(pairs)
    both, neither = one & two, ~one & ~two
    mixed = ~both & ~neither
    found: Found = {"persons": both, "mixed": mixed}
    turned = _turned(pairs) & both
    found |= _last_name(pairs, both & ~turned)
    found |= _first_name(pairs, both & ~turned)
    found |= _middle_name(pairs, both)
    found |= _organisation_name(pairs, neither)
    found |= _mixed_name(pairs, mixed)
    found |= _couple_and_number(pairs)
    found["name_turned"] = turned
    found["name_half_turned"] = _half_turned(pairs) & both & ~turned
    found["alias_same"] = _by_alias(pairs)
    return found


def _persons(pairs: Pairs) -> tuple[Flags, Flags]:
    """Which of both name a person."""
    kinds, names, lasts = pairs.values("kind"), pairs.values("name_kind"), pairs.values("last")
    found = []
    for kind, name, last in zip(kinds, names, lasts, strict=True):
        told = (kind == INDIVIDUAL) | (kind == SOLE_TRADER)
        untold = ((kind == 0) | (kind == OTHER)) & (name == 0)
        found.append((told | untold) & (last > 0))
    return found[0], found[1]


def _turned(pairs: Pairs) -> Flags:
    """Whether the first name of each is the last name of the other."""
    first, last = pairs.values("first"), pairs.values("last")
    found: Flags = (first[0] == last[1]) & (last[0] == first[1]) & (first[0] != last[0]) & (first[0] > 0)
    return found


def _half_turned(pairs: Pairs) -> Flags:
    """Whether the last name of one is the first name of the other."""
    first, last = pairs.values("first"), pairs.values("last")
    crossed = ((first[0] == last[1]) & (first[0] > 0)) | ((last[0] == first[1]) & (last[0] > 0))
    found: Flags = crossed & (first[0] != first[1]) & (last[0] != last[1])
    return found


def _last_name(pairs: Pairs, where: Flags) -> Found:
    a, b = pairs.values("last")
    both = where & (a > 0) & (b > 0)
    same = both & (a == b)
    unlike = both & ~same
    near = unlike & (pairs.alike("last", JaroWinkler.similarity, unlike) >= _ALIKE)
    return {
        "last_same": same,
        "last_rare": np.where(same, pairs.sides.rare("last", a), 0),
        "last_near": near,
        "last_differs": unlike & ~near,
    }


def _first_name(pairs: Pairs, where: Flags) -> Found:
    a, b = pairs.values("first")
    both = where & (a > 0) & (b > 0)
    lengths, initials = pairs.sides.lengths, pairs.sides.initials
    lettered = both & (np.minimum(lengths[a], lengths[b]) == 1)
    initial = lettered & (initials[a] == initials[b])
    same = both & (a == b) & ~lettered
    unlike = both & (a != b) & ~lettered
    short = unlike & pairs.shared("families")[1]
    unlike &= ~short
    near = unlike & (pairs.alike("first", JaroWinkler.similarity, unlike) >= _ALIKE)
    middle = pairs.values("middle")
    by_middle = unlike & ~near & (((middle[0] == b) & (b > 0)) | ((middle[1] == a) & (a > 0)))
    return {
        "first_same": same,
        "first_rare": np.where(same, pairs.sides.rare("first", a), 0),
        "first_short": short,
        "first_initial": initial,
        "first_near": near,
        "first_by_middle": by_middle,
        "first_differs": (unlike & ~near & ~by_middle) | (lettered & ~initial),
        "first_untold": where & ~both,
    }


def _middle_name(pairs: Pairs, where: Flags) -> Found:
    a, b = pairs.values("middle")
    both = where & (a > 0) & (b > 0)
    same = both & (a == b)
    lengths, initials = pairs.sides.lengths, pairs.sides.initials
    initial = both & ~same & (np.minimum(lengths[a], lengths[b]) == 1) & (initials[a] == initials[b])
    near = both & ~same & ~initial
    near &= pairs.alike("middle", ratio, near) >= 80
    one, two = pairs.values("generation")
    return {
        "middle_same": same,
        "middle_initial": initial,
        "middle_near": near,
        "middle_differs": both & ~same & ~initial & ~near,
        "generation_same": where & (one > 0) & (one == two),
        "generation_differs": where & (one > 0) & (two > 0) & (one != two),
        "generation_one": where & ((one > 0) != (two > 0)),
    }


def _organisation_name(pairs: Pairs, where: Flags) -> Found:
    whole, proper = pairs.values("whole"), pairs.values("proper")
    same_whole = where & (whole[0] == whole[1]) & (whole[0] > 0)
    both = where & (proper[0] > 0) & (proper[1] > 0)
    same = both & (proper[0] == proper[1])
    unlike = both & ~same
    likeness = pairs.alike("proper", ratio, unlike)
    near = unlike & (likeness >= 90)
    close = unlike & ~near & (likeness >= 75)
    part = unlike & ~near & (pairs.alike("proper", token_set_ratio, unlike & ~near) >= 95)
    one, two = pairs.sides.left.described[pairs.left], pairs.sides.right.described[pairs.right]
    told = where & ((one | two) != 0)
    described = told & (one == two)
    clash = told & ((one & ~two) != 0) & ((two & ~one) != 0)
    return {
        "whole_same": same_whole,
        "proper_same": same,
        "proper_rare": np.where(same, pairs.sides.rare("proper", proper[0]), 0),
        "proper_near": near,
        "proper_close": close & ~part,
        "proper_part": part,
        "proper_differs": unlike & ~near & ~close & ~part,
        "described_same": described,
        "described_part": told & ~described & ~clash,
        "described_differs": clash,
    }


def _mixed_name(pairs: Pairs, where: Flags) -> Found:
    proper = pairs.values("proper")
    same = where & (proper[0] == proper[1]) & (proper[0] > 0)
    last = pairs.values("last")
    return {
        "mixed_same": same,
        "mixed_last": where & ~same & (last[0] == last[1]) & (last[0] > 0),
    }


def _couple_and_number(pairs: Pairs) -> Found:
    one, two = pairs.values("couple")
    a, b = pairs.values("number")
    last = pairs.values("last")
    return {
        "couple_same": (one > 0) & (one == two) & ((last[0] == last[1]) | (last[0] == 0) | (last[1] == 0)),
        "couple_differs": (one > 0) & (two > 0) & (one != two),
        "couple_one": (one > 0) != (two > 0),
        "number_same": (a > 0) & (a == b),
        "number_differs": (a > 0) & (b > 0) & (a != b),
        "number_one": (a > 0) != (b > 0),
    }


def _by_alias(pairs: Pairs) -> Flags:
    """Whether another name of one is the name, or another name, of the other."""
    aliases, whole, proper = pairs.values("aliases"), pairs.values("whole"), pairs.values("proper")
    last = pairs.values("last")
    found = np.zeros(len(pairs), np.bool_)
    for one, two in ((0, 1), (1, 0)):
        for column in range(aliases[one].shape[1]):
            alias = aliases[one][:, column]
            known = alias > 0
            found |= known & ((alias == whole[two]) | (alias == proper[two]) | (alias == last[two]))
            found |= known & (alias[:, None] == aliases[two]).any(axis=1)
    return found
