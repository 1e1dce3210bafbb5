"""Syncing chosen values of one client, through the real flow against a sandbox."""

from collections.abc import Iterator

import pytest

from firms import Firm, a_firm
from practicesync.core.errors import Invalid, Stale
from practicesync.core.fields import ClientKind
from practicesync.flows.push_batch import one_round
from practicesync.flows.push_reading import Trust
from practicesync.operations import deciding, register, runs
from practicesync.operations.push_contacts import TAKEN
from practicesync.operations.register import ContactEdit
from practicesync.store.models import Activity, Change, Client, ContactTie, Link, Push, StaffMirror

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm() -> Iterator[Firm]:
    with a_firm() as found:
        found.connect()
        found.refresh()
        yield found


def test_a_value_goes_each_way_and_a_blank_is_filled(firm: Firm) -> None:
    client, remote_id = firm.pair("Kauri Holdings Limited", Phone="09 555 0134", Email="info@kauri.example")
    firm.edit(client, email="office@kauri.example", website="kauri.example")
    assert firm.states(client) == {"email": "differs", "phone": "differs", "website": "local_changed"}

    run = firm.sync(client, email="push", phone="pull", website="push")

    assert (run.state, run.done, run.total) == ("done", 3, 3)
    assert firm.xpm(remote_id)["Email"] == "office@kauri.example"
    assert firm.xpm(remote_id)["Website"] == "kauri.example"
    client.refresh_from_db()
    assert client.values["phone"] == "09 555 0134"
    assert firm.states(client) == {}
    assert Link.rows.of(firm.practice.pk).get().state == "in_sync"


def test_one_sync_of_a_client_costs_a_read_and_a_write(firm: Firm) -> None:
    client, _ = firm.pair("Kauri Holdings Limited")
    firm.edit(client, email="a@kauri.example", phone="09 555 0134", website="kauri.example", fax="09 555 0135")
    run = firm.sync(client, email="push", phone="push", website="push", fax="push")
    assert run.calls == 2


def test_the_name_goes_along_as_just_read(firm: Firm) -> None:
    client, remote_id = firm.pair("Kauri Holdings Limited")
    firm.edit(client, phone="09 555 0134")
    run = firm.choose(client, phone="push")
    firm.xpm_edit(remote_id, Name="Kauri Holdings 2026 Limited")
    firm.run(run)
    (call,) = firm.control("GET", "audit?path=client.api/update")["calls"]
    assert "<Name>Kauri Holdings 2026 Limited</Name>" in call["request_body"]
    assert firm.xpm(remote_id)["Name"] == "Kauri Holdings 2026 Limited"


def test_a_second_sync_sends_nothing_and_a_refresh_finds_no_change(firm: Firm) -> None:
    client, _ = firm.pair("Kauri Holdings Limited")
    firm.edit(client, phone="09 555 0134")
    firm.sync(client, phone="push")
    sent = firm.writes()
    firm.refresh()
    assert firm.states(client) == {}
    assert firm.writes() == sent


def test_a_value_that_moved_in_xpm_after_the_person_looked_is_held(firm: Firm) -> None:
    client, remote_id = firm.pair("Kauri Holdings Limited", Phone="09 555 0100")
    firm.sync(client, phone="pull")
    firm.edit(client, phone="09 555 0134", fax="09 555 0135")
    run = firm.choose(client, phone="push", fax="push")
    firm.xpm_edit(remote_id, Phone="09 555 0199")

    firm.run(run)

    assert firm.outcomes(run) == {"phone": "overtaken", "fax": "done"}
    assert firm.xpm(remote_id)["Phone"] == "09 555 0199"
    assert firm.states(client) == {"phone": "both_changed"}


