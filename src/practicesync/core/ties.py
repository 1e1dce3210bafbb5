"""Which relationship of a linked client is which: those of the register, and those that its remote record tells.

A relationship stands on a client and names its party. The remote shows it on both of their records, under a label of
its own on either and perhaps under two ids; here it counts on the client's record alone, so that it is planned once.
One that has no sides (a spouse) counts on the record of the client that has it in the register, and where neither has
it on the one whose remote id comes first.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.fields import NOTHING_TOLD, ClientKind, Field, Subject, Values
from practicesync.core.kinds import Place
from practicesync.core.record import RemoteRelationship
from practicesync.core.relationships import RelationshipType, read_label


class LocalTie(NamedTuple):
    """A relationship of the register, of the client that has it.

    `party` is the remote id of its party, "" where that one is not linked; `name` is the party's. `tied`: both sides
    had it when they last agreed, under this `remote_id`, on this `base`. One that is `removed` matters while it is so.
    """

    id: int
    type: RelationshipType
    party: str
    name: str
    values: Values
    tied: bool = False
    remote_id: str = ""
    base: Values = NOTHING_TOLD
    removed: bool = False


class RemoteTie(NamedTuple):
    """A relationship as the remote record of its client tells it; `party` is the other's remote id.

    `id` is its remote id, or what names it where the remote gives none.
    """

    id: str
    type: RelationshipType
    party: str
    name: str
    values: Values
    told_id: str


class TieSides(NamedTuple):
    """All that the relationships of one link are planned of.

    `remote` is None where the remote never told them. `linked` are the kinds of the clients of the register that are
    linked, by remote id, as far as either side names them. `elsewhere` are those without sides that the register keeps
    on the other client: type and that client's remote id.
    """

    kind: ClientKind
    remote_id: str
    local: Sequence[LocalTie] = ()
    remote: Sequence[RemoteRelationship] | None = None
    linked: Mapping[str, ClientKind] = MappingProxyType({})
    elsewhere: Collection[tuple[str, str]] = ()


class TiePair(NamedTuple):
    """A register relationship and the remote one that it is; one of the two may be missing."""

    local: LocalTie | None
    remote: RemoteTie | None

    @property
    def ref(self) -> str:
        """Names the pair: stable while neither is re-created."""
        here = "" if self.local is None else str(self.local.id)
        there = "" if self.remote is None else self.remote.id
        return f"relationship:{here}:{there}"

    @property
    def type(self) -> RelationshipType:
        """What the party is to the client."""
        return self._held.type

    @property
    def name(self) -> str:
        """The party's name."""
        return self._held.name

    @property
    def party(self) -> str:
        """The party's remote id; "" where it is not linked."""
        return self.remote.party if self.remote is not None else self._held.party

    @property
    def here(self) -> bool:
        """Whether the register has it."""
        return self.local is not None and not self.local.removed

    @property
    def there(self) -> bool:
        """Whether the remote has it."""
        return self.remote is not None

    @property
    def _held(self) -> LocalTie | RemoteTie:
        held = self.local or self.remote
        if held is None:
            raise AssertionError("a pair has at least one half")
        return held


def pair_ties(sides: TieSides, place: Place, *, connector: str) -> tuple[TiePair, ...]:
    """The relationships of one link, paired.

    By remote id, then by all that they say, then by their first day, then the only one left of a type and party. One of
    another type or about another party is never paired, so that a change of either is a removal and an addition.
    What was removed here is looked for last, for somebody may have entered it anew.
    """
    if sides.remote is None:
        return ()
    work = _Pairing(place, connector, sorted(_told(sides.remote, sides.remote_id), key=_order))
    live = sorted((each for each in sides.local if not each.removed), key=lambda each: each.id)
    gone = sorted((each for each in sides.local if each.removed and each.tied), key=lambda each: each.id)
    work.by_id(live)
    work.alike(live, work.all_said)
    work.only(live, work.first_day)
    work.by_id(gone)
    work.alike(gone, work.first_day)
    work.only(live, _party)
    pairs = [TiePair(each, work.found.get(each.id)) for each in live]
    pairs += [TiePair(each, work.found[each.id]) for each in gone if each.id in work.found]
    pairs += [TiePair(None, each) for each in work.left if not _is_elsewhere(each, sides)]
    return tuple(pairs)


def untold(sides: TieSides) -> tuple[RemoteRelationship, ...]:
    """Those whose label nobody knows: they stay in the remote, and are no difference."""
    return tuple(each for each in sides.remote or () if read_label(each.label) is None)


