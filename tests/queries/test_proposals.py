"""The list of proposals: searched, sorted, by pages, live or archived; and the contacts that one may go to."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from practicesync.core.actor import worker
from practicesync.core.proposal import TypedService
from practicesync.operations.proposals import Draft, add_proposal
from practicesync.queries.picker import load_pick
from practicesync.queries.proposals import (
    PAGE_SIZE,
    ProposalFilter,
    Sort,
    load_contacts,
    load_proposal,
    load_proposals,
)
from practicesync.store.models import Client, Contact, Practice, Proposal
from queries.many import NOW, a_practice, here

pytestmark = pytest.mark.django_db


def offer(client: Client, title: str, minutes: int = 0, *services: TypedService) -> Proposal:
    draft = Draft(client.pk, None, title, services=services)
    return add_proposal(worker(client.practice_id), uuid4(), draft, NOW + timedelta(minutes=minutes))


def titles(practice: Practice, **asked: str) -> list[str]:
    return [row.title for row in load_proposals(practice.pk, ProposalFilter.read(asked)).rows]


def test_a_row_tells_the_total_to_the_cent(practice: Practice) -> None:
    services = [TypedService("Returns", "0.10", "3"), TypedService("Discount", "-0.05", "1")]
    offer(here(practice, "Kauri"), "Tax", 0, *services)
    (row,) = load_proposals(practice.pk, ProposalFilter()).rows
    assert (row.client_name, row.contact_name, row.total, row.services) == ("Kauri", "", Decimal("0.25"), 2)


def test_words_are_found_in_titles_and_in_clients_without_regard_to_case_and_accents(practice: Practice) -> None:
    kauri, rata = here(practice, "Kauri Holdings"), here(practice, "Ārohanui Trust")
    offer(kauri, "ĀTAAHUA Tax 2026")
    offer(rata, "Accounts")
    assert titles(practice, q="ātaahua") == titles(practice, q="ataahua 2026") == ["ĀTAAHUA Tax 2026"]
    assert titles(practice, q="kauri tax") == ["ĀTAAHUA Tax 2026"]
    assert titles(practice, q="ārohanui") == ["Accounts"]
    assert titles(practice, q="kauri accounts") == []


def test_the_orders(practice: Practice) -> None:
    kauri, aroha = here(practice, "Kauri"), here(practice, "aroha")
    offer(kauri, "beta", 1)
    offer(aroha, "Alpha", 2)
    offer(kauri, "Gamma", 3)
    assert titles(practice) == ["Gamma", "Alpha", "beta"]
    assert titles(practice, sort="title") == ["Alpha", "beta", "Gamma"]
    assert titles(practice, sort="client") == ["Alpha", "Gamma", "beta"]


def test_archived_ones_are_on_a_shelf_of_their_own(practice: Practice) -> None:
    client = here(practice, "Kauri")
    gone = offer(client, "Old")
    offer(client, "New")
    Proposal.rows.of(practice.pk).filter(pk=gone.pk).update(archived_at=NOW)
    found = load_proposals(practice.pk, ProposalFilter())
    assert (found.live, found.shelved, [row.title for row in found.rows]) == (1, 1, ["New"])
    assert titles(practice, archived="1") == ["Old"]


def test_a_page_beyond_the_last_shows_the_last(practice: Practice) -> None:
    client = here(practice, "Kauri")
    for number in range(PAGE_SIZE + 1):
        offer(client, f"Proposal {number}", number)
    assert titles(practice, page="9") == titles(practice, page="2") == ["Proposal 0"]
    assert load_proposals(practice.pk, ProposalFilter()).pages == 2


@pytest.mark.parametrize("asked", [{"sort": "x", "page": "-1"}, {"page": "²"}, {"page": "9" * 9, "archived": "x"}])
def test_what_is_not_known_stands_at_its_default(asked: dict[str, str]) -> None:
    assert ProposalFilter.read(asked) == ProposalFilter(sort=Sort.CHANGED, archived=False, page=1)


def test_a_page_is_three_queries_however_many_there_are(practice: Practice) -> None:
    client = here(practice, "Kauri")
    for number in range(20):
        offer(client, f"Proposal {number}", 0, TypedService("Tax", "1", "1"))
    with CaptureQueriesContext(database) as captured:
        load_proposals(practice.pk, ProposalFilter(search="kauri"))
    assert len(captured) == 3


def test_the_primary_contact_is_offered_first(practice: Practice) -> None:
    client = here(practice, "Kauri")
    for name, primary in (("Ana", "No"), ("Mere", "Yes")):
        values = {"name": name, "is_primary": primary}
        Contact.rows.create(practice=practice, client=client, values=values, created_at=NOW, changed_at=NOW)
    gone = {"name": "Gone"}
    Contact.rows.create(practice=practice, client=client, values=gone, created_at=NOW, changed_at=NOW, removed_at=NOW)
    options = load_contacts(practice.pk, load_pick(practice.pk, f"client:{client.pk}"))
    assert [each.name for each in options] == ["Mere", "Ana"]
    assert load_contacts(practice.pk, None) == ()


def test_another_practices_proposals_are_never_found(practice: Practice) -> None:
    made = offer(here(practice, "Kauri"), "Tax")
    other = a_practice("Other")
    assert load_proposals(other.pk, ProposalFilter()).rows == ()
    assert load_proposal(other.pk, made.pk) is None
