"""A DTSEN snapshot: shown before it counts, recorded under its release, a task for whom it lifts, undone as one."""

import io
import json
from datetime import date
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.urls import reverse

from casework.decisions import Refused
from regions.models import Region
from tests.accounts.factories import UserFactory
from tests.enrollment.factories import BatchLineFactory, MembershipFactory
from tests.regions.factories import kelurahan
from tests.workers.factories import (
    DesilRecordFactory,
    DesilReleaseFactory,
    PolicyFactory,
    WorkerExitFactory,
    WorkerFactory,
)
from tests.workers.test_import_pages import run_worker
from tests.workers.test_imports import accept, findings, state, undo
from tests.workers.test_registry_file import ROW, csv_of
from workers.enums import FamilyMove, ImportKind, ImportStatus, ReviewStatus
from workers.models import DesilObjection, DesilRecord, DesilRelease, DesilReview, RegistryImport, Worker
from workers.operations import accept_import, check_import, import_registry, report_of, store_import
from workers.registry_file import Layout, Unreadable
from workers.rules import check_family_columns, may_import_release

RELEASE = "2026-4"


def card(number: int) -> str:
    return f"737109010115{number:04d}"


def families(*rows, columns=("no_kk", "desil")):
    """A file of (number of the family, desil, more cells)."""
    return csv_of(
        *(
            dict(zip(columns, (card(row[0]) if isinstance(row[0], int) else row[0], *row[1:]), strict=True))
            for row in rows
        ),
        columns=columns,
    )


@pytest.fixture
def admin(db):
    kelurahan()
    PolicyFactory(release=RELEASE)
    DesilReleaseFactory(name=RELEASE, dated_on=date(2026, 10, 20), received_on=date(2026, 11, 1), source="Surat 460/12")
    return UserFactory()


def taken_in(stream, *, by, release=RELEASE):
    city = Region.objects.get(pk="73.71")
    kind = ImportKind.FAMILIES
    content = ContentFile(stream.read())
    return import_registry(by=by, content=content, name="dtsen.csv", posting=city, release=release, kind=kind)


def checked(stream, *, by):
    snapshot = taken_in(stream, by=by)
    check_import(snapshot.pk, by=by)
    snapshot.refresh_from_db()
    return snapshot


def moved(counts: dict[str, int]) -> dict[str, int]:
    return {move: count for move, count in counts.items() if count}


def member(number: int) -> Worker:
    worker = WorkerFactory(family_card_number=card(number))
    MembershipFactory(worker=worker)
    return worker


def test_a_snapshot_records_families_under_its_release_and_registers_nobody(admin):
    snapshot = taken_in(families((1, 3), (2, 6), (3, 10)), by=admin)
    accept(snapshot, by=admin)

    assert state(snapshot) == (ImportStatus.DONE, {"accepted": 3})
    fields = ("family_card_number", "release", "desil", "received_on", "source", "registry_row", "recorded_by")
    assert list(DesilRecord.objects.order_by("pk").values_list(*fields)) == [
        (card(1), RELEASE, 3, date(2026, 11, 1), "Surat 460/12", 2, admin.pk),
        (card(2), RELEASE, 6, date(2026, 11, 1), "Surat 460/12", 3, admin.pk),
        (card(3), RELEASE, 10, date(2026, 11, 1), "Surat 460/12", 4, admin.pk),
    ]
    assert (Worker.objects.count(), snapshot.search_due) == (0, False)


def test_before_anything_counts_it_says_who_would_move(admin):
    """Over the limit of 4, under it, new on either side, gone, and on the same side."""
    for number, desil in ((1, 4), (2, 5), (3, 1), (4, 9), (5, 2), (6, 2)):
        DesilRecordFactory(family_card_number=card(number), release="2026-3", desil=desil)
    DesilRecordFactory(family_card_number=card(6), release=RELEASE, desil=2)  # came with another file of this release
    DesilRecordFactory(family_card_number=card(9), release="2026-2", desil=1)  # not what this is held against
    for number in (1, 1, 2, 5, 8):
        member(number)
    WorkerFactory(family_card_number=card(1))  # registered, no member
    WorkerExitFactory(worker=member(1))
    WorkerFactory(family_card_number=card(1), survivor=Worker.objects.first())
    MembershipFactory(worker=WorkerFactory(family_card_number=card(3)), period=(date(2026, 1, 1), date(2026, 2, 1)))

    snapshot = checked(families((1, 5), (2, 4), (3, 4), (4, 10), (7, 4), (8, 5)), by=admin)

    assert (snapshot.moves["earlier"], snapshot.moves["limit"]) == ("2026-3", 4)
    assert moved(snapshot.moves["families"]) == {
        "over": 1, "under": 1, "unchanged": 2, "new": 1, "new_above": 1, "gone": 1,
    }  # fmt: skip
    assert moved(snapshot.moves["workers"]) == {"over": 3, "under": 1, "unchanged": 1, "new_above": 1, "gone": 1}
    assert moved(snapshot.moves["covered"]) == {"over": 2, "under": 1, "new_above": 1, "gone": 1}
    assert set(snapshot.moves["families"]) == set(FamilyMove.values)
    assert DesilRecord.objects.filter(release=RELEASE).count() == 1


