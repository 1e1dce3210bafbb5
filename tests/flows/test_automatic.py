"""What moves by itself, and what does not."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import pytest

from firms import Firm, a_firm
from flows.unasked import ask, let, mass, move, of, pairs, reread
from practicesync.core.fields import ClientKind, Level
from practicesync.core.policy import Direction, FieldRule, Passage, Truth
from practicesync.flows.steps import DirectSteps
from practicesync.operations import automatic, register, runs
from practicesync.operations.listing import restate
from practicesync.operations.register import ContactEdit
from practicesync.store.models import Activity, Client, Connection, Contact, Link, Push, Run, Sheet, SheetLine

T = TypeVar("T")

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm() -> Iterator[Firm]:
    with a_firm() as found:
        found.connect()
        found.refresh()
        yield found


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


@pytest.mark.parametrize("form", ["trimmed", "reformatted"])
@pytest.mark.parametrize("value", ["0 9  5 5 5 0 1 9 9", "+64 9 555 0199", " 09-555-0199 "])
def test_what_xpm_writes_its_own_way_is_written_once_in_ten_rounds(firm: Firm, form: str, value: str) -> None:
    client, _ = pairs(firm, 1, phone="09 555 0100")[0]
    let(firm)
    firm.control("PATCH", "switches", json={"stored_form": form})
    firm.edit(client, phone=value)
    sent = firm.writes()
    for _ in range(10):
        if ask(firm) is not None:
            move(firm)
        reread(firm)
    assert firm.writes() == sent + 1
    assert firm.states(client) == {}


def test_when_edits_stop_both_sides_agree_after_two_rounds_and_the_third_sends_nothing(firm: Firm) -> None:
    found = pairs(firm, 6, phone="09 555 0100", fax="09 555 0300")
    let(firm)
    for number, (client, remote_id) in enumerate(found):
        if number % 2:
            firm.edit(client, phone=f"09 555 02{number:02}")
        if number % 3:
            firm.xpm_edit(remote_id, Fax=f"09 555 04{number:02}")
    for _ in range(2):
        reread(firm)
        if ask(firm) is not None:
            move(firm)
    assert {row.key for client, _ in found for row in firm.plan(client).plan.differing} == set()
    sent = firm.writes()
    reread(firm)
    assert (ask(firm), firm.writes()) == (None, sent)
    assert len(Activity.rows.of(firm.practice.pk).filter(verb="pulled")) == 4


def test_a_contact_that_is_new_on_either_side_comes_to_the_other(firm: Firm) -> None:
    client, remote_id = pairs(firm, 1, phone="09 555 0100")[0]
    let(firm)
    firm.control("POST", f"clients/{remote_id}/contacts", json={"Name": "Mere Tahu", "Email": "mere@kauri.example"})
    firm.clock.advance(3600)
    firm.refresh("sweep")
    move(firm)
    assert [each.values["name"] for each in firm.contacts(client)] == ["Mere Tahu"]
    assert firm.states(client) == {}


def contacts_of(client: Client) -> list[Contact]:
    return list(Contact.rows.of(client.practice_id).filter(client=client, removed_at=None))


def test_what_was_taken_away_on_either_side_stays_on_the_other_until_somebody_says_so(firm: Firm) -> None:
    contacts: Any = [{"Name": "Mere Tahu"}, {"Name": "Tama Ngata"}]
    remote_id = firm.xpm_add(Name="Kauri Limited", Contacts=contacts)
    firm.refresh()
    client = firm.add("Kauri Limited", ClientKind.COMPANY)
    firm.link(client, remote_id)
    let(firm)
    move(firm)
    mere, tama = sorted(contacts_of(client), key=lambda each: str(each.values["name"]))
    client.refresh_from_db()
    register.edit_client(
        firm.actor,
        client.pk,
        revision=client.revision,
        kind=ClientKind.COMPANY,
        values={},
        contacts=[ContactEdit(mere.pk, {}, remove=True)],
        now=firm.clock.now(),
    )
    gone = next(each["UUID"] for each in firm.xpm(remote_id)["Contacts"] if each["Name"] == "Tama Ngata")
    firm.control("DELETE", f"contacts/{gone}")
    firm.clock.advance(3600)
    firm.refresh("sweep")
    assert ask(firm) is None
    assert [each["Name"] for each in firm.xpm(remote_id)["Contacts"]] == ["Mere Tahu"]
    assert contacts_of(client) == [tama]
