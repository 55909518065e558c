"""Persons by hand, one at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NoReturn
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from casework import audit
from casework.decisions import Reason, Refused
from regions.models import Region
from workers import rules
from workers.enums import Employment
from workers.models import DesilRecord, Occupation, Policy, Worker
from workers.nik import check_nik
from workers.operations.drafts import take_over
from workers.operations.exits import see_again
from workers.operations.pairs import raise_pairs, refuse_similar


def register_worker(
    *,
    by: User,
    nik: str,
    name: str,
    birth_on: date,
    sex: str,
    kelurahan: Region,
    occupation: Occupation,
    family_card_number: str = "",
    birth_place: str = "",
    mother_name: str = "",
    address: str = "",
    rt: str = "",
    rw: str = "",
    is_resident: bool = True,
    employment: str = Employment.INFORMAL,
    income: int | None = None,
    workplace: str = "",
    work_hours: str = "",
    second_occupation: Occupation | None = None,
    second_workplace: str = "",
    second_work_hours: str = "",
    second_income: int | None = None,
    witness_name: str = "",
    witness_phone: str = "",
    work_seen_on: date | None = None,
    phone: str = "",
    desil: int | None = None,
    desil_source: str = "",
    nik_confirmed: bool = False,
    nik_evidence: str = "",
    similar_note: str = "",
    noticed_on: date | None = None,
    submission_key: UUID | None = None,
) -> Worker:
    """Enters one person, and the family's desil for the release of the policy in force when it is given.

    `nik` is sixteen digits without separators, `phone` has the form 08…. `noticed_on`: when the person was told what
    the data is used for. The same `submission_key` again gives the worker it made before; where it is the key of a
    draft of `by`, that draft is gone and its photo the worker's. Who may be registered already (find_similar) is
    entered only with a `similar_note` that says why, and the pair is kept for review. Raises Refused with the codes of
    rules.check_registration, or with similar_registered, similar_elsewhere, nik_registered, was_here_before (AC-D10),
    desil_differs or submission_used. Those that tell that somebody is known are on the trail as a look-up.
    """
    on = timezone.localdate()
    rules.check_registration(
        by=by,
        on=on,
        nik=nik,
        birth_on=birth_on,
        sex=sex,
        kelurahan=kelurahan,
        family_card_number=family_card_number,
        desil=desil,
        nik_confirmed=nik_confirmed,
        nik_evidence=nik_evidence,
    ).require()
    sent = submission_key is not None and Worker.objects.filter(submission_key=submission_key).exists()
    if not similar_note and not sent:
        refuse_similar(
            by=by,
            nik=nik,
            name=name,
            birth_on=birth_on,
            sex=sex,
            family_card_number=family_card_number,
            phone=phone,
        )
    try:
        with transaction.atomic():
            worker = Worker.objects.create(
                nik=nik,
                family_card_number=family_card_number,
                name=name,
                birth_place=birth_place,
                mother_name=mother_name,
                birth_on=birth_on,
                sex=sex,
                address=address,
                rt=rt,
                rw=rw,
                kelurahan=kelurahan,
                is_resident=is_resident,
                occupation=occupation,
                employment=employment,
                income=income,
                workplace=workplace,
                work_hours=work_hours,
                second_occupation=second_occupation,
                second_workplace=second_workplace,
                second_work_hours=second_work_hours,
                second_income=second_income,
                witness_name=witness_name,
                witness_phone=witness_phone,
                work_seen_on=work_seen_on,
                noticed_on=noticed_on,
                phone=phone,
                registered_by=by,
                submission_key=submission_key,
            )
            release = Policy.objects.in_force(on).release
            if desil is not None:
                _record_desil(family_card_number, desil, release=release, source=desil_source, by=by, on=on)
            audit.record(
                "worker.register",
                worker,
                by=by,
                note=nik_evidence,
                persons=[worker.pk],
                facts={
                    "nik_findings": [str(finding) for finding in check_nik(nik, birth_on=birth_on, sex=sex)],
                    "desil": desil,
                    "desil_release": release if desil is not None else "",
                },
            )
            raise_pairs([worker.pk], by=by, note=similar_note)
            if submission_key is not None:
                take_over(submission_key, worker, by=by)
            return worker
    except IntegrityError as error:
        if error.__cause__.diag.constraint_name not in ("workers_worker_nik_once", "workers_worker_submission_once"):
            raise
    return _worker_of_submission(submission_key, nik=nik, by=by)


@transaction.atomic
def view_worker(pk: UUID, *, by: User) -> Worker:
    """The person with everything their page shows. Leaves an audit entry; raises Worker.DoesNotExist out of scope."""
    worker = (
        Worker.objects.visible_to(by)
        .select_related(
            "kelurahan__parent", "occupation", "second_occupation", "registered_by", "registry_import", "survivor"
        )
        .get(pk=pk)
    )
    audit.record("worker.view", worker, by=by, persons=[worker.pk])
    return worker


@transaction.atomic
def list_workers(workers: Sequence[Worker], *, by: User, terms: dict[str, str]) -> None:
    """Leaves the entry of one page of a list: who was shown, and what was asked for (AC-A1)."""
    audit.record("worker.list", by=by, persons=[worker.pk for worker in workers], facts={"terms": terms})


def _worker_of_submission(submission_key: UUID | None, *, nik: str, by: User) -> Worker:
    """The worker that the first of two clicks made. Raises Refused when this is not a second click."""
    first = None
    if submission_key is not None:
        first = Worker.objects.filter(submission_key=submission_key).first()
    if first is None:
        refuse_registered(nik, by=by)
    if first.nik != nik or first.registered_by_id != by.pk:
        raise Refused(
            Reason(
                "submission_used",
                "Isian halaman ini sudah dipakai untuk mendaftarkan pekerja lain.",
                "Buka halaman pendaftaran baru dari menu.",
            )
        )
    return first


def refuse_registered(nik: str, *, by: User) -> NoReturn:
    """That tells that somebody is known, so it is on the trail as a look-up: outside a transaction it would undo."""
    with transaction.atomic():
        known = Worker.objects.filter(nik=nik).values_list("pk", flat=True)
        see_again([nik], by=by)
        audit.record("worker.refuse", by=by, facts={"question": f"…{nik[-4:]}"}, persons=known)
    raise Refused(_registered_already(nik, by=by))


def _registered_already(nik: str, *, by: User) -> Reason:
    """Says where, but to nobody whose region it is not (AC-D20)."""
    known = Worker.objects.visible_to(by).filter(nik=nik).select_related("kelurahan").first()
    if known is None:
        return Reason("nik_registered", "NIK ini sudah terdaftar di wilayah lain.", "Admin kota dapat membantu.")
    left = known.exit
    if left is not None:
        return Reason(
            "was_here_before",
            f"Orang ini pernah terdaftar dan keluar sejak {left.exited_on:%d-%m-%Y} "
            f"(alasan: {left.get_reason_display()}).",
            "Buka datanya. Bila memang kembali, catat kembalinya di sana.",
        )
    place = known.kelurahan or "tanpa kelurahan"
    day = timezone.localdate(known.registered_at)
    return Reason(
        "nik_registered",
        f"NIK ini sudah terdaftar ({place}) sejak {day:%d-%m-%Y}.",
        "Buka datanya dan perbaiki di sana bila ada yang berubah.",
    )


def _record_desil(family_card_number: str, desil: int, *, release: str, source: str, by: User, on: date) -> None:
    """One family has one desil in one release. Raises Refused when another is recorded."""
    record, _ = DesilRecord.objects.get_or_create(
        family_card_number=family_card_number,
        release=release,
        defaults={"desil": desil, "received_on": on, "source": source, "recorded_by": by},
    )
    if record.registry_import_id is not None:  # now it is told by hand too, and stays when the file is undone
        DesilRecord.objects.filter(pk=record.pk, desil=desil).update(registry_import=None)
    if record.desil != desil:
        raise Refused(
            Reason(
                "desil_differs",
                f"Keluarga ini sudah tercatat desil {record.desil} pada DTSEN rilis {release} ({record.source}).",
                "Cocokkan nomor KK. Bila desilnya memang lain, kosongkan desil dan laporkan ke Dinas Sosial.",
            )
        )
