"""Files as people send them: what is in them decides, cells say what a person sees, and nothing takes too much room."""

import time
import zipfile
from datetime import date, datetime
from io import BytesIO

import pytest

from practicesync.core.errors import Invalid
from practicesync.core.sheets import MAX_COLUMNS, MAX_FILE, MAX_ROWS, SeveralSheets, read_sheet, tell
from spreadsheets import CONTENT, MAIN, Formula, Value, archive, sheet, workbook


def test_cells_are_read_as_people_see_them() -> None:
    header = ["Name", "Code", "Born", "Postcode", "Tax number", "Rate", "Active", "Note"]
    row: list[Value] = ["Kauri Ltd", "007", date(1981, 5, 3), 3000, 123456782, 1.5, True, " two\nlines "]
    table = read_sheet(workbook([header, row])).table
    assert table.header == tuple(header)
    assert table.rows == [["Kauri Ltd", "007", "1981-05-03", "3000", "123456782", "1.5", "TRUE", "two\nlines"]]


def test_a_formula_is_the_value_that_was_saved_with_it_and_text_that_looks_like_one_is_text() -> None:
    table = read_sheet(workbook([["Name", "Note"], [Formula('1+1=>=HYPERLINK("x")'), "=1+1"]])).table
    assert table.rows == [['=HYPERLINK("x")', "=1+1"]]


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        (12345678901.0, "12345678901"),
        (0.1 + 0.2, "0.3"),
        (-4.0, "-4"),
        (1e20, "1e+20"),
        (datetime.fromisoformat("2026-05-03"), "2026-05-03"),
        (datetime.fromisoformat("2026-05-03T09:30"), "2026-05-03 09:30:00"),
        (False, "FALSE"),
    ],
)
def test_a_number_or_moment_as_text(cell: float | datetime | bool, told: str) -> None:
    assert tell(cell) == told


def test_titles_above_the_header_and_empty_rows_do_not_count_and_lines_are_those_of_the_sheet() -> None:
    table = read_sheet(workbook([["Clients of Kauri"], [], ["Name", "Code"], ["A", "1"], [], ["B", "2"]])).table
    assert table.header == ("Name", "Code")
    assert list(zip(table.lines, table.rows, strict=True)) == [(4, ["A", "1"]), (6, ["B", "2"])]


def test_a_table_that_does_not_begin_in_the_corner() -> None:
    table = read_sheet(workbook([[], [None, None, "Name", "Code"], [None, None, "A", 1]])).table
    assert (table.header, table.rows, list(table.lines)) == (("Name", "Code"), [["A", "1"]], [3])


def test_short_rows_are_filled_and_cells_beyond_the_header_are_told() -> None:
    table = read_sheet(workbook([["Name", "Code"], ["A"], ["B", "2", "stray"]])).table
    assert table.rows == [["A", ""], ["B", "2"]]
    assert [(each.line, "beyond the last column" in each.text) for each in table.problems] == [(3, True)]


def test_the_sheet_that_is_named_is_read_and_hidden_or_empty_ones_are_no_choice() -> None:
    book: dict[str, list[list[Value]]] = {
        "People": [["Name"], ["Ana"]],
        "Empty": [[]],
        "Lists": [["x"]],
        "Firms": [["Name"], ["Kauri"]],
    }
    data = workbook(book, hidden=["Lists"])
    with pytest.raises(SeveralSheets) as asked:
        read_sheet(data)
    assert asked.value.names == ("People", "Firms")
    assert read_sheet(data, " firms ").table.rows == [["Kauri"]]
    with pytest.raises(SeveralSheets):
        read_sheet(data, "Lists")
    assert read_sheet(workbook({"Only": [["Name"], ["Ana"]], "Empty": [[]]})).name == "Only"


def test_a_csv_is_told_by_what_is_in_it() -> None:
    assert read_sheet("Name;Code\nĀna;1\n".encode("utf-16")).table.rows == [["Āna", "1"]]
    assert read_sheet("Name,Code\nCafé,1\n".encode("cp1252")).table.rows == [["Café", "1"]]


