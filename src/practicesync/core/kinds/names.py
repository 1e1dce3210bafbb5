"""Names of organisations and people, compared as a clerk reads them."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from typing_extensions import override

from practicesync.core.kinds.base import OneLine, Place
from practicesync.core.kinds.spelling import unaccented

# One word for each family of spellings. Company words: Corporations Act 2001 (Cth), section 149 (Coy, Pty, Ltd, Aust,
# No, &) and section 148; the rest are the abbreviations firms type for trusts and funds.
_WORDS: Final = {
    "proprietary": "pty",
    "ptyltd": "pty ltd",
    "limited": "ltd",
    "incorporated": "inc",
    "corporation": "corp",
    "company": "co",
    "coy": "co",
    "aust": "australian",
    "&": "and",
    "+": "and",
    "tst": "trust",
    "trst": "trust",
    "fam": "family",
    "fmly": "family",
    "disc": "discretionary",
    "est": "estate",
    "hldgs": "holdings",
    "hldg": "holdings",
    "mgmt": "management",
    "mgt": "management",
    "intl": "international",
    "bros": "brothers",
    "assoc": "associates",
    "assn": "association",
    "junior": "jr",
    "jnr": "jr",
    "senior": "sr",
    "snr": "sr",
    "superfund": "super fund",
    "fd": "fund",
    "p'ship": "partnership",
    "pship": "partnership",
    "cooperative": "co operative",
    "coop": "co operative",
    "superannuation": "super",
}

_DOUBLE: Final = frozenset(word for word in _WORDS.values() if " " in word)

# Spellings of more than one word, tried in this order at each place of a folded name.
_PHRASES: Final = {
    " pty ltd ": r"\bp ?/ ?l\b\.?",
    " \x1ftrading as\x1f ": r"\bt ?/ ?as?\b\.?|\bt\. ?a\.(?=\s)|\btrading as\b",
    " \x1fatf\x1f ": r"\ba\.? ?t\.? ?f\b\.?(?: the\b)?|\bas (?:the )?trustees? (?:for|of)\b(?: the\b)?",
    " trustee for ": r"\btrustees? (?:for|of) the\b",
    " super fund ": r"\bs ?/ ?f\b",
    " number ": r"(?:\b(?:no|num|number)\.? ?|# ?)(?=\d)",
    " smsf ": r"\bself[ -]managed super(?:annuation)?(?: ?fund)?\b",
    " lp ": r"\b(?:limited|ltd\.?) partnership\b",
    " llp ": r"\b(?:limited|ltd\.?) liability partnership\b",
    " nl ": r"\bno liability\b",
    " nz ": r"\bnew zealand\b",
    " australia ": r"(?<=\()aust\.?(?=\))",
    "": r"(?<=\d),(?=\d{3}\b)",
}
# The guard, a phrase's first letter at the start of a word or its sign, spares nearly every place of a name the search.
_PHRASE: Final = re.compile(
    r"(?=[ptanls#,])(?:(?<![a-z])|(?=[#,]))(?:" + "|".join(f"({pattern})" for pattern in _PHRASES.values()) + ")"
)
_PHRASE_WORDS: Final = tuple(_PHRASES)
# One of these stands in every phrase.
_PHRASE_SIGNS: Final = (
    *("/", "#", ",", "tf", "t.", "no", "num", "trading", "trustee", "self", "partnership", "liability"),
    *("new zealand", "(aust"),
)

# A dot between digits is part of a number; every other mark here only separates words.
_MARKS: Final = re.compile(r"(?<!\d)\.|\.(?!\d)|[\"()<>\[\]{}/\\:;*_!?,-]|\+(?!\s)(?!\w)")
_PLUS: Final = re.compile(r"(?<=\w)\+(?!\w)")

# A name with one of these is no person's, and a comma in it does not part last name from first.
_ORGANISATION_WORDS: Final = frozenset(
    {
        *("pty", "ltd", "inc", "corp", "co", "lp", "llp", "llc", "plc", "nl"),
        *("trust", "estate", "fund", "super", "smsf", "family"),
        *("partners", "partnership", "associates", "association", "brothers", "group", "holdings", "management"),
        *("services", "club", "society", "school", "number", "australia", "australian", "nz"),
    }
)
_AND: Final = re.compile(r"[&+]|\band\b")
_PREFIXES: Final = frozenset({"mc", "mac", "o"})


def _phrase(match: re.Match[str]) -> str:
    return _PHRASE_WORDS[(match.lastindex or 1) - 1]


def split_words(text: str) -> list[str]:
    """The words of a folded name: punctuation only separates, but a letter's plus sign is a word of its own."""
    if "+" in text:
        text = _PLUS.sub(" plus ", text).replace("+", " + ")
    text = text.replace("&", " & ")
    return (text if text.replace(" ", "").isalnum() else _MARKS.sub(" ", text)).split()


