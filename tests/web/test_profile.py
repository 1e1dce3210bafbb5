"""A client's profile at the browser's door: its tabs, without a script, at any size of register."""

from collections.abc import Callable, Sized
from contextlib import AbstractContextManager

import pytest
from django.test import Client as Browser

from practicesync.core.fields import ClientKind
from practicesync.operations import groups, register, relationships
from practicesync.operations.register import NewClient
from practicesync.store.models import Client, Relationship
from web.conftest import NOW, Firm
from web.desk import text_of
from web.forms import form_of, words_of_page

pytestmark = pytest.mark.django_db
AtMost = Callable[[int], AbstractContextManager[Sized]]
TABS = ("", "relationships/", "contacts/", "groups/", "addresses/", "checklist/", "history/")
MOST_QUERIES = 24


def add(firm: Firm, name: str, kind: ClientKind = ClientKind.COMPANY, **values: str) -> Client:
    contact = {"name": f"Clerk of {name}", "email": "clerk@kauri.example"}
    new = NewClient(kind, {"name": name, **values}, country="AU", contacts=[contact])
    return register.add_client(firm.actor(), new, NOW)


def tie(firm: Firm, client: Client, party: Client, type: str, **values: str) -> Relationship:
    return relationships.add_relationship(firm.actor(), client.pk, party.pk, type, values, NOW)


def tab(browser: Browser, client: Client, name: str = "", status: int = 200) -> str:
    return text_of(browser.get(f"/clients/{client.pk}/profile/{name}"), status)


@pytest.fixture
def company(firm: Firm) -> Client:
    return add(firm, "Kauri Holdings Pty Ltd", tax_number="123456782", incorporation_date="2001-05-03")


@pytest.fixture
def mere(firm: Firm) -> Client:
    return add(firm, "Mere Tahu", ClientKind.INDIVIDUAL)


def test_the_summary_shows_the_registers_fields_and_hides_a_tax_number(standard: Browser, company: Client) -> None:
    page = words_of_page(tab(standard, company))
    assert "Incorporation date 3 May 2001" in page
    assert "••• ••• 782" in page
    assert "123456782" not in tab(standard, company)
    assert "Blank: Company number, Business number" in page or "Company number" in page
    assert "Place of birth" not in page


def test_every_role_of_a_person_stands_on_their_page(
    firm: Firm, standard: Browser, company: Client, mere: Client
) -> None:
    tie(firm, company, mere, "director", start_date="2005-01-01")
    tie(firm, company, mere, "shareholder", shares="60", share_class="Ordinary")
    tie(firm, add(firm, "Tahu Trust", ClientKind.TRUST), mere, "unit_holder", shares="5")
    page = words_of_page(tab(standard, mere, "relationships/"))
    assert "Director of Kauri Holdings Pty Ltd Company" in page
    assert "60 Ordinary (100 %)" in page
    assert "Unit holder of Kept in the register: XPM has no such type Tahu Trust" in page
    assert "Parties of" not in page


def test_the_diagram_leads_to_everybody_and_is_told_in_words(
    firm: Firm, standard: Browser, company: Client, mere: Client
) -> None:
    tie(firm, company, mere, "director")
    tie(firm, add(firm, "Subsidiary Pty Ltd"), company, "shareholder", shares="10")
    page = tab(standard, company, "relationships/")
    assert page.count('<svg class="drawing drawing-wide"') == page.count('<svg class="drawing drawing-tall"') == 1
    assert f'href="/clients/{mere.pk}/profile/relationships/" aria-label="Mere Tahu, individual: Director"' in page
    assert "Kauri Holdings Pty Ltd is itself a party of Subsidiary Pty Ltd: Shareholder of 10." in page
    assert "style=" not in page.partition("<main")[2].partition("</main>")[0]


def test_a_circle_of_owners_ends(firm: Firm, standard: Browser, company: Client) -> None:
    other = add(firm, "Rata Pty Ltd")
    tie(firm, company, other, "shareholder", shares="1")
    tie(firm, other, company, "shareholder", shares="1")
    page = tab(standard, company, "relationships/?levels=3")
    assert "also elsewhere in this diagram" in page


