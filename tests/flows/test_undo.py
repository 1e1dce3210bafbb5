"""What a run wrote is taken back on both sides, with what had been agreed on, where nobody touched it since."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from firms import Firm, a_firm
from flows.unasked import ask, let
from practicesync.core.actor import Role
from practicesync.core.errors import Forbidden, Invalid
from practicesync.core.fields import ClientKind
from practicesync.core.policy import FieldRule, Truth
from practicesync.core.verdict import Move
from practicesync.operations import practices, register, relationships, sheets, undoing
from practicesync.operations.reconciling import reconcile_clients
from practicesync.operations.register import ContactEdit
from practicesync.store.models import (
    Change,
    Client,
    Contact,
    ContactTie,
    Difference,
    GroupMember,
    Relationship,
    Run,
    Sheet,
    SheetLine,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm() -> Iterator[Firm]:
    with a_firm() as found:
        found.connect()
        found.refresh()
        yield found


def reread(firm: Firm) -> None:
    """Time passes, and XPM is read."""
    firm.clock.advance(3600)
    firm.refresh()


def carry_out(firm: Firm, sheet: Sheet) -> Run:
    """Ask for a sheet to be applied, and apply it."""
    run = sheets.request_apply(firm.actor, sheet.pk, firm.clock.now())
    return firm.run(run)


def move(firm: Firm, ways: Mapping[str, Move]) -> Run:
    """A sheet of the differences of these fields, applied."""
    known = {row.field: row.pk for row in Difference.rows.of(firm.practice.pk)}
    chosen: dict[int, Move | None] = {known[name]: way for name, way in ways.items()}
    lines = sheets.lines_of(firm.practice.pk, firm.connection.pk, chosen)
    return carry_out(firm, sheets.draw_up(firm.actor, firm.connection.pk, "chosen", lines, firm.clock.now()))


def undo(firm: Firm, run: Run) -> Run:
    """Everything that a run wrote, taken back."""
    return carry_out(firm, undoing.draw_up(firm.actor, run.pk, firm.clock.now()))


def lines(firm: Firm, run: Run) -> dict[str, tuple[str, str]]:
    """What became of each line of the sheet that a run applied, by field."""
    found = SheetLine.rows.of(firm.practice.pk).filter(sheet__applied_by=run)
    return {line.field: (line.outcome, line.detail) for line in found}


def standing(firm: Firm, client: Client) -> list[Any]:
    """Every row of a client's plan: base, both sides, and who moved."""
    plan = firm.plan(client).plan
    rows: list[Any] = [(row.key, row.base, row.local, row.remote, row.state) for row in plan.rows() if row.differs]
    return rows + [(whole.ref, whole.base, whole.here, whole.there, whole.state) for whole in plan.wholes()]


def both_changed(firm: Firm) -> tuple[Client, str]:
    """A client whose phone changed on both sides, its e-mail here and its website in XPM; its fax never agreed."""
    client, remote_id = firm.pair("Kauri Limited", Phone="1", Email="a@kauri.example", Website="a.example", Fax="7")
    firm.sync(client, phone="pull", email="pull", website="pull")
    firm.edit(client, phone="09 555 0102", email="b@kauri.example", fax="09 555 0108")
    firm.xpm_edit(remote_id, Phone="09 555 0101", Website="b.example")
    reread(firm)
    client.refresh_from_db()
    return client, remote_id


WAYS = {
    "here": {"phone": Move.PULL, "website": Move.PULL, "fax": Move.PULL, "email": Move.PULL},
    "there": {"phone": Move.PUSH, "website": Move.PUSH, "fax": Move.PUSH, "email": Move.PUSH},
    "each way": {"phone": Move.PULL, "website": Move.PUSH, "fax": Move.PUSH, "email": Move.PULL},
}


@pytest.mark.parametrize("ways", WAYS.values(), ids=WAYS)
def test_an_undone_run_leaves_both_sides_and_base_as_they_were(firm: Firm, ways: Mapping[str, Move]) -> None:
    client, remote_id = both_changed(firm)
    before, there = standing(firm, client), firm.xpm(remote_id)
    run = move(firm, ways)
    assert standing(firm, client) == []

    back = undo(firm, run)

    assert {outcome for outcome, _ in lines(firm, back).values()} == {"done"}
    assert standing(firm, client) == before
    now = firm.xpm(remote_id)
    assert {name: now[name] for name in ("Phone", "Website", "Fax", "Email")} == {
        name: there[name] for name in ("Phone", "Website", "Fax", "Email")
    }


