"""Compare two exports of your clients (CSV) cell by cell, by meaning: what really differs, and what is only written
differently. No database is needed.

Both files have a column client_code, by which clients are put side by side in whatever order they stand, and any of:
name, title, first_name, other_name, last_name, date_of_birth, email, phone, mobile, fax, website, address, city,
region, postcode, country, postal_address, postal_city, postal_postcode, abn, acn, tax_number, structure, manager. The
report has a row for each cell that is not equal: client_code, field, kind (real or format), left, right.

Exit status: 0 no real difference; 1 real differences, or clients in one file alone; 2 wrong use, or a file that cannot
be read or written.
"""

import argparse
import gc
import json
import sys
from array import array
from pathlib import Path

from practicesync.cli.compare_report import CSV_HEADER, csv_rows, facts, lines, write_xlsx
from practicesync.cli.halves import in_two
from practicesync.cli.output import answer
from practicesync.cli.replacing import replacing
from practicesync.core.errors import Invalid
from practicesync.core.file_compare import Differences, Reading, differences, pair, read
from practicesync.core.tables import Table, read_table


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("left", metavar="LEFT.csv", type=Path, help="one export")
    parser.add_argument("right", metavar="RIGHT.csv", type=Path, help="the other")
    parser.add_argument("--out", metavar="FILE.csv", type=Path, help="write the differences as CSV")
    parser.add_argument("--xlsx", metavar="FILE.xlsx", type=Path, help="write them as a spreadsheet too")


def run(options: argparse.Namespace) -> int:
    """Compare, write the reports, tell the counts."""
    # Millions of cells are made and kept to the end: to look through them for cycles would cost a fifth of the time.
    gc.disable()
    try:
        _check_outputs(options)
        tables = _table(options.left), _table(options.right)
        pairing = pair(*tables)
        reading = read(pairing)
        found = _compared(options, reading)
    except Invalid as problem:
        return _wrong(options, problem.code, problem.detail)
    except OSError as problem:
        return _wrong(options, "file", f"{problem.filename}: {problem.strerror}.")
    told = facts((options.left.name, options.right.name), tables, reading, found)
    answer(options, told, lines(told))
    return 1 if told["real"] or pairing.left.alone or pairing.right.alone else 0


def _check_outputs(options: argparse.Namespace) -> None:
    """Refuse before the work what would fail after it, or write over an export."""
    outputs = [path.resolve() for path in (options.out, options.xlsx) if path]
    if len(set(outputs)) < len(outputs):
        raise Invalid({"xlsx": "Both reports would be written to one file."})
    for path in outputs:
        if path in (options.left.resolve(), options.right.resolve()):
            raise Invalid({"out": f"{path.name} is one of the files to compare; it is not written over."})
        if path.is_dir():
            raise Invalid({"out": f"{path} is a folder."})
        if not path.parent.is_dir():
            raise Invalid({"out": f"There is no folder {path.parent}."})


def _table(path: Path) -> Table:
    try:
        return read_table(path.read_bytes())
    except Invalid as problem:
        raise Invalid({"": f"{path.name}: {problem.detail}"}) from None


def _compared(options: argparse.Namespace, reading: Reading) -> Differences:
    """The differences; the reports that are asked for are written."""
    pairing = reading.pairing

    def work(start: int, stop: int) -> tuple[bytes, bytes]:
        found = differences(reading, start, stop)
        return found.cells.tobytes(), csv_rows(pairing, found) if options.out else b""

    told, rows = in_two(work, pairing.clients)
    cells = array("Q")
    cells.frombytes(told)
    found = Differences(cells)
    if options.out:
        with replacing(options.out) as file:
            file.writelines((CSV_HEADER, rows))
    if options.xlsx:
        with replacing(options.xlsx) as file:
            write_xlsx(file, (options.left.name, options.right.name), pairing, found)
    return found


def _wrong(options: argparse.Namespace, code: str, detail: str) -> int:
    """Tell why nothing was compared."""
    if options.json:
        print(json.dumps({"error": code, "detail": detail}))
    else:
        print(f"practicesync: {detail}", file=sys.stderr)
    return 2
