"""Papers and photos of a person: what is kept, who gets it, and that nothing disappears."""

import hashlib
import threading

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from casework.audit import entries_about
from casework.decisions import Refused
from casework.models import AuditEntry, Kind
from tests.accounts.factories import UserFactory
from tests.casework import bad_files as bad
from tests.casework.bad_files import upload
from tests.regions.factories import kelurahan
from tests.workers.factories import PolicyFactory, WorkerDocumentFactory, WorkerFactory
from workers.enums import DocumentKind
from workers.models import Worker, WorkerDocument
from workers.operations import add_document, open_document, withdraw_document

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(db):
    return UserFactory(officer=True, name="Petugas Satu")


@pytest.fixture
def signed_in(client, officer):
    client.force_login(officer)
    return client


@pytest.fixture
def worker(officer):
    return WorkerFactory(name="Andi Nurhayati")


def pdf(name="surat.pdf", pages=1):
    return upload(name, bad.pdf(pages))


def page_of(worker):
    return reverse("workers:document_list", args=[worker.pk])


def stored() -> set[str]:
    """Every file in the storage."""
    files, folders = set(), [""]
    while folders:
        folder = folders.pop()
        below, here = default_storage.listdir(folder)
        folders += [f"{folder}/{name}".lstrip("/") for name in below]
        files |= {f"{folder}/{name}".lstrip("/") for name in here}
    return files


# --- operations ---


def test_a_paper_is_kept_with_its_hash_and_leaves_an_entry(officer, worker):
    document = add_document(worker.pk, by=officer, kind=DocumentKind.ID_CARD, file=upload("KTP.jpg", bad.photo()))

    with default_storage.open(document.path) as file:
        content = file.read()
    assert (document.name, document.content_type, document.size) == ("KTP.jpg", "image/jpeg", len(content))
    assert document.sha256 == hashlib.sha256(content).hexdigest()
    assert (document.worker, document.uploaded_by, document.withdrawn_at) == (worker, officer, None)
    (entry,) = entries_about(worker.pk)
    assert (entry.event, entry.kind, entry.actor_id) == ("document.add", Kind.DEED, officer.pk)
    assert entry.facts == {"kind": "ktp", "sha256": document.sha256}


def test_the_same_file_sent_twice_is_kept_once(officer, worker):  # AC-D8 of papers: a double click is harmless
    first = add_document(worker.pk, by=officer, kind=DocumentKind.LETTER, file=pdf())
    files = stored()

    assert add_document(worker.pk, by=officer, kind=DocumentKind.LETTER, file=pdf()) == first
    assert stored() == files
    assert entries_about(worker.pk).count() == 1


REFUSED = [  # AC-B28
    (DocumentKind.ID_CARD, "ktp.exe", bad.EXE, "wrong_type"),
    (DocumentKind.ID_CARD, "ktp.jpg", bad.EXE, "mismatch"),
    (DocumentKind.LETTER, "surat.docx", b"PK\x03\x04", "wrong_type"),
    (DocumentKind.FAMILY_CARD, "kk.jpg", bad.photo()[:4] + b"\xff" * 5_000_001, "too_big"),
    (DocumentKind.WORK, "tempat.pdf", bad.pdf(), "wrong_type"),
]


@pytest.mark.parametrize(("kind", "name", "content", "code"), REFUSED, ids=[f"{row[0]} {row[3]}" for row in REFUSED])
def test_what_is_no_such_paper_is_refused_and_leaves_nothing(officer, worker, kind, name, content, code):
    files = stored()

    with pytest.raises(Refused) as refusal:
        add_document(worker.pk, by=officer, kind=kind, file=upload(name, content))

    assert refusal.value.codes == [code]
    assert (WorkerDocument.objects.count(), AuditEntry.objects.count(), stored()) == (0, 0, files)


def test_the_eleventh_paper_is_refused_until_one_is_withdrawn(officer, worker):  # AC-B28
    papers = [WorkerDocumentFactory(worker=worker, path="x") for _ in range(10)]

    with pytest.raises(Refused) as refusal:
        add_document(worker.pk, by=officer, kind=DocumentKind.LETTER, file=pdf())

    assert refusal.value.messages == ["Sudah ada 10 berkas. Tarik satu berkas dulu."]

    withdraw_document(papers[0].pk, by=officer, reason="KTP lama")

    assert add_document(worker.pk, by=officer, kind=DocumentKind.LETTER, file=pdf()).name == "surat.pdf"


