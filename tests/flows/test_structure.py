"""Relationships, groups, contacts and the archive over the sandbox: what is imported agrees, what moves arrives."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from firms import Firm, a_firm
from flows.unasked import let, move
from practicesync.core.fields import ClientKind
from practicesync.core.policy import Direction, FieldRule, Passage
from practicesync.operations import groups, import_many, register, relationships
from practicesync.operations.register import ContactEdit
from practicesync.store.models import Client, Contact, GroupMember, Link, Mirror, Relationship, Run

pytestmark = pytest.mark.django_db(transaction=True)

PLAN = {"subscription_plan": "Advisory", "company_type": "Trustee company", "trust_type": "Family"}


@contextmanager
def a_connected_firm(clients: int = 0, **switches: str) -> Iterator[Firm]:
    with a_firm(clients=clients) as found:
        found.control("PATCH", "switches", json=switches)
        found.connect()
        found.refresh()
        yield found


@pytest.fixture
def firm() -> Iterator[Firm]:
    with a_connected_firm() as found:
        yield found


def relate(firm: Firm, client: str, party: str, kind: str, **values: object) -> str:
    """In XPM, the party becomes this of the client; the relationship's id there."""
    told = {"Client": {"UUID": client}, "RelatedClient": {"UUID": party}, "Type": kind, **values}
    return str(firm.control("POST", "relationships", json=told)["UUID"])


def a_family(firm: Firm) -> dict[str, str]:
    """A company with a director who holds shares, a trust of theirs and two who are married; XPM's ids by name."""
    ids = {
        "Kauri": firm.xpm_add(Name="Kauri Ltd", BusinessStructure="Company", Email="office@kauri.example"),
        "Ann": firm.xpm_add(Name="Ann Lee", FirstName="Ann", LastName="Lee", BusinessStructure="Individual"),
        "Bob": firm.xpm_add(Name="Bob Lee", FirstName="Bob", LastName="Lee", BusinessStructure="Individual"),
        "Trust": firm.xpm_add(Name="Lee Family Trust", BusinessStructure="Trust"),
    }
    relate(firm, ids["Kauri"], ids["Ann"], "Director", StartDate="2010-05-03T00:00:00")
    relate(firm, ids["Kauri"], ids["Ann"], "Shareholder", NumberOfShares=60)
    relate(firm, ids["Kauri"], ids["Bob"], "Director", EndDate="2015-01-01T00:00:00")
    relate(firm, ids["Trust"], ids["Kauri"], "Trustee")
    relate(firm, ids["Bob"], ids["Ann"], "Spouse")
    firm.control("POST", "groups", json={"Name": "Lee Group", "Clients": [{"UUID": each} for each in ids.values()]})
    firm.control("POST", f"clients/{ids['Kauri']}/contacts", json={"Name": "Mere Tahu", "Mobile": "021 555 0134"})
    firm.refresh("sweep")
    return ids


def bring(firm: Firm, remote_ids: list[str]) -> Run:
    """Import these records, every detail filled in."""
    mirrors = Mirror.rows.of(firm.practice.pk).filter(remote_id__in=remote_ids).order_by("pk")
    made = import_many.draft(firm.actor, list(mirrors.values_list("pk", flat=True)), firm.clock.now())
    made = import_many.edit(firm.actor, made.pk, revision=made.revision, rows={}, for_all=PLAN)
    return firm.run(import_many.confirm(firm.actor, made.pk, revision=made.revision, now=firm.clock.now()))


def client(firm: Firm, name: str) -> Client:
    found: Client = Client.rows.of(firm.practice.pk).get(name=name)
    return found


def differences(firm: Firm) -> dict[str, str]:
    """What differs in the whole firm and is somebody's business: state by client and key."""
    found = {}
    for link in Link.rows.of(firm.practice.pk).filter(ended_at=None).select_related("client"):
        for row in firm.plan(link.client).plan.differences():
            if row.move != "leave":
                found[f"{link.client.name}: {row.key}"] = row.state.value
    return found


