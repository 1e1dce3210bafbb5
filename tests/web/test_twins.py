"""Duplicates and merging by plain forms: what stands in the way is said, and nobody sees or does more than they may."""

import re
from collections.abc import Iterator

import pytest

from practicesync.store.models import Client, Merge, Twin
from web.desk import Desk, a_desk, text_of
from web.forms import words_of_page
from web.matched import business_number, match

pytestmark = pytest.mark.django_db

TAX = "049-091-850"


@pytest.fixture
def desk() -> Iterator[Desk]:
    with a_desk() as found:
        yield found


@pytest.fixture
def pair(desk: Desk) -> tuple[Client, Client]:
    """Two clients of the register that are one."""
    known = business_number(7)
    one = desk.firm.add("Kauri Holdings Limited", business_number=known, phone="09 555 0101", tax_number=TAX)
    other = desk.firm.add("Kauri Holdings Ltd", business_number=known, email="office@kauri.example")
    match(desk)
    return one, other


def revisions(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="(kept_revision|gone_revision)" value="(\d+)"', page))


def test_twins_are_shown_with_their_reasons_and_a_masked_tax_number(desk: Desk, pair: tuple[Client, Client]) -> None:
    page = text_of(desk.standard.get("/sync/twins/"))
    assert "Same business number" in words_of_page(page)
    assert "••• ••• 850" in page
    assert "049" not in words_of_page(page)


def test_who_may_only_read_decides_nothing(desk: Desk, pair: tuple[Client, Client]) -> None:
    page = text_of(desk.read_only.get("/sync/twins/"))
    assert "Kauri Holdings Ltd" in page
    assert "/merge/" not in page
    assert "Not the same" not in page


def test_the_filled_value_is_chosen_and_what_was_chosen_is_kept(desk: Desk, pair: tuple[Client, Client]) -> None:
    one, other = pair
    address = f"/clients/{one.pk}/merge/{other.pk}/"
    page = text_of(desk.standard.get(address))
    assert re.search(r'name="take-email" value="gone"[^>]*checked', page)
    assert re.search(r'name="take-phone" value="kept"[^>]*checked', page)
    answer = desk.standard.post(address, {**revisions(page), "take-email": "kept", "take-phone": "gone"}, follow=True)
    assert "was merged into Kauri Holdings Limited" in words_of_page(text_of(answer))
    one.refresh_from_db()
    assert (one.values.get("email", ""), one.values["phone"], one.values["tax_number"]) == ("", "", TAX)


def test_a_merge_over_somebodys_edit_shows_both_afresh(desk: Desk, pair: tuple[Client, Client]) -> None:
    one, other = pair
    address = f"/clients/{one.pk}/merge/{other.pk}/"
    sent = revisions(text_of(desk.standard.get(address)))
    desk.firm.edit(other, phone="09 555 0199")
    page = text_of(desk.standard.post(address, sent), 409)
    assert "saved one of the two meanwhile" in page
    assert "0199" in words_of_page(page)
    assert revisions(page) != sent


def test_two_that_are_linked_to_two_records_are_explained(desk: Desk, pair: tuple[Client, Client]) -> None:
    for client in pair:
        remote_id = desk.firm.xpm_add(Name=client.name)
        desk.firm.refresh()
        desk.firm.link(client, remote_id)
    one, other = pair
    address = f"/clients/{one.pk}/merge/{other.pk}/"
    page = words_of_page(text_of(desk.standard.post(address, revisions(text_of(desk.standard.get(address)))), 422))
    assert "Both are linked in XPM" in page
    assert "disconnect it first" in page
    assert not Merge.rows.of(desk.firm.practice.pk).exists()


def test_a_client_that_was_merged_away_is_no_longer_offered(desk: Desk, pair: tuple[Client, Client]) -> None:
    one, other = pair
    address = f"/clients/{one.pk}/merge/{other.pk}/"
    desk.standard.post(address, revisions(text_of(desk.standard.get(address))), follow=True)
    assert desk.standard.get(address).status_code == 404
    assert "Kauri Holdings Ltd" not in words_of_page(text_of(desk.standard.get("/sync/twins/")))
    assert "Kauri Holdings Ltd" in words_of_page(text_of(desk.standard.get("/sync/twins/?side=merged")))


def test_not_the_same_is_settled_and_can_be_taken_back(desk: Desk, pair: tuple[Client, Client]) -> None:
    twin = Twin.rows.of(desk.firm.practice.pk).get(side="register")
    for decision, state in (("apart", "apart"), ("nonsense", "apart"), ("open", "open")):
        desk.standard.post(f"/sync/twins/{twin.pk}/decide/", {"decision": decision, "side": "settled"})
        twin.refresh_from_db()
        assert twin.state == state
