"""Web addresses."""

import re
from typing import Final

from typing_extensions import override

from practicesync.core.kinds.base import OneLine, Parts, Place
from practicesync.core.kinds.hosts import canonical_host

_ADDRESS: Final = re.compile(
    r"(?:https?:/{1,2}|//)?(?:www\.)?(?P<host>[^\s/?#:@]+)(?P<port>:[0-9]{1,5})?(?P<rest>[/?#]\S*)?", re.IGNORECASE
)
_SCHEME: Final = re.compile(r"([a-z][a-z0-9+.-]*):(?![0-9]{1,5}(?:[/?#]|$))", re.IGNORECASE)
_HOST: Final = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_][\w-]*[^\W_]")
_STANDARD_PORTS: Final = frozenset({"", ":80", ":443"})


class Website(OneLine):
    """A web address. The scheme, `www.`, the case of the host and a slash at the end do not count; the path does, in
    its own case."""

    name = "website"
    longest = 500

    @override
    def meaning(self, text: str, place: Place) -> str:
        found = _ADDRESS.fullmatch(text)
        if not found:
            return ""
        port = found["port"] or ""
        host = canonical_host(found["host"])
        if not host:
            return ""
        return host + ("" if port in _STANDARD_PORTS else port) + (found["rest"] or "").rstrip("/?#")

    @override
    def problem(self, value: Parts, place: Place) -> str | None:
        text = self.tidy(value[0])
        if not text:
            return None
        scheme = _SCHEME.match(text)
        if scheme and scheme[1].lower() not in {"http", "https"}:
            return "A web address starts with https:// or http://, or with its name."
        found = _ADDRESS.fullmatch(text)
        if not found or not _HOST.fullmatch(found["host"].rstrip(".")):
            return "This is not a web address, such as www.example.com."
        return super().problem(value, place)
