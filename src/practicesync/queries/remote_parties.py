"""What stored remote records say of their ties, in the shapes of the core."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from practicesync.core.record import RemoteRelationship
from practicesync.core.wizard import Ties, read_ties
from practicesync.store.models import Mirror


def ties_of(mirrors: Iterable[Mirror], today: date) -> Ties:
    """The ties that these mirrors tell, each once."""
    return read_ties({mirror.remote_id: relationships_of(mirror.relationships) for mirror in mirrors}, today)


def relationships_of(stored: Iterable[Mapping[str, Any]] | None) -> tuple[RemoteRelationship, ...]:
    """A mirror's relationships as the core takes them; none where they were never told."""
    return tuple(
        RemoteRelationship(
            remote_id=str(each.get("id", "")),
            label=str(each["label"]),
            other_id=str(each["other_id"]),
            other_name=str(each.get("other_name", "")),
            values=dict(each.get("values") or {}),
        )
        for each in stored or ()
    )