def test_the_first_release_of_all_is_new_whole(admin):
    snapshot = checked(families((1, 4), (2, 5)), by=admin)

    assert snapshot.moves["earlier"] == ""
    assert moved(snapshot.moves["families"]) == {"new": 1, "new_above": 1}


def test_each_member_of_a_risen_family_gets_a_task_and_keeps_the_cover(admin):  # AC-W56, rule S6
    DesilRecordFactory(family_card_number=card(1), release="2026-3", desil=3)
    worker = member(1)
    member(2)
    accept(taken_in(families((1, 6), (2, 4)), by=admin), by=admin)

    review = DesilReview.objects.get()
    assert (review.worker, review.release, review.desil, review.earlier_desil, review.status) == (
        worker,
        RELEASE,
        6,
        3,
        ReviewStatus.OPEN,
    )
    assert worker.exit is None
    assert worker.memberships.get().period.upper is None


def test_a_release_that_no_policy_names_changes_nothing_for_anybody(admin):
    PolicyFactory(effective_on=date(2026, 2, 1), release="2026-3")
    member(1)
    accept(taken_in(families((1, 6)), by=admin), by=admin)

    assert (DesilRecord.objects.count(), DesilReview.objects.count()) == (1, 0)


FAULTS = [
    (("", 3), "refused", "no_kk", "family_card_needed"),
    (("7,37109E+15", 3), "refused", "no_kk", "family_card_excel_rounded"),
    (("123", 3), "refused", "no_kk", "family_card_unreadable"),
    ((1, ""), "refused", "desil", "desil_needed"),
    ((1, 11), "refused", "desil", "desil_unreadable"),
    ((1, "D2"), "repaired", "desil", "desil_form"),
    (("7371.0901.0115.0001", 2), "repaired", "no_kk", "family_card_separators"),
    ((1, 3, "lebih"), "refused", "", "wrong_width"),
]


@pytest.mark.parametrize(("row", "verdict", "column", "code"), FAULTS)
def test_what_is_wrong_with_a_row_is_said(admin, row, verdict, column, code):
    content = (
        f"no_kk,desil\n{','.join(str(card(cell) if n == 0 and cell == 1 else cell) for n, cell in enumerate(row))}\n"
    )
    if row[0] == "7,37109E+15":
        content = 'no_kk,desil\n"7,37109E+15",3\n'
    snapshot = checked(io.BytesIO(content.encode()), by=admin)

    assert findings(snapshot) == [(2, verdict, column, code)]


def test_the_rows_add_up_with_blank_ones(admin):  # AC-I34
    snapshot = checked(io.BytesIO(f"no_kk;desil\n{card(1)};3\n;\n123;4\n".encode()), by=admin)

    assert state(snapshot) == (ImportStatus.READY, {"accepted": 1, "blank": 1, "refused": 1})


def test_a_family_comes_once_whoever_of_it_is_on_the_line(admin):
    """A line for each member is one family; the same line again is a double; two desils are neither's."""
    stream = families(
        (1, 3, "7371091708900001"),
        (1, 3, "7371091708900002"),
        (1, 3, "7371091708900001"),
        (2, 3, ""),
        (2, 3, ""),
        (3, 3, ""),
        (3, 4, ""),
        columns=("no_kk", "desil", "nik"),
    )
    snapshot = checked(stream, by=admin)

    assert state(snapshot) == (ImportStatus.READY, {"accepted": 3, "duplicate": 2, "refused": 2})
    assert [(row, code) for row, *_, code in findings(snapshot)] == [
        (4, "family_twice"),
        (6, "family_twice"),
        (7, "desil_differs_in_file"),
        (8, "desil_differs_in_file"),
    ]
    assert moved(snapshot.moves["families"]) == {"new": 2}


