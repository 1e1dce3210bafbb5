"""What moves by itself, what does not, and what stops before it begins."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

import pytest

from firms import Firm, a_firm
from practicesync.core.actor import client_sync
from practicesync.core.errors import Stale
from practicesync.core.fields import ClientKind, Level
from practicesync.core.policy import Brake, Direction, FieldRule, Passage, Policy, Truth
from practicesync.flows.steps import DirectSteps
from practicesync.operations import automatic, leaving, policies, runs, sheets
from practicesync.operations.listing import restate
from practicesync.operations.reconciling import reconcile
from practicesync.queries.automatic import stopped
from practicesync.queries.policy import policy_of
from practicesync.store.models import Activity, Client, Connection, Link, Mirror, Push, Run, Sheet, SheetLine

T = TypeVar("T")

pytestmark = pytest.mark.django_db

TIGHT = Brake(changed=3, lost=2, percent=1)
FREE = {"client.phone": FieldRule(None, Passage.FREE, Passage.FREE)}


@pytest.fixture
def firm() -> Iterator[Firm]:
    with a_firm() as found:
        found.connect()
        found.refresh()
        yield found


def let(firm: Firm, **terms: Any) -> Policy:
    """Switch client sync on with these terms beside those that hold."""
    before = policy_of(firm.practice.pk, "xpm")
    policy = replace(before, on=True, **terms)
    return policies.change(firm.actor, "xpm", policy, firm.clock.now(), seen=before.version)


def pairs(firm: Firm, count: int, **values: str) -> list[tuple[Client, str]]:
    """So many clients that are on both sides, equal in these values (by the register's keys and XPM's names)."""
    there = {key.capitalize(): value for key, value in values.items()}
    remote_ids = [firm.xpm_add(Name=f"Client {number} Limited", **there) for number in range(count)]
    firm.refresh()
    clients = [firm.add(f"Client {number} Limited", ClientKind.COMPANY, **values) for number in range(count)]
    for client, remote_id in zip(clients, remote_ids, strict=True):
        firm.link(client, remote_id)
    return list(zip(clients, remote_ids, strict=True))


def reread(firm: Firm) -> None:
    """Time passes, and XPM is read."""
    firm.clock.advance(3600)
    firm.refresh()


def ask(firm: Firm) -> Run | None:
    return automatic.request(client_sync(firm.practice.pk), firm.connection.pk, firm.clock.now())


def move(firm: Firm) -> Run:
    """An automatic run, asked for and carried out."""
    run = ask(firm)
    assert run is not None
    return firm.run(run)


def of(client: Client, key: str) -> str:
    client.refresh_from_db()
    return str(client.values.get(key, ""))


def test_a_change_in_xpm_comes_to_the_register_and_one_here_goes_there(firm: Firm) -> None:
    client, remote_id = pairs(firm, 1, phone="09 555 0100", fax="09 555 0300")[0]
    let(firm)
    firm.edit(client, fax="09 555 0399")
    firm.xpm_edit(remote_id, Phone="09 555 0199")
    reread(firm)

    run = move(firm)

    assert (run.state, run.asked_by, run.total) == ("done", "Client sync", 2)
    assert (of(client, "phone"), firm.xpm(remote_id)["Fax"]) == ("09 555 0199", "09 555 0399")
    assert firm.states(client) == {}
    line = Activity.rows.of(firm.practice.pk).get(verb="moved_unasked")
    assert (line.actor_name, line.facts) == ("Client sync", {"done": 2, "total": 2, "policy": 1})


def test_both_sides_of_one_client_move_with_one_write_of_our_field_alone(firm: Firm) -> None:
    client, remote_id = pairs(firm, 1, phone="09 555 0100", fax="09 555 0300")[0]
    let(firm)
    firm.edit(client, fax="09 555 0399")
    firm.xpm_edit(remote_id, Phone="09 555 0199")
    reread(firm)
    sent = firm.writes()
    move(firm)
    assert firm.writes() == sent + 1
    (call,) = firm.control("GET", "audit?path=client.api/update")["calls"][-1:]
    assert "<Phone>" not in call["request_body"]


def test_the_same_change_on_both_sides_is_no_work(firm: Firm) -> None:
    client, remote_id = pairs(firm, 1, phone="09 555 0100")[0]
    let(firm)
    firm.edit(client, phone="09 555 0199")
    firm.xpm_edit(remote_id, Phone="09 555 0199")
    reread(firm)
    assert ask(firm) is None
    assert firm.plan(client).link.base["phone"] == "09 555 0199"


def test_what_went_there_and_back_again_in_xpm_is_no_work(firm: Firm) -> None:
    _, remote_id = pairs(firm, 1, phone="09 555 0100")[0]
    let(firm)
    firm.xpm_edit(remote_id, Phone="09 555 0199")
    firm.xpm_edit(remote_id, Phone="09 555 0100")
    reread(firm)
    assert ask(firm) is None


def test_a_second_run_sends_nothing(firm: Firm) -> None:
    client, _ = pairs(firm, 1, phone="09 555 0100")[0]
    let(firm)
    firm.edit(client, phone="09 555 0199", fax="09 555 0177")
    move(firm)
    sent = firm.writes()
    for _ in range(3):
        reread(firm)
        assert ask(firm) is None
    assert firm.writes() == sent


def test_nothing_moves_while_client_sync_is_off(firm: Firm) -> None:
    client, _ = pairs(firm, 1, phone="09 555 0100")[0]
    firm.edit(client, phone="09 555 0199")
    assert ask(firm) is None


@pytest.mark.parametrize(
    ("direction", "comes", "goes"),
    [(Direction.TWO_WAY, True, True), (Direction.FROM_REMOTE, True, False), (Direction.TO_REMOTE, False, True)],
)
def test_the_direction_says_what_moves(firm: Firm, direction: Direction, comes: bool, goes: bool) -> None:
    (one, first), (other, second) = pairs(firm, 2, phone="09 555 0100")
    let(firm, direction=direction)
    firm.edit(one, phone="09 555 0111")
    firm.xpm_edit(second, Phone="09 555 0122")
    reread(firm)
    move(firm)
    assert (firm.xpm(first)["Phone"] == "09 555 0111") is goes
    assert (of(other, "phone") == "09 555 0122") is comes
    if direction is Direction.FROM_REMOTE:
        assert of(one, "phone") == "09 555 0100", "XPM is the source of truth"
    if direction is Direction.TO_REMOTE:
        assert firm.xpm(second)["Phone"] == "09 555 0100", "the register is the source of truth"


def test_fill_blank_fills_blanks_and_changes_nothing_else(firm: Firm) -> None:
    (blank, _), (_, _) = pairs(firm, 2, fax="09 555 0300")
    let(firm, rules={"client.phone": FieldRule(Truth.ASK, Passage.FILL_BLANK, Passage.FILL_BLANK)})
    remote_id = firm.plan(blank).link.mirror.remote_id
    firm.xpm_edit(remote_id, Phone="09 555 0100")
    reread(firm)
    move(firm)
    assert of(blank, "phone") == "09 555 0100"
    firm.xpm_edit(remote_id, Phone="09 555 0199")
    reread(firm)
    assert ask(firm) is None
    assert of(blank, "phone") == "09 555 0100"


def test_a_blank_never_goes_over_a_value_by_itself(firm: Firm) -> None:
    (one, first), (other, second) = pairs(firm, 2, phone="09 555 0100")
    let(firm)
    firm.edit(one, phone="")
    firm.xpm_edit(second, Phone="")
    reread(firm)
    assert ask(firm) is None
    assert (firm.xpm(first)["Phone"], of(other, "phone")) == ("09 555 0100", "09 555 0100")


def test_failing_and_set_aside_clients_are_left_alone(firm: Firm) -> None:
    (failing, _), (aside, _), (fine, third) = pairs(firm, 3, phone="09 555 0100")
    let(firm)
    for client in (failing, aside, fine):
        firm.edit(client, phone="09 555 0199")
    live = Link.rows.of(firm.practice.pk)
    live.filter(client=failing).update(failing="XPM refused it.")
    live.filter(client=aside).update(set_aside_at=firm.clock.now(), state="set_aside")
    restate(firm.practice.pk, [aside.pk])
    run = move(firm)
    assert run.total == 1
    assert [push.client_id for push in Push.rows.of(firm.practice.pk)] == [fine.pk]
    assert firm.xpm(third)["Phone"] == "09 555 0199"


def mass(firm: Firm, count: int, side: str) -> list[tuple[Client, str]]:
    """So many clients whose phone changed on one side, under a tight brake; read, and not moved."""
    found = pairs(firm, count, phone="09 555 0100")
    let(firm, brake=TIGHT)
    for number, (client, remote_id) in enumerate(found):
        if side == "here":
            firm.edit(client, phone=f"09 555 02{number:02}")
        else:
            firm.xpm_edit(remote_id, Phone=f"09 555 02{number:02}")
    reread(firm)
    return found


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


def test_drawing_up_twice_gives_the_same_sheet(firm: Firm) -> None:
    mass(firm, 2, "there")
    run = ask(firm)
    assert run is not None
    first = automatic.draw_up(run.pk, firm.clock.now())
    assert automatic.draw_up(run.pk, firm.clock.now()) == first
    assert Sheet.rows.of(firm.practice.pk).count() == 1


def test_a_run_under_way_is_joined(firm: Firm) -> None:
    mass(firm, 2, "there")
    first = ask(firm)
    assert first is not None
    assert ask(firm) == first


def test_none_is_asked_for_where_xpm_is_not_connected(firm: Firm) -> None:
    mass(firm, 2, "there")
    Connection.rows.of(firm.practice.pk).update(state="broken")
    assert ask(firm) is None


def test_what_it_brought_is_told_as_done_by_client_sync(firm: Firm) -> None:
    mass(firm, 1, "there")
    move(firm)
    line = Activity.rows.of(firm.practice.pk).get(verb="pulled")
    assert (line.actor_kind, line.actor_name, line.facts["policy"]) == ("worker", "Client sync", 1)


def test_what_somebody_put_aside_after_it_was_drawn_up_stays(firm: Firm) -> None:
    (one, _), (other, _) = mass(firm, 2, "there")
    run = ask(firm)
    assert run is not None
    automatic.draw_up(run.pk, firm.clock.now())
    Link.rows.of(firm.practice.pk).filter(client=one).update(set_aside_at=firm.clock.now())
    firm.run(run)
    assert (of(one, "phone"), of(other, "phone")) == ("09 555 0100", "09 555 0201")
    outcomes = SheetLine.rows.of(firm.practice.pk).order_by("client_id").values_list("outcome", flat=True)
    assert list(outcomes) == ["stale", "done"]


def test_a_policy_that_changes_before_the_first_move_leaves_all_and_draws_up_anew(firm: Firm) -> None:
    found = mass(firm, 2, "there")
    run = ask(firm)
    assert run is not None
    automatic.draw_up(run.pk, firm.clock.now())
    let(firm, level=Level.NAMES)

    assert firm.run(run).state == "done"

    assert {of(client, "phone") for client, _ in found} == {"09 555 0100"}
    assert {line.detail for line in SheetLine.rows.of(firm.practice.pk)} == {
        "The policy changed while the run was under way."
    }
    assert not Run.rows.of(firm.practice.pk).filter(kind="automatic", state="queued").exists(), "nothing is due now"


class Changing(DirectSteps):
    """Steps that let somebody do something before the first step of this name."""

    before: tuple[str, Callable[[], object]] | None = None

    def do(self, name: str, function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        if self.before is not None and name == self.before[0]:
            act, self.before = self.before[1], None
            act()
        return super().do(name, function, *args, **kwargs)


def test_a_policy_that_changes_in_the_middle_stops_the_rest_and_asks_for_another_run(firm: Firm) -> None:
    (one, first), (other, second) = pairs(firm, 2, phone="09 555 0100")
    let(firm)
    firm.xpm_edit(first, Phone="09 555 0111")
    reread(firm)
    firm.edit(other, phone="09 555 0122")
    run = ask(firm)
    assert run is not None
    steps = Changing(firm.clock)
    steps.before = ("queue", lambda: let(firm, rules={"client.fax": FieldRule(None, Passage.ASK, Passage.ASK)}))
    firm.steps = steps

    firm.run(run)

    assert (of(one, "phone"), firm.xpm(second)["Phone"]) == ("09 555 0111", "09 555 0100")
    (again,) = Run.rows.of(firm.practice.pk).filter(kind="automatic", state="queued")
    assert firm.run(again).state == "done"
    assert firm.xpm(second)["Phone"] == "09 555 0122"


LEFT_OUT = Brake(changed=100, lost=100, percent=1)


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


def queued(firm: Firm) -> Run | None:
    """The automatic run that somebody other than the test has asked for."""
    return Run.rows.of(firm.practice.pk).filter(kind="automatic", state="queued").first()


def test_a_refresh_asks_for_it_where_something_is_due(firm: Firm) -> None:
    _, remote_id = pairs(firm, 1, phone="09 555 0100")[0]
    let(firm)
    firm.refresh()
    assert queued(firm) is None
    firm.xpm_edit(remote_id, Phone="09 555 0199")
    reread(firm)
    assert queued(firm) is not None


def test_a_reading_of_one_client_asks_for_it(firm: Firm) -> None:
    client, remote_id = pairs(firm, 1, phone="09 555 0100")[0]
    let(firm)
    firm.xpm_edit(remote_id, Phone="09 555 0199")
    firm.run(runs.request_record(firm.actor, client.pk, firm.clock.now()))
    assert queued(firm) is not None


def test_switching_client_sync_on_asks_for_it(firm: Firm) -> None:
    client, _ = pairs(firm, 1, phone="09 555 0100")[0]
    firm.edit(client, phone="09 555 0199")
    assert queued(firm) is None
    let(firm)
    assert queued(firm) is not None


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
