"""Searching names, codes, e-mail addresses and phone numbers in the casefolded text that each record keeps.

Of the register the beginnings of words are indexed, since that is what people type; other places are looked through.
"""

import re
from typing import Any

from django.db.models import Q, QuerySet

from practicesync.core.kinds.spelling import unaccented
from practicesync.store.models import ListedClient, ListedWord

MOST_WORDS = 8
_NUMBER = re.compile(r"\+?[\d\s().\-/]{3,}")
_TRUNK = re.compile(r"^(?:\+(?:61|64|44)|00?)")
_SHORTEST_TAIL = 5
_RUN = re.compile(r"[^\W\d_]+|\d+")
_LONGEST = 40
_LAST = b"\xff"
"""Above every byte of UTF-8."""

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


def beginnings(text: str) -> set[bytes]:
    """What a text is found by: each word from each of its runs of letters or digits on, in UTF-8, cut to 40 signs.

    `o'brien` is found by `o'brien` and `brien`, `kh-7` by `7`. Of a long number, such as a phone number, every tail of
    five digits or more, since people leave out the prefix.
    """
    found = set()
    for word in set(text.split()):
        for run in _RUN.finditer(word):
            last = run.end() - _SHORTEST_TAIL if run[0].isdecimal() else run.start()
            found |= {word[start : start + _LONGEST] for start in range(run.start(), max(last, run.start()) + 1)}
        found.add(word[:_LONGEST])
    return {each.encode() for each in found}


def beginning(practice_id: int, search: str) -> QuerySet[ListedClient]:
    """The listed clients that for every word of the search have a word that begins with it: index ranges alone."""
    found = [_having(practice_id, word) for word in words_of(search)]
    if not found:
        return ListedClient.rows.of(practice_id)
    clients = ListedClient.rows.among(practice_id, found[0])
    for other in found[1:]:
        clients = clients.filter(pk__in=other)
    return clients


def _having(practice_id: int, word: Word) -> QuerySet[Any, Any]:
    """The clients that have a word beginning with one of these spellings."""
    ranges = Q()
    for spelling in word:
        start = spelling[:_LONGEST].encode()
        ranges |= Q(word__gte=start, word__lt=start + _LAST)
    return ListedWord.rows.of(practice_id).filter(ranges).values("client")


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
