"""Good replies made bad: broken, dangerous, doubled, strange or emptied, in XML and in JSON."""

import json
import re
from collections.abc import Callable
from typing import Any


def spoilt(kind: str, body: bytes) -> bytes:
    """The body of a reply, spoilt in one of the `WAYS`."""
    in_json = body[:1] == b"{"
    return (_JSON_WAYS if in_json else _XML_WAYS)[kind](body)


def _malformed(body: bytes) -> bytes:
    return (
        body.replace(b"</Name>", b"</Nmae>", 1) if b"</Name>" in body else body.replace(b"</Status>", b"</Stauts>", 1)
    )


def _dtd(body: bytes) -> bytes:
    head = b'<!DOCTYPE Response [<!ENTITY firm "Expanded &amp; Sons">]>'
    return head + re.sub(rb"<Name>[^<]*</Name>", b"<Name>&firm;</Name>", body, count=1)


def _control_characters(body: bytes) -> bytes:
    return re.sub(rb"<(Name|Status)>", lambda found: found[0] + b"\x01\x0b", body, count=1)


def _duplicate_ids(body: bytes) -> bytes:
    row = rb"<(Client|Contact|Staff)>.*?</\1>"
    return re.sub(row, lambda found: found[0] * 2, body, count=1, flags=re.DOTALL)


def _unknown_elements(body: bytes) -> bytes:
    row = b"<Brand>new</Brand><Wrapped><UUID>0</UUID><Name>not a name</Name></Wrapped>"
    body = re.sub(rb"<(Client|Contact|Staff)>", lambda found: found[0] + row, body)
    return body.replace(b"</Status>", b"</Status><Hint>new</Hint>", 1)


def _empty_list(body: bytes) -> bytes:
    whole = rb"(<Status>OK</Status>)<(Clients|Contacts|StaffList)>.*</\2>"
    return re.sub(whole, rb"\1<\2 />", body, count=1, flags=re.DOTALL)


def _json_rows(change: Callable[[list[Any]], list[Any]]) -> Callable[[bytes], bytes]:
    """A way that changes the rows of each list of a reply."""

    def spoil(body: bytes) -> bytes:
        told = {name: change(each) if isinstance(each, list) else each for name, each in json.loads(body).items()}
        return json.dumps(told, ensure_ascii=False).encode()

    return spoil


def _stranger(row: Any) -> Any:
    return {**row, "brand": "new", "wrapped": {"uuid": "0", "name": "not a name"}} if isinstance(row, dict) else row


_XML_WAYS: dict[str, Callable[[bytes], bytes]] = {
    "malformed": _malformed,
    "dtd": _dtd,
    "control_characters": _control_characters,
    "duplicate_ids": _duplicate_ids,
    "unknown_elements": _unknown_elements,
    "empty_list": _empty_list,
}
_JSON_WAYS: dict[str, Callable[[bytes], bytes]] = {
    "malformed": lambda body: body[:-1],
    # JSON has no document types: what comes instead is the XML that nobody asked for.
    "dtd": lambda body: _dtd(b"<Response><Status>OK</Status><Name></Name></Response>"),
    "control_characters": lambda body: body.replace(b'"status":"', b'"status":"\x01\x0b', 1),
    "duplicate_ids": _json_rows(lambda rows: [*rows[:1], *rows]),
    "unknown_elements": _json_rows(lambda rows: [_stranger(row) for row in rows]),
    "empty_list": _json_rows(lambda rows: []),
}
WAYS = frozenset(_XML_WAYS)
