"""Try practicesync on an invented firm: its register, and a sandbox Practice Manager beside it.

The first start makes the firm and takes some seconds; later ones go on with it. Ctrl-C ends everything.
"""

import argparse
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import webbrowser
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import django
from django.conf import settings

from practicesync.cli.output import say
from practicesync.cli.sandbox import Sandbox, SandboxFailed
from practicesync.config import env_file
from practicesync.config.logs import set_up

CLIENTS = 450
REGION = "AU"
PORT = 8000
READY = "demo-is-made"
STOP_SECONDS = 30.0
START_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Site:
    """Where the demo runs."""

    data: Path
    port: int

    @property
    def url(self) -> str:
        """The address that people open."""
        return f"http://localhost:{self.port}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--port", type=int, help=f"port of the screens ({PORT}, or a free one)")
    parser.add_argument("--clients", type=int, default=CLIENTS, help=f"clients in Practice Manager ({CLIENTS})")
    parser.add_argument("--fresh", action="store_true", help="begin anew; what was there is deleted")
    parser.add_argument("--no-browser", action="store_true", help="open no browser")
    parser.add_argument("--smoke", action="store_true", help="walk through it by itself, print JSON, and end")


def run(options: argparse.Namespace) -> int:
    """Run until Ctrl-C; with --smoke until the walk is over, 1 where it failed."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with _place(options) as data, contextlib.ExitStack() as stack:
            site = Site(data, options.port or (_free_port() if options.smoke else _free_port(PORT)))
            sandbox = stack.enter_context(
                Sandbox(data / "sandbox.sqlite3", port=0, clients=options.clients, region=REGION)
            )
            _set_up(site, sandbox)
            stack.enter_context(_server(site))
            return _walk(site, sandbox) if options.smoke else _show(options, site, sandbox)
    except SandboxFailed as problem:
        say(f"practicesync: {problem}")
        return 1


def _walk(site: Site, sandbox: Sandbox) -> int:
    status: int = import_module("practicesync.cli.demo_smoke").walk(site.url, sandbox)
    return status


def _show(options: argparse.Namespace, site: Site, sandbox: Sandbox) -> int:
    """Make the firm where there is none, say where it is, and wait."""
    if not (site.data / READY).exists():
        say("Making an invented firm; this takes some seconds and is done once.")
        import_module("practicesync.cli.demo_firm").make(sandbox, say)
        (site.data / READY).touch()
    say("")
    say(f"  practicesync         {site.url}")
    say(f"  the sandbox's pages  {sandbox.url}")
    say("")
    say("Ctrl-C ends both; the next start goes on with the same data.")
    if not options.no_browser and (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        webbrowser.open(site.url)
    threading.Event().wait()
    return 0


@contextlib.contextmanager
def _place(options: argparse.Namespace) -> Iterator[Path]:
    """The demo's folder: the one that was named, the user's own, or for a walk-through one that is gone afterwards."""
    if options.smoke and not options.data:
        with tempfile.TemporaryDirectory(prefix="practicesync-demo-") as temporary:
            yield Path(temporary)
        return
    folder = Path(options.data) if options.data else _state_folder() / "practicesync" / "demo"
    half_made = (folder / "sandbox.sqlite3").exists() and not (folder / READY).exists()
    if (options.fresh and folder.exists() and any(folder.iterdir())) or half_made:
        if not (folder / "sandbox.sqlite3").exists():
            raise SandboxFailed(f"{folder} holds no demo, so it is not deleted.")
        shutil.rmtree(folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    yield folder.absolute()


def _state_folder() -> Path:
    """The XDG base directory for state; in the working folder where there is no home to write to."""
    named = os.environ.get("XDG_STATE_HOME")
    home = os.environ.get("HOME")
    return Path(named) if named else Path(home) / ".local" / "state" if home else Path("var")


def _free_port(wanted: int = 0) -> int:
    """The wanted port where nobody listens on it, else any free one."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _set_up(site: Site, sandbox: Sandbox) -> None:
    """Start Django on the demo's settings. They are written down for other commands; the ports may change later."""
    told = {
        "MODE": "demo",
        "DATABASE_URL": "",
        "PUBLIC_URL": site.url,
        "XPM_SANDBOX": sandbox.url,
        "XPM_CLIENT_ID": "sandbox-pkce",
        "XPM_CLIENT_SECRET": "",
        "LOG_LEVEL": os.environ.get("PRACTICESYNC_LOG_LEVEL", "WARNING"),
    }
    env_file.ensure(site.data, told)
    os.environ.update({f"PRACTICESYNC_{name}": value for name, value in told.items()})
    os.environ["PRACTICESYNC_DATA"] = str(site.data)
    os.environ["DJANGO_SETTINGS_MODULE"] = "practicesync.config.settings"
    django.setup()
    set_up(settings.LOGGING)
    import_module("practicesync.cli.database").bring_up_to_date()


@contextlib.contextmanager
def _server(site: Site) -> Iterator[None]:
    """The screens and the worker, as `practicesync serve` runs them."""
    command = [sys.executable, "-c", "import sys; from practicesync.cli.main import main; sys.exit(main())"]
    words = ["serve", "--port", str(site.port), "--quiet"]
    process = subprocess.Popen([*command, *words], start_new_session=True)  # noqa: S603 - this Python
    try:
        _wait_for_port(site.port, process)
        yield
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise SandboxFailed("The screens did not start; see the message above.")


def _interrupt(*_: object) -> None:
    """End as Ctrl-C does, so that what was started is ended too."""
    raise KeyboardInterrupt
