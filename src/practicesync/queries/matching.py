"""Clients of both sides as matching takes them: what tells them apart, without the rest.

Read by columns and in pieces, since matching holds every client of both sides at once.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from typing import Any, cast

from django.db.models import QuerySet

from practicesync.core.catalogue import CATALOGUE, kind_of_structure
from practicesync.core.fields import ClientKind, Field, Section, Subject, Values
from practicesync.core.matching import Party
from practicesync.store.models import (
    Client,
    Contact,
    GroupMember,
    Link,
    ListedClient,
    Mirror,
    Practice,
    Rejection,
    Relationship,
    Twin,
)

CHUNK = 1000


def _telling(row: Field) -> bool:
    return bool(row.identifies) or row.section in (Section.IDENTITY, Section.ADDRESSES)


_KEYS = (
    *(key for row in CATALOGUE.of(Subject.CLIENT) if _telling(row) for key in row.keys),
    "business_structure",
)
_CONTACT_KEYS = tuple(key for row in CATALOGUE.of(Subject.CONTACT) if row.identifies for key in row.keys)


def register_parties(practice_id: int, only: Collection[int] | None = None) -> Iterator[Party]:
    """The register's clients that are not archived, all or those of these ids; a party's id is the client's."""
    rows = _chosen(Client, practice_id, only).filter(archived_at=None).order_by("pk")
    contacts = _contacts(practice_id, only)
    groups = _groups(practice_id, only)
    related = _related(practice_id, only)
    for pk, kind, country, values in rows.values_list("pk", "kind", "country", "values").iterator(chunk_size=CHUNK):
        yield Party(
            id=pk,
            kind=ClientKind(kind),
            values=_told(values, _KEYS),
            country=country,
            contacts=tuple(contacts.get(pk, ())),
            groups=tuple(groups.get(pk, ())),
            related=tuple(related.get(pk, ())),
        )


def remote_parties(practice_id: int, connection_id: int, only: Collection[int] | None = None) -> Iterator[Party]:
    """The remote's clients that are still there, all or those of these mirrors; a party's id is the mirror's."""
    country = Practice.objects.values_list("country", flat=True).get(pk=practice_id)
    live = Mirror.rows.of(practice_id).filter(connection_id=connection_id, gone_at=None, deleted=False)
    ids: Mapping[str, int] = dict(live.values_list("remote_id", "pk")) if only is None else {}
    rows = _chosen(Mirror, practice_id, only).filter(connection_id=connection_id, gone_at=None, deleted=False)
    columns = ("pk", "values", "contacts", "groups", "relationships", "archived")
    for pk, values, contacts, groups, ties, archived in (
        rows.order_by("pk").values_list(*columns).iterator(chunk_size=CHUNK)
    ):
        yield Party(
            id=pk,
            kind=remote_kind(values),
            values=_told(values, _KEYS),
            country=country,
            contacts=tuple(_told(each["values"], _CONTACT_KEYS) for each in contacts or ()),
            groups=tuple(each["name"] for each in groups or ()),
            related=tuple(ids[each["other_id"]] for each in ties or () if each["other_id"] in ids),
            archived=archived,
        )


def remote_kind(values: Values) -> ClientKind | None:
    """What kind of client a remote record says it is; None where its structure says nothing that is known."""
    kind = kind_of_structure(values.get("business_structure", ""))
    return None if kind is ClientKind.OTHER else kind


def typed_party(kind: ClientKind | None, values: Values, country: str, contacts: Iterable[Values] = ()) -> Party:
    """A client that is not stored yet, as matching takes it; its id is 0."""
    told = tuple(_told(each, _CONTACT_KEYS) for each in contacts)
    return Party(id=0, kind=kind, values=_told(values, _KEYS), country=country, contacts=told)


def settled_links(practice_id: int, connection_id: int) -> dict[Hashable, Hashable]:
    """Which client is which mirror: the live links."""
    live = Link.rows.of(practice_id).filter(connection_id=connection_id, ended_at=None)
    return dict(live.values_list("client_id", "mirror_id"))


def rejected_pairs(practice_id: int, connection_id: int) -> frozenset[tuple[Hashable, Hashable]]:
    """The pairs of client and mirror that people said are not the same."""
    rows = Rejection.rows.of(practice_id).filter(connection_id=connection_id)
    return frozenset(rows.values_list("client_id", "mirror_id"))


def settled_twins(practice_id: int, side: str) -> frozenset[frozenset[Hashable]]:
    """The twins of a side of which people said what they are: they are not looked at again."""
    rows = Twin.rows.of(practice_id).filter(side=side).exclude(state="open")
    return frozenset(frozenset(pair) for pair in rows.values_list("first", "second"))


def sort_names(practice_id: int) -> dict[int, str]:
    """By which name each client that is not archived is sorted."""
    return dict(ListedClient.rows.of(practice_id).values_list("pk", "sort_name"))


def _chosen(model: type[Client] | type[Mirror], practice_id: int, only: Collection[int] | None) -> QuerySet[Any, Any]:
    rows = model.rows.of(practice_id) if only is None else model.rows.among(practice_id, list(only))
    return cast("QuerySet[Any, Any]", rows)


def _told(values: Values, keys: Iterable[str]) -> dict[str, str]:
    """What is there of these, under keys that all parties share."""
    return {key: values[key] for key in keys if values.get(key)}


def _contacts(practice_id: int, only: Collection[int] | None) -> Mapping[int, list[Values]]:
    rows = Contact.rows.of(practice_id).filter(removed_at=None)
    rows = rows if only is None else rows.filter(client_id__in=list(only))
    found: defaultdict[int, list[Values]] = defaultdict(list)
    for client_id, values in rows.order_by("client_id", "pk").values_list("client_id", "values").iterator(CHUNK):
        found[client_id].append(_told(values, _CONTACT_KEYS))
    return found


def _groups(practice_id: int, only: Collection[int] | None) -> Mapping[int, list[str]]:
    rows = GroupMember.rows.of(practice_id).filter(group__removed_at=None)
    rows = rows if only is None else rows.filter(client_id__in=list(only))
    found: defaultdict[int, list[str]] = defaultdict(list)
    for client_id, name in rows.values_list("client_id", "group__name"):
        found[client_id].append(name)
    return found


def _related(practice_id: int, only: Collection[int] | None) -> Mapping[int, list[int]]:
    """The clients that each is tied to, whichever of the two it is. A few clients are looked at without their ties."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    if only is None:
        rows = Relationship.rows.of(practice_id).filter(removed_at=None)
        for client_id, party_id in rows.values_list("client_id", "party_id"):
            found[client_id].append(party_id)
            found[party_id].append(client_id)
    return found
