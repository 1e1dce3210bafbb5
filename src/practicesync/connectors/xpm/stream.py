"""A list of records, cut into raw slices in constant memory, with proof that it was whole.

A record that is plainly `<Client>…</Client>` is found by a raw scan and only hashed: an unchanged one need never be
parsed. What is around the records goes through a strict parser with a placeholder in each record's place, so that a
list that is truncated, doubled, no XML or no list is refused. What the scan cannot be sure of (attributes, comments,
CDATA, a record inside a record) goes through that parser from there on, and comes out as slices too.

How the bytes were cut into chunks on the way never changes the slices.
"""

import re
from array import array
from bisect import bisect_left
from collections.abc import Generator, Iterable, Iterator
from hashlib import blake2b
from typing import Final

from lxml import etree

from practicesync.connectors.base import Slice
from practicesync.connectors.xpm.strict import HEAD, malformed, pull_parser, refuse_dtd, refuse_encoding
from practicesync.core.errors import BadAnswer

LONGEST_RECORD: Final = 4_000_000
LONGEST_REST: Final = 1_000_000
"""Bytes of one record, and between two records."""

DEEPEST: Final = 100
RECORD: Final = "Client"
CONTAINER: Final = "Clients"

_OPEN: Final = b"<Client>"
_CLOSE: Final = b"</Client>"
_PLACEHOLDER: Final = b"<Client/>"
_FIRST: Final = b"<Client><UUID>"
_UUID_LENGTH: Final = 36

# What may begin a record, or change how the bytes after it are to be read. The XML declaration alone does not.
_MARK: Final = re.compile(rb"<(?:Client[\s/>]|!|\?(?!xml\s))")
# The record's own id is its first child in 3.1, and its last one in 3.0, where the first is a number.
_UUID: Final = re.compile(
    rb"\A(?:<Twice>)?<Client[^<>]*>\s*<UUID>\s*([0-9a-fA-F-]{36})\s*</UUID>"
    rb"|<UUID>\s*([0-9a-fA-F-]{36})\s*</UUID>\s*</Client>(?:</Twice>)?\Z"
)
_NUMBER: Final = re.compile(rb"\A(?:<Twice>)?<Client[^<>]*>\s*<ID>\s*([0-9]{1,18})\s*</ID>")


class RefusedAnswer(Exception):
    """An answer with `<Status>ERROR</Status>` and its own `words`; becomes a named error where the call is known."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words


def digest(raw: bytes) -> bytes:
    """16 bytes that tell one raw record from another."""
    return blake2b(raw, digest_size=16).digest()


def slices(chunks: Iterable[bytes]) -> Iterator[Slice]:
    """The client records of a list reply. Its end proves the list whole.

    A record whose id stood in the list before is wrapped, so that decoding it fails: one of the two is wrong, and it is
    set aside alone. Raises `BadAnswer` for a list that cannot be believed and `RefusedAnswer` for an error answer.
    """
    # Sorted, in eight bytes each: a set would take ten times that, and it is all that grows with the list.
    seen = array("Q")
    for raw in _cut(chunks):
        key = _identity(raw) % 2**64
        at = bisect_left(seen, key)
        if at < len(seen) and seen[at] == key:
            raw = b"<Twice>" + raw + b"</Twice>"
        elif key:
            seen.insert(at, key)
        yield Slice(digest(raw), raw)


def remote_id_hint(raw: bytes) -> str:
    """The id that a raw record seems to have, to tell which one could not be decoded; "" where none can be seen."""
    found = _UUID.search(raw)
    if found:
        return (found[1] or found[2]).decode("ascii").lower()
    number = _NUMBER.search(raw)
    return number[1].decode("ascii") if number else ""


def _identity(raw: bytes) -> int:
    """A number that stands for the record's id, or 0 where it shows none."""
    if raw.startswith(_FIRST):
        return hash(raw[len(_FIRST) : len(_FIRST) + _UUID_LENGTH].lower())
    hint = remote_id_hint(raw)
    return hash(hint.encode()) if hint else 0


def _cut(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The raw records: scanned while that is safe, parsed from where it is not."""
    rest = _Rest()
    scan = _Scan(rest)
    source = iter(chunks)
    for chunk in source:
        if not (yield from scan.take(chunk)):
            break
    yield from rest.take(scan.left())
    for chunk in source:
        yield from rest.take(chunk)
    rest.end()


class _Scan:
    """The raw scan. It holds at most one record and one chunk."""

    def __init__(self, rest: "_Rest") -> None:
        self._rest = rest
        self._buffer = bytearray()
        self._looked = 0

    def left(self) -> bytes:
        """What was taken and is not dealt with yet."""
        return bytes(self._buffer)

    def take(self, chunk: bytes) -> Generator[bytes, None, bool]:
        """Yield the records that are whole now. Returns False once what follows has to be parsed."""
        buffer = self._buffer
        buffer += chunk
        done = 0
        while True:
            at_record = buffer.startswith(_OPEN, done) and not self._rest.names_spaces
            start = done if at_record else self._rest_before_record(done)
            if start < 0:
                return start == _MORE
            end = buffer.find(_CLOSE, max(start + len(_OPEN), self._looked))
            if end < 0:
                self._keep(start)
                return True
            end += len(_CLOSE)
            raw = bytes(buffer[start:end])
            if len(raw) > LONGEST_RECORD:
                raise _too_long()
            if _MARK.search(raw, len(_OPEN)):
                self._keep(start)
                return False
            self._rest.placeholder()
            self._looked = 0
            yield raw
            done = end

    def _rest_before_record(self, done: int) -> int:
        """Hand what is before the next record to the parser; where that record starts, or `_MORE` or `_PARSE`."""
        buffer = self._buffer
        mark = _MARK.search(buffer, done)
        if mark is None:
            # The last bytes may be the beginning of a mark.
            tail = buffer.rfind(b"<", max(done, len(buffer) - len(_OPEN)))
            upto = len(buffer) if tail < 0 else tail
        else:
            upto = mark.start()
        self._rest.skip(bytes(buffer[done:upto]))
        if mark is not None and mark[0] == _OPEN and not self._rest.names_spaces:
            return upto
        self._keep(upto)
        return _MORE if mark is None else _PARSE

    def _keep(self, start: int) -> None:
        """Forget what is before `start`."""
        del self._buffer[:start]
        self._looked = max(0, len(self._buffer) - len(_CLOSE) + 1)
        if len(self._buffer) > LONGEST_RECORD and self._buffer.find(_CLOSE) < 0:
            raise _too_long()


_MORE: Final = -1
_PARSE: Final = -2


def _too_long() -> BadAnswer:
    return BadAnswer(f"A record in the list is longer than {LONGEST_RECORD:,} bytes.")


class _Rest:
    """The strict parser of all that the scan does not take as a record."""

    def __init__(self) -> None:
        self._parser = pull_parser()
        self._path: list[str] = []
        self._status = ""
        self._words = ""
        self._lists = 0
        self._since = 0
        self._head = b""
        # A record cut out of a document with namespaces would lack them.
        self.names_spaces = False

    def skip(self, data: bytes) -> None:
        """Take what is around the records."""
        for _ in self.take(data):
            raise BadAnswer("A record stands where the list does not have it.")

    def placeholder(self) -> None:
        """A record stands here. It has to be a direct child of the list."""
        found = list(self.take(_PLACEHOLDER))
        if len(found) != 1:
            raise BadAnswer("A record stands outside the list.")

    def take(self, data: bytes) -> Iterator[bytes]:
        """Parse on; yields the records that are whole now."""
        if not data:
            return
        if not self._path:
            self._head += data[:HEAD]
        try:
            self._parser.feed(data)
            for event, element in self._parser.read_events():
                if event == "start":
                    self._started(element)
                else:
                    yield from self._ended(element)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise malformed(error) from None
        self._since += len(data)
        if self._since > (LONGEST_RECORD if len(self._path) > 2 else LONGEST_REST):
            raise BadAnswer("A part of the list is too long.")

    def end(self) -> None:
        """The document is over. Raises unless it was a whole list, or an error answer."""
        try:
            self._parser.close()
        except (etree.XMLSyntaxError, ValueError) as error:
            raise malformed(error) from None
        if self._status == "ERROR":
            raise RefusedAnswer(self._words)
        if self._status != "OK" or not self._lists:
            raise BadAnswer("The reply holds no list.")

    def _started(self, element: etree._Element) -> None:
        self._path.append(str(element.tag))
        if len(self._path) < 3 and element.nsmap:
            self.names_spaces = True
        match len(self._path):
            case 1:
                refuse_dtd(element)
                refuse_encoding(self._head[:HEAD])
                self._head = b""
                if element.tag != "Response":
                    raise BadAnswer("The reply is not one of Practice Manager's.")
            case 2 if element.tag == CONTAINER:
                self._lists += 1
                if self._status != "OK" or self._lists > 1:
                    raise BadAnswer("The list is not where it should be.")
            case 3 if self._path[1] == CONTAINER and element.tag != RECORD:
                raise BadAnswer("The list holds something that is not a client.")
            case depth if depth > DEEPEST:
                raise BadAnswer("The reply is nested too deeply.")

    def _ended(self, element: etree._Element) -> Iterator[bytes]:
        self._path.pop()
        parent = element.getparent()
        if len(self._path) == 1:
            if element.tag == "Status":
                self._status = (element.text or "").strip().upper()
            elif element.tag == "ErrorDescription":
                self._words = element.text or ""
        elif len(self._path) == 2 and self._path[1] == CONTAINER and parent is not None:
            raw = etree.tostring(element, encoding="utf-8", with_tail=False)
            parent.remove(element)
            self._since = 0
            yield raw
