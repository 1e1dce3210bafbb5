"""How values stand on screens: on one line, masked where they are sealed, their differences marked within the text."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from practicesync.core.fields import Field, Sensitivity
from practicesync.core.kinds import Parts, Place

_TOLD_DIGITS = 3
_LONGEST_COMPARED = 400
_LEAST_ALIKE = 0.4
_TOKEN = re.compile(r"\w+|\s+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a shown value; `marked` where the other side has something else."""

    text: str
    marked: bool = False


Shown = tuple[Piece, ...]
"""A value as shown: nothing at all where it is blank."""


def show(row: Field, parts: Parts | None, place: Place) -> str:
    """The value on one line; a sealed one only by its last three digits; "" where it is blank."""
    if parts is None or row.is_empty(parts):
        return ""
    if row.sensitivity is Sensitivity.SEALED:
        return masked("".join(parts))
    return row.kind.show(parts, place)


def masked(value: str) -> str:
    """A number of which only the last three digits are told: `••• ••• 782`."""
    tail = "".join(character for character in value if character.isalnum())[-_TOLD_DIGITS:]
    return f"••• ••• {tail}" if len(tail) == _TOLD_DIGITS else "••• ••• •••"


def mark(local: str, remote: str) -> tuple[Shown, Shown]:
    """Both values in pieces, the words that they do not have in common marked.

    Values with little in common, and very long ones, stay whole: marking nearly all of a text says nothing.
    """
    if not local or not remote or local == remote or max(len(local), len(remote)) > _LONGEST_COMPARED:
        return _whole(local), _whole(remote)
    here, there = _TOKEN.findall(local), _TOKEN.findall(remote)
    matcher = SequenceMatcher(None, _folded(here), _folded(there), autojunk=False)
    if matcher.ratio() < _LEAST_ALIKE:
        return _whole(local), _whole(remote)
    blocks = matcher.get_matching_blocks()
    return (
        _pieces(here, [(block.a, block.a + block.size) for block in blocks]),
        _pieces(there, [(block.b, block.b + block.size) for block in blocks]),
    )


def _folded(tokens: list[str]) -> list[str]:
    return [token.casefold() for token in tokens]


def _whole(text: str) -> Shown:
    return (Piece(text),) if text else ()


def _pieces(tokens: list[str], common: list[tuple[int, int]]) -> Shown:
    pieces: list[Piece] = []
    at = 0
    for start, end in common:
        if at < start:
            pieces.append(Piece("".join(tokens[at:start]), marked=True))
        if start < end:
            pieces.append(Piece("".join(tokens[start:end])))
        at = end
    return tuple(pieces)
