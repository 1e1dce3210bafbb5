"""Add and update clients from an Excel or CSV file.

Without --apply it tells what every row would do, and writes nothing. Rows find clients that are there by their
practicesync id, else by their client code; the columns are recognised by their names.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from practicesync.cli.following import Work, working
from practicesync.cli.output import answer
from practicesync.cli.practice import actor_for, add_practice, chosen
from practicesync.core.actor import Actor
from practicesync.core.catalogue import CATALOGUE
from practicesync.core.errors import Invalid
from practicesync.core.fields import ClientKind
from practicesync.core.import_columns import columns, folded
from practicesync.core.import_rows import Choice, Verdict
from practicesync.core.sheets import MAX_FILE, Sheet, read_sheet
from practicesync.flows import engine, start
from practicesync.flows.clock import SYSTEM_CLOCK
from practicesync.operations import import_file as importing
from practicesync.queries.import_page import ImportHead, RowLine, load_import, load_rows

TOLD = 20
"""So many rows of a sort are told to a person; --json tells all."""


class WrongUse(Exception):
    """The command was not given as it can be; the message says how."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_practice(parser)
    parser.add_argument("file", type=Path, help="an .xlsx or CSV file")
    parser.add_argument("--sheet", default="", help="the sheet of a workbook that has several")
    parser.add_argument(
        "--columns",
        type=Path,
        metavar="MAP.json",
        help='what columns mean, where they are not recognised: {"Ref": "client_code"}',
    )
    parser.add_argument("--clear", action="append", default=[], metavar="KEY", help="a field that a blank cell clears")
    parser.add_argument(
        "--kind",
        choices=[kind.value for kind in ClientKind],
        default=ClientKind.COMPANY.value,
        help="what a client is where its row does not tell (company)",
    )
    parser.add_argument(
        "--twins",
        choices=[choice.value for choice in Choice],
        default=Choice.LEAVE.value,
        help="what becomes of rows that look like somebody who is there (leave)",
    )
    parser.add_argument("--apply", action="store_true", help="write what is shown")


def run(options: argparse.Namespace) -> int:
    """0 where every row was taken or says nothing new, 1 where some were refused or left, 2 for wrong use."""
    practice = chosen(options)
    actor = actor_for(practice.id)
    try:
        sheet = _read(options)
        told = _told_columns(options.columns)
        head = _draft(actor, options, sheet, told)
    except WrongUse as problem:
        print(f"practicesync import: {problem}", file=sys.stderr)
        return 2
    with working() as work:
        head = _carry_out(work, actor, head, options)
        lines = [*_rows(practice.id, head, Verdict.ERROR), *_rows(practice.id, head, Verdict.TWIN)]
        if head.state == "draft":
            importing.discard(actor, head.id, revision=head.revision, now=SYSTEM_CLOCK.now())
        answer(options, _facts(head, lines), list(_sentences(head, lines)))
        work.status = 1 if any(line.outcome is Choice.LEAVE for line in lines) else 0
    return work.status


def _read(options: argparse.Namespace) -> Sheet:
    try:
        if options.file.stat().st_size > MAX_FILE:
            raise WrongUse(f"{options.file.name} is larger than {MAX_FILE // 1024 // 1024} MB.")
        return read_sheet(options.file.read_bytes(), options.sheet)
    except OSError as problem:
        raise WrongUse(f"{options.file} cannot be read: {problem.strerror}.") from None
    except Invalid as problem:
        raise WrongUse(problem.detail) from None


def _told_columns(path: Path | None) -> dict[str, str]:
    """Keys of columns by folded header; "" leaves a column out."""
    if path is None:
        return {}
    try:
        told = json.loads(path.read_text())
    except (OSError, ValueError):
        raise WrongUse(f"{path} is no JSON file that can be read.") from None
    if not isinstance(told, dict) or not all(isinstance(value, str) for value in told.values()):
        raise WrongUse(f'{path} must hold one object, such as {{"Ref": "client_code"}}.')
    known = {folded(name): column.key for column in columns(CATALOGUE) for name in (column.key, column.label)}
    strange = [value for value in told.values() if value and folded(value) not in known]
    if strange:
        raise WrongUse(f"No column can mean “{strange[0]}”.")
    return {folded(header): known.get(folded(value), "") for header, value in told.items()}


