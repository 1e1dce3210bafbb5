"""S13-S19: both sides change: what goes together is kept together, what does not is a conflict that keeps both."""

import pytest

from faults.scenes import (
    NEW,
    OLD,
    OTHER,
    UPDATE,
    agreed,
    base,
    conflicts,
    every,
    here,
    link_of,
    on_the_road,
    pushes,
    reread,
    save,
    sent,
    settle,
    switch,
    there,
    why,
)
from firms import Firm
from flows.unasked import let, move
from practicesync.core.policy import Direction, FieldRule, Passage, Truth
from practicesync.core.verdict import Move
from practicesync.operations import answering, sheets, undoing
from practicesync.queries.history import HistoryFilter, load_history, text_of
from practicesync.store.models import Client, Difference, SheetLine


def test_s13_two_fields_of_one_client_changed_on_either_side_are_both_kept(firm: Firm) -> None:
    client, remote_id = agreed(firm, phone=OLD, fax=OLD)
    let(firm)
    (run,) = save(firm, client, phone=NEW)
    firm.xpm_edit(remote_id, Fax=OTHER)
    firm.run(run)
    reread(firm)
    settle(firm)
    (body,) = sent(firm, UPDATE)
    assert "<Phone>" in body
    assert "<Fax>" not in body
    assert conflicts(firm) == ()
    assert (there(firm, remote_id, "phone"), here(firm, client, "phone")) == (NEW, NEW)
    assert (there(firm, remote_id, "fax"), here(firm, client, "fax")) == (OTHER, OTHER)


def test_s13_what_xpm_empties_beside_our_write_is_told_and_two_fields_do_not_empty_each_other_in_turn(
    firm: Firm,
) -> None:
    client, remote_id = agreed(firm, phone=OLD, fax=OTHER)
    switch(firm, omitted_element="cleared")
    let(firm, direction=Direction.TO_REMOTE)
    (run,) = save(firm, client, phone=NEW)
    firm.run(run)
    for _ in range(3):
        reread(firm)
        settle(firm)
    assert len(sent(firm, UPDATE)) == 1
    assert (there(firm, remote_id, "phone"), there(firm, remote_id, "fax")) == (NEW, "")
    assert (here(firm, client, "phone"), here(firm, client, "fax")) == (NEW, OTHER)
    link = link_of(firm, client)
    assert (link.state, link.failing) == ("failing", "XPM emptied this when something else was written: Fax.")


def test_s13_what_xpm_emptied_beside_our_write_is_in_the_history_and_set_back_with_it(firm: Firm) -> None:
    client, remote_id = agreed(firm, phone=OLD)
    firm.xpm_edit(remote_id, Fax=OTHER)
    switch(firm, omitted_element="cleared")
    let(firm, direction=Direction.TO_REMOTE)
    reread(firm)
    (run,) = save(firm, client, phone=NEW)
    firm.run(run)
    reread(firm)
    assert (there(firm, remote_id, "phone"), there(firm, remote_id, "fax")) == (NEW, "")
    told = load_history(firm.practice.pk, HistoryFilter(client_id=client.pk, side="remote"))
    assert told is not None
    rows = {row.label: row for row in told.rows}
    assert (text_of(rows["Fax"].before), text_of(rows["Fax"].after)) == (OTHER, "")
    assert rows["Fax"].why == "XPM emptied it when something else was written."
    sheet = undoing.draw_up(firm.actor, run.pk, firm.clock.now())
    lines = SheetLine.rows.of(firm.practice.pk).filter(sheet=sheet)
    assert {(line.move, line.field, line.after[line.field]) for line in lines} == {
        ("push", "phone", OLD),
        ("push", "fax", OTHER),
    }
    firm.run(sheets.request_apply(firm.actor, sheet.pk, firm.clock.now()))
    assert (there(firm, remote_id, "phone"), there(firm, remote_id, "fax")) == (OLD, OTHER)
    assert (here(firm, client, "phone"), here(firm, client, "fax")) == (NEW, "")
    assert firm.states(client) == {"phone": "local_changed", "fax": "remote_changed"}


WINNERS = {
    "ask": (Truth.ASK, NEW, OTHER),
    "register": (Truth.LOCAL, NEW, NEW),
    "xpm": (Truth.REMOTE, OTHER, OTHER),
}


@pytest.mark.parametrize("rule", WINNERS)
def test_s14_one_field_changed_on_both_sides_is_one_conflict_and_its_loser_can_be_restored(
    each_firm: Firm, rule: str
) -> None:
    firm = each_firm
    truth, ours, theirs = WINNERS[rule]
    client, remote_id = agreed(firm, phone=OLD)
    let(firm, rules={"client.phone": FieldRule(truth=truth, inward=Passage.FREE, outward=Passage.FREE)})
    firm.edit(client, phone=NEW)
    firm.xpm_edit(remote_id, Phone=OTHER)
    reread(firm)
    (row,) = Difference.rows.of(firm.practice.pk)
    assert (row.field, row.state) == ("phone", "both_changed")
    if truth is Truth.ASK:
        (conflict,) = conflicts(firm)
        assert (conflict.base, text_of(conflict.local), text_of(conflict.remote)) == (OLD, NEW, OTHER)
        assert conflict.here is not None
        assert conflict.here.by == firm.actor.name
        assert (here(firm, client, "phone"), there(firm, remote_id, "phone"), base(firm, client, "phone")) == (
            ours,
            theirs,
            OLD,
        )
        answering.answer(firm.actor, conflict.id, Move.PULL, firm.clock.now())
        ours = theirs
    else:
        move(firm)
    assert (here(firm, client, "phone"), there(firm, remote_id, "phone")) == (ours, theirs)
    loser = NEW if ours == OTHER else OTHER
    restore(firm, client, loser)
    assert loser in (here(firm, client, "phone"), there(firm, remote_id, "phone"))


