"""Notes of clients, which only Practice Manager's own pages write: its API reads them with a client."""

import json
import sqlite3
from dataclasses import asdict

from xpm_sandbox import changes, records
from xpm_sandbox.records import Note


def add(db: sqlite3.Connection, client: int, now: int, note: Note, *, moves_modified: bool = False) -> None:
    """Add a note behind the others. Whether that moves a client into modifiedsince is not known."""
    with changes.touching(db, [client], now, moves_modified=moves_modified):
        kept = [asdict(each) for each in (*records.client(db, client).notes, note)]
        db.execute("UPDATE client SET notes = ? WHERE id = ?", (json.dumps(kept, ensure_ascii=False), client))
