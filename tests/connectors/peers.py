"""HTTP servers on this machine that behave in ways that a sandbox does not, and write down what they were sent."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from typing_extensions import override

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Peer:
    """A server, and the requests that it got: their line and their headers in lower case."""

    url: str
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)


@contextmanager
def peer(answer: Answer, certificate: Path | None = None) -> Iterator[Peer]:
    """Serve `answer` to every request, over TLS where a certificate (with its key) is given."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        @override
        def handle(self) -> None:
            try:
                super().handle()
            except OSError:
                self.close_connection = True

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            self.rfile.read(length)
            found.requests.append((self.requestline, {name.lower(): value for name, value in self.headers.items()}))
            answer(self)

        do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - names that the base class calls

        @override
        def log_message(self, format: str, *args: object) -> None:
            """What was asked is in `requests`."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        @override
        def handle_error(self, request: object, client_address: object) -> None:
            """A client that goes away in the middle is what these tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    scheme = "http"
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        scheme = "https"
    found = Peer(f"{scheme}://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def say(status: int, body: bytes = b"", **headers: str) -> Answer:
    """Answer so, always. An underscore in a header's name stands for a dash."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"Content_Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer
