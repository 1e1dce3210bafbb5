"""The index of differences, judged by the practice's policy in groups: the base of every look at a whole firm's plan.

A difference is stored without values, and differences of one sort (field, state, facts) get one verdict. So a plan of
a hundred thousand lines is some hundred groups, counted by the database and judged here.
"""

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Q, QuerySet

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.compare import State
from practicesync.core.fields import Field, Subject
from practicesync.core.link_state import LinkState
from practicesync.core.policy import Policy
from practicesync.core.presence import PRESENCES, Presence, Sort
from practicesync.core.verdict import Judge, Move, Risk, Verdict
from practicesync.queries.policy import policy_of
from practicesync.store.models import Connection, Difference, Link, ListedClient

_SORTS = frozenset(sort.value for sort in Sort)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which lines of the plan: those for which every part that is told holds. "" and None tell nothing.

    `field` is a `core.policy.row_key`, `kind` a `ClientKind`, `state` a `State`, `risk` a `Risk`, `why` the code of a
    reason, `text` stands in the client's name. `way` is how lines that need a choice are to move, where somebody chose
    for all of them.
    """

    move: str = ""
    field: str = ""
    kind: str = ""
    state: str = ""
    risk: str = ""
    unasked: bool | None = None
    why: str = ""
    text: str = ""
    client_id: int | None = None
    way: str = ""

    @property
    def narrow(self) -> bool:
        """Whether it looks at clients, not at sorts of differences alone."""
        return bool(self.kind or self.text or self.client_id is not None)

    def going(self, way: str) -> "Selection":
        """The same, with those lines that need a choice going this way."""
        return dataclasses.replace(self, way=way)


EVERYTHING = Selection()


@dataclass(frozen=True, slots=True)
class Group:
    """Differences of one sort: how many there are, and what becomes of each."""

    subject: str
    field: str
    state: State
    facts: int
    count: int
    row: Field | Presence = dataclasses.field(compare=False)
    verdict: Verdict = dataclasses.field(compare=False)

    @property
    def key(self) -> str:
        """The field's name in policies and filters."""
        return f"{self.subject}.{self.field}"


def row_of(subject: str, name: str) -> Field | Presence | None:
    """The field or the sort of presence that a difference is about; None for one that the catalogue lost."""
    if subject == Subject.CLIENT.value and name in _SORTS:
        return PRESENCES[Sort(name)]
    return CATALOGUE.get(Subject(subject), name)


def scope(practice_id: int, connection_id: int) -> QuerySet[Difference]:
    """The differences of a connection's live links that nobody set aside."""
    rows = Difference.rows.of(practice_id)
    others = Connection.rows.of(practice_id).exclude(pk=connection_id).values_list("pk", flat=True)
    if any(Link.rows.of(practice_id).filter(connection_id=other, ended_at=None).exists() for other in others):
        rows = rows.filter(link__connection_id=connection_id)
    aside = ListedClient.rows.of(practice_id).filter(state=LinkState.SET_ASIDE.value).values("pk")
    if aside.exists():
        rows = rows.exclude(link__in=Link.rows.of(practice_id).filter(client__in=aside, ended_at=None))
    return rows


def judged(practice_id: int, connection_id: int, policy: Policy, selection: Selection = EVERYTHING) -> list[Group]:
    """The groups of the lines that are selected, judged by this policy."""
    judge = Judge(policy)
    rows = of_clients(scope(practice_id, connection_id), selection)
    counted = rows.values_list("subject", "field", "state", "facts").annotate(n=Count("pk")).order_by()
    found = []
    for subject, name, state, facts, count in counted:
        row = row_of(subject, name)
        if row is not None:
            verdict = judge.judge(row, State(state), facts, whole=isinstance(row, Presence))
            found.append(Group(subject, name, State(state), facts, count, row, verdict))
    return [group for group in found if selects(selection, group)]


def selects(selection: Selection, group: Group) -> bool:
    """Whether lines of this sort are selected, as far as that does not depend on their client."""
    told = selection
    return (
        (not told.move or told.move == group.verdict.move.value)
        and (not told.field or told.field == group.key)
        and (not told.state or told.state == group.state.value)
        and (not told.why or told.why == group.verdict.why)
        and (not told.risk or told.risk == group.verdict.risk.value)
        and (told.unasked is None or told.unasked == group.verdict.unasked)
    )


def of_clients(rows: QuerySet[Difference], selection: Selection) -> QuerySet[Difference]:
    """The rows of the clients that are selected."""
    if selection.client_id is not None:
        rows = rows.filter(link__client_id=selection.client_id)
    if selection.kind:
        rows = rows.filter(link__client__kind=selection.kind)
    if selection.text:
        rows = rows.filter(link__client__sort_name__contains=selection.text.casefold())
    return rows


def of_groups(rows: QuerySet[Difference], groups: Iterable[Group]) -> QuerySet[Difference]:
    """The rows that are of one of these groups."""
    sorts: dict[tuple[str, str, str], list[int]] = {}
    for group in groups:
        sorts.setdefault((group.subject, group.field, group.state.value), []).append(group.facts)
    if not sorts:
        return rows.none()
    either = [
        Q(subject=subject, field=name, state=state, facts__in=facts) for (subject, name, state), facts in sorts.items()
    ]
    return rows.filter(reduce(or_, either))


def selected_rows(practice_id: int, connection_id: int, selection: Selection) -> QuerySet[Difference]:
    """The rows of the index that are selected, under the practice's policy as it holds now."""
    groups = judged(practice_id, connection_id, policy_for(practice_id, connection_id), selection)
    return of_groups(of_clients(scope(practice_id, connection_id), selection), groups)


def policy_for(practice_id: int, connection_id: int) -> Policy:
    """The policy under which this connection's differences are judged."""
    connector = Connection.rows.of(practice_id).values_list("connector", flat=True).get(pk=connection_id)
    return policy_of(practice_id, connector)


def by_links(rows: QuerySet[Difference], batch: int) -> Iterator[Sequence[Any]]:
    """The rows as `(id, link_id)`, in runs of so many links at most; a link's rows are in one run."""
    found: list[Any] = []
    links: set[int] = set()
    # All at once: on SQLite a reading that is still open would keep who writes between two runs from doing so, once
    # anybody else has written meanwhile (SQLite documentation, "Result and Error Codes", SQLITE_BUSY_SNAPSHOT).
    for key, link_id in list(rows.order_by("link_id", "pk").values_list("pk", "link_id")):
        if link_id not in links and len(links) == batch:
            yield found
            found, links = [], set()
        links.add(link_id)
        found.append((key, link_id))
    if found:
        yield found


def moves(groups: Iterable[Group], *wanted: Move) -> list[Group]:
    """Those of the groups that would move so."""
    return [group for group in groups if group.verdict.move in wanted]


def graver(risk: Risk) -> int:
    """The place of a risk in the order in which lines are shown: the gravest first."""
    return list(Risk).index(risk)