def test_thirty_parties_stand_in_a_grid_and_in_a_list(firm: Firm, standard: Browser, company: Client) -> None:
    for number in range(30):
        tie(firm, company, add(firm, f"Holder {number:02}", ClientKind.INDIVIDUAL), "shareholder", shares="1")
    page = tab(standard, company, "relationships/")
    wide, tall = page.split('<svg class="drawing')[1:3]
    assert wide.count("<rect") == tall.count("<rect") == 31
    width = int(wide.partition('width="')[2].partition('"')[0])
    assert width < 1150


def test_a_client_with_hundreds_of_ties_is_drawn_in_part_and_says_so(
    firm: Firm, standard: Browser, company: Client
) -> None:
    people = [add(firm, f"Holder {number:03}", ClientKind.INDIVIDUAL) for number in range(70)]
    Relationship.rows.bulk_create(
        Relationship(
            practice=firm.practice,
            client=company,
            party=each,
            type="shareholder",
            values={},
            created_at=NOW,
            changed_at=NOW,
        )
        for each in people
    )
    assert "10 more parties are in the tables below." in tab(standard, company, "relationships/")


@pytest.mark.parametrize("name", TABS)
def test_a_tab_costs_as_many_queries_however_much_there_is(
    firm: Firm, enabled: Firm, standard: Browser, company: Client, name: str, django_assert_max_num_queries: AtMost
) -> None:
    def grow(numbers: range) -> None:
        for number in numbers:
            person = add(firm, f"Person {number:02}", ClientKind.INDIVIDUAL)
            tie(firm, company, person, "shareholder", shares="5", share_class="A")
            tie(firm, add(firm, f"Other {number:02} Pty Ltd"), company, "shareholder", shares="5")
            groups.group_clients(firm.actor(), [company.pk, person.pk], f"Group {number:02}", NOW)

    grow(range(2))
    tab(standard, company, name)
    with django_assert_max_num_queries(MOST_QUERIES) as few:
        tab(standard, company, name)
    grow(range(2, 12))
    with django_assert_max_num_queries(len(few)):
        tab(standard, company, name)


@pytest.mark.parametrize("name", TABS)
def test_a_tab_of_a_client_of_whom_nothing_is_known_says_what_to_do(standard: Browser, firm: Firm, name: str) -> None:
    bare = register.add_client(firm.actor(), NewClient(ClientKind.OTHER, {"name": "Bare"}, country="AU"), NOW)
    assert "Bare" in tab(standard, bare, name)


def test_a_read_only_person_sees_everything_and_may_change_nothing(
    firm: Firm, read_only: Browser, company: Client, mere: Client
) -> None:
    held = tie(firm, company, mere, "director")
    for name in TABS:
        page = tab(read_only, company, name).partition("<main")[2].partition("</main>")[0]
        assert "<form" not in page
        assert "/edit/" not in page
        assert f"/relationships/{held.pk}/" not in page


def test_a_relationship_is_added_from_either_end(firm: Firm, standard: Browser, company: Client, mere: Client) -> None:
    address = f"/clients/{mere.pk}/relationships/add/"
    assert "is:director" in text_of(standard.get(address))
    sent = {"type": "is:shareholder", "party": f"client:{company.pk}", "shares": "1,200", "share_class": "Ordinary"}
    reply = standard.post(address, {**sent, "party_search": company.name})
    assert reply.status_code == 302, reply.content.decode()[:3000]
    held = Relationship.rows.of(firm.practice.pk).get()
    assert (held.client_id, held.party_id, held.type) == (company.pk, mere.pk, "shareholder")
    again = text_of(standard.post(address, {**sent, "party_search": company.name}), 422)
    assert "Mere Tahu is shareholder of Kauri Holdings Pty Ltd already" in words_of_page(again)


def test_what_was_typed_stays_where_something_is_wrong(standard: Browser, company: Client, mere: Client) -> None:
    address = f"/clients/{company.pk}/relationships/add/"
    sent = {"type": "director", "party": f"client:{mere.pk}", "party_search": mere.name}
    page = text_of(standard.post(address, {**sent, "start_date": "soon", "note": "acting"}), 422)
    assert "This is not a date" in page
    assert 'value="soon"' in page
    assert 'value="acting"' in page
    assert '<option value="director" data-holding="none" selected>' in page
    without = text_of(standard.post(address, {"type": "director", "party": "", "party_search": ""}), 422)
    assert "Choose a client." in without


