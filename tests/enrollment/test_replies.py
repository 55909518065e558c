from datetime import UTC, date, datetime

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from casework.decisions import Refused
from casework.models import AuditEntry
from enrollment import operations, rules
from enrollment.enums import BatchStatus, LineStatus
from enrollment.models import Batch, BatchLine, Membership, ReplyFile, ReplyRow
from tests.accounts.factories import UserFactory
from tests.casework.workbooks import DATE, number, sheet_of, workbook_of
from tests.enrollment.factories import BatchFactory, BatchLineFactory, MembershipFactory

HEADER = "nik,nomor_peserta,mulai_perlindungan,tanggal_jawaban,alasan_penolakan"


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(datetime(2026, 11, 24, 2, tzinfo=UTC), tick=False)


@pytest.fixture
def bpjs(db):
    return UserFactory(bpjs=True)


@pytest.fixture
def batch(db):
    """Taken by BPJS Ketenagakerjaan on 22 November 2026, for cover from December on."""
    return BatchFactory(sent=True)


def lines_of(batch: Batch, count: int) -> list[BatchLine]:
    return BatchLineFactory.create_batch(count, batch=batch)


def accepted(line: BatchLine, number="26110000001", start="01-12-2026", answered="24-11-2026") -> str:
    return f"{line.worker.nik},{number},{start},{answered},"


def rejected(line: BatchLine, reason="Sudah peserta penerima upah") -> str:
    return f"{line.worker.nik},,,24-11-2026,{reason}"


def read(batch: Batch, by, *rows: str):
    content = "\n".join([HEADER, *rows]).encode()
    return operations.read_reply(batch.pk, by=by, file=ContentFile(content, "jawaban.csv"))


def codes(reply: ReplyFile) -> list[tuple[int, str]]:
    return [(finding["row"], finding["code"]) for finding in reply.findings]


def state() -> list:
    return [
        list(BatchLine.objects.order_by("pk").values_list("pk", "status", "participant_number", "rejection")),
        list(Membership.objects.order_by("pk").values_list("pk", "period")),
        list(Batch.objects.values_list("status")),
        ReplyFile.objects.count(),
        ReplyRow.objects.count(),
        sum(len(default_storage.listdir(folder)[1]) for folder in default_storage.listdir(".")[0]),
        AuditEntry.objects.count(),
    ]


def test_an_answer_to_every_line_ends_the_waiting(batch, bpjs):
    yes, no = lines_of(batch, 2)

    reply, is_new = read(batch, bpjs, accepted(yes), rejected(no))

    assert is_new
    assert (reply.accepted, reply.rejected, reply.findings, reply.read_by) == (1, 1, [], bpjs)
    yes.refresh_from_db()
    no.refresh_from_db()
    assert (yes.status, yes.participant_number, yes.cover_start) == (
        LineStatus.ACCEPTED,
        "26110000001",
        date(2026, 12, 1),
    )
    assert (no.status, no.rejection) == (LineStatus.REJECTED, "Sudah peserta penerima upah")
    membership = Membership.objects.get()
    assert (membership.worker, membership.line, membership.package, membership.payer) == (
        yes.worker,
        yes,
        "JKK_JKM",
        "APBD",
    )
    assert (membership.period.lower, membership.period.upper) == (date(2026, 12, 1), None)
    batch.refresh_from_db()
    assert batch.status == BatchStatus.ANSWERED
    assert list(AuditEntry.objects.order_by("pk").values_list("event", flat=True)) == [
        "batch.read_reply",
        "batch.answer",
    ]
    assert AuditEntry.objects.first().facts["accepted"] == 1


def test_a_batch_with_a_waiting_line_stays_sent_and_takes_another_file(batch, bpjs):
    first, second = lines_of(batch, 2)

    read(batch, bpjs, accepted(first))
    batch.refresh_from_db()
    assert batch.status == BatchStatus.SENT

    reply, _ = read(batch, bpjs, accepted(first), rejected(second))
    batch.refresh_from_db()
    assert batch.status == BatchStatus.ANSWERED
    assert (reply.accepted, reply.rejected, reply.findings) == (0, 1, [])
    assert Membership.objects.count() == 1


