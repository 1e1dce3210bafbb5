"""Labels that two files use for one thing, told by how they use them.

Programs call business structures by lists of their own: what is a "Trust" in one is a "Discretionary Trust" in the
other. Where two labels stand for one another so often that no edits explain it, they are one label in two vocabularies,
and a person is told that once instead of at every client.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from practicesync.core.catalogue import kind_of_structure
from practicesync.core.fields import ClientKind
from practicesync.core.kinds import STRUCTURE, Place

_LEAST: Final = 20
"""Fewer clients than this prove nothing."""
_PART: Final = 0.2
"""How many of the rarer label's clients stand under the other one in the other file. Edits move a few in a hundred."""


@dataclass(frozen=True, slots=True)
class Alias:
    """Two labels that stand for one another, in how many clients."""

    left: str
    right: str
    clients: int


def aliases(pairs: Iterable[tuple[str, str]]) -> tuple[Alias, ...]:
    """The business structures, in canonical form, that stand for one another in these pairs of both files' cells.

    Structures of different kinds of client, such as a company and a trust, never do, however often they are mixed up.
    """
    together: Counter[tuple[str, str]] = Counter()
    clients: Counter[str] = Counter()
    for (left, right), count in Counter(pairs).items():
        labels = STRUCTURE.canonical((left,), Place()), STRUCTURE.canonical((right,), Place())
        if all(labels):
            together[labels] += count
            for label in set(labels):
                clients[label] += count
    return tuple(
        Alias(left, right, count)
        for (left, right), count in together.most_common()
        if left != right and _of_one_kind(left, right) and _are_one(left, right, together, clients)
    )


def _are_one(left: str, right: str, together: Counter[tuple[str, str]], clients: Counter[str]) -> bool:
    count = together[left, right] + together[right, left]
    return count >= _LEAST and count >= _PART * min(clients[left], clients[right])


def _of_one_kind(left: str, right: str) -> bool:
    kinds = {kind_of_structure(left), kind_of_structure(right)}
    return len(kinds - {ClientKind.OTHER}) <= 1
