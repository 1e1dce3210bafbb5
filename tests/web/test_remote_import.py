"""Import from other system, without a script: find a client of XPM, complete it, create it with those tied to it."""

from collections.abc import Iterator

import pytest

from practicesync.store.models import Client, Link, ListItem, Mirror, Relationship, Run
from web.desk import HTMX, Desk, a_desk, text_of
from web.families import a_company, a_trust
from web.forms import form_of, words_of_page

pytestmark = pytest.mark.django_db

LIST = "/clients/import-from-xpm/"
COMPANY = {"detail:company_type": "Trustee company", "detail:subscription_plan": "Advisory"}


@pytest.fixture
def desk() -> Iterator[Desk]:
    with a_desk() as found:
        yield found


def mirror_id(desk: Desk, remote_id: str) -> int:
    return int(Mirror.rows.of(desk.firm.practice.pk).get(remote_id=remote_id).pk)


def address(desk: Desk, remote_id: str) -> str:
    return f"{LIST}{mirror_id(desk, remote_id)}/"


def names(desk: Desk) -> set[str]:
    return set(Client.rows.of(desk.firm.practice.pk).values_list("name", flat=True))


def ties(desk: Desk) -> set[tuple[str, str, str]]:
    rows = Relationship.rows.of(desk.firm.practice.pk).select_related("client", "party")
    return {(row.party.name, row.type, row.client.name) for row in rows}


def test_the_wish_is_in_the_menu_for_those_who_may(desk: Desk) -> None:
    assert "Import from other system" in text_of(desk.standard.get("/clients/"))
    assert "I would like to" not in text_of(desk.read_only.get("/clients/"))
    assert desk.read_only.get(LIST).status_code == 403


def test_the_list_is_searched_and_scrolled(desk: Desk) -> None:
    for number in range(45):
        desk.firm.xpm_add(Name=f"Rimu {number:02} Ltd")
    a_company(desk)
    page = text_of(desk.standard.get(LIST))
    assert "50 clients" in words_of_page(page)
    assert "page=2" in page
    more = text_of(desk.standard.get(f"{LIST}?page=2", headers=HTMX))
    assert more.count("remote-line") == 10
    part = text_of(desk.standard.get(f"{LIST}?q=kauri", headers={**HTMX, "HX-Target": "remote-found"}))
    assert "Import Kauri Trading Ltd" in part
    assert "Rimu" not in part


def test_who_is_in_the_register_is_marked_and_archived_ones_stand_behind_a_filter(desk: Desk) -> None:
    client, _ = desk.firm.pair("Kauri Holdings Ltd")
    gone = desk.firm.xpm_add(Name="Matai Ltd")
    desk.firm.control("PATCH", f"clients/{gone}", json={"IsArchived": "Yes"})
    desk.firm.refresh()
    page = text_of(desk.standard.get(LIST))
    assert "in the register: Kauri Holdings Ltd" in words_of_page(page)
    assert f"/clients/{client.pk}/" in page
    assert "Import Kauri Holdings Ltd" not in page
    assert "Matai" not in page
    archived = words_of_page(text_of(desk.standard.get(f"{LIST}?show=archived")))
    assert "Matai Ltd Company archived in XPM" in archived
    unknown = words_of_page(text_of(desk.standard.get(f"{LIST}?show=new")))
    assert "Kauri Holdings" not in unknown


def test_choosing_one_reads_it_again(desk: Desk) -> None:
    ids = a_company(desk)
    desk.firm.xpm_edit(ids["Kauri Trading Ltd"], Phone="09 555 0199")
    here = address(desk, ids["Kauri Trading Ltd"])
    assert desk.standard.post(f"{here}look/")["Location"] == here
    page = text_of(desk.standard.get(here))
    assert "Reading Xero Practice Manager again" in page
    assert desk.standard.get(f"{here}looked/", headers=HTMX).status_code == 204
    desk.run_all()
    seen = form_of(page, "import").fields["seen"]
    part = text_of(desk.standard.get(f"{here}looked/?seen={seen}", headers=HTMX))
    assert "changed in XPM just now" in part
    assert "09 555 0199" in text_of(desk.standard.get(here))


