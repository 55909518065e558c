"""Bytes of lists, as offices send them, to rows of cells."""

import io

import pytest

from tests.casework.workbooks import DATE, number, sheet_of, workbook_of
from tests.workers.test_registry_file import ROW
from workers.registry_file import Unreadable, guess_columns, open_registry, raw_rows, read_rows


def opened(*lines):
    stream = io.BytesIO("\n".join(lines).encode())
    return stream, open_registry(stream)


def test_a_workbook_is_read_like_a_csv():  # AC-I7
    cells = {**ROW, "tanggal_lahir": number(26528, style=DATE), "pendapatan": number(1300000), "no_hp": ""}
    stream = io.BytesIO(workbook_of(sheet_of(list(ROW), list(cells.values()))))
    layout = open_registry(stream)

    assert (layout.is_workbook, layout.columns, layout.sheets) == (True, tuple(ROW), ("Daftar",))
    assert list(read_rows(stream, layout)) == [(2, 16, (*list(ROW.values())[:-1], ""))]


def test_a_workbook_that_is_damaged_further_down_is_told_so():
    sheet = sheet_of(list(ROW), list(ROW.values()), *[["x"]] * 40).replace('r="40"', 'r="39"')
    stream = io.BytesIO(workbook_of(sheet))
    layout = open_registry(stream)

    with pytest.raises(Unreadable) as refusal:
        list(read_rows(stream, layout))

    assert str(refusal.value) == (
        "Berkas ini rusak dan tidak dapat dibuka. Simpan ulang dari aplikasinya, lalu unggah lagi."
    )


@pytest.mark.parametrize(
    "titles",
    [
        "No. KTP;Nama Lengkap;L/P;Tgl. Lahir;Jenis Pekerjaan;Kel/Desa",
        "NOMOR INDUK KEPENDUDUKAN;nama;JK;Tanggal Lahir (dd-mm-yyyy);Profesi;Desa / Kelurahan",
    ],
)
def test_titles_are_known_by_other_names(titles):
    _, layout = opened(titles, "1;2;3;4;5;6")

    assert layout.columns == ("nik", "nama", "jenis_kelamin", "tanggal_lahir", "pekerjaan", "kelurahan")


def test_our_own_name_goes_before_a_synonym():
    header = ["Nama Lengkap", "nama", "No HP", "No. WA", "", "catatan"]

    assert guess_columns(header) == ("", "nama", "no_hp", "", "", "")


def test_headings_above_the_titles_are_passed_over():
    stream, layout = opened("DAFTAR PEKERJA;;;", "Kapasa, 2026;;;", ";;;", "NIK;Nama;Alamat;No HP", ";;;", "1;A;B;C")

    assert (layout.header_row, layout.delimiter, layout.columns) == (4, ";", ("nik", "nama", "alamat", "no_hp"))
    assert layout.missing == ["jenis_kelamin", "tanggal_lahir", "pekerjaan", "kode_kelurahan atau kelurahan"]
    assert layout.examples == (("1", "A", "B", "C"),)
    assert [(number, any(cells)) for number, _, cells in read_rows(stream, layout)] == [(5, False), (6, True)]
    assert list(raw_rows(stream, layout)) == [(5, ["", "", "", ""]), (6, ["1", "A", "B", "C"])]


def test_columns_that_a_person_confirmed_are_read():
    stream, layout = opened("nik,nama,siapa,x", "1,A,B,C")
    mapped = layout.mapped(["nik", "", "nama", "alamat"])

    assert (mapped.unknown, list(read_rows(stream, mapped))) == (
        ("nama",),
        [(2, 4, ("1", "", "B", "", "", "", "C", "", "", "", "", "", "", "", "", ""))],
    )


def test_the_fingerprint_is_of_the_titles_alone():
    prints = [opened(*lines)[1].fingerprint for lines in (("NIK; Nama ", "1;2"), ("judul", "nik,nama", "3,4"))]

    assert prints[0] == prints[1]
    assert opened("nama,nik", "3,4")[1].fingerprint != prints[0]


@pytest.mark.parametrize(
    ("line", "width"), [("1,A", 2), ("1,A,", 2), ("1,A, ,", 4), ("1,A,B", 3), ("1", 1), ("", 2), (",,,", 2)]
)
def test_a_row_is_too_wide_only_by_cells_that_hold_something(line, width):
    stream, layout = opened("nik,nama", line, "2,B")

    assert next(read_rows(stream, layout))[1] == width


def test_a_workbook_row_is_never_too_wide():
    stream = io.BytesIO(workbook_of(sheet_of(["nik", "nama"], ["1"], ["2", "B", "C"])))
    layout = open_registry(stream)

    assert [(row[1], row[2][0], row[2][2]) for row in read_rows(stream, layout)] == [(2, "1", ""), (2, "2", "B")]


def test_titles_alone_are_no_list():
    with pytest.raises(Unreadable, match="hanya berisi judul kolom"):
        open_registry(io.BytesIO(workbook_of(sheet_of(["nik", "nama"]))))


def test_a_workbook_without_a_known_title_is_no_list():
    with pytest.raises(Unreadable, match=r"^Baris pertama bukan judul kolom\."):
        open_registry(io.BytesIO(workbook_of(sheet_of(["a", "b"], ["c", "d"]))))
