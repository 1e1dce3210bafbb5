"""What every screen needs to know: who looks, for which practice, and how the connection stands."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Exists, OuterRef, Subquery, When

from practicesync.core.actor import Role
from practicesync.queries.automatic import load_stopped
from practicesync.queries.installation import alive
from practicesync.store.models import AddOn, Connection, Membership, Run, Sheet

UNDER_WAY = ("queued", "running", "paused")
WHOLE_LIST = ("refresh", "sweep")


@dataclass(frozen=True, slots=True)
class Member:
    """A person in the practice that they work in."""

    person_id: int
    person_name: str
    email: str
    role: Role
    practice_id: int
    practice_name: str
    country: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class RunUnderWay:
    """The run that the frame speaks of."""

    id: int
    kind: str
    state: str
    done: int
    total: int | None
    resume_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How the practice stands towards XPM. `connection_state` is "" where there is none, `stopped` says what the brake
    holds.

    `refreshed_at` and `swept_at` are when changes and when everything was last read to the end; `broke_off` tells that
    a later reading did not come to its end, `stalled` that no worker carries on what is under way.
    """

    enabled: bool
    connection_state: str
    refreshed_at: datetime | None
    run: RunUnderWay | None
    stopped: str = ""
    swept_at: datetime | None = None
    broke_off: bool = False
    stalled: bool = False

    @property
    def connected(self) -> bool:
        """Whether XPM can be read now."""
        return self.enabled and self.connection_state == "connected"


def member(person_id: int) -> Member | None:
    """The person in their practice, the oldest where there are several; None without any."""
    found = Membership.objects.filter(person_id=person_id).select_related("person", "practice").order_by("id").first()
    if found is None:
        return None
    return Member(
        person_id=person_id,
        person_name=found.person.name,
        email=found.person.email,
        role=Role(found.role),
        practice_id=found.practice_id,
        practice_name=found.practice.name,
        country=found.practice.country,
        time_zone=found.practice.time_zone,
    )


def standing(practice_id: int, now: datetime, connector: str = "xpm") -> Standing:
    """How the practice stands towards a remote system, in at most three queries."""
    switched_on = AddOn.rows.of(practice_id).filter(connector=connector)
    live: Any = Connection.rows.of(practice_id).filter(connector=connector).exclude(state="ended")
    readings = Run.rows.of(practice_id).filter(connection=OuterRef("pk"), kind__in=WHOLE_LIST)
    connection = live.annotate(
        enabled=Exists(switched_on),
        last_reading=Subquery(readings.order_by("-asked_at", "-pk").values("state")[:1]),
        braked=Exists(Sheet.rows.of(practice_id).filter(connection=OuterRef("pk"), state="braked")),
        worked_on=Exists(alive(now)),
    ).first()
    if connection is None:
        return Standing(switched_on.exists(), "", None, None)
    if not connection.enabled:
        return Standing(False, "", None, None)
    runs = Run.rows.of(practice_id).filter(connection=connection, state__in=UNDER_WAY)
    run = runs.order_by(Case(When(kind__in=WHOLE_LIST, then=0), default=1), "asked_at").first()
    read = (connection.refreshed_at, connection.swept_at)
    if run is not None:
        stalled = run.state != "paused" and not connection.worked_on
        return Standing(True, connection.state, read[0], _under_way(run), swept_at=read[1], stalled=stalled)
    stopped = load_stopped(practice_id) if connection.braked else None
    words = "" if stopped is None else stopped.words
    broke_off = connection.last_reading in ("failed", "cancelled")
    return Standing(True, connection.state, read[0], None, words, swept_at=read[1], broke_off=broke_off)


def _under_way(run: Run) -> RunUnderWay:
    return RunUnderWay(run.pk, run.kind, run.state, run.done, run.total, run.resume_at)
