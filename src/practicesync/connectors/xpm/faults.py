"""THE table of what an answer other than a good one means, by what happens next.

Statuses and texts: Xero developer documentation (OAuth 2.0 troubleshooting, API limits) and recorded exchanges. A 5xx
after a write may have been applied all the same, so it is never "not done". What no row covers means stop.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lxml import etree

from practicesync.connectors import waits
from practicesync.connectors.redaction import quote
from practicesync.connectors.transport import Reply
from practicesync.connectors.xpm.endpoints import Endpoint
from practicesync.connectors.xpm.strict import parse
from practicesync.core.errors import (
    BadAnswer,
    Gone,
    NotPermitted,
    Reconnect,
    Refused,
    Retry,
    SyncError,
    Throttled,
    Unavailable,
    Unsure,
)

NO_SCOPE = re.compile(r"insufficient_scope|AuthorizationUnsuccessful", re.IGNORECASE)
NO_TENANT = re.compile(r"AuthenticationUnsuccessful", re.IGNORECASE)
ANY = re.compile("")
_NO_PATH = (404, 410)
_RECORD = r"(?:client|contact|(?:client\s+)?(?:group|relationship))"
NO_RECORD = re.compile(
    rf"\b(?:invalid|unknown)\s+{_RECORD}\s+(?:identifier|id|uuid)\b"
    rf"|\b{_RECORD}\s+(?:was\s+|is\s+)?(?:not\s+found|deleted)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that is not a good one. `words` is its own text, never to be passed on."""

    status: int
    words: str
    headers: Mapping[str, str]
    endpoint: Endpoint

    @property
    def shown(self) -> str:
        """Its words, fit to be shown."""
        return quote(self.words)

    def wait(self, default: float) -> float:
        """Seconds after which to ask again."""
        return waits.wait(self.headers, default)


def _unanswered(answer: Answer) -> SyncError:
    error = Unsure if answer.endpoint.writes else Unavailable
    return error(f"Practice Manager answered {answer.status}.", after=answer.wait(5.0))


def _throttled(answer: Answer) -> SyncError:
    limit = waits.problem(answer.headers)
    return Throttled(
        f"Practice Manager's limit was reached ({limit}).", after=answer.wait(waits.DEFAULTS[limit]), limit=limit
    )


def _refused(answer: Answer) -> SyncError:
    return Refused(answer.shown or f"Practice Manager answered {answer.status}.")


def _missing(answer: Answer) -> SyncError:
    if answer.endpoint.of_record:
        return Gone("Practice Manager has no such record.")
    if answer.status in _NO_PATH:
        return BadAnswer(f"Practice Manager does not know {answer.endpoint.path}.")
    return _refused(answer)


def _clash(answer: Answer) -> SyncError:
    return Retry(answer.shown or "Practice Manager reports a clash.", after=answer.wait(1.0), code="conflict")


def _signed_out(_: Answer) -> SyncError:
    return Reconnect("Practice Manager no longer accepts this connection.")


def _not_permitted(answer: Answer) -> SyncError:
    return NotPermitted(f"Practice Manager does not permit {answer.endpoint.path} ({answer.status}).")


def _unmapped(answer: Answer) -> SyncError:
    """A 2xx or 5xx after a write may mean that it was done."""
    words = f"Practice Manager gave an unexpected answer ({answer.status})."
    if answer.endpoint.writes and (answer.status >= 500 or 200 <= answer.status < 300):
        return Unsure(words)
    return BadAnswer(words)


@dataclass(frozen=True, slots=True)
class Fault:
    """One row: the first whose status and words fit counts."""

    statuses: frozenset[int]
    words: re.Pattern[str]
    becomes: Callable[[Answer], SyncError]


def _row(*statuses: int, words: re.Pattern[str] = ANY, becomes: Callable[[Answer], SyncError]) -> Fault:
    return Fault(frozenset(statuses), words, becomes)


FAULTS: tuple[Fault, ...] = (
    _row(401, 403, words=NO_SCOPE, becomes=_not_permitted),
    _row(401, becomes=_signed_out),
    _row(403, words=NO_TENANT, becomes=_signed_out),
    _row(403, becomes=_not_permitted),
    _row(*_NO_PATH, becomes=_missing),
    _row(200, 400, 422, words=NO_RECORD, becomes=_missing),
    _row(200, 400, 413, 422, becomes=_refused),
    _row(409, becomes=_clash),
    _row(429, becomes=_throttled),
    _row(408, 500, 502, 503, 504, becomes=_unanswered),
)
"""Status 200 stands for a good transport with `<Status>ERROR</Status>` in the body."""


def fault(answer: Answer) -> SyncError:
    """The error for an answer."""
    becomes = next(
        (row.becomes for row in FAULTS if answer.status in row.statuses and row.words.search(answer.words)), _unmapped
    )
    return becomes(answer)


def gateway_fault(reply: Reply, endpoint: Endpoint) -> SyncError:
    """The error for a reply whose status is not a good one."""
    words = f"{error_words(reply.beginning())} {reply.headers.get('www-authenticate', '')}"
    return fault(Answer(reply.status, words, reply.headers, endpoint))


def token_expired(reply: Reply) -> bool:
    """Whether a fresh token may help: any 401 but one about scope."""
    return reply.status == 401 and not NO_SCOPE.search(reply.headers.get("www-authenticate", ""))


def error_words(body: bytes) -> str:
    """The reason that an error body gives, in JSON or XML; "" where it gives none. Never raises."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return _xml_words(body)
    if not isinstance(told, dict):
        return ""
    by_name = {str(name).casefold(): value for name, value in told.items()}
    found = (by_name.get(name) for name in ("errordescription", "detail", "message", "title"))
    return next((words for words in found if isinstance(words, str) and words), "")


def _xml_words(body: bytes) -> str:
    try:
        return parse(body).findtext("ErrorDescription") or ""
    except (BadAnswer, etree.XMLSyntaxError):
        return ""
