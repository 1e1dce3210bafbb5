"""A saved value is on its way from the save on: Pending Sync, and nothing that comes in is laid over it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from firms import Firm, a_firm
from flows.unasked import ask
from practicesync.core.client_reasons import Mend
from practicesync.core.fields import ClientKind
from practicesync.core.policy import Brake, Direction, FieldRule, Passage
from practicesync.operations import editing, policies
from practicesync.operations.editing import Saved
from practicesync.operations.register import ContactEdit
from practicesync.queries.client_why import load_why
from practicesync.queries.clients import ClientFilter, load_clients
from practicesync.queries.policy import policy_of
from practicesync.store.models import Client, Connection, Link, Push, Run, StaffMirror

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm() -> Iterator[Firm]:
    with a_firm() as found:
        found.connect()
        found.refresh()
        yield found


def let(firm: Firm, **terms: Any) -> None:
    before = policy_of(firm.practice.pk, "xpm")
    policies.change(firm.actor, "xpm", replace(before, on=True, **terms), firm.clock.now(), seen=before.version)


@pytest.fixture
def kauri(firm: Firm) -> tuple[Client, str]:
    """A client that is equal on both sides, in a firm where client sync is on."""
    remote_id = firm.xpm_add(Name="Kauri Limited", Phone="09 555 0100", Email="old@kauri.example")
    firm.refresh()
    client = firm.add("Kauri Limited", ClientKind.COMPANY, phone="09 555 0100", email="old@kauri.example")
    firm.link(client, remote_id)
    let(firm)
    return client, remote_id


def save(firm: Firm, client: Client, contacts: tuple[ContactEdit, ...] = (), **values: str) -> Saved:
    client.refresh_from_db()
    kind = ClientKind(client.kind)
    now = firm.clock.now()
    return editing.edit_client(
        firm.actor, client.pk, revision=client.revision, kind=kind, values=values, contacts=contacts, now=now
    )


def pending(firm: Firm) -> bool:
    (row,) = load_clients(firm.practice.pk, ClientFilter(search="kauri")).rows
    return row.pending


def test_what_is_saved_waits_from_the_save_on_and_is_gone_when_xpm_has_it(
    firm: Firm, kauri: tuple[Client, str]
) -> None:
    client, remote_id = kauri
    saved = save(firm, client, phone="09 555 0199")
    assert pending(firm)
    assert Link.rows.of(firm.practice.pk).get().state == "waiting"
    (run,) = saved.runs
    assert (run.kind, run.subject, run.asked_by, run.total) == ("sync", client.pk, "Client sync", 1)

    assert firm.run(run).state == "done"

    assert firm.xpm(remote_id)["Phone"] == "09 555 0199"
    assert not pending(firm)
    assert Link.rows.of(firm.practice.pk).get().state == "in_sync"


def test_only_what_the_policy_sends_by_itself_is_queued(firm: Firm, kauri: tuple[Client, str]) -> None:
    client, _ = kauri
    let(firm, rules={"client.email": FieldRule(None, Passage.ASK, Passage.ASK)})
    assert save(firm, client, email="new@kauri.example").runs == ()
    save(firm, client, phone="09 555 0199")
    assert [push.names for push in Push.rows.of(firm.practice.pk)] == [["phone"]]


def test_a_value_that_was_cleared_waits_for_a_person(firm: Firm, kauri: tuple[Client, str]) -> None:
    assert save(firm, kauri[0], phone="").runs == ()
    assert not pending(firm)


@pytest.mark.parametrize("hindrance", ["off", "from XPM", "failing", "set aside", "broken", "unlinked", "nothing"])
def test_nothing_is_queued_where_it_must_not(firm: Firm, kauri: tuple[Client, str], hindrance: str) -> None:
    client, _ = kauri
    link = Link.rows.of(firm.practice.pk)
    match hindrance:
        case "off":
            before = policy_of(firm.practice.pk, "xpm")
            policies.change(firm.actor, "xpm", replace(before, on=False), firm.clock.now(), seen=before.version)
        case "from XPM":
            let(firm, direction=Direction.FROM_REMOTE)
        case "failing":
            link.update(failing="XPM refused it.")
        case "set aside":
            link.update(set_aside_at=firm.clock.now())
        case "broken":
            Connection.rows.of(firm.practice.pk).update(state="broken")
        case "unlinked":
            link.update(ended_at=firm.clock.now())
    saved = save(firm, client, phone="09 555 0100" if hindrance == "nothing" else "09 555 0199")
    assert saved.runs == ()
    assert not Push.rows.of(firm.practice.pk).exists()


def test_a_persons_own_save_is_no_matter_of_the_brake(firm: Firm, kauri: tuple[Client, str]) -> None:
    let(firm, brake=Brake(changed=1, lost=1, percent=1))
    assert save(firm, kauri[0], phone="09 555 0199").runs


def test_two_saves_before_it_is_sent_are_one_write_of_the_last(firm: Firm, kauri: tuple[Client, str]) -> None:
    client, remote_id = kauri
    (first,) = save(firm, client, phone="09 555 0198").runs
    (second,) = save(firm, client, phone="09 555 0199", fax="09 555 0177").runs
    sent = firm.writes()
    for run in {first.pk: first, second.pk: second}.values():
        firm.run(run)
    assert (firm.xpm(remote_id)["Phone"], firm.xpm(remote_id)["Fax"]) == ("09 555 0199", "09 555 0177")
    assert firm.writes() == sent + 1
    assert not pending(firm)


def test_a_value_that_comes_in_meanwhile_is_held_back_and_both_are_kept(firm: Firm, kauri: tuple[Client, str]) -> None:
    client, remote_id = kauri
    saved = save(firm, client, phone="09 555 0199")
    firm.xpm_edit(remote_id, Phone="09 555 0155")
    firm.clock.advance(3600)
    firm.refresh()
    client.refresh_from_db()
    assert client.values["phone"] == "09 555 0199"
    row = next(row for row in firm.plan(client).plan.differing if row.field.name == "phone")
    assert (row.pending, row.can_pull, row.verdict.unasked) == (True, False, False)

    firm.run(saved.runs[0])

    assert firm.outcomes(saved.runs[0]) == {"phone": "overtaken"}
    client.refresh_from_db()
    assert (client.values["phone"], firm.xpm(remote_id)["Phone"]) == ("09 555 0199", "09 555 0155")
    assert firm.states(client) == {"phone": "both_changed"}
    assert not pending(firm)


def test_another_value_of_the_same_client_still_comes_in(firm: Firm, kauri: tuple[Client, str]) -> None:
    client, remote_id = kauri
    saved = save(firm, client, phone="09 555 0199")
    firm.xpm_edit(remote_id, Email="new@kauri.example")
    firm.clock.advance(3600)
    firm.refresh()
    assert firm.states(client) == {"phone": "local_changed", "email": "remote_changed"}
    firm.run(saved.runs[0])
    assert firm.states(client) == {"email": "remote_changed"}


def test_a_new_contact_goes_too(firm: Firm, kauri: tuple[Client, str]) -> None:
    client, remote_id = kauri
    saved = save(firm, client, (ContactEdit(None, {"name": "Mere Tahu", "email": "mere@kauri.example"}),))
    assert pending(firm)
    firm.run(saved.runs[0])
    assert [each["Name"] for each in firm.xpm(remote_id)["Contacts"]] == ["Mere Tahu"]
    assert not pending(firm)


def test_the_edit_and_its_push_are_stored_together_or_not_at_all(
    firm: Firm, kauri: tuple[Client, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, _ = kauri

    def cut(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(editing, "_kept", cut)
    with pytest.raises(KeyboardInterrupt):
        save(firm, client, phone="09 555 0199")
    client.refresh_from_db()
    assert client.values["phone"] == "09 555 0100"
    assert not Push.rows.of(firm.practice.pk).exists()
    assert not Run.rows.of(firm.practice.pk).filter(kind="sync").exists()


def test_what_xpm_would_refuse_for_sure_is_saved_and_told_and_the_rest_goes(
    firm: Firm, kauri: tuple[Client, str]
) -> None:
    client, remote_id = kauri
    let(firm, rules={"client.manager": FieldRule(outward=Passage.FREE)})
    saved = save(firm, client, phone="09 555 0199", manager="Nobody At All")
    assert [push.names for push in Push.rows.of(firm.practice.pk)] == [["phone"]]
    assert saved.unsent == (
        "Manager: nobody called Nobody At All is on the staff list in XPM. Choose somebody who is.",
    )
    (run,) = saved.runs
    firm.run(run)
    assert (firm.xpm(remote_id)["Phone"], saved.client.values["manager"]) == ("09 555 0199", "Nobody At All")
    told = load_why(firm.practice.pk, client.pk)
    assert (told.state, told.reason, told.mend, told.detail) == ("failing", "refused", Mend.EDIT, saved.unsent[0])
    firm.clock.advance(3600)
    firm.refresh()
    assert ask(firm) is None, "nobody sends it by itself while it stands so"

    known = StaffMirror.rows.of(firm.practice.pk).order_by("pk")[0]
    again = save(firm, client, manager=known.name)
    (run,) = again.runs
    firm.run(run)
    assert (again.unsent, load_why(firm.practice.pk, client.pk).state) == ((), "in_sync")
    assert firm.xpm(remote_id)["JobManager"]["UUID"] == known.remote_id
