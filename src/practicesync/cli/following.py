"""Work that a command asks for and waits for.

A worker that is running does it; where none is, this process works meanwhile.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from practicesync.cli.exiting import leave
from practicesync.cli.output import say
from practicesync.core.errors import Invalid
from practicesync.flows.clock import SYSTEM_CLOCK
from practicesync.flows.registry import FLOWS
from practicesync.flows.worker import Worker
from practicesync.queries.run_page import RunLine, load_run

LOOK = 0.3


@dataclass
class Work:
    """What a command waits for; `status` is what the process ends with."""

    status: int = 1

    def follow(self, practice_id: int, run_id: int, unit: str) -> RunLine:
        """The run once it has ended or waits for long; tells meanwhile how far it is, in this unit."""
        told = -1
        while True:
            line = load_run(practice_id, run_id)
            if line is None:
                raise Invalid({"run": "The run is gone."})
            if not line.under_way or line.state == "paused":
                return line
            if line.done != told and line.done:
                say(f"{line.done:,} of {line.total:,} {unit}" if line.total else f"{line.done:,} {unit}")
                told = line.done
            SYSTEM_CLOCK.sleep(LOOK)


@contextmanager
def working() -> Iterator[Work]:
    """Work in this process too, while a command waits. Ends the process where work does not end in time."""
    # On SQLite it does nothing while another worker holds the slot; on PostgreSQL it is one more.
    worker = Worker(FLOWS)
    worker.start()
    work = Work()
    try:
        yield work
    finally:
        leave(work.status, clean=worker.stop())
