import csv
from datetime import UTC, date, datetime

import pytest
import time_machine

from accounts.models import User
from accounts.roles import Role
from casework.exports import csv_file, plain, provenance


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
