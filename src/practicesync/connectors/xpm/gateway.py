"""A call to XPM under a line's access and budget: one lease a call, one fresh token at most, every answer named."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from urllib.parse import urljoin

from practicesync.connectors import waits
from practicesync.connectors.base import Line
from practicesync.connectors.transport import Call, Reply, Transport
from practicesync.connectors.xpm.answers import Envelope, envelope
from practicesync.connectors.xpm.codec import is_id
from practicesync.connectors.xpm.endpoints import Endpoint
from practicesync.connectors.xpm.faults import Answer, fault, gateway_fault, token_expired
from practicesync.connectors.xpm.stream import RefusedAnswer
from practicesync.core.errors import BadAnswer, Gone, SyncError, Throttled, Unsure

GOOD = frozenset({200, 201})


class Gateway:
    """The API at one base address."""

    def __init__(self, transport: Transport, api_base: str) -> None:
        self._transport = transport
        self._base = api_base if api_base.endswith("/") else api_base + "/"

    @contextmanager
    def open(
        self,
        line: Line,
        endpoint: Endpoint,
        *,
        remote_id: str = "",
        query: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Iterator[Reply]:
        """Hold a good reply open. Raises the errors of `faults` for any other."""
        path = endpoint.path.format(u=safe_id(remote_id)) if "{u}" in endpoint.path else endpoint.path
        call = Call(
            endpoint.method,
            urljoin(self._base, path),
            endpoint.path,
            query=query or {},
            body=body,
            writes=endpoint.writes,
            listing=endpoint.listing,
        )
        with ExitStack() as held:
            token, reply = held.enter_context(self._once(line, call))
            if token_expired(reply):
                held.close()
                token, reply = held.enter_context(self._once(line, call, stale=token))
            if reply.status not in GOOD:
                raise self._fault(line, reply, endpoint)
            yield reply

    def ask(
        self,
        line: Line,
        endpoint: Endpoint,
        *,
        remote_id: str = "",
        query: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Envelope:
        """The whole of a good answer. After a write, an answer that cannot be read is `Unsure`."""
        with self.open(line, endpoint, remote_id=remote_id, query=query, body=body) as reply, self.named(endpoint):
            return envelope(reply.read())

    @contextmanager
    def named(self, endpoint: Endpoint) -> Iterator[None]:
        """Name what is wrong with the body of a reply to this endpoint."""
        try:
            yield
        except RefusedAnswer as refused:
            raise fault(Answer(200, refused.words, {}, endpoint)) from None
        except BadAnswer as error:
            if endpoint.writes:
                raise Unsure(error.detail) from None
            raise

    @contextmanager
    def _once(self, line: Line, call: Call, *, stale: str = "") -> Iterator[tuple[str, Reply]]:
        """One call under one lease; the server's counters go back with the lease."""
        lease = line.admit()
        minute_left: int | None = None
        day_left: int | None = None
        try:
            token = line.access_token(stale=stale) if stale else line.access_token()
            with self._transport.call(_authorised(call, token, line.organisation_id)) as reply:
                minute_left, day_left = waits.counters(reply.headers)
                yield token, reply
        finally:
            line.release(lease, minute_left=minute_left, day_left=day_left)

    def _fault(self, line: Line, reply: Reply, endpoint: Endpoint) -> SyncError:
        error = gateway_fault(reply, endpoint)
        if isinstance(error, Throttled):
            line.blocked(error.after, error.limit)
        return error


def safe_id(remote_id: str) -> str:
    """The id, which names a record and nothing else: another text could lead to another path. Raises `Gone`."""
    if not is_id(remote_id):
        raise Gone("Practice Manager can have no record of this id.")
    return remote_id


def _authorised(call: Call, token: str, organisation_id: str) -> Call:
    headers = {
        "Accept": "application/xml",
        "Authorization": f"Bearer {token}",
        "Xero-Tenant-Id": organisation_id,
        **({"Content-Type": "application/xml"} if call.body is not None else {}),
    }
    return Call(
        call.method,
        call.url,
        call.path,
        headers,
        call.query,
        body=call.body,
        writes=call.writes,
        listing=call.listing,
    )
