"""S59-S63: two people, or a person and a run, at the same thing at the same moment."""

import threading
import time
from functools import partial

import pytest
from django.db import transaction

from faults.scenes import (
    NEW,
    OLD,
    OTHER,
    UPDATE,
    agreed,
    conflicts,
    here,
    on_the_road,
    reread,
    save,
    sent,
    settle,
    there,
)
from firms import Firm
from flows.test_at_once import at_once
from flows.unasked import ask, let
from imports import Importing
from practicesync.core.errors import Invalid, Stale
from practicesync.core.policy import Direction
from practicesync.core.verdict import Move
from practicesync.operations import answering, import_file, sheets
from practicesync.queries.conflicts import settled_by
from practicesync.queries.differences import Selection
from practicesync.queries.policy import policy_of
from practicesync.queries.sheet_page import REST, load_sheet
from practicesync.store.models import Client, Push, Run, Sheet

FILE = "Client code,Name,Phone\nK1,Kauri Limited,09 555 0101\nR1,Rata Limited,09 555 0102\n"


def test_s59_one_import_confirmed_by_two_people_at_once_is_carried_out_once(each_firm: Firm) -> None:
    firm = each_firm
    importing = Importing(firm.actor, firm.clock)
    importing.send(FILE)
    importing.check()
    revision = importing.found.revision

    def confirm() -> object:
        return import_file.confirm(firm.actor, importing.id, revision=revision, now=firm.clock.now())

    results = at_once([confirm, confirm])
    assert sorted(type(each).__name__ for each in results) == ["Run", "Stale"]
    for each in results:
        if isinstance(each, Run):
            importing.run(each)
    assert Client.rows.of(firm.practice.pk).count() == 2
    late = Importing(firm.actor, firm.clock)
    late.send(FILE)
    assert late.check() == {"unchanged": 2}, "whoever sends the file again sees that it is all there"


def test_s59_one_file_sent_by_two_people_and_confirmed_at_once_makes_no_client_twice(each_firm: Firm) -> None:
    firm = each_firm
    both = [Importing(firm.actor, firm.clock) for _ in range(2)]
    for importing in both:
        importing.send(FILE)
        assert importing.check() == {"new": 2}

    def confirm(importing: Importing) -> object:
        revision = importing.found.revision
        return import_file.confirm(firm.actor, importing.id, revision=revision, now=firm.clock.now())

    results = at_once([partial(confirm, importing) for importing in both])
    assert sorted(type(each).__name__ for each in results) == ["Invalid", "Run"], "the later one is told to wait"
    (first,) = (each for each in results if isinstance(each, Run))
    (late,) = (importing for importing in both if importing.id != first.subject)
    late.run(first)
    with pytest.raises(Invalid, match="Check them again"):
        confirm(late)
    late.run(import_file.check_again(firm.actor, late.id, revision=late.found.revision, now=firm.clock.now()))
    assert late.found.counts["unchanged"] == 2, "a fresh look shows that it is all there"
    assert Client.rows.of(firm.practice.pk).count() == 2


@pytest.mark.parametrize("clears", [(), ("phone",)])
def test_s60_a_blank_column_changes_nothing_unless_the_person_ticks_clear(firm: Firm, clears: tuple[str, ...]) -> None:
    Importing(firm.actor, firm.clock).bring(FILE)
    importing = Importing(firm.actor, firm.clock)
    importing.send("Client code,Name,Phone\nK1,Kauri Limited,\nR1,Rata Limited,\n")
    counts = importing.check(clears=clears)
    assert counts == ({"update": 2} if clears else {"unchanged": 2}), "the preview counts what would be blanked"
    if clears:
        importing.apply()
    phones = {client.values.get("phone", "") for client in Client.rows.of(firm.practice.pk)}
    assert phones == ({""} if clears else {OLD, NEW})


def test_s61_of_an_apply_that_is_cancelled_halfway_what_was_sent_stands_and_the_rest_can_be_taken_up(
    each_firm: Firm,
) -> None:
    firm = each_firm
    # More than go out together, so that some are left when the first has arrived.
    found = [agreed(firm, f"Kauri {number} Limited", phone=OLD) for number in range(6)]
    for client, _ in found:
        firm.edit(client, phone=NEW)
    lines = sheets.lines_of(firm.practice.pk, firm.connection.pk, Selection())
    sheet = sheets.draw_up(firm.actor, firm.connection.pk, "chosen", lines, firm.clock.now())
    run = sheets.request_apply(firm.actor, sheet.pk, firm.clock.now())
    on_the_road(firm, UPDATE, after=lambda: sheets.cancel(firm.actor, sheet.pk, firm.clock.now()))
    firm.run(run)
    arrived = len(sent(firm, UPDATE))
    assert (run.state, 1 <= arrived < 6) == ("cancelled", True)
    page = load_sheet(firm.practice.pk, sheet.pk, firm.clock.now())
    assert page is not None
    assert (page.done, page.rest) == (arrived, 6 - arrived)
    assert sum(there(firm, remote_id, "phone") == NEW for _, remote_id in found) == arrived
    assert not Push.rows.of(firm.practice.pk).filter(state__in=("waiting", "sending")).exists()
    rest = sheets.again(firm.actor, sheet.pk, REST, firm.clock.now())
    firm.run(sheets.request_apply(firm.actor, rest.pk, firm.clock.now()))
    assert {there(firm, remote_id, "phone") for _, remote_id in found} == {NEW}
    assert len(sent(firm, UPDATE)) == 6


