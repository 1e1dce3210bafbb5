"""Client groups of the register: clients put in and taken out, groups renamed and removed."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction

from practicesync.core.actor import Ability, Actor
from practicesync.core.errors import Invalid, Stale
from practicesync.core.kinds import LINE
from practicesync.core.kinds.spelling import plain
from practicesync.operations.activity import Changed, Entry, write
from practicesync.operations.reconciling import reconcile_clients
from practicesync.store.models import Client, Group, GroupMember, Practice

LONGEST = 255
"""What Xero Practice Manager takes as a group's name."""


def put_in_group(actor: Actor, client_ids: Sequence[int], name: str, now: datetime) -> Group:
    """Put these clients into the group of this name, inside the caller's transaction; it is made where there is none.

    The caller reconciles them. Names that differ in case or spacing alone are one group. Who is in it already stays.
    Raises `Invalid` for a name that cannot be, or clients that are not the practice's; `Stale` where the group was
    removed just now.
    """
    actor.require(Ability.EDIT)
    found = _found_or_made(actor.practice_id, _checked(name), now)
    # Held until the end, so that two people cannot put the same client in at once, nor into a group just removed.
    group: Group | None = (
        Group.rows.of(actor.practice_id).select_for_update(no_key=True).filter(pk=found.pk, removed_at=None).first()
    )
    if group is None:
        raise Stale("Somebody else removed this group meanwhile.")
    clients = list(Client.rows.among(actor.practice_id, client_ids).order_by("pk"))
    if len(clients) != len(set(client_ids)):
        raise Invalid({"": "One of the clients is not in the register."})
    inside = set(GroupMember.rows.of(actor.practice_id).filter(group=group).values_list("client_id", flat=True))
    fresh = [client for client in clients if client.pk not in inside]
    GroupMember.rows.bulk_create(
        GroupMember(practice_id=actor.practice_id, group=group, client=client, joined_at=now) for client in fresh
    )
    if fresh:
        changes = [_member(client, "", group.name, "put in") for client in fresh]
        alone = fresh[0].pk if len(fresh) == 1 else None
        write(
            actor, Entry("grouped", {"group": group.name, "count": len(fresh)}, client_id=alone, changes=changes), now
        )
    return group


def group_clients(actor: Actor, client_ids: Sequence[int], name: str, now: datetime) -> Group:
    """`put_in_group` in a transaction of its own."""
    with transaction.atomic():
        group = put_in_group(actor, client_ids, name, now)
        reconcile_clients(actor.practice_id, client_ids, now)
    return group


def take_out(actor: Actor, client_id: int, group_id: int, now: datetime) -> None:
    """Take a client out of a group; one that is not in it stays out. The group stays, with nobody in it if need be."""
    actor.require(Ability.EDIT)
    with transaction.atomic():
        group = Group.rows.of(actor.practice_id).get(pk=group_id)
        client = Client.rows.of(actor.practice_id).get(pk=client_id)
        if GroupMember.rows.of(actor.practice_id).filter(group=group, client=client).delete()[0]:
            facts = {"client": client.name, "group": group.name}
            changes = [_member(client, group.name, "", "taken out")]
            write(actor, Entry("ungrouped", facts, client_id=client.pk, changes=changes), now)
            reconcile_clients(actor.practice_id, [client.pk], now)


def rename_group(actor: Actor, group_id: int, name: str, now: datetime) -> Group:
    """Call a group otherwise. Raises `Invalid` where another has that name."""
    actor.require(Ability.EDIT)
    with transaction.atomic():
        _hold_names(actor.practice_id)
        group: Group = Group.rows.of(actor.practice_id).get(pk=group_id, removed_at=None)
        name = _checked(name)
        twin = Group.rows.of(actor.practice_id).filter(meaning=plain(name), removed_at=None).exclude(pk=group.pk)
        if twin.exists():
            raise Invalid({"name": f"There is a group {name} already."})
        if name != group.name:
            before, group.name, group.meaning = group.name, name, plain(name)
            group.save()
            changes = [Changed("group", {"group": before}, {"group": name}, ref=f"group:{group.pk}", why="renamed")]
            write(actor, Entry("group_renamed", {"before": before, "group": name}, changes=changes), now)
            inside = GroupMember.rows.of(actor.practice_id).filter(group=group)
            reconcile_clients(actor.practice_id, list(inside.values_list("client_id", flat=True)), now)
    return group


def remove_group(actor: Actor, group_id: int, now: datetime) -> int:
    """Remove a group from the register; its clients stay. Returns how many were in it. Twice is fine."""
    actor.require(Ability.EDIT)
    with transaction.atomic():
        group = Group.rows.of(actor.practice_id).select_for_update(no_key=True).get(pk=group_id)
        if group.removed_at is not None:
            return 0
        members = GroupMember.rows.of(actor.practice_id).filter(group=group).select_related("client").order_by("pk")
        changes = [_member(member.client, group.name, "", "group removed") for member in members]
        clients = [member.client_id for member in members]
        members.delete()
        group.removed_at = now
        group.save(update_fields=["removed_at"])
        write(actor, Entry("group_removed", {"group": group.name, "count": len(changes)}, changes=changes), now)
        reconcile_clients(actor.practice_id, clients, now)
    return len(changes)


def hold_groups(practice_id: int, meanings: Collection[str]) -> None:
    """Hold the practice's names and these groups until the transaction ends, in the order in which everybody does.

    Before the log is held, and before `enter`.
    """
    if meanings:
        _hold_names(practice_id)
        rows = Group.rows.of(practice_id).filter(meaning__in=meanings, removed_at=None)
        list(rows.order_by("pk").select_for_update(no_key=True))


def enter(client: Client, name: str, now: datetime) -> None:
    """Put a client, held by the caller as its groups are, into the group of this name. The caller tells of it."""
    group = _found_or_made(client.practice_id, _checked(name), now)
    GroupMember.rows.of(client.practice_id).get_or_create(
        group=group, client=client, defaults={"practice_id": client.practice_id, "joined_at": now}
    )


def leave(client: Client, meaning: str) -> None:
    """Take a client out of the group of this meaning. The caller tells of it."""
    GroupMember.rows.of(client.practice_id).filter(client=client, group__meaning=meaning).delete()


def _found_or_made(practice_id: int, name: str, now: datetime) -> Group:
    rows = Group.rows.of(practice_id).filter(meaning=plain(name), removed_at=None)
    found: Group | None = rows.first()
    if found is None:
        _hold_names(practice_id)
        found = rows.first()
    if found is None:
        found = Group(practice_id=practice_id, name=name, meaning=plain(name), created_at=now)
        found.save(force_insert=True)
    return found


def _hold_names(practice_id: int) -> None:
    """Let nobody else name a group of this practice until the transaction ends; other rows of it go in all the same."""
    Practice.objects.select_for_update(no_key=True).get(pk=practice_id)


def _checked(name: str) -> str:
    name = LINE.tidy(name)
    if not name:
        raise Invalid({"name": "A group needs a name."})
    if len(name) > LONGEST:
        raise Invalid({"name": f"A group's name has at most {LONGEST} characters."})
    return name


def _member(client: Client, before: str, after: str, why: str) -> Changed:
    return Changed("group", {"group": before}, {"group": after}, ref=f"client:{client.pk}", why=why)
