import csv
import io
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest

from regions.models import Region
from tests.regions.factories import kelurahan
from tests.workers.factories import OccupationFactory, PolicyFactory
from workers.enums import Verdict
from workers.models import ImportFinding, StagedRow
from workers.operations.staging import Intake
from workers.registry_file import Unreadable, message_of, open_registry, read_phone, read_rows, report_rows
from workers.registry_file.dates import read_date

DATA = Path(__file__).parents[1] / "data" / "registry_sample.csv"
ON = date(2026, 11, 24)
PLACES = [  # code, name, kecamatan, other spellings of both
    ("73.71.14.1002", "Kapasa", "Tamalanrea", [], []),
    ("73.71.03.1001", "Maradekaya", "Makassar", ["Mardekaya"], []),
    ("73.71.01.1001", "Kampung Buyang", "Mariso", [], []),
    ("73.71.02.1009", "Kampung Buyang", "Mamajang", [], []),
    ("73.71.11.1006", "Sudiang", "Biringkanaya", [], ["Biring Kanaya"]),
]
KINDS = [
    ("CKR", "Tukang cukur", ["pangkas rambut"]),
    ("NLD", "Nelayan laut dalam", ["sawi"]),
    ("BNL", "Buruh nelayan", ["sawi", "pencari kerang"]),
]
ROW = {
    "nik": "8203101708726001",
    "no_kk": "7371140509156001",
    "nama": "ANDI AMBO PETTALOLO",
    "jenis_kelamin": "L",
    "tempat_lahir": "HALMAHERA UTARA",
    "tanggal_lahir": "1972-08-17",
    "alamat": "JL. GUNUNG LATIMOJONG NO. 34",
    "rt": "004",
    "rw": "001",
    "kode_kelurahan": "7371141002",
    "kelurahan": "KAPASA",
    "kecamatan": "TAMALANREA",
    "pekerjaan": "TUKANG CUKUR",
    "pendapatan": "1300000",
    "desil": "3",
    "no_hp": "081100052838",
}


def csv_of(*rows, delimiter=",", encoding="utf-8", columns=tuple(ROW)):
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, delimiter=delimiter, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return io.BytesIO(out.getvalue().encode(encoding))


@pytest.fixture(autouse=True)
def reference_data(db):
    for code, name, kecamatan, spellings, kecamatan_spellings in PLACES:
        kelurahan(code)
        Region.objects.filter(pk=code).update(name=name, alt_spellings=spellings)
        Region.objects.filter(pk=code[:8]).update(name=kecamatan, alt_spellings=kecamatan_spellings)
    for code, name, aliases in KINDS:
        OccupationFactory(code=code, name=name, aliases=aliases)
    PolicyFactory()


@dataclass
class Told:
    """A finding with its sentence."""

    row: int
    column: str
    code: str
    value: str
    message: str


def check(stream, *, posting="73.71"):
    """Each row of the file as it was staged, with what was found about it."""
    layout = open_registry(stream).complete()
    intake = Intake.of(uuid4(), stream, layout, posting=posting, on=ON, release="2026-3")
    for chunk in intake.chunks():
        intake.judge(chunk)
    intake.whole()
    told = defaultdict(list)
    for finding in ImportFinding.objects.filter(registry_import=intake.pk):
        message = message_of(finding.code, finding.value, finding.details)
        told[finding.row].append(Told(finding.row, finding.column, finding.code, finding.value, message))
    return [(row, told[row.row]) for row in StagedRow.objects.filter(registry_import=intake.pk)]


@pytest.fixture(autouse=True)
def nothing_stays(reference_data):
    """The staged rows have no import; foreign keys are asked at the end of a test."""
    yield
    StagedRow.objects.all().delete()
    ImportFinding.objects.all().delete()


def row_of(**changes):
    ((row, findings),) = check(csv_of({**ROW, **changes}))
    return row, findings


def findings_of(**changes):
    """The findings of one row that differs from the good one in these cells."""
    return row_of(**changes)[1]


def codes_of(**changes):
    return [(finding.column, finding.code) for finding in findings_of(**changes)]


def person_of(**changes):
    """The row as it is stored, mended or not."""
    row, findings = row_of(**changes)
    assert is_good(row), findings
    return row