LETTER = [["Name"], ["Ana"]]
LONG_TEXT = "x" * 30_000
SHARED = f'<?xml version="1.0"?><sst xmlns="{MAIN}" count="1" uniqueCount="1"><si><t>{LONG_TEXT}</t></si></sst>'
REPEATED = (
    f'<?xml version="1.0"?><worksheet xmlns="{MAIN}"><sheetData>'
    + "".join(f'<row r="{at}"><c r="A{at}" t="s"><v>0</v></c></row>' for at in range(1, 5000))
    + "</sheetData></worksheet>"
)


def far(reference: str) -> bytes:
    return workbook(LETTER, parts={"xl/worksheets/sheet1.xml": sheet(LETTER).replace('"A2"', f'"{reference}"')})


def locked() -> bytes:
    data = bytearray(workbook(LETTER))
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        at = data.find(mark)
        data[at + (6 if mark[2] == 3 else 8)] |= 1
    return bytes(data)


def cut() -> bytes:
    data = workbook(LETTER)
    return data[: len(data) // 2]


def too_long_to_unpack() -> bytes:
    return workbook(LETTER, parts={"xl/media/picture.png": bytes(101 * 1024 * 1024)})


def lying() -> bytes:
    """An archive whose directory says that a part of 50 MB is 10 bytes long."""
    data = workbook(LETTER, parts={"xl/worksheets/sheet1.xml": bytes(50 * 1024 * 1024)})
    with zipfile.ZipFile(BytesIO(data)) as file:
        size = file.getinfo("xl/worksheets/sheet1.xml").file_size
    return data.replace(size.to_bytes(4, "little"), (10).to_bytes(4, "little"))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (bytes(range(256)) * 10, "not a text file"),
        (b"%PDF-1.7", "PDF"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 100, "old Excel file"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (locked(), "password"),
        (cut(), "broken"),
        (b"PK\x03\x04 and nothing else", "broken"),
        (archive({"readme.txt": "hello"}), "an archive, not a table"),
        (archive({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), "OpenDocument"),
        (archive({"xl/workbook.bin": b"x"}), "binary Excel"),
        (archive({"word/document.xml": b"x"}), "Word"),
        (workbook(LETTER, parts={"xl/worksheets/sheet1.xml": "<worksheet><sheetData><row><c"}), "broken|empty"),
        (workbook([[]]), "is empty"),
        (workbook([["Name", "name"]]), "Two columns are called"),
        (b"Name,Name\n", "Two columns are called"),
        (too_long_to_unpack(), "unpacks to more than 100 MB"),
        (lying(), "broken"),
        (far("XFD1048576"), "goes as far as row 1,048,576"),
        (far("A99999999"), "goes as far as"),
        (workbook(LETTER, parts={"xl/sharedStrings.xml": SHARED, "xl/worksheets/sheet1.xml": REPEATED}), "much text"),
        (workbook([[f"c{at}" for at in range(MAX_COLUMNS + 1)]]), "201 columns"),
        (b",".join(b"c%d" % at for at in range(MAX_COLUMNS + 1)), "201 columns"),
        (workbook([["Name"], *(["x"] for _ in range(MAX_ROWS + 1))]), "more than 20,000 rows"),
        (b"Name\n" + b"x\n" * (MAX_ROWS + 1), "more than 20,000 rows"),
        (workbook([["Name"], ["x" * 40_000]]), "In row 2, a cell has more than 32,767"),
        (b"Name\n" + b"x" * 40_000, "more than 32,767 characters"),
        (b"x" * (MAX_FILE + 1), "larger than 16 MB"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words_and_at_once(data: bytes, sentence: str) -> None:
    began = time.perf_counter()
    with pytest.raises(Invalid, match=sentence):
        read_sheet(data)
    assert time.perf_counter() - began < 5


def test_macros_links_and_comments_in_a_workbook_are_ignored() -> None:
    extra: dict[str, str | bytes] = {
        "xl/vbaProject.bin": b"\x00code",
        "xl/externalLinks/externalLink1.xml": f"<x>{CONTENT}</x>",
    }
    assert read_sheet(workbook(LETTER, parts=extra)).table.rows == [["Ana"]]


def test_an_entity_that_would_grow_is_not_followed() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    text = sheet([["Name"], ["&b;"]]).replace("&amp;b;", "&b;")
    text = text.replace("?>", f"?>{bomb}", 1)
    try:
        found = read_sheet(workbook(LETTER, parts={"xl/worksheets/sheet1.xml": text})).table.rows
    except Invalid:
        found = []
    assert "aaaa" not in str(found)
