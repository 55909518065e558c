"""What becomes of data whose time is over (rules X3, X6, X9): persons are made unknown, figures stay as they were."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.utils import timezone

from casework import audit, chain
from casework.history import forget_history
from casework.models import AuditEntry
from claims.enums import ClaimStatus
from claims.models import Claim, DeathReport, Estimate, ReferralNote, Stay, Transfer
from enrollment.enums import LineStatus
from enrollment.models import BatchLine, Card, Contribution, CoverageCheck, DoorOpening, Membership, Recheck
from monitoring.models import RetentionPolicy
from workers.models import (
    DesilObjection,
    DesilRecord,
    DesilReview,
    DuplicatePair,
    IdentityCorrection,
    ImportFinding,
    RegistryImport,
    StagedRow,
    Worker,
    WorkerDocument,
    WorkerExit,
)

GONE = "Data dihapus"
GONE_PHONE = "000000000"
OVER = (ClaimStatus.FORWARDED, ClaimStatus.WITHDRAWN)
ABOUT_A_PERSON = ["note", "facts"]  # of trail entries; who did it stays until the trail's own time is over
NOTE = "Masa simpan habis"


class FiguresChanged(Exception):
    """Anonymising would have changed a sum. Nothing was stored."""


@dataclass(frozen=True)
class Due:
    """What a policy says is over on a day."""

    persons: models.QuerySet[Worker]
    desil: models.QuerySet[DesilRecord]
    questions: models.QuerySet[CoverageCheck]
    imports: models.QuerySet[RegistryImport]
    trail: models.QuerySet[AuditEntry]

    def counts(self) -> dict[str, int]:
        return {name: rows.count() for name, rows in vars(self).items()}


def due(policy: RetentionPolicy, *, on: date) -> Due:
    """A person is due when registration, end of cover and every accident lie further back than the policy says, and
    nothing is under way: no cover, no line waiting for BPJS, no open case."""
    persons_until = _years_before(on, policy.person_years)
    ties = Q(worker=OuterRef("pk"))
    covered = Membership.objects.filter(ties, period__overlap=(timezone.localdate(persons_until), None))
    waiting = BatchLine.objects.filter(ties, status=LineStatus.PENDING)
    claims = Claim.objects.filter(ties).exclude(status__in=OVER, accident_at__lt=persons_until)
    family = Worker.objects.filter(family_card_number=OuterRef("family_card_number"))
    imports_until = _start_of(on) - timedelta(days=policy.import_days)
    return Due(
        persons=Worker.objects.filter(
            ~Exists(covered), ~Exists(waiting), ~Exists(claims), anonymised_at=None, registered_at__lt=persons_until
        ),
        desil=DesilRecord.objects.filter(~Exists(family), received_on__lt=timezone.localdate(persons_until)),
        questions=CoverageCheck.objects.filter(asked_at__lt=_years_before(on, policy.question_years)).exclude(
            question=""
        ),
        imports=RegistryImport.objects.filter(finished_at__lt=imports_until).exclude(path=""),
        trail=AuditEntry.objects.filter(
            at__lt=_years_before(on, policy.trail_years), salts__has_any_keys=chain.ERASABLE
        ).exclude(event=chain.ERASURE),
    )


@transaction.atomic
def carry_out(policy: RetentionPolicy, *, on: date) -> dict[str, int]:
    """Makes unknown what is due, and says how much of each. One transaction, with one entry on the trail.

    Raises FiguresChanged, and stores nothing, when a sum would come out differently afterwards.
    """
    before, over = figures(), due(policy, on=on)
    counts = over.counts()
    persons = list(over.persons.select_for_update(of=("self",)))
    files = [*_empty_imports(over.imports), *_empty_documents(persons)]
    _empty_questions(over.questions)
    _forget(persons)
    counts["desil"], _ = due(policy, on=on).desil.delete()
    _empty_trail(over.trail, fields=chain.ERASABLE)
    audit.record("retention.apply", by=None, facts={**counts, "policy": policy.effective_on})
    if figures() != before:
        raise FiguresChanged("Anonymising would change the figures; nothing was stored.")
    transaction.on_commit(lambda: [default_storage.delete(path) for path in files])
    return counts


def figures() -> dict[str, list[tuple]]:
    """The sums that must be the same before and after, to the rupiah and the person."""
    return {
        "workers": _grouped(Worker.objects, "kelurahan", "sex", "occupation", people=Count("pk")),
        "memberships": _grouped(Membership.objects, "package", "payer", "period", people=Count("worker")),
        "contributions": _grouped(Contribution.objects, "month", amount=Sum("amount"), lines=Count("pk")),
        "lines": _grouped(BatchLine.objects, "batch", "status", amount=Sum("monthly_amount"), lines=Count("pk")),
        "claims": _grouped(Claim.objects, "status", "hospital", "outcome", cost=Sum("cost"), cases=Count("pk")),
        "answers": _grouped(CoverageCheck.objects, "hospital", "verdict", "reason_code", answers=Count("pk")),
        "imports": _grouped(RegistryImport.objects, "status", rows=Sum("rows_total"), refused=Sum("rows_refused")),
        "findings": _grouped(ImportFinding.objects, "code", rows=Count("pk")),
    }


def _grouped(manager: models.Manager, *by: str, **sums: Any) -> list[tuple]:
    return list(manager.order_by().values_list(*by).annotate(**sums).order_by(*by))


def _forget(persons: list[Worker]) -> None:
    """Region, sex, year of birth and kind of work stay, for the figures; nothing else that tells who it was."""
    now = timezone.now()
    numbers = {person.pk: secrets.randbelow(10**12) for person in persons}
    for person in persons:
        person.nik = f"0000{numbers[person.pk]:012d}"  # no province has the code 00
        person.name = GONE
        person.birth_on = date(person.birth_on.year, 1, 1)
        person.family_card_number = person.birth_place = person.address = person.rt = person.rw = person.phone = ""
        person.workplace = person.work_hours = person.second_workplace = person.second_work_hours = ""
        person.mother_name = person.witness_name = person.witness_phone = ""
        person.income = person.second_income = person.submission_key = None
        person.anonymised_at = now
    Worker.objects.bulk_update(
        persons,
        [
            "nik",
            "name",
            "birth_on",
            "family_card_number",
            "birth_place",
            "mother_name",
            "address",
            "rt",
            "rw",
            "phone",
            "income",
            "workplace",
            "work_hours",
            "second_workplace",
            "second_work_hours",
            "second_income",
            "witness_name",
            "witness_phone",
            "submission_key",
            "anonymised_at",
        ],
        batch_size=500,
    )
    WorkerExit.objects.filter(worker__in=persons).update(note="", return_note="")
    DesilReview.objects.filter(worker__in=persons).update(reason="", decision="")
    DesilObjection.objects.filter(worker__in=persons).update(reference=GONE, outcome_note="")
    DeathReport.objects.filter(worker__in=persons).update(
        informant_name=GONE, informant_phone=GONE_PHONE, note="", reference=""
    )
    IdentityCorrection.objects.filter(worker__in=persons).update(
        before={}, after={}, reason=GONE, evidence=GONE, answer=""
    )
    Card.objects.filter(worker__in=persons).exclude(receiver="").update(receiver=GONE)
    _forget_cover({person.pk: person for person in persons}, numbers)
    pairs = DuplicatePair.objects.filter(Q(one__in=persons) | Q(other__in=persons))
    pairs.exclude(note="").update(note=GONE)
    pairs.exclude(reason="").update(reason=GONE)
    Claim.objects.filter(worker__in=persons).update(
        place=GONE, cause=GONE, chronology=GONE, informant_name=GONE, informant_phone=GONE_PHONE, treatment=GONE
    )
    Claim.objects.filter(worker__in=persons).exclude(reference="").update(reference=GONE)
    Estimate.objects.filter(claim__worker__in=persons).update(facts={})
    ReferralNote.objects.filter(claim__worker__in=persons).update(facts=[])
    Stay.objects.filter(claim__worker__in=persons).update(treatment=GONE)
    Transfer.objects.filter(claim__worker__in=persons).update(reason=GONE)
    Transfer.objects.filter(claim__worker__in=persons).exclude(answer="").update(answer=GONE)
    _empty_questions(CoverageCheck.objects.filter(worker__in=persons).exclude(question=""))
    about = AuditEntry.objects.filter(
        persons__overlap=[str(person.pk) for person in persons], salts__has_any_keys=ABOUT_A_PERSON
    )
    _empty_trail(about, fields=ABOUT_A_PERSON)
    forget_history(Worker.objects.filter(pk__in=[person.pk for person in persons]))
    for model in (Claim, BatchLine, Membership, Card):
        forget_history(model.objects.filter(worker__in=persons))


def _forget_cover(persons: dict[Any, Worker], numbers: dict[Any, int]) -> None:
    """A person's participant numbers become one that BPJS never gave out; months and rupiah stay."""
    lines = list(BatchLine.objects.filter(worker__in=persons).exclude(facts={}))  # a draft has no facts
    for line in lines:
        person, file = persons[line.worker_id], line.facts["file"]
        kept = {key: file[key] for key in ("programs", "payer", "start_month", "monthly_amount", "occupation", "sex")}
        line.facts["file"] = dict.fromkeys(file, "") | kept | {"nik": person.nik, "name": GONE}
        if line.participant_number:
            line.participant_number = f"{numbers[line.worker_id]:012d}"
    BatchLine.objects.bulk_update(lines, ["facts", "participant_number"], batch_size=500)
    memberships = list(Membership.objects.filter(worker__in=persons))
    for membership in memberships:
        membership.participant_number = f"{numbers[membership.worker_id]:012d}"
    Membership.objects.bulk_update(memberships, ["participant_number"], batch_size=500)


