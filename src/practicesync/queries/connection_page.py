"""The connection of a practice to XPM, as its settings page and the dashboard show it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from practicesync.core.budget import left_today
from practicesync.queries.budgets import limits, load
from practicesync.store.models import AddOn, Authorisation, Connection, Link


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls of the last 24 hours; `blocked_until` where XPM said to wait."""

    spent: int
    left: int
    day: int
    blocked_until: datetime | None


@dataclass(frozen=True, slots=True)
class ConnectionCard:
    """A live connection: to which organisation, since when, by whom."""

    id: int
    broken: bool
    reason: str
    organisation: str
    connected_at: datetime
    connected_by: str
    refreshed_at: datetime | None
    swept_at: datetime | None
    calls: Calls


@dataclass(frozen=True, slots=True)
class ConnectionPage:
    """The settings page: whether the add-on is on, the live connection, and how many clients are linked through it."""

    enabled: bool
    card: ConnectionCard | None
    linked: int
    former: str


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation that a login reaches, by its id there; `linked` clients are tied to its clients already."""

    remote_id: str
    name: str
    linked: int


def load_card(practice_id: int, now: datetime, connector: str = "xpm") -> ConnectionCard | None:
    """The practice's live connection; None where there is none."""
    row = (
        Connection.rows.of(practice_id)
        .filter(connector=connector)
        .exclude(state="ended")
        .select_related("budget")
        .defer("access_token", "refresh_token")
        .first()
    )
    if row is None:
        return None
    return ConnectionCard(
        id=row.pk,
        broken=row.state == "broken",
        reason=row.reason,
        organisation=row.organisation_name,
        connected_at=row.connected_at,
        connected_by=row.connected_by,
        refreshed_at=row.refreshed_at,
        swept_at=row.swept_at,
        calls=_calls(row, now),
    )


def _calls(row: Connection, now: datetime) -> Calls:
    """What is spent and left of the day's calls."""
    ledger, allowed = load(row.budget.ledger if hasattr(row, "budget") else {}), limits()
    moment = now.timestamp()
    blocked = datetime.fromtimestamp(ledger.blocked_until, now.tzinfo) if ledger.blocked_until > moment else None
    left = left_today(ledger, allowed, moment)
    return Calls(spent=allowed.day - left, left=left, day=allowed.day, blocked_until=blocked)


def load_page(practice_id: int, now: datetime, connector: str = "xpm") -> ConnectionPage:
    """The settings page, in at most five queries."""
    enabled = AddOn.rows.of(practice_id).filter(connector=connector).exists()
    rows = Connection.rows.of(practice_id).filter(connector=connector, state="ended").order_by("-ended_at")
    return ConnectionPage(
        enabled=enabled,
        card=load_card(practice_id, now, connector) if enabled else None,
        linked=Link.rows.of(practice_id).filter(ended_at=None, connection__connector=connector).count(),
        former=rows.values_list("organisation_name", flat=True).first() or "",
    )


@dataclass(frozen=True, slots=True)
class Choice:
    """The organisations that wait for a person's choice, and how many links belong to none of them."""

    organisations: tuple[Organisation, ...]
    linked_elsewhere: int
    former: str


def load_choice(practice_id: int, person_id: int, authorisation_id: int, now: datetime) -> Choice | None:
    """The choice that a sign-in left open; None where it is not this person's, was made, or is too old."""
    found = (
        Authorisation.rows.of(practice_id)
        .filter(pk=authorisation_id, person_id=person_id, expires_at__gt=now)
        .values_list("organisations", flat=True)
        .first()
    )
    if not found:
        return None
    links = Link.rows.of(practice_id).filter(ended_at=None, connection__connector="xpm")
    counted = links.values_list("connection__organisation_id", "connection__organisation_name").annotate(
        count=Count("id")
    )
    linked = {remote_id: (name, count) for remote_id, name, count in counted.order_by()}
    reached = {each["organisation_id"] for each in found}
    elsewhere = [told for remote_id, told in linked.items() if remote_id not in reached]
    return Choice(
        organisations=tuple(
            Organisation(each["organisation_id"], each["name"], linked.get(each["organisation_id"], ("", 0))[1])
            for each in found
        ),
        linked_elsewhere=sum(count for _, count in elsewhere),
        former=elsewhere[0][0] if elsewhere else "",
    )