def test_the_same_file_twice_changes_nothing(batch, bpjs):
    (line,) = lines_of(batch, 1)
    first, _ = read(batch, bpjs, accepted(line))
    before = state()

    again, is_new = read(batch, bpjs, accepted(line))

    assert (again, is_new) == (first, False)
    assert state() == before


def test_a_bad_line_is_reported_and_never_stops_the_file(batch, bpjs):
    first, second = lines_of(batch, 2)

    reply, _ = read(batch, bpjs, "737109,,,24-11-2026,x", accepted(first, start="31-02-2027"), accepted(second))

    assert codes(reply) == [(2, "nik_form"), (3, "cover_start_form")]
    assert (reply.accepted, reply.rejected) == (1, 0)
    assert Membership.objects.get().worker == second.worker


def test_a_nik_that_was_not_sent_is_never_ignored(batch, bpjs):  # AC-R8
    lines_of(batch, 1)
    elsewhere = BatchLineFactory()

    reply, _ = read(batch, bpjs, accepted(elsewhere))

    assert codes(reply) == [(2, "nik_not_sent")]
    assert reply.findings[0]["message"].startswith("NIK ini tidak ada di daftar kami.")
    assert elsewhere.worker.nik not in str(reply.findings)
    assert Membership.objects.count() == 0


def test_a_nik_answered_twice_is_shown_and_not_taken(batch, bpjs):  # AC-R10
    (line,) = lines_of(batch, 1)

    reply, _ = read(batch, bpjs, accepted(line), accepted(line, number="26110000002"))

    assert codes(reply) == [(2, "nik_twice"), (3, "nik_twice")]
    assert Membership.objects.count() == 0


@pytest.mark.parametrize(
    ("answered", "expected"),
    [
        ("21-11-2026", [(2, "answered_before_sending")]),  # AC-R11
        ("22-11-2026", []),
        ("24-11-2026", []),
        ("25-11-2026", [(2, "answered_in_future")]),  # AC-R11
    ],
)
def test_an_answer_with_an_impossible_date_is_held(batch, bpjs, answered, expected):
    (line,) = lines_of(batch, 1)

    reply, _ = read(batch, bpjs, accepted(line, answered=answered))

    assert codes(reply) == expected
    assert Membership.objects.count() == 1 - len(expected)


@pytest.mark.parametrize(
    ("start", "expected"), [("30-11-2026", [(2, "starts_before_first_month")]), ("01-12-2026", []), ("15-12-2026", [])]
)
def test_cover_before_the_first_paid_month_is_held(batch, bpjs, start, expected):  # AC-W62
    (line,) = lines_of(batch, 1)

    reply, _ = read(batch, bpjs, accepted(line, start=start))

    assert codes(reply) == expected


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ((date(2026, 3, 1), None), [(2, "periods_overlap")]),
        ((date(2026, 3, 1), date(2026, 12, 2)), [(2, "periods_overlap")]),
        ((date(2026, 3, 1), date(2026, 12, 1)), []),  # touching days are no overlap
    ],
)
def test_overlapping_cover_is_a_finding(batch, bpjs, period, expected):  # AC-E8
    (line,) = lines_of(batch, 1)
    MembershipFactory(worker=line.worker, participant_number="26030000009", period=period)

    reply, _ = read(batch, bpjs, accepted(line))

    assert codes(reply) == expected
    line.refresh_from_db()
    assert line.status == (LineStatus.PENDING if expected else LineStatus.ACCEPTED)


def test_a_participant_number_has_one_person(batch, bpjs):  # rule N10
    first, second, third, fourth = lines_of(batch, 4)
    MembershipFactory(participant_number="26110000001")
    MembershipFactory(
        worker=fourth.worker, participant_number="26110000004", period=(date(2026, 3, 1), date(2026, 4, 1))
    )

    reply, _ = read(
        batch,
        bpjs,
        accepted(first, number="26110000001"),
        accepted(second, number="26110000002"),
        accepted(third, number="26110000002"),
        accepted(fourth, number="26110000004"),  # the number she had before
    )

    assert codes(reply) == [(2, "participant_number_taken"), (4, "participant_number_taken")]
    assert reply.accepted == 2


