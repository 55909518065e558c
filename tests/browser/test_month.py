"""From a proposed batch to a reconciled and paid month, as four people do it in their own browsers."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from enrollment.enums import BatchStatus, BillStatus
from enrollment.models import Batch, Bill, Contribution
from tests.accounts.factories import UserFactory
from tests.browser.chromium import PHONE
from tests.enrollment.factories import BatchFactory, BatchLineFactory
from tests.workers.factories import WorkerFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STRANGER = "7371090000000000"


def sign(page: Page, address: str, deed: str) -> None:
    page.goto(address)
    page.get_by_role("link", name=deed).click()
    page.get_by_role("button", name=deed).click()


def answer(page: Page, batch: str, workers, folder) -> None:
    sign(page, batch, "Ambil berkas")
    today = timezone.localdate()
    start = max(today.replace(day=1), today - timedelta(days=1))
    reply = folder / "jawaban.csv"
    lines = [
        f"{worker.nik},2611000001{place},{start:%d-%m-%Y},{today:%d-%m-%Y}," for place, worker in enumerate(workers)
    ]
    reply.write_text("\n".join(["nik,nomor_peserta,mulai_perlindungan,tanggal_jawaban,alasan_penolakan", *lines]))
    page.goto(batch)
    page.get_by_role("link", name="Unggah jawaban").click()
    page.locator("input[type=file]").set_input_files(reply)
    page.get_by_role("button", name="Unggah jawaban").click()
    expect(page.locator("main")).to_contain_text("2 diterima")


def bring_bill(page: Page, worker, folder) -> str:
    """One of the two, and a stranger; returns the month's address."""
    bill = folder / "tagihan.csv"
    bill.write_text(
        f"nik,nama,program,iuran\n{worker.nik},{worker.name},JKK+JKM,16800\n{STRANGER},Orang Lain,JKK+JKM,16800\n"
    )
    page.get_by_role("link", name="Bulan iuran").first.click()
    month = timezone.localdate().replace(day=1)
    page.locator(f"a[href$='/months/{month:%Y-%m}/APBD/']").click()
    address = page.url
    page.get_by_role("link", name="Unggah tagihan").click()
    page.get_by_label("Kode iuran").fill("KI-2611-1")
    page.get_by_label("Jumlah tagihan").fill("33.600")
    page.locator("input[type=file]").set_input_files(bill)
    page.get_by_role("button", name="Unggah tagihan").click()
    expect(page.locator("main")).to_contain_text("1 dari 2 baris cocok")
    return address


def settle(page: Page, month: str, row: str, decision: str) -> None:
    page.goto(month)
    page.get_by_role("row").filter(has_text=row).get_by_role("link", name=re.compile("Putuskan")).click()
    page.get_by_label(decision).check()
    page.get_by_role("button", name="Putuskan").click()
    expect(page.locator("main")).to_contain_text("diputuskan.")


def test_from_a_proposed_batch_to_a_reconciled_month(log_in, tmp_path):
    call_command("load_reference_data", verbosity=0)
    batch = BatchFactory(start_month=timezone.localdate().replace(day=1))
    workers = [BatchLineFactory(batch=batch, worker=WorkerFactory()).worker for _ in range(2)]
    approver = log_in(UserFactory(name="Andi Tenri"))
    address = f"{re.match('https?://[^/]+', approver.url)[0]}{batch.get_absolute_url()}"
    sign(approver, address, "Setujui kelompok")
    bpjs = log_in(UserFactory(bpjs=True))
    answer(bpjs, address, workers, tmp_path)
    month = bring_bill(bpjs, workers[0], tmp_path)

    settle(approver, month, "Orang Lain", "Jangan bayar")
    settle(approver, month, workers[1].name, "Minta ditagih susulan")
    sign(approver, month, "Tutup bulan")
    expect(approver.locator("main")).to_contain_text("Sudah dicocokkan")
    expect(approver.locator("main")).to_contain_text("jadi orang lain yang mencatat perintah bayarnya")
    second = log_in(UserFactory(name="Muh. Irfan"), viewport=PHONE, scripts=False)
    second.goto(month)
    second.get_by_role("link", name="Catat perintah bayar").click()
    second.get_by_label("Nomor perintah bayar").fill("SP2D-7")
    second.get_by_role("button", name="Catat perintah bayar").click()
    expect(second.locator("main")).to_contain_text("Perintah bayar terbit")

    bpjs.goto(month)
    bpjs.get_by_role("link", name="Catat penerimaan").click()
    bpjs.get_by_label("Nomor tanda terima").fill("TT-2611-1")
    bpjs.get_by_label("Jumlah diterima").fill("16.800")
    bpjs.get_by_role("button", name="Periksa peserta").click()
    bpjs.get_by_role("button", name="Catat penerimaan").click()
    bpjs.goto(month)
    expect(bpjs.locator("main")).to_contain_text("Lunas")

    assert Batch.objects.get().status == BatchStatus.CLOSED
    assert (Bill.objects.get().status, Bill.objects.get().ordered_amount) == (BillStatus.PAID, 16_800)
    assert [paid.membership.worker for paid in Contribution.objects.all()] == [workers[0]]
