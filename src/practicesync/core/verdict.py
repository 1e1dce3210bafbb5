"""What becomes of a difference under a policy: proposed, done unasked, or left to a person; with its reason and risk.

What is judged is told by a few facts and never by values, so that an index over a whole firm can be judged by groups.
"""

from enum import StrEnum
from typing import NamedTuple

from practicesync.core.compare import State
from practicesync.core.fields import Section, Subject
from practicesync.core.policy import REVIEWED, Layer, Passage, Policy, Row, Terms, Truth, row_key, terms


class Move(StrEnum):
    """What is done with one difference."""

    SETTLE = "settle"
    PULL = "pull"
    PUSH = "push"
    ASK = "ask"
    LEAVE = "leave"


class Risk(StrEnum):
    """Why a move deserves a second look, the gravest first."""

    BLANKS = "blanks"
    LEGAL_NAME = "legal_name"
    IDENTIFIER = "identifier"
    ARCHIVED = "archived"
    NONE = "none"


RISKS = tuple(Risk)

# Facts of a difference, as bits of one number: it is stored, grouped by, and judged a million times in a plan.
BLANK_HERE = 1
BLANK_THERE = 2
UNTOLD = 4
HIDDEN = 8
CAN_PUSH = 16
CAN_PULL = 32
PENDING = 64
HELD = 128
ARCHIVED = 256
GONE = 512
UNREACHED = 1024
"""What it is about hangs on another client, and that one is not linked."""
NOT_KEPT = 2048
"""The register has no place for what the remote tells."""


class Verdict(NamedTuple):
    """What is proposed for one difference, whether it happens unasked, what a person may choose, and why.

    `why` is worded in `words`; `layer` is the step of the precedence that decided.
    """

    move: Move
    unasked: bool
    can_push: bool
    can_pull: bool
    why: str
    layer: Layer
    risk: Risk

    @property
    def needs_person(self) -> bool:
        """Whether it waits until somebody chooses."""
        return not self.unasked and self.move is not Move.LEAVE and self.move is not Move.SETTLE


