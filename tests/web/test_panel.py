"""The client panel: both values of every field, who moved, and what stands in the way."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from flows.pushes import create
from practicesync.operations.connecting import break_connection
from practicesync.store.models import Client, Mirror, Run
from web.desk import HTMX, Desk, a_desk, text_of
from web.forms import words_of_page

pytestmark = pytest.mark.django_db
AtMost = Callable[[int], AbstractContextManager[object]]


@pytest.fixture
def desk() -> Iterator[Desk]:
    with a_desk() as found:
        yield found


@pytest.fixture
def pair(desk: Desk) -> tuple[Client, str]:
    return desk.firm.pair("Kauri Holdings Limited", Phone="09 555 0134")


def panel(desk: Desk, client: Client) -> str:
    return text_of(desk.standard.get(f"/clients/{client.pk}/", headers=HTMX))


def test_it_shows_both_values_of_what_differs_and_offers_to_sync(desk: Desk, pair: tuple[Client, str]) -> None:
    client, _ = pair
    desk.firm.edit(client, email="office@kauri.example")
    page = panel(desk, client)
    assert "office@kauri.example" in page
    assert "09 555 0134" in page
    assert f"/clients/{client.pk}/sync/" in page


def test_the_sync_button_is_there_only_while_something_differs(desk: Desk, pair: tuple[Client, str]) -> None:
    client, _ = pair
    assert f"/clients/{client.pk}/sync/" in text_of(desk.standard.get(f"/clients/{client.pk}/profile/"))
    desk.firm.sync(client, **dict.fromkeys(desk.firm.states(client), "pull"))
    profile = f"/clients/{client.pk}/profile/"
    assert f"/clients/{client.pk}/sync/" not in text_of(desk.standard.get(profile))
    page = panel(desk, client)
    assert f"/clients/{client.pk}/sync/" not in page
    assert "In sync" in page
    assert "differs" not in words_of_page(page)


def test_what_waits_to_be_written_is_told_and_not_offered_again(desk: Desk, pair: tuple[Client, str]) -> None:
    client, _ = pair
    desk.firm.sync(client, phone="pull")
    desk.firm.edit(client, email="office@kauri.example")
    desk.firm.choose(client, email="push")
    page = panel(desk, client)
    assert "waiting to be written" in page
    assert page.count("Pending Sync") == 1
    assert f"/clients/{client.pk}/sync/" not in page
    desk.run_all()
    assert "Pending Sync" not in panel(desk, client)


def test_it_says_who_moved(desk: Desk, pair: tuple[Client, str]) -> None:
    client, remote_id = pair
    desk.firm.sync(client, phone="pull")
    desk.firm.clock.advance(3600)
    desk.firm.edit(client, phone="09 555 0199")
    assert "changed here" in words_of_page(panel(desk, client))
    desk.firm.xpm_edit(remote_id, Phone="09 555 0177")
    desk.firm.refresh()
    assert "on both" in words_of_page(panel(desk, client))


def test_the_same_number_written_otherwise_is_quiet(desk: Desk, pair: tuple[Client, str]) -> None:
    client, _ = pair
    desk.firm.edit(client, phone="+64 9 555-0134")
    page = words_of_page(panel(desk, client))
    assert "format only" in page
    assert "+64 9 555-0134" in page


def test_a_tax_number_shows_only_its_last_three_digits(desk: Desk, pair: tuple[Client, str]) -> None:
    client, _ = pair
    desk.firm.edit(client, tax_number="49-091-850")
    for browser in (desk.admin, desk.standard, desk.read_only):
        page = text_of(browser.get(f"/clients/{client.pk}/"))
        assert "••• ••• 850" in page
        assert "49-091" not in page


def test_refresh_reads_this_client_and_says_so_meanwhile(desk: Desk, pair: tuple[Client, str]) -> None:
    client, remote_id = pair
    desk.firm.xpm_edit(remote_id, Phone="09 555 0177")
    page = text_of(desk.standard.post(f"/clients/{client.pk}/refresh/", headers=HTMX))
    assert "Reading from Xero Practice Manager…" in page
    assert desk.standard.get(f"/clients/{client.pk}/progress/", headers=HTMX).status_code == 204
    desk.run_all()
    after = desk.standard.get(f"/clients/{client.pk}/progress/", headers=HTMX)
    assert "09 555 0177" in text_of(after)
    assert after["HX-Trigger"] == '{"clients-changed": {}}'


def test_refresh_works_as_a_plain_form_and_is_asked_for_once(desk: Desk, pair: tuple[Client, str]) -> None:
    client, _ = pair
    for _time in range(2):
        answer = desk.standard.post(f"/clients/{client.pk}/refresh/?list=state%3Dneeds_you")
        assert answer["Location"] == f"/clients/{client.pk}/?list=state%3Dneeds_you"
    assert Run.rows.of(desk.firm.practice.pk).filter(kind="record").count() == 1


def test_a_refresh_that_failed_is_told(desk: Desk, pair: tuple[Client, str]) -> None:
    client, _ = pair
    desk.standard.post(f"/clients/{client.pk}/refresh/")
    Run.rows.of(desk.firm.practice.pk).filter(kind="record").update(state="failed", problem="unavailable")
    assert "The last refresh did not go through. XPM did not answer." in words_of_page(panel(desk, client))


def test_a_client_that_is_not_linked_offers_to_connect(desk: Desk) -> None:
    client = desk.firm.add("Rata Trust", email="office@rata.example")
    page = panel(desk, client)
    assert "Connect now" in page
    assert "office@rata.example" in page
    assert "Refresh" not in page


def test_a_broken_connection_is_said_with_the_next_step(desk: Desk, pair: tuple[Client, str]) -> None:
    client, _ = pair
    break_connection(desk.firm.connection.pk, "The access was withdrawn.", desk.firm.clock.now())
    assert "Ask an admin of your firm to connect again." in panel(desk, client)
    assert "Connect again" in text_of(desk.admin.get(f"/clients/{client.pk}/", headers=HTMX))
    assert "/refresh/" not in panel(desk, client)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"archived": True}, "archived in Xero Practice Manager"),
        ({"deleted": True}, "no longer in Xero Practice Manager"),
    ],
)
def test_a_record_that_is_archived_or_gone_is_told(
    desk: Desk, pair: tuple[Client, str], state: dict[str, bool], words: str
) -> None:
    client, remote_id = pair
    Mirror.rows.of(desk.firm.practice.pk).filter(remote_id=remote_id).update(**state)
    assert words in words_of_page(panel(desk, client))


def test_a_contact_that_one_side_lacks_is_marked(desk: Desk) -> None:
    remote_id = desk.firm.xpm_add(Name="Kauri Trust", Contacts=[{"Name": "Mere Parata", "Email": "mere@kauri.example"}])
    client = desk.firm.add("Kauri Trust")
    desk.firm.refresh()
    desk.firm.link(client, remote_id)
    page = words_of_page(panel(desk, client))
    assert "Contact: Mere Parata" in page
    assert "Only in XPM" in page


def test_it_costs_at_most_eighteen_queries(
    desk: Desk, pair: tuple[Client, str], django_assert_max_num_queries: AtMost
) -> None:
    client, _ = pair
    desk.firm.sync(client, phone="pull")
    lone = desk.firm.add("Rata Trust")
    panel(desk, client)
    for each in (client, lone):
        with django_assert_max_num_queries(18):
            panel(desk, each)


def test_the_way_back_leads_to_the_place_in_the_list(desk: Desk, pair: tuple[Client, str]) -> None:
    client, _ = pair
    page = text_of(desk.standard.get(f"/clients/{client.pk}/?list=state%3Dneeds_you%26page%3D3"))
    assert 'href="/clients/?state=needs_you&amp;page=3"' in page
    forged = text_of(desk.standard.get(f"/clients/{client.pk}/", {"list": 'next=https://evil.example&q="><b>'}))
    assert "evil.example" not in forged
    assert '"><b>' not in forged


def test_a_relationship_under_a_label_that_nobody_knows_is_told_and_counts_for_nothing(desk: Desk) -> None:
    client, remote_id = desk.firm.pair("Kauri Trading Ltd")
    mirror = Mirror.rows.of(desk.firm.practice.pk).get(remote_id=remote_id)
    odd = {"id": "t1", "label": "Power of Attorney", "other_id": "x", "other_name": "Mere Tahu", "values": {}}
    Mirror.rows.of(desk.firm.practice.pk).filter(pk=mirror.pk).update(relationships=[odd])
    words = words_of_page(panel(desk, client))
    assert words.index("Relationships Power of Attorney") < words.index("Mere Tahu only in XPM")
    assert "In sync" in words


def test_a_client_that_could_not_be_made_there_says_why_and_what_to_do(desk: Desk) -> None:
    client = desk.firm.add("Rata Trust", export_code="R-1")
    desk.firm.fault("error", text="No more clients, please", method="POST", path="client.api/add")
    run = create(desk.firm, [client])
    waiting = words_of_page(panel(desk, client))
    assert "this client is being made in Xero Practice Manager" in waiting
    assert "Pending Sync" in waiting
    desk.firm.run(run)
    refused = panel(desk, client)
    assert "could not be made in Xero Practice Manager" in words_of_page(refused)
    assert "No more clients, please" in refused
    assert f'href="/clients/{client.pk}/edit/' in refused
    assert 'href="/sync/plan/absent/?q=Rata%20Trust"' in refused
    desk.firm.run(create(desk.firm, [client]))
    assert "could not be made" not in words_of_page(panel(desk, client))
