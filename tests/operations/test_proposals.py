"""Proposals saved, edited and archived; a client that only XPM has is made once, when one is saved."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import ObjectDoesNotExist

from operations.offices import NOW, Office, a_record, an_office
from practicesync.core.errors import Forbidden, Invalid, Stale
from practicesync.core.proposal import TypedService
from practicesync.core.record import RemoteContact
from practicesync.operations import proposals
from practicesync.operations.proposals import ContactChoice, Draft
from practicesync.operations.register import ContactEdit
from practicesync.store.models import Activity, Change, Client, Link, Mirror, Proposal, ProposalService

pytestmark = pytest.mark.django_db

MERE = RemoteContact("c1", {"name": "Mere Tahu", "email": "mere@kauri.example", "is_primary": "Yes"})
TAX = TypedService("Tax return", "450", "1")
GST = TypedService("GST returns", "120.50", "6")


def draft(client: Client | None = None, mirror: Mirror | None = None, **changes: Any) -> Draft:
    return Draft(
        client.pk if client else None,
        mirror.pk if mirror else None,
        **{"title": "Tax 2026", "services": [TAX], **changes},
    )


def save(office: Office, what: Draft, key: UUID | None = None) -> Proposal:
    return proposals.add_proposal(office.admin, key or uuid4(), what, NOW)


def edit(office: Office, proposal: Proposal, what: Draft, revision: int = 1) -> Proposal:
    return proposals.edit_proposal(office.admin, proposal.pk, revision=revision, draft=what, now=NOW)


def services(proposal: Proposal) -> list[tuple[str, str, str]]:
    rows = ProposalService.rows.of(proposal.practice_id).filter(proposal=proposal).order_by("position")
    return [(row.name, str(row.price), str(row.quantity)) for row in rows]


def problems(office: Office, what: Draft) -> Mapping[str, str]:
    with pytest.raises(Invalid) as told:
        save(office, what)
    return told.value.problems


def changed(office: Office) -> dict[str, tuple[dict[str, str], dict[str, str]]]:
    """What the last line of the activity says that changed."""
    line = Activity.rows.of(office.practice.pk).latest("seq")
    return {row.field: (row.before, row.after) for row in Change.rows.of(office.practice.pk).filter(activity=line)}


def test_a_proposal_is_saved_with_its_services_in_order(office: Office) -> None:
    client = office.add("Kauri Ltd", {"name": "Mere Tahu"})
    contact = office.contact(client)
    made = save(office, draft(client, services=[GST, TAX], notes="As agreed.", contact=ContactChoice(contact.pk)))
    assert services(made) == [("GST returns", "120.50", "6.00"), ("Tax return", "450.00", "1.00")]
    stored = Proposal.rows.of(office.practice.pk).get(pk=made.pk)
    assert (stored.client, stored.contact, stored.title, stored.notes) == (client, contact, "Tax 2026", "As agreed.")
    assert (stored.made_by, stored.revision) == (office.admin.name, 1)
    assert office.verbs()[-1] == "proposal_added"


def test_a_client_that_only_xpm_has_is_made_when_the_proposal_is_saved_linked_with_base_set(connected: Office) -> None:
    mirror = connected.read(a_record("r1", MERE, name="Rimu Trust", business_structure="Trust", phone="09 555 0101"))
    assert not Client.rows.of(connected.practice.pk).exists()
    made = save(connected, draft(mirror=mirror, contact=ContactChoice(remote_id="c1")))
    client = made.client
    assert (client.name, client.kind, client.values["phone"]) == ("Rimu Trust", "trust", "09 555 0101")
    assert connected.link_of(client).mirror_id == mirror.pk
    assert connected.plan(client).plan.differing == ()
    assert made.contact == connected.contact(client)
    assert {"client_brought", "linked", "proposal_added"} <= set(connected.verbs())


def test_a_proposal_that_cannot_be_saved_makes_no_client(connected: Office) -> None:
    mirror = connected.read(a_record("r1", MERE, name="Rimu Trust"))
    for what in (
        draft(mirror=mirror, title=""),
        draft(mirror=mirror, services=[TypedService("Tax", "free", "1")]),
        draft(mirror=mirror, contact=ContactChoice(remote_id="another")),
        draft(mirror=mirror, contact=ContactChoice(new={"email": "nameless@kauri.example"})),
    ):
        problems(connected, what)
    assert not Client.rows.of(connected.practice.pk).exists()
    assert not Proposal.rows.of(connected.practice.pk).exists()


def test_a_second_proposal_for_the_same_xpm_client_takes_the_client_that_the_first_made(connected: Office) -> None:
    mirror = connected.read(a_record("r1", MERE, name="Rimu Trust"))
    first, second = (save(connected, draft(mirror=mirror, contact=ContactChoice(remote_id="c1"))) for _ in range(2))
    assert first.pk != second.pk
    assert first.client == second.client
    assert first.contact == second.contact
    assert Client.rows.of(connected.practice.pk).count() == Link.rows.of(connected.practice.pk).count() == 1


def test_a_form_sent_twice_makes_one_proposal(office: Office) -> None:
    client, key = office.add(), uuid4()
    assert save(office, draft(client), key) == save(office, draft(client, title="Again"), key)
    assert Proposal.rows.of(office.practice.pk).count() == 1


def test_an_xpm_client_that_went_meanwhile_is_told_at_the_client(connected: Office) -> None:
    mirror = connected.read(a_record("r1", name="Rimu Trust", deleted=True))
    assert "Rimu Trust" in problems(connected, draft(mirror=mirror))["client"]


def test_a_client_is_needed_and_not_an_archived_one(office: Office) -> None:
    assert set(problems(office, draft())) == {"client"}
    client = office.add("Kauri Ltd")
    Client.rows.of(office.practice.pk).filter(pk=client.pk).update(archived_at=NOW)
    assert "archived" in problems(office, draft(client))["client"]


def test_a_new_contact_is_put_to_the_client(connected: Office) -> None:
    client = connected.pair(a_record("r1"), "Kauri Ltd")
    made = save(connected, draft(client, contact=ContactChoice(new={"name": "Tama Ngata", "email": "t@kauri.example"})))
    assert made.contact == connected.contact(client)
    assert made.contact is not None
    assert made.contact.values["email"] == "t@kauri.example"
    assert connected.verbs()[-2:] == ["client_edited", "proposal_added"]


def test_a_new_contacts_values_are_checked(office: Office) -> None:
    found = problems(office, draft(office.add(), contact=ContactChoice(new={"name": "Tama", "email": "no address"})))
    assert set(found) == {"contact/email"}


def test_a_contact_of_another_client_is_refused(office: Office) -> None:
    other = office.contact(office.add("Rata Ltd", {"name": "Mere Tahu"}))
    assert set(problems(office, draft(office.add(), contact=ContactChoice(other.pk)))) == {"contact"}


def test_a_contact_that_was_removed_is_refused(office: Office) -> None:
    client = office.add("Kauri Ltd", {"name": "Mere Tahu"})
    contact = office.contact(client)
    office.edit(client, {}, ContactEdit(contact.pk, {}, remove=True))
    assert set(problems(office, draft(client, contact=ContactChoice(contact.pk)))) == {"contact"}


def test_an_edit_says_what_moved_from_what_to_what(office: Office) -> None:
    client, other = office.add("Kauri Ltd"), office.add("Kauri Ltd")
    made = save(office, draft(client))
    edited = edit(office, made, draft(other, services=[TAX, GST]))
    assert (edited.revision, edited.client) == (2, other)
    assert changed(office) == {
        "client": ({"name": "Kauri Ltd", "id": str(client.pk)}, {"name": "Kauri Ltd", "id": str(other.pk)}),
        "services": (
            {"services": "Tax return: 1 × $450.00"},
            {"services": "Tax return: 1 × $450.00\nGST returns: 6 × $120.50"},
        ),
    }


def test_saving_what_stands_already_writes_nothing(office: Office) -> None:
    client = office.add()
    made = save(office, draft(client))
    before = office.verbs()
    assert edit(office, made, draft(client)).revision == 1
    assert office.verbs() == before


def test_what_somebody_else_saved_meanwhile_is_not_overwritten(office: Office) -> None:
    client = office.add()
    made = save(office, draft(client))
    edit(office, made, draft(client, title="First"))
    with pytest.raises(Stale):
        edit(office, made, draft(client, title="Second"))
    assert Proposal.rows.of(office.practice.pk).get().title == "First"


def test_a_proposal_is_archived_restored_and_not_edited_meanwhile(office: Office) -> None:
    client = office.add()
    made = save(office, draft(client))
    archived = proposals.archive_proposal(office.admin, made.pk, NOW)
    assert archived.archived_at == NOW
    with pytest.raises(Invalid):
        edit(office, made, draft(client, title="Other"), revision=archived.revision)
    proposals.archive_proposal(office.admin, made.pk, NOW)
    restored = proposals.restore_proposal(office.admin, made.pk, NOW)
    assert restored.archived_at is None
    assert office.verbs()[-2:] == ["proposal_archived", "proposal_restored"]


def test_people_who_may_only_look_save_nothing(office: Office) -> None:
    client = office.add()
    made = save(office, draft(client))
    before = office.verbs()
    with pytest.raises(Forbidden):
        proposals.add_proposal(office.reader, uuid4(), draft(client), NOW)
    with pytest.raises(Forbidden):
        proposals.edit_proposal(office.reader, made.pk, revision=1, draft=draft(client, title="Other"), now=NOW)
    with pytest.raises(Forbidden):
        proposals.archive_proposal(office.reader, made.pk, NOW)
    with pytest.raises(Forbidden):
        proposals.restore_proposal(office.reader, made.pk, NOW)
    assert office.verbs() == before


def test_another_practices_rows_are_as_absent(connected: Office) -> None:
    client = connected.add("Kauri Ltd", {"name": "Mere Tahu"})
    mirror, made = connected.read(a_record("r1")), save(connected, draft(client))
    other = an_office("Rata & Co")
    assert set(problems(other, draft(client))) == set(problems(other, draft(mirror=mirror))) == {"client"}
    assert set(problems(other, draft(other.add(), contact=ContactChoice(connected.contact(client).pk)))) == {"contact"}
    with pytest.raises(ObjectDoesNotExist):
        edit(other, made, draft(other.add()))
    with pytest.raises(ObjectDoesNotExist):
        proposals.archive_proposal(other.admin, made.pk, NOW)
