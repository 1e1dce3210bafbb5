"""The remote's clients to import from: scrolled or searched, with those that the register has already marked."""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Case, Exists, F, IntegerField, OuterRef, QuerySet, Value, When

from practicesync.core.fields import ClientKind
from practicesync.core.kinds.spelling import plain
from practicesync.core.wizard import kind_of
from practicesync.queries.link_search import telling_facts
from practicesync.queries.remote import Remote, load_remote
from practicesync.queries.searching import holding, words_of
from practicesync.store.models import Link, Mirror

PAGE_SIZE = 40
MOST_AT_ONCE = 1000
"""So many can be chosen for one import of many."""


class Show(StrEnum):
    """Which of them are listed."""

    LIVE = "live"
    NEW = "new"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class RemoteLine:
    """One remote client. `client_id` and `client_name` are the register client that it is linked to, else 0 and ""."""

    mirror_id: int
    name: str
    kind: ClientKind
    structure: str
    facts: tuple[tuple[str, str], ...]
    archived: bool
    client_id: int = 0
    client_name: str = ""


@dataclass(frozen=True, slots=True)
class RemoteList:
    """One stretch of the list. `whole` is how many there are in all that are listed like this."""

    remote: Remote
    search: str
    show: Show
    rows: tuple[RemoteLine, ...]
    whole: int
    page: int

    @property
    def more(self) -> int:
        """The number of the next stretch, 0 after the last."""
        return self.page + 1 if self.page * PAGE_SIZE < self.whole else 0


def load_remote_list(practice_id: int, *, search: str, show: Show, page: int) -> RemoteList:
    """One stretch of the remote's clients that hold every word of the search, by name; the nearest names first."""
    remote = load_remote(practice_id)
    search = search.strip()[:200]
    found = found_mirrors(practice_id, remote.connection_id, search, show)
    whole = found.count()
    start = (max(1, page) - 1) * PAGE_SIZE
    rows = _rows(practice_id, list(_ordered(found, search)[start : start + PAGE_SIZE]))
    return RemoteList(remote, search, show, rows, whole, max(1, page))


def found_mirrors(practice_id: int, connection_id: int, search: str, show: Show) -> QuerySet[Mirror]:
    """The remote's clients that a search finds; what is gone there is not among them."""
    rows = Mirror.rows.of(practice_id).filter(connection_id=connection_id, gone_at=None, deleted=False)
    rows = rows.filter(archived=show is Show.ARCHIVED)
    if show is Show.NEW:
        rows = rows.exclude(Exists(Link.rows.of(practice_id).filter(mirror=OuterRef("pk"), ended_at=None)))
    return rows.filter(holding(search)) if words_of(search) else rows


def _ordered(rows: QuerySet[Mirror], search: str) -> QuerySet[Mirror]:
    name = plain(search)
    if not name:
        return rows.order_by("sort_name", "id")
    nearest = When(sort_name=name, then=Value(0)), When(sort_name__startswith=name, then=Value(1))
    near = Case(*nearest, default=Value(2), output_field=IntegerField())
    return rows.annotate(near=near).order_by("near", "sort_name", "id")


def _rows(practice_id: int, mirrors: list[Mirror]) -> tuple[RemoteLine, ...]:
    links = Link.rows.of(practice_id).filter(mirror_id__in=[mirror.pk for mirror in mirrors], ended_at=None)
    named = links.annotate(client_name=F("client__name")).values_list("mirror_id", "client_id", "client_name")
    taken = {mirror_id: (client_id, name) for mirror_id, client_id, name in named}
    return tuple(_row(mirror, *taken.get(mirror.pk, (0, ""))) for mirror in mirrors)


def _row(mirror: Mirror, client_id: int, client_name: str) -> RemoteLine:
    return RemoteLine(
        mirror_id=mirror.pk,
        name=mirror.name,
        kind=kind_of(mirror.values),
        structure=mirror.values.get("business_structure", ""),
        facts=tuple(telling_facts(mirror.values)),
        archived=mirror.archived,
        client_id=client_id,
        client_name=client_name,
    )
