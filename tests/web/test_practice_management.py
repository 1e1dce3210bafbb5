"""Settings > Practice management, through the sandbox's own sign-in pages."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.test import Client as Browser
from django.test.utils import override_settings

from firms import Firm as SandboxFirm
from firms import a_firm
from practicesync.core.actor import Role
from practicesync.flows.clock import SYSTEM_CLOCK
from practicesync.operations.practices import add_person, create_practice
from practicesync.store.models import Activity, Authorisation, Client, Connection, Link, Mirror, Run
from web.conftest import Firm

PAGE = "/settings/practice-management/"
ADMIN, STAFF, MULTI, NONE = (f"{name}@sandbox.example" for name in ("admin", "staff", "multi", "none"))


@dataclass
class Desk:
    """The firm's admin at a browser, and the sandbox's pages."""

    firm: SandboxFirm
    browser: Browser

    def leave(self) -> str:
        """Press Connect; where it leads."""
        return str(self.browser.post("/connect/xpm/").headers["Location"])

    def sign_in(self, address: str, login: str = ADMIN, decision: str = "allow") -> str:
        """Sign in at the sandbox as a person does; where it sends the browser back to."""
        consent = BeautifulSoup(self.firm.http.post(address, data={"login": login}).content, "html.parser")
        offered = [box["value"] for box in consent.select("input[name=tenant]")]
        reply = self.firm.http.post(address, data={"login": login, "decision": decision, "tenant": offered})
        assert reply.status_code == 302, reply.text
        location = urlsplit(reply.headers["location"])
        assert f"{location.scheme}://{location.netloc}" == "http://localhost:8000"
        return f"{location.path}?{location.query}"

    def connect(self, login: str = ADMIN, decision: str = "allow") -> Any:
        """The whole way; the answer to coming back."""
        return self.browser.get(self.sign_in(self.leave(), login, decision))

    def words(self, path: str = PAGE) -> str:
        reply = self.browser.get(path)
        assert reply.status_code == 200
        return " ".join(BeautifulSoup(reply.content, "html.parser").get_text(" ").split())

    def live(self) -> Connection | None:
        return Connection.rows.of(self.firm.practice.pk).exclude(state="ended").first()

    def verbs(self) -> list[str]:
        return list(Activity.rows.of(self.firm.practice.pk).order_by("seq").values_list("verb", flat=True))


@pytest.fixture
def desk(db: None) -> Iterator[Desk]:
    with a_firm() as firm:
        person = firm.practice.memberships.get().person
        browser = Browser()
        browser.force_login(person)
        yield Desk(firm, browser)


def test_connect_leads_to_xero_and_back_to_a_page_that_says_connected(desk: Desk) -> None:
    assert "Not connected" in desk.words()
    reply = desk.connect()
    assert (reply.status_code, reply.headers["Location"]) == (302, PAGE)
    live = desk.live()
    assert live is not None
    text = desk.words()
    assert f"Connected to {live.organisation_name}. Its clients are being read" in text
    assert f"Organisation {live.organisation_name}" in text
    assert "By Ana Lee" in text
    assert Run.rows.of(desk.firm.practice.pk).get().kind == "refresh"


def test_connect_asks_xero_with_a_one_use_state_and_a_pkce_challenge(desk: Desk) -> None:
    asked = parse_qs(urlsplit(desk.leave()).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == ["http://localhost:8000/connect/xpm/return/"]
    assert len(asked["state"][0]) >= 32
    assert desk.leave() != desk.leave()


def test_pressed_with_a_script_connect_leaves_by_the_script(desk: Desk) -> None:
    reply = desk.browser.post("/connect/xpm/", headers={"HX-Request": "true"})
    assert reply.status_code == 200
    assert "/identity/connect/authorize?" in reply.headers["HX-Redirect"]


def test_the_way_back_is_a_redirect_that_leaves_no_code_behind(desk: Desk) -> None:
    back = desk.sign_in(desk.leave())
    code = parse_qs(urlsplit(back).query)["code"][0]
    reply = desk.browser.get(back, follow=True)
    assert code not in reply.content.decode()
    assert all(code not in address for address, _ in reply.redirect_chain)
    assert not desk.browser.get(back).content, "used twice, it is still only a redirect"


def test_somebody_whose_session_ended_meanwhile_carries_no_code_to_the_sign_in_page(desk: Desk) -> None:
    back = desk.sign_in(desk.leave())
    reply = Browser().get(back)
    assert (reply.status_code, reply.headers["Location"]) == (302, "/sign-in/")
    assert desk.live() is None


def test_with_several_organisations_one_is_chosen(desk: Desk) -> None:
    reply = desk.connect(MULTI)
    choice = reply.headers["Location"]
    assert desk.live() is None
    page = BeautifulSoup(desk.browser.get(choice).content, "html.parser")
    assert page.h1 is not None
    assert page.h1.get_text() == "Choose organisation"
    offered = [str(box["value"]) for box in page.select("input[name=organisation]")]
    assert len(offered) == 2
    used = desk.browser.post(f"{choice}use/", {"organisation": offered[1]})
    assert used.headers["Location"] == PAGE
    live = desk.live()
    assert live is not None
    assert live.organisation_id == offered[1]
    assert "Connected to" in desk.words()
    assert desk.browser.get(choice).status_code == 404, "a choice is made once"


def test_a_choice_is_its_persons_own(desk: Desk) -> None:
    choice = desk.connect(MULTI).headers["Location"]
    now = desk.firm.clock.now()
    other = add_person(desk.firm.practice, email="two@kauri.example", name="Two", password="", role=Role.ADMIN, now=now)
    colleague = Browser()
    colleague.force_login(other)
    assert colleague.get(choice).status_code == 404
    assert colleague.post(f"{choice}use/", {"organisation": "any"}).status_code == 404
    assert desk.browser.get(choice).status_code == 200


def test_a_choice_does_not_wait_for_ever(desk: Desk) -> None:
    choice = desk.connect(MULTI).headers["Location"]
    Authorisation.rows.of(desk.firm.practice.pk).update(expires_at=SYSTEM_CLOCK.now())
    assert desk.browser.get(choice).status_code == 404
    assert desk.browser.post(f"{choice}use/", {"organisation": "any"}).status_code == 404


def test_an_organisation_that_was_not_offered_cannot_be_chosen(desk: Desk) -> None:
    choice = desk.connect(MULTI).headers["Location"]
    for wrong in ("", "somebody-elses"):
        reply = desk.browser.post(f"{choice}use/", {"organisation": wrong})
        assert reply.headers["Location"] == choice
    assert desk.live() is None
    assert "Choose one of the organisations" in desk.words(choice)


def test_a_second_account_is_warned_of_and_revokes_the_first(desk: Desk) -> None:
    desk.connect()
    first = desk.live()
    assert first is not None
    warning = desk.words(f"{PAGE}connect/")
    assert f"the access to {first.organisation_name} is revoked" in warning
    choice = desk.connect(MULTI).headers["Location"]
    page = BeautifulSoup(desk.browser.get(choice).content, "html.parser")
    other = next(
        str(box["value"]) for box in page.select("input[name=organisation]") if box["value"] != first.organisation_id
    )
    desk.browser.post(f"{choice}use/", {"organisation": other})
    first.refresh_from_db()
    assert (first.state, first.access_token, first.refresh_token) == ("ended", "", "")
    live = desk.live()
    assert live is not None
    assert live.organisation_id == other


def test_the_choice_warns_of_links_that_would_rest(desk: Desk) -> None:
    desk.connect()
    live = desk.live()
    assert live is not None
    link_one(desk, live)
    live.organisation_id, live.organisation_name = "another", "The Former One"
    live.save()
    text = desk.words(desk.connect(MULTI).headers["Location"])
    assert "1 client of your register is linked to The Former One" in text


def assert_told(desk: Desk, says: str) -> None:
    """The settings page says this, with numbered steps, and nothing is connected."""
    page = BeautifulSoup(desk.browser.get(PAGE).content, "html.parser")
    note = page.select(".note-error")[0]
    assert says in note.get_text(" ")
    assert len(note.select("ol li")) >= 2
    assert desk.live() is None


@pytest.mark.parametrize("login", [ADMIN, STAFF, NONE])
def test_turning_back_at_xero_connects_nothing_and_says_how_to_go_on(desk: Desk, login: str) -> None:
    """Whoever lacks the privilege, or a practice, gets no further than Xero's own page, and can only turn back."""
    reply = desk.connect(login, "deny")
    assert (reply.status_code, reply.headers["Location"]) == (302, PAGE)
    assert_told(desk, "Access was not allowed on Xero's page. Nothing was connected.")