@pytest.mark.parametrize("ways", WAYS.values(), ids=WAYS)
def test_an_undo_is_undone_like_anything_else(firm: Firm, ways: Mapping[str, Move]) -> None:
    client, _ = both_changed(firm)
    run = move(firm, ways)
    client.refresh_from_db()
    moved = dict(client.values)
    undo(firm, undo(firm, run))
    client.refresh_from_db()
    assert dict(client.values) == moved
    assert standing(firm, client) == []


def test_what_was_changed_since_is_named_with_who_and_left_alone(firm: Firm) -> None:
    client, remote_id = both_changed(firm)
    run = move(firm, {"phone": Move.PULL, "website": Move.PULL, "email": Move.PUSH, "fax": Move.PUSH})
    firm.edit(client, phone="09 555 0199")
    firm.xpm_edit(remote_id, Fax="09 555 0188")
    reread(firm)

    back = undo(firm, run)

    told = lines(firm, back)
    assert told["phone"] == ("cannot", "Changed since, by Ana Lee on 2 Feb 2026, 23:00.")
    assert told["fax"] == ("cannot", "Changed in XPM since.")
    assert (told["website"][0], told["email"][0]) == ("done", "done")
    client.refresh_from_db()
    assert (client.values["phone"], client.values["website"]) == ("09 555 0199", "a.example")
    there = firm.xpm(remote_id)
    assert (there["Fax"], there["Email"]) == ("09 555 0188", "a@kauri.example")


def test_a_value_that_moves_after_the_sheet_was_shown_is_not_overwritten(firm: Firm) -> None:
    client, _ = both_changed(firm)
    run = move(firm, {"phone": Move.PULL, "website": Move.PULL})
    sheet = undoing.draw_up(firm.actor, run.pk, firm.clock.now())
    firm.edit(client, phone="09 555 0199")
    back = carry_out(firm, sheet)
    assert {name: outcome for name, (outcome, _) in lines(firm, back).items()} == {"phone": "stale", "website": "done"}
    client.refresh_from_db()
    assert client.values["phone"] == "09 555 0199"


@pytest.mark.parametrize("truth", [Truth.REMOTE, Truth.LOCAL])
def test_no_automatic_run_does_again_what_was_taken_back(firm: Firm, truth: Truth) -> None:
    client, remote_id = both_changed(firm)
    move(firm, {"website": Move.PULL, "fax": Move.PULL, "email": Move.PUSH})
    let(firm, rules={"client.phone": FieldRule(truth)})
    run = ask(firm)
    assert run is not None
    firm.run(run)
    assert standing(firm, client) == []

    undo(firm, run)

    client.refresh_from_db()
    assert (client.values["phone"], firm.xpm(remote_id)["Phone"]) == ("09 555 0102", "09 555 0101")
    assert firm.states(client) == {"phone": "both_changed"}
    assert ask(firm) is None
    firm.edit(client, phone="09 555 0177")
    assert ask(firm) is not None, "a value that moved again is no longer left as it is"


def test_a_run_is_taken_back_once_and_then_there_is_nothing_left(firm: Firm) -> None:
    both_changed(firm)
    run = move(firm, {"phone": Move.PULL, "fax": Move.PUSH})
    undo(firm, run)
    with pytest.raises(Invalid, match="nothing to take back"):
        undoing.draw_up(firm.actor, run.pk, firm.clock.now())


def test_a_run_that_moved_nothing_or_is_under_way_is_not_taken_back(firm: Firm) -> None:
    client, _ = both_changed(firm)
    reading = firm.refresh()
    under_way = firm.choose(client, phone="push")
    for run in (reading, under_way):
        with pytest.raises(Invalid):
            undoing.draw_up(firm.actor, run.pk, firm.clock.now())


def test_only_who_may_sync_takes_back(firm: Firm) -> None:
    both_changed(firm)
    run = move(firm, {"phone": Move.PULL})
    person = practices.add_person(
        firm.practice, email="r@kauri.example", name="R", password="", role=Role.READ_ONLY, now=firm.clock.now()
    )
    reader = practices.actor_of(person, firm.practice.pk)
    change = Change.rows.of(firm.practice.pk).filter(activity__run=run, side="local").get()
    with pytest.raises(Forbidden):
        undoing.draw_up(reader, run.pk, firm.clock.now())
    with pytest.raises(Forbidden):
        undoing.set_back(reader, change.pk, firm.clock.now())
    stranger = replace(firm.actor, practice_id=firm.practice.pk + 1)
    with pytest.raises(Run.DoesNotExist):
        undoing.draw_up(stranger, run.pk, firm.clock.now())
    with pytest.raises(Change.DoesNotExist):
        undoing.set_back(stranger, change.pk, firm.clock.now())


# One value


