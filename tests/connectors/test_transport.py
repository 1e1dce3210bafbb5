"""The one door to the network: where it goes, where it ends, and what it says of a call that failed."""

import gzip
import logging
import socket
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from connectors.peers import Answer, peer, say
from practicesync.connectors.transport import Call, Caps, Reply, Transport
from practicesync.core.errors import BadAnswer, Stop, SyncError, Unavailable, Unsure

TOKEN = {"Authorization": "Bearer planted-access-token"}


def get(url: str, *, writes: bool = False, listing: bool = False, path: str = "client.api/get/{u}") -> Call:
    return Call(
        "PUT" if writes else "GET", url, path, TOKEN, writes=writes, listing=listing, body=b"x" if writes else None
    )


def body_of(transport: Transport, call: Call) -> tuple[Reply, bytes]:
    with transport.call(call) as reply:
        return reply, reply.read()


def error_of(transport: Transport, call: Call) -> SyncError:
    with pytest.raises(SyncError) as caught:
        body_of(transport, call)
    return caught.value


def test_a_redirect_is_not_followed_and_the_token_goes_nowhere_else() -> None:
    with (
        peer(say(200)) as elsewhere,
        peer(say(307, Location=elsewhere.url + "/take")) as ours,
        Transport((ours.url,)) as door,
    ):
        reply, _ = body_of(door, get(ours.url + "/a"))
        assert reply.status == 307
        assert ours.requests[0][1]["authorization"] == TOKEN["Authorization"]
        assert elsewhere.requests == []


@pytest.mark.parametrize("how", ["another port", "another name", "a user", "plain", "look-alike", "no address"])
def test_an_address_that_is_not_ours_is_refused_before_anything_is_sent(how: str) -> None:
    with peer(say(200)) as ours, peer(say(200)) as other, Transport((ours.url,)) as door:
        port = ours.url.rpartition(":")[2]
        url = {
            "another port": other.url,
            "another name": f"http://localhost:{port}",
            "a user": f"http://user:secret@127.0.0.1:{port}",
            "plain": "http://api.xero.com/",
            "look-alike": f"http://127.0.0.1.evil.test:{port}",
            "no address": "nothing",
        }[how]
        error = error_of(door, get(url))
        assert isinstance(error, Stop)
        assert "outside the configured ones" in error.detail
        assert ours.requests == other.requests == []


def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with peer(say(200)) as proxy, peer(say(200, b"ok")) as ours:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        with Transport((ours.url,)) as door:
            assert body_of(door, get(ours.url))[1] == b"ok"
        assert proxy.requests == []


def test_no_cookie_is_kept() -> None:
    with peer(say(200, Set_Cookie="session=one; Path=/")) as ours, Transport((ours.url,)) as door:
        for _ in range(2):
            body_of(door, get(ours.url))
        assert [headers.get("cookie") for _, headers in ours.requests] == [None, None]


def test_connections_are_used_again() -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        say(200, str(handler.client_address[1]).encode())(handler)

    with peer(answer) as ours, Transport((ours.url,)) as door:
        assert len({body_of(door, get(ours.url))[1] for _ in range(5)}) == 1


@pytest.mark.parametrize("writes", [False, True])
def test_without_a_connection_nothing_was_sent(writes: bool) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with Transport((url,)) as door:
            assert isinstance(error_of(door, get(url, writes=writes)), Unavailable)


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True


