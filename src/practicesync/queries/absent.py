"""Clients of the register that XPM lacks: who they are, and the lines by which they are made there."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.errors import Invalid
from practicesync.core.fields import ClientKind, Subject
from practicesync.core.link_state import LinkState
from practicesync.core.push import Act, Outcome
from practicesync.core.verdict import Move, Risk
from practicesync.queries.differences import graver
from practicesync.queries.sheet_lines import NewLine
from practicesync.queries.suggestions import proposals
from practicesync.store.models import Client, Connection, KeptOut, ListedClient

PAGE_SIZE = 50
BATCH = 200


@dataclass(frozen=True, slots=True)
class AbsentClient:
    """A client that has no link. `like` is the record of XPM that it may be; such a one is linked, not made."""

    id: int
    name: str
    kind: ClientKind
    like: str = ""


@dataclass(frozen=True, slots=True)
class AbsentPage:
    """A page of those that XPM lacks. `makeable` of all of them are like nobody there."""

    clients: tuple[AbsentClient, ...]
    total: int
    makeable: int
    text: str
    number: int
    last: int


def count_absent(practice_id: int) -> int:
    """How many clients have no link, without those that are kept out of XPM."""
    return _absent(practice_id, "").count()


def load_absent(practice_id: int, connection_id: int, *, text: str = "", number: int = 1) -> AbsentPage:
    """A page of the clients that XPM lacks, those whose name holds `text`."""
    rows = _absent(practice_id, text)
    total = rows.count()
    last = max(1, -(-total // PAGE_SIZE))
    number = min(max(1, number), last)
    start = (number - 1) * PAGE_SIZE
    page = list(rows.order_by("sort_name", "pk").values_list("pk", "kind", "client__name")[start : start + PAGE_SIZE])
    like = _like(practice_id, connection_id, [key for key, *_ in page])
    known = proposals(practice_id, connection_id).filter(client_id__in=rows.values("pk")).count()
    clients = tuple(AbsentClient(key, name, ClientKind(kind), like.get(key, "")) for key, kind, name in page)
    return AbsentPage(clients, total, total - known, text, number, last)


def lines_to_create(practice_id: int, connection_id: int, client_ids: Sequence[int] | None) -> Iterator[NewLine]:
    """The lines by which these clients, or all that XPM lacks, are made there.

    One that is like a record of XPM cannot be made, and says so. Raises `Invalid` where one is chosen that has a link.
    """
    rows = _absent(practice_id, "")
    if client_ids is None:
        chosen = list(rows.order_by("pk").values_list("pk", flat=True))
    else:
        chosen = sorted(set(client_ids))
        if rows.filter(pk__in=chosen).count() != len(chosen):
            raise Invalid({"": "Somebody linked, archived or kept out one of these meanwhile. Choose again."})
    connector = Connection.rows.of(practice_id).values_list("connector", flat=True).get(pk=connection_id)
    for start in range(0, len(chosen), BATCH):
        batch = chosen[start : start + BATCH]
        like = _like(practice_id, connection_id, batch)
        for client in Client.rows.among(practice_id, batch).order_by("pk"):
            yield _line(client, connector, like.get(client.pk, ""))


def lines_still_to_create(practice_id: int, connection_id: int, client_ids: Collection[int]) -> Iterator[NewLine]:
    """The same, of those of these clients that XPM still lacks."""
    still = _absent(practice_id, "").filter(pk__in=client_ids).values_list("pk", flat=True)
    return lines_to_create(practice_id, connection_id, list(still))


def _absent(practice_id: int, text: str) -> QuerySet[ListedClient]:
    rows = ListedClient.rows.of(practice_id).filter(state=LinkState.UNLINKED.value)
    rows = rows.exclude(pk__in=KeptOut.rows.of(practice_id).values("client_id"))
    return rows.filter(sort_name__contains=text.casefold()) if text else rows


def _like(practice_id: int, connection_id: int, clients: Iterable[int]) -> dict[int, str]:
    """The record that each of these clients may be, by its name."""
    rows = proposals(practice_id, connection_id).filter(client_id__in=list(clients))
    return dict(rows.values_list("client_id", "mirror__name"))


def _line(client: Client, connector: str, like: str) -> NewLine:
    told = [row for row in CATALOGUE.synced(Subject.CLIENT, connector) if row.writable(connector)]
    held = [row for row in told if not row.is_empty(row.held(client.values))]
    return NewLine(
        client_id=client.pk,
        link_id=None,
        ref="",
        subject=Subject.CLIENT.value,
        field="name",
        label="New client",
        move=Move.PUSH.value,
        act=Act.CREATE.value,
        after={key: value for row in held for key, value in row.spread(row.held(client.values)).items()},
        rank=graver(Risk.NONE),
        sort_name=client.sort_name,
        outcome=Outcome.CANNOT.value if like else "",
        detail=f"Looks like {like} in XPM: link the two instead of making it twice." if like else "",
    )
