import csv
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.decisions import Refused
from enrollment import batch_file, rules
from enrollment.batch_file import ReplyLine

HEADER = "nik,nomor_peserta,mulai_perlindungan,tanggal_jawaban,alasan_penolakan"
NIK = "7371091708900001"
GOOD = f"{NIK},26110000001,01-12-2026,25-11-2026,"
OTHER = "7371091708900002,26110000002,01-12-2026,25-11-2026,"


def reply(*lines: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *lines]).encode()


def written(facts: dict) -> list[list[str]]:
    content = batch_file.write_batch([facts], rules.columns_of(None), rules.format_of(None))
    return list(csv.reader(row.decode() for row in content))


def test_the_file_has_one_row_a_line_with_the_frozen_facts():
    facts = {key: key.upper() for _, key in batch_file.COLUMNS}

    header, row = written(facts)

    assert header[0] == "\ufeffnomor_kelompok"
    assert header[1:] == [heading for heading, _ in batch_file.COLUMNS][1:]
    assert row == [key.upper() for _, key in batch_file.COLUMNS]


def test_no_cell_of_the_file_is_a_formula():  # AC-I26
    facts = {key: "=HYPERLINK(1)" for _, key in batch_file.COLUMNS}

    _, row = written(facts)

    assert row == ["'=HYPERLINK(1)"] * len(batch_file.COLUMNS)


def test_our_own_example_can_be_read():
    content = "".join(batch_file.write_reply_example()).encode()

    read = batch_file.read_reply(content)

    assert read.findings == ()
    assert read.lines == (
        ReplyLine(2, "7371090000000000", date(2026, 11, 25), "26110000001", date(2026, 12, 1), ""),
        ReplyLine(3, "7371090000000001", date(2026, 11, 25), "", None, "Sudah peserta penerima upah"),
        ReplyLine(4, "7371090000000002", date(2026, 11, 25), "26030000001"),
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_spreadsheets_save_csv_in_many_ways(delimiter, encoding, line_end):
    text = line_end.join([HEADER, f"{NIK},,,25-11-2026,Café"]).replace(",", delimiter)

    assert batch_file.read_reply(text.encode(encoding)).lines == (
        ReplyLine(2, NIK, date(2026, 11, 25), rejection="Café"),
    )


@pytest.mark.parametrize("written", ["01-12-2026", "1/12/2026", "1.12.2026", "2026-12-01"])  # AC-I7
def test_dates_are_read_day_first_or_iso(written):
    (line,) = batch_file.read_reply(reply(f"{NIK},26110000001,{written},25-11-2026,")).lines

    assert line.cover_start == date(2026, 12, 1)


def test_columns_may_stand_in_any_order_among_others():  # AC-I5
    header = "catatan,alasan_penolakan,TANGGAL_JAWABAN ,nik,nomor_peserta,mulai_perlindungan"

    (line,) = batch_file.read_reply(reply(f"x,,25-11-2026,'{NIK},26110000001,01-12-2026", header=header)).lines

    assert line == ReplyLine(2, NIK, date(2026, 11, 25), "26110000001", date(2026, 12, 1))


@pytest.mark.parametrize(
    ("bad", "code", "value"),
    [
        ("737109170890000,26110000001,01-12-2026,25-11-2026,", "nik_form", "737109170890000"),
        ("7.37109E+15,26110000001,01-12-2026,25-11-2026,", "nik_form", "737109E+15"),
        (f"{NIK},26110000001,01-12-2026,,", "answer_date_form", ""),
        (f"{NIK},26110000001,01-12-2026,31-02-2026,", "answer_date_form", "31-02-2026"),
        (f"{NIK},26110000001,besok,25-11-2026,", "cover_start_form", "besok"),
        (f"{NIK},,,25-11-2026,", "no_answer", ""),
        (f"{NIK},,01-12-2026,25-11-2026,", "no_answer", ""),
        (f"{NIK}", "answer_date_form", ""),
        (f"{NIK},26110000001,01-12-2026,25-11-2026,Ganda", "both_answers", "Ganda"),
        (f"{NIK},KPJ-1,01-12-2026,25-11-2026,", "participant_number_form", "KPJ-1"),
        (f"{NIK},,,25-11-2026,{'x' * 201}", "rejection_too_long", "x" * 60),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_read(bad, code, value):
    read = batch_file.read_reply(reply(bad, OTHER))

    assert [(finding.row, finding.code, finding.value) for finding in read.findings] == [(2, code, value)]
    assert [line.row for line in read.lines] == [3]


def test_blank_rows_are_no_rows_and_keep_the_numbering():
    read = batch_file.read_reply(reply("", ",,,,", GOOD, "", OTHER))

    assert [line.row for line in read.lines] == [4, 6]


def test_a_nik_that_stands_twice_is_shown_twice_and_taken_never():  # AC-R10
    read = batch_file.read_reply(reply(GOOD, OTHER, GOOD))

    assert [(finding.row, finding.code, finding.value) for finding in read.findings] == [
        (2, "nik_twice", "7371 09•• •••• 0001"),
        (4, "nik_twice", "7371 09•• •••• 0001"),
    ]
    assert [line.row for line in read.lines] == [3]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "wrong_header"),
        (b"nik;nomor_peserta\n", "wrong_header"),
        (reply(GOOD, header=HEADER + ",nik"), "wrong_header"),  # AC-I4
        (b"PK\x03\x04\0\0", "damaged"),  # AC-I2
        (reply(GOOD + "\0"), "not_csv"),
        (reply('"' + NIK), "not_csv"),
    ],
)
def test_a_file_that_is_no_reply_is_refused_whole(content, code):
    with pytest.raises(Refused) as refused:
        batch_file.read_reply(content)

    assert refused.value.codes == [code]


@pytest.mark.parametrize(("number", "rows"), [("26110000001", []), ("2611000001", [2]), ("261100000012", [2])])
def test_an_unusual_participant_number_is_looked_at_twice(number, rows):  # rule N9
    line = ReplyLine(2, NIK, date(2026, 11, 25), number, date(2026, 12, 1))

    assert [finding.row for finding in batch_file.second_look(line)] == rows


cells = st.text(alphabet=st.characters(exclude_characters='",;\t\r\n\0', exclude_categories=["Cs"]), max_size=30)


@given(st.lists(st.lists(cells, min_size=5, max_size=5), max_size=5))
def test_every_row_is_a_line_or_a_finding(table):
    read = batch_file.read_reply(reply(*[",".join(row) for row in table]))

    rows = [number for number, row in enumerate(table, start=2) if any(cell.strip() for cell in row)]
    assert sorted([*(line.row for line in read.lines), *(finding.row for finding in read.findings)]) == rows