def test_a_login_without_a_practice_manager_is_told_what_it_lacks(desk: Desk) -> None:
    tenants = desk.firm.control("GET", "state")["tenants"]
    wrong = next(tenant["id"] for tenant in tenants if tenant["kind"] == "ORGANISATION")
    reply = desk.firm.http.post(desk.leave(), data={"login": MULTI, "decision": "allow", "tenant": wrong})
    location = urlsplit(reply.headers["location"])
    desk.browser.get(f"{location.path}?{location.query}")
    assert_told(desk, "You don't have access to connect. This Xero login has no Xero Practice Manager organisation.")


def test_a_login_that_may_not_connect_apps_is_told_what_it_lacks(desk: Desk) -> None:
    state = parse_qs(urlsplit(desk.leave()).query)["state"][0]
    desk.browser.get(f"/connect/xpm/return/?error=unauthorized_client&state={state}")
    assert_told(desk, "You don't have access to connect. This Xero login may not connect apps")


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?code=x",
        "?state=x",
        "?code=x&state=never-begun",
        "?error=access_denied",
        "?error=server_error&error_description=%3Cscript%3E",
        "?code=" + "x" * 4000 + "&state=%F0%9F%92%A9",
    ],
)
def test_a_return_that_nobody_began_changes_nothing(desk: Desk, query: str) -> None:
    reply = desk.browser.get(f"/connect/xpm/return/{query}")
    assert (reply.status_code, reply.headers["Location"]) == (302, PAGE)
    assert "Please connect again" in desk.words()
    assert desk.live() is None