def fields_of(kind: RelationshipType, connector: str) -> tuple[Field, ...]:
    """The fields that both sides keep of such a relationship."""
    return _synced(kind.fields, connector)


@lru_cache(maxsize=256)
def _synced(names: tuple[str, ...], connector: str) -> tuple[Field, ...]:
    return tuple(row for row in CATALOGUE.synced(Subject.RELATIONSHIP, connector) if row.name in names)


def _told(remote: Iterable[RemoteRelationship], own_id: str) -> list[RemoteTie]:
    """What stands on the record itself, under a label that is known."""
    ties: dict[str, RemoteTie] = {}
    for each in remote:
        read = read_label(each.label)
        if read is not None and read.stands_here and each.other_id != own_id:
            name = each.remote_id or f"{read.type.key} {each.other_id}"
            while name in ties:
                name += "+"
            ties[name] = RemoteTie(name, read.type, each.other_id, each.other_name, each.values, each.remote_id)
    return list(ties.values())


def _order(tie: RemoteTie) -> tuple[str, ...]:
    return (tie.type.key, tie.party, tie.values.get("start_date", ""), tie.id)


def _is_elsewhere(tie: RemoteTie, sides: TieSides) -> bool:
    """Whether the plan of the other client tells of it."""
    if not tie.type.symmetric:
        return False
    return (tie.type.key, tie.party) in sides.elsewhere or (tie.party in sides.linked and tie.party < sides.remote_id)


def _party(tie: LocalTie | RemoteTie) -> Hashable:
    return (tie.type.key, tie.party) if tie.party else None


class _Pairing:
    """Pairs found so far, by the register's id, and what is left of the remote's."""

    def __init__(self, place: Place, connector: str, remote: Sequence[RemoteTie]) -> None:
        self.place = place
        self.connector = connector
        self.left = list(remote)
        self.found: dict[int, RemoteTie] = {}

    def by_id(self, local: Iterable[LocalTie]) -> None:
        there = {tie.told_id: tie for tie in self.left if tie.told_id}
        for each in self._open(local):
            tie = there.get(each.remote_id)
            if tie is not None and tie.type is each.type and each.party in ("", tie.party):
                self._take(each, tie)

    def alike(self, local: Iterable[LocalTie], key: Callable[[LocalTie | RemoteTie], Hashable]) -> None:
        """Pair those of one key, one to one; what is over stays over."""
        for here, there in self._by_key(local, key):
            for each, tie in zip(here, there, strict=False):
                self._take(each, tie)

    def only(self, local: Iterable[LocalTie], key: Callable[[LocalTie | RemoteTie], Hashable]) -> None:
        """Pair those whose key stands once on either side."""
        for here, there in self._by_key(local, key):
            if len(here) == len(there) == 1:
                self._take(here[0], there[0])

    def all_said(self, tie: LocalTie | RemoteTie) -> Hashable:
        rows = fields_of(tie.type, self.connector)
        return (tie.type.key, tie.party, *(self._meaning(row, tie) for row in rows)) if tie.party else None

    def first_day(self, tie: LocalTie | RemoteTie) -> Hashable:
        return (tie.type.key, tie.party, self._meaning(_START, tie)) if tie.party else None

    def _meaning(self, row: Field, tie: LocalTie | RemoteTie) -> str:
        parts = row.held(tie.values)
        blank = row.kind.same(parts, ("",) * len(parts), self.place)
        return "" if blank else row.kind.canonical(parts, self.place)

    def _open(self, local: Iterable[LocalTie]) -> list[LocalTie]:
        return [each for each in local if each.id not in self.found]

    def _take(self, local: LocalTie, tie: RemoteTie) -> None:
        if tie in self.left:
            self.left.remove(tie)
            self.found[local.id] = tie

    def _by_key(
        self, local: Iterable[LocalTie], key: Callable[[LocalTie | RemoteTie], Hashable]
    ) -> Iterator[tuple[list[LocalTie], list[RemoteTie]]]:
        if not self.left:
            return
        here: dict[Hashable, list[LocalTie]] = {}
        for each in self._open(local):
            here.setdefault(key(each), []).append(each)
        there: dict[Hashable, list[RemoteTie]] = {}
        for tie in self.left:
            there.setdefault(key(tie), []).append(tie)
        for found, some in here.items():
            if found is not None and found in there:
                yield some, there[found]


def _start() -> Field:
    row = CATALOGUE.get(Subject.RELATIONSHIP, "start_date")
    if row is None:
        raise LookupError("relationships have no first day")
    return row


_START = _start()
