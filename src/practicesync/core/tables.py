"""Tables out of the CSV files that people have: of any encoding, separator and line ending, and not always whole.

The form is RFC 4180's, read with what spreadsheets make of it: a byte order mark, `sep=;` on the first line, semicolons
where a comma parts decimals, tabs.
"""

import codecs
import csv
import re
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from practicesync.core.errors import Invalid

MAX_ROWS: Final = 1_000_000
MAX_CELL: Final = 32_767
"""The most characters of a cell that spreadsheets can hold (Microsoft, Excel specifications and limits)."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What was mended or left out, at which line of the file (the header's is 1), as a sentence."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A header and rows of as many cells, as written. `lines` tells the line of the file on which each row ends.

    Rows without a single filled cell are not there. `problems` tells rows that were too short (their missing cells are
    empty) and rows that were left out because they were too long.
    """

    header: tuple[str, ...]
    rows: list[list[str]]
    encoding: str
    delimiter: str
    problems: tuple[Problem, ...] = ()
    lines: Sequence[int] = field(default=(), repr=False)

    def find(self, name: str) -> int | None:
        """The place of a column; case, blanks, underscores and dashes in its name do not count."""
        wanted = _folded(name)
        return next((place for place, each in enumerate(self.header) if _folded(each) == wanted), None)


def read_table(data: bytes, *, max_rows: int = MAX_ROWS, max_cell: int = MAX_CELL) -> Table:
    """Read the bytes of a CSV file.

    Raises `Invalid` with a sentence where there is no header, two columns share a name, a quotation mark is never
    closed, a cell has more than `max_cell` characters, there are more than `max_rows` rows, or it is no text at all.
    """
    text, encoding, problems = _decoded(data)
    text = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    start, delimiter = _delimiter(text)
    reading = _Reading(text, start, delimiter, max_rows, max_cell, problems)
    header = reading.header()
    quick = _quick_rows(text, reading.end, delimiter, len(header), max_rows, max_cell)
    if quick is not None:
        first = reading.line + 1
        return Table(header, quick, encoding, delimiter, tuple(problems), range(first, first + len(quick)))
    rows = reading.rows(len(header))
    return Table(header, rows, encoding, delimiter, tuple(reading.problems), reading.lines)


def _quick_rows(
    text: str, start: int, delimiter: str, width: int, max_rows: int, max_cell: int
) -> list[list[str]] | None:
    """The rows from `start` on, below a header, where each is one line, whole and filled, as nearly all are: the csv
    module reads these on its own in two thirds of the time. None where a line needs a closer look."""
    if start >= len(text):
        return None
    lines = text.split("\n")
    del lines[: text.count("\n", 0, start)]
    if not lines[-1]:
        lines.pop()
    if not lines or len(lines) > max_rows or max(map(len, lines)) > max_cell:
        return None
    # A cell that goes on over the next line leaves a quotation mark open in the first.
    if any(line.count('"') % 2 for line in lines):
        return None
    try:
        rows = list(csv.reader(lines, delimiter=delimiter))
    except csv.Error:
        return None
    whole = len(rows) == len(lines) and set(map(len, rows)) == {width} and all(map(any, rows))
    return rows if whole else None


# --- characters

_NOT_TEXT: Final = {
    b"PK\x03\x04": "This is a spreadsheet or a ZIP archive, not a CSV file. Save the sheet as CSV first.",
    b"\xd0\xcf\x11\xe0": "This is an old Excel file, not a CSV file. Save the sheet as CSV first.",
    b"%PDF": "This is a PDF, not a CSV file.",
    b"\x1f\x8b": "This file is compressed. Unpack it first.",
}
# UTF-32's mark for little ends begins like UTF-16's, so it is asked first.
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNDECODED: Final = re.compile("[\udc80-\udcff]")
_SAMPLE: Final = 4096


def _decoded(data: bytes) -> tuple[str, str, list[Problem]]:
    """The text, the name of its encoding, and what had to be guessed."""
    for mark, sentence in _NOT_TEXT.items():
        if data.startswith(mark):
            raise Invalid({"": sentence})
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], encoding), encoding, []
    sample = data[:_SAMPLE]
    if 0 in sample:
        # Text of a Latin alphabet in UTF-16 is every other byte zero.
        even, odd = sample[0::2].count(0), sample[1::2].count(0)
        if max(even, odd) < len(sample) // 4:
            raise Invalid({"": "This is not a text file."})
        encoding = "utf-16-le" if odd > even else "utf-16-be"
        return _strictly(data, encoding), encoding, []
    try:
        return data.decode("utf-8"), "utf-8", []
    except UnicodeDecodeError:
        return _mixed(data)


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise Invalid({"": f"The file says that it is {encoding.upper()}, and is not."}) from None


def _mixed(data: bytes) -> tuple[str, str, list[Problem]]:
    """Text that is not UTF-8 as a whole: Windows-1252, or UTF-8 with single bytes of it, as two files put together."""
    text = data.decode("utf-8", "surrogateescape")
    foreign = len(_UNDECODED.findall(text))
    if foreign > sum(1 for character in text if not character.isascii()) - foreign:
        try:
            return data.decode("cp1252"), "windows-1252", []
        except UnicodeDecodeError:
            raise Invalid({"": "The characters are neither UTF-8, UTF-16 nor Windows-1252."}) from None
    first = _UNDECODED.search(text)
    line = text.count("\n", 0, first.start()) + 1 if first else 1
    text = _UNDECODED.sub(_western, text)
    told = f"{foreign} characters are not UTF-8 as the rest is; they were read as Windows-1252, the first one here."
    return text, "utf-8", [Problem(line, told)]


