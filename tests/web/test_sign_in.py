"""Signing in and out, by password and, in a demo, by one click."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client as Browser
from django.test.utils import override_settings

from practicesync.core.actor import Role
from practicesync.flows.clock import SYSTEM_CLOCK
from practicesync.store.models import Person
from web.conftest import PASSWORD, Firm

WRONG = "do not belong together"


@pytest.fixture(autouse=True)
def no_earlier_tries(db: None) -> None:
    cache.clear()


def sign_in(browser: Browser, email: str, password: str = PASSWORD, onward: str = "") -> tuple[int, str]:
    reply = browser.post("/sign-in/", {"login": email, "password": password, "next": onward})
    return reply.status_code, reply.headers.get("Location", "") or reply.content.decode()


def test_the_right_password_opens_the_dashboard(firm: Firm) -> None:
    browser = Browser()
    assert sign_in(browser, "admin@kauri.example") == (302, "/")
    assert browser.get("/").status_code == 200


def test_the_address_may_be_written_in_any_case(firm: Firm) -> None:
    assert sign_in(Browser(), "Admin@KAURI.example ") == (302, "/")


def test_signing_in_leads_back_to_where_one_was(firm: Firm) -> None:
    asked = Browser().get("/admin/add-ons/?tab=1")
    assert asked.headers["Location"] == "/sign-in/?next=%2Fadmin%2Fadd-ons%2F%3Ftab%3D1"
    assert sign_in(Browser(), "admin@kauri.example", onward="/admin/add-ons/?tab=1") == (302, "/admin/add-ons/?tab=1")


@pytest.mark.parametrize(
    "onward",
    ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)", "elsewhere"],
)
def test_signing_in_never_leads_to_another_site(firm: Firm, onward: str) -> None:
    assert sign_in(Browser(), "admin@kauri.example", onward=onward) == (302, "/")


def test_a_wrong_password_and_an_unknown_address_are_told_alike(firm: Firm) -> None:
    known = sign_in(Browser(), "admin@kauri.example", "not the password")
    unknown = sign_in(Browser(), "nobody@kauri.example", "not the password")
    assert known[0] == unknown[0] == 422
    assert WRONG in known[1]
    assert WRONG in unknown[1]
    assert "not the password" not in known[1]


def test_somebody_switched_off_is_told_no_more_than_a_stranger(firm: Firm) -> None:
    person = firm.people[Role.STANDARD]
    person.is_active = False
    person.save()
    status, text = sign_in(Browser(), person.email)
    assert (status, WRONG in text) == (422, True)


def test_ten_wrong_tries_hold_the_eleventh_even_with_the_right_password(firm: Firm) -> None:
    for _ in range(10):
        assert sign_in(Browser(), "admin@kauri.example", "wrong")[0] == 422
    status, text = sign_in(Browser(), "admin@kauri.example")
    assert status == 422
    assert "Too many tries" in text
    assert sign_in(Browser(), "standard@kauri.example")[0] == 302, "others are not held up"


def test_one_address_cannot_try_without_end(firm: Firm) -> None:
    replies = [Browser().post("/sign-in/", {"login": f"{n}@x.example", "password": "wrong"}) for n in range(31)]
    assert [reply.status_code for reply in replies] == [422] * 30 + [429]
    assert b"Too many tries" in replies[-1].content


def test_a_proxy_header_of_a_stranger_buys_no_further_tries(firm: Firm) -> None:
    replies = [
        Browser().post(
            "/sign-in/",
            {"login": f"{n}@x.example", "password": "wrong"},
            headers={"x-forwarded-for": f"192.0.2.{n}"},
        )
        for n in range(31)
    ]
    assert replies[-1].status_code == 429


def test_a_session_gets_a_new_id_when_somebody_signs_in(firm: Firm) -> None:
    browser = Browser()
    session = browser.session
    session["planted"] = "by an attacker"
    session.save()
    before = browser.session.session_key
    sign_in(browser, "admin@kauri.example")
    assert browser.session.session_key != before


def test_signing_out_ends_the_session_for_good(admin: Browser) -> None:
    stolen = admin.cookies["session"].value
    assert admin.post("/sign-out/").status_code == 302
    thief = Browser()
    thief.cookies["session"] = stolen
    assert thief.get("/").status_code == 302


def test_a_new_password_and_a_switched_off_person_end_sessions_at_once(
    firm: Firm, browser_of: Callable[[Person], Browser]
) -> None:
    changed, switched_off = firm.people[Role.ADMIN], firm.people[Role.STANDARD]
    browsers = [browser_of(changed), browser_of(switched_off)]
    assert [browser.get("/").status_code for browser in browsers] == [200, 200]
    changed.set_password("another long password")
    changed.save()
    switched_off.is_active = False
    switched_off.save()
    assert [browser.get("/").status_code for browser in browsers] == [302, 302]


def age(browser: Browser, **moments: timedelta) -> None:
    """Make a session as old as if so much time had gone by."""
    browser.get("/")
    session = browser.session
    for key, span in moments.items():
        session[key] = (SYSTEM_CLOCK.now() - span).timestamp()
    session.save()


@pytest.mark.parametrize(
    ("seen", "began", "status"),
    [
        (timedelta(minutes=29), timedelta(hours=2), 200),
        (timedelta(minutes=31), timedelta(hours=2), 302),
        (timedelta(minutes=1), timedelta(hours=11, minutes=59), 200),
        (timedelta(minutes=1), timedelta(hours=12, minutes=1), 302),
    ],
)
def test_a_session_ends_after_half_an_hour_of_quiet_and_after_twelve_hours(
    admin: Browser, seen: timedelta, began: timedelta, status: int
) -> None:
    age(admin, seen=seen, began=began)
    assert admin.get("/").status_code == status


def test_a_timer_on_an_open_page_does_not_keep_a_session_alive(admin: Browser) -> None:
    age(admin, seen=timedelta(minutes=20))
    before = admin.session["seen"]
    admin.get("/sync-state/")
    assert admin.session["seen"] == before
    admin.get("/")
    assert admin.session["seen"] > before


def test_a_timer_whose_session_is_over_sends_the_whole_page_to_signing_in(firm: Firm) -> None:
    reply = Browser().get(
        "/dashboard/live/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/admin/add-ons/"}
    )
    assert reply.headers["HX-Redirect"] == "/sign-in/?next=%2Fadmin%2Fadd-ons%2F"


@pytest.mark.parametrize("role", list(Role))
def test_a_demo_is_entered_by_one_click_in_any_role(firm: Firm, role: Role) -> None:
    browser = Browser()
    assert "Enter the demo" in browser.get("/sign-in/").content.decode()
    assert browser.post("/sign-in/demo/", {"role": role.value}).status_code == 302
    assert f"{role.value} person" in browser.get("/").content.decode()


@pytest.mark.parametrize("role", ["", "owner", "admin' OR 1=1", "ADMIN"])
def test_a_role_that_there_is_not_enters_nothing(firm: Firm, role: str) -> None:
    assert Browser().post("/sign-in/demo/", {"role": role}).status_code == 404


def test_outside_a_demo_that_door_is_not_there(firm: Firm) -> None:
    with override_settings(MODE="live"):
        assert "Enter the demo" not in Browser().get("/sign-in/").content.decode()
        browser = Browser()
        assert browser.post("/sign-in/demo/", {"role": "admin"}).status_code == 404
        assert browser.get("/").status_code == 302


def test_nobody_can_sign_up_or_reset_a_password_by_themselves(firm: Firm) -> None:
    for path in ("/signup/", "/sign-up/", "/accounts/signup/", "/password/reset/"):
        assert Browser().get(path).status_code == 404
    page = Browser().get("/sign-in/").content.decode()
    assert "sign up" not in page.lower()


@pytest.mark.parametrize("login", ["", "not an address", "x" * 5000 + "@kauri.example", "<script>"])
def test_odd_input_is_answered_in_words(firm: Firm, login: str) -> None:
    status, text = sign_in(Browser(), login)
    assert status == 422
    assert "<script>" not in text.split("<body", 1)[1]
