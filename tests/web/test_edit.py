"""The form: what was typed is saved, or kept and explained; nobody's save is lost under another's."""

import re
from collections.abc import Iterator

import pytest
from lxml import html

from practicesync.core.addresses import arranged, usual
from practicesync.core.catalogue import CATALOGUE
from practicesync.core.fields import ClientKind, Subject
from practicesync.store.models import Client, Contact, Run
from web.desk import Desk, a_desk, text_of
from web.forms import Form, form_of, words_of_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Iterator[Desk]:
    with a_desk() as found:
        yield found


@pytest.fixture
def client(desk: Desk) -> Client:
    return desk.firm.add("Kauri Holdings Limited", email="office@kauri.example", phone="09 555 0100")


def opened(desk: Desk, client: Client) -> Form:
    return form_of(text_of(desk.standard.get(f"/clients/{client.pk}/edit/")), "form")


def save(desk: Desk, client: Client, form: Form, **typed: str) -> tuple[int, str]:
    answer = desk.standard.post(f"/clients/{client.pk}/edit/", form.having(typed))
    return answer.status_code, answer.content.decode()


def values(client: Client) -> dict[str, str]:
    client.refresh_from_db()
    return dict(client.values)


@pytest.mark.parametrize("kind", ClientKind)
def test_every_field_of_a_kind_has_its_input(desk: Desk, kind: ClientKind) -> None:
    page = text_of(desk.standard.get(f"/clients/add/?kind={kind.value}"))
    fields = form_of(page, "form").fields
    shown = {key for row in arranged(usual(kind)) if kind in row.applies for key in row.keys}
    assert shown <= set(fields)
    assert {key for row in CATALOGUE.synced(Subject.CLIENT, "xpm") if kind in row.applies for key in row.keys} <= shown


def test_a_company_is_not_asked_for_a_date_of_birth(desk: Desk) -> None:
    assert "date_of_birth" not in form_of(text_of(desk.standard.get("/clients/add/?kind=company")), "form").fields


def test_what_was_typed_is_saved_and_nothing_else_moves(desk: Desk, client: Client) -> None:
    before = values(client)
    status, _ = save(desk, client, opened(desk, client), email="new@kauri.example")
    assert status == 302
    assert values(client) == {**before, "email": "new@kauri.example"}


def test_saving_an_untouched_form_changes_nothing(desk: Desk) -> None:
    odd = {
        "phone": "  09 555  0100",
        "date_of_birth": "1981-05-03T00:00:00",
        "physical_address.street": "Level 4\n12 Rata St",
    }
    client = desk.firm.add("Ana Lee", ClientKind.INDIVIDUAL, **odd)
    before, revision = values(client), client.revision
    assert save(desk, client, opened(desk, client))[0] == 302
    assert (values(client), client.revision) == (before, revision)


def test_saving_a_linked_client_reads_it_from_xpm_again(desk: Desk) -> None:
    client, _ = desk.firm.pair("Kauri Holdings Limited")
    save(desk, client, opened(desk, client), email="new@kauri.example")
    assert Run.rows.of(desk.firm.practice.pk).filter(kind="record", subject=client.pk, state="queued").count() == 1


def test_an_error_stands_beside_its_field_and_keeps_all_that_was_typed(desk: Desk, client: Client) -> None:
    status, page = save(desk, client, opened(desk, client), email="not an address", fax="09 555 0101")
    assert status == 422
    form = form_of(page, "form")
    assert (form.fields["email"], form.fields["fax"]) == ("not an address", "09 555 0101")
    assert "Not saved yet." in words_of_page(page)
    assert 'href="#f-email"' in page
    assert 'aria-describedby="f-email-error' in page
    assert values(client)["email"] == "office@kauri.example"
    assert save(desk, client, form, email="right@kauri.example")[0] == 302
    assert values(client)["fax"] == "09 555 0101"


def test_a_value_of_ten_thousand_signs_is_refused_with_a_sentence(desk: Desk, client: Client) -> None:
    status, page = save(desk, client, opened(desk, client), export_code="x" * 10_000)
    assert status == 422
    assert "too long" in words_of_page(page)
    assert form_of(page, "form").fields["export_code"] == "x" * 10_000


