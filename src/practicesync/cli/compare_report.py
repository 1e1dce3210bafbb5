"""What `practicesync compare` reports: its CSV file, its spreadsheet, and what it tells."""

import csv
import io
import re
from collections.abc import Iterator
from typing import IO, Final, TypedDict

from practicesync.core.file_compare import FORMAT, REAL, Differences, Pairing, Reading, Side
from practicesync.core.tables import Table
from practicesync.core.workbook import Sheet, write_workbook

HEADER: Final = ("client_code", "field", "kind", "left", "right")
CSV_HEADER: Final = f"{','.join(HEADER)}\n".encode()
SHOWN: Final = 20
"""How many codes, rows or problems of one sort are told one by one."""

# A spreadsheet takes a cell of a CSV file that begins so for a formula; a phone number or an amount is harmless.
_FORMULA_STARTS: Final = frozenset("=@+-\t\r")
_HARMLESS: Final = re.compile(r"[+-][0-9 ().,/\u00a0-]*")

Names = tuple[str, str]
Tables = tuple[Table, Table]


def csv_rows(pairing: Pairing, found: Differences) -> bytes:
    """Every cell that is not equal, as lines of CSV in UTF-8. What a spreadsheet would take for a formula gets an
    apostrophe in front."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(_harmless(found.rows(pairing)))
    return text.getvalue().encode()


def _harmless(rows: Iterator[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    starts = _FORMULA_STARTS
    for row in rows:
        if row[3][:1] in starts or row[4][:1] in starts or row[0][:1] in starts:
            yield tuple(map(_quoted, row))
        else:
            yield row


def _quoted(cell: str) -> str:
    return f"'{cell}" if cell[:1] in _FORMULA_STARTS and not _HARMLESS.fullmatch(cell) else cell


def write_xlsx(file: IO[bytes], names: Names, pairing: Pairing, found: Differences) -> None:
    """The same as a spreadsheet, with the clients that one file alone has, and the counts."""
    alone = [
        (code, name) for name, side in zip(names, (pairing.left, pairing.right), strict=True) for code in side.alone
    ]
    counts = [(name, *map(str, each.values())) for name, each in found.counts(pairing.columns).items()]
    sheets = (
        Sheet("Differences", HEADER, (14, 18, 9, 44, 44), found.rows(pairing)),
        Sheet("In one file alone", ("client_code", "file"), (14, 44), alone),
        Sheet("Summary", ("field", REAL, FORMAT), (18, 10, 10), counts),
    )
    write_workbook(file, sheets)


class FileFacts(TypedDict):
    """What is told of one file; long lists are cut to their first items, and their lengths told."""

    file: str
    rows: int
    encoding: str
    delimiter: str
    alone: int
    alone_codes: list[str]
    without_code: int
    repeated: int
    repeated_rows: list[dict[str, object]]
    ignored_columns: list[str]
    problems: int
    problem_rows: list[dict[str, object]]


class Facts(TypedDict):
    """The answer of the command."""

    clients: int
    clients_differing: int
    real: int
    format: int
    fields: dict[str, dict[str, int]]
    not_compared: list[str]
    one_structure: list[dict[str, object]]
    same_file: bool
    files: list[FileFacts]


def facts(names: Names, tables: Tables, reading: Reading, found: Differences) -> Facts:
    """What was found, in figures."""
    pairing = reading.pairing
    counts = found.counts(pairing.columns)
    sides = (pairing.left, pairing.right)
    return {
        "clients": pairing.clients,
        "clients_differing": found.clients(),
        "real": sum(each[REAL] for each in counts.values()),
        "format": sum(each[FORMAT] for each in counts.values()),
        "fields": counts,
        "not_compared": list(pairing.not_compared),
        "one_structure": [
            {"left": each.left, "right": each.right, "clients": each.clients} for each in reading.aliases
        ],
        "same_file": tables[0].header == tables[1].header and tables[0].rows == tables[1].rows,
        "files": [_file(*each) for each in zip(names, tables, sides, strict=True)],
    }


def _file(name: str, table: Table, side: Side) -> FileFacts:
    return {
        "file": name,
        "rows": len(table.rows),
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "alone": len(side.alone),
        "alone_codes": list(side.alone[:SHOWN]),
        "without_code": side.without_code,
        "repeated": len(side.twice),
        "repeated_rows": [
            {"client_code": each.code, "line": each.line, "compared_line": each.used} for each in side.twice[:SHOWN]
        ],
        "ignored_columns": list(side.unknown),
        "problems": len(table.problems),
        "problem_rows": [{"line": each.line, "problem": each.text} for each in table.problems[:SHOWN]],
    }


def lines(told: Facts) -> list[str]:
    """The same in sentences."""
    found = [f"{told['clients']:,} clients are in both files; {told['clients_differing']:,} of them really differ."]
    found.append(f"{told['real']:,} cells really differ; {told['format']:,} are only written differently.")
    if told["same_file"]:
        found.append("Both files hold the same.")
    width = max(map(len, told["fields"]))
    counted = [(name, each) for name, each in told["fields"].items() if each[REAL] or each[FORMAT]]
    if counted:
        found.append(f"  {'':{width}} {REAL:>9} {FORMAT:>9}")
    found += [f"  {name:{width}} {each[REAL]:>9,} {each[FORMAT]:>9,}" for name, each in counted]
    if told["not_compared"]:
        found.append(f"Not compared, because a file has no such column: {', '.join(told['not_compared'])}.")
    found += [
        f"Structures “{each['left']}” and “{each['right']}” stand for one another in {each['clients']} clients, "
        "so they are taken for one."
        for each in told["one_structure"]
    ]
    return [*found, *(line for each in told["files"] for line in _file_lines(each))]


def _file_lines(told: FileFacts) -> Iterator[str]:
    name = told["file"]
    if told["alone"]:
        yield f"{name}: {told['alone']:,} clients are here alone: {_listed(told['alone_codes'], told['alone'])}."
    if told["without_code"]:
        yield f"{name}: {told['without_code']:,} rows have no client code and are left out."
    for each in told["repeated_rows"]:
        yield (
            f"{name}, line {each['line']}: client {each['client_code']} again; "
            f"line {each['compared_line']} is compared, this one is not."
        )
    yield from _more(name, told["repeated"], "repeated rows")
    if told["ignored_columns"]:
        columns = told["ignored_columns"]
        yield f"{name}: columns that are not compared: {_listed(columns[:SHOWN], len(columns))}."
    for each in told["problem_rows"]:
        yield f"{name}, line {each['line']}: {each['problem']}"
    yield from _more(name, told["problems"], "rows with problems")


def _listed(items: list[str], count: int) -> str:
    return ", ".join(items) + (f" and {count - len(items):,} more" if count > len(items) else "")


def _more(name: str, count: int, what: str) -> Iterator[str]:
    if count > SHOWN:
        yield f"{name}: and {count - SHOWN:,} more {what}."
