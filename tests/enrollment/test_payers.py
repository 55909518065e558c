import pytest

from enrollment.enums import Accident, Verdict
from enrollment.rules import payer_order

JASA_RAHARJA = "Jasa Raharja lebih dulu, perawatan paling banyak Rp20.000.000. Perlu laporan polisi."
JKK = "BPJS Ketenagakerjaan, program Jaminan Kecelakaan Kerja."
IN_DOUBT = "BPJS Ketenagakerjaan, bila kepesertaannya sudah dipastikan."
OTHER = "Penjamin lain yang dimiliki pasien."


@pytest.mark.parametrize(
    ("laka_lantas", "active", "unknown", "inactive"),
    [
        ("3", [JKK], [IN_DOUBT], [OTHER]),
        ("2", [JASA_RAHARJA, JKK], [JASA_RAHARJA, IN_DOUBT], [JASA_RAHARJA, OTHER]),  # AC-C13, rule A14
        ("1", [JASA_RAHARJA, OTHER], [JASA_RAHARJA, OTHER], [JASA_RAHARJA, OTHER]),
        ("0", [OTHER], [OTHER], [OTHER]),
    ],
)
def test_who_pays_first(laka_lantas, active, unknown, inactive):
    order = [payer_order(Accident(laka_lantas), verdict) for verdict in (Verdict.ACTIVE, Verdict.UNKNOWN)]

    assert [list(payers) for payers in order] == [active, unknown]
    assert list(payer_order(Accident(laka_lantas), Verdict.INACTIVE)) == inactive
