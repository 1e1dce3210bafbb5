"""How values of each sort are compared by meaning, checked and shown.

Differences that are only a way of writing (case, spacing, abbreviations, number formats) do not count; where the
meaning is in doubt the values differ, so that a person looks and no edit is lost.
"""

from typing import Final

from practicesync.core.kinds.base import Code, Kind, Line, Parts, Place, Text

TEXT: Final[Kind] = Text()
LINE: Final[Kind] = Line()
CODE: Final[Kind] = Code()

__all__ = ["CODE", "LINE", "TEXT", "Kind", "Parts", "Place"]