def test_an_unusual_number_is_taken_and_shown(batch, bpjs):  # rule N9
    (line,) = lines_of(batch, 1)

    reply, _ = read(batch, bpjs, accepted(line, number="2611000001"))

    assert codes(reply) == [(2, "participant_number_length")]
    assert Membership.objects.get().participant_number == "2611000001"


def test_another_answer_to_an_answered_line_is_shown(batch, bpjs):
    first, _ = lines_of(batch, 2)
    read(batch, bpjs, accepted(first))

    reply, _ = read(batch, bpjs, rejected(first))

    assert codes(reply) == [(2, "already_answered")]
    first.refresh_from_db()
    assert first.status == LineStatus.ACCEPTED


def test_every_row_of_a_reply_is_kept_with_what_became_of_it(batch, bpjs):  # AC-R8, AC-R10, AC-R11
    yes, no, early, twice, before = lines_of(batch, 5)
    elsewhere = BatchLineFactory()
    read(batch, bpjs, accepted(before, number="26110000009"))

    reply, _ = read(
        batch,
        bpjs,
        accepted(yes),
        rejected(no),
        accepted(early, number="26110000003", answered="21-11-2026"),
        accepted(twice, number="26110000004"),
        accepted(twice, number="26110000005"),
        accepted(elsewhere, number="26110000006"),
        accepted(before, number="26110000009"),
        "737109,,,24-11-2026,x",
    )

    assert list(reply.rows.values_list("row", "outcome", "line", "code", "rejection")) == [
        (2, "accepted", yes.pk, "", ""),
        (3, "rejected", no.pk, "", "wage_earner"),
        (4, "held", early.pk, "answered_before_sending", ""),
        (5, "twice", None, "nik_twice", ""),
        (6, "twice", None, "nik_twice", ""),
        (7, "unknown", None, "nik_not_sent", ""),
        (8, "repeated", before.pk, "", ""),
        (9, "unreadable", None, "nik_form", ""),
    ]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("Sudah peserta penerima upah", "wage_earner"),
        ("Terdaftar sebagai PU di perusahaan lain", "wage_earner"),
        ("Sudah peserta bukan penerima upah", "already_member"),
        ("Data ganda", "already_member"),
        ("Kepesertaan masih aktif", "already_member"),
        ("PNS aktif", "official"),
        ("Sudah meninggal dunia", "died"),
        ("Umur melebihi 65 tahun", "age"),
        ("NIK tidak valid", "nik"),
        ("Nama tidak sesuai", "differs"),
        ("Alamat belum lengkap", "incomplete"),
        ("Lihat surat kami", "other"),
    ],
)
def test_the_words_of_a_rejection_give_its_coded_reason(words, reason):
    assert rules.rejection_reason(words) == reason


def test_a_reply_comes_back_as_it_was_with_an_entry(batch, bpjs):
    (line,) = lines_of(batch, 1)
    reply, _ = read(batch, bpjs, accepted(line), "737109,,,24-11-2026,x")

    kept, content = operations.open_reply_file(reply.pk, by=UserFactory(officer=True))

    assert content.read().decode() == "\n".join([HEADER, accepted(line), "737109,,,24-11-2026,x"])
    assert (kept.name, kept.content_type) == ("jawaban.csv", "text/csv")
    entry = AuditEntry.objects.latest("pk")
    assert (entry.event, entry.persons) == ("batch.download_reply", [str(line.worker_id)])
    with pytest.raises(ReplyFile.DoesNotExist):
        operations.open_reply_file(reply.pk, by=UserFactory(hospital_staff=True))