def test_a_stale_screen_writes_nothing(firm: Firm) -> None:
    client, remote_id = firm.pair("Kauri Holdings Limited", Phone="09 555 0100")
    seen = firm.plan(client).plan.seen
    firm.xpm_edit(remote_id, Phone="09 555 0199")
    firm.clock.advance(60)
    firm.refresh()
    with pytest.raises(Stale):
        from_old_screen(firm, client, seen)
    client.refresh_from_db()
    assert client.values.get("phone", "") == ""


def from_old_screen(firm: Firm, client: Client, seen: str) -> None:
    deciding.decide(firm.actor, client.pk, choices={"phone": "pull"}, seen=seen, now=firm.clock.now())


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "truncate"])
def test_a_lost_reply_is_looked_at_not_sent_again_blindly(firm: Firm, kind: str) -> None:
    client, remote_id = firm.pair("Kauri Holdings Limited")
    firm.edit(client, phone="09 555 0134")
    sent = firm.writes()
    firm.fault(kind, method="PUT", path="client.api/update", **({"bytes": 40} if kind == "truncate" else {}))

    run = firm.sync(client, phone="push")

    assert run.state == "done"
    assert firm.outcomes(run) == {"phone": "done"}
    assert firm.xpm(remote_id)["Phone"] == "09 555 0134"
    assert firm.writes() - sent == (2 if kind == "drop_before" else 1)


def test_a_contact_whose_reply_was_lost_is_not_made_twice(firm: Firm) -> None:
    client, remote_id = firm.pair("Kauri Holdings Limited")
    add_contact(firm, client, name="Mere Tahu", email="mere@kauri.example")
    contact = firm.plan(client).plan.contacts[0]
    firm.fault("drop_after", method="POST", path="client.api/contact")

    run = firm.run(firm.decide(client, {contact.ref: "push"}))

    assert run.state == "done"
    assert [each["Name"] for each in firm.xpm(remote_id)["Contacts"]] == ["Mere Tahu"]
    assert firm.states(client) == {}


def test_what_an_unanswered_addition_made_is_no_stranger_to_be_pulled(firm: Firm) -> None:
    """Somebody removed it in XPM, we add it anew, the answer is lost, and the record is read before that is settled."""
    client, remote_id = firm.pair("Kauri Holdings Limited")
    add_contact(firm, client, name="Mere Tahu", email="mere@kauri.example")
    firm.run(firm.decide(client, {firm.plan(client).plan.contacts[0].ref: "push"}))
    (first,) = firm.xpm(remote_id)["Contacts"]
    firm.control("DELETE", f"contacts/{first['UUID']}")
    firm.clock.advance(3600)
    firm.refresh("sweep")
    run = firm.decide(client, {firm.plan(client).plan.contacts[0].ref: "push"})
    firm.fault("drop_after", method="POST", path="client.api/contact")
    one_round(firm.steps, run.pk, Trust())
    firm.run(runs.request_record(firm.actor, client.pk, firm.clock.now()))

    (shown,) = firm.plan(client).plan.contacts
    (made,) = firm.xpm(remote_id)["Contacts"]
    assert shown.pair.here, "what XPM made is the contact of the register"
    assert shown.pair.remote is not None
    assert shown.pair.remote.remote_id == made["UUID"]
    firm.run(run)
    assert firm.xpm(remote_id)["Contacts"] == [made]
    assert firm.states(client) == {}


def test_an_unanswered_addition_is_not_repeated_where_another_contact_took_what_it_may_have_made(firm: Firm) -> None:
    client, remote_id = firm.pair("Kauri Holdings Limited")
    add_contact(firm, client, name="Mere Tahu")
    run = firm.decide(client, {firm.plan(client).plan.contacts[0].ref: "push"})
    firm.fault("drop_after", method="POST", path="client.api/contact")
    one_round(firm.steps, run.pk, Trust())
    add_contact(firm, client, name="Mere Tahu")
    (made,) = firm.xpm(remote_id)["Contacts"]
    other = firm.contacts(client)[1]
    link = Link.rows.of(firm.practice.pk).get()
    ContactTie(practice_id=firm.practice.pk, link=link, contact=other, remote_id=made["UUID"]).save()

    firm.run(run)

    assert firm.xpm(remote_id)["Contacts"] == [made]
    (push,) = Push.rows.of(firm.practice.pk).filter(run=run)
    assert (push.state, push.detail) == ("refused", TAKEN)


