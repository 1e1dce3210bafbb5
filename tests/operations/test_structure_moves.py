"""Relationships, groups, contacts taken off and the archive: what differs, and what comes into the register."""

import hashlib
from dataclasses import replace

import pytest

from operations.offices import NOW, Office, a_record
from practicesync.core.errors import Invalid
from practicesync.core.fields import ClientKind
from practicesync.core.record import RemoteContact, RemoteGroup, RemoteRecord, RemoteRelationship
from practicesync.operations import groups, linking, register, relationships
from practicesync.operations.register import ContactEdit, NewClient
from practicesync.store.models import (
    Change,
    Client,
    Contact,
    ContactTie,
    Difference,
    GroupMember,
    Link,
    Relationship,
    RelationshipTie,
)

pytestmark = pytest.mark.django_db
MERE = RemoteContact("m1", {"name": "Mere Tahu", "mobile": "021 555 0134"})


def told(
    record: RemoteRecord,
    *ties: RemoteRelationship,
    groups: tuple[str, ...] | None = (),
    archived: bool = False,
    contacts: tuple[RemoteContact, ...] = (),
) -> RemoteRecord:
    """The record as it is told with all that it hangs on."""
    digest = hashlib.blake2b(repr((record, ties, groups, archived, contacts)).encode(), digest_size=16).digest()
    there = None if groups is None else tuple(RemoteGroup(name, name) for name in groups)
    return replace(record, relationships=ties, groups=there, archived=archived, contacts=contacts, digest=digest)


def director(name: str = "t1", party: str = "mere", **values: str) -> RemoteRelationship:
    return RemoteRelationship(name, "Director", party, party.title(), values)


def kauri(*ties: RemoteRelationship, groups: tuple[str, ...] = (), archived: bool = False) -> RemoteRecord:
    return told(a_record("kauri"), *ties, groups=groups, archived=archived)


def a_person(office: Office, name: str) -> Client:
    return register.add_client(office.admin, NewClient(ClientKind.INDIVIDUAL, {"name": name}, country="NZ"), NOW)


@pytest.fixture
def mere(connected: Office) -> Client:
    """A person who is linked."""
    client = a_person(connected, "Mere")
    connected.pair_again(client, told(a_record("mere", name="Mere")))
    return client


def differences(office: Office, client: Client) -> dict[str, str]:
    """What the index holds of a client: state by key."""
    rows = Difference.rows.of(office.practice.pk).filter(link__client=client)
    return {
        f"{row.ref}/{row.field}" if row.subject == "relationship" else row.ref or row.field: row.state for row in rows
    }


def live(office: Office) -> list[tuple[str, str, dict[str, str]]]:
    rows = Relationship.rows.of(office.practice.pk).filter(removed_at=None).order_by("pk")
    return [(row.party.name, row.type, dict(row.values)) for row in rows]


# Relationships


def test_one_on_both_sides_is_tied_and_no_difference(connected: Office, mere: Client) -> None:
    client = connected.pair(kauri(director(start_date="2001-02-03")))
    assert list(differences(connected, client).values()) == ["differs"]
    tie = relationships.add_relationship(
        connected.admin, client.pk, mere.pk, "director", {"start_date": "3/2/2001"}, NOW
    )
    assert differences(connected, client) == {}
    kept = RelationshipTie.rows.of(connected.practice.pk).get()
    assert (kept.relationship_id, kept.remote_id, kept.base) == (tie.pk, "t1", {"start_date": "3/2/2001"})
    assert connected.link_of(client).state == "in_sync"


def test_one_that_only_xpm_has_comes_in_with_what_it_says(connected: Office, mere: Client) -> None:
    client = connected.pair(kauri(director(shares="0", percentage="0", start_date="2001-02-03")))
    run = connected.choose(client, {"relationship::t1": "pull"})
    assert (run.state, live(connected)) == ("done", [("Mere", "director", {"start_date": "2001-02-03"})])
    assert differences(connected, client) == {}
    (change,) = Change.rows.of(connected.practice.pk).filter(activity__run=run)
    made = Relationship.rows.of(connected.practice.pk).get()
    assert (change.field, change.ref, change.before) == ("relationship", f"relationship:{made.pk}", {})
    assert change.after["name"] == "Mere, director"
    # Reading the same again finds nothing.
    connected.read(kauri(director(start_date="2001-02-03")))
    assert differences(connected, client) == {}


