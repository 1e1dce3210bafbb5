"""Runs: asked for by people and schedules, carried on by flows."""

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.db.models import F

from practicesync.core.actor import CLIENT_SYNC, Ability, Actor, ActorKind, client_sync, worker
from practicesync.core.errors import Invalid
from practicesync.operations.activity import Entry, write
from practicesync.store.models import Connection, Link, Mirror, Run

LIVE = ("queued", "running", "paused")


def request(actor: Actor, connection_id: int, kind: str, now: datetime) -> Run:
    """Ask for a refresh or a sweep; the one that is under way already is returned instead of a second."""
    actor.require(Ability.SYNC)
    with transaction.atomic():
        connection = Connection.rows.of(actor.practice_id).select_for_update(no_key=True).get(pk=connection_id)
        if connection.state != "connected":
            raise Invalid({"": "Xero Practice Manager is not connected."})
        live = Run.rows.of(actor.practice_id).filter(connection=connection, kind=kind, state__in=LIVE).first()
        if live is not None:
            return live
        run = _new(actor, connection, kind, now)
        # What is read by itself all day long is told by what it finds.
        if actor.kind is not ActorKind.WORKER:
            write(actor, Entry("refresh_asked", {"kind": kind}, run_id=run.pk), now)
    return run


def request_work(
    actor: Actor,
    connection_id: int | None,
    kind: str,
    now: datetime,
    *,
    subject: int | None = None,
    total: int | None = None,
    notes: Mapping[str, object] | None = None,
) -> Run:
    """A run of work on what is stored, which asks nothing of the remote; the caller has checked who may.

    The one of this kind and subject that is under way already is returned instead of a second. `notes` (JSON) tell the
    flow what it is to do.
    """
    with transaction.atomic():
        connection = None
        if connection_id is not None:
            connection = Connection.rows.of(actor.practice_id).select_for_update(no_key=True).get(pk=connection_id)
        same = Run.rows.of(actor.practice_id).filter(connection=connection, kind=kind, subject=subject)
        live = same.filter(state__in=LIVE).first()
        if live is not None:
            return live
        run = _new(actor, connection, kind, now, subject=subject, total=total)
        if notes:
            run.notes = dict(notes)
            run.save(update_fields=["notes"])
        return run


def request_record(actor: Actor, client_id: int, now: datetime) -> Run:
    """Ask for one linked client to be read again."""
    actor.require(Ability.SYNC)
    with transaction.atomic():
        link = (
            Link.rows.of(actor.practice_id)
            .select_related("connection")
            .filter(client_id=client_id, ended_at=None)
            .first()
        )
        if link is None or link.connection.state != "connected":
            raise Invalid({"": "This client is not linked to a connected Xero Practice Manager."})
        live = Run.rows.of(actor.practice_id).filter(kind="record", subject=client_id, state__in=LIVE).first()
        return live or _new(actor, link.connection, "record", now, subject=client_id, total=1)


def request_look(actor: Actor, mirror_id: int, now: datetime) -> Run:
    """Ask for one remote client to be read again before it is imported."""
    actor.require(Ability.SYNC)
    with transaction.atomic():
        mirror = Mirror.rows.of(actor.practice_id).select_related("connection").get(pk=mirror_id)
        if mirror.connection.state != "connected":
            raise Invalid({"": "Xero Practice Manager is not connected."})
        live = Run.rows.of(actor.practice_id).filter(kind="look", subject=mirror_id, state__in=LIVE).first()
        return live or _new(actor, mirror.connection, "look", now, subject=mirror_id, total=1)


def request_local(actor: Actor, kind: str, now: datetime, *, subject: int, total: int) -> Run:
    """Ask for work that needs no connection, such as an import from a file. Needs the caller's transaction, and who
    calls has checked that the actor may ask for it."""
    return _new(actor, None, kind, now, subject=subject, total=total)


def cancel(actor: Actor, run_id: int, now: datetime) -> None:
    """Stop a run at its next step; what it has done stands. A sync's writes are not cut off."""
    actor.require(Ability.SYNC)
    with transaction.atomic():
        run = Run.rows.of(actor.practice_id).select_for_update(no_key=True).get(pk=run_id)
        if run.kind == "sync" or run.state not in LIVE:
            raise Invalid({"": "This run cannot be cancelled any more."})
        _end(run, "cancelled", now)
        write(actor, Entry("run_cancelled", run_id=run.pk), now)


def on_behalf(run: Run) -> Actor:
    """Who asked for a run, and whose ability was checked then: what the run does is told as theirs."""
    if run.asked_by_id == CLIENT_SYNC:
        return client_sync(run.practice_id)
    return Actor(
        ActorKind.PERSON, run.asked_by_id, run.asked_by, run.practice_id, frozenset({Ability.EDIT, Ability.SYNC})
    )


