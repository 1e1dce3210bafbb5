"""The sync screen: each value goes where the person says, what moved meanwhile is shown afresh, outcomes are told."""

from collections.abc import Iterator

import pytest

from practicesync.queries.sync_screen import load_sync_screen
from practicesync.store.models import Client, Run
from web.desk import Answer, Desk, a_desk, text_of
from web.forms import form_of, words_of_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Iterator[Desk]:
    with a_desk() as found:
        yield found


@pytest.fixture
def pair(desk: Desk) -> tuple[Client, str]:
    """A client in agreement, and its id in XPM."""
    return desk.firm.pair("Kauri Holdings Limited", Email="office@kauri.example", Phone="09 555 0100", ExportCode="KH1")


def open_screen(desk: Desk, client: Client) -> str:
    return text_of(desk.standard.get(f"/clients/{client.pk}/sync/"))


def send(desk: Desk, client: Client, page: str, choices: dict[str, str]) -> Answer:
    """Send the screen with these choices, every other row left alone."""
    form = form_of(page, "sync")
    left = {name: "leave" for name in form.fields if name.startswith("choice:")}
    sent = form.having(left | {f"choice:{key}": choice for key, choice in choices.items()})
    return desk.standard.post(f"/clients/{client.pk}/sync/", sent)


def refresh(desk: Desk) -> None:
    desk.firm.clock.advance(3600)
    desk.firm.refresh()


def test_both_directions_in_one_go(desk: Desk, pair: tuple[Client, str]) -> None:
    client, remote_id = pair
    desk.firm.edit(client, website="kauri.example")
    page = open_screen(desk, client)
    answer = send(desk, client, page, {"email": "pull", "phone": "pull", "website": "push"})
    assert answer.status_code == 302
    desk.run_all()
    client.refresh_from_db()
    assert (client.values["email"], client.values["phone"]) == ("office@kauri.example", "09 555 0100")
    assert desk.firm.xpm(remote_id)["Website"] == "kauri.example"
    result = words_of_page(text_of(desk.standard.get(answer["Location"])))
    assert "3 values done, each read back and verified." in result


def test_what_only_one_side_moved_is_ticked_beforehand(desk: Desk, pair: tuple[Client, str]) -> None:
    client, remote_id = pair
    desk.firm.sync(client, email="pull", phone="pull", export_code="pull")
    desk.firm.edit(client, email="new@kauri.example")
    desk.firm.xpm_edit(remote_id, Phone="09 555 0177")
    refresh(desk)
    page = open_screen(desk, client)
    fields = form_of(page, "sync").fields
    assert (fields["choice:email"], fields["choice:phone"]) == ("push", "pull")
    assert "Sync: 1 to XPM, 1 to register · 2 calls" in words_of_page(page)


def test_what_both_moved_is_left_to_the_person(desk: Desk, pair: tuple[Client, str]) -> None:
    client, remote_id = pair
    desk.firm.sync(client, email="pull", phone="pull", export_code="pull")
    desk.firm.edit(client, email="here@kauri.example")
    desk.firm.xpm_edit(remote_id, Email="there@kauri.example")
    refresh(desk)
    page = open_screen(desk, client)
    assert form_of(page, "sync").fields["choice:email"] == "leave"
    assert "on both" in words_of_page(page)
    answer = send(desk, client, page, {})
    assert "Nothing is chosen" in words_of_page(text_of(answer, 422))


def test_a_value_that_was_cleared_is_never_ticked_beforehand_and_says_what_it_blanks(
    desk: Desk, pair: tuple[Client, str]
) -> None:
    client, _ = pair
    desk.firm.sync(client, email="pull", phone="pull", export_code="pull")
    desk.firm.edit(client, email="")
    page = open_screen(desk, client)
    assert form_of(page, "sync").fields["choice:email"] == "leave"
    assert "This blanks the value in XPM." in words_of_page(page)


def test_a_stale_screen_is_refused_with_a_fresh_one_that_keeps_what_still_holds(
    desk: Desk, pair: tuple[Client, str]
) -> None:
    client, remote_id = pair
    page = open_screen(desk, client)
    desk.firm.xpm_edit(remote_id, Phone="09 555 0188")
    refresh(desk)
    answer = send(desk, client, page, {"email": "push", "phone": "pull"})
    fresh = text_of(answer, 409)
    assert "This client changed while you looked." in words_of_page(fresh)
    assert "09 555 0188" in fresh
    fields = form_of(fresh, "sync").fields
    assert (fields["choice:email"], fields["choice:phone"]) == ("push", "leave")
    client.refresh_from_db()
    assert client.values.get("phone", "") == ""
    assert send(desk, client, fresh, {"phone": "pull"}).status_code == 302


def test_sending_the_same_form_twice_does_nothing_twice(desk: Desk, pair: tuple[Client, str]) -> None:
    client, _ = pair
    page = open_screen(desk, client)
    assert send(desk, client, page, {"email": "pull"}).status_code == 302
    assert send(desk, client, page, {"email": "pull"}).status_code == 409
    assert Run.rows.of(desk.firm.practice.pk).filter(kind="sync").count() == 1


def test_an_impossible_choice_is_refused(desk: Desk, pair: tuple[Client, str]) -> None:
    client, _ = pair
    fields = form_of(open_screen(desk, client), "sync").fields
    for forged in ({"choice:nonsense": "push"}, {"choice:email": "explode"}, {"choice:name": "pull"}):
        answer = desk.standard.post(f"/clients/{client.pk}/sync/", {**fields, **forged})
        assert answer.status_code == 422, forged


