"""Clients that only the register has are made in XPM once, whatever becomes of the answer."""

from collections.abc import Iterator

import pytest

from firms import Firm, a_firm
from flows.pushes import calls, create, states, switch, with_contact
from gates import share_of
from practicesync.core.errors import Invalid
from practicesync.flows.registry import FLOWS
from practicesync.operations import sheets
from practicesync.queries.absent import lines_to_create
from practicesync.queries.sheet_page import FAILED
from practicesync.store.models import Activity, Client, ContactTie, Link, Push

pytestmark = pytest.mark.django_db

ADD = {"method": "POST", "path": "client.api/add"}


@pytest.fixture
def firm() -> Iterator[Firm]:
    with a_firm() as found:
        found.connect()
        found.refresh()
        yield found


def named(firm: Firm, name: str) -> list[str]:
    """The clients of this name that XPM really has."""
    return [each["UUID"] for each in firm.control("GET", "clients?limit=10000")["clients"] if each["Name"] == name]


def test_a_client_is_made_with_its_contacts_and_linked(firm: Firm) -> None:
    client = firm.add("Rata Ltd", phone="09 555 0102", export_code="R-1")
    client = with_contact(firm, client, name="Mere Tahu", mobile="021 555 0134")
    run = firm.run(create(firm, [client]))
    assert (run.state, states(firm, run), run.calls) == ("done", ["confirmed"], 1)
    (remote_id,) = named(firm, "Rata Ltd")
    told = firm.xpm(remote_id)
    assert (told["Phone"], told["ExportCode"], told["Contacts"][0]["Mobile"]) == ("09 555 0102", "R-1", "021 555 0134")
    link = Link.rows.of(firm.practice.pk).get()
    assert (link.client_id, link.mirror.remote_id, link.base["phone"]) == (client.pk, remote_id, "09 555 0102")
    assert ContactTie.rows.of(firm.practice.pk).count() == 1
    assert firm.states(client) == {}
    assert {"push_created", "linked"} <= set(Activity.rows.of(firm.practice.pk).values_list("verb", flat=True))
    firm.clock.advance(600)
    firm.refresh()
    assert (firm.states(client), firm.writes()) == ({}, 1)


def test_a_blank_code_gets_a_reference_that_is_told(firm: Firm) -> None:
    client = firm.add("Rata Ltd")
    firm.run(create(firm, [client]))
    client.refresh_from_db()
    assert client.values["export_code"].startswith("PS-")
    (remote_id,) = named(firm, "Rata Ltd")
    assert firm.xpm(remote_id)["ExportCode"] == client.values["export_code"]
    assert Activity.rows.of(firm.practice.pk).filter(verb="reference_given").count() == 1


def test_a_code_that_differs_from_another_clients_by_blanks_alone_is_no_reference(firm: Firm) -> None:
    firm.xpm_add(Name="Rimu Ltd", ExportCode="R 1")
    firm.refresh()
    client = firm.add("Rata Ltd", export_code="R  1")
    firm.run(create(firm, [client]))
    (push,) = Push.rows.of(firm.practice.pk).all()
    assert push.reference.startswith("client_code=PS-")


@pytest.mark.parametrize("lag", ["0", "60"])
@pytest.mark.parametrize("kind", ["refuse", "drop_before", "drop_after", "truncate", "malformed"])
def test_whatever_becomes_of_the_answer_there_is_one(firm: Firm, kind: str, lag: str) -> None:
    client = firm.add("Rata Ltd", export_code="R-1")
    switch(firm, list_lag_seconds=lag)
    firm.fault(kind, **ADD, **({"bytes": 60} if kind == "truncate" else {}))
    run = firm.run(create(firm, [client]))
    assert (run.state, states(firm, run)) == ("done", ["confirmed"])
    (remote_id,) = named(firm, "Rata Ltd")
    assert Link.rows.of(firm.practice.pk).get().mirror.remote_id == remote_id
    assert firm.states(client) == {}


def test_two_that_carry_the_reference_are_left_to_a_person(firm: Firm) -> None:
    client = firm.add("Rata Ltd", export_code="R-1")
    firm.fault("drop_after", **ADD)
    run = create(firm, [client])
    before = firm.steps.sleep

    def twin(seconds: float) -> None:
        if len(named(firm, "Rata Ltd")) == 1:
            firm.xpm_add(Name="Rata Ltd", ExportCode="R-1")
        before(seconds)

    firm.steps.sleep = twin  # type: ignore[method-assign]
    firm.run(run)
    (push,) = Push.rows.of(firm.practice.pk).filter(run=run)
    assert push.state == "refused"
    assert "more than one client with the reference R-1" in push.detail
    assert len(calls(firm, ADD["path"])) == 1


def test_one_that_only_bears_the_name_is_left_to_a_person(firm: Firm) -> None:
    client = firm.add("Rata Ltd", export_code="R-1")
    firm.fault("drop_before", **ADD)
    run = create(firm, [client])
    firm.xpm_add(Name="RATA LTD")
    firm.run(run)
    (push,) = Push.rows.of(firm.practice.pk).filter(run=run)
    assert (push.state, len(calls(firm, ADD["path"]))) == ("refused", 1)
    assert "without our reference R-1" in push.detail


