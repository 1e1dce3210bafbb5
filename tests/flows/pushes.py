"""Many linked clients with something to write, and the run that writes it."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import uuid4

from django.db import transaction

from firms import Firm
from practicesync.core.fields import ClientKind
from practicesync.core.verdict import Move
from practicesync.operations import creating, linking
from practicesync.operations.moving import hold, queue
from practicesync.operations.reconciling import reconcile
from practicesync.operations.register import ContactEdit, edit_client
from practicesync.queries.motions import motion_of
from practicesync.store.models import Client, Mirror, Push, Run

OLD, NEW, OTHER = "09 555 0101", "09 555 0102", "09 555 0109"


def pairs(firm: Firm, count: int, **there: Any) -> list[tuple[Client, str]]:
    """Clients on both sides that agree on a phone, linked after one refresh."""
    ids = [firm.xpm_add(Name=f"Kauri {number:03} Ltd", Phone=OLD, **there) for number in range(count)]
    clients = [firm.add(f"Kauri {number:03} Ltd", phone=OLD) for number in range(count)]
    firm.clock.advance(1)
    firm.refresh()
    mirrors = dict(Mirror.rows.of(firm.practice.pk).values_list("remote_id", "pk"))
    together = [(client.pk, mirrors[remote_id]) for client, remote_id in zip(clients, ids, strict=True)]
    linking.link_pairs(firm.actor, together, firm.connection.pk, firm.clock.now())
    firm.clock.advance(3600)
    return list(zip(clients, ids, strict=True))


def with_old_clients(firm: Firm) -> None:
    """An archived client and a deleted one in XPM: where its lists show them, one speaks for a batch."""
    for turn in ("archive", "delete"):
        firm.control("POST", f"clients/{firm.xpm_add(Name=f'Old {turn}')}/{turn}")


def a_run(firm: Firm) -> Run:
    """A run with nothing to send yet."""
    run = Run(
        practice_id=firm.practice.pk,
        connection=firm.connection,
        key=uuid4(),
        kind="sync",
        asked_by=firm.actor.name,
        asked_by_id=firm.actor.id,
        asked_at=firm.clock.now(),
        total=0,
    )
    run.save(force_insert=True)
    return run


def push_all(firm: Firm, clients: Iterable[Client], run: Run | None = None) -> Run:
    """Queue all that a plan says can be pushed of these clients, in one run."""
    run = run or a_run(firm)
    now = firm.clock.now()
    with transaction.atomic():
        for client in clients:
            Client.rows.of(firm.practice.pk).select_for_update(no_key=True).get(pk=client.pk)
            loaded = firm.plan(client)
            rows = [row for row in loaded.plan.differences() if row.can_push]
            hold(firm.practice.pk, [row.ref for row in rows])
            queue(loaded, [motion_of(loaded, row, Move.PUSH) for row in rows], run, now)
            reconcile(firm.practice.pk, [loaded.link.pk], now)
    return counted(run)


def counted(run: Run) -> Run:
    """The run, with how much it is about."""
    run.total = sum(push.size for push in Push.rows.of(run.practice_id).filter(run=run))
    run.save(update_fields=["total"])
    return run


def create(firm: Firm, clients: Sequence[Client], run: Run | None = None) -> Run:
    """Queue the making of these clients in XPM."""
    run = run or a_run(firm)
    for client in clients:
        with transaction.atomic():
            creating.queue_create(firm.actor, client.pk, run, firm.clock.now())
    return counted(run)


def with_contact(firm: Firm, client: Client, **values: str) -> Client:
    """A contact for a client of the register."""
    client.refresh_from_db()
    saved = edit_client(
        firm.actor,
        client.pk,
        revision=client.revision,
        kind=ClientKind(client.kind),
        values={},
        contacts=[ContactEdit(None, values)],
        now=firm.clock.now(),
    )
    return saved.client


def states(firm: Firm, run: Run) -> list[str]:
    """How the pushes of a run stand."""
    return list(Push.rows.of(firm.practice.pk).filter(run=run).order_by("pk").values_list("state", flat=True))


def calls(firm: Firm, path: str = "") -> list[dict[str, Any]]:
    """The calls that XPM received, of this path."""
    found: list[dict[str, Any]] = firm.control("GET", f"audit?path={path}")["calls"]
    return found


def switch(firm: Firm, **settings: str) -> None:
    """How XPM behaves where nobody knows."""
    firm.control("PATCH", "switches", json=settings)
