"""The API budget's ledger, kept in the connection's row so that it holds over all processes."""

from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import transaction

from practicesync.core import budget
from practicesync.core.budget import Admission, Ledger, Room
from practicesync.queries.budgets import ledger_of, limits, load
from practicesync.store.models import Budget, Connection


def admit(connection_id: int, lease: str, *, interactive: bool, now: datetime) -> Admission:
    """Ask for one call; a granted one is in the ledger when this returns."""
    with transaction.atomic():
        row = _locked(connection_id)
        admission = budget.admit(load(row.ledger), limits(), now.timestamp(), lease, interactive=interactive)
        _keep(row, admission.ledger)
    return admission


def room(practice_id: int, connection_id: int, wanted: int, *, interactive: bool, now: datetime) -> Room:
    """How many calls may go out now, for whoever is about to make `wanted`; nothing is taken."""
    ledger = ledger_of(practice_id, connection_id)
    return budget.room(ledger, limits(), now.timestamp(), wanted, interactive=interactive)


def release(
    connection_id: int, lease: str, *, minute_left: int | None = None, day_left: int | None = None, now: datetime
) -> None:
    """The call is over; the server's counters are believed."""
    with transaction.atomic():
        row = _locked(connection_id)
        ledger = budget.release(load(row.ledger), lease)
        _keep(row, budget.learn(ledger, now.timestamp(), minute_left=minute_left, day_left=day_left))


def block(connection_id: int, seconds: float, limit: str, now: datetime) -> None:
    """The server said to wait: no call of this connection goes out before then."""
    with transaction.atomic():
        row = _locked(connection_id)
        _keep(row, budget.block(load(row.ledger), (now + timedelta(seconds=seconds)).timestamp(), limit))


def _locked(connection_id: int) -> Budget:
    found = Budget.rows.everywhere().select_for_update(no_key=True).filter(connection_id=connection_id).first()
    if found is not None:
        return found
    practice_id = Connection.rows.everywhere().values_list("practice_id", flat=True).get(pk=connection_id)
    made, _ = Budget.rows.of(practice_id).get_or_create(connection_id=connection_id, practice_id=practice_id)
    return Budget.rows.of(practice_id).select_for_update(no_key=True).get(pk=made.pk)


def _keep(row: Budget, ledger: Ledger) -> None:
    Budget.rows.of(row.practice_id).filter(pk=row.pk).update(ledger=asdict(ledger))
