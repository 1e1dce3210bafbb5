"""The remote lists out of which alone some values may be sent: the staff, by which managers' names become ids, and the
labels of business structures that the practice uses there."""

from collections.abc import Callable, Collection, Mapping, Sequence

from django.db.models.fields.json import KT

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.fields import Field
from practicesync.core.kinds import STRUCTURE
from practicesync.core.record import RemoteLabel, StaffMember
from practicesync.store.models import Mirror, StaffMirror

Lists = Mapping[str, Sequence[StaffMember] | Sequence[RemoteLabel]]


def references(practice_id: int, connection_id: int, names: Collection[str]) -> Lists:
    """The lists that clients' fields of these names go by, as last read; those of other fields cost nothing."""
    wanted = {name for row in CATALOGUE.client if row.name in names for name in _lists_of(row)}
    return {name: LISTS[name](practice_id, connection_id) for name in sorted(wanted)}


def staff(practice_id: int, connection_id: int) -> list[StaffMember]:
    """The staff list."""
    rows = StaffMirror.rows.of(practice_id).filter(connection_id=connection_id).order_by("name", "pk")
    return [StaffMember(row.remote_id, row.name, row.email) for row in rows]


def structures(practice_id: int, connection_id: int) -> list[RemoteLabel]:
    """The labels that clients in XPM have: no call of its API lists those that a practice has set up."""
    rows = Mirror.rows.of(practice_id).filter(connection_id=connection_id).order_by()
    labels = rows.annotate(label=KT("values__business_structure")).values_list("label", flat=True).distinct()
    return [RemoteLabel(label) for label in sorted(filter(None, labels))]


LISTS: Mapping[str, Callable[[int, int], Sequence[StaffMember] | Sequence[RemoteLabel]]] = {
    "staff": staff,
    "structures": structures,
}


def _lists_of(row: Field) -> set[str]:
    through = {place.through for place in row.at.values() if place.through}
    return through | ({"structures"} if row.kind is STRUCTURE else set())