def test_a_company_comes_with_its_parties_in_one_go(desk: Desk) -> None:
    ids = a_company(desk)
    here = address(desk, ids["Kauri Trading Ltd"])
    page = text_of(desk.standard.get(here))
    words = words_of_page(page)
    assert "not tied to the companies register" in words
    assert "Director of Kauri Trading Ltd (since 3 May 2010)" in words
    assert "Shareholder of Kauri Trading Ltd (shares 60)" in words
    form = form_of(page, "import")
    assert form.fields[f"party:{mirror_id(desk, ids['Ann Lee'])}"] == "new"
    assert form.fields[f"party:{mirror_id(desk, ids['Carl Old'])}"] == "leave"
    answer = desk.standard.post(here, form.having(COMPANY))
    made = Client.rows.of(desk.firm.practice.pk).get(name="Kauri Trading Ltd")
    assert answer["Location"].startswith(f"/clients/{made.pk}/")
    assert made.values["subscription_plan"] == "Advisory"
    assert names(desk) == {"Kauri Trading Ltd", "Ann Lee", "Rata Holdings Ltd"}
    assert ties(desk) == {
        ("Ann Lee", "director", "Kauri Trading Ltd"),
        ("Ann Lee", "shareholder", "Kauri Trading Ltd"),
        ("Rata Holdings Ltd", "shareholder", "Kauri Trading Ltd"),
        ("Ann Lee", "shareholder", "Rata Holdings Ltd"),
    }


def test_one_level_further_on_request(desk: Desk) -> None:
    ids = a_company(desk)
    here = address(desk, ids["Kauri Trading Ltd"])
    form = form_of(text_of(desk.standard.get(here)), "import")
    holding = str(mirror_id(desk, ids["Rata Holdings Ltd"]))
    sent = form.having({"open": holding, **COMPANY})
    page = text_of(desk.standard.post(here, sent))
    assert "Bob Totara through Rata Holdings Ltd" in words_of_page(page)
    form = form_of(page, "import")
    assert form.fields["detail:subscription_plan"] == "Advisory"
    desk.standard.post(here, form.fields)
    assert ("Bob Totara", "director", "Rata Holdings Ltd") in ties(desk)


def test_a_trust_with_its_corporate_trustee(desk: Desk) -> None:
    ids = a_trust(desk)
    here = address(desk, ids["Lee Family Trust"])
    page = text_of(desk.standard.get(here))
    assert "Trustee of Lee Family Trust" in words_of_page(page)
    sent = form_of(page, "import").having({"detail:trust_type": "Family", "detail:subscription_plan": "Advisory"})
    desk.standard.post(here, sent)
    assert ties(desk) == {
        ("Lee Trustees Ltd", "trustee", "Lee Family Trust"),
        ("Dora Lee", "beneficiary", "Lee Family Trust"),
        ("Eve Lee", "settlor", "Lee Family Trust"),
        ("Dora Lee", "director", "Lee Trustees Ltd"),
    }


def test_an_individual_comes_alone_unless_somebody_is_chosen(desk: Desk) -> None:
    ids = a_trust(desk)
    here = address(desk, ids["Dora Lee"])
    sent = form_of(text_of(desk.standard.get(here)), "import").having({"detail:subscription_plan": "Advisory"})
    desk.standard.post(here, sent)
    assert names(desk) == {"Dora Lee"}


def test_what_is_missing_is_said_and_nothing_is_made(desk: Desk) -> None:
    ids = a_company(desk)
    here = address(desk, ids["Kauri Trading Ltd"])
    form = form_of(text_of(desk.standard.get(here)), "import")
    page = text_of(desk.standard.post(here, form.fields), 422)
    assert "Company type is needed.Subscription plan is needed." in words_of_page(page)
    assert names(desk) == set()


def test_somebody_who_looks_like_a_party_has_to_be_decided_about(desk: Desk) -> None:
    ids = a_company(desk)
    ann = desk.firm.add("Ann Lee")
    Client.rows.of(desk.firm.practice.pk).filter(pk=ann.pk).update(kind="individual")
    here = address(desk, ids["Kauri Trading Ltd"])
    form = form_of(text_of(desk.standard.get(here)), "import")
    party = f"party:{mirror_id(desk, ids['Ann Lee'])}"
    assert form.fields.get(party) is None
    answer = desk.standard.post(here, form.having(COMPANY))
    assert "Choose what becomes of Ann Lee." in words_of_page(text_of(answer, 422))
    sent = {**form.having(COMPANY), party: f"client:{ann.pk}"}
    desk.standard.post(here, sent)
    assert Client.rows.of(desk.firm.practice.pk).filter(name="Ann Lee").count() == 1
    assert Link.rows.of(desk.firm.practice.pk).get(client=ann).mirror.remote_id == ids["Ann Lee"]


