"""What is read before a batch of pushes: the list of changes for all of it, or each client by itself.

One reading of the list speaks for a whole batch only while it can be trusted: XPM's lists may lag behind a write, so
it has to show what this run wrote last, and that has to be fresh; and they may leave out archived or deleted clients,
so such ones have to have been seen in a list once. What the list need not tell (edits of contacts, groups,
relationships) is never judged by it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from practicesync.connectors.base import Connector, Line, Slice
from practicesync.core.errors import BadAnswer, NotPermitted, Reconnect, Retry, SyncError, Throttled
from practicesync.core.push import Act
from practicesync.core.record import RemoteRecord
from practicesync.flows.clock import Clock
from practicesync.flows.push_calls import FRESH
from practicesync.operations import creating, mirroring, pushing
from practicesync.operations.pushing import Waiting
from practicesync.operations.sending import Readings
from practicesync.store.models import Connection, Push

OVERLAP = timedelta(seconds=60)
"""How far before the server's time of one reading the next one begins."""

MOST_LISTED = 2_000
"""A list of more changed clients than these is a refresh's work."""

MOST_SHOWN = 40
SLICES = 500


@dataclass(frozen=True, slots=True)
class Trust:
    """What the next reading of the list has to show to be trusted: pushes that were confirmed `at` that moment and
    before it, since the list was read last, from which `since` follows. `lost`: it did not once, in this run."""

    since: str = ""
    shown: Sequence[int] = ()
    at: float = 0.0
    lost: bool = False

    def is_fresh(self, now: datetime) -> bool:
        """Whether a list that shows all this lags so little that it may speak for a batch."""
        return not self.lost and bool(self.shown) and 0 <= now.timestamp() - self.at <= FRESH

    def with_confirmed(self, push_ids: Sequence[int], now: datetime) -> "Trust":
        """These were confirmed now."""
        if not push_ids:
            return self
        return Trust(self.since, [*self.shown, *push_ids][-MOST_SHOWN:], now.timestamp(), self.lost)


@dataclass(frozen=True, slots=True)
class Changes:
    """A trusted list, which is in the mirror by now. `unreadable`: records of it that could not be read."""

    server_time: datetime
    unreadable: frozenset[str]


def read_changes(
    connector: Connector, line: Line, connection: Connection, trust: Trust, clock: Clock
) -> Changes | None:
    """Read what changed, and store it if it can be trusted; None where it cannot. Raises `Retry` and `Reconnect`."""
    asked_at = clock.now()
    moment = datetime.fromisoformat(trust.since) if trust.since else connection.watermark
    if moment is None:
        return None
    proof = pushing.confirmed_values(connection.practice_id, trust.shown)
    found = _List()
    try:
        reading = connector.changed_since(line, moment)
        for batch in _batches(reading.slices):
            _take(connector, connection, batch, proof, found)
            if len(found.changed) > MOST_LISTED or found.nameless:
                return None
    except (Retry, Reconnect):
        raise
    except SyncError:
        return None
    if not all(pushing.shows(push, found.proven.get(remote_id)) for remote_id, push in proof.items()):
        return None
    for start in range(0, len(found.changed), SLICES):
        part = found.changed[start : start + SLICES]
        mirroring.store_batch(connection, part, [], sweep=0, read_at=asked_at, now=clock.now())
    return Changes(reading.server_time, frozenset(found.unreadable))


@dataclass
class _List:
    """A list as far as it has been read. `changed` are records that the mirror does not hold as they are."""

    changed: list[RemoteRecord] = field(default_factory=list)
    proven: dict[str, RemoteRecord] = field(default_factory=dict)
    unreadable: set[str] = field(default_factory=set)
    nameless: bool = False


def _take(
    connector: Connector, connection: Connection, batch: Sequence[Slice], proof: Mapping[str, Push], found: _List
) -> None:
    known = mirroring.known_digests(connection, [each.digest for each in batch])
    for each in batch:
        remote_id = connector.remote_id_hint(each.raw)
        if each.digest in known and remote_id not in proof:
            continue
        try:
            record = connector.decode(each)
        except BadAnswer:
            found.unreadable.add(remote_id)
            found.nameless = found.nameless or not remote_id
            continue
        if record.remote_id in proof:
            found.proven[record.remote_id] = record
        if each.digest not in known:
            found.changed.append(record)


def _batches(slices: Iterator[Slice]) -> Iterator[list[Slice]]:
    while batch := list(islice(slices, SLICES)):
        yield batch


@dataclass(frozen=True, slots=True)
class Seen:
    """What one client's reading gave: the record, what an earlier create may have made, or why there is nothing."""

    pushes: Sequence[Waiting]
    asked_at: datetime
    record: RemoteRecord | None = None
    found: Mapping[int, Sequence[RemoteRecord]] = field(default_factory=dict)
    problem: SyncError | None = None


def read_client(connector: Connector, line: Line, pushes: Sequence[Waiting], clock: Clock) -> Seen:
    """Read the client that these pushes are about; a create that was never sent needs no reading. Raises nothing that
    a remote can cause."""
    asked_at = clock.now()
    try:
        creates = [push for push in pushes if push.act is Act.CREATE]
        if creates:
            found = {push.push_id: _made_before(connector, line, push) for push in creates if push.tried}
            return Seen(pushes, asked_at, found=found)
        return Seen(pushes, asked_at, connector.read(line, pushes[0].remote_client))
    except NotPermitted as problem:
        return Seen(pushes, asked_at, problem=Reconnect(problem.detail))
    except SyncError as problem:
        return Seen(pushes, asked_at, problem=problem)


def _made_before(connector: Connector, line: Line, waiting: Waiting) -> Sequence[RemoteRecord]:
    """What an earlier try may have made: the clients with our reference, else those of its name that are nobody's."""
    push = Push.rows.everywhere().select_related("client", "connection").get(pk=waiting.push_id)
    key, reference = creating.reference_of(push)
    name = str(push.fields.get("name", push.client.name))
    ours = connector.find_created(line, key, reference, name, creating.since(push))
    if ours:
        return ours
    namesakes = [record for record in connector.search(line, name) if creating.is_namesake(push, record)]
    linked = creating.linked_among(push, [record.remote_id for record in namesakes])
    return [record for record in namesakes if record.remote_id not in linked]


def halting(seen: Sequence[Seen]) -> SyncError | None:
    """The error that concerns all of them: no place in the budget, no connection, nobody answers at all.

    Where all that stays silent is what stayed silent before, while XPM answered about others, it is about these.
    """
    problems = [each.problem for each in seen]
    general = next((problem for problem in problems if isinstance(problem, Throttled | Reconnect)), None)
    silent = all(isinstance(problem, Retry) for problem in problems)
    if general is None and silent and not all(push.tried for each in seen for push in each.pushes):
        return problems[0]
    return general


def readings_of(seen: Sequence[Seen]) -> Readings:
    """What was read, for the look at the pushes."""
    records = [(each.record, each.asked_at) for each in seen if each.record is not None]
    records += [(record, each.asked_at) for each in seen for some in each.found.values() for record in some]
    refused = {
        push.push_id: each.problem.detail
        for each in seen
        if each.problem is not None and not isinstance(each.problem, Retry)
        for push in each.pushes
    }
    found = {push_id: some for each in seen for push_id, some in each.found.items()}
    return Readings(records, refused, found)
