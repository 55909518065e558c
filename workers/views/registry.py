from datetime import date
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import fresh_login, roles, throttled
from accounts.models import User
from accounts.roles import Role
from casework.decisions import Refused
from casework.exports import csv_file, provenance
from casework.paging import page_of
from workers import nik, operations, rules
from workers.enums import MembershipState
from workers.filters import SORTS, WorkerFilter
from workers.forms import NikForm, WorkerForm, WorkerSearchForm
from workers.models import Worker

SEARCHED = "worker_searched"  # in the session: who was looked for before this registration
EXPORT_COLUMNS = ("nama", "nik", "pekerjaan", "kelurahan", "kode_kelurahan", "kepesertaan", "terdaftar")


@require_safe
@roles(Role.OFFICER, Role.ADMIN, Role.AUDITOR)
@throttled("search", reads=True)
def worker_list(request: HttpRequest) -> HttpResponse:
    listed = WorkerFilter.asked_by(request.user, request.GET)
    found = listed.found.with_list_data(listed.on)
    page = page_of(found, request.GET.get("page", ""), order=listed.order, counted=listed.counted)
    operations.list_workers(page.rows, by=request.user, terms=listed.terms)
    sort = listed.sorted_by
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
    listed = WorkerFilter.asked_by(request.user, request.GET)
    operations.export_workers(listed.found, by=request.user, terms=listed.terms)
    found = listed.order.sort(listed.found.with_list_data(listed.on))
    return _csv(EXPORT_COLUMNS, _exported(found, by=request.user), name="pekerja.csv")


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
    similar = ()
    if form.is_valid():
        try:
            worker = operations.register_worker(by=request.user, **form.particulars())
        except Refused as refused:
            form.refuse(refused)
            if "similar_registered" in refused.codes:
                similar = operations.find_similar(by=request.user, **form.identity()).similar
        else:
            request.session.pop(SEARCHED, None)
            messages.success(request, f"{worker.name} terdaftar.")
            return redirect(worker)
    context = {
        "form": form,
        "reading": _reading(form["nik"].value()),
        "known": _known(form, by=request.user),
        "similar": similar,
    }
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


def _csv(header, rows, *, name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(csv_file(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
