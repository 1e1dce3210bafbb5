"""A person's choices: possible ones are carried out together, impossible or stale ones not at all."""

from collections.abc import Callable

import pytest
from django.apps import apps

from operations.offices import NOW, Office, a_record
from operations.push_calls import look, refuse
from practicesync.core.errors import Forbidden, Invalid, Stale
from practicesync.core.fields import ClientKind, Level
from practicesync.core.policy import Policy
from practicesync.core.record import RemoteContact
from practicesync.operations import deciding, linking, policies, register
from practicesync.operations.register import ContactEdit
from practicesync.store.models import Client, ContactTie, Link

IRD = "136410132"
MERE = RemoteContact("m1", {"name": "Mere Tahu", "mobile": "021 555 0134"})


def rows_of_all_tables() -> dict[str, list[tuple[object, ...]]]:
    """Everything that is stored."""
    return {
        model._meta.db_table: list(model._base_manager.order_by("pk").values_list())
        for model in apps.get_app_config("store").get_models()
    }


@pytest.fixture
def client(connected: Office) -> Client:
    """Linked; its phone differs, its e-mail is only here, its website only in XPM, its tax number hidden there."""
    record = a_record("r1", MERE, phone="09 555 0101", website="kauri.example", tax_number="******850")
    return connected.pair(record, phone="09 555 0102", email="a@kauri.example", tax_number=IRD)


def test_pulls_are_applied_at_once_and_pushes_wait(connected: Office, client: Client) -> None:
    run = connected.choose(client, {"phone": "pull", "website": "pull", "email": "push"})
    client.refresh_from_db()
    assert (client.values["phone"], client.values["website"]) == ("09 555 0101", "kauri.example")
    assert (run.state, run.done, run.total) == ("queued", 2, 3)
    (push,) = connected.pushes(run)
    assert (push.names, push.fields, push.state) == (["email"], {"email": "a@kauri.example"}, "waiting")
    assert connected.link_of(client).state == "waiting"
    assert connected.verbs()[-2:] == ["sync_asked", "pulled"]


def test_with_nothing_to_push_the_run_is_done(connected: Office, client: Client) -> None:
    run = connected.choose(client, {"phone": "pull"})
    assert (run.state, run.finished_at, connected.pushes(run)) == ("done", NOW, [])


def test_what_waits_remembers_what_was_seen(connected: Office, client: Client) -> None:
    (push,) = connected.pushes(connected.choose(client, {"phone": "push", "email": "push"}))
    assert push.seen == {"phone": "09 555 0101"}


IMPOSSIBLE: dict[str, dict[str, str]] = {
    "a hidden value to the register": {"tax_number": "pull"},
    "a field that agrees": {"name": "push"},
    "a field that XPM does not tell, to the register": {"email": "pull"},
    "no such row": {"shoe_size": "push"},
    "no such choice": {"phone": "swap"},
    "to leave it": {"phone": "leave"},
    "a contact of XPM to XPM": {"contact::m1": "push"},
    "no such contact": {"contact::m2": "pull"},
    "a field of a contact that one side lacks": {"contact::m1/mobile": "pull"},
}


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_a_choice_that_cannot_be_is_refused_by_its_row(connected: Office, client: Client, case: str) -> None:
    before = rows_of_all_tables()
    with pytest.raises(Invalid) as refusal:
        connected.choose(client, {"website": "pull", **IMPOSSIBLE[case]})
    assert set(refusal.value.problems) == set(IMPOSSIBLE[case])
    assert rows_of_all_tables() == before


def test_no_choice_is_no_sync(connected: Office, client: Client) -> None:
    with pytest.raises(Invalid, match="Nothing is chosen"):
        connected.choose(client, {})


def edit_here(office: Office, client: Client) -> None:
    office.edit(client, {"fax": "09 555 0103"})


def edit_there(office: Office, client: Client) -> None:
    office.read(a_record("r1", MERE, phone="09 555 0109"))


def edit_a_contact(office: Office, client: Client) -> None:
    office.edit(client, {}, ContactEdit(None, {"name": "Tama Ngata"}))


def contact_goes_there(office: Office, client: Client) -> None:
    office.read(a_record("r1", phone="09 555 0101"))


def choose_elsewhere(office: Office, client: Client) -> None:
    office.choose(client, {"email": "push"})


def close_the_ways(office: Office, client: Client) -> None:
    policies.change(office.admin, "xpm", Policy(on=True, level=Level.NAMES), NOW, seen=0)


def let_go(office: Office, client: Client) -> None:
    linking.unlink(office.admin, client.pk, NOW)


