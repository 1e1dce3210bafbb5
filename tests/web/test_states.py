"""Clients that fail or are left out, on their screens: why, the next step, and what is done with many at once."""

from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup

from practicesync.core.client_reasons import Mend
from practicesync.core.link_state import LinkState
from practicesync.operations import connecting
from practicesync.operations.counting import note_day
from practicesync.operations.listing import rebuild
from practicesync.operations.setting_aside import set_aside
from practicesync.queries.clients import count_states
from practicesync.queries.dashboard import load_dashboard
from practicesync.queries.needs import NeedKind
from practicesync.store.models import Client, Connection, SetAsideRecord, StateCount
from practicesync.web.mending import fix_of
from web.desk import Desk, a_desk

pytestmark = pytest.mark.django_db

WHY = "The partner speaks with them first"


@pytest.fixture
def desk() -> Iterator[Desk]:
    with a_desk() as found:
        found.firm.refresh()
        yield found


def words(answer: object) -> str:
    return " ".join(BeautifulSoup(answer.content, "html.parser").get_text(" ").split())  # type: ignore[attr-defined]


def soup(answer: object) -> BeautifulSoup:
    return BeautifulSoup(answer.content, "html.parser")  # type: ignore[attr-defined]


def refused(desk: Desk, name: str = "Kauri Limited") -> Client:
    """A client whose phone XPM refused."""
    client, _ = desk.firm.pair(name)
    desk.firm.edit(client, phone="09 555 0134")
    desk.firm.fault("error", method="PUT", path="client.api/update", text="Phone is not to our taste")
    desk.firm.sync(client, phone="push")
    return client


def states(desk: Desk) -> dict[LinkState, int]:
    return dict(count_states(desk.firm.practice.pk))


@pytest.mark.parametrize("mend", list(Mend))
def test_every_way_to_mend_something_has_its_address_and_its_words(mend: Mend) -> None:
    fix = fix_of(mend, 7)
    assert fix.label
    assert fix.address.startswith("/")


# One client


def test_a_failing_client_says_why_in_xpms_words_and_is_tried_again_at_a_click(desk: Desk) -> None:
    client = refused(desk)
    page = desk.standard.get("/clients/?state=failing")
    assert "not to our taste" in words(page)
    row = soup(page).select(f"tr[data-client='{client.pk}']")[0]
    assert [str(link["href"]) for link in row.select(".amiss a")] == [f"/clients/{client.pk}/edit/"]
    (form,) = row.select(".amiss form")
    answer = desk.standard.post(str(form["action"]), {"back": "list", "state": "failing"})
    assert (answer.status_code, answer["Location"]) == (302, "/clients/?state=failing")
    desk.run_all()
    assert states(desk) == {LinkState.IN_SYNC: 1}


@pytest.mark.parametrize("where", ["/clients/{}/", "/clients/{}/profile/"])
def test_its_own_screens_say_it_too(desk: Desk, where: str) -> None:
    client = refused(desk)
    page = desk.standard.get(where.format(client.pk))
    assert "XPM does not take a value. Mend it, then try again." in words(page)
    assert "not to our taste" in words(page)
    assert soup(page).select(f"form[action='/clients/{client.pk}/try-again/']")
    assert not soup(desk.read_only.get(where.format(client.pk))).select("form[action$='/try-again/']")


def test_one_client_is_set_aside_with_a_reason_and_taken_back_on_its_profile(desk: Desk) -> None:
    client = refused(desk)
    (link,) = soup(desk.standard.get(f"/clients/{client.pk}/profile/")).select("a[href^='/clients/set-aside/']")
    page = desk.standard.get(str(link["href"]))
    assert "Set aside: 1 client Kauri Limited" in words(page)
    seen = str(soup(page).select("input[name=seen]")[0]["value"])
    refused_answer = desk.standard.post(str(link["href"]), {"seen": seen, "why": " "})
    assert (refused_answer.status_code, "Say why" in words(refused_answer)) == (422, True)
    answer = desk.standard.post(str(link["href"]), {"seen": seen, "why": WHY})
    assert answer["Location"] == f"/clients/{client.pk}/profile/"
    assert states(desk) == {LinkState.SET_ASIDE: 1}
    page = desk.standard.get(answer["Location"])
    assert WHY in words(page)
    assert "Set aside by" in words(page)
    desk.standard.post(f"/clients/{client.pk}/take-back/", {"back": "profile"})
    assert states(desk) == {LinkState.FAILING: 1}


def test_a_client_that_is_to_stay_out_of_xpm_says_so(desk: Desk) -> None:
    client = desk.firm.add("A friend of the firm")
    set_aside(desk.firm.actor, [client.pk], WHY, desk.firm.clock.now())
    for page in (f"/clients/{client.pk}/", "/clients/?state=excluded"):
        told = words(desk.standard.get(page))
        assert "Register only" in told
        assert WHY in told


def test_a_link_to_a_former_organisation_is_told_with_its_next_step(desk: Desk) -> None:
    client, _ = desk.firm.pair("Kauri Limited")
    connecting.disconnect(desk.firm.actor, desk.firm.connection.pk, desk.firm.clock.now())
    page = desk.standard.get(f"/clients/{client.pk}/")
    assert "no longer connected" in words(page)
    assert soup(page).select(".why-steps a[href='/settings/practice-management/']")
    assert "no longer connected" in words(desk.standard.get("/clients/?state=failing"))
    assert "Kauri Limited" not in words(desk.standard.get("/clients/?state=in_sync"))
    assert "In sync 1" not in words(desk.standard.get("/"))


