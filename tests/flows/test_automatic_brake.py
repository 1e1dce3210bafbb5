"""A run that would do too much, or that goes by a reading that is hard to believe: stopped, gone on with, left."""

from collections.abc import Iterator

import pytest

from firms import Firm, a_firm
from flows.unasked import TIGHT, ask, let, mass, move, of, pairs, reread
from practicesync.core.errors import Stale
from practicesync.core.policy import Brake, FieldRule, Passage
from practicesync.operations import automatic, leaving, sheets
from practicesync.operations.reconciling import reconcile
from practicesync.queries.automatic import stopped
from practicesync.store.models import Activity, Client, Link, Mirror, Push, Run, Sheet, SheetLine

pytestmark = pytest.mark.django_db

FREE = {"client.phone": FieldRule(None, Passage.FREE, Passage.FREE)}
LEFT_OUT = Brake(changed=100, lost=100, percent=1)


@pytest.fixture
def firm() -> Iterator[Firm]:
    with a_firm() as found:
        found.connect()
        found.refresh()
        yield found


@pytest.mark.parametrize("side", ["here", "there"])
def test_a_run_that_would_change_too_many_clients_stops_before_the_first_write(firm: Firm, side: str) -> None:
    found = mass(firm, 4, side)
    sent, revisions = firm.writes(), [client.revision for client, _ in refreshed(found)]

    run = move(firm)

    assert (run.state, run.problem) == ("failed", "braked")
    assert run.detail == "It would change 4 clients; your firm allows 3 unasked."
    assert firm.writes() == sent
    assert [client.revision for client, _ in refreshed(found)] == revisions
    assert not Push.rows.of(firm.practice.pk).exists()
    sheet = stopped(firm.practice.pk, firm.connection.pk)
    assert sheet is not None
    assert (sheet.state, SheetLine.rows.of(firm.practice.pk).filter(sheet=sheet, outcome="").count()) == ("braked", 4)


def refreshed(found: list[tuple[Client, str]]) -> list[tuple[Client, str]]:
    for client, _ in found:
        client.refresh_from_db()
    return found


def test_as_many_as_the_firm_allows_move(firm: Firm) -> None:
    mass(firm, 3, "there")
    assert move(firm).state == "done"


def test_blanking_stops_at_its_own_number(firm: Firm) -> None:
    found = pairs(firm, 3, phone="09 555 0100")
    let(firm, brake=TIGHT, rules=FREE)
    for _, remote_id in found:
        firm.xpm_edit(remote_id, Phone="")
    reread(firm)
    run = move(firm)
    assert run.detail == "It would blank or remove values of 3 clients; your firm allows 2 unasked."
    assert {of(client, "phone") for client, _ in found} == {"09 555 0100"}


def test_a_stopped_run_is_asked_for_once_until_something_moves(firm: Firm) -> None:
    found = mass(firm, 4, "there")
    move(firm)
    reread(firm)
    assert ask(firm) is None
    firm.xpm_edit(found[0][1], Phone="09 555 0333")
    reread(firm)
    assert move(firm).problem == "braked"
    states = list(Sheet.rows.of(firm.practice.pk).order_by("pk").values_list("state", flat=True))
    assert states == ["superseded", "braked"]


def test_a_stopped_run_goes_by_itself_once_it_is_small_enough(firm: Firm) -> None:
    found = mass(firm, 4, "there")
    move(firm)
    firm.sync(found[0][0], phone="pull")
    assert move(firm).state == "done"
    assert stopped(firm.practice.pk, firm.connection.pk) is None
    assert [of(client, "phone") for client, _ in found] == [f"09 555 02{number:02}" for number in range(4)]


def leave_out(firm: Firm, count: int) -> None:
    """XPM leaves the phone out of the replies about so many clients of eight that had it."""
    found = pairs(firm, 8, phone="09 555 0100", fax="09 555 0300")
    let(firm, brake=LEFT_OUT)
    for client, remote_id in found:
        firm.xpm_edit(remote_id, Fax=f"09 555 04{client.pk:02}")
    reread(firm)
    for _, remote_id in found[:count]:
        mirror = Mirror.rows.of(firm.practice.pk).get(remote_id=remote_id)
        values = {key: value for key, value in mirror.values.items() if key != "phone"}
        Mirror.rows.of(firm.practice.pk).filter(pk=mirror.pk).update(values=values)
    reconcile(firm.practice.pk, list(Link.rows.of(firm.practice.pk).values_list("pk", flat=True)), firm.clock.now())


