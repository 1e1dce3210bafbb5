"""Twins: records of one side that may be one client, what was said of them, and what was merged."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from practicesync.core.fields import ClientKind
from practicesync.queries.comparing import Record, Telling, compare_records, remote_record
from practicesync.queries.frame import UNDER_WAY
from practicesync.queries.links import Evidence
from practicesync.queries.merging import Merged, merged
from practicesync.queries.remote import Remote, load_remote
from practicesync.store.models import (
    Client,
    Contact,
    GroupMember,
    Link,
    ListedClient,
    Merge,
    Mirror,
    Practice,
    Run,
    Twin,
)

PAGE_SIZE = 25


class Tab(StrEnum):
    """A part of the page."""

    REGISTER = "register"
    REMOTE = "remote"
    SETTLED = "settled"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class TwinRecord:
    """One of two. `tied_to` names the record on the other side that it is linked to, "" where there is none."""

    id: int
    name: str
    tied_to: str = ""
    tied_id: int = 0


@dataclass(frozen=True, slots=True)
class TwinPair:
    """Two records side by side, why they may be one, and what speaks against it."""

    id: int
    side: str
    state: str
    first: TwinRecord
    second: TwinRecord
    facts: tuple[Telling, ...]
    reasons: tuple[Evidence, ...]
    against: tuple[Evidence, ...]
    decided_by: str
    decided_at: datetime | None

    @property
    def ends(self) -> tuple[TwinRecord, TwinRecord]:
        """Both records."""
        return self.first, self.second


@dataclass(frozen=True)
class TwinsPage:
    """One part of the page. `matched_at` is when twins were last looked for."""

    remote: Remote
    tab: Tab
    counts: Mapping[Tab, int]
    pairs: tuple[TwinPair, ...]
    merges: tuple[Merged, ...]
    page: int
    matched_at: datetime | None
    matching: bool

    @property
    def pages(self) -> int:
        """How many pages this part has."""
        return max(1, -(-self.counts[self.tab] // PAGE_SIZE))


def load_twins(practice_id: int, tab: Tab, *, page: int = 1) -> TwinsPage:
    """One part of the page; the same number of queries however many there are."""
    remote = load_remote(practice_id)
    merges = Merge.rows.of(practice_id).filter(undone_at=None)
    found = {each: _rows(practice_id, each) for each in (Tab.REGISTER, Tab.REMOTE, Tab.SETTLED)}
    counts = {each: rows.count() for each, rows in found.items()} | {Tab.MERGED: merges.count()}
    page = min(max(1, page), max(1, -(-counts[tab] // PAGE_SIZE)))
    start = (page - 1) * PAGE_SIZE
    chosen = list(found[tab][start : start + PAGE_SIZE]) if tab in found else []
    looked = Run.rows.of(practice_id).filter(kind="match")
    last = looked.filter(state="done").order_by("-asked_at", "-pk").values_list("finished_at", flat=True).first()
    return TwinsPage(
        remote=remote,
        tab=tab,
        counts=counts,
        pairs=_pairs(practice_id, chosen),
        merges=merged(merges.order_by("-merged_at", "-pk")[start : start + PAGE_SIZE]) if tab is Tab.MERGED else (),
        page=page,
        matched_at=last,
        matching=looked.filter(state__in=UNDER_WAY).exists(),
    )


def has_twins(practice_id: int, twin_id: int) -> bool:
    """Whether the practice has twins of this id, open or settled."""
    return Twin.rows.of(practice_id).filter(pk=twin_id).exists()


def _rows(practice_id: int, tab: Tab) -> QuerySet[Any, Any]:
    """The twins of a part: open ones of which both records are still there, or those that people settled."""
    rows: QuerySet[Any, Any] = Twin.rows.of(practice_id)
    if tab is Tab.SETTLED:
        return rows.filter(state__in=("apart", "dealt")).order_by("-decided_at", "-pk")
    there: QuerySet[Any, Any] = ListedClient.rows.of(practice_id)
    if tab is Tab.REMOTE:
        there = Mirror.rows.of(practice_id).filter(gone_at=None, deleted=False, archived=False)
    both = (Exists(there.filter(pk=OuterRef(name))) for name in ("first", "second"))
    return rows.filter(*both, side=tab.value, state="open").order_by("-score", "pk")


def _pairs(practice_id: int, rows: list[Any]) -> tuple[TwinPair, ...]:
    clients = _clients(practice_id, {key for row in rows if row.side == "register" for key in (row.first, row.second)})
    mirrors = _mirrors(practice_id, {key for row in rows if row.side == "remote" for key in (row.first, row.second)})
    return tuple(
        _pair(row, side[row.first], side[row.second])
        for row in rows
        if row.first in (side := clients if row.side == "register" else mirrors) and row.second in side
    )


def _pair(row: Any, first: tuple[TwinRecord, Record], second: tuple[TwinRecord, Record]) -> TwinPair:
    return TwinPair(
        id=row.pk,
        side=row.side,
        state=row.state,
        first=first[0],
        second=second[0],
        facts=compare_records(first[1], second[1]),
        reasons=tuple(Evidence(each["text"]) for each in row.reasons),
        against=tuple(Evidence(each["text"]) for each in row.against),
        decided_by=row.decided_by,
        decided_at=row.decided_at,
    )


def _clients(practice_id: int, ids: set[int]) -> dict[int, tuple[TwinRecord, Record]]:
    links = _tied(practice_id, "client_id", ids, "mirror_id", "mirror__name")
    contacts: defaultdict[int, list[str]] = defaultdict(list)
    rows = Contact.rows.of(practice_id).filter(client_id__in=ids, removed_at=None).order_by("pk")
    for key, values in rows.values_list("client_id", "values"):
        contacts[key].append(values.get("name", ""))
    groups: defaultdict[int, list[str]] = defaultdict(list)
    members = GroupMember.rows.of(practice_id).filter(client_id__in=ids, group__removed_at=None)
    for key, name in members.values_list("client_id", "group__name"):
        groups[key].append(name)
    return {
        each.pk: (
            TwinRecord(each.pk, each.name, *links.get(each.pk, ("", 0))),
            Record(
                each.values,
                each.country,
                ClientKind(each.kind),
                contacts=tuple(contacts[each.pk]),
                groups=tuple(groups[each.pk]),
            ),
        )
        for each in Client.rows.among(practice_id, ids)
    }


def _mirrors(practice_id: int, ids: set[int]) -> dict[int, tuple[TwinRecord, Record]]:
    links = _tied(practice_id, "mirror_id", ids, "client_id", "client__name")
    country = Practice.objects.values_list("country", flat=True).get(pk=practice_id)
    found = {}
    for each in Mirror.rows.among(practice_id, ids):
        contacts = [contact["values"] for contact in each.contacts or ()]
        groups = [group["name"] for group in each.groups or ()]
        record = remote_record(each.values, country, contacts, groups)
        found[each.pk] = (TwinRecord(each.pk, each.name, *links.get(each.pk, ("", 0))), record)
    return found


def _tied(practice_id: int, column: str, ids: set[int], other: str, name: str) -> dict[int, tuple[str, int]]:
    """By the one end of the live links of these, the name and id of the other."""
    live = Link.rows.of(practice_id).filter(ended_at=None, **{f"{column}__in": ids})
    return {key: (told, end) for key, told, end in live.values_list(column, name, other)}
