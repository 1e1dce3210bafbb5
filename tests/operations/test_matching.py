"""What people make of suggestions: links, rejections that hold for good, and both taken back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from operations.offices import NOW, Office, a_record
from practicesync.core.errors import Invalid
from practicesync.flows.registry import FLOWS
from practicesync.flows.steps import DirectSteps
from practicesync.operations import linking, matching, runs
from practicesync.queries.suggestions import is_due, open_candidates, proposals
from practicesync.store.models import Activity, Candidate, Client, Link, Mirror, Rejection, Run
from xpm_sandbox.clock import ControlledClock

LATER = NOW + timedelta(hours=1)


def carry_out(run: Run) -> Run:
    """Carry a run out in this thread."""
    FLOWS[run.kind](DirectSteps(ControlledClock(frozen_at=NOW)), run.pk)
    run.refresh_from_db()
    return run


def look_for_links(office: Office) -> Run:
    """Make the suggestions anew."""
    run = carry_out(matching.request_match(office.admin, office.connection.pk, NOW))
    assert run.state == "done", run.detail
    return run


def proposed(office: Office) -> dict[str, tuple[str, str]]:
    """Who is proposed for whom, and in which pile."""
    rows = proposals(office.practice.pk, office.connection.pk).select_related("client", "mirror")
    return {row.client.name: (row.mirror.remote_id, row.pile) for row in rows}


def mirror_of(office: Office, remote_id: str) -> Mirror:
    found: Mirror = Mirror.rows.of(office.practice.pk).get(remote_id=remote_id)
    return found


@pytest.fixture
def kauri(connected: Office) -> Client:
    """A client that XPM has once for sure, and once more like it; and others on both sides."""
    client = connected.add("Kauri Holdings Limited", business_number="9429030011229", client_code="KAU01")
    connected.add("Totara Joinery Limited", email="office@totara.example")
    records = {
        "sure": {"name": "Kauri Holdings Ltd", "business_number": "9429030011229", "client_code": "KAU01"},
        "like": {"name": "Kauri Holding Ltd"},
        "other": {"name": "Miro Fishing Limited", "business_number": "9429030099999"},
        "totara": {"name": "Totara Joinery Ltd"},
    }
    for remote_id, values in records.items():
        connected.read(replace(a_record(remote_id), values=values, digest=remote_id.encode()))
    look_for_links(connected)
    return client


def test_what_is_alike_is_proposed_and_what_is_not_stays_alone(connected: Office, kauri: Client) -> None:
    found = proposed(connected)
    assert found["Kauri Holdings Limited"] == ("sure", "safe")
    assert found["Totara Joinery Limited"][0] == "totara"
    assert "other" not in {remote_id for remote_id, _ in found.values()}
    row = Candidate.rows.of(connected.practice.pk).get(client=kauri, rank=1)
    assert [each["text"] for each in row.reasons]
    line = Activity.rows.of(connected.practice.pk).order_by("-seq")[0]
    assert (line.verb, line.facts["safe"]) == ("matched", 1)


def test_a_link_settles_a_suggestion_and_letting_go_brings_it_back(connected: Office, kauri: Client) -> None:
    linking.link(connected.admin, kauri.pk, mirror_of(connected, "sure").pk, NOW)
    assert kauri.name not in proposed(connected)
    linking.unlink(connected.admin, kauri.pk, NOW)
    assert proposed(connected)[kauri.name] == ("sure", "safe")


def test_a_record_that_somebody_linked_is_proposed_to_nobody_else(connected: Office, kauri: Client) -> None:
    other = connected.add("Kauri Holdings")
    linking.link(connected.admin, other.pk, mirror_of(connected, "sure").pk, NOW)
    assert kauri.name not in proposed(connected)


def test_a_rejected_pair_never_comes_back_and_the_next_likely_one_is_proposed(connected: Office, kauri: Client) -> None:
    matching.reject(connected.admin, kauri.pk, mirror_of(connected, "sure").pk, NOW)
    assert proposed(connected).get(kauri.name) == ("like", "look")
    for _ in range(2):
        look_for_links(connected)
        pairs = open_candidates(connected.practice.pk, connected.connection.pk).filter(client=kauri)
        assert "sure" not in set(pairs.values_list("mirror__remote_id", flat=True))
    assert connected.verbs().count("not_same") == 1


def test_rejecting_twice_is_told_once(connected: Office, kauri: Client) -> None:
    for _ in range(2):
        matching.reject(connected.admin, kauri.pk, mirror_of(connected, "sure").pk, NOW)
    assert connected.verbs().count("not_same") == 1


def test_a_rejection_that_is_taken_back_stands_as_before(connected: Office, kauri: Client) -> None:
    before = proposed(connected)
    sure = mirror_of(connected, "sure").pk
    matching.reject(connected.admin, kauri.pk, sure, NOW)
    for _ in range(2):
        matching.undo_reject(connected.admin, kauri.pk, sure, NOW)
    assert proposed(connected) == before
    assert connected.verbs().count("not_same_undone") == 1


def test_who_links_a_rejected_pair_has_changed_their_mind(connected: Office, kauri: Client) -> None:
    sure = mirror_of(connected, "sure").pk
    matching.reject(connected.admin, kauri.pk, sure, NOW)
    linking.link(connected.admin, kauri.pk, sure, NOW)
    assert not Rejection.rows.of(connected.practice.pk).exists()


def test_a_linked_pair_is_not_rejected(connected: Office, kauri: Client) -> None:
    sure = mirror_of(connected, "sure").pk
    linking.link(connected.admin, kauri.pk, sure, NOW)
    with pytest.raises(Invalid, match="Disconnect them first"):
        matching.reject(connected.admin, kauri.pk, sure, NOW)


def test_a_link_is_taken_back_until_somebody_works_on_the_client(connected: Office, kauri: Client) -> None:
    sure = mirror_of(connected, "sure").pk
    linking.link(connected.admin, kauri.pk, sure, NOW)
    matching.undo_link(connected.admin, kauri.pk, sure, NOW)
    with pytest.raises(Invalid, match="taken back already"):
        matching.undo_link(connected.admin, kauri.pk, sure, NOW)
    linking.link(connected.admin, kauri.pk, sure, NOW)
    connected.edit(kauri, {"phone": "09 555 0101"})
    with pytest.raises(Invalid, match="worked on this client"):
        matching.undo_link(connected.admin, kauri.pk, sure, NOW)


def test_ticked_suggestions_are_linked_and_settled_ones_passed_over(connected: Office, kauri: Client) -> None:
    rows = proposals(connected.practice.pk, connected.connection.pk)
    ids = list(rows.values_list("pk", flat=True))
    matching.reject(connected.admin, kauri.pk, mirror_of(connected, "sure").pk, NOW)
    run = matching.link_several(connected.admin, ids, connected.connection.pk, NOW)
    assert (run.state, run.total, run.changed) == ("done", 2, 1)
    links = Link.rows.of(connected.practice.pk).filter(ended_at=None)
    assert [link.client.name for link in links.select_related("client")] == ["Totara Joinery Limited"]
    assert matching.link_several(connected.admin, ids, connected.connection.pk, NOW).changed == 0
    assert carry_out(matching.request_unlink_all(connected.admin, run.pk, NOW)).changed == 1
    assert not links.exists()


def test_nobody_ticks_while_the_whole_pile_is_being_linked(connected: Office, kauri: Client) -> None:
    matching.request_link_all(connected.admin, connected.connection.pk, NOW, NOW)
    with pytest.raises(Invalid, match="being linked just now"):
        matching.link_several(connected.admin, [1], connected.connection.pk, NOW)


def test_matching_again_leaves_what_is_decided_and_finds_what_is_new(connected: Office, kauri: Client) -> None:
    linking.link(connected.admin, kauri.pk, mirror_of(connected, "sure").pk, NOW)
    connected.add("Miro Fishing Ltd", business_number="9429030099999")
    look_for_links(connected)
    found = proposed(connected)
    assert found["Miro Fishing Ltd"] == ("other", "safe")
    assert kauri.name not in found
    assert not Candidate.rows.of(connected.practice.pk).filter(client=kauri).exists()


def test_matching_is_due_where_somebody_unlinked_is_new_and_only_then(connected: Office) -> None:
    def due() -> bool:
        return is_due(connected.practice.pk, connected.connection.pk, LATER + timedelta(hours=9))

    assert not due()
    connected.add("Rata Ltd")
    assert not due()
    connected.read(a_record("r1", name="Rata Limited"))
    assert due()
    run = matching.request_match(connected.admin, connected.connection.pk, LATER)
    FLOWS["match"](DirectSteps(ControlledClock(frozen_at=LATER)), run.pk)
    assert not due()
    connected.read(a_record("r2", name="Rimu Limited"), LATER + timedelta(hours=1))
    assert due()


def test_one_matching_is_under_way_at_a_time(connected: Office) -> None:
    first = matching.request_match(connected.admin, connected.connection.pk, NOW)
    assert matching.request_match(connected.admin, connected.connection.pk, NOW).pk == first.pk
    runs.cancel(connected.admin, first.pk, NOW)
    assert matching.request_match(connected.admin, connected.connection.pk, NOW).pk != first.pk


# The whole safe pile


def many(office: Office, count: int) -> None:
    """So many clients that XPM has for sure."""
    for number in range(count):
        told = {"name": f"{NAMES[number]} Joinery Limited", "client_code": f"{NAMES[number]}1"}
        office.add(**told)
        office.read(replace(a_record(f"r{number}"), values=told, digest=told["name"].encode()))
    look_for_links(office)


NAMES = ("Kauri", "Rimu", "Totara", "Matai", "Miro", "Rata", "Kowhai", "Puriri")


def test_the_safe_pile_is_linked_in_one_run_and_taken_back_where_nobody_came_after(connected: Office) -> None:
    many(connected, len(NAMES))
    run = carry_out(matching.request_link_all(connected.admin, connected.connection.pk, NOW, NOW))
    assert (run.state, run.total, run.changed) == ("done", 8, 8)
    live = Link.rows.of(connected.practice.pk).filter(ended_at=None)
    assert {link.mirror.name for link in live.select_related("client", "mirror")} == {
        link.client.name for link in live.select_related("client", "mirror")
    }
    rata = Client.rows.of(connected.practice.pk).get(name__startswith="Rata")
    connected.edit(rata, {"phone": "09 555 0101"})
    back = carry_out(matching.request_unlink_all(connected.admin, run.pk, NOW))
    assert (back.state, back.total, back.changed) == ("done", 8, 7)
    assert [link.client_id for link in live.filter()] == [rata.pk]
    assert connected.verbs()[-1] == "links_unmade"


def test_a_link_made_anew_by_somebody_is_not_taken_back_with_the_run(connected: Office) -> None:
    many(connected, 2)
    run = carry_out(matching.request_link_all(connected.admin, connected.connection.pk, NOW, NOW))
    link = Link.rows.of(connected.practice.pk).filter(ended_at=None).order_by("pk")[0]
    linking.unlink(connected.admin, link.client_id, NOW)
    linking.link(connected.admin, link.client_id, link.mirror_id, NOW)
    back = carry_out(matching.request_unlink_all(connected.admin, run.pk, NOW))
    assert back.changed == 1
    assert connected.link_of(link.client).mirror_id == link.mirror_id


def test_what_was_suggested_after_somebody_looked_is_not_linked_with_the_rest(connected: Office) -> None:
    many(connected, 2)
    with pytest.raises(Invalid, match="made anew since"):
        matching.request_link_all(connected.admin, connected.connection.pk, NOW - timedelta(seconds=1), NOW)


def test_nothing_is_linked_in_bulk_while_suggestions_are_made_anew(connected: Office) -> None:
    many(connected, 1)
    matching.request_match(connected.admin, connected.connection.pk, NOW)
    with pytest.raises(Invalid, match="being made anew"):
        matching.request_link_all(connected.admin, connected.connection.pk, NOW, NOW)


def test_a_cancelled_run_links_no_further(connected: Office) -> None:
    many(connected, 2)
    run = matching.request_link_all(connected.admin, connected.connection.pk, NOW, NOW)
    runs.cancel(connected.admin, run.pk, NOW)
    assert carry_out(run).state == "cancelled"
    assert not Link.rows.of(connected.practice.pk).exists()


@pytest.mark.parametrize("kill_at", range(4))
def test_a_run_that_is_killed_between_any_two_steps_ends_the_same(
    connected: Office, kill_at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "LINKED_AT_ONCE", 3)
    many(connected, len(NAMES))
    run = matching.request_link_all(connected.admin, connected.connection.pk, NOW, NOW)
    with pytest.raises(Killed):
        FLOWS["link_many"](Dying(kill_at), run.pk)
    assert carry_out(run).state == "done"
    links = Link.rows.of(connected.practice.pk).filter(ended_at=None)
    assert (links.count(), connected.verbs().count("linked")) == (8, 8)
    assert (run.done, run.total, run.changed) == (8, 8, 8)


class Killed(Exception):
    """The process died."""


class Dying(DirectSteps):
    """Steps of a process that dies right after one of them, whose result is lost."""

    def __init__(self, at: int) -> None:
        super().__init__(ControlledClock(frozen_at=NOW))
        self.left = at

    def do(self, name, function, *args, **kwargs):  # type: ignore[no-untyped-def]
        result = super().do(name, function, *args, **kwargs)
        if not self.left:
            raise Killed
        self.left -= 1
        return result
