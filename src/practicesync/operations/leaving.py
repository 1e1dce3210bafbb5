"""Leaving what a stopped run would have done: its lines stay as they are, one by one, until a side changes.

So the next run does not stop at the very same lines again, and each of them can be taken up by a person.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from practicesync.core.actor import Ability, Actor
from practicesync.core.decision import row_key
from practicesync.core.presence import Presence
from practicesync.core.push import Outcome
from practicesync.operations import runs, sheets
from practicesync.operations.activity import Changed, Entry, write, write_all
from practicesync.operations.reconciling import reconcile
from practicesync.queries.differences import row_of
from practicesync.store.models import Client, Link, Run, Sheet, SheetLine

BATCH = 100
"""So many clients a transaction."""


def request_leave(actor: Actor, sheet_id: int, now: datetime) -> Run:
    """Put a stopped run's sheet away; the run that then leaves its lines as they are, for the caller to start.

    Raises `Stale` where somebody went on with it, or put it away, meanwhile.
    """
    actor.require(Ability.SYNC)
    with transaction.atomic():
        sheets.leave(actor, sheet_id)
        sheet = Sheet.rows.of(actor.practice_id).get(pk=sheet_id)
        total = _open_lines(sheet.practice_id, sheet.pk).values("client_id").distinct().count()
        run = runs.request_work(actor, sheet.connection_id, "leave", now, subject=sheet.pk, total=total)
        write(actor, Entry("brake_left", {"clients": total}, run_id=run.pk), now)
    return run


def leave_next(run_id: int, now: datetime) -> bool:
    """Leave the lines of the next clients as they are; whether there may be more. Twice is fine."""
    run = Run.rows.everywhere().get(pk=run_id)
    actor = runs.on_behalf(run)
    waiting = _open_lines(run.practice_id, run.subject or 0)
    with transaction.atomic():
        keys = list(waiting.order_by("client_id").values_list("client_id", flat=True).distinct()[:BATCH])
        if not keys or not runs.is_live(run_id):
            return False
        locked = Client.rows.among(run.practice_id, keys).order_by("pk").select_for_update(no_key=True)
        clients = {client.pk: client for client in locked}
        lines = list(waiting.filter(client_id__in=keys).order_by("link_id", "pk"))
        write_all(actor, [_entry(line, clients[line.client_id], run_id) for line in lines], now)
        links = _hold(run.practice_id, lines)
        SheetLine.rows.among(run.practice_id, [line.pk for line in lines]).update(outcome=Outcome.WITHDRAWN.value)
        reconcile(run.practice_id, links, now)
        done = run.done + len(clients)
        runs.progress(run_id, done=done, total=run.total, changed=done)
    return True


def _open_lines(practice_id: int, sheet_id: int) -> QuerySet[SheetLine, SheetLine]:
    rows: QuerySet[SheetLine, SheetLine] = SheetLine.rows.of(practice_id).filter(sheet_id=sheet_id, outcome="")
    return rows


def _hold(practice_id: int, lines: Sequence[SheetLine]) -> list[int]:
    """Note on each link which values are left as they are; a value that has moved since is judged afresh anyway."""
    stamps: dict[int, dict[str, str]] = {}
    for line in lines:
        stamps.setdefault(line.link_id or 0, {})[_key(line)] = line.stamp
    links = Link.rows.among(practice_id, stamps).order_by("pk").select_for_update(no_key=True)
    found = []
    for link in links:
        link.held = {**link.held, **stamps[link.pk]}
        found.append(link)
    Link.rows.bulk_update(found, ["held"])
    return [link.pk for link in found]


def _key(line: SheetLine) -> str:
    """What names the line in a plan."""
    if isinstance(row_of(line.subject, line.field), Presence):
        return line.ref
    return row_key(line.ref, line.field)


def _entry(line: SheetLine, client: Client, run_id: int) -> Entry:
    facts = {"client": client.name, "field": line.label}
    changes = [Changed(line.field, {}, {}, side="hold", ref=line.ref, why="left_as_is")]
    return Entry("left_as_is", facts, client_id=client.pk, run_id=run_id, changes=changes)
