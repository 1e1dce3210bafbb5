"""THE table of what a push can do: how it is looked at, checked after its call, and kept as agreed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from practicesync.core.presence import Sort
from practicesync.core.push import Act, Found, Outcome, Reply, target_of
from practicesync.operations import push_contacts, push_fields, push_groups, push_relationships
from practicesync.store.models import Mirror, Push


def _nothing(_push: Push) -> None:
    """What agrees by being on both sides needs nothing kept beside it."""


@dataclass(frozen=True, slots=True)
class Doing:
    """One row. `look`: before the call, by the record as just read. `check`: after it. `agree`: once it is so."""

    look: Callable[[Push, Mirror], Found]
    check: Callable[[Push, Mirror, Reply], Mapping[str, Outcome]]
    agree: Callable[[Push], None] = _nothing


_FIELDS = Doing(push_fields.look_at, push_fields.check)

DOINGS: Mapping[tuple[Sort | None, Act], Doing] = {
    (None, Act.UPDATE): _FIELDS,
    (Sort.CONTACT, Act.UPDATE): _FIELDS,
    (Sort.RELATIONSHIP, Act.UPDATE): _FIELDS,
    (Sort.CONTACT, Act.ADD): Doing(push_contacts.look_to_add, push_contacts.check_added, push_contacts.tie),
    (Sort.CONTACT, Act.REMOVE): Doing(push_contacts.look_to_remove, push_contacts.check_removed),
    (Sort.RELATIONSHIP, Act.ADD): Doing(
        push_relationships.look_to_add, push_relationships.check_added, push_relationships.tie
    ),
    (Sort.RELATIONSHIP, Act.REMOVE): Doing(
        push_relationships.look_to_remove, push_relationships.check_removed, push_relationships.untie
    ),
    (Sort.GROUP, Act.ADD): Doing(push_groups.look_to_join, push_groups.check_joined),
    (Sort.GROUP, Act.REMOVE): Doing(push_groups.look_to_leave, push_groups.check_left),
    (Sort.ARCHIVED, Act.ARCHIVE): Doing(push_groups.look_to_archive, push_groups.check_archived),
}


def doing_of(push: Push) -> Doing:
    """Its row. Raises `LookupError` for what cannot be done to such a thing."""
    key = (target_of(push.ref).sort, Act(push.act))
    if key not in DOINGS:
        raise LookupError(f"nothing can {push.act} {push.ref}")
    return DOINGS[key]
