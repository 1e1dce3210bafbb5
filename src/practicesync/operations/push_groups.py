"""Pushes of what a client simply is or is not: a member of a group, archived."""

from collections.abc import Mapping
from typing import Any

from practicesync.core.kinds.spelling import plain
from practicesync.core.presence import Sort
from practicesync.core.push import Act, Found, Outcome, Reply, Write, target_of
from practicesync.store.models import Group, Mirror, Push

GROUP, ARCHIVED = Sort.GROUP.value, Sort.ARCHIVED.value


def look_to_join(push: Push, there: Mirror) -> Found:
    """Is the client in the group already? The group itself is found, or made, by who makes the call."""
    if _group(push, there) is not None:
        return Found({GROUP: Outcome.DONE})
    name = _name(push)
    return Found(write=Write(push.pk, push.attempts, Act.ADD, Sort.GROUP, there.remote_id, label=name))


def check_joined(push: Push, there: Mirror, _reply: Reply) -> Mapping[str, Outcome]:
    """Whether the reading after it shows the client in the group."""
    return {GROUP: Outcome.IGNORED if _group(push, there) is None else Outcome.DONE}


def look_to_leave(push: Push, there: Mirror) -> Found:
    """Is the client out of the group already?"""
    found = _group(push, there)
    if found is None:
        return Found({GROUP: Outcome.DONE})
    write = Write(
        push.pk, push.attempts, Act.REMOVE, Sort.GROUP, there.remote_id, str(found["id"]), label=str(found["name"])
    )
    return Found(write=write)


def check_left(push: Push, there: Mirror, _reply: Reply) -> Mapping[str, Outcome]:
    """Whether the reading after it still shows the client in the group."""
    return {GROUP: Outcome.DONE if _group(push, there) is None else Outcome.IGNORED}


def look_to_archive(push: Push, there: Mirror) -> Found:
    """Is it archived already?"""
    if there.archived:
        return Found({ARCHIVED: Outcome.DONE})
    return Found(write=Write(push.pk, push.attempts, Act.ARCHIVE, Sort.ARCHIVED, there.remote_id))


def check_archived(_push: Push, there: Mirror, _reply: Reply) -> Mapping[str, Outcome]:
    """Whether the remote says so now."""
    return {ARCHIVED: Outcome.DONE if there.archived else Outcome.IGNORED}


def _group(push: Push, there: Mirror) -> Mapping[str, Any] | None:
    meaning = target_of(push.ref).local
    return next((each for each in there.groups or () if plain(str(each["name"])) == meaning), None)


def _name(push: Push) -> str:
    """The group's name as people write it."""
    meaning = target_of(push.ref).local
    groups = Group.rows.of(push.practice_id).filter(meaning=meaning, removed_at=None)
    return groups.values_list("name", flat=True).first() or str(push.fields.get("name", "")) or meaning
