"""The one door to the network.

Nothing else in the product opens a connection to a remote system. The door goes only to the origins it was made for,
follows no redirect, keeps no cookie, ends every call and every body at a limit, and says of a call that failed whether
it may have arrived, which is what decides whether a write may be sent again.
"""

import logging
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Self

import httpx2
from typing_extensions import override

from practicesync.core.errors import BadAnswer, Retry, Stop, Unavailable, Unsure

calls_log = logging.getLogger("practicesync.calls")

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
MEGABYTE = 1_000_000

_NOT_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError)


class _Quiet(logging.Filter):
    """httpx2 logs whole addresses, and searches carry names in them."""

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.WARNING


for _name in ("httpx2", "httpcore2.http11", "httpcore2.http2", "httpcore2.connection", "httpcore2.proxy"):
    logging.getLogger(_name).addFilter(_Quiet())


@dataclass(frozen=True, slots=True)
class Caps:
    """Where a call ends. Seconds and bytes.

    `total` is the deadline of a single call with its body, so that a reply that drips ends too. A list has none: it may
    take many minutes, and each wait for its next bytes is limited by `list_read`.
    """

    connect: float = 5.0
    read: float = 60.0
    list_read: float = 600.0
    total: float = 120.0
    single_bytes: int = 10 * MEGABYTE
    list_bytes: int = 1_000 * MEGABYTE


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `path` is the template that is logged (`client.api/get/{u}`); `url` is where it really goes.

    `writes` tells whether it may change something there, `listing` whether the reply is a long one to be streamed.
    """

    method: str
    url: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None
    body: bytes | None = None
    writes: bool = False
    listing: bool = False


@dataclass(slots=True)
class Reply:
    """What came back. Iterate `chunks` once, or take all of it with `read`; both keep to the size cap.

    Both raise `Unavailable` (`Unsure` after a write) where the body breaks off, `BadAnswer` where it is too large.
    """

    status: int
    headers: Mapping[str, str]
    chunks: Iterator[bytes]
    size: int = 0

    def read(self) -> bytes:
        """The whole body."""
        return b"".join(self.chunks)

    def beginning(self, most: int = 65_536) -> bytes:
        """The first bytes of the body: enough for an error's words, however long it is."""
        kept = b""
        for chunk in self.chunks:
            kept += chunk
            if len(kept) >= most:
                break
        return kept[:most]

    @property
    def moment(self) -> datetime | None:
        """The server's own time (the Date header, RFC 9110 section 6.6.1), or None where it does not tell."""
        try:
            told = parsedate_to_datetime(self.headers.get("date", ""))
        except (TypeError, ValueError):
            return None
        return told if told.tzinfo is not None else None


def origin(url: str) -> str:
    """Scheme, host and port of an address. Raises `ValueError` unless it is https, or http on this very machine."""
    try:
        parsed = httpx2.URL(url)
    except httpx2.InvalidURL:
        raise ValueError("not a plain web address") from None
    if parsed.userinfo or not parsed.host:
        raise ValueError(f"not a plain web address: {parsed.host!r}")
    if parsed.scheme != "https" and not (parsed.scheme == "http" and parsed.host in LOOPBACK):
        raise ValueError(f"{parsed.scheme}://{parsed.host} is refused: only https, or http to this machine itself")
    port = parsed.port or {"https": 443, "http": 80}[parsed.scheme]
    return f"{parsed.scheme}://{parsed.host}:{port}"


def plain_client() -> httpx2.Client:
    """A client that keeps nothing between calls and takes nothing from the environment but the trusted certificates."""
    trusted = ssl.create_default_context()
    trusted.minimum_version = ssl.TLSVersion.TLSv1_2
    return httpx2.Client(
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        follow_redirects=False,
        limits=httpx2.Limits(max_connections=20, max_keepalive_connections=10),
        trust_env=False,
        verify=trusted,
    )


