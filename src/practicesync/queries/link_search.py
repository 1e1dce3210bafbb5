"""Connect now: the remote clients that a register client might be, found by search or by scrolling all of them."""

from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Case, Count, ExpressionWrapper, F, IntegerField, Q, QuerySet, Value, When

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.fields import Subject, Values
from practicesync.core.kinds.spelling import plain
from practicesync.queries.remote import Remote, load_remote
from practicesync.queries.searching import holding, holding_word, words_of
from practicesync.store.models import Client, Link, Mirror

PAGE_SIZE = 25

TELLING = ("email", "phone", "client_code", "company_number", "business_number")
"""The fields that tell two remote clients of one name apart, in the order of the screen."""


_COMMON = frozenset(("limited", "ltd", "pty", "trust", "family", "company", "co", "the", "and", "&", "of", "atf"))
"""Words that half of all names hold: where not every word is found, these alone make nobody near."""


@dataclass(frozen=True, slots=True)
class Found:
    """A remote client that may be linked, with what tells twins apart: `(label, value)` pairs.

    `linked_to` names the register client that has it already, `linked_to_id` is its id, else 0.
    """

    mirror_id: int
    name: str
    facts: tuple[tuple[str, str], ...]
    same_name: bool
    archived: bool
    gone: bool
    linked_to: str = ""
    linked_to_id: int = 0


@dataclass(frozen=True, slots=True)
class LinkSearch:
    """One page of remote clients for a register client. `near` says that no record holds every word of the search."""

    client_id: int
    client_name: str
    linked_name: str
    remote: Remote
    search: str
    near: bool
    rows: tuple[Found, ...]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE_SIZE))


def load_link_search(practice_id: int, client_id: int, *, search: str | None, page: int) -> LinkSearch | None:
    """The remote clients that `search` finds, best first; None stands for the client's own name, "" for all.

    Returns None where the practice has no such client.
    """
    name = Client.rows.of(practice_id).filter(id=client_id).values_list("name", flat=True).first()
    if name is None:
        return None
    asked = name if search is None else search.strip()[:200]
    remote = load_remote(practice_id)
    mirrors = Mirror.rows.of(practice_id).filter(connection_id=remote.connection_id)
    found, near = _found(mirrors, asked)
    total = found.aggregate(n=Count("id"))["n"]
    page = min(max(1, page), max(1, -(-total // PAGE_SIZE)))
    start = (page - 1) * PAGE_SIZE
    rows = _rows(practice_id, list(found[start : start + PAGE_SIZE]), plain(name))
    linked = Link.rows.of(practice_id).filter(client_id=client_id, ended_at=None)
    return LinkSearch(
        client_id=client_id,
        client_name=name,
        linked_name=linked.values_list("mirror__name", flat=True).first() or "",
        remote=remote,
        search=asked,
        near=near,
        rows=rows,
        total=total,
        page=page,
    )


def _found(mirrors: QuerySet[Mirror], search: str) -> tuple[QuerySet[Mirror], bool]:
    """The records that hold every word, or, where none does, those that hold most of them; equal names first."""
    words = words_of(search)
    if not words:
        return mirrors.order_by("sort_name", "id"), False
    equal = ExpressionWrapper(Q(sort_name=plain(search)), output_field=BooleanField())
    whole = mirrors.filter(holding(search)).annotate(equal=equal)
    if whole.exists():
        return whole.order_by("-equal", "archived", "sort_name", "id"), False
    telling = [word for word in words if word[0].strip(".,") not in _COMMON] or list(words)
    held = sum(
        (Case(When(holding_word(word), then=Value(len(word[0]))), default=Value(0)) for word in telling),
        start=Value(0, output_field=IntegerField()),
    )
    some = mirrors.annotate(held=ExpressionWrapper(held, output_field=IntegerField())).filter(held__gt=0)
    return some.order_by("-held", "archived", "sort_name", "id"), True


def _rows(practice_id: int, mirrors: list[Mirror], own_name: str) -> tuple[Found, ...]:
    taken: dict[int, tuple[int, str]] = {
        mirror_id: (client_id, name)
        for mirror_id, client_id, name in Link.rows.of(practice_id)
        .filter(mirror__in=[mirror.pk for mirror in mirrors], ended_at=None)
        .annotate(client_name=F("client__name"))
        .values_list("mirror_id", "client_id", "client_name")
    }
    return tuple(_row(mirror, own_name, *taken.get(mirror.pk, (0, ""))) for mirror in mirrors)


def _row(mirror: Mirror, own_name: str, linked_to_id: int, linked_to: str) -> Found:
    return Found(
        mirror_id=mirror.pk,
        name=mirror.name,
        facts=tuple(telling_facts(mirror.values)),
        same_name=plain(mirror.name) == own_name,
        archived=mirror.archived,
        gone=mirror.deleted or mirror.gone_at is not None,
        linked_to=linked_to,
        linked_to_id=linked_to_id,
    )


def telling_facts(values: Values) -> list[tuple[str, str]]:
    """What tells twins apart: where to reach them, their codes and numbers, and the town."""
    rows: list[Any] = [CATALOGUE.get(Subject.CLIENT, name) for name in TELLING]
    facts = [(row.label, row.held(values)[0]) for row in rows if row and not row.is_empty(row.told(values))]
    town = values.get("physical_address.city") or values.get("postal_address.city") or ""
    return [*facts, ("Town", town)] if town else facts
