"""Sheets: what was shown is done, or not at all."""

from collections.abc import Callable, Mapping, Sequence

import pytest

from operations.offices import NOW, Office, a_record, an_office
from practicesync.core.errors import Forbidden, Invalid, Stale
from practicesync.core.policy import Policy
from practicesync.core.record import RemoteContact
from practicesync.core.verdict import Move
from practicesync.operations import linking, policies, sheets
from practicesync.queries.differences import Selection
from practicesync.queries.sheet_page import FAILED
from practicesync.store.models import Client, Difference, Run, Sheet, SheetLine

MERE = RemoteContact("m1", {"name": "Mere Tahu", "mobile": "021 555 0134"})


@pytest.fixture
def client(connected: Office) -> Client:
    """Linked; its phone differs, its e-mail is only here, its website and a contact only in XPM."""
    record = a_record("r1", MERE, phone="09 555 0101", website="kauri.example")
    return connected.pair(record, phone="09 555 0102", email="a@kauri.example")


def ids(office: Office, client: Client) -> dict[str, int]:
    """The client's differences by field."""
    rows = Difference.rows.of(office.practice.pk).filter(link__client=client)
    return {row.field: row.pk for row in rows}


def draw(office: Office, chosen: Mapping[int, Move | None] | Sequence[int] | Selection) -> Sheet:
    lines = sheets.lines_of(office.practice.pk, office.connection.pk, chosen)
    return sheets.draw_up(office.admin, office.connection.pk, "chosen", lines, NOW)


def apply(office: Office, sheet: Sheet) -> Run:
    """Carry a sheet out as far as the network."""
    run = sheets.request_apply(office.admin, sheet.pk, NOW)
    while sheets.pull_batch(sheet.pk, run.pk, NOW) or sheets.queue_batch(sheet.pk, run.pk, NOW):
        pass
    return run


def lines(office: Office, sheet: Sheet) -> dict[str, SheetLine]:
    return {line.field: line for line in SheetLine.rows.of(office.practice.pk).filter(sheet=sheet)}


def outcomes(office: Office, sheet: Sheet) -> dict[str, str]:
    return {name: line.outcome for name, line in lines(office, sheet).items()}


def test_a_sheet_tells_what_the_side_that_is_written_holds_and_is_to_hold(connected: Office, client: Client) -> None:
    known = ids(connected, client)
    sheet = draw(connected, {known["phone"]: Move.PUSH, known["website"]: None, known["contact"]: None})
    found = lines(connected, sheet)
    assert {name: (line.move, line.act, line.before, line.after) for name, line in found.items()} == {
        "phone": ("push", "update", {"phone": "09 555 0101"}, {"phone": "09 555 0102"}),
        "website": ("pull", "update", {"website": ""}, {"website": "kauri.example"}),
        "contact": ("pull", "add", {}, MERE.values),
    }
    assert found["contact"].label == "Contact: Mere Tahu"


def test_drawing_up_moves_nothing(connected: Office, client: Client) -> None:
    before = connected.plan(client).plan.seen
    draw(connected, list(ids(connected, client).values())[:0] or [ids(connected, client)["website"]])
    assert connected.plan(client).plan.seen == before
    assert connected.verbs()[-1] != "pulled"


def test_a_sheet_is_applied_once_with_the_values_that_it_shows(connected: Office, client: Client) -> None:
    known = ids(connected, client)
    sheet = draw(connected, {known["phone"]: Move.PUSH, known["website"]: None, known["contact"]: None})
    run = apply(connected, sheet)
    client.refresh_from_db()
    assert client.values["website"] == "kauri.example"
    assert connected.contact(client).values == MERE.values
    (push,) = connected.pushes(run)
    assert (push.names, push.fields, push.seen) == (["phone"], {"phone": "09 555 0102"}, {"phone": "09 555 0101"})
    assert outcomes(connected, sheet) == {"phone": "waiting", "website": "done", "contact": "done"}
    assert connected.verbs()[-2:] == ["apply_asked", "pulled"]
    with pytest.raises(Stale):
        sheets.request_apply(connected.admin, sheet.pk, NOW)


def test_the_pushes_of_one_record_are_one_write(connected: Office, client: Client) -> None:
    known = ids(connected, client)
    run = apply(connected, draw(connected, {known["phone"]: Move.PUSH, known["email"]: None}))
    (push,) = connected.pushes(run)
    assert sorted(push.names) == ["email", "phone"]


def edit_here(office: Office, client: Client) -> None:
    office.edit(client, {"phone": "09 555 0103"})


def edit_there(office: Office, client: Client) -> None:
    office.read(a_record("r1", MERE, phone="09 555 0109", website="kauri.example"))


@pytest.mark.parametrize("meanwhile", [edit_here, edit_there])
@pytest.mark.parametrize("way", [Move.PULL, Move.PUSH])
def test_a_line_that_moved_meanwhile_is_left_and_the_others_are_done(
    connected: Office, client: Client, meanwhile: Callable[[Office, Client], None], way: Move
) -> None:
    known = ids(connected, client)
    sheet = draw(connected, {known["phone"]: way, known["website"]: None})
    meanwhile(connected, client)
    run = apply(connected, sheet)
    assert outcomes(connected, sheet) == {"phone": "stale", "website": "done"}
    assert connected.pushes(run) == []


