"""Keeping the index of the register by which lists filter, sort, search and count; and making it anew.

Whoever writes a client or a link calls `enlist` or `restate` in the same transaction, under its lock on that client or
link, after the last write: the rows are made from what is stored, not from what the caller believes.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Case, Count, Exists, OuterRef, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from practicesync.core.link_state import NEEDS_PERSON, LinkState
from practicesync.operations.suggesting import settle
from practicesync.queries.searching import beginnings
from practicesync.store.models import Client, Difference, KeptOut, Link, ListedClient, ListedCount, ListedWord

ItemT = TypeVar("ItemT")

BATCH = 200
FOLD_AT = 200
"""So many rows of counts are folded into their sums."""

_RANKS: Mapping[str, int] = {state.value: rank for rank, state in enumerate(LinkState)}
_DERIVED = ("practice", "kind", "state", "rank", "needs_person", "sort_name", "changed_at", "search")
_NARROW = ("pk", "kind", "sort_name", "changed_at", "archived_at", "search", "practice_id")

Cell = tuple[str, str]
"""A kind and a state."""


def enlist(practice_id: int, client_ids: Sequence[int]) -> None:
    """Bring the index up to these clients as stored; archived ones leave it. Needs the caller's transaction."""
    for batch in _batches(client_ids):
        before = _listed(practice_id, batch)
        states = _states(practice_id, batch)
        clients = Client.rows.among(practice_id, batch).only(*_NARROW).order_by("pk")
        after = {client.pk: _row(client, states[client.pk]) for client in clients if client.archived_at is None}
        _write(practice_id, before, after)


def restate(practice_id: int, client_ids: Sequence[int]) -> None:
    """Bring the index up to the state of these clients' links. Needs the caller's transaction."""
    for batch in _batches(client_ids):
        states = _states(practice_id, batch)
        moved: dict[str, list[int]] = {}
        counts: Counter[Cell] = Counter()
        for key, kind, was in _locked_rows(practice_id, batch).values_list("pk", "kind", "state"):
            state = states[key]
            if state != was:
                moved.setdefault(state, []).append(key)
                counts[kind, was] -= 1
                counts[kind, state] += 1
        for state, keys in moved.items():
            ListedClient.rows.among(practice_id, keys).update(**_stated(state))
        _count(practice_id, counts)


def rebuild(practice_id: int) -> int:
    """Make the index of a practice anew from its clients and links. Returns how many clients are listed.

    One transaction that holds every client and live link: writers wait for its end, readers see what was before it.
    """
    with transaction.atomic():
        clients = _locked(Client.rows.of(practice_id))
        _locked(Link.rows.of(practice_id).filter(ended_at=None))
        ListedClient.rows.of(practice_id).delete()
        ListedWord.rows.of(practice_id).delete()
        enlist(practice_id, clients)
        _recount(practice_id)
    return ListedClient.rows.of(practice_id).count()


def mend() -> int:
    """Make the index anew where it counts or lists other clients than are stored. Returns of how many practices.

    The index follows every write, so this finds rows that were changed by hand, or restored from elsewhere. Over all
    practices: it compares how many clients there are of a kind in a state, nothing of what is in them. What the index
    of differences still tells of links that have ended is taken out of it.
    """
    Difference.rows.everywhere().filter(link__ended_at__isnull=False).delete()
    live = Link.rows.everywhere().filter(client=OuterRef("pk"), ended_at=None).order_by("-pk").values("state")[:1]
    out = KeptOut.rows.everywhere().filter(client=OuterRef("pk"))
    alone = Case(When(Exists(out), then=Value(LinkState.KEPT_OUT.value)), default=Value(LinkState.UNLINKED.value))
    state = Coalesce(Subquery(live), alone)
    stored: Any = Client.rows.everywhere().filter(archived_at=None).annotate(state=state)
    true = _numbers(stored, Count("pk"))
    listed = _numbers(ListedClient.rows.everywhere(), Count("pk"))
    counted = _numbers(ListedCount.rows.everywhere(), Sum("moved"))
    wrong = {practice_id for practice_id, *_ in (true - listed) | (listed - true) | (true - counted) | (counted - true)}
    for practice_id in sorted(wrong):
        rebuild(practice_id)
    return len(wrong)


def _numbers(rows: QuerySet[Any], number: Count | Sum) -> set[tuple[int, str, str, int]]:
    """How many there are of each practice, kind and state; those of which there are none are left out."""
    grouped = rows.values_list("practice_id", "kind", "state").annotate(n=number).order_by()
    return {(practice_id, kind, state, n) for practice_id, kind, state, n in grouped if n}


def _locked(rows: QuerySet[Any]) -> list[int]:
    return list(rows.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))


def _listed(practice_id: int, batch: Sequence[int]) -> dict[int, ListedClient]:
    return {row.pk: row for row in _locked_rows(practice_id, batch)}


