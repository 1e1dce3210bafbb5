"""The dashboard: how many clients are in which state, how the connection stands, and what ran last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from practicesync.core.brake import Halt
from practicesync.core.link_state import GROUPS, LinkState, StateGroup
from practicesync.queries.automatic import Stopped, load_stopped
from practicesync.queries.brake import load_left_out
from practicesync.queries.clients import count_states
from practicesync.queries.connection_page import ConnectionCard, load_card
from practicesync.queries.installation import workers
from practicesync.queries.needs import Need, load_needs
from practicesync.queries.run_page import RunLine, load_runs, under_way
from practicesync.queries.trend import Day, load_trend
from practicesync.store.models import AddOn

LAST = 6


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Everything that the first page shows.

    `states` counts the clients that are not archived; `stalled` says that runs are under way and no worker lives.
    """

    enabled: bool
    states: Mapping[LinkState, int]
    connection: ConnectionCard | None
    running: tuple[RunLine, ...]
    stalled: bool
    last: tuple[RunLine, ...]
    stopped: Stopped | None = None
    left_out: tuple[Halt, ...] = ()
    needs: tuple[Need, ...] = ()
    trend: Sequence[Day] = ()

    @property
    def clients(self) -> int:
        """All of them."""
        return sum(self.states.values())

    @property
    def linked(self) -> int:
        """Those tied to a client in XPM."""
        return self.clients - self.states.get(LinkState.UNLINKED, 0) - self.states.get(LinkState.KEPT_OUT, 0)

    @property
    def in_sync(self) -> int:
        """Those that agree in every field."""
        return self.count(StateGroup.IN_SYNC)

    @property
    def needs_you(self) -> int:
        """Those at which somebody has to look."""
        return self.count(StateGroup.NEEDS_YOU)

    @property
    def failing(self) -> int:
        """Those that something keeps from syncing."""
        return self.count(StateGroup.FAILING)

    @property
    def moving(self) -> int:
        """Those that move by themselves."""
        return self.count(StateGroup.MOVING)

    @property
    def excluded(self) -> int:
        """Those that were left out on purpose."""
        return self.count(StateGroup.EXCLUDED)

    def count(self, group: StateGroup) -> int:
        """Those in the states of a group."""
        return sum(self.states.get(state, 0) for state in GROUPS[group])


def load_dashboard(practice_id: int, now: datetime) -> Dashboard:
    """The dashboard, in at most seven queries however long the register is."""
    counts = count_states(practice_id)
    enabled = AddOn.rows.of(practice_id).filter(connector="xpm").exists()
    runs = load_runs(practice_id, latest=LAST) if enabled else []
    running = tuple(under_way(practice_id)) if enabled else ()
    card = load_card(practice_id, now) if enabled else None
    return Dashboard(
        enabled=enabled,
        states={state: counts[state] for state in LinkState if state in counts},
        connection=card,
        running=running,
        stalled=bool(running) and not any(worker.alive for worker in workers(now)),
        last=tuple(run for run in runs if not run.under_way),
        stopped=load_stopped(practice_id) if enabled else None,
        left_out=load_left_out(practice_id, now) if enabled else (),
        needs=() if card is None else load_needs(practice_id, card.id, counts, broken=card.broken),
        trend=load_trend(practice_id) if enabled else (),
    )
