"""Pages of `client.api/paged-list` and `client.api/contacts`: opaque tokens, links, and how a walk ages."""

import base64
import binascii
import json
import re
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from flask import request

from xpm_sandbox.api.call import Call, Refusal
from xpm_sandbox.api.xml_out import element

_MOST = 500
_LIFE = 30 * 60 * 1_000_000
_SHORT_LIFE = 60 * 1_000_000


@dataclass(frozen=True)
class Page:
    """Where a page begins: after a name and identifier, in a walk begun at a stamp."""

    size: int
    name: str = ""
    uuid: str = ""
    begun: int = 0
    issued: int = 0

    @property
    def after(self) -> tuple[str, str]:
        return self.name, self.uuid


def asked_page(call: Call) -> Page:
    """The page that the query asks for; raises `Refusal` with 400 for a bad size or token."""
    size = _size(call, request.args.get("pageSize", "50"))
    token = request.args.get("pageToken")
    if not token:
        return Page(size, begun=call.now, issued=call.now)
    page = _read(token)
    life = _SHORT_LIFE if call.settings["paged_walk"] == "expires" else _LIFE
    if page is None or call.now - page.issued > life:
        raise Refusal("Invalid pageToken", 400)
    return Page(size, page.name, page.uuid, page.begun, page.issued)


def links(call: Call, page: Page, last: tuple[str, str] | None) -> str:
    """The `Pagination` element; `last` is the last row's place when more rows follow, and None on the last page."""
    inner = element("First", _address(page.size))
    if last is not None:
        following = Page(page.size, *last, begun=page.begun, issued=call.now)
        inner += element("Next", _address(page.size, _token(following)))
    elif call.settings["next_on_last_page"] != "absent":
        again = request.args.get("pageToken", "")
        inner += element("Next", _address(page.size, again) if call.settings["next_on_last_page"] == "repeated" else "")
    return f"<Pagination><Links>{inner}</Links></Pagination>"


def _size(call: Call, sent: str) -> int:
    whole = re.fullmatch(r"-?\d{1,9}", sent, re.ASCII)
    if whole and 1 <= int(sent) <= _MOST:
        return int(sent)
    if whole and call.settings["page_size_out_of_range"] == "nearest":
        return min(max(int(sent), 1), _MOST)
    raise Refusal(f"pageSize must be between 1 and {_MOST}", 400, known=True)


def _address(size: int, token: str = "") -> str:
    query = {"pageSize": str(size), **({"pageToken": token} if token else {})}
    return f"{request.base_url}?{urlencode(query)}"


def _token(page: Page) -> str:
    return base64.urlsafe_b64encode(json.dumps(asdict(page)).encode()).decode()


def _read(token: str) -> Page | None:
    try:
        return Page(**json.loads(base64.urlsafe_b64decode(token.encode())))
    except (binascii.Error, UnicodeError, ValueError, TypeError):
        return None
