"""The add-ons of a practice."""

from dataclasses import dataclass
from datetime import datetime

from practicesync.store.models import AddOn, Connection


@dataclass(frozen=True, slots=True)
class XpmTile:
    """Xero Practice Manager on the add-ons page."""

    enabled_at: datetime | None
    enabled_by: str
    organisation: str

    @property
    def enabled(self) -> bool:
        """Whether it is offered in the practice."""
        return self.enabled_at is not None


def load_xpm_tile(practice_id: int) -> XpmTile:
    """How the add-on stands; `organisation` is "" while nothing is connected."""
    row = AddOn.rows.of(practice_id).filter(connector="xpm").first()
    live = Connection.rows.of(practice_id).filter(connector="xpm").exclude(state="ended")
    organisation = live.values_list("organisation_name", flat=True).first() or ""
    return XpmTile(row.enabled_at if row else None, row.enabled_by if row else "", organisation)
