"""One batch of pushes: read, look, promise, write, verify, settle. One durable step, which may run twice."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from practicesync.connectors.base import Line, References
from practicesync.core.actor import worker
from practicesync.core.budget import Room
from practicesync.core.errors import Retry, SyncError, Throttled
from practicesync.core.fields import Subject, Values
from practicesync.core.presence import Sort
from practicesync.core.push import BATCH, Act, Fate, Reply, Write
from practicesync.core.record import RemoteRecord
from practicesync.flows.line import open_line
from practicesync.flows.push_calls import ORDER, Caller, needs_reading
from practicesync.flows.push_reading import (
    OVERLAP,
    Trust,
    halting,
    read_changes,
    read_client,
    readings_of,
)
from practicesync.flows.remote import Remote, remote
from practicesync.flows.steps import Steps
from practicesync.operations import budgeting, pushing, sending
from practicesync.operations.pushing import Waiting
from practicesync.operations.runs import LIVE
from practicesync.operations.sending import Readings
from practicesync.queries.references import references
from practicesync.store.models import Connection, Run

ONE_BY_ONE = 4
"""How many clients are read by themselves before their writes go out: few, since each waits for the readings of all."""

SMALLEST = 6
"""With room for fewer calls a batch that goes by the list waits, where there is more to do: the list costs one."""

A_WHILE = 5.0
"""Seconds after which a client is read again that XPM did not answer about."""

PATIENCE = 4.0
"""Seconds that a batch waits for the room that it would like: after a busy moment places become free one by one."""

A_MOMENT = 90.0
"""Seconds: longer than any wait for the minute's calls, which a run sleeps through."""

BULK = 4
"""From so many client updates on, the first goes out by itself, so that the list can be proven for the rest."""


@dataclass(frozen=True, slots=True)
class Round:
    """What one round came to: "ended" (the run), "done" (no push is left), "more" after `wait` seconds, or "behind":
    what is left waits for others."""

    state: str
    wait: float = 0.0
    trust: Trust = field(default_factory=Trust)


@dataclass(frozen=True, slots=True)
class _Work:
    """What a round goes by."""

    steps: Steps
    run: Run
    connection: Connection
    there: Remote
    line: Line
    references: References

    @property
    def now(self) -> datetime:
        return self.steps.clock.now()

    def problem(self, subject: Subject, values: Values) -> dict[str, str]:
        """What XPM would refuse for sure."""
        return dict(self.there.connector.problem(subject, values, self.references))


def one_round(steps: Steps, run_id: int, trust: Trust) -> Round:
    """Carry some pushes of a run on. Raises `Retry` where it has to wait, `Reconnect` where nothing can be asked."""
    run = Run.rows.everywhere().select_related("connection").get(pk=run_id)
    if run.state not in LIVE or run.connection is None:
        return Round("ended")
    if run.connection.state == "ended":
        pushing.withdraw_ended(worker(run.practice_id), run.connection.pk, steps.clock.now())
        return Round("done")
    batch = pushing.next_batch(run_id, steps.clock.now())
    if not batch.pushes:
        return Round("behind" if batch.left else "done", batch.wait, trust)
    work = _open(steps, run, run.connection, batch.pushes)
    try:
        return _carry_on(work, _by_client(batch.pushes), trust)
    except _Full as full:
        return Round("more", full.wait, trust)


class _Full(Exception):
    """The minute has no room left, for so many seconds."""

    def __init__(self, wait: float) -> None:
        super().__init__(wait)
        self.wait = wait


def _carry_on(work: _Work, clients: Sequence[list[Waiting]], trust: Trust) -> Round:
    plain = [some for some in clients if all(push.is_plain for push in some)]
    # A list that leaves out archived clients, say, leaves out also what was edited before somebody archived it.
    listed = work.connection.shows_all and bool(plain) and clients[0] is plain[0]
    if listed and len(plain) > 1 and trust.is_fresh(work.now):
        return _by_the_list(work, _fitting(work, plain), trust)
    bulk = listed and len(plain) >= BULK and not trust.lost and work.connection.watermark is not None
    return _one_by_one(work, clients[:1] if bulk else _affordable(work, clients[:ONE_BY_ONE]), trust)