def restore(firm: Firm, client: Client, loser: str) -> None:
    """A person sets the value that lost back, out of the field's history."""
    page = load_history(firm.practice.pk, HistoryFilter(client_id=client.pk, field="client.phone"))
    assert page is not None
    told = next(row for row in page.rows if row.can_set_back and text_of(row.before) == loser)
    sheet = undoing.set_back(firm.actor, told.id, firm.clock.now())
    assert sheet is not None
    firm.run(sheets.request_apply(firm.actor, sheet.pk, firm.clock.now()))


def test_s15_the_same_value_on_both_sides_is_agreed_on_and_nothing_is_sent(firm: Firm) -> None:
    client, remote_id = agreed(firm, phone=OLD)
    firm.edit(client, phone=NEW)
    firm.xpm_edit(remote_id, Phone="+64 9 555 0102")
    reread(firm)
    assert (firm.states(client), conflicts(firm), firm.writes()) == ({}, (), 0)
    firm.edit(client, phone=OLD)
    assert firm.states(client) == {"phone": "local_changed"}, "what both had is what a later change is measured by"


@pytest.mark.parametrize("clash", every("conflict_409"))
def test_s16_what_xpm_changed_just_before_our_write_is_never_lost_unseen(each_firm: Firm, clash: str) -> None:
    """Another field of the record comes back with the reply. The same field is safe where XPM refuses a write just
    after another; where it does not, nobody can see it: the gap of one request (`why-nothing-is-lost.md`)."""
    firm = each_firm
    client, remote_id = agreed(firm, phone=OLD, fax=OLD)
    firm.edit(client, phone=NEW)
    switch(firm, conflict_409=clash)
    edit = {"Phone": OTHER} if clash == "recent" else {"Fax": OTHER}
    on_the_road(firm, UPDATE, before=lambda: firm.xpm_edit(remote_id, **edit))
    run = firm.sync(client, phone="push")
    if clash == "recent":
        assert firm.outcomes(run) == {"phone": "overtaken"}
        assert (here(firm, client, "phone"), there(firm, remote_id, "phone")) == (NEW, OTHER)
        assert [conflict.field_key for conflict in conflicts(firm)] == ["client.phone"]
    else:
        assert firm.outcomes(run) == {"phone": "done"}
        assert there(firm, remote_id, "fax") == OTHER
        assert firm.states(client) == {"fax": "remote_changed"}, "the reply told of it, without another reading"


def test_s16_what_stands_there_after_our_write_and_is_not_ours_is_a_conflict(firm: Firm) -> None:
    client, remote_id = agreed(firm, phone=OLD)
    firm.edit(client, phone=NEW)
    on_the_road(firm, UPDATE, request=lambda body: body.replace(NEW.encode(), OTHER.encode()))
    run = firm.sync(client, phone="push")
    assert firm.outcomes(run) == {"phone": "stored_differently"}
    assert (here(firm, client, "phone"), there(firm, remote_id, "phone")) == (NEW, OTHER)
    assert link_of(firm, client).state == "failing"
    assert len(sent(firm, UPDATE)) == 1


def test_s17_an_edit_while_its_write_is_in_flight_is_queued_on_top_and_sent_after_it(each_firm: Firm) -> None:
    firm = each_firm
    client, remote_id = agreed(firm, phone=OLD)
    let(firm)
    (first,) = save(firm, client, phone=NEW)
    later: list[object] = []
    on_the_road(firm, UPDATE, after=lambda: later.extend(save(firm, client, phone=OTHER)))
    firm.run(first)
    assert (there(firm, remote_id, "phone"), here(firm, client, "phone")) == (NEW, OTHER)
    assert link_of(firm, client).state == "waiting", "the second edit is not swallowed by the echo of the first"
    (second,) = later
    firm.run(second)  # type: ignore[arg-type]
    assert (there(firm, remote_id, "phone"), here(firm, client, "phone")) == (OTHER, OTHER)
    assert (len(sent(firm, UPDATE)), why(firm, client).state) == (2, "in_sync")
    assert [push.state for push in (*pushes(firm, first), *pushes(firm, second))] == ["confirmed"] * 2  # type: ignore[arg-type]


def test_s18_a_value_that_went_there_and_back_between_two_readings_is_no_change(firm: Firm) -> None:
    client, remote_id = agreed(firm, phone=OLD)
    let(firm)
    firm.xpm_edit(remote_id, Phone=OTHER)
    firm.xpm_edit(remote_id, Phone=OLD)
    reread(firm)
    assert (firm.states(client), conflicts(firm), firm.writes()) == ({}, (), 0)
    assert base(firm, client, "phone") == OLD


def test_s19_what_comes_in_is_not_laid_over_an_edit_that_was_not_sent_yet(each_firm: Firm) -> None:
    firm = each_firm
    client, remote_id = agreed(firm, phone=OLD)
    let(firm)
    (run,) = save(firm, client, phone=NEW)
    firm.xpm_edit(remote_id, Phone=OTHER)
    reread(firm)
    assert (here(firm, client, "phone"), link_of(firm, client).mirror.values["phone"]) == (NEW, OTHER)
    assert link_of(firm, client).state == "waiting"
    firm.run(run)
    assert (firm.outcomes(run), firm.writes()) == ({"phone": "overtaken"}, 0)
    assert (here(firm, client, "phone"), there(firm, remote_id, "phone")) == (NEW, OTHER)
    (conflict,) = conflicts(firm)
    assert (conflict.base, text_of(conflict.local), text_of(conflict.remote)) == (OLD, NEW, OTHER)
