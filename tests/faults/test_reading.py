"""S11, S12, S23-S27: what a reading lacks, doubles, breaks off or shows late is not believed, nor missed for good."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from faults.scenes import (
    LIST,
    NEW,
    OLD,
    OTHER,
    agreed,
    base,
    every,
    here,
    link_of,
    on_the_road,
    our_clock_off,
    reread,
    settle,
    switch,
    there,
    why,
)
from firms import Firm, a_firm
from flows.unasked import let
from practicesync.core.client_reasons import Mend
from practicesync.flows.refresh import BATCH
from practicesync.store.models import Connection, Mirror
from xpm_sandbox.switches import BY_NAME


def connection(firm: Firm) -> Connection:
    found: Connection = Connection.rows.of(firm.practice.pk).get()
    return found


SPOILT: dict[str, dict[str, Any]] = {
    "truncate": {"bytes": 400},
    "truncate clean": {"bytes": 400, "ending": "clean"},
    "html": {},
    "empty": {},
}


@pytest.mark.parametrize("kind", SPOILT)
def test_s11_a_reply_that_is_cut_or_a_web_page_changes_nothing(each_firm: Firm, kind: str) -> None:
    firm = each_firm
    client, remote_id = agreed(firm, phone=OLD)
    let(firm)
    reread(firm)
    before = connection(firm).watermark
    firm.xpm_edit(remote_id, Phone=NEW)
    firm.fault(kind.split()[0], path=LIST["path"], times=None, **SPOILT[kind])
    assert reread(firm).state == "failed"
    settle(firm)
    assert connection(firm).watermark == before
    assert (here(firm, client, "phone"), base(firm, client, "phone")) == (OLD, OLD)
    assert link_of(firm, client).mirror.values["phone"] == OLD
    firm.control("DELETE", "faults")
    assert reread(firm).state == "done"
    settle(firm)
    assert (here(firm, client, "phone"), base(firm, client, "phone")) == (NEW, NEW)


@pytest.mark.parametrize("kind", ["refresh", "sweep"])
def test_s12_a_whole_list_with_nothing_in_it_is_not_believed(firm: Firm, kind: str) -> None:
    client, remote_id = agreed(firm, phone=OLD)
    for number in range(60):
        firm.xpm_add(Name=f"Rimu {number} Limited")
    let(firm)
    reread(firm)
    held = Mirror.rows.of(firm.practice.pk).count()
    if kind == "refresh":
        Connection.rows.of(firm.practice.pk).update(watermark=None)
    before = connection(firm).watermark
    firm.fault("empty_list", path=LIST["path"])
    run = reread(firm, kind)
    assert (run.state, run.problem) == ("failed", "empty_list")
    assert settle(firm) is None
    assert connection(firm).watermark == before
    assert Mirror.rows.of(firm.practice.pk).filter(gone_at=None).count() == held > 60
    assert (here(firm, client, "phone"), there(firm, remote_id, "phone"), firm.writes()) == (OLD, OLD, 0)


def without(remote_id: str, twice: str) -> Callable[[bytes], bytes]:
    """A list from which one client is dropped, and in which another stands twice, as if it moved between pages."""

    def change(body: bytes) -> bytes:
        clients = re.findall(rb"<Client>.*?</Client>(?=<Client>|</Clients>)", body, re.DOTALL)
        kept = [each for each in clients if remote_id.encode() not in each]
        assert len(kept) == len(clients) - 1
        again = [each for each in kept if twice.encode() in each]
        return body.replace(b"".join(clients), b"".join([*kept, *again]))

    return change


@pytest.mark.parametrize("bound", every("modifiedsince_bound"))
def test_s23_a_client_dropped_once_and_another_listed_twice_arrive_both_and_nothing_is_deleted(
    firm: Firm, bound: str
) -> None:
    switch(firm, modifiedsince_bound=bound)
    dropped, dropped_there = agreed(firm, "Kauri Limited", phone=OLD)
    doubled, doubled_there = agreed(firm, "Rata Limited", phone=OLD)
    let(firm)
    reread(firm)
    firm.clock.advance(3600)
    firm.xpm_edit(dropped_there, Phone=NEW)
    firm.xpm_edit(doubled_there, Phone=OTHER)
    on_the_road(firm, LIST, answer=without(dropped_there, doubled_there))
    firm.refresh()
    settle(firm)
    assert sorted(Mirror.rows.of(firm.practice.pk).values_list("remote_id", flat=True)) == sorted(
        (dropped_there, doubled_there)
    )
    assert (here(firm, dropped, "phone"), here(firm, doubled, "phone")) == (OLD, OLD)
    assert why(firm, doubled).mend is Mend.READ_AGAIN, "what stands there twice is told, and not chosen from"
    reread(firm)
    settle(firm)
    assert (here(firm, dropped, "phone"), here(firm, doubled, "phone")) == (NEW, OTHER), "readings overlap"
    assert not Mirror.rows.of(firm.practice.pk).exclude(gone_at=None).exists()


def test_s23_a_client_dropped_from_a_whole_list_is_never_deleted_and_comes_back(firm: Firm) -> None:
    dropped, dropped_there = agreed(firm, "Kauri Limited", phone=OLD)
    _, doubled_there = agreed(firm, "Rata Limited", phone=OLD)
    let(firm)
    on_the_road(firm, LIST, answer=without(dropped_there, doubled_there))
    reread(firm, "sweep")
    settle(firm)
    dropped.refresh_from_db()
    assert (dropped.archived_at, here(firm, dropped, "phone"), firm.writes()) == (None, OLD, 0)
    assert link_of(firm, dropped).ended_at is None
    reread(firm, "sweep")
    assert (link_of(firm, dropped).mirror.gone_at, firm.states(dropped)) == (None, {})


@pytest.mark.parametrize("walk", every("paged_walk"))
def test_s24_a_walk_that_breaks_off_is_begun_again_and_keeps_what_it_stored(db: None, walk: str) -> None:
    """The list is walked in one call, so that no page token can expire; a broken call is the same loss."""
    with a_firm(clients=BATCH + 100) as firm:
        switch(firm, paged_walk=walk)
        firm.connect()
        size = len(firm.http.get("/control/clients", params={"limit": 10_000}).content)
        firm.fault("truncate", bytes=int(size * 1.2), times=None, **LIST)
        run = firm.refresh()
        assert (run.state, connection(firm).watermark) == ("failed", None)
        stored = Mirror.rows.of(firm.practice.pk).count()
        assert 0 < stored < BATCH + 100, "what came in is kept"
        assert not Mirror.rows.of(firm.practice.pk).exclude(gone_at=None).exists()
        firm.control("DELETE", "faults")
        again = reread(firm)
        assert (again.state, again.changed) == ("done", BATCH + 100 - stored)
        assert connection(firm).watermark is not None
        queries = {str(call["query"]) for call in firm.control("GET", f"audit?path={LIST['path']}")["calls"]}
        assert not any("page" in query.lower() for query in queries)


@pytest.mark.parametrize("lag", [60, 240])
@pytest.mark.parametrize("bound", every("modifiedsince_bound"))
def test_s25_an_edit_that_is_visible_only_after_our_reading_is_caught_by_the_overlap(
    firm: Firm, bound: str, lag: int
) -> None:
    switch(firm, modifiedsince_bound=bound)
    client, remote_id = agreed(firm, phone=OLD)
    let(firm)
    reread(firm)
    firm.clock.advance(3600)
    firm.xpm_edit(remote_id, Phone=NEW)
    firm.fault("lag", seconds=lag, **LIST)
    firm.refresh()
    settle(firm)
    assert here(firm, client, "phone") == OLD
    reread(firm)
    settle(firm)
    assert here(firm, client, "phone") == NEW


@pytest.mark.parametrize("minutes", [10, -10])
@pytest.mark.parametrize("bound", every("modifiedsince_bound"))
def test_s26_however_wrong_our_clock_is_readings_go_by_the_servers(firm: Firm, bound: str, minutes: int) -> None:
    switch(firm, modifiedsince_bound=bound)
    client, remote_id = agreed(firm, phone=OLD)
    let(firm)
    for number in range(6):
        firm.xpm_edit(remote_id, Phone=f"09 555 02{number:02}")
        with our_clock_off(firm, minutes if number % 2 else -minutes):
            reread(firm)
            settle(firm)
        true = connection(firm).watermark
        assert true is not None
        assert timedelta(minutes=5) <= firm.clock.now() - true <= timedelta(minutes=15)
        assert here(firm, client, "phone") == f"09 555 02{number:02}"
    assert firm.writes() == 0


@pytest.mark.parametrize("skew", [-600, 600])
@pytest.mark.parametrize("bound", every("modifiedsince_bound"))
def test_s27_edits_that_a_server_with_two_clocks_hides_are_found_by_the_next_or_the_full_reading(
    firm: Firm, bound: str, skew: int
) -> None:
    assert BY_NAME["date_header_skew_seconds"].accepts(str(skew))
    client, remote_id = agreed(firm, phone=OLD)
    let(firm)
    switch(firm, modifiedsince_bound=bound, date_header_skew_seconds=str(skew))
    reread(firm)
    firm.clock.advance(1)
    firm.xpm_edit(remote_id, Phone=NEW)
    reread(firm)
    settle(firm)
    assert here(firm, client, "phone") == NEW, "the overlap is as wide as the clocks stand apart"
    firm.clock.advance(3600)
    firm.xpm_edit(remote_id, Phone=OTHER)
    firm.fault("lag", seconds=120, **LIST)
    firm.refresh()
    reread(firm)
    reread(firm, "sweep")
    settle(firm)
    assert here(firm, client, "phone") == OTHER, "and the whole reading proves that nothing is left"
