"""What typing habits add to a text: case, spacing, typographic marks, accents."""

import re
import unicodedata
from typing import Final

_MARKS: Final = str.maketrans({"‘": "'", "’": "'", "ʼ": "'", "ʻ": "'", "´": "'", "`": "'", "“": '"', "”": '"'})
_DASHES: Final = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
_LATIN_ACCENTS: Final = re.compile(r"(?<=[a-z])[\u0300-\u036f]+")
# Latin letters that Unicode does not take apart into a letter and an accent.
_LATIN_LETTERS: Final = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i"}
)


def plain(text: str) -> str:
    """`text` in one case, with single spaces, straight quotes and plain dashes."""
    if text.isascii():
        return " ".join(text.lower().split())
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text.translate(_MARKS)).casefold())
    return " ".join(text.translate(_MARKS).translate(_DASHES).split())


def unaccented(text: str) -> str:
    """`plain(text)` with Latin letters bare of accents and macrons; in other scripts such marks carry meaning."""
    if text.isascii():
        return " ".join(text.lower().split())
    text = _LATIN_ACCENTS.sub("", unicodedata.normalize("NFKD", plain(text)))
    return unicodedata.normalize("NFKC", text).translate(_LATIN_LETTERS)
