import csv
import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.accounts.factories import UserFactory
from tests.regions.factories import kecamatan
from tests.workers.test_registry_file import ROW, csv_of
from workers.models import RegistryImport, Worker

SAMPLE = Path(__file__).parents[1] / "data" / "registry_sample.csv"


@pytest.fixture(autouse=True)
def reference_data(db):
    call_command("load_regions", stdout=io.StringIO())
    call_command("load_occupations", stdout=io.StringIO())


@pytest.fixture
def faulty(tmp_path):
    path = tmp_path / "daftar.csv"
    path.write_bytes(csv_of(ROW, {**ROW, "nik": "12", "nama": "=1+1"}).getvalue())
    return path


def run(*args):
    out = io.StringIO()
    call_command("import_registry", *map(str, args), stdout=out)
    return out.getvalue().splitlines()


def counts(**changes):
    """What the last line says; one key for each verdict, which add up to the rows."""
    verdicts = ("accepted", "repaired", "review", "duplicate", "ineligible", "refused", "blank")
    return {**dict.fromkeys(verdicts, 0), **changes}


def test_without_commit_nothing_is_stored():
    lines = run(SAMPLE, "--posting", "73.71")

    assert lines[:2] == [
        "60 baris diperiksa, 60 akan diterima, 0 ditahan, 0 dikembalikan.",
        "Belum ada yang disimpan. Tambahkan --commit untuk menyimpan.",
    ]
    assert json.loads(lines[2]) == counts(rows=60, accepted=60, committed=False)
    assert (Worker.objects.count(), RegistryImport.objects.count()) == (0, 0)


def test_with_commit_the_good_rows_are_stored_for_the_first_admin(faulty):
    admin = UserFactory()
    UserFactory()

    lines = run(faulty, "--posting", "73.71", "--commit")

    assert lines[0] == "2 baris diperiksa, 1 diterima, 0 ditahan, 1 dikembalikan."
    assert json.loads(lines[1]) == counts(rows=2, accepted=1, refused=1, committed=True)
    assert [(worker.nik, worker.registered_by) for worker in Worker.objects.all()] == [(ROW["nik"], admin)]


@pytest.mark.parametrize("commit", [[], ["--commit"]])
def test_the_report_lists_every_finding(faulty, tmp_path, commit):
    UserFactory()
    report = tmp_path / "temuan.csv"

    run(faulty, "--posting", "73.71", "--report", report, *commit)

    with report.open(newline="") as file:
        assert list(csv.reader(file)) == [
            ["row", "outcome", "column", "code", "value", "message"],
            ["3", "refused", "nik", "nik_length", "12", "NIK baru 2 angka, kurang 14 lagi."],
        ]


def test_a_named_officer_imports_for_his_region():
    officer = UserFactory(officer=True, region=kecamatan("73.71.14"))

    run(SAMPLE, "--posting", "73.71.14", "--commit", "--user", officer.email.upper())

    assert RegistryImport.objects.get().uploaded_by == officer
    assert set(Worker.objects.values_list("kelurahan__parent", flat=True)) == {"73.71.14"}


def test_a_named_officer_does_not_import_for_another_region():
    officer = UserFactory(officer=True, region=kecamatan("73.71.14"))

    with pytest.raises(CommandError, match=r"Kecamatan Panakkukang di luar wilayah tugas Anda\."):
        run(SAMPLE, "--posting", "73.71.09", "--commit", "--user", officer.email)

    assert Worker.objects.count() == 0


@pytest.mark.parametrize("user", [[], ["--user", "siapa@contoh.example"]])
def test_without_anybody_to_do_it_nothing_is_stored(user):
    UserFactory(officer=True)

    with pytest.raises(CommandError, match="Pengguna tidak ditemukan"):
        run(SAMPLE, "--posting", "73.71", "--commit", *user)

    assert RegistryImport.objects.count() == 0


def test_an_unknown_region_is_named():
    with pytest.raises(CommandError, match=r"Wilayah 99\.99 tidak dikenal"):
        run(SAMPLE, "--posting", "99.99")


@pytest.mark.parametrize("commit", [[], ["--commit"]])
@pytest.mark.parametrize("content", [b"%PDF-1.7", csv_of(ROW).getvalue() + b'"' + b"x" * 200_000])
def test_an_unreadable_file_ends_with_status_2(tmp_path, content, commit):
    UserFactory()
    path = tmp_path / "daftar.csv"
    path.write_bytes(content)

    with pytest.raises(CommandError) as error:
        run(path, "--posting", "73.71", *commit)

    assert error.value.returncode == 2
    assert Worker.objects.count() == 0


def test_a_missing_file_ends_with_status_2(tmp_path):
    with pytest.raises(CommandError, match=r"tidak dapat dibuka") as error:
        run(tmp_path / "tidak-ada.csv", "--posting", "73.71")

    assert error.value.returncode == 2
