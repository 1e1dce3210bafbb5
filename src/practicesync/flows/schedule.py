"""Schedule: the readings that nobody asks for, handed over when they are due. Every worker looks, every minute."""

from datetime import datetime

from django.conf import settings

from practicesync.flows import start
from practicesync.operations import scheduling
from practicesync.operations.scheduling import Rhythm


def ask_due(now: datetime) -> int:
    """Ask for the readings that are due, and hand them over; how many. Two workers that look at once ask once."""
    asked = scheduling.ask_due(Rhythm(settings.REFRESH_EVERY, settings.SWEEP_EVERY), now)
    start.enqueue_all(asked)
    return len(asked)