def test_a_relationship_is_changed_and_taken_out(firm: Firm, standard: Browser, company: Client, mere: Client) -> None:
    held = tie(firm, company, mere, "shareholder", shares="10")
    address = f"/clients/{mere.pk}/relationships/{held.pk}/"
    assert 'name="shares"' in text_of(standard.get(address))
    assert 'name="percentage"' not in text_of(standard.get(address))
    assert standard.post(address, {"revision": "1", "shares": "12"}).status_code == 302
    stale = text_of(standard.post(address, {"revision": "1", "shares": "13"}), 409)
    assert 'value="12"' in stale
    assert standard.post(f"{address}remove/", {"revision": "2"}).status_code == 302
    assert standard.get(address).status_code == 404


def test_a_tie_is_not_reached_through_a_client_that_it_is_not_of(
    firm: Firm, standard: Browser, company: Client, mere: Client
) -> None:
    held = tie(firm, company, mere, "director")
    third = add(firm, "Third Pty Ltd")
    assert standard.get(f"/clients/{third.pk}/relationships/{held.pk}/").status_code == 404


def test_groups_are_joined_and_left_on_the_profile(standard: Browser, company: Client) -> None:
    assert standard.post(f"/clients/{company.pk}/profile/groups/", {"name": "Tahu Family"}).status_code == 302
    page = tab(standard, company, "groups/")
    assert "Tahu Family" in page
    assert "needs a name" in text_of(standard.post(f"/clients/{company.pk}/profile/groups/", {"name": " "}), 422)
    leave = page.partition("/leave/")[0].rpartition('action="')[2] + "/leave/"
    assert standard.post(leave).status_code == 302
    assert "In no group" in tab(standard, company, "groups/")


def test_what_is_left_leads_to_its_field_and_back_to_the_profile(standard: Browser, company: Client) -> None:
    page = tab(standard, company, "checklist/")
    address = f"/clients/{company.pk}/edit/?from=profile"
    assert f'href="{address}#f-register_page"' in page
    form = form_of(text_of(standard.get(address)), "form")
    reply = standard.post(address, form.having({"register_page": "companies.example/123"}))
    assert reply["Location"] == f"/clients/{company.pk}/profile/"
    assert "companies.example/123" in tab(standard, company)


def test_the_checklist_is_ticked_off_and_opened_again(standard: Browser, company: Client) -> None:
    address = f"/clients/{company.pk}/profile/checklist/"
    assert standard.post(address, {"item": "identity", "done": "yes"}).status_code == 302
    assert "Ticked off by standard person" in words_of_page(tab(standard, company, "checklist/"))
    assert standard.post(address, {"item": "identity", "done": "no"}).status_code == 302
    assert "Ticked off by" not in tab(standard, company, "checklist/")
    assert standard.post(address, {"item": "directors"}).status_code == 422


def test_standing_is_changed_with_a_plan(standard: Browser, company: Client) -> None:
    address = f"/clients/{company.pk}/standing/"
    assert "needs a subscription plan" in text_of(standard.post(address, {"standing": "client", "plan": ""}), 422)
    assert standard.post(address, {"standing": "client", "plan": "Advisory"}).status_code == 302
    assert "Client: Advisory" in words_of_page(tab(standard, company))
    assert standard.post(address, {"standing": "associate", "plan": "Advisory"}).status_code == 302
    page = words_of_page(tab(standard, company))
    assert "Associate" in page
    assert "Client: Advisory" not in page


def test_the_history_tells_from_and_to_without_the_tax_number(firm: Firm, standard: Browser, company: Client) -> None:
    register.edit_client(
        firm.actor(),
        company.pk,
        revision=1,
        kind=ClientKind.COMPANY,
        values={"tax_number": "876543210", "principal_place.city": "Orange"},
        now=NOW,
    )
    page = tab(standard, company, "history/")
    assert "••• ••• 210" in page
    assert "876543210" not in page
    assert "Principal place of business" in page


def test_addresses_are_named_by_kind_and_tell_which_ones_xpm_keeps(standard: Browser, firm: Firm) -> None:
    person = add(firm, "Mere Tahu", ClientKind.INDIVIDUAL, **{"residential_address.street": "1 Rata Street"})
    page = words_of_page(tab(standard, person, "addresses/"))
    assert "Residential address 1 Rata Street The physical address in Xero Practice Manager" in page
    assert "Registered office" not in page
