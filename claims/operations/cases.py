"""A case from the report to BPJS: select within scope, lock, ask, change, leave one audit entry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Hospital, User
from accounts.roles import Role
from casework import audit
from casework.numbers import next_number
from claims import rules
from claims.enums import Outcome
from claims.models import Claim
from claims.operations.estimates import recompute
from claims.operations.moves import locked, move
from claims.triage import QUESTIONS, Triage
from enrollment.models import CoverageCheck
from workers.models import Worker

UNANSWERED = Triage()
Person = tuple[CoverageCheck | None, Worker | None]


@transaction.atomic
def open_report(*, by: User, check: str = "", worker: UUID | None = None) -> Person:
    """The answer and the person that a report would be about; None for a person whom the registry does not know.

    Leaves `worker.view`. Raises CoverageCheck.DoesNotExist or Worker.DoesNotExist out of scope.
    """
    workers = Worker.objects.select_related("kelurahan__parent", "occupation")
    answer, person = _person(by, check=check, worker=worker, workers=workers)
    if person is not None:
        audit.record("worker.view", person, by=by, note="Membuka laporan dugaan kecelakaan kerja")
    return answer, person


@transaction.atomic
def report_claim(
    *,
    by: User,
    submission_key: UUID,
    accident_at: datetime,
    place: str,
    cause: str,
    chronology: str,
    informant_name: str,
    informant_phone: str,
    triage: Triage = UNANSWERED,
    check: str = "",
    worker: UUID | None = None,
) -> Claim:
    """Reports a suspected accident with the minimum of rule A5 (AC-K1).

    The person comes from a coverage answer (its number) or, for an officer, from the registry. The same
    `submission_key` gives the same claim, however often it is sent (AC-W31), and is refused with other contents
    (AC-K7). A partner hospital's report is routed to itself at once.
    Raises CoverageCheck.DoesNotExist or Worker.DoesNotExist out of scope.
    """
    answer, person = _person(by, check=check, worker=worker, workers=Worker.objects.locked())
    (rules.may_report(by, worker=person) & rules.is_consistent(triage)).require()
    notice = {
        "worker": person,
        "coverage_check": answer,
        "accident_at": accident_at,
        "place": place,
        "cause": cause,
        "chronology": chronology,
        "informant_name": informant_name,
        "informant_phone": informant_phone,
        **asdict(triage),
        "reported_by": by,
    }
    if sent := Claim.objects.filter(submission_key=submission_key).first():
        rules.is_same_notice(sent, notice).require()
        return sent

    now = timezone.now()
    accident_on = timezone.localdate(accident_at)
    reported = Claim.objects.of_accident(person, on=accident_on).first()
    rules.is_reportable(accident_at=accident_at, now=now, reported=reported).require()
    claim = Claim.objects.create(
        number=next_number("claim"),
        submission_key=submission_key,
        reported_from_id=by.hospital_id,
        reported_at=now,
        **notice,
    )
    audit.record("claim.report", claim, by=by, facts={"to": claim.status, "hours_late": claim.hours_late})
    if by.role == Role.HOSPITAL and rules.may_receive(by.hospital, on=timezone.localdate(now)):
        move(claim, "route", by=by, hospital=by.hospital)
    return claim


@transaction.atomic
def list_claims(claims: Iterable[Claim], *, by: User, terms: dict[str, str]) -> None:
    """Leaves the entry of one page of a list: whose claims were shown, and what was asked for (AC-A1)."""
    audit.record("claim.list", by=by, persons=[claim.worker_id for claim in claims], facts={"terms": terms})


@transaction.atomic
def view_claim(number: str, *, by: User) -> Claim:
    """A claim with all its page shows. Leaves `claim.view`. Raises Claim.DoesNotExist out of scope."""
    claim = Claim.objects.visible_to(by).turn_first(by).with_facts().get(number=number)
    audit.record("claim.view", claim, by=by)
    return claim


@transaction.atomic
def route_claim(pk: int, *, by: User, hospital: Hospital, note: str = "") -> Claim:
    """Sends the case to a hospital whose agreement is in force today."""
    claim = locked(pk, by)
    (rules.may_route(claim, by) & rules.may_receive(hospital, on=timezone.localdate())).require()
    return move(claim, "route", by=by, note=note, hospital=hospital)


@transaction.atomic
def admit_claim(pk: int, *, by: User) -> Claim:
    claim = locked(pk, by)
    rules.may_admit(claim, by).require()
    return move(claim, "admit", by=by, admitted_at=timezone.now())


@transaction.atomic
def treat_claim(
    pk: int, *, by: User, care_from: date, care_to: date | None, outcome: Outcome, treatment: str, cost: int
) -> Claim:
    """Records the hospital's conclusions (rule X6), cost in whole rupiah. Again until an admin has verified them."""
    claim = locked(pk, by)
    plausible = rules.is_plausible_treatment(
        claim, care_from=care_from, care_to=care_to, outcome=outcome, today=timezone.localdate()
    )
    (rules.may_treat(claim, by) & plausible).require()
    claim = move(
        claim,
        "treat",
        by=by,
        care_from=care_from,
        care_to=care_to,
        outcome=outcome,
        treatment=treatment,
        cost=cost,
    )
    recompute(claim, by=by)
    return claim