def is_good(row):
    return row.verdict in (Verdict.ACCEPTED, Verdict.REPAIRED)


def test_a_good_row_becomes_a_person():
    person = person_of()

    assert (person.row, person.nik, person.family_card_number) == (2, "8203101708726001", "7371140509156001")
    assert (person.name, person.sex, person.birth_on) == ("ANDI AMBO PETTALOLO", "L", date(1972, 8, 17))
    assert (person.birth_place, person.address) == ("HALMAHERA UTARA", "JL. GUNUNG LATIMOJONG NO. 34")
    assert (person.rt, person.rw, person.kelurahan_id, person.occupation_id) == ("004", "001", "73.71.14.1002", "CKR")
    assert (person.income, person.desil, person.phone) == (1_300_000, 3, "081100052838")


def test_the_sample_has_sixty_rows_in_the_columns_we_know():
    with DATA.open("rb") as stream:
        layout = open_registry(stream)

        assert (layout.encoding, layout.delimiter, layout.columns) == ("utf-8-sig", ",", tuple(ROW))
        assert len(list(read_rows(stream, layout))) == 60


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_encodings_and_delimiters(delimiter, encoding):
    ((person, _),) = check(csv_of({**ROW, "nama": "José; Ñu, “A”"}, delimiter=delimiter, encoding=encoding))

    assert person.name == "José; Ñu, “A”"


def test_columns_in_another_order_and_unknown_ones():  # AC-I4, AC-I5
    stream = csv_of({**ROW, "catatan": "x"}, columns=("catatan", *reversed(tuple(ROW))))

    assert open_registry(stream).unknown == ("catatan",)
    assert [person.nik for person, _ in check(stream)] == [ROW["nik"]]


def test_header_names_are_matched_without_case_and_spaces():
    stream = io.BytesIO(csv_of(ROW).getvalue().replace(b"tanggal_lahir", b" Tanggal Lahir "))

    assert [person.birth_on for person, _ in check(stream)] == [date(1972, 8, 17)]


def test_blank_rows_are_passed_over_and_rows_count_as_in_a_spreadsheet():
    lines = csv_of(ROW, {**ROW, "nik": "8203101708726002"}).getvalue().splitlines()
    stream = io.BytesIO(b"\r\n".join([lines[0], b"", lines[1], b",,,,", lines[2], b""]))
    layout = open_registry(stream)

    assert [(number, cells[0]) for number, _, cells in read_rows(stream, layout)] == [
        (2, ""),
        (3, "8203101708726001"),
        (4, ""),
        (5, "8203101708726002"),
    ]


def test_a_quoted_cell_may_hold_a_line_break():
    ((person, _),) = check(csv_of({**ROW, "alamat": "JL. KUMALA\nNO. 180"}))

    assert person.address == "JL. KUMALA NO. 180"


HEADER = ",".join(ROW).encode()
UNREADABLE = {
    "empty": (b"", "Berkas ini kosong."),
    "header only": (HEADER, "Berkas ini hanya berisi judul kolom, belum ada baris pekerja."),
    "xlsx": (
        b"PK\x03\x04\x14\x00",
        "Berkas ini rusak dan tidak dapat dibuka. Simpan ulang dari aplikasinya, lalu unggah lagi.",
    ),
    "xls": (
        b"\xd0\xcf\x11\xe0\xa1\xb1",
        "Ini berkas Excel lama (.xls). Gunakan .xlsx atau .csv.",
    ),
    "pdf": (b"%PDF-1.7", "Ini berkas PDF. Gunakan .xlsx atau .csv."),
    "binary": (b"\x89PNG\x00\x01", "Isi berkas ini bukan teks CSV. Simpan ulang daftarnya sebagai CSV UTF-8."),
    "utf-16": ("nik".encode("utf-16"), "Isi berkas ini bukan teks CSV. Simpan ulang daftarnya sebagai CSV UTF-8."),
    "neither encoding": (
        b"nik\x81\xff",
        "Isi berkas ini bukan teks CSV. Simpan ulang daftarnya sebagai CSV UTF-8.",
    ),
    "no header": (
        b"8203101708726001,ANDI",
        f"Baris pertama bukan judul kolom. Judul yang dikenal: {', '.join(ROW)}.",
    ),
    "columns missing": (
        b"nik,nama,tanggal_lahir\n1,2,3",
        "Kolom ini belum ada: jenis_kelamin, pekerjaan, kode_kelurahan atau kelurahan. "
        "Tambahkan judulnya di atas daftar.",
    ),
    "column twice": (HEADER + b",NIK", "Judul kolom ini ada dua kali: nik. Hapus salah satunya."),
    "endless quote": (
        HEADER + b'\n"' + b"x" * 200_000,
        "Setelah baris 1 berkas tidak terbaca. Periksa tanda kutip yang tidak ditutup.",
    ),
    "endless header": (
        b'"' + b"x" * 200_000,
        "Baris pertama tidak terbaca. Periksa tanda kutip yang tidak ditutup.",
    ),
}


