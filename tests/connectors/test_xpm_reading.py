"""What the connector reads is what stands in Practice Manager."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, timedelta

import pytest

from connectors.doors import START, Door, error_of, open_door
from practicesync.connectors.base import Reading
from practicesync.core.catalogue import CATALOGUE
from practicesync.core.errors import BadAnswer, Gone
from practicesync.core.fields import Subject
from practicesync.core.record import RemoteRecord

UNKNOWN = "00000000-0000-4000-8000-000000000000"


def records(door: Door, reading: Reading) -> dict[str, RemoteRecord]:
    return {record.remote_id: record for record in (door.connector.decode(found) for found in reading.slices)}


def expected(told: dict[str, object], path: str) -> object:
    here: object = told
    for step in path.split("/"):
        here = here.get(step) if isinstance(here, dict) else None
    return here


@pytest.mark.parametrize("region", ["AU", "NZ"])
def test_a_whole_firm_is_read_as_it_stands_there(region: str) -> None:
    with open_door(clients=60, region=region) as door:
        line = door.line()
        reading = door.connector.everything(line)
        found = records(door, reading)
        truth = {told["UUID"]: told for told in door.truth()}
        assert found.keys() == truth.keys()
        assert reading.server_time == START.astimezone(UTC)
        for remote_id, told in truth.items():
            record = found[remote_id]
            assert (record.archived, record.deleted) == (told["IsArchived"] == "Yes", told["IsDeleted"] == "Yes")
            assert len(record.contacts or ()) == len(told.get("Contacts", ()))
            for row in CATALOGUE.synced(Subject.CLIENT, "xpm"):
                for key, paths in zip(row.keys, row.at["xpm"].read, strict=True):
                    value = next((v for path in paths.split("|") if (v := expected(told, path)) is not None), "")
                    if row.name == "tax_number" and value:
                        value = "*" * (len(str(value)) - 3) + str(value)[-3:]
                    assert record.values.get(key, "") == row.kind.tidy(str(value)), (row.name, told["Name"])


def test_the_archived_the_untaxed_and_the_unusual_are_all_there() -> None:
    with open_door(clients=60) as door:
        found = records(door, door.connector.everything(door.line())).values()
        assert any(record.archived for record in found)
        assert any("tax_number" not in record.values for record in found)
        assert any("&" in record.name for record in found)
        assert any("\n" in value for record in found for value in record.values.values())


def test_a_list_a_single_read_and_a_search_tell_the_same(either_door: Door) -> None:
    door, line = either_door, either_door.line()
    for record in list(records(door, door.connector.everything(line)).values())[:6]:
        if record.deleted:
            continue
        assert door.connector.read(line, record.remote_id.upper()) == record
        assert record.remote_id in {found.remote_id for found in door.connector.search(line, record.name)}


def test_a_search_that_finds_the_whole_firm_stops_at_a_hundred() -> None:
    with open_door(clients=130) as door:
        line = door.line()
        found = door.connector.search(line, "a")
        assert len(found) == 100
        assert len({record.remote_id for record in found}) == 100
        assert line.leases == 0


def test_only_what_changed_since_is_read_again(door: Door) -> None:
    line = door.line()
    before = {found.digest for found in door.connector.everything(line).slices}
    door.clock.advance(600)
    one = next(told for told in door.truth() if told["IsDeleted"] == "No")
    door.edit(one["UUID"], Phone="03 5550 9876")
    reading = door.connector.changed_since(line, START + timedelta(minutes=5))
    (found,) = reading.slices
    assert found.digest not in before
    assert door.connector.decode(found).values["phone"] == "03 5550 9876"
    assert reading.server_time == START + timedelta(minutes=10)
    assert list(door.connector.changed_since(line, START + timedelta(minutes=11)).slices) == []


def test_a_record_that_nobody_has_is_gone(door: Door) -> None:
    line = door.line()
    for switch in ("error", "not_found"):
        door.switch(unknown_id=switch)
        assert isinstance(error_of(door.connector.read, line, UNKNOWN), Gone)


@pytest.mark.parametrize("remote_id", ["", "..", "../list", "a/b", "a?b=c", "x" * 65, "a b", "a\nb"])
def test_an_id_that_is_none_asks_nobody(door: Door, remote_id: str) -> None:
    line = door.line()
    assert isinstance(error_of(door.connector.read, line, remote_id), Gone)
    assert line.calls == 0
    assert door.calls("client.api") == []


@pytest.mark.parametrize("switch", ["error", "not_found"])
def test_a_deleted_client_is_gone(door: Door, switch: str) -> None:
    one = next(told for told in door.truth() if told["IsDeleted"] == "No")
    door.post(f"clients/{one['UUID']}/delete")
    door.switch(get_of_deleted=switch)
    assert isinstance(error_of(door.connector.read, door.line(), one["UUID"]), Gone)
    door.switch(get_of_deleted="flagged")
    assert door.connector.read(door.line(), one["UUID"]).deleted


def test_the_staff_list_tells_ids_names_and_addresses(door: Door) -> None:
    staff = door.connector.staff(door.line())
    assert len(staff) > 1
    assert all(member.remote_id and member.name for member in staff)
    assert any("@" in member.email for member in staff)


def test_a_list_that_is_dropped_halfway_gives_its_place_back(either_door: Door) -> None:
    line = either_door.line()
    reading = either_door.connector.everything(line)
    next(iter(reading.slices))
    assert line.leases == 1
    del reading
    assert line.leases == 0
    assert len(list(either_door.connector.everything(line).slices)) > 1
    assert line.leases == 0


def test_a_list_without_the_servers_time_gives_no_watermark(door: Door) -> None:
    line = door.line()
    body = "<Response><Status>OK</Status><Clients /></Response>"
    for date in ("", "yesterday", "Wed, 99 Jun 2021 13:01:04 GMT"):
        door.fault(
            "status", path="client.api/list", status=200, body=body, headers={"Content-Type": "text/xml", "Date": date}
        )
        assert isinstance(error_of(door.connector.everything, line), BadAnswer)
    assert line.leases == 0


def test_sixteen_workers_with_one_stale_token_renew_it_once() -> None:
    with open_door(over_http=True) as door:
        line = door.line(interactive=False)
        one = next(told["UUID"] for told in door.truth() if told["IsDeleted"] == "No")
        door.post("tokens/expire")
        start = threading.Barrier(16)

        def read() -> str:
            start.wait()
            return door.connector.read(line, one).remote_id

        with ThreadPoolExecutor(16) as workers:
            found = [job.result() for job in [workers.submit(read) for _ in range(16)]]
        assert found == [one] * 16
        assert line.renewals == 1
        assert line.leases == 0
        assert line.most_at_once <= 5


def test_the_servers_counters_are_believed(door: Door) -> None:
    line = door.line()
    door.post("budget", minute=40, day=1_000, app=door.settings.client_id)
    door.connector.staff(line)
    assert (line.ledger.minute_left, line.ledger.day_left) == (19, 3_999)