def test_a_worker_with_another_family_card_is_pointed_out(admin):
    """Or the desil would never reach the worker; nothing of the worker is changed by a snapshot."""
    worker = WorkerFactory(family_card_number=card(9))
    stream = families((1, 3, worker.nik), (2, 3, "7371091708909999"), columns=("no_kk", "desil", "nik"))
    snapshot = taken_in(stream, by=admin)
    accept(snapshot, by=admin)

    assert findings(snapshot) == [(2, "accepted", "nik", "member_of_other_family")]
    worker.refresh_from_db()
    assert worker.family_card_number == card(9)


def test_mixed_up_columns_stop_the_file(admin):  # AC-I23
    snapshot = checked(families((1, 3, card(1)), columns=("no_kk", "desil", "nik")), by=admin)

    assert (snapshot.status, "tertukar" in snapshot.trouble) == (ImportStatus.FAILED, True)


def test_what_a_release_said_once_is_not_changed_by_a_file(admin):
    DesilRecordFactory(family_card_number=card(1), release=RELEASE, desil=3)
    DesilRecordFactory(family_card_number=card(2), release=RELEASE, desil=3)
    snapshot = checked(families((1, 3), (2, 7), (3, 1), (4, 1)), by=admin)

    assert [code for *_, code in findings(snapshot)] == ["family_recorded", "family_recorded_otherwise"]
    assert state(snapshot) == (ImportStatus.READY, {"accepted": 2, "duplicate": 1, "refused": 1})


def test_what_was_recorded_meanwhile_is_said_too(admin):
    snapshot = checked(families((1, 3), (2, 7), (3, 1)), by=admin)
    DesilRecordFactory(family_card_number=card(1), release=RELEASE, desil=3)
    DesilRecordFactory(family_card_number=card(2), release=RELEASE, desil=3)
    accept_import(snapshot.pk, by=admin)
    store_import(snapshot.pk)

    assert state(snapshot) == (ImportStatus.DONE, {"accepted": 1, "duplicate": 1, "refused": 1})
    assert [code for *_, code in findings(snapshot)] == ["family_recorded", "family_recorded_otherwise"]


# --- undone ---


def test_undoing_takes_the_desils_and_their_open_reviews_back(admin):  # AC-I37
    DesilRecordFactory(family_card_number=card(1), release="2026-3", desil=3)
    member(1)
    snapshot = taken_in(families((1, 6), (2, 4)), by=admin)
    accept(snapshot, by=admin)
    undo(snapshot, by=admin)

    snapshot.refresh_from_db()
    assert (snapshot.status, snapshot.rows_undone) == (ImportStatus.UNDONE, 2)
    assert [record.release for record in DesilRecord.objects.all()] == ["2026-3"]
    assert DesilReview.objects.count() == 0


def _answered(worker, admin):
    DesilReview.objects.update(status=ReviewStatus.KEPT, answered_by=admin, answered_at="2026-11-20T10:00+08:00")


def _contested(worker, admin):
    DesilObjection.objects.create(
        worker=worker, release=RELEASE, desil=6, filed_on=date(2026, 11, 20), reference="Surat 3", recorded_by=admin
    )


def _proposed(worker, admin):
    line = BatchLineFactory(worker=worker)
    line.facts["eligibility"] = {"desil": 6, "desil_release": RELEASE}
    line.save()


@pytest.mark.parametrize(
    ("rest", "why"),
    [
        (_answered, "telaah desilnya sudah dijawab"),
        (_contested, "ada usul-sanggah"),
        (_proposed, "ada dalam kelompok iuran"),
    ],
)
def test_what_was_decided_on_a_desil_keeps_it(admin, rest, why):
    worker = member(1)
    snapshot = taken_in(families((1, 6), (2, 4)), by=admin)
    accept(snapshot, by=admin)
    rest(worker, admin)
    undo(snapshot, by=admin)

    assert [record.family_card_number for record in DesilRecord.objects.all()] == [card(1)]
    assert [(row, message) for row, *_, message in list(report_of(snapshot.pk))] == [
        (2, f"Baris ini tidak dibatalkan: {why}.")
    ]
    assert DesilReview.objects.count() == 1


# --- who, and what is no snapshot ---


