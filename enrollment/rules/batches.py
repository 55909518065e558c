"""Who may do what with a batch, a reply and a receipt."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from accounts.models import User
from accounts.roles import Role
from casework.decisions import Decision
from enrollment.enums import TAKEN_BY_BPJS, BatchStatus
from enrollment.models import Batch
from enrollment.rules.months import first_of_month, month_after
from enrollment.workflow import WORKFLOW


def may_propose(user: User, *, start_month: date, today: date) -> Decision:
    """Whether this user may propose workers for cover from that month on (AC-W62)."""
    this_month = first_of_month(today)
    return Decision.unless(
        (
            user.role != Role.OFFICER,
            "not_an_officer",
            "Hanya petugas kota yang dapat mengusulkan.",
            "Minta petugas wilayah mengusulkannya.",
        ),
        (
            start_month.day != 1,
            "not_a_month",
            "Bulan iuran dimulai pada tanggal 1.",
            "Pilih bulannya lagi.",
        ),
        (
            start_month < this_month,
            "month_is_past",
            "Bulan iuran pertama sudah lewat.",
            "Pilih bulan ini atau bulan berikutnya.",
        ),
        (
            start_month > month_after(month_after(this_month)),
            "month_too_far",
            "Bulan iuran pertama terlalu jauh.",
            "Pilih paling jauh dua bulan lagi.",
        ),
    )


def may_enroll(*, eligible: Decision, open_batch: str, covered: bool, suspected: bool) -> Decision:
    """Whether one worker may stand in a new batch.

    `eligible` is the answer of workers.rules.check_eligibility, `open_batch` the number of a batch in which the
    worker still waits for an answer ("" for none), `covered` whether cover already reaches into the new period,
    `suspected` the answer of the rule of that name.
    """
    return eligible & Decision.unless(
        (
            bool(open_batch),
            "already_proposed",
            f"Sudah ada di kelompok {open_batch}.",
            "Tunggu jawaban kelompok itu, atau tarik usulannya.",
        ),  # AC-B25
        (
            covered,
            "already_covered",
            "Sudah menjadi peserta pada bulan iuran itu.",
            "Pilih bulan setelah kepesertaannya berakhir.",
        ),  # AC-W17
        (
            suspected and not open_batch and not covered,
            "suspected_double",
            "Mungkin orang yang sama dengan peserta atau pekerja lain yang lebih dulu terdaftar.",
            "Putuskan dulu dugaannya di halaman Dugaan ganda. Kepesertaan yang berjalan tidak berhenti karenanya.",
        ),  # AC-D28
    )


def may_edit(batch: Batch, user: User) -> Decision:
    """Whether this user may put workers into the batch and take them out."""
    return _maker_only(batch, user, "mengubah isinya") & _while(
        batch, {BatchStatus.DRAFT}, "Isi hanya berubah di draf."
    )


def may_lock(batch: Batch, user: User) -> Decision:
    """The first signature: the lines are frozen, and others approve."""
    return _maker_only(batch, user, "menguncinya") & WORKFLOW.may(batch, "lock")


def may_reopen(batch: Batch, user: User) -> Decision:
    """Whether this user may make a draft again of what was handed back."""
    return _maker_only(batch, user, "membukanya lagi") & WORKFLOW.may(batch, "reopen")


def may_withdraw(batch: Batch, user: User) -> Decision:
    """Only while nobody has decided (AC-B29). What no longer waits for others any officer may withdraw, so that nobody
    stands for ever in the draft of a colleague who left.
    """
    if batch.status in (BatchStatus.DRAFT, BatchStatus.RETURNED) and user.role == Role.OFFICER:
        return Decision()
    return _maker_only(batch, user, "menarik usulannya") & WORKFLOW.may(batch, "withdraw")


def may_send(batch: Batch, user: User) -> Decision:
    return _bpjs_only(user, "mengambil berkas") & WORKFLOW.may(batch, "send")


def may_download(batch: Batch, user: User) -> Decision:
    """The file, again and again once it was taken."""
    return _bpjs_only(user, "mengunduh berkas") & _while(batch, TAKEN_BY_BPJS, "Ambil berkasnya dulu.")


def may_read_reply(batch: Batch, user: User) -> Decision:
    return _bpjs_only(user, "mengunggah jawaban") & WORKFLOW.may(batch, "answer")


def may_reconcile_batch(batch: Batch, user: User, *, month_agrees: bool) -> Decision:
    """Whether the batch agrees with the bill of its month: `month_agrees` is the answer of that reconciliation."""
    agreed = Decision.unless(
        (
            not month_agrees,
            "month_not_reconciled",
            "Bulan pertama kelompok ini belum dicocokkan dengan tagihannya.",
            "Cocokkan dulu bulan itu.",
        ),
    )
    return _admin_only(user, "mencocokkan kelompok") & WORKFLOW.may(batch, "reconcile") & agreed


def may_close_batch(batch: Batch, user: User, *, unanswered: int, month_closed: bool) -> Decision:
    """Whether nothing is left to do. `unanswered`: lines that BPJS Ketenagakerjaan has not answered."""
    settled = Decision.unless(
        (
            unanswered > 0,
            "lines_unanswered",
            f"{unanswered} baris belum dijawab BPJS Ketenagakerjaan.",
            "Tunggu jawabannya.",
        ),
        (
            not month_closed,
            "month_not_closed",
            "Bulan pertama kelompok ini belum ditutup.",
            "Tutup dulu bulan itu.",
        ),
    )
    return _admin_only(user, "menutup kelompok") & WORKFLOW.may(batch, "close") & settled


def may_record_receipt(user: User, *, month: date, received_on: date, today: date) -> Decision:
    dated = Decision.unless(
        (
            month.day != 1,
            "not_a_month",
            "Bulan iuran dimulai pada tanggal 1.",
            "Pilih bulannya lagi.",
        ),
        (
            received_on > today,
            "received_in_future",
            "Tanggal diterima belum tiba.",
            "Isi tanggal hari ini atau sebelumnya.",
        ),
        (
            month > month_after(first_of_month(today)),
            "month_too_far",
            "Bulan iuran paling jauh bulan depan.",
            "Catat setelah bulannya lebih dekat.",
        ),  # rule T9, how far ahead may be paid, is unconfirmed
    )
    return _bpjs_only(user, "mencatat penerimaan iuran") & dated


def _while(batch: Batch, statuses: Collection[str], remedy: str) -> Decision:
    return Decision.unless(
        (
            batch.status not in statuses,
            "wrong_status",
            f"Statusnya sekarang “{batch.get_status_display()}”.",
            remedy,
        ),
    )


def _maker_only(batch: Batch, user: User, deed: str) -> Decision:
    return Decision.unless(
        (
            batch.proposed_by_id != user.pk,
            "not_the_proposer",
            f"Hanya pengusul yang dapat {deed}.",
            "Minta pengusulnya, atau minta admin kota menolaknya.",
        ),
    )


def _admin_only(user: User, deed: str) -> Decision:
    return Decision.unless(
        (user.role != Role.ADMIN, "not_an_admin", f"Hanya admin kota yang dapat {deed}.", "Hubungi admin kota."),
    )


def _bpjs_only(user: User, deed: str) -> Decision:
    return Decision.unless(
        (
            user.role != Role.BPJS,
            "not_bpjs",
            f"Hanya petugas BPJS Ketenagakerjaan yang dapat {deed}.",
            "Hubungi kantor cabang BPJS Ketenagakerjaan.",
        ),
    )
