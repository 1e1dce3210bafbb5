"""What needs somebody, by kind: counts for the dashboard, in a handful of small queries."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Count, Q

from practicesync.core.link_state import LinkState
from practicesync.queries.links import Tab, count_piles
from practicesync.store.models import Connection, Link, SetAsideRecord, Twin


class NeedKind(StrEnum):
    """What somebody has to see to, in the order in which it is told."""

    RECONNECT = "reconnect"
    FORMER = "former"
    FAILING = "failing"
    UNREADABLE = "unreadable"
    CONFLICTS = "conflicts"
    PLAN = "plan"
    LINKS = "links"
    TWINS = "twins"


@dataclass(frozen=True, slots=True)
class Need:
    """One kind and how many there are. `reason` is the code of why, where a kind is told by reasons."""

    kind: NeedKind
    count: int
    reason: str = ""


def load_needs(
    practice_id: int, connection_id: int, states: Mapping[LinkState, int], *, broken: bool
) -> tuple[Need, ...]:
    """What needs somebody of this practice; `states` are the counts of its clients. At most seven queries."""
    needs = _needs(practice_id, connection_id, states)
    return tuple(need for need in (Need(NeedKind.RECONNECT, int(broken)), *needs) if need.count)


def _needs(practice_id: int, connection_id: int, states: Mapping[LinkState, int]) -> Iterator[Need]:
    yield Need(NeedKind.FORMER, _elsewhere(practice_id, connection_id))
    if states.get(LinkState.FAILING):
        for reason, count in _failing(practice_id, connection_id).most_common():
            yield Need(NeedKind.FAILING, count, reason)
    unread = SetAsideRecord.rows.of(practice_id).filter(connection_id=connection_id)
    yield Need(NeedKind.UNREADABLE, unread.count())
    yield Need(NeedKind.CONFLICTS, states.get(LinkState.BOTH_CHANGED, 0))
    open_states = (LinkState.DIFFERS, LinkState.REMOTE_CHANGED, LinkState.LOCAL_CHANGED)
    yield Need(NeedKind.PLAN, sum(states.get(state, 0) for state in open_states))
    piles = count_piles(practice_id, connection_id)
    yield Need(NeedKind.LINKS, piles[Tab.SAFE] + piles[Tab.LOOK])
    yield Need(NeedKind.TWINS, Twin.rows.of(practice_id).filter(state="open").count())


def _elsewhere(practice_id: int, connection_id: int) -> int:
    """The clients that are linked to an organisation that is no longer connected."""
    ended = Connection.rows.of(practice_id).filter(state="ended").exclude(pk=connection_id)
    keys = list(ended.values_list("pk", flat=True))
    return Link.rows.of(practice_id).filter(ended_at=None, connection__in=keys).count() if keys else 0


def _failing(practice_id: int, connection_id: int) -> Counter[str]:
    """How many clients fail for which reason; archived ones are in nobody's way.

    Unreadable ones, and those that are linked elsewhere, are told as such.
    """
    rows = Link.rows.of(practice_id).filter(ended_at=None, state=LinkState.FAILING.value, client__archived_at=None)
    rows = rows.exclude(reason="unreadable").exclude(~Q(connection_id=connection_id), reason="disconnected")
    return Counter(dict(rows.values_list("reason").annotate(n=Count("pk")).order_by()))