def test_who_may_import_a_release(admin):
    DesilReleaseFactory(name="2026-1")
    officer = UserFactory(officer=True)

    assert may_import_release(admin, "2026-1").codes == []
    assert may_import_release(admin, "2025-4").codes == ["release_not_received"]
    assert may_import_release(admin, "").codes == ["release_not_named"]
    assert may_import_release(officer, "2026-1").codes == ["not_for_the_city"]


def test_a_release_that_has_not_come_is_refused(admin):
    with pytest.raises(Refused) as refusal:
        taken_in(families((1, 3)), by=admin, release="2027-1")

    assert refusal.value.codes == ["release_not_received"]
    assert RegistryImport.objects.count() == 0


def test_a_list_of_people_is_no_snapshot(admin):
    with pytest.raises(Unreadable):
        taken_in(io.BytesIO(b"nama,pekerjaan,kelurahan\nANDI,NELAYAN,KAPASA\n"), by=admin)


@pytest.mark.parametrize(
    ("columns", "codes"),
    [
        (["no_kk", "desil"], []),
        (["", "no_kk", "nik", "desil"], []),
        (["no_kk"], ["column_missing"]),
        (["desil", ""], ["column_missing"]),
        (["no_kk", "no_kk", "desil"], ["column_twice"]),
    ],
)
def test_which_columns_a_snapshot_needs(columns, codes):
    assert check_family_columns(columns).codes == codes


@pytest.mark.parametrize(
    ("columns", "families"),
    [
        (("no_kk", "desil"), True),
        (("nik", "no_kk", "desil", "kelurahan", "nama"), True),
        (("no_kk", "desil", "tanggal_lahir"), False),
        (("no_kk", "nik"), False),
    ],
)
def test_a_snapshot_is_known_by_its_columns(columns, families):
    assert Layout(header=columns, columns=columns).tells_families == families


def test_the_database_wants_a_release_for_families(admin):
    with pytest.raises(IntegrityError, match="workers_import_families_have_a_release"), transaction.atomic():
        RegistryImport.objects.create(
            pk=uuid4(), name="x", sha256="x", path="x", kind="families", posting_id="73.71", uploaded_by=admin
        )


# --- through pages ---


def test_an_admin_uploads_confirms_reads_and_accepts(client, admin):  # AC-W56
    release = DesilRelease.objects.get()
    DesilRecordFactory(family_card_number=card(1), release="2026-3", desil=3)
    member(1)
    client.force_login(admin)
    assert reverse("workers:release_upload", args=[release.pk]) in client.get(reverse("workers:release_list")).text
    content = families((1, 6, "KAPASA"), (2, 4, "KAPASA"), columns=("NKK", "Desil Keluarga", "kelurahan"))
    file = SimpleUploadedFile("dtsen.csv", content.getvalue())
    asked = client.post(reverse("workers:release_upload", args=[release.pk]), {"file": file})
    page = client.get(asked.url)
    assert "known_only" not in page.context["form"].fields
    columns = {f"column_{place}": column for place, column in enumerate(page.context["layout"].columns)}
    client.post(asked.url, columns)
    run_worker()

    snapshot = RegistryImport.objects.get()
    preview = client.get(snapshot.get_absolute_url())
    assert "Naik melewati batas" in preview.text
    assert "1 peserta akan menjadi tugas di Telaah desil" in preview.text
    assert preview.context["moves"]["rows"][0]["counts"] == [1, 1, 1]
    assert DesilReview.objects.count() == 0

    client.post(reverse("workers:import_accept", args=[snapshot.pk]))
    run_worker()
    assert "1 peserta menjadi tugas di Telaah desil" in client.get(snapshot.get_absolute_url()).text
    assert DesilReview.objects.count() == 1
    assert "DTSEN rilis 2026-4" in client.get(reverse("workers:import_list")).text
    assert (
        "Desil keluarga dari berkas ini dihapus" in client.get(reverse("workers:import_undo", args=[snapshot.pk])).text
    )


def test_a_column_that_is_missing_is_asked_for(client, admin):
    client.force_login(admin)
    file = SimpleUploadedFile("dtsen.csv", families((1, 6), columns=("no_kk", "Peringkat")).getvalue())
    asked = client.post(reverse("workers:release_upload", args=[DesilRelease.objects.get().pk]), {"file": file})
    response = client.post(asked.url, {"column_0": "no_kk", "column_1": ""})

    assert response.status_code == 422
    assert "Kolom ini belum ada: Desil." in response.text


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4"])
def test_what_cannot_be_read_is_said_at_the_file(client, admin, content):
    client.force_login(admin)
    release = DesilRelease.objects.get()
    response = client.post(
        reverse("workers:release_upload", args=[release.pk]), {"file": SimpleUploadedFile("dtsen.csv", content)}
    )

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["file"])


