"""The plan of one link: every field's state, what is proposed, what is possible, and why.

Deciding is pure; screens and background work use this same function, so that they cannot disagree.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from practicesync.core.compare import SAME, Comparison, State, compare
from practicesync.core.contacts import ContactPair, LocalContact, pair_contacts
from practicesync.core.fields import Catalogue, Field, Rule, Subject, Values
from practicesync.core.kinds import Parts, Place
from practicesync.core.policy import REVIEWED, Policy
from practicesync.core.record import RemoteContact


class Move(StrEnum):
    """What is done with one field."""

    SETTLE = "settle"
    PULL = "pull"
    PUSH = "push"
    ASK = "ask"
    LEAVE = "leave"


class Decision(NamedTuple):
    """One field's base, local and remote, their state, and the proposed move.

    `ref` names the contact pair ("" for the client itself). `can_push` and `can_pull` tell what a person may choose.
    A tuple, since a firm has a million of them and a frozen dataclass takes five times as long to make.
    """

    ref: str
    field: Field
    base: Parts | None
    local: Parts
    remote: Parts | None
    comparison: Comparison
    move: Move
    can_push: bool
    can_pull: bool
    why: str
    pending: bool = False

    @property
    def key(self) -> str:
        """What names this row in a form, a push and a choice: `email`, or `<contact ref>/email`."""
        return f"{self.ref}/{self.field.name}" if self.ref else self.field.name

    @property
    def state(self) -> State:
        """Who moved."""
        return self.comparison.state

    @property
    def differs(self) -> bool:
        """Whether the sides mean different things."""
        return self.comparison.state is not State.SAME


@dataclass(frozen=True, slots=True)
class ContactPlan:
    """A contact pair and its fields. One known on one side only has no decisions, but may be added to the other."""

    pair: ContactPair
    decisions: tuple[Decision, ...]
    can_push: bool = False
    can_pull: bool = False
    pending: bool = False

    @property
    def ref(self) -> str:
        """What names the contact in forms and pushes."""
        return self.pair.ref

    @property
    def one_sided(self) -> bool:
        """Whether one side does not have this contact."""
        return self.pair.local is None or self.pair.remote is None


@dataclass(frozen=True, slots=True)
class LinkSides:
    """All that a plan is made of: the three sides of one link, as stored.

    `pending` holds the keys of rows with a push under way; nothing incoming overwrites those.
    """

    base: Values
    local: Values
    remote: Values
    local_contacts: Sequence[LocalContact] = ()
    remote_contacts: Sequence[RemoteContact] = ()
    pending: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Plan:
    """All decisions of one link."""

    decisions: tuple[Decision, ...]
    contacts: tuple[ContactPlan, ...] = ()

    @property
    def seen(self) -> str:
        """What a screen of this plan shows, as a digest."""
        return digest(self)

    def rows(self) -> Iterable[Decision]:
        """Every field's decision, the client's first."""
        yield from self.decisions
        for contact in self.contacts:
            yield from contact.decisions

    @property
    def differing(self) -> tuple[Decision, ...]:
        """The rows whose sides mean different things."""
        return tuple(row for row in self.rows() if row.differs)

    @property
    def unpaired(self) -> tuple[ContactPlan, ...]:
        """Contacts that one side does not have, and that may be added to it."""
        return tuple(
            contact for contact in self.contacts if contact.one_sided and (contact.can_push or contact.can_pull)
        )

    @property
    def open_count(self) -> int:
        """How many rows a person could act on."""
        return len(self.differing) + len(self.unpaired)


def plan_link(
    catalogue: Catalogue, sides: LinkSides, place: Place, *, connector: str, policy: Policy = REVIEWED
) -> Plan:
    """Decide every field of one link; `connector` names where values go, `place` how they are compared."""
    decisions = tuple(
        decide(
            row, sides.base, sides.local, sides.remote, place, connector=connector, policy=policy, pending=sides.pending
        )
        for row in catalogue.synced(Subject.CLIENT, connector)
    )
    contacts = tuple(
        _plan_contact(catalogue, pair, place, connector=connector, policy=policy, pending=sides.pending)
        for pair in pair_contacts(catalogue, sides.local_contacts, sides.remote_contacts, place)
    )
    return Plan(decisions, contacts)


def _plan_contact(
    catalogue: Catalogue, pair: ContactPair, place: Place, *, connector: str, policy: Policy, pending: frozenset[str]
) -> ContactPlan:
    if pair.local is None or pair.remote is None:
        waiting = pair.ref in pending
        return ContactPlan(
            pair,
            (),
            can_push=pair.remote is None and not pair.tied and not waiting,
            can_pull=pair.local is None and not waiting,
            pending=waiting,
        )
    decisions = tuple(
        decide(
            row,
            pair.base,
            pair.local.values,
            pair.remote.values,
            place,
            connector=connector,
            policy=policy,
            pending=pending,
            ref=pair.ref,
        )
        for row in catalogue.synced(Subject.CONTACT, connector)
    )
    return ContactPlan(pair, decisions)


def decide(
    row: Field,
    base: Values,
    local: Values,
    remote: Values,
    place: Place,
    *,
    connector: str,
    policy: Policy,
    pending: frozenset[str] = frozenset(),
    ref: str = "",
) -> Decision:
    """Decide one field from the three sides' values."""
    agreed, here, there = row.told(base), row.held(local), row.told(remote)
    waiting = bool(pending) and (f"{ref}/{row.name}" if ref else row.name) in pending
    if here == there:
        return Decision(ref, row, agreed, here, there, SAME, Move.SETTLE, False, False, "equal", waiting)
    comparison = compare(row, agreed, here, there, place)
    if comparison.state is State.SAME:
        move, why = (Move.LEAVE, "not_told") if there is None else (Move.SETTLE, "equal")
        if comparison.hidden and row.is_empty(here):
            move, why = Move.LEAVE, "hidden_there"
        return Decision(ref, row, agreed, here, there, comparison, move, False, False, why, waiting)
    can_push = (
        not waiting
        and row.writable(connector)
        and not row.kind.is_masked(here)
        and not (row.required and row.is_empty(here))
    )
    can_pull = (
        not waiting and there is not None and not comparison.hidden and not (row.required and row.is_empty(there))
    )
    if comparison.untold and can_push and row.is_empty(agreed) and policy.rule(row) is not Rule.IGNORE:
        # The remote leaves out what is not set, and was never known to hold anything here: a blank to be filled.
        return Decision(ref, row, agreed, here, there, comparison, Move.PUSH, True, False, "blank_there", waiting)
    move, why = _propose(policy.rule(row), row, here, there, comparison, can_push=can_push, can_pull=can_pull)
    return Decision(ref, row, agreed, here, there, comparison, move, can_push, can_pull, why, waiting)


