"""The line to a sandbox over HTTP, used by many threads at once: one rotation, and never too many calls."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import pytest
from django.db import connections

from offices import Office, an_office
from practicesync.core.errors import Reconnect, Throttled
from practicesync.flows.line import StoreLine, open_line
from practicesync.flows.remote import remote
from practicesync.store.models import Connection, Run

T = TypeVar("T")

pytestmark = pytest.mark.serial


@pytest.fixture
def office(on_database: str, tmp_path: Path) -> Iterator[Office]:
    """A connected firm with one client on both sides."""
    with an_office(tmp_path, clients=0) as found:
        found.firm.connect()
        found.firm.pair("Kauri Holdings Limited", Phone="09 555 0100")
        yield found


def line_of(office: Office, run_id: int | None = None) -> StoreLine:
    connection = Connection.rows.of(office.firm.practice.pk).get()
    return open_line(connection.pk, remote("xpm").identity, office.firm.clock, interactive=True, run_id=run_id)


def read(office: Office) -> str:
    """One call: the only client's name."""
    found = remote("xpm").connector.search(line_of(office), "Kauri")
    return found[0].values["name"]


def at_once(office: Office, count: int, call: Callable[[Office], T]) -> list[T | Exception]:
    """The same call from so many threads; what each gave or raised."""

    def one(_: int) -> T | Exception:
        try:
            return call(office)
        except Throttled as problem:
            return problem
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(one, range(count)))


def statuses(office: Office, path: str) -> Counter[int | None]:
    return Counter(call["status"] for call in office.firm.control("GET", f"audit?path={path}")["calls"])


def test_of_many_that_find_the_token_expired_one_rotates_it(office: Office) -> None:
    before = statuses(office, "/connect/token").total()
    office.firm.control("POST", "tokens/expire")
    assert at_once(office, 8, read) == ["Kauri Holdings Limited"] * 8
    assert statuses(office, "/connect/token").total() == before + 1
    assert Connection.rows.of(office.firm.practice.pk).get().state == "connected"


def test_no_more_than_five_calls_are_in_flight_however_many_ask(office: Office) -> None:
    office.firm.fault("delay", path="client.api/search", seconds=0.3, times=None)
    told = at_once(office, 12, read)
    assert statuses(office, "client.api/search").keys() == {200}, "XPM never had to refuse"
    assert told.count("Kauri Holdings Limited") >= 5
    assert all(each == "Kauri Holdings Limited" or isinstance(each, Throttled) for each in told)


def test_what_another_process_of_the_app_spent_is_believed(office: Office) -> None:
    office.firm.control("POST", "budget", json={"minute": 60 - 4, "app": "sandbox-pkce"})
    told = [one for _ in range(6) for one in at_once(office, 1, read)]
    assert told[0] == "Kauri Holdings Limited"
    refusal = told[-1]
    assert isinstance(refusal, Throttled)
    assert refusal.limit == "minute"
    assert 2.0 < refusal.after <= 61.0
    assert 429 not in statuses(office, "client.api/search")


def test_a_revoked_grant_breaks_the_connection_for_all(office: Office) -> None:
    office.firm.control("POST", "grants/revoke")
    office.firm.control("POST", "tokens/expire")
    with pytest.raises(Reconnect):
        read(office)
    row = Connection.rows.of(office.firm.practice.pk).get()
    assert row.state == "broken"
    assert row.reason
    calls = statuses(office, "").total()
    with pytest.raises(Reconnect):
        read(office)
    assert statuses(office, "").total() == calls, "a broken connection asks nothing more"


def test_calls_are_counted_on_their_run(office: Office) -> None:
    run = Run.rows.of(office.firm.practice.pk).order_by("pk").last()
    assert run is not None
    line = line_of(office, run.pk)
    for _ in range(3):
        line.release(line.admit())
    assert Run.rows.of(run.practice_id).get(pk=run.pk).calls == run.calls + 3