def joined(words: Sequence[str]) -> Iterator[str]:
    """Join what people write apart or together: `mc donald`, `o brien`, `j r`."""
    if _PREFIXES.isdisjoint(words) and len(min(words, key=len, default="")) > 1:
        yield from words
        return
    initials = ""
    prefix = ""
    for word in words:
        if prefix:
            word, prefix = prefix + word, ""
        if word in _PREFIXES:
            if initials:
                yield initials
                initials = ""
            prefix = word
        elif len(word) == 1 and word.isalpha():
            initials += word
        else:
            if initials:
                yield initials
                initials = ""
            yield word
    if initials or prefix:
        yield initials + prefix


def _words_of(text: str) -> list[str]:
    words = [_WORDS.get(word, word) for word in split_words(text)]
    return words if _DOUBLE.isdisjoint(words) else " ".join(words).split()


def _segment(text: str) -> str:
    """The name of one trustee, trader or trust. A person's `Last, First Middle` is turned round."""
    words = _words_of(text)
    if "," in text and _ORGANISATION_WORDS.isdisjoint(words):
        words = _turned(text)
    return " ".join(joined(words))


def _turned(text: str) -> list[str]:
    """The words of `Smith, John` or `Smith, John & Jones, Mary`, first names first; else in the order written."""
    people = [text] if text.count(",") == 1 else _AND.split(text)
    if any(person.count(",") != 1 for person in people):
        return _words_of(text)
    words: list[str] = []
    for person in people:
        last, _, first = person.partition(",")
        words += [*(["and"] if words else []), *_words_of(first), *_words_of(last)]
    return words


@lru_cache(maxsize=4096)
def _name(text: str) -> str:
    text = unaccented(text.replace("&amp;", "&")).replace("'", "").replace("`", "")
    if any(map(text.__contains__, _PHRASE_SIGNS)):
        text = _PHRASE.sub(_phrase, text)
    parts = text.split("\x1f")
    # The article tells no two names apart (Corporations Regulations 2001 (Cth), schedule 6, part 1).
    return " ".join(filter(None, map(_segment, parts))).removeprefix("the ").removesuffix(" the")


def _plain_words(text: str) -> list[str]:
    words = [word.rstrip(".") for word in text.lower().split()]
    return [_WORDS.get(word, word) for word in words]


class Name(OneLine):
    """The name of an organisation or of a person, as one string.

    Company suffixes and trust words in any of their abbreviations, `&` and `and`, `No. 2` and `Number 2`, `Last, First`
    and `First Last`, accents, punctuation, case, a `The` in front and the spacing of Mc, Mac, O' and initials do not
    count. A suffix that is there or not, and a number that is there or not, do.
    """

    name = "name"

    @override
    def alike(self, a: str, b: str) -> bool:
        words = _plain_words(a)
        return words == _plain_words(b) != []

    @override
    def meaning(self, text: str, place: Place) -> str:
        return _name(text)


@lru_cache(maxsize=4096)
def _person(text: str) -> str:
    return " ".join(joined(split_words(unaccented(text).replace("'", ""))))


class PersonPart(OneLine):
    """A first, middle or last name: case, accents, dots, hyphens and the spacing of prefixes do not count."""

    name = "person_part"
    longest = 100

    @override
    def meaning(self, text: str, place: Place) -> str:
        return _person(text)


_ADDRESSED_AS: Final = frozenset({"mr", "mrs", "ms", "miss", "dr"})


class PersonRef(PersonPart):
    """A member of staff by display name, which systems write `Last, First` or `First Last`, with or without a title."""

    name = "person_ref"
    longest = 255

    @override
    def meaning(self, text: str, place: Place) -> str:
        last, comma, first = text.partition(",")
        words = _person(f"{first} {last}" if comma else text)
        title, _, name = words.partition(" ")
        return name if name and title in _ADDRESSED_AS else words


_TITLES: Final = {
    "mister": "mr",
    "doctor": "dr",
    "professor": "prof",
    "associate": "a",
    "assoc": "a",
    "reverend": "rev",
    "revd": "rev",
    "honourable": "hon",
    "honorable": "hon",
    "father": "fr",
    "sister": "sr",
    "captain": "capt",
    "colonel": "col",
    "major": "maj",
    "mstr": "master",
    "mast": "master",
    "missus": "mrs",
    "rev'd": "rev",
    "the": "",
    "madame": "madam",
    "&": "and",
    "+": "and",
}


class Title(OneLine):
    """A form of address: `Mr`, `MR.` and `Mister` are the same; `Ms`, `Miss` and `Mrs` are not."""

    name = "title"
    longest = 50

    @override
    def meaning(self, text: str, place: Place) -> str:
        return " ".join(filter(None, [_TITLES.get(word, word) for word in split_words(unaccented(text))]))
