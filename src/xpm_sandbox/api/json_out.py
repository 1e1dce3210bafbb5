"""Replies as JSON, rewritten from the XML that would have been sent, so that both forms are of one reply.

Names and types are those of Xero's withdrawn description of API 3.1: flat objects in camelCase, lists always arrays,
Yes and No as text, numbers as numbers, and the address of a single record inside it.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from lxml import etree

CONTENT_TYPE = "application/json; charset=utf-8"

# Elements that hold rows, however many. In XML an empty one cannot be told from an empty text.
LISTS = frozenset((
    "Assigned", "Categories", "Clients", "Comments", "Contacts", "Costs", "CustomFieldDefinitions", "CustomFields",
    "Documents", "Groups", "Invoices", "JobStates", "Jobs", "Milestones", "Notes", "Payments", "Quotes",
    "Relationships", "StaffList", "TaskList", "Tasks", "Templates", "Times",
))  # fmt: skip
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
_ROOT = "Response"

Value = str | int | float | bool | list["Value"] | dict[str, "Value"] | None


def rewritten(pieces: Iterable[bytes]) -> Iterator[str]:
    """The JSON of a reply whose XML comes in pieces; holds one row of a list at a time."""
    parser = etree.XMLPullParser(events=("start", "end"), recover=True, huge_tree=True, resolve_entities=False)
    writing = _Writing()
    for piece in pieces:
        parser.feed(piece)
        if written := "".join(writing.take(event, node) for event, node in parser.read_events()):
            yield written
    parser.close()
    yield "}"


@cache
def name_of(element: str) -> str:
    """`GSTRegistered` as `gstRegistered`, `PrepareGST` as `prepareGst`, `add-manager` as it is."""
    if "-" in element:
        return element
    words: list[str] = _WORDS.findall(element)
    return words[0].lower() + "".join(word.capitalize() for word in words[1:])


def value_of(node: etree._Element) -> Value:
    """What an element is in JSON: an array, an object, or a single value."""
    if node.tag in LISTS:
        return [value_of(row) for row in node]
    if len(node):
        return {name_of(str(child.tag)): value_of(child) for child in node}
    return _single(str(node.tag), node.text or "")


class _Writing:
    """One object in the making: its members so far, and how deep in the reply the parser is."""

    def __init__(self) -> None:
        self._above = 0
        self._depth = 0
        self._members = 0
        self._rows: int | None = None
        self._inside: Value = None

    def take(self, event: str, node: etree._Element) -> str:
        """What the parser's next event adds to the text."""
        if event == "start":
            return self._start(node)
        return self._end(node)

    def _start(self, node: etree._Element) -> str:
        self._depth += 1
        if self._depth == 1:
            # Some lists are documented without the element around the whole.
            self._above = 1 if node.tag == _ROOT else 0
            if self._above:
                return "{"
            self._members = 1
            return '{"status":"OK"' + self._open(node)
        return self._open(node) if self._depth == self._above + 1 else ""

    def _open(self, node: etree._Element) -> str:
        if node.tag not in LISTS:
            return ""
        self._rows = 0
        return self._member(str(node.tag)) + "["

    def _end(self, node: etree._Element) -> str:
        self._depth -= 1
        level = self._depth - self._above
        if level == 0 and self._rows is not None:
            self._rows = None
            return "]"
        if level == 0:
            return self._whole(node)
        if level == 1 and self._rows is not None:
            return self._row(node)
        return ""

    def _row(self, node: etree._Element) -> str:
        text = ("," if self._rows else "") + _dump(value_of(node))
        self._rows = (self._rows or 0) + 1
        # The parser still holds this row; those before it can go.
        holder = node.getparent()
        while holder is not None and node.getprevious() is not None:
            del holder[0]
        return text

    def _whole(self, node: etree._Element) -> str:
        if node.tag == _INSIDE:
            self._inside = node.text or ""
            return ""
        value = value_of(node)
        if self._inside is not None and isinstance(value, dict):
            value[name_of(_INSIDE)] = self._inside
            self._inside = None
        return self._member(str(node.tag)) + _dump(value)

    def _member(self, element: str) -> str:
        self._members += 1
        return f'{"," if self._members > 1 else ""}"{name_of(element)}":'


_dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _single(element: str, text: str) -> Value:
    reader = _READERS.get(element)
    if reader is None:
        return text
    try:
        return reader(text) if text.strip() else None
    except ValueError:
        return text


def _decimal(text: str) -> float:
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    return float(text)


def _flag(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(text)
    return text == "true"


_READERS: dict[str, Callable[[str], Value]] = {
    **dict.fromkeys(WHOLE, int),
    **dict.fromkeys(DECIMAL, _decimal),
    **dict.fromkeys(FLAGS, _flag),
}
