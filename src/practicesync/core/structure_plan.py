"""The plan of what a link hangs on: its relationships, its places in groups, and whether it is archived."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from practicesync.core import verdict as facts_of
from practicesync.core.catalogue import CATALOGUE
from practicesync.core.decision import Decision, Whole
from practicesync.core.judging import Lone, Planner, Standing, decide, presence
from practicesync.core.kinds import Place
from practicesync.core.presence import Sort, presence_ref
from practicesync.core.ties import TiePair, TieSides, fields_of, pair_ties

TELLING_APART = ("share_class", "start_date", "end_date")
"""One party may be the same to a client more than once, where one of these differs."""

_APART = tuple(row for row in CATALOGUE.relationship if row.name in TELLING_APART)


class TiePlan(NamedTuple):
    """A pair of relationships and its fields; where one side does not have it, a presence to decide instead."""

    pair: TiePair
    decisions: tuple[Decision, ...] = ()
    whole: Whole | None = None

    @property
    def ref(self) -> str:
        """What names it in forms and pushes."""
        return self.pair.ref

    @property
    def label(self) -> str:
        """What people call it: "Mere Tahu, director"."""
        return f"{self.pair.name}, {self.pair.type.label.lower()}"


class GroupPlan(NamedTuple):
    """A group that the client is in on at least one side. `meaning` tells groups apart, `name` is how it is written."""

    meaning: str
    name: str
    here: bool
    there: bool
    whole: Whole | None = None

    @property
    def ref(self) -> str:
        """What names the place in it in forms and pushes."""
        return presence_ref(Sort.GROUP, self.meaning)


class GroupSides(NamedTuple):
    """The groups of one link, name by meaning; `remote` is None where the remote never told them."""

    local: Mapping[str, str]
    remote: Mapping[str, str] | None = None


def plan_ties(planner: Planner, sides: TieSides, standing: Standing, place: Place) -> Iterator[TiePlan]:
    """Decide every relationship of a link.

    A type that the remote has not stays here, and is no difference. What is about somebody who is not linked, or what
    the register cannot keep, is told and left as it is.
    """
    pairs = pair_ties(sides, place, connector=planner.connector)
    kept: set[tuple[str, ...]] = set()
    if not all(pair.here for pair in pairs):
        kept = {_mark(pair, place) for pair in pairs if pair.here}
    for pair in pairs:
        if pair.here and pair.there:
            yield TiePlan(pair, tuple(_decisions(planner, pair, standing, place)))
        elif pair.here:
            yield TiePlan(pair, whole=_only_here(planner, pair, standing))
        else:
            yield TiePlan(pair, whole=_only_there(planner, pair, sides, standing, kept, place))


def _decisions(planner: Planner, pair: TiePair, standing: Standing, place: Place) -> Iterator[Decision]:
    if pair.local is None or pair.remote is None:
        return
    three = (pair.local.base, pair.local.values, pair.remote.values)
    taken = not pair.type.stays_here(planner.connector) and bool(pair.remote.told_id)
    for row in planner.among(fields_of(pair.type, planner.connector), *three):
        yield decide(planner, row, three, standing, place, ref=pair.ref, taken=taken)


def _only_here(planner: Planner, pair: TiePair, standing: Standing) -> Whole | None:
    tied = pair.local is not None and pair.local.tied
    taken = not pair.type.stays_here(planner.connector)
    if not (tied or taken):
        return None
    reached = bool(pair.party)
    lone = Lone(
        Sort.RELATIONSHIP,
        pair.ref,
        TiePlan(pair).label,
        base=True if tied else None,
        here=True,
        can_push=taken and reached,
        can_pull=tied,
        more=0 if reached or tied else facts_of.UNREACHED,
    )
    return presence(planner, standing, lone)


def _only_there(
    planner: Planner,
    pair: TiePair,
    sides: TieSides,
    standing: Standing,
    kept: set[tuple[str, ...]],
    place: Place,
) -> Whole:
    """One that the register never had, or that was removed from it. `kept` grows by what would come in."""
    removed = pair.local is not None
    other = sides.linked.get(pair.party)
    mark = _mark(pair, place)
    fits = other is not None and pair.type.misfit(sides.kind, other) is None and mark not in kept
    kept.add(mark)
    more = 0
    if not removed and not fits:
        more = facts_of.UNREACHED if other is None else facts_of.NOT_KEPT
    lone = Lone(
        Sort.RELATIONSHIP,
        pair.ref,
        TiePlan(pair).label,
        base=True if removed else None,
        here=False,
        can_push=removed and pair.remote is not None and bool(pair.remote.told_id),
        can_pull=fits,
        more=more,
    )
    return presence(planner, standing, lone)


def _mark(pair: TiePair, place: Place) -> tuple[str, ...]:
    """By what the register tells relationships between the same two apart; see `TELLING_APART`."""
    held = pair.local if pair.local is not None and not pair.local.removed else pair.remote
    if held is None:
        return ()
    said = (row.kind.canonical(row.held(held.values), place) for row in _APART)
    return (pair.type.key, pair.party or f"{held.party} {pair.ref}", *said)


def plan_groups(planner: Planner, sides: GroupSides, standing: Standing) -> Iterator[GroupPlan]:
    """Decide every place in a group. Groups of one meaning are one group, however often the remote has them."""
    remote = sides.remote
    if remote is None:
        return
    for meaning in sorted({*sides.local, *remote}):
        here, there = meaning in sides.local, meaning in remote
        found = GroupPlan(meaning, sides.local.get(meaning) or remote[meaning], here, there)
        if here != there:
            base = True if found.ref in standing.together else None
            lone = Lone(Sort.GROUP, found.ref, found.name, base, here, can_push=True, can_pull=True)
            found = found._replace(whole=presence(planner, standing, lone))
        yield found


def plan_archived(planner: Planner, standing: Standing, *, here: bool, there: bool) -> Iterable[Whole]:
    """Whether it is archived on one side alone. The remote archives, and takes nobody out of its archive.

    Nobody is put away here while something of theirs waits to be sent.
    """
    if here == there or standing.gone:
        return
    ref = presence_ref(Sort.ARCHIVED, "")
    free = here or not standing.pending
    lone = Lone(Sort.ARCHIVED, ref, "", ref in standing.together, here, can_push=here, can_pull=free)
    yield presence(planner, standing, lone)
