"""What each line says: item, formula with the numbers put in, article, row and whether it is confirmed."""

from datetime import date
from decimal import Decimal

import pytest

from claims import benefits
from claims.benefits import Child, Disability, Facts, HomeCare, Prosthesis, Trip
from claims.enums import Cause, Hand, Heir, Outcome, SchoolLevel, TransportMode

DAY = date(2026, 11, 22)
JKK = "PP 44/2015 Pasal 25 jo. PP 82/2019, Lampiran III"
JKM = "PP 44/2015 Pasal 34 jo. PP 82/2019"
SCHOOL = "PP 44/2015 jo. PP 82/2019; Permenaker 5/2021 jo. 1/2025"
SURE, UNSURE = True, False


def told(**facts) -> benefits.Estimate:
    asked = Facts(**{"event_on": DAY, "base": 1_000_000} | facts)
    return benefits.estimate_benefits(asked, benefits.schedule_on(asked.event_on))


def lines(**facts) -> list[tuple]:
    return [
        (line.program, line.rule, line.item, line.row, line.formula, line.article, line.confirmed)
        for line in told(**facts).lines
    ]


def notes(**facts) -> list[tuple]:
    return [(note.rule, note.text, note.confirmed, note.is_gap) for note in told(**facts).notes]


LIVING = [
    (
        {"transport": (Trip(TransportMode.SEA, 2_500_000),)},
        [
            ("B1", "Biaya pengangkutan laut", "", "kuitansi Rp2.500.000", SURE),
            ("B1", "Di atas batas biaya pengangkutan laut", "", "paling banyak Rp2.000.000", SURE),
        ],
    ),
    (
        {"rest_months": 13, "rest_days": 4},
        [
            ("B2", "Santunan sementara tidak mampu bekerja", "", "12 bulan × 100% × Rp1.000.000", SURE),
            ("B2", "Santunan sementara tidak mampu bekerja", "", "1 bulan × 50% × Rp1.000.000", SURE),
            ("B3", "Santunan sementara tidak mampu bekerja", "", "4 hari × 50% × Rp1.000.000 ÷ 30", UNSURE),
        ],
    ),
    (
        {
            "dominant_hand": Hand.LEFT,
            "disabilities": (
                Disability("ARM_L_SHOULDER"),
                Disability("HEARING_LOSS_ONE_PER_10DB", units=2, loss_of_function=Decimal(50)),
                Disability("EYE_ONE"),
                Disability("SCALP", percent=Decimal("12.5")),
            ),
        },
        [
            (
                "B4",
                "Santunan cacat sebagian anatomis",
                "Lengan kanan dari sendi bahu ke bawah (ARM_R_SHOULDER), kidal: kanan dan kiri ditukar",
                "40% × 80 × Rp1.000.000",
                SURE,
            ),
            (
                "B5",
                "Santunan cacat sebagian fungsi",
                "Penurunan daya dengar sebelah telinga setiap 10 desibel (HEARING_LOSS_ONE_PER_10DB)",
                "50% × 2 × 3% × 80 × Rp1.000.000",
                SURE,
            ),
            (
                "B4",
                "Santunan cacat sebagian anatomis",
                "Sebelah mata, atau diplopia pada penglihatan dekat (EYE_ONE)",
                "35% × 80 × Rp1.000.000",
                SURE,
            ),
            (
                "B4",
                "Santunan cacat sebagian anatomis",
                "Terkelupasnya kulit kepala (SCALP)",
                "12,5% × 80 × Rp1.000.000",
                SURE,
            ),
            (
                "B13",
                "Di atas batas 70% untuk semua cacat bersama",
                "",
                "90,5% menjadi 70%: paling banyak 70% × 80 × Rp1.000.000 = Rp56.000.000",
                UNSURE,
            ),
        ],
    ),
    (
        {"outcome": Outcome.TOTAL_PERMANENT},
        [
            ("B6", "Santunan cacat total tetap", "", "70% × 80 × Rp1.000.000", SURE),
            ("B6", "Santunan berkala cacat total tetap", "", "24 bulan × Rp500.000, dibayar sekaligus", UNSURE),
        ],
    ),
    (
        {"outcome": Outcome.DECEASED, "base": 400_000},
        [
            ("B7", "Santunan kematian akibat kecelakaan kerja", "", "60% × 80 × Rp400.000", SURE),
            ("B7", "Sampai jumlah paling sedikit", "", "paling sedikit Rp20.000.000", SURE),
            ("B7", "Santunan berkala kematian", "", "24 bulan × Rp500.000, dibayar sekaligus", SURE),
            ("B7", "Biaya pemakaman", "", "satu kali", SURE),
        ],
    ),
    (
        {"home_care": (HomeCare(26_000_000, 13), HomeCare(21_000_000, 2, date(2028, 1, 1)))},
        [
            ("B8", "Homecare", "", "kuitansi Rp26.000.000, 13 bulan", SURE),
            ("B8", "Setelah 12 bulan pertama", "", "1 dari 13 bulan", UNSURE),
            ("B8", "Di atas batas homecare tahun ke-1", "", "paling banyak Rp20.000.000", SURE),
            ("B8", "Homecare", "", "kuitansi Rp21.000.000, 2 bulan", SURE),
            ("B8", "Di atas batas homecare tahun ke-2", "", "paling banyak Rp20.000.000", SURE),
        ],
    ),
    (
        {"prostheses": (Prosthesis(2_000_000, 1_000_000),)},
        [
            ("B9", "Orthese/prothese", "", "kuitansi Rp2.000.000", SURE),
            (
                "B9",
                "Di atas 140% harga rumah sakit pemerintah",
                "",
                "paling banyak 140% × Rp1.000.000 = Rp1.400.000",
                SURE,
            ),
        ],
    ),
    (
        {"denture": 6_000_000, "hearing_aid": 1_000, "glasses": 2_000},
        [
            ("B10", "Gigi tiruan", "", "kuitansi Rp6.000.000", SURE),
            ("B10", "Di atas batas gigi tiruan", "", "paling banyak Rp5.000.000", SURE),
            ("B10", "Alat bantu dengar", "", "kuitansi Rp1.000", SURE),
            ("B10", "Kacamata", "", "kuitansi Rp2.000", SURE),
        ],
    ),
]


