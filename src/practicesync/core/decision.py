"""One difference, decided: a field of a record, or a presence."""

from typing import NamedTuple

from practicesync.core.compare import Comparison, State
from practicesync.core.fields import Field
from practicesync.core.kinds import Parts
from practicesync.core.presence import Lack, Presence
from practicesync.core.verdict import Move, Verdict


def row_key(ref: str, name: str) -> str:
    """What names a row of a plan in a form, a push and a choice: `email`, or `<contact ref>/email`."""
    return f"{ref}/{name}" if ref else name


class Decision(NamedTuple):
    """One field's base, local and remote, their state, and what becomes of it.

    `ref` names the contact pair or the relationship ("" for the client itself). `facts` are the bits by which a policy
    judged it. A tuple, since a firm has a million of them and a frozen dataclass takes five times as long to make.
    """

    ref: str
    field: Field
    base: Parts | None
    local: Parts
    remote: Parts | None
    comparison: Comparison
    facts: int
    verdict: Verdict
    pending: bool = False

    @property
    def key(self) -> str:
        """What names this row (`row_key`)."""
        return row_key(self.ref, self.field.name)

    @property
    def state(self) -> State:
        """Who moved."""
        return self.comparison.state

    @property
    def differs(self) -> bool:
        """Whether the sides mean different things."""
        return self.comparison.state is not State.SAME

    @property
    def move(self) -> Move:
        """What is proposed."""
        return self.verdict.move

    @property
    def why(self) -> str:
        """The code of its reason (worded in `words`)."""
        return self.verdict.why

    @property
    def can_push(self) -> bool:
        """Whether a person may send the register's value."""
        return self.verdict.can_push

    @property
    def can_pull(self) -> bool:
        """Whether a person may take the remote's value."""
        return self.verdict.can_pull

    @property
    def row(self) -> Field:
        """What a policy looks at."""
        return self.field


class Whole(NamedTuple):
    """A presence on which the sides differ: who has it, who had it when they last agreed, and what becomes of it.

    `label` is what people call this one ("Mere Tahu"). A push makes the remote as the register is, be that by adding or
    by taking away; a pull the other way round.
    """

    ref: str
    presence: Presence
    label: str
    base: bool | None
    here: bool
    there: bool
    state: State
    facts: int
    verdict: Verdict
    pending: bool = False

    @property
    def key(self) -> str:
        """What names it in a form, a push and a choice."""
        return self.ref

    @property
    def lack(self) -> Lack:
        """Which side lacks it, and whether it had it."""
        if self.here:
            return Lack.REMOVED_THERE if self.base else Lack.ONLY_HERE
        return Lack.REMOVED_HERE if self.base else Lack.ONLY_THERE

    @property
    def row(self) -> Presence:
        """What a policy looks at."""
        return self.presence

    @property
    def move(self) -> Move:
        """What is proposed."""
        return self.verdict.move

    @property
    def why(self) -> str:
        """The code of its reason (worded in `words`)."""
        return self.verdict.why

    @property
    def can_push(self) -> bool:
        """Whether a person may make the remote as the register is."""
        return self.verdict.can_push

    @property
    def can_pull(self) -> bool:
        """Whether a person may make the register as the remote is."""
        return self.verdict.can_pull
