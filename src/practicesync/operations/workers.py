"""Workers' signs of life; about machines, not about a practice."""

from datetime import datetime

from practicesync.store.models import Heartbeat


def beat(worker: str, now: datetime) -> None:
    """This worker lives."""
    Heartbeat.objects.update_or_create(worker=worker, defaults={"seen_at": now})


def sign_off(worker: str) -> None:
    """This worker has ended in good order."""
    Heartbeat.objects.filter(worker=worker).delete()
