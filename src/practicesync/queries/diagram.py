"""A client among those that it is tied to, as a tree upwards to its parties and one downwards to where it is one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from practicesync.core.fields import ClientKind
from practicesync.core.kinds import Place
from practicesync.core.relationships import BY_KEY, TYPES
from practicesync.queries.relationships import is_over, shown_values
from practicesync.store.models import Client, Relationship

MOST_NODES = 120
"""So many clients are drawn besides the one in the middle."""

_ORDER = {each.key: number for number, each in enumerate(TYPES)}


@dataclass(frozen=True, slots=True)
class Node:
    """A client in the diagram, with the roles that tie it to the one that it hangs on.

    `again`: it is drawn elsewhere too, with what hangs on it there, so that circles end.
    """

    id: int
    name: str
    kind: ClientKind
    roles: tuple[str, ...]
    again: bool
    children: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True)
class Diagram:
    """The client in the middle, its parties above, what it is a party of below."""

    id: int
    name: str
    kind: ClientKind
    above: tuple[Node, ...]
    below: tuple[Node, ...]
    left_out: int
    more_levels: bool


@dataclass(frozen=True, slots=True)
class _Edge:
    """`other` hangs on `on`, by these roles."""

    on: int
    other: Client
    roles: tuple[str, ...]


def load_diagram(practice_id: int, client_id: int, today: date, levels: int = 1) -> Diagram | None:
    """The diagram of one client, so many levels in each direction; None where the practice has no such client.

    At most two queries a level and three more.
    """
    client = Client.rows.of(practice_id).filter(pk=client_id).first()
    if client is None:
        return None
    seen = {client_id}
    above = _Tree(practice_id, today, upwards=True, seen=seen)
    below = _Tree(practice_id, today, upwards=False, seen=seen)
    for _ in range(levels):
        above.grow(client_id, MOST_NODES // 2)
        below.grow(client_id, MOST_NODES // 2)
    return Diagram(
        id=client.pk,
        name=client.name,
        kind=ClientKind(client.kind),
        above=above.nodes(client_id),
        below=below.nodes(client_id),
        left_out=above.left_out + below.left_out,
        more_levels=above.goes_on() or below.goes_on(),
    )


class _Tree:
    """One direction, level by level. A client that is there already is drawn again and not followed."""

    def __init__(self, practice_id: int, today: date, *, upwards: bool, seen: set[int]) -> None:
        self._practice_id = practice_id
        self._today = today
        self._near, self._far = ("client_id", "party") if upwards else ("party_id", "client")
        self._seen = seen
        self._edges: dict[int, list[_Edge]] = {}
        self._first: dict[int, int] = {}
        self._frontier: list[int] | None = None
        self._count = 0
        self.left_out = 0

    def grow(self, root: int, most: int) -> None:
        """Add one level."""
        frontier = [root] if self._frontier is None else self._frontier
        self._frontier = []
        for edge in self._read(frontier):
            if self._count >= most:
                self.left_out += 1
                continue
            self._count += 1
            self._edges.setdefault(edge.on, []).append(edge)
            if edge.other.pk not in self._seen:
                self._seen.add(edge.other.pk)
                self._first[edge.other.pk] = edge.on
                self._frontier.append(edge.other.pk)

    def goes_on(self) -> bool:
        """Whether another level would show something."""
        return bool(self._frontier) and bool(self._read(self._frontier or []))

    def nodes(self, on: int) -> tuple[Node, ...]:
        """What hangs on this client."""
        return tuple(self._node(edge) for edge in self._edges.get(on, ()))

    def _node(self, edge: _Edge) -> Node:
        client = edge.other
        again = self._first.get(client.pk) != edge.on
        children = () if again else self.nodes(client.pk)
        return Node(client.pk, client.name, ClientKind(client.kind), edge.roles, again, children)

    def _read(self, ids: Sequence[int]) -> list[_Edge]:
        """The ties of these clients in this direction that hold now, one edge a pair with all its roles."""
        rows: Any = Relationship.rows.of(self._practice_id).filter(removed_at=None, **{f"{self._near}__in": list(ids)})
        roles: dict[tuple[int, int], list[tuple[int, str]]] = {}
        others: dict[int, Client] = {}
        for row in rows.select_related(self._far).order_by("pk"):
            other: Client = getattr(row, self._far)
            place = Place(other.country)
            if is_over(row.values, place, self._today):
                continue
            others[other.pk] = other
            role = _role(row, place, upwards=self._far == "party")
            roles.setdefault((getattr(row, self._near), other.pk), []).append((_ORDER[row.type], role))
        found = [
            (sorted(told), _Edge(on, others[other], tuple(dict.fromkeys(role for _, role in sorted(told)))))
            for (on, other), told in roles.items()
        ]
        return [edge for _, edge in sorted(found, key=lambda each: (each[0], each[1].other.sort_name))]


def _role(row: Relationship, place: Place, *, upwards: bool) -> str:
    """What the party above is to the client below it, or the client below has in the party above."""
    shown = shown_values(row.values, place)
    kind = BY_KEY[row.type]
    held = " ".join(filter(None, (shown.get("shares"), shown.get("percentage"))))
    return f"{kind.label if upwards else kind.inverse} {held}".strip()
