"""The Clients list: one page of the register, searched, filtered and sorted, with the counts of every filter."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, FilteredRelation, OuterRef, Q, QuerySet, Sum

from practicesync.core.client_reasons import KNOWN, OF_A_WRITE
from practicesync.core.fields import ClientKind
from practicesync.core.link_state import GROUPS, NEEDS_PERSON, LinkState, StateGroup
from practicesync.queries.plans import OPEN_STATES
from practicesync.queries.searching import beginning, holding
from practicesync.store.models import Client, ListedClient, ListedCount, Push

PAGE_SIZE = 50

Found = QuerySet[ListedClient, ListedClient]

NEEDS_YOU = StateGroup.NEEDS_YOU.value
"""A filter over all states in which somebody has to look."""

STATE_GROUPS: Mapping[str, frozenset[LinkState]] = {
    **{group.value: states for group, states in GROUPS.items()},
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
    reason: str = ""
    kind: str = ""
    sort: Sort = Sort.NAME
    page: int = 1

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "ClientFilter":
        """The filter of an address's query: `q`, `state`, `reason`, `kind`, `sort`, `page`."""
        state, reason, kind, sort, page = (query.get(name, "") for name in ("state", "reason", "kind", "sort", "page"))
        return cls(
            search=query.get("q", "").strip()[:200],
            state=state if state in STATE_GROUPS else "",
            reason=reason if reason in KNOWN else "",
            kind=kind if kind in set(ClientKind) else "",
            sort=Sort(sort) if sort in set(Sort) else Sort.NAME,
            page=int(page) if page.isascii() and page.isdigit() and len(page) < 7 and int(page) else 1,
        )


@dataclass(frozen=True, slots=True)
class ClientRow:
    """One client of the list. `remote_name` is "" where XPM calls it the same; `differing` counts its open rows.

    `reason` is the code of why it stands as it does (`core.client_reasons`), `detail` what XPM or a person said of it.
    """

    id: int
    name: str
    code: str
    kind: ClientKind
    state: LinkState
    pending: bool
    differing: int
    remote_name: str
    changed_at: datetime
    reason: str = ""
    detail: str = ""


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
        return bool(self.asked.search or self.asked.state or self.asked.reason or self.asked.kind)


def _matching(counts: Counter[LinkState], state: str) -> int:
    wanted = STATE_GROUPS.get(state)
    return sum(count for held, count in counts.items() if wanted is None or held in wanted)


