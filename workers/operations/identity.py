"""Mending who a person is, by two people."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from casework import audit
from casework.decisions import Reason, Refused
from workers import rules
from workers.models import IdentityCorrection, Worker
from workers.operations.correction import changed_meanwhile, last_change
from workers.operations.pairs import raise_pairs
from workers.operations.registration import refuse_registered
from workers.workflow import IDENTITY as WORKFLOW


def propose_identity(
    pk: UUID,
    *,
    by: User,
    seen: int,
    nik: str,
    name: str,
    birth_on: date,
    sex: str,
    reason: str,
    evidence: str,
    nik_confirmed: bool = False,
) -> IdentityCorrection | None:
    """Proposes other particulars; they hold once a second person approves. None, and no trace, without a difference.

    `seen` is the last_change on which the proposal rests. Raises Worker.DoesNotExist out of scope, and Refused with
    the codes of rules.check_identity_change, changed_meanwhile (AC-B22) or nik_registered.
    """
    with transaction.atomic():
        worker = Worker.objects.visible_to(by).locked().get(pk=pk)
        if last_change(pk) != seen:
            raise Refused(changed_meanwhile(worker))
        typed = {"nik": nik, "name": name, "birth_on": birth_on, "sex": sex}
        changed = [field for field in rules.IDENTITY if getattr(worker, field) != typed[field]]
        if not changed:
            return None
        rules.check_identity_change(
            worker,
            by=by,
            on=timezone.localdate(),
            nik=nik,
            birth_on=birth_on,
            sex=sex,
            nik_confirmed=nik_confirmed,
            evidence=evidence,
            waiting=worker.identity_corrections.waiting().first(),
        ).require()
        if not Worker.objects.filter(nik=nik).exclude(pk=pk).exists():
            correction = IdentityCorrection.objects.create(
                worker=worker,
                before={field: getattr(worker, field) for field in changed},
                after={field: typed[field] for field in changed},
                reason=reason,
                evidence=evidence,
                proposed_by=by,
            )
            audit.record("identity.propose", correction, by=by, note=reason, facts={"fields": changed})
            return correction
    refuse_registered(nik, by=by)


@transaction.atomic
def view_identity(pk: UUID, *, by: User) -> IdentityCorrection:
    """With everything its page shows. Leaves an entry; raises IdentityCorrection.DoesNotExist out of scope."""
    correction = (
        IdentityCorrection.objects.visible_to(by)
        .select_related("worker__kelurahan__parent", "proposed_by", "decided_by")
        .get(pk=pk)
    )
    audit.record("identity.view", correction, by=by)
    return correction


def approve_identity(pk: UUID, *, by: User) -> IdentityCorrection:
    """Gives the second signature: the person is known by the new particulars, and looked for anew among the others.

    Raises IdentityCorrection.DoesNotExist out of scope or for a request that is none (AC-K11), and Refused with
    wrong_status, same_person, changed_meanwhile or nik_registered.
    """
    try:
        with transaction.atomic():
            worker, correction = _locked(pk, by)
            rules.may_check_identity(correction, by).require()
            if any(_plain(worker, field) != value for field, value in correction.before.items()):
                raise Refused(changed_meanwhile(worker))
            for field, value in correction.after.items():
                setattr(worker, field, date.fromisoformat(value) if field == "birth_on" else value)
            worker.save(update_fields=list(correction.after))
            raise_pairs([worker.pk], by=by, note="Identitas diperbaiki")
            return _decide(correction, "approve", by=by, history_row=last_change(worker.pk))
    except IntegrityError as error:
        if error.__cause__.diag.constraint_name != "workers_worker_nik_once":
            raise
    refuse_registered(worker.nik, by=by)


@transaction.atomic
def reject_identity(pk: UUID, *, by: User, note: str) -> IdentityCorrection:
    _, correction = _locked(pk, by)
    rules.may_check_identity(correction, by, action="reject").require()
    if not note.strip():
        raise Refused(Reason("reason_missing", "Alasan penolakan belum ditulis.", "Tulis apa yang tidak cocok."))
    return _decide(correction, "reject", by=by, note=note, answer=note)


@transaction.atomic
def withdraw_identity(pk: UUID, *, by: User) -> IdentityCorrection:
    _, correction = _locked(pk, by)
    rules.may_withdraw_identity(correction, by).require()
    return _decide(correction, "withdraw", by=by)


def _locked(pk: UUID, by: User) -> tuple[Worker, IdentityCorrection]:
    """The worker first, as a proposal locks it, so that two deeds wait for each other in one order."""
    about = IdentityCorrection.objects.visible_to(by).get(pk=pk)
    worker = Worker.objects.locked().get(pk=about.worker_id)
    return worker, IdentityCorrection.objects.locked().get(pk=pk)


def _decide(correction: IdentityCorrection, action: str, *, by: User, **fields: Any) -> IdentityCorrection:
    return WORKFLOW.apply(correction, action, by=by, decided_by=by, decided_at=timezone.now(), **fields)


def _plain(worker: Worker, field: str) -> Any:
    """As JSON keeps it."""
    value = getattr(worker, field)
    return value.isoformat() if isinstance(value, date) else value
