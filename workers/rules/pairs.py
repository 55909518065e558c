"""Who may decide whether two records are one person, and which records can become one."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from accounts.models import User
from casework.decisions import Decision
from workers.models import DuplicatePair, Worker
from workers.rules.registration import may_register
from workers.workflow import PAIR


def may_decide(pair: DuplicatePair, user: User, deed: str) -> Decision:
    """Whether this user may do that deed of workflow.PAIR now. Nobody gives both signatures under "same"."""
    return (
        may_register(user)
        & PAIR.may(pair, deed)
        & Decision.unless(
            (
                deed == "confirm" and pair.answered_by_id == user.pk,
                "same_person",
                "Yang menjawab “sama” tidak boleh juga menyetujuinya.",
                "Minta petugas lain memeriksa kedua data ini.",
            ),
        )
    )


def check_seen(pair: DuplicatePair, *, seen: int) -> Decision:
    """Whether the pair is still as the form showed it; if not, who decided what (AC-D38)."""
    if pair.revision == seen:
        return Decision()
    text = "Keputusan sebelumnya sudah dibatalkan oleh petugas lain."
    by, at = (pair.confirmed_by, pair.confirmed_at) if pair.confirmed_by_id else (pair.answered_by, pair.answered_at)
    if by is not None:
        text = (
            f"{by.name} sudah memutuskan “{pair.get_status_display().lower()}” pada "
            f"{timezone.localtime(at):%d-%m-%Y %H.%M} WITA."
        )
    return Decision.unless((True, "decided_meanwhile", text, "Lihat keputusan itu, lalu putuskan bila masih perlu."))


def check_survivor(pair: DuplicatePair, survivor: UUID | None) -> Decision:
    """Whether that one of the two records can go on for both."""
    if survivor not in pair.worker_ids:
        return Decision.unless(
            (
                True,
                "no_survivor",
                "Data yang dipertahankan belum dipilih dari dua data ini.",
                "Pilih satu. Data yang lain ditautkan kepadanya dan tetap dapat dibaca.",
            ),
        )
    kept, linked = (pair.one, pair.other) if survivor == pair.one_id else (pair.other, pair.one)
    return check_link(linked, survivor=kept.person)


def check_link(linked: Worker, *, survivor: Worker) -> Decision:
    """Whether the one record can be linked to the other, which goes on. Links have one step and no circle."""
    return Decision.unless(
        (
            linked.pk == survivor.pk,
            "survivor_is_linked",  # AC-D25
            "Data yang dipertahankan tidak boleh juga menjadi data yang ditautkan.",
            "Pilih satu dari dua data sebagai yang dipertahankan.",
        ),
        (
            linked.survivor_id is not None and linked.survivor_id != survivor.pk,
            "linked_elsewhere",
            "Data yang akan ditautkan sudah ditautkan ke data lain.",
            "Putuskan dugaan antara kedua data yang dipertahankan, atau batalkan tautan itu dulu.",
        ),
        (
            linked.survivor_id == survivor.pk,
            "linked_already",
            "Kedua data ini sudah ditautkan.",
            "Muat ulang halaman untuk melihat keadaan terakhir.",
        ),
        (
            linked.linked.exists(),
            "has_linked",
            "Ada data lain yang ditautkan ke data ini, jadi data ini harus tetap dipertahankan.",
            "Pertahankan data ini, atau batalkan tautannya dulu.",
        ),
        (
            survivor.exit is not None and linked.exit is None,
            "survivor_exited",
            "Data yang dipertahankan sudah keluar dari program, sedangkan data yang lain masih di dalam.",
            "Pertahankan data yang masih di dalam program.",
        ),
        (
            linked.anonymised_at is not None or survivor.anonymised_at is not None,
            "anonymised",
            "Salah satu data sudah dianonimkan karena masa simpannya habis.",
            "Dugaan ini tidak perlu diputuskan lagi.",
        ),
    )
