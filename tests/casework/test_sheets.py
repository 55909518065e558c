"""What the child process reads out of a workbook, from files as different programs write them."""

import io
import shutil

import pytest

from casework import uploads
from casework.decisions import Refused
from tests.casework import bad_files
from tests.casework.workbooks import DATE, LONG_DATE, MAIN, MONEY, number, sheet_of, text, workbook_of


def rows_of(content):
    return list(uploads.sheet_rows(io.BytesIO(content)))


def cells_of(*cells, **options):
    """The cells of a sheet that is one row."""
    _, (_, *found) = rows_of(workbook_of(sheet_of(list(cells)), **options))
    return found


def refusal_of(content):
    with pytest.raises(Refused) as refusal:
        rows_of(content)
    return refusal.value.codes


def test_the_names_of_the_sheets_come_first_then_the_rows_of_the_first_visible():
    content = workbook_of(
        sheet_of(["tersembunyi"]),
        sheet_of(["nik", "nama"], [], ["1", "A & <B>\n“C”"]),
        sheet_of(["lain"]),
        names=("Acuan", "Daftar", "Lain"),
        states=("hidden", "visible", "visible"),
    )

    assert rows_of(content) == [["Daftar", "Lain"], ["1", "nik", "nama"], ["3", "1", "A & <B>\n“C”"]]


def test_dates_are_told_year_first():  # AC-I7
    cells = [number(34394, style=DATE), number(34394.75, style=LONG_DATE), '<c t="d"><v>1994-03-01T00:00:00</v></c>']

    assert cells_of(*cells) == ["1994-03-01"] * 3
    assert cells_of(number(32932, style=DATE), properties='<workbookPr date1904="1"/>') == ["1994-03-01"]
    assert cells_of(number(1, style=DATE), number(59, style=DATE), number(61, style=DATE)) == [
        "1900-01-01", "1900-02-28", "1900-03-01",
    ]  # fmt: skip
    assert cells_of(number("1e9", style=DATE)) == ["1e9"]


def test_numbers_are_told_as_they_were_typed():
    typed = ["3", "1300000", "81234567890", "7371141002"]

    assert cells_of(*map(number, typed)) == typed
    assert cells_of(number("1.3E6"), number("3.0"), number("-2"), number("12.5"), number(1300000, style=MONEY)) == [
        "1300000", "3", "-2", "12.5", "1300000",
    ]  # fmt: skip


@pytest.mark.parametrize("digits", ["7371014101810000", "7.3710141018100001E+15", "1000000000000000"])
def test_a_number_that_is_too_long_for_a_spreadsheet_shows_that_it_was_rounded(digits):  # AC-I19
    mantissa = f"{float(digits) / 1e15:.5f}"

    assert cells_of(number(digits)) == [f"{mantissa}E+15"]


def test_shared_strings_keep_zeros_and_runs_and_leave_out_readings():
    strings = (
        "<si><t>0123456789012345</t></si>"
        '<si><r><t>ANDI </t></r><r><rPr/><t xml:space="preserve">AMBO</t></r><rPh sb="0" eb="1"><t>baca</t></rPh></si>'
        "<si><t>a_x000D_b _x0041_</t></si><si/>"
    )
    cells = [f'<c t="s"><v>{place}</v></c>' for place in range(4)]

    assert cells_of(*cells, strings=strings) == ["0123456789012345", "ANDI AMBO", "a b A", ""]


def test_formulas_truths_and_errors_are_told_as_shown():
    cells = [
        '<c t="str"><f>A1&amp;"x"</f><v>7371x</v></c>',
        "<c><f>1+1</f><v>2</v></c>",
        '<c t="b"><v>1</v></c>',
        '<c t="b"><v>0</v></c>',
        '<c t="e"><v>#N/A</v></c>',
        text("=1+1"),
    ]

    assert cells_of(*cells) == ["7371x", "2", "TRUE", "FALSE", "#N/A", "=1+1"]


