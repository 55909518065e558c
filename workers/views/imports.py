from datetime import timedelta

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import roles
from accounts.roles import Role
from casework.decisions import Refused
from casework.exports import csv_file
from casework.paging import Order, page_of
from workers import operations, tasks
from workers.enums import ImportStatus
from workers.forms import ImportForm
from workers.models import RegistryImport
from workers.registry_file import REPORT_COLUMNS, Finding, Unreadable, report_rows

SILENT = timedelta(seconds=30)  # a check that has not moved for so long may be started again


@require_safe
@roles(Role.OFFICER, Role.ADMIN)
def import_list(request: HttpRequest) -> HttpResponse:
    imports = RegistryImport.objects.visible_to(request.user).select_related("posting", "uploaded_by")
    page = page_of(imports, request.GET.get("page", ""), order=Order("uploaded_at", "pk", falling=True))
    return render(request, "workers/import_list.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.OFFICER, Role.ADMIN)
def import_upload(request: HttpRequest) -> HttpResponse:
    form = ImportForm(request.POST or None, request.FILES or None, user=request.user)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            with transaction.atomic():
                registry_import = operations.import_registry(
                    by=request.user, content=file, name=file.name, posting=form.cleaned_data["posting"]
                )
                tasks.check_import.enqueue(str(registry_import.pk), by=request.user.pk)
        except Unreadable as error:
            form.add_error("file", str(error))
        except Refused as refused:
            form.add_error(None, refused.messages)
        else:
            messages.success(request, "Berkas diterima. Pemeriksaan berjalan, halaman ini boleh ditinggalkan.")
            return redirect(registry_import)
    return render(request, "workers/import_upload.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.OFFICER, Role.ADMIN)
def import_detail(request: HttpRequest, pk) -> HttpResponse:
    imports = RegistryImport.objects.visible_to(request.user).select_related("posting", "uploaded_by")
    registry_import = get_object_or_404(imports, pk=pk)
    running = registry_import.status in (ImportStatus.QUEUED, ImportStatus.CHECKING)
    silent = running and timezone.now() - registry_import.progressed_at > SILENT
    if request.method == "POST":
        if silent:
            tasks.check_import.enqueue(str(registry_import.pk), by=request.user.pk)
            messages.success(request, "Pemeriksaan dilanjutkan dari baris terakhir.")
        return redirect(registry_import)
    kinds = registry_import.findings.values("code", "column", "refuses").order_by("-refuses")
    context = {
        "registry_import": registry_import,
        "running": running,
        "silent": silent,
        "kinds": kinds.annotate(rows=Count("pk"), example=Min("message")).order_by("-refuses", "-rows", "code"),
    }
    return render(request, "workers/import_detail.html", context)


@require_safe
@roles(Role.OFFICER, Role.ADMIN)
def import_findings(request: HttpRequest, pk) -> HttpResponse:
    registry_import = get_object_or_404(RegistryImport.objects.visible_to(request.user), pk=pk)
    operations.download_findings(registry_import, by=request.user)
    fields = registry_import.findings.values_list("row", "column", "code", "value", "message", "refuses")
    rows = report_rows(Finding(*values) for values in fields.iterator(chunk_size=2000))
    return _csv(REPORT_COLUMNS, rows, name="temuan.csv")


def _csv(header, rows, *, name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(csv_file(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