def test_a_lost_answer_before_the_outcome_is_stored_is_looked_for_after_a_restart(firm: Firm) -> None:
    client = firm.add("Rata Ltd", export_code="R-1")
    run = create(firm, [client])
    firm.fault("drop_after", **ADD)
    before = firm.steps.sleep

    class Killed(BaseException):
        pass

    def killed(seconds: float) -> None:
        raise Killed(seconds)

    firm.steps.sleep = killed  # type: ignore[method-assign]
    with pytest.raises(Killed):
        FLOWS["sync"](firm.steps, run.pk)
    Push.rows.of(firm.practice.pk).update(state="sending")
    firm.steps.sleep = before  # type: ignore[method-assign]
    assert firm.run(run).state == "done"
    assert (states(firm, run), len(named(firm, "Rata Ltd"))) == (["confirmed"], 1)


def test_what_xpm_refuses_is_quoted_and_can_be_tried_again(firm: Firm) -> None:
    client = firm.add("Rata Ltd", export_code="R-1")
    firm.fault("error", text="No more clients, please", **ADD)
    run = firm.run(create(firm, [client]))
    (push,) = Push.rows.of(firm.practice.pk).filter(run=run)
    assert (push.state, push.detail) == ("refused", "No more clients, please")
    again = firm.run(create(firm, [client]))
    assert (states(firm, again), len(named(firm, "Rata Ltd"))) == (["confirmed"], 1)


@pytest.mark.parametrize(
    ("why", "says"),
    [
        ("archived", "archived"),
        ("linked", "linked to XPM already"),
        ("open", "on its way"),
        ("codes", "same export code"),
    ],
)
def test_what_cannot_be_made_is_not_queued(firm: Firm, why: str, says: str) -> None:
    client = firm.add("Rata Ltd", export_code="R-1", client_code="R-2")
    if why == "archived":
        Client.rows.of(firm.practice.pk).filter(pk=client.pk).update(archived_at=firm.clock.now())
    elif why == "linked":
        remote_id = firm.xpm_add(Name="Rata Ltd")
        firm.refresh()
        firm.link(client, remote_id)
    elif why == "open":
        create(firm, [client])
    else:
        firm.add("Rimu Ltd", export_code="r-1", client_code="R-2")
    with pytest.raises(Invalid, match=says):
        create(firm, [client])


def test_creates_that_xpm_refused_are_looked_at_again_but_for_who_was_linked_meanwhile(firm: Firm) -> None:
    clients = [firm.add("Rata Ltd"), firm.add("Rimu Ltd")]
    lines = lines_to_create(firm.practice.pk, firm.connection.pk, [client.pk for client in clients])
    sheet = sheets.draw_up(firm.actor, firm.connection.pk, "create", lines, firm.clock.now())
    firm.fault("error", text="Name is not allowed.", times=2, **ADD)
    firm.run(sheets.request_apply(firm.actor, sheet.pk, firm.clock.now()))
    remote_id = firm.xpm_add(Name="Rimu Ltd")
    firm.refresh()
    firm.link(clients[1], remote_id)
    fresh = sheets.again(firm.actor, sheet.pk, FAILED, firm.clock.now())
    assert [line.client_id for line in sheets.lines_in(fresh)] == [clients[0].pk]
    firm.run(sheets.request_apply(firm.actor, fresh.pk, firm.clock.now()))
    assert len(named(firm, "Rata Ltd")) == 1
    with pytest.raises(Invalid, match="Nothing of it differs"):
        sheets.again(firm.actor, sheet.pk, FAILED, firm.clock.now())


@pytest.mark.gate
def test_of_many_cut_answers_none_makes_a_twin(firm: Firm) -> None:
    """What cannot be settled is parked, never guessed."""
    many = share_of(2_000)
    clients = [firm.add(f"Rata {number} Ltd", export_code=f"R-{number}") for number in range(many)]
    for kind, seed in (("drop_before", 1), ("drop_after", 2), ("truncate", 3)):
        firm.fault(kind, chance=0.3, seed=seed, times=100_000, **ADD, **({"bytes": 90} if kind == "truncate" else {}))
    run = create(firm, clients)
    for _ in range(100):
        firm.run(run)
        if run.state == "done":
            break
        firm.clock.advance(3_600)  # So many calls take more than a day's.
    assert run.state == "done"
    there = [each["Name"] for each in firm.control("GET", "clients?limit=10000")["clients"]]
    assert len(there) == len(set(there))
    ended = dict(zip([client.name for client in clients], states(firm, run), strict=True))
    assert {name for name, state in ended.items() if state == "confirmed"} <= set(there)
    parked = [name for name, state in ended.items() if state != "confirmed"]
    assert len(parked) <= many // 50, parked
    assert Link.rows.of(firm.practice.pk).count() == many - len(parked)
