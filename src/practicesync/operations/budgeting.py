"""The API budget's ledger, kept in the connection's row so that it holds over all processes."""

from dataclasses import fields
from datetime import datetime, timedelta

from django.db import transaction

from practicesync.core import budget
from practicesync.core.budget import Admission, Ledger, Room
from practicesync.operations import runs
from practicesync.queries.budgets import ledger_of, limits, load
from practicesync.store.models import Budget, Connection

_COLUMNS = tuple(each.name for each in fields(Ledger))


def admit(connection_id: int, lease: str, *, interactive: bool, now: datetime, run_id: int | None = None) -> Admission:
    """Ask for one call; a granted one is in the ledger, and among those of the run, when this returns."""
    with transaction.atomic():
        key, ledger = _locked(connection_id)
        admission = budget.admit(ledger, limits(), now.timestamp(), lease, interactive=interactive)
        _keep(key, admission.ledger)
        if admission.granted and run_id is not None:
            runs.count_call(run_id)
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
        key, ledger = _locked(connection_id)
        ledger = budget.release(ledger, lease)
        _keep(key, budget.learn(ledger, now.timestamp(), minute_left=minute_left, day_left=day_left))


def block(connection_id: int, seconds: float, limit: str, now: datetime) -> None:
    """The server said to wait: no call of this connection goes out before then."""
    with transaction.atomic():
        key, ledger = _locked(connection_id)
        _keep(key, budget.block(ledger, (now + timedelta(seconds=seconds)).timestamp(), limit))


def _locked(connection_id: int) -> tuple[int, Ledger]:
    """The ledger, and the row that holds it. Every call of every run comes by here twice, so no more is loaded."""
    rows = Budget.rows.everywhere().filter(connection_id=connection_id).select_for_update(no_key=True)
    found = rows.values_list("pk", "ledger").first()
    if found is None:
        practice_id = Connection.rows.everywhere().values_list("practice_id", flat=True).get(pk=connection_id)
        Budget.rows.of(practice_id).get_or_create(connection_id=connection_id, practice_id=practice_id)
        found = rows.values_list("pk", "ledger").get()
    return found[0], load(found[1])


def _keep(key: int, ledger: Ledger) -> None:
    # Not `asdict`, which copies every moment of the last minute by itself.
    stored = {name: getattr(ledger, name) for name in _COLUMNS}
    Budget.rows.everywhere().filter(pk=key).update(ledger=stored)
