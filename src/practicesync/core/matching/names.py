"""A party's name taken apart: whom it names, of what kind, and by which words it can be told from its relatives."""

import re
from dataclasses import dataclass
from typing import Final

from practicesync.core.fields import ClientKind
from practicesync.core.kinds import NAME, Place
from practicesync.core.kinds.names import joined, split_words
from practicesync.core.kinds.spelling import unaccented
from practicesync.core.matching.name_words import (
    DESCRIPTORS,
    EMPTY_WORDS,
    GENERATIONS,
    KIND_WORDS,
    LEGAL_WORDS,
    NUMERALS,
    TITLES,
    first_name_family,
)

_PLACE: Final = Place("")
_TRADING: Final = " trading as "
_TRUSTEE: Final = " atf "
_TRUSTEE_FOR: Final = re.compile(r"^(?:the )?trustees? (?:for|of) (?:the )?")
_FORMERLY: Final = re.compile(
    r" ?\(?\b(?:n[eé]e|formerly(?: known as)?|formally|previously|f/?k/?a|a/?k/?a|also known as|maiden name)\b:? ?"
    r"([^(),]+)\)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class NameReading:
    """What a name says.

    `kind` is what its words tell, None where they tell nothing. `whole` is the canonical name of the party itself,
    without trustee, trading name or title; `proper` its words that are neither legal form nor description, `described`
    its descriptive words (family, investments…) and `number` the No 2 of a series. A person, or a couple, has `last`
    and `first`. `aliases` are other names: trading, former, the trustee's.
    """

    kind: ClientKind | None = None
    whole: str = ""
    proper: str = ""
    described: frozenset[str] = frozenset()
    number: str = ""
    first: str = ""
    middle: str = ""
    last: str = ""
    generation: str = ""
    couple: str = ""
    aliases: tuple[str, ...] = ()


def read_name(text: str, *, is_person: bool | None = None) -> NameReading:
    """Take a name apart. `is_person` tells whether the party is known to be one, or known not to be."""
    text, former = _without_former(text)
    canonical = NAME.canonical((text,), _PLACE)
    if not canonical or canonical[0] == "?":
        return NameReading()
    main, aliases = _parted(canonical)
    words = main.split()
    if words and words[0] == "the":
        del words[0]
    kind = _kind_of(words)
    if is_person is not False and (kind is None or is_person) and not _is_organisation(words):
        person = _person(words, is_person is True, text)
        if person is not None:
            return _with_aliases(person, (*former, *aliases))
    return _with_aliases(_organisation(words, kind), (*former, *aliases))


def _with_aliases(reading: NameReading, aliases: tuple[str, ...]) -> NameReading:
    if not aliases:
        return reading
    return NameReading(
        reading.kind,
        reading.whole,
        reading.proper,
        reading.described,
        reading.number,
        reading.first,
        reading.middle,
        reading.last,
        reading.generation,
        reading.couple,
        tuple(alias for alias in aliases if alias and alias != reading.whole),
    )


def _without_former(text: str) -> tuple[str, tuple[str, ...]]:
    """The name, and what follows née, formerly and the like, in brackets or at the end."""
    found = _FORMERLY.search(text)
    if not found or not found.start():
        return text, ()
    return f"{text[: found.start()]}{text[found.end() :]}", (NAME.canonical((found[1],), _PLACE),)


def _parted(canonical: str) -> tuple[str, tuple[str, ...]]:
    """The party's own name and its others: who trades, not as what; the trust, not its trustee."""
    aliases: tuple[str, ...] = ()
    if _TRADING in canonical:
        canonical, _, alias = canonical.partition(_TRADING)
        aliases = (alias,)
    if _TRUSTEE in canonical:
        trustee, _, canonical = canonical.partition(_TRUSTEE)
        aliases = (*aliases, trustee)
    return _TRUSTEE_FOR.sub("", canonical), aliases


def _kind_of(words: list[str]) -> ClientKind | None:
    """What the words say, the last telling word first: the Smith Family Trust Pty Ltd is a company."""
    for word in reversed(words):
        kind = KIND_WORDS.get(word)
        if kind is not None:
            return kind
    return None


def _is_organisation(words: list[str]) -> bool:
    return any(word in LEGAL_WORDS or word in DESCRIPTORS for word in words)


# --- organisations


def _organisation(words: list[str], kind: ClientKind | None) -> NameReading:
    number, rest = _series_number(words)
    couple = _initials_of_couple([word for word in rest if word not in LEGAL_WORDS and word not in DESCRIPTORS])
    proper = [word for word in rest if word not in LEGAL_WORDS and word not in EMPTY_WORDS and word not in DESCRIPTORS]
    described = frozenset(DESCRIPTORS[word] for word in rest if word in DESCRIPTORS)
    if not proper:
        # Nothing but descriptions, as in Property Holdings Pty Ltd: they are its name.
        proper = [word for word in rest if word in DESCRIPTORS] or rest
    return NameReading(kind, " ".join(words), " ".join(proper), described, number, couple=couple)


def _series_number(words: list[str]) -> tuple[str, list[str]]:
    """The number of a series (No 2, a last 2 or II) and the other words."""
    if "number" in words[:-1]:
        place = words.index("number")
        number = NUMERALS.get(words[place + 1], words[place + 1])
        return number.lstrip("0") or "0", words[:place] + words[place + 2 :]
    for place in range(len(words) - 1, 0, -1):
        word = words[place]
        if word in LEGAL_WORDS:
            continue
        numeral = word if word.isdecimal() and len(word) <= 2 else NUMERALS.get(word, "")
        if numeral:
            return numeral.lstrip("0") or "0", words[:place] + words[place + 1 :]
        break
    return "", words


def _initials_of_couple(words: list[str]) -> str:
    """`jm` of `j and m smith`, and of `john smith and mary smith`: in no order, for people do not keep one."""
    words = [word for word in words if word not in TITLES]
    if "and" not in words:
        return ""
    place = words.index("and")
    before, after = words[:place], words[place + 1 :]
    if not before or not after:
        return ""
    return "".join(sorted(before[0][0] + after[0][0]))


# --- persons


def _person(words: list[str], certain: bool, text: str) -> NameReading | None:
    """First, middle and last name; None where the words are no person's."""
    words = [word for word in words if word not in TITLES]
    generation = ""
    while len(words) > 1 and words[-1] in GENERATIONS:
        generation = GENERATIONS[words.pop()]
    if "and" in words:
        return _couple(words)
    if not words or len(words) > 6 or any(any(map(str.isdecimal, word)) for word in words):
        return None
    if len(words) == 1:
        return NameReading(None, words[0], words[0], last=words[0], generation=generation) if certain else None
    if "," not in text and _is_shouted_first(text):
        words = [*words[1:], words[0]]
    first, *middle, last = _with_particles(words)
    return NameReading(
        None, " ".join(words), f"{first} {last}", first=first, middle=" ".join(middle), last=last, generation=generation
    )


_PARTICLES: Final = frozenset(
    {"van", "von", "der", "den", "de", "la", "le", "da", "di", "del", "dos", "st", "te", "ter", "bin", "al", "el"}
)


def _with_particles(words: list[str]) -> list[str]:
    """`ana de la cruz` as `ana`, `de la cruz`."""
    place = len(words) - 1
    while place > 1 and words[place - 1] in _PARTICLES:
        place -= 1
    return [*words[:place], " ".join(words[place:])]


def _is_shouted_first(text: str) -> bool:
    """SMITH John: the last name stands first, in capitals, and no other word is."""
    words = text.split()
    return len(words) > 1 and len(words[0]) > 1 and words[0].isupper() and not any(map(str.isupper, words[1:]))


def _couple(words: list[str]) -> NameReading | None:
    place = words.index("and")
    before, after = words[:place], words[place + 1 :]
    if not before or not after:
        return None
    last = after[-1]
    whole = " ".join(words)
    initials = "".join(sorted(before[0][0] + after[0][0]))
    if len(after) == 1 and len(before) > 1:
        # Smith John and Mary: only a comma would tell, so the first word is the last name of both.
        last = before[0]
        initials = "".join(sorted(before[1][0] + after[0][0]))
    return NameReading(None, whole, whole, last=last, first=before[0], couple=initials)


def read_person(first: str, middle: str, last: str) -> tuple[str, str, str, str]:
    """First, middle and last name and generation out of the parts that a side keeps apart."""
    firsts = [word for word in _part(first) if word not in TITLES]
    lasts = _part(last)
    generation = ""
    while len(lasts) > 1 and lasts[-1] in GENERATIONS:
        generation = GENERATIONS[lasts.pop()]
    middles = [*firsts[1:], *_part(middle)]
    return (firsts[0] if firsts else ""), " ".join(middles), " ".join(lasts), generation


def _part(text: str) -> list[str]:
    return list(joined(split_words(unaccented(text).replace("'", "")))) if text else []


__all__ = ["NameReading", "first_name_family", "read_name", "read_person"]
