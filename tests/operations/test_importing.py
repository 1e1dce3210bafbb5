"""Importing from the remote: a client is made once, whole, linked; its parties come along as a person said."""

from collections.abc import Mapping

import pytest

from operations.offices import NOW, Office, a_record
from practicesync.core.errors import Forbidden, Invalid, Stale, Taken
from practicesync.core.fields import ClientKind
from practicesync.core.record import RemoteContact, RemoteGroup, RemoteRecord, RemoteRelationship
from practicesync.operations import linking, mirroring
from practicesync.operations.importing import PartyChoice, bring
from practicesync.store.models import Client, Contact, GroupMember, Link, Mirror, Relationship

COMPANY, PERSON, TRUST = ClientKind.COMPANY, ClientKind.INDIVIDUAL, ClientKind.TRUST
DETAILS = {"subscription_plan": "Advisory", "company_type": "Trustee company"}


def tied(label: str, other: str, **values: str) -> RemoteRelationship:
    """A relationship as it stands on a record."""
    return RemoteRelationship(f"{label} {other}", label, other, other, values)


def record(
    remote_id: str,
    *ties: RemoteRelationship,
    groups: tuple[str, ...] = (),
    contacts: tuple[RemoteContact, ...] = (),
    **values: str,
) -> RemoteRecord:
    """A client as XPM tells it, with all that hangs on it."""
    plain = a_record(remote_id, *contacts, deleted=False, **{"name": remote_id, **values})
    return RemoteRecord(
        plain.remote_id,
        plain.values,
        plain.contacts,
        ties,
        tuple(RemoteGroup(f"g {name}", name) for name in groups),
        digest=plain.digest,
    )


def mirror(office: Office, told: RemoteRecord) -> int:
    """The id of a record's mirror, as just read."""
    return int(office.read(told).pk)


def a_family(office: Office) -> dict[str, int]:
    """A company with a director who holds shares, a holding company, and whom that belongs to."""
    records = [
        record(
            "Kauri Ltd",
            tied("Director", "Ann Lee", start_date="2010-05-03T00:00:00"),
            tied("Shareholder", "Ann Lee", shares="60"),
            tied("Shareholder", "Rata Holdings Ltd", shares="40"),
            tied("Godfather", "Bob Lee"),
        ),
        record("Ann Lee", tied("Director Of", "Kauri Ltd"), tied("Shareholder Of", "Kauri Ltd", shares="60")),
        record("Rata Holdings Ltd", tied("Shareholder Of", "Kauri Ltd", shares="40"), tied("Director", "Bob Lee")),
        record("Bob Lee", tied("Director Of", "Rata Holdings Ltd")),
    ]
    return {each.remote_id: mirror(office, each) for each in records}


def relationships(office: Office) -> set[tuple[str, str, str, str]]:
    """Every relationship of the register: party, type, client, shares."""
    rows = Relationship.rows.of(office.practice.pk).filter(removed_at=None).select_related("client", "party")
    return {(row.party.name, row.type, row.client.name, row.values.get("shares", "")) for row in rows}


def test_a_client_comes_whole_linked_and_in_sync(connected: Office) -> None:
    contacts = (
        RemoteContact("c1", {"name": "Ann", "email": "ann@kauri.example", "is_primary": "Yes"}),
        RemoteContact("c2", {"name": "Ann", "is_primary": "No"}),
    )
    told = record("Kauri Ltd", groups=("Kauri Group",), contacts=contacts, phone="09 555 0101", tax_number="******132")
    brought = bring(connected.admin, mirror(connected, told), COMPANY, DETAILS, NOW)
    client = Client.rows.of(connected.practice.pk).get(pk=brought.client.pk)
    assert (client.name, client.kind, client.standing) == ("Kauri Ltd", "company", "client")
    assert client.values["phone"] == "09 555 0101"
    assert client.values["company_type"] == "Trustee company"
    assert [each.values["name"] for each in Contact.rows.of(connected.practice.pk).filter(client=client)] == ["Ann"] * 2
    assert [each.group.name for each in GroupMember.rows.of(connected.practice.pk).filter(client=client)] == [
        "Kauri Group"
    ]
    link = connected.link_of(client)
    assert (link.state, link.base["phone"]) == ("in_sync", "09 555 0101")
    assert link.ties.count() == 2
    assert "client_brought" in connected.verbs()