def test_an_auditor_adds_nothing_and_one_made_unknown_gets_nothing(officer):
    unknown = WorkerFactory(anonymised_at="2026-03-02T10:00:00+08:00")
    with pytest.raises(Refused) as refusal:
        add_document(unknown.pk, by=officer, kind=DocumentKind.LETTER, file=pdf())
    assert refusal.value.codes == ["anonymised"]

    with pytest.raises(Refused) as refusal:
        add_document(WorkerFactory().pk, by=UserFactory(auditor=True), kind=DocumentKind.LETTER, file=pdf())
    assert refusal.value.codes == ["not_a_registrar"]


def test_a_paper_of_another_region_is_not_there():  # AC-W65
    officer = UserFactory(officer=True)
    document = WorkerDocumentFactory(worker__kelurahan=kelurahan("73.71.10.1001"))

    with pytest.raises(Worker.DoesNotExist):
        add_document(document.worker_id, by=officer, kind=DocumentKind.LETTER, file=pdf())
    for deed in (open_document, lambda pk, by: withdraw_document(pk, by=by, reason="salah")):
        with pytest.raises(WorkerDocument.DoesNotExist):
            deed(document.pk, by=officer)
    assert AuditEntry.objects.count() == 0


def test_a_withdrawn_paper_stays_readable_with_its_reason(officer, worker):
    document = WorkerDocumentFactory(worker=worker)

    withdraw_document(document.pk, by=officer, reason="Foto buram")

    withdrawn, file = open_document(document.pk, by=officer)
    assert file.read() == b"isi"
    assert (withdrawn.withdrawn_by, withdrawn.withdrawn_because, withdrawn.status) == (
        officer,
        "Foto buram",
        "withdrawn",
    )
    entries = [(entry.event, entry.kind, entry.note) for entry in entries_about(worker.pk)]
    assert entries == [("document.withdraw", Kind.DEED, "Foto buram"), ("document.download", Kind.EXPORT, "")]

    with pytest.raises(Refused) as refusal:
        withdraw_document(document.pk, by=officer, reason="lagi")
    assert refusal.value.codes == ["withdrawn"]


