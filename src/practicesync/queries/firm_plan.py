"""The firm's plan on one screen: what would happen in numbers, and its lines a page at a time.

All counts come from the index of differences, judged in groups; values are read for the page that is shown alone.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from practicesync.core.budget import left_today
from practicesync.core.calls import Affordable, Writes
from practicesync.core.compare import State
from practicesync.core.decision import Decision, Whole
from practicesync.core.fields import ClientKind
from practicesync.core.verdict import RISKS, Move, Risk, Verdict
from practicesync.queries.budgets import ledger_of, limits
from practicesync.queries.differences import (
    Group,
    Selection,
    judged,
    moves,
    of_clients,
    of_groups,
    policy_for,
    scope,
    selects,
)
from practicesync.queries.motions import label_of
from practicesync.queries.plans import LinkedPlan, plans_of, stamp_of
from practicesync.queries.showing import Piece, Shown, mark, show
from practicesync.store.models import Difference

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One difference as the plan shows it. `local` and `remote` are both values in pieces, blanks empty.

    `blanks` tells whether the move that is proposed takes a value away; `changed` that it moved while it was read.
    """

    id: int
    client_id: int
    client_name: str
    client_kind: str
    ref: str
    label: str
    key: str
    state: State
    verdict: Verdict
    local: Shown
    remote: Shown
    blanks: bool

    @property
    def move(self) -> Move:
        """What is proposed."""
        return self.verdict.move

    @property
    def can_tick(self) -> bool:
        """Whether it can go the way that is proposed."""
        return self.move in (Move.PUSH, Move.PULL)

    @property
    def before(self) -> Shown:
        """What the side that would be written holds."""
        return self.remote if self.move is Move.PUSH else self.local

    @property
    def after(self) -> Shown:
        """What it would hold then."""
        return self.local if self.move is Move.PUSH else self.remote


class Moving:
    """Lines counted by what becomes of them."""

    __slots__ = ()
    by_move: Mapping[Move, int]

    @property
    def pushes(self) -> int:
        """How many would go to the remote."""
        return self.by_move.get(Move.PUSH, 0)

    @property
    def pulls(self) -> int:
        """How many would come to the register."""
        return self.by_move.get(Move.PULL, 0)

    @property
    def asks(self) -> int:
        """How many need a person's choice."""
        return self.by_move.get(Move.ASK, 0)

    @property
    def left(self) -> int:
        """How many are left as they are."""
        return self.by_move.get(Move.LEAVE, 0)


@dataclass(frozen=True, slots=True)
class Breakdown(Moving):
    """How many lines there are of one field, or of one kind of move, by what becomes of them."""

    key: str
    label: str
    by_move: Mapping[Move, int]

    @property
    def count(self) -> int:
        """How many lines that are."""
        return sum(self.by_move.values())


@dataclass(frozen=True, slots=True)
class Totals(Moving):
    """How many lines there are of each sort, and what the pushes among them cost."""

    lines: int
    clients: int
    by_move: Mapping[Move, int]
    by_state: Mapping[State, int]
    by_risk: Mapping[Risk, int]
    by_field: tuple[Breakdown, ...]
    by_why: tuple[Breakdown, ...]
    unasked: int
    writes: Writes


@dataclass(frozen=True, slots=True)
class FirmPlan:
    """The plan screen: everything (`whole`) and what is selected in numbers, and a page of its lines."""

    selection: Selection
    whole: Totals
    shown: Totals
    budget: Affordable
    lines: tuple[PlanLine, ...]
    number: int
    last: int
    policy_on: bool
    policy_version: int


