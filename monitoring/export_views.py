from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import fresh_login, roles, throttled
from accounts.roles import Role
from casework.decisions import Refused
from casework.paging import Order, page_of
from casework.views import attachment, posted
from monitoring import exports, tasks
from monitoring.forms import ExportForm
from monitoring.models import Export

TAKERS = (Role.OFFICER, Role.ADMIN, Role.AUDITOR)
NEWEST = Order("requested_at", "pk", falling=True)
SILENT = timedelta(seconds=30)  # a file that has not grown for so long may be begun again
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_safe
@roles(*TAKERS)
def export_list(request: HttpRequest) -> HttpResponse:
    page = page_of(Export.objects.visible_to(request.user), request.GET.get("page", ""), order=NEWEST)
    for export in page:
        export.title, export.state = exports.KINDS[export.kind].title, export.state_at(timezone.now())
    return render(request, "monitoring/export_list.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@roles(*TAKERS)
@fresh_login
@throttled("export")
def export_request(request: HttpRequest, kind: str) -> HttpResponse:
    """The list's filters stand in the address, as on its page."""
    if kind not in exports.KINDS:
        raise Http404
    if request.user.role not in exports.KINDS[kind].roles:
        raise PermissionDenied
    terms = {name: value for name, value in request.GET.dict().items() if name != "page"}
    listed = exports.KINDS[kind].listed(request.user, terms)
    form = ExportForm(posted(request), user=request.user)
    if form.is_valid():
        try:
            with transaction.atomic():
                export = exports.request_export(kind, by=request.user, terms=terms, **form.cleaned_data)
                tasks.write_export.enqueue(str(export.pk), by=request.user.pk)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, "Permintaan diterima. Berkas ditulis, halaman ini boleh ditinggalkan.")
            return redirect(export)
    context = {
        "form": form,
        "title": exports.KINDS[kind].title,
        "words": listed.terms.values(),
        "is_readable": listed.form.is_valid(),
        "count": page_of(listed.found, "", order=listed.order, size=1, counted=listed.counted).count_words,
    }
    return render(request, "monitoring/export_request.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(*TAKERS)
def export_detail(request: HttpRequest, pk) -> HttpResponse:
    export, now = _own(request, pk), timezone.now()
    silent = export.is_under_way and now - export.progressed_at > SILENT
    if request.method == "POST":
        if silent:
            tasks.write_export.enqueue(str(export.pk), by=request.user.pk)
            messages.success(request, "Berkas ditulis ulang dari awal.")
        return redirect(export)
    context = {
        "export": export,
        "title": exports.KINDS[export.kind].title,
        "state": export.state_at(now),
        "silent": silent,
    }
    return render(request, "monitoring/export_detail.html", context)


@require_safe
@roles(*TAKERS)
@fresh_login
@throttled("export", reads=True)
def export_file(request: HttpRequest, pk) -> FileResponse:
    try:
        file, export = exports.open_export(pk, by=request.user)
    except Export.DoesNotExist as missing:
        raise Http404 from missing
    name = f"{export.kind}-{timezone.localdate(export.requested_at):%Y%m%d}.{export.file_format}"
    return attachment(file, name=name, content_type=CONTENT_TYPES[export.file_format])


@require_http_methods(["GET", "HEAD", "POST"])
@roles(*TAKERS)
def export_remove(request: HttpRequest, pk) -> HttpResponse:
    export = get_object_or_404(Export.objects.visible_to(request.user).removable(), pk=pk)
    if request.method == "POST":
        try:
            exports.remove_export(pk, by=request.user)
        except Export.DoesNotExist as missing:
            raise Http404 from missing
        messages.success(request, "Berkas dihapus.")
        return redirect("export_list")
    context = {"export": export, "title": exports.KINDS[export.kind].title}
    return render(request, "monitoring/export_remove.html", context)


def _own(request: HttpRequest, pk) -> Export:
    return get_object_or_404(Export.objects.visible_to(request.user), pk=pk)
