"""Every way in which a call can go wrong, by what happens next. Nothing stays behind, and the next call works."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.doors import Door, error_of, open_door
from connectors.lines import MemoryLine
from practicesync.connectors.transport import Caps
from practicesync.connectors.xpm import endpoints
from practicesync.connectors.xpm.faults import Answer, error_words, fault
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

PHONE = "03 5550 4321"
READ, WRITE, LIST = "read", "write", "list"

Attempt = Callable[[Door, MemoryLine, str], Any]
ATTEMPTS: dict[str, Attempt] = {
    READ: lambda door, line, one: door.connector.read(line, one),
    WRITE: lambda door, line, one: door.connector.write(line, one, {"phone": PHONE}, {}),
    LIST: lambda door, line, one: door.connector.everything(line),
}
PATHS = {READ: "client.api/get", WRITE: "client.api/update", LIST: "client.api/list"}


@dataclass(frozen=True)
class Case:
    """A fault, and what each sort of call makes of it. `applied` is whether a write was done all the same."""

    name: str
    rule: dict[str, Any]
    becomes: dict[str, type[SyncError]]
    applied: bool = False
    over_http: bool = False


def each(error: type[SyncError]) -> dict[str, type[SyncError]]:
    return {READ: error, WRITE: error, LIST: error}


LOST: dict[str, type[SyncError]] = {READ: Unavailable, WRITE: Unsure, LIST: Unavailable}
UNREADABLE: dict[str, type[SyncError]] = {READ: BadAnswer, WRITE: Unsure, LIST: BadAnswer}
JSON = {"Content-Type": "application/json"}


def status(code: int, body: str = "", **headers: str) -> dict[str, Any]:
    return {"kind": "status", "status": code, "body": body, "headers": {**JSON, **headers}}


CASES = [
    Case("no connection", {"kind": "refuse"}, each(Unavailable)),
    Case("dropped before the work", {"kind": "drop_before"}, LOST, over_http=True),
    Case("dropped after the work", {"kind": "drop_after"}, LOST, applied=True, over_http=True),
    Case("cut with the connection", {"kind": "truncate", "bytes": 120}, LOST, applied=True, over_http=True),
    Case("cut cleanly", {"kind": "truncate", "bytes": 120, "ending": "clean"}, UNREADABLE, applied=True),
    Case("gateway down", {"kind": "unavailable"}, LOST),
    Case("500 and not done", status(500, "{not json"), LOST, over_http=True),
    Case("500 and done", {**status(500), "applied": True}, LOST, applied=True),
    Case("502", status(502, "<html>"), LOST),
    Case("504 and done", {**status(504), "applied": True}, LOST, applied=True),
    Case("507, which no row knows", status(507), UNREADABLE),
    Case("a web page and not done", {"kind": "html"}, UNREADABLE),
    Case("a web page and done", {"kind": "html", "applied": True}, UNREADABLE, applied=True),
    Case("nothing", {"kind": "empty"}, UNREADABLE),
    Case("202", status(202), UNREADABLE),
    Case("204 and done", {**status(204), "applied": True}, UNREADABLE, applied=True),
    Case("a DTD", {"kind": "dtd"}, UNREADABLE, applied=True),
    Case("an error answer", {"kind": "error", "text": "Locked for now"}, each(Refused)),
    Case("an error about the record", {"kind": "error", "text": "Invalid client identifier"},
         {READ: Gone, WRITE: Gone}),
    Case("400 in JSON", status(400, '{"status":"ERROR","errorDescription":"Bad phone"}'), each(Refused)),
    Case("400 about the record", status(400, '{"errorDescription":"Invalid client identifier"}'),
         {READ: Gone, WRITE: Gone}),
    Case("404", status(404), {READ: Gone, WRITE: Gone, LIST: BadAnswer}),
    Case("409", status(409, '{"Detail":"Touched just now"}'), each(Retry)),
    Case("413", status(413), each(Refused)),
    Case("403 tenant", status(403, '{"Detail":"AuthenticationUnsuccessful"}'), each(Reconnect)),
    Case("403 otherwise", status(403, "<html>blocked</html>"), each(NotPermitted)),
    Case("401 scope", status(401, "{}", **{"WWW-Authenticate": "Bearer error=insufficient_scope"}), each(NotPermitted)),
    Case("401 for good", {**status(401, '{"Detail":"AuthenticationUnsuccessful"}'), "times": 2}, each(Reconnect)),
    Case("revoked", {"kind": "revoked", "times": 2}, each(Reconnect)),
    Case("a redirect elsewhere", status(302, Location="https://evil.example.test/"), each(BadAnswer), over_http=True),
    Case("a teapot", status(418), each(BadAnswer)),
    Case("429 minute", {"kind": "rate_limit", "problem": "minute", "retry_after": "22"}, each(Throttled)),
    Case("429 day", {"kind": "rate_limit", "problem": "day", "retry_after": "40000"}, each(Throttled)),
    Case("429 at once", {"kind": "rate_limit", "problem": "concurrent", "retry_after": None}, each(Throttled)),
    Case("429 without a word", {"kind": "rate_limit", "problem": "", "retry_after": None}, each(Throttled)),
    Case("429 with an odd wait", {"kind": "rate_limit", "problem": "minute", "retry_after": "-5 s"}, each(Throttled)),
]  # fmt: skip
ROWS = [
    (case, sort, over_http)
    for case in CASES
    for sort in case.becomes
    for over_http in ([False, True] if case.over_http else [False])
]
NAMES = [f"{case.name}-{sort}{'-over HTTP' if over_http else ''}" for case, sort, over_http in ROWS]


@pytest.mark.parametrize(("case", "sort", "over_http"), ROWS, ids=NAMES)
def test_each_fault_is_named_by_what_happens_next(case: Case, sort: str, over_http: bool) -> None:
    with open_door(clients=6, over_http=over_http) as door:
        line = door.line()
        one = next(told["UUID"] for told in door.truth() if told["IsDeleted"] == "No")
        door.post("faults", path=PATHS[sort], **case.rule)
        error = error_of(ATTEMPTS[sort], door, line, one)
        assert type(error) is case.becomes[sort], error
        assert line.leases == 0
        assert (door.client(one).get("Phone") == PHONE) is (case.applied and sort == WRITE)
        if not isinstance(error, (Reconnect, Throttled)):
            ATTEMPTS[READ](door, line, one)


@pytest.mark.parametrize(
    ("problem", "retry_after", "seconds", "limit"),
    [
        ("minute", "22", 22, "minute"),
        ("Day", "40000", 40_000, "day"),
        ("appminute", "5", 5, "app"),
        ("concurrent", None, 1, "concurrent"),
        ("", None, 30, "unknown"),
        ("minute", "whenever", 20, "minute"),
    ],
)
def test_a_broken_limit_holds_the_whole_line(
    door: Door, problem: str, retry_after: str | None, seconds: float, limit: str
) -> None:
    line = door.line()
    door.fault("rate_limit", problem=problem, retry_after=retry_after)
    error = error_of(door.connector.staff, line)
    assert isinstance(error, Throttled)
    assert (error.after, error.limit) == (seconds, limit)
    assert line.waits == [(seconds, limit)]
    if seconds > 5:
        assert isinstance(error_of(door.connector.staff, line), Throttled)
        assert len(door.calls("staff.api")) == 1
        door.clock.advance(seconds)
    assert door.connector.staff(line)


def test_the_sandboxs_own_limits_are_never_broken(door: Door) -> None:
    line = door.line(interactive=False)
    limits: set[str] = set()
    for _ in range(130):
        try:
            door.connector.staff(line)
        except Throttled as throttled:
            limits.add(throttled.limit)
            door.clock.advance(throttled.after)
    assert limits == {"minute"}
    assert line.waits == []


def test_an_expired_token_is_renewed_once_and_the_call_repeated(door: Door) -> None:
    line = door.line()
    door.post("tokens/expire")
    assert door.connector.staff(line)
    assert line.renewals == 1
    one = next(told["UUID"] for told in door.truth() if told["IsDeleted"] == "No")
    door.post("tokens/expire")
    door.connector.write(line, one, {"phone": PHONE}, {})
    assert line.renewals == 2
    assert door.get("writes")["applied"] == 1


def test_a_scope_that_was_not_given_asks_for_no_new_token(door: Door) -> None:
    line = door.line(scope="offline_access practicemanager.staff.read")
    assert isinstance(error_of(door.connector.everything, line), NotPermitted)
    assert line.renewals == 0


def test_a_lost_privilege_needs_a_person(door: Door) -> None:
    line = door.line()
    door.control.patch("/control/people/admin@sandbox.example", json={"may_connect": False})
    assert isinstance(error_of(door.connector.staff, line), (Reconnect, NotPermitted))


def test_a_reply_over_the_cap_is_refused() -> None:
    with open_door(clients=30, caps=Caps(single_bytes=500, list_bytes=20_000)) as door:
        line = door.line()
        one = next(told["UUID"] for told in door.truth() if told["IsDeleted"] == "No")
        assert isinstance(error_of(door.connector.everything, line), BadAnswer)
        assert isinstance(error_of(door.connector.read, line, one), BadAnswer)
        assert isinstance(error_of(door.connector.write, line, one, {"phone": PHONE}, {}), Unsure)


def test_a_reply_that_drips_ends_at_the_deadline() -> None:
    with open_door(clients=6, over_http=True, caps=Caps(total=0.3, read=0.2)) as door:
        line = door.line()
        one = next(told["UUID"] for told in door.truth() if told["IsDeleted"] == "No")
        door.post("clock", run=True)
        door.fault("drip", path="client.api/get", bytes=20, seconds=0.05)
        assert isinstance(error_of(door.connector.read, line, one), Unavailable)
        door.fault("delay", path="client.api/update", seconds=0.5)
        assert isinstance(error_of(door.connector.write, line, one, {"phone": PHONE}, {}), Unsure)
        assert line.leases == 0


def test_a_list_may_drip_as_long_as_it_moves() -> None:
    with open_door(clients=6, over_http=True, caps=Caps(total=0.1, list_read=1)) as door:
        line = door.line()
        door.post("clock", run=True)
        door.fault("drip", path="client.api/list", bytes=4_000, seconds=0.05)
        assert len(list(door.connector.everything(line).slices)) >= 6


def test_one_spoilt_record_is_set_aside_and_the_others_are_read(door: Door) -> None:
    line, whole = door.line(), len(door.truth())
    for kind in ("malformed", "duplicate_ids"):
        door.fault(kind, path="client.api/list")
        good = bad = 0
        for found in door.connector.everything(line).slices:
            try:
                door.connector.decode(found)
                good += 1
            except BadAnswer:
                bad += 1
        assert (bad, good) == (1, whole if kind == "duplicate_ids" else whole - 1)


def test_control_characters_around_the_records_spoil_the_whole_list(door: Door) -> None:
    door.fault("control_characters", path="client.api/list")
    assert isinstance(error_of(door.connector.everything, door.line()), BadAnswer)


def test_elements_that_nobody_knows_are_named_and_change_nothing(door: Door) -> None:
    line = door.line()
    plain = {r.remote_id: r for r in map(door.connector.decode, door.connector.everything(line).slices)}
    door.fault("unknown_elements", path="client.api/list")
    for found in door.connector.everything(line).slices:
        record = door.connector.decode(found)
        assert {"Brand", "Wrapped"} <= set(record.extra)
        assert record.values == plain[record.remote_id].values


def test_an_empty_list_is_a_whole_list(door: Door) -> None:
    door.fault("empty_list", path="client.api/list")
    assert list(door.connector.everything(door.line()).slices) == []


def test_a_reply_about_another_record_is_not_believed(door: Door) -> None:
    line = door.line()
    one, other = (told["UUID"] for told in door.truth()[:2])
    body = f"<Response><Status>OK</Status><Client><UUID>{other}</UUID><Name>B</Name></Client></Response>"
    for path in ("client.api/get", "client.api/update"):
        door.fault("status", path=path, status=200, body=body, headers={"Content-Type": "text/xml"})
    assert isinstance(error_of(door.connector.read, line, one), BadAnswer)
    assert isinstance(error_of(door.connector.write, line, one, {"phone": PHONE}, {}), Unsure)


@given(st.integers(100, 999), st.text(max_size=200), st.booleans())
def test_every_status_has_a_name_and_a_write_that_may_be_done_is_never_called_undone(
    code: int, words: str, writes: bool
) -> None:
    endpoint = endpoints.CLIENT_UPDATE if writes else endpoints.STAFF_LIST
    error = fault(Answer(code, words, {}, endpoint))
    assert type(error) is not SyncError
    if writes and code >= 500:
        assert isinstance(error, Unsure)
    if not writes:
        assert not isinstance(error, Unsure)


@given(st.binary(max_size=300))
def test_an_error_body_of_any_bytes_is_read_without_trouble(body: bytes) -> None:
    assert isinstance(error_words(body), str)


SECRETS = ("876543210", "planted.person@example.test", "Planted Person", "sandbox-secret")


@pytest.mark.parametrize("over_http", [False, True], ids=["in process", "over HTTP"])
def test_no_secret_and_no_value_is_logged(caplog: pytest.LogCaptureFixture, over_http: bool) -> None:
    caplog.set_level(logging.DEBUG)
    with open_door(clients=6, over_http=over_http, secret=True) as door:
        back = door.sign_in()
        grant = door.identity.redeem(back["code"], back["verifier"])
        line = door.line()
        one = next(told["UUID"] for told in door.truth() if told["IsDeleted"] == "No")
        caplog.clear()
        sent = {"tax_number": "876543210", "name": "Planted Person", "email": "planted.person@example.test"}
        ATTEMPTS[READ](door, line, one)
        list(door.connector.everything(line).slices)
        door.connector.search(line, "Planted Person")
        for rule in (
            {"kind": "error", "text": "876543210 Planted"},
            {"kind": "drop_after"},
            status(400, '{"Detail":"876543210"}'),
        ):
            door.post("faults", path="client.api/update", **rule)
            error = error_of(door.connector.write, line, one, sent, {})
            assert not any(secret in f"{error} {error.detail!r} {error.__cause__}" for secret in SECRETS)
        door.connector.write(line, one, sent, {})
        renewed = door.identity.renew(grant.refresh_token)
        ours = [record for record in caplog.records if not record.name.startswith(("werkzeug", "hypothesis"))]
        logged = "\n".join(f"{record.getMessage()} {vars(record)}" for record in ours)
    tokens = (
        grant.access_token,
        grant.refresh_token,
        line.grant.access_token,
        renewed.access_token,
        renewed.refresh_token,
    )
    assert [secret for secret in (*SECRETS, *tokens, back["code"], back["verifier"]) if secret in logged] == []
    calls = [record for record in ours if record.name == "practicesync.calls"]
    assert {"client.api/get/{u}", "client.api/list", "client.api/search", "client.api/update"} <= {
        vars(record)["path"] for record in calls
    }
    assert all(vars(record)["correlation"] for record in calls if vars(record)["path"] == "client.api/list")
