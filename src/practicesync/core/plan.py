"""The plan of one link: every difference's state, what is proposed, what happens unasked, what is possible, and why.

Deciding is pure; screens and background work use this same function, so that they cannot disagree.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from practicesync.core.contacts import ContactPair, LocalContact, pair_contacts
from practicesync.core.decision import Decision, Whole
from practicesync.core.fields import Catalogue, Subject, Values
from practicesync.core.judging import Lone, Planner, Standing, decide, presence
from practicesync.core.kinds import Place
from practicesync.core.presence import Sort
from practicesync.core.record import RemoteContact
from practicesync.core.structure_plan import GroupPlan, GroupSides, TiePlan, plan_archived, plan_groups, plan_ties
from practicesync.core.ties import TieSides
from practicesync.core.verdict import UNASKED_NOTHING, Judge, Move


class ContactPlan(NamedTuple):
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
        return not (self.pair.here and self.pair.there)

    @property
    def can_push(self) -> bool:
        """Whether the remote may be made as the register is."""
        return self.whole is not None and self.whole.can_push

    @property
    def can_pull(self) -> bool:
        """Whether the register may be made as the remote is."""
        return self.whole is not None and self.whole.can_pull

    @property
    def pending(self) -> bool:
        """Whether it is on its way."""
        return self.whole is not None and self.whole.pending


class LinkSides(NamedTuple):
    """All that a plan is made of: the sides of one link, as stored.

    `pending` holds the keys of rows with a push under way; nothing incoming overwrites those. `held` are those that a
    person decided to leave as they stand now. `together` are the refs of presences that both sides had when they last
    agreed. `gone`: the remote has no such record any more. `ties` and `groups` are None where nobody knows them.
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
    ties: TieSides | None = None
    groups: GroupSides | None = None

    @property
    def standing(self) -> Standing:
        """How the link stands, whatever its values."""
        archived = self.archived_here or self.archived_there
        return Standing(self.pending, self.held, self.together, archived, self.gone)


class Plan(NamedTuple):
    """All decisions of one link. `presences` are those that differ, besides its contacts."""

    decisions: tuple[Decision, ...]
    contacts: tuple[ContactPlan, ...] = ()
    presences: tuple[Whole, ...] = ()
    relationships: tuple[TiePlan, ...] = ()
    groups: tuple[GroupPlan, ...] = ()

    @property
    def seen(self) -> str:
        """What a screen of this plan shows, as a digest."""
        return digest(self)

    def rows(self) -> Iterable[Decision]:
        """Every field's decision, the client's first."""
        yield from self.decisions
        for contact in self.contacts:
            yield from contact.decisions
        for tie in self.relationships:
            yield from tie.decisions

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
        """Contacts that one side does not have, and that may be added to it or taken off the other."""
        return tuple(
            contact for contact in self.contacts if contact.one_sided and (contact.can_push or contact.can_pull)
        )

    @property
    def open_count(self) -> int:
        """How many rows a person could act on."""
        moves = (whole for whole in self.presences if whole.can_push or whole.can_pull)
        return len(self.differing) + len(self.unpaired) + sum(1 for _ in moves)


def plan_link(
    catalogue: Catalogue,
    sides: LinkSides,
    place: Place,
    *,
    connector: str,
    judge: Judge = UNASKED_NOTHING,
    sparse: bool = False,
) -> Plan:
    """Decide every field and presence of one link; `place` says how values are compared.

    `sparse` leaves out the fields with which nothing is to be done: base and both sides are equal, letter by letter.
    """
    planner = Planner(catalogue, connector, judge, sparse)
    standing = sides.standing
    three = (sides.base, sides.local, sides.remote)
    decisions = tuple([decide(planner, row, three, standing, place) for row in planner.rows(Subject.CLIENT, *three)])
    contacts = tuple(
        _plan_contact(planner, pair, standing, place)
        for pair in pair_contacts(catalogue, sides.local_contacts, sides.remote_contacts, place)
    )
    ties = () if sides.ties is None else tuple(plan_ties(planner, sides.ties, standing, place))
    groups = () if sides.groups is None else tuple(plan_groups(planner, sides.groups, standing))
    archived = plan_archived(planner, standing, here=sides.archived_here, there=sides.archived_there)
    wholes = (*(tie.whole for tie in ties), *(group.whole for group in groups), *archived)
    return Plan(decisions, contacts, tuple(whole for whole in wholes if whole is not None), ties, groups)


def _plan_contact(planner: Planner, pair: ContactPair, standing: Standing, place: Place) -> ContactPlan:
    if not (pair.here and pair.there) or pair.local is None or pair.remote is None:
        return ContactPlan(pair, (), _lone_contact(planner, pair, standing))
    three = (pair.base, pair.local.values, pair.remote.values)
    rows, ref = planner.rows(Subject.CONTACT, *three), pair.ref
    return ContactPlan(pair, tuple([decide(planner, row, three, standing, place, ref=ref) for row in rows]))


def _lone_contact(planner: Planner, pair: ContactPair, standing: Standing) -> Whole:
    """One that a side never had, or lost since both had it."""
    held = pair.local or pair.remote
    label = "" if held is None else held.values.get("name", "")
    base = True if pair.tied else None
    here = pair.here
    can_push, can_pull = here or pair.tied, not here or pair.tied
    return presence(planner, standing, Lone(Sort.CONTACT, pair.ref, label, base, here, can_push, can_pull))


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
    """A digest of base, local and remote as a screen shows them, of what waits, and of the ways that each may go (which
    a policy may close meanwhile): what a person saw."""
    state = hashlib.blake2b(digest_size=16)
    for row in plan.rows():
        for parts in (row.base, row.local, row.remote):
            state.update(repr((row.key, parts)).encode())
        state.update(repr((row.pending, row.can_push, row.can_pull)).encode())
    for whole in plan.wholes():
        state.update(repr((whole.ref, whole.here, whole.pending, whole.can_push, whole.can_pull)).encode())
    return state.hexdigest()
