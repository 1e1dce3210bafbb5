"""The Clients list at the browser's door: parts for htmx, whole pages without, roles, cost."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from practicesync.operations import connecting
from practicesync.operations.practices import disable_add_on
from practicesync.store.models import Client, Connection
from queries.many import a_practice, fill
from web.desk import HTMX, Desk, a_desk, text_of
from web.forms import words_of_page
from web.register import in_every_state

pytestmark = pytest.mark.django_db
FILTERS = ("All", "Needs you", "Failing 1", "Waiting 1", "In sync", "Not linked 1")
PARTS = ("Changed on both 1",)
AtMost = Callable[[int], AbstractContextManager[object]]


@pytest.fixture
def desk() -> Iterator[Desk]:
    with a_desk() as found:
        yield found


def test_every_state_has_its_filter_with_its_count() -> None:
    with a_desk(clients=40) as desk:
        known = in_every_state(desk)
        page = words_of_page(text_of(desk.standard.get("/clients/")))
        for word in FILTERS:
            assert word in page
        for part in PARTS:
            assert part not in page
            assert part in words_of_page(text_of(desk.standard.get("/clients/?state=needs_you")))
        found = text_of(desk.standard.get("/clients/?state=both_changed"))
        assert known.both.name.replace("&", "&amp;") in found
        assert "1 client " in words_of_page(found)


def test_searching_as_you_type_brings_the_list_alone(desk: Desk) -> None:
    desk.firm.add("Kauri Holdings Limited")
    desk.firm.add("Rata Trust")
    part = text_of(desk.standard.get("/clients/?q=kauri", headers=HTMX))
    assert part.lstrip().startswith("<section")
    assert "Kauri Holdings Limited" in part
    assert "Rata Trust" not in part
    whole = text_of(desk.standard.get("/clients/?q=kauri"))
    assert "<html" in whole
    assert "Rata Trust" not in words_of_page(whole)


def test_going_back_in_the_browser_brings_the_whole_page(desk: Desk) -> None:
    restored = text_of(desk.standard.get("/clients/", headers=HTMX | {"HX-History-Restore-Request": "true"}))
    assert "<html" in restored


def test_the_address_opens_a_clients_panel(desk: Desk) -> None:
    client, _ = desk.firm.pair("Kauri Holdings Limited")
    page = text_of(desk.standard.get(f"/clients/?q=kauri&client={client.pk}"))
    assert "Connections to add-ons" in page
    assert 'href="/clients/?q=kauri"' in page


@pytest.mark.parametrize("wanted", ["999999", "x", "-1", "1e3", "9" * 40])
def test_a_panel_of_nobody_is_not_found(desk: Desk, wanted: str) -> None:
    assert desk.standard.get("/clients/", {"client": wanted}).status_code == 404


def test_another_firms_client_is_not_found(desk: Desk) -> None:
    stranger = Client.rows.create(
        practice=a_practice("Other"), kind="company", country="NZ", values={"name": "Theirs"}, name="Theirs",
        sort_name="theirs", created_at=desk.firm.clock.now(), changed_at=desk.firm.clock.now(),
    )  # fmt: skip
    for address in ("", "progress/", "edit/", "connect/", "disconnect/", "sync/", "sync/1/", "sync/1/progress/"):
        assert desk.standard.get(f"/clients/{stranger.pk}/{address}").status_code == 404, address
    for address in ("refresh/", "edit/", "connect/", "disconnect/", "sync/"):
        assert desk.standard.post(f"/clients/{stranger.pk}/{address}", {"mirror": "1"}).status_code == 404, address
    assert "Theirs" not in text_of(desk.standard.get("/clients/"))


def test_without_the_add_on_nothing_is_said_of_xpm(desk: Desk) -> None:
    client, _ = desk.firm.pair("Kauri Holdings Limited")
    connecting.disconnect(desk.firm.actor, desk.firm.connection.pk, desk.firm.clock.now())
    disable_add_on(desk.firm.actor, "xpm", desk.firm.clock.now())
    for address in ("/clients/", f"/clients/{client.pk}/"):
        page = words_of_page(text_of(desk.standard.get(address)))
        main = page.split("Clients", 1)[1]
        assert "Xero Practice Manager" not in main.split("Keys")[0]
        assert "In sync" not in page


def test_a_read_only_person_sees_no_button_that_they_may_not_use(desk: Desk) -> None:
    client, _ = desk.firm.pair("Kauri Holdings Limited", Phone="09 555 0134")
    lone = desk.firm.add("Rata Trust")
    for address in ("/clients/", f"/clients/{client.pk}/", f"/clients/{lone.pk}/", f"/clients/?client={client.pk}"):
        page = text_of(desk.read_only.get(address))
        for offer in ("/edit/", f"/clients/{client.pk}/sync/", "/refresh/", "/disconnect/", "/connect/", "/add/"):
            assert offer not in page, (address, offer)


def test_an_empty_register_says_what_to_do_next(desk: Desk) -> None:
    assert "Add the first one" in words_of_page(text_of(desk.standard.get("/clients/")))
    assert "/clients/add/" not in text_of(desk.read_only.get("/clients/"))


@pytest.mark.parametrize("count", [30, 500])
def test_the_list_costs_at_most_ten_queries_however_long_it_is(
    desk: Desk, count: int, django_assert_max_num_queries: AtMost
) -> None:
    fill(desk.firm.practice, Connection.rows.of(desk.firm.practice.pk).get(), count)
    desk.standard.get("/clients/")
    with django_assert_max_num_queries(10):
        text_of(desk.standard.get("/clients/"))
    with django_assert_max_num_queries(7):
        text_of(desk.standard.get("/clients/?q=client&state=needs_you&page=2", headers=HTMX))


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "Kauri \"& 'Sons", "\u202egnirts", "{{ 71827|add:36451 }}", "ŁŌ" * 120]
)
def test_a_hostile_name_is_only_text(desk: Desk, name: str) -> None:
    client = desk.firm.add(name)
    for address in ("/clients/", f"/clients/?client={client.pk}", f"/clients/{client.pk}/edit/"):
        page = text_of(desk.standard.get(address))
        assert "<script>alert" not in page
        assert "108278" not in page


def test_a_search_of_ten_thousand_signs_is_answered(desk: Desk) -> None:
    assert "No client fits" in text_of(desk.standard.get("/clients/", {"q": "<b>" * 3000}))
