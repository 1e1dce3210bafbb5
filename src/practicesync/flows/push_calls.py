"""The call of each act of a push: what the connector is asked, and what its answer or its error says of the write."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from practicesync.connectors.base import Connector, Line, References
from practicesync.core.blame import Blame
from practicesync.core.catalogue import CATALOGUE
from practicesync.core.errors import NotPermitted, Reconnect, Refused, Retry, SyncError, Throttled, Unsure
from practicesync.core.kinds.spelling import plain
from practicesync.core.presence import Sort
from practicesync.core.push import CALL_ENDS, Act, Fate, Reply, Write
from practicesync.core.record import RemoteContact, RemoteRecord
from practicesync.flows.clock import Clock
from practicesync.operations.push_records import SUBJECTS

FRESH = 15.0
"""Seconds after the reading before it for which a write may still go out; a later one is looked at again first. It
keeps a worker that was frozen in between from writing over what others did meanwhile."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a good answer told."""

    record: RemoteRecord | None = None
    contact: RemoteContact | None = None
    remote_id: str = ""


@dataclass
class Caller:
    """Makes the calls of one batch. `looked_at` is when what they go by was asked for.

    `halted` is the error after which none of them makes sense any more: no place in the budget, no connection.
    """

    connector: Connector
    line: Line
    references: References
    clock: Clock
    looked_at: datetime
    halted: SyncError | None = None

    def carry_out(self, write: Write) -> Reply:
        """Make the call, and say what came of it whatever that was. Raises nothing that a remote can cause."""
        if self._is_late():
            return self._reply(write, Fate.NOT_SENT)
        try:
            return self._called(write)
        except Refused as refusal:
            return self._apart(write, refusal) if write.act is Act.UPDATE else self._refused(write, refusal)

    def _called(self, write: Write) -> Reply:
        """What came of one call. Raises `Refused` where the remote understood it and said no."""
        try:
            answer = CALLS[write.sort, write.act](self, write)
        except Unsure:
            return self._reply(write, Fate.LOST)
        except (Throttled, Reconnect) as problem:
            self.halted = problem
            return self._reply(write, Fate.NOT_SENT)
        except Retry as problem:
            return self._reply(write, Fate.NOT_SENT, problem.detail, counts=True)
        except NotPermitted as problem:
            if write.sort is None:
                # Whoever connected may not write any more: the others need not ask.
                self.halted = Reconnect(problem.detail)
                return self._reply(write, Fate.NOT_SENT)
            return self._refused(write, problem)
        except Refused:
            raise
        except SyncError as problem:
            return self._refused(write, problem)
        return Reply(
            write.push_id,
            write.attempt,
            Fate.ANSWERED,
            self._told_at(),
            record=answer.record,
            contact=answer.contact,
            remote_id=answer.remote_id,
        )

    def _apart(self, write: Write, refusal: Refused) -> Reply:
        """Send the fields of a refused write apart, until those are known that the remote does not take. Each call does
        no more than the stored intent tells, so that wherever this ends the next look goes on from there."""
        blame = Blame(write.fields(CATALOGUE.of(SUBJECTS[write.sort])), refusal.detail)
        reply = self._refused(write, refusal)
        while blame.part:
            try:
                latest = self._reply(write, Fate.NOT_SENT) if self._is_late() else self._called(write.part(blame.part))
            except Refused as again:
                blame.refuse(again.detail)
                continue
            if latest.fate is Fate.ANSWERED:
                blame.take()
                reply = latest
                continue
            if latest.fate is Fate.REFUSED and reply.fate is Fate.ANSWERED:
                # What was taken before is found by looking again.
                latest = self._reply(write, Fate.NOT_SENT)
            reply = replace(latest, counts=not blame.knows_more)
            break
        return replace(reply, refused=blame.refused, detail=blame.detail or reply.detail)

    def _is_late(self) -> bool:
        return self.halted is not None or (self.clock.now() - self.looked_at).total_seconds() > FRESH

    def _told_at(self) -> datetime:
        """When what an answer that is in hand now was so. One that took longer than any call was held by a frozen
        process: it may be as old as the reading before it, and is not laid over what was read since."""
        now = self.clock.now()
        return now if (now - self.looked_at).total_seconds() <= CALL_ENDS else self.looked_at

    def _refused(self, write: Write, problem: SyncError) -> Reply:
        return self._reply(write, Fate.REFUSED, problem.detail)

    def _reply(self, write: Write, fate: Fate, detail: str = "", *, counts: bool = False) -> Reply:
        return Reply(write.push_id, write.attempt, fate, self.clock.now(), detail, counts=counts)


