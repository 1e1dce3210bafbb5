"""The main job in Chromium, from connecting to both sides agreeing, on the real demo and the sandbox's own pages.

Pictures of every screen, at both widths, go to `var/screenshots`; each screen is checked by axe.
"""

import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from processes.workers import environment

pytestmark = [pytest.mark.browser, pytest.mark.serial]

PICTURES = Path(__file__).resolve().parents[2] / "var" / "screenshots"
MAIN = "import sys; from practicesync.cli.main import main; sys.exit(main())"
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
WIDTHS = {"desktop": 1280, "phone": 360}
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


@pytest.fixture
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS.split())
        yield browser
        browser.close()


@dataclass
class Visit:
    """One person's browser; `look` takes the pictures of a screen and lets axe judge it."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def look(self, name: str) -> None:
        for width_name, width in WIDTHS.items():
            self.page.set_viewport_size({"width": width, "height": 800})
            PICTURES.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=PICTURES / f"{name}-{width_name}.png")
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{name} scrolls sideways at {width}"
            found = Axe().run(self.page)
            self.complaints += [f"{name} at {width}: {each['id']}" for each in found.response["violations"]]
        self.page.set_viewport_size({"width": WIDTHS["desktop"], "height": 800})


def test_the_main_job_from_connecting_to_both_sides_agreeing(demo: Demo, chromium: Browser) -> None:
    page = chromium.new_page(base_url=demo.site, viewport={"width": WIDTHS["desktop"], "height": 800})
    page.set_default_timeout(15_000)
    visit = Visit(page)
    _enter(visit)
    _connect_again(visit)
    client, remote = _a_client_in_sync(page)
    visit.look("panel-in-sync")
    _edit_in_xpm(visit, demo, remote)
    _edit_in_the_register(visit, client)
    _refresh(visit, client)
    _sync(visit, client)
    _both_sides_agree(visit, demo, client, remote)
    assert visit.complaints == []


def _enter(visit: Visit) -> None:
    visit.page.goto("/")
    visit.look("sign-in")
    visit.page.get_by_role("button", name="Enter the demo").first.click()
    expect(visit.page.get_by_role("heading", name="Dashboard")).to_be_visible()
    visit.look("dashboard")


def _connect_again(visit: Visit) -> None:
    """Let go of the connection that the demo made, and connect by the sandbox's sign-in pages as a firm would."""
    page = visit.page
    page.goto("/settings/practice-management/")
    page.get_by_role("link", name="Disconnect").click()
    visit.look("disconnect")
    page.get_by_role("button", name=re.compile("^Disconnect from")).click()
    page.get_by_role("button", name="Connect", exact=True).click()
    page.wait_for_url(re.compile("/identity/connect/authorize"))
    page.get_by_role("button", name=re.compile("Alex|admin@", re.IGNORECASE)).first.click()
    page.get_by_role("button", name="Allow access").click()
    page.wait_for_url(re.compile("/settings/practice-management/"))
    expect(page.get_by_text("Connected", exact=True).first).to_be_visible()
    visit.look("connected")


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


def _edit_in_xpm(visit: Visit, demo: Demo, name: str) -> None:
    page = visit.page
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


def _edit_in_the_register(visit: Visit, client: str) -> None:
    page = visit.page
    page.goto(f"{client}edit/")
    visit.look("edit")
    page.get_by_label("Email", exact=True).first.fill(NEW_EMAIL)
    page.get_by_label("Website", exact=True).first.fill(NEW_SITE)
    page.get_by_role("button", name="Save").first.click()
    page.wait_for_url(lambda address: "/edit/" not in address)


def _refresh(visit: Visit, client: str) -> None:
    """Saving refreshed it already; the button does it once more. Who moved is told for each field."""
    page = visit.page
    page.goto(client)
    page.get_by_role("button", name="Refresh").last.click()
    expect(page.get_by_role("link", name="Sync", exact=True)).to_be_visible()
    expect(page.get_by_text("in XPM", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Refresh").last).to_be_enabled()
    visit.look("panel-differs")


def _sync(visit: Visit, client: str) -> None:
    page = visit.page
    page.goto(f"{client}sync/")
    rows = page.locator("tr.choice")
    expect(rows.filter(has_text=NEW_EMAIL).locator("input[value=push]")).to_be_checked()
    expect(rows.filter(has_text=NEW_PHONE).locator("input[value=pull]")).to_be_checked()
    expect(rows.filter(has_text=NEW_SITE).locator("input[value=push]")).to_be_checked()
    visit.look("sync")
    page.get_by_role("button", name=re.compile("^Sync: 2 to XPM, 1 to register")).click()
    page.wait_for_url(re.compile(r"/sync/\d+/"))
    expect(page.get_by_text("Done", exact=True).first).to_be_visible()
    visit.look("synced")


def _both_sides_agree(visit: Visit, demo: Demo, client: str, name: str) -> None:
    page = visit.page
    page.goto(client)
    expect(page.get_by_text(NEW_PHONE).first).to_be_visible()
    expect(page.get_by_role("link", name="Sync", exact=True)).to_have_count(0)
    visit.look("panel-after")
    _open_in_xpm(page, demo, name)
    for value in (NEW_EMAIL, NEW_SITE, NEW_PHONE):
        expect(page.locator(f"input[value='{value}']")).to_have_count(1)
