import csv
import re
import zipfile
from datetime import UTC, date, datetime

import pytest
import time_machine

from accounts.models import User
from accounts.roles import Role
from casework import uploads
from casework.exports import csv_file, plain, provenance, workbook_file


@pytest.mark.parametrize(
    "cell",
    ['=HYPERLINK("http://x")', "=1+1", "@SUM(A1)", "+62811", "-1+2", "\t=1", "\r=1", "\n=1", "＝1+1", "  =1", "\xa0@x"],
)
def test_a_cell_that_would_compute_becomes_text(cell):  # AC-I26, ASVS 1.2.10
    assert plain(cell) == f"'{cell}"


@pytest.mark.parametrize(
    "cell", ["Daeng Tata", "7371091708900001", "a=b", "'=1", "", -5, 0.5, None, date(2026, 11, 24)]
)
def test_any_other_cell_stays(cell):
    assert plain(cell) == cell


def test_a_file_is_written_row_by_row_and_reads_back():
    rows = ([f"=baris {n}", n, 'koma, "petik" dan\nbaris'] for n in (1, 2))

    lines = csv_file(["nama", "urut", "catatan"], rows)

    assert next(lines) == "\ufeffnama,urut,catatan\r\n"
    assert list(csv.reader("".join(lines).splitlines(keepends=True))) == [
        ["'=baris 1", "1", 'koma, "petik" dan\nbaris'],
        ["'=baris 2", "2", 'koma, "petik" dan\nbaris'],
    ]


def test_another_delimiter():
    assert list(csv_file(["a", "b"], [[1, 2]], delimiter=";")) == ["\ufeffa;b\r\n", "1;2\r\n"]


def test_a_file_says_who_took_it_and_why():
    admin = User(name="Sitti Rahmah", role=Role.ADMIN)

    with time_machine.travel(datetime(2026, 11, 24, 5, 40, tzinfo=UTC)):
        assert provenance(by=admin, why="rekonsiliasi iuran") == [
            "Diunduh 24-11-2026 13.40 WITA oleh Sitti Rahmah, Admin kota, Kota Makassar. Keperluan: rekonsiliasi iuran."
        ]


def test_a_workbook_holds_text_alone_and_is_read_back():
    row = [2, "0123456789012345", "=1+1", " A & <B>\n“C” ", "", "x\x00\x1f\uffff", "https://x.example"]
    file = workbook_file(["baris", "nik", "a", "b", "c", "d", "e"], [row], sheet="Temuan")

    assert list(uploads.sheet_rows(file)) == [
        ["Temuan"],
        ["1", "baris", "nik", "a", "b", "c", "d", "e"],
        ["2", "2", "0123456789012345", "=1+1", " A & <B>\n“C” ", "", "x   ", "https://x.example"],
    ]
    file.seek(0)
    with zipfile.ZipFile(file) as book:
        sheet, styles = (book.read(f"xl/{part}.xml").decode() for part in ("worksheets/sheet1", "styles"))
    assert ("<f>" in sheet, "<hyperlink" in sheet) == (False, False)
    [style] = re.findall(r'<col min="1" max="7" [^>]*style="(\d)"', sheet)  # of an empty cell: what is typed stays text
    assert 'numFmtId="49"' in re.findall(r"<xf [^>]*>", styles.partition("<cellXfs")[2])[int(style)]