@pytest.mark.parametrize(("content", "message"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_registry_file_gets_one_sentence(content, message):  # AC-I1, AC-I2, AC-I4
    with pytest.raises(Unreadable) as refusal:
        check(io.BytesIO(content))

    assert str(refusal.value) == message


@pytest.mark.parametrize(
    "text",
    ["01-03-1994", "1-3-1994", "01/03/1994", "01.03.1994", "1 3 1994", "1994-03-01", "1994-03-01 00:00:00"],
)
def test_dates_are_read_day_first(text):  # AC-I7
    assert read_date(text) == date(1994, 3, 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("13-13-1994", "Bulan 13 tidak ada. Tulis tanggal dulu, lalu bulan, lalu tahun."),
        ("213.22.2020", "Tanggal 213 tidak ada dalam satu bulan pun. Tulis seperti 17-08-1990."),
        ("qwerty", "“qwerty” bukan tanggal. Tulis seperti 17-08-1990."),
        ("24", "“24” hanya angka, bukan tanggal. Tulis seperti 17-08-1990."),
        ("-24", "“-24” hanya angka, bukan tanggal. Tulis seperti 17-08-1990."),
        ("31-02-1990", "31-02-1990 tidak ada di kalender. Cocokkan dengan KTP."),
        ("tomorrow", "“tomorrow” bukan tanggal. Tulis seperti 17-08-1990."),
        ("25-11-2026", "Tanggal lahir belum terjadi. Cocokkan dengan KTP."),
        ("01-03-94", "Tahun “94” bukan empat angka. Tulis seperti 17-08-1990."),
        ("01-03-1894", "Tahun 1894 terlalu lama. Cocokkan dengan KTP."),
        ("", "Tanggal lahir belum diisi. Tulis seperti 17-08-1990."),
    ],
)
def test_each_wrong_date_has_its_own_text(text, message):  # AC-I8, AC-W47
    findings = [finding for finding in findings_of(tanggal_lahir=text) if finding.column == "tanggal_lahir"]

    assert [(finding.value, finding.message) for finding in findings] == [(text, message)]


def test_65_tomorrow_is_accepted_and_65_today_is_not():  # AC-I10
    assert person_of(tanggal_lahir="25-11-1961", nik="7371142511610001").birth_on == date(1961, 11, 25)
    assert codes_of(tanggal_lahir="24-11-1961", nik="7371142411610001") == [("tanggal_lahir", "too_old")]


@pytest.mark.parametrize(
    "text", ["0812-3456-7890", "+62 812 3456 7890", "6281234567890", "81234567890", "081234567890"]
)
def test_phones_have_one_stored_form(text):  # AC-I11
    assert read_phone(text) == "081234567890"


@pytest.mark.parametrize("text", ["12", "0411 887766", "08123456789012", "+1 234 567 8900", "0812 abc 7890"])
def test_other_numbers_are_no_mobile_phones(text):
    assert codes_of(no_hp=text) == [("no_hp", "phone")]


@pytest.mark.parametrize("text", ["7371.0141.0181.0001", "'7371014101810001", "7371 0141 0181 0001"])
def test_separators_in_a_nik_are_accepted(text):  # AC-I20
    assert person_of(nik=text, tanggal_lahir="01-01-1981", jenis_kelamin="P").nik == "7371014101810001"


def test_a_nik_rounded_by_excel_is_said_so():  # AC-I19
    (finding,) = findings_of(nik="7.37101E+15")

    assert (finding.column, finding.code, finding.value) == ("nik", "nik_excel_rounded", "7.37101E+15")
    assert finding.message == (
        "NIK sudah dibulatkan oleh Excel. Atur kolom NIK menjadi Teks, lalu isi lagi dari sumber aslinya."
    )


def test_a_row_without_nik_is_the_only_one_refused():  # AC-W46
    stream = csv_of({**ROW, "nik": ""}, {**ROW, "nik": "0123451708720001"}, {**ROW, "nik": "8203101708726002"})
    results = check(stream)

    assert [is_good(person) and person.nik for person, _ in results] == [False, "0123451708720001", "8203101708726002"]
    assert [finding.code for finding in results[0][1]] == ["nik_empty"]


def test_a_nik_that_disagrees_is_a_question_to_an_accepted_row():  # AC-I22
    ((person, findings),) = check(csv_of({**ROW, "nik": "7371014101810001", "tanggal_lahir": "03-05-1981"}))

    assert person.nik == "7371014101810001"
    assert person.verdict == Verdict.ACCEPTED
    assert [finding.code for finding in findings] == ["nik_birth_mismatch", "nik_sex_mismatch"]


def test_a_nik_with_a_date_that_does_not_exist_needs_evidence():
    assert codes_of(nik="7371018501810001") == [("nik", "nik_invalid_date")]


def test_a_nik_twice_in_the_file_flags_both_rows():  # AC-W43
    results = check(csv_of(ROW, {**ROW, "nik": "8203101708726002"}, ROW))

    assert [is_good(person) for person, _ in results] == [False, True, False]
    assert [[finding.message for finding in findings] for _, findings in results] == [
        ["NIK ini juga ada di baris 4. Sisakan satu baris yang benar."],
        [],
        ["NIK ini juga ada di baris 2. Sisakan satu baris yang benar."],
    ]


def test_two_desils_for_one_family_flag_all_its_rows():
    results = check(
        csv_of(
            ROW,
            {**ROW, "nik": "8203101708726002", "desil": "7"},
            {**ROW, "nik": "8203101708726003", "no_kk": "7371140509156002"},
        )
    )

    assert [[finding.message for finding in findings] for _, findings in results] == [
        ["Keluarga ini tertulis dengan desil 3, 7 dalam berkas yang sama. Samakan menurut DTSEN."],
        ["Keluarga ini tertulis dengan desil 3, 7 dalam berkas yang sama. Samakan menurut DTSEN."],
        [],
    ]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"kelurahan": "", "kecamatan": ""}, "73.71.14.1002"),
        ({"kode_kelurahan": "73.71.14.1002"}, "73.71.14.1002"),
        ({"kode_kelurahan": "", "kecamatan": ""}, "73.71.14.1002"),
        ({"kode_kelurahan": "", "kelurahan": "mardekaya", "kecamatan": ""}, "73.71.03.1001"),
        ({"kode_kelurahan": "", "kelurahan": "Sudiang", "kecamatan": "Biring Kanaya"}, "73.71.11.1006"),
        ({"kode_kelurahan": "", "kelurahan": "Kampung Buyang", "kecamatan": "MAMAJANG"}, "73.71.02.1009"),
        ({"kode_kelurahan": "7371021009", "kelurahan": "Kampung Buyang", "kecamatan": ""}, "73.71.02.1009"),
    ],
)
def test_places_by_code_or_by_a_name_that_is_unique(changes, place):  # AC-I16, AC-W49
    assert person_of(**changes).kelurahan_id == place


