"""What goes wrong while values are written: each fault ends as it should, and nothing is lost, doubled or made up."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from firms import Firm, a_firm
from flows.pushes import NEW, OLD, OTHER, calls, pairs, push_all, states, switch
from practicesync.store.models import Client, Link, Push, Run

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm() -> Iterator[Firm]:
    with a_firm() as found:
        found.connect()
        found.refresh()
        yield found


UPDATE = {"method": "PUT", "path": "client.api/update"}


def one(firm: Firm, **values: str) -> tuple[Client, str, Run]:
    """A linked client with a push that waits."""
    ((client, remote_id),) = pairs(firm, 1)
    firm.edit(client, **(values or {"phone": NEW}))
    return client, remote_id, push_all(firm, [client])


def many(firm: Firm, count: int = 6) -> tuple[list[tuple[Client, str]], Run]:
    found = pairs(firm, count)
    for client, _ in found:
        firm.edit(client, phone=NEW)
    return found, push_all(firm, [client for client, _ in found])


def state_of(firm: Firm) -> str:
    link: Link = Link.rows.of(firm.practice.pk).get()
    return link.state


# Lost answers (S02, S06, S50)


@pytest.mark.parametrize("kind", ["refuse", "drop_before", "drop_after", "truncate", "html", "empty", "malformed"])
def test_whatever_becomes_of_one_answer_of_a_batch_each_value_arrives_once(firm: Firm, kind: str) -> None:
    found, run = many(firm)
    firm.fault(kind, nth=4, **UPDATE, **({"bytes": 40} if kind == "truncate" else {}))
    firm.run(run)
    assert run.state == "done"
    assert states(firm, run) == ["confirmed"] * 6
    assert [firm.xpm(remote_id)["Phone"] for _, remote_id in found] == [NEW] * 6
    applied = {"refuse": 6, "drop_before": 7, "drop_after": 6}.get(kind, 6)
    assert len(calls(firm, UPDATE["path"])) <= max(applied, 7)


def test_a_lost_answer_over_which_somebody_wrote_is_held(firm: Firm) -> None:
    client, remote_id, run = one(firm)
    firm.fault("drop_before", **UPDATE)
    before = firm.steps.clock.sleep

    def meanwhile(seconds: float) -> None:
        firm.xpm_edit(remote_id, Phone=OTHER)
        before(seconds)

    firm.steps.sleep = meanwhile  # type: ignore[method-assign]
    firm.run(run)
    assert states(firm, run) == ["overtaken"]
    assert firm.xpm(remote_id)["Phone"] == OTHER
    assert firm.states(client) == {"phone": "both_changed"}


# An answer of 500: S07, S08


@pytest.mark.parametrize("applied", ["500_none", "500_all", "500_some"])
def test_a_500_may_have_been_applied_wholly_partly_or_not(firm: Firm, applied: str) -> None:
    values = {"phone": NEW, "fax": OTHER, "email": "office@kauri.example", "website": "kauri.example"}
    _, remote_id, run = one(firm, **values)
    firm.fault("switch", switches={"update_answer": applied}, **UPDATE)
    firm.run(run)
    assert states(firm, run) == ["confirmed"]
    told = firm.xpm(remote_id)
    assert [told[name] for name in ("Phone", "Fax", "Email", "Website")] == list(values.values())
    sent = calls(firm, UPDATE["path"])
    assert len(sent) == (1 if applied == "500_all" else 2)
    if applied == "500_some":
        assert "<Phone>" not in sent[1]["request_body"] or "<Website>" not in sent[1]["request_body"]


def test_what_gets_no_clear_answer_ends_after_five_tries(firm: Firm) -> None:
    _, _, run = one(firm)
    switch(firm, update_answer="500_none")
    firm.run(run)
    assert states(firm, run) == ["refused"]
    assert len(calls(firm, UPDATE["path"])) == 5
    assert "without a clear answer" in Link.rows.of(firm.practice.pk).get().failing


# 409, 429


def test_after_a_clash_the_record_is_read_again(firm: Firm) -> None:
    _, remote_id, run = one(firm)
    firm.fault("conflict", text="Somebody else edits this client", **UPDATE)
    firm.run(run)
    assert (states(firm, run), firm.xpm(remote_id)["Phone"]) == (["confirmed"], NEW)
    assert len(calls(firm, f"client.api/get/{remote_id}")) == 2


def test_a_clash_that_does_not_end_is_left_to_a_person(firm: Firm) -> None:
    _, remote_id, run = one(firm)
    firm.fault("conflict", text="Somebody else edits this client", times=100, **UPDATE)
    firm.run(run)
    assert (states(firm, run), firm.xpm(remote_id)["Phone"]) == (["refused"], OLD)


def test_told_to_wait_it_waits_and_goes_on(firm: Firm) -> None:
    found, run = many(firm)
    firm.fault("rate_limit", problem="minute", retry_after="30", nth=3, **UPDATE)
    began = firm.clock.now()
    firm.run(run)
    assert run.state == "done"
    assert firm.clock.now() - began >= timedelta(seconds=30)
    assert [firm.xpm(remote_id)["Phone"] for _, remote_id in found] == [NEW] * 6


def test_a_day_without_calls_left_pauses_the_run_and_keeps_what_waits(firm: Firm) -> None:
    _, run = many(firm)
    firm.fault("rate_limit", problem="day", retry_after="40000", nth=2, **UPDATE)
    firm.run(run)
    assert run.state == "paused"
    assert sorted(states(firm, run)) == ["confirmed"] + ["waiting"] * 5


# A yes that is none (S09, S10)


def test_an_error_in_a_good_status_is_a_refusal_and_is_not_sent_again_unasked(firm: Firm) -> None:
    client, _, run = one(firm)
    firm.fault("error", text="Phone is not to our taste", times=9, **UPDATE)
    firm.run(run)
    assert states(firm, run) == ["refused"]
    link = Link.rows.of(firm.practice.pk).get()
    assert (link.state, link.failing) == ("failing", "Phone is not to our taste")
    (row,) = firm.plan(client).plan.differing
    assert (row.why, row.verdict.unasked, row.can_push) == ("held", False, True)
    assert len(calls(firm, UPDATE["path"])) == 1


def test_a_refused_value_that_is_edited_is_a_new_one(firm: Firm) -> None:
    client, remote_id, run = one(firm)
    firm.fault("error", text="Phone is not to our taste", **UPDATE)
    firm.run(run)
    firm.edit(client, phone=OTHER)
    (row,) = firm.plan(client).plan.differing
    assert row.why != "held"
    firm.sync(client, phone="push")
    assert (firm.xpm(remote_id)["Phone"], state_of(firm)) == (OTHER, "in_sync")


def test_a_field_that_xpm_passes_over_is_named_and_not_sent_for_ever(firm: Firm) -> None:
    ((client, remote_id),) = pairs(firm, 1, ExportCode="K1")
    firm.sync(client, export_code="pull")
    firm.edit(client, export_code="K2", phone=NEW)
    run = push_all(firm, [client])
    switch(firm, export_code_on_update="ignored")
    firm.run(run)
    assert firm.outcomes(run) == {"phone": "done", "export_code": "ignored"}
    assert "kept its own Export code" in Link.rows.of(firm.practice.pk).get().failing
    (row,) = firm.plan(client).plan.differing
    assert (row.field.name, row.why) == ("export_code", "held")
    assert firm.xpm(remote_id)["Phone"] == NEW


# Stored otherwise (S33, S34)


@pytest.mark.parametrize("form", ["trimmed", "reformatted"])
def test_another_writing_of_the_same_is_the_same_and_there_is_no_ping_pong(firm: Firm, form: str) -> None:
    switch(firm, stored_form=form)
    client, _, run = one(
        firm, phone="  +64 9 555 0102", email=" Office@Kauri.example ", website="HTTPS://kauri.example/"
    )
    firm.run(run)
    assert set(firm.outcomes(run).values()) == {"done"}
    sent = firm.writes()
    for _ in range(10):
        firm.clock.advance(900)
        firm.refresh()
        assert firm.states(client) == {}
    assert firm.writes() == sent


def test_what_is_known_to_be_too_long_is_not_sent_and_the_rest_is(firm: Firm) -> None:
    ((client, remote_id),) = pairs(firm, 1)
    client.values = {**client.values, "email": "x" * 300, "phone": NEW}
    client.save()
    run = push_all(firm, [client])
    firm.run(run)
    outcomes = firm.outcomes(run)
    assert outcomes["phone"] == "done"
    assert outcomes["email"] == "refused"
    (push,) = Push.rows.of(firm.practice.pk).filter(run=run)
    assert "too long" in push.detail
    assert firm.xpm(remote_id)["Phone"] == NEW


# Masked numbers (S29, S30)


def test_a_tax_number_is_written_once_in_full_and_known_again_by_its_visible_digits(firm: Firm) -> None:
    ((client, remote_id),) = pairs(firm, 1, TaxNumber="49091850")
    firm.edit(client, tax_number="136410132")
    firm.run(push_all(firm, [client]))
    assert firm.xpm(remote_id)["TaxNumber"] == "136410132"
    sent = firm.writes()
    firm.clock.advance(900)
    firm.refresh()
    assert (firm.states(client), firm.writes()) == ({}, sent)
    assert not any("*" in (call.get("request_body") or "") for call in calls(firm, "client.api"))
