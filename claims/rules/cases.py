"""Who may do what with a claim, and whether an accident can still be reported. Nothing here writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Hospital, User
from accounts.roles import Role
from casework.decisions import Decision
from claims.benefits import first_report_due, last_day_to_claim
from claims.enums import ClaimStatus, Outcome
from claims.models import SIGNED, Claim
from claims.querysets import partners
from claims.triage import Triage
from claims.workflow import WORKFLOW
from workers.models import Worker

YES = Decision()


def may_report(user: User, *, worker: Worker | None) -> Decision:
    """Whether this user may report an accident of this person; None when the registry does not know the person.

    Whatever the coverage answer was: a suspected case is treated until there is a conclusion (rule A3).
    """
    return Decision.unless(
        (
            user.role not in (Role.OFFICER, Role.HOSPITAL),
            "not_a_reporter",
            "Dugaan kecelakaan kerja dilaporkan oleh petugas kota atau rumah sakit.",
            "Sampaikan kepada petugas wilayah tempat tinggal pekerja.",
        ),
        (
            worker is None,
            "worker_unknown",
            "Orang ini tidak ada di daftar pekerja Kota Makassar.",
            "Rawat seperti biasa, dan laporkan langsung ke BPJS Ketenagakerjaan.",
        ),
    )


def is_reportable(*, accident_at: datetime, now: datetime, reported: Claim | None) -> Decision:
    """Whether an accident of that time can be reported now. `reported` is what stands reported of it already.

    A report after the 2 x 24 hours is accepted (AC-W34). Refuses the future (AC-K5, AC-W32), a right to claim that
    has lapsed (A12, AC-W35) and a second report of one accident (AC-C14).
    """
    accident_on, today = _day(accident_at), _day(now)
    return Decision.unless(
        (
            accident_at > now,
            "accident_in_the_future",
            "Waktu kejadian belum tiba.",
            "Isi tanggal dan jam kejadian yang sudah lewat.",
        ),
        (
            today > last_day_to_claim(accident_on),
            "lapsed",
            "Hak klaim gugur 5 tahun setelah kecelakaan (PP 82/2019).",
            "Periksa tahun kejadian. Bila benar, tanyakan kepada BPJS Ketenagakerjaan.",
        ),
        (
            reported is not None,
            "already_reported",
            f"Kecelakaan pekerja ini pada hari itu sudah dilaporkan dengan nomor {reported and reported.number}.",
            "Satu kecelakaan cukup satu laporan. Lanjutkan laporan yang pertama.",
        ),
    )


def is_same_notice(sent: Claim, notice: dict[str, Any]) -> Decision:
    """Whether what comes with a used submission key is what came with it first: a second click, not a change."""
    return Decision.unless(
        (
            any(getattr(sent, name) != value for name, value in notice.items()),
            "key_used",
            "Formulir ini sudah terkirim dengan isi lain.",
            "Isi yang pertama yang berlaku. Buka daftar klaim untuk melihatnya.",
        ),
    )


@dataclass(frozen=True, slots=True)
class ReportClock:
    """The 2 x 24 hours of the stage I report (rule A7), as seen at one moment."""

    due_at: datetime
    left: timedelta  # until the deadline; zero after it
    hours_late: int  # of the report; 0 when it came in time
    before: ReportClock | None = None  # as the report first said it, where the accident's time was corrected


def report_clock(claim: Claim, *, now: datetime) -> ReportClock:
    """A corrected time has its own clock; the one before stays beside it, so that nobody pauses a clock quietly."""
    before = claim.first_said_at and _clock(claim, first_report_due(claim.first_said_at), now=now)
    return _clock(claim, claim.report_due_at, now=now, before=before)


def _clock(claim: Claim, due_at: datetime, *, now: datetime, before: ReportClock | None = None) -> ReportClock:
    return ReportClock(due_at, max(timedelta(), due_at - now), claim.hours_after(due_at), before)


def may_correct_time(claim: Claim, user: User) -> Decision:
    """Whether this user may say anew when the accident was: whoever has the case, until the first signature."""
    return own_hospital(claim, user) & Decision.unless(
        (
            user.role not in (Role.OFFICER, Role.HOSPITAL, Role.ADMIN),
            "wrong_role",
            "Waktu kejadian diperbaiki oleh petugas, rumah sakit, atau admin kota.",
        ),
        (
            claim.status in (*SIGNED, ClaimStatus.WITHDRAWN),
            "wrong_status",
            f"Statusnya sekarang “{claim.get_status_display()}”.",
            "Minta admin mengembalikan klaimnya dahulu.",
        ),
    )


def may_triage(claim: Claim, user: User) -> Decision:
    """Whether this user may answer the six questions anew: whoever has the case, until the first signature."""
    return own_hospital(claim, user) & Decision.unless(
        (
            user.role not in (Role.OFFICER, Role.HOSPITAL, Role.ADMIN),
            "wrong_role",
            "Enam pertanyaan dijawab oleh petugas, rumah sakit, atau admin kota.",
        ),
        (
            claim.status in (*SIGNED, ClaimStatus.WITHDRAWN),
            "wrong_status",
            f"Statusnya sekarang “{claim.get_status_display()}”.",
            "Minta admin mengembalikan klaimnya dahulu.",
        ),
    )


def is_consistent(triage: Triage) -> Decision:
    """Whether the answers go together."""
    return Decision.unless(
        (
            triage.is_single_vehicle is not None and not triage.in_traffic,
            "single_vehicle_not_in_traffic",
            "Kecelakaan tunggal hanya ditanyakan bila kejadiannya di lalu lintas.",
            "Jawab “Ya” pada “Di lalu lintas?”, atau kembalikan yang ini ke “Belum tahu”.",
        ),
        (
            bool(triage.is_disease and triage.in_traffic),
            "disease_in_traffic",
            "Penyakit dan kecelakaan lalu lintas tidak dapat sekaligus.",
            "Laporkan keduanya sendiri-sendiri, atau perbaiki salah satu jawabannya.",
        ),
    )


def fits_the_claim(claim: Claim, *, accident_at: datetime) -> Decision:
    """Whether a corrected time goes with what the claim holds already (AC-W32)."""
    return Decision.unless(
        (
            accident_at > claim.reported_at,
            "accident_after_report",
            "Waktu kejadian tidak dapat sesudah laporannya.",
            "Isi waktu sebelum laporan dikirim.",
        ),
        (
            claim.care_from is not None and _day(accident_at) > claim.care_from,
            "accident_after_care",
            "Waktu kejadian tidak dapat sesudah pasien mulai dirawat.",
            "Periksa tanggalnya, atau perbaiki dahulu tanggal mulai dirawat.",
        ),
    )


def may_route(claim: Claim, user: User) -> Decision:
    return may(claim, user, "route", Role.OFFICER, Role.ADMIN)


def may_receive(hospital: Hospital, *, on: date) -> Decision:
    """Whether a case may be routed to this hospital that day: only under an agreement in force."""
    return Decision.unless(
        (
            not partners(on=on).filter(pk=hospital.pk).exists(),
            "no_agreement",
            f"Perjanjian kerja sama dengan {hospital.name} tidak berlaku pada hari ini.",
            "Pilih rumah sakit mitra.",
        ),
    )


def proposed_hospital(claim: Claim, *, on: date) -> Hospital | None:
    """Where the patient is, if that hospital is a partner; otherwise the first partner. None without any."""
    candidates = list(partners(on=on))
    return next((hospital for hospital in candidates if hospital.pk == claim.reported_from_id), None) or next(
        iter(candidates), None
    )


def may_admit(claim: Claim, user: User) -> Decision:
    return may(claim, user, "admit", Role.HOSPITAL, also=own_hospital(claim, user))


def may_treat(claim: Claim, user: User) -> Decision:
    return may(claim, user, "treat", Role.HOSPITAL, also=own_hospital(claim, user))


def is_plausible_treatment(
    claim: Claim, *, care_from: date, care_to: date | None, outcome: Outcome, today: date
) -> Decision:
    """Whether the days of care fit the accident and the doctor's statement (rule A9)."""
    return Decision.unless(
        (
            care_from < claim.accident_on,
            "care_before_accident",
            "Perawatan tidak dapat mulai sebelum hari kejadian.",
            "Periksa tanggal mulai dirawat.",
        ),
        (
            care_from > today,
            "care_from_in_the_future",
            "Tanggal mulai dirawat belum tiba.",
            "Isi hari perawatan yang sudah lewat.",
        ),
        (
            care_to is not None and care_to < care_from,
            "care_ends_before_it_began",
            "Perawatan berakhir sebelum mulai.",
            "Periksa kedua tanggal perawatan.",
        ),
        (
            care_to is not None and care_to > today,
            "care_to_in_the_future",
            "Tanggal akhir perawatan belum tiba.",
            "Pilih keadaan “Masih dirawat” dan kosongkan tanggal akhirnya.",
        ),
        (
            care_to is None and outcome != Outcome.STILL_TREATED,
            "care_end_unknown",
            "Tanggal akhir perawatan belum diisi, padahal dokter sudah menyatakan keadaan akhirnya.",
            "Isi tanggal akhir perawatan, atau pilih “Masih dirawat”.",
        ),
        (
            care_to is not None and outcome == Outcome.STILL_TREATED,
            "still_treated_has_an_end",
            "Pasien masih dirawat, jadi tanggal akhir perawatan harus kosong.",
            "Kosongkan tanggal akhirnya, atau pilih keadaan akhir menurut dokter.",
        ),
    )