def test_a_line_of_a_client_that_was_unlinked_is_left(connected: Office, client: Client) -> None:
    sheet = draw(connected, [ids(connected, client)["website"]])
    linking.unlink(connected.admin, client.pk, NOW)
    apply(connected, sheet)
    assert outcomes(connected, sheet) == {"website": "stale"}
    client.refresh_from_db()
    assert "website" not in client.values or not client.values["website"]


def test_a_batch_that_runs_twice_does_nothing_twice(connected: Office, client: Client) -> None:
    known = ids(connected, client)
    sheet = draw(connected, {known["phone"]: Move.PUSH, known["website"]: None})
    run = apply(connected, sheet)
    told = connected.verbs()
    assert not sheets.pull_batch(sheet.pk, run.pk, NOW)
    assert not sheets.queue_batch(sheet.pk, run.pk, NOW)
    assert connected.verbs() == told
    assert len(connected.pushes(run)) == 1


def test_under_another_policy_a_sheet_is_drawn_up_anew(connected: Office, client: Client) -> None:
    sheet = draw(connected, [ids(connected, client)["website"]])
    policies.change(connected.admin, "xpm", Policy(on=True), NOW, seen=0)
    with pytest.raises(Stale):
        sheets.request_apply(connected.admin, sheet.pk, NOW)


def test_a_sheet_that_was_put_away_is_not_applied(connected: Office, client: Client) -> None:
    sheet = draw(connected, [ids(connected, client)["website"]])
    sheets.leave(connected.admin, sheet.pk)
    with pytest.raises(Stale):
        sheets.request_apply(connected.admin, sheet.pk, NOW)


def test_what_is_left_undone_is_drawn_up_afresh(connected: Office, client: Client) -> None:
    known = ids(connected, client)
    sheet = draw(connected, {known["phone"]: Move.PULL, known["website"]: None})
    edit_there(connected, client)
    run = apply(connected, sheet)
    sheets.finish(sheet.pk, run.pk, NOW)
    fresh = sheets.again(connected.admin, sheet.pk, FAILED, NOW)
    (line,) = lines(connected, fresh).values()
    assert (line.field, line.after) == ("phone", {"phone": "09 555 0109"})
    apply(connected, fresh)
    client.refresh_from_db()
    assert client.values["phone"] == "09 555 0109"


def test_where_nothing_is_left_there_is_no_other_sheet(connected: Office, client: Client) -> None:
    sheet = draw(connected, [ids(connected, client)["website"]])
    run = apply(connected, sheet)
    sheets.finish(sheet.pk, run.pk, NOW)
    with pytest.raises(Invalid, match="Nothing of it differs"):
        sheets.again(connected.admin, sheet.pk, FAILED, NOW)


def chosen_twice(office: Office, client: Client) -> list[int]:
    return [ids(office, client)["website"]] * 2


def of_nobody(office: Office, client: Client) -> list[int]:
    return [ids(office, client)["website"], 999_999]


def of_another_firm(office: Office, client: Client) -> list[int]:
    other = an_office("Rata & Co")
    other.connect("Rata XPM")
    theirs = other.pair(a_record("r1", website="rata.example"))
    return [ids(office, client)["website"], ids(other, theirs)["website"]]


def undecided(office: Office, client: Client) -> list[int]:
    return [ids(office, client)["website"], ids(office, client)["phone"]]


def nothing(_office: Office, _client: Client) -> list[int]:
    return []


@pytest.mark.parametrize("choice", [chosen_twice, of_nobody, of_another_firm, undecided, nothing])
def test_a_choice_that_cannot_be_is_refused_whole(
    connected: Office, client: Client, choice: Callable[[Office, Client], list[int]]
) -> None:
    with pytest.raises(Invalid):
        draw(connected, choice(connected, client))
    assert not Sheet.rows.of(connected.practice.pk).exists()


def test_a_value_that_only_the_register_has_does_not_come_from_xpm(connected: Office, client: Client) -> None:
    with pytest.raises(Invalid):
        draw(connected, {ids(connected, client)["email"]: Move.PULL})


def test_a_filter_chooses_what_needs_no_choice(connected: Office, client: Client) -> None:
    sheet = draw(connected, Selection())
    assert set(lines(connected, sheet)) == {"email", "website", "contact"}
    both = draw(connected, Selection(way="pull"))
    assert lines(connected, both)["phone"].move == "pull"
    assert set(lines(connected, draw(connected, Selection(field="client.email")))) == {"email"}


def test_who_may_only_look_draws_up_nothing(connected: Office, client: Client) -> None:
    found = sheets.lines_of(connected.practice.pk, connected.connection.pk, [ids(connected, client)["website"]])
    with pytest.raises(Forbidden):
        sheets.draw_up(connected.reader, connected.connection.pk, "chosen", found, NOW)
