"""Linking by search, and letting go."""

from collections.abc import Iterator

import pytest

from practicesync.store.models import Activity, Link, Mirror
from web.desk import HTMX, Desk, a_desk, text_of
from web.forms import words_of_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Iterator[Desk]:
    with a_desk() as found:
        yield found


def mirror_id(desk: Desk, remote_id: str) -> int:
    return int(Mirror.rows.of(desk.firm.practice.pk).get(remote_id=remote_id).pk)


def test_the_client_is_found_by_its_own_name_and_linked(desk: Desk) -> None:
    remote_id = desk.firm.xpm_add(Name="Kauri Holdings Limited", Email="office@kauri.example")
    desk.firm.refresh()
    client = desk.firm.add("Kauri Holdings Limited")
    page = text_of(desk.standard.get(f"/clients/{client.pk}/connect/"))
    assert 'value="Kauri Holdings Limited"' in page
    assert "office@kauri.example" in page
    answer = desk.standard.post(f"/clients/{client.pk}/connect/", {"mirror": mirror_id(desk, remote_id)})
    assert answer["Location"] == f"/clients/?client={client.pk}"
    assert "linked to Kauri Holdings Limited" in words_of_page(text_of(desk.standard.get(f"/clients/{client.pk}/")))


def test_searching_as_you_type_brings_the_found_alone(desk: Desk) -> None:
    desk.firm.xpm_add(Name="Rata Trust")
    desk.firm.refresh()
    client = desk.firm.add("Kauri Holdings Limited")
    part = text_of(desk.standard.get(f"/clients/{client.pk}/connect/?q=rata", headers=HTMX))
    assert part.lstrip().startswith("<section")
    assert "Rata Trust" in part


def test_a_record_that_somebody_has_is_refused_and_says_who(desk: Desk) -> None:
    _, remote_id = desk.firm.pair("Kauri Holdings Limited")
    client = desk.firm.add("Kauri Holdings Ltd")
    page = words_of_page(text_of(desk.standard.get(f"/clients/{client.pk}/connect/?q=kauri")))
    assert "linked to Kauri Holdings Limited" in page
    answer = desk.standard.post(f"/clients/{client.pk}/connect/", {"mirror": mirror_id(desk, remote_id)})
    assert "already linked to Kauri Holdings Limited" in words_of_page(text_of(answer, 422))


@pytest.mark.parametrize("mirror", ["", "x", "-1", "1.0", "9" * 30])
def test_a_forged_choice_is_refused(desk: Desk, mirror: str) -> None:
    client = desk.firm.add("Kauri Holdings Limited")
    assert desk.standard.post(f"/clients/{client.pk}/connect/", {"mirror": mirror}).status_code == 422


def test_a_record_that_is_not_there_is_not_found(desk: Desk) -> None:
    client = desk.firm.add("Kauri Holdings Limited")
    assert desk.standard.post(f"/clients/{client.pk}/connect/", {"mirror": "424242"}).status_code == 404


def test_disconnecting_keeps_both_records_and_the_history(desk: Desk) -> None:
    client, remote_id = desk.firm.pair("Kauri Holdings Limited")
    address = f"/clients/{client.pk}/disconnect/?list=kind%3Dcompany"
    assert "Both records stay as they are" in words_of_page(text_of(desk.standard.get(address)))
    lines = Activity.rows.of(desk.firm.practice.pk).count()
    assert desk.standard.post(address)["Location"] == f"/clients/?kind=company&client={client.pk}"
    assert not Link.rows.of(desk.firm.practice.pk).filter(client=client, ended_at=None).exists()
    assert desk.firm.xpm(remote_id)["Name"] == "Kauri Holdings Limited"
    assert Activity.rows.of(desk.firm.practice.pk).count() == lines + 1
    assert "Connect now" in text_of(desk.standard.get(f"/clients/{client.pk}/"))


def test_a_client_with_values_under_way_stays_linked(desk: Desk) -> None:
    client, _ = desk.firm.pair("Kauri Holdings Limited")
    desk.firm.edit(client, email="office@kauri.example")
    desk.firm.choose(client, email="push")
    answer = desk.standard.post(f"/clients/{client.pk}/disconnect/", follow=True)
    assert "still being written to XPM" in words_of_page(text_of(answer))
    assert Link.rows.of(desk.firm.practice.pk).filter(client=client, ended_at=None).exists()


def test_looking_writes_nothing(desk: Desk) -> None:
    client, _ = desk.firm.pair("Kauri Holdings Limited")
    before = Activity.rows.of(desk.firm.practice.pk).count()
    for address in ("connect/", "connect/?q=", "connect/?q=x&page=7", "disconnect/"):
        text_of(desk.standard.get(f"/clients/{client.pk}/{address}"))
    assert Activity.rows.of(desk.firm.practice.pk).count() == before
