"""Every way in which a call can go wrong, by what happens next. Nothing stays behind, and the next call works."""

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.attempts import ATTEMPTS, PHONE, Attempt, Sort, Target
from connectors.doors import START, Door, error_of, open_door
from connectors.fault_cases import CASES, Case, status
from practicesync.connectors.transport import Caps
from practicesync.connectors.xpm import endpoints
from practicesync.connectors.xpm.endpoints import Endpoint
from practicesync.connectors.xpm.faults import Answer, error_words, fault
from practicesync.core.errors import (
    BadAnswer,
    Gone,
    NotPermitted,
    Reconnect,
    Refused,
    SyncError,
    Throttled,
    Unavailable,
    Unsure,
)

ENDPOINTS = [value for value in vars(endpoints).values() if isinstance(value, Endpoint)]
HTTP = {False: "in process", True: "over HTTP"}
ROWS = [
    pytest.param(attempt, case, over_http, id=f"{attempt.name}-{HTTP[over_http]}-{case.name}")
    for attempt in ATTEMPTS
    for case in CASES
    for over_http in HTTP
    if case.over_http or not over_http
]


@pytest.fixture(scope="module")
def doors() -> Iterator[Callable[[str, bool], Door]]:
    """A sandbox for each call and way, which all its faults share: each is tried on records of its own. In whatever
    order the tests run, none is opened twice."""
    opened: dict[tuple[str, bool], Door] = {}
    with ExitStack() as held:

        def door(name: str, over_http: bool) -> Door:
            if (name, over_http) not in opened:
                opened[name, over_http] = held.enter_context(open_door(clients=2, over_http=over_http))
            return opened[name, over_http]

        yield door


@pytest.mark.parametrize(("attempt", "case", "over_http"), ROWS)
def test_each_fault_is_named_by_what_happens_next(
    doors: Callable[[str, bool], Door], attempt: Attempt, case: Case, over_http: bool
) -> None:
    door = doors(attempt.name, over_http)
    door.post("clock", advance=60)
    door.control.delete("/control/faults")
    line, target = door.line(), Target(door)
    door.post("faults", path=attempt.path, **case.rule)
    error = error_of(attempt.call, target, line)
    assert type(error) is case.error(attempt), error
    assert line.leases == 0
    assert attempt.done(target) is (case.applied and attempt.sort is Sort.WRITE)
    if not isinstance(error, (Reconnect, Throttled)):
        door.connector.read(line, target.client)


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=[attempt.name for attempt in ATTEMPTS])
def test_a_call_that_nothing_disturbs_does_its_work(door: Door, attempt: Attempt) -> None:
    line, target = door.line(), Target(door)
    outcome = attempt.call(target, line)
    list(getattr(outcome, "slices", ()))
    assert line.leases == 0
    assert attempt.done(target) is (attempt.sort is Sort.WRITE)


def test_every_path_of_the_connector_is_tried() -> None:
    paths = {endpoint.path.replace("/{u}", "") for endpoint in ENDPOINTS}
    assert paths == {attempt.path for attempt in ATTEMPTS}


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


@given(
    st.sampled_from([200, 400, 404, 500]) | st.integers(100, 999),
    st.sampled_from(["", "Invalid client identifier", "unknown client group id", "The relationship was deleted"])
    | st.text(max_size=200),
    st.sampled_from(ENDPOINTS),
)
def test_every_status_has_a_name_and_a_write_that_may_be_done_is_never_called_undone(
    code: int, words: str, endpoint: Endpoint
) -> None:
    error = fault(Answer(code, words, {}, endpoint))
    assert type(error) is not SyncError
    if endpoint.writes and code >= 500:
        assert isinstance(error, Unsure)
    if not endpoint.writes:
        assert not isinstance(error, Unsure)
    if not endpoint.of_record:
        assert not isinstance(error, Gone)


@pytest.mark.parametrize("what", ["client", "contact", "group", "client group", "relationship", "Client  Relationship"])
@pytest.mark.parametrize("words", ["Invalid {} identifier", "unknown {} UUID", "The {} is not found", "{} was deleted"])
def test_a_record_that_is_gone_is_known_by_the_words(what: str, words: str) -> None:
    answer = Answer(200, words.format(what), {}, endpoints.RELATIONSHIP_UPDATE)
    assert type(fault(answer)) is Gone


@pytest.mark.parametrize("words", ["Invalid staff identifier", "Invalid Type: Director", "A group must have a client"])
def test_what_is_wrong_with_a_value_is_a_refusal(words: str) -> None:
    assert type(fault(Answer(200, words, {}, endpoints.RELATIONSHIP_UPDATE))) is Refused


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
        door.connector.read(line, one)
        list(door.connector.everything(line).slices)
        door.connector.search(line, "Planted Person")
        for path, attempt in (
            ("client.api/update", lambda: door.connector.write(line, one, sent, {})),
            ("client.api/add", lambda: door.connector.add(line, sent, {}, [{"name": "Planted Person"}])),
            ("clientgroup.api/add", lambda: door.connector.add_group(line, "Planted Person", one)),
        ):
            for rule in (
                {"kind": "error", "text": "876543210 Planted"},
                {"kind": "drop_after" if path == "client.api/update" else "drop_before"},
                status(400, '{"Detail":"876543210"}'),
            ):
                door.post("faults", path=path, **rule)
                error = error_of(attempt)
                assert not any(secret in f"{error} {error.detail!r} {error.__cause__}" for secret in SECRETS)
            if path != "client.api/add":
                attempt()
        door.connector.find_created(line, "email", sent["email"], "Planted Person", START)
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
    assert {
        *("client.api/get/{u}", "client.api/list", "client.api/search", "client.api/update", "client.api/add"),
        "clientgroup.api/add",
    } <= {vars(record)["path"] for record in calls}
    assert all(vars(record)["correlation"] for record in calls if vars(record)["path"] == "client.api/list")
