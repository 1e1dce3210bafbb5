"""What a person can ask of sheets, for the test that tries every operation by everybody."""

from collections.abc import Callable
from dataclasses import dataclass

from operations.offices import NOW, Office, a_record
from practicesync.core.actor import Ability, Actor
from practicesync.core.verdict import Move
from practicesync.operations import drawing, sheets
from practicesync.queries.differences import Selection
from practicesync.queries.sheet_page import FAILED
from practicesync.store.models import Client, Difference, Sheet


@dataclass(frozen=True)
class Sheets:
    """A sheet that nobody has applied yet, one that is being applied, and one with a line that was left."""

    connection_id: int
    lines: tuple[sheets.NewLine, ...]
    draft: Sheet
    applying: Sheet
    ended: Sheet


def some_sheets(office: Office) -> Sheets:
    clients = [office.pair(a_record(f"sheet{number}", phone="09 555 0101"), phone="09 555 0102") for number in range(3)]
    draft, applying, ended = (_draw(office, client) for client in clients)
    sheets.request_apply(office.admin, applying.pk, NOW)
    run = sheets.request_apply(office.admin, ended.pk, NOW)
    office.edit(clients[2], {"phone": "09 555 0103"})
    while sheets.pull_batch(ended.pk, run.pk, NOW):
        pass
    sheets.finish(ended.pk, run.pk, NOW)
    return Sheets(office.connection.pk, tuple(_lines(office, clients[0])), draft, applying, ended)


def _lines(office: Office, client: Client) -> list[sheets.NewLine]:
    row = Difference.rows.of(office.practice.pk).get(link__client=client, field="phone")
    return list(sheets.lines_of(office.practice.pk, office.connection.pk, {row.pk: Move.PULL}))


def _draw(office: Office, client: Client) -> Sheet:
    return sheets.draw_up(office.admin, office.connection.pk, "chosen", _lines(office, client), NOW)


SHEET_CALLS: dict[str, tuple[Ability, Callable[[Actor, Sheets], object]]] = {
    "sheets.draw_up": (
        Ability.SYNC,
        lambda actor, made: sheets.draw_up(actor, made.connection_id, "chosen", made.lines, NOW),
    ),
    "drawing.of_plan": (
        Ability.SYNC,
        lambda actor, made: drawing.of_plan(actor, made.connection_id, Selection(way="pull"), NOW),
    ),
    "drawing.of_absent": (Ability.SYNC, lambda actor, made: drawing.of_absent(actor, made.connection_id, NOW)),
    "drawing.of_rest": (Ability.SYNC, lambda actor, made: drawing.of_rest(actor, made.ended.pk, FAILED, NOW)),
    "sheets.size_again": (Ability.SYNC, lambda actor, made: sheets.size_again(actor, made.ended.pk, FAILED)),
    "sheets.request_apply": (Ability.SYNC, lambda actor, made: sheets.request_apply(actor, made.draft.pk, NOW)),
    "sheets.leave": (Ability.SYNC, lambda actor, made: sheets.leave(actor, made.draft.pk)),
    "sheets.cancel": (Ability.SYNC, lambda actor, made: sheets.cancel(actor, made.applying.pk, NOW)),
    "sheets.cancel_run": (
        Ability.SYNC,
        lambda actor, made: sheets.cancel_run(actor, _run_of(made.applying), NOW),
    ),
    "sheets.again": (Ability.SYNC, lambda actor, made: sheets.again(actor, made.ended.pk, FAILED, NOW)),
}


def _run_of(sheet: Sheet) -> int:
    sheet.refresh_from_db()
    return int(sheet.applied_by_id or 0)
