"""Undo: what a run, or a single change, wrote is drawn up in reverse as a sheet, and taken back by applying that.

What cannot be taken back is a line too, with its reason. `taking_back` gives the links what they had agreed on.
"""

from datetime import datetime

from practicesync.core.actor import Ability, Actor
from practicesync.core.errors import Invalid
from practicesync.core.fields import ClientKind, Field, Subject
from practicesync.core.undo import Deed
from practicesync.operations import runs, sheets
from practicesync.operations.register import edit_client
from practicesync.queries.deeds import WROTE, deed_of
from practicesync.queries.undo_lines import count_of_run, lines_of_change, lines_of_run
from practicesync.store.models import Change, Client, Link, Run, Sheet

KIND = "undo"
UNDER_WAY = "This run has not ended. Cancel it first, or wait."
OTHERWISE = "This run moved no values between the register and XPM. An import has an undo of its own."
NOTHING = "There is nothing to take back: all that this run wrote is as it was before."
AS_IT_WAS = "The value stands there already."


def draw_up(actor: Actor, run_id: int, now: datetime, *, drawn_by: int | None = None) -> Sheet:
    """The sheet that takes this run back; nothing is moved by that.

    Raises `Invalid` where the run has not ended, moved nothing, or nothing of it is left to take back.
    """
    actor.require(Ability.SYNC)
    connection_id = _connection_of(actor, run_id)
    lines = lines_of_run(actor.practice_id, connection_id, run_id)
    try:
        return sheets.draw_up(actor, connection_id, KIND, lines, now, run_id=drawn_by, undoes=run_id)
    except Invalid as nothing:
        raise Invalid({"": NOTHING}) from nothing


def size_of(actor: Actor, run_id: int) -> int:
    """How many values `draw_up` looks at. Raises `Invalid` where the run has not ended, or moved nothing."""
    actor.require(Ability.SYNC)
    _connection_of(actor, run_id)
    return count_of_run(actor.practice_id, run_id)


def _connection_of(actor: Actor, run_id: int) -> int:
    """Where a run that can be taken back wrote."""
    run = Run.rows.of(actor.practice_id).get(pk=run_id)
    if run.state in runs.LIVE:
        raise Invalid({"": UNDER_WAY})
    if run.connection_id is None or not wrote_anything(actor.practice_id, run_id):
        raise Invalid({"": OTHERWISE})
    return int(run.connection_id)


def wrote_anything(practice_id: int, run_id: int) -> bool:
    """Whether the log tells of a value that this run moved."""
    rows = Change.rows.of(practice_id).filter(activity__run_id=run_id, side__in=("local", "remote"))
    return rows.filter(activity__verb__in=WROTE).exists()


def set_back(actor: Actor, change_id: int, now: datetime) -> Sheet | None:
    """Set one value back to what it was before a change of the log, though it may have changed since.

    Where the client is linked and both sides keep the field, that is a sheet of one line, to be looked at first. Else
    the register's value is set back at once, and None is returned. Raises `Invalid` where it stands there already, or
    the change is of nothing that can be set back.
    """
    actor.require(Ability.SYNC)
    change = Change.rows.of(actor.practice_id).select_related("activity").get(pk=change_id)
    told = deed_of(change)
    if told is None:
        raise Invalid({"": "This is nothing that can be set back."})
    link = Link.rows.of(actor.practice_id).filter(client_id=told.client_id, ended_at=None).first()
    connector = "" if link is None else link.connection.connector
    row = told.deed.row
    if link is None or (isinstance(row, Field) and connector not in row.at):
        _edit(actor, told.client_id, told.deed, now)
        return None
    lines = lines_of_change(actor.practice_id, link.connection_id, told)
    try:
        return sheets.draw_up(
            actor, link.connection_id, KIND, lines, now, undoes=change.activity.run_id, notes={"change": change_id}
        )
    except Invalid as nothing:
        raise Invalid({"": AS_IT_WAS}) from nothing


def _edit(actor: Actor, client_id: int, deed: Deed, now: datetime) -> None:
    """Set a value of the register back by editing it, where no other side is to be asked."""
    if not deed.here or not isinstance(deed.row, Field) or deed.row.subject is not Subject.CLIENT:
        raise Invalid({"": "The client is not linked to XPM any more, so this cannot be set back."})
    client = Client.rows.of(actor.practice_id).get(pk=client_id)
    values = {key: deed.before.get(key, "") for key in deed.before or deed.row.keys}
    edited = edit_client(
        actor, client_id, revision=client.revision, kind=ClientKind(client.kind), values=values, now=now
    )
    if not edited.changed:
        raise Invalid({"": AS_IT_WAS})
