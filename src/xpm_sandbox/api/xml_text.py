"""Going through a reply of this package as text, token by token.

A long list is rewritten on its way out. A parser that makes a tree of it takes three times as long, and what is read
here was written here: no comments, no mixed content, single values between a start and an end tag.
"""

import re
from codecs import getincrementaldecoder
from collections.abc import Iterable, Iterator

ROOT = "Response"
# Elements that hold rows, however many. In XML an empty one cannot be told from an empty text.
LISTS = frozenset((
    "Assigned", "Categories", "Clients", "Comments", "Contacts", "Costs", "CustomFieldDefinitions", "CustomFields",
    "Documents", "Groups", "Invoices", "JobStates", "Jobs", "Milestones", "Notes", "Payments", "Quotes",
    "Relationships", "StaffList", "TaskList", "Tasks", "Templates", "Times",
))  # fmt: skip

# A single value (name, text); or an end, start or whole of an element that has none (slash, name, slash).
TOKEN = re.compile(r"<([\w-]+)>([^<]*)</\1>|<(/?)([\w-]+)[^>]*?(/?)>")


def whole(pieces: Iterable[bytes]) -> Iterator[str]:
    """The text of the pieces, cut anew so that no token is in two of them."""
    decode, held = getincrementaldecoder("utf-8")().decode, ""
    for piece in pieces:
        held += decode(piece)
        # Up to the last end tag, every single value is whole.
        end = held.find(">", held.rfind("</")) + 1 if "</" in held else 0
        if end:
            yield held[:end]
        held = held[end:]
    yield held