def stay_silent(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(0.6)
    handler.close_connection = True


def drip_body(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    for _ in range(30):
        handler.wfile.write(b"x")
        time.sleep(0.03)


def cut_body(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"x" * 10)
    handler.close_connection = True


def speak_nonsense(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"\x00\x01 this is no HTTP\r\n\r\n")
    handler.close_connection = True


@pytest.mark.parametrize("answer", [hang_up, stay_silent, drip_body, cut_body, speak_nonsense])
def test_a_lost_reply_is_unavailable_to_a_read_and_unsure_to_a_write(answer: Answer) -> None:
    caps = Caps(read=0.3, total=0.3)
    with peer(answer) as ours, Transport((ours.url,), caps=caps) as door:
        began = time.monotonic()
        assert type(error_of(door, get(ours.url))) is Unavailable
        assert type(error_of(door, get(ours.url, writes=True))) is Unsure
        assert time.monotonic() - began < 3


def endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    for _ in range(10_000):
        handler.wfile.write(b"1000\r\n" + b"x" * 0x1000 + b"\r\n")


@pytest.mark.parametrize("listing", [False, True], ids=["single", "list"])
@pytest.mark.parametrize("kind", ["endless", "gzip bomb"])
def test_a_body_ends_at_its_cap(kind: str, listing: bool) -> None:
    caps = Caps(single_bytes=100_000, list_bytes=200_000)
    bomb = say(200, gzip.compress(b"x" * 50_000_000), Content_Encoding="gzip")
    with peer(endless if kind == "endless" else bomb) as ours, Transport((ours.url,), caps=caps) as door:
        assert type(error_of(door, get(ours.url, listing=listing))) is BadAnswer
        assert type(error_of(door, get(ours.url, listing=listing, writes=True))) is Unsure


def test_a_body_that_cannot_be_unpacked_is_a_bad_answer() -> None:
    with peer(say(200, b"no gzip at all", Content_Encoding="gzip")) as ours, Transport((ours.url,)) as door:
        assert type(error_of(door, get(ours.url))) is BadAnswer
        assert type(error_of(door, get(ours.url, writes=True))) is Unsure


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for this machine that nobody vouches for, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1)
    ).sign(key, hashes.SHA256())
    path = tmp_path_factory.mktemp("tls") / "self-signed.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.mark.parametrize("writes", [False, True])
def test_a_server_that_nobody_vouches_for_is_told_nothing(certificate: Path, writes: bool) -> None:
    with peer(say(200), certificate) as ours, Transport((ours.url,)) as door:
        error = error_of(door, get(ours.url, writes=writes))
        assert type(error) is BadAnswer
        assert "certificate" in error.detail
        assert ours.requests == []


def test_every_call_is_one_line_of_the_log_without_what_it_carried(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    headers = {"xero_correlation_id": "c-1", "Set_Cookie": "planted-cookie=1"}
    with peer(say(200, b"planted-body", **headers)) as ours, Transport((ours.url,)) as door:
        secret = Call(
            "POST",
            ours.url + "/client.api/search",
            "client.api/search",
            TOKEN,
            query={"query": "planted-name"},
            form={"refresh_token": "planted-refresh"},
        )
        body_of(door, secret)
        error_of(door, get("https://foreign.example.test/planted-path"))
    lines = [record for record in caplog.records if record.name == "practicesync.calls"]
    assert len(lines) == 1
    told = vars(lines[0])
    assert (told["method"], told["path"], told["status"], told["bytes"]) == ("POST", "client.api/search", 200, 12)
    assert told["correlation"] == "c-1"
    assert "planted" not in "\n".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)


def test_a_failed_call_is_logged_by_the_name_of_its_error(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with peer(hang_up) as ours, Transport((ours.url,)) as door:
        error_of(door, get(ours.url, writes=True))
    (record,) = [record for record in caplog.records if record.name == "practicesync.calls"]
    assert (vars(record)["failure"], vars(record)["status"]) == ("Unsure", 0)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("Sun, 01 Feb 2026 09:00:00 GMT", datetime(2026, 2, 1, 9, tzinfo=UTC)),
        ("Sun, 01 Feb 2026 09:00:00 -0000", None),
        ("2026-02-01T09:00:00Z", None),
        ("", None),
        ("x" * 100_000, None),
    ],
)
def test_the_servers_time_is_what_its_date_says_or_nothing(told: str, expected: datetime | None) -> None:
    assert Reply(200, {"date": told}, iter(())).moment == expected
