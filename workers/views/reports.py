from collections.abc import Iterable

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts.decorators import roles
from accounts.roles import Role
from casework.exports import MOST_ROWS_AT_ONCE, WORKBOOK, csv_file, workbook_file
from casework.paging import Order, page_of
from workers import operations, rules
from workers.models import RegistryImport
from workers.registry_file import ANSWERS, CODES, COLUMNS, LABELS, REPORT_COLUMNS, general_message, message_of

EXAMPLES = 20
SAMPLE = (  # nobody's: the seventh to twelfth digits are no date
    ("7371090000000000", "7371090101990001", "ANDI AMBO", "L", "MAKASSAR", "17-08-1990", "JL. CONTOH NO. 1", "004",
     "001", "7371091009", "KARUWISI UTARA", "PANAKKUKANG", "TUKANG PARKIR", "1300000", "3", "081234567890"),
)  # fmt: skip


@require_safe
@roles(Role.OFFICER, Role.ADMIN)
def import_sample(request: HttpRequest) -> HttpResponse:
    """An empty list with our titles and one example, its columns set to Text."""
    return _workbook(COLUMNS, SAMPLE, "contoh-daftar.xlsx", sheet="Daftar")


@require_safe
@roles(Role.OFFICER, Role.ADMIN)
def import_finding_list(request: HttpRequest, pk) -> HttpResponse:
    """The rows with one kind of finding, or all findings in the order of the file."""
    imports = RegistryImport.objects.visible_to(request.user).select_related("posting")
    registry_import = get_object_or_404(imports, pk=pk)
    code, column = request.GET.get("code", ""), request.GET.get("column", "")
    if code and code not in CODES:
        raise Http404
    findings = operations.view_findings(registry_import, by=request.user, code=code, column=column[:40])
    page = page_of(findings, request.GET.get("page", ""), order=Order("row", "pk"), size=EXAMPLES)
    context = {
        "registry_import": registry_import,
        "kind": general_message(code) if code else "Semua temuan, menurut urutan berkas.",
        "page": page,
        "answers": ANSWERS if rules.may_decide_rows(registry_import, request.user) else {},
        "rows": [
            (found, LABELS.get(found.column, found.column), message_of(found.code, found.value, found.details))
            for found in page
        ],
    }
    return render(request, "workers/import_finding_list.html", context)


@require_safe
@roles(Role.OFFICER, Role.ADMIN)
def import_findings(request: HttpRequest, pk) -> HttpResponse:
    registry_import = get_object_or_404(RegistryImport.objects.visible_to(request.user), pk=pk)
    operations.download_findings(registry_import, by=request.user)
    return _csv(REPORT_COLUMNS, operations.report_of(registry_import.pk), "temuan.csv")


@require_safe
@roles(Role.OFFICER, Role.ADMIN)
def import_findings_workbook(request: HttpRequest, pk) -> HttpResponse:
    """As a workbook where there are few enough, else as CSV."""
    registry_import = get_object_or_404(RegistryImport.objects.visible_to(request.user), pk=pk)
    if registry_import.findings.count() > MOST_ROWS_AT_ONCE:
        return redirect("workers:import_findings", pk)
    operations.download_findings(registry_import, by=request.user)
    rows = operations.report_of(registry_import.pk)
    return _workbook(REPORT_COLUMNS, rows, "temuan.xlsx", sheet="Temuan")


@require_safe
@roles(Role.OFFICER, Role.ADMIN)
def import_handed_back(request: HttpRequest, pk) -> HttpResponse:
    """A file of the same kind as the uploaded one, to mend and upload again; gone with the file it is taken from."""
    imports = RegistryImport.objects.visible_to(request.user).exclude(path="").exclude(layout={})
    registry_import = get_object_or_404(imports, pk=pk)
    layout, rows = operations.download_handed_back(registry_import, by=request.user)
    if layout.is_workbook and registry_import.rows_total <= MOST_ROWS_AT_ONCE:
        return _workbook(layout.header, rows, "baris-untuk-diperbaiki.xlsx", sheet="Perbaiki")
    return _csv(layout.header, rows, "baris-untuk-diperbaiki.csv", delimiter=layout.delimiter or ",")


def _csv(header: Iterable[str], rows: Iterable, name: str, *, delimiter: str = ",") -> StreamingHttpResponse:
    lines = csv_file(header, rows, delimiter=delimiter)
    return StreamingHttpResponse(
        lines,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _workbook(header: Iterable[str], rows: Iterable, name: str, *, sheet: str) -> FileResponse:
    file = workbook_file(header, rows, sheet=sheet)
    return FileResponse(file, as_attachment=True, filename=name, content_type=WORKBOOK)