def ties_there(firm: Firm, remote_id: str) -> set[tuple[str, str]]:
    """What XPM shows on a record: label and the other's name."""
    return {(each["type"], each["related"]["Name"]) for each in firm.xpm(remote_id)["Relationships"]}


@pytest.mark.parametrize("keys", ["one", "two"])
def test_a_family_that_was_imported_agrees_on_everything_and_a_second_reading_finds_nothing(keys: str) -> None:
    with a_connected_firm(relationship_keys=keys) as firm:
        ids = a_family(firm)
        bring(firm, list(ids.values()))
        assert Relationship.rows.of(firm.practice.pk).count() == 5
        assert differences(firm) == {}
        firm.refresh("sweep")
        assert differences(firm) == {}
        assert set(Link.rows.of(firm.practice.pk).values_list("state", flat=True)) == {"in_sync"}


def test_a_whole_practice_that_was_imported_agrees_on_who_hangs_on_whom() -> None:
    with a_connected_firm(clients=90) as firm:
        there = Mirror.rows.of(firm.practice.pk).filter(deleted=False, archived=False, gone_at=None)
        bring(firm, list(there.values_list("remote_id", flat=True)))
        assert Link.rows.of(firm.practice.pk).count() > 50
        assert {key: state for key, state in differences(firm).items() if "group:" in key or "contact:" in key} == {}
        ties = {key: state for key, state in differences(firm).items() if "relationship:" in key}
        assert ties == {}


def test_an_edit_in_xpm_is_exactly_that_difference(firm: Firm) -> None:
    ids = a_family(firm)
    bring(firm, list(ids.values()))
    (tie,) = [each for each in firm.control("GET", "relationships")["relationships"] if each["Type"] == "Shareholder"]
    firm.control("PATCH", f"relationships/{tie['UUID']}", json={"NumberOfShares": 80})
    firm.refresh("sweep")
    held = Relationship.rows.of(firm.practice.pk).get(type="shareholder")
    key = f"relationship:{held.pk}:{tie['UUID']}/shares"
    assert differences(firm) == {f"Kauri Ltd: {key}": "remote_changed"}
    firm.decide(client(firm, "Kauri Ltd"), {key: "pull"})
    held.refresh_from_db()
    assert held.values["shares"] == "80"
    assert differences(firm) == {}


def test_what_xpm_lost_or_got_is_exactly_that_difference(firm: Firm) -> None:
    ids = a_family(firm)
    bring(firm, list(ids.values()))
    (tie,) = [each for each in firm.control("GET", "relationships")["relationships"] if each["Type"] == "Trustee"]
    firm.control("DELETE", f"relationships/{tie['UUID']}")
    other = relate(firm, ids["Kauri"], ids["Bob"], "Secretary")
    firm.refresh("sweep")
    held = Relationship.rows.of(firm.practice.pk).get(type="trustee")
    assert differences(firm) == {
        f"Lee Family Trust: relationship:{held.pk}:": "remote_changed",
        f"Kauri Ltd: relationship::{other}": "differs",
    }


def test_a_relationship_made_here_goes_to_xpm_as_it_stands_and_both_halves_agree(firm: Firm) -> None:
    ids = a_family(firm)
    bring(firm, list(ids.values()))
    kauri, bob = client(firm, "Kauri Ltd"), client(firm, "Bob Lee")
    values = {"shares": "1,200", "share_class": "Ordinary", "start_date": "3 Feb 2020"}
    made = relationships.add_relationship(firm.actor, kauri.pk, bob.pk, "shareholder", values, firm.clock.now())
    ref = f"relationship:{made.pk}:"
    assert differences(firm) == {f"Kauri Ltd: {ref}": "differs"}

    run = firm.run(firm.decide(kauri, {ref: "push"}))

    assert (run.state, run.changed) == ("done", 1)
    (told,) = [each for each in firm.control("GET", "relationships")["relationships"] if each["NumberOfShares"] == 1200]
    assert (told["Client"]["Name"], told["RelatedClient"]["Name"], told["StartDate"]) == (
        "Kauri Ltd",
        "Bob Lee",
        "2020-02-03",
    )
    assert differences(firm) == {}
    firm.refresh("sweep")
    assert differences(firm) == {}