def test_a_withdrawn_paper_can_be_added_anew(officer, worker):
    first = add_document(worker.pk, by=officer, kind=DocumentKind.LETTER, file=pdf())
    withdraw_document(first.pk, by=officer, reason="salah jenis")

    assert add_document(worker.pk, by=officer, kind=DocumentKind.FAMILY_CARD, file=pdf()) != first


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"kind": "paspor"}, "workers_document_kind_is_known"),
        ({"withdrawn_at": "2026-03-02T10:00:00+08:00"}, "workers_document_withdrawal_is_signed"),
    ],
)
def test_the_database_holds_the_rules_too(changes, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        WorkerDocumentFactory(path="x", **changes)


def test_the_database_keeps_a_file_once():
    document = WorkerDocumentFactory(path="x")

    with pytest.raises(IntegrityError, match="workers_document_same_file_once"), transaction.atomic():
        WorkerDocumentFactory(path="y", worker=document.worker, sha256=document.sha256)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_pass_the_tenth():
    officer, worker = UserFactory(officer=True), WorkerFactory()
    for _ in range(9):
        WorkerDocumentFactory(worker=worker, path="x")
    start, results = threading.Barrier(2), []

    def add(pages):
        try:
            start.wait(timeout=10)
            add_document(worker.pk, by=officer, kind=DocumentKind.LETTER, file=pdf(pages=pages))
            results.append("kept")
        except Refused as refused:
            results.extend(refused.codes)
        finally:
            connection.close()

    threads = [threading.Thread(target=add, args=[pages]) for pages in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)

    assert sorted(results) == ["kept", "too_many_files"]
    assert worker.documents.in_use().count() == 10


# --- pages ---


def test_the_limits_stand_there_before_a_file_is_chosen(signed_in, worker):
    page = signed_in.get(page_of(worker)).text

    assert "paling besar 5 MB" in page
    assert "paling besar 10 MB" in page
    assert "Paling banyak 10 berkas" in page
    assert "Belum ada dokumen" in page


def test_a_paper_is_added_and_downloaded_as_an_attachment(signed_in, worker):
    response = signed_in.post(page_of(worker), {"kind": "kk", "file": pdf("KK keluarga.pdf")})

    assert response.url == page_of(worker)
    page = signed_in.get(response.url)
    document = WorkerDocument.objects.get()
    assert page.context["documents"] == [document]
    assert "Kartu Keluarga ditambahkan." in page.text

    download = signed_in.get(reverse("workers:document_file", args=[document.pk]))

    assert download["Content-Disposition"] == 'attachment; filename="KK keluarga.pdf"'
    assert (download["Content-Type"], download["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    assert hashlib.sha256(download.getvalue()).hexdigest() == document.sha256
    events = [entry.event for entry in entries_about(worker.pk)]
    assert events == ["document.add", "document.list", "document.download"]


def test_a_refused_file_is_told_at_its_field_and_the_kind_stays(signed_in, worker):
    response = signed_in.post(page_of(worker), {"kind": "kk", "file": upload("kk.exe", bad.EXE)})

    assert response.status_code == 422
    assert response.context["form"].errors == {"file": ["Jenis berkas ini tidak diterima. Gunakan JPG, PNG, atau PDF."]}
    assert response.context["form"]["kind"].value() == "kk"


def test_without_a_file_the_page_says_so(signed_in, worker):
    response = signed_in.post(page_of(worker), {"kind": "kk"})

    assert response.context["form"].errors == {"file": ["Pilih berkas, lalu tambahkan lagi."]}


def test_a_paper_is_withdrawn_by_its_own_page(signed_in, worker, officer):
    document = WorkerDocumentFactory(worker=worker, kind=DocumentKind.LETTER)
    address = reverse("workers:document_withdraw", args=[document.pk])
    assert "tetap tersimpan dan terbaca" in signed_in.get(address).text

    assert signed_in.post(address, {"reason": ""}).context["form"].errors == {
        "reason": ["Tulis mengapa dokumen ini ditarik."]
    }
    assert signed_in.post(address, {"reason": "Salah orang"}).url == page_of(worker)
    page = signed_in.get(page_of(worker)).text
    assert "Ditarik" in page
    assert "Salah orang" in page

    again = signed_in.post(address, {"reason": "lagi"})
    assert again.context["form"].non_field_errors() == [
        "Berkas ini sudah ditarik. Muat ulang halaman untuk melihat keadaan terakhir."
    ]
    assert "Tidak dapat ditarik" in again.text


@pytest.mark.parametrize("count", [1, 3])
def test_document_list_queries_do_not_grow(signed_in, worker, count, django_assert_num_queries):
    for number in range(count):
        WorkerDocumentFactory(worker=worker, path="x", withdrawn_because=str(number))

    with django_assert_num_queries(8):  # session, user, limit, worker, savepoint, papers, entry, release
        response = signed_in.get(page_of(worker))

    assert len(response.context["documents"]) == count


def test_papers_of_a_linked_record_are_the_persons_too(signed_in, worker):  # AC-D26
    PolicyFactory()
    linked = WorkerDocumentFactory(worker=WorkerFactory(survivor=worker), path="x")
    WorkerDocumentFactory(path="x")
    WorkerDocumentFactory(worker=WorkerFactory(survivor=worker, kelurahan=kelurahan("73.71.10.1001")), path="x")

    for record in (worker, linked.worker):
        assert signed_in.get(page_of(record)).context["documents"] == [linked]
        assert "1 berkas tersimpan." in signed_in.get(record.get_absolute_url()).text


@pytest.mark.parametrize(("reader", "because"), [("officer", "\nAlasan: Foto buram"), ("auditor", "")])
def test_the_timeline_tells_of_papers(client, worker, officer, reader, because):
    PolicyFactory()
    document = WorkerDocumentFactory(worker=worker, path="x", uploaded_by=officer)
    withdraw_document(document.pk, by=officer, reason="Foto buram")
    client.force_login(officer if reader == "officer" else UserFactory(auditor=True))

    steps = client.get(worker.get_absolute_url()).context["steps"]

    assert [(step["what"], step["who"], step["note"]) for step in steps[1:]] == [
        ("Dokumen ditambahkan", "Petugas Satu", "KTP"),
        ("Dokumen ditarik", "Petugas Satu", f"KTP{because}"),
    ]


def test_the_page_of_the_person_says_how_many(signed_in, worker):
    PolicyFactory()
    WorkerDocumentFactory(worker=worker, path="x")

    assert "1 berkas tersimpan." in signed_in.get(worker.get_absolute_url()).text