def test_a_reply_of_before_files_were_kept_cannot_be_taken(batch, bpjs):
    reply = ReplyFile.objects.create(
        batch=batch, name="lama.csv", size=0, sha256="0", accepted=0, rejected=0, findings=[], read_by=bpjs
    )

    with pytest.raises(ReplyFile.DoesNotExist):
        operations.open_reply_file(reply.pk, by=bpjs)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"outcome": "accepted"}, "enrollment_reply_row_taken_has_a_line"),
        ({"outcome": "held", "rejection": "other"}, "enrollment_reply_row_rejection_is_coded"),
        ({"outcome": "unreadable", "row": 2}, "enrollment_reply_row_once"),
    ],
)
def test_the_database_holds_what_a_row_may_say(batch, bpjs, values, constraint):
    reply, _ = read(batch, bpjs, "737109,,,24-11-2026,x")

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        reply.rows.create(**{"row": 3, **values})


@pytest.mark.parametrize(
    ("trait", "status", "content", "code"),
    [
        ("officer", "sent", HEADER.encode(), "not_bpjs"),
        ("bpjs", "approved", HEADER.encode(), "wrong_status"),
        ("bpjs", "answered", HEADER.encode(), "wrong_status"),
        ("bpjs", "sent", b"\0", "mismatch"),
        ("bpjs", "sent", b"x" * (5 * 1024 * 1024 + 1), "too_big"),
    ],
)
def test_a_refused_file_leaves_no_trace(db, trait, status, content, code):
    batch = BatchFactory(**{status: True})
    user = UserFactory(**{trait: True})
    before = state()

    with pytest.raises(Refused) as refused:
        operations.read_reply(batch.pk, by=user, file=ContentFile(content, "jawaban.csv"))

    assert refused.value.codes == [code]
    assert state() == before


def test_the_number_of_queries_does_not_grow_with_the_lines(batch, bpjs, django_assert_num_queries):
    lines = lines_of(batch, 4)

    with django_assert_num_queries(13):
        read(batch, bpjs, accepted(lines[0]))
    with django_assert_num_queries(13):
        read(batch, bpjs, *[accepted(line, number=f"2611000000{n}") for n, line in enumerate(lines[1:3], start=5)])


@pytest.mark.parametrize(
    ("worker_of", "values", "constraint"),
    [
        ("same", {"period": (date(2026, 5, 1), date(2026, 6, 1))}, "enrollment_membership_periods_do_not_overlap"),
        ("other", {"participant_number": "26030000001"}, "enrollment_membership_number_has_one_person"),
        ("other", {"participant_number": "KPJ 1"}, "enrollment_membership_number_form"),
        ("other", {"period": (None, date(2026, 6, 1))}, "enrollment_membership_has_a_start"),
        ("other", {"period": (date(2026, 6, 1), date(2026, 6, 1))}, "enrollment_membership_has_a_start"),
    ],
)
def test_the_database_holds_the_rules_of_a_membership(db, worker_of, values, constraint):  # AC-E8, AC-W61
    first = MembershipFactory(participant_number="26030000001")
    fields = {"worker": first.worker} if worker_of == "same" else {}

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        MembershipFactory(**fields, **values)


def test_a_workbook_is_a_reply_like_a_text_file(batch, bpjs):  # dates of a workbook come as 2026-12-01
    one, two = lines_of(batch, 2)
    rows = (
        [one.worker.nik, "26110000001", number(46357, style=DATE), "24-11-2026", ""],
        [two.worker.nik, "", "", number(46350, style=DATE), "Sudah peserta penerima upah"],
    )
    file = ContentFile(workbook_of(sheet_of(HEADER.split(","), *rows)), "jawaban.xlsx")

    reply, is_new = operations.read_reply(batch.pk, by=bpjs, file=file)

    assert (is_new, reply.accepted, reply.rejected, reply.findings) == (True, 1, 1, [])
    assert list(BatchLine.objects.order_by("number").values_list("participant_number", "cover_start", "rejection")) == [
        ("26110000001", date(2026, 12, 1), ""),
        ("", None, "Sudah peserta penerima upah"),
    ]
    assert reply.name == "jawaban.xlsx"
    assert default_storage.open(reply.path).read().startswith(b"PK")