def needs_reading(write: Write, reply: Reply) -> bool:
    """Whether only a reading after it tells what the remote made of a write."""
    if reply.fate is not Fate.ANSWERED:
        return False
    if reply.contact is not None:
        return not set(write.values) <= set(reply.contact.values)
    return reply.record is None


def _update(caller: Caller, write: Write) -> Answer:
    return Answer(caller.connector.write(caller.line, write.client_id, write.values, caller.references))


def _create(caller: Caller, write: Write) -> Answer:
    return Answer(caller.connector.add(caller.line, write.values, caller.references, write.contacts))


def _archive(caller: Caller, write: Write) -> Answer:
    return Answer(caller.connector.archive(caller.line, write.client_id))


def _change_contact(caller: Caller, write: Write) -> Answer:
    contact = caller.connector.write_contact(
        caller.line, write.client_id, write.remote_id, write.values, caller.references
    )
    return Answer(contact=contact)


def _add_contact(caller: Caller, write: Write) -> Answer:
    return Answer(contact=caller.connector.add_contact(caller.line, write.client_id, write.values, caller.references))


def _remove_contact(caller: Caller, write: Write) -> Answer:
    caller.connector.remove_contact(caller.line, write.client_id, write.remote_id)
    return Answer()


def _add_relationship(caller: Caller, write: Write) -> Answer:
    made = caller.connector.add_relationship(caller.line, write.client_id, write.other_id, write.label, write.values)
    return Answer(remote_id=made)


def _change_relationship(caller: Caller, write: Write) -> Answer:
    caller.connector.write_relationship(
        caller.line, write.remote_id, write.client_id, write.other_id, write.label, write.values
    )
    return Answer()


def _remove_relationship(caller: Caller, write: Write) -> Answer:
    caller.connector.remove_relationship(caller.line, write.remote_id)
    return Answer()


def _join_group(caller: Caller, write: Write) -> Answer:
    """Put the client into the group of this name; it is made where XPM has none."""
    groups = caller.connector.groups(caller.line)
    named = [group for group in groups if plain(group.name) == plain(write.label)]
    if len(named) > 1:
        raise Refused(f"XPM has {len(named)} groups called {write.label}. Put the client into the right one there.")
    if named:
        caller.connector.change_group(caller.line, named[0].remote_id, add=[write.client_id])
        return Answer(remote_id=named[0].remote_id)
    return Answer(remote_id=caller.connector.add_group(caller.line, write.label, write.client_id).remote_id)


def _leave_group(caller: Caller, write: Write) -> Answer:
    caller.connector.change_group(caller.line, write.remote_id, remove=[write.client_id])
    return Answer()


CALLS: Mapping[tuple[Sort | None, Act], Callable[[Caller, Write], Answer]] = {
    (None, Act.UPDATE): _update,
    (None, Act.CREATE): _create,
    (Sort.ARCHIVED, Act.ARCHIVE): _archive,
    (Sort.CONTACT, Act.UPDATE): _change_contact,
    (Sort.CONTACT, Act.ADD): _add_contact,
    (Sort.CONTACT, Act.REMOVE): _remove_contact,
    (Sort.RELATIONSHIP, Act.ADD): _add_relationship,
    (Sort.RELATIONSHIP, Act.UPDATE): _change_relationship,
    (Sort.RELATIONSHIP, Act.REMOVE): _remove_relationship,
    (Sort.GROUP, Act.ADD): _join_group,
    (Sort.GROUP, Act.REMOVE): _leave_group,
}
"""One row for each row of `operations.push_acts`, and the making of a client."""

ORDER: Sequence[tuple[Sort | None, Act]] = (
    (None, Act.CREATE),
    (None, Act.UPDATE),
    (Sort.CONTACT, Act.ADD),
    (Sort.CONTACT, Act.UPDATE),
    (Sort.CONTACT, Act.REMOVE),
    (Sort.RELATIONSHIP, Act.REMOVE),
    (Sort.RELATIONSHIP, Act.UPDATE),
    (Sort.RELATIONSHIP, Act.ADD),
    (Sort.GROUP, Act.REMOVE),
    (Sort.GROUP, Act.ADD),
    (Sort.ARCHIVED, Act.ARCHIVE),
)
"""In which order the writes of one client go out: a removal before what takes its place, archiving last."""
