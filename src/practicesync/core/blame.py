"""Which fields of a refused write the remote does not take, so that the others go through.

One call writes all fields of a record, and is refused as a whole for one of them. What the remote says often names it;
else halves are tried, and halves of those, until it stands alone.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from practicesync.core.fields import Field
from practicesync.core.kinds.spelling import plain

MOST_PARTS = 12
"""So many parts of one write are tried: enough to find one among sixty. What is unknown then counts as refused."""

ABOUT_THE_RECORD = 4
"""So many parts refused in the words of the whole, which name no field, and none taken: it is not about a value. Were
it about two, one quarter at least would have been taken."""

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NO_WORD = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class _Part:
    """Some fields that were refused with others. `named` is the one that those words name, which is left out of them:
    it is to blame if these are taken without it."""

    fields: tuple[Field, ...]
    words: str
    named: Field | None = None


class Blame:
    """Finds out, part by part: while there is a `part`, it is sent, and `take` or `refuse` tells what came of it."""

    def __init__(self, fields: Sequence[Field], words: str) -> None:
        """All these fields in one write were refused in these words."""
        self._fields = tuple(fields)
        self._first = words
        self._refused: dict[str, str] = {}
        self._open: list[_Part] = []
        self._left = MOST_PARTS
        self._taken = False
        self._all_alike = not _named(words, self._fields)
        self._divide(self._fields, words)

    @property
    def part(self) -> tuple[Field, ...]:
        """The fields to send next; none where all is known."""
        return self._open[0].fields if self._open else ()

    @property
    def knows_more(self) -> bool:
        """Whether the parts told anything that the whole did not."""
        return bool(self._refused) or self._taken

    @property
    def refused(self) -> tuple[str, ...]:
        """The names of the fields that are known not to be taken."""
        return tuple(row.name for row in self._fields if row.name in self._refused)

    @property
    def detail(self) -> str:
        """What was said of them: the remote's words, with the fields in front that these do not name."""
        found: dict[str, list[Field]] = {}
        for row in self._fields:
            if row.name in self._refused:
                found.setdefault(self._refused[row.name], []).append(row)
        if list(map(len, found.values())) == [len(self._fields)]:
            return self._first
        return " ".join(_told(words, rows) for words, rows in found.items())

    def take(self) -> None:
        """The part was taken."""
        part = self._next()
        self._taken = True
        if part.named is not None:
            self._refused[part.named.name] = part.words
        self._end_in_time()

    def refuse(self, words: str) -> None:
        """The part was refused in these words."""
        part = self._next()
        if part.named is not None:
            self._open.append(_Part((part.named,), part.words))
        self._all_alike = self._all_alike and words == self._first
        self._divide(part.fields, words)
        self._end_in_time()

    def _next(self) -> _Part:
        self._left -= 1
        return self._open.pop(0)

    def _divide(self, fields: tuple[Field, ...], words: str) -> None:
        """What to try of fields that were refused together; one alone is to blame."""
        if len(fields) < 2:
            self._refused.update((row.name, words) for row in fields)
            return
        named = _named(words, fields)
        others = tuple(row for row in fields if row not in named)
        if others and len(named) == 1:
            self._open.append(_Part(others, words, named[0]))
        else:
            middle = len(fields) // 2
            halves = (others, named) if others and named else (fields[:middle], fields[middle:])
            self._open += [_Part(half, words) for half in halves]

    def _end_in_time(self) -> None:
        """Try no more where that has been enough, or where the record rather than a value is refused: every part of it
        is, in the same words, which name no field."""
        about_the_record = self._all_alike and not self._taken and MOST_PARTS - self._left >= ABOUT_THE_RECORD
        if self._left > 0 and not about_the_record:
            return
        for part in self._open:
            self._refused.update((row.name, part.words) for row in part.fields)
            if part.named is not None:
                self._refused[part.named.name] = part.words
        self._open.clear()


def _named(words: str, fields: Sequence[Field]) -> tuple[Field, ...]:
    """The fields of which these words speak, by their labels or by what the remote calls them. A longer name goes
    first: what is said of a business name is not said of a name."""
    text = f" {_phrase(words)} "
    names = sorted({(name, row.name) for row in fields for name in _names(row)}, key=lambda each: -len(each[0]))
    found: set[str] = set()
    for name, field in names:
        if f" {name} " in text:
            found.add(field)
            text = text.replace(f" {name} ", " | ")
    return tuple(row for row in fields if row.name in found)


def _names(row: Field) -> set[str]:
    tags = {tag for place in row.at.values() for tag in place.write}
    return {_phrase(name) for name in (row.label, *tags)} - {""}


def _phrase(text: str) -> str:
    return _NO_WORD.sub(" ", plain(_HUMP.sub(" ", text))).strip()


def _told(words: str, rows: Sequence[Field]) -> str:
    named = _named(words, rows)
    unnamed = ", ".join(row.label for row in rows if row not in named)
    return f"{unnamed}: {words}" if unnamed else words
