from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import roles, throttled
from accounts.models import User
from accounts.roles import Role
from casework.decisions import Refused
from casework.views import posted
from workers import operations, rules
from workers.forms import CorrectionForm
from workers.models import DesilReview, DuplicatePair, IdentityCorrection, Policy, Worker, WorkerDocument
from workers.views.timeline import steps_of


@require_safe
@roles(Role.OFFICER, Role.ADMIN, Role.AUDITOR)
@throttled("person", reads=True)
def worker_detail(request: HttpRequest, pk) -> HttpResponse:
    try:
        worker = operations.view_worker(pk, by=request.user)
    except Worker.DoesNotExist as missing:
        raise Http404 from missing
    today = timezone.localdate()
    policy = Policy.objects.in_force(today)
    records = list(Worker.objects.same_person_as(worker).prefetch_related("memberships", "claims", "kelurahan"))
    memberships = sorted(
        (membership for record in records for membership in record.memberships.all()),
        key=lambda membership: membership.period.lower,
        reverse=True,
    )
    context = {
        "worker": worker,
        "age": worker.age_on(today),
        "masked": request.user.role == Role.AUDITOR,
        "may_report": request.user.role == Role.OFFICER,  # an accident; admins decide on reports
        "may_propose": request.user.role == Role.OFFICER,
        "eligibility": rules.check_eligibility(worker, policy=policy, on=today),
        "policy": policy,
        "desil": worker.desil_record_in(policy.release),
        "memberships": memberships,
        "is_member": any(today in membership.period for membership in memberships),
        "claims": [claim for record in records for claim in record.claims.all()],
        "records": [record for record in records if record != worker],
        "pairs": _pairs(worker, request.user),
        "steps": steps_of(worker, masked=request.user.role == Role.AUDITOR),
        "documents": WorkerDocument.objects.visible_to(request.user).of_person(worker).in_use().count(),
        "left": worker.exit,
        "may_exit": rules.may_exit(worker, request.user),
        "review": DesilReview.objects.visible_to(request.user).undecided().filter(worker=worker).first(),
        "objections": list(worker.objections.all()),
        "identity_waiting": _waiting_identity(worker, request.user),
        "may_correct": rules.check_correction(worker, by=request.user, kelurahan=worker.kelurahan),
    }
    return render(request, "workers/worker_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.OFFICER, Role.ADMIN)
def worker_correct(request: HttpRequest, pk) -> HttpResponse:
    seen = operations.last_change(pk)
    try:
        worker = operations.view_worker(pk, by=request.user)
    except Worker.DoesNotExist as missing:
        raise Http404 from missing
    initial = {name: getattr(worker, name) for name in rules.CORRECTABLE}
    form = CorrectionForm(
        posted(request),
        user=request.user,
        initial={**initial, "seen": seen},
    )
    if form.is_valid():
        try:
            operations.correct_worker(worker.pk, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            changed = any(form.cleaned_data[name] != value for name, value in initial.items())
            messages.success(request, "Data pekerja diperbaiki." if changed else "Tidak ada yang berubah.")
            return redirect(worker)
    context = {"form": form, "worker": worker}
    return render(request, "workers/worker_correct.html", context, status=422 if form.errors else 200)


def _pairs(worker: Worker, user: User) -> dict:
    """Open suspicions about this record: those the reader may decide, and whether an admin has others (AC-D20)."""
    pairs = DuplicatePair.objects.undecided().filter(Q(one=worker) | Q(other=worker))
    mine = list(pairs.visible_to(user))
    return {"mine": mine, "elsewhere": user.role == Role.OFFICER and len(mine) < pairs.count()}


def _waiting_identity(worker: Worker, user: User) -> IdentityCorrection | None:
    return IdentityCorrection.objects.visible_to(user).waiting().filter(worker=worker).first()