def test_an_edit_and_a_removal_here_go_to_xpm(firm: Firm) -> None:
    ids = a_family(firm)
    bring(firm, list(ids.values()))
    kauri = client(firm, "Kauri Ltd")
    held = Relationship.rows.of(firm.practice.pk).get(type="shareholder")
    now = firm.clock.now()
    relationships.edit_relationship(firm.actor, held.pk, revision=held.revision, values={"shares": "75"}, now=now)
    (key,) = [key.removeprefix("Kauri Ltd: ") for key in differences(firm)]
    assert firm.run(firm.decide(kauri, {key: "push"})).changed == 1
    shares = [each["NumberOfShares"] for each in firm.control("GET", "relationships")["relationships"]]
    assert 75 in shares
    assert 60 not in shares
    assert differences(firm) == {}

    held.refresh_from_db()
    relationships.remove_relationship(firm.actor, held.pk, revision=held.revision, now=now)
    (ref,) = [key.removeprefix("Kauri Ltd: ") for key in differences(firm)]
    firm.run(firm.decide(kauri, {ref: "push"}))
    assert ("Shareholder", "Ann Lee") not in ties_there(firm, ids["Kauri"])
    assert differences(firm) == {}


def test_a_contact_taken_off_here_is_taken_off_in_xpm_when_somebody_says_so(firm: Firm) -> None:
    ids = a_family(firm)
    bring(firm, list(ids.values()))
    kauri = client(firm, "Kauri Ltd")
    contact = Contact.rows.of(firm.practice.pk).get()
    kauri.refresh_from_db()
    register.edit_client(
        firm.actor,
        kauri.pk,
        revision=kauri.revision,
        kind=ClientKind.COMPANY,
        values={},
        contacts=[ContactEdit(contact.pk, {}, remove=True)],
        now=firm.clock.now(),
    )
    (ref,) = [key.removeprefix("Kauri Ltd: ") for key in differences(firm)]
    firm.refresh("sweep")
    assert len(firm.xpm(ids["Kauri"])["Contacts"]) == 1
    firm.run(firm.decide(kauri, {ref: "push"}))
    assert firm.xpm(ids["Kauri"])["Contacts"] == []
    assert differences(firm) == {}


def test_a_place_in_a_group_goes_to_xpm_while_client_sync_is_off(firm: Firm) -> None:
    ids = a_family(firm)
    bring(firm, list(ids.values()))
    kauri = client(firm, "Kauri Ltd")
    GroupMember.rows.of(firm.practice.pk).get(client=kauri).delete()
    assert differences(firm) == {"Kauri Ltd: group:lee group": "local_changed"}
    firm.run(firm.decide(kauri, {"group:lee group": "push"}))
    assert firm.xpm(ids["Kauri"])["Groups"] == []
    assert differences(firm) == {}


def test_archived_on_one_side_is_archived_on_the_other_when_somebody_says_so(firm: Firm) -> None:
    ids = a_family(firm)
    bring(firm, list(ids.values()))
    firm.xpm_edit(ids["Kauri"], IsArchived="Yes")
    firm.refresh("sweep")
    kauri, bob = client(firm, "Kauri Ltd"), client(firm, "Bob Lee")
    assert differences(firm) == {"Kauri Ltd: archived": "remote_changed"}
    firm.decide(kauri, {"archived": "pull"})
    kauri.refresh_from_db()
    assert kauri.archived_at is not None
    assert differences(firm) == {}
    register.archive(bob, firm.clock.now())
    firm.run(firm.decide(bob, {"archived": "push"}))
    assert firm.xpm(ids["Bob"])["IsArchived"] == "Yes"


