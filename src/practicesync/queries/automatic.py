"""What client sync may do now without being asked, and what keeps it from that: read off the index of differences."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from practicesync.core.brake import Cause, Halt, is_left_out
from practicesync.core.brake_words import say_stopped
from practicesync.core.compare import State
from practicesync.core.link_state import LinkState
from practicesync.core.policy import Policy
from practicesync.core.policy_rows import label_of
from practicesync.core.presence import Presence, Sort
from practicesync.core.verdict import BLANK_THERE, HELD
from practicesync.queries.differences import Group, Selection, judged, of_groups, scope
from practicesync.store.models import Connection, Link, Sheet, SyncPolicy

UNASKED = Selection(unasked=True)
"""The lines of the plan that the policy lets move by themselves."""

TOLD_AS_LIST = frozenset({Sort.CONTACT.value, Sort.RELATIONSHIP.value, Sort.GROUP.value})
"""The sorts of presence that the remote tells as lists, which it may leave out like a value."""


BACK = timedelta(days=7)
"""How far back what the remote left out counts as new: what has stood longer is nobody's accident of today."""


@dataclass(frozen=True, slots=True)
class Due:
    """How many lines may move unasked, and by which policy; `newest` is the highest id among them.

    An id names what was seen: where all three are the same, it is the same lines.
    """

    version: int
    count: int = 0
    newest: int = 0

    def __bool__(self) -> bool:
        return self.count > 0


def load_due(practice_id: int, connection_id: int, policy: Policy) -> Due:
    """What may move unasked, but for failing clients: what was refused is not tried again by itself."""
    groups = judged(practice_id, connection_id, policy, UNASKED) if policy.on else []
    if not groups:
        return Due(policy.version)
    rows: Any = of_groups(scope(practice_id, connection_id), groups)
    failing = failing_links(practice_id, connection_id)
    found = (rows.exclude(link__in=failing) if failing else rows).aggregate(count=Count("pk"), newest=Max("pk"))
    return Due(policy.version, found["count"], found["newest"] or 0)


def failing_links(practice_id: int, connection_id: int) -> frozenset[int]:
    """The links that something keeps from syncing: a value that was refused, a record that could not be read."""
    rows = linked(practice_id, connection_id).filter(~Q(failing="") | Q(state=LinkState.FAILING.value))
    return frozenset(rows.values_list("pk", flat=True))


def linked(practice_id: int, connection_id: int) -> QuerySet[Link, Link]:
    """The live links of a connection."""
    found: QuerySet[Link, Link] = Link.rows.of(practice_id).filter(connection_id=connection_id, ended_at=None)
    return found


def left_out(practice_id: int, connection_id: int, policy: Policy, since: datetime) -> Mapping[str, int]:
    """Of how many clients the remote left out something since then that both sides had, by the label of that."""
    groups = [group for group in judged(practice_id, connection_id, policy) if _is_left_out(group)]
    if not groups:
        return {}
    rows: Any = of_groups(scope(practice_id, connection_id), groups).filter(since__gt=since)
    counted = rows.values_list("subject", "field").annotate(n=Count("link_id", distinct=True)).order_by()
    labels = {(group.subject, group.field): label_of(group.row) for group in groups}
    return {labels[subject, name]: number for subject, name, number in counted}


def _is_left_out(group: Group) -> bool:
    """Whether these are values, or lists, that the remote told before and no longer does."""
    if not isinstance(group.row, Presence):
        return is_left_out(group.facts)
    gone_there = group.state is State.REMOTE_CHANGED and bool(group.facts & BLANK_THERE) and not group.facts & HELD
    return group.field in TOLD_AS_LIST and gone_there


def stopped(practice_id: int, connection_id: int) -> Sheet | None:
    """The sheet of the run that the brake stopped and that nobody has looked at yet, if there is one."""
    rows = Sheet.rows.of(practice_id).filter(connection_id=connection_id, kind="automatic", state="braked")
    found: Sheet | None = rows.order_by("-pk").first()
    return found


def since_when(connection: Connection, now: datetime) -> datetime:
    """From when on what the remote left out counts: a run that the brake stopped, and nobody looked at, keeps it."""
    held = stopped(connection.practice_id, connection.pk)
    if held is not None:
        return datetime.fromisoformat(held.notes["since"])
    known = _trusted_since(connection)
    return now - BACK if known is None else max(known, now - BACK)


def _trusted_since(connection: Connection) -> datetime | None:
    """When what XPM tells was last taken as it is: by a run that went through, by a person who looked, or by whoever
    switched client sync on. None where it never was."""
    drawn = Sheet.rows.of(connection.practice_id).filter(connection=connection, kind="automatic")
    looked_at = drawn.filter(state__in=("applying", "done", "left")).order_by("-pk").values_list("made_at", flat=True)
    policies = SyncPolicy.rows.of(connection.practice_id).filter(connector=connection.connector)
    off = policies.filter(on=False).order_by("-version").values_list("version", flat=True).first() or 0
    on = policies.filter(version__gt=off).order_by("version").values_list("made_at", flat=True)
    moments = [moment for moment in (looked_at.first(), on.first()) if moment is not None]
    return max(moments, default=None)


@dataclass(frozen=True, slots=True)
class Stopped:
    """A run that the brake stopped and that nobody has looked at yet, in a few words."""

    sheet_id: int
    at: datetime
    words: str
    sentence: str


def load_stopped(practice_id: int) -> Stopped | None:
    """The run that waits for somebody, the latest of them; in one query."""
    rows = Sheet.rows.of(practice_id).filter(kind="automatic", state="braked").exclude(connection__state="ended")
    sheet = rows.order_by("-made_at", "-pk").first()
    halts = () if sheet is None else halts_in(sheet.notes)
    if sheet is None or not halts:
        return None
    return Stopped(sheet.pk, sheet.made_at, say_stopped(halts[0]), sheet.notes["why"])


def halts_in(notes: Mapping[str, Any]) -> tuple[Halt, ...]:
    """The reasons that a stopped run's sheet keeps."""
    return tuple(
        Halt(Cause(str(cause)), int(str(clients)), int(str(of)), int(str(allowed)), str(what))
        for cause, clients, of, allowed, what in notes.get("halts", ())
    )