def _empty_questions(checks: models.QuerySet[CoverageCheck]) -> None:
    """What was typed and shown goes; the answer, its reason and its number stay."""
    Recheck.objects.filter(check_given__in=checks).update(note=GONE)
    Recheck.objects.filter(check_given__in=checks).exclude(reply="").update(reply=GONE)
    DoorOpening.objects.filter(check_given__in=checks).update(reason=GONE, note="")
    checks.update(question="", facts={})


def _empty_imports(imports: models.QuerySet[RegistryImport]) -> list[str]:
    """The files to delete once this is stored. Which rows had which fault stays, without what their cells held."""
    files = dict(imports.values_list("pk", "path"))
    ImportFinding.objects.filter(registry_import__in=files).update(value="", details=[])
    StagedRow.objects.filter(registry_import__in=files).delete()
    RegistryImport.objects.filter(pk__in=files).update(path="")
    return list(files.values())


def _empty_documents(persons: list[Worker]) -> list[str]:
    """The files to delete once this is stored. That there was a paper of some kind stays."""
    documents = WorkerDocument.objects.filter(worker__in=persons).exclude(path="")
    files = list(documents.values_list("path", flat=True))
    documents.update(path="", name="", withdrawn_because="")
    return files


def _empty_trail(entries: models.QuerySet[AuditEntry], *, fields: list[str]) -> None:
    if entries.exists():
        audit.anonymise(entries, fields=fields, by=None, note=NOTE)


def _years_before(on: date, years: int) -> datetime:
    """The first moment of the same day so many years ago, in WITA; 28 February for a leap day."""
    try:
        return _start_of(on.replace(year=on.year - years))
    except ValueError:
        return _start_of(date(on.year - years, 2, 28))


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min), timezone.get_default_timezone())
