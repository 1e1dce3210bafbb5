"""A move of one difference, ready to be written: which way it goes, what the side it writes holds and is to hold."""

from dataclasses import dataclass

from practicesync.core.decision import Decision, Whole
from practicesync.core.fields import Field, Values
from practicesync.core.presence import Presence, Sort
from practicesync.core.push import Act
from practicesync.core.verdict import Move


@dataclass(frozen=True, slots=True)
class Motion:
    """One field or presence, moved by a pull or a push.

    `before` is what stands on the side that is written (a key that it does not tell is missing), `after` what it is to
    hold; either is by key. `why` is the code of the reason, `label` what people call the thing that moves.
    """

    ref: str
    row: Field | Presence
    move: Move
    act: Act
    before: Values
    after: Values
    why: str
    label: str

    @property
    def key(self) -> str:
        """What names it in a plan: `email`, `<contact ref>/email`, or the ref of a presence."""
        if isinstance(self.row, Presence) or not self.ref:
            return self.ref or self.row.name
        return f"{self.ref}/{self.row.name}"

    @property
    def sort(self) -> Sort | None:
        """The sort of presence that it is about as a whole; None where it is a field."""
        return Sort(self.row.name) if isinstance(self.row, Presence) else None

    @property
    def record(self) -> str:
        """Names the remote record that a push of it writes, within its client."""
        return self.ref


def move_field(row: Decision, move: Move, label: str) -> Motion:
    """A field's value carried to the other side, as it is written there.

    A value that was not observed or is masked is never pulled: asking for that is a mistake of the caller.
    """
    if move is Move.PULL:
        if row.remote is None or row.field.kind.is_masked(row.remote):
            raise AssertionError("a value that was not observed or is masked is never pulled")
        before = row.field.spread(row.local)
        after = row.field.spread(tuple(row.field.kind.tidy(part) for part in row.remote))
    else:
        before = {} if row.remote is None else row.field.spread(row.remote)
        after = row.field.spread(row.local)
    return Motion(row.ref, row.field, move, Act.UPDATE, before, after, row.why, label)


def move_whole(whole: Whole, move: Move, here: Values, there: Values, label: str) -> Motion:
    """A presence brought about, or taken away, on the other side; `here` and `there` are what it holds on either."""
    has = whole.there if move is Move.PULL else whole.here
    sort = Sort(whole.presence.name)
    act = (Act.ARCHIVE if sort is Sort.ARCHIVED else Act.ADD) if has else Act.REMOVE
    before, after = (here, there) if move is Move.PULL else (there, here)
    return Motion(whole.ref, whole.presence, move, act, before, after, whole.why, label)