def _western(match: re.Match[str]) -> str:
    return bytes([ord(match[0]) - 0xDC00]).decode("cp1252", "replace")


# --- lines and cells

_DELIMITERS: Final = ",;\t|"
_QUOTED: Final = re.compile(r'"(?:[^"]|"")*"')
_SEP: Final = re.compile(r"sep=([,;\t|])\n", re.IGNORECASE)
_SEPARATORS: Final = str.maketrans("", "", " _-")


def _folded(name: str) -> str:
    return name.casefold().translate(_SEPARATORS)


def _delimiter(text: str) -> tuple[int, str]:
    """Where the header begins, and what parts cells: what Excel's `sep=` line says, or stands most often in it."""
    said = _SEP.match(text)
    if said:
        return said.end(), said[1]
    blank = len(text) - len(text.lstrip("\n"))
    header = _QUOTED.sub("", text[blank : blank + _SAMPLE]).partition("\n")[0]
    return 0, max(_DELIMITERS, key=header.count)


class _Reading:
    """One pass over a text."""

    def __init__(
        self, text: str, start: int, delimiter: str, max_rows: int, max_cell: int, problems: list[Problem]
    ) -> None:
        self.text = text
        self.problems = problems
        self.max_rows = max_rows
        self.max_cell = max_cell
        self.lines = array("L")
        self._skipped = text.count("\n", 0, start)
        self._long_line = False
        self._end = start
        self._csv = csv.reader(self._split(start), delimiter=delimiter)

    def _split(self, start: int) -> Iterator[str]:
        """The lines with their ends; only a line feed ends one, whatever else Unicode calls a separator."""
        find, text, limit = self.text.find, self.text, self.max_cell
        while start < len(text):
            end = find("\n", start) + 1 or len(text)
            if end - start > limit:
                self._long_line = True
            self._end = end
            yield text[start:end]
            start = end

    @property
    def line(self) -> int:
        """The line of the file that was read last."""
        return self._csv.line_num + self._skipped

    @property
    def end(self) -> int:
        """Where in the text that line ends."""
        return self._end

    def header(self) -> tuple[str, ...]:
        """The names of the columns."""
        for row in self._records():
            names = [" ".join(name.split()) for name in row]
            while names and not names[-1]:
                names.pop()
            if not names:
                continue
            twice = sorted(name for name, count in Counter(map(_folded, names)).items() if name and count > 1)
            if twice:
                shown = next(name for name in names if _folded(name) == twice[0])
                raise Invalid({"": f"Two columns are called “{shown}”. Rename or remove one of them."})
            return tuple(name or f"column {place}" for place, name in enumerate(names, start=1))
        raise Invalid({"": "The file is empty."})

    def rows(self, width: int) -> list[list[str]]:
        """All rows, each of `width` cells."""
        found: list[list[str]] = []
        keep, note = found.append, self.lines.append
        for row in self._records():
            if len(row) != width and not self._fits(row, width):
                continue
            if len(found) >= self.max_rows:
                raise Invalid({"": f"The file has more than {self.max_rows:,} rows."})
            if any(row):
                keep(row)
                note(self._csv.line_num + self._skipped)
        return found

    def _fits(self, row: list[str], width: int) -> bool:
        """Bring a row to `width` cells; False where it cannot be known which of its cells is one too many."""
        line = self._csv.line_num + self._skipped
        if len(row) < width:
            if any(row):
                self.problems.append(Problem(line, f"The row has {len(row)} of {width} cells; the others are empty."))
            row.extend([""] * (width - len(row)))
            return True
        if any(row[width:]):
            self.problems.append(Problem(line, f"The row has {len(row)} cells instead of {width}; it is left out."))
            return False
        del row[width:]
        return True

    def _records(self) -> Iterator[list[str]]:
        """Each record of the file, checked for its size."""
        before, start = self._csv.line_num, self._end
        while True:
            try:
                row = next(self._csv)
            except StopIteration:
                return
            except csv.Error:
                raise self._unlikely(before, f"a cell has more than {self.max_cell:,} characters") from None
            line, end = self._csv.line_num, self._end
            if self._long_line or line > before + 1:
                self._check_large(row, before, self.text[start:end])
                self._long_line = False
            if end == len(self.text) and self._is_open(self.text[start:end]):
                raise self._unlikely(before, "a cell goes on to the end of the file")
            before, start = line, end
            yield row

    def _check_large(self, row: list[str], before: int, record: str) -> None:
        if any(len(cell) > self.max_cell for cell in row):
            raise self._unlikely(before, f"a cell has more than {self.max_cell:,} characters")
        # A record over several lines is as it should be only where its quotation marks are in pairs.
        if "\n" in record[:-1] and record.count('"') % 2:
            raise self._unlikely(before, "a cell goes on over the next lines")

    def _is_open(self, record: str) -> bool:
        """Whether a line more would still belong to the record."""
        lines = record.removesuffix("\n").split("\n")
        return self._count([*lines, "one more"]) == self._count(lines)

    def _count(self, lines: list[str]) -> int:
        return sum(1 for _ in csv.reader([f"{line}\n" for line in lines], self._csv.dialect))

    def _unlikely(self, before: int, what: str) -> Invalid:
        line = before + 1 + self._skipped
        return Invalid(
            {"": f"In the row that begins on line {line}, {what}. Perhaps a quotation mark opens and is never closed."}
        )
