"""The Clients list: one page of the register, searched, filtered and sorted, with the counts of every filter."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.db.models import Case, Count, Exists, F, FilteredRelation, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from practicesync.core.fields import ClientKind
from practicesync.core.link_state import NEEDS_PERSON, LinkState
from practicesync.queries.plans import OPEN_STATES
from practicesync.queries.searching import holding
from practicesync.store.models import Client, Link, Push

PAGE_SIZE = 50

Found = QuerySet[Any, Any]
"""Clients annotated with `link`, the live one, and `state`; annotations are beyond what model types can tell."""

NEEDS_YOU = "needs_you"
"""A filter over all states in which somebody has to look."""

STATE_GROUPS: Mapping[str, frozenset[LinkState]] = {
    NEEDS_YOU: NEEDS_PERSON,
    **{state.value: frozenset({state}) for state in LinkState},
}


_NEEDING = frozenset((NEEDS_YOU, *(state.value for state in NEEDS_PERSON)))


class Sort(StrEnum):
    """How the list is sorted. Equal rows keep the order of their names, so that a page never repeats a row."""

    NAME = "name"
    NAME_DOWN = "-name"
    STATE = "state"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class ClientFilter:
    """What a person asked of the list. Unknown words count as not asked."""

    search: str = ""
    state: str = ""
    kind: str = ""
    sort: Sort = Sort.NAME
    page: int = 1

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "ClientFilter":
        """The filter of an address's query: `q`, `state`, `kind`, `sort`, `page`."""
        state, kind, sort, page = (query.get(name, "") for name in ("state", "kind", "sort", "page"))
        return cls(
            search=query.get("q", "").strip()[:200],
            state=state if state in STATE_GROUPS else "",
            kind=kind if kind in set(ClientKind) else "",
            sort=Sort(sort) if sort in set(Sort) else Sort.NAME,
            page=int(page) if page.isascii() and page.isdigit() and len(page) < 7 and int(page) else 1,
        )


@dataclass(frozen=True, slots=True)
class ClientRow:
    """One client of the list. `remote_name` is "" where XPM calls it the same; `differing` counts its open rows."""

    id: int
    name: str
    code: str
    kind: ClientKind
    state: LinkState
    pending: bool
    differing: int
    remote_name: str
    changed_at: datetime


@dataclass(frozen=True)
class ClientsPage:
    """One page, and how many clients of the asked kind and search are in which state."""

    asked: ClientFilter
    rows: tuple[ClientRow, ...]
    page: int
    counts: Counter[LinkState]

    @property
    def total(self) -> int:
        """How many clients the filter shows on all pages."""
        return _matching(self.counts, self.asked.state)

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return _pages(self.total)

    @cached_property
    def states(self) -> dict[str, int]:
        """How many clients every state filter would show beside the other filters that are set."""
        return {state: _matching(self.counts, state) for state in ("", *STATE_GROUPS)}

    @property
    def is_narrowed(self) -> bool:
        """Whether anything was asked that leaves clients out."""
        return bool(self.asked.search or self.asked.state or self.asked.kind)


def _matching(counts: Counter[LinkState], state: str) -> int:
    wanted = STATE_GROUPS.get(state)
    return sum(count for held, count in counts.items() if wanted is None or held in wanted)