def _pages(total: int) -> int:
    return max(1, -(-total // PAGE_SIZE))


def load_clients(practice_id: int, asked: ClientFilter) -> ClientsPage:
    """One page of the clients that are not archived, in three queries however long the register is.

    A page beyond the last shows the last. A search finds the beginnings of words; only where none begins so is the
    whole text looked through, at the cost of reading the index of the register twice.
    """
    found = _because(beginning(practice_id, asked.search), asked.reason)
    narrow = asked.search or asked.reason
    counts = _searched_counts(found, asked.kind) if narrow else count_states(practice_id, asked.kind)
    if asked.search and not counts:
        found = _because(_holding(practice_id, asked.search), asked.reason)
        counts = _searched_counts(found, asked.kind)
    total = _matching(counts, asked.state)
    page = min(asked.page, _pages(total))
    return ClientsPage(asked, _rows(practice_id, found, asked, page) if total else (), page, counts)


def load_ids(practice_id: int, asked: ClientFilter) -> list[int]:
    """Every client that the filter shows, on whatever page, by id."""
    found = beginning(practice_id, asked.search)
    if asked.search and not found.exists():
        found = _holding(practice_id, asked.search)
    return list(_narrowed(_because(found, asked.reason), asked).order_by("pk").values_list("pk", flat=True))


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
    found = beginning(practice_id, asked.search)
    if asked.search and not found.exists():
        found = _holding(practice_id, asked.search)
    narrowed = _narrowed(found, replace(asked, state=state)).exclude(pk=client_id)
    beyond = Q(sort_name__gt=own or "") | Q(sort_name=own or "", pk__gt=client_id)
    for some in (narrowed.filter(beyond, sort_name__gte=own or ""), narrowed):
        row = some.order_by("sort_name", "pk").values_list("pk", "client__name").first()
        if row is not None:
            return NextClient(*row)
    return None


def count_states(practice_id: int, kind: str = "") -> Counter[LinkState]:
    """How many clients that are not archived (of one kind, or all) are in which state; those of nobody are left out."""
    rows = ListedCount.rows.of(practice_id)
    if kind:
        rows = rows.filter(kind=kind)
    return +Counter({LinkState(state): n for state, n in rows.values_list("state").annotate(n=Sum("moved")).order_by()})


def _searched_counts(found: Found, kind: str) -> Counter[LinkState]:
    rows = found.filter(kind=kind) if kind else found
    return Counter({LinkState(state): n for state, n in rows.values_list("state").annotate(n=Count("pk")).order_by()})


def _holding(practice_id: int, search: str) -> Found:
    """The clients whose text holds each word of the search anywhere."""
    return ListedClient.rows.of(practice_id).filter(holding(search))


def _because(found: Found, reason: str) -> Found:
    """Those whose live link stands as it does for this reason."""
    return found.filter(client__links__ended_at=None, client__links__reason=reason) if reason else found


def _narrowed(found: Found, asked: ClientFilter) -> Found:
    if asked.kind:
        found = found.filter(kind=asked.kind)
    if not asked.state:
        return found
    if asked.state == NEEDS_YOU:
        return found.filter(needs_person=True)
    return found.filter(rank__in=sorted(_RANKS[state] for state in STATE_GROUPS[asked.state]))


_RANKS: Mapping[LinkState, int] = {state: rank for rank, state in enumerate(LinkState)}


_ORDERS: Mapping[Sort, tuple[str, ...]] = {
    Sort.NAME: ("sort_name", "id"),
    Sort.NAME_DOWN: ("-sort_name", "-id"),
    Sort.STATE: ("rank", "sort_name", "id"),
    Sort.CHANGED: ("-changed_at", "-id"),
}


def _rows(practice_id: int, found: Found, asked: ClientFilter, page: int) -> tuple[ClientRow, ...]:
    """The rows of one page. Which they are is found in the index alone, so that a deep page skips cheaply."""
    start = (page - 1) * PAGE_SIZE
    narrow = _narrowed(found, asked).order_by(*_ORDERS[asked.sort])
    states = dict(narrow.values_list("pk", "state")[start : start + PAGE_SIZE])
    columns = (
        "id", "name", "code", "kind", "changed_at", "waiting", "link__mirror__name",
        "link__local_changed", "link__remote_changed", "link__both_changed", "link__differs",
        "link__reason", "link__failing", "link__set_aside_why", "kept_out__why",
    )  # fmt: skip
    waiting = Push.rows.of(practice_id).filter(link=OuterRef("link__id"), state__in=OPEN_STATES)
    wide: QuerySet[Any, Any] = Client.rows.among(practice_id, states)
    linked = wide.annotate(link=FilteredRelation("links", condition=Q(links__ended_at=None)))
    rows = {row["id"]: row for row in linked.annotate(waiting=Exists(waiting)).values(*columns)}
    return tuple(_row(rows[key], LinkState(state)) for key, state in states.items() if key in rows)


def _row(row: Mapping[str, Any], state: LinkState) -> ClientRow:
    remote_name = row["link__mirror__name"] or ""
    counts = ("link__local_changed", "link__remote_changed", "link__both_changed", "link__differs")
    return ClientRow(
        id=row["id"],
        name=row["name"],
        code=row["code"],
        kind=ClientKind(row["kind"]),
        state=state,
        pending=row["waiting"],
        differing=sum(row[name] or 0 for name in counts),
        remote_name="" if remote_name == row["name"] else remote_name,
        changed_at=row["changed_at"],
        reason=row["link__reason"] or (state.value if state in _WITHOUT_LINK else ""),
        detail=_detail(row, state),
    )


def _detail(row: Mapping[str, Any], state: LinkState) -> str:
    """What somebody said of its state: who set it aside, or XPM."""
    if state is LinkState.KEPT_OUT:
        return row["kept_out__why"] or ""
    if state is LinkState.SET_ASIDE:
        return row["link__set_aside_why"] or ""
    return row["link__failing"] or "" if row["link__reason"] in OF_A_WRITE else ""


_WITHOUT_LINK = frozenset({LinkState.UNLINKED, LinkState.KEPT_OUT})