def _open(steps: Steps, run: Run, connection: Connection, pushes: Iterable[Waiting]) -> _Work:
    there = remote(connection.connector)
    line = open_line(connection.pk, there.identity, steps.clock, interactive=run.kind == "sync", run_id=run.pk)
    names = {name for push in pushes for name in push.names}
    return _Work(steps, run, connection, there, line, references(run.practice_id, connection.pk, names))


def _by_client(pushes: Iterable[Waiting]) -> list[list[Waiting]]:
    grouped: dict[int, list[Waiting]] = {}
    for push in pushes:
        grouped.setdefault(push.client_id, []).append(push)
    return list(grouped.values())


def _fitting(work: _Work, plain: Sequence[list[Waiting]]) -> list[list[Waiting]]:
    """As many clients as the minute and the day have calls for. Raises `Throttled` where they are too few to begin."""
    wanted = 1 + min(len(plain), BATCH)
    found = _asked(work, wanted)
    if found.calls < wanted and found.wait <= PATIENCE:
        work.steps.clock.sleep(found.wait)
    calls = _room(work, min(wanted, SMALLEST))
    return list(plain[: max(1, min(BATCH, calls - 1))])


def _affordable(work: _Work, clients: Sequence[list[Waiting]]) -> list[list[Waiting]]:
    """As many of these clients as there are calls for. Raises `Throttled` where that is none."""
    costs = [_cost(some) for some in clients]
    calls = _room(work, costs[0])
    fitting, spent = 0, 0
    for cost in costs:
        spent += cost
        if spent > calls:
            break
        fitting += 1
    return list(clients[: max(1, fitting)])


def _cost(pushes: Sequence[Waiting]) -> int:
    """The most calls that one client's pushes need: a read, the writes, and a read that verifies them."""
    if all(push.is_plain for push in pushes):
        return 1 + len(pushes)
    return min(2 + sum(3 if push.tried or push.act is not Act.UPDATE else 1 for push in pushes), 20)


def _room(work: _Work, wanted: int) -> int:
    """The calls there are. Raises `_Full` where they are fewer than wanted for a moment, `Throttled` for longer."""
    found = _asked(work, wanted)
    if found.calls < wanted and found.wait <= A_MOMENT:
        raise _Full(found.wait)
    if found.calls < wanted:
        raise Throttled(after=found.wait, limit=found.limit)
    return found.calls


def _asked(work: _Work, wanted: int) -> Room:
    line = work.line
    return budgeting.room(work.run.practice_id, work.connection.pk, wanted, interactive=line.interactive, now=work.now)


def _by_the_list(work: _Work, clients: Sequence[list[Waiting]], trust: Trust) -> Round:
    """One reading of what changed speaks for all of these; where it cannot be trusted, each is read after all."""
    asked_at = work.now
    changes = read_changes(work.there.connector, work.line, work.connection, trust, work.steps.clock)
    if changes is None:
        return _one_by_one(work, clients[:ONE_BY_ONE], replace(trust, lost=True))
    spoken_for = [some for some in clients if some[0].remote_client not in changes.unreadable]
    fresh = Trust(since=(changes.server_time - OVERLAP).isoformat())
    if not spoken_for:
        return _one_by_one(work, clients[:ONE_BY_ONE], fresh)
    return _write(work, [push.push_id for some in spoken_for for push in some], Readings(), asked_at, fresh)


def _one_by_one(work: _Work, clients: Sequence[list[Waiting]], trust: Trust) -> Round:
    """Each client is read just before it is written to."""
    asked_at = work.now
    connector = work.there.connector
    seen = work.steps.beside([partial(read_client, connector, work.line, some, work.steps.clock) for some in clients])
    problem = halting(seen)
    if problem is not None:
        raise problem
    silent = [each for each in seen if isinstance(each.problem, Retry)]
    for each in silent:
        sending.missed(work.run, [push.push_id for push in each.pushes], str(each.problem), work.now)
    if len(silent) == len(seen):
        return Round("more", A_WHILE, trust)
    heard = [each for each in seen if each not in silent]
    ids = [push.push_id for each in heard for push in each.pushes]
    return _write(work, ids, readings_of(heard), asked_at, trust)