def test_a_name_cannot_be_cleared(desk: Desk, client: Client) -> None:
    status, page = save(desk, client, opened(desk, client), name="")
    assert status == 422
    assert "Name is needed." in words_of_page(page)


def test_two_people_saving_different_fields_lose_nothing(desk: Desk, client: Client) -> None:
    mine = opened(desk, client)
    desk.firm.edit(client, phone="09 555 0222")
    status, page = save(desk, client, mine, email="mine@kauri.example")
    assert status == 409
    assert "Somebody else saved this client meanwhile." in words_of_page(page)
    form = form_of(page, "form")
    assert (form.fields["email"], form.fields["phone"]) == ("mine@kauri.example", "09 555 0222")
    assert save(desk, client, form)[0] == 302
    assert (values(client)["email"], values(client)["phone"]) == ("mine@kauri.example", "09 555 0222")


def test_two_people_saving_the_same_field_see_both_values(desk: Desk, client: Client) -> None:
    mine = opened(desk, client)
    desk.firm.edit(client, email="theirs@kauri.example")
    status, page = save(desk, client, mine, email="mine@kauri.example")
    assert status == 409
    assert "Saved meanwhile: theirs@kauri.example" in words_of_page(page)
    assert form_of(page, "form").fields["email"] == "mine@kauri.example"
    assert values(client)["email"] == "theirs@kauri.example"


def test_a_tax_number_is_kept_replaced_or_cleared_and_never_shown(desk: Desk, client: Client) -> None:
    desk.firm.edit(client, tax_number="49-091-850")
    page = text_of(desk.standard.get(f"/clients/{client.pk}/edit/"))
    assert "••• ••• 850" in page
    assert "49-091" not in page
    save(desk, client, form_of(page, "form"), email="kept@kauri.example")
    assert values(client)["tax_number"] == "49-091-850"
    save(desk, client, opened(desk, client), tax_number="35-901-981")
    assert values(client)["tax_number"] == "35-901-981"
    save(desk, client, opened(desk, client), **{"clear:tax_number": "on"})
    assert values(client)["tax_number"] == ""


def test_a_contact_is_added_edited_and_removed(desk: Desk, client: Client) -> None:
    status, page = save(desk, client, opened(desk, client), again="contact")
    assert status == 200
    assert Contact.rows.of(desk.firm.practice.pk).count() == 0
    save(desk, client, form_of(page, "form"), **{"contact:new0/name": "Mere Parata"})
    contact = Contact.rows.of(desk.firm.practice.pk).get()
    prefix = f"contact:{contact.pk}/"
    save(desk, client, opened(desk, client), **{f"{prefix}email": "mere@kauri.example"})
    contact.refresh_from_db()
    assert dict(contact.values)["email"] == "mere@kauri.example"
    save(desk, client, opened(desk, client), **{f"remove:{prefix}": "on"})
    contact.refresh_from_db()
    assert contact.removed_at is not None


def test_a_problem_of_a_contact_stands_beside_that_contact(desk: Desk, client: Client) -> None:
    form = opened(desk, client)
    for _time in range(2):
        form = form_of(save(desk, client, form, again="contact")[1], "form")
    typed = {"contact:new1/name": "Mere Parata", "contact:new1/email": "not an address"}
    status, page = save(desk, client, form, **typed)
    assert status == 422
    assert 'href="#f-contact-new1-email"' in page
    assert Contact.rows.of(desk.firm.practice.pk).count() == 0


def test_choosing_another_kind_shows_its_fields_and_saves_nothing(desk: Desk, client: Client) -> None:
    status, page = save(desk, client, opened(desk, client), kind="individual", again="kind")
    assert status == 200
    assert "date_of_birth" in form_of(page, "form").fields
    client.refresh_from_db()
    assert client.kind == "company"


def test_a_client_is_added_with_its_contacts(desk: Desk) -> None:
    form = form_of(text_of(desk.standard.get("/clients/add/?kind=trust")), "form")
    again = form_of(text_of(desk.standard.post("/clients/add/", form.but(name="Rata Trust", again="contact"))), "form")
    answer = desk.standard.post("/clients/add/", again.having({"contact:new0/name": "Mere Parata"}))
    client = Client.rows.of(desk.firm.practice.pk).get()
    assert answer["Location"] == f"/clients/{client.pk}/profile/"
    assert (client.name, client.kind, client.country) == ("Rata Trust", "trust", "NZ")
    assert Contact.rows.of(desk.firm.practice.pk).get(client=client).values["name"] == "Mere Parata"


