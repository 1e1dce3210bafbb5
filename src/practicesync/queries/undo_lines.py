"""The lines of a sheet that takes something back: a whole run, or one value of the log."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from practicesync.core.fields import Field, Section
from practicesync.core.presence import Presence
from practicesync.core.push import Act, Outcome
from practicesync.core.undo import CHANGED, MADE, Deed, Now, Reversal, reverse
from practicesync.core.verdict import Move, Risk
from practicesync.core.words import WHY_WORDS
from practicesync.queries import deeds
from practicesync.queries.deeds import Told
from practicesync.queries.differences import graver
from practicesync.queries.plans import LinkedPlan, plans_of
from practicesync.queries.sheet_lines import NewLine
from practicesync.store.models import Change, Client, Link, Practice, Sheet

BATCH = 100
"""So many clients are looked at at a time."""

UNDONE = "undone"
"""Why a line stands on such a sheet where base comes back with the value."""

SET_BACK = "set_back"
"""Why it does where the value was changed since, and a person wants it all the same: base is left as it is."""


def now_of(loaded: LinkedPlan) -> Now:
    """A linked client as it stands."""
    link = loaded.link
    return Now(
        loaded.plan,
        loaded.place,
        link.connection.connector,
        archived_here=link.client.archived_at is not None,
        archived_there=link.mirror.archived,
        gone=link.mirror.deleted or link.mirror.gone_at is not None,
    )


def lines_of_run(practice_id: int, connection_id: int, run_id: int) -> Iterator[NewLine]:
    """What takes back all that a run wrote: its last write first, client by client."""
    wrote = _written(practice_id, run_id).order_by("activity__client_id")
    clients = list(wrote.values_list("activity__client_id", flat=True).distinct())
    for start in range(0, len(clients), BATCH):
        batch = clients[start : start + BATCH]
        told = deeds.deeds_of_run(practice_id, run_id, batch)
        yield from _lines(practice_id, connection_id, told, anyway=False)
        yield from _made(practice_id, run_id, batch)


def count_of_run(practice_id: int, run_id: int) -> int:
    """How many values a run wrote that `lines_of_run` looks at."""
    return _written(practice_id, run_id).count()


def _written(practice_id: int, run_id: int) -> QuerySet[Change]:
    rows = Change.rows.of(practice_id).filter(activity__run_id=run_id, activity__client_id__isnull=False)
    return rows.filter(activity__verb__in=(*deeds.WROTE, deeds.MADE))


def lines_of_change(practice_id: int, connection_id: int, told: Told) -> Iterator[NewLine]:
    """What sets this one value back to what stood there before, even where it was changed since."""
    yield from _lines(practice_id, connection_id, [told], anyway=True)


def lines_left(sheet: Sheet) -> Iterator[NewLine]:
    """What such a sheet has not taken back yet, as it stands now."""
    if "change" in sheet.notes:
        change = Change.rows.of(sheet.practice_id).select_related("activity").get(pk=sheet.notes["change"])
        told = deeds.deed_of(change)
        if told is not None:
            yield from lines_of_change(sheet.practice_id, sheet.connection_id, told)
    elif sheet.undoes_id is not None:
        yield from lines_of_run(sheet.practice_id, sheet.connection_id, sheet.undoes_id)


def count_left(sheet: Sheet) -> int:
    """How many values `lines_left` looks at."""
    if "change" in sheet.notes or sheet.undoes_id is None:
        return 1
    return count_of_run(sheet.practice_id, sheet.undoes_id)


def _lines(practice_id: int, connection_id: int, told: Sequence[Told], *, anyway: bool) -> Iterator[NewLine]:
    clients = {each.client_id for each in told}
    links = Link.rows.among(practice_id, clients, by="client_id").filter(connection_id=connection_id, ended_at=None)
    plans = {
        loaded.link.client_id: loaded
        for loaded in plans_of(practice_id, list(links.values_list("pk", flat=True))).values()
    }
    found = [(each, _line(plans.get(each.client_id), each, anyway=anyway)) for each in reversed(told)]
    changed = [each for each, line in found if line is not None and line.detail == WHY_WORDS[CHANGED]]
    by_whom = _changed_by(practice_id, changed)
    names = dict(Client.rows.among(practice_id, clients).values_list("pk", "sort_name"))
    lines = [
        replace(line, sort_name=names[each.client_id], detail=by_whom.get(each.mark, line.detail))
        for each, line in found
        if line is not None
    ]
    yield from sorted(lines, key=lambda line: (line.sort_name, line.client_id))


def _line(loaded: LinkedPlan | None, told: Told, *, anyway: bool) -> NewLine | None:
    deed = told.deed
    if loaded is None:
        return _problem_line(told, None, "undo_unlinked")
    now = now_of(loaded)
    found = reverse(deed, now)
    why = UNDONE
    if found is not None and found.problem == CHANGED and anyway:
        found, why = reverse(deed, now, anyway=True), SET_BACK
    if found is None:
        return None
    return _as_line(loaded.link.client_id, loaded.link.pk, deed, found, why, _label(loaded, deed))


def _problem_line(told: Told, link_id: int | None, problem: str) -> NewLine:
    deed = told.deed
    move = Move.PULL if deed.here else Move.PUSH
    found = Reversal(deed.ref, move, Act.UPDATE, deed.after, deed.before, problem)
    return _as_line(told.client_id, link_id, deed, found, UNDONE, _name(deed))


def _as_line(client_id: int, link_id: int | None, deed: Deed, found: Reversal, why: str, label: str) -> NewLine:
    return NewLine(
        client_id=client_id,
        link_id=link_id,
        ref=found.ref,
        subject=deed.row.subject.value,
        field=deed.row.name,
        label=label,
        move=found.move.value,
        act=found.act.value,
        before=found.before,
        after=found.after,
        why=why,
        rank=graver(_risk(deed.row, found)),
        outcome=Outcome.CANNOT.value if found.problem else "",
        detail=WHY_WORDS[found.problem] if found.problem else "",
    )


def _risk(row: Field | Presence, found: Reversal) -> Risk:
    if found.act is Act.REMOVE or (isinstance(row, Field) and row.is_empty(row.told(found.after))):
        return Risk.BLANKS
    if row.section is Section.IDENTITY:
        return Risk.LEGAL_NAME
    return Risk.IDENTIFIER if row.identifies > 2 else Risk.NONE


def _label(loaded: LinkedPlan, deed: Deed) -> str:
    """What people call it: "Mobile", "Mere Tahu: Mobile", "Contact: Mere Tahu"."""
    if isinstance(deed.row, Presence):
        return _name(deed)
    record = deeds.record_of(deed.ref)
    pairs = next((each.pair for each in loaded.plan.contacts if deeds.record_of(each.ref) == record), None)
    held = None if pairs is None else pairs.local or pairs.remote
    name = "" if held is None else held.values.get("name", "")
    return f"{name}: {deed.row.label}" if name else deed.row.label


def _name(deed: Deed) -> str:
    if not isinstance(deed.row, Presence):
        return deed.row.label
    name = deed.after.get("name") or deed.before.get("name")
    return f"{deed.row.one}: {name}" if name else deed.row.one


def _made(practice_id: int, run_id: int, clients: Sequence[int]) -> Iterator[NewLine]:
    """The clients that a run made in the remote: they stay there."""
    rows = Change.rows.of(practice_id).filter(
        activity__run_id=run_id, activity__client_id__in=clients, activity__verb=deeds.MADE
    )
    ids = rows.values_list("activity__client_id", flat=True)
    for client in Client.rows.among(practice_id, sorted(set(ids))).order_by("sort_name", "pk"):
        yield NewLine(
            client_id=client.pk,
            link_id=None,
            ref="",
            subject="client",
            field="name",
            label="Client made in XPM",
            move=Move.PUSH.value,
            act=Act.REMOVE.value,
            before={"name": client.name},
            why=UNDONE,
            rank=graver(Risk.NONE),
            sort_name=client.sort_name,
            outcome=Outcome.CANNOT.value,
            detail=WHY_WORDS[MADE],
        )


def _changed_by(practice_id: int, told: Iterable[Told]) -> dict[tuple[int, bool, str, str], str]:
    """Who changed these since, as sentences; what the log does not tell was changed in XPM itself."""
    wanted = {each.mark: each for each in told}
    if not wanted:
        return {}
    first = min(each.seq for each in wanted.values())
    rows = Change.rows.of(practice_id).filter(
        activity__client_id__in={each.client_id for each in wanted.values()}, activity__seq__gt=first
    )
    zone = ZoneInfo(Practice.objects.values_list("time_zone", flat=True).get(pk=practice_id))
    found: dict[tuple[int, bool, str, str], str] = {}
    for change in rows.select_related("activity").order_by("activity__seq", "pk"):
        line = change.activity
        mark = (line.client_id or 0, change.side == "local", deeds.record_of(change.ref), change.field)
        if change.side != "base" and mark in wanted and line.seq > wanted[mark].seq:
            day = line.at.astimezone(zone)
            found[mark] = f"Changed since, by {line.actor_name} on {day.day} {day:%b %Y, %H:%M}."
    there = {mark: WHY_WORDS["undo_changed_there"] for mark in wanted if not mark[1]}
    return there | found