def test_gaps_are_empty_cells_and_rows_without_a_value_are_passed_over():
    content = workbook_of(sheet_of([text("a", at=' r="B1"'), text("b", at=' r="AA1"')], ["<c s='1'/>"], ["c"]))

    assert rows_of(content)[1:] == [["1", "", "a", *[""] * 24, "b"], ["3", "c"]]


def test_what_stands_beyond_the_256th_column_is_not_read():
    assert cells_of("a", text("b", at=' r="XFD1"')) == ["a"]


def test_a_cell_longer_than_excel_allows_is_cut():
    assert cells_of("x" * 40_000) == ["x" * 32_767]


def test_prefixed_names_and_missing_row_numbers_are_read():
    sheet = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>'
        '<x:row><x:c t="str"><x:v>a</x:v></x:c><x:c><x:v>1</x:v></x:c></x:row>'
        '<x:row><x:c/><x:c t="str"><x:v>b</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )

    assert rows_of(workbook_of(sheet, styles=""))[1:] == [["1", "a", "1"], ["2", "", "b"]]


ENTITY = f'<!DOCTYPE x [<!ENTITY y "zz">]><worksheet xmlns="{MAIN}"><sheetData/></worksheet>'


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04" + bytes(400),
        bad_files.open_document(),
        workbook_of(),
        workbook_of(sheet_of(["a"]), states=("hidden",)),
        workbook_of(sheet_of(["a"])[:-30]),
        workbook_of(ENTITY),
        workbook_of(sheet_of([text("a", at=' r="B1"'), text("b", at=' r="A1"')])),
        workbook_of(sheet_of([text("a", at=' r="a1"')])),
        workbook_of(sheet_of(["a"], ["b"]).replace('r="2"', 'r="1"')),
        workbook_of(sheet_of(['<c t="s"><v>0</v></c>'])),
        workbook_of(sheet_of(['<c t="s"><v>-1</v></c>']), strings="<si/>"),
        workbook_of(sheet_of([number("12abc")])),
    ],
)
def test_a_workbook_that_does_not_hold_together_is_damaged(content):  # AC-I2
    assert refusal_of(content) == ["damaged"]


def test_a_sheet_that_fills_the_memory_of_its_reader_is_refused(monkeypatch, tmp_path):
    shutil.copytree(uploads.CHILD, tmp_path, dirs_exist_ok=True)
    program = tmp_path / "__main__.py"
    program.write_text(program.read_text().replace("400_000_000", "60_000_000"))
    monkeypatch.setattr(uploads, "CHILD", tmp_path)
    strings = f"<si><t>{'x' * 30_000}</t></si>" * 1_500

    last = '<c t="s"><v>1499</v></c>'

    assert refusal_of(workbook_of(sheet_of([last]), strings=strings)) == ["too_costly"]


def test_a_reading_may_be_broken_off():
    rows = uploads.sheet_rows(io.BytesIO(workbook_of(sheet_of(*[["x" * 1000]] * 2000))))
    assert next(rows) == ["Daftar"]
    rows.close()

    assert list(rows) == []


def test_output_that_is_no_table_is_refused(monkeypatch, tmp_path):
    (tmp_path / "__main__.py").write_text("import sys; sys.stdout.buffer.write(b'\\xff\\xfe')")
    monkeypatch.setattr(uploads, "CHILD", tmp_path)

    assert refusal_of(b"") == ["damaged"]


@pytest.mark.parametrize("attempt", ["open('/etc/hostname')", "__import__('socket').socket()"])
def test_the_reader_of_sheets_opens_nothing(monkeypatch, tmp_path, attempt):
    (tmp_path / "__main__.py").write_text((uploads.CHILD / "__main__.py").read_text())
    (tmp_path / "sheet.py").write_text(
        "import socket\n"
        "def read(file):\n"
        f"    try:\n        {attempt}\n"
        "    except OSError as error:\n        return 'ok', f'{error.errno}\\n'.encode()\n"
        "    return 'ok', b'opened\\n'\n"
    )
    monkeypatch.setattr(uploads, "CHILD", tmp_path)

    assert rows_of(b"") == [["24"]]
