"""Clients that are set aside are in nobody's way, and come back as they stand then."""

from collections.abc import Sequence

import pytest

from operations.offices import NOW, Office, a_record
from practicesync.core.errors import Forbidden, Invalid
from practicesync.core.link_state import LinkState
from practicesync.flows.clock import SystemClock
from practicesync.flows.registry import FLOWS
from practicesync.flows.steps import DirectSteps
from practicesync.operations import linking, setting_aside
from practicesync.operations.setting_aside import SET_ASIDE, TAKE_BACK, set_aside, take_back
from practicesync.queries.clients import count_states
from practicesync.queries.differences import EVERYTHING, judged, policy_for
from practicesync.store.models import Activity, Client, KeptOut, Push, Run

pytestmark = pytest.mark.django_db

WHY = "The partner speaks with them first"


def states(office: Office) -> dict[str, int]:
    return {state.value: count for state, count in count_states(office.practice.pk).items()}


def lines(office: Office) -> int:
    policy = policy_for(office.practice.pk, office.connection.pk)
    return sum(group.count for group in judged(office.practice.pk, office.connection.pk, policy, EVERYTHING))


@pytest.fixture
def differing(connected: Office) -> Client:
    return connected.pair(a_record(phone="09 555 0134"), phone="09 555 0199")


def test_a_client_set_aside_needs_nobody_and_is_out_of_the_plan(connected: Office, differing: Client) -> None:
    assert (states(connected), lines(connected)) == ({"differs": 1}, 1)
    assert set_aside(connected.admin, [differing.pk], f"  {WHY} ", NOW) == 1
    assert (states(connected), lines(connected)) == ({"set_aside": 1}, 0)
    link = connected.link_of(differing)
    assert (link.set_aside_why, link.set_aside_by, link.reason) == (WHY, connected.admin.name, "set_aside")
    told = Activity.rows.of(connected.practice.pk).order_by("-seq")[0]
    assert (told.verb, told.client_id, told.facts) == (
        "client_set_aside",
        differing.pk,
        {"client": "Kauri Ltd", "why": WHY},
    )


def test_taken_back_it_stands_as_its_sides_stand_now(connected: Office, differing: Client) -> None:
    set_aside(connected.admin, [differing.pk], WHY, NOW)
    connected.edit(differing, {"phone": "09 555 0134"})
    assert states(connected) == {"set_aside": 1}
    assert take_back(connected.admin, [differing.pk], NOW) == 1
    assert states(connected) == {"in_sync": 1}
    assert connected.verbs()[-1] == "client_taken_back"
    assert connected.link_of(differing).set_aside_why == ""


def test_doing_either_twice_tells_it_once(connected: Office, differing: Client) -> None:
    assert [set_aside(connected.admin, [differing.pk], WHY, NOW) for _ in range(2)] == [1, 0]
    assert [take_back(connected.admin, [differing.pk], NOW) for _ in range(2)] == [1, 0]
    assert connected.verbs()[-2:] == ["client_set_aside", "client_taken_back"]


def test_what_waits_to_be_written_is_withdrawn_and_by_hand_it_can_still_go(
    connected: Office, differing: Client
) -> None:
    run = connected.choose(differing, {"phone": "push"})
    set_aside(connected.admin, [differing.pk], WHY, NOW)
    assert [push.state for push in connected.pushes(run)] == ["withdrawn"]
    again = connected.choose(differing, {"phone": "push"})
    assert [push.state for push in connected.pushes(again)] == ["waiting"]


def test_an_unlinked_client_is_kept_out_of_xpm_until_it_is_taken_back_or_linked(connected: Office) -> None:
    first, second = connected.add("Kauri Ltd"), connected.add("Rata Ltd")
    set_aside(connected.admin, [first.pk, second.pk], "A friend of the firm", NOW)
    assert states(connected) == {"kept_out": 2}
    take_back(connected.admin, [first.pk], NOW)
    assert states(connected) == {"kept_out": 1, "unlinked": 1}
    linking.link(connected.admin, second.pk, connected.read(a_record(name="Rata Ltd")).pk, NOW)
    assert states(connected) == {"in_sync": 1, "unlinked": 1}
    assert not KeptOut.rows.of(connected.practice.pk).exists()


@pytest.mark.parametrize("why", ["", " \n ", "a" * 301])
def test_a_reason_is_needed(connected: Office, differing: Client, why: str) -> None:
    with pytest.raises(Invalid) as refused:
        set_aside(connected.admin, [differing.pk], why, NOW)
    assert list(refused.value.problems) == ["why"]
    assert states(connected) == {"differs": 1}


def test_who_may_not_sync_may_not_set_aside(connected: Office, differing: Client) -> None:
    with pytest.raises(Forbidden):
        set_aside(connected.reader, [differing.pk], WHY, NOW)
    with pytest.raises(Forbidden):
        take_back(connected.reader, [differing.pk], NOW)


def test_clients_of_others_and_archived_ones_are_passed_over(connected: Office, differing: Client) -> None:
    assert set_aside(connected.admin, [differing.pk + 1000], WHY, NOW) == 0
    Client.rows.of(connected.practice.pk).filter(pk=differing.pk).update(archived_at=NOW)
    assert set_aside(connected.admin, [differing.pk], WHY, NOW) == 0
    assert not Push.rows.of(connected.practice.pk).exists()


def ask(office: Office, kind: str, clients: Sequence[Client]) -> Run:
    run = setting_aside.request(office.admin, kind, [client.pk for client in clients], NOW, why=WHY)
    assert run is not None
    FLOWS[kind](DirectSteps(SystemClock()), run.pk)
    run.refresh_from_db()
    return run


def test_many_are_set_aside_and_taken_back_by_a_run(connected: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setting_aside, "BATCH", 4)
    clients = [connected.add(f"Kauri {number} Ltd") for number in range(10)]
    run = ask(connected, SET_ASIDE, clients)
    assert (run.state, run.done, run.total) == ("done", 10, 10)
    assert states(connected) == {LinkState.KEPT_OUT.value: 10}
    assert ask(connected, TAKE_BACK, clients).state == "done"
    assert states(connected) == {LinkState.UNLINKED.value: 10}


def test_a_few_are_done_at_once(connected: Office, differing: Client) -> None:
    assert setting_aside.request(connected.admin, SET_ASIDE, [differing.pk], NOW, why=WHY) is None
    assert states(connected) == {"set_aside": 1}
