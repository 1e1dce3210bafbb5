"""The main job in Chromium, from connecting to both sides agreeing, on the real demo and the sandbox's own pages.

Pictures of every screen, at both widths, go to `var/screenshots`; each screen is checked by axe.
"""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

from browsers import Visit, a_window, look
from processes.workers import environment

pytestmark = [pytest.mark.browser, pytest.mark.serial]

MAIN = "import sys; from practicesync.cli.main import main; sys.exit(main())"
NEW_PHONE = "02 9555 0177"
NEW_EMAIL = "partners@waratah.example"
NEW_SITE = "www.waratah.example"


@dataclass
class Demo:
    """A demo in a process of its own."""

    site: str
    sandbox: str


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    home = tmp_path_factory.mktemp("demo")
    words = ["--no-browser", "--clients", "120", "--data", str(home / "data")]
    told = {name: value for name, value in environment(HOME=str(home)).items() if not name.endswith(("KEY", "KEYS"))}
    process = subprocess.Popen(
        [sys.executable, "-c", MAIN, "demo", *words], env=told, stderr=subprocess.PIPE, text=True, cwd=home
    )
    with process:
        try:
            yield Demo(*_addresses(process))
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)


def _addresses(process: subprocess.Popen[str]) -> tuple[str, str]:
    assert process.stderr is not None
    lines = []
    for line in process.stderr:
        lines.append(line)
        if line.startswith("Ctrl-C"):
            break
    told = "".join(lines)
    assert "Ctrl-C" in told, told
    site, sandbox = re.findall(r"http://\S+", told)
    return site, sandbox


def test_the_main_job_from_connecting_to_both_sides_agreeing(demo: Demo, chromium: Browser) -> None:
    with a_window(chromium, demo.site, Visit(refused=(404,))) as page:
        _enter(page)
        _connect_again(page)
        client, remote = _a_client_in_sync(page)
        look(page, "panel-in-sync")
        _edit_in_xpm(page, demo, remote)
        _edit_in_the_register(page, client)
        _refresh(page, client)
        _sync(page, client)
        _both_sides_agree(page, demo, client, remote)


def _enter(page: Page) -> None:
    page.goto("/")
    look(page, "sign-in")
    page.get_by_role("button", name="Enter the demo").first.click()
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()
    look(page, "dashboard")


def _connect_again(page: Page) -> None:
    """Let go of the connection that the demo made, and connect by the sandbox's sign-in pages as a firm would."""
    page.goto("/settings/practice-management/")
    page.get_by_role("link", name="Disconnect").click()
    look(page, "disconnect")
    page.get_by_role("button", name=re.compile("^Disconnect from")).click()
    page.get_by_role("button", name="Connect", exact=True).click()
    page.wait_for_url(re.compile("/identity/connect/authorize"))
    page.get_by_role("button", name=re.compile("Alex|admin@", re.IGNORECASE)).first.click()
    page.get_by_role("button", name="Allow access").click()
    page.wait_for_url(re.compile("/settings/practice-management/"))
    expect(page.get_by_text("Connected", exact=True).first).to_be_visible()
    look(page, "connected")


def _a_client_in_sync(page: Page) -> tuple[str, str]:
    """The addresses of a linked client's panel, and its name in XPM."""
    for number in range(10):
        page.goto("/clients/?state=in_sync")
        page.locator("#list tbody tr .opener").nth(number).click()
        expect(page.locator("#panel #client-name")).to_be_visible()
        if not page.locator("#panel").get_by_text("is archived in").count():
            break
    found = re.search(r"client=(\d+)", page.url)
    assert found is not None
    name = page.locator("#panel").get_by_text("linked to").locator("strong").inner_text()
    return f"/clients/{found[1]}/", name


def _edit_in_xpm(page: Page, demo: Demo, name: str) -> None:
    _open_in_xpm(page, demo, name)
    page.get_by_label("Phone", exact=True).first.fill(NEW_PHONE)
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_label("Phone", exact=True).first).to_have_value(NEW_PHONE)


def _open_in_xpm(page: Page, demo: Demo, name: str) -> None:
    """The client on the sandbox's own pages, as somebody who works in XPM opens it."""
    page.goto(demo.sandbox)
    page.get_by_role("link", name="Waratah & Partners Accounting").first.click()
    page.goto(f"{page.url}?{urlencode({'q': name, 'show': 'all'})}")
    page.get_by_role("link", name=name, exact=True).first.click()


def _edit_in_the_register(page: Page, client: str) -> None:
    page.goto(f"{client}edit/")
    look(page, "edit")
    page.get_by_label("Email", exact=True).first.fill(NEW_EMAIL)
    page.get_by_label("Website", exact=True).first.fill(NEW_SITE)
    page.get_by_role("button", name="Save").first.click()
    page.wait_for_url(lambda address: "/edit/" not in address)


def _refresh(page: Page, client: str) -> None:
    """Saving refreshed it already; the button does it once more. Who moved is told for each field."""
    page.goto(client)
    page.get_by_role("button", name="Refresh").last.click()
    expect(page.get_by_role("link", name="Sync", exact=True)).to_be_visible()
    expect(page.get_by_text("in XPM", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Refresh").last).to_be_enabled()
    look(page, "panel-differs")


def _sync(page: Page, client: str) -> None:
    page.goto(f"{client}sync/")
    rows = page.locator("tr.choice")
    expect(rows.filter(has_text=NEW_EMAIL).locator("input[value=push]")).to_be_checked()
    expect(rows.filter(has_text=NEW_PHONE).locator("input[value=pull]")).to_be_checked()
    expect(rows.filter(has_text=NEW_SITE).locator("input[value=push]")).to_be_checked()
    look(page, "sync")
    page.get_by_role("button", name=re.compile("^Sync: 2 to XPM, 1 to register")).click()
    page.wait_for_url(re.compile(r"/sync/\d+/"))
    expect(page.get_by_text("Done", exact=True).first).to_be_visible()
    look(page, "synced")


def _both_sides_agree(page: Page, demo: Demo, client: str, name: str) -> None:
    page.goto(client)
    expect(page.get_by_text(NEW_PHONE).first).to_be_visible()
    expect(page.get_by_role("link", name="Sync", exact=True)).to_have_count(0)
    look(page, "panel-after")
    _open_in_xpm(page, demo, name)
    for value in (NEW_EMAIL, NEW_SITE, NEW_PHONE):
        expect(page.locator(f"input[value='{value}']")).to_have_count(1)
