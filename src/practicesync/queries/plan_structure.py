"""What linked clients hang on, for their plans: relationships of either side, groups, and which others are linked."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q

from practicesync.core.fields import ClientKind, Values
from practicesync.core.kinds.spelling import plain
from practicesync.core.record import RemoteRelationship
from practicesync.core.relationships import BY_KEY, TYPES, read_label
from practicesync.core.structure_plan import GroupSides
from practicesync.core.ties import LocalTie, TieSides
from practicesync.queries.linked import links_to
from practicesync.queries.remote_parties import relationships_of
from practicesync.store.models import GroupMember, Link, Relationship, RelationshipTie

_WITHOUT_SIDES = tuple(each.key for each in TYPES if each.symmetric)


class HeldRelationship(NamedTuple):
    """A relationship's tie as stored."""

    id: int
    link_id: int
    relationship_id: int
    remote_id: str
    base: Values


class Structure(NamedTuple):
    """What one link hangs on.

    `parties` are the linked clients that either side names, by remote id, `party_ids` the parties of the register's own
    relationships, linked or not, by the relationship's id; `kept` the ties as stored, by the same.
    """

    ties: TieSides
    groups: GroupSides
    parties: Mapping[str, int]
    party_ids: Mapping[int, int]
    kept: Mapping[int, HeldRelationship]


class _Other(NamedTuple):
    """A linked client that a relationship names."""

    client_id: int
    kind: ClientKind
    remote_id: str


class _Held(NamedTuple):
    """A relationship as stored."""

    id: int
    client_id: int
    party_id: int
    type: str
    values: Values
    removed_at: datetime | None
    party_name: str


@dataclass(slots=True)
class _Loaded:
    """All that a batch of links needs, by link or client."""

    kept: Mapping[int, Mapping[int, HeldRelationship]]
    own: Mapping[int, Sequence[_Held]]
    elsewhere: Mapping[int, Sequence[tuple[str, int]]]
    told: Mapping[int, Sequence[RemoteRelationship]]
    groups: Mapping[int, Mapping[str, str]]
    by_client: dict[tuple[int, int], _Other] = field(default_factory=dict)
    by_remote: dict[tuple[int, str], _Other] = field(default_factory=dict)


def load_structures(practice_id: int, links: Sequence[Link]) -> dict[int, Structure]:
    """What these links hang on, by link id, in at most six queries. Their clients and mirrors are loaded already."""
    clients = [link.client_id for link in links]
    loaded = _Loaded(
        kept=_kept(practice_id, links),
        own=_own(practice_id, clients),
        elsewhere=_elsewhere(practice_id, clients),
        told={link.pk: relationships_of(link.mirror.relationships) for link in links},
        groups=_groups(practice_id, clients),
    )
    _find_others(practice_id, links, loaded)
    return {link.pk: _structure(link, loaded) for link in links}


def remote_groups(stored: Iterable[Mapping[str, object]] | None) -> dict[str, str] | None:
    """A mirror's groups, name by meaning; None where they were never told."""
    return None if stored is None else {plain(str(each["name"])): str(each["name"]) for each in stored}


def _kept(practice_id: int, links: Sequence[Link]) -> dict[int, dict[int, HeldRelationship]]:
    found: defaultdict[int, dict[int, HeldRelationship]] = defaultdict(dict)
    rows = RelationshipTie.rows.among(practice_id, [link.pk for link in links], by="link_id")
    for tie in map(HeldRelationship._make, rows.values_list(*HeldRelationship._fields)):
        found[tie.link_id][tie.relationship_id] = tie
    return found


def _own(practice_id: int, clients: Sequence[int]) -> dict[int, list[_Held]]:
    """The relationships of these clients, removed ones too: those matter while they are tied."""
    rows = Relationship.rows.among(practice_id, clients, by="client_id").order_by("pk")
    found: defaultdict[int, list[_Held]] = defaultdict(list)
    for held in map(_Held._make, rows.values_list(*_Held._fields[:-1], "party__name")):
        found[held.client_id].append(held)
    return found


def _elsewhere(practice_id: int, clients: Sequence[int]) -> dict[int, list[tuple[str, int]]]:
    """Relationships without sides that are kept on another client: type and that client, by these clients."""
    found: defaultdict[int, list[tuple[str, int]]] = defaultdict(list)
    rows = Relationship.rows.among(practice_id, clients, by="party_id").filter(
        Q(removed_at=None) | Q(ties__isnull=False), type__in=_WITHOUT_SIDES
    )
    for party_id, kind, client_id in rows.values_list("party_id", "type", "client_id"):
        found[party_id].append((kind, client_id))
    return found


def _groups(practice_id: int, clients: Sequence[int]) -> dict[int, dict[str, str]]:
    found: defaultdict[int, dict[str, str]] = defaultdict(dict)
    rows = GroupMember.rows.among(practice_id, clients, by="client_id")
    for client_id, meaning, name in rows.values_list("client_id", "group__meaning", "group__name"):
        found[client_id][meaning] = name
    return found


