"""Contacts, relationships, groups and the archive on their way to XPM, whatever becomes of the answers."""

from collections.abc import Iterator

import pytest

from firms import Firm, a_firm
from flows.pushes import a_run, calls, create, push_all, states, switch, with_contact
from practicesync.core.fields import ClientKind
from practicesync.core.push import Act
from practicesync.operations import groups, pushing, register, relationships
from practicesync.operations.register import ContactEdit
from practicesync.store.models import Client, ContactTie, Link, Push, Relationship, RelationshipTie

pytestmark = pytest.mark.django_db(transaction=True)

LOST = ("drop_before", "drop_after", "malformed")


@pytest.fixture
def firm() -> Iterator[Firm]:
    with a_firm() as found:
        found.connect()
        found.refresh()
        yield found


def linked(firm: Firm, name: str, kind: ClientKind = ClientKind.COMPANY) -> tuple[Client, str]:
    remote_id = firm.xpm_add(Name=name)
    client = firm.add(name, kind)
    firm.clock.advance(1)
    firm.refresh()
    firm.link(client, remote_id)
    return client, remote_id


@pytest.fixture
def kauri(firm: Firm) -> tuple[Client, str]:
    return linked(firm, "Kauri Ltd")


@pytest.fixture
def ann(firm: Firm) -> tuple[Client, str]:
    return linked(firm, "Ann Lee", ClientKind.INDIVIDUAL)


def relate(firm: Firm, client: Client, party: Client, kind: str = "director", **values: str) -> Relationship:
    return relationships.add_relationship(firm.actor, client.pk, party.pk, kind, values, firm.clock.now())


def ties_of(firm: Firm, remote_id: str) -> list[tuple[str, str]]:
    return [(each["type"], each["related"]["Name"]) for each in firm.xpm(remote_id)["Relationships"]]


def details(firm: Firm) -> list[str]:
    return list(Push.rows.of(firm.practice.pk).order_by("pk").values_list("detail", flat=True))


# Relationships


@pytest.mark.parametrize("keys", ["one", "two"])
@pytest.mark.parametrize("kind", LOST)
def test_a_relationship_whose_answer_was_lost_is_there_once(
    firm: Firm, kauri: tuple[Client, str], ann: tuple[Client, str], kind: str, keys: str
) -> None:
    switch(firm, relationship_keys=keys)
    relate(firm, kauri[0], ann[0])
    firm.fault(kind, path="client.api/addrelationship")
    run = firm.run(push_all(firm, [kauri[0]]))
    assert (run.state, states(firm, run)) == ("done", ["confirmed"])
    assert ties_of(firm, kauri[1]) == [("Director", "Ann Lee")]
    assert ties_of(firm, ann[1]) == [("Director Of", "Kauri Ltd")]
    assert RelationshipTie.rows.of(firm.practice.pk).count() == 1
    for client in (kauri[0], ann[0]):
        assert not list(firm.plan(client).plan.differences())


def test_a_change_of_type_is_a_removal_and_then_an_addition(
    firm: Firm, kauri: tuple[Client, str], ann: tuple[Client, str]
) -> None:
    held = relate(firm, kauri[0], ann[0])
    firm.run(push_all(firm, [kauri[0]]))
    relationships.remove_relationship(firm.actor, held.pk, revision=held.revision, now=firm.clock.now())
    relate(firm, kauri[0], ann[0], "secretary")
    firm.run(push_all(firm, [kauri[0]]))
    assert ties_of(firm, kauri[1]) == [("Secretary", "Ann Lee")]
    paths = [call["path"].rpartition("/")[2] for call in calls(firm, "relationship")]
    assert paths == ["addrelationship", "deleterelationship", "addrelationship"]
    assert not list(firm.plan(kauri[0]).plan.differences())


@pytest.mark.parametrize("kind", LOST)
def test_what_takes_its_place_goes_only_once_a_removal_is_known_to_be_done(
    firm: Firm, kauri: tuple[Client, str], ann: tuple[Client, str], kind: str
) -> None:
    held = relate(firm, kauri[0], ann[0])
    firm.run(push_all(firm, [kauri[0]]))
    relationships.remove_relationship(firm.actor, held.pk, revision=held.revision, now=firm.clock.now())
    relate(firm, kauri[0], ann[0], "secretary")
    firm.fault(kind, path="client.api/deleterelationship")
    firm.fault("drop_before", path="client.api/get", nth=2, times=2)
    run = firm.run(push_all(firm, [kauri[0]]))
    assert (run.state, states(firm, run)) == ("done", ["confirmed", "confirmed"])
    assert ties_of(firm, kauri[1]) == [("Secretary", "Ann Lee")]
    made = [call["path"].rpartition("client.api/")[2] for call in calls(firm, "client.api/")]
    added = max(at for at, path in enumerate(made) if path == "addrelationship")
    removed = max(at for at, path in enumerate(made) if path == "deleterelationship")
    assert f"get/{kauri[1]}" in made[removed:added], "that it is gone was read before"
    assert not list(firm.plan(kauri[0]).plan.differences())


