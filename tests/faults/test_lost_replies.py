"""S01-S08, S50: a call without an answer is looked into and never simply repeated."""

from typing import Any

import httpx2
import pytest

from faults.scenes import (
    ADD,
    NEW,
    OLD,
    OTHER,
    UPDATE,
    Killed,
    agreed,
    base,
    conflicts,
    die,
    every,
    here,
    on_the_road,
    pushes,
    sent,
    switch,
    there,
    while_waiting,
    why,
)
from firms import Firm
from flows.pushes import create
from practicesync.core.client_reasons import Mend
from practicesync.flows.registry import FLOWS
from practicesync.operations import sheets
from practicesync.queries.sheet_page import load_sheet
from practicesync.store.models import Activity, Client, Link, Run

LAGS = ("0", "60")


def named(firm: Firm, name: str) -> list[str]:
    """The clients of this name that XPM has in truth."""
    return [each["UUID"] for each in firm.control("GET", "clients?limit=10000")["clients"] if each["Name"] == name]


def made_once(firm: Firm, client: Client, run: Run) -> None:
    """One client in XPM, tied to ours, and nothing left to do."""
    (remote_id,) = named(firm, client.name)
    (push,) = pushes(firm, run)
    assert (run.state, push.state) == ("done", "confirmed")
    assert Link.rows.of(firm.practice.pk).get(client=client).mirror.remote_id == remote_id
    assert firm.states(client) == {}
    received = firm.writes()
    firm.clock.advance(3600)
    firm.refresh("sweep")
    assert (firm.states(client), firm.writes(), len(named(firm, client.name))) == ({}, received, 1)


# Creates


def test_s01_a_create_that_found_no_connection_is_tried_again_and_made_once(each_firm: Firm) -> None:
    client = each_firm.add("Rata Limited", export_code="R-1", phone=OLD)
    each_firm.fault("refuse", **ADD, times=2)
    began = each_firm.clock.now()
    run = each_firm.run(create(each_firm, [client]))
    made_once(each_firm, client, run)
    assert len(sent(each_firm, ADD)) == 3, "two found no connection, one arrived"
    assert each_firm.clock.now() > began, "it waited before each try"


@pytest.mark.parametrize("kind", ["drop_after", "truncate"])
def test_s02_a_create_whose_reply_is_lost_is_found_by_its_reference_and_made_once(each_firm: Firm, kind: str) -> None:
    client = each_firm.add("Rata Limited", export_code="R-1", phone=OLD)
    each_firm.fault(kind, **ADD, **({"bytes": 60} if kind == "truncate" else {}))
    run = each_firm.run(create(each_firm, [client]))
    assert len(sent(each_firm, ADD)) == 1
    made_once(each_firm, client, run)


@pytest.mark.parametrize("lag", LAGS)
@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_s03_a_lost_create_waits_out_the_lag_of_lists_before_it_is_posted_again(
    firm: Firm, kind: str, lag: str
) -> None:
    switch(firm, list_lag_seconds=lag)
    client = firm.add("Rata Limited", export_code="R-1")
    firm.fault(kind, **ADD)
    began = firm.clock.now()
    run = firm.run(create(firm, [client]))
    posts = firm.control("GET", f"audit?path={ADD['path']}")["calls"]
    assert len(posts) == (2 if kind == "drop_before" else 1)
    if kind == "drop_before":
        assert (firm.clock.now() - began).total_seconds() > 60, "nothing was posted while a list might lag"
    made_once(firm, client, run)


def test_s04_a_lost_create_of_which_two_are_found_is_parked_for_a_person(firm: Firm) -> None:
    client = firm.add("Rata Limited", export_code="R-1")
    line = sheets.NewLine(client.pk, None, "", "client", "name", "Rata Limited", "push", "create", {}, {"name": "R"})
    sheet = sheets.draw_up(firm.actor, firm.connection.pk, "create", [line], firm.clock.now())
    firm.fault("drop_after", **ADD)
    while_waiting(firm, lambda: firm.xpm_add(Name="Rata Limited", ExportCode="R-1"))
    run = firm.run(sheets.request_apply(firm.actor, sheet.pk, firm.clock.now()))
    (push,) = pushes(firm, run)
    assert (push.state, len(sent(firm, ADD)), len(named(firm, "Rata Limited"))) == ("refused", 1, 2)
    assert not Link.rows.of(firm.practice.pk).exists(), "nobody guesses which of them it is"
    page = load_sheet(firm.practice.pk, sheet.pk, firm.clock.now())
    assert page is not None
    (told,) = [each for group in page.groups for each in group.lines]
    assert (told.outcome, "link it by hand" in told.detail) == ("refused", True)
    assert why(firm, client).mend is Mend.LINK


