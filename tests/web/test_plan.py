"""The firm's plan: all that differs, chosen from by hand or by filter, and drawn up as a sheet that is shown first."""

from collections.abc import Iterator

import pytest

from practicesync.operations import drawing
from practicesync.store.models import Client, Difference, Sheet, SheetLine
from web.desk import Answer, Desk, a_desk, text_of
from web.forms import form_of, words_of_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Iterator[Desk]:
    with a_desk() as found:
        yield found


@pytest.fixture
def client(desk: Desk) -> Client:
    """E-mail and phone are only in XPM, the website differs, the fax is only here."""
    found, _remote_id = desk.firm.pair(
        "Kauri Holdings Limited", Email="office@kauri.example", Phone="09 555 0100", Website="kauri.example"
    )
    return desk.firm.edit(found, website="other.example", fax="09 555 0199")


def key(client: Client, field: str) -> str:
    """What names the way of one line in the form."""
    return f"way:{Difference.rows.of(client.practice_id).get(link__client=client, field=field).pk}"


def open_plan(desk: Desk, query: str = "") -> str:
    return text_of(desk.standard.get(f"/sync/plan/{query}"))


def review(desk: Desk, page: str, **chosen: str) -> Answer:
    return desk.standard.post("/sync/plan/review/", form_of(page, "plan").having(chosen))


def lines(client: Client) -> set[tuple[str, str]]:
    """What the latest sheet holds: fields and ways."""
    sheet = Sheet.rows.of(client.practice_id).order_by("-pk")[0]
    return set(SheetLine.rows.of(client.practice_id).filter(sheet=sheet).values_list("field", "move"))


def test_without_a_connection_it_says_what_comes_first(enabled_admin: Answer) -> None:
    assert "Xero Practice Manager is not connected" in words_of_page(text_of(enabled_admin))


@pytest.fixture
def enabled_admin(enabled: object, admin: object) -> Answer:
    return admin.get("/sync/plan/")  # type: ignore[attr-defined, no-any-return]


def test_where_nothing_differs_it_says_so(desk: Desk) -> None:
    assert "Nothing differs" in words_of_page(open_plan(desk))


def test_every_difference_is_named_with_both_values(desk: Desk, client: Client) -> None:
    words = words_of_page(open_plan(desk))
    for told in ("Kauri Holdings Limited", "office@kauri.example", "other.example", "kauri.example", "09 555 0199"):
        assert told in words
    assert "4 lines of 1 client" in words
    assert "1 to XPM, 2 to the register" in words


def test_a_filter_shows_its_lines_alone(desk: Desk, client: Client) -> None:
    assert "1 line of 1 client" in words_of_page(open_plan(desk, "?field=client.email"))
    assert "1 line of 1 client" in words_of_page(open_plan(desk, "?move=push"))
    assert "No line fits" in words_of_page(open_plan(desk, "?q=nobody"))
    assert "No line fits" in words_of_page(open_plan(desk, "?kind=trust"))


@pytest.mark.parametrize("query", ["?move=swap&field=client.shoe&kind=x&risk=y&state=z&page=0&client=me&view=q"])
def test_what_makes_no_sense_in_an_address_is_left_out(desk: Desk, client: Client, query: str) -> None:
    assert "4 lines of 1 client" in words_of_page(open_plan(desk, query))


@pytest.mark.parametrize(("view", "told"), [("fields", "Email"), ("reasons", "The register has no value.")])
def test_it_is_summed_up_by_field_and_by_reason(desk: Desk, client: Client, view: str, told: str) -> None:
    assert told in words_of_page(open_plan(desk, f"?view={view}"))


def test_ticked_lines_become_a_sheet_that_is_shown_first(desk: Desk, client: Client) -> None:
    answer = review(desk, open_plan(desk), **{key(client, "email"): "pull", key(client, "website"): "push"})
    shown = text_of(desk.standard.get(answer["Location"]))
    page = words_of_page(shown)
    assert '<a href="/sync/plan/" aria-current="page">' in shown
    assert lines(client) == {("email", "pull"), ("website", "push")}
    assert "1 value to Xero Practice Manager and 1 value to the register" in page
    assert "Apply 2 lines" in page
    client.refresh_from_db()
    assert "email" not in client.values or not client.values["email"]


def test_all_of_a_filter_become_a_sheet(desk: Desk, client: Client) -> None:
    review(desk, open_plan(desk, "?move=pull"), all="yes")
    assert lines(client) == {("email", "pull"), ("phone", "pull")}


def test_all_that_needs_a_choice_is_answered_at_once(desk: Desk, client: Client) -> None:
    review(desk, open_plan(desk, "?move=ask"), **{"all-as": "push"})
    assert lines(client) == {("website", "push")}


def test_nothing_ticked_is_told(desk: Desk, client: Client) -> None:
    answer = review(desk, open_plan(desk))
    assert "Nothing is chosen" in words_of_page(text_of(desk.standard.get(answer["Location"])))
    assert not Sheet.rows.of(client.practice_id).exists()


def test_what_changed_since_it_was_shown_is_not_drawn_up(desk: Desk, client: Client) -> None:
    page, way = open_plan(desk), key(client, "website")
    desk.firm.edit(client, website="third.example")
    answer = review(desk, page, **{way: "push"})
    assert "has changed meanwhile" in words_of_page(text_of(desk.standard.get(answer["Location"])))