class Transport:
    """The door. `urls` are addresses of the origins it may go to; `client` may bring any httpx2 transport.

    Safe to share between threads. `clock` gives seconds that never go back.
    """

    def __init__(
        self,
        urls: tuple[str, ...],
        client: httpx2.Client | None = None,
        *,
        caps: Caps | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._origins = frozenset(origin(url) for url in urls)
        self._client = client or plain_client()
        self.caps = caps or Caps()
        self._clock = clock

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._client.close()

    @contextmanager
    def call(self, call: Call) -> Iterator[Reply]:
        """Send one request and hold its reply open.

        Raises `Unavailable` where nothing was done: no connection, or a read that was not answered. Raises `Unsure`
        where a write may have arrived, `BadAnswer` where the reply breaks the protocol or its caps, `Stop` where the
        address is not one of ours.
        """
        request = self._request(call)
        began = self._clock()
        reply: Reply | None = None
        failure = ""
        try:
            with _told(call):
                response = self._client.send(request, stream=True, auth=None, follow_redirects=False)
            try:
                headers = {name.lower(): value for name, value in response.headers.items()}
                reply = Reply(response.status_code, headers, iter(()))
                reply.chunks = self._chunks(call, response, reply, began)
                yield reply
            finally:
                response.close()
        except Exception as error:
            failure = type(error).__name__
            raise
        finally:
            self._log(call, reply, failure, self._clock() - began)

    def _request(self, call: Call) -> httpx2.Request:
        try:
            known = origin(call.url) in self._origins
        except ValueError:
            known = False
        if not known:
            raise Stop("An address outside the configured ones was refused.")
        caps = self.caps
        read = caps.list_read if call.listing else min(caps.read, caps.total)
        return self._client.build_request(
            call.method,
            call.url,
            params=dict(call.query) or None,
            headers={"Accept-Encoding": "gzip", **call.headers},
            data=None if call.form is None else dict(call.form),
            content=call.body,
            timeout=httpx2.Timeout(read, connect=caps.connect, pool=caps.read),
        )

    def _chunks(self, call: Call, response: httpx2.Response, reply: Reply, began: float) -> Iterator[bytes]:
        most = self.caps.list_bytes if call.listing else self.caps.single_bytes
        with _told(call):
            for chunk in response.iter_bytes():
                reply.size += len(chunk)
                if reply.size > most:
                    raise bad_reply(call, f"The reply is larger than {most:,} bytes.")
                if not call.listing and self._clock() - began > self.caps.total:
                    raise httpx2.ReadTimeout("the whole reply took too long")
                yield chunk

    @staticmethod
    def _log(call: Call, reply: Reply | None, failure: str, seconds: float) -> None:
        told = {
            "method": call.method,
            "path": call.path,
            "status": reply.status if reply else 0,
            "ms": round(seconds * 1000),
            "bytes": reply.size if reply else 0,
            "correlation": reply.headers.get("xero-correlation-id", "")[:64] if reply else "",
            "failure": failure,
        }
        calls_log.info(
            "%(method)s %(path)s %(status)s %(ms)s ms %(bytes)s bytes %(correlation)s %(failure)s", told, extra=told
        )


@contextmanager
def _told(call: Call) -> Iterator[None]:
    """Name the network's failures by what happens next."""
    try:
        yield
    except _NOT_SENT as error:
        if isinstance(_root(error), ssl.SSLCertVerificationError):
            raise BadAnswer("The server's certificate is not valid.") from None
        raise Unavailable("No connection could be made.", after=5.0) from None
    except (httpx2.LocalProtocolError, httpx2.UnsupportedProtocol, httpx2.InvalidURL):
        raise Stop("The request could not be formed.") from None
    except httpx2.DecodingError:
        raise bad_reply(call, "The reply could not be unpacked.") from None
    except httpx2.TimeoutException:
        raise no_reply(call, "There was no reply in time.") from None
    except httpx2.TransportError:
        raise no_reply(call, "The connection broke off.") from None


def no_reply(call: Call, why: str, after: float = 5.0) -> Retry:
    """The error for a call that may have arrived and was not answered."""
    return Unsure(why, after=after) if call.writes else Unavailable(why, after=after)


def bad_reply(call: Call, why: str) -> Unsure | BadAnswer:
    """The error for an answer that cannot be understood: after a write, it may have been done all the same."""
    return Unsure(why) if call.writes else BadAnswer(why)


def _root(error: BaseException) -> BaseException:
    while (deeper := error.__cause__ or error.__context__) is not None:
        error = deeper
    return error