@pytest.mark.parametrize(
    ("kind", "first"),
    [
        ("company", ["Name", "Subscription plan", "Company type"]),
        ("trust", ["Name", "Subscription plan", "Trust type"]),
        ("individual", ["Name", "Subscription plan"]),
    ],
)
def test_what_such_a_client_needs_comes_first(desk: Desk, kind: str, first: list[str]) -> None:
    page = html.document_fromstring(text_of(desk.standard.get(f"/clients/add/?kind={kind}")))
    section = page.xpath("//h2[contains(., 'needs first')]/..")[0]
    assert [label.text.strip() for label in section.xpath(".//label")] == first


def test_a_client_that_looks_like_another_is_added_only_by_who_saw_that(desk: Desk) -> None:
    there = desk.firm.add("Kauri Joinery Limited", email="office@kauri.example", phone="09 555 0101")
    form = form_of(text_of(desk.standard.get("/clients/add/")), "form")
    typed = form.but(name="Kauri Joinery Ltd", email="office@kauri.example", phone="09 555 0101")
    page = text_of(desk.standard.post("/clients/add/", typed), 422)
    assert "May be here already" in words_of_page(page)
    assert f"/clients/{there.pk}/" in page
    assert Client.rows.of(desk.firm.practice.pk).count() == 1
    again = form_of(page, "form")
    assert again.fields["email"] == "office@kauri.example", "nothing typed is lost"
    anyway = re.search(r'name="anyway" value="([^"]+)"', page)
    assert anyway is not None
    assert desk.standard.post("/clients/add/", again.but(anyway="register-999")).status_code == 422
    assert desk.standard.post("/clients/add/", again.but(anyway=anyway[1])).status_code == 302
    assert Client.rows.of(desk.firm.practice.pk).count() == 2


def test_one_that_is_in_xpm_alone_is_offered_to_be_imported(desk: Desk) -> None:
    desk.firm.xpm_add(Name="Rata Dental Limited", Email="front@rata.example", Phone="09 555 0142")
    desk.firm.refresh()
    form = form_of(text_of(desk.standard.get("/clients/add/")), "form")
    typed = form.but(name="Rata Dental Ltd", email="front@rata.example", phone="09 555 0142")
    page = text_of(desk.standard.post("/clients/add/", typed), 422)
    assert "Import Rata Dental Limited" in words_of_page(page)
    assert "/clients/import-from-xpm/" in page


def test_an_associate_is_added_without_a_plan(desk: Desk) -> None:
    form = form_of(text_of(desk.standard.get("/clients/add/?kind=individual")), "form")
    planned = form.but(name="Mere Parata", standing="associate", subscription_plan="Advisory")
    assert "An associate has no subscription plan" in text_of(desk.standard.post("/clients/add/", planned), 422)
    answer = desk.standard.post("/clients/add/", form.but(name="Mere Parata", standing="associate"))
    assert answer.status_code == 302
    assert Client.rows.of(desk.firm.practice.pk).get().standing == "associate"


def test_a_client_without_a_name_is_not_added(desk: Desk) -> None:
    form = form_of(text_of(desk.standard.get("/clients/add/")), "form")
    answer = desk.standard.post("/clients/add/", form.but(email="office@rata.example"))
    assert answer.status_code == 422
    assert form_of(answer.content.decode(), "form").fields["email"] == "office@rata.example"
    assert Client.rows.of(desk.firm.practice.pk).count() == 0


@pytest.mark.parametrize(
    "forged", [{"kind": "robot"}, {"revision": "x"}, {"new_contacts": "9" * 30}, {"contact:999999/name": "X"}]
)
def test_a_forged_form_does_no_harm(desk: Desk, client: Client, forged: dict[str, str]) -> None:
    before = values(client)
    answer = desk.standard.post(f"/clients/{client.pk}/edit/", {**opened(desk, client).fields, **forged})
    assert answer.status_code in (302, 409)
    assert values(client) == before
