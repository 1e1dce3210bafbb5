"""Tables out of CSV files as people have them."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practicesync.core.errors import Invalid
from practicesync.core.tables import read_table

PLAIN = "code,name\nA1,Māori Land Trust\nA2,Smith & Söhne\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (PLAIN.encode(), "utf-8"),
        (PLAIN.encode("utf-8-sig"), "utf-8"),
        (PLAIN.encode("utf-16"), "utf-16-le"),
        (b"\xfe\xff" + PLAIN.encode("utf-16-be"), "utf-16-be"),
        (PLAIN.encode("utf-16-le"), "utf-16-le"),
        (PLAIN.encode("utf-16-be"), "utf-16-be"),
        (PLAIN.encode("utf-32"), "utf-32-le"),
        (PLAIN.replace("ā", "a").encode("cp1252"), "windows-1252"),
    ],
)
def test_the_encoding_is_found(data: bytes, encoding: str) -> None:
    table = read_table(data)
    assert table.encoding == encoding
    assert table.rows[1] == ["A2", "Smith & Söhne"]


def test_bytes_of_another_encoding_in_one_row_are_told_and_spoil_no_other() -> None:
    table = read_table("code,name\nA1,Māori\nA2,Zoë\n".encode() + b"A3,S\xf6hne\n")
    assert [row[1] for row in table.rows] == ["Māori", "Zoë", "Söhne"]
    assert [problem.line for problem in table.problems] == [4]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_separator_is_what_the_header_uses(delimiter: str) -> None:
    table = read_table(f'code{delimiter}"name, or; so"\nA1{delimiter}x\n'.encode())
    assert (table.delimiter, table.header, table.rows) == (delimiter, ("code", "name, or; so"), [["A1", "x"]])


def test_the_line_by_which_excel_names_its_separator_is_no_header() -> None:
    table = read_table(b"sep=;\ncode;name\nA1;x\n")
    assert (table.header, list(table.lines)) == (("code", "name"), [3])


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system_are_read_and_cells_keep_their_own(end: str) -> None:
    table = read_table(f'code,name{end}A1,"x{end}y"{end}A2,z{end}'.encode())
    assert table.rows == [["A1", "x\ny"], ["A2", "z"]]
    assert list(table.lines) == [3, 4]


def test_only_a_line_feed_ends_a_line() -> None:
    assert read_table("code,name\nA1,x\u2028y\x0bz\n".encode()).rows == [["A1", "x\u2028y\x0bz"]]


def test_short_rows_are_filled_and_told_and_blank_ones_are_not_there() -> None:
    table = read_table(b"code,name,city\nA1,x\n\n,,\nA2,y,z\n")
    assert table.rows == [["A1", "x", ""], ["A2", "y", "z"]]
    assert [(problem.line, problem.text) for problem in table.problems] == [
        (2, "The row has 2 of 3 cells; the others are empty.")
    ]


def test_a_row_with_a_cell_too_many_is_left_out_since_its_cells_may_have_moved() -> None:
    table = read_table(b"code,name\nA1,Smith, John\nA2,y,,\n")
    assert table.rows == [["A2", "y"]]
    assert [problem.line for problem in table.problems] == [2]


def test_columns_are_found_whatever_their_case_and_spacing() -> None:
    table = read_table(b"Client Code,NAME\nA1,x\n")
    assert (table.find("client_code"), table.find("name"), table.find("city")) == (0, 1, None)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b"\n\n , \n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"code,Code\nA1,A2\n", "Two columns are called"),
        (b'code,name\nA1,"x\nA2,y\n', "never closed"),
        (b'code,name\nA1,x\nA2,"y', "never closed"),
        (b"code,name\nA1," + b"x" * 40_000 + b"\n", "more than 32,767 characters"),
        (b"code,name\nA1," + b"x" * 400_000 + b"\n", "more than 32,767 characters"),
        (b"PK\x03\x04rest", "spreadsheet"),
        (b"\xff\xfea", "UTF-16"),
        (b"\x00\x01\x02\x03" * 9 + b"abcdefgh" * 90, "not a text file"),
        (b"name\n\x81\n", "neither UTF-8"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        read_table(data)


def test_more_rows_than_allowed_are_refused() -> None:
    with pytest.raises(Invalid, match="more than 2 rows"):
        read_table(b"code\n1\n2\n3\n", max_rows=2)


def test_a_header_alone_is_a_table_without_rows() -> None:
    assert read_table(b"code,name").rows == []


def test_a_mark_for_inches_opens_nothing() -> None:
    assert read_table(b'code,name\nA1,6" pipe').rows == [["A1", '6" pipe']]


@given(st.binary(max_size=200))
def test_any_bytes_give_a_table_or_a_sentence(data: bytes) -> None:
    rows: list[list[str]] = []
    width = 0
    with suppress(Invalid):
        table = read_table(data)
        rows, width = table.rows, len(table.header)
    assert all(len(row) == width for row in rows)


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"), max_size=12)


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3).filter(any), max_size=8), st.sampled_from(["utf-8", "utf-16"]))
def test_what_is_written_is_read(rows: list[list[str]], encoding: str) -> None:
    quoted = ["\t".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    assert read_table("\n".join(["a\tb\tc", *quoted]).encode(encoding)).rows == rows


@given(st.lists(st.text(st.sampled_from('ab", \n'), max_size=12), max_size=6))
def test_whole_lines_are_read_at_once_as_they_are_one_by_one(lines: list[str]) -> None:
    # A row that is too short has every row looked at closely.
    text = "\n".join(["one,two", *lines])
    try:
        quick = read_table(text.encode())
        slow = read_table(f"{text}\nshort\n".encode())
    except Invalid:
        return
    assert [*quick.rows, ["short", ""]] == slow.rows
    assert list(quick.lines) == list(slow.lines)[:-1]
    assert quick.problems == slow.problems[:-1]
