"""The API budget as screens read it; `operations.budgeting` alone spends it."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from practicesync.core.budget import Ledger, Limits
from practicesync.store.models import Budget


def limits() -> Limits:
    """What Xero allows this app."""
    day = int(settings.XPM_DAY_LIMIT)
    return Limits(day=day, reserve=min(100, day // 10))


def ledger_of(practice_id: int, connection_id: int) -> Ledger:
    """The connection's ledger; an empty one before its first call."""
    kept = Budget.rows.of(practice_id).filter(connection_id=connection_id).values_list("ledger", flat=True).first()
    return load(kept or {})


def load(stored: Mapping[str, Any]) -> Ledger:
    """A ledger from its stored form; an empty one before the first call."""
    return Ledger(**{**stored, "minute": tuple(stored["minute"])}) if stored else Ledger()
