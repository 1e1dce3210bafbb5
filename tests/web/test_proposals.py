"""Proposals at the browser's door, as plain forms."""

from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup

from practicesync.core.fields import ClientKind
from practicesync.operations.register import ContactEdit, edit_client
from practicesync.store.models import Client, Contact, Link, Mirror, Proposal
from web.desk import HTMX, Desk, a_desk, text_of
from web.forms import Form, form_of, words_of_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Iterator[Desk]:
    with a_desk() as found:
        yield found


def new_form(desk: Desk, address: str = "/proposals/new/") -> Form:
    return form_of(text_of(desk.standard.get(address)), "form")


def send(desk: Desk, form: Form, status: int, address: str = "/proposals/new/", **changes: str) -> str:
    return text_of(desk.standard.post(address, form.but(**changes)), status)


def filled(form: Form, client: str, **more: str) -> dict[str, str]:
    row = {"service:0/name": "Tax return", "service:0/price": "450", "service:0/quantity": "2"}
    return {**form.fields, "client": client, "client_search": "", "title": "Tax 2026", **row, **more}


def saved(desk: Desk, client: Client, **more: str) -> Proposal:
    values = filled(new_form(desk), "", client_found=f"client:{client.pk}", **more)
    assert desk.standard.post("/proposals/new/", values).status_code == 302
    made: Proposal = Proposal.rows.of(desk.firm.practice.pk).latest("pk")
    return made


def remote(desk: Desk, **values: object) -> Mirror:
    remote_id = desk.firm.xpm_add(**values)
    desk.firm.refresh()
    mirror: Mirror = Mirror.rows.of(desk.firm.practice.pk).get(remote_id=remote_id)
    return mirror


def test_proposals_stand_in_the_sidebar_and_the_empty_list_teaches(desk: Desk) -> None:
    page = text_of(desk.standard.get("/proposals/"))
    assert 'href="/proposals/" aria-current="page"' in page
    assert "No proposals yet" in words_of_page(page)
    assert "/proposals/new/" in page


def test_without_a_script_the_client_is_searched_for_chosen_and_saved(desk: Desk) -> None:
    client = desk.firm.add("Kauri Holdings Limited", email="office@kauri.example")
    form = new_form(desk)
    found = send(desk, form, 200, client_search="kauri", again="client")
    assert "office@kauri.example" in words_of_page(found)
    chosen = form_of(found, "form").but(client_found=f"client:{client.pk}", title="Tax 2026")
    answer = desk.standard.post("/proposals/new/", chosen)
    made = Proposal.rows.of(desk.firm.practice.pk).get()
    assert answer["Location"] == f"/proposals/{made.pk}/"
    assert made.client == client
    assert "Kauri Holdings Limited" in words_of_page(text_of(desk.standard.get("/proposals/")))


def test_an_xpm_client_is_offered_with_its_mark_and_made_only_by_saving(desk: Desk) -> None:
    mirror = remote(desk, Name="Rimu Trust", Contacts=[{"Name": "Mere Parata", "Email": "mere@rimu.example"}])
    form = new_form(desk)
    found = send(desk, form, 200, client_search="rimu", again="client")
    assert "XPM clients Rimu Trust in XPM, not in the register yet" in words_of_page(found)
    with_contacts = send(desk, form_of(found, "form"), 200, client_found=f"remote:{mirror.pk}", again="client")
    assert "mere@rimu.example" in words_of_page(with_contacts)
    assert not Client.rows.of(desk.firm.practice.pk).exists()
    answer = desk.standard.post("/proposals/new/", form_of(with_contacts, "form").but(title="Tax 2026"))
    assert answer.status_code == 302
    client = Client.rows.of(desk.firm.practice.pk).get()
    made = Proposal.rows.of(desk.firm.practice.pk).get()
    assert (made.client, made.contact) == (client, Contact.rows.of(desk.firm.practice.pk).get())
    assert Link.rows.of(desk.firm.practice.pk).get().mirror == mirror
    assert desk.firm.states(client) == {}


def test_an_xpm_client_that_looks_like_one_of_the_register_is_asked_about(desk: Desk) -> None:
    client = desk.firm.add("Rimu Holdings Limited", email="office@rimu.example", phone="+64 9 555 0134")
    mirror = remote(desk, Name="Rimu Holdings Ltd", Email="office@rimu.example", Phone="09 555 0134")
    sent = filled(new_form(desk), "", client_found=f"remote:{mirror.pk}")
    page = text_of(desk.standard.post("/proposals/new/", sent), 422)
    assert "Is it one of these? Rimu Holdings Limited" in words_of_page(page)
    assert not Proposal.rows.of(desk.firm.practice.pk).exists()
    asked = form_of(page, "form")
    still = text_of(desk.standard.post("/proposals/new/", asked.fields), 422)
    assert "Is it one of these?" in words_of_page(still)
    assert desk.standard.post("/proposals/new/", asked.but(lookalike=f"register-{client.pk}")).status_code == 302
    assert Proposal.rows.of(desk.firm.practice.pk).get().client == client
    assert desk.standard.post("/proposals/new/", new_key(asked.but(lookalike="none"))).status_code == 302
    assert Proposal.rows.of(desk.firm.practice.pk).latest("pk").client.name == "Rimu Holdings Ltd"


