from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.decorators import fresh_login, roles, throttled
from accounts.models import User
from accounts.roles import Role
from casework.exports import csv_file, provenance
from casework.paging import page_of
from workers import nik, operations, rules
from workers.enums import MembershipState
from workers.filters import SORTS, WorkerFilter

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


def _csv(header, rows, *, name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(csv_file(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