def test_an_officer_of_a_kecamatan_reads_why_not(client, admin):
    client.force_login(UserFactory(officer=True))
    address = reverse("workers:release_upload", args=[DesilRelease.objects.get().pk])

    assert "wilayah tugas seluruh kota" in client.get(address).text
    response = client.post(address, {"file": SimpleUploadedFile("dtsen.csv", families((1, 6)).getvalue())})
    assert response.status_code == 422
    assert RegistryImport.objects.count() == 0


def test_a_snapshot_on_the_page_for_people_is_pointed_to_its_own(client, admin):
    client.force_login(admin)
    file = SimpleUploadedFile("dtsen.csv", families((1, 6)).getvalue())
    asked = client.post(reverse("workers:import_upload"), {"file": file, "posting": "73.71"})

    assert "Unggah dari halaman Rilis DTSEN" in client.get(asked.url).text


# --- through the command ---


def run(path, *args):
    out = io.StringIO()
    call_command("import_registry", str(path), "--posting", "73.71", *args, stdout=out)
    return out.getvalue().splitlines()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "dtsen.csv"
    path.write_bytes(families((1, 3), (2, 6), ("12", 3)).getvalue())
    return path


def test_the_command_knows_a_snapshot_by_its_columns(admin, file):
    DesilRecordFactory(family_card_number=card(2), release="2026-3", desil=3)
    lines = run(file, "--release", RELEASE)

    assert lines[:3] == [
        "3 baris diperiksa, 2 akan diterima, 0 ditahan, 1 dikembalikan.",
        "Dibandingkan dengan rilis 2026-3, batas desil 4:",
        "  Naik melewati batas: 1 keluarga, 0 pekerja, 0 peserta",
    ]
    told = json.loads(lines[-1])
    assert (told["rows"], told["accepted"], told["refused"], told["release"]) == (3, 2, 1, RELEASE)
    assert moved(told["moves"]["families"]) == {"over": 1, "new": 1}
    assert (RegistryImport.objects.count(), DesilRecord.objects.filter(release=RELEASE).count()) == (0, 0)


def test_the_command_records_a_release_that_has_not_come_yet(admin, file):
    lines = run(file, "--release", "2027-1", "--commit")

    assert json.loads(lines[-1])["committed"] is True
    assert "tidak ada rilis sebelumnya" in lines[1]
    release = DesilRelease.objects.get(name="2027-1")
    assert (release.source, release.dated_on) == ("Berkas dtsen.csv", None)
    assert DesilRecord.objects.filter(release="2027-1").count() == 2


@pytest.mark.parametrize("commit", [[], ["--commit"]])
def test_families_without_a_release_are_refused(admin, file, commit):
    with pytest.raises(CommandError, match="rilis DTSEN-nya belum disebut") as error:
        run(file, *commit)

    assert error.value.returncode == 1


def test_a_name_that_is_no_release_is_refused(admin, file):
    with pytest.raises(CommandError, match="bukan nama rilis"):
        run(file, "--release", "triwulan tiga")


def test_a_list_of_people_records_its_desils_under_the_release_told(admin, tmp_path):
    call_command("load_regions", stdout=io.StringIO())
    call_command("load_occupations", stdout=io.StringIO())
    path = tmp_path / "daftar.csv"
    path.write_bytes(csv_of(ROW).getvalue())
    run(path, "--release", "2026-3", "--commit")

    record = DesilRecord.objects.get()
    assert (record.family_card_number, record.release, record.desil) == (ROW["no_kk"], "2026-3", 3)
    assert DesilRelease.objects.filter(name="2026-3").exists()


def test_a_list_of_people_under_a_release_that_has_not_come_is_refused(admin):
    with pytest.raises(Refused) as refusal:
        import_registry(
            by=admin,
            content=ContentFile(csv_of(ROW).read()),
            name="daftar.csv",
            posting=Region.objects.get(pk="73.71"),
            release="2027-1",
        )

    assert refusal.value.codes == ["release_not_received"]
