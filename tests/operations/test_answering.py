"""One difference at a time: answered as it was shown, left as it is, taken back; the second is told who was first."""

import pytest

from operations.offices import NOW, Office, a_record
from practicesync.core.actor import Role
from practicesync.core.errors import Invalid, Stale
from practicesync.core.verdict import Move
from practicesync.operations import answering, holding
from practicesync.queries.conflicts import Pile, load_conflicts, selection_of, settled_by
from practicesync.queries.history import HistoryFilter, every_row, load_history, text_of
from practicesync.store.models import Client, Difference, Push


@pytest.fixture
def client(connected: Office) -> Client:
    """Linked; its phone changed on both sides since they agreed, its fax never agreed."""
    client = connected.pair(a_record("r1", phone="1", fax="09 555 0300"), phone="1", fax="09 555 0301")
    connected.edit(client, {"phone": "09 555 0102"})
    connected.read(a_record("r1", phone="09 555 0101", fax="09 555 0300"))
    from_there(connected, client)
    return client


def from_there(office: Office, client: Client) -> None:
    """What was read is planned."""
    office.edit(client, {"website": f"w{client.revision}.example"})


def difference(office: Office, client: Client, field: str) -> int:
    return int(Difference.rows.of(office.practice.pk).get(link__client=client, field=field).pk)


def pile(office: Office, pile: Pile) -> list[str]:
    return [row.key for row in load_conflicts(office.practice.pk, office.connection.pk, pile).rows]


def test_a_change_on_both_sides_is_one_conflict_with_both_values_and_what_was_agreed(
    connected: Office, client: Client
) -> None:
    page = load_conflicts(connected.practice.pk, connected.connection.pk, Pile.BOTH)
    (row,) = page.rows
    assert (text_of(row.local), text_of(row.remote), row.base) == ("09 555 0102", "09 555 0101", "1")
    assert row.here is not None
    assert (row.here.by, row.here.at) == (connected.admin.name, NOW)
    assert dict(page.counts)[Pile.BOTH] == 1
    assert "fax" in pile(connected, Pile.NEVER)


def test_xpms_value_is_taken_at_once_and_the_loser_is_kept(connected: Office, client: Client) -> None:
    run = answering.answer(connected.admin, difference(connected, client, "phone"), Move.PULL, NOW)
    client.refresh_from_db()
    assert (run.state, client.values["phone"]) == ("done", "09 555 0101")
    history = load_history(
        connected.practice.pk, HistoryFilter(client_id=client.pk, field="client.phone", side="local")
    )
    assert history is not None
    row = history.rows[0]
    assert (text_of(row.before), text_of(row.after), row.agreed) == ("09 555 0102", "09 555 0101", "1")
    assert (row.why, row.by, row.can_set_back) == ("Both sides changed, differently.", connected.admin.name, True)


def test_the_registers_value_is_queued_and_an_answer_that_waits_is_withdrawn(connected: Office, client: Client) -> None:
    run = answering.answer(connected.admin, difference(connected, client, "phone"), Move.PUSH, NOW)
    (push,) = connected.pushes(run)
    assert (push.fields, push.seen["phone"]) == ({"phone": "09 555 0102"}, "09 555 0101")
    assert answering.take_back(connected.admin, run.pk, NOW) is None
    push.refresh_from_db()
    assert push.state == "withdrawn"
    assert pile(connected, Pile.BOTH) == ["phone"]


def test_an_answer_that_was_carried_out_is_written_back(connected: Office, client: Client) -> None:
    run = answering.answer(connected.admin, difference(connected, client, "phone"), Move.PULL, NOW)
    back = answering.take_back(connected.admin, run.pk, NOW)
    assert back is not None
    assert (back.kind, back.state) == ("apply", "queued")