def _write(work: _Work, push_ids: Sequence[int], readings: Readings, asked_at: datetime, trust: Trust) -> Round:
    """Look, write and settle. Raises what stopped the batch, once all that came of it is in the store."""
    writes = sending.look_at(work.run, push_ids, readings, work.problem, work.now)
    caller = Caller(work.there.connector, work.line, work.references, work.steps.clock, asked_at)
    parts = work.steps.beside([partial(_carry_out, caller, some) for some in _of_each_client(writes)])
    replies = [reply for some, _ in parts for reply in some]
    read = [each for _, some in parts for each in some]
    confirmed = sending.settle(work.run, replies, read, work.now) if replies else []
    if caller.halted is not None:
        raise caller.halted
    plain = {write.push_id for write in writes if write.sort is None and write.act is Act.UPDATE}
    proof = [push_id for push_id in confirmed if push_id in plain]
    return Round("more", 0.0, trust.with_confirmed(proof, work.now))


def _of_each_client(writes: Iterable[Write]) -> list[list[Write]]:
    """The writes of one client go out one after the other, in an order that lets each stand by itself."""
    grouped: dict[str, list[Write]] = {}
    for write in writes:
        grouped.setdefault(write.client_id or f"new {write.push_id}", []).append(write)
    return [
        sorted(some, key=lambda write: (ORDER.index((write.sort, write.act)), write.push_id))
        for some in grouped.values()
    ]


def _carry_out(caller: Caller, writes: Sequence[Write]) -> tuple[list[Reply], list[tuple[RemoteRecord, datetime]]]:
    """The calls of one client, and the reading after them where only that tells what became of them."""
    replies: list[Reply] = []
    for write in writes:
        if _hangs_on_what_failed(write, writes, replies):
            replies.append(Reply(write.push_id, write.attempt, Fate.NOT_SENT, caller.clock.now()))
            continue
        replies.append(caller.carry_out(write))
    return _verified(caller, writes, replies)


def _hangs_on_what_failed(write: Write, writes: Sequence[Write], replies: Sequence[Reply]) -> bool:
    """A relationship takes the place of another only once that is gone; nothing follows a call whose fate is open."""
    before = list(zip(writes, replies, strict=False))
    if any(reply.fate in (Fate.LOST, Fate.NOT_SENT) for _, reply in before):
        return True
    return (write.sort, write.act) == (Sort.RELATIONSHIP, Act.ADD) and any(
        (other.sort, other.act, other.other_id) == (Sort.RELATIONSHIP, Act.REMOVE, write.other_id)
        and reply.fate is not Fate.ANSWERED
        for other, reply in before
    )


def _verified(
    caller: Caller, writes: Sequence[Write], replies: list[Reply]
) -> tuple[list[Reply], list[tuple[RemoteRecord, datetime]]]:
    """Read what the replies leave open. Where that does not succeed, the writes count as unanswered."""
    unclear = [write for write, reply in zip(writes, replies, strict=True) if needs_reading(write, reply)]
    wanted = dict.fromkeys(write.client_id for write in unclear)
    wanted |= dict.fromkeys(write.other_id for write in unclear if write.other_id and write.act is not Act.UPDATE)
    read: list[tuple[RemoteRecord, datetime]] = []
    try:
        for remote_id in wanted:
            asked_at = caller.clock.now()
            read.append((caller.connector.read(caller.line, remote_id), asked_at))
    except SyncError:
        open_ids = {write.push_id for write in unclear}
        replies = [replace(each, fate=Fate.LOST) if each.push_id in open_ids else each for each in replies]
    return replies, read