def new_key(values: dict[str, str]) -> dict[str, str]:
    return {**values, "key": ""}


def test_an_xpm_client_that_goes_between_choosing_and_saving_is_told_and_nothing_typed_is_lost(desk: Desk) -> None:
    mirror = remote(desk, Name="Rimu Trust")
    form = form_of(text_of(desk.standard.get(f"/proposals/new/?client=remote:{mirror.pk}")), "form")
    Mirror.rows.of(desk.firm.practice.pk).filter(pk=mirror.pk).update(deleted=True)
    page = text_of(desk.standard.post("/proposals/new/", form.but(title="Tax 2026")), 422)
    assert "That client cannot be chosen any more." in words_of_page(page)
    kept = form_of(page, "form").fields
    assert (kept["title"], kept["client_search"]) == ("Tax 2026", "Rimu Trust")
    assert not Client.rows.of(desk.firm.practice.pk).exists()


def test_other_words_in_the_box_are_no_choice(desk: Desk) -> None:
    client = desk.firm.add("Kauri Holdings Limited")
    other = desk.firm.add("Rata Limited")
    sent = filled(new_form(desk), f"client:{client.pk}", client_search="rata")
    page = text_of(desk.standard.post("/proposals/new/", sent), 422)
    assert "Choose one of the clients that the search finds." in words_of_page(page)
    assert f'value="client:{other.pk}"' in page
    assert not Proposal.rows.of(desk.firm.practice.pk).exists()


def test_rows_are_added_and_removed_without_a_script_and_sums_follow(desk: Desk) -> None:
    form = new_form(desk)
    typed = {**form.fields, "service:0/name": "Tax return", "service:0/price": "1,200.50", "service:0/quantity": "2"}
    more = form_of(text_of(desk.standard.post("/proposals/new/", typed | {"again": "service"})), "form")
    assert more.fields["services"] == "2"
    both = {**more.fields, "service:1/name": "Discount", "service:1/price": "-0.5", "again": "count"}
    page = text_of(desk.standard.post("/proposals/new/", both))
    assert "Total, NZD $2,400.50" in words_of_page(page)
    fewer = form_of(text_of(desk.standard.post("/proposals/new/", both | {"again": "remove:0"})), "form")
    assert (fewer.fields["services"], fewer.fields["service:0/name"]) == ("1", "Discount")
    assert not Proposal.rows.of(desk.firm.practice.pk).exists()


def test_with_a_script_only_the_part_that_changes_is_sent(desk: Desk) -> None:
    form = new_form(desk)
    typed = {**form.fields, "service:0/price": "10", "service:0/name": "Tax"}
    for asked, starts in (("count", "<span"), ("service", "<section"), ("client", "<div")):
        part = text_of(desk.standard.post("/proposals/new/", typed | {"again": asked}, headers=HTMX))
        assert part.lstrip().startswith(starts)
        assert "<html" not in part


def test_problems_keep_what_was_typed_and_say_where(desk: Desk) -> None:
    client = desk.firm.add("Kauri Holdings Limited")
    sent = filled(new_form(desk), "", client_found=f"client:{client.pk}", title="", contact="new")
    sent |= {"service:0/price": "free", "new/email": "no address", "notes": "Kept."}
    page = text_of(desk.standard.post("/proposals/new/", sent), 422)
    told = words_of_page(page)
    assert "A title is needed." in told
    assert "Service 1: Type a price" in told
    kept = form_of(page, "form").fields
    assert (kept["service:0/price"], kept["notes"], kept["new/email"]) == ("free", "Kept.", "no address")
    assert kept["client"] == f"client:{client.pk}"
    anchors = [str(link["href"])[1:] for link in BeautifulSoup(page, "html.parser").select("#problems a")]
    assert all(BeautifulSoup(page, "html.parser").find(id=anchor) for anchor in anchors)


def test_a_new_contact_is_typed_in_the_form(desk: Desk) -> None:
    client = desk.firm.add("Kauri Holdings Limited")
    made = saved(desk, client, contact="new", **{"new/name": "Tama Ngata", "new/email": "t@kauri.example"})
    assert made.contact == Contact.rows.of(desk.firm.practice.pk).get(client=client)
    page = words_of_page(text_of(desk.standard.get(f"/proposals/{made.pk}/")))
    assert "Tama Ngata" in page
    assert "t@kauri.example" in page