def test_an_edit_on_either_side_is_exactly_that_difference(connected: Office, mere: Client) -> None:
    client = connected.pair(kauri(director(start_date="2001-02-03")))
    connected.choose(client, {"relationship::t1": "pull"})
    tie = Relationship.rows.of(connected.practice.pk).get()
    ref = f"relationship:{tie.pk}:t1"
    relationships.edit_relationship(
        connected.admin, tie.pk, revision=tie.revision, values={"end_date": "2020-01-01"}, now=NOW
    )
    assert differences(connected, client) == {f"{ref}/end_date": "differs"}
    connected.read(kauri(director(start_date="2002-02-03", end_date="2020-01-01")))
    assert differences(connected, client) == {f"{ref}/start_date": "remote_changed"}
    connected.choose(client, {f"{ref}/start_date": "pull"})
    assert live(connected) == [("Mere", "director", {"start_date": "2002-02-03", "end_date": "2020-01-01"})]
    assert differences(connected, client) == {}


def test_one_removed_here_is_told_until_xpm_has_it_no_more(connected: Office, mere: Client) -> None:
    client = connected.pair(kauri(director()))
    connected.choose(client, {"relationship::t1": "pull"})
    tie = Relationship.rows.of(connected.practice.pk).get()
    ref = f"relationship:{tie.pk}:t1"
    relationships.remove_relationship(connected.admin, tie.pk, revision=tie.revision, now=NOW)
    assert differences(connected, client) == {ref: "local_changed"}
    (push,) = connected.pushes(connected.choose(client, {ref: "push"}))
    assert (push.act, push.ref, push.relationship_id) == ("remove", ref, tie.pk)


def test_one_removed_here_can_be_taken_back_from_xpm(connected: Office, mere: Client) -> None:
    client = connected.pair(kauri(director()))
    connected.choose(client, {"relationship::t1": "pull"})
    tie = Relationship.rows.of(connected.practice.pk).get()
    relationships.remove_relationship(connected.admin, tie.pk, revision=tie.revision, now=NOW)
    connected.choose(client, {f"relationship:{tie.pk}:t1": "pull"})
    assert live(connected) == [("Mere", "director", {})]
    assert differences(connected, client) == {}


def test_one_removed_on_both_sides_is_forgotten(connected: Office, mere: Client) -> None:
    client = connected.pair(kauri(director()))
    connected.choose(client, {"relationship::t1": "pull"})
    tie = Relationship.rows.of(connected.practice.pk).get()
    relationships.remove_relationship(connected.admin, tie.pk, revision=tie.revision, now=NOW)
    connected.read(kauri())
    assert differences(connected, client) == {}
    assert not RelationshipTie.rows.of(connected.practice.pk).exists()


def test_one_that_xpm_lost_leaves_the_register_when_somebody_says_so(connected: Office, mere: Client) -> None:
    client = connected.pair(kauri(director()))
    connected.choose(client, {"relationship::t1": "pull"})
    ref = f"relationship:{Relationship.rows.of(connected.practice.pk).get().pk}:"
    connected.read(kauri())
    assert differences(connected, client) == {ref: "remote_changed"}
    connected.choose(client, {ref: "pull"})
    assert live(connected) == []
    assert differences(connected, client) == {}


def test_one_about_somebody_who_is_not_linked_waits_until_they_are(connected: Office) -> None:
    client = connected.pair(kauri(director(start_date="2001-02-03")))
    person = a_person(connected, "Mere")
    relationships.add_relationship(connected.admin, client.pk, person.pk, "director", {"start_date": "2001-02-03"}, NOW)
    assert set(differences(connected, client).values()) == {"differs"}
    assert connected.link_of(client).state == "in_sync"
    with pytest.raises(Invalid):
        connected.choose(client, {"relationship::t1": "pull"})

    connected.pair_again(person, told(a_record("mere", name="Mere")))
    assert differences(connected, client) == {}

    linking.unlink(connected.admin, person.pk, NOW)
    # It is known by its id, whoever is linked.
    assert differences(connected, client) == {}


def test_the_half_that_a_person_shows_is_no_difference_of_theirs(connected: Office) -> None:
    connected.pair(kauri(director()))
    person = a_person(connected, "Mere")
    half = RemoteRelationship("t1-other", "Director Of", "kauri", "Kauri Ltd", {})
    connected.pair_again(person, told(a_record("mere", name="Mere"), half))
    assert differences(connected, person) == {}


def test_who_is_linked_later_brings_the_relationships_of_others_within_reach(connected: Office) -> None:
    client = connected.pair(kauri(director()))
    assert connected.plan(client).plan.presences[0].why == "party_unlinked"
    person = a_person(connected, "Mere")
    half = RemoteRelationship("t1-other", "Director Of", "kauri", "Kauri Ltd", {})
    connected.pair_again(person, told(a_record("mere", name="Mere"), half))
    assert connected.link_of(client).state == "differs"


# Groups


def test_a_group_of_xpm_comes_in_and_is_agreed_on(connected: Office) -> None:
    client = connected.pair(kauri(groups=("Kauri Family",)))
    assert differences(connected, client) == {"group:kauri family": "differs"}
    connected.choose(client, {"group:kauri family": "pull"})
    assert [member.group.name for member in GroupMember.rows.of(connected.practice.pk)] == ["Kauri Family"]
    assert differences(connected, client) == {}
    assert connected.link_of(client).together == ["group:kauri family"]


