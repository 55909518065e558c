"""Leaving the programme and coming back."""

from __future__ import annotations

from datetime import date

from accounts.models import User
from casework.decisions import Decision
from workers.enums import ExitReason
from workers.models import Worker, WorkerExit
from workers.rules.registration import may_register


def may_exit(worker: Worker, user: User) -> Decision:
    """Whether this user may record that the person leaves the programme."""
    left = worker.exit
    return may_register(user) & Decision.unless(
        (
            worker.anonymised_at is not None,
            "anonymised",
            "Data orang ini sudah dianonimkan karena masa simpannya habis.",
            "Tidak ada lagi yang perlu dicatat.",
        ),
        (
            left is not None,
            "exited_already",
            f"{_exit_words(left)}.",
            "Bila tanggal atau alasannya salah, catat kembalinya dulu, lalu catat keluarnya dengan benar.",
        ),
    )


def check_exit(worker: Worker, *, by: User, reason: str, exited_on: date, death_report: str, today: date) -> Decision:
    """Whether the person can leave for this reason on that day. `death_report` is the number of the report of a death.

    A death first becomes a possible claim (rules.md section 5), so it leaves by its report.
    """
    return may_exit(worker, by) & Decision.unless(
        (
            exited_on > today,
            "exit_in_future",
            "Tanggal keluar belum tiba.",
            "Isi tanggal kejadiannya, hari ini atau sebelumnya.",
        ),
        (
            exited_on < worker.birth_on,
            "exit_before_birth",
            "Tanggal keluar mendahului tanggal lahir.",
            "Cocokkan kedua tanggalnya.",
        ),
        (
            reason == ExitReason.DIED and not death_report,
            "death_not_reported",
            "Kematian dilaporkan dulu, karena ahli waris mungkin berhak atas santunan.",
            "Pilih “Laporkan kematian” di halaman pekerja. Keluarnya ikut tercatat.",
        ),
    )


def may_return(left: WorkerExit | None, user: User) -> Decision:
    """Whether this user may record that the person is back. The death of somebody who lives was recorded by mistake."""
    return may_register(user) & Decision.unless(
        (
            left is None,
            "not_exited",
            "Orang ini tidak tercatat keluar.",
            "Muat ulang halaman untuk melihat keadaan terakhir.",
        ),
    )


def against_exited(worker: Worker) -> tuple[bool, str, str, str]:
    """The check of rules.check_eligibility."""
    left = worker.exit
    return (
        left is not None,
        "exited",
        f"{_exit_words(left)}.",
        "Bila orang ini kembali, catat kembalinya di halaman datanya.",
    )


def _exit_words(left: WorkerExit | None) -> str:
    if left is None:
        return ""
    return f"Sudah keluar dari program sejak {left.exited_on:%d-%m-%Y} (alasan: {left.get_reason_display()})"