def _propose(
    rule: Rule,
    row: Field,
    local: Parts,
    remote: Parts | None,
    comparison: Comparison,
    *,
    can_push: bool,
    can_pull: bool,
) -> tuple[Move, str]:
    """The move to propose for two sides that differ, and the code of its reason (worded in `words`)."""
    if rule is Rule.IGNORE:
        return Move.LEAVE, "ignored"
    if comparison.untold:
        return Move.ASK, "untold"
    move, why = _BY_STATE[comparison.state]
    if comparison.hidden and move in (Move.PULL, Move.ASK):
        return Move.ASK, "hidden"
    if move is Move.ASK and row.is_empty(local):
        move, why = Move.PULL, "blank_here"
    elif move is Move.ASK and row.is_empty(remote):
        move, why = Move.PUSH, "blank_there"
    if comparison.state is State.BOTH_CHANGED:
        return Move.ASK, "both_changed"
    if (move is Move.PUSH and not can_push) or (move is Move.PULL and not can_pull):
        return Move.ASK, "cannot"
    return move, why


_BY_STATE: dict[State, tuple[Move, str]] = {
    State.LOCAL_CHANGED: (Move.PUSH, "local_changed"),
    State.REMOTE_CHANGED: (Move.PULL, "remote_changed"),
    State.BOTH_CHANGED: (Move.ASK, "both_changed"),
    State.DIFFERS: (Move.ASK, "differs"),
}


def settled(plan: Plan) -> dict[str, dict[str, str]]:
    """What base becomes, by ref: the values on which both sides agree now.

    Only what both sides hold at this moment; the local writing is kept, since a remote one may be masked.
    """
    result: dict[str, dict[str, str]] = {}
    for row in plan.rows():
        if row.move is Move.SETTLE and row.base != row.local and not row.pending:
            result.setdefault(row.ref, {}).update(row.field.spread(row.local))
    return result


def digest(plan: Plan) -> str:
    """A digest of base, local and remote as a screen shows them, and of what waits: what a person saw."""
    state = hashlib.blake2b(digest_size=16)
    for row in plan.rows():
        for parts in (row.base, row.local, row.remote):
            state.update(repr((row.key, parts)).encode())
        state.update(b"1" if row.pending else b"0")
    for contact in plan.contacts:
        state.update(repr((contact.ref, contact.pending)).encode())
    return state.hexdigest()
