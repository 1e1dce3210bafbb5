"""All that a policy speaks of: the fields that a connector syncs and the sorts of presence, by their names in rules."""

from collections.abc import Mapping
from functools import lru_cache

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.fields import Field, Subject
from practicesync.core.policy import Row, row_key
from practicesync.core.presence import PRESENCES, Presence, Sort


@lru_cache
def rows_of(connector: str) -> Mapping[str, Field | Presence]:
    """What the connector syncs, by `row_key`: fields in the order of the catalogue, then presences."""
    fields = (row for subject in Subject for row in CATALOGUE.synced(subject, connector))
    found: list[Field | Presence] = [*fields, *(PRESENCES[sort] for sort in Sort)]
    return {row_key(row): row for row in found}


def is_whole(row: Row) -> bool:
    """Whether it is a presence, to blank which is to remove it."""
    return isinstance(row, Presence)


def can_be_sent(row: Row, connector: str) -> bool:
    """Whether the connector has a way to write it."""
    return row.writable(connector) if isinstance(row, Field) else True


def label_of(row: Field | Presence) -> str:
    """What people call it among all that a policy speaks of: a contact's name is "Contact: Name"."""
    if isinstance(row, Field) and row.subject is not Subject.CLIENT:
        return f"{row.section.value}: {row.label}"
    return row.label
