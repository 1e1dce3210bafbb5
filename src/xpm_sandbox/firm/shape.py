"""What a generated firm is: its people, clients and work as plain records."""

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from xpm_sandbox.firm.parties import Record

# The day on which every generated firm was last touched: ages and stamps count back from it, so that a firm does not
# depend on the day it is made.
MADE_ON = datetime(2026, 1, 5, tzinfo=UTC)


@dataclass
class Firm:
    """A generated practice. `clients` is in no particular order."""

    region: str
    seed: int
    name: str
    structures: list[str]
    tax_agents: list[str]
    staff: list[Record] = field(default_factory=list)
    groups: list[Record] = field(default_factory=list)
    clients: list[Record] = field(default_factory=list)
    categories: list[Record] = field(default_factory=list)
    job_states: list[Record] = field(default_factory=list)
    task_types: list[Record] = field(default_factory=list)
    templates: list[Record] = field(default_factory=list)
    custom_fields: list[Record] = field(default_factory=list)
    jobs: list[Record] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The whole firm as plain data."""
        return asdict(self)