@pytest.mark.parametrize(("facts", "expected"), LIVING)
def test_what_lines_of_an_accident_say(facts, expected):
    assert lines(**facts) == [
        ("JKK", rule, item, row, formula, JKK, confirmed) for rule, item, row, formula, confirmed in expected
    ]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (
            {"paid_in_a_row": 3},
            [
                ("M1", "Santunan kematian", "Rp20.000.000", JKM, SURE),
                ("M1", "Santunan berkala", "24 bulan × Rp500.000, dibayar sekaligus", JKM, SURE),
                ("M1", "Biaya pemakaman", "satu kali", JKM, SURE),
            ],
        ),
        (
            {"paid_in_a_row": 3, "segments": 2},
            [
                ("M1", "Santunan kematian", "2 kepesertaan × Rp20.000.000", JKM, UNSURE),
                (
                    "M1",
                    "Santunan berkala",
                    "2 kepesertaan × 24 bulan × Rp500.000, dibayar sekaligus",
                    JKM,
                    UNSURE,
                ),
                ("M1", "Biaya pemakaman", "satu kali", JKM, SURE),
            ],
        ),
        ({"paid_in_a_row": 2}, [("M2", "Biaya pemakaman", "satu kali", JKM, SURE)]),
        (
            {"event_on": date(2019, 7, 5)},
            [
                (
                    "7.2",
                    "Manfaat JKM seluruhnya",
                    "Rp24.000.000",
                    "PP 44/2015 Pasal 34 (sebelum PP 82/2019)",
                    SURE,
                )
            ],
        ),
    ],
)
def test_what_lines_of_another_death_say(facts, expected):
    assert lines(cause=Cause.OTHER, outcome=Outcome.DECEASED, **facts) == [
        ("JKM", rule, item, "", formula, article, confirmed) for rule, item, formula, article, confirmed in expected
    ]


def test_what_lines_of_scholarships_say():
    children = (
        Child(((SchoolLevel.SMA, 4), (SchoolLevel.PT, 5)), birth_on=date(2008, 1, 1)),
        Child(((SchoolLevel.PT, 5),)),
        Child(((SchoolLevel.TK, 1),)),
    )
    found = [line for line in lines(outcome=Outcome.TOTAL_PERMANENT, children=children) if line[0] == "BEASISWA"]

    assert found == [
        ("BEASISWA", "7.4", item, row, formula, SCHOOL, SURE)
        for item, row, formula in [
            ("Beasiswa pendidikan anak, anak ke-1", "SMA", "SMA 4 tahun × Rp3.000.000"),
            ("Anak ke-1: di atas batas SMA", "", "paling banyak 3 tahun SMA"),
            ("Beasiswa pendidikan anak, anak ke-1", "PT", "PT 5 tahun × Rp12.000.000"),
            ("Anak ke-1: setelah usia 23 tahun", "", "tahun ajaran yang mulai setelah usia 23 tahun"),
            ("Beasiswa pendidikan anak, anak ke-2", "PT", "PT 5 tahun × Rp12.000.000"),
            ("Beasiswa pendidikan anak, anak ke-3", "TK", "TK 1 tahun × Rp1.500.000"),
            ("Anak ke-3: di luar batas anak", "", "paling banyak 2 anak"),
        ]
    ]


