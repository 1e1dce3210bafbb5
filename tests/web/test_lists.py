"""Settings > Lists and Addresses at the browser's door, and the groups page."""

import pytest
from django.test import Client as Browser

from practicesync.core.fields import ClientKind
from practicesync.operations import groups, register
from practicesync.operations.register import NewClient
from practicesync.queries.lists import labels
from practicesync.store.models import Client, Group, ListItem
from web.conftest import NOW, Firm
from web.desk import text_of
from web.forms import words_of_page

pytestmark = pytest.mark.django_db
CHANGE = "/settings/addresses/change/"
OFFICE = {"kind": "company", "physical_address": "principal_place", "postal_address": "registered_office"}


@pytest.fixture
def company(firm: Firm) -> Client:
    values = {
        "name": "Kauri Pty Ltd",
        "subscription_plan": "Advisory",
        "postal_address.street": "PO Box 7",
        "registered_office.street": "2 Kauri Street",
    }
    return register.add_client(firm.actor(), NewClient(ClientKind.COMPANY, values, country="AU"), NOW)


def word(firm: Firm, label: str) -> ListItem:
    found: ListItem = ListItem.rows.of(firm.practice.pk).get(label=label)
    return found


def test_a_word_is_added_moved_renamed_retired_and_offered_again(firm: Firm, admin: Browser, company: Client) -> None:
    assert admin.post("/settings/lists/add/", {"list": "subscription_plan", "label": "Gold"}).status_code == 302
    assert labels(firm.practice.pk, "subscription_plan")[-1] == "Gold"
    gold = f"/settings/lists/{word(firm, 'Gold').pk}/"
    assert admin.post(f"{gold}move/", {"to": "up"}).status_code == 302
    assert labels(firm.practice.pk, "subscription_plan")[-2] == "Gold"
    assert admin.post(f"{gold}retire/").status_code == 302
    assert "Gold" not in labels(firm.practice.pk, "subscription_plan")
    assert admin.post(f"{gold}retire/", {"back": "yes"}).status_code == 302
    advisory = f"/settings/lists/{word(firm, 'Advisory').pk}/"
    assert "Rename on 1 client" in words_of_page(text_of(admin.get(advisory)))
    assert admin.post(advisory, {"label": "Advice"}).status_code == 302
    company.refresh_from_db()
    assert company.values["subscription_plan"] == "Advice"


def test_a_word_that_is_there_is_refused_beside_its_list(admin: Browser) -> None:
    page = text_of(admin.post("/settings/lists/add/", {"list": "subscription_plan", "label": "ADVISORY"}), 422)
    assert "Advisory is in the list already." in page
    assert 'value="ADVISORY"' in page
    assert admin.post("/settings/lists/add/", {"list": "nothing", "label": "x"}).status_code == 422


def test_empty_lists_offer_the_usual_words(firm: Firm, admin: Browser) -> None:
    ListItem.rows.of(firm.practice.pk).delete()
    assert "Fill the empty lists" in text_of(admin.get("/settings/lists/"))
    assert admin.post("/settings/lists/begin/").status_code == 302
    assert "Fill the empty lists" not in text_of(admin.get("/settings/lists/"))


def test_the_form_offers_the_words_and_keeps_one_that_was_retired(firm: Firm, admin: Browser, company: Client) -> None:
    admin.post(f"/settings/lists/{word(firm, 'Advisory').pk}/retire/")
    page = text_of(admin.get(f"/clients/{company.pk}/edit/"))
    assert '<option value="Advisory" selected>' in page
    assert '<option value="Monthly accounting">' in page
    assert "Proprietary limited, small" in page


def test_who_does_not_manage_sees_the_lists_and_no_buttons(standard: Browser) -> None:
    for address in ("/settings/lists/", "/settings/addresses/"):
        page = text_of(standard.get(address)).partition("<main")[2].partition("</main>")[0]
        assert "<form" not in page


def test_a_change_of_places_is_shown_before_it_is_done(admin: Browser, company: Client) -> None:
    page = text_of(admin.get(CHANGE, OFFICE))
    told = words_of_page(page)
    assert "1 client's addresses move" in told
    assert "Kauri Pty Ltd" in told
    assert admin.post(CHANGE, {**OFFICE, "count": "7"}).status_code == 409
    company.refresh_from_db()
    assert company.values["postal_address.street"] == "PO Box 7"
    assert admin.post(CHANGE, {**OFFICE, "count": "1"}).status_code == 302
    company.refresh_from_db()
    assert company.values["postal_address.street"] == "2 Kauri Street"
    panel = words_of_page(text_of(admin.get(f"/clients/{company.pk}/")))
    assert "Registered office 2 Kauri Street" in panel
    assert "Postal address PO Box 7" in panel


@pytest.mark.parametrize(
    "changes",
    [{"kind": "king"}, {"physical_address": "registered_office"}, {"postal_address": "residential_address"}],
)
def test_places_that_cannot_be_are_refused(admin: Browser, changes: dict[str, str]) -> None:
    assert admin.get(CHANGE, OFFICE | changes).status_code == 422


def test_groups_are_made_searched_renamed_filled_and_removed(firm: Firm, standard: Browser, company: Client) -> None:
    assert standard.post("/groups/", {"name": "Tahu Family"}).status_code == 302
    group = Group.rows.of(firm.practice.pk).get()
    address = f"/groups/{group.pk}/"
    sent = {"client": f"client:{company.pk}", "client_search": company.name}
    assert standard.post(address, sent).status_code == 302
    assert "Kauri Pty Ltd" in text_of(standard.get(address))
    assert "Tahu Family" in text_of(standard.get("/groups/?q=tahu"))
    assert "No group fits" in text_of(standard.get("/groups/?q=ngata"))
    groups.group_clients(firm.actor(), [], "Ngata", NOW)
    assert "There is a group ngata already" in text_of(standard.post(f"{address}rename/", {"name": "ngata"}), 422)
    assert standard.post(f"{address}rename/", {"name": "Tahu & Co"}).status_code == 302
    assert standard.post(f"{address}out/{company.pk}/").status_code == 302
    assert "Nobody is in it yet" in text_of(standard.get(address))
    assert standard.post(f"{address}remove/").status_code == 302
    assert standard.get(address).status_code == 404


def test_pages_of_a_searched_list_keep_the_search(firm: Firm, standard: Browser) -> None:
    Group.rows.bulk_create(
        Group(practice=firm.practice, name=f"Tahu & {n:03}", meaning=f"tahu & {n:03}", created_at=NOW)
        for n in range(60)
    )
    page = text_of(standard.get("/groups/", {"q": "tahu &"}))
    assert 'href="?q=tahu%20%26&amp;page=2"' in page