class Judge:
    """A policy, ready to judge differences by the thousand: the same sort of difference is judged once."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._terms: dict[str, Terms] = {}
        self._verdicts: dict[tuple[Subject, str, State, int], Verdict] = {}

    def terms(self, row: Row) -> Terms:
        """What holds for this field."""
        key = row_key(row)
        found = self._terms.get(key)
        if found is None:
            found = self._terms[key] = terms(self.policy, row)
        return found

    def judge(self, row: Row, state: State, facts: int, *, whole: bool = False) -> Verdict:
        """What becomes of a difference of this sort. `whole`: a presence, to blank which is to remove it."""
        key = (row.subject, row.name, state, facts)
        found = self._verdicts.get(key)
        if found is None:
            found = self._verdicts[key] = _judge(self.policy, row, self.terms(row), state, facts, whole=whole)
        return found


def _judge(policy: Policy, row: Row, held: Terms, state: State, facts: int, *, whole: bool) -> Verdict:
    can_push = bool(facts & CAN_PUSH) and not held.shut_out and not facts & (PENDING | GONE)
    can_pull = bool(facts & CAN_PULL) and not facts & PENDING and not (held.shut_in and not facts & BLANK_HERE)
    move, passage, why, layer = _wish(held, state, facts, on=policy.on)
    unasked = False
    if move in (Move.PULL, Move.PUSH):
        wished = move
        move, why, unasked = _pass(
            move, passage, why, facts, whole=whole, can=can_push if move is Move.PUSH else can_pull
        )
        if why == "cannot" and wished is Move.PULL and held.shut_in and facts & CAN_PULL:
            why = "primary"
        if move is Move.ASK and why == "only_blanks" and layer is Layer.RULE:
            move = Move.LEAVE
        unasked = unasked and policy.on
    return Verdict(move, unasked, can_push, can_pull, why, layer, _risk(row, move, facts))


def _pass(move: Move, passage: Passage, why: str, facts: int, *, whole: bool, can: bool) -> tuple[Move, str, bool]:
    """What a passage makes of a wish to pull or push: the move, why, and whether it happens unasked."""
    blanks = bool(facts & (BLANK_HERE if move is Move.PUSH else BLANK_THERE))
    fills = bool(facts & (BLANK_THERE if move is Move.PUSH else BLANK_HERE))
    if passage is Passage.NEVER:
        return Move.LEAVE, "not_this_way", False
    if not can:
        return Move.ASK, "cannot", False
    if passage is Passage.ASK:
        return move, why, False
    if passage is Passage.FILL_BLANK and not fills:
        return Move.ASK, "only_blanks", False
    if blanks and (whole or passage is Passage.NEVER_BLANK):
        return Move.ASK, "would_remove" if whole else "would_blank", False
    if whole and why == "overridden":
        # What somebody took away comes back only if somebody says so, whoever is the source of truth.
        return Move.ASK, "would_return", False
    return move, why, True


def _wish(held: Terms, state: State, facts: int, *, on: bool) -> tuple[Move, Passage, str, Layer]:
    """The move that the sides and the terms speak for, the passage that it would take, why, and which layer says so."""
    if facts & PENDING:
        return Move.LEAVE, Passage.NEVER, "pending", held.truth_by
    if not held.counts:
        return Move.LEAVE, Passage.NEVER, "ignored" if held.inward_by is Layer.RULE else "left_out", held.inward_by
    if facts & (UNREACHED | NOT_KEPT):
        return Move.LEAVE, Passage.NEVER, "party_unlinked" if facts & UNREACHED else "not_kept", held.truth_by
    obstacle = _obstacle(facts, on=on)
    if obstacle:
        return Move.ASK, Passage.ASK, obstacle, held.truth_by
    move, why = _by_state(held, state, facts)
    if move is Move.PUSH and held.outward is Passage.NEVER and held.truth is Truth.REMOTE and not facts & UNTOLD:
        move, why = Move.PULL, "overridden"
    elif move is Move.PULL and held.inward is Passage.NEVER and held.truth is Truth.LOCAL:
        move, why = Move.PUSH, "overridden"
    if facts & HIDDEN and move in (Move.PULL, Move.ASK):
        return Move.ASK, Passage.ASK, "hidden", held.truth_by
    if move is Move.PUSH:
        return move, held.outward, why, held.outward_by
    if move is Move.PULL:
        return move, held.inward, why, held.inward_by
    return move, Passage.ASK, why, held.truth_by


def _obstacle(facts: int, *, on: bool) -> str:
    """Why a person has to look, whatever the terms are; "" where nothing stands in the way."""
    if facts & GONE:
        return "gone"
    if facts & UNTOLD and not facts & BLANK_THERE:
        return "untold"
    if facts & HELD:
        return "held"
    return "archived" if on and facts & ARCHIVED else ""


def _by_state(held: Terms, state: State, facts: int) -> tuple[Move, str]:
    if state is State.LOCAL_CHANGED:
        return Move.PUSH, "local_changed"
    if state is State.REMOTE_CHANGED:
        return Move.PULL, "remote_changed"
    if state is State.DIFFERS and facts & BLANK_HERE:
        return Move.PULL, "blank_here"
    if state is State.DIFFERS and facts & BLANK_THERE:
        return Move.PUSH, "blank_there"
    if held.truth is Truth.LOCAL:
        return Move.PUSH, "local_wins"
    if held.truth is Truth.REMOTE:
        return Move.PULL, "remote_wins"
    return Move.ASK, "both_changed" if state is State.BOTH_CHANGED else "differs"


def _risk(row: Row, move: Move, facts: int) -> Risk:
    """The gravest reason to look twice, of what would happen or of what a person may choose."""
    loses = facts & (BLANK_HERE | BLANK_THERE) if move is Move.ASK else 0
    if move is Move.PUSH:
        loses = facts & BLANK_HERE
    elif move is Move.PULL:
        loses = facts & BLANK_THERE
    if loses:
        return Risk.BLANKS
    if row.section is Section.IDENTITY:
        return Risk.LEGAL_NAME
    if row.identifies > 2:
        return Risk.IDENTIFIER
    return Risk.ARCHIVED if facts & ARCHIVED else Risk.NONE


UNASKED_NOTHING = Judge(REVIEWED)
"""The judge where nothing is pulled or pushed unless a person chose it."""
