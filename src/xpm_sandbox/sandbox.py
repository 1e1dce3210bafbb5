"""What every door of a running sandbox shares."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from sqlite3 import Connection
from urllib.parse import urlsplit

from flask import abort, request

from xpm_sandbox import switches
from xpm_sandbox.audit import Audit
from xpm_sandbox.clock import Clock, stamp
from xpm_sandbox.faults import FaultRules
from xpm_sandbox.limits import InFlight
from xpm_sandbox.world import World


@dataclass
class Sandbox:
    """One running sandbox: its world and clock, and what lives only as long as the process."""

    world: World
    clock: Clock
    faults: FaultRules = field(init=False)
    audit: Audit = field(init=False)
    in_flight: InFlight = field(default_factory=InFlight)

    def __post_init__(self) -> None:
        self.faults = FaultRules(self.world)
        self.audit = Audit(self.world)

    def now(self) -> int:
        """The present moment as a stamp."""
        return stamp(self.clock.now())

    def settings(self, db: Connection, **of_the_caller: str) -> Mapping[str, str]:
        """The switches as the present call has them: a fault rule's, else those of who calls, else the world's."""
        return {**switches.read(db), **of_the_caller, **request.environ.get("xpm_sandbox.switches", {})}


def refuse_other_sites() -> None:
    """Refuse a change that another site's page sent: the pages and control have no sign-in that would stop it."""
    origin = request.headers.get("Origin")
    if request.method != "GET" and origin and urlsplit(origin).netloc != request.host:
        abort(403)
