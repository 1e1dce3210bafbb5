"""The `fields` parameter of 3.1: which members of its records a reply keeps.

Xero's description has it at every endpoint as a comma list of fields, and no exchange shows it used. That names are
those of either form in any case, that it is about a record's own members, and that its key stays, are guesses.
"""

from collections.abc import Collection, Iterable, Iterator

from xpm_sandbox.api.json_out import name_of
from xpm_sandbox.api.xml_text import LISTS, ROOT, TOKEN, whole

_KEYS = frozenset(("uuid", "id"))
_BESIDE = "WebUrl"  # stands beside a record in XML and inside it in JSON
_NO_RECORD = "Pagination"


def asked(parameter: str) -> frozenset[str]:
    """The names in a `fields` parameter; none when all fields are meant."""
    names = {name.strip().replace("_", "").lower() for name in parameter.split(",")} - {""}
    return frozenset(names | _KEYS) if names else frozenset()


def selected(pieces: Iterable[bytes], wanted: Collection[str]) -> Iterator[bytes]:
    """A reply's XML, which comes in pieces, with those members of its records alone that are `asked`."""
    selecting = _Selecting(wanted)
    for text in whole(pieces):
        if kept := selecting.kept(text):
            yield kept.encode()


class _Selecting:
    """Which elements are open, and how many of those that are left out."""

    def __init__(self, wanted: Collection[str]) -> None:
        self._wanted = wanted
        self._open: list[str] = []
        self._left_out = 0

    def kept(self, text: str) -> str:
        """What is kept of this much more of the reply."""
        out: list[str] = []
        for token in TOKEN.finditer(text):
            leaf, _, end, tag, empty = token.groups()
            starts = bool(tag) and not end and not empty
            if self._left_out:
                self._left_out += starts - bool(end)
            elif end:
                self._open.pop()
                out.append(token[0])
            elif self._is_member(leaf or tag) and name_of(leaf or tag).lower() not in self._wanted:
                self._left_out = int(starts)
            else:
                out.append(token[0])
                if starts:
                    self._open.append(tag)
        return "".join(out)

    def _is_member(self, name: str) -> bool:
        """Whether an element of this name would stand directly in a record here."""
        inside = self._open[1:] if self._open[:1] == [ROOT] else self._open
        if not inside:
            return name == _BESIDE
        return inside[0] != _NO_RECORD and len(inside) == (2 if inside[0] in LISTS else 1)