def may_verify(claim: Claim, user: User) -> Decision:
    """Whether this user may give the first signature."""
    return may(
        claim,
        user,
        "verify",
        Role.ADMIN,
        also=Decision.unless(
            _already("already_verified", "Sudah diperiksa oleh", claim.verified_by),
            _own_report(claim, user),
            (
                WORKFLOW.allows(claim, "verify") and claim.outcome == Outcome.STILL_TREATED,
                "still_treated",
                "Pasien masih dirawat, jadi keadaan akhirnya belum ada.",
                "Tunggu rumah sakit mencatat pernyataan dokter.",
            ),
        ),
    )


def may_send_back(claim: Claim, user: User) -> Decision:
    """Whether this user may return the case to the hospital. The first signature then falls away."""
    return may(claim, user, "send_back", Role.ADMIN)


def may_approve(claim: Claim, user: User) -> Decision:
    """Whether this user may give the second signature (AC-B4, AC-B5, AC-W67)."""
    return may(
        claim,
        user,
        "approve",
        Role.ADMIN,
        also=Decision.unless(
            _already("already_approved", "Sudah disetujui oleh", claim.approved_by),
            _own_report(claim, user),
            (
                claim.verified_by_id == user.pk,
                "same_person",
                "Anda sudah memeriksa klaim ini, jadi admin lain yang menyetujui.",
                "Minta admin lain membukanya.",
            ),
        ),
    )