@transaction.atomic
def correct_accident_time(pk: int, *, by: User, accident_at: datetime, note: str) -> Claim:
    """Says anew when the accident was, with the reason. The clock that the report began stays visible.

    What was estimated is estimated anew. The time that stands already leaves no entry (AC-W71).
    """
    claim = locked(pk, by)
    Worker.objects.locked().get(pk=claim.worker_id)  # against a report of the same day meanwhile
    others = Claim.objects.of_accident(claim.worker, on=timezone.localdate(accident_at)).exclude(pk=pk)
    allowed = rules.may_correct_time(claim, by) & rules.names_a_reason(note)
    possible = rules.is_reportable(accident_at=accident_at, now=timezone.now(), reported=others.first())
    (allowed & possible & rules.fits_the_claim(claim, accident_at=accident_at)).require()
    before = claim.accident_at
    if before == accident_at:
        return claim
    claim.first_said_at = claim.first_said_at or before
    claim.accident_at = accident_at
    claim.revision += 1
    claim.save(update_fields=["first_said_at", "accident_at", "revision"])
    audit.record("claim.correct_time", claim, by=by, note=note, facts={"before": before, "after": accident_at})
    recompute(claim, by=by)
    return claim


@transaction.atomic
def triage_claim(pk: int, *, by: User, triage: Triage) -> Claim:
    """Answers the six questions anew, as more is known. The answers that stand already leave no entry."""
    claim = locked(pk, by)
    (rules.may_triage(claim, by) & rules.is_consistent(triage)).require()
    before = claim.triage
    if before == triage:
        return claim
    for name, answer in asdict(triage).items():
        setattr(claim, name, answer)
    claim.revision += 1
    claim.save(update_fields=[*QUESTIONS, "revision"])
    audit.record("claim.triage", claim, by=by, facts={"before": asdict(before), "after": asdict(triage)})
    return claim


@transaction.atomic
def verify_claim(pk: int, *, by: User, seen: int, note: str = "") -> Claim:
    """The first signature. `seen` is the revision that the signer had on screen."""
    claim = locked(pk, by)
    (rules.may_verify(claim, by) & rules.saw_the_latest(claim, seen=seen)).require()
    return move(claim, "verify", by=by, note=note, verified_by=by, verified_at=timezone.now())


@transaction.atomic
def send_back_claim(pk: int, *, by: User, note: str) -> Claim:
    """Returns the case to the hospital with the reason. A first signature falls away; the trail keeps it."""
    claim = locked(pk, by)
    (rules.may_send_back(claim, by) & rules.names_a_reason(note)).require()
    return move(claim, "send_back", by=by, note=note, verified_by=None, verified_at=None)


@transaction.atomic
def approve_claim(pk: int, *, by: User, seen: int, note: str = "") -> Claim:
    """The second signature, after which BPJS Ketenagakerjaan sees the claim. `seen` as for the first."""
    claim = locked(pk, by)
    (rules.may_approve(claim, by) & rules.saw_the_latest(claim, seen=seen)).require()
    return move(claim, "approve", by=by, note=note, approved_by=by, approved_at=timezone.now())


@transaction.atomic
def forward_claim(pk: int, *, by: User, reference: str) -> Claim:
    """Records that the file was handed to BPJS Ketenagakerjaan, under the receipt's `reference`."""
    claim = locked(pk, by)
    rules.may_forward(claim, by).require()
    handed_over = {"reference": reference, "forwarded_by": by, "forwarded_at": timezone.now()}
    return move(claim, "forward", by=by, note=reference, **handed_over)


@transaction.atomic
def withdraw_claim(pk: int, *, by: User, note: str) -> Claim:
    """Takes the report back, with the reason."""
    claim = locked(pk, by)
    (rules.may_withdraw(claim, by) & rules.names_a_reason(note)).require()
    return move(claim, "withdraw", by=by, note=note)


def _person(by: User, *, check: str, worker: UUID | None, workers: QuerySet[Worker]) -> Person:
    """A hospital reaches a person through an answer of its own, an officer through the registry."""
    if check:
        answer = CoverageCheck.objects.visible_to(by).get(number=check)
        return answer, workers.filter(pk=answer.worker_id).first()
    return None, workers.visible_to(by).get(pk=worker)
