import io
import json
from datetime import UTC, datetime

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from enrollment.enums import BatchStatus
from enrollment.models import Membership
from tests.accounts.factories import UserFactory
from tests.enrollment.factories import BatchFactory, BatchLineFactory

HEADER = "nik,nomor_peserta,mulai_perlindungan,tanggal_jawaban,alasan_penolakan"


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(datetime(2026, 11, 24, 2, tzinfo=UTC), tick=False)


@pytest.fixture
def bpjs(db):
    return UserFactory(bpjs=True)


def run(*args) -> list[str]:
    out = io.StringIO()
    call_command(*map(str, args), stdout=out)
    return out.getvalue().splitlines()


def test_batches_are_named_first_and_taken_with_commit(bpjs, tmp_path):
    batch = BatchLineFactory(batch=BatchFactory(approved=True, number="2609-00007"), worker__name="Baso").batch
    BatchFactory()
    asked = ("send_batches", "--user", bpjs.email, "--out", tmp_path)

    assert run(*asked) == [
        "Kelompok 2609-00007 akan diambil.",
        "Belum ada yang diambil. Tambahkan --commit untuk mengambil.",
    ]
    batch.refresh_from_db()
    assert batch.status == BatchStatus.APPROVED

    assert run(*asked, "--commit") == ["Kelompok 2609-00007 diambil."]
    batch.refresh_from_db()
    assert batch.status == BatchStatus.SENT
    assert "Baso" in (tmp_path / "kelompok-2609-00007.csv").read_text()
    assert run(*asked, "--commit") == []


def test_a_reply_is_tried_first_and_taken_with_commit(bpjs, tmp_path):
    line = BatchLineFactory(batch=BatchFactory(sent=True))
    reply = tmp_path / "jawaban.csv"
    reply.write_text(f"{HEADER}\n{line.worker.nik},26110000001,01-12-2026,24-11-2026,\nx,,,24-11-2026,y\n")
    asked = ("read_batch_results", reply, "--batch", line.batch.number, "--user", bpjs.email)
    finding = "Baris 3: NIK harus 16 angka. Atur kolomnya sebagai teks, lalu isi lagi."
    counts = {"accepted": 1, "rejected": 0, "findings": 1}

    before = default_storage.listdir(".")
    *words, last = run(*asked)
    assert words == [finding, "Belum ada yang disimpan. Tambahkan --commit untuk menyimpan."]
    assert json.loads(last) == {**counts, "new": True, "committed": False}
    assert default_storage.listdir(".") == before
    assert Membership.objects.count() == 0

    *words, last = run(*asked, "--commit")
    assert words == [finding]
    assert json.loads(last) == {**counts, "new": True, "committed": True}
    assert Membership.objects.get().worker == line.worker

    *words, last = run(*asked, "--commit")
    assert words == [finding, "Berkas ini sudah dibaca. Tidak ada yang berubah."]
    assert json.loads(last) == {**counts, "new": False, "committed": True}


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["send_batches", "--user", "tidak@ada.example", "--out", "."], "Pengguna tidak ditemukan"),
        (["send_batches", "--user", "BPJS", "--out", "tidak-ada", "--commit"], "bukan folder"),
        (["read_batch_results", "x.csv", "--batch", "1", "--user", "tidak@ada.example"], "Pengguna tidak ditemukan"),
        (["read_batch_results", "x.csv", "--batch", "2610-99999", "--user", "BPJS"], "tidak ditemukan"),
        (["read_batch_results", "tidak-ada.csv", "--batch", "BATCH", "--user", "BPJS"], "tidak dapat dibuka"),
        (["read_batch_results", __file__, "--batch", "BATCH", "--user", "BPJS"], "Jenis berkas ini tidak diterima"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(bpjs, args, sentence):
    batch = BatchFactory(sent=True)
    real = {"BPJS": bpjs.email, "BATCH": batch.number}

    with pytest.raises(CommandError, match=sentence):
        run(*[real.get(arg, arg) for arg in args])


def test_only_bpjs_takes_batches(db, tmp_path):
    BatchLineFactory(batch=BatchFactory(approved=True))

    with pytest.raises(CommandError, match="Hanya petugas BPJS Ketenagakerjaan"):
        run("send_batches", "--user", UserFactory().email, "--out", tmp_path, "--commit")
