"""Sync: carry out the pushes of one person's choices, each looked at, sent and verified.

Every push is one step that begins with a read, so that a step that runs twice, or a write whose answer was lost, never
sends blindly.
"""

from functools import partial

from practicesync.connectors.base import Line, References
from practicesync.core.errors import Reconnect, Retry, SyncError, Unsure
from practicesync.core.record import RemoteContact, RemoteRecord
from practicesync.flows.line import open_line
from practicesync.flows.remote import remote
from practicesync.flows.steps import Steps
from practicesync.flows.trouble import Ended, persistently
from practicesync.operations import pushing, runs
from practicesync.operations.pushing import ToSend
from practicesync.queries.staff import references
from practicesync.store.models import Connection

CREATE_LAG = 90.0
"""Seconds after which an addition whose answer was lost must show, were it made: XPM ends calls sooner."""


def sync(steps: Steps, run_id: int) -> None:
    """The flow of the run `sync`."""
    if not steps.do("begin", lambda: runs.begin(run_id, steps.clock.now())):
        return
    for push_id in steps.do("list", lambda: pushing.open_pushes(run_id)):
        try:
            _carry_out(steps, run_id, push_id)
        except Ended:
            return
    steps.do("finish", lambda: runs.finish(run_id, steps.clock.now()))


def _carry_out(steps: Steps, run_id: int, push_id: int) -> None:
    """One push to its end: an unsure one is waited for and looked at again, up to the most tries there are."""
    for _ in range(pushing.MOST_TRIES + 1):
        step = partial(push_once, steps, run_id, push_id)
        wait = persistently(steps, run_id, f"push {push_id}", step, keep=True)
        if wait < 0:
            return
        steps.sleep(wait)


def push_once(steps: Steps, run_id: int, push_id: int) -> float:
    """Read, look, write, verify. Returns -1 where the push has ended, else seconds after which to look again.

    Raises `Retry` where nothing was sent and `Reconnect` where the connection no longer holds: the push waits then.
    """
    target = pushing.target(push_id)
    if target is None:
        return -1
    connection = Connection.rows.everywhere().get(pk=target.connection_id)
    there = remote(connection.connector)
    line = open_line(connection.pk, there.identity, steps.clock, interactive=True, run_id=run_id)
    asked_at = steps.clock.now()
    try:
        record = there.connector.read(line, target.client_id)
    except (Retry, Reconnect):
        raise
    except SyncError as problem:
        pushing.refuse(push_id, problem.detail, steps.clock.now())
        return -1
    to_send = pushing.look_at(push_id, record, asked_at, steps.clock.now())
    return -1 if to_send is None else _send(steps, connection, line, to_send)


def _send(steps: Steps, connection: Connection, line: Line, to_send: ToSend) -> float:
    """Write, and store what became of it, whatever it was. The intent is in the store already."""
    push_id = to_send.push_id
    try:
        record, contact = _write(connection, line, to_send, references(connection.practice_id, connection.pk))
    except Unsure as problem:
        pushing.unsure(push_id, steps.clock.now())
        return max(problem.after, CREATE_LAG if to_send.creates else 0.0)
    except (Retry, Reconnect):
        pushing.not_sent(push_id)
        raise
    except SyncError as problem:
        pushing.refuse(push_id, problem.detail, steps.clock.now())
        return -1
    pushing.settle(push_id, record, contact, steps.clock.now())
    return -1


def _write(
    connection: Connection, line: Line, to_send: ToSend, staff: References
) -> tuple[RemoteRecord | None, RemoteContact | None]:
    """The write, and the client as it is after it; a contact's reply that leaves something out is read again."""
    connector = remote(connection.connector).connector
    if not to_send.is_contact:
        return connector.write(line, to_send.client_id, to_send.values, staff), None
    if to_send.creates:
        contact = connector.add_contact(line, to_send.client_id, to_send.values, staff)
    else:
        contact = connector.write_contact(line, to_send.client_id, to_send.contact_id, to_send.values, staff)
    if set(to_send.values) <= set(contact.values):
        return None, contact
    return connector.read(line, to_send.client_id), contact
