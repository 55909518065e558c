"""The XLSX files that leave the portal, read back by the reader of uploads and by the standard library."""

import io
import zipfile
from itertools import islice
from xml.parsers import expat

import pytest

from casework import uploads, workbooks
from casework.workbooks import xlsx_file
from tests.casework.bad_files import upload


def read_back(content):
    return list(uploads.sheet_rows(io.BytesIO(content)))


def test_text_stays_text_and_numbers_numbers():
    row = [2, "0123456789012345", "=1+1", " A & <B>\n“C” ", "", "x\x00\x1f\uffff"]
    content = b"".join(xlsx_file(["baris", "nik", "a", "b", "c", "d"], [row], sheet='Temuan "A"'))

    assert read_back(content) == [
        ['Temuan "A"'],
        ["1", "baris", "nik", "a", "b", "c", "d"],
        ["2", "2", "0123456789012345", "=1+1", " A & <B>\n“C” ", "", "x   "],
    ]
    assert uploads.registry_table(upload("temuan.xlsx", content)).name == "temuan.xlsx"


def test_every_part_is_named_and_well_formed():
    content = b"".join(xlsx_file(["nik"], [["1"]], sheet="Daftar"))

    with zipfile.ZipFile(io.BytesIO(content)) as book:
        parts = {name: parsed(book.read(name)) for name in book.namelist()}
    named = [attributes["PartName"] for tag, attributes in parts["[Content_Types].xml"] if tag == "Override"]
    assert sorted(named) == ["/xl/styles.xml", "/xl/workbook.xml", "/xl/worksheets/sheet1.xml"]
    assert sorted(parts) == [
        "[Content_Types].xml",
        "_rels/.rels",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
        "xl/workbook.xml",
        "xl/worksheets/sheet1.xml",
    ]


def parsed(content):
    """The elements of well-formed XML with their attributes."""
    elements, parser = [], expat.ParserCreate()
    parser.StartElementHandler = lambda tag, attributes: elements.append((tag, attributes))
    parser.Parse(content, True)
    return elements


@pytest.mark.parametrize(
    ("count", "sheets"), [(0, ["Daftar"]), (2, ["Daftar", "Daftar 2"]), (5, ["Daftar", "Daftar 2", "Daftar 3"])]
)
def test_more_rows_than_a_sheet_holds_go_on_in_the_next(monkeypatch, count, sheets):
    monkeypatch.setattr(workbooks, "MOST_ROWS", 3)
    names, *rows = read_back(b"".join(xlsx_file(["n"], [[str(n)] for n in range(count)], sheet="Daftar")))

    assert names == sheets
    assert rows[:3] == [["1", "n"], ["2", "0"], ["3", "1"]][: count + 1]


def test_the_first_bytes_leave_before_the_last_row_is_asked_for():
    asked = []

    def rows():
        for number in range(100_000):
            asked.append(number)
            yield [f"{number * 7919 % 104729:016d}" * 8]

    list(islice(xlsx_file(["nik"], rows(), sheet="Daftar"), 1))

    assert len(asked) < 50_000
