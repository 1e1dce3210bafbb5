"""Tables out of the files that people send: Excel workbooks and CSV, told apart by what is in them, not by their name.

A workbook is an archive of XML parts (ECMA-376, Office Open XML): it is measured before anything reads it, since a few
kilobytes can unpack to gigabytes, name a cell at the end of the sheet, or repeat one long text in every cell. A cell
tells what a person sees in it; a formula tells the value that was saved with it and is never worked out.
"""

import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Final
from zipfile import BadZipFile, ZipFile

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from practicesync.core.errors import Invalid
from practicesync.core.tables import MAX_CELL, Problem, Table, read_table

MAX_FILE: Final = 16 * 1024 * 1024
MAX_UNPACKED: Final = 100 * 1024 * 1024
MAX_PARTS: Final = 2_000
MAX_ROWS: Final = 20_000
MAX_COLUMNS: Final = 200
MAX_CELLS: Final = 2_500_000
"""Cells of the rectangle from A1 to the last one, empty ones too: the reader makes room for each."""
MAX_TEXT: Final = 64 * 1024 * 1024

_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_TOP: Final = 10
"""The header is looked for in so many rows: titles stand above it."""

Cell = int | float | str | bool | time | date | datetime | timedelta


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table and where it comes from. `form` is CSV or Excel; `names` are the sheets that hold something."""

    table: Table
    form: str
    name: str = ""
    names: tuple[str, ...] = ()


class SeveralSheets(Invalid):
    """The workbook has several sheets with something in them, and none was named; `names` are theirs."""

    def __init__(self, names: Sequence[str]) -> None:
        told = ", ".join(f"“{name}”" for name in names)
        super().__init__({"sheet": f"The file has several sheets: {told}. Say which one to read."})
        self.names = tuple(names)


def read_sheet(data: bytes, name: str = "") -> Sheet:
    """Read a file. `name` chooses a sheet of a workbook that has several.

    Raises `SeveralSheets`, and `Invalid` with a sentence where the file is too large, broken, locked by a password, of
    another sort, or holds no table; see also `read_table`.
    """
    if len(data) > MAX_FILE:
        raise _invalid(f"The file is larger than {MAX_FILE // 1024 // 1024} MB.")
    if data.startswith(_OLE):
        raise _invalid(
            "The file is protected by a password. Save it without one, and send it again."
            if _ENCRYPTED in data
            else "This is an old Excel file (.xls). Save it as .xlsx or CSV, and send it again."
        )
    if data.startswith(_ZIP):
        return _read_workbook(data, name)
    table = read_table(data, max_rows=MAX_ROWS)
    _check_columns(len(table.header))
    return Sheet(table, "CSV")


def _invalid(sentence: str) -> Invalid:
    return Invalid({"": sentence})


def _check_columns(count: int) -> None:
    if count > MAX_COLUMNS:
        raise _invalid(f"The file has {count:,} columns; at most {MAX_COLUMNS} are read.")


# --- measuring an archive

_REFERENCE: Final = re.compile(rb"""\br\s*=\s*["']([A-Z]{0,3})([0-9]{1,9})""")
_NUMBER: Final = re.compile(rb"v(?:\s[^>]*)?>\s*([0-9]{1,9})\s*<")
_BROKEN: Final = "The file is broken: it cannot be unpacked. Save it again, and send the new file."
_OTHERS: Final = (
    ("xl/workbook.bin", "This is a binary Excel file (.xlsb). Save it as .xlsx or CSV, and send it again."),
    ("mimetype", "This is an OpenDocument file. Save it as .xlsx or CSV, and send it again."),
    ("word/document.xml", "This is a Word document, not a table. Save the table as .xlsx or CSV."),
)


