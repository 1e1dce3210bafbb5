"""What a person can ask about the states of clients, for the test that tries every operation by everybody."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from operations.offices import NOW, Office, a_record
from operations.push_calls import look, refuse
from practicesync.core.actor import Ability, Actor
from practicesync.core.policy import Direction, Policy
from practicesync.operations import creating, policies, pushing, retrying, setting_aside, unreadable
from practicesync.store.models import Client, Push, Run, SetAsideRecord


@dataclass(frozen=True)
class States:
    """A client that fails, one that is set aside, one that XPM lacks, a push that waits, a record nobody could read."""

    failing: Client
    aside: Client
    lone: Client
    push: Push
    run: Run
    record: SetAsideRecord


def some_states(office: Office) -> States:
    failing, aside, pushed = (
        office.pair(a_record(f"state{number}", phone="09 555 0101"), phone="09 555 0102") for number in range(3)
    )
    (refused,) = office.pushes(office.choose(failing, {"phone": "push"}))
    look(refused, a_record("state0", phone="09 555 0101"))
    refuse(refused, "Not to our taste.")
    setting_aside.set_aside(office.admin, [aside.pk], "Sold to another firm.", NOW)
    run = office.choose(pushed, {"phone": "push"})
    record = SetAsideRecord(
        practice_id=office.practice.pk,
        connection=office.connection,
        mark="state9",
        remote_id="state9",
        reason="It has no name.",
        first_seen=NOW,
        last_seen=NOW,
    )
    record.save(force_insert=True)
    return States(failing, aside, office.add("Never in XPM Ltd"), office.pushes(run)[0], run, record)


def _create(actor: Actor, made: States) -> Push:
    with transaction.atomic():
        return creating.queue_create(actor, made.lone.pk, made.run, NOW)


STATE_CALLS: dict[str, tuple[Ability, Callable[[Actor, States], object]]] = {
    "creating.queue_create": (Ability.SYNC, _create),
    "policies.change": (
        Ability.MANAGE,
        lambda actor, _: policies.change(actor, "xpm", Policy(on=True, direction=Direction.TO_REMOTE), NOW, seen=0),
    ),
    "pushing.withdraw": (Ability.SYNC, lambda actor, made: pushing.withdraw(actor, [made.push.pk], NOW)),
    "retrying.retry": (Ability.SYNC, lambda actor, made: retrying.retry(actor, [made.failing.pk], NOW)),
    "setting_aside.request": (
        Ability.SYNC,
        lambda actor, made: setting_aside.request(
            actor, setting_aside.SET_ASIDE, [made.failing.pk], NOW, why="Sold to another firm."
        ),
    ),
    "setting_aside.set_aside": (
        Ability.SYNC,
        lambda actor, made: setting_aside.set_aside(actor, [made.failing.pk], "Sold to another firm.", NOW),
    ),
    "setting_aside.take_back": (
        Ability.SYNC,
        lambda actor, made: setting_aside.take_back(actor, [made.aside.pk], NOW),
    ),
    "unreadable.request_again": (
        Ability.SYNC,
        lambda actor, made: unreadable.request_again(actor, made.record.pk, NOW),
    ),
}
