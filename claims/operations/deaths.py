"""A death is a possible claim first; only then does the person leave the registry."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from casework import audit
from casework.numbers import next_number
from claims import rules
from claims.benefits import paid_run
from claims.enums import Cause, DeathStatus
from claims.models import Claim, DeathReport
from claims.workflow import DEATH
from enrollment.models import Contribution, Membership
from enrollment.rules import contribution_due_on, holidays_in_force
from workers.enums import ExitReason
from workers.models import Worker
from workers.operations import exit_worker
from workers.rules import check_exit


@transaction.atomic
def report_death(
    pk: UUID,
    *,
    by: User,
    submission_key: UUID,
    died_on: date,
    cause: Cause | str,
    informant_name: str,
    informant_phone: str,
    note: str = "",
) -> DeathReport:
    """Reports a death as a possible claim, and only then records that the person left (rules.md section 5).

    A death by a work accident belongs to its claim, which must be there. Who was not covered that day leaves without
    a claim. The same `submission_key` gives the same report. Raises Worker.DoesNotExist out of scope, and Refused
    with the codes of rules.check_death or workers.rules.check_exit.
    """
    worker = Worker.objects.visible_to(by).locked().get(pk=pk)
    if sent := DeathReport.objects.filter(submission_key=submission_key, worker=worker).first():
        return sent
    accident = None
    if cause == Cause.WORK:
        accident = Claim.objects.of_accident_before(worker, died_on).first()
    number = next_number("death")
    may_leave = check_exit(
        worker,
        by=by,
        reason=ExitReason.DIED,
        exited_on=died_on,
        death_report=number,
        today=timezone.localdate(),
    )
    (may_leave & rules.check_death(cause=cause, accident=accident)).require()
    facts = _cover_on_death(worker, died_on)
    report = DeathReport.objects.create(
        number=number,
        worker=worker,
        claim=accident,
        status=DeathStatus.POSSIBLE if facts["covered"] or accident else DeathStatus.NO_COVER,
        submission_key=submission_key,
        died_on=died_on,
        cause=cause,
        informant_name=informant_name,
        informant_phone=informant_phone,
        note=note,
        facts=facts,
        reported_by=by,
    )
    audit.record("death.report", report, by=by, note=note, facts={"to": report.status, **facts})
    exit_worker(pk, by=by, reason=ExitReason.DIED, exited_on=died_on, note=note, death_report=number)
    return report


@transaction.atomic
def view_death(number: str, *, by: User) -> DeathReport:
    """With all that its page shows. Leaves an entry. Raises DeathReport.DoesNotExist out of scope."""
    people = ("worker__kelurahan__parent", "claim", "reported_by", "forwarded_by")
    report = DeathReport.objects.visible_to(by).select_related(*people).get(number=number)
    audit.record("death.view", report, by=by)
    return report


@transaction.atomic
def forward_death(number: str, *, by: User, reference: str) -> DeathReport:
    """Records that the heirs' claim was handed to BPJS Ketenagakerjaan, under the receipt's `reference`."""
    report = DeathReport.objects.visible_to(by).locked().get(number=number)
    rules.may_forward_death(report, by).require()
    return DEATH.apply(
        report, "forward", by=by, note=reference, reference=reference, forwarded_by=by, forwarded_at=timezone.now()
    )


def _cover_on_death(worker: Worker, died_on: date) -> dict[str, Any]:
    """What rule M2 asks: whether the person was covered that day, and the paid months in a row until then."""
    records = Worker.objects.same_person_as(worker)
    rows = Contribution.objects.filter(membership__worker__in=records, month__lte=died_on)
    run = paid_run(
        frozenset(rows.values_list("month", flat=True)),
        died_on=died_on,
        due_on=contribution_due_on(died_on.replace(day=1), holidays=holidays_in_force()),
    )
    covered = Membership.objects.filter(worker__in=records, period__contains=died_on).exists()
    return {"covered": covered, "paid_in_a_row": run.months, "paid_with_gap": run.with_gap}
