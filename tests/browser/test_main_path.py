"""The main job, end to end, as five people do it in their own browsers."""

import csv
import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Hospital
from enrollment.models import Fund
from regions.models import Region
from tests.accounts.factories import UserFactory
from tests.browser.chromium import DESK, PHONE
from tests.enrollment.factories import BudgetFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NIK = "7371091708900000"  # serial 0000 belongs to nobody
NUMBER = "26110000017"
FILE = """\
nik,no_kk,nama,jenis_kelamin,tanggal_lahir,kode_kelurahan,pekerjaan,desil
7371094808850000,7371090101150002,SITTI AMINAH,P,1985-08-08,7371091009,PEMULUNG,1
7371090101900000,7371090101150003,DG. NGALLE,L,31-02-1990,7371091009,NELAYAN,2
"""


@pytest.fixture
def people():
    call_command("load_reference_data", verbosity=0)
    BudgetFactory(fund=Fund.objects.get(), year=timezone.localdate().year)
    primaya = Hospital.objects.get(name="Primaya Hospital Makassar")
    return {
        "officer": UserFactory(officer=True, region=Region.objects.get(code="73.71.09"), name="Sitti Rahmah"),
        "verifier": UserFactory(name="Andi Tenri"),
        "approver": UserFactory(name="Muh. Irfan"),
        "bpjs": UserFactory(bpjs=True, name="Yohanis Palulun"),
        "hospital": UserFactory(hospital_staff=True, hospital=primaya, name="Hasnah Kebo"),
    }


def fill_date(page: Page, label: str, day) -> None:
    box = page.get_by_role("group", name=label)
    for part, value in (("Tanggal", day.day), ("Bulan", day.month), ("Tahun", day.year)):
        box.get_by_label(part, exact=True).fill(str(value))


def register_by_hand(page: Page) -> None:
    page.get_by_role("link", name="Daftarkan", exact=True).first.click()
    page.get_by_label("NIK").fill(NIK)
    page.get_by_role("button", name="Cari pekerja").click()
    page.locator("main").get_by_role("button", name="Daftarkan pekerja").click()
    expect(page.get_by_label("NIK", exact=True)).to_have_value(NIK)
    page.get_by_label("Nama lengkap").fill("Andi Muhammad Nurhidayatullah Syamsuddin Dg. Mattola")
    fill_date(page, "Tanggal lahir", timezone.datetime(1990, 8, 17))
    page.get_by_label("Laki-laki", exact=True).check()
    page.get_by_role("button", name="Simpan dan lanjut").click()
    # serial 0000 marks placeholder data: a question to answer, never a refusal (rule N4)
    page.get_by_label("Saya sudah mencocokkan NIK ini dengan KTP.").check()
    page.get_by_role("button", name="Simpan dan lanjut").click()
    page.get_by_label("Kelurahan tempat tinggal sekarang").select_option(label="Karuwisi Utara")
    page.get_by_role("button", name="Simpan dan lanjut").click()
    page.get_by_label("Pekerjaan", exact=True).select_option(label="Nelayan")
    page.get_by_role("button", name="Simpan dan lanjut").click()
    page.get_by_label("Nomor KK").fill("7371090101150001")
    page.get_by_label("Desil keluarga").select_option(label="Desil 2")
    page.get_by_label("Sumber desil").fill("Daftar DTSEN kelurahan")
    page.get_by_role("button", name="Simpan dan lanjut").click()
    expect(page.locator("main")).to_contain_text("Ya, menurut kebijakan sejak")
    page.get_by_label("Pekerja sudah diberi tahu").check()
    page.get_by_role("button", name="Daftarkan", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Andi Muhammad Nurhidayatullah Syamsuddin Dg. Mattola")
    expect(page.locator("main")).to_contain_text("Kota dapat membayar iurannya")


def import_a_file(page: Page, folder) -> None:
    file = folder / "daftar.csv"
    file.write_text(FILE)
    page.goto(re.sub(r"/workers/.*", "/workers/imports/", page.url))
    page.get_by_role("link", name="Unggah daftar").first.click()
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Unggah daftar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cocokkan kolom")
    page.get_by_role("button", name="Periksa daftar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("daftar.csv")
    call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)
    page.reload()
    expect(page.locator(".stat").filter(has_text="Siap disimpan")).to_contain_text("1")
    page.get_by_role("button", name="Terima 1 baris").click()
    expect(page.locator("main")).to_contain_text("Menyimpan daftar")
    call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)
    page.reload()
    expect(page.locator(".stat").filter(has_text="Diterima")).to_contain_text("1")
    expect(page.locator(".stat").filter(has_text="Dikembalikan")).to_contain_text("1")
    with page.expect_download() as download:
        page.get_by_role("link", name="Unduh temuan (CSV)").click()
    with open(download.value.path(), newline="", encoding="utf-8-sig") as report:
        findings = list(csv.DictReader(report))
    assert [(row["row"], row["column"], row["value"]) for row in findings if row["code"] != "nik_sequence_0000"] == [
        ("3", "tanggal_lahir", "31-02-1990")
    ]


def propose(page: Page) -> str:
    """The officer's batch of both eligible workers; returns its address."""
    page.get_by_role("link", name="Kelompok iuran").first.click()
    page.get_by_role("link", name="Usulkan kelompok").first.click()
    page.get_by_label("Bulan iuran pertama").select_option(index=0)
    page.get_by_role("button", name="Periksa pekerja").click()
    expect(page.locator("main")).to_contain_text("Rp33.600")  # two workers, JKK and JKM at Rp16.800 each (rule P8)
    page.get_by_role("button", name="Usulkan 2 pekerja").click()
    expect(page.locator("main")).to_contain_text("Diusulkan")
    return page.url