def test_the_result_leads_on_to_the_next_client_that_needs_somebody(desk: Desk, pair: tuple[Client, str]) -> None:
    client, _ = pair
    other, _ = desk.firm.pair("Rata Trust", Email="office@rata.example")
    answer = send(desk, client, open_screen(desk, client), {"email": "pull"})
    page = text_of(desk.standard.get(answer["Location"]))
    assert "Next: Rata Trust" in words_of_page(page)
    assert f"/clients/{other.pk}/sync/" in page
    assert f"/clients/{other.pk}/sync/" not in text_of(desk.read_only.get(answer["Location"]))


def test_a_value_that_xpm_refuses_is_told_in_its_own_words(desk: Desk, pair: tuple[Client, str]) -> None:
    client, _ = pair
    desk.firm.edit(client, business_structure="Tr ust")
    answer = send(desk, client, open_screen(desk, client), {"business_structure": "push"})
    desk.run_all()
    result = words_of_page(text_of(desk.standard.get(answer["Location"])))
    assert "Refused" in result
    assert "0 values done, 1 to look at again" in result
    panel = words_of_page(text_of(desk.standard.get(f"/clients/{client.pk}/")))
    assert "XPM does not take a value. Mend it, then try again. Invalid BusinessStructure: Tr ust" in panel


def test_a_value_that_moved_in_xpm_meanwhile_is_held(desk: Desk, pair: tuple[Client, str]) -> None:
    client, remote_id = pair
    desk.firm.edit(client, email="mine@kauri.example")
    answer = send(desk, client, open_screen(desk, client), {"email": "push"})
    desk.firm.xpm_edit(remote_id, Email="theirs@kauri.example")
    desk.run_all()
    assert "Held" in words_of_page(text_of(desk.standard.get(answer["Location"])))
    assert desk.firm.xpm(remote_id)["Email"] == "theirs@kauri.example"


def test_progress_asks_again_only_while_something_is_under_way(desk: Desk, pair: tuple[Client, str]) -> None:
    client, _ = pair
    desk.firm.edit(client, email="mine@kauri.example")
    address = send(desk, client, open_screen(desk, client), {"email": "push"})["Location"]
    assert "hx-trigger" in text_of(desk.standard.get(f"{address}progress/"))
    desk.run_all()
    after = text_of(desk.standard.get(f"{address}progress/"))
    assert "hx-trigger" not in after
    assert "1 value done" in words_of_page(after)


def test_while_a_value_waits_it_can_go_neither_way(desk: Desk, pair: tuple[Client, str]) -> None:
    client, _ = pair
    desk.firm.edit(client, email="mine@kauri.example")
    send(desk, client, open_screen(desk, client), {"email": "push"})
    page = open_screen(desk, client)
    assert "Waits to be written to XPM already." in words_of_page(page)
    answer = send(desk, client, page, {"email": "push"})
    assert answer.status_code == 422


def test_a_contact_that_one_side_lacks_can_be_added_to_it(desk: Desk, pair: tuple[Client, str]) -> None:
    client, remote_id = pair
    form = form_of(text_of(desk.standard.get(f"/clients/{client.pk}/edit/")), "form")
    page = text_of(desk.standard.post(f"/clients/{client.pk}/edit/", form.but(again="contact")))
    sent = form_of(page, "form").having(
        {"contact:new0/name": "Mere Parata", "contact:new0/email": "mere@kauri.example"}
    )
    assert desk.standard.post(f"/clients/{client.pk}/edit/", sent).status_code == 302
    desk.run_all()
    screen = load_sync_screen(desk.firm.practice.pk, client.pk)
    assert screen is not None
    (lone,) = [row for row in screen.rows if row.lack]
    answer = send(desk, client, open_screen(desk, client), {lone.key: "push"})
    desk.run_all()
    assert [each["Name"] for each in desk.firm.xpm(remote_id)["Contacts"]] == ["Mere Parata"]
    assert "Mere Parata" in words_of_page(text_of(desk.standard.get(answer["Location"])))


def test_a_tax_number_is_nowhere_on_the_page_in_full_nor_to_be_guessed_from_it(
    desk: Desk, pair: tuple[Client, str]
) -> None:
    client, _ = pair
    desk.firm.edit(client, tax_number="49-091-850")
    page = open_screen(desk, client)
    assert "850" in words_of_page(page)
    assert "49-091" not in page
    assert "49091" not in page
    assert desk.firm.plan(client).plan.seen not in page


@pytest.mark.parametrize("value", ["<script>alert(1)</script>", '"><img src=x onerror=y>', "\u202egnirts", "x" * 250])
def test_hostile_values_are_only_text(desk: Desk, pair: tuple[Client, str], value: str) -> None:
    client, remote_id = pair
    desk.firm.xpm_edit(remote_id, ExportCode=value, Name=f"Kauri {value}")
    refresh(desk)
    for address in (f"/clients/{client.pk}/sync/", f"/clients/{client.pk}/", f"/clients/?client={client.pk}"):
        page = text_of(desk.standard.get(address))
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_a_client_that_is_not_linked_has_no_sync_screen(desk: Desk) -> None:
    client = desk.firm.add("Rata Trust")
    assert desk.standard.get(f"/clients/{client.pk}/sync/").status_code == 404
    assert desk.standard.post(f"/clients/{client.pk}/sync/", {}).status_code == 404


def test_a_sync_of_another_client_is_not_shown(desk: Desk, pair: tuple[Client, str]) -> None:
    client, _ = pair
    address = send(desk, client, open_screen(desk, client), {"email": "pull"})["Location"]
    other, _ = desk.firm.pair("Rata Trust")
    assert desk.standard.get(address.replace(f"/{client.pk}/", f"/{other.pk}/", 1)).status_code == 404
