"""Who may do what with a batch, a reply and a receipt."""

from __future__ import annotations

from datetime import date

from accounts.models import User
from accounts.roles import Role
from casework.decisions import Decision
from enrollment.enums import BatchStatus
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


def may_approve(batch: Batch, user: User) -> Decision:
    """The second signature, after which BPJS Ketenagakerjaan may take the file."""
    return _settled_by_another_admin(batch, user, "approve", "menyetujui")


def may_reject(batch: Batch, user: User, *, note: str) -> Decision:
    reasoned = Decision.unless(
        (
            not note.strip(),
            "reason_missing",
            "Alasan penolakan belum diisi.",
            "Tulis apa yang harus diperbaiki pengusul.",
        ),
    )
    return _settled_by_another_admin(batch, user, "reject", "menolak") & reasoned  # AC-B10


def may_withdraw(batch: Batch, user: User) -> Decision:
    """Only while nobody has decided (AC-B29)."""
    own = Decision.unless(
        (
            batch.proposed_by_id != user.pk,
            "not_the_proposer",
            "Hanya pengusul yang dapat menarik usulannya.",
            "Minta pengusulnya, atau minta admin kota menolaknya.",
        ),
    )
    return own & WORKFLOW.may(batch, "withdraw")


def may_send(batch: Batch, user: User) -> Decision:
    return _bpjs_only(user, "mengambil berkas") & WORKFLOW.may(batch, "send")


def may_download(batch: Batch, user: User) -> Decision:
    """The file, again and again once it was taken."""
    taken = batch.status in (BatchStatus.SENT, BatchStatus.ANSWERED)
    after_taking = Decision.unless(
        (not taken, "wrong_status", f"Statusnya sekarang “{batch.get_status_display()}”.", "Ambil berkasnya dulu."),
    )
    return _bpjs_only(user, "mengunduh berkas") & after_taking


def may_read_reply(batch: Batch, user: User) -> Decision:
    return _bpjs_only(user, "mengunggah jawaban") & WORKFLOW.may(batch, "answer")


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


def _settled_by_another_admin(batch: Batch, user: User, action: str, verb: str) -> Decision:
    another_admin = Decision.unless(
        (
            user.role != Role.ADMIN,
            "not_an_admin",
            f"Hanya admin kota yang dapat {verb}.",
            "Minta admin kota memeriksanya.",
        ),
        (
            batch.proposed_by_id == user.pk,
            "same_person",
            f"Anda mengusulkan kelompok ini, jadi orang lain yang {verb}.",
            "Minta admin lain.",
        ),  # AC-B4
    )
    return another_admin & WORKFLOW.may(batch, action)


def _bpjs_only(user: User, deed: str) -> Decision:
    return Decision.unless(
        (
            user.role != Role.BPJS,
            "not_bpjs",
            f"Hanya petugas BPJS Ketenagakerjaan yang dapat {deed}.",
            "Hubungi kantor cabang BPJS Ketenagakerjaan.",
        ),
    )