def _locked_rows(practice_id: int, batch: Sequence[int]) -> QuerySet[ListedClient]:
    return ListedClient.rows.among(practice_id, batch).order_by("pk").select_for_update(no_key=True)


def _states(practice_id: int, batch: Sequence[int]) -> dict[int, str]:
    """The state of each client: that of its live link, else whether it is kept out or just not linked."""
    links = Link.rows.among(practice_id, batch, by="client_id").filter(ended_at=None).order_by("pk")
    kept_out = KeptOut.rows.of(practice_id).filter(client_id__in=batch).values_list("client_id", flat=True)
    return {
        **dict.fromkeys(batch, LinkState.UNLINKED.value),
        **dict.fromkeys(kept_out, LinkState.KEPT_OUT.value),
        **dict(links.values_list("client_id", "state")),
    }


def _stated(state: str) -> dict[str, str | int | bool]:
    return {"state": state, "rank": _RANKS[state], "needs_person": state in NEEDS_PERSON}


def _row(client: Client, state: str) -> ListedClient:
    return ListedClient(
        id=client.pk,
        client_id=client.pk,
        practice_id=client.practice_id,
        kind=client.kind,
        sort_name=client.sort_name,
        changed_at=client.changed_at,
        search=client.search,
        **_stated(state),
    )


def _write(practice_id: int, before: Mapping[int, ListedClient], after: Mapping[int, ListedClient]) -> None:
    """Write what moved between two states of the same clients: rows, words and counts."""
    changed = [row for key, row in after.items() if key not in before or _facts(row) != _facts(before[key])]
    ListedClient.rows.bulk_create(changed, update_conflicts=True, unique_fields=["id"], update_fields=_DERIVED)
    gone = [key for key in before if key not in after]
    if gone:
        ListedClient.rows.among(practice_id, gone).delete()
        settle(practice_id, client_ids=gone)
    _move_words(practice_id, _words(before.values()), _words(after.values()))
    counts = Counter((row.kind, row.state) for row in after.values())
    counts.subtract((row.kind, row.state) for row in before.values())
    _count(practice_id, counts)


def _facts(row: ListedClient) -> tuple[object, ...]:
    return (row.kind, row.state, row.rank, row.needs_person, row.sort_name, row.changed_at, row.search)


def _words(rows: Iterable[ListedClient]) -> set[tuple[int, bytes]]:
    return {(row.pk, word) for row in rows for word in beginnings(row.search)}


def _move_words(practice_id: int, before: set[tuple[int, bytes]], after: set[tuple[int, bytes]]) -> None:
    gone: dict[int, list[bytes]] = {}
    for key, word in before - after:
        gone.setdefault(key, []).append(word)
    for key, words in gone.items():
        ListedWord.rows.of(practice_id).filter(client_id=key, word__in=words).delete()
    ListedWord.rows.bulk_create(
        (ListedWord(practice_id=practice_id, client_id=key, word=word) for key, word in sorted(after - before)),
        ignore_conflicts=True,
        batch_size=BATCH,
    )


def _count(practice_id: int, counts: Mapping[Cell, int]) -> None:
    """Add what moved; what moved nowhere is not written."""
    rows = [
        ListedCount(practice_id=practice_id, kind=kind, state=state, moved=moved)
        for (kind, state), moved in sorted(counts.items())
        if moved
    ]
    if rows:
        ListedCount.rows.bulk_create(rows)
        if ListedCount.rows.of(practice_id).count() > FOLD_AT:
            _fold(practice_id)


def _fold(practice_id: int) -> None:
    """Put sums in place of rows. Those that another folds just now are passed over: each is right on its own."""
    rows = list(ListedCount.rows.of(practice_id).order_by("pk").select_for_update(skip_locked=True, no_key=True))
    counts: Counter[Cell] = Counter()
    for row in rows:
        counts[row.kind, row.state] += row.moved
    ListedCount.rows.among(practice_id, [row.pk for row in rows]).delete()
    ListedCount.rows.bulk_create(
        ListedCount(practice_id=practice_id, kind=kind, state=state, moved=moved)
        for (kind, state), moved in sorted(counts.items())
        if moved
    )


def _recount(practice_id: int) -> None:
    """Add what the counts are wrong by. Both are read in one statement, so that nothing is written between them."""
    listed = ListedClient.rows.of(practice_id).values_list("kind", "state").annotate(n=Count("pk")).order_by()
    counted = ListedCount.rows.of(practice_id).values_list("kind", "state").annotate(n=-Sum("moved")).order_by()
    wrong: Counter[Cell] = Counter()
    for kind, state, number in listed.union(counted, all=True):
        wrong[kind, state] += number
    _count(practice_id, wrong)


def _batches(items: Sequence[ItemT]) -> Iterator[list[ItemT]]:
    remaining = iter(items)
    while batch := list(islice(remaining, BATCH)):
        yield batch
