"""Merging two clients: both side by side, field by field, and what hangs on the one that goes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.fields import ClientKind, Field, Subject
from practicesync.core.kinds import Place
from practicesync.queries.showing import Shown, mark, show
from practicesync.store.models import (
    ChecklistTick,
    Client,
    Contact,
    GroupMember,
    Link,
    Merge,
    Proposal,
    Relationship,
)


@dataclass(frozen=True, slots=True)
class MergeField:
    """One field of both. `same` means the same by meaning; `from_gone` is what is proposed: the one that is filled."""

    name: str
    label: str
    kept: Shown
    gone: Shown
    same: bool
    from_gone: bool

    @property
    def choice(self) -> bool:
        """Whether there is anything to choose."""
        return not self.same


@dataclass(frozen=True, slots=True)
class MergeSide:
    """One of the two as it is now."""

    id: int
    name: str
    kind: ClientKind
    code: str
    revision: int
    created_at: datetime
    linked_to: str


@dataclass(frozen=True, slots=True)
class MergePage:
    """Two clients that are to be one. `attached` tells what goes over: how many of what."""

    kept: MergeSide
    gone: MergeSide
    fields: tuple[MergeField, ...]
    attached: tuple[tuple[str, int], ...]

    @property
    def choices(self) -> tuple[MergeField, ...]:
        """The fields in which they differ."""
        return tuple(each for each in self.fields if each.choice)

    @property
    def equal(self) -> tuple[MergeField, ...]:
        """The fields in which they agree."""
        return tuple(each for each in self.fields if not each.choice)


@dataclass(frozen=True, slots=True)
class Merged:
    """A merge, which can be undone unless somebody worked on the client since, or undid it."""

    id: int
    kept_id: int
    kept_name: str
    gone_name: str
    merged_by: str
    merged_at: datetime
    undone: bool


def load_merge(practice_id: int, kept_id: int, gone_id: int) -> MergePage | None:
    """Both clients; None where the practice has not both, or one of them is archived."""
    rows = Client.rows.among(practice_id, [kept_id, gone_id]).filter(archived_at=None)
    found = {client.pk: client for client in rows}
    if len(found) != 2:
        return None
    links = Link.rows.among(practice_id, found, by="client_id").filter(ended_at=None)
    names = dict(links.values_list("client_id", "mirror__name"))
    kept, gone = found[kept_id], found[gone_id]
    fields = [_field(row, kept, gone) for row in CATALOGUE.of(Subject.CLIENT)]
    return MergePage(
        kept=_side(kept, names),
        gone=_side(gone, names),
        fields=tuple(each for each in fields if each is not None),
        attached=_attached(practice_id, gone_id, linked=gone_id in names),
    )


def load_undo(practice_id: int, merge_id: int) -> Merged | None:
    """One merge of the practice; None where it has no such merge."""
    found = merged(Merge.rows.of(practice_id).filter(pk=merge_id))
    return found[0] if found else None


def merged(rows: QuerySet[Any, Any]) -> tuple[Merged, ...]:
    """What these merges tell, in the order of the rows."""
    told = rows.annotate(undone=Q(undone_at__isnull=False))
    columns = ("pk", "kept_id", "kept__name", "gone__name", "merged_by", "merged_at", "undone")
    return tuple(Merged(*row) for row in told.values_list(*columns))


def _side(client: Client, linked: Mapping[int, str]) -> MergeSide:
    return MergeSide(
        client.pk,
        client.name,
        ClientKind(client.kind),
        client.code,
        client.revision,
        client.created_at,
        linked.get(client.pk, ""),
    )


def _field(row: Field, kept: Client, gone: Client) -> MergeField | None:
    """One field; None where neither holds anything."""
    here, there = row.held(kept.values), row.held(gone.values)
    if row.is_empty(here) and row.is_empty(there):
        return None
    place = Place(kept.country)
    same = row.kind.same(here, there, place)
    shown = mark(show(row, here, place), show(row, there, Place(gone.country)))
    return MergeField(row.name, row.label, *shown, same=same, from_gone=row.is_empty(here))


def _attached(practice_id: int, client_id: int, *, linked: bool) -> tuple[tuple[str, int], ...]:
    counts = {
        "contact,contacts": Contact.rows.of(practice_id).filter(client_id=client_id, removed_at=None),
        "relationship,relationships": Relationship.rows.of(practice_id).filter(
            Q(client_id=client_id) | Q(party_id=client_id), removed_at=None
        ),
        "group,groups": GroupMember.rows.of(practice_id).filter(client_id=client_id),
        "proposal,proposals": Proposal.rows.of(practice_id).filter(client_id=client_id),
        "ticked item of the checklist,ticked items of the checklist": ChecklistTick.rows.of(practice_id).filter(
            client_id=client_id
        ),
    }
    found = [(words, rows.count()) for words, rows in counts.items()]
    found.append(("link to XPM,links to XPM", int(linked)))
    return tuple((words, count) for words, count in found if count)
