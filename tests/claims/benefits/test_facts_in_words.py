from datetime import date
from decimal import Decimal

from claims import benefits
from claims.benefits import Child, Disability, Facts, HomeCare, Prosthesis, Trip
from claims.enums import Cause, Hand, Heir, Outcome, SchoolLevel, TransportMode

DAY = date(2026, 11, 22)
SCHEDULE = benefits.schedule_on(DAY)
PLAIN = (
    ("Hari kejadian", "22 November 2026"),
    ("Sebab", "Kecelakaan kerja"),
    ("Keadaan akhir", "belum ada pernyataan dokter"),
    ("Dasar penghasilan", "Rp1.000.000"),
    ("Bulan iuran berurutan", "0 bulan"),
    ("Masa iuran", "0 tahun penuh"),
)


def words(**facts) -> tuple:
    return benefits.facts_in_words(Facts(event_on=DAY, base=1_000_000, **facts), SCHEDULE)


def test_what_always_counts_is_always_there():
    assert words() == PLAIN


def test_everything_that_was_given_has_its_words():
    assert words(
        cause=Cause.OTHER,
        outcome=Outcome.DECEASED,
        paid_in_a_row=2,
        paid_with_gap=True,
        contribution_years=3,
        old_age_months=5,
        rest_months=2,
        rest_days=10,
        transport=(Trip(TransportMode.LAND, 400_000), Trip(TransportMode.SEA, 1_000)),
        dominant_hand=Hand.LEFT,
        disabilities=(
            Disability("THUMB_R", loss_of_function=Decimal(50)),
            Disability("HEARING_LOSS_BOTH_PER_10DB", units=2),
            Disability("SCALP", percent=Decimal("12.5")),
            Disability("UNHEARD_OF"),
        ),
        home_care=(HomeCare(1_000_000, 2),),
        prostheses=(Prosthesis(2_000_000, 1_500_000),),
        denture=1,
        hearing_aid=2,
        glasses=3,
        children=(Child(((SchoolLevel.SMA, 2), (SchoolLevel.PT, 5)), birth_on=date(2010, 8, 7)),),
        heirs=(Heir.SPOUSE, Heir.CHILD),
    ) == (
        ("Hari kejadian", "22 November 2026"),
        ("Sebab", "Bukan karena kerja"),
        ("Keadaan akhir", "Meninggal dunia"),
        ("Dasar penghasilan", "Rp1.000.000"),
        ("Bulan iuran berurutan", "2 bulan, dengan bulan yang terlewat"),
        ("Masa iuran", "3 tahun penuh"),
        ("Bulan iuran JHT", "5 bulan"),
        ("Tidak mampu bekerja", "2 bulan 10 hari"),
        ("Angkutan", "darat, sungai, atau danau Rp400.000; laut Rp1.000"),
        ("Tangan yang lebih sering dipakai", "Kiri"),
        (
            "Cacat",
            f"{SCHEDULE.table.row('THUMB_R')['label']}, fungsi berkurang 50%; "
            f"{SCHEDULE.table.row('HEARING_LOSS_BOTH_PER_10DB')['label']}, 2 kali; "
            f"{SCHEDULE.table.row('SCALP')['label']}, 12,5%; UNHEARD_OF",
        ),
        ("Homecare", "Rp1.000.000 untuk 2 bulan"),
        ("Ortesa atau protesa", "Rp2.000.000, harga rumah sakit pemerintah Rp1.500.000"),
        ("Gigi tiruan", "Rp1"),
        ("Alat bantu dengar", "Rp2"),
        ("Kacamata", "Rp3"),
        ("Anak ke-1", "SMA 2 tahun lagi, Perguruan tinggi atau pelatihan 5 tahun lagi"),  # no birth date
        ("Ahli waris", "janda atau duda, anak"),
    )


def test_only_days_or_only_months_of_rest():
    assert (words(rest_days=3)[-1], words(rest_months=1)[-1]) == (
        ("Tidak mampu bekerja", "3 hari"),
        ("Tidak mampu bekerja", "1 bulan"),
    )


def test_changes_are_told_with_both_sides():
    assert benefits.changes_between(words(denture=1, rest_days=3), words(glasses=2, rest_days=3)) == (
        ("Kacamata", "tidak ada", "Rp2"),
        ("Gigi tiruan", "Rp1", "tidak ada"),
    )


def test_the_same_facts_have_no_changes():
    assert benefits.changes_between(words(denture=1), words(denture=1)) == ()
