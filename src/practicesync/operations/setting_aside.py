"""Setting clients aside, so that they are in nobody's way, and taking them back.

A linked client that is set aside is neither moved by itself nor counted under what needs somebody; by hand everything
still goes. One without a link is kept out of the remote: it is not proposed for a link.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime

from django.db import transaction

from practicesync.core.actor import Ability, Actor
from practicesync.core.errors import Invalid
from practicesync.core.push import PushState
from practicesync.operations import runs
from practicesync.operations.activity import Entry, write_all
from practicesync.operations.listing import restate
from practicesync.operations.pushing import withdraw
from practicesync.operations.reconciling import reconcile
from practicesync.operations.suggesting import settle
from practicesync.store.models import Client, KeptOut, Link, Push, Run

SET_ASIDE = "set_aside"
TAKE_BACK = "take_back"

BATCH = 200
"""So many clients a transaction; more are done by a run."""

LONGEST = 300
NO_REASON = "Say why, so that whoever meets this client later knows."
TOO_LONG = f"Say it in {LONGEST} characters at most."


def set_aside(actor: Actor, client_ids: Collection[int], why: str, now: datetime, *, run_id: int | None = None) -> int:
    """Set these clients aside for this reason; returns how many were not already. Archived ones are passed over.

    What waits to be written for them and was not sent yet is withdrawn. Raises `Invalid` (by `why`) without a reason.
    """
    actor.require(Ability.SYNC)
    why = reason_in(why)
    with transaction.atomic():
        clients = _hold(actor, client_ids)
        kept_out = _kept_out(actor, clients)
        linked = {link.client_id: link for link in _live(actor, clients)}
        aside = [link for link in linked.values() if link.set_aside_at is None]
        apart = [key for key in clients if key not in linked and key not in kept_out]
        _withdraw(actor, aside, now)
        fresh = sorted([*(link.client_id for link in aside), *apart])
        entries = [_entry("client_set_aside", clients[key], run_id, why=why) for key in fresh]
        write_all(actor, entries, now)
        rows = Link.rows.among(actor.practice_id, [link.pk for link in aside])
        rows.update(set_aside_at=now, set_aside_by=actor.name, set_aside_why=why)
        KeptOut.rows.bulk_create(
            KeptOut(practice_id=actor.practice_id, client_id=key, why=why, said_at=now, said_by=actor.name)
            for key in apart
        )
        _plan_again(actor, aside, apart, now)
    return len(fresh)


def take_back(actor: Actor, client_ids: Collection[int], now: datetime, *, run_id: int | None = None) -> int:
    """Take these clients back; they are planned afresh at once. Returns how many were set aside."""
    actor.require(Ability.SYNC)
    with transaction.atomic():
        clients = _hold(actor, client_ids)
        apart = sorted(_kept_out(actor, clients))
        back = [link for link in _live(actor, clients) if link.set_aside_at is not None]
        fresh = sorted({*apart, *(link.client_id for link in back)})
        write_all(actor, [_entry("client_taken_back", clients[key], run_id) for key in fresh], now)
        rows = Link.rows.among(actor.practice_id, [link.pk for link in back])
        rows.update(set_aside_at=None, set_aside_by="", set_aside_why="")
        KeptOut.rows.of(actor.practice_id).filter(client_id__in=apart).delete()
        _plan_again(actor, back, apart, now)
    return len(fresh)


def request(actor: Actor, kind: str, client_ids: Sequence[int], now: datetime, *, why: str = "") -> Run | None:
    """Set aside or take back (`kind`) any number of clients: a few at once (None), more by a run that is queued.

    Raises what `set_aside` raises.
    """
    actor.require(Ability.SYNC)
    if kind == SET_ASIDE:
        why = reason_in(why)
    if len(client_ids) <= BATCH:
        _DOES[kind](actor, client_ids, why, now, None)
        return None
    with transaction.atomic():
        run = runs.request_local(actor, kind, now, subject=0, total=len(client_ids))
        run.notes = {"clients": sorted(client_ids), "why": why}
        run.save(update_fields=["notes"])
    return run


def go_on(run: Run, at: int, now: datetime) -> int:
    """Do the next clients of a run, those after the first `at`; where it got to. Twice is fine."""
    batch = run.notes["clients"][at : at + BATCH]
    if batch:
        _DOES[run.kind](runs.on_behalf(run), batch, run.notes["why"], now, run.pk)
    return at + len(batch)


def reason_in(why: str) -> str:
    """The reason that somebody gave, as it is kept. Raises `Invalid` by `why` where it is none."""
    why = " ".join(why.split())
    if not why:
        raise Invalid({"why": NO_REASON})
    if len(why) > LONGEST:
        raise Invalid({"why": TOO_LONG})
    return why


_DOES: dict[str, Callable[[Actor, Collection[int], str, datetime, int | None], int]] = {
    SET_ASIDE: lambda actor, ids, why, now, run_id: set_aside(actor, ids, why, now, run_id=run_id),
    TAKE_BACK: lambda actor, ids, _why, now, run_id: take_back(actor, ids, now, run_id=run_id),
}


def _hold(actor: Actor, client_ids: Collection[int]) -> dict[int, Client]:
    """The clients of the practice that are not archived, locked in the order in which whoever else locks some does."""
    rows = Client.rows.among(actor.practice_id, client_ids).filter(archived_at=None).only("pk", "name", "practice_id")
    return {client.pk: client for client in rows.order_by("pk").select_for_update(no_key=True)}


def _live(actor: Actor, clients: Iterable[int]) -> list[Link]:
    rows = Link.rows.among(actor.practice_id, list(clients), by="client_id").filter(ended_at=None)
    return list(rows.only("pk", "client_id", "set_aside_at", "practice_id").order_by("pk"))


def _kept_out(actor: Actor, clients: Iterable[int]) -> set[int]:
    rows = KeptOut.rows.of(actor.practice_id).filter(client_id__in=list(clients))
    return set(rows.values_list("client_id", flat=True))


def _withdraw(actor: Actor, links: Sequence[Link], now: datetime) -> None:
    waiting = Push.rows.of(actor.practice_id).filter(
        link_id__in=[link.pk for link in links], state=PushState.WAITING.value
    )
    withdraw(actor, list(waiting.values_list("pk", flat=True)), now)


def _plan_again(actor: Actor, links: Sequence[Link], apart: Sequence[int], now: datetime) -> None:
    settle(actor.practice_id, client_ids=apart)
    reconcile(actor.practice_id, [link.pk for link in links], now)
    restate(actor.practice_id, apart)


def _entry(verb: str, client: Client, run_id: int | None, **facts: str) -> Entry:
    return Entry(verb, {"client": client.name, **facts}, client_id=client.pk, run_id=run_id)
