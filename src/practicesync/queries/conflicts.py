"""What needs a person to choose between two values: changed on both sides, or never agreed; and what was left so."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from practicesync.core.compare import State
from practicesync.core.decision import Decision, Whole
from practicesync.core.verdict import Verdict
from practicesync.queries.deeds import record_of
from practicesync.queries.differences import (
    EVERYTHING,
    Group,
    Selection,
    judged,
    of_clients,
    of_groups,
    policy_for,
    scope,
)
from practicesync.queries.firm_plan import shown_sides
from practicesync.queries.motions import label_of
from practicesync.queries.plans import LinkedPlan, plans_of, stamp_of
from practicesync.queries.showing import Shown, show
from practicesync.store.models import Change, Difference, Push
from practicesync.store.models.push import STILL_OPEN

PAGE_SIZE = 50


class Pile(StrEnum):
    """Where a difference waits for a person."""

    BOTH = "both"
    NEVER = "never"
    HELD = "held"


STATES: Mapping[Pile, State] = {Pile.BOTH: State.BOTH_CHANGED, Pile.NEVER: State.DIFFERS}


@dataclass(frozen=True, slots=True)
class Edit:
    """Who last wrote a value of the register, and when."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field or presence to choose about. `id` names just these values, `key` the row of the client's plan.

    `base` is what both sides last agreed on, as text; None where they never did. `here` is who wrote the register's
    value, where the log tells; `there_at` when the remote's was first seen: the remote tells no author.
    """

    id: int
    client_id: int
    client_name: str
    key: str
    field_key: str
    label: str
    state: State
    verdict: Verdict
    local: Shown
    remote: Shown
    base: str | None
    here: Edit | None
    there_at: datetime


@dataclass(frozen=True, slots=True)
class Conflicts:
    """One page of one pile, how many each pile holds, and how many of this pile there are of each field."""

    pile: Pile
    counts: Mapping[Pile, int]
    fields: tuple[tuple[str, str, int], ...]
    field: str
    text: str
    shown: int
    rows: tuple[Conflict, ...]
    number: int
    last: int
    on: bool

    @property
    def field_label(self) -> str:
        """What the field is called by which the page is filtered; "" where it is not."""
        return next((label for key, label, _ in self.fields if key == self.field), "")


def pile_of(group: Group) -> Pile | None:
    """The pile of a sort of differences; None where nobody has to choose."""
    if group.verdict.why == "held":
        return Pile.HELD
    if not group.verdict.needs_person:
        return None
    return next((pile for pile, state in STATES.items() if state is group.state), None)


def selection_of(pile: Pile, field: str, text: str, way: str = "") -> Selection:
    """The lines of a pile as a sheet selects them, all going one way."""
    if pile is Pile.HELD:
        return Selection(why="held", field=field, text=text, way=way)
    return Selection(state=STATES[pile].value, field=field, text=text, way=way)


def load_conflicts(
    practice_id: int, connection_id: int, pile: Pile, *, field: str = "", text: str = "", number: int = 1
) -> Conflicts:
    """One page of a pile, filtered by field (a `row_key`) and by what stands in the client's name."""
    policy = policy_for(practice_id, connection_id)
    whole = judged(practice_id, connection_id, policy, EVERYTHING)
    wanted = replace(EVERYTHING, text=text)
    named = judged(practice_id, connection_id, policy, wanted) if text else whole
    inside = [group for group in named if pile_of(group) is pile]
    groups = [group for group in inside if not field or group.key == field]
    shown = sum(group.count for group in groups)
    last = max(1, -(-shown // PAGE_SIZE))
    number = min(max(1, number), last)
    rows = of_groups(of_clients(scope(practice_id, connection_id), wanted), groups).order_by(
        "link__client__sort_name", "link_id", "pk"
    )
    return Conflicts(
        pile=pile,
        counts=_counts(whole),
        fields=_fields(inside),
        field=field,
        text=text,
        shown=shown,
        rows=tuple(_conflicts(practice_id, list(rows[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]))),
        number=number,
        last=last,
        on=policy.on,
    )


def load_conflict(practice_id: int, difference_id: int) -> Conflict | None:
    """One difference as it stands; None where it is no longer so."""
    rows = Difference.rows.of(practice_id).filter(pk=difference_id, link__ended_at=None)
    return next(iter(_conflicts(practice_id, list(rows))), None)


def count_piles(practice_id: int, connection_id: int) -> Mapping[Pile, int]:
    """How many differences wait in each pile."""
    return _counts(judged(practice_id, connection_id, policy_for(practice_id, connection_id), EVERYTHING))


def _counts(groups: Iterable[Group]) -> Mapping[Pile, int]:
    counts: Counter[Pile] = Counter()
    for group in groups:
        pile = pile_of(group)
        if pile is not None:
            counts[pile] += group.count
    return {pile: counts[pile] for pile in Pile}


def _fields(groups: Iterable[Group]) -> tuple[tuple[str, str, int], ...]:
    counts: Counter[tuple[str, str]] = Counter()
    for group in groups:
        counts[group.key, _field_label(group)] += group.count
    return tuple((key, label, count) for (key, label), count in sorted(counts.items(), key=lambda each: each[0][1]))


def _field_label(group: Group) -> str:
    of = "" if group.subject == "client" else f"{group.subject.capitalize()}: "
    return f"{of}{group.row.label}"


def _conflicts(practice_id: int, stored: Sequence[Difference]) -> Iterable[Conflict]:
    plans = plans_of(practice_id, sorted({row.link_id for row in stored}))
    planned = {
        (link_id, row.ref, row.row.subject.value, row.row.name, stamp_of(row)): row
        for link_id, loaded in plans.items()
        for row in loaded.plan.differences()
    }
    edits = last_edits(practice_id, {plans[row.link_id].link.client_id for row in stored if row.link_id in plans})
    for each in stored:
        row = planned.get((each.link_id, each.ref, each.subject, each.field, each.stamp))
        if row is not None:
            loaded = plans[each.link_id]
            here = edits.get((loaded.link.client_id, record_of(row.ref), row.row.name))
            yield _conflict(each, loaded, row, here)


def _conflict(stored: Difference, loaded: LinkedPlan, row: Decision | Whole, here: Edit | None) -> Conflict:
    client, mirror = loaded.link.client, loaded.link.mirror
    local, remote = shown_sides(loaded, row)
    return Conflict(
        id=stored.pk,
        client_id=client.pk,
        client_name=client.name,
        key=row.key,
        field_key=f"{row.row.subject.value}.{row.row.name}",
        label=label_of(loaded, row),
        state=row.state,
        verdict=row.verdict,
        local=local,
        remote=remote,
        base=_base(loaded, row),
        here=here,
        there_at=min(stored.since, mirror.changed_at),
    )


def _base(loaded: LinkedPlan, row: Decision | Whole) -> str | None:
    if isinstance(row, Whole) or row.base is None:
        return None
    return show(row.field, row.base, loaded.place)


def last_edits(practice_id: int, client_ids: Iterable[int]) -> dict[tuple[int, str, str], Edit]:
    """Who last wrote each value of these clients in the register, by client, record and field."""
    rows = Change.rows.of(practice_id).filter(side="local", activity__client_id__in=list(client_ids))
    told = rows.order_by("activity__seq", "pk").values_list(
        "activity__client_id", "ref", "field", "activity__actor_name", "activity__at"
    )
    return {(client_id or 0, record_of(ref), name): Edit(by, at) for client_id, ref, name, by, at in told}


@dataclass(frozen=True, slots=True)
class Settled:
    """How a difference that is no longer there came to an end: by whom, when, and which value they chose.

    `chose` is local or remote, edited where somebody typed another value here, held, or otherwise where XPM changed.
    """

    chose: str
    by: str = ""
    at: datetime | None = None


def settled_by(practice_id: int, client_id: int, key: str) -> Settled:
    """Who dealt with this row of a client's plan, as far as the log and what is on its way tell."""
    ref, _, name = key.rpartition("/") if "/" in key else ("", "", key)
    record = record_of(ref or (key if ":" in key else ""))
    open_pushes = Push.rows.of(practice_id).filter(STILL_OPEN, client_id=client_id).select_related("run")
    for push in open_pushes.order_by("-pk"):
        if record_of(push.ref) == record and (name in push.names or not push.names):
            return Settled("local", push.run.asked_by, push.asked_at)
    changes = (
        Change.rows.of(practice_id)
        .filter(activity__client_id=client_id)
        .exclude(side="base")
        .exclude(activity__verb="taken_up")
    )
    for change in changes.select_related("activity__run").order_by("-activity__seq", "-pk")[:200]:
        if record_of(change.ref) == record and (change.field == name or (":" in key and not ref)):
            return _settled(change)
    return Settled("otherwise")


def _settled(change: Change) -> Settled:
    line = change.activity
    by = line.run.asked_by if line.run is not None else line.actor_name
    if line.verb == "left_as_is":
        return Settled("held", line.actor_name, line.at)
    if change.side == "remote":
        return Settled("local", by, line.at)
    return Settled("remote" if line.verb == "pulled" else "edited", by, line.at)
