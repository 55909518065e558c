"""XLSX files that leave the portal, written row by row: every cell is text or a number, none is ever a formula.

Columns are set to Text, so that a NIK typed into the file keeps its sixteen digits. Written here in a page of code
rather than by a package: those hold the sheet in memory or on disk before the first byte leaves.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

MOST_ROWS = 1_048_576  # of a sheet, by Excel; then the next sheet begins
PIECE = 1 << 16
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
CONTENT_TYPE = f"{KIND}.sheet"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
TEXT, TITLE = 1, 2  # styles
STYLES = (
    f'{DECLARATION}<styleSheet xmlns="{MAIN}">'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def xlsx_file(header: Iterable[str], rows: Iterable[Iterable[Any]], *, sheet: str) -> Iterator[bytes]:
    """The bytes of an XLSX file, some at a time, so that a million rows need no memory."""
    header, rows, out, sheets = list(header), iter(rows), _Outlet(), 0
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        last = False
        while not last:
            sheets += 1
            with book.open(f"xl/worksheets/sheet{sheets}.xml", "w", force_zip64=True) as entry:
                entry.write(_beginning(len(header)))
                entry.write(_row(header, TITLE))
                last = True
                for count, row in enumerate(rows, start=2):
                    entry.write(_row(row, TEXT))
                    if out.size > PIECE:
                        yield out.taken()
                    if count == MOST_ROWS:
                        last = False
                        break
                entry.write(b"</sheetData></worksheet>")
        for name, content in _frame(sheet, sheets).items():
            book.writestr(name, content)
    yield out.taken()


class _Outlet:
    """What zipfile writes to: keeps the bytes until they are taken. It cannot go back, and zipfile knows how."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.size = 0

    def write(self, piece: bytes) -> int:
        self.pieces.append(bytes(piece))
        self.size += len(piece)
        return len(piece)

    def flush(self) -> None:
        """Nothing waits here."""

    def taken(self) -> bytes:
        whole = b"".join(self.pieces)
        self.pieces.clear()
        self.size = 0
        return whole


def _beginning(width: int) -> bytes:
    return (
        f'{DECLARATION}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" '
        'topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f'<cols><col min="1" max="{width}" width="20" style="{TEXT}" customWidth="1"/></cols><sheetData>'
    ).encode()


def _row(cells: Iterable[Any], style: int) -> bytes:
    return f"<row>{''.join(_cell(value, style) for value in cells)}</row>".encode()


def _cell(value: Any, style: int) -> str:
    if isinstance(value, int):
        return f"<c><v>{value}</v></c>"
    if value == "":
        return f'<c s="{style}"/>'
    text = escape(NOT_XML.sub(" ", str(value)))
    return f'<c t="inlineStr" s="{style}"><is><t xml:space="preserve">{text}</t></is></c>'


def _frame(sheet: str, count: int) -> dict[str, str]:
    """All entries besides the sheets."""
    numbers = range(1, count + 1)
    names = {number: escape(sheet if number == 1 else f"{sheet} {number}") for number in numbers}
    parts = {"/xl/workbook.xml": "sheet.main", "/xl/styles.xml": "styles"} | {
        f"/xl/worksheets/sheet{number}.xml": "worksheet" for number in numbers
    }
    types = "".join(f'<Override PartName="{part}" ContentType="{KIND}.{kind}+xml"/>' for part, kind in parts.items())
    listed = "".join(f'<sheet name="{names[n]}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
    related = "".join(_relation(f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in numbers)
    return {
        "xl/styles.xml": STYLES,
        "xl/workbook.xml": (
            f'{DECLARATION}<workbook xmlns="{MAIN}" xmlns:r="{DOCUMENT}"><sheets>{listed}</sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": _relations(related + _relation("styles", "styles", "styles.xml")),
        "_rels/.rels": _relations(_relation("rId1", "officeDocument", "xl/workbook.xml")),
        "[Content_Types].xml": (
            f'{DECLARATION}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
            f'"application/vnd.openxmlformats-package.relationships+xml"/>{types}</Types>'
        ),
    }


def _relations(content: str) -> str:
    return f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">{content}</Relationships>'


def _relation(name: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{name}" Type="{DOCUMENT}/{kind}" Target="{target}"/>'
