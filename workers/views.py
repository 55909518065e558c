from datetime import date, timedelta
from itertools import pairwise
from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Min
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import fresh_login, roles, throttled
from accounts.models import User
from accounts.roles import Role
from casework.audit import entries_of
from casework.decisions import Refused
from casework.exports import csv_file, provenance
from ui.templatetags.ui import rupiah
from workers import nik, operations, rules, tasks
from workers.enums import ImportStatus, MembershipState
from workers.filters import SORTS, WorkerFilter
from workers.forms import CorrectionForm, ImportForm, NikForm, WorkerForm, WorkerSearchForm
from workers.models import Policy, RegistryImport, Worker
from workers.registry_file import REPORT_COLUMNS, Finding, Unreadable, report_rows

PAGE = 25
SILENT = timedelta(seconds=30)  # a check that has not moved for so long may be started again
SEARCHED = "worker_searched"  # in the session: who was looked for before this registration
EXPORT_COLUMNS = ("nama", "nik", "pekerjaan", "kelurahan", "kode_kelurahan", "kepesertaan", "terdaftar")
STEPS = {  # what the timeline of a person shows
    "worker.register": ("Didaftarkan", "user-plus"),
    "worker.correct": ("Diperbaiki", "check"),
}
CHANGED = {  # each rules.CORRECTABLE as the timeline names it
    "birth_place": "Tempat lahir",
    "is_resident": "KTP Kota Makassar",
    "kelurahan": "Kelurahan",
    "address": "Alamat",
    "rt": "RT",
    "rw": "RW",
    "phone": "Nomor HP",
    "occupation": "Pekerjaan",
    "employment": "Hubungan kerja",
    "income": "Pendapatan",
    "family_card_number": "Nomor KK",
}


def _filter(request: HttpRequest) -> WorkerFilter:
    workers = Worker.objects.visible_to(request.user).with_list_data(timezone.localdate())
    return WorkerFilter(request.GET, workers, request=request)


@require_safe
@roles(Role.OFFICER, Role.ADMIN, Role.AUDITOR)
@throttled("search", reads=True)
def worker_list(request: HttpRequest) -> HttpResponse:
    listed = _filter(request)
    page = Paginator(listed.found, PAGE).get_page(request.GET.get("page"))
    operations.list_workers(page.object_list, by=request.user, terms=listed.terms)
    sort = request.GET.get("sort") or "name"
    context = {
        "filter": listed.form,
        "terms": listed.terms,
        "page": page,
        "sort": sort,
        "columns": [
            {
                "label": label,
                "sort": f"-{name}" if sort == name else name,
                "aria": {name: "ascending", f"-{name}": "descending"}.get(sort, "none"),
            }
            for name, label in zip(SORTS, ("Nama", "Kelurahan", "Terdaftar"), strict=True)
        ],
        "download": f"{reverse('workers:worker_export')}?{request.GET.urlencode()}",
        "may_register": rules.may_register(request.user),
    }
    return render(request, "workers/worker_list.html", context, status=422 if listed.form.errors else 200)


@require_safe
@roles(Role.OFFICER, Role.ADMIN, Role.AUDITOR)
@fresh_login
@throttled("export", reads=True)
def worker_export(request: HttpRequest) -> HttpResponse:
    listed = _filter(request)
    operations.export_workers(listed.found, by=request.user, terms=listed.terms)
    return _csv(EXPORT_COLUMNS, _exported(listed.found, by=request.user), name="pekerja.csv")


