"""Choosing a client: the register's first, then those of the remote system that the register does not have yet."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from practicesync.core.catalogue import kind_of_structure
from practicesync.core.fields import ClientKind, Values
from practicesync.queries.remote import CONNECTOR, is_offered
from practicesync.queries.searching import beginning, holding
from practicesync.store.models import Client, Connection, Link, ListedClient, Mirror

MOST = 8
LONGEST_SEARCH = 200


class Side(StrEnum):
    """Where a client that may be chosen stands."""

    REGISTER = "client"
    REMOTE = "remote"


@dataclass(frozen=True, slots=True)
class Pick:
    """A client that may be chosen, with what tells namesakes apart. `kind` is None where the remote tells none.

    `id` is a client's, or for one that is on the remote side alone its mirror's.
    """

    side: Side
    id: int
    name: str
    kind: ClientKind | None
    code: str = ""
    email: str = ""
    town: str = ""

    @property
    def ref(self) -> str:
        """Names the choice in a form: `client:12` or `remote:34`."""
        return f"{self.side.value}:{self.id}"

    @property
    def is_remote(self) -> bool:
        """Whether the register does not have it yet."""
        return self.side is Side.REMOTE


@dataclass(frozen=True, slots=True)
class Picks:
    """What a search finds, at most `limit` of each side; `more_*` says that there are others."""

    search: str
    clients: tuple[Pick, ...]
    remotes: tuple[Pick, ...]
    more_clients: bool = False
    more_remotes: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found on either side."""
        return not self.clients and not self.remotes


def load_picks(
    practice_id: int, search: str, *, remote: bool = True, without: Collection[int] = (), limit: int = MOST
) -> Picks:
    """The clients that may be chosen for these words, best first; an empty search begins the lists by name.

    Archived ones are never among them; of the remote side only live records that no client is linked to, and none
    where `remote` is false, the add-on is off or nothing is connected. `without` leaves clients out by id. At most
    seven queries, however long the lists are.
    """
    words = search.strip()[:LONGEST_SEARCH]
    clients = _clients(practice_id, words, without, limit + 1)
    mirrors = _mirrors(practice_id, words, limit + 1) if remote else []
    return Picks(
        words, tuple(clients[:limit]), tuple(mirrors[:limit]), len(clients) > limit, more_remotes=len(mirrors) > limit
    )


def load_pick(practice_id: int, ref: str, *, remote: bool = True) -> Pick | None:
    """What a form chose by `ref`, as it stands now; None where it cannot be chosen (any more).

    A remote record that was linked since it was shown is its client.
    """
    side, _, number = ref.partition(":")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    if side == Side.REGISTER.value:
        return next(iter(_register_picks(practice_id, [int(number)])), None)
    if side != Side.REMOTE.value or not remote:
        return None
    linked = Link.rows.of(practice_id).filter(mirror_id=int(number), ended_at=None).values_list("client_id", flat=True)
    for client_id in linked:
        return next(iter(_register_picks(practice_id, [client_id])), None)
    mirror = _free(practice_id).filter(pk=int(number)).first()
    return None if mirror is None else _remote_pick(mirror)


def client_pick(client: Client) -> Pick:
    """A client of the register as a choice, also one that is archived."""
    kind, town = ClientKind(client.kind), _town(client.values)
    return Pick(Side.REGISTER, client.pk, client.name, kind, client.code, client.values.get("email", ""), town)


def _clients(practice_id: int, search: str, without: Collection[int], limit: int) -> list[Pick]:
    """The register's clients: where the words begin as typed, or where none does, anywhere in their text."""
    found = _first(beginning(practice_id, search), search, without, limit)
    if search and not found:
        found = _first(ListedClient.rows.of(practice_id).filter(holding(search)), search, without, limit)
    return _register_picks(practice_id, found)


def _first(listed: QuerySet[ListedClient], search: str, without: Collection[int], limit: int) -> list[int]:
    """The ids of the first by name; those whose name begins with the whole search stand before the others."""
    if without:
        listed = listed.exclude(pk__in=list(without))
    if not search:
        return list(listed.order_by("sort_name", "pk").values_list("pk", flat=True)[:limit])
    begins = ExpressionWrapper(Q(sort_name__startswith=search.casefold()), output_field=BooleanField())
    ordered = listed.annotate(begins=begins).order_by("-begins", "sort_name", "pk")
    return list(ordered.values_list("pk", flat=True)[:limit])


def _register_picks(practice_id: int, ids: Sequence[int]) -> list[Pick]:
    """These clients in this order; archived ones and those of another practice are left out."""
    rows = Client.rows.among(practice_id, ids).filter(archived_at=None).only("name", "kind", "code", "values")
    found = {client.pk: client_pick(client) for client in rows}
    return [found[pk] for pk in ids if pk in found]


def _mirrors(practice_id: int, search: str, limit: int) -> list[Pick]:
    """The free remote records that hold every word, by name; those that begin with the search come first."""
    free = _free(practice_id)
    if not search:
        return [_remote_pick(mirror) for mirror in free.order_by("sort_name", "pk")[:limit]]
    begins = ExpressionWrapper(Q(sort_name__startswith=search.casefold()), output_field=BooleanField())
    found = free.filter(holding(search)).annotate(begins=begins).order_by("-begins", "sort_name", "pk")
    ids = list(found.values_list("pk", flat=True)[:limit])
    mirrors = Mirror.rows.among(practice_id, ids).defer("contacts", "relationships", "groups", "search").in_bulk()
    return [_remote_pick(mirrors[pk]) for pk in ids if pk in mirrors]


def _free(practice_id: int) -> QuerySet[Mirror]:
    """The live records of the remote system that no client is linked to; none where the add-on is off."""
    none: QuerySet[Mirror] = Mirror.rows.of(practice_id).none()
    if not is_offered(practice_id):
        return none
    connections = Connection.rows.of(practice_id).filter(connector=CONNECTOR).exclude(state="ended")
    connection = connections.order_by("-connected_at", "-pk").values_list("pk", flat=True).first()
    if connection is None:
        return none
    linked = Link.rows.of(practice_id).filter(connection_id=connection, mirror=OuterRef("pk"), ended_at=None)
    live = Mirror.rows.of(practice_id).filter(connection_id=connection, archived=False, deleted=False, gone_at=None)
    return live.filter(~Exists(linked))


def _remote_pick(mirror: Mirror) -> Pick:
    values = mirror.values
    structure = values.get("business_structure", "")
    return Pick(
        Side.REMOTE,
        mirror.pk,
        mirror.name,
        kind_of_structure(structure) if structure else None,
        values.get("client_code", ""),
        values.get("email", ""),
        _town(values),
    )


def _town(values: Values) -> str:
    return values.get("physical_address.city") or values.get("postal_address.city") or ""
