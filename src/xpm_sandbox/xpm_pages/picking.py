"""Choosing a client among thousands without a script: by typing a name, then by choosing among those it may mean."""

import sqlite3
from dataclasses import dataclass

from flask import request

from xpm_sandbox import finding
from xpm_sandbox.world import Tenant


@dataclass(frozen=True)
class Picker:
    """A control that asks for a client. `matches` are offered when the text fits several."""

    name: str
    label: str
    text: str = ""
    matches: tuple[sqlite3.Row, ...] = ()
    wrong: str = ""
    hint: str = "Type a name, or a part of one."


def picked(
    db: sqlite3.Connection, practice: Tenant, picker: Picker, *, barred: int | None = None
) -> tuple[int, Picker]:
    """The number of the client that was chosen, or 0 with the control to ask again. `barred` cannot be chosen."""
    text = request.form.get(picker.name, "").strip()
    found = tuple(row for row in finding.named(db, practice.id, text) if row["id"] != barred)
    key = request.form.get(f"{picker.name}_key", "")
    chosen = next((row for row in found if row["uuid"] == key), None)
    if chosen is None and len(found) == 1:
        chosen = found[0]
    wrong = ""
    if not text:
        wrong = f"{picker.label} is needed."
    elif not found:
        wrong = f"No other client is called “{text}”." if barred else f"No client is called “{text}”."
    elif chosen is None:
        wrong = "Several clients fit: choose one."
    matches = found if len(found) > 1 else ()
    return (int(chosen["id"]) if chosen else 0), Picker(picker.name, picker.label, text, matches, wrong, picker.hint)
