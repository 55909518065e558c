"""Whether a person was a participant at the time of an accident: the one rule behind every answer.

Pure: handed what the portal holds about one person, it asks neither the database nor the clock. Business dates
decide, not the hour a row was entered (AC-W7). Doubt is UNKNOWN, never INACTIVE and never ACTIVE.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format

from accounts.models import User
from accounts.roles import Role
from casework.decisions import Decision
from enrollment.enums import LONGEST_GAP, Payer, Verdict
from enrollment.models import CoverageCheck
from enrollment.rules.contributions import PROGRAMS, program_name
from enrollment.rules.months import first_of_month, month_after, months_between
from enrollment.rules.questions import Question, against

WITA = ZoneInfo("Asia/Makassar")
ASK_BPJS = "Tanyakan ke BPJS Ketenagakerjaan dengan nomor jawaban ini."
TREAT = "Catat nomor jawaban dan rawat pasien seperti biasa."


@dataclass(frozen=True, slots=True)
class CoveredPeriod:
    """One membership. `end` is the first day without cover, None while it runs."""

    package: str
    payer: str
    participant_number: str
    start: date
    end: date | None
    entered_at: datetime
    end_reason: str = ""

    def holds(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class History:
    """What the portal knows of one registered person.

    `paid` says for each paid contribution month, in whichever membership, on which day BPJS Ketenagakerjaan received
    the money. `awaiting_since` is the day on which a batch with this person went to BPJS Ketenagakerjaan, as long as
    it is not answered: cover may count from that day (rule T7).
    """

    periods: tuple[CoveredPeriod, ...] = ()
    paid: Mapping[date, date] = field(default_factory=dict)
    awaiting_since: date | None = None


@dataclass(frozen=True, slots=True)
class CoverageAnswer:
    verdict: Verdict
    code: str
    reason: str  # one or two Indonesian sentences after the panel's fixed first one
    next_steps: tuple[str, ...]
    period: CoveredPeriod | None = None  # the one the answer rests on
    last_paid_month: date | None = None
    entered_after_event: bool = False

    @property
    def programs(self) -> tuple[str, ...]:
        """Programs in force at the time of the event; none unless the verdict is ACTIVE."""
        if self.verdict != Verdict.ACTIVE or self.period is None:
            return ()
        return tuple(PROGRAMS[self.period.package])


def may_use_desk(user: User, *, event_at: datetime, asked_at: datetime, has_agreement: bool) -> Decision:
    """Whether this user may ask about anybody at all, whichever way."""
    return Decision.unless(
        (
            user.role != Role.HOSPITAL,
            "not_a_hospital",
            "Hanya staf rumah sakit yang dapat mengecek kepesertaan.",
        ),
        (
            not has_agreement,
            "no_agreement",
            "Rumah sakit ini belum punya perjanjian kerja sama yang berlaku.",
            "Hubungi admin kota. Layanan gawat darurat tetap diberikan.",
        ),
        (
            event_at > asked_at,
            "event_in_future",
            "Waktu kejadian belum tiba.",
            "Isi waktu sekarang atau sebelumnya.",
        ),  # AC-W32
    )


def may_ask(user: User, *, question: Question, event_at: datetime, asked_at: datetime, has_agreement: bool) -> Decision:
    """Whether the question may be answered at all."""
    may_use = may_use_desk(user, event_at=event_at, asked_at=asked_at, has_agreement=has_agreement)
    return may_use & Decision.unless(*against(question))


def may_repeat(check: CoverageCheck) -> Decision:
    """Whether the question can be put again: it is still kept (rule X9), and was not of the emergency door."""
    return Decision.unless(
        (
            check.question == "",
            "question_emptied",
            "Pertanyaan ini sudah dihapus karena masa simpannya berakhir.",
            "Ketik lagi NIK atau nomor pesertanya.",
        ),
        (
            check.is_by_door,
            "by_door",
            "Jawaban pintu darurat tidak diulang.",
            "Cek dengan NIK atau nama dan tanggal lahir. Belum ada? Buka pintu darurat lagi dengan alasannya.",
        ),
    )


def answer_coverage(history: History, *, event_at: datetime, at_work: bool = True) -> CoverageAnswer:
    """The answer for one person and event.

    Whether it happened at work changes only what to do next: cover is cover.
    """
    day = event_at.astimezone(WITA).date()
    held = next((period for period in history.periods if period.holds(day)), None)
    if held is None:
        return _outside(history, day)
    return _inside(history, held, day=day, event_at=event_at, at_work=at_work)


def _inside(history: History, held: CoveredPeriod, *, day: date, event_at: datetime, at_work: bool) -> CoverageAnswer:
    """A period holds the day, so the contribution of its month decides."""
    if not history.paid:
        reason = "Sudah menjadi peserta, tetapi belum ada satu bulan pun iuran yang tercatat lunas."
        return _inactive("no_paid_month", reason, history, held)  # AC-W4
    month = first_of_month(day)
    named = date_format(month, "F Y")
    if month not in history.paid:
        reason = f"Iuran {named} belum tercatat lunas, jadi perlindungannya belum dapat dipastikan."
        return _unknown("month_unpaid", reason, history, held)  # rule T10, AC-C5, AC-W5
    received_on = history.paid[month]
    if received_on >= month_after(month) and day < received_on:
        reason = f"Iuran {named} baru lunas {date_format(received_on, 'j F Y')}, setelah kejadian."
        return _unknown("paid_in_arrears", reason, history, held)  # rule T10
    if held.payer == Payer.SELF and month == min(history.paid) and day < received_on:
        reason = f"Iuran pertamanya baru diterima {date_format(received_on, 'j F Y')}, setelah kejadian."
        return _unknown("first_payment_later", reason, history, held)  # rule T8, unconfirmed
    earlier = [paid for paid in history.paid if first_of_month(held.start) <= paid < month]
    if earlier and months_between(max(earlier), month) > LONGEST_GAP:
        reason = (
            f"Sebelum {named} ada lebih dari {LONGEST_GAP} bulan berturut-turut tanpa iuran, "
            "jadi kepesertaan bisa sudah berakhir."
        )
        return _unknown("gap_too_long", reason, history, held)  # rules T5, T6
    return _active(history, held, entered_after=held.entered_at > event_at, at_work=at_work)


def _outside(history: History, day: date) -> CoverageAnswer:
    """No period holds the day."""
    if history.awaiting_since is not None and history.awaiting_since <= day:
        sent = date_format(history.awaiting_since, "j F Y")
        reason = f"Pendaftarannya diambil BPJS Ketenagakerjaan {sent} dan belum dijawab."
        return _unknown("awaiting_bpjs", reason, history)  # rule T7
    before = max((p for p in history.periods if p.end is not None and p.end <= day), key=_start, default=None)
    after = min((p for p in history.periods if p.start > day), key=_start, default=None)
    if before is not None:
        last_day = date_format(before.end - timedelta(days=1), "j F Y")
        because = f" ({before.end_reason})" if before.end_reason else ""
        then = f"baru disambung {date_format(after.start, 'j F Y')}" if after else "belum disambung"
        code = "between_periods" if after else "after_end"
        return _inactive(code, f"Kepesertaan berakhir {last_day}{because} dan {then}.", history, before)
    if after is not None:
        reason = f"Kepesertaan baru mulai {date_format(after.start, 'j F Y')}, setelah kejadian."
        return _inactive("before_start", reason, history, after)  # AC-W2
    reason = "Terdata sebagai pekerja, tetapi belum pernah didaftarkan kota sebagai peserta."
    return _inactive("not_enrolled", reason, history)  # AC-W11


def _active(history: History, held: CoveredPeriod, *, entered_after: bool, at_work: bool) -> CoverageAnswer:
    names = [program_name(code) for code in PROGRAMS[held.package]]
    reason = f"Terlindungi {_listed(names)}."
    review: tuple[str, ...] = ()
    if entered_after:  # AC-C2
        reason += " Kepesertaan ini dicatat setelah kejadian, jadi laporannya akan ditinjau."
        review = ("Lampirkan bukti waktu kejadian, karena kepesertaan ini dicatat sesudahnya.",)
    return CoverageAnswer(
        Verdict.ACTIVE,
        "active_entered_after" if entered_after else "active",
        reason,
        (
            "Cocokkan nama dan tanggal lahir dengan kartu identitas.",
            *(["Laporkan dugaan kecelakaan kerja (tahap I) paling lambat 2×24 jam."] if at_work else []),
            *review,
            "Simpan lembar jawaban di berkas pasien.",
        ),
        held,
        max(history.paid),
        entered_after,
    )


def _inactive(code: str, reason: str, history: History, period: CoveredPeriod | None = None) -> CoverageAnswer:
    steps = (
        "Sampaikan alasan ini kepada pasien atau keluarganya.",
        "Pakai penjamin lain yang dimiliki pasien.",
        f"Menurut Anda keliru? Ajukan cek ulang. {ASK_BPJS}",
    )
    return CoverageAnswer(Verdict.INACTIVE, code, reason, steps, period, max(history.paid, default=None))


def _unknown(code: str, reason: str, history: History, period: CoveredPeriod | None = None) -> CoverageAnswer:
    reason = f"{reason} Ini bukan jawaban tidak aktif."
    return CoverageAnswer(Verdict.UNKNOWN, code, reason, (TREAT, ASK_BPJS), period, max(history.paid, default=None))


def _not_found() -> CoverageAnswer:
    """The portal knows only whom the city registered, so a stranger is doubt, not a no (AC-W10)."""
    return CoverageAnswer(
        Verdict.UNKNOWN,
        "not_found",
        "Nomor ini tidak ditemukan di data kota. Pasien bisa jadi peserta lewat jalur lain. "
        "Ini bukan jawaban tidak aktif.",
        ("Cocokkan lagi nomornya dengan KTP atau kartu peserta.", TREAT, ASK_BPJS),
    )


def answer_nobody(
    question: Question, *, found: int, misfits: Sequence[str] = (), card_over: bool = False
) -> CoverageAnswer:
    """The answer when no one person is meant; nothing of anyone is shown.

    `found` is how many persons have the number, or the name and birth date. `misfits` names what of the question does
    not fit the person with the number: "name", "birth_on" (AC-C7). `card_over`: the number is of a card that is no
    longer valid.
    """
    if card_over:
        reason = "Kartu ini tidak berlaku lagi. Ini bukan jawaban tidak aktif."
        steps = ("Minta kartu yang baru, atau cek dengan NIK atau nomor peserta.", TREAT, ASK_BPJS)
        return CoverageAnswer(Verdict.UNKNOWN, "card_withdrawn", reason, steps)
    if misfits:
        what = " dan ".join({"name": "Nama", "birth_on": "Tanggal lahir"}[field] for field in misfits).capitalize()
        reason = f"{what} tidak cocok dengan nomor ini. Ini bukan jawaban tidak aktif."
        steps = ("Cocokkan lagi isiannya dengan KTP atau kartu peserta.", TREAT, ASK_BPJS)
        return CoverageAnswer(Verdict.UNKNOWN, f"data_{'_'.join(misfits)}", reason, steps)
    if found > 1:
        reason = "Lebih dari satu orang bernama dan lahir seperti ini. Ini bukan jawaban tidak aktif."
        steps = ("Cari NIK atau nomor peserta pasien, lalu cek lagi.", TREAT, ASK_BPJS)
        return CoverageAnswer(Verdict.UNKNOWN, "several", reason, steps)
    if question.number:
        return _not_found()
    reason = (
        "Nama dan tanggal lahir ini tidak ditemukan di data kota. Pasien bisa jadi peserta lewat jalur lain. "
        "Ini bukan jawaban tidak aktif."
    )
    steps = ("Cocokkan lagi nama dan tanggal lahir dengan kartu identitas.", TREAT, ASK_BPJS)
    return CoverageAnswer(Verdict.UNKNOWN, "not_found", reason, steps)


def _start(period: CoveredPeriod) -> date:
    return period.start


def _listed(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} dan {names[-1]}"