@pytest.mark.parametrize(
    ("changes", "column", "code", "message"),
    [
        (
            {"kelurahan": "SUDIANG"},
            "kelurahan",
            "place_mismatch",
            "Kode kelurahan di baris ini milik Kapasa, Kecamatan Tamalanrea. Perbaiki salah satu.",
        ),
        (
            {"kecamatan": "MARISO"},
            "kecamatan",
            "place_mismatch",
            "Kode kelurahan di baris ini milik Kapasa, Kecamatan Tamalanrea. Perbaiki salah satu.",
        ),
        (
            {"kode_kelurahan": "", "kecamatan": "MARISO"},
            "kecamatan",
            "place_mismatch",
            "Kapasa ada di Kecamatan Tamalanrea, bukan di kecamatan yang tertulis. Perbaiki salah satu.",
        ),
        (
            {"kode_kelurahan": "", "kelurahan": "Kampung Buyang", "kecamatan": ""},
            "kelurahan",
            "place_ambiguous",
            "Kelurahan dengan nama ini ada di Mariso dan Mamajang. Isi kode kelurahan.",
        ),
        (
            {"kode_kelurahan": "7371149999"},
            "kode_kelurahan",
            "place_unknown",
            "Kode kelurahan ini tidak ada di Kota Makassar. Lihat kode Kemendagri, seperti 7371141002.",
        ),
        (
            {"kode_kelurahan": "", "kelurahan": "Sudiangg"},
            "kelurahan",
            "place_unknown",
            "Kelurahan ini tidak ada di Kota Makassar. Apakah maksudnya Sudiang?",
        ),
        (
            {"kode_kelurahan": "", "kelurahan": "Xyz"},
            "kelurahan",
            "place_unknown",
            "Kelurahan ini tidak ada di Kota Makassar. Periksa ejaannya.",
        ),
        (
            {"kode_kelurahan": "", "kelurahan": ""},
            "kode_kelurahan",
            "place_missing",
            "Kelurahan belum diisi. Isi kode kelurahan atau namanya.",
        ),
    ],
)
def test_places_that_do_not_fit_are_never_guessed(changes, column, code, message):  # AC-I17, AC-W49, AC-W50
    assert [(f.column, f.code, f.message) for f in findings_of(**changes)] == [(column, code, message)]


