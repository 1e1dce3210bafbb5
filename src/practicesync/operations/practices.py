"""Practices, their people and their add-ons."""

from datetime import datetime

from django.db import transaction

from practicesync.core.actor import ABILITIES, Ability, Actor, ActorKind, Role
from practicesync.core.errors import Forbidden, Invalid
from practicesync.operations.activity import Entry, write
from practicesync.operations.lists import insert_first_items
from practicesync.store.models import AddOn, Connection, Membership, Person, Practice

SETUP = "set-up"


def create_practice(*, name: str, country: str, time_zone: str, now: datetime) -> Practice:
    """Make a practice, with the usual words of its country in its lists. Its people are added next."""
    with transaction.atomic():
        practice = Practice.objects.create(name=name.strip(), country=country, time_zone=time_zone, created_at=now)
        insert_first_items(practice)
        write(_set_up(practice), Entry("practice_made"), now)
    return practice


def add_person(practice: Practice, *, email: str, name: str, password: str, role: Role, now: datetime) -> Person:
    """Give somebody a login and a role. A login that exists keeps its password and gets the role."""
    with transaction.atomic():
        person = Person.objects.filter(email__iexact=email).first()
        if person is None:
            person = Person(email=email.strip().lower(), name=name.strip(), created_at=now)
            person.set_password(password or None)
            person.save()
        Membership.objects.update_or_create(person=person, practice=practice, defaults={"role": role.value})
        write(_set_up(practice), Entry("person_added", {"name": person.name, "role": role.value}), now)
    return person


def admit(actor: Actor, *, email: str, name: str, password: str, role: Role, now: datetime) -> Person:
    """Give somebody a role in the actor's practice, and a login where they have none; another role takes its place."""
    actor.require(Ability.MANAGE)
    practice = Practice.objects.get(pk=actor.practice_id)
    return add_person(practice, email=email, name=name, password=password, role=role, now=now)


def set_password(actor: Actor, *, email: str, password: str, now: datetime) -> None:
    """Give somebody of the actor's practice a new password; their sessions end. Raises `Invalid` for a stranger."""
    actor.require(Ability.MANAGE)
    with transaction.atomic():
        person = Person.objects.filter(email__iexact=email, memberships__practice_id=actor.practice_id).first()
        if person is None:
            raise Invalid({"email": f"Nobody in this practice signs in as {email}."})
        person.set_password(password)
        person.save(update_fields=["password"])
        write(actor, Entry("password_set", {"name": person.name}), now)


def actor_of(person: Person, practice_id: int) -> Actor:
    """The person acting in this practice. Raises `Forbidden` where they have no role in it."""
    membership = Membership.objects.filter(person=person, practice_id=practice_id).first()
    if membership is None or not person.is_active:
        raise Forbidden("You have no role in this practice.")
    return Actor(ActorKind.PERSON, str(person.pk), person.name, practice_id, ABILITIES[Role(membership.role)])


def enable_add_on(actor: Actor, connector: str, now: datetime) -> None:
    """Offer this connector in the practice. Doing it twice is fine."""
    actor.require(Ability.MANAGE)
    with transaction.atomic():
        _, made = AddOn.rows.of(actor.practice_id).get_or_create(
            practice_id=actor.practice_id,
            connector=connector,
            defaults={"enabled_at": now, "enabled_by": actor.name},
        )
        if made:
            write(actor, Entry("add_on_enabled", {"connector": connector}), now)


def disable_add_on(actor: Actor, connector: str, now: datetime) -> None:
    """Stop offering this connector. What is linked and known stays. Refused while it is connected."""
    actor.require(Ability.MANAGE)
    with transaction.atomic():
        rows = AddOn.rows.of(actor.practice_id).filter(connector=connector)
        live = Connection.rows.of(actor.practice_id).filter(connector=connector).exclude(state="ended")
        if live.exists():
            raise Invalid({"": "Disconnect it first, under Settings > Practice management."})
        if rows.delete()[0]:
            write(actor, Entry("add_on_disabled", {"connector": connector}), now)


def _set_up(practice: Practice) -> Actor:
    return Actor(ActorKind.COMMAND, SETUP, SETUP, practice.pk, frozenset(Ability))
