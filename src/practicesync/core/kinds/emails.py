"""E-mail addresses, one or several in a field."""

import re
from typing import Final

from email_validator import EmailNotValidError, validate_email
from typing_extensions import override

from practicesync.core.kinds.base import OnePart, Parts, Place, clean, one_line
from practicesync.core.kinds.hosts import canonical_host

_SEPARATORS: Final = re.compile(r"[;,]")
_AROUND_AT: Final = re.compile(r" ?@ ?")
_NAMED: Final = re.compile(r"[^<>;,]*<([^<>@;,\s]+@[^<>@;,\s]+)>")
_PLAIN: Final = re.compile(r"[^\s;,<>@:]+@[^\s;,<>@:]+")


def split_addresses(text: str) -> list[str]:
    """The addresses of a field, as written, in their order; separated by ; or , or, where that is clear, by blanks."""
    found: list[str] = []
    for chunk in _SEPARATORS.split(_AROUND_AT.sub("@", " ".join(text.split()))):
        words = chunk.split()
        if len(words) > 1 and all("@" in word for word in words):
            found.extend(words)
        elif words:
            found.append(" ".join(words))
    return found


def _address(text: str) -> str:
    text = text.casefold().removeprefix("mailto:").strip("<> ")
    local, at, host = text.rpartition("@")
    return f"{local}@{canonical_host(host)}" if at else text


class Email(OnePart):
    """E-mail addresses. Case, blanks, a name in front of the address in brackets and what separates several do not
    count; their order does, for programs write to the first.

    Case of the part before the @ is left aside: RFC 5321 allows it to matter, and no mail provider uses that.
    """

    name = "email"
    longest = 1000

    @override
    def tidy(self, value: str) -> str:
        return one_line(clean(value), "; ")

    @override
    def alike(self, a: str, b: str) -> bool:
        return a.strip().lower() == b.strip().lower()

    @override
    def meaning(self, text: str, place: Place) -> str:
        if text.isascii() and _PLAIN.fullmatch(text):
            return text.lower().rstrip(".")
        return ";".join(map(_address, split_addresses(_NAMED.sub(r"\1", text) if "<" in text else text)))

    @override
    def problem(self, value: Parts, place: Place) -> str | None:
        for address in split_addresses(self.tidy(value[0])):
            try:
                # Only the form is checked; addresses under .test are allowed, since demonstration firms use them.
                validate_email(_address(address), check_deliverability=False, test_environment=True)
            except EmailNotValidError:
                return f"“{address}” is not an e-mail address."
        return super().problem(value, place)
