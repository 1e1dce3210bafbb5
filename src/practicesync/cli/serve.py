"""Serve the screens, with the background worker in the same process; with --no-worker it runs in others."""

import argparse
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]

from practicesync.cli.database import prepare_or_refuse
from practicesync.cli.exiting import leave
from practicesync.cli.output import say
from practicesync.config.checks import findings, require_sound_settings
from practicesync.flows.registry import FLOWS
from practicesync.flows.worker import Worker

THREADS = 8
STOP_SECONDS = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (8000)")
    parser.add_argument("--no-worker", action="store_true", help="only the screens; start `practicesync worker` too")
    parser.add_argument("--quiet", action="store_true", help="say nothing while all is well")
    parser.add_argument("--migrate", action="store_true", help="bring PostgreSQL's tables up to date first")


def run(options: argparse.Namespace) -> int:
    """Serve until SIGTERM or Ctrl-C."""
    require_sound_settings()
    for found in () if options.quiet else findings():
        say(f"practicesync: {found.msg} {found.hint}")
    prepare_or_refuse(migrate=options.migrate)
    Server(options).run()
    return 0


class Server(BaseApplication):  # type: ignore[misc]
    """One process with threads: SQLite has one writer, and the worker's threads live beside the screens'.

    More processes on PostgreSQL are more such programs behind one reverse proxy.
    """

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._worker: Worker | None = None
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn what it is to be."""
        told = {
            "bind": f"{self._options.host}:{self._options.port}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": THREADS,
            "timeout": 120,
            "graceful_timeout": STOP_SECONDS + 5,
            "umask": 0o077,
            "loglevel": "warning",
            "proc_name": "practicesync",
            "control_socket_disable": True,
            "post_worker_init": self._begin,
            "worker_exit": self._exit,
            "when_ready": self._ready,
        }
        for name, value in told.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The application, made in the process that serves it."""
        return get_wsgi_application()

    def _begin(self, _process: Any) -> None:
        """The serving process is there: begin to work beside it, in threads that a fork would not have carried over."""
        if not self._options.no_worker:
            self._worker = Worker(FLOWS)
            self._worker.start()

    def _exit(self, _arbiter: Any, _process: Any) -> None:
        """The serving process ends: what the worker is at goes on at the next start."""
        if self._worker is not None:
            leave(0, clean=self._worker.stop())

    def _ready(self, _arbiter: Any) -> None:
        """Connections are taken."""
        if not self._options.quiet:
            say(f"practicesync runs at {settings.PUBLIC_URL} (Ctrl-C ends it)")