def _exported(workers, *, by: User):
    for worker in workers.iterator(chunk_size=2000):
        yield [
            worker.name,
            nik.mask(worker.nik),
            worker.occupation.name,
            worker.kelurahan.name if worker.kelurahan else "",
            worker.kelurahan.code_plain if worker.kelurahan else "",
            MembershipState(worker.membership_state).label,
            f"{timezone.localdate(worker.registered_at):%d-%m-%Y}",
        ]
    yield provenance(by=by, why="daftar pekerja")


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.OFFICER, Role.ADMIN)
@throttled("search")
def worker_search(request: HttpRequest) -> HttpResponse:
    """The way to the register page. What was typed goes with it in the session, never in an address."""
    form = WorkerSearchForm(request.POST if request.method == "POST" else None)
    found = None
    if form.is_valid():
        found = operations.search_worker(by=request.user, **form.cleaned_data)
        typed = {name: form.cleaned_data[name] for name in ("nik", "name", "birth_on")}
        request.session[SEARCHED] = {name: str(value) for name, value in typed.items() if value}
    context = {"form": form, "found": found}
    return render(request, "workers/worker_search.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.OFFICER, Role.ADMIN)
def worker_register(request: HttpRequest) -> HttpResponse:
    if request.method != "POST" and SEARCHED not in request.session:
        return redirect("workers:worker_search")
    form = WorkerForm(request.POST or None, user=request.user, initial=_initial(request))
    if form.is_valid():
        try:
            worker = operations.register_worker(by=request.user, **form.particulars())
        except Refused as refused:
            form.refuse(refused)
        else:
            request.session.pop(SEARCHED, None)
            messages.success(request, f"{worker.name} terdaftar.")
            return redirect(worker)
    context = {"form": form, "reading": _reading(form["nik"].value()), "known": _known(form, by=request.user)}
    return render(request, "workers/worker_register.html", context, status=422 if form.errors else 200)


def _initial(request: HttpRequest) -> dict:
    """What was searched for need not be typed again."""
    searched = request.session.get(SEARCHED, {})
    born = {"birth_on": date.fromisoformat(searched["birth_on"])} if "birth_on" in searched else {}
    return {"submission_key": uuid4(), **searched, **born}


def _known(form: WorkerForm, *, by: User) -> Worker | None:
    """The person who holds the NIK already, where the user may see them (AC-D19)."""
    if not form.errors.get("nik"):
        return None
    return Worker.objects.visible_to(by).filter(nik=nik.clean(form["nik"].value() or "")).first()


def _reading(raw: str | None) -> nik.NikReading:
    return nik.read_nik(raw or "", today=timezone.localdate())


@require_POST
@roles(Role.OFFICER, Role.ADMIN)
def nik_read(request: HttpRequest) -> HttpResponse:
    """What the digits say, nothing more: no look-up, so no trail. htmx takes `.decode` from the page."""
    form = NikForm(request.POST)
    typed = form.cleaned_data["nik"] if form.is_valid() else ""
    return render(request, "workers/nik_read.html", {"reading": _reading(typed)})


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
    memberships = list(worker.memberships.order_by("-period"))
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
        "claims": worker.claims.all(),
        "steps": _steps(worker, masked=request.user.role == Role.AUDITOR),
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
        request.POST if request.method == "POST" else None,
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


def _steps(worker: Worker, *, masked: bool) -> list[dict]:
    """The deeds on this person. Who came in with a file has no entry of their own; the file has."""
    entries = list(entries_of(worker).filter(event__in=STEPS))
    steps = [
        {"what": what, "icon": icon, "who": entry.actor_name, "at": entry.at, "note": entry.note}
        for entry in entries
        for what, icon in [STEPS[entry.event]]
    ]
    rows = list(worker.events.select_related("kelurahan", "occupation").order_by("pgh_id"))
    changes = {after.pgh_id: (before, after) for before, after in pairwise(rows)}
    for entry, step in zip(entries, steps, strict=True):
        if entry.facts.get("history_row") in changes:
            before, after = changes[entry.facts["history_row"]]
            told = [_change(name, before, after, masked=masked) for name in entry.facts["fields"]]
            step["note"] = "\n".join([*told, f"Alasan: {entry.note}"])
    if any(entry.event == "worker.register" for entry in entries):
        return steps
    note = f"Berkas {worker.registry_import.name}, baris {worker.registry_row}" if worker.registry_import else ""
    return [
        {
            "what": "Diambil dari daftar" if note else "Didaftarkan",
            "icon": "upload" if note else "user-plus",
            "who": worker.registered_by.name,
            "at": worker.registered_at,
            "note": note,
        },
        *steps,
    ]


def _change(name: str, before, after, *, masked: bool) -> str:
    """One corrected field in words, old beside new; for those who see numbers masked only that it changed."""
    label = CHANGED[name]
    if masked:
        return label
    old, new = (_word_of(row, name) for row in (before, after))
    return f"{label}: {old} → {new}"


def _word_of(row, name: str) -> str:
    value = getattr(row, f"get_{name}_display", lambda: getattr(row, name))()
    match value:
        case bool():
            return "ya" if value else "tidak"
        case int():
            return rupiah(value)
    return str(value or "kosong")


@require_safe
@roles(Role.OFFICER, Role.ADMIN)
def import_list(request: HttpRequest) -> HttpResponse:
    imports = RegistryImport.objects.visible_to(request.user).select_related("posting", "uploaded_by")
    page = Paginator(imports, PAGE).get_page(request.GET.get("page"))
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