@pytest.mark.parametrize("sees", ["yes", "no"])
def test_a_contact_that_two_clients_share_is_written_once_and_both_show_it(sees: str) -> None:
    """S39: the client's id goes along, and what was written is known of both clients at once."""
    with a_connected_firm(modifiedsince_sees_contacts=sees) as firm:
        ids = a_family(firm)
        (shared,) = firm.xpm(ids["Kauri"])["Contacts"]
        firm.control("POST", f"clients/{ids['Trust']}/contacts", json={"UUID": shared["UUID"], "Position": "Adviser"})
        firm.refresh("sweep")
        bring(firm, list(ids.values()))
        kauri, trust = client(firm, "Kauri Ltd"), client(firm, "Lee Family Trust")
        contact = Contact.rows.of(firm.practice.pk).get(client=kauri)
        kauri.refresh_from_db()
        register.edit_client(
            firm.actor,
            kauri.pk,
            revision=kauri.revision,
            kind=ClientKind.COMPANY,
            values={},
            contacts=[ContactEdit(contact.pk, {"mobile": "021 555 0199"})],
            now=firm.clock.now(),
        )
        (key,) = [key.removeprefix("Kauri Ltd: ") for key in differences(firm)]
        sent = firm.writes()
        firm.run(firm.decide(kauri, {key: "push"}))

        assert firm.writes() == sent + 1
        (call,) = firm.control("GET", "audit?path=client.api/contact")["calls"][-1:]
        assert f"clientUuid={ids['Kauri']}" in call["query"] or ids["Kauri"] in str(call)
        other = Contact.rows.of(firm.practice.pk).get(client=trust)
        assert differences(firm) == {
            f"Lee Family Trust: contact:{other.pk}:{shared['UUID']}/mobile": "remote_changed",
        }
        (there,) = firm.plan(trust).plan.contacts
        assert there.pair.remote is not None
        assert there.pair.remote.values["position"] == "Adviser"


@pytest.mark.parametrize("direction", Direction)
def test_by_itself_a_new_group_comes_in_and_nothing_that_was_removed_comes_back_or_goes(direction: Direction) -> None:
    """P04: under every direction, with relationships let move both ways."""
    with a_connected_firm() as firm:
        ids = a_family(firm)
        bring(firm, list(ids.values()))
        free = FieldRule(inward=Passage.NEVER_BLANK, outward=Passage.NEVER_BLANK)
        let(firm, direction=direction, rules={"client.relationship": free})
        _remove_here_and_there(firm, ids)
        firm.control("POST", "groups", json={"Name": "New Group", "Clients": [{"UUID": ids["Ann"]}]})
        firm.refresh("sweep")
        before = differences(firm)
        assert len(before) == 6
        sent = firm.writes()

        move(firm)

        ann = client(firm, "Ann Lee")
        assert set(GroupMember.rows.of(firm.practice.pk).filter(client=ann).values_list("group__name", flat=True)) == {
            "Lee Group",
            "New Group",
        }
        assert firm.writes() == sent
        assert differences(firm) == {key: state for key, state in before.items() if "new group" not in key}


def _remove_here_and_there(firm: Firm, ids: dict[str, str]) -> None:
    """A contact, a relationship and a place in a group leave the register; a relationship and a place leave XPM."""
    now = firm.clock.now()
    kauri = client(firm, "Kauri Ltd")
    contact = Contact.rows.of(firm.practice.pk).get(client=kauri)
    edits = [ContactEdit(contact.pk, {}, remove=True)]
    register.edit_client(
        firm.actor, kauri.pk, revision=kauri.revision, kind=ClientKind.COMPANY, values={}, contacts=edits, now=now
    )
    held = Relationship.rows.of(firm.practice.pk).get(type="shareholder")
    relationships.remove_relationship(firm.actor, held.pk, revision=held.revision, now=now)
    group = GroupMember.rows.of(firm.practice.pk).get(client=client(firm, "Bob Lee")).group
    groups.take_out(firm.actor, client(firm, "Bob Lee").pk, group.pk, now)
    (tie,) = [each for each in firm.control("GET", "relationships")["relationships"] if each["Type"] == "Trustee"]
    firm.control("DELETE", f"relationships/{tie['UUID']}")
    (there,) = [each for each in firm.control("GET", "groups")["groups"] if each["Name"] == "Lee Group"]
    left = [{"UUID": ids[name]} for name in ("Kauri", "Ann", "Bob")]
    firm.control("PATCH", f"groups/{there['UUID']}", json={"Clients": left})
