"""A firm that imports files: the whole way from bytes to clients and back, without a browser."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from practicesync.core.actor import Actor
from practicesync.core.fields import ClientKind
from practicesync.core.sheets import read_sheet
from practicesync.flows.registry import FLOWS
from practicesync.flows.steps import DirectSteps
from practicesync.operations import import_file, import_undo
from practicesync.store.models import Client, Import, ImportRow, Run
from xpm_sandbox.clock import ControlledClock


@dataclass
class Importing:
    """One import of a person; `columns` that are not told are those that were guessed."""

    actor: Actor
    clock: ControlledClock = field(
        default_factory=lambda: ControlledClock(frozen_at=datetime.fromisoformat("2026-02-03T09:00Z"))
    )
    id: int = 0

    @property
    def found(self) -> Import:
        """The import as stored."""
        stored: Import = Import.rows.of(self.actor.practice_id).get(pk=self.id)
        return stored

    def send(self, data: bytes | str, name: str = "clients.csv", sheet: str = "") -> Import:
        """Upload a file."""
        body = data.encode() if isinstance(data, str) else data
        self.id = import_file.draft(self.actor, name, read_sheet(body, sheet), self.clock.now()).pk
        return self.found

    def check(
        self,
        columns: Mapping[int, str] | None = None,
        clears: tuple[str, ...] = (),
        kind: ClientKind = ClientKind.COMPANY,
    ) -> dict[str, int]:
        """Say what the columns mean and have the rows checked; how many have each verdict, of those that there are."""
        told = columns if columns is not None else {int(at): key for at, key in self.found.columns.items()}
        self.run(
            import_file.set_columns(
                self.actor,
                self.id,
                revision=self.found.revision,
                columns=told,
                clears=clears,
                kind=kind,
                now=self.clock.now(),
            )
        )
        return {verdict: number for verdict, number in self.found.counts.items() if number}

    def choose(self, number: int, choice: str) -> None:
        """What becomes of one row."""
        import_file.choose(self.actor, self.id, revision=self.found.revision, choices={number: choice})

    def apply(self) -> Import:
        """Carry it out."""
        self.run(import_file.confirm(self.actor, self.id, revision=self.found.revision, now=self.clock.now()))
        return self.found

    def undo(self) -> Import:
        """Take it back, an hour later."""
        self.clock.advance(3600)
        self.run(import_undo.request_undo(self.actor, self.id, revision=self.found.revision, now=self.clock.now()))
        return self.found

    def run(self, run: Run) -> Run:
        """Carry a run out in this thread."""
        FLOWS[run.kind](DirectSteps(self.clock), run.pk)
        run.refresh_from_db()
        return run

    def bring(self, data: bytes | str, kind: ClientKind = ClientKind.COMPANY) -> dict[str, int]:
        """Send, check and carry out; the counts afterwards."""
        self.send(data)
        self.check(kind=kind)
        return {verdict: number for verdict, number in self.apply().counts.items() if number}

    def row(self, number: int) -> ImportRow:
        """One row by the line of the file on which it ends."""
        found: ImportRow = ImportRow.rows.of(self.actor.practice_id).get(batch_id=self.id, number=number)
        return found

    def rows(self) -> list[ImportRow]:
        """All of them."""
        return list(ImportRow.rows.of(self.actor.practice_id).filter(batch_id=self.id).order_by("number"))

    def client(self, name: str) -> Client:
        """The client of this name."""
        found: Client = Client.rows.of(self.actor.practice_id).get(name=name)
        return found
