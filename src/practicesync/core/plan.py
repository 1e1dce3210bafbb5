"""The plan of one link: every difference's state, what is proposed, what happens unasked, what is possible, and why.

Deciding is pure; screens and background work use this same function, so that they cannot disagree.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from practicesync.core import verdict as facts_of
from practicesync.core.compare import SAME, Comparison, State, compare
from practicesync.core.contacts import ContactPair, LocalContact, pair_contacts
from practicesync.core.decision import Decision, Whole
from practicesync.core.fields import Catalogue, Field, Subject, Values
from practicesync.core.kinds import Parts, Place
from practicesync.core.policy import Layer
from practicesync.core.presence import PRESENCES, Sort, presence_ref
from practicesync.core.record import RemoteContact
from practicesync.core.verdict import UNASKED_NOTHING, Judge, Move, Risk, Verdict


@dataclass(frozen=True, slots=True)
class ContactPlan:
    """A contact pair and its fields. One known on one side only has no decisions, but a presence to decide."""

    pair: ContactPair
    decisions: tuple[Decision, ...]
    whole: Whole | None = None

    @property
    def ref(self) -> str:
        """What names the contact in forms and pushes."""
        return self.pair.ref

    @property
    def one_sided(self) -> bool:
        """Whether one side does not have this contact."""
        return self.pair.local is None or self.pair.remote is None

    @property
    def can_push(self) -> bool:
        """Whether it may be added to the remote."""
        return self.whole is not None and self.whole.can_push

    @property
    def can_pull(self) -> bool:
        """Whether it may be added to the register."""
        return self.whole is not None and self.whole.can_pull

    @property
    def pending(self) -> bool:
        """Whether it is on its way."""
        return self.whole is not None and self.whole.pending


@dataclass(frozen=True, slots=True)
class LinkSides:
    """All that a plan is made of: the sides of one link, as stored.

    `pending` holds the keys of rows with a push under way; nothing incoming overwrites those. `held` are those that a
    person decided to leave as they stand now. `together` are the refs of presences that both sides had when they last
    agreed. `gone`: the remote has no such record any more.
    """

    base: Values
    local: Values
    remote: Values
    local_contacts: Sequence[LocalContact] = ()
    remote_contacts: Sequence[RemoteContact] = ()
    pending: frozenset[str] = frozenset()
    held: frozenset[str] = frozenset()
    together: frozenset[str] = frozenset()
    archived_here: bool = False
    archived_there: bool = False
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """All decisions of one link. `presences` are those that differ, besides its contacts."""

    decisions: tuple[Decision, ...]
    contacts: tuple[ContactPlan, ...] = ()
    presences: tuple[Whole, ...] = ()

    @property
    def seen(self) -> str:
        """What a screen of this plan shows, as a digest."""
        return digest(self)

    def rows(self) -> Iterable[Decision]:
        """Every field's decision, the client's first."""
        yield from self.decisions
        for contact in self.contacts:
            yield from contact.decisions

    def wholes(self) -> Iterable[Whole]:
        """Every presence on which the sides differ."""
        for contact in self.contacts:
            if contact.whole is not None:
                yield contact.whole
        yield from self.presences

    def differences(self) -> Iterable[Decision | Whole]:
        """All on which the sides differ, whatever becomes of it."""
        yield from self.differing
        yield from self.wholes()

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
        return len(self.differing) + len(self.unpaired) + len(self.presences)


@dataclass(frozen=True, slots=True)
class Planner:
    """What every link of a connection is planned with; `connector` names where values go."""

    catalogue: Catalogue
    connector: str
    judge: Judge


def plan_link(
    catalogue: Catalogue, sides: LinkSides, place: Place, *, connector: str, judge: Judge = UNASKED_NOTHING
) -> Plan:
    """Decide every field and presence of one link; `place` says how values are compared."""
    planner = Planner(catalogue, connector, judge)
    decisions = tuple(
        decide(planner, row, (sides.base, sides.local, sides.remote), sides, place)
        for row in catalogue.synced(Subject.CLIENT, connector)
    )
    contacts = tuple(
        _plan_contact(planner, pair, sides, place)
        for pair in pair_contacts(catalogue, sides.local_contacts, sides.remote_contacts, place)
    )
    return Plan(decisions, contacts, tuple(_archived(planner, sides)))


def _plan_contact(planner: Planner, pair: ContactPair, sides: LinkSides, place: Place) -> ContactPlan:
    if pair.local is None or pair.remote is None:
        return ContactPlan(pair, (), _lone_contact(planner, pair, sides))
    three = (pair.base, pair.local.values, pair.remote.values)
    decisions = tuple(
        decide(planner, row, three, sides, place, ref=pair.ref)
        for row in planner.catalogue.synced(Subject.CONTACT, planner.connector)
    )
    return ContactPlan(pair, decisions)


def _lone_contact(planner: Planner, pair: ContactPair, sides: LinkSides) -> Whole:
    held = pair.local or pair.remote
    label = "" if held is None else held.values.get("name", "")
    here = pair.local is not None
    can_push = here and not pair.tied
    return presence(
        planner, sides, Sort.CONTACT, pair.ref, label, base=None, here=here, can_push=can_push, can_pull=not here
    )


def _archived(planner: Planner, sides: LinkSides) -> Iterable[Whole]:
    if sides.archived_here != sides.archived_there and not sides.gone:
        yield presence(
            planner,
            sides,
            Sort.ARCHIVED,
            presence_ref(Sort.ARCHIVED, ""),
            "",
            base=Sort.ARCHIVED.value in sides.together,
            here=sides.archived_here,
            can_push=sides.archived_here,
            can_pull=True,
        )


def presence(
    planner: Planner,
    sides: LinkSides,
    sort: Sort,
    ref: str,
    label: str,
    *,
    base: bool | None,
    here: bool,
    can_push: bool,
    can_pull: bool,
) -> Whole:
    """Decide a presence that one side has and the other has not. `base` is None where they never agreed about it."""
    state = State.DIFFERS if base is None else State.LOCAL_CHANGED if base != here else State.REMOTE_CHANGED
    waiting = ref in sides.pending
    facts = facts_of.BLANK_THERE if here else facts_of.BLANK_HERE
    facts |= facts_of.CAN_PUSH * can_push | facts_of.CAN_PULL * can_pull | _standing(sides, ref, waiting=waiting)
    if sort is Sort.ARCHIVED:
        # It is about being archived itself, which therefore is no reason to ask.
        facts &= ~facts_of.ARCHIVED
    row = PRESENCES[sort]
    verdict = planner.judge.judge(row, state, facts, whole=True)
    return Whole(ref, row, label, base, here, not here, state, facts, verdict, waiting)


def _standing(sides: LinkSides, key: str, *, waiting: bool) -> int:
    """The facts that do not depend on values."""
    return (
        facts_of.PENDING * waiting
        | facts_of.HELD * (key in sides.held)
        | facts_of.ARCHIVED * (sides.archived_here or sides.archived_there)
        | facts_of.GONE * sides.gone
    )


_SETTLE = Verdict(Move.SETTLE, False, False, False, "equal", Layer.OFF, Risk.NONE)
_NOT_TOLD = Verdict(Move.LEAVE, False, False, False, "not_told", Layer.OFF, Risk.NONE)
_HIDDEN_THERE = Verdict(Move.LEAVE, False, False, False, "hidden_there", Layer.OFF, Risk.NONE)


def decide(
    planner: Planner,
    row: Field,
    three: tuple[Values, Values, Values],
    sides: LinkSides,
    place: Place,
    *,
    ref: str = "",
) -> Decision:
    """Decide one field from base, local and remote, the `three`; the rest of the sides says what stands in the way."""
    base, local, remote = three
    agreed, here, there = row.told(base), row.held(local), row.told(remote)
    waiting = bool(sides.pending) and (f"{ref}/{row.name}" if ref else row.name) in sides.pending
    if here == there:
        return Decision(ref, row, agreed, here, there, SAME, 0, _SETTLE, waiting)
    comparison = compare(row, agreed, here, there, place)
    if comparison.state is State.SAME:
        verdict = _NOT_TOLD if there is None else _SETTLE
        if comparison.hidden and row.is_empty(here):
            verdict = _HIDDEN_THERE
        return Decision(ref, row, agreed, here, there, comparison, 0, verdict, waiting)
    key = f"{ref}/{row.name}" if ref else row.name
    facts = _facts(planner, row, (agreed, here, there), comparison) | _standing(sides, key, waiting=waiting)
    verdict = planner.judge.judge(row, comparison.state, facts)
    return Decision(ref, row, agreed, here, there, comparison, facts, verdict, waiting)


def _facts(
    planner: Planner, row: Field, three: tuple[Parts | None, Parts, Parts | None], comparison: Comparison
) -> int:
    """The facts of values that differ. What the remote never told and never held is a blank to be filled."""
    agreed, here, there = three
    empty_here, empty_there = row.is_empty(here), row.is_empty(there)
    can_push = row.writable(planner.connector) and not row.kind.is_masked(here) and not (row.required and empty_here)
    can_pull = there is not None and not comparison.hidden and not (row.required and empty_there)
    never_held = comparison.untold and can_push and row.is_empty(agreed)
    return (
        facts_of.BLANK_HERE * empty_here
        | facts_of.BLANK_THERE * (never_held if comparison.untold else empty_there)
        | facts_of.UNTOLD * comparison.untold
        | facts_of.HIDDEN * comparison.hidden
        | facts_of.CAN_PUSH * can_push
        | facts_of.CAN_PULL * can_pull
    )


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
    for whole in plan.wholes():
        state.update(repr((whole.ref, whole.here, whole.pending)).encode())
    return state.hexdigest()
