"""Searching names, codes, e-mail addresses and phone numbers in the casefolded text that each record keeps."""

import re

from django.db.models import Q

from practicesync.core.kinds.spelling import unaccented

MOST_WORDS = 8
_NUMBER = re.compile(r"\+?[\d\s().\-/]{3,}")
_TRUNK = re.compile(r"^(?:\+(?:61|64|44)|00?)")
_SHORTEST_TAIL = 5

Word = tuple[str, ...]
"""One thing that is looked for, in the spellings that count as it."""


def words_of(search: str) -> tuple[Word, ...]:
    """What a search looks for, each in its spellings; a phone number is one, however it is spaced or prefixed."""
    if _NUMBER.fullmatch(search.strip()):
        return tuple(_spellings(search))
    return tuple({word: tuple(dict.fromkeys((word, unaccented(word)))) for word in search.casefold().split()}.values())[
        :MOST_WORDS
    ]


def _spellings(number: str) -> list[Word]:
    text = "".join(sign for sign in number if sign.isdigit() or sign == "+")
    tail = _TRUNK.sub("", text)
    spelled = (number.strip(), text.removeprefix("+"), tail if len(tail) >= _SHORTEST_TAIL else "")
    found = tuple(dict.fromkeys(spelling for spelling in spelled if spelling))
    return [found] if any(sign.isdigit() for sign in text) else []


def holding_word(word: Word) -> Q:
    """The records that hold one word, in any of its spellings."""
    wanted = Q()
    for spelling in word:
        wanted |= Q(search__contains=spelling)
    return wanted


def holding(search: str) -> Q:
    """The records that hold every word of the search."""
    wanted = Q()
    for word in words_of(search):
        wanted &= holding_word(word)
    return wanted
