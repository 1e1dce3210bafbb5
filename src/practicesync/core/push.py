"""The life of a push: one write to one remote record with all its fields.

    waiting ──▶ sending ──▶ confirmed          the remote holds what was sent
       │           │──────▶ refused            the remote said no; nothing was written
       │           └──────▶ unsure ──▶ …       the reply was lost: the next step is a read
       ├──────────────────▶ overtaken          the remote moved since the person looked; nothing was written
       └──────────────────▶ withdrawn          a person took it back before it was sent

An intent is stored as `sending` before the write, so that a crash from there on is `unsure` by construction.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from practicesync.core.fields import Field, Values
from practicesync.core.kinds import Parts, Place


class PushState(StrEnum):
    """Where a push stands."""

    WAITING = "waiting"
    SENDING = "sending"
    UNSURE = "unsure"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    OVERTAKEN = "overtaken"
    WITHDRAWN = "withdrawn"


OPEN = frozenset({PushState.WAITING, PushState.SENDING, PushState.UNSURE})
"""The states in which a record is Pending Sync."""

NEXT: Mapping[PushState, frozenset[PushState]] = {
    PushState.WAITING: frozenset(
        {PushState.SENDING, PushState.CONFIRMED, PushState.OVERTAKEN, PushState.REFUSED, PushState.WITHDRAWN}
    ),
    PushState.SENDING: frozenset({PushState.CONFIRMED, PushState.REFUSED, PushState.UNSURE, PushState.WAITING}),
    PushState.UNSURE: frozenset({PushState.CONFIRMED, PushState.WAITING, PushState.OVERTAKEN, PushState.REFUSED}),
    PushState.CONFIRMED: frozenset(),
    PushState.REFUSED: frozenset(),
    PushState.OVERTAKEN: frozenset(),
    PushState.WITHDRAWN: frozenset(),
}
"""Which state may follow which; the store refuses any other step."""


class Act(StrEnum):
    """What a push does to its remote record, or to a part of it."""

    UPDATE = "update"
    ADD = "add"
    REMOVE = "remove"
    ARCHIVE = "archive"
    CREATE = "create"


class Outcome(StrEnum):
    """What became of one value of a push or of a pull."""

    WAITING = "waiting"
    DONE = "done"
    OVERTAKEN = "overtaken"
    REFUSED = "refused"
    IGNORED = "ignored"
    STORED_DIFFERENTLY = "stored_differently"
    WITHDRAWN = "withdrawn"
    STALE = "stale"
    CANNOT = "cannot"


@dataclass(frozen=True, slots=True)
class Sent:
    """One field of a push: what is to be written, and what the person saw there before."""

    field: Field
    value: Parts
    seen: Parts | None


@dataclass(frozen=True, slots=True)
class Look:
    """What the read just before a write tells: which fields to send, which already arrived, which were overtaken."""

    send: tuple[Sent, ...]
    arrived: tuple[Sent, ...]
    overtaken: tuple[Sent, ...]


def look(fields: Iterable[Sent], remote: Values, place: Place) -> Look:
    """Look before writing: compare each field of a push with the remote record as just read.

    The value to write being there already is an arrival (an earlier, unsure write, or the same edit there); still
    being what was seen means send; anything else was overtaken and is held for a person. The same rule settles an
    unsure push, which is why an unsure push is simply looked at again.
    """
    send: list[Sent] = []
    arrived: list[Sent] = []
    overtaken: list[Sent] = []
    for sent in fields:
        now = sent.field.told(remote)
        if now is not None and _equal(sent.field, sent.value, now, place):
            arrived.append(sent)
        elif _equal(sent.field, sent.seen, now, place):
            send.append(sent)
        else:
            overtaken.append(sent)
    return Look(tuple(send), tuple(arrived), tuple(overtaken))


def verify(sent: Sent, reply: Values, place: Place) -> Outcome:
    """What the reply to a write says of one field: done, ignored, or stored as something else."""
    now = sent.field.told(reply)
    if now is None:
        return Outcome.DONE if sent.field.is_empty(sent.value) else Outcome.IGNORED
    if _equal(sent.field, sent.value, now, place):
        return Outcome.DONE
    return Outcome.IGNORED if _equal(sent.field, sent.seen, now, place) else Outcome.STORED_DIFFERENTLY


def _equal(field: Field, left: Parts | None, right: Parts | None, place: Place) -> bool:
    """Equal by meaning, where what is not told counts as empty: XPM leaves unset elements out."""
    blank = ("",) * len(field.keys)
    return field.kind.same(left or blank, right or blank, place)
