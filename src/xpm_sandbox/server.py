"""Serving a WSGI application over HTTP/1.1: threads, kept connections, chunked replies, sockets closed by fault.

Werkzeug's own development server closes the connection after each reply, so that connection reuse, which a real client
relies on, would never be exercised against it.
"""

import contextlib
import io
import socket
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from xpm_sandbox.faults import ConnectionDropped

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_BODY_LIMIT = 11_000_000
_GONE = (ConnectionError, TimeoutError)


@contextmanager
def serve(app: "WSGIApplication", *, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Serve the application in threads of this process until the block ends; gives its URL. Port 0 is a free one."""
    server = make_server(app, host=host, port=port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.url
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Server(ThreadingHTTPServer):
    """A threaded server for one application."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], app: "WSGIApplication") -> None:
        self.app = app
        super().__init__(address, _Handler)

    @property
    def url(self) -> str:
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}"

    def handle_error(self, request: object, client_address: object) -> None:
        # A client that went away is no error of the server's.
        if not isinstance(sys.exc_info()[1], _GONE):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def make_server(app: "WSGIApplication", *, host: str = "127.0.0.1", port: int = 0) -> Server:
    """A bound server; the caller runs `serve_forever`."""
    return Server((host, port), app)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 300
    server: Server

    def do_GET(self) -> None:
        body = self._body()
        if body is None:
            self.send_error(413)
            self.close_connection = True
            return
        try:
            self._respond(body)
        except ConnectionDropped:
            self._hang_up()

    do_POST = do_PUT = do_DELETE = do_HEAD = do_OPTIONS = do_PATCH = do_GET  # noqa: N815  (names the base class calls)

    def _respond(self, body: bytes) -> None:
        """Send the reply, its last piece only when the application is done with the call.

        Otherwise a caller that has the whole reply might call again before its place in flight is free.
        """
        reply = _Reply(self)
        pieces = self.server.app(self._environ(body), reply.start)
        held = b""
        try:
            for piece in pieces:
                reply.write(held)
                held = piece
        except ConnectionDropped:
            reply.write(held)
            raise
        finally:
            close = getattr(pieces, "close", None)
            if close:
                close()
        reply.write(held)
        reply.finish()

    def _environ(self, body: bytes) -> dict[str, Any]:
        path, _, query = self.path.partition("?")
        host, port = self.server.server_address[:2]
        environ: dict[str, Any] = {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": str(host),
            "SERVER_PORT": str(port),
            "SERVER_PROTOCOL": self.request_version,
            "REMOTE_ADDR": self.client_address[0],
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in self.headers.items():
            key = f"HTTP_{name.upper().replace('-', '_')}"
            if key not in ("HTTP_CONTENT_TYPE", "HTTP_CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING"):
                environ[key] = f"{environ[key]},{value}" if key in environ else value
        return environ

    def _body(self) -> bytes | None:
        """The request's body; None when it is too long to be taken."""
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return self._chunked_body()
        length = self.headers.get("Content-Length", "0")
        if not length.isascii() or not length.isdigit() or int(length) > _BODY_LIMIT:
            return None
        return self.rfile.read(int(length)) if length != "0" else b""

    def _chunked_body(self) -> bytes | None:
        body = bytearray()
        while True:
            try:
                size = int(self.rfile.readline(100).split(b";")[0], 16)
            except ValueError:
                return None
            if size < 0 or len(body) + size > _BODY_LIMIT:
                return None
            body += self.rfile.read(size)
            self.rfile.readline(100)
            if size == 0:
                return bytes(body)

    def _hang_up(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the base class's name)
        """Nothing: what was called is in the audit."""


class _Reply:
    """Writes one reply: of a known length as it comes, of an unknown one in chunks."""

    def __init__(self, handler: _Handler) -> None:
        self._handler = handler
        self._status = ""
        self._headers: list[tuple[str, str]] = []
        self._begun = False
        self._chunked = False

    def start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        self._status, self._headers = status, headers
        return self.write

    def write(self, piece: bytes) -> None:
        if not piece:
            return
        self._begin()
        if self._handler.command == "HEAD":
            return
        framed = b"%x\r\n%s\r\n" % (len(piece), piece) if self._chunked else piece
        self._handler.wfile.write(framed)

    def finish(self) -> None:
        self._begin()
        if self._chunked and self._handler.command != "HEAD":
            self._handler.wfile.write(b"0\r\n\r\n")

    def _begin(self) -> None:
        if self._begun:
            return
        self._begun = True
        code, _, phrase = self._status.partition(" ")
        names = {name.lower() for name, _ in self._headers}
        bodiless = code in ("204", "304") or code.startswith("1")
        self._chunked = "content-length" not in names and not bodiless
        self._handler.send_response_only(int(code), phrase)
        for name, value in self._sent_headers(names):
            self._handler.send_header(name, value)
        self._handler.end_headers()

    def _sent_headers(self, names: set[str]) -> Iterable[tuple[str, str]]:
        yield from self._headers
        if "date" not in names:
            yield "Date", self._handler.date_time_string()
        if self._chunked:
            yield "Transfer-Encoding", "chunked"