def test_an_addition_waits_for_a_removal_that_another_run_has_under_way_from_the_other_end(
    firm: Firm, kauri: tuple[Client, str], ann: tuple[Client, str]
) -> None:
    held = relate(firm, kauri[0], ann[0])
    firm.run(push_all(firm, [kauri[0]]))
    relationships.remove_relationship(firm.actor, held.pk, revision=held.revision, now=firm.clock.now())
    removing = push_all(firm, [kauri[0]])
    relate(firm, ann[0], kauri[0], "associate")
    (row,) = [row for row in firm.plan(ann[0]).plan.presences if row.here]
    adding = firm.decide(ann[0], {row.key: "push"})
    assert not pushing.next_batch(adding.pk, firm.clock.now()).pushes
    firm.run(removing)
    (waiting,) = pushing.next_batch(adding.pk, firm.clock.now()).pushes
    assert (waiting.act, waiting.ref) == (Act.ADD, row.ref)
    firm.run(adding)
    assert ties_of(firm, ann[1]) == [("Associate", "Kauri Ltd")]


def test_what_could_not_be_removed_keeps_its_place(
    firm: Firm, kauri: tuple[Client, str], ann: tuple[Client, str]
) -> None:
    held = relate(firm, kauri[0], ann[0])
    firm.run(push_all(firm, [kauri[0]]))
    relationships.remove_relationship(firm.actor, held.pk, revision=held.revision, now=firm.clock.now())
    relate(firm, kauri[0], ann[0], "secretary")
    firm.fault("error", text="This relationship stays", path="client.api/deleterelationship")
    run = firm.run(push_all(firm, [kauri[0]]))
    assert states(firm, run) == ["refused", "refused"]
    assert ties_of(firm, kauri[1]) == [("Director", "Ann Lee")]
    assert "could not be removed" in " ".join(details(firm))


def test_a_relationship_to_somebody_whom_xpm_lacks_says_what_to_do(firm: Firm, kauri: tuple[Client, str]) -> None:
    ann = firm.add("Ann Lee", ClientKind.INDIVIDUAL)
    held = relate(firm, kauri[0], ann)
    (row,) = firm.plan(kauri[0]).plan.presences
    assert (row.ref, row.can_push) == (f"relationship:{held.pk}:", False)


# Groups


@pytest.mark.parametrize("kind", LOST)
def test_a_group_that_xpm_lacks_is_made_once(
    firm: Firm, kauri: tuple[Client, str], ann: tuple[Client, str], kind: str
) -> None:
    groups.group_clients(firm.actor, [kauri[0].pk, ann[0].pk], "Lee Family", firm.clock.now())
    firm.fault(kind, path="clientgroup.api/add")
    run = firm.run(push_all(firm, [kauri[0], ann[0]]))
    assert (run.state, states(firm, run)) == ("done", ["confirmed", "confirmed"])
    assert [[each["Name"] for each in firm.xpm(remote_id)["Groups"]] for _, remote_id in (kauri, ann)] == [
        ["Lee Family"]
    ] * 2
    assert len(firm.control("GET", "groups")["groups"]) == 1


def test_of_two_groups_of_one_name_a_person_chooses(firm: Firm, kauri: tuple[Client, str]) -> None:
    for name in ("Rata", "Rimu"):
        firm.control("POST", "groups", json={"Name": "Lee Family", "Clients": [{"UUID": firm.xpm_add(Name=name)}]})
    groups.group_clients(firm.actor, [kauri[0].pk], "Lee Family", firm.clock.now())
    run = firm.run(push_all(firm, [kauri[0]]))
    assert states(firm, run) == ["refused"]
    assert "2 groups called Lee Family" in details(firm)[0]


# Contacts


@pytest.mark.parametrize("kind", LOST)
def test_a_contact_is_taken_away_once(firm: Firm, kauri: tuple[Client, str], kind: str) -> None:
    client = with_contact(firm, kauri[0], name="Mere Tahu")
    firm.run(push_all(firm, [client]))
    tie = ContactTie.rows.of(firm.practice.pk).get()
    register.edit_client(
        firm.actor,
        client.pk,
        revision=client.revision,
        kind=ClientKind.COMPANY,
        values={},
        contacts=[ContactEdit(tie.contact_id, {}, remove=True)],
        now=firm.clock.now(),
    )
    firm.fault(kind, method="DELETE", path="client.api/contact")
    run = firm.run(push_all(firm, [client]))
    assert (run.state, states(firm, run)) == ("done", ["confirmed"])
    assert firm.xpm(kauri[1])["Contacts"] == []
    assert not list(firm.plan(client).plan.differences())


# The archive


@pytest.mark.parametrize("kind", LOST)
def test_a_client_is_archived_once(firm: Firm, kauri: tuple[Client, str], kind: str) -> None:
    register.archive(kauri[0], firm.clock.now())
    firm.fault(kind, path="client.api/archive")
    run = firm.run(push_all(firm, [kauri[0]]))
    assert (run.state, states(firm, run)) == ("done", ["confirmed"])
    assert firm.xpm(kauri[1])["IsArchived"] == "Yes"
    assert not list(firm.plan(kauri[0]).plan.differences())


# What follows a client that was made


def test_relationships_and_groups_follow_a_client_that_was_made(firm: Firm, ann: tuple[Client, str]) -> None:
    rata = firm.add("Rata Ltd", export_code="R-1")
    relate(firm, rata, ann[0])
    groups.group_clients(firm.actor, [rata.pk], "Lee Family", firm.clock.now())
    run = a_run(firm)
    firm.run(create(firm, [rata], run))
    link = Link.rows.of(firm.practice.pk).select_related("mirror").get(client=rata)
    assert ties_of(firm, link.mirror.remote_id) == [("Director", "Ann Lee")]
    assert [each["Name"] for each in firm.xpm(link.mirror.remote_id)["Groups"]] == ["Lee Family"]
    assert (run.done, run.total, set(states(firm, run))) == (3, 3, {"confirmed"})
    assert not list(firm.plan(rata).plan.differences())
