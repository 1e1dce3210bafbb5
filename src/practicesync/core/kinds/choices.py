"""Values out of a short list: business structures and flags."""

import re
from functools import lru_cache
from typing import Final

from typing_extensions import override

from practicesync.core.kinds.base import OneLine, Parts, Place
from practicesync.core.kinds.spelling import unaccented

_SEPARATORS: Final = re.compile(r"[-/,()&]")
# One word for each family of spellings, then one label for those that mean no more and no less. A narrower structure
# (a unit trust) is not the wider one (a trust): firms keep both, and moving a client between them is an edit.
_STRUCTURE_WORDS: Final = {
    "proprietary": "pty",
    "limited": "ltd",
    "superannuation": "super",
    "superfund": "super fund",
    "indiv": "individual",
    "selfmanaged": "self managed",
    "soletrader": "sole trader",
    "proprietorship": "trader",
    "proprietor": "trader",
    "incorporated": "inc",
    "organization": "organisation",
    "disc": "discretionary",
    "notforprofit": "not for profit",
    "non": "not for",
    "nonprofit": "not for profit",
    "p'ship": "partnership",
    "pship": "partnership",
}
_IDLE_WORDS: Final = frozenset({"the", "a", "an", "of", "and", "entity", "type", "business", "client"})
_STRUCTURES: Final = {
    "company": "company; pty ltd; pty ltd company; pty company; ltd company; private company; co; coy; companies; "
    "corporation; corporate; australian private company; company pty; ltd; ltd liability company; private ltd company; "
    "inc company; p l; co pty ltd",
    "individual": "individual; individuals; person; natural person; private individual; individual person; ind; people",
    "sole trader": "sole trader; sole traders; individual sole trader; self employed; self employed individual",
    "partnership": "partnership; partnerships; general partnership; partners",
    "trust": "trust; trusts",
    "smsf": "smsf; self managed super fund; self managed fund; self managed super; self managed super fund smsf; "
    "super fund; super fund smsf; smsf fund; self managed s f; super; super fund self managed",
    "discretionary trust": "discretionary trust; trust discretionary; family discretionary trust",
    "not for profit": "not for profit; nfp; not for profit organisation",
    "estate": "estate; deceased estate; estate deceased",
}
_STRUCTURE: Final = {
    frozenset(spelling.split()): label for label, spellings in _STRUCTURES.items() for spelling in spellings.split("; ")
}


@lru_cache(maxsize=1024)
def _structure(text: str) -> str:
    folded = _SEPARATORS.sub(" ", unaccented(text).replace(".", "")).split()
    words = " ".join(_STRUCTURE_WORDS.get(word, word) for word in folded).split()
    told = frozenset(words) - _IDLE_WORDS
    return _STRUCTURE.get(told) or " ".join(sorted(told or words))


class Structure(OneLine):
    """The name of a business structure. Case, spacing, hyphens and the order of words (`Trust - Unit`) do not count,
    nor which of the usual names of one structure is written (`SMSF`, `Pty Ltd`, `Private company`)."""

    name = "structure"

    @override
    def meaning(self, text: str, place: Place) -> str:
        return _structure(text)


_FLAGS: Final = {
    **dict.fromkeys(("yes", "y", "true", "t", "1", "on"), "yes"),
    **dict.fromkeys(("no", "n", "false", "f", "0", "off"), "no"),
}


class Flag(OneLine):
    """Yes or no, in the words XPM, spreadsheets and forms use. No is a value; blank says nothing."""

    name = "flag"
    longest = 20

    @override
    def meaning(self, text: str, place: Place) -> str:
        return _FLAGS.get(text.lower(), "")

    @override
    def problem(self, value: Parts, place: Place) -> str | None:
        text = self.tidy(value[0])
        return None if not text or text.lower() in _FLAGS else "This is neither yes nor no."

    @override
    def show(self, value: Parts, place: Place) -> str:
        text = self.tidy(value[0])
        return _FLAGS.get(text.lower(), text).capitalize() if text else ""