def answer_by_bpjs(page: Page, batch: str, folder, today) -> None:
    """BPJS takes the file and answers: one accepted, one rejected; then records that the month was paid."""
    page.goto(batch)
    page.get_by_role("link", name="Ambil berkas").click()
    page.get_by_role("button", name="Ambil berkas").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Unduh berkas").click()
    with open(download.value.path(), newline="", encoding="utf-8-sig") as file:
        assert {row["nik"] for row in csv.DictReader(file)} == {NIK, "7371094808850000"}
    reply = folder / "jawaban.csv"
    start = max(today.replace(day=1), today - timedelta(days=1))
    reply.write_text(
        "nik,nomor_peserta,mulai_perlindungan,tanggal_jawaban,alasan_penolakan\n"
        f"{NIK},{NUMBER},{start:%d-%m-%Y},{today:%d-%m-%Y},\n"
        f"7371094808850000,,,{today:%d-%m-%Y},Sudah peserta penerima upah\n"
    )
    page.goto(batch)
    page.get_by_role("link", name="Unggah jawaban").click()
    page.locator("input[type=file]").set_input_files(reply)
    page.get_by_role("button", name="Unggah jawaban").click()
    expect(page.locator("main")).to_contain_text(NUMBER)
    expect(page.locator("main")).to_contain_text("Sudah peserta penerima upah")
    page.get_by_role("link", name="Penerimaan iuran").first.click()
    page.get_by_role("link", name="Catat penerimaan").first.click()
    page.get_by_label("Nomor tanda terima").fill("TT-2611-1")
    page.get_by_role("button", name=re.compile("Periksa|Lanjut|Catat")).click()
    page.get_by_role("button", name=re.compile("Catat")).click()
    expect(page.locator("main")).to_contain_text("TT-2611-1")


def check_and_report(page: Page) -> str:
    """The emergency desk sees AKTIF and opens a claim from the answer; returns the claim's address."""
    page.get_by_role("link", name="Cek kepesertaan").first.click()
    page.get_by_label("NIK atau nomor peserta").fill(NIK)
    page.get_by_role("button", name="Cek kepesertaan").click()
    expect(page.locator(".verdict__word")).to_have_text("Aktif")
    expect(page.locator("main")).to_contain_text("Layanan gawat darurat tetap diberikan")
    assert NIK not in page.url
    page.get_by_role("link", name="Laporkan kejadian").click()
    page.get_by_label("Tempat kejadian").fill("Pasar Pannampu")
    page.get_by_label("Penyebab").fill("Jatuh dari tangga")
    page.get_by_label("Kronologi").fill("Menurunkan peti ikan, tangga patah, kaki kanan terluka.")
    page.get_by_label("Nama pelapor").fill("Daeng Ngalle")
    page.get_by_label("Nomor HP pelapor").fill("0812 3456 7890")
    page.get_by_role("button", name="Kirim laporan").click()
    expect(page.locator("main")).to_contain_text("Diarahkan ke rumah sakit")
    return page.url


def treat(page: Page, today) -> None:
    page.get_by_role("link", name="Terima pasien").click()
    page.get_by_role("button", name="Terima pasien").click()
    page.get_by_role("link", name=re.compile("[Cc]atat perawatan")).click()
    fill_date(page, "Dirawat sejak", today)
    fill_date(page, "Dirawat sampai", today)
    page.get_by_label("Keadaan akhir").select_option(label="Sembuh")
    page.get_by_label("Ringkasan perawatan").fill("Luka dijahit, boleh pulang.")
    page.get_by_label("Biaya perawatan").fill("1.250.000")
    page.get_by_role("button", name=re.compile("[Ss]impan|[Cc]atat")).click()
    expect(page.locator("main")).to_contain_text("Rp1.250.000")


def sign(page: Page, case: str, deed: str) -> None:
    page.goto(case)
    page.get_by_role("link", name=deed).click()
    page.get_by_role("button", name=deed).click()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_from_registration_to_the_second_signature(people, log_in, tmp_path, scripts):
    today = timezone.localdate()
    officer = log_in(people["officer"], scripts=scripts)
    register_by_hand(officer)
    import_a_file(officer, tmp_path)
    batch = propose(officer)

    approver = log_in(people["approver"], scripts=scripts)
    sign(approver, batch, "Setujui kelompok")
    expect(approver.locator("main")).to_contain_text("Disetujui")

    answer_by_bpjs(log_in(people["bpjs"], scripts=scripts), batch, tmp_path, today)

    hospital = log_in(people["hospital"], viewport=PHONE, scripts=scripts)
    claim = check_and_report(hospital)
    treat(hospital, today)

    verifier = log_in(people["verifier"], viewport=DESK, scripts=scripts)
    sign(verifier, claim, "Nyatakan sudah diperiksa")
    expect(verifier.locator("main")).to_contain_text("Anda sudah memeriksa klaim ini, jadi admin lain yang menyetujui.")

    sign(approver, claim, "Setujui klaim")
    steps = approver.locator(".timeline li")
    expect(steps).to_have_count(6)
    for step, name in zip(
        range(6),
        ("Hasnah Kebo", "Hasnah Kebo", "Hasnah Kebo", "Hasnah Kebo", "Andi Tenri", "Muh. Irfan"),
        strict=True,
    ):
        expect(steps.nth(step)).to_contain_text(name)