def test_links_to_a_former_organisation_are_counted_once_beside_those_that_fail(desk: Desk) -> None:
    desk.firm.pair("Kauri Limited")
    former = desk.firm.connection
    now = desk.firm.clock.now()
    connecting.disconnect(desk.firm.actor, former.pk, now)
    Connection.rows.create(
        practice=desk.firm.practice,
        connector="xpm",
        state="connected",
        organisation_id="other",
        organisation_name="Another practice",
        connected_at=now,
        connected_by="Ana Lee",
    )
    needs = load_dashboard(desk.firm.practice.pk, now).needs
    assert [(need.kind, need.count) for need in needs] == [(NeedKind.FORMER, 1)]


# Many


def test_all_that_a_filter_shows_are_set_aside_and_taken_back(desk: Desk) -> None:
    for number in range(3):
        desk.firm.add(f"Kauri {number} Limited")
    desk.firm.add("Rata Limited")
    listed = soup(desk.standard.get("/clients/?q=kauri"))
    (address,) = [str(link["href"]) for link in listed.select(".menu-line[href^='/clients/set-aside/']")]
    page = soup(desk.standard.get(address))
    assert [item.get_text() for item in page.select(".confirm li")] == [f"Kauri {n} Limited" for n in range(3)]
    seen = str(page.select("input[name=seen]")[0]["value"])
    desk.standard.post(address, {"seen": seen, "why": WHY})
    assert states(desk) == {LinkState.KEPT_OUT: 3, LinkState.UNLINKED: 1}

    address = "/clients/take-back/?state=excluded"
    seen = str(soup(desk.standard.get(address)).select("input[name=seen]")[0]["value"])
    desk.standard.post(address, {"seen": seen})
    assert states(desk) == {LinkState.UNLINKED: 4}


def test_what_a_page_named_is_what_is_done(desk: Desk) -> None:
    desk.firm.add("Kauri Limited")
    address = "/clients/set-aside/?q=kauri"
    seen = str(soup(desk.standard.get(address)).select("input[name=seen]")[0]["value"])
    desk.firm.add("Kauri Trust")
    answer = desk.standard.post(address, {"seen": seen, "why": WHY})
    assert (answer.status_code, "Kauri Trust" in words(answer)) == (409, True)
    assert states(desk) == {LinkState.UNLINKED: 2}


def test_all_that_fail_are_tried_again_at_once(desk: Desk) -> None:
    refused(desk), refused(desk, "Rata Limited")
    address = "/clients/try-again/?state=failing"
    seen = str(soup(desk.standard.get(address)).select("input[name=seen]")[0]["value"])
    assert desk.standard.post(address, {"seen": seen}).status_code == 302
    desk.run_all()
    assert states(desk) == {LinkState.IN_SYNC: 2}


def test_who_may_not_sync_is_offered_none_of_it(desk: Desk) -> None:
    client = refused(desk)
    page = soup(desk.read_only.get("/clients/?state=failing"))
    assert not page.select(".amiss form, .amiss a, a[href^='/clients/set-aside/']")
    assert desk.read_only.post(f"/clients/{client.pk}/try-again/").status_code == 403


# Records


def test_a_record_that_could_not_be_read_is_listed_and_read_again_at_a_click(desk: Desk) -> None:
    remote_id = desk.firm.xpm_add(Name="Kauri Limited")
    desk.firm.fault("malformed", path="client.api/list")
    desk.firm.refresh()
    home = desk.standard.get("/")
    assert "1 record could not be read" in words(home)
    page = desk.standard.get("/sync/unreadable/")
    assert remote_id in words(page)
    (form,) = soup(page).select("form[action^='/sync/unreadable/']")
    desk.standard.post(str(form["action"]))
    desk.run_all()
    assert "Every record could be read" in words(desk.standard.get("/sync/unreadable/"))
    assert not SetAsideRecord.rows.of(desk.firm.practice.pk).exists()


# The dashboard


def test_the_dashboard_says_what_needs_somebody_with_the_step_that_mends_it(desk: Desk) -> None:
    refused(desk)
    page = soup(desk.standard.get("/"))
    needs = {
        str(line.select("a")[0]["href"]): " ".join(line.get_text(" ").split()) for line in page.select(".needs li")
    }
    told = needs["/clients/?state=failing&reason=refused"]
    assert told.startswith("1 client fails XPM does not take a value.")
    assert "1 client" in words(desk.standard.get("/clients/?state=failing&reason=refused"))
    assert "No client fits" in words(desk.standard.get("/clients/?state=failing&reason=gone"))


def test_with_nothing_to_do_it_says_so_and_no_more_than_was_verified(desk: Desk) -> None:
    desk.firm.pair("Kauri Limited")
    connection = Connection.rows.of(desk.firm.practice.pk)
    now = desk.firm.clock.now()
    connection.update(refreshed_at=now, swept_at=now)
    stale = words(desk.standard.get("/"))  # by the wall clock this was long ago
    assert "Nothing, by what was read last" in stale
    assert "all that is synced agrees" not in stale


def test_each_day_is_counted_once_and_the_days_make_a_trend(desk: Desk) -> None:
    client = refused(desk)
    practice_id = desk.firm.practice.pk
    assert note_day(desk.firm.clock.now()) == 1
    assert "day by day" not in words(desk.standard.get("/")), "one day is no trend"
    desk.firm.clock.advance(24 * 3600)
    note_day(desk.firm.clock.now())
    set_aside(desk.firm.actor, [client.pk], WHY, desk.firm.clock.now())
    note_day(desk.firm.clock.now())
    found = StateCount.rows.of(practice_id).order_by("day").values_list("counts", flat=True)
    assert list(found) == [{"failing": 1}, {"set_aside": 1}]
    assert "Clients that needed somebody, day by day" in words(desk.standard.get("/"))
    assert rebuild(practice_id) == 1