@pytest.mark.parametrize("way", [Move.PULL, Move.PUSH])
def test_the_loser_of_a_conflict_is_restored_on_the_side_that_lost(firm: Firm, way: Move) -> None:
    client, remote_id = both_changed(firm)
    run = move(firm, {"phone": way})
    side = "local" if way is Move.PULL else "remote"
    change = Change.rows.of(firm.practice.pk).get(activity__run=run, side=side, field="phone")
    base = Change.rows.of(firm.practice.pk).get(activity__run=run, side="base", field="phone")
    assert (change.before, base.before) == (
        {"phone": "09 555 0102" if way is Move.PULL else "09 555 0101"},
        {"phone": "1"},
    )
    sheet = undoing.set_back(firm.actor, change.pk, firm.clock.now())
    assert sheet is not None
    carry_out(firm, sheet)
    client.refresh_from_db()
    assert (client.values["phone"], firm.xpm(remote_id)["Phone"]) == ("09 555 0102", "09 555 0101")
    assert firm.states(client)["phone"] == "both_changed"


def test_an_older_value_comes_back_though_others_followed_it(firm: Firm) -> None:
    client, _ = both_changed(firm)
    run = move(firm, {"website": Move.PULL})
    firm.edit(client, website="c.example")
    change = Change.rows.of(firm.practice.pk).get(activity__run=run, side="local", field="website")
    sheet = undoing.set_back(firm.actor, change.pk, firm.clock.now())
    assert sheet is not None
    carry_out(firm, sheet)
    client.refresh_from_db()
    assert client.values["website"] == "a.example"
    assert firm.plan(client).link.base["website"] == "b.example"


def test_a_value_of_a_client_that_is_not_linked_is_set_back_at_once(firm: Firm) -> None:
    client = firm.add("Rata Limited", email="a@rata.example")
    firm.edit(client, email="b@rata.example")
    change = Change.rows.of(firm.practice.pk).filter(activity__client=client, field="email").get()
    assert undoing.set_back(firm.actor, change.pk, firm.clock.now()) is None
    client.refresh_from_db()
    assert client.values["email"] == "a@rata.example"
    with pytest.raises(Invalid, match="stands there already"):
        undoing.set_back(firm.actor, change.pk, firm.clock.now())


# What is there or not


def with_contact(firm: Firm, *, here: bool, there: bool) -> tuple[Client, str]:
    client, remote_id = firm.pair("Rimu Limited")
    if here:
        edit(firm, client, ContactEdit(None, {"name": "Mere Tahu", "mobile": "021 555 0134"}))
    if there:
        firm.control("POST", f"clients/{remote_id}/contacts", json={"Name": "Mere Tahu", "Mobile": "021 555 0134"})
    reread(firm)
    return client, remote_id


def edit(firm: Firm, client: Client, *contacts: ContactEdit) -> None:
    client.refresh_from_db()
    kind = ClientKind(client.kind)
    now = firm.clock.now()
    register.edit_client(
        firm.actor, client.pk, revision=client.revision, kind=kind, values={}, contacts=contacts, now=now
    )


def contacts_there(firm: Firm, remote_id: str) -> list[str]:
    return [each["Name"] for each in firm.xpm(remote_id)["Contacts"]]


def contacts_here(firm: Firm, client: Client) -> list[str]:
    rows = Contact.rows.of(firm.practice.pk).filter(client=client, removed_at=None)
    return [contact.values["name"] for contact in rows]


@pytest.mark.parametrize("here", [True, False], ids=["added in XPM", "added here"])
def test_a_contact_that_was_added_is_taken_off_again(firm: Firm, here: bool) -> None:
    client, remote_id = with_contact(firm, here=here, there=not here)
    before = [row[1:] for row in standing(firm, client)]
    run = move(firm, {"contact": Move.PUSH if here else Move.PULL})
    assert (contacts_here(firm, client), contacts_there(firm, remote_id)) == (["Mere Tahu"], ["Mere Tahu"])
    back = undo(firm, run)
    assert {outcome for outcome, _ in lines(firm, back).values()} == {"done"}
    assert contacts_here(firm, client) == (["Mere Tahu"] if here else [])
    assert contacts_there(firm, remote_id) == ([] if here else ["Mere Tahu"])
    assert [row[1:] for row in standing(firm, client)] == before


