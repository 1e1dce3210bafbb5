"""The register's groups: the list, one group with its members, and the names to choose from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from practicesync.core.fields import ClientKind
from practicesync.core.kinds.spelling import plain
from practicesync.store.models import Group, GroupMember

PAGE_SIZE = 50
MOST_NAMES = 500
"""So many names are offered while one types; any other can be typed all the same."""


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One group of the list, with how many clients it holds and the names of the first."""

    id: int
    name: str
    size: int
    first: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupsPage:
    """One page of the list."""

    rows: tuple[GroupRow, ...]
    total: int
    page: int
    pages: int
    search: str


@dataclass(frozen=True, slots=True)
class Member:
    """A client of a group."""

    id: int
    name: str
    kind: ClientKind
    code: str


@dataclass(frozen=True, slots=True)
class GroupPage:
    """One group with one page of its members."""

    id: int
    name: str
    members: tuple[Member, ...]
    total: int
    page: int
    pages: int


def load_groups(practice_id: int, search: str = "", page: int = 1) -> GroupsPage:
    """The groups whose name holds every word of the search, by name, in four queries."""
    rows: Any = Group.rows.of(practice_id).filter(removed_at=None)
    for word in plain(search[:200]).split():
        rows = rows.filter(meaning__contains=word)
    total = rows.count()
    page, pages = _paged(page, total)
    found = list(
        rows.annotate(size=Count("members")).order_by("meaning", "pk")[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    )
    first = _first(practice_id, [group.pk for group in found])
    told = tuple(GroupRow(group.pk, group.name, group.size, first.get(group.pk, ())) for group in found)
    return GroupsPage(told, total, page, pages, search)


def load_group(practice_id: int, group_id: int, page: int = 1) -> GroupPage | None:
    """One group, in three queries; None where the practice has no such group (any more)."""
    group = Group.rows.of(practice_id).filter(pk=group_id, removed_at=None).first()
    if group is None:
        return None
    rows = GroupMember.rows.of(practice_id).filter(group=group)
    total = rows.count()
    page, pages = _paged(page, total)
    told = rows.order_by("client__sort_name", "client_id").values_list(
        "client_id", "client__name", "client__kind", "client__code"
    )
    members = tuple(
        Member(id, name, ClientKind(kind), code)
        for id, name, kind, code in told[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    )
    return GroupPage(group.pk, group.name, members, total, page, pages)


def load_names(practice_id: int) -> tuple[str, ...]:
    """The names of the first groups by name, to choose from while one types."""
    rows = Group.rows.of(practice_id).filter(removed_at=None).order_by("meaning")
    return tuple(rows.values_list("name", flat=True)[:MOST_NAMES])


def _first(practice_id: int, group_ids: list[int]) -> Mapping[int, tuple[str, ...]]:
    """The names of the first few members of each group: those that were put in first."""
    found: dict[int, tuple[str, ...]] = {}
    rows = GroupMember.rows.of(practice_id).filter(group_id__in=group_ids).order_by("pk")
    for group_id, name in rows.values_list("group_id", "client__name")[: PAGE_SIZE * 20]:
        if len(found.setdefault(group_id, ())) < 3:
            found[group_id] += (name,)
    return found


def _paged(page: int, total: int) -> tuple[int, int]:
    pages = max(1, -(-total // PAGE_SIZE))
    return min(max(page, 1), pages), pages
