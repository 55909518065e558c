"""Who pays for the treatment, in which order (rule A14)."""

from enrollment.enums import Accident, Verdict

POLICE_REPORT = "Jasa Raharja lebih dulu, perawatan paling banyak Rp20.000.000. Perlu laporan polisi."
OTHER = "Penjamin lain yang dimiliki pasien."
AFTER_AN_ACCIDENT_AT_WORK = {
    Verdict.ACTIVE: "BPJS Ketenagakerjaan, program Jaminan Kecelakaan Kerja.",
    Verdict.UNKNOWN: "BPJS Ketenagakerjaan, bila kepesertaannya sudah dipastikan.",
    Verdict.INACTIVE: OTHER,
}


def payer_order(accident: Accident, verdict: Verdict) -> tuple[str, ...]:
    """The payers, first to last, each as a sentence for the desk. None of them is promised to pay."""
    last = AFTER_AN_ACCIDENT_AT_WORK[verdict] if accident.at_work else OTHER
    return (POLICE_REPORT, last) if accident.in_traffic else (last,)