def test_one_choice_for_all(desk: Desk) -> None:
    ids = a_company(desk)
    here = address(desk, ids["Kauri Trading Ltd"])
    form = form_of(text_of(desk.standard.get(here)), "import")
    page = text_of(desk.standard.post(here, form.having({"all": "leave", **COMPANY})))
    desk.standard.post(here, form_of(page, "import").fields)
    assert names(desk) == {"Kauri Trading Ltd"}


def test_who_comes_second_is_shown_the_client(desk: Desk) -> None:
    ids = a_company(desk)
    here = address(desk, ids["Kauri Trading Ltd"])
    form = form_of(text_of(desk.standard.get(here)), "import")
    first = desk.standard.post(here, form.having(COMPANY))["Location"]
    assert desk.admin.post(here, form.having(COMPANY))["Location"] == first
    assert "Somebody else imported this client meanwhile" in text_of(desk.admin.get(first, follow=True))
    assert desk.admin.get(here)["Location"] == first


def test_what_was_changed_in_xpm_meanwhile_is_shown_before_it_is_made(desk: Desk) -> None:
    ids = a_company(desk)
    here = address(desk, ids["Kauri Trading Ltd"])
    form = form_of(text_of(desk.standard.get(here)), "import")
    desk.firm.xpm_edit(ids["Kauri Trading Ltd"], Email="new@kauri.example")
    desk.firm.clock.advance(60)
    desk.firm.refresh()
    page = text_of(desk.standard.post(here, form.having(COMPANY)), 409)
    assert "It changed while you looked." in words_of_page(page)
    assert names(desk) == set()
    desk.standard.post(here, form_of(page, "import").fields)
    assert "Kauri Trading Ltd" in names(desk)


@pytest.mark.parametrize("answer", ["flagged", "not_found", "error"])
def test_a_record_that_xpm_no_longer_has_is_not_imported(desk: Desk, answer: str) -> None:
    ids = a_company(desk)
    desk.firm.control("PATCH", "switches", json={"get_of_deleted": answer})
    here = address(desk, ids["Kauri Trading Ltd"])
    form = form_of(text_of(desk.standard.get(here)), "import")
    desk.firm.control("PATCH", f"clients/{ids['Kauri Trading Ltd']}", json={"IsDeleted": "Yes"})
    desk.standard.post(f"{here}look/")
    desk.run_all()
    assert Run.rows.of(desk.firm.practice.pk).get(kind="look").state == ("done" if answer == "flagged" else "failed")
    assert "was deleted in Xero Practice Manager" in words_of_page(text_of(desk.standard.get(here)))
    assert desk.standard.post(here, form.having(COMPANY)).status_code in (409, 422)
    assert names(desk) == set()


def test_only_the_last_digits_of_a_tax_number_are_on_the_page(desk: Desk) -> None:
    remote_id = desk.firm.xpm_add(Name="Kauri Ltd", TaxNumber="136410132", BusinessStructure="Company")
    desk.firm.refresh()
    page = text_of(desk.standard.get(address(desk, remote_id)))
    assert "••• ••• 132" in page
    assert "136410132" not in page


def test_a_firm_without_plans_is_told_what_to_do(desk: Desk) -> None:
    ids = a_company(desk)
    plans = ListItem.rows.of(desk.firm.practice.pk).filter(list="subscription_plan")
    plans.update(retired_at=desk.firm.clock.now())
    here = address(desk, ids["Ann Lee"])
    assert "Your firm has no subscription plans yet. Ask an admin" in words_of_page(text_of(desk.standard.get(here)))
    assert "Add one under Lists, then come back." in words_of_page(text_of(desk.admin.get(here)))


def test_another_firms_records_are_not_found(desk: Desk) -> None:
    assert desk.standard.get(f"{LIST}999999/").status_code == 404
