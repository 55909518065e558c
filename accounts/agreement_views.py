from __future__ import annotations

from django.contrib import messages
from django.core.files.storage import default_storage
from django.db.models import Prefetch
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts import forms, operations
from accounts.decorators import fresh_login, roles
from accounts.models import AgreementDocument, CooperationAgreement, Hospital
from accounts.roles import Role
from casework.decisions import Refused
from casework.views import attachment, posted


@require_safe
@roles(Role.ADMIN)
def hospital_list(request: HttpRequest) -> HttpResponse:
    """Those with an agreement that is in force, coming or just over first; then the others, by name."""
    today = timezone.localdate()
    hospitals = list(Hospital.objects.prefetch_related("agreements"))
    for hospital in hospitals:
        hospital.agreement = _agreement_of(hospital, today)
        hospital.state = hospital.agreement.state_on(today) if hospital.agreement else "none"
    hospitals.sort(key=lambda hospital: (hospital.agreement is None, hospital.name))
    partners = sum(hospital.state in ("current", "ending") for hospital in hospitals)
    return render(request, "accounts/hospital_list.html", {"hospitals": hospitals, "partners": partners})


@require_safe
@roles(Role.ADMIN)
def hospital_detail(request: HttpRequest, pk: int) -> HttpResponse:
    documents = Prefetch("documents", AgreementDocument.objects.select_related("uploaded_by"))
    agreements = Prefetch(
        "agreements", CooperationAgreement.objects.select_related("recorded_by").prefetch_related(documents)
    )
    hospital = get_object_or_404(Hospital.objects.select_related("kelurahan").prefetch_related(agreements), pk=pk)
    today = timezone.localdate()
    rows = [(agreement, agreement.state_on(today)) for agreement in hospital.agreements.all()]
    return render(request, "accounts/hospital_detail.html", {"hospital": hospital, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.ADMIN)
@fresh_login
def agreement_record(request: HttpRequest, pk: int) -> HttpResponse:
    hospital = get_object_or_404(Hospital, pk=pk)
    form = forms.AgreementForm(posted(request))
    if form.is_valid():
        try:
            operations.record_agreement(pk, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, "Perjanjian dicatat. Unggah naskahnya bila sudah ada.")
            return redirect("hospital_detail", pk=pk)
    context = {"form": form, "hospital": hospital}
    return render(request, "accounts/agreement_record.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.ADMIN)
@fresh_login
def agreement_end(request: HttpRequest, pk: int) -> HttpResponse:
    agreement = get_object_or_404(CooperationAgreement.objects.select_related("hospital"), pk=pk)
    form = forms.AgreementEndForm(posted(request))
    if form.is_valid():
        try:
            operations.end_agreement(pk, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error("last_day", refused.messages)
        else:
            messages.success(request, "Perjanjian diakhiri.")
            return redirect("hospital_detail", pk=agreement.hospital_id)
    context = {"form": form, "agreement": agreement}
    return render(request, "accounts/agreement_end.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.ADMIN)
def agreement_upload(request: HttpRequest, pk: int) -> HttpResponse:
    agreement = get_object_or_404(CooperationAgreement.objects.select_related("hospital"), pk=pk)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = forms.AgreementDocumentForm(*posted)
    if form.is_valid():
        try:
            operations.add_document(pk, by=request.user, paper=form.cleaned_data["file"])
        except Refused as refused:
            form.add_error("file", refused.messages)
        else:
            messages.success(request, "Naskah tersimpan.")
            return redirect("hospital_detail", pk=agreement.hospital_id)
    context = {"form": form, "agreement": agreement}
    return render(request, "accounts/agreement_upload.html", context, status=422 if form.errors else 200)


@require_safe
@roles(Role.ADMIN)
def agreement_file(request: HttpRequest, pk: int) -> FileResponse:
    try:
        document = operations.open_document(pk, by=request.user)
    except AgreementDocument.DoesNotExist as missing:
        raise Http404 from missing
    return attachment(default_storage.open(document.path), name=document.name, content_type=document.content_type)


def _agreement_of(hospital: Hospital, today) -> CooperationAgreement | None:
    """The one in force; else the next to come; else the last one over."""
    agreements = sorted(hospital.agreements.all(), key=lambda agreement: agreement.period.lower)
    begun = [agreement for agreement in agreements if agreement.period.lower <= today]
    if begun and begun[-1].state_on(today) != "over":
        return begun[-1]
    coming = agreements[len(begun) :]
    return coming[0] if coming else (begun[-1] if begun else None)
