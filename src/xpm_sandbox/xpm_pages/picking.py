"""Choosing one of thousands without a script: by typing a name, then by choosing among those that it may mean."""

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass, replace

from flask import request

from xpm_sandbox import finding
from xpm_sandbox.world import Tenant


@dataclass(frozen=True)
class Picker:
    """A control that asks for a record of a `table`. `matches` are offered when the text fits several."""

    name: str
    label: str
    table: str = "client"
    text: str = ""
    matches: tuple[sqlite3.Row, ...] = ()
    wrong: str = ""
    hint: str = "Type a name, or a part of one."


def picked(
    db: sqlite3.Connection, practice: Tenant, picker: Picker, *, barred: Collection[int] = ()
) -> tuple[int, Picker]:
    """The number of the record that was chosen, or 0; and the control as it is to be asked again.

    Records of the numbers `barred` cannot be chosen.
    """
    text = request.form.get(picker.name, "").strip()
    offered = [row for row in finding.named(db, picker.table, practice.id, text) if row["id"] not in barred]
    key = request.form.get(f"{picker.name}_key", "")
    chosen = next((row for row in offered if row["uuid"] == key), offered[0] if len(offered) == 1 else None)
    asked = replace(picker, text=text, matches=tuple(offered) if len(offered) > 1 else ())
    if chosen is not None:
        return int(chosen["id"]), asked
    return 0, replace(asked, wrong=_complaint(picker, text, offered))


def _complaint(picker: Picker, text: str, offered: list[sqlite3.Row]) -> str:
    if not text:
        return f"{picker.label} is needed."
    return (
        "Several have this name or words: choose one." if offered else f"Nothing that may be chosen is called “{text}”."
    )
