"""Pushes asked for: queued, merged into one that still waits, taken back, and picked for the next batch.

The life of a push from there on is in `sending`, how it ends in `push_closing`. At most one push of a record is being
sent at a time, over all runs and workers: whatever touches a push holds its client, and a later one of the same record
waits for the earlier.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from practicesync.core.actor import Ability, Actor, worker
from practicesync.core.errors import Forbidden
from practicesync.core.fields import Values
from practicesync.core.presence import Sort
from practicesync.core.push import BATCH, Act, Outcome, PushState, due_after, target_of, verify
from practicesync.core.record import RemoteRecord
from practicesync.operations.link_trouble import NO_TROUBLE
from practicesync.operations.push_closing import close, end
from practicesync.operations.push_records import link_of, place_of, sent_of, step
from practicesync.operations.runs import LIVE
from practicesync.store.models import Client, Link, Push, Run
from practicesync.store.models.push import STILL_OPEN

ARCHIVED_SEEN = "archived"
"""The key in `seen` that tells that the remote client was archived when somebody chose."""

SYNC = "sync"
LATELY = timedelta(days=1)

IN_FLIGHT = (PushState.SENDING.value, PushState.UNSURE.value)
OPPOSITE = {Act.ADD: Act.REMOVE, Act.REMOVE: Act.ADD}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One push that may be carried on now."""

    push_id: int
    client_id: int
    remote_client: str
    ref: str
    act: Act
    tried: bool
    names: tuple[str, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether it writes the client's own fields, whose edits show in the list of changes."""
        return self.act is Act.UPDATE and not self.ref


@dataclass(frozen=True, slots=True)
class Batch:
    """What can be carried on now, by client, and whether anything is left. `wait`: seconds until more can be."""

    pushes: Sequence[Waiting]
    left: bool
    wait: float


# Asked for


def coalesce(
    link: Link,
    ref: str,
    names: Sequence[str],
    fields: Values,
    seen: Values,
    run: Run,
    now: datetime,
) -> Push:
    """Queue the writing of these fields of one record; a push of it that waits untried takes them in instead.

    On top of one that is being sent a new one is queued, which goes by what that one leaves. The caller holds the
    transaction and the client.
    """
    push = _waiting(link, ref, Act.UPDATE)
    if push is None:
        push = _new(link, ref, Act.UPDATE, run, now)
    size = push.size
    push.names = [*push.names, *(name for name in names if name not in push.names)]
    push.fields = {**push.fields, **fields}
    cleared = {key: value for key, value in push.seen.items() if key not in fields}
    push.seen = {**cleared, **seen, **_archived(link)}
    _take_up(push, run, size, len(names))
    push.save()
    _clear_failing(link)
    return push


def queue_whole(
    link: Link,
    ref: str,
    act: Act,
    run: Run,
    now: datetime,
    *,
    names: Sequence[str] = (),
    fields: Values | None = None,
    seen: Values | None = None,
) -> Push:
    """Queue something that is there or not as a whole: a contact, a relationship, a place in a group, archiving.

    `names` are the fields that it is told by, where each has an outcome of its own (those of a new contact). One that
    waits untried for the same is taken instead; one that waits for the opposite is taken back first.
    """
    if act is Act.ARCHIVE and not run.asked_by_id.isdecimal():
        raise Forbidden("Only a person archives a client in XPM: nothing there takes it back.")
    opposite = _waiting(link, ref, OPPOSITE[act]) if act in OPPOSITE else None
    if opposite is not None:
        end(opposite, PushState.WITHDRAWN, Outcome.WITHDRAWN, "A later choice took its place.")
        close(link.practice_id, [opposite], now)
    push = _waiting(link, ref, act) or _new(link, ref, act, run, now)
    push.names, push.fields = list(names), dict(fields or {})
    push.seen = {**(seen or {}), **_archived(link)}
    _take_up(push, run, 1, 1)
    push.save()
    _clear_failing(link)
    return push


def _waiting(link: Link, ref: str, act: Act) -> Push | None:
    """The push of this that waits untried."""
    rows = Push.rows.of(link.practice_id).select_for_update(of=("self",), no_key=True).select_related("run")
    same = rows.filter(link=link, ref=ref, act=act.value, state=PushState.WAITING.value, attempts=0)
    found: Push | None = same.order_by("-pk").first()
    return found


def _new(link: Link, ref: str, act: Act, run: Run, now: datetime) -> Push:
    target = target_of(ref)
    local = int(target.local) if target.local.isdecimal() else None
    return Push(
        practice_id=link.practice_id,
        client_id=link.client_id,
        connection_id=link.connection_id,
        link=link,
        run=run,
        contact_id=local if target.sort is Sort.CONTACT else None,
        relationship_id=local if target.sort is Sort.RELATIONSHIP else None,
        remote_id=target.remote if target.sort in (Sort.CONTACT, Sort.RELATIONSHIP) else link.mirror.remote_id,
        ref=ref,
        act=act.value,
        asked_at=now,
    )


def _archived(link: Link) -> dict[str, str]:
    return {ARCHIVED_SEEN: "Yes"} if link.mirror.archived else {}


def _take_up(push: Push, run: Run, before: int, asked: int) -> None:
    """Let a push that waited go with this run where a person waits for that, or where its own run has ended.

    `before` is how many values it was, `asked` how many of this run it took in. A sync's total is what it carries.
    """
    if push.run_id == run.pk:
        return
    former = push.run
    if run.kind == SYNC or former.state not in LIVE:
        push.run = run
        add_to_total(former, -before)
        add_to_total(run, push.size - asked)
    else:
        add_to_total(former, push.size - before)


def add_to_total(run: Run, values: int) -> None:
    """Let a sync count so many values more, or fewer. Runs of sheets count lines, which stay what they are."""
    if run.kind == SYNC and values:
        Run.rows.of(run.practice_id).filter(pk=run.pk).update(total=F("total") + values)


def _clear_failing(link: Link) -> None:
    if link.failing:
        Link.rows.of(link.practice_id).filter(pk=link.pk).update(**NO_TROUBLE)
        link.failing, link.failing_code, link.failed = "", "", []


# Taken back


def withdraw(actor: Actor, push_ids: Iterable[int], now: datetime) -> int:
    """Take back those of these pushes that still wait; one that was ever sent goes on to its end. Returns how many."""
    actor.require(Ability.SYNC)
    with transaction.atomic():
        pushes = hold(actor.practice_id, push_ids)
        waiting = [push for push in pushes if push.state == PushState.WAITING and not push.attempts]
        for push in waiting:
            end(push, PushState.WITHDRAWN, Outcome.WITHDRAWN)
        close(actor.practice_id, waiting, now, actor=actor)
    return len(waiting)


def withdraw_ended(actor: Actor, connection_id: int, now: datetime) -> int:
    """A connection was ended for good: what waits to be written there is taken back. Returns how many pushes.

    In one transaction, since whoever holds the log must not go for clients any more.
    """
    rows = Push.rows.of(actor.practice_id).filter(STILL_OPEN, connection_id=connection_id)
    with transaction.atomic():
        pushes = [push for push in hold(actor.practice_id, rows.values_list("pk", flat=True)) if push.ended_at is None]
        for push in pushes:
            if push.state == PushState.SENDING:
                step(push, PushState.UNSURE)
            end(push, PushState.WITHDRAWN, Outcome.WITHDRAWN, "The XPM organisation was disconnected.")
        close(actor.practice_id, pushes, now, actor=actor)
    return len(pushes)


def hold(practice_id: int, push_ids: Iterable[int]) -> list[Push]:
    """These pushes with their clients locked, and all that they are about. Needs the caller's transaction."""
    ids = list(push_ids)
    clients = set(Push.rows.among(practice_id, ids).values_list("client_id", flat=True))
    list(Client.rows.among(practice_id, clients).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    rows = Push.rows.among(practice_id, ids).order_by("pk").select_for_update(of=("self",), no_key=True)
    return list(rows.select_related("client", "connection", "contact", "relationship", "link__mirror"))


# Picked


def next_batch(run_id: int, now: datetime) -> Batch:
    """The pushes of a run that may be carried on now, those of one client together, least tried first."""
    mine = Push.rows.everywhere().filter(STILL_OPEN, run_id=run_id)
    ready = mine.filter(_due(now)).filter(~Exists(_before())).exclude(_takes_a_place())
    rows = ready.order_by("attempts", "pk").values_list(
        "pk", "client_id", "link__mirror__remote_id", "ref", "act", "attempts", "names"
    )
    chosen: dict[int, list[Waiting]] = {}
    for pk, client_id, remote_id, ref, act, attempts, names in rows[: BATCH * 6]:
        if client_id not in chosen and len(chosen) >= BATCH:
            continue
        waiting = Waiting(pk, client_id, remote_id or "", ref, Act(act), attempts > 0, tuple(names))
        chosen.setdefault(client_id, []).append(waiting)
    if chosen:
        return Batch([each for some in chosen.values() for each in some], left=True, wait=0.0)
    return Batch((), left=mine.exists(), wait=_wait(mine, now))


def _due(now: datetime) -> Q:
    """What waits, and what was lost once it must show."""
    due = ~Q(state__in=IN_FLIGHT)
    for state in (PushState.SENDING, PushState.UNSURE):
        for act in Act:
            before = now - timedelta(seconds=due_after(act, state))
            due |= Q(state=state.value, act=act.value, sent_at__lte=before)
    return due


def _before() -> QuerySet[Push]:
    """An earlier push of the same record, or one of another run that is being sent."""
    same = Push.rows.everywhere().filter(STILL_OPEN, client_id=OuterRef("client_id"), ref=OuterRef("ref"))
    return same.filter(Q(pk__lt=OuterRef("pk")) | (Q(state__in=IN_FLIGHT) & ~Q(run_id=OuterRef("run_id"))))


def _takes_a_place() -> Q:
    """An addition of a relationship, untried, while the removal of another of one of its two clients is open: it may
    take that one's place (a change of type), and goes only once that is known to be gone.

    One that was tried is not held: what is to become of it may be its own removal, which waits for it in turn.
    """
    tie = f"{Sort.RELATIONSHIP.value}:"
    removals = Push.rows.everywhere().filter(STILL_OPEN, act=Act.REMOVE.value, ref__startswith=tie)
    ends = [Q(client_id=OuterRef(f"relationship__{end}_id")) for end in ("client", "party")]
    removed = Exists(removals.filter(ends[0] | ends[1]))
    return Q(act=Act.ADD.value, ref__startswith=tie, attempts=0) & Q(removed)


def _wait(mine: QuerySet[Push], now: datetime) -> float:
    """Seconds until the first of what was lost must show; a short while where another run has to end first."""
    rows = mine.filter(state__in=IN_FLIGHT).order_by("sent_at").values_list("sent_at", "act", "state")[:50]
    told = [
        (sent_at - now).total_seconds() + due_after(Act(act), PushState(state))
        for sent_at, act, state in rows
        if sent_at is not None
    ]
    later = [each for each in told if each > 0]
    return max(1.0, min(later)) if later else 5.0


def adopt(run_id: int) -> int:
    """Take into this run what an ended run left unfinished of the same clients. Returns how many pushes."""
    mine = Push.rows.everywhere().filter(STILL_OPEN, run_id=run_id)
    left = Push.rows.everywhere().filter(STILL_OPEN, client_id__in=mine.values("client_id")).exclude(run_id=run_id)
    with transaction.atomic():
        lost = list(left.exclude(run__state__in=LIVE))
        if lost:
            run = Run.rows.everywhere().get(pk=run_id)
            Push.rows.among(run.practice_id, [push.pk for push in lost]).update(run_id=run_id)
            add_to_total(run, sum(push.size for push in lost))
    return len(lost)


def take_over(now: datetime) -> list[Run]:
    """New runs, one a connection, for what runs that died or were cancelled lately left under way. Upkeep over all
    practices; it shows nothing."""
    dead = Run.rows.everywhere().filter(finished_at__gte=now - LATELY).exclude(state__in=LIVE)
    lost = Push.rows.everywhere().filter(STILL_OPEN, run__in=dead).exclude(connection__state="ended")
    taken = []
    for practice_id, connection_id in lost.order_by().values_list("practice_id", "connection_id").distinct():
        with transaction.atomic():
            rows = lost.filter(practice_id=practice_id, connection_id=connection_id)
            ids = list(rows.order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))
            if ids:
                taken.append(_run_for(practice_id, connection_id, ids, now))
    return taken


def _run_for(practice_id: int, connection_id: int, push_ids: Sequence[int], now: datetime) -> Run:
    actor = worker(practice_id)
    pushes = Push.rows.among(practice_id, push_ids)
    run = Run(
        practice_id=practice_id,
        connection_id=connection_id,
        key=uuid4(),
        kind=SYNC,
        asked_by=actor.name,
        asked_by_id=actor.id,
        asked_at=now,
        total=sum(push.size for push in pushes),
    )
    run.save(force_insert=True)
    pushes.update(run_id=run.pk)
    return run


def open_pushes(run_id: int) -> list[int]:
    """The pushes of a run that have not ended."""
    rows = Push.rows.everywhere().filter(STILL_OPEN, run_id=run_id)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def confirmed_values(practice_id: int, push_ids: Sequence[int]) -> Mapping[str, Push]:
    """Client updates that were confirmed, by the remote client that they wrote."""
    rows = Push.rows.among(practice_id, push_ids).filter(state=PushState.CONFIRMED.value)
    return {link_of(push).mirror.remote_id: push for push in rows.select_related("client", "link__mirror")}


def shows(push: Push, record: RemoteRecord | None) -> bool:
    """Whether a record holds what this push wrote and saw confirmed."""
    if record is None:
        return False
    done = [sent for sent in sent_of(push) if push.outcomes.get(sent.field.name) == Outcome.DONE]
    place = place_of(push)
    return bool(done) and all(verify(sent, record.values, place) is Outcome.DONE for sent in done)
