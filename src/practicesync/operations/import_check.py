"""Checking the rows of a file: what each brings, whom it is about, and whether somebody like it is there already.

Rows are read some hundred at a time; then those that would be new clients are matched with the register, and with each
other, all at once. Killed anywhere, it goes on with the rows that have no verdict yet.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.db.models import Count

from practicesync.core.addresses import BY_ROW, rehoused
from practicesync.core.fields import ClientKind, Values
from practicesync.core.import_columns import ID
from practicesync.core.import_rows import Moves, Problems, Reading, Row, Verdict, against, for_new, read_row
from practicesync.core.kinds import Place
from practicesync.core.kinds.spelling import plain
from practicesync.core.matching import Party, Pile, Reason, match, twins
from practicesync.operations import runs
from practicesync.operations.import_runs import import_of, save_rows
from practicesync.operations.register import settled
from practicesync.queries.address_places import load_places
from practicesync.queries.import_rows import (
    CODE,
    Held,
    code_of,
    country_of_practice,
    keep_row,
    kept_row,
    load_codes,
    load_held,
    open_cells,
    reading_of,
)
from practicesync.queries.matching import register_parties, typed_party
from practicesync.store.models import Client, Import, ImportRow

BATCH: Final = 500
TOLD: Final = 4
"""So many reasons of a twin are kept."""


def check(run_id: int) -> Mapping[str, int]:
    """Check every row of the run's import that has no verdict yet; how many rows have each verdict.

    Ends early, without looking for twins, where the run was cancelled.
    """
    found = import_of(run_id)
    checking = _Checking(found)
    done = _rows(found).exclude(verdict="").count()
    while batch := list(_rows(found).filter(verdict="").order_by("number")[:BATCH]):
        if not runs.is_live(run_id):
            return {}
        checking.judge(batch)
        save_rows(batch, _JUDGED)
        done += len(batch)
        runs.progress(run_id, done=done)
    _find_twins(found, lambda: runs.is_live(run_id))
    return count(found)


def count(found: Import) -> dict[str, int]:
    """Count the rows of each verdict, and keep the counts with the import."""
    rows = _rows(found).values_list("verdict").annotate(number=Count("pk")).order_by()
    found.counts = {**found.counts, **{verdict.value: 0 for verdict in Verdict}, **dict(rows)}
    found.save(update_fields=["counts"])
    return dict(found.counts)


_JUDGED: Final = ["kind", "values", "contact", "verdict", "problems", "evidence", "twin", "facts"]


def _rows(found: Import) -> Any:
    return ImportRow.rows.of(found.practice_id).filter(batch=found)


@dataclass(frozen=True, slots=True)
class _Target:
    """The client that a row is about, by its id or its code; none, or a reason why that cannot be told."""

    client_id: int | None = None
    problems: Mapping[str, str] | None = None


class _Checking:
    """One pass over the rows, with what is looked up once for all of them."""

    def __init__(self, found: Import) -> None:
        self._practice_id = found.practice_id
        country = country_of_practice(found.practice_id)
        self._reading = reading_of(found, country)
        self._place = Place(country)
        self._codes = load_codes(found.practice_id, self._place)
        self._settling = Settling(found.practice_id, self._reading)
        self._first = self._first_lines(found)

    def judge(self, batch: Sequence[ImportRow]) -> None:
        """Say of each of these rows what it brings and what it is."""
        read = [self._settling.rehoused(read_row(open_cells(row), self._reading)) for row in batch]
        targets = [self._target(line.number, row) for line, row in zip(batch, read, strict=True)]
        held = load_held(self._practice_id, {each.client_id for each in targets if each.client_id is not None})
        for line, row, target in zip(batch, read, targets, strict=True):
            self._judge(line, row, target, held)

    def _judge(self, line: ImportRow, row: Row, target: _Target, held: Mapping[int, Held]) -> None:
        client = None if target.client_id is None else held.get(target.client_id)
        line.twin_id = None if client is None else client.known.id
        line.evidence = []
        if target.problems:
            row, verdict = replace(row, problems={**row.problems, **target.problems}), Verdict.ERROR
        elif target.client_id is not None and (client is None or client.archived):
            told = "This client is archived." if client else "There is no client with this id."
            row, verdict = replace(row, problems={**row.problems, ID: told}), Verdict.ERROR
        elif client is not None:
            moves, problems = self._settling.against(row, client)
            changes = bool(moves) or joins(row, client)
            row = replace(row, problems=problems)
            verdict = Verdict.ERROR if problems else Verdict.UPDATE if changes else Verdict.UNCHANGED
        else:
            row = self._settling.new(row)
            verdict = Verdict.ERROR if row.problems else Verdict.NEW
        keep_row(line, row)
        line.verdict = verdict.value
        if client is not None:
            line.facts["revision"] = client.revision

    def _target(self, number: int, row: Row) -> _Target:
        key = self._key(row.id, row.values.get(CODE, ""))
        if key is None:
            return _Target()
        name, text = key
        first = self._first.get(key, number)
        if first != number:
            told = "practicesync id" if name == ID else "client code"
            return _Target(problems={name: f"Row {first} of the file has the same {told}."})
        if name == ID:
            known = text.isascii() and text.isdigit() and len(text) < 19
            return _Target(int(text)) if known else _Target(problems={ID: "This is no id of a client."})
        clients = self._codes.get(text, [])
        if len(clients) > 1:
            return _Target(problems={CODE: f"{len(clients)} clients of the register have this client code."})
        return _Target(clients[0] if clients else None)

    def _key(self, client_id: str, code: str) -> tuple[str, str] | None:
        """By what a row says whom it is about: its id before its code."""
        if client_id:
            return (ID, client_id)
        meant = code_of({CODE: code}, self._place)
        return (CODE, meant) if meant else None

    def _first_lines(self, found: Import) -> Mapping[tuple[str, str], int]:
        """On which line each id and each code stands first."""
        at = {key: place for place, key in self._reading.columns.items() if key in (ID, CODE)}
        first: dict[tuple[str, str], int] = {}
        if at:
            for line in _rows(found).only("batch_id", "number", "cells").order_by("number").iterator(BATCH):
                cells = open_cells(line)
                told = {key: cells[place].strip() for key, place in at.items() if place < len(cells)}
                key = self._key(told.get(ID, ""), told.get(CODE, ""))
                if key is not None:
                    first.setdefault(key, line.number)
        return first


def joins(row: Row, client: Held) -> bool:
    """Whether the row puts its client into a group that it is not in."""
    return any(plain(name) not in client.groups for name in row.groups)


class Settling:
    """A row's values as this firm keeps them: words as its lists have them, addresses where its places are.

    What a list says of a word is asked once for each word.
    """

    def __init__(self, practice_id: int, reading: Reading) -> None:
        self._practice_id = practice_id
        self._reading = reading
        self._places = load_places(practice_id)
        self._listed = {row.name for row in reading.catalogue.client if row.firm_list or row.choices}
        self._words: dict[tuple[str, str], tuple[str, str]] = {}

    def rehoused(self, row: Row) -> Row:
        """The row with its addresses where the firm keeps them for such clients."""
        if not any(key.partition(".")[0] in BY_ROW for key in row.values):
            return row
        return replace(row, values=rehoused(row.values, self._places[row.likely]))

    def new(self, row: Row) -> Row:
        """The row as a client to be added, checked."""
        row = for_new(row, self._reading)
        values, problems = self._settled(row.likely, row.values)
        return replace(row, values=values, problems={**row.problems, **problems})

    def against(self, row: Row, client: Held) -> tuple[Moves, Problems]:
        """What the row changes of a client, checked."""
        moves, problems = against(row, client.known, self._reading)
        values, unlisted = self._settled(moves.kind or client.known.kind, moves.values)
        still = {key: value for key, value in values.items() if value != client.known.values.get(key, "")}
        return replace(moves, values=still), {**problems, **unlisted}

    def _settled(self, kind: ClientKind, values: Values) -> tuple[dict[str, str], dict[str, str]]:
        result, problems = dict(values), dict[str, str]()
        for name in self._listed & result.keys():
            if result[name]:
                result[name], problem = self._word(kind, name, result[name])
                if problem:
                    problems[name] = problem
        return result, problems

    def _word(self, kind: ClientKind, name: str, word: str) -> tuple[str, str]:
        """The word as the firm's list has it, or a sentence why it cannot be."""
        if (name, word) not in self._words:
            values, problems = settled(self._practice_id, kind, {name: word})
            self._words[name, word] = (values.get(name, word), problems.get(name, ""))
        return self._words[name, word]