def begin(run_id: int, now: datetime) -> bool:
    """The worker takes the run up, again or for the first time. False where it has ended meanwhile."""
    with transaction.atomic():
        run = _locked(run_id)
        if run.state not in LIVE:
            return False
        run.state, run.resume_at = "running", None
        run.started_at = run.started_at or now
        run.save(update_fields=["state", "resume_at", "started_at"])
    return True


def is_live(run_id: int) -> bool:
    """Whether the run should go on: it was not cancelled."""
    return Run.rows.everywhere().filter(pk=run_id, state__in=LIVE).exists()


def progress(run_id: int, *, done: int, total: int | None = None, changed: int = 0, set_aside: int = 0) -> None:
    """How far the run has come."""
    Run.rows.everywhere().filter(pk=run_id).update(
        done=done, changed=changed, set_aside=set_aside, **({} if total is None else {"total": total})
    )


def total_of(run_id: int) -> int:
    """How much the run is about; 0 where it has not said."""
    return Run.rows.everywhere().values_list("total", flat=True).get(pk=run_id) or 0


def count_call(run_id: int) -> None:
    """One more call of the API budget was spent."""
    Run.rows.everywhere().filter(pk=run_id).update(calls=F("calls") + 1)


def connection_of(run_id: int) -> int:
    """The id of the connection that the run goes by."""
    found = Run.rows.everywhere().values_list("connection_id", flat=True).get(pk=run_id)
    if found is None:
        raise LookupError(f"run {run_id} has no connection")
    return found


def wake(practice_id: int, connection_id: int, now: datetime) -> None:
    """The connection holds again: what waited for that goes on."""
    waiting = Run.rows.of(practice_id).filter(connection_id=connection_id, state="paused", resume_at=None)
    waiting.update(resume_at=now)


def finish(run_id: int, now: datetime, verb: str = "", facts: Mapping[str, str | int] | None = None) -> None:
    """The run is done; `verb` is its line in the activity. Doing it twice is fine."""
    with transaction.atomic():
        run = _locked(run_id)
        if run.state not in LIVE:
            return
        _end(run, "done", now)
        if verb:
            write(worker(run.practice_id), Entry(verb, facts or {}, client_id=_client(run), run_id=run.pk), now)


def fail(run_id: int, code: str, detail: str, now: datetime) -> None:
    """The run ended before it was done, for this reason."""
    with transaction.atomic():
        run = _locked(run_id)
        if run.state not in LIVE:
            return
        run.problem, run.detail = code[:40], detail[:500]
        _end(run, "failed", now)
        facts = {"reason": run.detail or code}
        write(worker(run.practice_id), Entry("run_failed", facts, client_id=_client(run), run_id=run.pk), now)


def pause(run_id: int, until: datetime | None, code: str, detail: str, now: datetime) -> None:
    """The run waits until then, or (None) until somebody has connected again, and is started again by itself."""
    with transaction.atomic():
        run = _locked(run_id)
        if run.state not in LIVE:
            return
        run.state, run.resume_at, run.problem, run.detail = "paused", until, code[:40], detail[:500]
        run.save(update_fields=["state", "resume_at", "problem", "detail"])
        facts = {"until": "the connection is renewed" if until is None else until.isoformat(timespec="minutes")}
        write(worker(run.practice_id), Entry("run_paused", facts, client_id=_client(run), run_id=run.pk), now)


def _new(
    actor: Actor,
    connection: Connection | None,
    kind: str,
    now: datetime,
    *,
    subject: int | None = None,
    total: int | None = None,
) -> Run:
    run = Run(
        practice_id=actor.practice_id,
        connection=connection,
        key=uuid4(),
        kind=kind,
        subject=subject,
        asked_by=actor.name,
        asked_by_id=actor.id,
        asked_at=now,
        total=total,
    )
    run.save(force_insert=True)
    return run


def _locked(run_id: int) -> Run:
    return Run.rows.everywhere().select_for_update(no_key=True).get(pk=run_id)


def _end(run: Run, state: str, now: datetime) -> None:
    run.state, run.finished_at, run.resume_at = state, now, None
    run.save(update_fields=["state", "finished_at", "resume_at", "problem", "detail"])


def _client(run: Run) -> int | None:
    """The client that a run of one client is about."""
    return run.subject if run.kind in ("record", "sync") else None


def note_set_aside(run_id: int, count: int, now: datetime) -> None:
    """Some records could not be read; the others were."""
    run = Run.rows.everywhere().get(pk=run_id)
    with transaction.atomic():
        write(worker(run.practice_id), Entry("record_set_aside", {"count": count}, run_id=run_id), now)
