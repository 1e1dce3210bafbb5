"""What tests of screens begin with: Chromium, a firm at work, and a window on it; `browsers.py` tells how."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from browsers import Visit, a_chromium, a_window, visit_of
from practicesync.core.actor import Role
from web.desk import Desk, a_desk
from xpm_sandbox.app import create_app
from xpm_sandbox.server import serve
from xpm_sandbox.world import World


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "visit: who looks at which firm; takes the words of browsers.Visit")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One for all tests of a file, since starting it takes longer than most of them.

    Playwright keeps an event loop in this thread, beside which Django would refuse the tests' own queries.
    """
    with pytest.MonkeyPatch.context() as patch, a_chromium() as browser:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield browser


@pytest.fixture
def visit(request: pytest.FixtureRequest) -> Visit:
    return visit_of(request)


@pytest.fixture
def desk(visit: Visit) -> Iterator[Desk]:
    """A firm that has connected to its XPM."""
    with a_desk(clients=visit.clients) as found:
        yield found


@pytest.fixture
def page(chromium: Browser, visit: Visit, desk: Desk, live_server: LiveServer) -> Iterator[Page]:
    """A window of somebody of the firm."""
    people = {Role.ADMIN: desk.admin, Role.STANDARD: desk.standard, Role.READ_ONLY: desk.read_only}
    session = people[visit.role].cookies["session"].value
    with a_window(chromium, live_server.url, visit, session=session) as opened:
        yield opened


@pytest.fixture(scope="module")
def sandbox() -> Iterator[str]:
    """The address of a practice manager without a firm that is connected to it."""
    with World.open(clients=120, region="NZ") as world, serve(create_app(world)) as url:
        yield url
