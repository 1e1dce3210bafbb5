"""Ending a process whose background work may not have ended in time."""

import logging
import os
import sys


def leave(status: int, *, clean: bool) -> None:
    """Return where all threads have ended; else end the process at once, since Python would wait for them for ever.

    What they were at is durable: it goes on at the next start.
    """
    if clean:
        return
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