@pytest.mark.parametrize(("base", "confirmed"), [(1_000_000, SURE), (1_600_000, UNSURE)])
def test_what_the_line_of_old_age_savings_says(base, confirmed):
    contribution = {1_000_000: "Rp20.000", 1_600_000: "Rp32.000"}[base]
    written = f"{base:,}".replace(",", ".")

    assert lines(old_age_months=12, base=base) == [
        (
            "JHT",
            "7.5",
            "Manfaat JHT",
            "",
            f"12 bulan × {contribution} (2% × Rp{written})",
            "PP 46/2015 jo. PP 60/2015; Permenaker 4/2022",
            confirmed,
        )
    ]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"home_care": (HomeCare(1, 1),)}, [("B8", "Homecare hanya dengan saran dokter.", SURE, False)]),
        (
            {"disabilities": (Disability("SCALP"),)},
            [
                (
                    "B11",
                    "Terkelupasnya kulit kepala dinilai dokter 10% sampai 30%, dan nilainya belum diisi.",
                    SURE,
                    True,
                )
            ],
        ),
        (
            {"event_on": date(2019, 7, 5), "outcome": Outcome.TOTAL_PERMANENT},
            [
                (
                    "7.2",
                    f"Tabel PP 44/2015 (sebelum PP 82/2019) di portal tidak memuat {item}. "
                    "Jumlahnya ditetapkan BPJS Ketenagakerjaan.",
                    SURE,
                    True,
                )
                for item in ("Santunan cacat total tetap", "Santunan berkala cacat total tetap")
            ],
        ),
        (
            {"outcome": Outcome.DECEASED},
            [
                (
                    "M5",
                    "Ahli waris belum dicatat. Tanpa ahli waris hanya biaya pemakaman yang jelas penerimanya.",
                    UNSURE,
                    False,
                )
            ],
        ),
        (
            {"outcome": Outcome.DECEASED, "heirs": (Heir.SPOUSE, Heir.CHILD)},
            [("M5", "Dibayarkan kepada ahli waris: janda atau duda dan anak.", UNSURE, False)],
        ),
        (
            {"old_age_months": 1},
            [
                (
                    "7.5",
                    "Hasil pengembangan JHT ditambahkan BPJS Ketenagakerjaan dan tidak dihitung di sini.",
                    SURE,
                    False,
                )
            ],
        ),
        (
            {"outcome": Outcome.TOTAL_PERMANENT, "children": (Child(((SchoolLevel.SD, 1),), is_married=True),)},
            [
                ("7.4", "Anak ke-1 tidak mendapat beasiswa: sudah menikah.", SURE, False),
                (
                    "7.4",
                    "Beasiswa diajukan setiap tahun ajaran. Yang terlewat dapat diminta paling banyak 3 tahun ajaran "
                    "ke belakang.",
                    SURE,
                    False,
                ),
            ],
        ),
    ],
)
def test_what_notes_say(facts, expected):
    assert notes(**facts) == expected


def test_what_the_old_sum_says_of_a_second_participation():
    found = notes(
        event_on=date(2019, 7, 5), cause=Cause.OTHER, outcome=Outcome.DECEASED, segments=2, heirs=(Heir.SIBLING,)
    )

    assert found[0] == (
        "M4",
        "Tambahan untuk kepesertaan lain menurut aturan lama tidak diketahui portal.",
        UNSURE,
        False,
    )


def test_what_notes_of_another_death_say():
    found = notes(
        cause=Cause.OTHER,
        outcome=Outcome.DECEASED,
        paid_in_a_row=2,
        paid_with_gap=True,
        contribution_years=2,
        children=(Child(((SchoolLevel.SD, 1),)),),
        heirs=(Heir.SIBLING,),
    )

    assert found == [
        (
            "M2",
            "Iuran baru lunas 2 bulan berturut-turut, syaratnya 3 bulan. Yang dibayarkan hanya biaya pemakaman.",
            SURE,
            False,
        ),
        (
            "M3",
            "Ada bulan tanpa iuran. Yang dihitung hanya bulan lunas berturut-turut sampai bulan meninggal. "
            "Tinjau bersama BPJS Ketenagakerjaan.",
            UNSURE,
            False,
        ),
        ("7.4", "Beasiswa JKM mensyaratkan 3 tahun iuran; yang tercatat 2 tahun.", SURE, False),
        ("M5", "Dibayarkan kepada ahli waris: saudara kandung.", UNSURE, False),
    ]


def test_what_the_plan_says():
    facts = Facts(
        event_on=DAY,
        base=1_000_000,
        outcome=Outcome.TOTAL_PERMANENT,
        rest_months=1,
        rest_days=3,
        children=(Child(((SchoolLevel.PT, 1),)),),
    )

    assert [(part.what, part.rule) for part in benefits.payment_plan(facts, benefits.schedule_on(DAY))] == [
        ("Beasiswa Perguruan tinggi atau pelatihan, anak ke-1, tahun ajaran 2026/2027", "7.4"),
        ("STMB bulan ke-1", "B2"),
        ("STMB 3 hari terakhir", "B3"),
    ]
