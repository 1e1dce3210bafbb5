"""Proposals: the list, one of them whole, and the contacts that one may go to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import Count, Q, QuerySet

from practicesync.core.catalogue import kind_of_structure
from practicesync.core.fields import Values
from practicesync.core.matching import Pile
from practicesync.core.proposal import Service, sum_of
from practicesync.queries.lookalikes import Lookalike, lookalikes
from practicesync.queries.picker import Pick, Side, client_pick
from practicesync.queries.searching import words_of
from practicesync.store.models import Contact, Link, Mirror, Proposal, ProposalService

PAGE_SIZE = 50


class Sort(StrEnum):
    """The orders of the list."""

    CHANGED = "changed"
    TITLE = "title"
    CLIENT = "client"


_ORDERS: Mapping[Sort, tuple[str, ...]] = {
    Sort.CHANGED: ("-changed_at", "-pk"),
    Sort.TITLE: ("search", "pk"),
    Sort.CLIENT: ("client__sort_name", "-changed_at", "pk"),
}


@dataclass(frozen=True, slots=True)
class ProposalFilter:
    """What the list is asked for."""

    search: str = ""
    sort: Sort = Sort.CHANGED
    archived: bool = False
    page: int = 1

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> "ProposalFilter":
        """What an address asks; what is not known stands at its default."""
        sort, page = asked.get("sort", ""), asked.get("page", "")
        return cls(
            search=asked.get("q", "").strip()[:200],
            sort=Sort(sort) if sort in set(Sort) else Sort.CHANGED,
            archived=asked.get("archived") == "1",
            page=int(page) if page.isascii() and page.isdigit() and len(page) < 7 and int(page) else 1,
        )


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """One proposal of the list."""

    id: int
    title: str
    client_id: int
    client_name: str
    contact_name: str
    total: Decimal
    services: int
    changed_at: datetime
    made_by: str


@dataclass(frozen=True, slots=True)
class ProposalsPage:
    """One page; `live` and `shelved` count what fits the search on either shelf."""

    asked: ProposalFilter
    rows: tuple[ProposalRow, ...]
    page: int
    live: int
    shelved: int

    @property
    def total(self) -> int:
        """How many proposals there are on all pages."""
        return self.shelved if self.asked.archived else self.live

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, -(-self.total // PAGE_SIZE))


def load_proposals(practice_id: int, asked: ProposalFilter) -> ProposalsPage:
    """One page of the proposals in three queries; a page beyond the last shows the last."""
    found = _found(practice_id, asked.search)
    counts = found.aggregate(live=Count("pk", filter=Q(archived_at=None)), every=Count("pk"))
    page = ProposalsPage(asked, (), 1, counts["live"], counts["every"] - counts["live"])
    number = min(asked.page, page.pages)
    shelf = found.filter(archived_at__isnull=not asked.archived).order_by(*_ORDERS[asked.sort])
    start = (number - 1) * PAGE_SIZE
    rows = _rows(practice_id, list(shelf.select_related("client", "contact")[start : start + PAGE_SIZE]))
    return ProposalsPage(asked, rows, number, page.live, page.shelved)


def _found(practice_id: int, search: str) -> QuerySet[Proposal]:
    """The proposals that hold each word in their title, or in what their client is searched by."""
    wanted = Q()
    for word in words_of(search):
        held = Q()
        for spelling in word:
            held |= Q(search__contains=spelling) | Q(client__search__contains=spelling)
        wanted &= held
    found: QuerySet[Proposal] = Proposal.rows.of(practice_id).filter(wanted)
    return found


def _rows(practice_id: int, proposals: list[Proposal]) -> tuple[ProposalRow, ...]:
    services: dict[int, list[Service]] = {each.pk: [] for each in proposals}
    for line in ProposalService.rows.of(practice_id).filter(proposal__in=list(services)):
        services[line.proposal_id].append(Service(line.name, line.price, line.quantity))
    return tuple(
        ProposalRow(
            id=each.pk,
            title=each.title,
            client_id=each.client_id,
            client_name=each.client.name,
            contact_name=str(each.contact or ""),
            total=sum_of(services[each.pk]),
            services=len(services[each.pk]),
            changed_at=each.changed_at,
            made_by=each.made_by,
        )
        for each in proposals
    )


@dataclass(frozen=True, slots=True)
class ContactOption:
    """A contact that a proposal may go to. `ref` names it in a form: `contact:12`, at an XPM client `remote:<id>`."""

    ref: str
    name: str
    email: str = ""
    position: str = ""


@dataclass(frozen=True, slots=True)
class StoredProposal:
    """A proposal as stored. `revision` is what a save names; `contact` is None where it goes to nobody yet."""

    id: int
    revision: int
    title: str
    notes: str
    client: Pick
    contact: ContactOption | None
    services: tuple[Service, ...]
    made_by: str
    created_at: datetime
    changed_at: datetime
    archived_at: datetime | None

    @property
    def total(self) -> Decimal:
        """What the services come to."""
        return sum_of(self.services)


def load_proposal(practice_id: int, proposal_id: int) -> StoredProposal | None:
    """One proposal; None where the practice has no such one."""
    found = Proposal.rows.of(practice_id).filter(pk=proposal_id).select_related("client", "contact").first()
    if found is None:
        return None
    lines = ProposalService.rows.of(practice_id).filter(proposal=found).order_by("position")
    return StoredProposal(
        id=found.pk,
        revision=found.revision,
        title=found.title,
        notes=found.notes,
        client=client_pick(found.client),
        contact=None if found.contact is None else _option(f"contact:{found.contact.pk}", found.contact.values),
        services=tuple(Service(line.name, line.price, line.quantity) for line in lines),
        made_by=found.made_by,
        created_at=found.created_at,
        changed_at=found.changed_at,
        archived_at=found.archived_at,
    )


def load_contacts(practice_id: int, chosen: Pick | None) -> tuple[ContactOption, ...]:
    """The contacts of a chosen client, the primary one first; of an XPM client those that XPM has."""
    if chosen is None:
        return ()
    if chosen.side is Side.REMOTE:
        mirror = Mirror.rows.of(practice_id).filter(pk=chosen.id).only("contacts").first()
        told: list[Any] = mirror.contacts or [] if mirror else []
        options = [(each["values"], _option(f"remote:{each['id']}", each["values"])) for each in told]
    else:
        rows = Contact.rows.of(practice_id).filter(client_id=chosen.id, removed_at=None).order_by("pk")
        options = [(row.values, _option(f"contact:{row.pk}", row.values)) for row in rows]
    return tuple(option for _, option in sorted(options, key=lambda each: not _is_primary(each[0])))


def _is_primary(values: Values) -> bool:
    return values.get("is_primary", "").strip().casefold() in ("yes", "true", "1")


def _option(ref: str, values: Values) -> ContactOption:
    return ContactOption(ref, values.get("name", ""), values.get("email", ""), values.get("position", ""))


def load_lookalikes(practice_id: int, mirror_id: int) -> tuple[Lookalike, ...]:
    """The register's clients, not linked yet, that look like an XPM client which a proposal would make."""
    mirror = Mirror.rows.of(practice_id).filter(pk=mirror_id).first()
    if mirror is None:
        return ()
    structure = mirror.values.get("business_structure", "")
    kind = kind_of_structure(structure) if structure else None
    contacts = [each["values"] for each in mirror.contacts or ()]
    found = lookalikes(practice_id, kind, mirror.values, contacts=contacts)
    near = [each for each in found if each.side == "register" and each.pile is not Pile.NONE]
    links = Link.rows.among(practice_id, [each.id for each in near], by="client_id").filter(ended_at=None)
    linked = set(links.values_list("client_id", flat=True))
    return tuple(each for each in near if each.id not in linked)