def _measure(data: bytes) -> None:
    """Refuse a workbook that would take too much room, or is none. Every part is unpacked, one at a time."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            _check_parts(archive)
            lengths = _text_lengths(archive)
            for part in archive.infolist():
                if not part.is_dir():
                    _check_part(archive.read(part), lengths)
    except (BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError):
        raise _invalid(_BROKEN) from None


def _check_parts(archive: ZipFile) -> None:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names:
        told = next((sentence for name, sentence in _OTHERS if name in names), "")
        raise _invalid(told or "This is an archive, not a table. Unpack it, and send the .xlsx or CSV file in it.")
    if any(part.flag_bits & 1 for part in parts):
        raise _invalid("The file is protected by a password. Save it without one, and send it again.")
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise _invalid(f"The file unpacks to more than {MAX_UNPACKED // 1024 // 1024} MB. Save the sheet as CSV.")


def _text_lengths(archive: ZipFile) -> list[int]:
    """How long each text is that cells name by its number."""
    found = next((part for part in archive.infolist() if part.filename.lower() == "xl/sharedstrings.xml"), None)
    if found is None:
        return []
    return [len(text) for text in archive.read(found).split(b"</si>")]


def _check_part(part: bytes, lengths: Sequence[int]) -> None:
    """Refuse a sheet whose rectangle or whose texts would take too much room; any part may be one."""
    last_row = last_column = 0
    for match in _REFERENCE.finditer(part):
        last_row = max(last_row, int(match[2]))
        last_column = max(last_column, _column_number(match[1]))
    if last_row * last_column > MAX_CELLS:
        raise _invalid(
            f"The sheet goes as far as row {last_row:,} and column {last_column:,}. Delete the empty rows and columns "
            "after the data, or save the sheet as CSV."
        )
    known = len(lengths)
    numbers = (int(match[1]) for match in _NUMBER.finditer(part))
    if sum(lengths[number] for number in numbers if number < known) > MAX_TEXT:
        raise _invalid("The sheet holds too much text.")


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


# --- reading a workbook


def _read_workbook(data: bytes, name: str) -> Sheet:
    _measure(data)
    try:
        with CalamineWorkbook.from_filelike(BytesIO(data)) as book:
            sheet, names = _chosen(book, name)
            return Sheet(_table(sheet), "Excel", sheet.name, names)
    except CalamineError:
        raise _invalid(_BROKEN) from None


def _chosen(book: CalamineWorkbook, name: str) -> tuple[CalamineSheet, tuple[str, ...]]:
    """The sheet that is meant, and the names of those that a person sees and that hold something."""
    visible = [
        each.name
        for each in book.sheets_metadata
        if each.typ == SheetTypeEnum.WorkSheet and each.visible == SheetVisibleEnum.Visible
    ]
    filled = {each: sheet for each in visible if (sheet := book.get_sheet_by_name(each)).height}
    names = tuple(filled)
    if not filled:
        raise _invalid("The file is empty.")
    if not name and len(filled) > 1:
        raise SeveralSheets(names)
    wanted = name.strip().casefold()
    found = [sheet for each, sheet in filled.items() if not wanted or each.strip().casefold() == wanted]
    if not found:
        raise SeveralSheets(names)
    return found[0], names


def _table(sheet: CalamineSheet) -> Table:
    """The header and the rows beneath it; a row without a filled cell is not there."""
    rows = _told(sheet)
    top = [row for _, row in zip(range(_TOP), rows, strict=False)]
    at = _header_at([cells for _, cells in top])
    header = _names(top[at][1])
    reading = _Rows(len(header))
    for line, cells in (*top[at + 1 :], *rows):
        reading.add(line, cells)
    return Table(header, reading.rows, "xlsx", "", tuple(reading.problems), reading.lines)


def _told(sheet: CalamineSheet) -> Iterator[tuple[int, list[str]]]:
    """Each row with something in it, with its number in the sheet."""
    for line, cells in enumerate(sheet.iter_rows(), start=1):
        told = [tell(cell) for cell in cells]
        if any(told):
            yield line, told


def tell(cell: Cell) -> str:
    """A cell as a person sees it: a day without a time of day, a whole number without a fraction, text as it is."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        # A spreadsheet holds 15 figures of a number, and shows no more (Microsoft, Excel specifications and limits).
        return f"{cell:.15g}" if abs(cell) >= 1e15 or cell != int(cell) else str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def _header_at(rows: Sequence[Sequence[str]]) -> int:
    """Which row is the header: the first that is more than half as full as the fullest; a title has one cell or two."""
    full = [sum(map(bool, row)) for row in rows]
    return next(place for place, count in enumerate(full) if count * 2 > max(full))


def _names(cells: Sequence[str]) -> tuple[str, ...]:
    names = [" ".join(cell.split()) for cell in cells]
    while not names[-1]:
        names.pop()
    _check_columns(len(names))
    twice = [name for name, count in Counter(name.casefold() for name in names).items() if name and count > 1]
    if twice:
        shown = next(name for name in names if name.casefold() == twice[0])
        raise _invalid(f"Two columns are called “{shown}”. Rename or remove one of them.")
    return tuple(name or f"column {place}" for place, name in enumerate(names, start=1))


class _Rows:
    """The rows beneath a header of this many columns."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.rows: list[list[str]] = []
        self.lines: list[int] = []
        self.problems: list[Problem] = []

    def add(self, line: int, cells: list[str]) -> None:
        """Take one more row."""
        if any(cells[self.width :]):
            told = "A cell stands beyond the last column that has a name; it is left out."
            self.problems.append(Problem(line, told))
        kept = cells[: self.width] + [""] * (self.width - len(cells))
        if not any(kept):
            return
        if len(self.rows) >= MAX_ROWS:
            raise _invalid(f"The file has more than {MAX_ROWS:,} rows.")
        if any(len(cell) > MAX_CELL for cell in kept):
            raise _invalid(f"In row {line}, a cell has more than {MAX_CELL:,} characters.")
        self.rows.append(kept)
        self.lines.append(line)
