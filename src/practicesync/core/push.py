"""The life of a push: one write to one remote record with all its fields.

    waiting ──▶ sending ──▶ confirmed          the remote holds what was sent
       │           │──────▶ refused            the remote said no; nothing was written
       │           └──────▶ unsure ──▶ …       the reply was lost: the next step is a read
       ├──────────────────▶ overtaken          the remote moved since the person looked; nothing was written
       └──────────────────▶ withdrawn          a person took it back before it was sent

An intent is stored as `sending` before the write, so that a crash from there on is `unsure` by construction.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from practicesync.core.fields import Field, Subject, Values
from practicesync.core.kinds import Parts, Place
from practicesync.core.presence import Sort, sort_of
from practicesync.core.record import RemoteContact, RemoteRecord

BATCH = 20
"""How many client updates one reading of the list of changes speaks for."""

MOST_TRIES = 5


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


SHOWN_AFTER = 90.0
"""Seconds after a lost answer in which something that was added must show, were it made: lists may lag so long."""

CALL_ENDS = 135.0
"""Seconds after an intent was stored in which its call is over, whoever makes it: it begins while what it goes by is
fresh, and ends at its deadline."""

SHOWN_AT_ONCE = 2.0
"""What only changes something shows at once, and doing it twice does no harm."""

NOT_REPEATABLE = frozenset({Act.CREATE, Act.ADD})
"""The acts that make something more each time they are done."""


def due_after(act: Act, state: PushState) -> float:
    """Seconds after which a push whose outcome is not known may be looked at: after the loss of its answer where it is
    unsure, else after its intent, when the one who stored it may still be at it."""
    if act not in NOT_REPEATABLE:
        return SHOWN_AT_ONCE
    return SHOWN_AFTER if state is PushState.UNSURE else CALL_ENDS + SHOWN_AFTER


class Target(NamedTuple):
    """What a push writes within its client: `local` and `remote` name it on either side, where it has a name there."""

    sort: Sort | None
    local: str
    remote: str


def target_of(ref: str) -> Target:
    """Take a ref apart: "" is the client itself."""
    sort = sort_of(ref)
    name = ref.partition(":")[2]
    if sort in (Sort.CONTACT, Sort.RELATIONSHIP):
        local, _, remote = name.partition(":")
        return Target(sort, local, remote)
    return Target(sort, name, "")


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


@dataclass(frozen=True, slots=True)
class Write:
    """One call to make, out of a push whose intent is stored. `attempt` tells it from another try of the same push.

    `client_id` is the remote client ("" for one to be made), `remote_id` the contact, relationship or group, `other_id`
    the client at a relationship's other end, `label` what stands on a relationship or what a group is called.
    `contacts` go along with a new client, `beside` (which is in `values`) with whatever is written of a record.
    """

    push_id: int
    attempt: int
    act: Act
    sort: Sort | None
    client_id: str
    remote_id: str = ""
    other_id: str = ""
    label: str = ""
    values: Values = field(default_factory=dict)
    beside: Values = field(default_factory=dict)
    contacts: tuple[Values, ...] = ()

    def fields(self, rows: Iterable[Field]) -> tuple[Field, ...]:
        """Those of these fields that it means to change."""
        meant = {key for key, value in self.values.items() if self.beside.get(key) != value}
        return tuple(row for row in rows if meant.intersection(row.keys))

    def part(self, rows: Iterable[Field]) -> "Write":
        """The same call for these fields alone."""
        keys = {key for row in rows for key in row.keys}
        return replace(self, values={**self.beside, **{k: v for k, v in self.values.items() if k in keys}})


@dataclass(frozen=True, slots=True)
class Found:
    """What the reading before a write tells of a push: the fates of some of its fields, and what to write now.

    Without anything to write the push ends: with `end`, for the reason `detail`.
    """

    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    write: Write | None = None
    end: PushState = PushState.CONFIRMED
    detail: str = ""


class Fate(StrEnum):
    """What a call came to, as far as the caller knows."""

    ANSWERED = "answered"
    REFUSED = "refused"
    LOST = "lost"
    NOT_SENT = "not_sent"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of one `Write`. `counts`: though nothing was written, it was a try like any other. `refused`: the names
    of the fields that the remote does not take, for the reason `detail`, whatever came of the others."""

    push_id: int
    attempt: int
    fate: Fate
    at: datetime
    detail: str = ""
    record: RemoteRecord | None = None
    contact: RemoteContact | None = None
    remote_id: str = ""
    counts: bool = False
    refused: tuple[str, ...] = ()


Problem = Callable[[Subject, Values], Mapping[str, str]]
"""Why values cannot be sent, by field name, as sentences: what a connector knows of its remote before asking it."""


def outcome_in(state: PushState, outcomes: Mapping[str, str], name: str) -> Outcome:
    """What became of the field of this name, or of a thing as a whole (its sort's name)."""
    if name in outcomes:
        return Outcome(outcomes[name])
    return Outcome.WAITING if state in OPEN else _ENDED[state]


_ENDED: Mapping[PushState, Outcome] = {
    PushState.CONFIRMED: Outcome.DONE,
    PushState.REFUSED: Outcome.REFUSED,
    PushState.OVERTAKEN: Outcome.OVERTAKEN,
    PushState.WITHDRAWN: Outcome.WITHDRAWN,
}


def _equal(row: Field, left: Parts | None, right: Parts | None, place: Place) -> bool:
    """Equal by meaning, where what is not told counts as empty: XPM leaves unset elements out."""
    blank = ("",) * len(row.keys)
    return row.kind.same(left or blank, right or blank, place)
