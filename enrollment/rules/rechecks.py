"""A hospital that thinks an answer wrong asks a person to look again. The answer itself never changes."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import User
from accounts.roles import Role
from casework.decisions import Decision
from enrollment.enums import Verdict
from enrollment.models import CoverageCheck, Recheck

ANSWER_WITHIN = timedelta(minutes=30)


def may_ask_recheck(check: CoverageCheck, user: User, *, asked: bool) -> Decision:
    """Whether this answer may be doubted. `asked`: somebody did already."""
    return Decision.unless(
        (
            user.role != Role.HOSPITAL,
            "not_a_hospital",
            "Cek ulang diajukan rumah sakit yang bertanya.",
            "Hubungi rumah sakit itu.",
        ),
        (
            check.verdict == Verdict.ACTIVE,
            "is_active",
            "Jawaban ini sudah aktif.",
            "Laporkan dugaan kecelakaan kerja dari jawaban ini.",
        ),
        (
            check.is_by_door,
            "by_door",
            "Jawaban pintu darurat tidak diperiksa ulang.",
            "Cek dengan NIK, nomor peserta, atau nama dan tanggal lahir.",
        ),
        (
            asked,
            "already_asked",
            "Cek ulang untuk jawaban ini sudah diajukan.",
            "Tunggu jawaban admin kota di halaman ini.",
        ),
    )


def may_answer_recheck(recheck: Recheck, user: User) -> Decision:
    """Whether this user may answer the hospital. Once."""
    return Decision.unless(
        (
            user.role != Role.ADMIN,
            "not_an_admin",
            "Cek ulang dijawab admin kota.",
            "Hubungi admin kota.",
        ),
        (
            recheck.answered_by_id is not None,
            "already_answered",
            "Cek ulang ini sudah dijawab.",
            "Muat ulang halaman untuk melihat jawabannya.",
        ),
    )


def recheck_due_at(recheck: Recheck) -> datetime:
    """Until when the hospital was told to expect an answer."""
    return recheck.asked_at + ANSWER_WITHIN