def add_contact(firm: Firm, client: Client, **values: str) -> None:
    client.refresh_from_db()
    register.edit_client(
        firm.actor,
        client.pk,
        revision=client.revision,
        kind=ClientKind(client.kind),
        values={},
        contacts=[ContactEdit(None, values)],
        now=firm.clock.now(),
    )


def test_a_contact_only_in_xpm_comes_to_the_register_tied(firm: Firm) -> None:
    remote_id = firm.xpm_add(Name="Kauri Holdings Limited", Contacts=[{"Name": "Mere Tahu", "Mobile": "021 555 013"}])
    client = firm.add("Kauri Holdings Limited")
    firm.refresh()
    firm.link(client, remote_id)
    contact = firm.plan(client).plan.contacts[0]
    firm.decide(client, {contact.ref: "pull"})
    assert firm.plan(client).plan.contacts[0].one_sided is False
    assert firm.states(client) == {}


def test_a_masked_tax_number_is_never_pulled(firm: Firm) -> None:
    client, _ = firm.pair("Kauri Holdings Limited", TaxNumber="49091850")
    assert firm.states(client) == {}, "a number that only XPM has, and hides, is nothing to decide"
    firm.edit(client, tax_number="136410132")
    (row,) = [each for each in firm.plan(client).plan.differing if each.field.name == "tax_number"]
    assert (row.can_pull, row.comparison.hidden) == (False, True)
    with pytest.raises(Invalid):
        firm.choose(client, tax_number="pull")


def test_a_refusal_by_xpm_is_quoted_and_the_others_are_not_lost(firm: Firm) -> None:
    client, _ = firm.pair("Kauri Holdings Limited")
    firm.edit(client, phone="09 555 0134")
    firm.fault("error", method="PUT", path="client.api/update", text="Phone is not to our taste")
    run = firm.sync(client, phone="push")
    assert firm.outcomes(run) == {"phone": "refused"}
    link = Link.rows.of(firm.practice.pk).get()
    assert "not to our taste" in link.failing
    assert link.state == "failing"
    assert firm.states(client) == {"phone": "local_changed"}
    firm.sync(client, phone="push")
    assert Link.rows.of(firm.practice.pk).get().state == "in_sync"


def test_every_change_has_its_line_with_before_and_after(firm: Firm) -> None:
    client, _ = firm.pair("Kauri Holdings Limited", Email="info@kauri.example")
    firm.edit(client, phone="09 555 0134")
    firm.sync(client, phone="push", email="pull")
    verbs = list(Activity.rows.of(firm.practice.pk).order_by("seq").values_list("verb", flat=True))
    assert verbs[-4:] == ["client_edited", "sync_asked", "pulled", "pushed"]
    told = [(c.side, c.field, c.before, c.after) for c in Change.rows.of(firm.practice.pk).order_by("pk")]
    assert ("local", "email", {"email": ""}, {"email": "info@kauri.example"}) in told
    assert ("remote", "phone", {"phone": ""}, {"phone": "09 555 0134"}) in told


def test_a_manager_is_written_by_the_id_that_the_staff_list_gives(firm: Firm) -> None:
    client, remote_id = firm.pair("Kauri Holdings Limited")
    staff = [each.name for each in StaffMirror.rows.of(firm.practice.pk).order_by("name")]
    firm.edit(client, manager=staff[0])
    run = firm.sync(client, manager="push")
    assert firm.outcomes(run) == {"manager": "done"}
    assert firm.xpm(remote_id)["JobManager"]["Name"] == staff[0]