def test_a_number_that_the_remote_hides_is_kept_nowhere_and_needs_nobody(connected: Office) -> None:
    brought = bring(connected.admin, mirror(connected, record("Kauri Ltd", tax_number="******132")), COMPANY, {}, NOW)
    assert "tax_number" not in brought.client.values
    assert connected.link_of(brought.client).state == "in_sync"
    connected.edit(brought.client, {"tax_number": "136410132"})
    assert connected.link_of(brought.client).state == "in_sync"


def test_the_parties_come_along_once_each_with_every_role(connected: Office) -> None:
    ids = a_family(connected)
    parties = [
        PartyChoice(ids["Ann Lee"], PERSON),
        PartyChoice(ids["Rata Holdings Ltd"], COMPANY),
        PartyChoice(ids["Bob Lee"], PERSON),
    ]
    brought = bring(connected.admin, ids["Kauri Ltd"], COMPANY, DETAILS, NOW, parties=parties)
    assert len(brought.created) == 4
    assert brought.left_out == ()
    assert relationships(connected) == {
        ("Ann Lee", "director", "Kauri Ltd", ""),
        ("Ann Lee", "shareholder", "Kauri Ltd", "60"),
        ("Rata Holdings Ltd", "shareholder", "Kauri Ltd", "40"),
        ("Bob Lee", "director", "Rata Holdings Ltd", ""),
    }
    standings = Client.rows.of(connected.practice.pk).values_list("name", "standing")
    assert {name: standing for name, standing in standings if name != "Kauri Ltd"} == {
        "Ann Lee": "associate",
        "Rata Holdings Ltd": "associate",
        "Bob Lee": "associate",
    }
    assert Link.rows.of(connected.practice.pk).filter(ended_at=None).count() == 4


def test_who_is_left_out_is_nowhere(connected: Office) -> None:
    ids = a_family(connected)
    bring(connected.admin, ids["Kauri Ltd"], COMPANY, DETAILS, NOW, parties=[PartyChoice(ids["Ann Lee"], PERSON)])
    assert {name for name, *_ in relationships(connected)} == {"Ann Lee"}
    assert Client.rows.of(connected.practice.pk).count() == 2


def test_a_register_client_takes_the_role_and_is_linked(connected: Office) -> None:
    ids = a_family(connected)
    ann = connected.add("Ann Lee")
    Client.rows.of(connected.practice.pk).filter(pk=ann.pk).update(kind="individual")
    chosen = [PartyChoice(ids["Ann Lee"], PERSON, ann.pk)]
    brought = bring(connected.admin, ids["Kauri Ltd"], COMPANY, DETAILS, NOW, parties=chosen)
    assert brought.created == (brought.client.pk,)
    assert connected.link_of(ann).mirror_id == ids["Ann Lee"]
    assert len(brought.relationships) == 2


def test_the_next_import_finds_whom_the_last_one_brought_and_doubles_nothing(connected: Office) -> None:
    ids = a_family(connected)
    ann = [PartyChoice(ids["Ann Lee"], PERSON)]
    bring(connected.admin, ids["Rata Holdings Ltd"], COMPANY, DETAILS, NOW, parties=ann)
    known = Client.rows.of(connected.practice.pk).get(name="Ann Lee")
    rata = Client.rows.of(connected.practice.pk).get(name="Rata Holdings Ltd")
    chosen = [
        PartyChoice(ids["Ann Lee"], PERSON, known.pk),
        PartyChoice(ids["Rata Holdings Ltd"], COMPANY, rata.pk),
        PartyChoice(ids["Bob Lee"], PERSON),
    ]
    bring(connected.admin, ids["Kauri Ltd"], COMPANY, DETAILS, NOW, parties=chosen)
    assert len(relationships(connected)) == Relationship.rows.of(connected.practice.pk).count() == 4


def test_what_the_register_does_not_keep_is_told_and_does_not_stop_the_import(connected: Office) -> None:
    ids = {
        each.remote_id: mirror(connected, each)
        for each in (
            record(
                "Kauri Ltd",
                tied("Director", "Lee Trust"),
                tied("Shareholder", "Lee Trust", shares="many", start_date="2010-01-01"),
            ),
            record("Lee Trust"),
        )
    }
    parties = [PartyChoice(ids["Lee Trust"], TRUST)]
    brought = bring(connected.admin, ids["Kauri Ltd"], COMPANY, DETAILS, NOW, parties=parties)
    assert relationships(connected) == {("Lee Trust", "shareholder", "Kauri Ltd", "")}
    assert len(brought.left_out) == 2
    assert any("A trust cannot be a director" in sentence for sentence in brought.left_out)


