"""Request bodies in JSON, read into the tree that the same body in XML would give, so that handlers know one form.

Names are those of Xero's withdrawn description of API 3.1.
"""

import json
import re
from typing import Any

from lxml import etree

from xpm_sandbox.api.call import Refusal

# Written with their values as attributes, under the very names of the XML.
ATTRIBUTED = frozenset(("add", "remove", "add-manager", "remove-manager", "add-partner", "remove-partner"))
_CAPITALS = frozenset(("uuid", "id", "gst"))
_WORDS = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*", re.ASCII)


def tree(body: bytes, root: str, *, null_is_empty: bool = False) -> etree._Element:
    """The element of this name with what the JSON object holds; raises `Refusal` with 400 when it is none.

    A null is taken as left out, or as an empty element.
    """
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError) as broken:
        raise Refusal("The request body is not well-formed JSON", 400) from broken
    if not isinstance(sent, dict):
        raise Refusal("The request body must be a JSON object", 400)
    found = etree.Element(root)
    try:
        _fill(found, sent if null_is_empty else _without_nulls(sent))
    except (ValueError, RecursionError) as unwritable:
        raise Refusal("The request body holds what no record can", 400) from unwritable
    return found


def element_of(name: str) -> str:
    """`clientUuid` as `ClientUUID`, `prepareGst` as `PrepareGST`, `add` and `opt-out` as they are."""
    if name in ATTRIBUTED or "-" in name:
        return name
    words: list[str] = _WORDS.findall(name)
    return "".join(word.upper() if word.lower() in _CAPITALS else word[:1].upper() + word[1:] for word in words)


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(each) for name, each in value.items() if each is not None}
    return [_without_nulls(each) for each in value] if isinstance(value, list) else value


def _fill(parent: etree._Element, sent: dict[str, Any]) -> None:
    for name, value in sent.items():
        element = element_of(name) if _NAME.fullmatch(name) else ""
        if not element:
            continue
        if isinstance(value, list):
            _rows(parent, element, value)
        elif name in ATTRIBUTED:
            _attributed(parent, element, value)
        else:
            _put(etree.SubElement(parent, element), value)


def _rows(parent: etree._Element, element: str, rows: list[Any]) -> None:
    """Rows of a list, in an element of its own unless the body is that element, or they carry attributes."""
    if element in ATTRIBUTED:
        for row in rows:
            _attributed(parent, element, row)
        return
    holder = parent if parent.tag == element else etree.SubElement(parent, element)
    for row in rows:
        _put(etree.SubElement(holder, element.removesuffix("s")), row)


def _attributed(parent: etree._Element, element: str, value: Any) -> None:
    attributes = {name: _text(each) for name, each in value.items()} if isinstance(value, dict) else {}
    etree.SubElement(parent, element, {name: text for name, text in attributes.items() if _NAME.fullmatch(name)})


def _put(node: etree._Element, value: Any) -> None:
    if isinstance(value, dict):
        _fill(node, value)
    else:
        node.text = _text(value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return ""
    return str(value) if isinstance(value, int | float | str) else json.dumps(value)
