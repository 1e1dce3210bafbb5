"""What a connector reads out of a captured reply, for support. Needs no database and no settings."""

from typing import Any

from practicesync.connectors.xpm import decode_file


def decode_reply(body: bytes) -> dict[str, Any]:
    """The reply as JSON-able data. Raises `BadAnswer` for what cannot be read."""
    return decode_file(body)