def load_firm_plan(
    practice_id: int, connection_id: int, selection: Selection, now: datetime, *, number: int = 1
) -> FirmPlan:
    """One page of the firm's plan."""
    policy = policy_for(practice_id, connection_id)
    everything = judged(practice_id, connection_id, policy)
    if selection.narrow:
        chosen = judged(practice_id, connection_id, policy, selection)
    else:
        chosen = [group for group in everything if selects(selection, group)]
    rows = of_clients(scope(practice_id, connection_id), selection)
    count = sum(group.count for group in chosen)
    last = max(1, -(-count // PAGE_SIZE))
    number = min(max(1, number), last)
    shown = _totals(rows, chosen)
    return FirmPlan(
        selection=selection,
        whole=shown if selection == Selection() else _totals(None, everything),
        shown=shown,
        budget=affordable(practice_id, connection_id, shown.writes, now),
        lines=tuple(_page(practice_id, rows, chosen, number)),
        number=number,
        last=last,
        policy_on=policy.on,
        policy_version=policy.version,
    )


def load_totals(practice_id: int, connection_id: int, selection: Selection) -> Totals:
    """What is selected, in numbers."""
    groups = judged(practice_id, connection_id, policy_for(practice_id, connection_id), selection)
    return _totals(of_clients(scope(practice_id, connection_id), selection), groups)


def affordable(practice_id: int, connection_id: int, writes: Writes, now: datetime) -> Affordable:
    """What these writes cost, against what is left of the budget for work that no person waits for."""
    allowed = limits()
    left = left_today(ledger_of(practice_id, connection_id), allowed, now.timestamp())
    return Affordable(writes.calls, max(0, left - allowed.reserve), allowed.day - allowed.reserve)


def _totals(rows: QuerySet[Difference] | None, groups: Sequence[Group]) -> Totals:
    """The groups summed up; `rows` are looked through for what clients and calls they mean, if told."""
    by_move: Counter[Move] = Counter()
    by_state: Counter[State] = Counter()
    by_risk: Counter[Risk] = Counter()
    for group in groups:
        by_move[group.verdict.move] += group.count
        by_state[group.state] += group.count
        by_risk[group.verdict.risk] += group.count
    return Totals(
        lines=sum(by_move.values()),
        clients=0 if rows is None else _clients(of_groups(rows, groups)),
        by_move=dict(by_move),
        by_state=dict(by_state),
        by_risk=dict(by_risk),
        by_field=_broken_down((group.key, group.row.label, group) for group in groups),
        by_why=_broken_down((group.verdict.why, group.verdict.why, group) for group in groups),
        unasked=sum(group.count for group in groups if group.verdict.unasked),
        writes=Writes() if rows is None else writes_of(of_groups(rows, moves(groups, Move.PUSH))),
    )


def _broken_down(told: Iterable[tuple[str, str, Group]]) -> tuple[Breakdown, ...]:
    """The groups by a key and its label, the largest first."""
    counts: dict[tuple[str, str], Counter[Move]] = {}
    for key, label, group in told:
        counts.setdefault((key, label), Counter())[group.verdict.move] += group.count
    found = [Breakdown(key, label, dict(by_move)) for (key, label), by_move in counts.items()]
    return tuple(sorted(found, key=lambda each: (-each.count, each.label)))


def _clients(rows: QuerySet[Difference]) -> int:
    found: int = rows.aggregate(n=Count("link_id", distinct=True))["n"]
    return found


def writes_of(rows: QuerySet[Difference]) -> Writes:
    """What pushing these differences writes: one write a record, with all its fields."""
    parts = rows.exclude(ref="").order_by()
    told = rows.aggregate(
        clients=Count("link_id", distinct=True, filter=Q(ref="")),
        owners=Count("link_id", distinct=True, filter=~Q(ref="")),
    )
    return Writes(told["clients"], parts.values("link_id", "ref").distinct().count(), told["owners"])


def _page(practice_id: int, rows: QuerySet[Difference], groups: Sequence[Group], number: int) -> Iterable[PlanLine]:
    """The lines of one page: the gravest risk first, then by client. A risk's lines stand together, so that the
    database sorts those of one risk alone."""
    skip, room = (number - 1) * PAGE_SIZE, PAGE_SIZE
    found: list[Difference] = []
    verdicts = {(group.subject, group.field, group.state.value, group.facts): group.verdict for group in groups}
    for risk in RISKS:
        some = [group for group in groups if group.verdict.risk is risk]
        count = sum(group.count for group in some)
        if skip >= count or not room:
            skip = max(0, skip - count)
            continue
        ordered = of_groups(rows, some).order_by("link__client__sort_name", "link_id", "pk")
        part = list(ordered[skip : skip + room])
        found += part
        skip, room = 0, room - len(part)
    plans = plans_of(practice_id, sorted({row.link_id for row in found}), sparse=True)
    planned = {
        (link_id, row.ref, row.row.subject.value, row.row.name, stamp_of(row)): row
        for link_id, loaded in plans.items()
        for row in loaded.plan.differences()
    }
    for stored in found:
        row = planned.get((stored.link_id, stored.ref, stored.subject, stored.field, stored.stamp))
        verdict = verdicts.get((stored.subject, stored.field, stored.state, stored.facts))
        if row is not None and verdict is not None:
            yield _line(stored.pk, plans[stored.link_id], row, verdict)


def _line(key: int, loaded: LinkedPlan, row: Decision | Whole, verdict: Verdict) -> PlanLine:
    client = loaded.link.client
    local, remote = shown_sides(loaded, row)
    loses = local if verdict.move is Move.PUSH else remote
    return PlanLine(
        id=key,
        client_id=client.pk,
        client_name=client.name,
        client_kind=ClientKind(client.kind).value,
        ref=row.ref,
        label=label_of(loaded, row),
        key=f"{row.row.subject.value}.{row.row.name}",
        state=row.state,
        verdict=verdict,
        local=local,
        remote=remote,
        blanks=not loses and verdict.move in (Move.PUSH, Move.PULL),
    )


def shown_sides(loaded: LinkedPlan, row: Decision | Whole) -> tuple[Shown, Shown]:
    """Both values in pieces; of a presence, what people call it on the side that has it."""
    if isinstance(row, Decision):
        return mark(show(row.field, row.local, loaded.place), show(row.field, row.remote, loaded.place))
    name = row.label or row.presence.one
    return (Piece(name),) if row.here else (), (Piece(name),) if row.there else ()
