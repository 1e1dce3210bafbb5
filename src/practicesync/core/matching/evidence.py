"""What speaks for and against a pair, as columns of numbers between 0 and 1: one a kind of evidence, one row a pair.

A kind of evidence is named FIELD_HOW: `born_same`, `born_swapped`, `born_differs`; all are 0 where one side tells
nothing. `…_rare` adds to `…_same` by how few others share the value. What relatives share anyway (phone, address,
e-mail, group) is told once more as `family_two` and `family_three`, by which adding it up can be paid for.
"""

from typing import Final

import numpy as np
from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import ratio

from practicesync.core.matching.name_evidence import Found, find_names
from practicesync.core.matching.pairs import OWN, Flags, Pairs
from practicesync.core.matching.side import (
    COMPANY,
    INDIVIDUAL,
    OTHER,
    PARTNERSHIP,
    SOLE_TRADER,
    SUPER_FUND,
    TRUST,
    Column,
)


def find_evidence(pairs: Pairs) -> Found:
    """All evidence about some pairs, by its name."""
    found = _kind(pairs)
    found |= _numbers(pairs, found)
    found |= _born(pairs)
    found |= _codes(pairs)
    found |= find_names(pairs)
    found |= _reach(pairs)
    found["twin_like"] = (found["born_same"] > 0) & (found["first_differs"] > 0) & (found["last_same"] > 0)
    return found


# --- kind

_AKIN: Final = {
    frozenset({INDIVIDUAL, SOLE_TRADER}): 1,
    frozenset({TRUST, SUPER_FUND}): 2,
    frozenset({SOLE_TRADER, PARTNERSHIP}): 2,
    frozenset({INDIVIDUAL, PARTNERSHIP}): 2,
    frozenset({SOLE_TRADER, COMPANY}): 2,
}
_SAME, _AKIN_KIND, _NEIGHBOUR, _CONFLICT, _OPEN = range(5)


def _kind_table() -> Column:
    table = np.full((8, 8), _CONFLICT, np.int32)
    table[0, :] = table[:, 0] = table[OTHER, :] = table[:, OTHER] = _OPEN
    for kind in range(1, OTHER):
        table[kind, kind] = _SAME
    for pair, meaning in _AKIN.items():
        one, two = sorted(pair)
        table[one, two] = table[two, one] = meaning
    return table


_KINDS: Final = _kind_table()


def _kind(pairs: Pairs) -> Found:
    kinds, names = pairs.values("kind"), pairs.values("name_kind")
    known = tuple(np.where((kind == 0) | (kind == OTHER), name, kind) for kind, name in zip(kinds, names, strict=True))
    told = _KINDS[known[0], known[1]]
    said = _KINDS[names[0], names[1]]
    return {
        "kind_same": told == _SAME,
        "kind_akin": told == _AKIN_KIND,
        "kind_neighbour": told == _NEIGHBOUR,
        "kind_differs": told == _CONFLICT,
        "name_kind_same": said == _SAME,
        "name_kind_differs": (said == _CONFLICT) | (said == _NEIGHBOUR),
    }


# --- numbers, dates and codes


def _number(pairs: Pairs, name: str, other: Flags) -> Found:
    a, b = pairs.values(name)
    both = (a > 0) & (b > 0)
    same = both & (a == b)
    unlike = both & ~same
    near = unlike & (pairs.alike(name, OSA.distance, unlike) <= 1)
    return {
        f"{name}_same": same & ~other,
        f"{name}_same_kin": same & other,
        f"{name}_near": near,
        f"{name}_differs": unlike & ~near,
    }


def _numbers(pairs: Pairs, kind: Found) -> Found:
    other = kind["kind_differs"] + kind["kind_neighbour"] > 0
    found = _number(pairs, "business", other) | _number(pairs, "company", other)
    a, b = pairs.values("tax")
    full = (a > 0) & (b > 0)
    tail_a, tail_b = pairs.values("tail")
    tails = (tail_a > 0) & (tail_b > 0) & ~full
    unlike = full & (a != b)
    near = unlike & (pairs.alike("tax", OSA.distance, unlike) <= 1)
    return found | {
        "tax_same": full & (a == b),
        "tax_near": near,
        "tax_differs": unlike & ~near,
        "tail_same": tails & (tail_a == tail_b),
        "tail_differs": tails & (tail_a != tail_b),
    }


def _born(pairs: Pairs) -> Found:
    a, b = pairs.values("born")
    common = pairs.sides.common_birthdays
    both = (a > 0) & (b > 0)
    if len(common):
        both &= ~np.isin(a, common) & ~np.isin(b, common)
    same = both & (a == b)
    year_a, year_b = a // 10_000, b // 10_000
    swapped = both & ~same & (year_a == year_b) & (a % 100 == b // 100 % 100) & (b % 100 == a // 100 % 100)
    digits = np.zeros(len(a), np.int8)
    for power in range(8):
        digits += (a // 10**power % 10 != b // 10**power % 10).astype(np.int8)
    near = both & ~same & ~swapped & (digits == 1)
    half = both & ~same & ~swapped & ~near & ((year_a == year_b) | (a % 10_000 == b % 10_000))
    return {
        "born_same": same,
        "born_swapped": swapped,
        "born_near": near,
        "born_half": half,
        "born_differs": both & ~same & ~swapped & ~near & ~half,
    }


def _codes(pairs: Pairs) -> Found:
    code, export = pairs.values("code"), pairs.values("export")
    both = (code[0] > 0) & (code[1] > 0)
    same = both & (code[0] == code[1])
    crossed = ~same & (((code[0] == export[1]) & (code[0] > 0)) | ((export[0] == code[1]) & (export[0] > 0)))
    return {"code_same": same, "code_crossed": crossed, "code_differs": both & ~same & ~crossed}


# --- how to reach them

_ALIKE: Final = 82


def _reach(pairs: Pairs) -> Found:
    found: Found = {}
    family = np.zeros(len(pairs), np.int8)
    for name, label in (("emails", "email"), ("phones", "phone"), ("streets", "street"), ("groups", "group")):
        both, same, rare = pairs.shared(name)
        found |= {f"{label}_same": same, f"{label}_rare": rare, f"{label}_differs": both & ~same}
        if name in OWN:
            found[f"{label}_own"] = same * pairs.sides.own[name]
        family += same
    unlike = found["street_differs"] > 0
    near = unlike & (pairs.alike("streets", ratio, unlike) >= _ALIKE)
    found |= {"street_near": near, "street_differs": unlike & ~near}
    both, same, _ = pairs.shared("towns")
    found |= {"town_same": same & ~(found["street_same"] > 0), "town_differs": both & ~same}
    both, same, _ = pairs.shared("postcodes")
    found["postcode_same"] = same & ~found["street_same"].astype(np.bool_)
    found["postcode_differs"] = both & ~same
    both, same, _ = pairs.shared("contacts")
    found |= {"contact_same": same, "contact_differs": both & ~same}
    return found | {"family_two": family >= 2, "family_three": family >= 3}


__all__ = ["Flags", "Found", "find_evidence"]