def _draft(actor: Actor, options: argparse.Namespace, sheet: Sheet, told: Mapping[str, str]) -> ImportHead:
    header = [folded(name) for name in sheet.table.header]
    absent = next((name for name in told if name not in header), None)
    if absent is not None:
        raise WrongUse(f"The file has no column “{absent}”.")
    now = SYSTEM_CLOCK.now()
    found = importing.draft(actor, options.file.name, sheet, now)
    meant = {int(at): key for at, key in found.columns.items() if header[int(at)] not in told}
    meant |= {at: told[name] for at, name in enumerate(header) if told.get(name)}
    engine.prepare()
    try:
        asked = importing.set_columns(
            actor,
            found.pk,
            revision=found.revision,
            columns=meant,
            clears=options.clear,
            kind=ClientKind(options.kind),
            now=now,
        )
    except Invalid as problem:
        importing.discard(actor, found.pk, revision=found.revision, now=now)
        raise WrongUse(problem.detail) from None
    start.enqueue(asked)
    return load_import(actor.practice_id, found.pk)


def _carry_out(work: Work, actor: Actor, head: ImportHead, options: argparse.Namespace) -> ImportHead:
    """The import once its rows are checked, and with --apply once they are written."""
    practice_id = actor.practice_id
    if head.run is not None:
        work.follow(practice_id, head.run.id, "rows checked")
    head = load_import(practice_id, head.id)
    importing.choose_all(actor, head.id, revision=head.revision, verdict=Verdict.TWIN, choice=options.twins)
    rows = load_rows(practice_id, head, None, 1)
    if options.apply and rows.totals.writes:
        asked = importing.confirm(actor, head.id, revision=head.revision, now=SYSTEM_CLOCK.now())
        start.enqueue(asked)
        work.follow(practice_id, asked.pk, "rows written")
    return load_import(practice_id, head.id)


def _rows(practice_id: int, head: ImportHead, verdict: Verdict) -> Iterator[RowLine]:
    """Every row of this verdict."""
    page = 1
    while True:
        found = load_rows(practice_id, head, verdict, page)
        yield from found.rows
        if page >= found.pages:
            return
        page += 1


def _facts(head: ImportHead, lines: list[RowLine]) -> dict[str, object]:
    counts = {verdict.value: int(head.counts.get(verdict.value, 0)) for verdict in Verdict}
    became = {key: int(head.counts.get(key, 0)) for key in ("created", "updated", "held")}
    return {
        "file": head.name,
        "rows": head.rows,
        **counts,
        "applied": head.state != "draft",
        **became,
        "import": head.id if head.state != "draft" else None,
        "columns": {head.header[at]: key for at, key in sorted(head.columns.items())},
        "errors": [
            {"row": line.number, "column": each.label, "cell": each.cell, "sentence": each.sentence}
            for line in lines
            for each in line.problems
        ],
        "twins": [
            {"row": line.number, "name": line.name, "client": line.client_id, "evidence": list(line.evidence)}
            for line in lines
            if line.verdict is Verdict.TWIN
        ],
    }


def _sentences(head: ImportHead, lines: list[RowLine]) -> Iterator[str]:
    counts = ", ".join(f"{head.counts.get(verdict.value, 0):,} {verdict.value}" for verdict in Verdict)
    yield f"{head.rows:,} rows: {counts}."
    problems = [(line, each) for line in lines for each in line.problems]
    for line, each in problems[:TOLD]:
        where = f"row {line.number}, {each.label}" if each.label else f"row {line.number}"
        yield f"  {where}: {each.cell!r}: {each.sentence}" if each.cell else f"  {where}: {each.sentence}"
    twins = [line for line in lines if line.verdict is Verdict.TWIN]
    for line in twins[:TOLD]:
        yield f"  row {line.number}, {line.name}: like {line.client_name or 'another row'} ({'; '.join(line.evidence)})"
    more = max(0, len(problems) - TOLD) + max(0, len(twins) - TOLD)
    if more:
        yield f"  and {more:,} more: --json tells all."
    if head.state == "draft":
        yield "Nothing was written. Add --apply to write it."
    else:
        yield f"{head.counts.get('created', 0):,} clients were added, {head.counts.get('updated', 0):,} updated."
