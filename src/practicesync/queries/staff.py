"""The remote staff list as last read, by which managers' names become ids."""

from practicesync.core.record import StaffMember
from practicesync.store.models import StaffMirror


def references(practice_id: int, connection_id: int) -> dict[str, list[StaffMember]]:
    """The lists of remote records that fields refer to, by the name that the catalogue gives them."""
    rows = StaffMirror.rows.of(practice_id).filter(connection_id=connection_id).order_by("name", "pk")
    return {"staff": [StaffMember(row.remote_id, row.name, row.email) for row in rows]}
