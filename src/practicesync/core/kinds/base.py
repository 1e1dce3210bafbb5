"""What every kind promises: how values of one sort are compared, checked and shown.

A value is a tuple of strings, one per part of its field. Most kinds have one part; an address has five. An empty
string is an empty part; a missing value is the caller's affair and never reaches a kind.
"""

import unicodedata
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Final

from typing_extensions import override

from practicesync.core.kinds.spelling import plain

Parts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the client is: it decides how phone numbers, addresses, registration numbers and dates are read."""

    country: str = "AU"  # ISO 3166 alpha-2; AU, NZ and GB have rules of their own, others the general ones
    area_code: str = ""  # of landlines there, without the 0, where it is known: it completes a local number


# What cannot be seen and does not change what a text says: controls, soft hyphen, zero-width space, direction marks
# (they come along when a number is copied from a phone book), byte order mark. Surrogates and U+FFFE/U+FFFF cannot be
# stored or sent as XML at all. Zero-width joiners stay: some scripts need them.
_DROPPED: Final = (
    *range(0x20),
    *range(0x7F, 0xA0),
    0xAD,
    0x200B,
    0x200E,
    0x200F,
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2065),
    *range(0x2066, 0x206A),
    *range(0xD800, 0xE000),
    0xFEFF,
    0xFFFE,
    0xFFFF,
)
_NEWLINES: Final = (0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029)
_CLEANED: Final[dict[int, str | None]] = {
    **dict.fromkeys(_DROPPED),
    **dict.fromkeys(_NEWLINES, "\n"),
    0x09: "\t",
}


def clean(text: str) -> str:
    """The same text fit to be stored: NFC, newlines as \\n, nothing invisible, no blanks around it. Idempotent."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").translate(_CLEANED)).strip()


def is_tidy(text: str) -> bool:
    """Whether every kind's `tidy` leaves the text as it is, as far as that is told at a glance: most values are plain
    ASCII on one line, and to ask costs a third of tidying them."""
    return text.isascii() and text.isprintable() and text[:1] != " " != text[-1:]


def one_line(text: str, separator: str = " ") -> str:
    """`text` with its lines put together by `separator`; empty lines and the blanks around lines are lost."""
    if "\n" not in text:
        return text
    return separator.join(filter(None, map(str.strip, text.split("\n"))))


class Kind(ABC):
    """How values of one sort behave. Kinds hold no state and are safe to share."""

    name: str
    parts: tuple[str, ...] = ("",)
    longest: int = 255  # characters a person may type into one part

    @abstractmethod
    def canonical(self, value: Parts, place: Place) -> str:
        """The value's meaning: two values mean the same exactly when these are equal (see `same` for what goes
        beyond). "" exactly when every part is blank. Never raises, whatever the input."""

    def same(self, a: Parts, b: Parts, place: Place) -> bool:
        """Whether two values mean the same. Reflexive and symmetric."""
        return a == b or self.canonical(a, place) == self.canonical(b, place)

    def tidy(self, value: str) -> str:
        """What one typed or imported part becomes before it is stored. Idempotent; never changes the meaning, and
        nothing of a text that `is_tidy`."""
        return clean(value)

    def problem(self, value: Parts, place: Place) -> str | None:
        """A sentence for the person who typed something that cannot be right, or None. Blank is never a problem."""
        if any(len(part) > self.longest for part in value):
            return f"This is longer than {self.longest:,} characters."
        return None

    def show(self, value: Parts, place: Place) -> str:
        """The value on one line of a screen."""
        return one_line(clean(value[0]), ", ")

    def is_masked(self, value: Parts) -> bool:
        """Whether the value only hints at the real one, and so must never be written anywhere."""
        return False


# Before a canonical form that is only the text itself, so that it never equals one that was understood.
UNREAD: Final = "?"


class OnePart(Kind):
    """A kind whose value is one string; a subclass says what a tidied, non-empty string means."""

    @override
    def canonical(self, value: Parts, place: Place) -> str:
        text = value[0]
        # What `tidy` makes of most values, at a third of its cost.
        text = text.strip() if text.isascii() and text.isprintable() else self.tidy(text)
        if not text:
            return ""
        # What is longer than any value of this kind is not taken apart: nobody can make a reading slow, or large.
        meaning = self.meaning(text, place) if len(text) <= self.longest else ""
        return meaning or UNREAD + plain(text)

    @override
    def same(self, a: Parts, b: Parts, place: Place) -> bool:
        return a == b or self.alike(a[0], b[0]) or self.canonical(a, place) == self.canonical(b, place)

    def alike(self, a: str, b: str) -> bool:
        """Whether two values mean the same at a glance, for much less than their canonical forms cost: true is sure,
        false says nothing."""
        return False

    @abstractmethod
    def meaning(self, text: str, place: Place) -> str:
        """The canonical form of `text`, which is tidied and not empty; "" where it cannot be read by the kind's
        rules, and then the text itself counts."""


class OneLine(OnePart):
    """A kind whose value is one line: line breaks become blanks."""

    @override
    def tidy(self, value: str) -> str:
        return one_line(clean(value))


class Line(OneLine):
    """Text on a single line; case and spacing do not count."""

    name = "line"

    @override
    def meaning(self, text: str, place: Place) -> str:
        return plain(text)


class Text(OnePart):
    """Text of any number of lines; case, spacing and line breaks do not count."""

    name = "text"
    longest = 20_000

    @override
    def meaning(self, text: str, place: Place) -> str:
        return plain(text)


class Code(OneLine):
    """A code under which another program knows the client, such as an export code.

    Case counts: ledgers and document stores look codes up exactly, so `smi01` for `SMI01` may be the very fault
    a person must see. Only how many blanks there are does not count: systems keep one of several without a word.
    """

    name = "code"
    longest = 100

    @override
    def meaning(self, text: str, place: Place) -> str:
        return " ".join(text.split())