def test_an_edit_after_somebody_elses_shows_both_and_loses_neither(desk: Desk) -> None:
    client = desk.firm.add("Kauri Holdings Limited")
    made = saved(desk, client, notes="As agreed.")
    address = f"/proposals/{made.pk}/edit/"
    mine, first = new_form(desk, address), new_form(desk, address)
    changes = {"title": "First", "notes": "First's notes", "service:0/price": "500"}
    assert desk.standard.post(address, first.having(changes)).status_code == 302
    page = text_of(desk.standard.post(address, mine.having({"title": "Mine"})), 409)
    assert "Saved meanwhile: First" in words_of_page(page)
    again = form_of(page, "form")
    assert (again.fields["title"], again.fields["notes"]) == ("Mine", "First's notes")
    assert again.fields["service:0/price"] == "500.00"
    assert desk.standard.post(address, again.fields).status_code == 302
    stored = Proposal.rows.of(desk.firm.practice.pk).get()
    assert (stored.title, stored.notes, stored.revision) == ("Mine", "First's notes", 3)


def test_services_that_both_changed_are_both_shown(desk: Desk) -> None:
    made = saved(desk, desk.firm.add("Kauri Holdings Limited"))
    address = f"/proposals/{made.pk}/edit/"
    mine, first = new_form(desk, address), new_form(desk, address)
    desk.standard.post(address, first.having({"service:0/price": "500"}))
    page = text_of(desk.standard.post(address, mine.having({"service:0/price": "600"})), 409)
    assert "Saved meanwhile: Tax return, 2.00 × 500.00" in words_of_page(page)
    assert form_of(page, "form").fields["service:0/price"] == "600"


def test_a_proposal_is_archived_found_there_and_restored(desk: Desk) -> None:
    made = saved(desk, desk.firm.add("Kauri Holdings Limited"))
    assert desk.standard.post(f"/proposals/{made.pk}/archive/").status_code == 302
    assert "Tax 2026" not in words_of_page(text_of(desk.standard.get("/proposals/")))
    assert "Tax 2026" in words_of_page(text_of(desk.standard.get("/proposals/?archived=1")))
    page = text_of(desk.standard.get(f"/proposals/{made.pk}/"))
    assert "Restore" in words_of_page(page)
    assert f"/proposals/{made.pk}/edit/" not in page
    assert desk.standard.post(f"/proposals/{made.pk}/restore/").status_code == 302
    assert "Tax 2026" in words_of_page(text_of(desk.standard.get("/proposals/")))


def test_who_may_only_look_sees_everything_and_can_change_nothing(desk: Desk) -> None:
    made = saved(desk, desk.firm.add("Kauri Holdings Limited"))
    for address in ("/proposals/", f"/proposals/{made.pk}/"):
        page = text_of(desk.read_only.get(address))
        assert "Tax 2026" in page
        assert "/new/" not in page
        assert "/edit/" not in page
        assert "/archive/" not in page
    assert desk.read_only.post(f"/proposals/{made.pk}/archive/").status_code == 403
    assert desk.read_only.get("/proposals/new/").status_code == 403


def test_the_form_can_be_opened_for_a_client(desk: Desk) -> None:
    client = desk.firm.add("Kauri Holdings Limited")
    edit_client(
        desk.firm.actor,
        client.pk,
        revision=1,
        kind=ClientKind.COMPANY,
        values={},
        contacts=[ContactEdit(None, {"name": "Tama Ngata"})],
        now=desk.firm.clock.now(),
    )
    form = new_form(desk, f"/proposals/new/?client=client:{client.pk}")
    contact = Contact.rows.of(desk.firm.practice.pk).get(client=client)
    assert (form.fields["client"], form.fields["contact"]) == (f"client:{client.pk}", f"contact:{contact.pk}")


def test_what_is_typed_is_escaped_wherever_it_shows(desk: Desk) -> None:
    bad = "<b>bold</b>"
    made = saved(desk, desk.firm.add(bad), title=bad, notes=bad, **{"service:0/name": bad})
    for address in ("/proposals/", f"/proposals/{made.pk}/", f"/proposals/{made.pk}/edit/", "/pick/?q=bold&list=x"):
        page = text_of(desk.standard.get(address))
        assert bad not in page
        assert "&lt;b&gt;bold" in page


def test_the_picker_answers_a_listbox_of_both_sides(desk: Desk) -> None:
    desk.firm.add("Rimu Limited")
    remote(desk, Name="Rimu Trust")
    page = BeautifulSoup(text_of(desk.read_only.get("/pick/?q=rimu&remote=1&add=1&list=pick-client")), "html.parser")
    assert [each["data-name"] for each in page.select("[role=option][data-ref]")] == ["Rimu Limited", "Rimu Trust"]
    assert page.select("#pick-client-list[role=listbox]")
    assert not page.select("[data-opens-tab]"), "somebody who may only look is offered to add a client"
    assert "data-opens-tab" in text_of(desk.standard.get("/pick/?q=rimu&add=1"))
    assert "Rimu Trust" not in text_of(desk.standard.get("/pick/?q=rimu"))
