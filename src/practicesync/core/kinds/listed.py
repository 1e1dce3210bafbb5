"""Values out of a list of words: a field's own, or one that the firm keeps."""

from typing_extensions import override

from practicesync.core.kinds.base import OneLine, Place
from practicesync.core.kinds.spelling import plain


class Choice(OneLine):
    """A word of a list. Case and spacing do not count; which words there are is said by the field or by the firm."""

    name = "choice"
    longest = 100

    @override
    def meaning(self, text: str, place: Place) -> str:
        return plain(text)