def test_the_second_of_two_gets_the_client_of_the_first(connected: Office) -> None:
    wanted = mirror(connected, record("Kauri Ltd"))
    first = bring(connected.admin, wanted, COMPANY, DETAILS, NOW)
    with pytest.raises(Taken) as refusal:
        bring(connected.admin, wanted, COMPANY, DETAILS, NOW)
    assert refusal.value.client_id == first.client.pk
    assert Client.rows.of(connected.practice.pk).count() == 1


def test_a_record_that_was_linked_by_hand_meanwhile_is_taken(connected: Office) -> None:
    client = connected.pair(record("Kauri Ltd"))
    with pytest.raises(Taken) as refusal:
        bring(connected.admin, connected.link_of(client).mirror_id, COMPANY, DETAILS, NOW)
    assert refusal.value.client_id == client.pk


def nothing_is_made(office: Office, mirror_id: int, details: Mapping[str, str] = DETAILS) -> Invalid:
    """The refusal of an import that leaves nothing behind."""
    lines = office.verbs()
    with pytest.raises(Invalid) as refusal:
        bring(office.admin, mirror_id, COMPANY, details, NOW)
    assert office.verbs() == lines
    assert not Client.rows.of(office.practice.pk).exists()
    return refusal.value


def test_a_record_that_was_deleted_meanwhile_is_not_imported(connected: Office) -> None:
    wanted = mirror(connected, record("Kauri Ltd"))
    connected.read(a_record("Kauri Ltd", deleted=True, phone="changed"))
    assert "deleted in XPM" in nothing_is_made(connected, wanted).problems[""]


def test_a_record_that_a_sweep_missed_is_not_imported(connected: Office) -> None:
    wanted = mirror(connected, record("Kauri Ltd"))
    mirroring.mark_gone(connected.connection, 7, NOW)
    assert "deleted in XPM" in nothing_is_made(connected, wanted).problems[""]


def test_a_detail_that_cannot_be_right_is_refused(connected: Office) -> None:
    wanted = mirror(connected, record("Kauri Ltd"))
    assert set(nothing_is_made(connected, wanted, {"email": "no address"}).problems) == {"email"}


def test_a_party_that_was_brought_meanwhile_is_stale_and_nothing_is_made(connected: Office) -> None:
    ids = a_family(connected)
    bring(connected.admin, ids["Ann Lee"], PERSON, DETAILS, NOW)
    with pytest.raises(Stale, match="meanwhile"):
        bring(connected.admin, ids["Kauri Ltd"], COMPANY, DETAILS, NOW, parties=[PartyChoice(ids["Ann Lee"], PERSON)])
    assert Client.rows.of(connected.practice.pk).count() == 1


def test_a_party_that_was_linked_to_another_meanwhile_is_stale(connected: Office) -> None:
    ids = a_family(connected)
    seen, other = connected.add("Ann Lee"), connected.add("Ann Li")
    linking.link(connected.admin, other.pk, ids["Ann Lee"], NOW)
    chosen = [PartyChoice(ids["Ann Lee"], PERSON, seen.pk)]
    with pytest.raises(Stale, match="linked to another"):
        bring(connected.admin, ids["Kauri Ltd"], COMPANY, DETAILS, NOW, parties=chosen)


def test_a_reader_imports_nothing(connected: Office) -> None:
    with pytest.raises(Forbidden):
        bring(connected.reader, mirror(connected, record("Kauri Ltd")), COMPANY, DETAILS, NOW)


def test_another_firms_records_are_not_there(connected: Office) -> None:
    wanted = mirror(connected, record("Kauri Ltd"))
    stranger = connected.admin.__class__(
        connected.admin.kind, "1", "Somebody", connected.practice.pk + 1, connected.admin.abilities
    )
    with pytest.raises(Mirror.DoesNotExist):
        bring(stranger, wanted, COMPANY, DETAILS, NOW)
