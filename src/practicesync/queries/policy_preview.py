"""What a new policy would do compared with the one that holds: counted, named, and what it costs. Changes nothing."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max

from practicesync.core.budget import left_today
from practicesync.core.calls import Affordable, Writes
from practicesync.core.compare import State
from practicesync.core.fields import Subject
from practicesync.core.policy import Policy
from practicesync.core.policy_changes import Point, points
from practicesync.core.policy_effects import Effect, Fate, comes_in, effects, goes_out, leaves, waits
from practicesync.core.policy_rows import is_whole, label_of
from practicesync.core.verdict import Judge, Verdict
from practicesync.queries.budgets import ledger_of, limits
from practicesync.queries.differences import Group, row_of, scope
from practicesync.queries.policy import policy_of
from practicesync.queries.policy_index import RECORDS, Index
from practicesync.store.models import Client, Connection, Difference, Link, ListedClient

FIRST = 20
"""So many clients are named on the page itself."""

LOOKED_AT = 150
"""Most effects reach so many of the first clients that these alone give the names; rarer ones are looked up."""


@dataclass(frozen=True, slots=True)
class Named:
    """A client that a change concerns, and the fields of it."""

    client_id: int
    name: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Affected:
    """One effect: on how many values of how many clients, and the first of those by name."""

    effect: Effect
    values: int
    clients: int
    first: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True)
class Totals:
    """What becomes of all differences under one policy."""

    comes_in: int
    goes_out: int
    waits: int
    left: int


@dataclass(frozen=True, slots=True)
class PolicyPreview:
    """What a change does. `digest` names what was shown: the policies, and all differences that it touches."""

    before: Policy
    after: Policy
    points: tuple[Point, ...]
    affected: tuple[Affected, ...]
    today: Totals
    then: Totals
    calls: Affordable
    digest: str

    def clients_of(self, effect: Effect) -> int:
        """How many clients it has this effect on."""
        return next((each.clients for each in self.affected if each.effect is effect), 0)


def preview(practice_id: int, connector: str, policy: Policy, now: datetime) -> PolicyPreview:
    """What this policy would do in place of the one that holds.

    Differences that no policy can tell apart are judged once, so that a whole firm takes a few queries. Nothing differs
    where nothing was ever linked.
    """
    before = policy_of(practice_id, connector)
    connection_id = _connection(practice_id, connector)
    sorts = [] if connection_id is None else list(_sorts(practice_id, connection_id, before, policy))
    affected: tuple[Affected, ...] = ()
    calls = Affordable(0, 0, 1)
    if connection_id is not None:
        index = Index(practice_id, connection_id)
        counts = _counts(index, sorts)
        affected = _affected(index, sorts, counts)
        calls = _calls(practice_id, connection_id, counts, now)
    return PolicyPreview(
        before,
        policy,
        tuple(points(before, policy, connector)),
        affected,
        _totals(sorts, lambda each: each.fate.before),
        _totals(sorts, lambda each: each.fate.after),
        calls,
        _digest(before, policy, sorts),
    )


def clients_affected(
    practice_id: int, connector: str, policy: Policy, effect: Effect, *, start: int, size: int
) -> tuple[Affected, tuple[Named, ...]]:
    """One effect of a new policy, and a page of the clients that it concerns, by name."""
    before = policy_of(practice_id, connector)
    connection_id = _connection(practice_id, connector)
    if connection_id is None:
        return Affected(effect, 0, 0), ()
    index = Index(practice_id, connection_id)
    sorts = [each for each in _sorts(practice_id, connection_id, before, policy) if effect in each.effects]
    found = _affected_by(effect, sorts, _counts(index, sorts)[effect])
    clients = index.clients((each.group for each in sorts), start=start, size=size)
    return found, tuple(_named(index, sorts, clients)[effect])


@dataclass(frozen=True, slots=True)
class _Sort:
    """Differences that no policy can tell apart: under both policies, and the highest id among them."""

    group: Group
    fate: Fate
    effects: frozenset[Effect]
    top: int


def _connection(practice_id: int, connector: str) -> int | None:
    """The connection whose links are judged: the one that holds, else the last one that did."""
    rows = Connection.rows.of(practice_id).filter(connector=connector)
    live = rows.exclude(state="ended").values_list("pk", flat=True).first()
    return live or rows.order_by("-pk").values_list("pk", flat=True).first()


def _sorts(practice_id: int, connection_id: int, before: Policy, after: Policy) -> Iterable[_Sort]:
    judges = Judge(before), Judge(after)
    rows = scope(practice_id, connection_id).values_list("subject", "field", "state", "facts")
    for subject, name, state, facts, count, top in rows.annotate(n=Count("pk"), top=Max("pk")).order_by():
        row = row_of(subject, name)
        if row is not None:
            was, becomes = (judge.judge(row, State(state), facts, whole=is_whole(row)) for judge in judges)
            fate = Fate(was, becomes, facts)
            yield _Sort(Group(subject, name, State(state), facts, count, row, was), fate, effects(fate), top)


CLIENTS, PARTS, CLIENTS_OF_PARTS = "clients written", "parts written", "clients of parts written"


def _counts(index: Index, sorts: Iterable[_Sort]) -> Mapping[str, int]:
    """How many clients each effect concerns, and what will be written."""
    named = {each.group: frozenset({*each.effects, *_written(each)}) for each in sorts}
    return {
        **index.count(named, (*Effect, CLIENTS, CLIENTS_OF_PARTS)),
        **index.count(named, (PARTS,), by=RECORDS),
    }


def _written(each: _Sort) -> Iterable[str]:
    if not goes_out(each.fate.after):
        return ()
    of_client = each.group.subject == Subject.CLIENT.value and not is_whole(each.group.row)
    return (CLIENTS,) if of_client else (PARTS, CLIENTS_OF_PARTS)


def _calls(practice_id: int, connection_id: int, counts: Mapping[str, int], now: datetime) -> Affordable:
    writes = Writes(counts[CLIENTS], counts[PARTS], counts[CLIENTS_OF_PARTS])
    allowed = limits()
    left = left_today(ledger_of(practice_id, connection_id), allowed, now.timestamp()) - allowed.reserve
    return Affordable(writes.calls, max(0, left), allowed.day - allowed.reserve)


def _totals(sorts: Sequence[_Sort], verdict: Callable[[_Sort], Verdict]) -> Totals:
    def count(holds: Callable[[Verdict], bool]) -> int:
        return sum(each.group.count for each in sorts if holds(verdict(each)))

    return Totals(count(comes_in), count(goes_out), count(waits), count(leaves))


def _affected_by(effect: Effect, sorts: Iterable[_Sort], clients: int, first: Sequence[Named] = ()) -> Affected:
    values = sum(each.group.count for each in sorts if effect in each.effects)
    return Affected(effect, values, clients, tuple(first))


def _affected(index: Index, sorts: Sequence[_Sort], counts: Mapping[str, int]) -> tuple[Affected, ...]:
    """The effects that the change has, each with the first of its clients."""
    shown = [effect for effect in Effect if counts[effect]]
    if not shown:
        return ()
    listed = ListedClient.rows.of(index.practice_id).order_by("sort_name", "id").values_list("pk", flat=True)
    named = _named(index, sorts, list(listed[:LOOKED_AT]))
    for effect in shown:
        if len(named[effect]) < min(FIRST, counts[effect]):
            groups = [each.group for each in sorts if effect in each.effects]
            named[effect] = _named(index, sorts, index.clients(groups, start=0, size=FIRST))[effect]
    return tuple(_affected_by(effect, sorts, counts[effect], named[effect][:FIRST]) for effect in shown)


def _named(index: Index, sorts: Iterable[_Sort], client_ids: Sequence[int]) -> dict[Effect, list[Named]]:
    """Which of these clients each effect concerns, in this order, and in which fields."""
    of_sort = {_key(each.group): each for each in sorts}
    live = Link.rows.of(index.practice_id).filter(connection_id=index.connection_id, ended_at=None)
    links = dict(live.filter(client_id__in=client_ids, set_aside_at=None).values_list("pk", "client_id"))
    # Of links that were looked up in the practice: SQLite would rather read all of the practice's rows.
    rows = Difference.rows.everywhere().filter(link_id__in=list(links))
    fields: defaultdict[tuple[Effect, int], dict[str, None]] = defaultdict(dict)
    columns = ("link_id", "subject", "field", "state", "facts")
    for link_id, subject, field, state, facts in rows.order_by("pk").values_list(*columns):
        each = of_sort.get((subject, field, state, facts))
        if each is None:
            continue
        for effect in each.effects:
            fields[effect, links[link_id]][label_of(each.group.row)] = None
    names = dict(Client.rows.among(index.practice_id, client_ids).values_list("pk", "name"))
    return {
        effect: [Named(key, names[key], tuple(fields[effect, key])) for key in client_ids if (effect, key) in fields]
        for effect in Effect
    }


def _key(group: Group) -> tuple[str, str, str, int]:
    return (group.subject, group.field, group.state.value, group.facts)


def _digest(before: Policy, after: Policy, sorts: Iterable[_Sort]) -> str:
    """Names the two policies and every difference that the change touches."""
    state = hashlib.blake2b(repr((before.version, _canon(before), _canon(after))).encode(), digest_size=16)
    for each in sorted(sorts, key=lambda each: _key(each.group)):
        if each.effects:
            state.update(repr((*_key(each.group), each.group.count, each.top)).encode())
    return state.hexdigest()


def _canon(policy: Policy) -> object:
    return (
        policy.on,
        policy.direction,
        policy.level,
        policy.register_primary,
        sorted(policy.rules.items()),
        policy.brake,
    )
