"""Taking a run back at the screen: drawn up at once, or in the background where it wrote much, and never twice."""

from collections.abc import Iterator

import pytest

from practicesync.operations import drawing
from practicesync.store.models import Client, Run, Sheet
from web.desk import Desk, a_desk, text_of
from web.forms import words_of_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Iterator[Desk]:
    with a_desk() as found:
        yield found


@pytest.fixture
def client(desk: Desk) -> Client:
    """A client that took two values from XPM."""
    found, _ = desk.firm.pair("Kauri Holdings Limited", Email="office@kauri.example", Phone="09 555 0100")
    return found


@pytest.fixture
def wrote(desk: Desk, client: Client) -> Run:
    return desk.firm.sync(client, email="pull", phone="pull")


def page(desk: Desk, address: str) -> str:
    return words_of_page(text_of(desk.standard.get(address)))


def test_a_short_undo_is_there_at_once(desk: Desk, wrote: Run) -> None:
    address = desk.standard.post(f"/runs/{wrote.pk}/undo/")["Location"]
    told = page(desk, address)
    assert "Nothing is taken back yet." in told
    assert "Apply 2 lines" in told


def test_a_long_undo_is_drawn_up_in_the_background_and_takes_all_of_it_back(
    desk: Desk, client: Client, wrote: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "AT_ONCE", 1)
    address = desk.standard.post(f"/runs/{wrote.pk}/undo/")["Location"]
    assert "Drawing up a sheet" in page(desk, address)
    assert not Sheet.rows.of(client.practice_id).exists(), "nobody waited for it"
    desk.run_all()
    sheet = desk.standard.get(address)["Location"]
    assert "Takes a run back" in page(desk, sheet)
    desk.standard.post(f"{sheet}apply/")
    desk.run_all()
    client.refresh_from_db()
    assert (client.values.get("email", ""), client.values.get("phone", "")) == ("", "")


def test_drawing_it_up_again_after_a_crash_gives_the_one_sheet(
    desk: Desk, wrote: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "AT_ONCE", 1)
    run = drawing.of_undo(desk.firm.actor, wrote.pk, desk.firm.clock.now()).run
    assert run is not None
    assert len({drawing.draw_for(run.pk, desk.firm.clock.now()) for _ in range(2)}) == 1
    sheet = Sheet.rows.of(wrote.practice_id).get()
    assert (sheet.kind, sheet.undoes_id, sheet.lines.count()) == ("undo", wrote.pk, 2)


def test_what_an_undo_left_is_drawn_up_in_the_background_too(
    desk: Desk, client: Client, wrote: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = desk.standard.post(f"/runs/{wrote.pk}/undo/")["Location"]
    desk.standard.post(f"{sheet}apply/")
    applying = Sheet.rows.of(client.practice_id).get().applied_by
    assert applying is not None
    desk.standard.post(f"/runs/{applying.pk}/cancel/")
    monkeypatch.setattr(drawing, "AT_ONCE", 1)
    address = desk.standard.post(f"{sheet}again/", {"which": "rest"})["Location"]
    assert "Drawing up a sheet" in page(desk, address)
    desk.run_all()
    assert "Apply 2 lines" in page(desk, desk.standard.get(address)["Location"])


def test_a_run_that_moved_nothing_is_told_so_at_once(
    desk: Desk, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "AT_ONCE", 0)
    read = Run.rows.of(client.practice_id).filter(kind="refresh").first()
    assert read is not None
    answer = desk.standard.post(f"/runs/{read.pk}/undo/")
    assert "moved no values" in page(desk, answer["Location"])
    assert not Run.rows.of(client.practice_id).filter(kind="draw").exists()