def test_s62_a_policy_that_changes_while_a_run_is_under_way_holds_from_the_next_run_on(each_firm: Firm) -> None:
    firm = each_firm
    client, remote_id = agreed(firm, phone=OLD)
    other, other_there = agreed(firm, "Rata Limited", phone=OLD)
    let(firm)
    firm.xpm_edit(remote_id, Phone=NEW)
    reread(firm)
    run = ask(firm)
    assert run is not None
    drawn_under = policy_of(firm.practice.pk, "xpm").version
    let(firm, direction=Direction.TO_REMOTE)
    firm.run(run)
    sheet = Sheet.rows.of(firm.practice.pk).order_by("-pk").first()
    assert sheet is None or sheet.policy_version == policy_of(firm.practice.pk, "xpm").version > drawn_under
    assert here(firm, client, "phone") == OLD, "it is planned again by the policy that holds"
    save(firm, other, phone=OTHER)
    settle(firm)
    for queued in Run.rows.of(firm.practice.pk).filter(state="queued"):
        firm.run(queued)
    assert there(firm, other_there, "phone") == OTHER


def test_s62_a_sheet_drawn_up_under_a_policy_that_holds_no_longer_is_refused(firm: Firm) -> None:
    client, remote_id = agreed(firm, phone=OLD)
    firm.edit(client, phone=NEW)
    lines = sheets.lines_of(firm.practice.pk, firm.connection.pk, Selection())
    sheet = sheets.draw_up(firm.actor, firm.connection.pk, "chosen", lines, firm.clock.now())
    let(firm, direction=Direction.FROM_REMOTE)
    with pytest.raises(Stale):
        sheets.request_apply(firm.actor, sheet.pk, firm.clock.now())
    assert (there(firm, remote_id, "phone"), firm.writes()) == (OLD, 0)


def test_s63_of_two_admins_who_answer_one_conflict_otherwise_the_second_is_told_that_it_is_settled(
    each_firm: Firm,
) -> None:
    firm = each_firm
    client, remote_id = agreed(firm, phone=OLD)
    firm.edit(client, phone=NEW)
    firm.xpm_edit(remote_id, Phone=OTHER)
    reread(firm)
    (conflict,) = conflicts(firm)
    now = firm.clock.now()
    results = at_once(
        [
            lambda: answering.answer(firm.actor, conflict.id, Move.PUSH, now),
            lambda: answering.answer(firm.actor, conflict.id, Move.PULL, now),
        ]
    )
    assert sorted(type(each).__name__ for each in results) == ["Run", "Stale"]
    (won,) = [each for each in results if isinstance(each, Run)]
    won.refresh_from_db()
    if won.state == "queued":
        firm.run(won)
    chosen = settled_by(firm.practice.pk, client.pk, "phone").chose
    value = NEW if chosen == "local" else OTHER
    assert (here(firm, client, "phone"), there(firm, remote_id, "phone")) == (value, value)
    assert len(sent(firm, UPDATE)) == (1 if chosen == "local" else 0)
    assert conflicts(firm) == ()


def test_s63_the_second_is_told_so_too_where_the_first_answer_is_kept_while_they_wait_for_it(each_firm: Firm) -> None:
    firm = each_firm
    client, remote_id = agreed(firm, phone=OLD)
    firm.edit(client, phone=NEW)
    firm.xpm_edit(remote_id, Phone=OTHER)
    reread(firm)
    (conflict,) = conflicts(firm)
    now = firm.clock.now()
    kept = threading.Event()

    def first() -> Run:
        with transaction.atomic():
            run = answering.answer(firm.actor, conflict.id, Move.PUSH, now)
            kept.set()
            time.sleep(0.5)
        return run

    def second() -> Run:
        assert kept.wait(timeout=30)
        return answering.answer(firm.actor, conflict.id, Move.PULL, now)

    assert sorted(type(each).__name__ for each in at_once([first, second])) == ["Run", "Stale"]
    assert settled_by(firm.practice.pk, client.pk, "phone").chose == "local"
