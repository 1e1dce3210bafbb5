"""Lines of the firm's plan as a sheet takes them: chosen one by one or by a filter, with the values that they write."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from practicesync.core.decision import Decision, Whole
from practicesync.core.errors import Invalid
from practicesync.core.fields import Values
from practicesync.core.motion import Motion
from practicesync.core.verdict import Move
from practicesync.queries.differences import Selection, by_links, graver, scope, selected_rows
from practicesync.queries.motions import motion_of
from practicesync.queries.plans import LinkedPlan, plans_of, stamp_of
from practicesync.store.models import Difference, SheetLine

BATCH = 200
"""So many links are planned at a time: memory stays flat however many are chosen."""

Chosen = Mapping[int, Move | None] | Sequence[int] | Selection
"""Differences by id, with the way that each is to go (None: as proposed), or all that a filter selects."""

GONE = "What you chose has changed meanwhile, so it is shown afresh. Choose again."


@dataclass(frozen=True, slots=True)
class NewLine:
    """One line of a sheet to be: see `store.models.SheetLine`."""

    client_id: int
    link_id: int | None
    ref: str
    subject: str
    field: str
    label: str
    move: str
    act: str
    before: Values = dataclasses.field(default_factory=dict)
    after: Values = dataclasses.field(default_factory=dict)
    stamp: str = ""
    state: str = ""
    why: str = ""
    rank: int = 0
    sort_name: str = ""
    outcome: str = ""
    detail: str = ""


def lines_of(practice_id: int, connection_id: int, chosen: Chosen) -> Iterator[NewLine]:
    """The lines that are chosen, as they stand now.

    Raises `Invalid` where one is chosen twice, is not of this connection, has changed since it was shown, or cannot go
    the way that was chosen. Of a filter's lines, those that need a choice take its `way`, and are left out without one.
    """
    if isinstance(chosen, Selection):
        for batch in by_links(selected_rows(practice_id, connection_id, chosen), BATCH):
            yield from _lines(practice_id, dict(batch), {}, _way(chosen))
        return
    ways = dict(chosen) if isinstance(chosen, Mapping) else dict.fromkeys(chosen)
    if not isinstance(chosen, Mapping) and len(ways) != len(chosen):
        raise Invalid({"": "A line is chosen twice."})
    yield from _told(practice_id, connection_id, ways)


def _way(selection: Selection) -> Move | None:
    return Move(selection.way) if selection.way else None


def _told(practice_id: int, connection_id: int, ways: Mapping[int, Move | None]) -> Iterator[NewLine]:
    """The lines of these differences; all of them, or none."""
    known: dict[int, int] = {}
    keys = sorted(ways)
    for start in range(0, len(keys), BATCH):
        rows = scope(practice_id, connection_id).filter(pk__in=keys[start : start + BATCH])
        known |= dict(rows.values_list("pk", "link_id"))
    if len(known) != len(ways):
        raise Invalid({"": GONE})
    by_link = sorted(known.items(), key=lambda each: (each[1], each[0]))
    for start in range(0, len(by_link), BATCH):
        batch = dict(by_link[start : start + BATCH])
        lines = list(_lines(practice_id, batch, ways))
        if len(lines) != len(batch):
            raise Invalid({"": "Some of what you chose cannot go that way, or needs you to say which way it goes."})
        yield from lines


def _lines(
    practice_id: int, links: Mapping[int, int], ways: Mapping[int, Move | None], otherwise: Move | None = None
) -> Iterator[NewLine]:
    """The lines of these differences (by id: their link) that can go as chosen, else as proposed, else `otherwise`."""
    plans = plans_of(practice_id, sorted(set(links.values())), sparse=True)
    rows = {
        (link_id, row.ref, row.row.subject.value, row.row.name, stamp_of(row)): (loaded, row)
        for link_id, loaded in plans.items()
        for row in loaded.plan.differences()
    }
    stored = Difference.rows.among(practice_id, list(links))
    for told in stored.order_by("pk").values_list("pk", "link_id", "ref", "subject", "field", "stamp"):
        found = rows.get(told[1:])
        if found is not None:
            loaded, row = found
            move = _possible(row, ways.get(told[0]) or _proposed(row, otherwise))
            if move is not None:
                yield new_line(loaded, row, motion_of(loaded, row, move))


def _proposed(row: Decision | Whole, otherwise: Move | None) -> Move | None:
    return otherwise if row.move is Move.ASK else row.move


def _possible(row: Decision | Whole, move: Move | None) -> Move | None:
    """The move, if this difference can go so."""
    if move is Move.PULL and row.can_pull:
        return move
    return move if move is Move.PUSH and row.can_push else None


def new_line(loaded: LinkedPlan, row: Decision | Whole, motion: Motion) -> NewLine:
    """One move of a plan as a line."""
    return NewLine(
        client_id=loaded.link.client_id,
        link_id=loaded.link.pk,
        ref=motion.ref,
        subject=row.row.subject.value,
        field=row.row.name,
        label=motion.label,
        move=motion.move.value,
        act=motion.act.value,
        before=motion.before,
        after=motion.after,
        stamp=stamp_of(row),
        state=row.state.value,
        why=motion.why,
        rank=graver(row.verdict.risk),
        sort_name=loaded.link.client.sort_name,
    )


def lines_again(practice_id: int, sheet_id: int, outcomes: frozenset[str]) -> Iterator[NewLine]:
    """The lines of a sheet that ended so, as they stand now; without those that no longer differ or cannot go."""
    ended = SheetLine.rows.of(practice_id).filter(sheet_id=sheet_id, outcome__in=outcomes)
    ended = ended.filter(link__isnull=False, link__ended_at=None)
    told = list(ended.order_by("link_id", "pk").values_list("link_id", "ref", "subject", "field", "move"))
    wanted = {(link_id, *names): Move(move) for link_id, *names, move in told}
    links = sorted({link_id for link_id, *_ in told})
    for start in range(0, len(links), BATCH):
        some = links[start : start + BATCH]
        for link_id, loaded in plans_of(practice_id, some, sparse=True).items():
            for row in loaded.plan.differences():
                way = wanted.get((link_id, row.ref, row.row.subject.value, row.row.name))
                move = None if way is None else _possible(row, way)
                if move is not None:
                    yield new_line(loaded, row, motion_of(loaded, row, move))