def test_whoever_left_a_group_on_one_side_is_known_to_have_left(connected: Office) -> None:
    client = connected.pair(kauri(groups=("Kauri Family",)))
    connected.choose(client, {"group:kauri family": "pull"})
    group = GroupMember.rows.of(connected.practice.pk).get().group
    groups.take_out(connected.admin, client.pk, group.pk, NOW)
    assert differences(connected, client) == {"group:kauri family": "local_changed"}
    groups.group_clients(connected.admin, [client.pk], "KAURI FAMILY", NOW)
    assert differences(connected, client) == {}
    connected.read(kauri())
    assert differences(connected, client) == {"group:kauri family": "remote_changed"}
    connected.choose(client, {"group:kauri family": "pull"})
    assert not GroupMember.rows.of(connected.practice.pk).exists()
    assert (differences(connected, client), connected.link_of(client).together) == ({}, [])


def test_a_renamed_or_removed_group_is_a_difference_of_all_who_are_in_it(connected: Office) -> None:
    client = connected.pair(kauri(groups=("Kauri Family",)))
    connected.choose(client, {"group:kauri family": "pull"})
    group = GroupMember.rows.of(connected.practice.pk).get().group
    groups.rename_group(connected.admin, group.pk, "Tahu", NOW)
    assert differences(connected, client) == {"group:kauri family": "local_changed", "group:tahu": "differs"}
    groups.remove_group(connected.admin, group.pk, NOW)
    assert differences(connected, client) == {"group:kauri family": "local_changed"}


# Contacts


def test_a_contact_taken_off_is_told_and_never_comes_back_by_itself(connected: Office) -> None:
    client = connected.pair(told(a_record("kauri"), contacts=(MERE,)))
    connected.choose(client, {"contact::m1": "pull"})
    contact = connected.contact(client)
    connected.edit(client, {}, ContactEdit(contact.pk, {}, remove=True))
    ref = f"contact:{contact.pk}:m1"
    assert differences(connected, client) == {ref: "local_changed"}
    connected.choose(client, {ref: "pull"})
    assert connected.contact(client).pk == contact.pk
    assert differences(connected, client) == {}


def test_a_contact_that_xpm_lost_is_taken_off_when_somebody_says_so(connected: Office) -> None:
    client = connected.pair(told(a_record("kauri"), contacts=(MERE,)))
    connected.choose(client, {"contact::m1": "pull"})
    connected.read(told(a_record("kauri")))
    ref = f"contact:{connected.contact(client).pk}:"
    assert differences(connected, client) == {ref: "remote_changed"}
    connected.choose(client, {ref: "pull"})
    assert not Contact.rows.of(connected.practice.pk).filter(removed_at=None).exists()
    assert not ContactTie.rows.of(connected.practice.pk).exists()
    assert differences(connected, client) == {}


def test_a_contact_entered_anew_takes_over_what_the_other_was_tied_to(connected: Office) -> None:
    client = connected.pair(told(a_record("kauri"), contacts=(MERE,)))
    connected.choose(client, {"contact::m1": "pull"})
    old = connected.contact(client)
    connected.edit(client, {}, ContactEdit(old.pk, {}, remove=True), ContactEdit(None, {**MERE.values}))
    assert list(connected.plan(client).plan.wholes()) == []
    (tie,) = ContactTie.rows.of(connected.practice.pk)
    assert (tie.contact_id, tie.remote_id) == (connected.contact(client).pk, "m1")


# The archive


def test_archived_in_xpm_is_archived_here_when_somebody_says_so(connected: Office) -> None:
    client = connected.pair(kauri())
    connected.read(kauri(archived=True))
    assert differences(connected, client) == {"archived": "remote_changed"}
    connected.choose(client, {"archived": "pull"})
    client.refresh_from_db()
    assert client.archived_at == NOW
    assert differences(connected, client) == {}


def test_a_client_is_not_archived_while_something_waits(connected: Office) -> None:
    client = connected.pair(kauri(), phone="09 555 0101")
    connected.choose(client, {"phone": "push"})
    connected.read(kauri(archived=True))
    with pytest.raises(Invalid):
        connected.choose(client, {"archived": "pull"})


def test_restored_in_xpm_is_restored_here(connected: Office) -> None:
    client = connected.pair(kauri(archived=True))
    connected.choose(client, {"archived": "pull"})
    connected.read(kauri())
    connected.choose(client, {"archived": "pull"})
    client.refresh_from_db()
    assert client.archived_at is None
    assert Link.rows.of(connected.practice.pk).get().state == "in_sync"
