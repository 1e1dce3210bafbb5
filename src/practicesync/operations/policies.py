"""What a firm lets happen by itself: a change is a new version, is told in the activity, and judges all links again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from practicesync.core.actor import Ability, Actor
from practicesync.core.errors import Invalid, Stale
from practicesync.core.policy import FieldRule, Policy
from practicesync.core.policy_changes import Point, line, points
from practicesync.core.policy_check import problems
from practicesync.operations import automatic, runs
from practicesync.operations.activity import Changed, Entry, write
from practicesync.operations.reconciling import BATCH, reconcile
from practicesync.queries.policy import policy_of
from practicesync.store.models import Difference, Link, Practice, Run, SyncPolicy

AT_ONCE = 200
"""So many links with differences are planned again in the change itself; more by a run."""


@dataclass(frozen=True, slots=True)
class Step:
    """Where a batch of links ended, and how many were in it."""

    at: int
    looked: int


def change(actor: Actor, connector: str, policy: Policy, now: datetime, *, seen: int) -> Policy:
    """Let this policy hold from now on; its `version` is told by the one that is returned.

    Every link on which the sides differ is planned again: at once in a small firm, else by a run `replan` that is
    queued with it (`replanning`). Raises `Stale` where another version holds than `seen`, `Invalid` by key (see
    `core.policy_check`) where the policy contradicts itself. A policy that holds already is no new version.
    """
    actor.require(Ability.MANAGE)
    with transaction.atomic():
        Practice.objects.select_for_update(no_key=True).get(pk=actor.practice_id)
        before = policy_of(actor.practice_id, connector)
        if before.version != seen:
            raise Stale("The rules of client sync were changed meanwhile.")
        wrong = problems(policy, connector, before=before)
        if wrong:
            raise Invalid(wrong)
        changed = list(points(before, policy, connector))
        if not changed:
            return before
        after = _keep(actor, connector, policy, before.version + 1, now)
        write(actor, _entry(before, after, connector, changed), now)
        replan(actor, connector, after.version, now)
    automatic.request_where_due(actor.practice_id, now)
    return after


def replan(actor: Actor, connector: str, version: int, now: datetime) -> None:
    """See to it that every link's state is what the policy makes of it. Needs the caller's transaction.

    It holds every live link: whoever plans one just now by the former policy is waited for, so that what they find is
    planned again, and whoever comes after reads the new policy.
    """
    live = Link.rows.of(actor.practice_id).filter(ended_at=None, connection__connector=connector).order_by("pk")
    list(live.select_for_update(of=("self",), no_key=True).values_list("pk"))
    links = list(_open_links(actor.practice_id, connector)[: AT_ONCE + 1])
    if len(links) <= AT_ONCE:
        reconcile(actor.practice_id, links, now)
        return
    total = _open_links(actor.practice_id, connector).count()
    run = runs.request_local(actor, "replan", now, subject=version, total=total)
    run.notes = {"connector": connector, "policy": version}
    run.save(update_fields=["notes"])


def replanning(practice_id: int, version: int) -> Run | None:
    """The run that plans the links again by this version, while it is under way."""
    return Run.rows.of(practice_id).filter(kind="replan", subject=version, state__in=runs.LIVE).first()


def replan_next(run: Run, after: int, now: datetime) -> Step:
    """Plan the next links of a run again, those after this id. Twice is fine."""
    batch = list(_open_links(run.practice_id, run.notes["connector"]).filter(pk__gt=after)[:BATCH])
    reconcile(run.practice_id, batch, now)
    return Step(batch[-1] if batch else after, len(batch))


def _open_links(practice_id: int, connector: str) -> "QuerySet[Link, int]":
    """The live links on which the sides differ, by id: on the others no policy has anything to say."""
    differing = Difference.rows.of(practice_id).values("link_id")
    live = Link.rows.of(practice_id).filter(ended_at=None, connection__connector=connector, pk__in=differing)
    return live.order_by("pk").values_list("pk", flat=True)


def _keep(actor: Actor, connector: str, policy: Policy, version: int, now: datetime) -> Policy:
    SyncPolicy.rows.create(
        practice_id=actor.practice_id,
        connector=connector,
        version=version,
        on=policy.on,
        direction=policy.direction.value,
        level=policy.level.value,
        register_primary=policy.register_primary,
        rules={key: _stored(rule) for key, rule in sorted(policy.rules.items()) if rule != FieldRule()},
        brake_changed=policy.brake.changed,
        brake_lost=policy.brake.lost,
        brake_percent=policy.brake.percent,
        made_at=now,
        made_by=actor.name,
    )
    return policy_of(actor.practice_id, connector)


def _stored(rule: FieldRule) -> dict[str, str]:
    points = {"truth": rule.truth, "inward": rule.inward, "outward": rule.outward}
    return {point: chosen.value for point, chosen in points.items() if chosen is not None}


def _entry(before: Policy, after: Policy, connector: str, changed: Sequence[Point]) -> Entry:
    ref = f"policy:{connector}"
    changes = [
        Changed(each.name, {each.name: each.before}, {each.name: each.after}, ref=ref, why="policy") for each in changed
    ]
    switched = "client_sync_on" if after.on else "client_sync_off"
    verb = "policy_changed" if before.on == after.on else switched
    what = line([each for each in changed if each.name != "on"]) or "its rules stay"
    return Entry(verb, {"version": after.version, "what": what}, changes=changes)