def test_who_may_only_look_sees_the_plan_and_draws_up_nothing(desk: Desk, client: Client) -> None:
    page = text_of(desk.read_only.get("/sync/plan/"))
    assert "Review" not in words_of_page(page)
    assert desk.read_only.post("/sync/plan/review/", {"all": "yes"}).status_code == 403


def test_tax_numbers_are_masked(desk: Desk) -> None:
    found, _remote_id = desk.firm.pair("Rata Limited")
    desk.firm.edit(found, tax_number="136410132")
    page = open_plan(desk)
    assert "132" in page
    assert "136410132" not in page.replace(" ", "")
    answer = review(desk, page, **{key(found, "tax_number"): "push"})
    assert "136410132" not in text_of(desk.standard.get(answer["Location"])).replace(" ", "")


def test_a_sheet_that_is_put_away_is_not_applied(desk: Desk, client: Client) -> None:
    address = review(desk, open_plan(desk), all="yes")["Location"]
    desk.standard.post(f"{address}leave/")
    desk.standard.post(f"{address}apply/")
    page = words_of_page(text_of(desk.standard.get(address)))
    assert "applied or put away already" in page


def test_a_client_that_xpm_lacks_is_made_there_out_of_a_sheet(desk: Desk) -> None:
    made = desk.firm.add("Rimu Farms Limited", email="office@rimu.example")
    assert "1 client of the register is not in Xero Practice Manager" in words_of_page(open_plan(desk))
    page = text_of(desk.standard.get("/sync/plan/absent/"))
    answer = desk.standard.post("/sync/plan/absent/", form_of(page, "absent").but(client=str(made.pk)))
    sheet = words_of_page(text_of(desk.standard.get(answer["Location"])))
    assert "office@rimu.example" in sheet
    desk.standard.post(f"{answer['Location']}apply/")
    desk.run_all()
    assert desk.firm.plan(made).link.mirror.name == "Rimu Farms Limited"
    assert "Nobody is missing there" in words_of_page(text_of(desk.standard.get("/sync/plan/absent/")))


def test_who_looks_like_somebody_in_xpm_is_linked_and_not_made_twice(desk: Desk) -> None:
    desk.firm.xpm_add(Name="Rimu Farms Limited", Email="office@rimu.example")
    like = desk.firm.add("Rimu Farms Ltd", email="office@rimu.example")
    desk.firm.refresh()
    desk.run_all()
    page = text_of(desk.standard.get("/sync/plan/absent/"))
    assert "looks like Rimu Farms Limited" in words_of_page(page)
    answer = desk.standard.post("/sync/plan/absent/", form_of(page, "absent").but(client=str(like.pk)))
    address = answer["Location"]
    assert "link the two instead" in words_of_page(text_of(desk.standard.get(address)))
    desk.standard.post(f"{address}apply/")
    desk.run_all()
    assert desk.firm.writes() == 0


def test_a_linked_client_is_not_made_again(desk: Desk, client: Client) -> None:
    answer = desk.standard.post("/sync/plan/absent/", {"client": str(client.pk)})
    assert answer["Location"] == "/sync/plan/absent/"
    assert not Sheet.rows.of(client.practice_id).exists()


def test_a_run_that_applies_a_sheet_is_cancelled_with_what_waits(desk: Desk, client: Client) -> None:
    address = review(desk, open_plan(desk), all="yes")["Location"]
    desk.standard.post(f"{address}apply/")
    run = Sheet.rows.of(client.practice_id).get().applied_by
    assert run is not None
    desk.standard.post(f"/runs/{run.pk}/cancel/")
    desk.run_all()
    page = words_of_page(text_of(desk.standard.get(address)))
    assert "0 of 3 lines done" in page
    assert "Draw up the 3 left undone" in page
    assert desk.firm.writes() == 0


def test_a_long_sheet_is_drawn_up_in_the_background(
    desk: Desk, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "AT_ONCE", 1)
    address = review(desk, open_plan(desk), all="yes")["Location"]
    assert "Drawing up a sheet" in words_of_page(text_of(desk.standard.get(address)))
    assert not Sheet.rows.of(client.practice_id).exists()
    desk.run_all()
    sheet = desk.standard.get(address)["Location"]
    assert "Apply 3 lines" in words_of_page(text_of(desk.standard.get(sheet)))


def test_all_that_xpm_lacks_is_drawn_up_in_the_background_where_it_is_much(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("Rata Limited", "Totara Limited"):
        desk.firm.add(name)
    monkeypatch.setattr(drawing, "AT_ONCE", 1)
    address = desk.standard.post("/sync/plan/absent/", {"all": "yes"})["Location"]
    assert "Drawing up a sheet" in words_of_page(text_of(desk.standard.get(address)))
    desk.run_all()
    assert "Apply 2 lines" in words_of_page(text_of(desk.standard.get(desk.standard.get(address)["Location"])))


def test_of_two_long_sheets_the_second_is_asked_to_wait(
    desk: Desk, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "AT_ONCE", 1)
    first = review(desk, open_plan(desk), all="yes")["Location"]
    assert review(desk, open_plan(desk), all="yes")["Location"] == first, "pressed twice, it is the same"
    answer = desk.standard.post("/sync/plan/review/", {"all": "yes", "move": "pull"})
    assert "Another long sheet is being drawn up" in words_of_page(text_of(desk.standard.get(answer["Location"])))
    desk.run_all()
    assert Sheet.rows.of(client.practice_id).count() == 1