def test_rows_of_another_region_are_handed_back():  # AC-W50
    other = {**ROW, "nik": "8203101708726002", "kode_kelurahan": "", "kelurahan": "Sudiang", "kecamatan": ""}
    results = check(csv_of(ROW, {**other, "kode_kelurahan": "7371111006"}, other), posting="73.71.14")

    assert [is_good(person) for person, _ in results] == [True, False, False]
    assert [[(f.column, f.code) for f in findings if f.code != "nik_twice"] for _, findings in results] == [
        [],
        [("kode_kelurahan", "out_of_scope")],
        [("kelurahan", "out_of_scope")],
    ]


@pytest.mark.parametrize(
    ("text", "code"), [("tukang CUKUR", "CKR"), ("Pangkas Rambut", "CKR"), ("pencari kerang", "BNL")]
)
def test_occupations_by_name_or_alias(text, code):
    assert person_of(pekerjaan=text).occupation_id == code


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("", "required", "Pekerjaan belum diisi. Tulis nama pekerjaannya."),
        (
            "sawi",
            "occupation_ambiguous",
            "Pekerjaan ini bisa berarti Buruh nelayan atau Nelayan laut dalam. Tulis yang mana.",
        ),
        (
            "tukang cukurr",
            "occupation_unknown",
            "Pekerjaan ini tidak ada dalam daftar. Apakah maksudnya Tukang cukur?",
        ),
        ("astronot", "occupation_unknown", "Pekerjaan ini tidak ada dalam daftar. Periksa ejaannya."),
    ],
)
def test_occupations_that_are_not_known(text, code, message):
    assert [(f.column, f.code, f.message) for f in findings_of(pekerjaan=text)] == [("pekerjaan", code, message)]


@pytest.mark.parametrize(
    ("text", "sex"), [("Laki2", "L"), ("laki-laki", "L"), ("LK", "L"), ("P", "P"), ("Perempuan", "P"), ("wanita", "P")]
)
def test_words_for_the_sexes(text, sex):  # AC-I35
    day = {"L": "17", "P": "57"}[sex]

    assert person_of(jenis_kelamin=text, nik=f"820310{day}08726001").sex == sex


