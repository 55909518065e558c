"""What one answer of BPJS Ketenagakerjaan may change."""

from __future__ import annotations

import re
from datetime import date

from casework.decisions import Decision
from enrollment.batch_file import ReplyLine
from enrollment.enums import LineKind, LineStatus, RejectionReason, ReplyOutcome
from enrollment.models import BatchLine

# The first pattern that the words hold names the reason.
REJECTION_WORDS = (
    (RejectionReason.ALREADY_MEMBER, r"bukan penerima upah|\bbpu\b|sudah terdaftar|ganda"),
    (RejectionReason.WAGE_EARNER, r"penerima upah|\bpu\b"),
    (RejectionReason.OFFICIAL, r"\b(asn|pns|pppk|tni|polri)\b"),
    (RejectionReason.DIED, r"meninggal|wafat"),
    (RejectionReason.AGE, r"\b(usia|umur)"),
    (RejectionReason.INCOMPLETE, r"(tidak|belum|kurang) lengkap|kosong"),
    (RejectionReason.NIK, r"\bnik\b.*(tidak (valid|terdaftar|ditemukan)|salah)"),
    (RejectionReason.DIFFERS, r"tidak (cocok|sama|sesuai|padan)|berbeda"),
    (RejectionReason.ALREADY_MEMBER, r"sudah (menjadi )?peserta|masih aktif"),
)
OUTCOMES = {
    "nik_not_sent": ReplyOutcome.UNKNOWN,  # AC-R8
    "nik_twice": ReplyOutcome.TWICE,  # AC-R10
}


def rejection_reason(text: str) -> RejectionReason:
    """The coded reason of a rejection in words; OTHER where they say none that is known."""
    return next((reason for reason, words in REJECTION_WORDS if re.search(words, text.lower())), RejectionReason.OTHER)


def outcome_of(code: str, *, readable: bool) -> ReplyOutcome:
    """What a row that was not taken is, by the code against it. `readable`: it was an answer, only not to be taken."""
    return OUTCOMES.get(code, ReplyOutcome.HELD if readable else ReplyOutcome.UNREADABLE)


def check_answer(
    answer: ReplyLine,
    line: BatchLine | None,
    *,
    start_month: date,
    sent_on: date,
    today: date,
    covered_until_after: bool,
    number_taken: bool,
) -> Decision:
    """Whether the answer can be taken for the line that was sent; None where no line holds its NIK.

    `covered_until_after` says that a membership that the line does not end reaches beyond the answer's start of cover,
    `number_taken` that the participant number belongs to someone else.
    """
    if line is None:
        return Decision.unless(
            (True, "nik_not_sent", "NIK ini tidak ada di daftar kami.", "Periksa nomor kelompok dan NIK-nya.")
        )  # AC-R8
    accepts, leaves, start = bool(answer.participant_number), line.kind == LineKind.DROP, answer.cover_start
    changes = line.kind == LineKind.CHANGE and start is not None
    until = line.ends.period.upper if changes else None
    return Decision.unless(
        (
            line.status != LineStatus.PENDING,
            "already_answered",
            f"Baris ini sudah dijawab lain: {line.get_status_display()}.",
            "Hubungi admin kota bila jawabannya berubah.",
        ),
        (
            answer.answered_on < sent_on,
            "answered_before_sending",
            "Ditahan: tanggal jawaban sebelum berkas diambil.",
            "Perbaiki tanggal jawaban.",
        ),  # AC-R11
        (
            answer.answered_on > today,
            "answered_in_future",
            "Ditahan: tanggal jawaban belum tiba.",
            "Perbaiki tanggal jawaban.",
        ),  # AC-R11
        (
            accepts and not leaves and answer.cover_start is None,
            "cover_start_form",
            "Ditahan: mulai perlindungan belum diisi.",
            "Isi mulai perlindungan seperti 01-12-2026.",
        ),
        (
            leaves and answer.cover_start is not None,
            "leaves_with_a_start",
            "Ditahan: orang ini keluar, jadi tidak punya mulai perlindungan.",
            "Kosongkan mulai perlindungan di baris ini.",
        ),
        (
            accepts and line.kind != LineKind.ADD and answer.participant_number != line.ends.participant_number,
            "other_participant_number",
            "Ditahan: nomor peserta berbeda dengan nomor di berkas kelompok.",
            "Isi nomor peserta dari berkas kelompok.",
        ),
        (
            answer.cover_start is not None and answer.cover_start < start_month,
            "starts_before_first_month",
            "Ditahan: perlindungan mulai sebelum bulan iuran pertama.",
            "Perbaiki mulai perlindungan.",
        ),  # AC-W62
        (
            changes and (start.day != 1 or (until is not None and start >= until)),
            "changes_between",
            "Ditahan: perubahan berlaku mulai tanggal 1, selama kepesertaan lamanya masih berjalan.",
            "Perbaiki mulai perlindungan.",
        ),  # a month has one bill of a person
        (
            covered_until_after,
            "periods_overlap",
            "Ditahan: bertumpang tindih dengan kepesertaan yang sudah ada.",
            "Minta admin kota memeriksa kepesertaan lamanya.",
        ),  # AC-E8
        (
            number_taken,
            "participant_number_taken",
            "Ditahan: nomor peserta ini sudah dipakai orang lain.",
            "Perbaiki nomor peserta.",
        ),  # rule N10: a person may have several numbers, a number has one person
    )
