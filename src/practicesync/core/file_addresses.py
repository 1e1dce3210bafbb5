"""Cells of an address that differ only because a suburb, state or postcode stands in another column."""

from collections.abc import Callable, Sequence
from typing import Final

from practicesync.core.kinds import ADDRESS, Parts, Place
from practicesync.core.kinds.address_lines import plain_words

ADDRESSES: Final = (
    ("address", "city", "region", "postcode", "country"),
    ("postal_address", "postal_city", "", "postal_postcode", ""),
)
"""The columns of each address: street, city, region, postcode and country; "" where there is no such column."""

Whole = Callable[[], tuple[Parts, Parts]]


def is_moved(left: str, right: str, whole: Whole, places: Sequence[Place]) -> bool:
    """Whether two cells of an address differ while the whole addresses are one place: one cell then holds all the words
    of the other and some that stand elsewhere there. Blank cells say nothing and are never that."""
    first, second = set(plain_words(left)), set(plain_words(right))
    if not first or not second or not (first < second or second < first):
        return False
    one, other = whole()
    return any(ADDRESS.same(one, other, place) for place in places)
