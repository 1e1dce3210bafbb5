"""What a window and a judge must find: a harness that finds nothing would let every screen pass."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from browsers import PHONE, Visit, a_window, judge, settle

pytestmark = pytest.mark.browser

GOOD = "<!doctype html><html lang='en'><title>Clients</title><main><h1>Clients</h1>{}</main></html>"


def shown(page: Page, body: str) -> Page:
    page.set_viewport_size(PHONE)
    page.set_content(GOOD.format(body))
    return page


def test_a_good_screen_passes(chromium: Browser, sandbox: str) -> None:
    with a_window(chromium, sandbox, Visit()) as page:
        judge(shown(page, "<p>Kauri Holdings Limited</p>"))


def test_what_sticks_out_of_a_phone_is_found(chromium: Browser, sandbox: str) -> None:
    with a_window(chromium, sandbox, Visit()) as page, pytest.raises(AssertionError, match="scrolls sideways by 40"):
        judge(shown(page, "<p style='width: 400px; margin: 0 0 0 -8px'>wide</p>"))


def test_what_somebody_cannot_read_is_found(chromium: Browser, sandbox: str) -> None:
    with (
        a_window(chromium, sandbox, Visit()) as page,
        pytest.raises(AssertionError, match="Ensure every form element has a label"),
    ):
        judge(shown(page, "<input name='q'>"))


def complaint(chromium: Browser, address: str, visit: Visit, act: Callable[[Page], object]) -> str:
    """What a window says at its end; nothing where it passes."""
    try:
        with a_window(chromium, address, visit) as page:
            act(page)
    except AssertionError as problem:
        return str(problem)
    return ""


@pytest.mark.parametrize("script", ["console.error('lost')", "setTimeout(() => { throw new Error('lost') })"])
def test_a_complaint_of_a_second_window_is_found_at_the_end(chromium: Browser, sandbox: str, script: str) -> None:
    def complain(page: Page) -> None:
        other = page.context.new_page()
        other.evaluate(script)
        other.wait_for_timeout(100)

    assert "lost" in complaint(chromium, sandbox, Visit(), complain)


def test_only_the_answers_that_are_to_be_refused_are_passed_over(chromium: Browser, sandbox: str) -> None:
    def ask(page: Page) -> object:
        return page.goto("/no-such-page/")

    assert complaint(chromium, sandbox, Visit(refused=(404,)), ask) == ""
    assert "status of 404" in complaint(chromium, sandbox, Visit(refused=(409, 422)), ask)


def test_a_page_that_htmx_is_still_at_work_on_is_waited_for(chromium: Browser, sandbox: str) -> None:
    with a_window(chromium, sandbox, Visit()) as page:
        shown(page, "<p class='htmx-settling'>Kauri</p>")
        page.evaluate("setTimeout(() => document.querySelector('p').removeAttribute('class'), 300)")
        settle(page)
        assert page.locator("p").get_attribute("class") is None


@pytest.mark.visit(clients=3, refused=(409,))
class TestMarks:
    @pytest.mark.visit(refused=(422,), script=False)
    def test_a_nearer_mark_wins_word_by_word(self, visit: Visit) -> None:
        assert visit == Visit(clients=3, refused=(422,), script=False)
