"""Which form a call's body and reply have: XML, unless the strict flag lets 3.1 honour `Accept` and `Content-Type`.

Source: Xero's description of API 3.1 (the header `Xero-Features`), and a live practice's exchanges: without the flag
both headers are passed over. What the strict service answers to forms that it does not have is a guess.
"""

from collections.abc import Iterable

from flask import Response, g, request
from lxml import etree

from xpm_sandbox.api import json_in, json_out, selecting
from xpm_sandbox.api.call import Refusal
from xpm_sandbox.audit import GUESS
from xpm_sandbox.switches import Settings

STRICT_FLAG = "practice-strict-content-type"
_JSON = "application/json"
_XML = ("text/xml", "application/xml")


def check(settings: Settings) -> None:
    """Note how the call is to be read and answered.

    Refuses, with 406 or 415, a strict call whose reply or body would have a form that XPM does not have.
    """
    g.null_is_empty = settings["json_null"] == "empty"
    g.fields_count = settings["fields_parameter"] == "honoured" and g.version == "3.1"
    if not _is_strict():
        return
    if not request.accept_mimetypes.best_match((*_XML, _JSON)) and request.headers.get("Accept", "").strip():
        raise Refusal("Not acceptable: the reply is application/json or text/xml", 406)
    if request.content_length and request.mimetype not in (*_XML, _JSON):
        raise Refusal("Unsupported media type: the body is application/json or text/xml", 415)


def sent_in_json(body: bytes, root: str) -> etree._Element | None:
    """The body as the element that it would be in XML; None when it is not to be read as JSON. Raises `Refusal`."""
    if not _is_strict() or request.mimetype != _JSON:
        return None
    return json_in.tree(body, root, null_is_empty=g.null_is_empty)


def is_json_wanted() -> bool:
    """Whether the reply is to be JSON; who accepts both alike gets XML."""
    return _is_strict() and request.accept_mimetypes.best_match((*_XML, _JSON)) == _JSON


def as_asked(response: Response) -> Response:
    """The reply with the fields and in the form asked for, rewritten piece by piece: a long list stays a stream."""
    if response.mimetype not in _XML:
        return response
    wanted = selecting.asked(request.args.get("fields", "")) if g.get("fields_count") else frozenset()
    if wanted:
        request.environ[GUESS] = "; ".join(filter(None, (request.environ.get(GUESS), "what fields keeps")))
        _rewrite(response, selecting.selected(response.iter_encoded(), wanted))
    if is_json_wanted():
        _rewrite(response, (piece.encode() for piece in json_out.rewritten(response.iter_encoded())))
        response.content_type = json_out.CONTENT_TYPE
    return response


def _rewrite(response: Response, pieces: Iterable[bytes]) -> None:
    response.response = pieces if response.is_streamed else [b"".join(pieces)]
    response.headers.pop("Content-Length", None)
    if not response.is_streamed:
        response.content_length = sum(map(len, response.response))


def _is_strict() -> bool:
    flags = {flag.strip().lower() for flag in request.headers.get("Xero-Features", "").split(",")}
    return STRICT_FLAG in flags and g.get("version") == "3.1"
