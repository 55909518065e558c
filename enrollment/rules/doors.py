"""The emergency door (AC-P29): a patient who cannot speak and carries no papers, asked about by name and birth year.

Such a key is weak, so the door gives the verdict and nothing else, asks for a reason, and somebody looks at it
afterwards. Nobody who uses it unseen keeps it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from django.utils.formats import date_format

from accounts.models import User
from accounts.roles import Role
from casework.decisions import Decision
from enrollment.enums import DOOR, Verdict
from enrollment.models import CoverageCheck, DoorOpening
from enrollment.rules.coverage import ASK_BPJS, TREAT, WITA, CoverageAnswer, may_use_desk
from enrollment.rules.questions import Question

STAYS_OPEN = timedelta(hours=3)  # for the answer to be read
REVIEW_WITHIN = timedelta(days=7)
CLOSES_AFTER = timedelta(days=10)  # without a review
EARLIEST_BIRTH = 1900
ASK_FOR_MORE = "Tanyakan kepada pengantar atau keluarga: NIK, nomor peserta, atau tanggal lahir lengkap. Lalu cek lagi."
CONFIRM = "Begitu identitas pasien diketahui, cek lagi dengan NIK atau tanggal lahir lengkap."
KEEP = "Simpan nomor jawaban ini di berkas pasien. Jawabannya dapat dibuka selama 3 jam."


def may_open_door(
    user: User,
    *,
    question: Question,
    reason: str,
    event_at: datetime,
    asked_at: datetime,
    has_agreement: bool,
    unreviewed_since: datetime | None,
) -> Decision:
    """Whether the door opens for this question. `unreviewed_since`: when the user's oldest unreviewed opening was."""
    year = question.birth_year
    closed = unreviewed_since is not None and asked_at >= unreviewed_since + CLOSES_AFTER
    may_use = may_use_desk(user, event_at=event_at, asked_at=asked_at, has_agreement=has_agreement)
    return may_use & Decision.unless(
        (
            closed,
            "door_closed",
            f"Pintu darurat akun Anda tertutup: pembukaan {_day(unreviewed_since)} belum ditinjau selama 10 hari.",
            "Hubungi admin kota. Cek dengan NIK, nomor peserta, atau nama dan tanggal lahir tetap dapat dipakai.",
        ),
        (
            question.name == "",
            "name_missing",
            "Tahun lahir saja tidak cukup untuk mencari orang.",
            "Isi juga namanya, seperti di KTP.",
        ),
        (
            year is None,
            "year_missing",
            "Nama saja tidak cukup untuk mencari orang.",
            "Isi juga tahun lahirnya.",
        ),
        (
            year is not None and not EARLIEST_BIRTH <= year <= asked_at.astimezone(WITA).year,
            "year_unlikely",
            f"Tahun lahir harus dari {EARLIEST_BIRTH} sampai tahun ini.",
            "Tulis dengan empat angka. Contoh: 1990.",
        ),
        (
            reason.strip() == "",
            "reason_missing",
            "Pintu darurat dibuka dengan alasan.",
            "Tulis mengapa identitas pasien tidak dapat diketahui.",
        ),
    )


def answer_through_door(answer: CoverageAnswer | None, *, found: int) -> CoverageAnswer:
    """What the door tells: the verdict of `answer` alone. None when the question means no one person of `found`."""
    if found > 1:
        return CoverageAnswer(
            Verdict.UNKNOWN,
            f"{DOOR}several",
            "Nama dan tahun lahir ini belum cukup untuk satu orang. Ini bukan jawaban tidak aktif.",
            (ASK_FOR_MORE, TREAT, ASK_BPJS),
        )
    if answer is None or answer.verdict == Verdict.UNKNOWN:  # a stranger and a doubt sound the same
        return CoverageAnswer(
            Verdict.UNKNOWN,
            f"{DOOR}unknown",
            "Nama dan tahun lahir saja belum memberi kepastian. Ini bukan jawaban tidak aktif.",
            (TREAT, ASK_FOR_MORE, ASK_BPJS),
        )
    reason = "Ini jawaban untuk satu-satunya orang di data kota dengan nama dan tahun lahir itu."
    return replace(
        answer,
        code=f"{DOOR}{answer.verdict}",
        reason=reason,
        next_steps=(CONFIRM, KEEP, ASK_BPJS),
        period=None,
        last_paid_month=None,
        entered_after_event=False,
    )


def may_read_answer(check: CoverageCheck, user: User, *, now: datetime) -> Decision:
    """Whether this user may still read what was answered: through the door three hours, otherwise always."""
    over = check.is_by_door and user.role == Role.HOSPITAL and now >= door_answer_closes_at(check)
    return Decision.unless(
        (
            over,
            "door_over",
            "Jawaban pintu darurat hanya dapat dibuka selama 3 jam.",
            "Cek lagi dengan NIK, nomor peserta, atau nama dan tanggal lahir.",
        ),
    )


def door_answer_closes_at(check: CoverageCheck) -> datetime:
    """From when on the hospital no longer reads an answer that came through the door."""
    return check.asked_at + STAYS_OPEN


def may_review_door(opening: DoorOpening, user: User) -> Decision:
    """Whether this user may say what the opening was worth. Once, and never an own one."""
    return Decision.unless(
        (
            user.role != Role.ADMIN,
            "not_an_admin",
            "Pembukaan pintu darurat ditinjau admin kota.",
            "Hubungi admin kota.",
        ),
        (
            opening.opened_by_id == user.pk,
            "same_person",
            "Pembukaan sendiri tidak dapat Anda tinjau.",
            "Minta admin lain meninjaunya.",
        ),
        (
            opening.reviewed_by_id is not None,
            "already_reviewed",
            "Pembukaan ini sudah ditinjau.",
            "Muat ulang halaman untuk melihat hasilnya.",
        ),
    )


def review_due_on(opening: DoorOpening) -> date:
    """The last day of the weekly review, in Makassar."""
    return (opening.opened_at + REVIEW_WITHIN).astimezone(WITA).date()


def door_closes_at(opening: DoorOpening) -> datetime:
    """When the account loses the door if nobody has reviewed this opening."""
    return opening.opened_at + CLOSES_AFTER


def _day(moment: datetime | None) -> str:
    return date_format(moment.astimezone(WITA), "j F Y") if moment is not None else ""