@pytest.mark.parametrize("here", [True, False], ids=["removed here", "removed in XPM"])
def test_a_contact_that_was_taken_off_is_there_again(firm: Firm, here: bool) -> None:
    client, remote_id = with_contact(firm, here=True, there=True)
    if here:
        edit(firm, client, ContactEdit(Contact.rows.of(firm.practice.pk).get().pk, {}, remove=True))
    else:
        (contact,) = firm.xpm(remote_id)["Contacts"]
        firm.control("DELETE", f"contacts/{contact['UUID']}")
        firm.refresh("sweep")
    known_as = tied(firm)
    before = [row[1:] for row in standing(firm, client)]
    run = move(firm, {"contact": Move.PUSH if here else Move.PULL})
    assert (contacts_here(firm, client), contacts_there(firm, remote_id)) == ([], [])
    back = undo(firm, run)
    assert {outcome for outcome, _ in lines(firm, back).values()} == {"done"}
    assert contacts_here(firm, client) == ([] if here else ["Mere Tahu"])
    assert contacts_there(firm, remote_id) == (["Mere Tahu"] if here else [])
    assert [row[1:] for row in standing(firm, client)] == before
    assert here or tied(firm) == known_as


def tied(firm: Firm) -> list[str]:
    """What XPM's half of each known contact is called."""
    return list(ContactTie.rows.of(firm.practice.pk).order_by("pk").values_list("remote_id", flat=True))


def a_pair(firm: Firm) -> tuple[tuple[Client, str], tuple[Client, str]]:
    """A company and a person who is its director in the register alone; the company is in a group in XPM alone."""
    company = firm.pair("Kauri Limited", BusinessStructure="Company")
    names = {"FirstName": "Ann", "LastName": "Lee", "BusinessStructure": "Individual"}
    person = firm.pair("Ann Lee", ClientKind.INDIVIDUAL, **names)
    relationships.add_relationship(
        firm.actor,
        client_id=company[0].pk,
        party_id=person[0].pk,
        type_key="director",
        values={"start_date": "2010-05-03"},
        now=firm.clock.now(),
    )
    firm.control("POST", "groups", json={"Name": "Lee Group", "Clients": [{"UUID": company[1]}]})
    firm.refresh("sweep")
    return company, person


def test_relationships_and_places_in_groups_are_taken_back(firm: Firm) -> None:
    (company, remote_id), _ = a_pair(firm)
    before = [row[1:] for row in standing(firm, company)]
    run = move(firm, {"relationship": Move.PUSH, "group": Move.PULL})
    assert [each["type"] for each in firm.xpm(remote_id)["Relationships"]] == ["Director"]
    assert GroupMember.rows.of(firm.practice.pk).count() == 1
    back = undo(firm, run)
    assert {name: outcome for name, (outcome, _) in lines(firm, back).items()} == {
        "relationship": "done",
        "group": "done",
    }
    assert firm.xpm(remote_id)["Relationships"] == []
    assert GroupMember.rows.of(firm.practice.pk).count() == 0
    assert Relationship.rows.of(firm.practice.pk).get().removed_at is None
    assert [row[1:] for row in standing(firm, company)] == before


def test_xpm_takes_nobody_out_of_its_archive_and_that_is_said(firm: Firm) -> None:
    client, remote_id = firm.pair("Rimu Limited", Phone="09 555 0100")
    firm.edit(client, phone="09 555 0101")
    client.refresh_from_db()
    register.archive(client, firm.clock.now())
    reconcile_clients(firm.practice.pk, [client.pk], firm.clock.now())
    run = move(firm, {"archived": Move.PUSH})
    sheet = undoing.draw_up(firm.actor, run.pk, firm.clock.now())
    line = SheetLine.rows.of(firm.practice.pk).get(sheet=sheet)
    assert (line.outcome, line.detail) == (
        "cannot",
        "XPM takes nobody out of its archive for another program. Do it there.",
    )
    with pytest.raises(Invalid, match="No line of this sheet can be done"):
        sheets.request_apply(firm.actor, sheet.pk, firm.clock.now())
    assert firm.xpm(remote_id)["IsArchived"]


def test_what_an_undo_left_is_drawn_up_again_in_its_own_direction(firm: Firm) -> None:
    client, remote_id = both_changed(firm)
    run = move(firm, {"website": Move.PULL, "email": Move.PUSH})
    sheet = undoing.draw_up(firm.actor, run.pk, firm.clock.now())
    firm.edit(client, website="c.example")
    carry_out(firm, sheet)
    firm.edit(client, website="b.example")
    again = sheets.again(firm.actor, sheet.pk, ("stale",), firm.clock.now())
    told = SheetLine.rows.of(firm.practice.pk).filter(sheet=again)
    assert [(line.field, line.move, line.after) for line in told] == [("website", "pull", {"website": "a.example"})]
    carry_out(firm, again)
    client.refresh_from_db()
    assert (client.values["website"], firm.xpm(remote_id)["Website"]) == ("a.example", "b.example")
