"""A server of client lists on this machine: `python -m benchmarks.list_server FOLDER` prints its address and serves.

`/<name>/` is a Practice Manager whose client list is the file `<name>.xml` of the folder, sent in chunks under the
headers that a recorded reply of the real one has. It only sends bytes, so that what is measured is who reads them.
"""

import sys
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

CHUNK = 32_768
_STAFF = (
    b'<Response api-method="List"><Status>OK</Status><StaffList><Staff>'
    b"<UUID>5f0c2a52-0000-4000-8000-000000000001</UUID><Name>Aroha Partner</Name><Email>aroha@firm.example</Email>"
    b"</Staff></StaffList></Response>"
)


class Handler(BaseHTTPRequestHandler):
    """Answers the two calls of a refresh."""

    protocol_version = "HTTP/1.1"
    folder: Path

    def do_GET(self) -> None:
        """Send a client list or the staff list."""
        name, _, path = urlsplit(self.path).path.strip("/").partition("/")
        file = self.folder / f"{name}.xml"
        if path.endswith("/staff.api/list"):
            self._begin({"Content-Length": str(len(_STAFF))})
            self.wfile.write(_STAFF)
        elif path.endswith("/client.api/list") and name.isidentifier() and file.is_file():
            self._begin({"Transfer-Encoding": "chunked"})
            self._send(file)
        else:
            self.send_error(404)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: a line a call is no figure."""

    def _begin(self, more: Mapping[str, str]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/xml; charset=utf-8")
        self.send_header("Cache-Control", "max-age=0, no-cache, no-store")
        self.send_header("X-MinLimit-Remaining", "58")
        self.send_header("X-DayLimit-Remaining", "4971")
        self.send_header("X-AppMinLimit-Remaining", "9998")
        for each, value in more.items():
            self.send_header(each, value)
        self.end_headers()

    def _send(self, file: Path) -> None:
        with file.open("rb") as source:
            while chunk := source.read(CHUNK):
                self.wfile.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))
        self.wfile.write(b"0\r\n\r\n")


def main() -> None:
    """Serve until told to end."""
    Handler.folder = Path(sys.argv[1])
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
