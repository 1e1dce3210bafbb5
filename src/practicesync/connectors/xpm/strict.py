"""The one XML entry point. No DTD, no entity, no network, UTF-8 alone; libxml2's own caps on depth and text stay on."""

import re
from typing import Any

from lxml import etree

from practicesync.core.errors import BadAnswer

HEAD = 256
"""Bytes that an XML declaration may take."""

_DECLARED = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml\s[^>]*?encoding\s*=\s*[\"']\s*([^\"'\s]+)")

_STRICT: dict[str, Any] = {
    "encoding": "utf-8",
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "dtd_validation": False,
    "attribute_defaults": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
    "recover": False,
    "collect_ids": False,
}
"""UTF-8 is imposed, so that no encoding hides a DTD from anybody."""


_WHOLE = etree.XMLParser(**_STRICT)
"""The parser of whole documents. lxml lets one be used by any thread, and to make one costs a sixth of a record."""


def pull_parser() -> etree.XMLPullParser[etree._Element]:
    """A parser to be fed, which tells where elements start and end. The caller refuses a DTD at the root's start."""
    return etree.XMLPullParser(events=("start", "end"), **_STRICT)


def parse(raw: bytes) -> etree._Element:
    """The root element. Raises `BadAnswer` on anything but well-formed XML in UTF-8 without a DTD."""
    if not raw.strip():
        raise BadAnswer("The reply is empty.")
    if b"<!DOCTYPE" in raw:
        raise dtd()
    refuse_encoding(raw[:HEAD])
    try:
        root: etree._Element = etree.fromstring(raw, _WHOLE)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise malformed(error) from None
    refuse_dtd(root)
    return root


_BEGINS = re.compile(rb"<[A-Za-z]")


def parse_element(raw: bytes) -> etree._Element:
    """`parse` for what begins with the root element itself, as a slice does: neither a declaration nor a DTD can come
    before it, so that nothing has to be looked for."""
    if not _BEGINS.match(raw):
        return parse(raw)
    try:
        root: etree._Element = etree.fromstring(raw, _WHOLE)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise malformed(error) from None
    return root


def refuse_dtd(root: etree._Element) -> None:
    """Raise `BadAnswer` where the document has a DTD."""
    docinfo = root.getroottree().docinfo
    if docinfo.doctype or docinfo.internalDTD is not None:
        raise dtd()


def refuse_encoding(head: bytes) -> None:
    """Raise `BadAnswer` where the document's first bytes declare an encoding other than the one that is imposed."""
    declared = _DECLARED.match(head)
    if declared and declared[1].lower() not in {b"utf-8", b"us-ascii"}:
        raise BadAnswer("The reply is not in UTF-8.")


def dtd() -> BadAnswer:
    """The error for a document that brings a DTD."""
    return BadAnswer("The reply has a document type definition, which is never accepted.")


def malformed(error: Exception) -> BadAnswer:
    """The error for XML that is not well-formed. Says where, never what: a parser's words quote the document."""
    position = getattr(error, "position", None)
    where = f" (line {position[0]}, column {position[1]})" if position else ""
    return BadAnswer(f"The reply is not well-formed XML{where}.")