@pytest.mark.parametrize("second", [Move.PULL, Move.PUSH])
@pytest.mark.parametrize("first", [Move.PULL, Move.PUSH])
def test_whoever_comes_second_changes_nothing_and_is_told_who_was_first(
    connected: Office, client: Client, first: Move, second: Move
) -> None:
    seen = difference(connected, client, "phone")
    answering.answer(connected.admin, seen, first, NOW)
    client.refresh_from_db()
    told, pushes = client.values["phone"], Push.rows.of(connected.practice.pk).count()
    with pytest.raises(Stale):
        answering.answer(connected.actors[Role.STANDARD], seen, second, NOW)
    client.refresh_from_db()
    assert (client.values["phone"], Push.rows.of(connected.practice.pk).count()) == (told, pushes)
    settled = settled_by(connected.practice.pk, client.pk, "phone")
    assert (settled.chose, settled.by) == ("remote" if first is Move.PULL else "local", connected.admin.name)


def test_an_edit_ends_a_conflict_that_somebody_still_has_before_their_eyes(connected: Office, client: Client) -> None:
    seen = difference(connected, client, "phone")
    connected.edit(client, {"phone": "09 555 0177"})
    with pytest.raises(Stale):
        answering.answer(connected.admin, seen, Move.PUSH, NOW)
    assert settled_by(connected.practice.pk, client.pk, "phone").chose == "edited"


def test_what_cannot_go_that_way_is_refused(connected: Office) -> None:
    client = connected.pair(a_record("r2", tax_number="*** *** 782"), tax_number="136410132")
    with pytest.raises(Invalid):
        answering.answer(connected.admin, difference(connected, client, "tax_number"), Move.PULL, NOW)


def test_what_is_left_as_it_is_waits_for_nobody_until_a_side_moves(connected: Office, client: Client) -> None:
    holding.hold(connected.admin, difference(connected, client, "phone"), NOW)
    assert pile(connected, Pile.BOTH) == []
    assert pile(connected, Pile.HELD) == ["phone"]
    assert settled_by(connected.practice.pk, client.pk, "phone").chose == "held"
    assert connected.verbs()[-1] == "left_as_is"
    connected.edit(client, {"phone": "09 555 0103"})
    assert pile(connected, Pile.BOTH) == ["phone"]
    assert pile(connected, Pile.HELD) == []


def test_what_was_left_is_taken_up_again(connected: Office, client: Client) -> None:
    held = holding.hold(connected.admin, difference(connected, client, "phone"), NOW)
    again = holding.release(connected.admin, held, NOW)
    assert again == difference(connected, client, "phone")
    assert pile(connected, Pile.BOTH) == ["phone"]
    assert connected.link_of(client).held == {}


def test_piles_are_filtered_by_field_and_by_name_and_paged(connected: Office, client: Client) -> None:
    practice, connection = connected.practice.pk, connected.connection.pk
    assert load_conflicts(practice, connection, Pile.BOTH, field="client.email").rows == ()
    assert load_conflicts(practice, connection, Pile.BOTH, text="nobody").rows == ()
    found = load_conflicts(practice, connection, Pile.BOTH, field="client.phone", text="KAURI", number=9)
    assert (len(found.rows), found.number, found.field_label) == (1, 1, "Phone")
    assert selection_of(Pile.BOTH, "client.phone", "", "pull").way == "pull"


def test_a_history_is_filtered_and_its_file_tells_the_same(connected: Office, client: Client) -> None:
    answering.answer(connected.admin, difference(connected, client, "phone"), Move.PULL, NOW)
    practice = connected.practice.pk
    whole = HistoryFilter(client_id=client.pk)
    page = load_history(practice, whole)
    assert page is not None
    assert list(every_row(practice, whole)) == list(page.rows)
    assert {row.label for row in page.rows} >= {"Phone", "Website"}
    for nothing in (
        HistoryFilter(client_id=client.pk, side="remote"),
        HistoryFilter(client_id=client.pk, person="nobody"),
        HistoryFilter(client_id=client.pk, until=NOW.date().replace(year=2020)),
    ):
        assert list(every_row(practice, nothing)) == []
    assert load_history(practice + 1, whole) is None
