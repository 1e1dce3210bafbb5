"""Work in the background until told to stop. On SQLite one worker works; another waits until it has gone."""

import argparse
import logging
import signal
import sys
import threading

from practicesync.cli.database import prepare_or_refuse
from practicesync.cli.exiting import leave
from practicesync.config.checks import require_sound_settings
from practicesync.flows.registry import FLOWS
from practicesync.flows.worker import Worker

log = logging.getLogger(__name__)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--migrate", action="store_true", help="bring PostgreSQL's tables up to date first")


def run(options: argparse.Namespace) -> int:
    """Work until SIGTERM or Ctrl-C; 1 where the worker could not go on."""
    require_sound_settings()
    prepare_or_refuse(migrate=options.migrate)
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    worker = Worker(FLOWS)
    worker.start()
    while worker.alive and not told.wait(0.5):
        pass
    failed = not told.is_set()
    log.info("the worker stops")
    clean = worker.stop()
    if failed:
        print("practicesync: the worker ended; the log tells why", file=sys.stderr)
    leave(1 if failed else 0, clean=clean)
    return 1 if failed else 0