def _find_others(practice_id: int, links: Sequence[Link], loaded: _Loaded) -> None:
    """Who of those named on either side is linked to the same organisation; those of this batch need no query."""
    for link in links:
        _know(loaded, link.connection_id, link.client_id, link.client.kind, link.mirror.remote_id)
    names = ("connection_id", "client_id", "client__kind", "mirror__remote_id")
    wanted = {place for link in links for place in _named_here(link, loaded)} - loaded.by_client.keys()
    if wanted:
        live = Link.rows.among(practice_id, {client_id for _, client_id in wanted}, by="client_id").filter(
            ended_at=None
        )
        for row in live.filter(connection_id__in={connection_id for connection_id, _ in wanted}).values_list(*names):
            _know(loaded, *row)
    strangers: defaultdict[int, set[str]] = defaultdict(set)
    for link in links:
        for each in loaded.told[link.pk]:
            if (link.connection_id, each.other_id) not in loaded.by_remote and _stands(each, there=False):
                strangers[link.connection_id].add(each.other_id)
    for connection_id, remote_ids in strangers.items():
        for row in links_to(practice_id, connection_id, remote_ids).values_list(*names):
            _know(loaded, *row)


def _named_here(link: Link, loaded: _Loaded) -> Iterator[tuple[int, int]]:
    """The clients to whom the register ties this one, each with the connection of the link."""
    for held in loaded.own.get(link.client_id, ()):
        yield link.connection_id, held.party_id
    for _, client_id in loaded.elsewhere.get(link.client_id, ()):
        yield link.connection_id, client_id


def _stands(told: RemoteRelationship, *, there: bool) -> bool:
    """Whether it counts on the record that shows it or, `there`, on the one that it names."""
    read = read_label(told.label)
    return read is not None and (read.stands_there if there else read.stands_here)


def _know(loaded: _Loaded, connection_id: int, client_id: int, kind: str, remote_id: str) -> None:
    other = _Other(client_id, ClientKind(kind), remote_id)
    loaded.by_client[(connection_id, client_id)] = loaded.by_remote[(connection_id, remote_id)] = other


def _structure(link: Link, loaded: _Loaded) -> Structure:
    kept = loaded.kept.get(link.pk, {})
    own = loaded.own.get(link.client_id, ())
    told = loaded.told[link.pk]
    local = tuple(
        _local(held, link, kept.get(held.id), loaded) for held in own if held.removed_at is None or held.id in kept
    )
    others = [loaded.by_remote.get((link.connection_id, each.other_id)) for each in told]
    named = {each.remote_id: each for each in others if each is not None}
    for tie in local:
        if tie.party:
            named.setdefault(tie.party, loaded.by_remote[(link.connection_id, tie.party)])
    elsewhere = {
        (kind, other.remote_id)
        for kind, client_id in loaded.elsewhere.get(link.client_id, ())
        if (other := loaded.by_client.get((link.connection_id, client_id))) is not None
    }
    ties = TieSides(
        kind=ClientKind(link.client.kind),
        remote_id=link.mirror.remote_id,
        local=local,
        remote=None if link.mirror.relationships is None else told,
        linked={remote_id: each.kind for remote_id, each in named.items()},
        elsewhere=elsewhere,
    )
    groups = GroupSides(loaded.groups.get(link.client_id, {}), remote_groups(link.mirror.groups))
    parties = {remote_id: each.client_id for remote_id, each in named.items()}
    return Structure(ties, groups, parties, {held.id: held.party_id for held in own}, kept)


def _local(held: _Held, link: Link, tie: HeldRelationship | None, loaded: _Loaded) -> LocalTie:
    party = loaded.by_client.get((link.connection_id, held.party_id))
    return LocalTie(
        id=held.id,
        type=BY_KEY[held.type],
        party="" if party is None else party.remote_id,
        name=held.party_name,
        values=held.values,
        tied=tie is not None,
        remote_id="" if tie is None else tie.remote_id,
        base={} if tie is None else tie.base,
        removed=held.removed_at is not None,
    )


def with_beside(practice_id: int, link_ids: Sequence[int]) -> list[int]:
    """These links and those `beside` them, in the order in which links are locked."""
    return sorted({*link_ids, *beside(practice_id, link_ids)})


def beside(practice_id: int, link_ids: Sequence[int]) -> list[int]:
    """The live links of those in whose plans these links are named: what they hang on changes when these come or go."""
    if not link_ids:
        return []
    links = Link.rows.among(practice_id, link_ids)
    told: defaultdict[int, set[str]] = defaultdict(set)
    clients = []
    for connection_id, client_id, stored in links.values_list("connection_id", "client_id", "mirror__relationships"):
        clients.append(client_id)
        named = (each.other_id for each in relationships_of(stored) if _stands(each, there=True))
        told[connection_id].update(named)
    roles = Relationship.rows.among(practice_id, clients, by="party_id")
    without_sides = Relationship.rows.among(practice_id, clients, by="client_id").filter(type__in=_WITHOUT_SIDES)
    owners = {*roles.values_list("client_id", flat=True), *without_sides.values_list("party_id", flat=True)}
    live = Link.rows.among(practice_id, owners, by="client_id").filter(ended_at=None)
    found = set(live.values_list("pk", flat=True))
    for connection_id, remote_ids in told.items():
        found.update(links_to(practice_id, connection_id, remote_ids).values_list("pk", flat=True))
    return sorted(found - set(link_ids))
