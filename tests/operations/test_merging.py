"""Merging two clients that are one: nothing attached is lost, nothing is torn apart, and undoing it restores both."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from operations.offices import NOW, Office, a_record, an_office
from practicesync.core.errors import Invalid, Stale
from practicesync.core.record import RemoteContact
from practicesync.operations import groups, matching, merging, mirroring, relationships, twins
from practicesync.operations.merging import Asked
from practicesync.store.models import (
    Change,
    ChecklistTick,
    Client,
    Contact,
    ContactTie,
    GroupMember,
    Link,
    ListedClient,
    ListedWord,
    Merge,
    Proposal,
    Rejection,
    Relationship,
    Twin,
)

LATER = NOW + timedelta(hours=1)
MERE = {"name": "Mere Tahu", "email": "mere@kauri.example"}
TAMA = {"name": "Tama Ngata", "mobile": "021 555 0134"}


def merged(office: Office, kept: Client, gone: Client, *take: str) -> Merge:
    for client in (kept, gone):
        client.refresh_from_db()
    asked = Asked(kept.pk, gone.pk, kept.revision, gone.revision, take)
    return merging.merge(office.admin, asked, LATER)


def two(office: Office) -> tuple[Client, Client]:
    return office.add("Kauri Ltd", phone="09 555 0101"), office.add("Kauri Limited", email="office@kauri.example")


def held(office: Office, client: Client, model: Any) -> list[Any]:
    return list(model.rows.of(office.practice.pk).filter(client=client).order_by("pk"))


def a_proposal(office: Office, client: Client, contact: Contact | None = None) -> Proposal:
    return Proposal.rows.create(
        practice=office.practice,
        key=uuid4(),
        client=client,
        contact=contact,
        title="Tax return",
        made_by="Ana",
        created_at=NOW,
        changed_at=NOW,
    )


def test_values_come_from_either_as_chosen_and_the_other_is_archived_with_a_pointer(connected: Office) -> None:
    kept, gone = two(connected)
    row = merged(connected, kept, gone, "email")
    for client in (kept, gone):
        client.refresh_from_db()
    assert (kept.values["name"], kept.values["phone"], kept.values["email"]) == (
        "Kauri Ltd",
        "09 555 0101",
        "office@kauri.example",
    )
    assert gone.archived_at == LATER
    assert Merge.rows.of(connected.practice.pk).get(gone=gone).kept_id == row.kept_id == kept.pk
    assert list(ListedClient.rows.of(connected.practice.pk).values_list("pk", flat=True)) == [kept.pk]
    assert connected.verbs()[-2:] == ["merged", "merged_away"]
    changes = Change.rows.of(connected.practice.pk).filter(activity__verb="merged")
    assert [(each.field, each.after) for each in changes] == [("email", {"email": "office@kauri.example"})]


def test_contacts_relationships_groups_proposals_and_ticks_go_over(connected: Office) -> None:
    kept = connected.add("Kauri Ltd", MERE)
    gone = connected.add("Kauri Limited", MERE, TAMA)
    rata = connected.add("Rata Ltd")
    relationships.add_relationship(connected.admin, gone.pk, rata.pk, "shareholder", {"shares": "10"}, NOW)
    relationships.add_relationship(connected.admin, rata.pk, gone.pk, "shareholder", {"shares": "5"}, NOW)
    for client, name in ((kept, "Both"), (gone, "Both"), (gone, "Theirs")):
        groups.group_clients(connected.admin, [client.pk], name, NOW)
    a_proposal(connected, gone)
    merged(connected, kept, gone)
    assert [each.values["name"] for each in held(connected, kept, Contact)] == ["Mere Tahu", "Tama Ngata"]
    assert [each.party_id for each in held(connected, kept, Relationship)] == [rata.pk]
    assert Relationship.rows.of(connected.practice.pk).get(client=rata).party_id == kept.pk
    assert sorted(each.group.name for each in held(connected, kept, GroupMember)) == ["Both", "Theirs"]
    assert len(held(connected, kept, Proposal)) == 1


def test_ties_between_the_two_and_ties_that_both_have_are_taken_out(connected: Office) -> None:
    kept, gone = two(connected)
    rata = connected.add("Rata Ltd")
    for client in (kept, gone):
        relationships.add_relationship(connected.admin, client.pk, rata.pk, "shareholder", {"shares": "10"}, NOW)
    relationships.add_relationship(connected.admin, kept.pk, gone.pk, "shareholder", {"shares": "1"}, NOW)
    row = merged(connected, kept, gone)
    live = Relationship.rows.of(connected.practice.pk).filter(removed_at=None)
    assert [(each.client_id, each.party_id) for each in live] == [(kept.pk, rata.pk)]
    merging.undo_merge(connected.admin, row.pk, LATER)
    assert live.filter().count() == 3


def test_a_contact_that_a_proposal_names_goes_over_even_if_it_is_there_twice_then(connected: Office) -> None:
    kept, gone = connected.add("Kauri Ltd", MERE), connected.add("Kauri Limited", MERE)
    proposal = a_proposal(connected, gone, connected.contact(gone))
    merged(connected, kept, gone)
    proposal.refresh_from_db()
    assert proposal.contact is not None
    assert (proposal.client_id, proposal.contact.client_id) == (kept.pk, kept.pk)


def test_the_link_of_the_one_that_goes_is_kept_and_planned_anew(connected: Office) -> None:
    kept = connected.add("Kauri Ltd", phone="09 555 0101")
    gone = connected.pair(a_record("r1", phone="09 555 0102"), phone="09 555 0102")
    assert connected.link_of(gone).state == "in_sync"
    row = merged(connected, kept, gone)
    link = connected.link_of(kept)
    assert (link.state, link.local_changed) == ("local_changed", 1)
    merging.undo_merge(connected.admin, row.pk, LATER)
    assert connected.link_of(gone).state == "in_sync"
    assert not Link.rows.of(connected.practice.pk).filter(client=kept).exists()


def test_two_that_are_linked_to_two_live_records_are_not_merged(connected: Office) -> None:
    kept = connected.pair(a_record("r1"), "Kauri Ltd")
    gone = connected.pair(a_record("r2"), "Kauri Limited")
    with pytest.raises(Invalid, match=r"Both are linked in XPM.*merge or archive one of them in XPM"):
        merged(connected, kept, gone)
    mirroring.store_batch(connected.connection, [a_record("r2", deleted=True)], [], sweep=0, read_at=NOW, now=NOW)
    merged(connected, kept, gone)
    assert connected.link_of(kept).mirror.remote_id == "r1"


def test_nobody_is_merged_while_values_are_being_written(connected: Office) -> None:
    kept = connected.pair(a_record("r1", phone="09 555 0101"), phone="09 555 0102")
    gone = connected.add("Kauri Limited")
    connected.choose(kept, {"phone": "push"})
    with pytest.raises(Invalid, match="still being written"):
        merged(connected, kept, gone)


def test_what_somebody_saved_meanwhile_is_not_merged_over(connected: Office) -> None:
    kept, gone = two(connected)
    asked = Asked(kept.pk, gone.pk, kept.revision, gone.revision)
    connected.edit(gone, {"phone": "09 555 0103"})
    with pytest.raises(Stale):
        merging.merge(connected.admin, asked, LATER)


def test_who_is_merged_already_is_not_merged_again_and_nobody_into_themselves(connected: Office) -> None:
    kept, gone = two(connected)
    merged(connected, kept, gone)
    with pytest.raises(Invalid, match="merged or archived meanwhile"):
        merged(connected, gone, kept)
    with pytest.raises(Invalid, match="into itself"):
        merged(connected, kept, kept)


def edit(office: Office, kept: Client) -> None:
    office.edit(kept, {"phone": "09 555 0199"})


def link(office: Office, kept: Client) -> None:
    office.pair_again(kept, a_record("r9"))


@pytest.mark.parametrize("work", [edit, link])
def test_a_merge_that_somebody_worked_on_is_not_undone(
    connected: Office, work: Callable[[Office, Client], None]
) -> None:
    kept, gone = two(connected)
    row = merged(connected, kept, gone)
    work(connected, kept)
    with pytest.raises(Invalid, match="worked on this client since"):
        merging.undo_merge(connected.admin, row.pk, LATER)


def test_a_merge_is_undone_once(connected: Office) -> None:
    kept, gone = two(connected)
    row = merged(connected, kept, gone)
    merging.undo_merge(connected.admin, row.pk, LATER)
    with pytest.raises(Invalid, match="undone already"):
        merging.undo_merge(connected.admin, row.pk, LATER)


def test_one_into_another_into_a_third_is_undone_from_the_end(connected: Office) -> None:
    kept, gone = two(connected)
    third = connected.add("Kauri")
    first = merged(connected, kept, gone)
    second = merged(connected, third, kept)
    with pytest.raises(Invalid):
        merging.undo_merge(connected.admin, first.pk, LATER)
    merging.undo_merge(connected.admin, second.pk, LATER)
    kept.refresh_from_db()
    assert kept.archived_at is None


# Undoing restores everything

SNAPSHOT: dict[Any, tuple[str, ...]] = {
    Client: ("pk", "kind", "standing", "values", "name", "sort_name", "code", "search", "archived_at"),
    Contact: ("pk", "client", "values", "removed_at"),
    Relationship: ("pk", "client", "party", "type", "values", "removed_at"),
    GroupMember: ("pk", "group", "client", "joined_at"),
    Link: ("pk", "client", "mirror", "base", "state", "local_changed", "differs", "both_changed", "ended_at"),
    ContactTie: ("link", "contact", "remote_id", "base"),
    Proposal: ("pk", "client", "contact"),
    ChecklistTick: ("pk", "client", "item"),
    Rejection: ("pk", "client", "mirror"),
    Twin: ("pk", "first", "second", "state"),
    ListedClient: ("pk", "kind", "state", "rank", "sort_name", "search"),
    ListedWord: ("word", "client"),
}


def everything(office: Office) -> dict[str, list[tuple[Any, ...]]]:
    """All that a merge may touch, but for what counts writes."""
    return {
        model.__name__: sorted(
            (tuple(map(str, row)) for row in model.rows.of(office.practice.pk).values_list(*columns)),
        )
        for model, columns in SNAPSHOT.items()
    }


@st.composite
def scenes(draw: st.DrawFn) -> dict[str, Any]:
    several = st.sets(st.integers(0, 3), max_size=3)
    return {
        "linked": draw(st.sampled_from(["none", "kept", "gone", "both, one gone"])),
        "take": draw(st.sets(st.sampled_from(["name", "phone", "email", "tax_number", "physical_address"]))),
        "contacts": draw(several),
        "groups": draw(several),
        "ties": draw(several),
        "proposals": draw(st.booleans()),
        "rejected": draw(st.booleans()),
        "standing": draw(st.sampled_from(["client", "associate"])),
    }


def make(office: Office, scene: dict[str, Any]) -> tuple[Client, Client]:
    """Two clients that are one, with what the scene asks for attached to either."""
    people = [{"name": f"Person {number}", "email": f"p{number}@kauri.example"} for number in range(4)]
    kept = office.add("Kauri Ltd", people[0], phone="09 555 0101", tax_number="049091850")
    mine = [people[number] for number in sorted(scene["contacts"])]
    gone = office.add("Kauri Limited", *mine, email="office@kauri.example", **{"physical_address.city": "Napier"})
    Client.rows.of(office.practice.pk).filter(pk=kept.pk).update(standing=scene["standing"])
    others = [office.add(f"Other {number} Ltd") for number in range(4)]
    relationships.add_relationship(office.admin, kept.pk, others[0].pk, "shareholder", {"shares": "1"}, NOW)
    for number in scene["ties"]:
        relationships.add_relationship(office.admin, gone.pk, others[number].pk, "shareholder", {"shares": "1"}, NOW)
        groups.group_clients(office.admin, [others[number].pk], "Others", NOW)
    groups.group_clients(office.admin, [kept.pk], "Group 0", NOW)
    for number in scene["groups"]:
        groups.group_clients(office.admin, [gone.pk], f"Group {number}", NOW)
    there = RemoteContact("c1", {"name": "Person 1", "email": "p1@kauri.example"})
    if scene["linked"] in ("kept", "both, one gone"):
        office.pair_again(kept, a_record("r1", there, phone="09 555 0107"))
    if scene["linked"] == "gone":
        office.pair_again(gone, a_record("r1", there, email="office@kauri.example"))
    if scene["linked"] == "both, one gone":
        office.pair_again(gone, a_record("r2"))
        mirroring.store_batch(office.connection, [a_record("r2", deleted=True)], [], sweep=0, read_at=NOW, now=NOW)
    if scene["proposals"]:
        a_proposal(office, gone, Contact.rows.of(office.practice.pk).filter(client=gone).first())
    if scene["rejected"]:
        matching.reject(office.admin, gone.pk, office.read(a_record("r5")).pk, NOW)
    Twin.rows.create(
        practice=office.practice, side="register", first=kept.pk, second=gone.pk, score=0.9, pile="look", made_at=NOW
    )
    return kept, gone


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(scene=scenes())
def test_a_merge_that_is_undone_leaves_no_trace_but_its_lines(db: None, scene: dict[str, Any]) -> None:
    office = an_office()
    office.connect()
    kept, gone = make(office, scene)
    before = everything(office)
    row = merged(office, kept, gone, *scene["take"])
    assert everything(office) != before
    attached = Contact.rows.of(office.practice.pk).filter(removed_at=None)
    names = {each.values["name"] for each in attached.filter(client=kept)}
    assert names >= {f"Person {number}" for number in scene["contacts"]}
    merging.undo_merge(office.admin, row.pk, LATER)
    assert everything(office) == before


# What people say of twins


def a_twin(office: Office, side: str = "register") -> Twin:
    first, second = (
        sorted(each.pk for each in two(office))
        if side == "register"
        else (
            office.read(a_record("r1")).pk,
            office.read(a_record("r2")).pk,
        )
    )
    return Twin.rows.create(
        practice=office.practice, side=side, first=first, second=second, score=0.9, pile="look", made_at=NOW
    )


def test_two_that_are_not_the_same_stay_apart_whatever_matching_finds_later(connected: Office) -> None:
    twin = a_twin(connected)
    twins.set_apart(connected.admin, twin.pk, LATER)
    matching.keep_twins(connected.practice.pk, "register", [])
    assert twins.set_apart(connected.admin, twin.pk, LATER).state == "apart"
    assert connected.verbs().count("twins_apart") == 1
    assert twins.reopen(connected.admin, twin.pk, LATER).state == "open"
    matching.keep_twins(connected.practice.pk, "register", [])
    assert not Twin.rows.of(connected.practice.pk).exists()


def test_only_records_of_xpm_are_dealt_with_elsewhere(connected: Office) -> None:
    assert twins.deal_with(connected.admin, a_twin(connected, "remote").pk, LATER).state == "dealt"
    with pytest.raises(Invalid, match="merged here"):
        twins.deal_with(connected.admin, a_twin(connected).pk, LATER)


def test_a_merge_settles_the_twins_and_undoing_it_shows_them_again(connected: Office) -> None:
    twin = a_twin(connected)
    kept, gone = (Client.rows.of(connected.practice.pk).get(pk=key) for key in (twin.first, twin.second))
    row = merged(connected, kept, gone)
    with pytest.raises(Invalid, match="Undo the merge"):
        twins.reopen(connected.admin, twin.pk, LATER)
    merging.undo_merge(connected.admin, row.pk, LATER)
    twin.refresh_from_db()
    assert twin.state == "open"
