"""Reaching a sandbox in the same process as if over a network: its lost connections look like lost connections."""

from collections.abc import Iterator

import httpx2
from flask import Flask

from xpm_sandbox.faults import ConnectionDropped


class InProcess(httpx2.BaseTransport):
    """A transport onto a WSGI application; a connection that the sandbox drops is an httpx2 error."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self._inner = httpx2.WSGITransport(app=app)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request through."""
        try:
            response = self._inner.handle_request(request)
        except ConnectionDropped as lost:
            raise _as_network(lost) from lost
        stream = response.stream
        assert isinstance(stream, httpx2.SyncByteStream)
        return httpx2.Response(response.status_code, headers=response.headers, stream=_Body(stream))


class _Body(httpx2.SyncByteStream):
    def __init__(self, inner: httpx2.SyncByteStream) -> None:
        self._inner = inner

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._inner
        except ConnectionDropped as lost:
            raise _as_network(lost) from lost

    def close(self) -> None:
        self._inner.close()


def _as_network(lost: ConnectionDropped) -> httpx2.TransportError:
    return httpx2.ReadError(str(lost)) if lost.sent else httpx2.ConnectError(str(lost))