def test_where_xpm_leaves_out_what_it_had_for_many_the_run_stops(firm: Firm) -> None:
    leave_out(firm, 6)
    run = move(firm)
    assert (run.state, run.detail) == ("failed", "XPM left out Phone for 6 clients that had it before.")
    assert {client.values["fax"] for client in Client.rows.of(firm.practice.pk)} == {"09 555 0300"}


def test_where_it_leaves_it_out_for_a_few_their_values_stay_and_the_rest_moves(firm: Firm) -> None:
    leave_out(firm, 5)
    assert move(firm).state == "done"
    assert {client.values["phone"] for client in Client.rows.of(firm.practice.pk)} == {"09 555 0100"}
    assert "09 555 0300" not in {client.values["fax"] for client in Client.rows.of(firm.practice.pk)}


def leave(firm: Firm) -> Run:
    """Somebody leaves what the stopped run would have done."""
    sheet = stopped(firm.practice.pk, firm.connection.pk)
    assert sheet is not None
    return firm.run(leaving.request_leave(firm.actor, sheet.pk, firm.clock.now()))


def test_what_is_left_does_not_stop_the_next_run_until_it_moves(firm: Firm) -> None:
    found = mass(firm, 4, "there")
    move(firm)

    assert (leave(firm).state, leave_lines(firm)) == ("done", 4)

    assert stopped(firm.practice.pk, firm.connection.pk) is None
    assert ask(firm) is None
    assert {row.why for client, _ in found for row in firm.plan(client).plan.differing} == {"held"}
    firm.xpm_edit(found[0][1], Phone="09 555 0333")
    reread(firm)
    assert move(firm).total == 1
    assert [of(client, "phone") for client, _ in found[:2]] == ["09 555 0333", "09 555 0100"]


def leave_lines(firm: Firm) -> int:
    return Activity.rows.of(firm.practice.pk).filter(verb="left_as_is").count()


def test_what_is_left_can_still_be_brought_by_a_person(firm: Firm) -> None:
    found = mass(firm, 4, "there")
    move(firm)
    leave(firm)
    firm.sync(found[0][0], phone="pull")
    assert of(found[0][0], "phone") == "09 555 0200"


def test_a_person_goes_on_with_a_stopped_run(firm: Firm) -> None:
    found = mass(firm, 4, "here")
    move(firm)
    sheet = stopped(firm.practice.pk, firm.connection.pk)
    assert sheet is not None
    run = firm.run(sheets.request_apply(firm.actor, sheet.pk, firm.clock.now()))
    assert (run.state, run.asked_by) == ("done", "Ana Lee")
    assert [firm.xpm(remote_id)["Phone"] for _, remote_id in found] == [f"09 555 02{number:02}" for number in range(4)]
    assert ask(firm) is None


def test_two_people_decide_once(firm: Firm) -> None:
    mass(firm, 4, "here")
    move(firm)
    sheet = stopped(firm.practice.pk, firm.connection.pk)
    assert sheet is not None
    sheets.request_apply(firm.actor, sheet.pk, firm.clock.now())
    with pytest.raises(Stale):
        leaving.request_leave(firm.actor, sheet.pk, firm.clock.now())


def test_what_xpm_left_out_counts_no_more_once_somebody_has_looked(firm: Firm) -> None:
    leave_out(firm, 6)
    move(firm)
    leave(firm)
    last = Mirror.rows.of(firm.practice.pk).order_by("-pk")[0]
    firm.xpm_edit(last.remote_id, Fax="09 555 0999")
    reread(firm)
    assert move(firm).state == "done"


def test_what_a_crash_left_half_drawn_up_is_drawn_up_anew(firm: Firm) -> None:
    mass(firm, 4, "there")
    run = ask(firm)
    assert run is not None
    automatic.draw_up(run.pk, firm.clock.now())
    half = Sheet.rows.of(firm.practice.pk).get()
    SheetLine.rows.of(firm.practice.pk).filter(sheet=half).order_by("-pk")[:1].get().delete()
    Sheet.rows.of(firm.practice.pk).update(state="drawing", notes={})
    assert firm.run(run).problem == "braked"
    (sheet,) = Sheet.rows.of(firm.practice.pk)
    assert (sheet.state, SheetLine.rows.of(firm.practice.pk).count()) == ("braked", 4)
