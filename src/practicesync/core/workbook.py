"""Spreadsheets out of rows of text, written as they come: the least of Office Open XML (ECMA-376) that Excel opens.

Every cell is an inline string in text format: nothing in a client's value is ever a formula, a number or a date. The
XML of a block of rows is made by a few passes over all of its text at once, which is what makes it quick; no more than
a block is held.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import IO, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

MAX_ROWS: Final = 1_048_576
"""The most rows of a sheet, its header included (Microsoft, Excel specifications and limits)."""
_BLOCK: Final = 2_000
_QUICK: Final = 1  # deflate: higher levels cost seconds and save a tenth

_CELL: Final = b"\x1f"
_ROW: Final = b"\x1e"
# What XML 1.0 does not allow in a text, among it the two signs above.
_NOT_ALLOWED: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_CONTROLS: Final = bytes(set(range(0x20)) - {0x09, 0x0A, 0x0D, *_CELL, *_ROW})
_NONCHARACTERS: Final = ("\ufffe".encode(), "\uffff".encode())
# Excel reads _x0041_ as a character by its number (ECMA-376 part 1, 22.9.2.19).
_LOOKS_ESCAPED: Final = re.compile(rb"_(?=x[0-9A-Fa-f]{4}_)")

_TEXT_START: Final = b'<c s="%d" t="inlineStr"><is><t xml:space="preserve">'
_TEXT_END: Final = b"</t></is></c>"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name, its header, how wide its columns are (in characters), and its rows."""

    name: str
    header: Sequence[str]
    widths: Sequence[int]
    rows: Iterable[Sequence[str]]


def write_workbook(file: IO[bytes], sheets: Iterable[Sheet]) -> None:
    """Write the sheets into a binary file. One with more rows than a sheet takes goes on in another: "Name 2"."""
    names: list[str] = []
    with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=_QUICK) as archive:
        for sheet in sheets:
            rows, part = iter(sheet.rows), 1
            while part == 1 or (first := list(islice(rows, 1))):
                names.append(sheet.name if part == 1 else f"{sheet.name} {part}")
                begun = [] if part == 1 else first
                _write_sheet(archive, f"xl/worksheets/sheet{len(names)}.xml", sheet, begun, rows)
                part += 1
        for path, content in _frame(names):
            archive.writestr(_entry(path), content, compresslevel=_QUICK)


def _entry(path: str) -> ZipInfo:
    """An entry whose date is always the same: equal rows make equal files."""
    entry = ZipInfo(path)
    entry.compress_type = ZIP_DEFLATED
    entry._compresslevel = _QUICK  # type: ignore[attr-defined]  # public only from Python 3.13 on
    return entry


def _write_sheet(
    archive: ZipFile, path: str, sheet: Sheet, begun: list[Sequence[str]], rows: Iterator[Sequence[str]]
) -> None:
    width = len(sheet.header)
    with archive.open(_entry(path), "w", force_zip64=True) as part:
        part.write(_head(sheet).encode())
        part.write(_rows_xml([sheet.header], style=1))
        block, left = begun, MAX_ROWS - 1
        while True:
            block += islice(rows, min(_BLOCK, left) - len(block))
            if not block:
                break
            part.write(_rows_xml(block, style=0))
            left -= len(block)
            block = []
        part.write(f'</sheetData><autoFilter ref="A1:{_letter(width)}{MAX_ROWS - left}"/></worksheet>'.encode())


def _rows_xml(rows: Sequence[Sequence[str]], style: int) -> bytes:
    text = _joined(rows).translate(None, _CONTROLS)
    text = text.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;")
    if b"_x" in text:
        text = _LOOKS_ESCAPED.sub(b"_x005F_", text)
    start = _TEXT_START % style
    text = text.replace(_CELL, _TEXT_END + start).replace(_ROW, _TEXT_END + b"</row><row>" + start)
    return b"<row>" + start + text + _TEXT_END + b"</row>"


def _joined(rows: Sequence[Sequence[str]]) -> bytes:
    """All cells, parted by signs that stand in none of them."""
    with suppress(UnicodeEncodeError):
        text = _ROW.decode().join(map(_CELL.decode().join, rows)).encode()
        signs = text.count(_CELL) + text.count(_ROW)
        if signs == sum(map(len, rows)) - 1 and not any(each in text for each in _NONCHARACTERS):
            return text
    return _ROW.join(_CELL.join(_NOT_ALLOWED.sub("", cell).encode() for cell in row) for row in rows)


_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def _head(sheet: Sheet) -> str:
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        for number, width in enumerate(sheet.widths, start=1)
    )
    return (
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{columns}</cols><sheetData>"
    )


def _letter(number: int) -> str:
    """The letter of a column, from A; sheets here have at most 26."""
    return chr(ord("A") + number - 1)


def _frame(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The files that tell where the sheets are and how they look."""
    numbers = range(1, len(names) + 1)
    sheets = "".join(f'<sheet name="{names[n - 1]}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
    yield (
        "xl/workbook.xml",
        f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{sheets}</sheets></workbook>',
    )
    links = "".join(_link(n, "worksheet", f"worksheets/sheet{n}.xml") for n in numbers)
    styles = _link(len(names) + 1, "styles", "styles.xml")
    yield (
        "xl/_rels/workbook.xml.rels",
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{links}{styles}</Relationships>',
    )
    book = _link(1, "officeDocument", "xl/workbook.xml")
    yield "_rels/.rels", f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{book}</Relationships>'
    parts = "".join(_part(f"/xl/worksheets/sheet{n}.xml", "worksheet") for n in numbers)
    yield (
        "[Content_Types].xml",
        (
            f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f"{_part('/xl/workbook.xml', 'sheet.main')}{_part('/xl/styles.xml', 'styles')}{parts}</Types>"
        ),
    )
    yield "xl/styles.xml", _STYLES


def _link(number: int, sort: str, target: str) -> str:
    return f'<Relationship Id="rId{number}" Type="{_RELATIONS}/{sort}" Target="{target}"/>'


def _part(path: str, sort: str) -> str:
    return f'<Override PartName="{path}" ContentType="{_TYPE}.{sort}+xml"/>'


# Style 0 is text (format 49, "@": what is typed over a cell stays text too), style 1 the same in bold.
_STYLES: Final = (
    f'{_XML}<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)
