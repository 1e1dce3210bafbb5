"""The lines of an address: their words, and what number or letter a unit, level or shop in them has."""

import re
from functools import lru_cache
from typing import Final

from practicesync.core.kinds.address_words import DESIGNATORS, DIRECTIONS, NUMBERED, STREET_TYPES, WORDS

# Spellings that words alone do not show, each with what stands for it.
_PHRASES: Final = {
    " careof ": r"\bc ?/ ?(?:o\b|-)|\bcare of\b",
    " po box ": r"\bpost office box\b|\bp\.? ?o\.? ?box(?=[0-9]|\b)",
    " gpo box ": r"\bgeneral post office box\b|\bg\.? ?p\.? ?o\.? ?box(?=[0-9]|\b)",
    " pmb ": r"\b(?:private|pvt) mail bag\b",
    " rmb ": r"\b(?:roadside|rural) mail (?:box|bag)\b",
    " rd ": r"\brural delivery\b",
    " # ": r"# ?(?=[0-9])",
    "": r"\bno\.? ?(?=[0-9])",
    "-": r"(?<=[0-9]) ?- ?(?=[0-9])",
    "/": r"(?<=[a-z0-9]) ?/ ?(?=[a-z]?[0-9])",
}
# The guard, a phrase's first letter at the start of a word or its sign, spares nearly every place of a line the search.
_PHRASE: Final = re.compile(
    r"(?=[cpgrn#/ -])(?:(?<![a-z0-9])|(?<=[a-z0-9])(?=[/ -]))(?:"
    + "|".join(f"({pattern})" for pattern in _PHRASES.values())
    + ")"
)
_PHRASE_WORDS: Final = tuple(_PHRASES)
# One of these stands in every phrase.
_PHRASE_SIGNS: Final = ("/", "-", "#", "box", "bag", "no", "care", "delivery")

# Dashes and slashes between numbers, and dots inside them, are part of the number; all other marks part words.
MARKS: Final = re.compile(r"(?<![0-9])[.-]|[.-](?![0-9])|(?<![a-z0-9])/|/(?![a-z]?[0-9])|[\"()\[\]{}\\:;,_!?|*]")
_GLUED: Final = re.compile(r"(u|l|unit|flat|apt|suite|ste|shop|level|lvl|lot|bag|rd|rmb|box|pobox)([0-9][a-z0-9/-]*)")
_SLASHED: Final = re.compile(r"([a-z]?[0-9]+[a-z]?(?:-[0-9]+[a-z]?)?|[a-z])/(.+)")
_NUMBER: Final = re.compile(r"[a-z]?[0-9][a-z0-9.-]*|[a-z]|ground")
_ORDINAL: Final = re.compile(r"([0-9]+)(?:st|nd|rd|th)")
_PREFIXES: Final = frozenset({"mc", "mac", "o"})
BARE: Final = "bare"
"""The designator of 4/12, which may be a unit, a suite or a shop."""


def plain_words(text: str) -> list[str]:
    """The words of a line in one case, abbreviations unified: for a glance, `split_words` reads it in full."""
    words = [word.rstrip(".") for word in text.lower().replace(",", " ").split()]
    return [WORDS.get(word, word) for word in words]


def _phrase(match: re.Match[str]) -> str:
    return _PHRASE_WORDS[(match.lastindex or 1) - 1]


def split_words(text: str) -> list[str]:
    """The words of a folded line, abbreviations unified, letters written apart joined (N S W)."""
    words: list[str] = []
    letters = ""
    for word in _written_words(text):
        if letters in _PREFIXES and len(word) > 1 and word.isalpha():
            word, letters = letters + word, ""
        elif (len(word) == 1 and word.isalpha()) or word in _PREFIXES:
            letters += word
            continue
        if letters:
            words.append(_lettered(letters, words, word))
            letters = ""
        words += _unified(word)
    if letters:
        words.append(_lettered(letters, words, ""))
    return words


def _written_words(text: str) -> list[str]:
    """The words between blanks and marks; each search is spared where a glance shows that it finds nothing."""
    text = text.replace("'", "").replace("&", " & ").replace(",", " ")
    if any(map(text.__contains__, _PHRASE_SIGNS)):
        text = _PHRASE.sub(_phrase, text)
    return (text if text.replace(" ", "").isalnum() else MARKS.sub(" ", text)).split()


@lru_cache(maxsize=4096)
def _unified(word: str) -> tuple[str, ...]:
    """The words that a written one stands for: `rd` for `road`, `unit` and `4` for `unit4`."""
    glued = None if word.isalpha() else _GLUED.fullmatch(word)
    if glued:
        parts = glued.groups()
    elif "/" in word and not _SLASHED.fullmatch(word):
        parts = tuple(word.split("/"))
    else:
        parts = (word,)
    return tuple(" ".join(WORDS.get(part, part) for part in parts).split())


def _lettered(letters: str, before: list[str], after: str) -> str:
    """What single letters are: a direction after a street type, the letter of a house number, else a word."""
    last = before[-1] if before else ""
    if len(letters) > 1:
        return letters
    if last in STREET_TYPES and letters in DIRECTIONS:
        return DIRECTIONS[letters]
    if last.isdecimal() and letters not in DIRECTIONS and after and WORDS.get(after, after) not in STREET_TYPES:
        before.pop()
        return last + letters
    return WORDS.get(letters, letters)


def pull_designators(words: list[str]) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Part unit 4, level 2, 4/12 and the like from the other words, wherever they stand."""
    found: list[tuple[str, str]] = []
    rest: list[str] = []
    queue = words[::-1]
    while queue:
        word = queue.pop()
        following = queue[-1] if queue else ""
        if following == "#" and word in NUMBERED:
            following = queue.pop() and queue[-1]  # Unit #4, PO Box #12
        elif word == "#":
            word = "unit"
        if word in DESIGNATORS or word == "l":
            if not _follows(word, following):
                rest.append(word)
                continue
            number, _, after = queue.pop().partition("/")
            found.append((_designator(word), "ground" if number == "g" else number))
            if after:
                queue.append(after)
        elif following == "level" and (word == "ground" or _ORDINAL.fullmatch(word)):
            found.append((queue.pop(), word.rstrip("stndrh") if word != "ground" else word))
        elif slashed := None if word.isalpha() else _SLASHED.fullmatch(word):
            glued = _GLUED.fullmatch(slashed[1])
            name, number = glued.groups() if glued else (BARE, slashed[1])
            found.append((_designator(name), number))
            queue.append(slashed[2])
        else:
            rest.append(word)
    return tuple(sorted(found)), tuple(rest)


def _follows(designator: str, word: str) -> bool:
    number = word.partition("/")[0]
    return bool(_NUMBER.fullmatch(number)) and (designator != "l" or number.isdecimal())


def _designator(word: str) -> str:
    return "level" if word == "l" else WORDS.get(word, word)


def unhyphened_box(words: tuple[str, ...]) -> tuple[str, ...]:
    """New Zealand boxes are written 12-345 and 12345."""
    if "box" not in words:
        return words
    return tuple(
        word.replace("-", "") if before == "box" else word for before, word in zip(("", *words), words, strict=False)
    )
