"""Members whose family rises above the desil limit (rule S6), and objections to a desil (rule S5)."""

from __future__ import annotations

from datetime import date

from accounts.models import User
from accounts.roles import Role
from casework.decisions import Decision
from workers.models import DesilObjection, DesilRecord, DesilReview, Worker
from workers.rules.registration import may_register
from workers.workflow import REVIEW


def may_answer_review(review: DesilReview, user: User, action: str) -> Decision:
    """Whether this user may keep the member, or propose that they leave: `action` is keep or propose."""
    return may_register(user) & REVIEW.may(review, action) & _objection_open(review, against=action == "propose")


def may_decide_review(review: DesilReview, user: User, action: str = "confirm") -> Decision:
    """Whether this user may decide on a proposed exit: an admin, and never the proposer. `action`: confirm, decline."""
    return (
        Decision.unless(
            (
                user.role != Role.ADMIN,
                "not_an_admin",
                "Usulan keluar diputuskan oleh admin kota.",
                "Tunggu keputusannya; sampai itu kepesertaan berjalan terus.",
            ),
        )
        & REVIEW.may(review, action)
        & Decision.unless(
            (
                review.answered_by_id == user.pk,
                "same_person",
                "Anda mengusulkan keluarnya, jadi admin lain yang memutuskan.",
                "Minta admin lain memutuskannya.",
            ),
        )
        & _objection_open(review, against=action == "confirm")
    )


def check_objection(worker: Worker, *, by: User, record: DesilRecord | None, filed_on: date, today: date) -> Decision:
    """Whether an objection to the desil of that record can be kept. `record`: of the release that counts now."""
    waiting = worker.objections.filter(outcome="").exists()
    return may_register(by) & Decision.unless(
        (
            record is None,
            "desil_unknown",
            "Desil keluarga belum tercatat pada rilis yang dipakai, jadi belum ada yang disanggah.",
            "Catat nomor KK dan desilnya dulu.",
        ),
        (
            waiting,
            "objection_open",
            "Usul-sanggah keluarga ini sudah tercatat dan belum ada hasilnya.",
            "Catat hasilnya dulu.",
        ),
        (filed_on > today, "filed_in_future", "Tanggal pengajuan belum tiba.", "Isi tanggal pada tanda terimanya."),
    )


def check_outcome(objection: DesilObjection, *, by: User, outcome_on: date, today: date) -> Decision:
    return may_register(by) & Decision.unless(
        (
            objection.outcome != "",
            "objection_closed",
            f"Hasilnya sudah tercatat: {objection.get_outcome_display().lower()}.",
            "Muat ulang halaman untuk melihat keadaan terakhir.",
        ),
        (
            outcome_on > today,
            "outcome_in_future",
            "Tanggal hasil belum tiba.",
            "Isi tanggal pada surat hasilnya.",
        ),
        (
            outcome_on < objection.filed_on,
            "outcome_before_filing",
            "Tanggal hasil mendahului tanggal pengajuan.",
            "Cocokkan kedua tanggalnya.",
        ),
    )


def _objection_open(review: DesilReview, *, against: bool) -> Decision:
    return Decision.unless(
        (
            against and review.worker.objections.filter(outcome="").exists(),
            "objection_open",
            "Usul-sanggah keluarga ini belum ada hasilnya, jadi tidak ada yang keluar karenanya.",
            "Catat hasilnya dulu.",
        ),
    )
