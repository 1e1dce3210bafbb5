"""Replies as JSON, rewritten from the XML that would have been sent, so that both forms are of one reply.

Names and types are those of Xero's withdrawn description of API 3.1: flat objects in camelCase, lists always arrays,
Yes and No as text, numbers as numbers, and the address of a single record inside it.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from xpm_sandbox import fields
from xpm_sandbox.api import xml_text
from xpm_sandbox.api.xml_text import LISTS, ROOT

CONTENT_TYPE = "application/json; charset=utf-8"

WHOLE = frozenset((
    "ActualMinutes", "AllocatedMinutes", "BalanceMonth", "EstimatedMinutes", "Minutes", "NumberOfShares", "PaymentDay",
    "Records",
))  # fmt: skip
DECIMAL = frozenset((
    "Budget", "CostMarkup", "Decimal", "Number", "Percentage", "ProvisionalTaxRatio", "Quantity", "UnitCost",
    "UnitPrice",
))  # fmt: skip
# True or false. Client flags are none of them: they stay Yes or No.
FLAGS = frozenset((
    "Billable", "Boolean", "Completed", "UseClient", "UseContact", "UseJob", "UseJobCost", "UseJobTask", "UseJobTime",
    "UseLead", "UseSupplier",
))  # fmt: skip
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+")
_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
# What stands beside a record in XML and inside it in JSON.
_INSIDE = "WebUrl"

_REFERENCE = re.compile(r"&(?:#x([0-9A-F]+)|(\w+));")
_MEANS = {"amp": "&", "lt": "<", "gt": ">"}


def rewritten(pieces: Iterable[bytes]) -> Iterator[str]:
    """The JSON of a reply whose XML, as this package writes it, comes in pieces; holds one of them at a time."""
    writing = _Writing()
    for text in xml_text.whole(pieces):
        if written := writing.taken(text):
            yield written
    yield "}"


@cache
def name_of(element: str) -> str:
    """`GSTRegistered` as `gstRegistered`, `PrepareGST` as `prepareGst`, `add-manager` as it is."""
    if "-" in element:
        return element
    words: list[str] = _WORDS.findall(element)
    return words[0].lower() + "".join(word.capitalize() for word in words[1:])


class _Writing:
    """One object in the making: what closes the arrays and objects that are open in it, and what parts them."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self._comma = ""
        self._inside = ""

    def taken(self, text: str) -> str:
        """What this much more of the XML adds to the JSON."""
        out: list[str] = []
        for name, value, end, tag, empty in xml_text.TOKEN.findall(text):
            if name in _PLAIN and self._comma and "&" not in value:
                out.append(_PLAIN[name] + _quoted(value))  # most of any reply
            elif end:
                out.append(self._end())
            elif tag and not empty:
                out.append(self._start(tag))
            else:
                out.append(self._single(name or tag, value))
        return "".join(out)

    def _single(self, name: str, text: str) -> str:
        begun = "" if self._open else self._begin()
        written, comma = _written(name, text), self._comma
        if name == _INSIDE and len(self._open) == 1:
            self._inside = written
            return begun
        self._comma = ","
        return begun + comma + self._key(name) + written

    def _start(self, name: str) -> str:
        if not self._open and name == ROOT:
            self._open.append("}")
            return "{"
        begun = "" if self._open else self._begin()
        comma, key = self._comma, self._key(name)
        self._comma = ""
        self._open.append("]" if name in LISTS else "}")
        return begun + comma + key + ("[" if name in LISTS else "{")

    def _begin(self) -> str:
        """Some lists are documented without the element around the whole."""
        self._open.append("}")
        self._comma = ","
        return '{"status":"OK"'

    def _key(self, name: str) -> str:
        return "" if self._open[-1] == "]" else _key(name)

    def _end(self) -> str:
        """Close what was opened last; the whole is closed when the reply is over."""
        closing = self._open.pop()
        if not self._open:
            return ""
        if len(self._open) == 1 and closing == "}" and self._inside:
            closing, self._inside = f"{self._comma}{_key(_INSIDE)}{self._inside}" + closing, ""
        self._comma = ","
        return closing


@cache
def _key(element: str) -> str:
    return f'"{name_of(element)}":'


_quoted = json.encoder.encode_basestring


def _written(element: str, text: str) -> str:
    """A single value in JSON."""
    if "&" in text:
        text = _REFERENCE.sub(lambda found: chr(int(found[1], 16)) if found[1] else _MEANS[found[2]], text)
    reader = _READERS.get(element)
    return _quoted(text) if reader is None else reader(text)


def _read(reader: Callable[[str], object]) -> Callable[[str], str]:
    """The text's value in JSON: null when there is none, and the text itself when it is no such value."""

    def read(text: str) -> str:
        try:
            return json.dumps(reader(text)) if text.strip() else "null"
        except ValueError:
            return _quoted(text)

    return read


def _decimal(text: str) -> float:
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    return float(text)


def _flag(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(text)
    return text == "true"


_READERS: dict[str, Callable[[str], str]] = {
    **dict.fromkeys(WHOLE, _read(int)),
    **dict.fromkeys(DECIMAL, _read(_decimal)),
    **dict.fromkeys(FLAGS, _read(_flag)),
    **dict.fromkeys(LISTS, lambda text: "[]"),
}

# Texts of clients and contacts, which are members of their records and nothing else, with what leads up to them.
_PLAIN = {
    name: f",{_key(name)}"
    for name in (*(field.name for field in fields.FIELDS), *fields.CONTACT_FIELDS, *fields.CONTACT_TIE_FIELDS, "UUID")
    if name not in _READERS
}