@pytest.mark.parametrize("text", ["-", "", "X"])
def test_an_unknown_sex_is_never_defaulted(text):  # AC-I35
    assert codes_of(jenis_kelamin=text) == [("jenis_kelamin", "sex")]


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"pendapatan": ""}, []),
        ({"pendapatan": "1.300.000"}, []),
        ({"pendapatan": "Rp 1.300.000"}, []),
        ({"pendapatan": "12,242"}, [("pendapatan", "income")]),  # AC-I13
        ({"desil": "", "no_kk": ""}, []),
        ({"desil": "0"}, [("desil", "desil")]),
        ({"desil": "11"}, [("desil", "desil")]),
        ({"desil": "3", "no_kk": ""}, [("desil", "family_card_missing")]),
        ({"no_kk": "73711405091560"}, [("no_kk", "family_card_number")]),
        ({"no_kk": "7.37114E+15"}, [("no_kk", "family_card_excel_rounded")]),
        ({"no_kk": "7371.1405.0915.6001"}, [("no_kk", "family_card_separators")]),
        ({"rt": "4", "rw": "RW 01"}, []),
        ({"rt": "abc", "rw": "1234"}, [("rt", "rt"), ("rw", "rw")]),
        ({"nama": ""}, [("nama", "required")]),
        ({"nama": "A" * 151}, [("nama", "too_long")]),
        ({"alamat": "A" * 201, "tempat_lahir": "B" * 81}, [("tempat_lahir", "too_long"), ("alamat", "too_long")]),
        ({"no_hp": ""}, []),
    ],
)
def test_the_other_columns(changes, codes):
    assert codes_of(**changes) == codes


def test_neighbourhoods_have_three_digits():
    person = person_of(rt="4", rw="RW 01")

    assert (person.rt, person.rw) == ("004", "001")


def test_ten_faults_in_one_row_are_all_told():  # AC-I25
    codes = codes_of(
        nik="737114",
        no_kk="12",
        nama="",
        jenis_kelamin="-",
        tanggal_lahir="31-02-1990",
        rt="abc",
        kode_kelurahan="1",
        pekerjaan="astronot",
        pendapatan="12,242",
        no_hp="12",
    )

    assert sorted(codes) == [
        ("jenis_kelamin", "sex"),
        ("kode_kelurahan", "place_unknown"),
        ("nama", "required"),
        ("nik", "nik_length"),
        ("no_hp", "phone"),
        ("no_kk", "family_card_number"),
        ("pekerjaan", "occupation_unknown"),
        ("pendapatan", "income"),
        ("rt", "rt"),
        ("tanggal_lahir", "birth_date"),
    ]


def test_a_row_with_another_width_than_its_header_is_handed_back():
    content = csv_of(ROW).getvalue().rstrip() + b",lagi\r\n"
    ((person, findings),) = check(io.BytesIO(content))

    assert person.verdict == Verdict.REFUSED
    assert [(f.row, f.code, f.message) for f in findings] == [
        (2, "wrong_width", "Baris ini 17 kolom, judulnya 16. Periksa tanda pemisah dan kutip.")
    ]


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "=1+1", "@SUM(A1)", "+1", "-1"])
def test_formulas_are_text_and_the_report_escapes_them(text):  # AC-I26
    assert person_of(nama=text).name == text

    assert list(report_rows([(2, "refused", "nama", "too_long", text, ["151", "150"])])) == [
        [2, "refused", "nama", "too_long", f"'{text}", "Isian ini 151 huruf, paling panjang 150. Singkatkan."]
    ]


def test_an_apostrophe_that_a_spreadsheet_put_in_front_is_passed_over():  # AC-I20
    marked = ("no_kk", "tanggal_lahir", "rt", "rw", "kode_kelurahan", "pendapatan", "desil", "no_hp")
    row, findings = row_of(**{column: f"'{ROW[column]}" for column in marked}, nik=f"'{ROW['nik']}")

    assert (row.nik, row.family_card_number, row.birth_on) == (ROW["nik"], ROW["no_kk"], date(1972, 8, 17))
    assert (row.rt, row.rw, row.kelurahan_id, row.phone) == ("004", "001", "73.71.14.1002", ROW["no_hp"])
    assert (row.income, row.desil, row.verdict) == (1_300_000, 3, "repaired")
    assert {finding.code for finding in findings} == {
        "nik_separators", "family_card_separators", "birth_form", "desil_form", "phone_form",
    }  # fmt: skip
    assert findings_of(tanggal_lahir="'31-02-1990")[0].message == (
        "31-02-1990 tidak ada di kalender. Cocokkan dengan KTP."
    )
