"""Recorded exchanges with the real Practice Manager: reading, replaying and comparing them.

`recorded/` holds what was derived from a vendor's published recordings: request, status, headers that matter, and the
reply's elements in order with what they held.
"""

import json
from pathlib import Path
from typing import Any

from lxml import etree

from sandbox.door import Door

_RECORDED = Path(__file__).parent / "recorded"
_ASSIGNED = ("ID", "UUID")
Element = list[Any]


def recording(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((_RECORDED / f"{name}.json").read_text())
    return loaded


def replay(door: Door, recording: dict[str, Any]) -> Any:
    request = recording["request"]
    path = request["path"].removeprefix("/practicemanager/3.0/")
    return door.api(request["method"], path, request["body"], version="3.0", **request["query"])


def elements(node: etree._Element) -> Element:
    return [node.tag, [elements(child) for child in node] if len(node) else node.text or ""]


def record_in(recording: dict[str, Any]) -> Element:
    """The record or list that follows the status."""
    found: Element = recording["elements"][1][1]
    return found


def without_assigned(element: Element, *more: str) -> Element:
    """The same without the keys that the service assigns, and any more elements named."""
    tag, inner = element
    if isinstance(inner, str):
        return [tag, "assigned" if tag in (*_ASSIGNED, *more) else inner]
    return [tag, [without_assigned(child, *more) for child in inner]]


def assert_headers(reply: Any, recording: dict[str, Any]) -> None:
    for name, value in recording["headers"].items():
        if name.endswith("-remaining"):
            assert reply.headers[name].isdigit(), name
        else:
            assert reply.headers[name] == value, name