MEANWHILE = (edit_here, edit_there, edit_a_contact, contact_goes_there, choose_elsewhere, close_the_ways, let_go)


@pytest.mark.parametrize("meanwhile", MEANWHILE)
def test_on_a_stale_screen_nothing_at_all_is_written(
    connected: Office, client: Client, meanwhile: Callable[[Office, Client], None]
) -> None:
    seen = connected.plan(client).plan.seen
    meanwhile(connected, client)
    before = rows_of_all_tables()
    with pytest.raises(Stale):
        connected.choose(client, {"phone": "pull"}, seen=seen)
    assert rows_of_all_tables() == before


def test_who_only_reads_decides_nothing(connected: Office, client: Client) -> None:
    seen = connected.plan(client).plan.seen
    before = rows_of_all_tables()
    with pytest.raises(Forbidden):
        deciding.decide(connected.reader, client.pk, choices={"phone": "pull"}, seen=seen, now=NOW)
    assert rows_of_all_tables() == before


def test_a_client_that_is_not_linked_has_nothing_to_decide(connected: Office) -> None:
    with pytest.raises(Stale):
        connected.choose(connected.add("Lone Ltd"), {"phone": "pull"}, seen="")


def test_a_contact_of_xpm_comes_to_the_register_tied(connected: Office, client: Client) -> None:
    connected.choose(client, {"contact::m1": "pull"})
    mere = connected.contact(client)
    assert mere.values["mobile"] == "021 555 0134"
    tie = ContactTie.rows.of(connected.practice.pk).get(contact=mere)
    assert (tie.remote_id, tie.base["name"]) == ("m1", "Mere Tahu")


def test_a_contact_of_the_register_waits_to_be_added_with_all_that_it_holds(connected: Office, client: Client) -> None:
    connected.edit(client, {}, ContactEdit(None, {"name": "Tama Ngata", "email": "tama@kauri.example", "phone": ""}))
    tama = connected.contact(client)
    (push,) = connected.pushes(connected.choose(client, {f"contact:{tama.pk}:": "push"}))
    assert (push.act, push.contact_id, push.remote_id) == ("add", tama.pk, "")
    assert push.fields == {"name": "Tama Ngata", "email": "tama@kauri.example", "is_primary": "No"}


def test_each_contact_is_a_write_of_its_own(connected: Office) -> None:
    record = a_record("r1", MERE, RemoteContact("t1", {"name": "Tama Ngata", "mobile": "021 555 0135"}))
    client = connected.pair(record, phone="09 555 0102")
    names = ("Mere Tahu", "Tama Ngata")
    connected.edit(client, {}, *(ContactEdit(None, {"name": name, "mobile": "021 555 0199"}) for name in names))
    rows = [row.key for row in connected.plan(client).plan.differing if row.field.name in ("mobile", "phone")]
    pushes = connected.pushes(connected.choose(client, dict.fromkeys(rows, "push")))
    assert sorted((push.remote_id, tuple(push.names)) for push in pushes) == [
        ("m1", ("mobile",)),
        ("r1", ("phone",)),
        ("t1", ("mobile",)),
    ]


def test_a_form_that_was_opened_before_a_contact_was_pulled_is_stale(connected: Office) -> None:
    client = connected.pair(a_record("r1", MERE))
    connected.edit(client, {}, ContactEdit(None, {"name": "Mere Tahu"}))
    client.refresh_from_db()
    opened = client.revision
    mobile = next(row.key for row in connected.plan(client).plan.differing if row.field.name == "mobile")
    connected.choose(client, {mobile: "pull"})
    mere = ContactEdit(connected.contact(client).pk, {"mobile": ""})
    with pytest.raises(Stale):
        register.edit_client(
            connected.admin,
            client.pk,
            revision=opened,
            kind=ClientKind.COMPANY,
            values={},
            contacts=[mere],
            now=NOW,
        )
    assert connected.contact(client).values["mobile"] == "021 555 0134"


def test_choosing_again_clears_the_mark_of_a_refusal(connected: Office, client: Client) -> None:
    (push,) = connected.pushes(connected.choose(client, {"email": "push"}))
    look(push, a_record("r1", MERE, phone="09 555 0101", website="kauri.example", tax_number="******850"))
    refuse(push, "Not to our taste.")
    assert connected.link_of(client).failing == "Not to our taste."
    connected.choose(client, {"website": "pull"})
    assert (connected.link_of(client).failing, Link.rows.of(connected.practice.pk).get().state) == ("", "differs")