def test_a_wrong_code_is_told_and_can_be_tried_again(desk: Desk) -> None:
    state = parse_qs(urlsplit(desk.leave()).query)["state"][0]
    desk.browser.get(f"/connect/xpm/return/?code=wrong&state={state}")
    assert "Xero did not accept the sign-in" in desk.words()
    desk.connect()
    assert desk.live() is not None


def test_a_return_of_another_person_or_session_is_refused(desk: Desk) -> None:
    back = desk.sign_in(desk.leave())
    now = desk.firm.clock.now()
    other = add_person(desk.firm.practice, email="two@kauri.example", name="Two", password="", role=Role.ADMIN, now=now)
    thief = Browser()
    thief.force_login(other)
    assert thief.get(back).headers["Location"] == PAGE
    stranger = add_person(
        create_practice(name="Rata", country="NZ", time_zone="Pacific/Auckland", now=now),
        email="admin@rata.example",
        name="Rata",
        password="",
        role=Role.ADMIN,
        now=now,
    )
    thief.force_login(stranger)
    thief.get(back)
    again = Browser()
    again.force_login(desk.firm.practice.memberships.first().person)  # type: ignore[union-attr]
    again.get(back)
    assert Connection.rows.everywhere().count() == 0


def test_a_return_by_somebody_who_may_not_connect_is_a_redirect_too(desk: Desk) -> None:
    back = desk.sign_in(desk.leave())
    desk.firm.practice.memberships.update(role=Role.STANDARD.value)
    reply = desk.browser.get(back)
    assert (reply.status_code, reply.headers["Location"]) == (302, PAGE)
    assert desk.live() is None


