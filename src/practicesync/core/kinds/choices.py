"""Values out of a short list: business structures and flags."""

import re
from typing import Final

from typing_extensions import override

from practicesync.core.kinds.base import OneLine, Parts, Place
from practicesync.core.kinds.spelling import unaccented

_SEPARATORS: Final = re.compile(r"[-/.,()]")


class Structure(OneLine):
    """The name of a business structure. Case, spacing and hyphens do not count; that two names stand for one structure
    is for the practice's own labels to say."""

    name = "structure"

    @override
    def meaning(self, text: str, place: Place) -> str:
        return " ".join(_SEPARATORS.sub(" ", unaccented(text)).split())


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