@pytest.mark.parametrize("lag", LAGS)
def test_s05_a_create_killed_before_its_outcome_is_stored_is_found_after_the_restart(each_firm: Firm, lag: str) -> None:
    switch(each_firm, list_lag_seconds=lag)
    client = each_firm.add("Rata Limited", export_code="R-1")
    run = create(each_firm, [client])
    on_the_road(each_firm, ADD, after=die)
    with pytest.raises(Killed):
        FLOWS["sync"](each_firm.steps, run.pk)
    (push,) = pushes(each_firm, run)
    assert (push.state, len(named(each_firm, "Rata Limited"))) == ("sending", 1), "the intent was there before the call"
    made_once(each_firm, client, each_firm.run(run))
    assert len(sent(each_firm, ADD)) == 1


# Updates


def one(firm: Firm, **values: str) -> tuple[Client, str]:
    """A client that agreed on phone, fax and e-mail, and was edited here since."""
    client, remote_id = agreed(firm, phone=OLD, fax=OLD, email="info@kauri.example")
    firm.edit(client, **(values or {"phone": NEW}))
    return client, remote_id


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "truncate", "html", "empty"])
def test_s06_a_lost_reply_to_an_update_is_compared_and_only_what_is_missing_is_sent(each_firm: Firm, kind: str) -> None:
    client, remote_id = one(each_firm)
    applied = kind != "drop_before"
    extra: dict[str, Any] = {"bytes": 40} if kind == "truncate" else {"applied": True}
    extra = extra if kind in ("truncate", "html", "empty") else {}
    each_firm.fault(kind, **UPDATE, **extra)
    run = each_firm.sync(client, phone="push")
    assert (run.state, each_firm.outcomes(run)) == ("done", {"phone": "done"})
    assert len(sent(each_firm, UPDATE)) == (1 if applied else 2)
    assert (there(each_firm, remote_id, "phone"), base(each_firm, client, "phone")) == (NEW, NEW)


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_s06_a_lost_reply_over_which_somebody_wrote_is_a_conflict_with_both_values(firm: Firm, kind: str) -> None:
    client, remote_id = one(firm)
    firm.fault(kind, **UPDATE)
    while_waiting(firm, lambda: firm.xpm_edit(remote_id, Phone=OTHER))
    run = firm.sync(client, phone="push")
    assert firm.outcomes(run) == {"phone": "overtaken"}
    assert (here(firm, client, "phone"), there(firm, remote_id, "phone")) == (NEW, OTHER)
    (conflict,) = conflicts(firm)
    assert (conflict.field_key, conflict.base) == ("client.phone", OLD)


@pytest.mark.parametrize("answer", every("update_answer"))
def test_s07_an_update_answered_500_is_done_where_a_reading_shows_it(each_firm: Firm, answer: str) -> None:
    client, remote_id = one(each_firm)
    each_firm.fault("switch", switches={"update_answer": answer}, **UPDATE)
    run = each_firm.sync(client, phone="push")
    assert each_firm.outcomes(run) == {"phone": "done"}
    assert (there(each_firm, remote_id, "phone"), base(each_firm, client, "phone")) == (NEW, NEW)
    if answer in ("normal", "500_all"):
        assert len(sent(each_firm, UPDATE)) == 1, "what is there is not sent again"
    assert why(each_firm, client).state == "in_sync"


@pytest.mark.parametrize("answer", every("update_answer"))
def test_s08_of_an_update_answered_500_what_arrived_is_agreed_on_and_the_rest_is_sent_once(
    each_firm: Firm, answer: str
) -> None:
    values = {"phone": NEW, "fax": OTHER, "email": "office@kauri.example", "website": "kauri.example"}
    client, remote_id = one(each_firm, **values)
    each_firm.fault("switch", switches={"update_answer": answer}, **UPDATE)
    run = each_firm.sync(client, **dict.fromkeys(values, "push"))
    assert set(each_firm.outcomes(run).values()) == {"done"}
    assert {key: there(each_firm, remote_id, key) for key in values} == values
    assert {key: base(each_firm, client, key) for key in values} == values
    bodies = sent(each_firm, UPDATE)
    assert len(bodies) == (1 if answer in ("normal", "500_all") else 2)
    if answer == "500_some":
        first, second = ({name for name in ("Phone", "Fax", "Email", "WebSite") if f"<{name}>" in b} for b in bodies)
        assert second < first, "what arrived is not sent again"
        assert second


@pytest.mark.parametrize("arrived", [True, False])
def test_s50_a_call_that_hangs_is_ended_and_looked_into_like_any_lost_reply(firm: Firm, arrived: bool) -> None:
    client, remote_id = one(firm)
    on_the_road(firm, UPDATE, **{"after" if arrived else "before": hang})
    run = firm.sync(client, phone="push")
    assert (run.state, firm.outcomes(run)) == ("done", {"phone": "done"})
    assert (len(sent(firm, UPDATE)), there(firm, remote_id, "phone")) == (1, NEW)
    assert Activity.rows.of(firm.practice.pk).filter(verb="push_unsure").count() == 1


def hang() -> None:
    """No byte comes for longer than anybody waits."""
    raise httpx2.ReadTimeout("nothing came")
