"""Spreadsheets as they are read back out of their parts."""

import io
import re
from collections.abc import Sequence
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from practicesync.core import workbook
from practicesync.core.workbook import Sheet, write_workbook

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def written(*sheets: Sheet) -> bytes:
    file = io.BytesIO()
    write_workbook(file, sheets)
    return file.getvalue()


def cells(data: bytes) -> dict[str, list[list[str]]]:
    """The texts of each sheet; every cell has to be an inline string."""
    found = {}
    with ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        names = [
            each.get("name", "") for each in etree.fromstring(archive.read("xl/workbook.xml")).iter(f"{MAIN}sheet")
        ]
        for number, name in enumerate(names, start=1):
            part = etree.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml"))
            assert {each.get("t") for each in part.iter(f"{MAIN}c")} <= {"inlineStr"}
            assert not list(part.iter(f"{MAIN}f"))
            found[name] = [[each.text or "" for each in row.iter(f"{MAIN}t")] for row in part.iter(f"{MAIN}row")]
    return found


def sheet(rows: Sequence[Sequence[str]], name: str = "Clients") -> Sheet:
    return Sheet(name, ("code", "value"), (10, 40), rows)


def test_rows_stand_under_their_header_in_each_sheet() -> None:
    found = cells(written(sheet([("A1", "One"), ("B2", "")]), sheet([], "Empty")))
    assert found == {"Clients": [["code", "value"], ["A1", "One"], ["B2", ""]], "Empty": [["code", "value"]]}


@pytest.mark.parametrize(
    "value", ["=1+1", "@SUM(A1)", "+61 2 9876 5432", "-1", "007", "<&>", '"', " x ", "one\ntwo", "ā"]
)
def test_a_value_is_text_whatever_it_looks_like(value: str) -> None:
    assert cells(written(sheet([("A1", value)])))["Clients"][1] == ["A1", value]


def test_what_a_spreadsheet_would_read_as_a_character_number_stays_as_it_is() -> None:
    assert cells(written(sheet([("A1", "_x0041_")])))["Clients"][1] == ["A1", "_x005F_x0041_"]


@given(
    st.lists(st.tuples(st.text(st.characters(codec=None, exclude_categories=())), st.text("\x1e\x1fa&_x0")), max_size=5)
)
def test_any_text_makes_a_sheet_of_as_many_cells(rows: list[tuple[str, str]]) -> None:
    found = cells(written(sheet(rows)))["Clients"][1:]
    assert [len(row) for row in found] == [2] * len(rows)
    for row, values in zip(found, rows, strict=True):
        for cell, value in zip(row, values, strict=True):
            allowed = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]", "", value)
            # XML makes one line feed of any end of line.
            assert cell.replace("_x005F_", "_") == re.sub("\r\n?", "\n", allowed)


def test_more_rows_than_a_sheet_takes_go_on_in_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_ROWS", 4)
    found = cells(written(sheet([(str(number), "") for number in range(7)]), sheet([], "Last")))
    assert {name: [row[0] for row in rows] for name, rows in found.items()} == {
        "Clients": ["code", "0", "1", "2"],
        "Clients 2": ["code", "3", "4", "5"],
        "Clients 3": ["code", "6"],
        "Last": ["code"],
    }


def test_equal_rows_make_equal_files() -> None:
    rows = [(str(number), "x" * 50) for number in range(5_000)]
    assert written(sheet(rows)) == written(sheet(rows))