def _pages(total: int) -> int:
    return max(1, -(-total // PAGE_SIZE))


def load_clients(practice_id: int, asked: ClientFilter) -> ClientsPage:
    """One page of the clients that are not archived, in at most three queries however long the register is.

    A page beyond the last shows the last.
    """
    counts = _counts(practice_id, asked)
    page = min(asked.page, _pages(_matching(counts, asked.state)))
    return ClientsPage(asked, _rows(practice_id, asked, page), page, counts)


@dataclass(frozen=True, slots=True)
class NextClient:
    """The client that a person may want to look at after another."""

    id: int
    name: str


def load_next(practice_id: int, asked: ClientFilter, client_id: int) -> NextClient | None:
    """The next linked client by name that needs somebody, among those that the list asks for.

    After the last comes the first; None where no other client needs anybody.
    """
    own = Client.rows.of(practice_id).filter(pk=client_id).values_list("sort_name", flat=True).first()
    state = asked.state if asked.state in _NEEDING else NEEDS_YOU
    narrowed = _narrowed(_found(practice_id, asked.search), replace(asked, state=state)).exclude(pk=client_id)
    beyond = Q(sort_name__gt=own or "") | Q(sort_name=own or "", pk__gt=client_id)
    for found in (narrowed.filter(beyond), narrowed):
        row = found.order_by("sort_name", "pk").values_list("pk", "name").first()
        if row is not None:
            return NextClient(*row)
    return None


def _counts(practice_id: int, asked: ClientFilter) -> Counter[LinkState]:
    """How many clients are in which state. Without a search, from indexes alone: this is asked for with every page.

    A client that is not in the list has no live link, so what the states leave over is not linked.
    """
    clients: Found = Client.rows.of(practice_id).filter(archived_at=None)
    links: Found = Link.rows.of(practice_id).filter(ended_at=None)
    if asked.search:
        clients = clients.filter(holding(asked.search))
        links = links.filter(client__in=clients.values("pk"))
    if asked.kind:
        clients = clients.filter(kind=asked.kind)
        links = links.filter(client__kind=asked.kind)
    counts = Counter(
        {LinkState(state): n for state, n in links.values_list("state").annotate(n=Count("pk")).order_by()}
    )
    counts[LinkState.UNLINKED] = clients.count() - counts.total()
    return +counts


def _found(practice_id: int, search: str) -> Found:
    """The clients that the search finds, each with its live link and state."""
    found: Found = Client.rows.of(practice_id).filter(archived_at=None)
    if search:
        found = found.filter(holding(search))
    found = found.annotate(link=FilteredRelation("links", condition=Q(links__ended_at=None)))
    stated: Found = found.annotate(state=Coalesce(F("link__state"), Value(LinkState.UNLINKED.value)))
    return stated


def _narrowed(found: Found, asked: ClientFilter) -> Found:
    if asked.kind:
        found = found.filter(kind=asked.kind)
    wanted = STATE_GROUPS.get(asked.state)
    if wanted is None:
        return found
    if LinkState.UNLINKED in wanted:
        return found.filter(link__id=None)
    return found.filter(link__state__in=sorted(wanted))


def _sorted(found: Found, sort: Sort) -> Found:
    if sort is Sort.STATE:
        whens = [When(state=state.value, then=Value(rank)) for rank, state in enumerate(LinkState)]
        rank = Case(*whens, default=Value(len(whens)), output_field=IntegerField())
        ranked: Found = found.annotate(rank=rank)
        return ranked.order_by("rank", "sort_name", "id")
    order = {
        Sort.NAME: ("sort_name", "id"),
        Sort.NAME_DOWN: ("-sort_name", "-id"),
        Sort.CHANGED: ("-changed_at", "-id"),
    }[sort]
    return found.order_by(*order)


def _rows(practice_id: int, asked: ClientFilter, page: int) -> tuple[ClientRow, ...]:
    """The rows of one page. Which they are is found without the wide columns, so that a deep page skips cheaply."""
    start = (page - 1) * PAGE_SIZE
    narrow = _sorted(_narrowed(_found(practice_id, asked.search), asked), asked.sort)
    ids = narrow.values("id")[start : start + PAGE_SIZE]
    columns = (
        "id", "name", "code", "kind", "changed_at", "state", "waiting", "link__mirror__name",
        "link__local_changed", "link__remote_changed", "link__both_changed", "link__differs",
    )  # fmt: skip
    waiting = Push.rows.of(practice_id).filter(link=OuterRef("link__id"), state__in=OPEN_STATES)
    page_rows = _sorted(_found(practice_id, "").filter(id__in=ids), asked.sort).annotate(waiting=Exists(waiting))
    return tuple(_row(row) for row in page_rows.values(*columns))


def _row(row: Mapping[str, Any]) -> ClientRow:
    remote_name = row["link__mirror__name"] or ""
    counts = ("link__local_changed", "link__remote_changed", "link__both_changed", "link__differs")
    return ClientRow(
        id=row["id"],
        name=row["name"],
        code=row["code"],
        kind=ClientKind(row["kind"]),
        state=LinkState(row["state"]),
        pending=row["waiting"],
        differing=sum(row[name] or 0 for name in counts),
        remote_name="" if remote_name == row["name"] else remote_name,
        changed_at=row["changed_at"],
    )