# --- twins


def _find_twins(found: Import, is_live: Callable[[], bool]) -> None:
    """Of the rows that would be new clients, find those that look like somebody in the register or in the file."""
    if not is_live():
        return
    parties = list(_parties(found))
    if not parties:
        return
    told: dict[int, tuple[int | None, list[dict[str, str]]]] = {}
    for twin in twins(parties):
        first, second = sorted((int(str(twin.first)), int(str(twin.second))))
        if twin.pile is not Pile.NONE:
            told[second] = (None, [{"code": "in_file", "text": f"Row {first} of the file looks the same"}])
            told[second][1].extend(_reasons(twin.reasons))
    # One to one: a second row that looks like the same client looks like the first row, too.
    for each in match(parties, register_parties(found.practice_id)).pairs:
        if each.pile is not Pile.NONE:
            told[int(str(each.left))] = (int(str(each.right)), _reasons(each.reasons))
    _keep_twins(found, told)


def _parties(found: Import) -> Iterator[Party]:
    country = country_of_practice(found.practice_id)
    rows = _rows(found).filter(verdict__in=(Verdict.NEW.value, Verdict.TWIN.value)).order_by("number")
    for line in rows.iterator(BATCH):
        row = kept_row(line)
        yield replace(typed_party(row.likely, row.values, row.country or country, row.contacts), id=line.number)


def _reasons(reasons: Sequence[Reason]) -> list[dict[str, str]]:
    return [{"code": each.code, "text": each.text} for each in reasons[:TOLD]]


def _keep_twins(found: Import, told: Mapping[int, tuple[int | None, list[dict[str, str]]]]) -> None:
    numbers = sorted(told)
    twins_of = {key for key, _ in told.values() if key is not None}
    revisions = dict(Client.rows.among(found.practice_id, list(twins_of)).values_list("pk", "revision"))
    for start in range(0, len(numbers), BATCH):
        batch = list(_rows(found).filter(number__in=numbers[start : start + BATCH]))
        for line in batch:
            line.twin_id, line.evidence = told[line.number]
            line.verdict = Verdict.TWIN.value
            if line.twin_id is not None:
                line.facts["revision"] = revisions[line.twin_id]
        save_rows(batch, ["verdict", "twin", "evidence", "facts"])