def may_forward(claim: Claim, user: User) -> Decision:
    """Whether this user may record that BPJS Ketenagakerjaan has the file; once is enough (AC-W37, AC-W68)."""
    also = Decision.unless(_already("already_forwarded", "Sudah diteruskan oleh", claim.forwarded_by))
    return may(claim, user, "forward", Role.ADMIN, also=also)


def saw_the_latest(claim: Claim, *, seen: int) -> Decision:
    """A signature holds for the facts its page showed (AC-B22). `seen` is the revision of those."""
    return Decision.unless(
        (
            claim.revision != seen,
            "changed_since",
            "Klaim ini berubah sejak halamannya Anda buka.",
            "Baca lagi isinya di halaman ini, lalu ulangi.",
        ),
    )


def may_withdraw(claim: Claim, user: User) -> Decision:
    """A report is taken back by the side that made it, or by an admin, while nobody treats on it."""
    return may(
        claim,
        user,
        "withdraw",
        Role.OFFICER,
        Role.HOSPITAL,
        Role.ADMIN,
        also=Decision.unless(
            (
                user.role == Role.HOSPITAL and claim.reported_from_id != user.hospital_id,
                "not_the_reporter",
                "Laporan ini bukan dari rumah sakit Anda.",
                "Minta pelapor atau admin kota menariknya.",
            ),
        ),
    )


def names_a_reason(note: str) -> Decision:
    """Sending back and withdrawing need words (AC-B10, AC-K16)."""
    return Decision.unless(
        (not note.strip(), "reason_missing", "Alasannya belum ditulis.", "Tulis apa yang perlu diketahui penerimanya."),
    )


def may(claim: Claim, user: User, action: str, *allowed: Role, also: Decision = YES) -> Decision:
    """Role and status, which every deed asks, and then what only this one does."""
    right_role = Decision.unless(
        (user.role not in allowed, "wrong_role", f"Ini tugas {' atau '.join(role.label for role in allowed)}."),
    )
    return right_role & WORKFLOW.may(claim, action) & also


def own_hospital(claim: Claim, user: User) -> Decision:
    """Whether hospital staff have this case; others have nothing to do with it."""
    return Decision.unless(
        (
            user.role == Role.HOSPITAL and claim.hospital_id != user.hospital_id,
            "other_hospital",
            "Klaim ini tidak diarahkan ke rumah sakit Anda.",
        ),
    )


def _own_report(claim: Claim, user: User) -> tuple[bool, str, str, str]:
    return (
        claim.reported_by_id == user.pk,
        "own_report",
        "Anda yang melaporkan kejadian ini.",
        "Minta admin lain memutuskannya.",
    )


def _already(code: str, text: str, by: User | None) -> tuple[bool, str, str]:
    """Tells the second of two who clicked at once who was first (AC-W68)."""
    return (by is not None, code, f"{text} {by and by.name}.")


def _day(at: datetime) -> date:
    """The day in Makassar."""
    return timezone.localdate(at)