def test_an_identity_service_that_is_down_is_told_with_what_to_do(desk: Desk) -> None:
    back = desk.sign_in(desk.leave())
    desk.firm.fault("refuse", path="connect/token", times=None)
    assert desk.browser.get(back).headers["Location"] == PAGE
    assert "XPM did not answer" in desk.words()
    assert desk.live() is None


def test_disconnect_is_confirmed_by_name_and_keeps_links_and_history(desk: Desk) -> None:
    desk.connect()
    live = desk.live()
    assert live is not None
    link_one(desk, live)
    asked = desk.words(f"{PAGE}disconnect/")
    assert f"Disconnect from {live.organisation_name}?" in asked
    assert "1 client stays linked" in asked
    assert desk.live() is not None, "looking does nothing"
    desk.browser.post("/connect/xpm/end/")
    live.refresh_from_db()
    assert (live.state, live.access_token, live.refresh_token) == ("ended", "", "")
    text = desk.words()
    assert f"Disconnected from {live.organisation_name}. Links and history are kept." in text
    assert "1 client is still linked" in text
    assert Link.rows.of(desk.firm.practice.pk).get().ended_at is None
    assert "disconnected" in desk.verbs()


def test_disconnecting_twice_is_fine(desk: Desk) -> None:
    desk.connect()
    for _ in range(2):
        assert desk.browser.post("/connect/xpm/end/").headers["Location"] == PAGE
    assert desk.verbs().count("disconnected") == 1


def test_others_see_the_state_and_what_they_lack(desk: Desk) -> None:
    desk.connect()
    desk.firm.practice.memberships.update(role=Role.READ_ONLY.value)
    text = desk.words()
    assert "Connected" in text
    assert "You don't have access to connect. Your role here is Read-only" in text
    assert "/connect/xpm/" not in desk.browser.get(PAGE).content.decode()


def test_an_installation_that_is_not_registered_at_xero_says_what_to_do(desk: Desk) -> None:
    told = {"client_id": "", "client_secret": "", "redirect_uri": "https://x.example/", "scopes": "", "sandbox": ""}
    with override_settings(XPM=told, MODE="live"):
        text = desk.words()
    assert "not registered at Xero yet" in text
    assert "PRACTICESYNC_XPM_CLIENT_ID" in text


def test_until_the_add_on_is_enabled_nothing_about_xpm_is_offered(firm: Firm, admin: Browser) -> None:
    assert b"Xero" not in admin.get(PAGE).content
    admin.post("/connect/xpm/")
    assert Authorisation.rows.of(firm.practice.pk).count() == 0
    assert b"Enable Xero Practice Manager first" in admin.get(PAGE).content


def test_no_page_shows_a_token(desk: Desk) -> None:
    desk.connect()
    live = desk.live()
    assert live is not None
    for path in (PAGE, "/", "/admin/add-ons/", f"{PAGE}connect/", f"{PAGE}disconnect/"):
        page = desk.browser.get(path).content.decode()
        assert live.access_token not in page
        assert live.refresh_token not in page
        assert "sealed:" not in page


def link_one(desk: Desk, connection: Connection) -> None:
    """One client of the register tied to a record of this connection."""
    now = desk.firm.clock.now()
    client: Client = desk.firm.add("Kauri Holdings Limited")
    mirror = Mirror.rows.create(
        practice=desk.firm.practice,
        connection=connection,
        remote_id="remote",
        name=client.name,
        sort_name=client.sort_name,
        digest=b"",
        read_at=now,
        changed_at=now,
    )
    Link.rows.create(
        practice=desk.firm.practice,
        connection=connection,
        client=client,
        mirror=mirror,
        linked_at=now,
        linked_by="somebody",
    )
